//! Where accounts differ, and where they meet: the same talks judged apart, a party told differently than it speaks, demands
//! against refusals, and what all accept. Never sets a report against its own copies, and never says who is right.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use jiff::Span as Days;
use jiff::civil::Date;

use super::talks::{Talks, judge};
use super::timeline::{independent, place, stands};
use super::{ActorId, Assessment, Entry, IssueId, NameId, Position, Snapshot};
use crate::code::{Of, Stance, Value};
use crate::error::Result;
use crate::report::MONTHS;

/// Days within which two accounts are of the same moment.
pub const WINDOW: i64 = 3;
/// Steps of the scale from breakdown to agreement from which on two judgements are apart.
pub const STEPS: usize = 2;

/// All that is found, each list with the surest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Accounts {
    /// The same talks judged apart, in reports that are not copies.
    pub judged: Vec<Apart<Option<ActorId>>>,
    /// The same talks judged apart by two sides within one report.
    pub divided: Vec<Apart<Option<ActorId>>>,
    /// A party's stance, as it says itself (`one`) and as others tell it (`other`).
    pub told: Vec<Apart<(ActorId, IssueId)>>,
    /// What one asks for (`one`) and another refuses (`other`), by the latest that each is heard to say. Those whose words
    /// name the same thing beyond the issue go first.
    pub gaps: Vec<Apart<(ActorId, IssueId)>>,
    /// What all that have a position on it accept.
    pub settled: Vec<Settled>,
}

/// Two accounts that differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart<K> {
    /// The earlier, or the one that the list names first.
    pub one: Account<K>,
    /// The other.
    pub other: Account<K>,
    /// The lower confidence of both.
    pub confidence: f64,
    /// Whether both accounts stand in pairs that are surer already: one judgement may differ from many.
    pub repeats: bool,
}

/// One side's account.
#[derive(Debug, Clone, PartialEq)]
pub struct Account<K> {
    /// Whose it is.
    pub whose: K,
    /// Where it stands: indices of entries, the surest first, one a copy group.
    pub entries: Vec<usize>,
}

/// An issue on which all agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// Which.
    pub issue: IssueId,
    /// All sides, in the order of their names.
    pub sides: Vec<Account<ActorId>>,
    /// The lowest confidence of all.
    pub confidence: f64,
}

/// Where the accounts of `snapshot` differ and meet; the entries are those that it holds.
pub fn accounts(
    snapshot: &Snapshot<'_>,
    positions: &[Entry<Position>],
    assessments: &[Entry<Assessment>],
) -> Result<Accounts> {
    let talks = Talks::of(snapshot, positions, assessments)?;
    let (judged, divided) = judgements(snapshot, &talks, assessments)?;
    let heard = Heard::of(snapshot, positions);
    let mut out = Accounts {
        judged,
        divided,
        told: heard.told(),
        gaps: heard.gaps()?,
        settled: heard.settled(),
    };
    mark_repeats(&mut out.judged);
    mark_repeats(&mut out.divided);
    mark_repeats(&mut out.told);
    mark_repeats(&mut out.gaps);
    Ok(out)
}

fn mark_repeats<K>(of: &mut [Apart<K>]) {
    let mut seen = BTreeSet::new();
    for x in of {
        let new = [seen.insert(x.one.entries[0]), seen.insert(x.other.entries[0])];
        x.repeats = !new.contains(&true);
    }
}

/// Whose they are, and pairs of entries.
type Joined<K> = (K, K, Vec<(usize, usize)>);

/// Pairs of entries that differ, gathered by what they have in common.
struct Pairs<'a, 'r, T, G, K> {
    snapshot: &'a Snapshot<'r>,
    all: &'a [Entry<T>],
    of: HashMap<G, Joined<K>>,
}

impl<'a, 'r, T, G: Eq + Hash, K> Pairs<'a, 'r, T, G, K> {
    fn new(snapshot: &'a Snapshot<'r>, all: &'a [Entry<T>]) -> Self {
        Self { snapshot, all, of: HashMap::new() }
    }

    fn push(&mut self, by: G, one: K, other: K, pair: (usize, usize)) {
        self.of.entry(by).or_insert_with(|| (one, other, Vec::new())).2.push(pair);
    }

