//! The board of a record: issues by parties, each cell the latest position. On the terminal what two parties or more speak
//! of stands as rows, the parties with most positions on it as columns, and the rest in a list. Never leaves out silently:
//! what is not shown is counted.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use serde::Serialize;

use super::lines::{aside, moment, title};
use super::position::StandingRow;
use super::{Extent, Page};
use crate::code::Stance;
use crate::error::Result;
use crate::present::clean::one_line;
use crate::present::matrix::{Matrix, Row};
use crate::present::page::Anchor;
use crate::present::signs::{self, number};
use crate::present::table::{Cell, Table, markdown};
use crate::record::{self, Snapshot, Standing};

/// Who stands where.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BoardPage {
    /// `travaux.board/1`.
    pub schema: &'static str,
    /// ISO 8601: what was said by the end of this day; null for all.
    pub as_of: Option<String>,
    /// RFC 3339: what was known by then; null for now.
    pub known_by: Option<String>,
    /// The rows: those of most parties, then of most positions, then of the latest.
    pub issues: Vec<BoardIssue>,
    /// The columns: those of most positions first.
    pub parties: Vec<BoardParty>,
    /// Issues that two parties or more hold a position on, also those that are not shown.
    pub shared: usize,
    /// What is in the cells that are shown, in the order of rows, then of columns.
    pub cells: Vec<StandingRow>,
    /// What has no place in a cell, or is in one that is not shown.
    pub left_out: BoardRest,
    /// How much of it.
    #[serde(skip)]
    extent: Extent,
    /// Row and column of each cell.
    #[serde(skip)]
    places: Vec<(usize, usize)>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct BoardIssue {
    pub name: String,
    /// Parties that hold a position on it.
    pub parties: usize,
    /// Positions on it, whatever became of them.
    pub heard: usize,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct BoardParty {
    pub name: String,
    /// Issues that it holds a position on.
    pub issues: usize,
    /// Positions that it held, whatever became of them.
    pub heard: usize,
}

/// What is not on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoardRest {
    /// Positions of nobody who is named.
    pub without_holder: usize,
    /// Positions on no issue.
    pub without_issue: usize,
    /// Positions of reports that a later one corrects.
    pub corrected: usize,
    /// Cells that are not shown here.
    pub cells: usize,
}

/// Issues of two parties or more that are shown at a glance.
const ISSUES: usize = 12;
/// Issues of one party that are.
const LONE: usize = 10;

/// Parties without a column that are named for each stance.
const FEW: usize = 6;
/// Parties that have a column of their own in Markdown.
const COLUMNS: usize = 6;
/// Columns of a terminal on which a list has columns of its own for all that stands beside the words.
const WIDE: usize = 80;

const EMPTY: &str = "nobody holds a position; `travaux reports` lists what was read";

