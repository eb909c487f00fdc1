//! The board against a naive model: a list of all that was ever done, gone through from the beginning for each question.
//! Never asks the record for anything but the reports' order, and which are copies or corrected: texts as short as these may
//! pass for copies.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rusqlite::types::Value;

use super::super::rows::POSITION;
use super::super::testing::{Draft, Sample, noon};
use super::super::{Act, At, Board, By, Record, Snapshot, Verdict};
use super::*;
use crate::code::Stance;

const PARTIES: [&str; 3] = ["Veldra", "Tolmark", "Ostmark"];
const ISSUES: [&str; 3] = ["seats", "quotas", "the pact"];
const WORDS: [&str; 3] = ["alpha", "beta", "gamma"];
const REPORTS: u8 = 4;

/// What is told of one measure in one text of a report.
#[derive(Debug, Clone, PartialEq)]
struct Fact {
    words: usize,
    holder: Option<usize>,
    issue: Option<usize>,
    speaker: usize,
    stance: usize,
    /// March 2031.
    said: Option<i8>,
    confidence: u8,
}

#[derive(Debug, Clone)]
enum Deed {
    /// A report comes in, for the first time or changed.
    Add { report: u8, published: Option<i8>, facts: Vec<Fact> },
    /// A person decides on what a report says with some words.
    Decide { report: u8, words: usize, verdict: Verdict },
    /// A later report turns out to correct an earlier one.
    Correct { earlier: u8, later: u8 },
    /// A party's name turns out to be another's.
    Merge { name: usize, of: usize },
}

fn fact() -> impl Strategy<Value = Fact> {
    let holder = prop::option::weighted(0.9, 0..PARTIES.len());
    let issue = prop::option::weighted(0.9, 0..ISSUES.len());
    let said = prop::option::of(1..=12i8);
    (0..WORDS.len(), holder, issue, 0..PARTIES.len(), 0..Stance::ALL.len(), said, 1..=9u8).prop_map(
        |(words, holder, issue, speaker, stance, said, confidence)| Fact {
            words,
            holder,
            issue,
            speaker,
            stance,
            said,
            confidence,
        },
    )
}

fn deed() -> impl Strategy<Value = Deed> {
    let published = prop::option::weighted(0.8, 1..=12i8);
    let add = (0..REPORTS, published, prop::collection::vec(fact(), 0..4)).prop_map(
        |(report, published, mut facts)| {
            let mut seen = BTreeSet::new();
            facts.retain(|f| seen.insert(f.words));
            // Words of another holder are another claim, whatever was decided on them: here each has one.
            facts.iter_mut().for_each(|f| {
                let holder = (usize::from(report) + f.words) % (PARTIES.len() + 1);
                f.holder = (holder < PARTIES.len()).then_some(holder);
            });
            Deed::Add { report, published, facts }
        },
    );
    let verdict = prop::sample::select(vec![Verdict::Accepted, Verdict::Rejected]);
    let decide = (0..REPORTS, 0..WORDS.len(), verdict)
        .prop_map(|(report, words, verdict)| Deed::Decide { report, words, verdict });
    let correct = (0..REPORTS, 0..REPORTS)
        .prop_filter("another", |(a, b)| a != b)
        .prop_map(|(earlier, later)| Deed::Correct { earlier, later });
    let merge = (0..PARTIES.len(), 0..PARTIES.len())
        .prop_filter("another", |(a, b)| a != b)
        .prop_map(|(name, of)| Deed::Merge { name, of });
    prop_oneof![6 => add, 3 => decide, 1 => correct, 1 => merge]
}

/// The moment of the `i`th deed: noon of a day in April, so that all was said before.
fn moment(i: usize) -> Timestamp {
    noon("2031-04-01") + (24 * i as i64).hours()
}

fn march(day: i8) -> Date {
    Date::constant(2031, 3, day)
}

// --- the record ---

