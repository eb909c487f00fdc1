//! Wires the stages; no logic of its own.

use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Condvar, Mutex};
use std::thread;

use crate::annotate::{Annotator, may_concern_talks, sections};
use crate::attribute::{Attributor, Statement};
use crate::code::lexicon::Lexicon;
use crate::code::{Codebook, Coder, Coding};
use crate::error::{Error, Result};
use crate::model::{Scratch, Weights};
use crate::report::Report;

/// A report together with what was read in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The report.
    pub report: Report,
    /// Its statements, in the order of their first anchor.
    pub statements: Vec<Statement>,
    /// What they and the narration say about the negotiation.
    pub coding: Coding,
    /// Whether it was not read at all, because the caller did not want it.
    pub passed_over: bool,
}

/// The weights that come with the program.
static WEIGHTS: &[u8] = include_bytes!("../models/travaux-int8.safetensors");
static CODER: &[u8] = include_bytes!("../models/travaux-talks-int8.safetensors");
static VOCABULARY: &[u8] = include_bytes!("../models/vocab.txt");

/// Reads reports. Shared by all threads; each thread has its own [`Scratch`].
pub struct Reader {
    annotator: Annotator,
    attributor: Attributor,
    coder: Option<Coder>,
}

impl Reader {
    /// With all that comes with the program.
    pub fn new() -> Result<Self> {
        Self::of_statements(None)?.with_coder(None, Lexicon::new()?)
    }

    /// Finds statements alone; `weights` are others of the first reading than those that come with the program (a
    /// safetensors file as `train/export.py` writes it).
    pub fn of_statements(weights: Option<&[u8]>) -> Result<Self> {
        let weights = Weights::from_bytes(weights.unwrap_or(WEIGHTS))?;
        Ok(Self {
            annotator: Annotator::new(&weights, VOCABULARY)?,
            attributor: Attributor::new(&weights)?,
            coder: None,
        })
    }

    /// Finds positions, assessments and encounters as well, with the help of `lexicon`; `weights` are others of the second
    /// reading than those that come with the program (a safetensors file as `train/coding_export.py` writes it).
    pub fn with_coder(mut self, weights: Option<&[u8]>, lexicon: Lexicon) -> Result<Self> {
        let weights = Weights::from_bytes(weights.unwrap_or(CODER))?;
        self.coder = Some(Coder::new(&weights, lexicon)?);
        Ok(self)
    }

    /// Names parties and issues as `codebook` does.
    pub fn with_codebook(mut self, codebook: Codebook) -> Self {
        self.coder = self.coder.map(|c| c.with_codebook(codebook));
        self
    }

    /// The statements of `report`, in the order of their first anchor, and what is said about the negotiation.
    pub fn read(&self, report: &Report, scratch: &mut Scratch) -> (Vec<Statement>, Coding) {
        let coder = self.coder.as_ref().filter(|_| may_concern_talks(&report.text));
        let keep_after = coder.map(Coder::begins_after);
        let (mut drafts, mut coded, mut asks) = (Vec::new(), Vec::new(), Vec::new());
        for section in sections(&report.text) {
            let document = self.annotator.annotate(&report.text, section, keep_after, scratch);
            let draft = self.attributor.section(&document);
            if let Some(coder) = coder {
                let section = coder.section(&report.text, &document, &draft, scratch);
                asks.extend_from_slice(&section.asks);
                coded.push(section);
            }
            drafts.push(draft);
        }
        let (statements, answers) = crate::attribute::complete(report, drafts, &asks);
        let coding = coder
            .map(|coder| coder.complete(report, &statements, coded, &answers))
            .unwrap_or_default();
        (statements, coding)
    }
}

/// Bytes of text that may be on their way at a time, beyond the report that is due next.
const IN_FLIGHT: usize = 16 << 20;