/// The board of `snapshot`.
pub fn board(snapshot: &Snapshot<'_>, extent: Extent) -> Result<BoardPage> {
    let entries = snapshot.positions()?;
    let board = record::board(snapshot, &entries, None);
    // Parties, positions, the latest day; issues and positions.
    let (mut issues, mut parties) = (HashMap::new(), HashMap::new());
    for (cell, standing) in &board.cells {
        let issue = issues.entry(cell.issue).or_insert((0, 0, standing.latest.day));
        *issue = (issue.0 + 1, issue.1 + standing.heard, issue.2.max(standing.latest.day));
        let party = parties.entry(cell.party).or_insert((0, 0));
        *party = (party.0 + 1, party.1 + standing.heard);
    }
    let mut rows: Vec<_> = issues.into_iter().collect();
    rows.sort_by_key(|(id, weight)| (std::cmp::Reverse(weight_of(*weight)), *id));
    let shared = rows.iter().filter(|(_, (parties, ..))| *parties > 1).count();
    if extent == Extent::Glance {
        let lone = (rows.len() - shared).min(LONE);
        rows.drain(shared + lone..);
        rows.drain(shared.min(ISSUES)..shared);
    }
    let place: HashMap<_, usize> = rows.iter().enumerate().map(|(i, (id, _))| (*id, i)).collect();
    let mut columns: Vec<_> = parties.into_iter().collect();
    columns.sort_by_key(|(id, (issues, heard))| (std::cmp::Reverse((*heard, *issues)), *id));
    let column: HashMap<_, usize> =
        columns.iter().enumerate().map(|(i, (id, _))| (*id, i)).collect();
    let shown = board.cells.iter().filter_map(|(c, s)| Some((*place.get(&c.issue)?, c, s)));
    let mut shown: Vec<(usize, &record::Cell, &Standing<'_>)> = shown.collect();
    shown.sort_by_key(|(row, cell, _)| (*row, column[&cell.party]));
    let mut cells = Vec::with_capacity(shown.len());
    for (_, cell, standing) in &shown {
        let names = (snapshot.issue_name(cell.issue), snapshot.actor_name(cell.party));
        cells.push(StandingRow::new(snapshot, names, standing)?);
    }
    let seen: HashSet<_> = shown.iter().map(|(_, c, _)| c.party).collect();
    columns.retain(|(id, _)| seen.contains(id));
    let column: HashMap<_, usize> =
        columns.iter().enumerate().map(|(i, (id, _))| (*id, i)).collect();
    let places = shown.iter().map(|(row, cell, _)| (*row, column[&cell.party])).collect();
    let issue = |(id, (parties, heard, _)): (_, (usize, usize, _))| BoardIssue {
        name: snapshot.issue_name(id).to_owned(),
        parties,
        heard,
    };
    let party = |(id, (issues, heard)): (_, (usize, usize))| BoardParty {
        name: snapshot.actor_name(id).to_owned(),
        issues,
        heard,
    };
    Ok(BoardPage {
        schema: "travaux.board/1",
        as_of: snapshot.at.as_of.map(|d| d.to_string()),
        known_by: snapshot.at.known_by.map(|t| t.to_string()),
        issues: rows.into_iter().map(issue).collect(),
        shared,
        parties: columns.into_iter().map(party).collect(),
        left_out: BoardRest {
            without_holder: board.left_out.holder,
            without_issue: board.left_out.issue,
            corrected: board.left_out.corrected,
            cells: board.cells.len() - cells.len(),
        },
        cells,
        extent,
        places,
    })
}

/// What an issue is ranked by: those that one party alone speaks of come by their days.
fn weight_of(
    (parties, heard, day): (usize, usize, jiff::civil::Date),
) -> (usize, usize, jiff::civil::Date) {
    if parties > 1 { (parties, heard, day) } else { (1, 0, day) }
}

impl BoardPage {
    /// Issues in the matrix: those first ones that two parties or more hold a position on.
    fn rows(&self) -> usize {
        self.issues.iter().take_while(|i| i.parties > 1).count()
    }

    /// The shared issues under at most `room` columns; parties beyond them stand together under each row.
    fn matrix(&self, room: usize) -> Matrix {
        let rows = &self.issues[..self.rows()];
        let placed = self.places.iter().zip(&self.cells);
        let inside: Vec<(&(usize, usize), &StandingRow)> =
            placed.filter(|((row, _), _)| *row < rows.len()).collect();
        let mut weight = vec![(0, 0); self.parties.len()];
        for ((_, party), cell) in &inside {
            weight[*party] = (weight[*party].0 + cell.heard, weight[*party].1 + 1);
        }
        let mut order: Vec<usize> = (0..weight.len()).filter(|p| weight[*p].1 > 0).collect();
        order.sort_by_key(|p| std::cmp::Reverse(weight[*p]));
        order.truncate(room);
        let empty = Row { places: vec![vec![]; order.len()], ..Row::default() };
        let named = |r: &BoardIssue| Row { name: r.name.clone(), ..empty.clone() };
        let mut out: Vec<Row> = rows.iter().map(named).collect();
        let mut others = vec![Vec::new(); rows.len()];
        for ((row, party), cell) in inside {
            match order.iter().position(|p| p == party) {
                Some(column) => out[*row].places[column] = in_column(cell),
                None => others[*row].push(cell),
            }
        }
        for (row, others) in out.iter_mut().zip(others) {
            row.others = in_others(&others);
        }
        let columns = order.iter().map(|p| self.parties[*p].name.clone()).collect();
        Matrix { corner: "issue", columns, rows: out }
    }

    /// Cells as a list for the eye: all, or those that are not in the matrix; on a narrow terminal with less beside it.
    fn list(&self, all: bool, narrow: bool) -> Table {
        let shared = self.rows();
        let placed = self.places.iter().zip(&self.cells);
        let cells = placed.filter(|((row, _), _)| all || *row >= shared);
        let row = |((row, _), c): (&(usize, usize), &StandingRow)| {
            let p = &c.position;
            let mut says = p.says();
            // Words may name several issues that others speak of: then it is said which.
            let issue = if *row < shared { Some(c.issue.as_str()) } else { c.heading() };
            if let Some(issue) = issue {
                says = format!("{}: {says}", one_line(issue));
            }
            let mut notes = vec![p.teller()];
            notes.extend(p.reviewed());
            let (party, notes) = (Cell::new(&c.party).strong(), notes.join(", "));
            if narrow {
                let text = format!("{}: {says} ({}, {notes}, {})", marked(c), c.days(), source(c));
                return vec![party, Cell::new(text)];
            }
            let back = [c.days(), notes, source(c)].map(|t| Cell::new(t).faint());
            let stance = Cell::new(marked(c)).toned(signs::stance_of(p.stance).tone);
            [party, stance, Cell::new(says)].into_iter().chain(back).collect()
        };
        let rows: Vec<Vec<Cell>> = cells.map(row).collect();
        let heading = match (rows.is_empty(), all) {
            (true, _) => "",
            (false, true) => "Word for word",
            (false, false) => "Spoken of by one party, the latest first",
        };
        Table {
            heading: heading.into(),
            columns: match narrow {
                true => vec!["party", "position"],
                false => vec!["party", "stance", "words", "since", "who told it", "report"],
            },
            rows,
            empty: EMPTY,
        }
    }

    /// "Board: 12 issues, 9 parties".
    fn title(&self) -> String {
        let of = self.as_of.as_ref().map(|d| format!(" as of {d}")).unwrap_or_default();
        let known = self
            .known_by
            .as_ref()
            .map(|t| format!(" as known by {}", moment(t)))
            .unwrap_or_default();
        let cells = number((self.cells.len() + self.left_out.cells) as u64, "position");
        let shared = match self.shared {
            0 => String::new(),
            n => format!(", {} that more than one party speaks of", number(n as u64, "issue")),
        };
        format!("Board{of}{known}: {cells} held{shared}")
    }

    /// What the reader of the terminal must know besides.
    fn below(&self) -> Vec<String> {
        let rest = &self.left_out;
        let mut out = Vec::new();
        if rest.cells > 0 {
            let more = number(rest.cells as u64, "more position");
            out.push(format!("{more} not shown; all of them with --all, or --format csv"));
        }
        let mut counted = |n: usize, what: &str| {
            if n > 0 {
                out.push(format!("not on the board: {} {what}", number(n as u64, "position")));
            }
        };
        counted(rest.without_holder, "of nobody who is named");
        counted(rest.without_issue, "on no issue");
        counted(rest.corrected, "of reports that a later one corrects (see `travaux history`)");
        out
    }
}

/// What the marks of the matrix mean.
const LEGEND: &str = "?: a reading less sure than 50 %. Days: since when, until when heard. ×2: told by 2 independent \
                      reports. The words: `travaux history RECORD --issue NAME --party NAME`, or --all.";

/// A cell of the matrix: stance, figure, whose word, days.
fn in_column(c: &StandingRow) -> Vec<Cell> {
    let p = &c.position;
    let mut out = vec![Cell::new(marked(c)).toned(signs::stance_of(p.stance).tone).strong()];
    // A figure without a number says nothing at a glance.
    let figure = p.figure.as_ref().filter(|f| f.exact.contains(char::is_numeric));
    out.extend(figure.map(|f| Cell::new(&f.exact)));
    out.extend((!p.firsthand).then(|| Cell::new("second-hand")));
    out.extend(
        (p.verdict != "unreviewed").then(|| Cell::new(format!("{} by a person", p.verdict))),
    );
    out.push(Cell::new(format!("{} ×{}", c.days(), c.independent)).faint());
    out
}

/// Parties that have no column of their own: "✗ reject: Ostmark? (second-hand), Ulmen".
fn in_others(cells: &[&StandingRow]) -> Vec<Cell> {
    let mut out: Vec<Cell> = Vec::new();
    for stance in Stance::ALL.map(Stance::as_str) {
        let here: Vec<_> = cells.iter().filter(|c| c.position.stance == stance).collect();
        let name = |c: &&&StandingRow| {
            let unsure = if c.position.unsure { "?" } else { "" };
            let hand = if c.position.firsthand { "" } else { " (second-hand)" };
            format!("{}{unsure}{hand}", one_line(&c.party))
        };
        let names: Vec<String> = here.iter().take(FEW).map(name).collect();
        let more = here.len().saturating_sub(FEW);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        if !names.is_empty() {
            let sign = signs::stance_of(stance);
            let text = format!("{} {}: {}{more};", sign.mark, sign.word, names.join(", "));
            out.push(Cell::new(text).toned(sign.tone));
        }
    }
    if let Some(last) = out.pop() {
        let text = last.text().trim_end_matches(';').to_owned();
        out.push(last.saying(text));
    }
    out
}

/// "✗ reject?": mark, word, and whether that is sure.
fn marked(c: &StandingRow) -> String {
    let sign = signs::stance_of(c.position.stance);
    let unsure = if c.position.unsure { "?" } else { "" };
    format!("{} {}{unsure}", sign.mark, sign.word)
}

/// "r12", "r12 and 2 more": where it is told.
fn source(c: &StandingRow) -> String {
    let report = one_line(&c.position.report);
    match c.independent.saturating_sub(1) {
        0 => report,
        more => format!("{report} and {more} more"),
    }
}

impl Page for BoardPage {
    fn tables(&self) -> Vec<Table> {
        let row = |c: &StandingRow| {
            let p = &c.position;
            let exact = |a: &Option<_>| Cell::of(a.as_ref().map(|a: &Anchor| a.exact.as_str()));
            vec![
                Cell::new(&c.issue),
                Cell::new(&c.party),
                Cell::new(p.stance),
                exact(&p.figure),
                exact(&p.condition),
                Cell::new(signs::words(&p.words)),
                Cell::new(&c.since),
                Cell::new(&p.day),
                Cell::new(c.independent.to_string()),
                Cell::new(if p.firsthand { "first-hand" } else { "second-hand" }),
                Cell::of(p.told_by.as_deref()),
                Cell::new(&p.report),
                Cell::new(p.confidence.to_string()),
                Cell::new(p.verdict),
                Cell::new(&p.id),
            ]
        };
        vec![Table {
            heading: self.title(),
            columns: vec![
                "issue",
                "party",
                "stance",
                "figure",
                "condition",
                "words",
                "since",
                "day",
                "independent",
                "hand",
                "told_by",
                "report",
                "confidence",
                "verdict",
                "id",
            ],
            rows: self.cells.iter().map(row).collect(),
            empty: EMPTY,
        }]
    }

    fn to_text(&self, width: usize) -> String {
        let room = Matrix::room(width);
        let matrix = self.matrix(room);
        // Under three columns a matrix is no matrix.
        let listed = matrix.rows.is_empty() || room < 3;
        let mut out = title(&self.title(), width);
        if !listed {
            let _ = write!(out, "\n{}", matrix.to_text(width));
            out.push_str(&aside(LEGEND, width));
        }
        let all = listed || self.extent == Extent::All;
        let list = self.list(all, width < WIDE);
        if all || !list.rows.is_empty() {
            let _ = write!(out, "\n{}", list.to_text(width));
        }
        self.below().iter().for_each(|line| out.push_str(&aside(line, width)));
        out
    }

    fn to_markdown(&self) -> String {
        let matrix = self.matrix(COLUMNS);
        let mut out = format!("# {}\n", markdown(&self.title()));
        if !matrix.rows.is_empty() {
            let _ = write!(out, "\n{}", matrix.to_markdown());
        }
        let all = matrix.rows.is_empty() || self.extent == Extent::All;
        let list = self.list(all, false);
        if all || !list.rows.is_empty() {
            let _ = write!(out, "\n{}", list.to_markdown());
        }
        for line in self.below() {
            let _ = writeln!(out, "\n{}", markdown(&line));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::record::At;
    use crate::record::testing::{Draft, Sample};

    /// Veldra and Tolmark on seats, Veldra on the pact as Tolmark tells it, and one position of nobody.
    fn sample() -> Sample {
        let mut sample = Sample::new();
        let text = "Präsident Dareth: Veldra wants 12 seats. Tolmark rejects that, and said that Veldra offers the pact.";
        let mut a = Draft::new("a", "2031-03-12", text)
            .said("Ilma Dareth", Some("Veldra"), "wants 12 seats")
            .position("Veldra", "seats", Stance::Demand, "12 seats")
            .said(
                "Joss Karn",
                Some("Tolmark"),
                "rejects that, and said that Veldra offers the pact",
            )
            .position("Tolmark", "seats", Stance::Reject, "rejects that")
            .position("Veldra", "treaty", Stance::Offer, "offers the pact")
            .position("nobody", "seats", Stance::Reject, "rejects");
        a.coding.positions[0].figure = Some(a.span("12"));
        a.coding.positions[1].confidence = 0.3;
        a.coding.positions[3].holder = None;
        sample.add("2031-03-13", &a);
        sample
    }

    fn page(extent: Extent) -> BoardPage {
        let sample = sample();
        board(&sample.record.snapshot(At::default()).expect("read"), extent).expect("a board")
    }

    fn shown(width: usize) -> String {
        anstream::adapter::strip_str(&page(Extent::Glance).to_text(width)).to_string()
    }

    #[test]
    fn issues_are_rows_and_parties_columns_at_a_glance() {
        let text = shown(100);
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        assert_eq!(lines[2].split_whitespace().collect::<Vec<_>>(), ["issue", "Veldra", "Tolmark"]);
        assert!(lines[4].contains("! demand") && lines[4].contains("✗ reject?"), "{text}");
        assert!(lines[5].contains("12") && !lines[5].contains("second-hand"), "{text}");
        assert!(text.contains("Veldra  + offer  treaty: offers the pact"), "{text}");
        assert!(text.contains("second-hand: Joss Karn"), "{text}");
        assert!(text.contains("not on the board: 1 position of nobody who is named"), "{text}");
        assert!(lines.iter().all(|l| l.width() <= 100), "{text}");
    }

    #[test]
    fn a_narrow_terminal_gets_a_list() {
        let text = shown(40);
        assert!(!text.contains('─') && text.contains("! demand: seats: 12"), "{text}");
        assert!(text.lines().all(|l| l.width() <= 40), "{text}");
    }

    #[test]
    fn anchors_count_code_points_of_the_text_they_name() {
        let page = page(Extent::All);
        let text = "Präsident Dareth: Veldra wants 12 seats.";
        let p = &page.cells[0].position;
        assert_eq!((p.report.as_str(), p.day.as_str()), ("a", "2031-03-12"));
        for anchor in p.words.iter().chain(&p.figure) {
            let sliced: String =
                text.chars().skip(anchor.start).take(anchor.end - anchor.start).collect();
            assert_eq!(sliced, anchor.exact);
        }
        assert!(page.to_json().contains("\"schema\": \"travaux.board/1\""));
    }
}
