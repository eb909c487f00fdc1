//! Which reports of a record tell of the same talks, so that what one says can be set against what another says. A record
//! may hold several talks; without this the cocoa talks' progress would contradict the coffee talks' collapse. Never says
//! that two reports agree.

use std::collections::{HashMap, HashSet};

use jiff::Span as Days;
use jiff::civil::Date;

use super::accounts::WINDOW;
use super::brief::out_on;
use super::{ActorId, Assessment, Entry, IssueId, Position, Snapshot};
use crate::error::Result;

/// Who tells of the same talks as whom, by index into [`Snapshot::reports`].
#[derive(Debug, Clone, Default)]
pub struct Talks {
    /// Reports whose title and first lines are near or not far, each list in order, with whether they are near.
    near: Vec<Vec<(u32, bool)>>,
    /// What is at stake in each report, in order.
    issues: Vec<Vec<IssueId>>,
    /// Whether a report names two of the parties that most reports name: the parties of a record of one negotiation.
    core: Vec<bool>,
    /// Whether there are too few reports to tell rare words from common ones.
    few: bool,
}

/// Cosine of two reports' rare words from which on they tell of the same talks. Looked at by eye on Reuters stories of 1987, not
/// labelled: of 25 pairs just above it in a record of the coffee and cocoa talks nearly all are of the same talks, of 25 of a
/// record of all sorts of talks some four in five. Below it are many of the same talks too; those a shared issue finds.
const NEAR: f32 = 0.12;
/// Cosine from which on reports that are on one issue tell of the same talks: without it, a survey of all commodity pacts
/// would be of each of them.
const NOT_FAR: f32 = 0.04;
/// Reports below which one issue is enough.
const FEW: usize = 20;
/// Bytes of a text that its subject is taken from: the title and this much say what a report is about.
const LEAD: usize = 500;
/// Words in more than one of this many reports say nothing about which talks are meant, where there are many reports.
const COMMON: usize = 8;
/// Reports from which on there are many.
const MANY: usize = 200;

impl Talks {
    /// Of the reports that judge the talks; others are near to none.
    pub fn of(
        snapshot: &Snapshot<'_>,
        positions: &[Entry<Position>],
        assessments: &[Entry<Assessment>],
    ) -> Result<Self> {
        let n = snapshot.reports.len();
        let mut issues: Vec<Vec<IssueId>> = vec![Vec::new(); n];
        let mut parties: Vec<HashSet<ActorId>> = vec![HashSet::new(); n];
        let mut coded: HashSet<usize> = HashSet::new();
        for p in positions {
            coded.insert(p.report);
            issues[p.report].extend(p.what.issue.and_then(|i| snapshot.issue(i)));
            parties[p.report].extend(snapshot.side(p.what.holder, &p.what.told, p.day));
            let party = p.what.told.party.and_then(|name| snapshot.actor(name, p.day));
            parties[p.report].extend(party);
        }
        for a in assessments {
            coded.insert(a.report);
            parties[a.report].extend(judge(snapshot, a));
        }
        for of in &mut issues {
            of.sort_unstable();
            of.dedup();
        }
        let mut named: HashMap<ActorId, usize> = HashMap::new();
        for party in parties.iter().flatten() {
            *named.entry(*party).or_default() += 1;
        }
        let most = |party: &&ActorId| named[party] * 2 > coded.len();
        let core = parties.iter().map(|p| p.iter().filter(most).count() >= 2).collect();

        let mut judging: Vec<usize> = assessments.iter().map(|a| a.report).collect();
        judging.sort_unstable();
        judging.dedup();
        let mut leads = Vec::with_capacity(judging.len());
        for report in &judging {
            let head = &snapshot.reports[*report];
            let text = snapshot.text(head.version)?;
            let mut end = LEAD.min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let lead = &text[..end];
            leads.push(format!("{} {lead}", head.title.as_deref().unwrap_or_default()));
        }
        let mut near = vec![Vec::new(); n];
        // Judgements further apart than the window are never set against each other.
        let mut first: HashMap<usize, Date> = HashMap::new();
        for a in assessments {
            first.entry(a.report).and_modify(|d| *d = a.day.min(*d)).or_insert(a.day);
        }
        let spans: Vec<(Date, Date)> = judging
            .iter()
            .map(|r| (first[r].saturating_sub(Days::new().days(WINDOW)), out_on(snapshot, *r)))
            .collect();
        for (of, list) in neighbours(&leads, &spans).into_iter().enumerate() {
            let list = list.into_iter().map(|(i, near)| (judging[i] as u32, near));
            near[judging[of]] = list.collect();
        }
        Ok(Self { near, issues, core, few: judging.len() < FEW })
    }

    /// Whether reports `a` and `b` tell of the same talks.
    pub fn same(&self, a: usize, b: usize) -> bool {
        let shared = || self.issues[a].iter().any(|i| self.issues[b].binary_search(i).is_ok());
        if a == b || (self.core[a] && self.core[b]) {
            return true;
        }
        match self.near[a].binary_search_by_key(&(b as u32), |(i, _)| *i) {
            Ok(at) => self.near[a][at].1 || shared(),
            Err(_) => self.few && shared(),
        }
    }
}

