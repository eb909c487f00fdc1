//! Turns bytes from wherever people have them into [`Report`]s. Never changes the words of a report.
//!
//! [`sources`] finds the files, [`read`] takes the reports out of one of them:
//!
//! ```no_run
//! use travaux::report::{Options, read, sources};
//!
//! for source in sources(&["reports/".into()]) {
//!     for report in read(source?, &Options::default()) {
//!         match report {
//!             Ok(report) => println!("{}: {} bytes", report.id, report.text.len()),
//!             Err(error) => eprintln!("{error}"),
//!         }
//!     }
//! }
//! # Ok::<(), travaux::Error>(())
//! ```
//!
//! A format is a file of this room: [`Format`] names it, `read` calls it, it yields the reports of a
//! stream. What all have in common (id, language, datelines, limits) is done here, once.

mod agencies;
mod credit;
mod date;
mod decode;
mod format;
mod html;
mod jsonl;
mod language;
mod layout;
mod lines;
mod nesting;
mod sgml;
mod source;

use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::error::{Error, Result};
pub(crate) use date::MONTHS;
pub use format::Format;
pub use language::check_language;
pub use source::{Source, sources};

/// A stretch of a report's text, in bytes: `text[start..end]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` to `end`, in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self { start, end }
    }

    /// The words it stands for.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(&self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub fn overlaps(&self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// One news text with what is known about where it comes from. Unknown is `None`, never a guess.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The id the input gave (JSON Lines `id`, Reuters `NEWID`), else derived from the content.
    pub id: String,
    /// Headline, as printed.
    pub title: Option<String>,
    /// Who published it ("Harbour Gazette").
    pub outlet: Option<String>,
    /// Wire agencies credited ("Reuters", "EFE").
    pub agencies: Vec<String>,
    /// The author's line.
    pub byline: Option<String>,
    /// Place of the dateline ("GENEVA").
    pub place: Option<String>,
    /// Day of publication; relative dates are resolved against it.
    pub published: Option<Date>,
    /// ISO 639-1 code of the language.
    pub language: Option<String>,
    /// Where it was found.
    pub url: Option<String>,
    /// The file that holds it and no other.
    pub file: Option<PathBuf>,
    /// The text: UTF-8, paragraphs separated by an empty line.
    pub text: String,
}

/// How reports are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The format; `None` detects it.
    pub from: Option<Format>,
    /// The day of publication of all reports, whatever they say themselves.
    pub published: Option<Date>,
    /// Bytes that one report may have, 8 MiB unless set: no news report is longer, and what is longer would be
    /// read for minutes. A web page may have four times as many, most of them no text.
    pub max_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { from: None, published: None, max_bytes: 8 << 20 }
    }
}

/// A report as its reader gives it, and where it stands ("wire.jsonl, line 3").
struct Found {
    report: Report,
    at: String,
}

/// What a reader yields.
type Records = Box<dyn Iterator<Item = Result<Found>> + Send>;

/// How much longer a web page may be than its text: it carries scripts and pictures.
const PAGE: u64 = 4;

/// Bytes looked at to tell what a file is.
const HEAD: u64 = 1 << 16;

/// The reports in a source, one at a time. What cannot be read is an error that names the place and the
/// remedy; whatever else the source holds follows.
pub fn read(
    source: Source,
    options: &Options,
) -> impl Iterator<Item = Result<Report>> + Send + use<> {
    let options = options.clone();
    let records: Records = match open(source, &options) {
        Ok(records) => records,
        Err(error) => Box::new(std::iter::once(Err(error))),
    };
    records.map(move |found| finish(found?, &options))
}

