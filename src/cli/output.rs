//! Where records go: standard output, or a file that appears whole or not at all. Never overwrites any file
//! but the one that was asked for, and that only when its successor is complete.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use travaux::present::{html, page::Record, terminal};
use travaux::{Error, Result};

use super::arguments::{Read, Shape};

/// Takes records one by one; each is out when [`Output::write`] returns.
pub struct Output {
    sink: Sink,
    shape: Shape,
    width: usize,
    records: u64,
    statements: u64,
    page: Option<Page>,
    name: String,
}

enum Sink {
    Stream(Box<dyn Write + Send>),
    /// Written beside the file `to`, and renamed to it at the end.
    File {
        part: NamedTempFile,
        to: PathBuf,
    },
    /// Nothing more is written.
    Done,
}

/// A page's reports and the index above them, kept on disk until all are known.
struct Page {
    index: BufWriter<File>,
    reports: BufWriter<File>,
}

/// Width where nobody looks at it yet.
const PLAIN_WIDTH: usize = 100;

impl Output {
    /// Opens what `typed` asks for.
    pub fn new(typed: &Read) -> Result<Self> {
        let name = typed.output().map_or("standard output".into(), |f| f.display().to_string());
        let open = || -> io::Result<(Sink, Option<Page>)> {
            let (sink, folder) = match typed.output() {
                Some(file) => to_file(file)?,
                None => (to_stdout(typed), None),
            };
            let page = (typed.format == Shape::Html).then(|| Page::new(folder.as_deref()));
            Ok((sink, page.transpose()?))
        };
        let (sink, page) = open().map_err(|e| Error::io(&name, e))?;
        let width = width(typed.output().is_none());
        Ok(Self { sink, shape: typed.format, width, records: 0, statements: 0, page, name })
    }

    /// Writes one record, whole.
    pub fn write(&mut self, record: &Record) -> io::Result<()> {
        self.records += 1;
        self.statements += record.statements.len() as u64;
        if let Some(page) = &mut self.page {
            page.index.write_all(html::index_entry(record, self.records).as_bytes())?;
            return page.reports.write_all(html::report(record, self.records).as_bytes());
        }
        let mut text = String::new();
        if self.shape == Shape::Json {
            text = record.to_json();
            text.push('\n');
        } else {
            if self.records > 1 {
                terminal::separate(self.width, &mut text);
            }
            terminal::render(record, self.width, &mut text);
        }
        self.put(&mut text.as_bytes())
    }

    /// Completes what was written. Without any record no file is put in the place of an earlier one unless
    /// `even_empty`. Returns whether anything was kept.
    pub fn finish(&mut self, even_empty: bool) -> io::Result<bool> {
        if matches!(self.sink, Sink::Done) {
            return Ok(false);
        }
        if let Some(page) = self.page.take() {
            self.put(&mut html::head(self.records, self.statements).as_bytes())?;
            if self.records > 1 {
                self.put(&mut html::index_start().as_bytes())?;
                self.put(&mut rewound(page.index)?)?;
                self.put(&mut html::index_end().as_bytes())?;
            }
            self.put(&mut rewound(page.reports)?)?;
            self.put(&mut html::tail().as_bytes())?;
        }
        match std::mem::replace(&mut self.sink, Sink::Done) {
            Sink::File { part, to } if self.records > 0 || even_empty => {
                part.as_file().sync_all()?;
                part.persist(to)?;
                Ok(true)
            }
            Sink::Stream(mut stream) => stream.flush().map(|()| self.records > 0),
            Sink::File { .. } | Sink::Done => Ok(false),
        }
    }

    /// Removes what is not complete.
    pub fn discard(&mut self) {
        self.sink = Sink::Done;
    }

    /// The unfinished file, if there is one.
    pub fn part(&self) -> Option<&Path> {
        match &self.sink {
            Sink::File { part, .. } => Some(part.path()),
            _ => None,
        }
    }

