//! Where reports come from: standard input, files, folders. Never follows a hidden name inside a folder,
//! and takes from folders only what its name says is a report.

use std::fmt;
use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use super::Format;
use crate::error::{Error, Result};

/// Something that holds reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
    /// Bytes at hand.
    Bytes {
        /// What messages call them.
        name: String,
        /// What a file would hold.
        bytes: Vec<u8>,
    },
}

impl Source {
    /// The file's path.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Source::File(path) => Some(path),
            Source::Stdin | Source::Bytes { .. } => None,
        }
    }

    pub(super) fn open(self) -> Result<Box<dyn Read + Send>> {
        match self {
            Source::Stdin => Ok(Box::new(io::stdin())),
            Source::Bytes { bytes, .. } => Ok(Box::new(io::Cursor::new(bytes))),
            Source::File(path) => {
                let name = path.display().to_string();
                let kind = path.metadata().map_err(|e| Error::io(&name, e))?.file_type();
                match special(kind) {
                    Some(Special::Pipe) => return Ok(Box::new(open_pipe(path, &name)?)),
                    Some(Special::Other) => {
                        return Err(Error::input(format!(
                            "{name}: a device, not a file; name a file, or `-` for standard input"
                        )));
                    }
                    None => {}
                }
                if kind.is_dir() {
                    return Err(Error::input(format!(
                        "{name}: a folder, not a file; name the files in it"
                    )));
                }
                Ok(Box::new(File::open(&path).map_err(|e| Error::io(name, e))?))
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Stdin => f.write_str("standard input"),
            Source::File(path) => path.display().fmt(f),
            Source::Bytes { name, .. } => f.write_str(name),
        }
    }
}

/// What is neither file nor folder.
enum Special {
    Pipe,
    Other,
}

fn special(kind: FileType) -> Option<Special> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some(Special::Pipe);
        }
        if kind.is_char_device() || kind.is_block_device() || kind.is_socket() {
            return Some(Special::Other);
        }
    }
    let _ = kind;
    None
}

/// How long a pipe is waited for that nobody writes to.
const PIPE_WAIT: Duration = Duration::from_secs(3);

/// Opens a named pipe. That takes until somebody writes to it, and so happens on a thread that may be left
/// behind: the rest of the batch is not to wait for ever.
fn open_pipe(path: PathBuf, name: &str) -> Result<File> {
    let (send, receive) = mpsc::sync_channel(1);
    std::thread::spawn(move || drop(send.send(File::open(path))));
    match receive.recv_timeout(PIPE_WAIT) {
        Ok(opened) => opened.map_err(|e| Error::io(name, e)),
        Err(_) => Err(Error::input(format!(
            "{name}: a pipe that nobody writes to; start the writer first, or name a file"
        ))),
    }
}

/// The sources behind what was typed, in that order: `-` is standard input, folders give their files
/// (.txt .text .html .htm .jsonl .ndjson .json .sgm .sgml, hidden ones left out) sorted by name, all the
/// way down. What is not there is an error, the rest goes on.
pub fn sources(paths: &[PathBuf]) -> impl Iterator<Item = Result<Source>> + Send + use<> {
    let paths = paths.to_vec();
    paths.into_iter().flat_map(|path| -> Box<dyn Iterator<Item = Result<Source>> + Send> {
        if path.as_os_str() == "-" {
            return Box::new(std::iter::once(Ok(Source::Stdin)));
        }
        match path.metadata() {
            Err(e) => Box::new(std::iter::once(Err(Error::io(path.display(), e)))),
            Ok(meta) if meta.is_dir() => Box::new(Folder::new(path)),
            Ok(_) => Box::new(std::iter::once(Ok(Source::File(path)))),
        }
    })
}

/// The reports of a folder, found as they are asked for.
struct Folder {
    root: PathBuf,
    walk: Box<dyn Iterator<Item = walkdir::Result<walkdir::DirEntry>> + Send>,
    any: bool,
}

impl Folder {
    fn new(root: PathBuf) -> Self {
        let hidden = |e: &walkdir::DirEntry| {
            e.depth() > 0 && e.file_name().as_encoded_bytes().starts_with(b".")
        };
        let walk = walkdir::WalkDir::new(&root).follow_links(true).sort_by_file_name();
        Self {
            root,
            walk: Box::new(walk.into_iter().filter_entry(move |e| !hidden(e))),
            any: false,
        }
    }
}

impl Iterator for Folder {
    type Item = Result<Source>;

    fn next(&mut self) -> Option<Self::Item> {
        for entry in self.walk.by_ref() {
            match entry {
                Ok(e) if e.file_type().is_file() && Format::of_name(e.path()).is_some() => {
                    self.any = true;
                    return Some(Ok(Source::File(e.into_path())));
                }
                Ok(_) => {}
                Err(e) => {
                    self.any = true;
                    let place = e.path().unwrap_or(&self.root).display().to_string();
                    let error = match e.loop_ancestor() {
                        Some(_) => Error::input(format!(
                            "{place}: a link back to a folder above; left out"
                        )),
                        None => Error::io(place, e.into()),
                    };
                    return Some(Err(error));
                }
            }
        }
        if std::mem::replace(&mut self.any, true) {
            return None;
        }
        Some(Err(Error::input(format!(
            "{}: no reports in this folder (.txt, .html, .jsonl, .json, .sgm); name other files one by one",
            self.root.display()
        ))))
    }
}
