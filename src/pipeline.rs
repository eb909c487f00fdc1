//! Wires the stages; no logic of its own.

use crate::attribute::Statement;
use crate::report::Report;

/// A report together with what was read in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The report.
    pub report: Report,
    /// Its statements, in the order of their first anchor.
    pub statements: Vec<Statement>,
}

use crate::annotate::{Annotator, sections};
use crate::attribute::Attributor;
use crate::error::Result;
use crate::model::{Scratch, Weights};

/// The weights that come with the program.
static WEIGHTS: &[u8] = include_bytes!("../models/travaux-int8.safetensors");
static VOCABULARY: &[u8] = include_bytes!("../models/vocab.txt");

/// Reads reports. Shared by all threads; each thread has its own [`Scratch`].
pub struct Reader {
    annotator: Annotator,
    attributor: Attributor,
}

impl Reader {
    /// With the weights that come with the program.
    pub fn new() -> Result<Self> {
        Self::with_weights(WEIGHTS)
    }

    /// With the weights in `bytes` (a safetensors file as `train/export.py` writes it).
    pub fn with_weights(bytes: &[u8]) -> Result<Self> {
        let weights = Weights::from_bytes(bytes)?;
        Ok(Self {
            annotator: Annotator::new(&weights, VOCABULARY)?,
            attributor: Attributor::new(&weights)?,
        })
    }

    /// The statements of `report`, in the order of their first anchor.
    pub fn statements(&self, report: &Report, scratch: &mut Scratch) -> Vec<Statement> {
        let drafts = sections(&report.text)
            .into_iter()
            .map(|section| self.annotator.annotate(&report.text, section, scratch))
            .map(|document| self.attributor.section(&document));
        crate::attribute::complete(report, drafts)
    }
}

/// Reads `reports` on `jobs` threads and hands the results to `each` in the order of the input, as they
/// become ready. A few reports a thread are in memory at a time. `each` returns whether to go on.
pub fn run(
    reader: &Reader,
    reports: impl Iterator<Item = Result<Report>>,
    jobs: usize,
    keep: impl Fn(&Report) -> bool + Sync,
    mut each: impl FnMut(Result<Reading>) -> bool,
) {
    let one = |report: Report, scratch: &mut Scratch| -> Result<Reading> {
        if !keep(&report) {
            return Ok(Reading { report, statements: Vec::new() });
        }
        let read = std::panic::AssertUnwindSafe(|| reader.statements(&report, scratch));
        match std::panic::catch_unwind(read) {
            Ok(statements) => Ok(Reading { report, statements }),
            Err(_) => Err(crate::Error::input(format!(
                "report {}: could not be read because of a mistake in travaux; please send it to its makers",
                report.id
            ))),
        }
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
    let (jobs_in, jobs_out) = std::sync::mpsc::sync_channel::<(Report, _)>(jobs);
    let jobs_out = std::sync::Mutex::new(jobs_out);
    std::thread::scope(|scope| {
        let (jobs_out, one) = (&jobs_out, &one);
        for _ in 0..jobs {
            scope.spawn(move || {
                let mut scratch = Scratch::default();
                loop {
                    let next = jobs_out.lock().map(|queue| queue.recv());
                    let Ok(Ok((report, answer))) = next else { return };
                    let answer: std::sync::mpsc::SyncSender<Result<Reading>> = answer;
                    let _ = answer.send(one(report, &mut scratch));
                }
            });
        }
        // Answers are awaited in order; as many are open as keep every thread busy.
        let mut open = std::collections::VecDeque::new();
        let mut go_on = true;
        for report in reports {
            let (send, receive) = std::sync::mpsc::sync_channel(1);
            match report {
                Ok(report) => drop(jobs_in.send((report, send))),
                Err(error) => drop(send.send(Err(error))),
            }
            open.push_back(receive);
            while go_on && open.len() > 4 * jobs {
                if let Some(Ok(reading)) = open.pop_front().map(|r| r.recv()) {
                    go_on = each(reading);
                }
            }
            if !go_on {
                break;
            }
        }
        drop(jobs_in);
        while let Some(receive) = open.pop_front().filter(|_| go_on) {
            if let Ok(reading) = receive.recv() {
                go_on = each(reading);
            }
        }
    });
}

/// Takes out statements less sure than `least`; those inside them stay, by themselves.
pub fn cut(reading: &mut Reading, least: f32) {
    if least <= 0.0 {
        return;
    }
    let kept: Vec<usize> = (0..reading.statements.len())
        .filter(|i| reading.statements[*i].confidence >= least)
        .collect();
    let place = |old: usize| kept.binary_search(&old).ok();
    reading.statements = kept
        .iter()
        .map(|&i| {
            let mut statement = reading.statements[i].clone();
            statement.within = statement.within.and_then(place);
            statement
        })
        .collect();
}