    /// What it is called where people read it.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn put(&mut self, bytes: &mut dyn io::Read) -> io::Result<()> {
        match &mut self.sink {
            Sink::Stream(stream) => {
                io::copy(bytes, stream)?;
                stream.flush()
            }
            Sink::File { part, .. } if self.shape == Shape::Text => {
                io::copy(bytes, &mut anstream::StripStream::new(part.as_file_mut())).map(drop)
            }
            Sink::File { part, .. } => io::copy(bytes, part).map(drop),
            Sink::Done => Ok(()),
        }
    }
}

impl Page {
    /// Spools in `folder`, or where the system keeps such files. They have no name and go with the program.
    fn new(folder: Option<&Path>) -> io::Result<Self> {
        let spool = || match folder {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        };
        Ok(Self { index: BufWriter::new(spool()?), reports: BufWriter::new(spool()?) })
    }
}

fn rewound(spool: BufWriter<File>) -> io::Result<impl io::Read> {
    let mut file = spool.into_inner()?;
    file.rewind()?;
    Ok(file)
}

fn to_stdout(typed: &Read) -> Sink {
    match typed.format {
        Shape::Text => Sink::Stream(Box::new(super::stdout(typed.color))),
        Shape::Json | Shape::Html => Sink::Stream(Box::new(io::stdout())),
    }
}

/// A file of a name nobody else has, beside the one asked for, with the rights that one has. What is no
/// ordinary file (a device, a pipe) is written directly. Returns the folder as well.
fn to_file(file: &Path) -> io::Result<(Sink, Option<PathBuf>)> {
    // Through a link to the file behind it, so that the link stays one.
    let to = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let there = to.metadata().ok();
    if there.as_ref().is_some_and(|m| !m.is_file()) {
        let device = File::options().write(true).open(&to)?;
        return Ok((Sink::Stream(Box::new(anstream::StripStream::new(device))), None));
    }
    if there.as_ref().is_some_and(|m| m.permissions().readonly()) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let folder = match to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut prefix = OsString::from(".");
    prefix.push(to.file_name().unwrap_or_default());
    prefix.push(".");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let part = builder.tempfile_in(&folder)?;
    if let Some(there) = there {
        part.as_file().set_permissions(there.permissions())?;
    }
    Ok((Sink::File { part, to }, Some(folder)))
}

/// COLUMNS where it is set, the terminal's width on a terminal, else a hundred.
pub(super) fn width(on_stdout: bool) -> usize {
    let set = std::env::var("COLUMNS").ok().and_then(|c| c.trim().parse().ok());
    let real = || {
        let stdout = io::stdout();
        let size = (on_stdout && stdout.is_terminal())
            .then(|| terminal_size::terminal_size_of(&stdout))
            .flatten();
        size.map(|(width, _)| usize::from(width.0))
    };
    set.filter(|w| *w > 0).or_else(real).unwrap_or(PLAIN_WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_appears_at_the_end_and_keeps_its_rights() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let file = folder.path().join("out.json");
        std::fs::write(&file, "before").expect("written");
        std::fs::write(folder.path().join("out.json.part"), "another's").expect("written");
        let names = || {
            let entries = std::fs::read_dir(folder.path()).expect("the folder");
            entries.flatten().filter(|e| e.file_name() != "out.json.part").count()
        };
        let output = |records| {
            let (sink, _) = to_file(&file).expect("opened");
            let mut output = Output {
                sink,
                shape: Shape::Json,
                width: 100,
                records,
                statements: 0,
                page: None,
                name: String::new(),
            };
            output.put(&mut &b"after"[..]).expect("written");
            output
        };
        let content = || std::fs::read_to_string(&file).expect("read");
        assert!(!output(0).finish(false).expect("finished"));
        assert_eq!((content().as_str(), names()), ("before", 1));
        output(1).discard();
        assert_eq!((content().as_str(), names()), ("before", 1));
        assert!(output(1).finish(false).expect("finished"));
        assert_eq!((content().as_str(), names()), ("after", 1));
        let other = std::fs::read_to_string(folder.path().join("out.json.part")).expect("read");
        assert_eq!(other, "another's");
    }
}