/// Does all deeds; tells which had an effect.
fn make(deeds: &[Deed]) -> (Sample, Vec<bool>) {
    let mut sample = Sample::new();
    let done = deeds.iter().enumerate().map(|(i, deed)| {
        sample.record.at_moment(moment(i));
        perform(&mut sample.record, deed)
    });
    let done = done.collect();
    (sample, done)
}

fn perform(record: &mut Record, deed: &Deed) -> bool {
    match deed {
        Deed::Add { report, published, facts } => {
            let draft = draft(*report, *published, facts);
            record.add(&draft.report, &draft.statements, &draft.coding, "test").expect("added");
            true
        }
        Deed::Decide { report, words, verdict } => {
            let sql = "SELECT t.entry FROM position t JOIN entry ON entry.id = t.entry JOIN report ON report.id = entry.report
                       JOIN version v ON v.id = t.version WHERE given = ? AND t.until IS NULL AND
                       substr(v.text, json_extract(terms, '$[0][0]') + 1, 4) = ?";
            let db = record.db();
            let start = &WORDS[*words][..4];
            let Ok(entry) = db.query_row(sql, (format!("r{report}"), start), |r| r.get(0)) else {
                return false;
            };
            let set = [("verdict", Value::from(verdict.as_str().to_owned()))];
            let person = By::person("a person", None);
            let changed = record.change(&person, Act::Accept, "", None, |tx, change| {
                POSITION.close(tx, entry, change).expect("closed");
                POSITION.reopen(tx, entry, change, &set).expect("opened");
                Ok(true)
            });
            changed.expect("decided")
        }
        Deed::Correct { earlier, later } => {
            let sql = "INSERT INTO copy SELECT later.id, earlier.id, ?, NULL, 'correction', 1.0
                       FROM report later, report earlier WHERE later.given = ? AND earlier.given = ?";
            let (later, earlier) = (format!("r{later}"), format!("r{earlier}"));
            let changed = record.change(&By::machine(), Act::Merge, "", None, |tx, change| {
                Ok(tx.execute(sql, (change, later, earlier)).expect("inserted") > 0)
            });
            changed.expect("corrected")
        }
        Deed::Merge { name, of } => {
            let changed = record.change(&By::machine(), Act::Merge, "", None, |tx, change| {
                let actor = "SELECT actor FROM actor_name n JOIN name ON name.id = n.name
                             WHERE text = ? AND until IS NULL";
                let to: Result<i64, _> = tx.query_row(actor, [PARTIES[*of]], |r| r.get(0));
                let Ok(to) = to else { return Ok(false) };
                let close = "UPDATE actor_name SET until = ? WHERE until IS NULL
                             AND name = (SELECT id FROM name WHERE text = ?)";
                if tx.execute(close, (change, PARTIES[*name])).expect("closed") == 0 {
                    return Ok(false);
                }
                let open = "INSERT INTO actor_name SELECT id, ?, ?, NULL, NULL, NULL, 'test' FROM name WHERE text = ?";
                tx.execute(open, (to, change, PARTIES[*name])).expect("opened");
                Ok(true)
            });
            changed.expect("merged")
        }
    }
}

fn draft(report: u8, published: Option<i8>, facts: &[Fact]) -> Draft {
    // What a reading says is in its text too: a report with the same text is not read again.
    let lines = facts.iter().map(|f| format!("{} {f:?}\n", WORDS[f.words]));
    let day = published.map(|p| march(p).to_string()).unwrap_or_default();
    let mut draft = Draft::new(&format!("r{report}"), &day, &lines.collect::<String>());
    for f in facts {
        let words = WORDS[f.words];
        draft = draft.said(PARTIES[f.speaker], Some(PARTIES[f.speaker]), words).position(
            PARTIES[f.holder.unwrap_or(0)],
            ISSUES[f.issue.unwrap_or(0)],
            Stance::ALL[f.stance],
            words,
        );
        let statement = draft.statements.last_mut().expect("made");
        statement.said = f.said.map(|d| march(d).to_string());
        let position = draft.coding.positions.last_mut().expect("made");
        position.holder = f.holder.map(|h| PARTIES[h].into());
        position.issue = f.issue.map(|i| ISSUES[i].into());
        position.firsthand = f.holder == Some(f.speaker);
        position.confidence = f32::from(f.confidence) / 10.0;
    }
    draft
}

