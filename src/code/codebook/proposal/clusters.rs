//! Groups terms of positions that share rare words into issues, and names each by what its terms have in common.
//! Never depends on the order of the reports.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::words::{carries, content, is_date, joined, place, stem_pairs, stems};
use super::{Forms, Tally};

/// Terms that seem to be about the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Cluster {
    /// What most of them have in common, two or three words.
    pub name: String,
    pub all: Tally,
    /// Phrases as they stand in reports, the most frequent first. Those of no other cluster.
    pub phrases: Vec<(String, Tally)>,
}

/// Terms with their content words.
struct Term {
    forms: Forms,
    words: Vec<String>,
}

/// A cluster in the making: members, and how much of its weight each word has.
#[derive(Default)]
struct Group {
    members: Vec<usize>,
    /// Members that have the word.
    having: BTreeMap<String, f32>,
}

/// Weighted overlap from which two belong together. Low, as different issues kept apart cost an editor more
/// than a few joined: with it, four of five terms in a group belong there.
const ALIKE: f32 = 0.15;
/// A phrase of more words is given by the stretches it shares with others.
const LONG: usize = 8;
/// So many of them.
const SHARED: usize = 3;
/// Function words, as stems, that join two words to one name.
const LINKS: &[&str] = &["of", "for", "in", "on", "from", "with"];
/// Phrases that are proposed for an issue, at most: beyond, they get in the way of a reader.
const PHRASES: usize = 40;

/// Groups `terms`, the most frequent first. Words of `names`, of whom and not of what terms tell, count only in
/// terms that have no others.
pub(super) fn cluster(terms: Vec<(Vec<String>, Forms)>, names: &HashSet<String>) -> Vec<Cluster> {
    // When something is to be is no issue either.
    let idle =
        |w: &String| names.contains(w) || is_date(w) || w.starts_with(|c: char| c.is_numeric());
    let term = |(stems, forms): (Vec<String>, Forms)| {
        let all = content(&stems);
        let telling: Vec<String> = all.iter().filter(|w| !idle(w)).cloned().collect();
        Term { words: if telling.is_empty() { all } else { telling }, forms }
    };
    let mut terms: Vec<Term> = terms.into_iter().map(term).collect();
    terms.sort_by_key(|t| (Reverse(t.forms.all.times), t.words.len()));
    let weights = weights(&terms);
    let alone = |(i, term): (usize, &Term)| Group {
        members: vec![i],
        having: term.words.iter().map(|w| (w.clone(), 1.0)).collect(),
    };
    let mut groups: Vec<Group> = terms.iter().enumerate().map(alone).collect();
    loop {
        let before = groups.len();
        groups = gather(groups, &weights);
        if groups.len() == before {
            return finish(&terms, groups);
        }
    }
}

/// Joins each group to the one before it that it is most like, if any is like it. Not all pairs are compared,
/// only those that share a word: there may be thousands.
fn gather(groups: Vec<Group>, weights: &HashMap<String, f32>) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    let mut with_word: HashMap<String, Vec<usize>> = HashMap::new();
    for group in groups {
        let words: Vec<String> = group.having.keys().cloned().collect();
        let near: HashSet<usize> =
            words.iter().filter_map(|w| with_word.get(w)).flatten().copied().collect();
        let at = nearest(&group, &out, near, weights).unwrap_or_else(|| {
            out.push(Group::default());
            out.len() - 1
        });
        for word in words {
            let list = with_word.entry(word).or_default();
            if !list.contains(&at) {
                list.push(at);
            }
        }
        out[at].join(group);
    }
    out
}

/// How rare each word is: the natural logarithm of one and the terms for each term that has it. A word that only
/// one has tells nothing of what terms share, and counts half.
fn weights(terms: &[Term]) -> HashMap<String, f32> {
    const LONE: f32 = 0.5;
    let mut having: HashMap<String, f32> = HashMap::new();
    for word in terms.iter().flat_map(|t| &t.words) {
        *having.entry(word.clone()).or_default() += 1.0;
    }
    let n = terms.len() as f32;
    let weight = |count: f32| (1.0 + n / count).ln() * if count > 1.0 { 1.0 } else { LONE };
    having.into_iter().map(|(word, count)| (word, weight(count))).collect()
}

/// The group among `near` that `own` is most like, if any is like it; the first of equals.
fn nearest(
    own: &Group,
    groups: &[Group],
    near: HashSet<usize>,
    weights: &HashMap<String, f32>,
) -> Option<usize> {
    let mut near: Vec<usize> = near.into_iter().collect();
    near.sort_unstable();
    let like = near.into_iter().map(|i| (i, own.likeness(&groups[i], weights)));
    let best = like.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    (best.1 >= ALIKE).then_some(best.0)
}

impl Group {
    fn join(&mut self, other: Group) {
        self.members.extend(other.members);
        for (word, n) in other.having {
            *self.having.entry(word).or_default() += n;
        }
    }

    /// Weighted Jaccard index of the words, each counted by the share of members that have it. Words that only
    /// few members have say little about a group and are left out, or long terms would be like nothing.
    fn likeness(&self, other: &Group, weights: &HashMap<String, f32>) -> f32 {
        const FEW: f32 = 0.2;
        let share = |g: &Group, word: &String| {
            let share = g.having.get(word).map_or(0.0, |n| n / g.members.len().max(1) as f32);
            if share < FEW { 0.0 } else { share }
        };
        let (mut both, mut either) = (0.0, 0.0);
        let words: HashSet<&String> = self.having.keys().chain(other.having.keys()).collect();
        let mut words: Vec<&String> = words.into_iter().collect();
        // Sums of floats depend on their order.
        words.sort_unstable();
        for word in words {
            let (a, b) = (share(self, word), share(other, word));
            let weight = weights.get(word).copied().unwrap_or_default();
            both += a.min(b) * weight;
            either += a.max(b) * weight;
        }
        if either > 0.0 { both / either } else { 0.0 }
    }
}

