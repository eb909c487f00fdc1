//! `travaux read`: reports in, records out, in the order of the input. Never lets one report stop the rest.

use std::io::{ErrorKind, IsTerminal};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use travaux::code::lexicon::Lexicon;
use travaux::code::{Codebook, codebook};
use travaux::pipeline::{self, Reader, Reading};
use travaux::present::page::Record;
use travaux::report::{self, Options, Report, Source};
use travaux::{Error, Result, annotate};

use super::arguments::{Input, Read, Shape};
use super::count::{Count, number};
use super::output::Output;
use super::progress::{Meter, Progress};
use super::say;

/// Exit code of a run that was stopped from outside.
const STOPPED: i32 = 130;

/// Reads what was typed. Returns the exit code: 1 where a report could not be read.
pub fn read(typed: Read) -> Result<ExitCode> {
    typed.check()?;
    let mut reader = reader(&typed.input, !typed.statements_only)?;
    if let Some(path) = &typed.codebook {
        reader = reader.with_codebook(Codebook::open(path)?);
    }
    let meter = Arc::new(Meter::default());
    let scrolls = typed.output().is_none() && typed.format != Shape::Html;
    let progress = Progress::new(&typed.input, scrolls, meter.clone());
    let run = Arc::new(Mutex::new(Run { output: Output::new(&typed)?, count: Count::default() }));
    stop_between_lines(run.clone(), progress.clone());

    let jobs = typed.input.threads();
    let reports = reports(&typed.input, meter);
    let keep = |r: &Report| !typed.only_talks || annotate::about_talks(&r.text);
    let mut broken = None;
    pipeline::run(&reader, reports, jobs, keep, |reading| {
        let mut run = lock(&run);
        let done = match reading {
            Ok(reading) => run.take(reading, &typed),
            Err(error) => {
                run.count.failed += 1;
                progress.aside(|| say(&error.to_string()));
                Ok(())
            }
        };
        run.count.reports += 1;
        progress.at(run.count.reports);
        if let Err(error) = done {
            leave_if_nobody_reads(&error, &mut run.output);
            broken = Some(error);
        }
        broken.is_none()
    });
    progress.end();

    let mut run = lock(&run);
    let Run { output, count } = &mut *run;
    let finished = match broken {
        Some(error) => Err(error),
        None => output.finish(count.failed < count.reports),
    };
    let kept = finished.map_err(|error| {
        leave_if_nobody_reads(&error, output);
        output.discard();
        Error::io(output.name(), error)
    })?;
    if let Some(file) = typed.output().filter(|_| !kept) {
        say(&format!("{}: not written, as no report could be read", file.display()));
    }
    let watched = std::io::stderr().is_terminal() && count.reports > 1;
    if !typed.input.quiet && (watched || (count.incomplete() && !count.lone_failure())) {
        say(&count.sentence(progress.taken()));
    }
    Ok(if count.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The reader that `input` asks for. Says so where it waits for the keyboard.
pub(super) fn reader(input: &Input, coded: bool) -> Result<Reader> {
    let bytes = |path: &PathBuf| std::fs::read(path).map_err(|e| Error::io(path.display(), e));
    let first = input.weights.as_ref().map(bytes).transpose()?;
    let mut reader = Reader::of_statements(first.as_deref())?;
    if coded {
        let mut lexicon = Lexicon::new()?;
        for path in &input.lexicon {
            lexicon.extend(&path.display().to_string(), &codebook::text(path)?)?;
        }
        let second = input.second_weights.as_ref().map(bytes).transpose()?;
        reader = reader.with_coder(second.as_deref(), lexicon)?;
    }
    if input.reads_stdin() && std::io::stdin().is_terminal() && !input.quiet {
        say("reading from the keyboard; end with Ctrl-D on an empty line");
    }
    Ok(reader)
}

/// What the run and the handler of Ctrl-C share: whoever holds it finds only whole records written.
struct Run {
    output: Output,
    count: Count,
}

impl Run {
    fn take(&mut self, mut reading: Reading, typed: &Read) -> std::io::Result<()> {
        if reading.passed_over {
            self.count.passed_over += 1;
            return Ok(());
        }
        let (least, least_coded) = typed.least();
        self.count.left_out += pipeline::cut(&mut reading, least, least_coded) as u64;
        if !typed.explain {
            reading.coding.forget_why();
        }
        self.count.statements += reading.statements.len() as u64;
        self.output.write(&Record::new(&reading))
    }
}

fn lock(run: &Mutex<Run>) -> MutexGuard<'_, Run> {
    run.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `head` and `less` close the pipe when they have seen enough: that is success, and at once, even where
/// more input is awaited.
fn leave_if_nobody_reads(error: &std::io::Error, output: &mut Output) {
    if error.kind() == ErrorKind::BrokenPipe {
        output.discard();
        std::process::exit(0);
    }
}

/// On the first Ctrl-C, completes the output with the reports done so far, says so and ends the program,
/// whatever it is waiting for. On the second, ends it without waiting for the record being written.
fn stop_between_lines(run: Arc<Mutex<Run>>, progress: Progress) {
    static AGAIN: AtomicBool = AtomicBool::new(false);
    let part = lock(&run).output.part().map(PathBuf::from);
    // Without a handler Ctrl-C still ends the program.
    let _ = ctrlc::set_handler(move || {
        if AGAIN.swap(true, Ordering::SeqCst) {
            if let Some(part) = &part {
                let _ = std::fs::remove_file(part);
            }
            std::process::exit(STOPPED);
        }
        let (run, progress) = (run.clone(), progress.clone());
        std::thread::spawn(move || {
            let mut run = lock(&run);
            progress.end();
            let Run { output, count } = &mut *run;
            let done = number(count.reports, "report", "reports");
            match output.finish(false) {
                Ok(true) => say(&format!("stopped after {done}; {} has them", output.name())),
                Ok(false) => say(&format!("stopped after {done}")),
                Err(error) => say(&format!("stopped after {done}; {}: {error}", output.name())),
            }
            std::process::exit(STOPPED);
        });
    });
}

/// The reports of `input`, in order. A source at which the program fails is one error.
pub(super) fn reports(
    input: &Input,
    meter: Arc<Meter>,
) -> impl Iterator<Item = Result<Report>> + Send + use<> {
    let options = input.options();
    report::sources(&input.reports).flat_map(move |source| match source {
        Ok(source) => Either::Reports(Guarded::new(source, &options, meter.clone())),
        Err(error) => Either::Error(std::iter::once(Err(error))),
    })
}

enum Either {
    Reports(Guarded),
    Error(std::iter::Once<Result<Report>>),
}

impl Iterator for Either {
    type Item = Result<Report>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Either::Reports(reports) => reports.next(),
            Either::Error(error) => error.next(),
        }
    }
}

