//! A line about how far a long run is, with rate and time left. Shown on a terminal only, from the second
//! second on; never among the statements.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use travaux::report::{self, Report, Source};

use super::arguments::Input;
use super::count::{duration, number, thousands};

/// The line. Cheap to clone; all clones are the same line.
#[derive(Clone)]
pub struct Progress {
    bar: ProgressBar,
    state: Arc<State>,
}

/// How much of the input has been taken. Files say how large they are, reports how much of them they are.
#[derive(Default)]
pub struct Meter {
    /// Bytes of all files; 0 where that is not known.
    total: AtomicU64,
    /// Bytes of the files that are done.
    done: AtomicU64,
    /// What reports of the file being read came to, in bytes as [`weight`] counts them.
    inside: AtomicU64,
    /// Size of the file being read.
    size: AtomicU64,
}

struct State {
    since: Instant,
    reports: AtomicU64,
    over: AtomicBool,
    meter: Arc<Meter>,
}

/// How long a run is left alone before the line appears.
const SILENCE: Duration = Duration::from_secs(1);
const REDRAW: Duration = Duration::from_millis(200);

impl Progress {
    /// A line for the run over `input`, where one helps: not with `--quiet`, not off a terminal, not where what is
    /// found `scrolls` over the same terminal meanwhile.
    pub fn new(input: &Input, scrolls: bool, meter: Arc<Meter>) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let state = State {
            since: Instant::now(),
            reports: AtomicU64::new(0),
            over: AtomicBool::new(false),
            meter,
        };
        let progress = Self { bar, state: Arc::new(state) };
        let scrolls = scrolls && std::io::stdout().is_terminal();
        if !input.quiet && std::io::stderr().is_terminal() && !scrolls {
            let (line, paths) = (progress.clone(), input.reports.clone());
            std::thread::spawn(move || line.draw(&paths));
        }
        progress
    }

    /// `reports` are done.
    pub fn at(&self, reports: u64) {
        self.state.reports.store(reports, Relaxed);
    }

    /// Runs `f`, which writes to the terminal, with the line out of the way.
    pub fn aside(&self, f: impl FnOnce()) {
        self.bar.suspend(f);
    }

    /// Takes the line away.
    pub fn end(&self) {
        self.state.over.store(true, Relaxed);
        self.bar.finish_and_clear();
    }

    /// How long the run has lasted.
    pub fn taken(&self) -> Duration {
        self.state.since.elapsed()
    }

    /// Redraws until the end.
    fn draw(&self, paths: &[PathBuf]) {
        std::thread::sleep(SILENCE);
        if self.state.over.load(Relaxed) {
            return;
        }
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            self.bar.set_style(style);
        }
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        // Counting the files of a large folder takes a while; until then there is no time left to tell.
        let meter = self.state.meter.clone();
        let paths = paths.to_vec();
        std::thread::spawn(move || meter.total.store(total(&paths).unwrap_or(0), Relaxed));
        while !self.state.over.load(Relaxed) {
            let reports = self.state.reports.load(Relaxed);
            self.bar.set_message(line(reports, self.state.meter.share(), self.taken()));
            self.bar.tick();
            std::thread::sleep(REDRAW);
        }
    }
}

impl Meter {
    /// A file or stream is opened.
    pub fn open(&self, source: &Source) {
        let size = source.path().and_then(|p| p.metadata().ok()).map_or(0, |m| m.len());
        self.size.store(size, Relaxed);
        self.inside.store(0, Relaxed);
    }

    /// A report has been taken out of it.
    pub fn take(&self, report: &Report) {
        self.inside.fetch_add(weight(report), Relaxed);
    }

    /// It has come to its end.
    pub fn close(&self) {
        self.done.fetch_add(self.size.swap(0, Relaxed), Relaxed);
        self.inside.store(0, Relaxed);
    }

    /// The part of the input that has been taken, 0 to 1.
    fn share(&self) -> Option<f64> {
        let total = self.total.load(Relaxed);
        let inside = self.inside.load(Relaxed).min(self.size.load(Relaxed));
        let taken = self.done.load(Relaxed) + inside;
        (total > 0).then(|| (taken as f64 / total as f64).min(1.0))
    }
}

/// About as many bytes as a report takes in a file of many: its fields, what must be escaped, some names.
fn weight(report: &Report) -> u64 {
    const NAMES: usize = 160;
    let escaped = report.text.bytes().filter(|b| matches!(b, b'\n' | b'"' | b'\\')).count();
    let fields = [&report.title, &report.outlet, &report.byline, &report.place, &report.url];
    let fields: usize = fields.into_iter().flatten().map(String::len).sum();
    (report.text.len() + escaped + fields + NAMES) as u64
}

/// Bytes of all files behind `paths`; nothing where one is a stream.
fn total(paths: &[PathBuf]) -> Option<u64> {
    let mut sum = 0;
    for source in report::sources(paths).flatten() {
        let file = source.path()?.metadata().ok()?;
        sum += file.is_file().then_some(file.len())?;
    }
    Some(sum)
}

/// "1,204 reports · 31 a second · 46 % · 40 s left".
fn line(reports: u64, share: Option<f64>, taken: Duration) -> String {
    let seconds = taken.as_secs_f64().max(0.1);
    let rate = reports as f64 / seconds;
    let mut parts = vec![number(reports, "report", "reports")];
    if reports > 0 {
        parts.push(match rate {
            10.0.. => format!("{} a second", thousands(rate.round() as u64)),
            1.0.. => format!("{rate:.1} a second"),
            _ => format!("{:.1} a minute", rate * 60.0),
        });
    }
    match share.filter(|_| reports > 0) {
        Some(share) if share > 0.0 => {
            parts.push(format!("{:.0} %", share * 100.0));
            let left = (seconds * (1.0 - share) / share).min(1e9).ceil() as u64;
            parts.push(match left {
                0..60 => format!("{left} s left"),
                _ => format!("{} left", duration(Duration::from_secs(left))),
            });
        }
        _ => parts.push(duration(taken)),
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_time_left() {
        let check = |reports, share, seconds, expected: &str| {
            assert_eq!(line(reports, share, Duration::from_secs(seconds)), expected);
        };
        check(0, None, 2, "0 reports · 2.0 s");
        check(1240, Some(0.5), 40, "1,240 reports · 31 a second · 50 % · 40 s left");
        check(3, None, 90, "3 reports · 2.0 a minute · 1 min 30 s");
        check(9, Some(0.9), 6, "9 reports · 1.5 a second · 90 % · 1 s left");
    }

    #[test]
    fn what_is_taken_never_passes_what_there_is() {
        let meter = Meter::default();
        assert_eq!(meter.share(), None);
        meter.total.store(1000, Relaxed);
        meter.size.store(500, Relaxed);
        meter.take(&Report { text: "x".repeat(90), ..Report::default() });
        assert_eq!(meter.share(), Some(0.25));
        meter.take(&Report { text: "x".repeat(9000), ..Report::default() });
        assert_eq!(meter.share(), Some(0.5));
        meter.close();
        assert_eq!(meter.share(), Some(0.5));
    }
}
