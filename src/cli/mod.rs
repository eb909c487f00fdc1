//! The command line: from what was typed to what is written. Everything that is read goes through
//! [`travaux::pipeline`]; nothing here looks into a report.

pub mod arguments;
pub mod codebook;
pub mod count;
pub mod output;
pub mod progress;
pub mod read;

use std::io::Write;

use travaux::present::clean;

/// One line on standard error. A closed one is no reason to stop.
pub fn say(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "travaux: {}", clean::line(sentence));
}

/// Keeps the backtrace of a report that cannot be read off the terminal: the sentence about it says what
/// the reader of the page needs. `RUST_BACKTRACE` brings the backtrace back.
pub fn quiet_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
}