/// The reports of one source, counted, and ended by an error where the program fails in it.
struct Guarded {
    name: String,
    reports: Option<Box<dyn Iterator<Item = Result<Report>> + Send>>,
    meter: Arc<Meter>,
}

impl Guarded {
    fn new(source: Source, options: &Options, meter: Arc<Meter>) -> Self {
        meter.open(&source);
        let (name, options) = (source.to_string(), options.clone());
        // Opened with the first report, so that opening is guarded as well.
        let reports = std::iter::once(source).flat_map(move |s| report::read(s, &options));
        Self { name, reports: Some(Box::new(reports)), meter }
    }
}

impl Iterator for Guarded {
    type Item = Result<Report>;

    fn next(&mut self) -> Option<Self::Item> {
        let reports = self.reports.as_mut()?;
        let next = catch_unwind(AssertUnwindSafe(|| reports.next())).unwrap_or_else(|_| {
            self.reports = None;
            Some(Err(Error::input(format!(
                "{}: could not be read because of a mistake in travaux; please send it to its makers",
                self.name
            ))))
        });
        match &next {
            Some(Ok(report)) => self.meter.take(report),
            Some(Err(_)) => {}
            None => self.reports = None,
        }
        if self.reports.is_none() {
            self.meter.close();
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_at_which_the_program_fails_is_one_error() {
        let reports = [1, 2, 3].into_iter().map(|n| match n {
            2 => panic!("a mistake"),
            _ => Ok(Report::default()),
        });
        let meter = Arc::new(Meter::default());
        let mut guarded = Guarded { name: "a.txt".into(), reports: Some(Box::new(reports)), meter };
        assert!(guarded.next().is_some_and(|r| r.is_ok()));
        let failed = guarded.next().and_then(Result::err).map(|e| e.to_string());
        assert!(failed.is_some_and(|e| e.starts_with("a.txt: could not be read because")));
        assert!(guarded.next().is_none());
    }
}
