//! Cuts a stream into pieces that end with a given byte, never holding more than a set number of bytes:
//! what is longer is skipped and said to be.

use std::io::{self, BufRead};

use super::megabytes;
use crate::error::Error;

/// Lines of a stream with their numbers, from 1.
pub(super) struct Lines<R> {
    input: R,
    number: u64,
    max: u64,
    ended: bool,
}

/// Why there is no piece.
#[derive(Debug)]
pub(super) enum Unread {
    /// Longer than allowed; it has been skipped.
    TooLong,
    /// The stream broke; nothing follows.
    Io(io::Error),
}

impl Unread {
    /// The error for the user.
    pub(super) fn at(self, place: &str, max: u64) -> Error {
        match self {
            Unread::TooLong => Error::input(format!(
                "{place}: more than {}, too long for one news report; left out, allow more with --max-size",
                megabytes(max)
            )),
            Unread::Io(e) => Error::io(place, e),
        }
    }
}

impl<R: BufRead> Lines<R> {
    /// Lines of at most `max` bytes.
    pub(super) fn new(input: R, max: u64) -> Self {
        Self { input, number: 0, max, ended: false }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = (u64, Result<Vec<u8>, Unread>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let mut line = Vec::new();
        let read = until(&mut self.input, b'\n', self.max, &mut line);
        self.number += 1;
        match read {
            Ok(0) => None,
            Ok(_) => Some((self.number, Ok(line))),
            Err(e) => {
                self.ended = matches!(e, Unread::Io(_));
                Some((self.number, Err(e)))
            }
        }
    }
}

/// Appends bytes up to and with `end` to `out`, at most `max`; the rest of a longer piece is skipped.
pub(super) fn until(
    input: &mut impl BufRead,
    end: u8,
    max: u64,
    out: &mut Vec<u8>,
) -> Result<u64, Unread> {
    let before = out.len() as u64;
    let (mut total, mut done) = (0u64, false);
    while !done {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(Unread::Io(e)),
        };
        let used = chunk.iter().position(|b| *b == end).map_or(chunk.len(), |at| at + 1);
        done = chunk.is_empty() || chunk[used - 1] == end;
        total += used as u64;
        if before + total <= max {
            out.extend_from_slice(&chunk[..used]);
        }
        input.consume(used);
    }
    if before + total > max { Err(Unread::TooLong) } else { Ok(total) }
}
