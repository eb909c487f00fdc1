//! Parse arguments, call, print errors.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use travaux::pipeline::{self, Reader};
use travaux::present::{clean, html, page::Record, terminal};
use travaux::report::{self, Format, Options};
use travaux::{Error, Result, annotate};

/// Reads news reports about a negotiation and keeps its record.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print who said what in news reports
    #[command(after_help = EXAMPLES)]
    Read(Read),
}

const EXAMPLES: &str = "\
Examples:
  travaux read report.txt                       who said what, for the eye
  travaux read --published 2022-03-30 page.html a saved web page, its date given
  travaux read --format json reports/ > out     a folder, one line of JSON a report
  travaux read --format html -o page.html *.txt a page to look at
  curl ... | travaux read -                     standard input";

#[derive(clap::Args)]
struct Read {
    /// Files or folders; `-` is standard input
    #[arg(required = true, value_name = "REPORT")]
    reports: Vec<PathBuf>,
    /// How to show what was read
    #[arg(long, value_enum, default_value = "text")]
    format: Shape,
    /// Format of the reports, where it should not be detected: text, html, jsonl, sgml
    #[arg(long, value_name = "FORMAT")]
    from: Option<Format>,
    /// Day of publication, for all reports
    #[arg(long, value_name = "YYYY-MM-DD")]
    published: Option<Date>,
    /// Threads [default: all cores]
    #[arg(short, long, value_name = "N")]
    jobs: Option<usize>,
    /// Write there instead of to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Leave out statements less sure than this, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0)]
    min_confidence: f32,
    /// Pass over reports that are not about talks
    #[arg(long)]
    only_talks: bool,
    /// Largest report that is read, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    max_size: u64,
    /// Colour: auto, always, never
    #[arg(long, value_enum, default_value = "auto")]
    color: Color,
    /// No progress, no closing line
    #[arg(short, long)]
    quiet: bool,
    /// Other weights than those that come with the program
    #[arg(long, value_name = "FILE", hide = true)]
    weights: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Shape {
    Text,
    Json,
    Html,
}

#[derive(Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

fn main() -> ExitCode {
    let Command::Read(arguments) = Arguments::parse().command;
    match read(&arguments) {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            if error.is_usage() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

fn complain(error: &Error) {
    eprintln!("travaux: {}", clean::line(&error.to_string()));
}

static STOP: AtomicBool = AtomicBool::new(false);

fn read(arguments: &Read) -> Result<ExitCode> {
    if !(0.0..=1.0).contains(&arguments.min_confidence) {
        return Err(Error::usage("--min-confidence takes a number from 0 to 1"));
    }
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    let reader = match &arguments.weights {
        None => Reader::new()?,
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|e| Error::io(path.display(), e))?;
            Reader::with_weights(&bytes)?
        }
    };
    let options = Options {
        from: arguments.from,
        published: arguments.published,
        max_bytes: arguments.max_size.saturating_mul(1 << 20),
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.unwrap_or(cores).max(1);
    let reports = report::sources(&arguments.reports).flat_map(
        move |source| -> Box<dyn Iterator<Item = _>> {
            match source {
                Ok(source) => Box::new(report::read(source, &options)),
                Err(error) => Box::new(std::iter::once(Err(error))),
            }
        },
    );
    let mut output = Output::new(arguments)?;
    let progress = Progress::new(arguments);
    let (mut count, mut failed, mut broken) = (0u64, 0u64, None);
    let keep = |r: &report::Report| !arguments.only_talks || annotate::about_talks(&r.text);
    pipeline::run(&reader, reports, jobs, keep, |reading| {
        count += 1;
        match reading {
            Ok(mut reading) => {
                if arguments.only_talks && !annotate::about_talks(&reading.report.text) {
                    progress.tick(count);
                    return !STOP.load(Ordering::SeqCst);
                }
                pipeline::cut(&mut reading, arguments.min_confidence);
                if let Err(error) = output.write(&Record::new(&reading)) {
                    broken = Some(error);
                    return false;
                }
            }
            Err(error) => {
                failed += 1;
                progress.suspend(|| complain(&error));
            }
        }
        progress.tick(count);
        !STOP.load(Ordering::SeqCst)
    });
    progress.clear();
    if let Some(error) = broken.or_else(|| output.finish().err()) {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Ok(ExitCode::SUCCESS);
        }
        return Err(Error::io("output", error));
    }
    if STOP.load(Ordering::SeqCst) {
        eprintln!("travaux: stopped after {count} reports");
        return Ok(ExitCode::from(130));
    }
    if failed > 0 {
        if count > 1 {
            eprintln!("travaux: {failed} of {count} reports could not be read");
        }
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Where records go, and how.
struct Output {
    stream: Box<dyn Write>,
    shape: Shape,
    width: usize,
    number: usize,
    /// Renamed from the first to the second when all is written.
    rename: Option<(PathBuf, PathBuf)>,
}

impl Output {
    fn new(arguments: &Read) -> Result<Self> {
        let (stream, rename): (Box<dyn Write>, _) = match &arguments.output {
            Some(path) => {
                let mut part = path.clone().into_os_string();
                part.push(".part");
                let part = PathBuf::from(part);
                let file =
                    std::fs::File::create(&part).map_err(|e| Error::io(path.display(), e))?;
                (Box::new(anstream::StripStream::new(file)), Some((part, path.clone())))
            }
            None => {
                let choice = match arguments.color {
                    Color::Auto => anstream::ColorChoice::Auto,
                    Color::Always => anstream::ColorChoice::Always,
                    Color::Never => anstream::ColorChoice::Never,
                };
                match arguments.format {
                    Shape::Text => {
                        (Box::new(anstream::AutoStream::new(std::io::stdout(), choice)), None)
                    }
                    _ => (Box::new(std::io::stdout()), None),
                }
            }
        };
        let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        let mut out = Self {
            stream,
            shape: arguments.format,
            width: width.unwrap_or(100),
            number: 0,
            rename,
        };
        if out.shape == Shape::Html {
            out.stream.write_all(html::head().as_bytes()).map_err(|e| Error::io("output", e))?;
        }
        Ok(out)
    }

    fn write(&mut self, record: &Record) -> std::io::Result<()> {
        self.number += 1;
        let mut text = String::new();
        match self.shape {
            Shape::Text => terminal::render(record, self.width, &mut text),
            Shape::Html => text = html::report(record, self.number),
            Shape::Json => {
                text = record.to_json();
                text.push('\n');
            }
        }
        self.stream.write_all(text.as_bytes())?;
        self.stream.flush()
    }

    fn finish(&mut self) -> std::io::Result<()> {
        if self.shape == Shape::Html {
            self.stream.write_all(html::tail().as_bytes())?;
        }
        self.stream.flush()?;
        match self.rename.take() {
            Some((from, to)) => std::fs::rename(from, to),
            None => Ok(()),
        }
    }
}

/// A line about how far the run is, on a terminal, from the second second on.
struct Progress {
    bar: Option<indicatif::ProgressBar>,
    since: Instant,
}

impl Progress {
    fn new(arguments: &Read) -> Self {
        let shown = !arguments.quiet
            && std::io::stderr().is_terminal()
            && (arguments.output.is_some() || !std::io::stdout().is_terminal());
        let bar = shown.then(|| {
            let style =
                indicatif::ProgressStyle::with_template("{pos} reports · {per_sec} · {elapsed}");
            let bar = indicatif::ProgressBar::no_length();
            style.map(|s| bar.clone().with_style(s)).unwrap_or(bar)
        });
        Self { bar, since: Instant::now() }
    }

    fn tick(&self, count: u64) {
        if let Some(bar) =
            self.bar.as_ref().filter(|_| self.since.elapsed() > Duration::from_secs(1))
        {
            bar.set_position(count);
        }
    }

    fn suspend(&self, f: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(f),
            None => f(),
        }
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
