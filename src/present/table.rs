//! Tables as the record's pages have them, for terminal, CSV and Markdown. Text of reports is hostile: nothing in a cell is
//! obeyed by a terminal, a spreadsheet or a Markdown reader.

use std::fmt::Write;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::clean::one_line;
use super::signs::Tone;
use super::terminal::lines::{Line, flow};

/// Rows under columns, with a heading.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Above it; none where it is empty.
    pub heading: String,
    /// Names of the columns.
    pub columns: Vec<&'static str>,
    /// Each has as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// Said instead where there are no rows.
    pub empty: &'static str,
}

/// What stands in a row under a column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    text: String,
    tone: Option<Tone>,
    weight: Weight,
    /// Bytes of the text that stand out from the rest, in order.
    marks: Vec<Range<usize>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Weight {
    #[default]
    Plain,
    Strong,
    Faint,
}

impl Cell {
    /// Plain text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// What is unknown stays empty.
    pub fn of(text: Option<&str>) -> Self {
        Self::new(text.unwrap_or_default())
    }

    /// Coloured where there is colour.
    pub(super) fn toned(self, tone: Tone) -> Self {
        Self { tone: Some(tone), ..self }
    }

    /// Stands out.
    pub fn strong(self) -> Self {
        Self { weight: Weight::Strong, ..self }
    }

    /// Stands back.
    pub fn faint(self) -> Self {
        Self { weight: Weight::Faint, ..self }
    }

    /// Other text in the same style.
    pub(super) fn saying(self, text: String) -> Self {
        Self { text, ..self }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Words at `marks` (bytes of the text, in order, none in another) stand out from the rest.
    pub fn marked(self, marks: Vec<Range<usize>>) -> Self {
        Self { marks, ..self }
    }

    /// The text in pieces, each with whether it stands out. A piece begins and ends at white space.
    fn pieces(&self) -> Vec<(bool, &str)> {
        let (mut out, mut at) = (Vec::new(), 0);
        for mark in &self.marks {
            let before = self.text.get(at..mark.start).unwrap_or_default();
            let start = at + before.rfind(char::is_whitespace).map_or(0, |i| i);
            let after = self.text.get(mark.end..).unwrap_or_default();
            let end = mark.end + after.find(char::is_whitespace).unwrap_or(after.len());
            if mark.start < at || end > self.text.len() {
                continue;
            }
            out.push((false, &self.text[at..start]));
            out.push((true, &self.text[start..end]));
            at = end;
        }
        out.push((false, &self.text[at..]));
        out.retain(|(_, piece)| !piece.trim().is_empty());
        out
    }

    pub(super) fn style(&self) -> Style {
        let style = match self.weight {
            Weight::Plain => Style::new(),
            Weight::Strong => Style::new().bold(),
            Weight::Faint => Style::new().dimmed(),
        };
        let color = match self.tone {
            Some(Tone::Worst | Tone::Bad) => AnsiColor::Red,
            Some(Tone::Middle) => AnsiColor::Yellow,
            Some(Tone::Good | Tone::Best) => AnsiColor::Green,
            Some(Tone::Calm) => AnsiColor::Cyan,
            None => return style,
        };
        style.fg_color(Some(color.into()))
    }
}

/// Columns between columns.
const GAP: usize = 2;
/// Columns that a cell gets at least, however narrow the terminal.
const NARROWEST: usize = 6;

impl Table {
    /// For the terminal, at most `width` columns wide; cells are wrapped.
    pub fn to_text(&self, width: usize) -> String {
        let mut out = String::new();
        let (bold, dim) = (Style::new().bold(), Style::new().dimmed());
        if !self.heading.is_empty() {
            let _ = writeln!(out, "{bold}{}{bold:#}", super::clean::line(&self.heading));
        }
        if self.rows.is_empty() {
            let _ = writeln!(out, "{dim}{}{dim:#}", self.empty);
            return out;
        }
        let widths = self.widths(width);
        let heads: Vec<Cell> = self.columns.iter().map(|c| Cell::new(*c).faint()).collect();
        for row in std::iter::once(&heads).chain(&self.rows) {
            let cells: Vec<Vec<Line>> = row
                .iter()
                .zip(&widths)
                .map(|(c, w)| {
                    let style = |out| if out { c.style().bold() } else { c.style() };
                    let pieces: Vec<(Style, String)> = c
                        .pieces()
                        .into_iter()
                        .map(|(out, text)| (style(out), one_line(text)))
                        .collect();
                    let parts: Vec<(Style, &str)> =
                        pieces.iter().map(|(style, text)| (*style, text.as_str())).collect();
                    flow(&parts, *w)
                })
                .collect();
            for i in 0..cells.iter().map(Vec::len).max().unwrap_or(0).max(1) {
                let mut line = String::new();
                let mut at = 0;
                let mut due = 0;
                for (cell, width) in cells.iter().zip(&widths) {
                    if let Some(parts) = cell.get(i) {
                        line.push_str(&" ".repeat(due - at));
                        at = due;
                        for (style, text) in parts {
                            let text = super::clean::isolated(text.clone());
                            at += text.width();
                            let _ = write!(line, "{style}{text}{style:#}");
                        }
                    }
                    due = (due + width + GAP).max(at);
                }
                out.push_str(line.trim_end());
                out.push('\n');
            }
        }
        out
    }