/// Names groups and gives each its phrases, the most frequent group first.
fn finish(terms: &[Term], mut groups: Vec<Group>) -> Vec<Cluster> {
    let times = |g: &Group| g.members.iter().map(|m| terms[*m].forms.all.times).sum::<u64>();
    groups.sort_by_key(|g| Reverse(times(g)));
    let (mut names, mut taken) = (HashSet::new(), HashSet::new());
    let mut out = Vec::new();
    for group in &groups {
        let members: Vec<&Term> = group.members.iter().map(|m| &terms[*m]).collect();
        let mut all = Tally::default();
        members.iter().for_each(|m| all.add(&m.forms.all));
        let stretches = stretches(&members);
        let free = |s: &&Stretch| !names.contains(&s.stems);
        let Some(name) = stretches.iter().find(free).or(stretches.first()) else { continue };
        names.insert(name.stems.clone());
        let (long, short): (Vec<&Term>, Vec<&Term>) =
            members.iter().partition(|m| m.forms.usual().split(' ').count() > LONG);
        let mut phrases: Vec<(String, Tally)> =
            short.iter().map(|m| (m.forms.usual().to_owned(), m.forms.all.clone())).collect();
        // Of long terms what they share with others, or what names the group.
        if !long.is_empty() {
            let shared = stretches.iter().filter(|s| s.tally.times > 1).take(SHARED);
            phrases.extend(shared.map(|s| (s.text.clone(), s.tally.clone())));
        }
        if phrases.is_empty() {
            phrases.push((name.text.clone(), name.tally.clone()));
        }
        phrases.sort_by(|a, b| b.1.times.cmp(&a.1.times).then(a.0.cmp(&b.0)));
        phrases.retain(|(text, _)| taken.insert(stems(text)));
        phrases.truncate(PHRASES);
        if !phrases.is_empty() {
            out.push(Cluster { name: name.text.clone(), all, phrases });
        }
    }
    out
}

/// A few words side by side.
struct Stretch {
    stems: Vec<String>,
    /// As most often written.
    text: String,
    tally: Tally,
}

/// How often a stretch stands in terms, how well it is cut, and when it was first seen.
#[derive(Default)]
struct Cut {
    forms: Forms,
    whole: u64,
    order: usize,
}

/// Two and three words side by side that may name what `members` are about, the most frequent first: the outer
/// words tell something, and those that end where a function word or the end follows, or begin so, count more
/// ("market shares" in "to dictate market shares of"). Single words where there is no such stretch. Without
/// those that stand in a longer one as often.
fn stretches(members: &[&Term]) -> Vec<Stretch> {
    let mut found: BTreeMap<Vec<String>, Cut> = BTreeMap::new();
    for sizes in [&[2, 3][..], &[1][..]] {
        for member in members {
            let pairs = stem_pairs(member.forms.usual());
            let tells = |i: usize| member.words.contains(&pairs[i].0);
            let edge =
                |i: Option<usize>| i.and_then(|i| pairs.get(i)).is_none_or(|p| !carries(&p.0));
            let starts = |n: usize| 0..(pairs.len() + 1).saturating_sub(n);
            for (i, n) in sizes.iter().flat_map(|&n| starts(n).map(move |i| (i, n))) {
                let inner = &pairs[i + 1..(i + n - 1).max(i + 1)];
                let joined_well = inner.iter().all(|p| carries(&p.0) || LINKS.contains(&&*p.0));
                if !tells(i) || !tells(i + n - 1) || !joined_well {
                    continue;
                }
                let window = &pairs[i..i + n];
                let order = found.len();
                let stems = window.iter().map(|p| p.0.clone()).collect();
                let cut = found.entry(stems).or_insert(Cut { order, ..Cut::default() });
                let text = joined(window.iter().map(|p| p.1.as_str()));
                cut.forms.each.entry(text).or_default().add(&member.forms.all);
                cut.forms.all.add(&member.forms.all);
                let well = 1 + 2 * u64::from(edge(Some(i + n))) + u64::from(edge(i.checked_sub(1)));
                cut.whole += well * member.forms.all.times;
            }
        }
        if !found.is_empty() {
            break;
        }
    }
    let mut out: Vec<(Vec<String>, Cut)> = found.into_iter().collect();
    out.sort_by_key(|(stems, cut)| (Reverse(cut.whole), Reverse(stems.len()), cut.order));
    let times: Vec<(Vec<String>, u64)> =
        out.iter().map(|(s, cut)| (s.clone(), cut.forms.all.times)).collect();
    out.retain(|(stems, cut)| {
        let longer =
            times.iter().filter(|(s, n)| s.len() > stems.len() && *n == cut.forms.all.times);
        !longer.into_iter().any(|(s, _)| place(stems, s).is_some())
    });
    let stretch = |(stems, cut): (Vec<String>, Cut)| Stretch {
        stems,
        text: cut.forms.usual().to_owned(),
        tally: cut.forms.all,
    };
    out.into_iter().map(stretch).collect()
}