fn open(source: Source, options: &Options) -> Result<Records> {
    let name = source.to_string();
    let path = source.path().map(Path::to_owned);
    let mut input: Box<dyn BufRead + Send> =
        Box::new(BufReader::with_capacity(1 << 16, source.open()?));
    let mut head = peek(&mut input, &name)?;
    if let Some(encoding) = decode::utf16(&head) {
        let bytes = Cursor::new(head).chain(input);
        input =
            Box::new(BufReader::with_capacity(1 << 16, decode::Transcoder::new(bytes, encoding)));
        head = peek(&mut input, &name)?;
    }
    if head.trim_ascii().is_empty() && (head.len() as u64) < HEAD {
        return Err(Error::input(format!("{name}: empty file; nothing to read")));
    }
    refuse_foreign(&head, &name)?;
    let format = options.from.unwrap_or_else(|| Format::detect(&head, path.as_deref()));
    let file = path.and_then(|p| std::path::absolute(p).ok());
    let max = options.max_bytes;
    let input = BufReader::new(Cursor::new(head.clone()).chain(input));
    Ok(match format {
        Format::Jsonl => jsonl::reports(input, &head, &name, max),
        Format::Sgml => sgml::reports(input, &name, max),
        Format::Text => Box::new(std::iter::once_with(move || {
            let bytes = whole(input, &name, max)?;
            let report = Report { file, ..plain(&decode::decode(bytes, None)) };
            Ok(Found { report, at: name })
        })),
        Format::Html => Box::new(std::iter::once_with(move || {
            let bytes = whole(input, &name, max.saturating_mul(PAGE))?;
            let declared = decode::declared(&bytes);
            let mut report = html::report(decode::decode(bytes, declared))
                .map_err(|e| Error::input(format!("{name}: {e}")))?;
            report.file = file;
            if report.text.len() as u64 > max {
                return Err(too_long(&name, max));
            }
            Ok(Found { report, at: name })
        })),
    })
}

fn peek(input: &mut impl Read, name: &str) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    input.take(HEAD).read_to_end(&mut head).map_err(|e| Error::io(name, e))?;
    Ok(head)
}

/// All bytes of a file that is one report.
fn whole(input: impl Read, name: &str, max: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(max.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| Error::io(name, e))?;
    if bytes.len() as u64 > max {
        return Err(too_long(name, max));
    }
    refuse_foreign(&bytes, name)?;
    Ok(bytes)
}

fn too_long(name: &str, max: u64) -> Error {
    Error::input(format!(
        "{name}: more than {}, too long for one news report; split it, give one report a line as JSON \
         Lines, or allow more with --max-size",
        megabytes(max)
    ))
}

fn refuse_foreign(bytes: &[u8], name: &str) -> Result<()> {
    match decode::foreign(bytes) {
        Some(what) => Err(Error::input(format!(
            "{name}: {what}, not text; save the report as plain text or as a web page"
        ))),
        None => Ok(()),
    }
}

/// Plain text: a headline, paragraphs.
fn plain(text: &str) -> Report {
    let mut layout = layout::Layout::of(text);
    let title = layout.take_title(|line| {
        credit::dateline(line).is_some()
            || credit::byline(line).is_some()
            || date::line(line).is_some()
    });
    Report { title, text: layout.paragraphs(), ..Report::default() }
}

/// What all readers have in common.
fn finish(found: Found, options: &Options) -> Result<Report> {
    let Found { mut report, at } = found;
    if report.text.trim().is_empty() {
        return Err(Error::input(format!("{at}: no text; nothing to read")));
    }
    if !report.text.contains(char::is_alphabetic) {
        return Err(Error::input(format!("{at}: no words in the text; nothing to read")));
    }
    if decode::is_binary(report.text.as_bytes()) {
        return Err(Error::input(format!("{at}: binary data, not text; leave it out")));
    }
    leave_out_endless(&mut report);
    credit::enrich(&mut report);
    report.published = options.published.or(report.published);
    if report.id.is_empty() {
        report.id = content_id(&report);
    }
    let language = language::language(&report.text);
    if let Some(code) = language.code() {
        report.language = Some(code.to_string());
    }
    language::refuse_other(&report, language).map_err(|e| Error::input(format!("{at}: {e}")))?;
    Ok(report)
}

/// Fields that are repeated beside every statement are kept to a length that makes sense.
fn leave_out_endless(report: &mut Report) {
    const LONGEST: usize = 500;
    let fields = [&mut report.outlet, &mut report.byline, &mut report.place, &mut report.language];
    for field in fields {
        field.take_if(|words| words.len() > LONGEST);
    }
    report.agencies.retain(|name| name.len() <= LONGEST);
    if report.id.len() > LONGEST {
        report.id.clear();
    }
}

/// FNV-1a over title and text: the same content has the same id on any machine.
impl Report {
    /// Whether the input gave it no id.
    pub fn id_is_derived(&self) -> bool {
        self.id == content_id(self)
    }
}

fn content_id(report: &Report) -> String {
    let title = report.title.as_deref().unwrap_or_default();
    let bytes = title.bytes().chain([b'\n']).chain(report.text.bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// "64 MiB".
fn megabytes(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        n => format!("{n} MiB"),
    }
}

#[cfg(test)]
mod tests;