/// Reads `reports` on `jobs` threads and hands the results to `each` in the order of the input, as soon as
/// they are ready. A few reports a thread are in memory at a time, long ones fewer. Those for which `keep`
/// says no are handed on unread. A report at which the program fails becomes an error, the rest goes on.
/// `each` returns whether to go on.
pub fn run(
    reader: &Reader,
    reports: impl Iterator<Item = Result<Report>> + Send,
    jobs: usize,
    keep: impl Fn(&Report) -> bool + Sync,
    mut each: impl FnMut(Result<Reading>) -> bool,
) {
    let one = |report: Report, scratch: &mut Scratch| -> Result<Reading> {
        let id = report.id.clone();
        let read = AssertUnwindSafe(|| {
            let passed_over = !keep(&report);
            let (statements, coding) =
                if passed_over { Default::default() } else { reader.read(&report, scratch) };
            Reading { report, statements, coding, passed_over }
        });
        std::panic::catch_unwind(read).map_err(|_| {
            *scratch = Scratch::default();
            Error::input(format!(
                "report {id}: could not be read because of a mistake in travaux; please send it to its makers"
            ))
        })
    };
    if jobs <= 1 {
        let mut scratch = Scratch::default();
        for report in reports {
            if !each(report.and_then(|r| one(r, &mut scratch))) {
                return;
            }
        }
        return;
    }
    let budget = Budget::default();
    let (work, to_do) = mpsc::sync_channel::<(Report, SyncSender<Result<Reading>>)>(jobs);
    // Answers are awaited in the order of the input; as many are open as keep every thread busy.
    let (open, due) = mpsc::sync_channel::<(usize, Receiver<Result<Reading>>)>(4 * jobs);
    let to_do = Mutex::new(to_do);
    thread::scope(|scope| {
        let (to_do, one, budget) = (&to_do, &one, &budget);
        for _ in 0..jobs {
            scope.spawn(move || {
                let mut scratch = Scratch::default();
                loop {
                    let next = to_do.lock().map(|queue| queue.recv());
                    let Ok(Ok((report, answer))) = next else { return };
                    let _ = answer.send(one(report, &mut scratch));
                }
            });
        }
        scope.spawn(move || {
            for report in reports {
                let size = report.as_ref().map_or(0, |r| r.text.len());
                let (answer, receive) = mpsc::sync_channel(1);
                if !budget.take(size) || open.send((size, receive)).is_err() {
                    return;
                }
                match report {
                    Ok(report) => {
                        if work.send((report, answer)).is_err() {
                            return;
                        }
                    }
                    Err(error) => drop(answer.send(Err(error))),
                }
            }
        });
        for (size, answer) in due {
            let go_on = answer.recv().is_ok_and(&mut each);
            budget.give(size);
            if !go_on {
                break;
            }
        }
        budget.close();
    });
}

/// Holds the reports on their way below [`IN_FLIGHT`] bytes, and lets any single one through.
#[derive(Default)]
struct Budget {
    taken: Mutex<Taken>,
    changed: Condvar,
}

#[derive(Default)]
struct Taken {
    bytes: usize,
    closed: bool,
}

impl Budget {
    /// Waits until there is room for `size` bytes; false when nothing more is wanted.
    fn take(&self, size: usize) -> bool {
        let full = |t: &mut Taken| !t.closed && t.bytes > 0 && t.bytes + size > IN_FLIGHT;
        let Ok(taken) = self.taken.lock() else { return false };
        let Ok(mut taken) = self.changed.wait_while(taken, full) else { return false };
        taken.bytes += size;
        !taken.closed
    }

    fn give(&self, size: usize) {
        self.change(|t| t.bytes = t.bytes.saturating_sub(size));
    }

    fn close(&self) {
        self.change(|t| t.closed = true);
    }