    /// How wide each column is: as wide as its widest cell where there is room, else narrow ones keep theirs and wide
    /// ones share the rest.
    fn widths(&self, width: usize) -> Vec<usize> {
        let n = self.columns.len();
        let mut wanted: Vec<usize> = self.columns.iter().map(|c| c.width()).collect();
        for row in &self.rows {
            for (w, cell) in wanted.iter_mut().zip(row) {
                *w = (*w).max(one_line(&cell.text).width());
            }
        }
        let room = width.saturating_sub(GAP * n.saturating_sub(1)).max(NARROWEST * n);
        let mut given = vec![0; n];
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|i| wanted[*i]);
        let mut left = room;
        for (k, i) in order.into_iter().enumerate() {
            given[i] = wanted[i].min(left / (n - k)).max(wanted[i].min(NARROWEST));
            left = left.saturating_sub(given[i]);
        }
        given
    }

    /// As comma-separated values (RFC 4180); what a spreadsheet would take for a formula begins with an apostrophe.
    pub fn to_csv(&self) -> String {
        let mut out = String::new();
        let mut line = |cells: &mut dyn Iterator<Item = &str>| {
            let row: Vec<String> = cells.map(csv).collect();
            out.push_str(&row.join(","));
            out.push_str("\r\n");
        };
        line(&mut self.columns.iter().copied());
        for row in &self.rows {
            line(&mut row.iter().map(|c| c.text.as_str()));
        }
        out
    }

    /// As a table of Markdown.
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        if !self.heading.is_empty() {
            let _ = writeln!(out, "## {}\n", markdown(&self.heading));
        }
        if self.rows.is_empty() {
            let _ = writeln!(out, "{}", self.empty);
            return out;
        }
        let _ = writeln!(out, "| {} |", self.columns.join(" | "));
        let _ = writeln!(out, "|{}", " --- |".repeat(self.columns.len()));
        for row in &self.rows {
            let piece = |(out, text): (bool, &str)| match out {
                true => format!("**{}**", markdown(text)),
                false => markdown(text),
            };
            let cell = |c: &Cell| c.pieces().into_iter().map(piece).collect::<Vec<_>>().join(" ");
            let cells: Vec<String> = row.iter().map(cell).collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
        out
    }
}

fn csv(cell: &str) -> String {
    let mut text = super::clean::block(cell);
    if text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        text.insert(0, '\'');
    }
    if text.contains([',', '"', '\n', '\r', '\'']) {
        text = format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

/// `text` as Markdown that shows it and nothing else.
pub fn markdown(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table {
            heading: "Reports".into(),
            columns: vec!["id", "title"],
            rows: vec![
                vec![Cell::new("1"), Cell::new("=HYPERLINK(\"x\")")],
                vec![Cell::new("2"), Cell::new("a|b <i>\u{1b}[31m and a long title that goes on")],
            ],
            empty: "no reports",
        }
    }

    #[test]
    fn cells_are_wrapped_and_nothing_is_obeyed() {
        let text = anstream::adapter::strip_str(&table().to_text(30)).to_string();
        let expected = "Reports\nid  title\n1   =HYPERLINK(\"x\")\n2   a|b <i>␛[31m and a long\n    title that goes on\n";
        assert_eq!(text, expected);
        let none = Table { rows: vec![], ..table() };
        assert!(none.to_text(30).contains("no reports"));
    }

    #[test]
    fn marked_words_stand_out_with_the_signs_at_them() {
        let marks = vec![6..10, 21..27];
        let cell = Cell::new("that \"pact\", as they called it").marked(marks);
        let table = Table { columns: vec!["a"], rows: vec![vec![cell]], ..Table::default() };
        assert!(table.to_markdown().contains("| that **\"pact\",** as they **called** it |"));
        let text = table.to_text(60);
        assert!(text.contains("\u{1b}[1m\"pact\", \u{1b}[0m"), "{text:?}");
        let text = anstream::adapter::strip_str(&text).to_string();
        assert_eq!(text, "a\nthat \"pact\", as they called it\n");
    }

    #[test]
    fn a_formula_is_text_to_a_spreadsheet_and_a_tag_to_markdown() {
        let csv = table().to_csv();
        assert!(csv.contains("\r\n1,\"'=HYPERLINK(\"\"x\"\")\"\r\n"), "{csv}");
        let md = table().to_markdown();
        assert!(md.contains("| 2 | a\\|b &lt;i>␛\\[31m"), "{md}");
    }
}