    /// One account against another for each of what they have in common. `apart` are those that are never to join two
    /// entries of one copy group.
    fn join(self, apart: bool) -> Vec<Apart<K>> {
        let (snapshot, all) = (self.snapshot, self.all);
        let group = |i: usize| snapshot.reports[all[i].report].group;
        let sure = |(a, b): (usize, usize)| all[a].confidence.min(all[b].confidence);
        let key = |(a, b): (usize, usize)| (place(snapshot, &all[a]), place(snapshot, &all[b]));
        let mut out = Vec::with_capacity(self.of.len());
        for (whose, other, pairs) in self.of.into_values() {
            let best = pairs
                .iter()
                .copied()
                .max_by(|a, b| sure(*a).total_cmp(&sure(*b)).then_with(|| key(*b).cmp(&key(*a))));
            let Some((a, b)) = best else { continue };
            let groups = |of: fn(&(usize, usize)) -> usize| -> BTreeSet<usize> {
                pairs.iter().map(|p| group(of(p))).collect()
            };
            let (ones, others) = (groups(|p| p.0), groups(|p| p.1));
            let entries = |best: usize,
                           of: fn(&(usize, usize)) -> usize,
                           against: &BTreeSet<usize>| {
                let also = pairs.iter().map(of).filter(|i| !apart || !against.contains(&group(*i)));
                let also: BTreeSet<usize> = also.filter(|i| group(*i) != group(best)).collect();
                let mut entries = vec![best];
                entries.extend(independent(snapshot, all, also.into_iter().collect()));
                entries
            };
            out.push(Apart {
                one: Account { whose, entries: entries(a, |p| p.0, &others) },
                other: Account { whose: other, entries: entries(b, |p| p.1, &ones) },
                confidence: sure((a, b)),
                repeats: false,
            });
        }
        let first = |x: &Apart<K>| key((x.one.entries[0], x.other.entries[0]));
        out.sort_by(|x, y| {
            let support = |x: &Apart<K>| x.one.entries.len().min(x.other.entries.len());
            (y.confidence.total_cmp(&x.confidence))
                .then_with(|| support(y).cmp(&support(x)))
                .then_with(|| first(x).cmp(&first(y)))
        });
        out
    }
}

/// Who judged what on a day.
type Judged = (Option<ActorId>, Value, Date);

type Judgements = Vec<Apart<Option<ActorId>>>;

/// Judgements of the same talks, by day windows: those of reports that are no copies, and those within one report.
fn judgements(
    snapshot: &Snapshot<'_>,
    talks: &Talks,
    all: &[Entry<Assessment>],
) -> Result<(Judgements, Judgements)> {
    let who: Vec<Option<ActorId>> = all.iter().map(|a| judge(snapshot, a)).collect();
    let voice = |i: usize| all[i].what.assessor.and_then(|name| snapshot.actor(name, all[i].day));
    let group = |i: usize| snapshot.reports[all[i].report].group;
    let mut judged = Pairs::<_, (Of, Judged, Judged), _>::new(snapshot, all);
    let mut divided = Pairs::<_, (usize, Of, Judged, Judged), _>::new(snapshot, all);
    for of in Of::ALL {
        let mut live = Vec::new();
        for (i, a) in all.iter().enumerate() {
            if a.what.of == of && stands(snapshot, a) && !looks_back(snapshot, a)? {
                live.push(i);
            }
        }
        live.sort_by(|a, b| place(snapshot, &all[*a]).cmp(&place(snapshot, &all[*b])));
        // The values alone, side by side: most pairs of a window end here.
        let steps: Vec<u8> = live.iter().map(|i| all[*i].what.value as u8).collect();
        let mut end = 0;
        for (k, &i) in live.iter().enumerate() {
            let last = all[i].day.saturating_add(Days::new().days(WINDOW));
            while end < live.len() && all[live[end]].day <= last {
                end += 1;
            }
            for l in k + 1..end {
                if usize::from(steps[k].abs_diff(steps[l])) < STEPS {
                    continue;
                }
                // The earlier first; of one day, the worse.
                let swap = all[live[l]].day == all[i].day && steps[l] < steps[k];
                let (i, j) = if swap { (live[l], i) } else { (i, live[l]) };
                let (a, b) = (&all[i], &all[j]);
                let judgement = |i: usize| (who[i], all[i].what.value, all[i].day);
                // The report's own words are nobody's judgement: they differ from somebody's, never from each other.
                if who[i].is_none() && who[j].is_none() {
                    continue;
                }
                if a.report == b.report {
                    // Two persons of one side differ as well: a spokesman and his president.
                    let voices = match who[i] == who[j] {
                        true => (voice(i), voice(j)),
                        false => (who[i], who[j]),
                    };
                    if voices.0 != voices.1 {
                        let told = |by, i: usize| (by, all[i].what.value, all[i].day);
                        let by = (a.report, of, told(voices.0, i), told(voices.1, j));
                        divided.push(by, voices.0, voices.1, (i, j));
                    }
                } else if group(i) != group(j) && talks.same(a.report, b.report) {
                    judged.push((of, judgement(i), judgement(j)), who[i], who[j], (i, j));
                }
            }
        }
    }
    Ok((judged.join(true), divided.join(false)))
}