// --- the model ---

/// A cell as both sides tell it: "issue party: stance, since, day, report words, first-hand, support, heard".
type Told = BTreeMap<String, String>;

#[derive(Clone, Default)]
struct Words {
    /// As the live text has it.
    read: Option<Fact>,
    /// As a person found it.
    decided: Option<(Verdict, Fact)>,
    /// As a text had it last: who said a position that a person decided on, and when, stays known without the words.
    last: Option<Fact>,
    /// When it was first read, of all: the deed, and the place in its report.
    first: (usize, usize),
}

/// Where a report stands among the others.
struct Place {
    index: usize,
    group: usize,
    corrected: bool,
}

/// What a naive reader holds of all deeds done by a moment.
#[derive(Default)]
struct Model {
    published: BTreeMap<u8, (Option<i8>, usize)>,
    told: BTreeMap<(u8, usize), Words>,
    of: BTreeMap<usize, usize>,
}

impl Model {
    fn after(deeds: &[Deed], done: &[bool]) -> Self {
        let mut m = Self::default();
        for (i, (deed, _)) in deeds.iter().zip(done).enumerate().filter(|(_, (_, done))| **done) {
            match deed {
                Deed::Add { report, published, facts } => {
                    m.published.entry(*report).or_insert((*published, i)).0 = *published;
                    for words in 0..WORDS.len() {
                        let place = facts.iter().position(|f| f.words == words);
                        let told = m.told.entry((*report, words)).or_default();
                        if told.read.is_none() && told.decided.is_none() {
                            told.first = (i, place.unwrap_or(0));
                        }
                        told.read = place.map(|p| facts[p].clone());
                        if told.read.is_some() || told.decided.is_none() {
                            told.last = told.read.clone();
                        }
                    }
                }
                Deed::Decide { report, words, verdict } => {
                    let told = m.told.entry((*report, *words)).or_default();
                    let held = told.decided.take().map(|(_, fact)| fact);
                    let fact = held.or(told.read.clone()).expect("it was decided on");
                    told.decided = Some((*verdict, fact));
                }
                Deed::Correct { .. } => {}
                Deed::Merge { name, of } => {
                    let to = m.actor(*of);
                    m.of.insert(*name, to);
                }
            }
        }
        m
    }

    fn actor(&self, name: usize) -> usize {
        self.of.get(&name).copied().unwrap_or(name)
    }

