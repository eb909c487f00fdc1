//! Random sequences of additions, decisions and undoings against a model that keeps everything in plain lists: for every past
//! moment the record holds exactly what the model held, and undoing the last change brings back what was before.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::super::testing::{Draft, Sample, noon};
use super::super::{Added, At, By, ChangeId, Correction, Field, Permalink, Record};
use crate::code::Stance;

/// Words that a report may state its position with.
const WORDS: [&str; 3] = ["stay out", "open the port", "cut the quota"];
const STANCES: [Stance; 3] = [Stance::Offer, Stance::Demand, Stance::Reject];
const HOLDERS: [&str; 3] = ["Veldra", "Ostmark", "Tolmark"];

#[derive(Debug, Clone)]
enum Step {
    /// A report comes in, in some edition, with positions in some of the words.
    Add {
        report: usize,
        edition: usize,
        words: [bool; 3],
    },
    Accept(usize),
    Reject(usize),
    Correct(usize, usize, usize),
    Note(usize),
    /// Of the changes by people, counted from the last.
    Undo(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..3usize, 0..3usize, any::<[bool; 3]>())
            .prop_map(|(report, edition, words)| Step::Add { report, edition, words }),
        2 => (0..9usize).prop_map(Step::Accept),
        2 => (0..9usize).prop_map(Step::Reject),
        2 => (0..9usize, 0..3usize, 0..3usize).prop_map(|(e, h, s)| Step::Correct(e, h, s)),
        1 => (0..9usize).prop_map(Step::Note),
        4 => (0..4usize).prop_map(Step::Undo),
    ]
}

/// What the model holds of an entry: holder, stance, verdict.
type Held = (String, &'static str, &'static str);
/// By report and words.
type State = BTreeMap<(usize, usize), Held>;

/// A change that a person made, in the model.
struct Made {
    id: ChangeId,
    key: (usize, usize),
    before: Option<Held>,
    /// What it takes back, as an index.
    undoes: Option<usize>,
    note: bool,
}

#[derive(Default)]
struct Model {
    now: State,
    editions: BTreeMap<usize, (usize, [bool; 3])>,
    made: Vec<Made>,
    /// The number of the last addition that touched an entry.
    carried: BTreeMap<(usize, usize), ChangeId>,
    /// Of each moment: what was held.
    past: Vec<(Timestamp, State)>,
}

impl Model {
    fn add(&mut self, report: usize, edition: usize, words: [bool; 3], change: ChangeId) {
        self.editions.insert(report, (edition, words));
        for (w, there) in words.into_iter().enumerate() {
            let key = (report, w);
            let decided = self.now.get(&key).is_some_and(|h| h.2 != "unreviewed");
            if decided || there || self.now.contains_key(&key) {
                self.carried.insert(key, change);
            }
            if !decided {
                self.now.remove(&key);
                if there {
                    let held = (HOLDERS[0].to_owned(), STANCES[0].as_str(), "unreviewed");
                    self.now.insert(key, held);
                }
            }
        }
    }

    /// Whether the `i`th change was not taken back, or that was.
    fn holds(&self, i: usize) -> bool {
        let undo = self.made.iter().position(|m| m.undoes == Some(i));
        undo.is_none_or(|u| !self.holds(u))
    }

    /// Whether the `i`th change may be taken back: nobody did, and no later change that holds rests on it.
    fn may_undo(&self, i: usize) -> bool {
        let made = &self.made[i];
        let later = |j: usize| {
            let m = &self.made[j];
            !m.note && m.key == made.key && self.holds(j) && m.undoes.is_none_or(|u| u <= i)
        };
        let carried = self.carried.get(&made.key).is_some_and(|c| *c > made.id);
        let built_on = carried || (i + 1..self.made.len()).any(later);
        self.made.iter().all(|m| m.undoes != Some(i)) && (made.note || !built_on)
    }
}

fn draft(report: usize, edition: usize, words: [bool; 3]) -> Draft {
    let text = format!("{}Veldra would {}.", "New: ".repeat(edition), WORDS.join(", and would "));
    let mut draft = Draft::new(&format!("r{report}"), "2031-03-12", &text);
    for (w, there) in words.into_iter().enumerate() {
        if there {
            draft = draft.position(HOLDERS[0], "the pact", STANCES[0], WORDS[w]);
        }
    }
    draft
}

/// What the record holds at a moment, rejected entries left out as the model leaves them out of questions.
fn held(record: &Record, known_by: Option<Timestamp>) -> State {
    let snapshot = record.snapshot(At { known_by, as_of: None }).expect("read");
    let all = snapshot.positions().expect("read");
    let line = |p: &super::super::Entry<super::super::Position>| {
        let words = snapshot.words(p.version, &p.what.terms).expect("words").concat();
        let w = WORDS.iter().position(|x| *x == words).expect("known words");
        let report = snapshot.reports[p.report].given[1..].parse().expect("a number");
        let holder = p.what.holder.map(|h| snapshot.name(h).to_owned()).unwrap_or_default();
        ((report, w), (holder, p.what.stance.as_str(), p.verdict.as_str()))
    };
    all.iter().map(line).collect()
}

fn seen(state: &State) -> State {
    state.iter().filter(|(_, h)| h.2 != "rejected").map(|(k, h)| (*k, h.clone())).collect()
}

