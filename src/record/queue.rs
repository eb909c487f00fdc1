//! What waits for a person's review, the least sure first: positions, assessments and encounters before statements. The same
//! words in copies of one report wait once. Never shows what a person decided already.

use std::collections::{HashMap, HashSet};

use super::permalink::{EntryKind, Permalink};
use super::{ActorId, ChangeId, Entry, NameId, Snapshot, Verdict, VersionId};
use crate::error::Result;
use crate::report::Span;

/// What is asked for; all where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Wanted {
    /// Entries of one kind.
    pub kind: Option<EntryKind>,
    /// Entries less sure than this, 0 to 1.
    pub below: Option<f64>,
}

/// An entry that nobody has looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Which.
    pub entry: Permalink,
    /// The change that made it as it is.
    pub since: ChangeId,
    /// How sure the reading is, 0 to 1.
    pub confidence: f64,
    /// Its report, as an index into [`Snapshot::reports`].
    pub report: usize,
    /// The same words, read alike, in copies of the report.
    pub copies: Vec<Permalink>,
}

/// An entry on its way into the queue.
struct Item {
    waiting: Waiting,
    decided: bool,
    version: VersionId,
    words: Vec<Span>,
    whose: Option<ActorId>,
}

impl Snapshot<'_> {
    /// Entries that nobody has reviewed.
    pub fn unreviewed(&self, wanted: Wanted) -> Result<Vec<Waiting>> {
        let mut items: Vec<Item> = Vec::new();
        let is = |kind| wanted.kind.is_none_or(|k| k == kind);
        if is(EntryKind::Position) {
            for p in self.positions()? {
                items.push(self.item(p.link(), &p, &p.what.terms, p.what.holder));
            }
        }
        if is(EntryKind::Assessment) {
            for a in self.assessments()? {
                items.push(self.item(a.link(), &a, &a.what.words, a.what.assessor));
            }
        }
        if is(EntryKind::Encounter) {
            for e in self.encounters()? {
                items.push(self.item(e.link(), &e, &e.what.words, None));
            }
        }
        if is(EntryKind::Statement) {
            for s in self.statements()? {
                items.push(self.item(s.link(), &s, &s.what.content, s.what.told.speaker));
            }
        }
        let mut out = self.once(items)?;
        out.retain(|w| wanted.below.is_none_or(|below| w.confidence < below));
        out.sort_by(|a, b| {
            let last = |w: &Waiting| w.entry.kind == EntryKind::Statement;
            last(a)
                .cmp(&last(b))
                .then(a.confidence.total_cmp(&b.confidence))
                .then((a.report, a.entry).cmp(&(b.report, b.entry)))
        });
        Ok(out)
    }

    fn item<T>(
        &self,
        entry: Permalink,
        e: &Entry<T>,
        words: &[Span],
        name: Option<NameId>,
    ) -> Item {
        let waiting = Waiting {
            entry,
            since: e.since,
            confidence: e.confidence,
            report: e.report,
            copies: Vec::new(),
        };
        Item {
            waiting,
            decided: e.verdict != Verdict::Unreviewed,
            version: e.version,
            words: words.to_vec(),
            whose: name.and_then(|n| self.actor(n, e.day)),
        }
    }

    /// Puts the same words of copies together, under the first report that has them; where a person said of one that it
    /// is right, none of them waits.
    fn once(&self, items: Vec<Item>) -> Result<Vec<Waiting>> {
        let mut sizes: HashMap<usize, usize> = HashMap::new();
        for report in &self.reports {
            *sizes.entry(report.group).or_default() += 1;
        }
        let mut out: Vec<Waiting> = Vec::new();
        let mut places = HashMap::new();
        let mut decided = HashSet::new();
        for item in items {
            let group = self.reports[item.waiting.report].group;
            if sizes[&group] == 1 {
                out.extend((!item.decided).then_some(item.waiting));
                continue;
            }
            let words = self.words(item.version, &item.words)?.join(" ");
            let words: Vec<&str> = words.split_whitespace().collect();
            let key = (group, item.waiting.entry.kind, words.join(" "), item.whose);
            if item.decided {
                decided.insert(key);
                continue;
            }
            match places.get(&key) {
                None => {
                    places.insert(key, out.len());
                    out.push(item.waiting);
                }
                Some(place) => {
                    let first: &mut Waiting = &mut out[*place];
                    // Within one report, the same words may tell of two things.
                    if first.report == item.waiting.report {
                        out.push(item.waiting);
                    } else {
                        first.copies.push(item.waiting.entry);
                    }
                }
            }
        }
        let mut done: Vec<usize> =
            places.iter().filter(|(key, _)| decided.contains(*key)).map(|(_, i)| *i).collect();
        done.sort_unstable();
        for i in done.into_iter().rev() {
            out.remove(i);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, Sample};
    use super::super::{At, By};
    use super::*;
    use crate::code::{Stance, Value};

    fn draft(id: &str) -> Draft {
        let text = "Ilma Dareth said Veldra would stay out of the pact. Talks stalled.";
        let mut draft = Draft::new(id, "2031-03-12", text)
            .said("Ilma Dareth", Some("Veldra"), "Veldra would stay out of the pact")
            .position("Veldra", "the pact", Stance::Offer, "stay out of the pact")
            .assessment(None, Value::NoProgress, "Talks stalled");
        draft.statements[0].confidence = 0.1;
        draft.coding.positions[0].confidence = 0.6;
        draft.coding.assessments[0].confidence = 0.3;
        draft
    }

    fn next(sample: &Sample, wanted: Wanted) -> Vec<String> {
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let all = snapshot.unreviewed(wanted).expect("read");
        let line = |w: &Waiting| {
            let copies: Vec<String> = w.copies.iter().map(Permalink::to_string).collect();
            [vec![w.entry.to_string()], copies].concat().join("=")
        };
        all.iter().map(line).collect()
    }

    #[test]
    fn the_least_sure_comes_first_and_statements_last() {
        let mut sample = Sample::new();
        sample.add("2031-03-13", &draft("r1"));
        let all = Wanted::default();
        assert_eq!(next(&sample, all), ["a3", "p2", "s1"]);
        assert_eq!(next(&sample, Wanted { below: Some(0.6), ..all }), ["a3", "s1"]);
        let kind = Some(EntryKind::Position);
        assert_eq!(next(&sample, Wanted { kind, ..all }), ["p2"]);
        let ana = By::person("Ana", None);
        sample.record.accept(&ana, "a3".parse().expect("a link"), None).expect("accepted");
        sample.record.reject(&ana, "p2".parse().expect("a link"), None).expect("rejected");
        assert_eq!(next(&sample, all), ["s1"]);
    }

    #[test]
    fn copies_wait_once_and_not_at_all_when_one_is_accepted() {
        let mut sample = Sample::new();
        sample.add("2031-03-13", &draft("r1"));
        sample.add("2031-03-14", &draft("r2"));
        let copied = "INSERT OR IGNORE INTO copy VALUES (2, 1, 3, NULL, 'copy', 1.0)";
        sample.record.db.execute(copied, []).expect("written");
        let all = Wanted::default();
        assert_eq!(next(&sample, all), ["a3=a6", "p2=p5", "s1=s4"]);
        let ana = By::person("Ana", None);
        sample.record.accept(&ana, "a6".parse().expect("a link"), None).expect("accepted");
        sample.record.reject(&ana, "p2".parse().expect("a link"), None).expect("rejected");
        assert_eq!(next(&sample, all), ["p5", "s1=s4"]);
    }
}
