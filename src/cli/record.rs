//! `travaux init`, `add`, `backup`: the file of a record. A run that is stopped keeps what it added, and nothing by half.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use travaux::code::codebook;
use travaux::pipeline::{self, Reading};
use travaux::record::{Added, By, Record};
use travaux::report::Report;
use travaux::{Result, annotate};

use super::arguments::{Add, Backup, Init};
use super::count::{Count, duration, number};
use super::progress::{Meter, Progress};
use super::{read, say};

/// Exit code of a run that was stopped from outside.
const STOPPED: u8 = 130;

/// Begins a record.
pub fn init(typed: &Init) -> Result<ExitCode> {
    let text = typed.codebook.as_ref().map(|f| codebook::text(f)).transpose()?;
    let file = typed.codebook.as_ref().map(|f| f.display().to_string()).unwrap_or_default();
    Record::init(&typed.record, text.as_deref().map(|t| (file.as_str(), t)))?;
    Ok(ExitCode::SUCCESS)
}

/// Copies a record.
pub fn backup(typed: &Backup) -> Result<ExitCode> {
    Record::open_read_only(&typed.record)?.backup(&typed.to)?;
    Ok(ExitCode::SUCCESS)
}

/// Adds reports. Returns the exit code: 1 where a report could not be read.
pub fn add(typed: &Add) -> Result<ExitCode> {
    typed.input.check()?;
    let mut record = Record::open(&typed.record)?;
    let mut reader = read::reader(&typed.input, true)?;
    if let Some(codebook) = record.codebook()? {
        reader = reader.with_codebook(codebook);
    }
    let held = record.digests()?;
    let meter = Arc::new(Meter::default());
    let progress = Progress::new(&typed.input, false, meter.clone());
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = stopped.clone();
    // On the second Ctrl-C the program ends at once; the record keeps what was committed.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(STOPPED));
        }
        say("stopping after the reports in hand; again to stop at once");
    });
    let keep = |r: &Report| !held.hold(r) && (!typed.only_talks || annotate::about_talks(&r.text));
    let author = By::machine().author;
    let (mut count, mut tally, mut broken) = (Count::default(), Tally::default(), None);
    let reports = read::reports(&typed.input, meter);
    pipeline::run(&reader, reports, typed.input.threads(), keep, |reading| {
        match reading {
            Ok(reading) if reading.passed_over => {
                if held.hold(&reading.report) {
                    tally.same += 1
                } else {
                    count.passed_over += 1
                }
            }
            Ok(mut reading) => {
                pipeline::cut(&mut reading, 0.0, typed.min_confidence);
                let Reading { report, statements, coding, .. } = &reading;
                match record.add(report, statements, coding, &author) {
                    Ok(Added::New) => tally.new += 1,
                    Ok(Added::Changed) => tally.changed += 1,
                    Ok(Added::Same) => tally.same += 1,
                    Err(error) => broken = Some(error),
                }
            }
            Err(error) => {
                count.failed += 1;
                progress.aside(|| say(&error.to_string()));
            }
        }
        count.reports += 1;
        progress.at(count.reports);
        broken.is_none() && !stopped.load(Ordering::SeqCst)
    });
    progress.end();
    if let Some(error) = broken {
        return Err(error);
    }
    if !typed.input.quiet && !count.lone_failure() {
        say(&tally.sentence(&count, &duration(progress.taken())));
    }
    if stopped.load(Ordering::SeqCst) {
        say("stopped; all that was added is kept, the same command goes on from here");
        return Ok(ExitCode::from(STOPPED));
    }
    Ok(if count.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What a run added.
#[derive(Default)]
struct Tally {
    new: u64,
    changed: u64,
    same: u64,
}

impl Tally {
    /// "12 reports added, 1 in a new version, 3 there already, 40 s".
    fn sentence(&self, count: &Count, taken: &str) -> String {
        let mut parts = vec![format!("{} added", number(self.new, "report", "reports"))];
        let mut some = |n: u64, what: &str| {
            if n > 0 {
                parts.push(format!("{} {what}", super::count::thousands(n)));
            }
        };
        some(self.changed, "in a new version");
        some(self.same, "there already");
        some(count.passed_over, "passed over as not about talks");
        some(count.failed, "could not be read");
        parts.push(taken.to_owned());
        parts.join(", ")
    }
}