/// The permalinks of entries by report and words, the last of each.
fn links(record: &Record) -> Vec<((usize, usize), Permalink)> {
    let mut found = record
        .db
        .prepare(
            "SELECT t.entry, given, version.text, terms FROM position t JOIN entry ON entry.id = t.entry
             JOIN report ON report.id = entry.report JOIN version ON version.id = t.version
             GROUP BY t.entry ORDER BY t.entry",
        )
        .expect("read");
    let rows = found.query_map([], |r| {
        let (id, given): (i64, String) = (r.get(0)?, r.get(1)?);
        let (text, terms): (String, String) = (r.get(2)?, r.get(3)?);
        let spans = super::super::rows::parse_spans(&terms).expect("spans");
        let w = WORDS.iter().position(|x| *x == spans[0].of(&text)).expect("known words");
        let link: Permalink = format!("p{id}").parse().expect("a link");
        Ok(((given[1..].parse().expect("a number"), w), link))
    });
    let all: BTreeMap<_, _> = rows.expect("read").collect::<Result<_, _>>().expect("read");
    all.into_iter().collect()
}

fn run(steps: &[Step]) {
    let mut sample = Sample::new();
    let mut model = Model::default();
    let by = By::person("Ana", None);
    let start = noon("2031-03-13");
    for (i, step) in steps.iter().enumerate() {
        let moment = start + SignedDuration::from_secs(i as i64 * 60);
        sample.record.at_moment(moment);
        let known = links(&sample.record);
        // Entries that are no longer held may not be decided on: the model does not know them either.
        let pick = |n: &usize| known.get(n % known.len().max(1)).copied();
        let holds = |key| model.now.get(&key).cloned();
        let decide = |record: &mut Record, n: &usize, to: &dyn Fn(&Held) -> Option<Held>| {
            let (key, link) = pick(n)?;
            let before = holds(key);
            let after = before.as_ref().and_then(to);
            let done = match step {
                Step::Accept(_) => record.accept(&by, link, None),
                Step::Reject(_) => record.reject(&by, link, None),
                Step::Correct(_, h, s) => {
                    let set = |field, to: &str| Correction { field, to: vec![to.to_owned()] };
                    let all =
                        [set(Field::Holder, HOLDERS[*h]), set(Field::Stance, STANCES[*s].as_str())];
                    record.correct(&by, link, &all, None)
                }
                _ => record.note(&by, link, "a note"),
            };
            let note = matches!(step, Step::Note(_));
            assert_eq!(done.is_ok(), after.is_some() || note, "{step:?} {before:?}: {done:?}");
            let id = done.ok()?;
            Some((Made { id, key, before, undoes: None, note }, after))
        };
        match step {
            Step::Add { report, edition, words } => {
                let draft = draft(*report, *edition, *words);
                let (r, s, c) = (&draft.report, &draft.statements, &draft.coding);
                let added = sample.record.add(r, s, c, "test").expect("added");
                // A text that is there is not read again, whatever the reading.
                let same = model.editions.get(report).is_some_and(|(e, _)| e == edition);
                assert_eq!(added == Added::Same, same);
                if !same {
                    let change = sample.record.snapshot(At::default()).expect("read").change;
                    model.add(*report, *edition, *words, change);
                }
            }
            Step::Undo(back) => {
                let Some(i) = model.made.len().checked_sub(back + 1) else { continue };
                let id = model.made[i].id;
                let may = model.may_undo(i);
                let before = held(&sample.record, None);
                let done = sample.record.undo(&by, id);
                assert_eq!(done.is_ok(), may, "{id:?} {done:?}");
                let Ok(undo) = done else {
                    assert_eq!(held(&sample.record, None), before);
                    continue;
                };
                let (key, note) = (model.made[i].key, model.made[i].note);
                let was = model.now.get(&key).cloned();
                if !note {
                    match model.made[i].before.clone() {
                        Some(held) => model.now.insert(key, held),
                        None => model.now.remove(&key),
                    };
                }
                model.made.push(Made { id: undo, key, before: was, undoes: Some(i), note });
            }
            Step::Accept(n) | Step::Reject(n) | Step::Correct(n, ..) | Step::Note(n) => {
                let to = |h: &Held| -> Option<Held> {
                    let turned = |verdict| (h.0.clone(), h.1, verdict);
                    match step {
                        Step::Accept(_) => {
                            (!["accepted", "corrected"].contains(&h.2)).then(|| turned("accepted"))
                        }
                        Step::Reject(_) => (h.2 != "rejected").then(|| turned("rejected")),
                        Step::Correct(_, holder, s) => {
                            let now = (HOLDERS[*holder].to_owned(), STANCES[*s].as_str());
                            let changed = now != (h.0.clone(), h.1);
                            changed.then_some((now.0, now.1, "corrected"))
                        }
                        _ => None,
                    }
                };
                if let Some((made, after)) = decide(&mut sample.record, n, &to) {
                    if let Some(after) = after {
                        model.now.insert(made.key, after);
                    }
                    model.made.push(made);
                }
            }
        }
        assert_eq!(held(&sample.record, None), seen(&model.now), "after {step:?}");
        model.past.push((moment, model.now.clone()));
    }
    for (moment, state) in &model.past {
        assert_eq!(held(&sample.record, Some(*moment)), seen(state), "known by {moment}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_past_moment_is_as_it_was_and_what_is_undone_is_as_before(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        run(&steps);
    }
}
