//! `travaux init`, `add`, `check`, `backup`: the file of a record. A run that is stopped keeps what it added, and nothing by half.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use travaux::code::codebook;
use travaux::pipeline::{self, Reading};
use travaux::record::{Added, By, Record};
use travaux::report::Report;
use travaux::{Result, annotate, present::clean};

use super::arguments::{Add, Backup, Init, Whole};
use super::count::{Count, duration, number};
use super::progress::{Meter, Progress};
use super::{print, read, say};

/// Exit code of a run that was stopped from outside.
const STOPPED: i32 = 130;

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

/// Prints what is wrong with a record, or that nothing is. Returns the exit code: 1 where something is.
pub fn check(typed: &Whole) -> Result<ExitCode> {
    let checked = Record::open_read_only(&typed.record)?.check()?;
    let file = typed.record.display();
    let mut out = String::new();
    for problem in &checked.problems {
        out += &(clean::line(&format!("{file}: {problem}")) + "\n");
    }
    if checked.problems.is_empty() {
        let reports = number(checked.reports, "report", "reports");
        let entries = number(checked.entries, "entry", "entries");
        out = clean::line(&format!("{file}: no problem: {reports}, {entries}")) + "\n";
    }
    print(&out, std::io::stdout())?;
    if checked.problems.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    say(
        "keep the file as it is, and go on with a backup that has no problem (`travaux backup` makes them)",
    );
    Ok(ExitCode::FAILURE)
}

/// Adds reports. Returns the exit code: 1 where a report could not be read.
pub fn add(typed: &Add) -> Result<ExitCode> {
    typed.input.check()?;
    let record = Record::open(&typed.record)?;
    let mut reader = read::reader(&typed.input, true)?;
    if let Some(codebook) = record.codebook()? {
        reader = reader.with_codebook(codebook);
    }
    let held = record.digests()?;
    let meter = Arc::new(Meter::default());
    let progress = Progress::new(&typed.input, false, meter.clone());
    let run = Run { record: Some(record), count: Count::default(), tally: Tally::default() };
    let run = Arc::new(Mutex::new(run));
    stop_between_reports(run.clone(), progress.clone(), typed.input.quiet);
    let keep = |r: &Report| !held.hold(r) && (!typed.only_talks || annotate::about_talks(&r.text));
    let reports = read::reports(&typed.input, meter);
    let mut broken = None;
    pipeline::run(&reader, reports, typed.input.threads(), keep, |reading| {
        let mut run = lock(&run);
        let done = match reading {
            Ok(reading) => run.take(reading, typed.min_confidence, |r| held.hold(r)),
            Err(error) => {
                run.count.failed += 1;
                progress.aside(|| say(&error.to_string()));
                Ok(())
            }
        };
        run.count.reports += 1;
        progress.at(run.count.reports);
        broken = done.err();
        broken.is_none()
    });
    progress.end();
    let mut run = lock(&run);
    // Closed, the record is one file again: what the log beside it held is in it.
    drop(run.record.take());
    let told = run.tally.sentence(&run.count, &duration(progress.taken()));
    if let Some(error) = broken {
        if run.tally.new + run.tally.changed > 0 {
            say(&format!("{told}; the rest is not added"));
        }
        return Err(error);
    }
    if !typed.input.quiet && !run.count.lone_failure() {
        say(&told);
    }
    Ok(if run.count.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What the run and the handler of Ctrl-C share: whoever holds it finds no report added by half.
struct Run {
    /// None once the run was stopped.
    record: Option<Record>,
    count: Count,
    tally: Tally,
}

impl Run {
    fn take(
        &mut self,
        mut reading: Reading,
        least: f32,
        held: impl Fn(&Report) -> bool,
    ) -> Result<()> {
        if reading.passed_over {
            match held(&reading.report) {
                true => self.tally.same += 1,
                false => self.count.passed_over += 1,
            }
            return Ok(());
        }
        let Some(record) = &mut self.record else { return Ok(()) };
        pipeline::cut(&mut reading, 0.0, least);
        let Reading { report, statements, coding, .. } = &reading;
        let added = record.add(report, statements, coding, &By::machine().author)?;
        if report.published.is_none() && added != Added::Same {
            self.tally.undated += 1;
        }
        match added {
            Added::New => self.tally.new += 1,
            Added::Changed => self.tally.changed += 1,
            Added::Same => self.tally.same += 1,
        }
        Ok(())
    }
}

fn lock(run: &Mutex<Run>) -> MutexGuard<'_, Run> {
    run.lock().unwrap_or_else(PoisonError::into_inner)
}

/// On the first Ctrl-C, closes the record after the report that is being written, says what was added and ends the
/// program, whatever it is waiting for. On the second, ends it at once: what was committed is kept.
fn stop_between_reports(run: Arc<Mutex<Run>>, progress: Progress, quiet: bool) {
    static AGAIN: AtomicBool = AtomicBool::new(false);
    // Without a handler Ctrl-C still ends the program.
    let _ = ctrlc::set_handler(move || {
        if AGAIN.swap(true, Ordering::SeqCst) {
            std::process::exit(STOPPED);
        }
        let (run, progress) = (run.clone(), progress.clone());
        std::thread::spawn(move || {
            let mut run = lock(&run);
            progress.end();
            drop(run.record.take());
            if !quiet {
                say(&run.tally.sentence(&run.count, &duration(progress.taken())));
            }
            say("stopped; all that was added is kept, the same command goes on from here");
            std::process::exit(STOPPED);
        });
    });
}

/// What a run added.
#[derive(Default)]
struct Tally {
    new: u64,
    changed: u64,
    same: u64,
    /// Without a day of publication.
    undated: u64,
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
        some(self.undated, "without a day, counted for today (--published gives one)");
        parts.push(taken.to_owned());
        parts.join(", ")
    }
}
