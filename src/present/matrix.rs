//! A table of rows by columns whose heads are names of a record: at a glance on a terminal, and as Markdown. Text of reports
//! is hostile here as in [`table`](super::table): nothing in a cell is obeyed.

use std::fmt::Write;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::clean::{isolated, one_line};
use super::table::{Cell, markdown};
use super::terminal::lines::{Line, flow};

/// Rows by columns; what stands in one place is some lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matrix {
    /// What the rows are.
    pub corner: &'static str,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// From the first to the last.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// What it is called.
    pub name: String,
    /// As many as there are columns; a place without lines is empty.
    pub places: Vec<Vec<Cell>>,
    /// What has no column: under the row's places, across all of them.
    pub others: Vec<Cell>,
}

/// Columns between columns.
const GAP: usize = 2;
/// Columns for the rows' names, at least and at most.
const NAMES: (usize, usize) = (12, 26);
/// Columns that a place gets, at least and at most.
const PLACE: (usize, usize) = (15, 26);

impl Matrix {
    /// How many columns there is room for beside the rows' names.
    pub fn room(width: usize) -> usize {
        width.saturating_sub(NAMES.0) / (PLACE.0 + GAP)
    }

    /// For the terminal, at most `width` columns wide where [`Matrix::room`] says so.
    pub fn to_text(&self, width: usize) -> String {
        let n = self.columns.len().max(1);
        let place = (width.saturating_sub(NAMES.0) / n).saturating_sub(GAP).clamp(PLACE.0, PLACE.1);
        let names = self.rows.iter().map(|r| one_line(&r.name).width()).max().unwrap_or(0);
        let left = width.saturating_sub(n * (place + GAP));
        let names = names.max(self.corner.width()).min(left).clamp(NAMES.0, NAMES.1);
        let (bold, dim) = (Style::new().bold(), Style::new().dimmed());
        let mut out = String::new();
        let head = |name: &str| flow(&[(bold, &one_line(name))], place);
        let mut heads = vec![flow(&[(dim, self.corner)], names)];
        heads.extend(self.columns.iter().map(|c| head(c)));
        line(&heads, names, place, &mut out);
        let rule = "─".repeat(names + n * (place + GAP));
        for row in &self.rows {
            let _ = writeln!(out, "{dim}{rule}{dim:#}");
            let mut places = vec![flow(&[(bold, &one_line(&row.name))], names)];
            let lines = |cell: &Cell| flow(&[(cell.style(), &one_line(cell.text()))], place);
            places.extend(row.places.iter().map(|p| p.iter().flat_map(lines).collect()));
            // What has no column goes under what has, unless there is nothing of that.
            let across = n * (place + GAP) - GAP;
            let others: Vec<(Style, String)> =
                row.others.iter().map(|c| (c.style(), one_line(c.text()))).collect();
            let others: Vec<(Style, &str)> = others.iter().map(|(s, t)| (*s, t.as_str())).collect();
            let mut others = flow(&others, across);
            if row.places.iter().all(Vec::is_empty) {
                places.truncate(1);
                places.push(std::mem::take(&mut others));
            }
            line(&places, names, place, &mut out);
            let empty = Vec::new();
            for other in others {
                line(&[vec![empty.clone()], vec![other]], names, place, &mut out);
            }
        }
        out
    }

    /// As a table of Markdown.
    pub fn to_markdown(&self) -> String {
        let mut out = String::new();
        let mut heads: Vec<String> = self.columns.iter().map(|c| markdown(c)).collect();
        let others = self.rows.iter().any(|r| !r.others.is_empty());
        heads.extend(others.then(|| "others".into()));
        let _ = writeln!(out, "| {} | {} |", self.corner, heads.join(" | "));
        let _ = writeln!(out, "| --- |{}", " --- |".repeat(heads.len()));
        for row in &self.rows {
            let place = |p: &Vec<Cell>| {
                p.iter().map(|c| markdown(c.text())).collect::<Vec<_>>().join("<br>")
            };
            let places = row.places.iter().chain(others.then_some(&row.others));
            let places: Vec<String> = places.map(place).collect();
            let _ = writeln!(out, "| {} | {} |", markdown(&row.name), places.join(" | "));
        }
        out
    }
}

/// Appends a row of the terminal, as many lines as its highest place.
fn line(places: &[Vec<Line>], names: usize, place: usize, out: &mut String) {
    for i in 0..places.iter().map(Vec::len).max().unwrap_or(0) {
        let (mut text, mut at, mut due) = (String::new(), 0, 0);
        for (n, lines) in places.iter().enumerate() {
            if let Some(parts) = lines.get(i) {
                text.push_str(&" ".repeat(due - at));
                at = due;
                for (style, part) in parts {
                    let part = isolated(part.clone());
                    at += part.width();
                    let _ = write!(text, "{style}{part}{style:#}");
                }
            }
            due = (due + if n == 0 { names } else { place } + GAP).max(at);
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Matrix {
        let reject = vec![Cell::new("✗ reject").strong(), Cell::new("second-hand")];
        Matrix {
            corner: "issue",
            columns: vec!["Veldra".into(), "Tol|mark \u{1b}[31m".into()],
            rows: vec![Row {
                name: "the pact of the seven seas".into(),
                places: vec![vec![], reject],
                others: vec![Cell::new("~ open: Ostmark, Ilma's own party, and others")],
            }],
        }
    }

    #[test]
    fn places_stand_under_their_columns_and_nothing_is_obeyed() {
        let text = anstream::adapter::strip_str(&matrix().to_text(46)).to_string();
        let expected = "\
issue         Veldra           Tol|mark ␛[31m
──────────────────────────────────────────────
the pact of                    ✗ reject
the seven                      second-hand
seas
              ~ open: Ostmark, Ilma's own
              party, and others
";
        assert_eq!(text, expected);
        assert!(text.lines().all(|l| l.width() <= 46));
    }

    #[test]
    fn a_place_of_many_lines_is_one_cell_of_markdown() {
        let text = matrix().to_markdown();
        assert!(text.contains("| issue | Veldra | Tol\\|mark ␛\\[31m | others |"), "{text}");
        assert!(text.contains("|  | ✗ reject<br>second-hand | \\~ open"), "{text}");
    }
}