    fn board(&self, as_of: Date, places: &dyn Fn(u8) -> Place) -> (Told, LeftOut) {
        let mut left_out = LeftOut::default();
        // Of one cell: day, first-hand, report's place, sureness, when first read, stance, report, words.
        type Row = (Date, bool, usize, u8, Reverse<(usize, usize)>, usize, u8, usize);
        let mut rows: BTreeMap<(usize, usize), Vec<Row>> = BTreeMap::new();
        for ((report, words), told) in &self.told {
            let (fact, sure) = match (&told.decided, &told.read) {
                (Some((Verdict::Rejected, _)), _) | (None, None) => continue,
                (Some((_, fact)), _) => (fact, 10),
                (None, Some(fact)) => (fact, fact.confidence),
            };
            let (published, came) = self.published[report];
            let out = published.map_or(march(31).saturating_add((1 + came as i64).days()), march);
            let statement = told.last.as_ref();
            let said = statement.and_then(|f| f.said).map_or(out, march);
            let day = said.min(out);
            if day > as_of {
                continue;
            }
            let Some(holder) = fact.holder else {
                left_out.holder += 1;
                continue;
            };
            let Some(issue) = fact.issue else {
                left_out.issue += 1;
                continue;
            };
            if places(*report).corrected {
                left_out.corrected += 1;
                continue;
            }
            let party = self.actor(holder);
            let speaker = statement.map(|f| self.actor(f.speaker));
            let first = fact.speaker == holder || speaker == Some(party);
            let row = (
                day,
                first,
                places(*report).index,
                sure,
                Reverse(told.first),
                fact.stance,
                *report,
                *words,
            );
            rows.entry((issue, party)).or_default().push(row);
        }
        let tell = |((issue, party), rows): ((usize, usize), Vec<Row>)| {
            let latest = *rows.iter().max().expect("never empty");
            // The run goes back to the day after the last day that another stance won.
            let wins = |r: &&Row| rows.iter().filter(|o| o.0 == r.0).max() == Some(*r);
            let broken = rows.iter().filter(wins).filter(|r| r.5 != latest.5).map(|r| r.0).max();
            let run = rows.iter().filter(|r| broken.is_none_or(|b| r.0 > b));
            let since = run.clone().filter(wins).map(|r| r.0).min().expect("the latest");
            let same = run.filter(|r| r.0 >= since && r.5 == latest.5);
            let groups: BTreeSet<usize> = same.map(|r| places(r.6).group).collect();
            let cell = format!("{} {}", ISSUES[issue], PARTIES[party]);
            let text = format!(
                "{} {since} {} r{} {} {} {} {}",
                Stance::ALL[latest.5].as_str(),
                latest.0,
                latest.6,
                WORDS[latest.7],
                latest.1,
                groups.len(),
                rows.len()
            );
            (cell, text)
        };
        (rows.into_iter().map(tell).collect(), left_out)
    }
}

/// The record's board in the model's words. Parties go by the names they were begun with: what they are called is another
/// matter.
fn told(record: &Record, snapshot: &Snapshot<'_>, board: &Board<'_>) -> Told {
    let begun = |party: ActorId| -> String {
        let sql = "SELECT text FROM actor JOIN name ON name.id = actor.name WHERE actor.id = ?";
        record.db().query_row(sql, [party], |r| r.get(0)).expect("an actor")
    };
    let tell = |(cell, s): (&Cell, &Standing<'_>)| {
        let p = s.latest;
        let place = format!("{} {}", snapshot.issue_name(cell.issue), begun(cell.party));
        let text = format!(
            "{} {} {} {} {} {} {} {}",
            p.what.stance.as_str(),
            s.since,
            p.day,
            snapshot.reports[p.report].given,
            snapshot.words(p.version, &p.what.terms).expect("words").join("|"),
            firsthand(snapshot, p),
            s.support.len(),
            s.heard
        );
        (place, text)
    };
    board.cells.iter().map(tell).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn the_board_of_any_day_as_known_at_any_moment_is_exact(
        deeds in prop::collection::vec(deed(), 1..14),
    ) {
        let (sample, done) = make(&deeds);
        for known in 0..deeds.len() {
            let at = At { as_of: None, known_by: Some(moment(known)) };
            let whole = sample.record.snapshot(at).expect("read");
            let all = whole.positions().expect("read");
            let model = Model::after(&deeds[..=known], &done);
            let places = |report: u8| {
                let is = |r: &&super::super::ReportHead| r.given == format!("r{report}");
                let i = whole.reports.iter().position(|r| is(&r)).expect("added");
                let head = &whole.reports[i];
                Place { index: i, group: head.group, corrected: head.corrected_by.is_some() }
            };
            for day in [1, 5, 9, 31].map(march).into_iter().chain([march(31).saturating_add(20.days())]) {
                let at = At { as_of: Some(day), ..at };
                let snapshot = sample.record.snapshot(at).expect("read");
                let entries = snapshot.positions().expect("read");
                let found = board(&snapshot, &entries, None);
                let (expected, left_out) = model.board(day, &places);
                prop_assert_eq!(&told(&sample.record, &snapshot, &found), &expected, "as of {}, known {}", day, known);
                prop_assert_eq!(found.left_out, left_out);
                // The board of an earlier day out of a later one's entries is the same.
                let cut = board(&whole, &all, Some(day));
                prop_assert_eq!(told(&sample.record, &whole, &cut), expected);
            }
        }
    }
}