    fn change(&self, how: impl FnOnce(&mut Taken)) {
        how(&mut self.taken.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        self.changed.notify_all();
    }
}

/// Takes out statements less sure than `least`, and positions, assessments and encounters less sure than
/// `least_coded`; says how many. Statements inside one that goes stay, within the nearest around them that stays; so do
/// positions and the rest.
pub fn cut(reading: &mut Reading, least: f32, least_coded: f32) -> usize {
    let coding = &mut reading.coding;
    let coded = |c: &Coding| c.positions.len() + c.assessments.len() + c.encounters.len();
    let before_coded = coded(coding);
    coding.positions.retain(|p| p.confidence >= least_coded);
    coding.assessments.retain(|a| a.confidence >= least_coded);
    coding.encounters.retain(|e| e.confidence >= least_coded);
    let gone = before_coded - coded(coding);
    let before = reading.statements.len();
    if least <= 0.0 {
        return gone;
    }
    let all = &reading.statements;
    let stays = |i: usize| all[i].confidence >= least;
    let kept: Vec<usize> = (0..before).filter(|i| stays(*i)).collect();
    let around = |mut inner: usize| {
        // No statement has more others around it than there are.
        for _ in 0..before {
            inner = all[inner].within?;
            if stays(inner) {
                return kept.binary_search(&inner).ok();
            }
        }
        None
    };
    let place = |i: usize| kept.binary_search(&i).ok().or_else(|| around(i));
    coding.positions.iter_mut().for_each(|p| p.statement = p.statement.and_then(place));
    coding.assessments.iter_mut().for_each(|a| a.statement = a.statement.and_then(place));
    coding.encounters.iter_mut().for_each(|e| e.statement = e.statement.and_then(place));
    let rest = kept
        .iter()
        .map(|&i| {
            let mut statement = all[i].clone();
            statement.within = around(i);
            statement
        })
        .collect();
    reading.statements = rest;
    gone + before - reading.statements.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::Form;
    use crate::code::{Encounter, Kind, Status, Why};

    fn report(id: usize, words: usize) -> Result<Report> {
        let text = "He said the talks went on. ".repeat(words);
        Ok(Report { id: id.to_string(), text, ..Report::default() })
    }

    fn ids(jobs: usize, keep: impl Fn(&Report) -> bool + Sync) -> Vec<String> {
        let reader = Reader::new().expect("the weights that come with the program");
        let reports = (0..20).map(|i| match i {
            3 => Err(Error::input("no text")),
            _ => report(i, if i % 7 == 0 { 3 } else { 1 }),
        });
        let mut out = Vec::new();
        run(&reader, reports, jobs, keep, |r| {
            out.push(match r {
                Ok(r) if r.passed_over => format!("({})", r.report.id),
                Ok(r) => r.report.id,
                Err(e) => e.to_string().split(':').next().unwrap_or_default().to_owned(),
            });
            out.len() < 15
        });
        out
    }

    #[test]
    fn threads_do_not_change_the_order_and_a_failure_costs_one_report() {
        let keep = |r: &Report| match r.id.as_str() {
            "5" => panic!("a mistake"),
            id => id == "0" || id == "14",
        };
        let expected = [
            "0", "(1)", "(2)", "no text", "(4)", "report 5", "(6)", "(7)", "(8)", "(9)", "(10)",
            "(11)", "(12)", "(13)", "14",
        ];
        for jobs in [1, 2, 5] {
            assert_eq!(ids(jobs, keep), expected, "{jobs} threads");
        }
    }

    #[test]
    fn a_report_larger_than_the_budget_passes_alone() {
        let budget = Budget::default();
        assert!(budget.take(3 * IN_FLIGHT));
        thread::scope(|scope| {
            let waits = scope.spawn(|| budget.take(1));
            budget.give(3 * IN_FLIGHT);
            assert!(waits.join().expect("no panic"));
            let refused = scope.spawn(|| budget.take(IN_FLIGHT));
            budget.close();
            assert!(!refused.join().expect("no panic"));
        });
    }

    #[test]
    fn what_stood_in_an_unsure_statement_stands_in_the_next_around_it() {
        let statement = |within, confidence| Statement {
            source: vec![],
            cue: vec![],
            content: vec![],
            form: Form::Indirect,
            speaker: None,
            party: None,
            said: None,
            venue: None,
            within,
            via: None,
            confidence,
        };
        let encounter = |statement, confidence| Encounter {
            statement,
            kind: Kind::Talks,
            status: Status::Held,
            participants: vec![],
            place: None,
            date: None,
            words: vec![],
            confidence,
            why: Why::default(),
        };
        let all = [(None, 0.1), (None, 0.9), (Some(1), 0.2), (Some(2), 0.8), (Some(0), 0.7)];
        let mut reading = Reading {
            report: Report::default(),
            statements: all.map(|(w, c)| statement(w, c)).to_vec(),
            coding: Coding {
                encounters: [(Some(0), 0.9), (Some(3), 0.9), (Some(2), 0.9), (None, 0.1)]
                    .map(|(s, c)| encounter(s, c))
                    .to_vec(),
                ..Coding::default()
            },
            passed_over: false,
        };
        assert_eq!(cut(&mut reading, 0.5, 0.3), 3);
        let told: Vec<_> = reading.coding.encounters.iter().map(|e| e.statement).collect();
        assert_eq!(told, [None, Some(1), Some(0)]);
        let within: Vec<_> = reading.statements.iter().map(|s| s.within).collect();
        assert_eq!(within, [None, Some(0), None]);
    }
}