/// Whether a judgement's own words put it before its day ("broke down last month", "failed in March"): the background of the
/// news, which contradicts none of it.
fn looks_back(snapshot: &Snapshot<'_>, a: &Entry<Assessment>) -> Result<bool> {
    if a.what.of == Of::Prospect {
        return Ok(false);
    }
    let words = snapshot.words(a.version, &a.what.words)?.join(" ").to_lowercase();
    let mut before = "";
    for word in words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        let back = matches!(before, "last" | "previous" | "earlier")
            && matches!(
                word,
                "week" | "month" | "year" | "summer" | "autumn" | "winter" | "spring"
            );
        let month = MONTHS.contains(&word)
            && matches!(before, "in" | "last" | "since" | "early" | "mid" | "late" | "of");
        if back || month {
            return Ok(true);
        }
        before = word;
    }
    Ok(false)
}

/// Positions by issue.
struct Heard<'a, 'r> {
    snapshot: &'a Snapshot<'r>,
    all: &'a [Entry<Position>],
    issues: BTreeMap<IssueId, BTreeMap<ActorId, Vec<usize>>>,
}

impl<'a, 'r> Heard<'a, 'r> {
    fn of(snapshot: &'a Snapshot<'r>, all: &'a [Entry<Position>]) -> Self {
        let mut issues: BTreeMap<IssueId, BTreeMap<ActorId, Vec<usize>>> = BTreeMap::new();
        for (i, p) in all.iter().enumerate().filter(|(_, p)| stands(snapshot, p)) {
            let side = snapshot.side(p.what.holder, &p.what.told, p.day);
            let issue = p.what.issue.and_then(|i| snapshot.issue(i));
            let (Some(side), Some(issue)) = (side, issue) else { continue };
            issues.entry(issue).or_default().entry(side).or_default().push(i);
        }
        for of in issues.values_mut().flat_map(BTreeMap::values_mut) {
            of.sort_by(|a, b| place(snapshot, &all[*a]).cmp(&place(snapshot, &all[*b])));
        }
        Self { snapshot, all, issues }
    }

