//! The command line: from what was typed to what is written. Everything that is read goes through
//! [`travaux::pipeline`]; nothing here looks into a report.

pub mod arguments;
pub mod ask;
pub mod codebook;
pub mod count;
pub mod merge;
pub mod output;
pub mod progress;
pub mod read;
pub mod record;
pub mod review;

use std::io::{self, ErrorKind, Write};

use travaux::present::clean;
use travaux::{Error, Result};

/// One line on standard error. A closed one is no reason to stop.
pub fn say(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "travaux: {}", clean::line(sentence));
}

/// Prints `text`. A reader who has seen enough and leaves is no failure.
pub fn print(text: &str, mut out: impl Write) -> Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::io("standard output", error))
        }
        _ => Ok(()),
    }
}

/// Standard output with colour where `color` and the terminal allow it.
pub fn stdout(color: arguments::Color) -> anstream::AutoStream<io::Stdout> {
    let choice = match color {
        arguments::Color::Auto => anstream::AutoStream::choice(&io::stdout()),
        arguments::Color::Always => anstream::ColorChoice::Always,
        arguments::Color::Never => anstream::ColorChoice::Never,
    };
    anstream::AutoStream::new(io::stdout(), choice)
}

/// Keeps the backtrace of a report that cannot be read off the terminal: the sentence about it says what
/// the reader of the page needs. `RUST_BACKTRACE` brings the backtrace back.
pub fn quiet_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
}