/// For whom somebody judges the talks: the party, else the assessor; nobody in the report's own words.
pub fn judge(snapshot: &Snapshot<'_>, a: &Entry<Assessment>) -> Option<ActorId> {
    let name = a.what.party.filter(|_| a.what.assessor.is_some()).or(a.what.assessor)?;
    snapshot.actor(name, a.day)
}

/// For each text the others, in order, that are not far from it, with whether they are near. `spans` are the first day that
/// is of interest to a text and the day it came out, by which texts are in order; a text is laid beside those before it
/// that came out from its first day on.
fn neighbours(texts: &[String], spans: &[(Date, Date)]) -> Vec<Vec<(usize, bool)>> {
    let mut ids: HashMap<String, usize> = HashMap::new();
    let mut count: Vec<u32> = Vec::new();
    let mut words: Vec<Vec<usize>> = Vec::with_capacity(texts.len());
    for text in texts {
        let lower = text.to_lowercase();
        let mut own = Vec::new();
        for word in lower.split(|c: char| !c.is_alphabetic()).filter(|w| w.len() >= 3) {
            let id = match ids.get(word) {
                Some(id) => *id,
                None => {
                    ids.insert(word.to_owned(), count.len());
                    count.push(0);
                    count.len() - 1
                }
            };
            own.push(id);
        }
        own.sort_unstable();
        own.dedup();
        own.iter().for_each(|w| count[*w] += 1);
        words.push(own);
    }
    let n = texts.len();
    let squares: Vec<f32> =
        count.iter().map(|c| ((n + 1) as f32 / (c + 1) as f32).ln().powi(2)).collect();
    let length = |own: &Vec<usize>| own.iter().map(|w| squares[*w]).sum::<f32>().sqrt();
    let lengths: Vec<f32> = words.iter().map(|own| length(own).max(f32::MIN_POSITIVE)).collect();
    let telling = |w: usize| count[w] > 1 && (n < MANY || count[w] as usize * COMMON <= n);
    // Each text against those that came before it and share a telling word.
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); count.len()];
    let mut out = vec![Vec::new(); n];
    let mut sums = vec![0.0f32; n];
    let mut touched = Vec::new();
    for (i, own) in words.iter().enumerate() {
        for &w in own.iter().filter(|w| telling(**w)) {
            let from = holders[w].partition_point(|j| spans[*j].1 < spans[i].0);
            for &j in &holders[w][from..] {
                if sums[j] == 0.0 {
                    touched.push(j);
                }
                sums[j] += squares[w];
            }
            holders[w].push(i);
        }
        for j in touched.drain(..) {
            let cosine = sums[j] / (lengths[i] * lengths[j]);
            if cosine >= NOT_FAR {
                out[i].push((j, cosine >= NEAR));
                out[j].push((i, cosine >= NEAR));
            }
            sums[j] = 0.0;
        }
    }
    out.iter_mut().for_each(|list| list.sort_unstable());
    out
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, Sample};
    use super::super::{At, Record};
    use super::*;
    use crate::code::{Stance, Value};

    fn check(drafts: &[Draft], expected: bool) {
        let mut sample = Sample::new();
        drafts
            .iter()
            .for_each(|d| assert!(sample.add("2031-03-12", d) == super::super::Added::New));
        assert_eq!(first_two(&sample.record), expected);
    }

    fn first_two(record: &Record) -> bool {
        let snapshot = record.snapshot(At::default()).expect("read");
        let (p, a) = (snapshot.positions().expect("read"), snapshot.assessments().expect("read"));
        Talks::of(&snapshot, &p, &a).expect("told apart").same(0, 1)
    }

    fn judged(id: &str, text: &str) -> Draft {
        Draft::new(id, "2031-03-12", text).assessment(None, Value::Progress, text)
    }

    #[test]
    fn reports_of_the_same_talks_share_the_words_that_others_lack() {
        let mut drafts = vec![
            judged("a", "The fishery talks of Port Oran went on."),
            judged("b", "No end in sight for the fishery talks."),
        ];
        drafts.extend(
            ["tin", "wool", "rail"].map(|of| judged(of, &format!("The {of} talks went well"))),
        );
        check(&drafts, true);
        drafts[1] = judged("b", "No end in sight for the customs talks.");
        check(&drafts, false);
    }

    #[test]
    fn reports_on_one_issue_tell_of_the_same_talks() {
        let on = |id: &str, issue: &str, text: &str| {
            judged(id, text).said("Ilma Dareth", None, text).position(
                "Veldra",
                issue,
                Stance::Offer,
                text,
            )
        };
        check(&[on("a", "the pact", "one word"), on("b", "the pact", "another")], true);
        check(&[on("a", "the pact", "one word"), on("b", "the border", "another")], false);
    }

    #[test]
    fn in_a_record_of_one_negotiation_its_two_parties_are_enough() {
        let both = |id: &str, text: &str| {
            let d = judged(id, text).said("Ilma Dareth", Some("Veldra"), text);
            let d = d.position("Veldra", &format!("issue {id}"), Stance::Offer, text);
            d.position("Tolmark", &format!("matter {id}"), Stance::Reject, text)
        };
        check(&[both("a", "one word"), both("b", "another"), both("c", "third")], true);
    }
}