    /// What a side was last heard to say.
    fn latest<'p>(&self, of: &'p [usize]) -> &'p [usize] {
        let last = of.last().map(|i| self.all[*i].day);
        let from = of.iter().position(|i| Some(self.all[*i].day) == last);
        &of[from.unwrap_or(0)..]
    }

    fn group(&self, i: usize) -> usize {
        self.snapshot.reports[self.all[i].report].group
    }

    fn stance(&self, i: usize) -> Stance {
        self.all[i].what.stance
    }

    fn told(&self) -> Vec<Apart<(ActorId, IssueId)>> {
        let mut pairs =
            Pairs::<_, (IssueId, ActorId, Teller, bool), _>::new(self.snapshot, self.all);
        for (issue, side, of) in self.cells() {
            let (own, told): (Vec<usize>, Vec<usize>) =
                of.iter().partition(|i| self.all[**i].what.firsthand);
            let mut from = 0;
            for i in own {
                let day = self.all[i].day;
                let first = day.saturating_sub(Days::new().days(WINDOW));
                let last = day.saturating_add(Days::new().days(WINDOW));
                while told.get(from).is_some_and(|t| self.all[*t].day < first) {
                    from += 1;
                }
                for &t in told[from..].iter().take_while(|t| self.all[**t].day <= last) {
                    let against = leans(self.stance(i)) * leans(self.stance(t));
                    if against >= 0 || self.group(i) == self.group(t) {
                        continue;
                    }
                    let yes = leans(self.stance(i)) > 0;
                    let by = (issue, side, self.teller(t), yes);
                    pairs.push(by, (side, issue), (side, issue), (i, t));
                }
            }
        }
        pairs.join(true)
    }

    /// Who tells an entry.
    fn teller(&self, i: usize) -> Teller {
        let (told, day) = (&self.all[i].what.told, self.all[i].day);
        let actor = |name: Option<NameId>| name.and_then(|n| self.snapshot.actor(n, day));
        actor(told.party).or_else(|| actor(told.speaker)).or_else(|| actor(told.via))
    }

    fn gaps(&self) -> Result<Vec<Apart<(ActorId, IssueId)>>> {
        let mut pairs = Pairs::<_, (IssueId, ActorId, ActorId), _>::new(self.snapshot, self.all);
        for (issue, sides) in &self.issues {
            let with = |stances: [Stance; 2]| {
                let of = sides.iter().map(move |(side, of)| {
                    let of: Vec<usize> = (self.latest(of).iter().copied())
                        .filter(|i| stances.contains(&self.stance(*i)))
                        .collect();
                    (*side, of)
                });
                of.filter(|(_, of)| !of.is_empty()).collect::<Vec<_>>()
            };
            let ask = with([Stance::Propose, Stance::Demand]);
            let refuse = with([Stance::Reject, Stance::RuleOut]);
            for (one, asks) in &ask {
                for (other, refusals) in refuse.iter().filter(|(other, _)| other != one) {
                    for pair in asks.iter().flat_map(|a| refusals.iter().map(|r| (*a, *r))) {
                        let by = (*issue, *one, *other);
                        pairs.push(by, (*one, *issue), (*other, *issue), pair);
                    }
                }
            }
        }
        let mut near = Vec::new();
        let mut other = Vec::new();
        for gap in pairs.join(false) {
            let same =
                self.same_thing(gap.one.whose.1, gap.one.entries[0], gap.other.entries[0])?;
            if same { near.push(gap) } else { other.push(gap) }
        }
        near.append(&mut other);
        Ok(near)
    }

    /// Whether the terms of two positions share a word that the name of their issue lacks.
    fn same_thing(&self, issue: IssueId, a: usize, b: usize) -> Result<bool> {
        let terms = |i: usize| -> Result<BTreeSet<String>> {
            let words = self.snapshot.words(self.all[i].version, &self.all[i].what.terms)?;
            Ok(beginnings(&words.join(" ")))
        };
        let name = beginnings(self.snapshot.issue_name(issue));
        Ok(terms(a)?.intersection(&terms(b)?).any(|w| !name.contains(w)))
    }

    fn settled(&self) -> Vec<Settled> {
        let mut out = Vec::new();
        for (issue, sides) in &self.issues {
            let latest: Vec<(ActorId, &[usize])> =
                sides.iter().map(|(side, of)| (*side, self.latest(of))).collect();
            let accept = |of: &[usize]| of.iter().all(|i| self.stance(*i) == Stance::Accept);
            if latest.len() < 2 || !latest.iter().all(|(_, of)| accept(of)) {
                continue;
            }
            let mut sides: Vec<Account<ActorId>> = latest
                .into_iter()
                .map(|(whose, of)| Account {
                    whose,
                    entries: independent(self.snapshot, self.all, of.to_vec()),
                })
                .collect();
            sides.sort_by_key(|s| self.snapshot.actor_name(s.whose).to_owned());
            let sure = sides.iter().map(|s| self.all[s.entries[0]].confidence);
            let confidence = sure.fold(1.0, f64::min);
            out.push(Settled { issue: *issue, sides, confidence });
        }
        out.sort_by(|a, b| {
            let name = |s: &Settled| self.snapshot.issue_name(s.issue).to_owned();
            b.confidence.total_cmp(&a.confidence).then_with(|| name(a).cmp(&name(b)))
        });
        out
    }

    fn cells(&self) -> impl Iterator<Item = (IssueId, ActorId, &[usize])> {
        let of = self.issues.iter();
        of.flat_map(|(issue, sides)| sides.iter().map(|(side, of)| (*issue, *side, of.as_slice())))
    }
}

/// Who tells of another; nobody is the report's own words.
type Teller = Option<ActorId>;

/// The first letters of the longer words of `text`, by which "neutral" and "neutrality" are alike.
fn beginnings(text: &str) -> BTreeSet<String> {
    const LONG: usize = 5;
    const COMMON: [&str; 9] =
        ["about", "after", "again", "could", "other", "shoul", "their", "there", "would"];
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let begin = words.map(|w| w.chars().take(LONG).collect::<String>());
    begin.filter(|w| w.chars().count() == LONG && !COMMON.contains(&w.as_str())).collect()
}

/// Whether a stance leans to yes (1), to no (-1), or asks for something (0), which is neither.
fn leans(stance: Stance) -> i8 {
    match stance {
        Stance::Accept | Stance::Offer | Stance::Open => 1,
        Stance::Reject | Stance::RuleOut => -1,
        Stance::Propose | Stance::Demand => 0,
    }
}

#[cfg(test)]
mod tests;
