//! Lines of a page around its tables, for the terminal: what it is, and what its reader must know besides. Never wider than
//! the terminal.

use std::fmt::Write;

use anstyle::Style;

use crate::present::clean::{isolated, one_line};
use crate::present::terminal::lines::flow;

/// A page's title.
pub(super) fn title(text: &str, width: usize) -> String {
    styled(Style::new().bold(), text, width)
}

/// What stands back.
pub(super) fn aside(text: &str, width: usize) -> String {
    styled(Style::new().dimmed(), text, width)
}

/// A moment in RFC 3339 as people read it: the end of a day is that day.
pub(super) fn moment(text: &str) -> &str {
    text.strip_suffix("T23:59:59.999999Z").unwrap_or(text)
}

fn styled(style: Style, text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in flow(&[(style, &one_line(text))], width.max(20)) {
        for (style, part) in line {
            let _ = write!(out, "{style}{}{style:#}", isolated(part));
        }
        out.push('\n');
    }
    out
}
