//! What waits for a person's review, the least sure first: each entry with its words in their paragraph, who told it, and
//! what to type to decide on it.

use serde::Serialize;

use super::Page;
use super::entry::main_words;
use super::words;
use crate::error::Result;
use crate::present::table::{Cell, Table};
use crate::record::{Permalink, Snapshot, Waiting, Wanted};

/// Entries to be looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReviewPage {
    /// `travaux.review/1`.
    pub schema: &'static str,
    /// How many wait, these among them.
    pub waiting: usize,
    /// The least sure first.
    pub entries: Vec<ReviewRow>,
    /// The record's file, as a shell takes it.
    #[serde(skip)]
    record: String,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ReviewRow {
    /// The permalink: `p12`.
    pub id: String,
    /// `statement`, `position`, `assessment`, `encounter`.
    pub kind: &'static str,
    /// 0 to 1.
    pub confidence: f64,
    /// The change that made it as it is: to be given back with the decision, so that nobody's is passed over.
    pub seen: i64,
    /// What it says, in a line.
    pub says: String,
    /// What else it holds, field by field.
    pub fields: Vec<(&'static str, String)>,
    /// Its paragraph, with its words between » and «.
    pub paragraph: String,
    /// Through whom it reached the reader, outermost first.
    pub chain: Vec<String>,
    /// The id of its report.
    pub report: String,
    pub title: Option<String>,
    /// ISO 8601 day.
    pub published: Option<String>,
    /// The same words in copies of the report.
    pub copies: Vec<String>,
}

/// The first `most` entries of `snapshot` that wait.
pub fn review(snapshot: &Snapshot<'_>, wanted: Wanted, most: usize) -> Result<ReviewPage> {
    let all = snapshot.unreviewed(wanted)?;
    Ok(ReviewPage {
        schema: "travaux.review/1",
        waiting: all.len(),
        entries: all.iter().take(most).map(|w| row(snapshot, w)).collect::<Result<_>>()?,
        record: words::shell(&snapshot.path().display().to_string()),
    })
}

/// Fields that the line does not say, or not by their name.
const ALSO: [&str; 7] =
    ["condition", "scope", "reason", "figure", "said", "firsthand", "statement"];

fn row(snapshot: &Snapshot<'_>, waiting: &Waiting) -> Result<ReviewRow> {
    let page = super::entry::entry(snapshot, waiting.entry)?;
    let story = snapshot.story(waiting.entry)?;
    let last = story.rows.last();
    let fields = last.map_or(&[][..], |row| &row.fields);
    let also = fields.iter().filter(|f| ALSO.contains(&f.field));
    let text = last.map(|row| snapshot.text(row.version)).transpose()?;
    let head = &snapshot.reports[waiting.report];
    Ok(ReviewRow {
        id: waiting.entry.to_string(),
        kind: waiting.entry.kind.as_str(),
        confidence: (waiting.confidence * 1000.0).round() / 1000.0,
        seen: waiting.since.0,
        says: page.says,
        fields: also.filter_map(|f| Some((f.field, f.text.clone()?))).collect(),
        paragraph: text
            .zip(last)
            .map_or_else(String::new, |(text, row)| words::around(&text, main_words(row))),
        chain: page.chain,
        report: head.given.clone(),
        title: head.title.clone(),
        published: head.published.map(|d| d.to_string()),
        copies: waiting.copies.iter().map(Permalink::to_string).collect(),
    })
}

impl ReviewRow {
    /// What to type, each with what it means.
    fn commands(&self, record: &str) -> Vec<(&'static str, String)> {
        let all = [vec![self.id.clone()], self.copies.clone()].concat().join(" ");
        // Each copy has a change of its own: what was seen is said of an entry alone.
        let seen = match self.copies.is_empty() {
            true => format!(" --seen {}", self.seen),
            false => String::new(),
        };
        let field = match self.kind {
            "position" => "--stance …",
            "assessment" => "--value …",
            "encounter" => "--status …",
            _ => "--speaker …",
        };
        vec![
            ("right", format!("travaux accept {record} {all}{seen}")),
            ("wrong", format!("travaux reject {record} {all}{seen}")),
            (
                "to mend",
                format!("travaux correct {record} {} {field} --seen {}", self.id, self.seen),
            ),
        ]
    }
}

impl Page for ReviewPage {
    fn above(&self) -> Vec<String> {
        match self.waiting {
            0 => vec!["nothing waits for review".into()],
            1 => vec!["1 entry waits for review".into()],
            n => vec![format!("{n} entries wait for review")],
        }
    }

    fn tables(&self) -> Vec<Table> {
        let table = |row: &ReviewRow| {
            let title = row.title.as_deref().map(|t| format!(" · {t}")).unwrap_or_default();
            let day = row.published.as_deref().unwrap_or("day not known");
            let line = |field: &str, text: Cell| {
                vec![Cell::new(&row.id).faint(), Cell::new(field).faint(), text]
            };
            let mut rows = vec![
                line("says", Cell::new(&row.says).strong()),
                line("words", Cell::new(&row.paragraph)),
            ];
            rows.extend(row.fields.iter().map(|(field, text)| line(field, Cell::new(text))));
            rows.push(line("told", Cell::new(row.chain.join(" ← "))));
            rows.push(line("report", Cell::new(format!("{} · {day}{title}", row.report))));
            if !row.copies.is_empty() {
                rows.push(line("copies", Cell::new(row.copies.join(", "))));
            }
            let commands = row.commands(&self.record);
            rows.extend(commands.into_iter().map(|(name, c)| line(name, Cell::new(c))));
            Table {
                heading: format!(
                    "{} · {} · {:.0} % sure",
                    row.id,
                    row.kind,
                    100.0 * row.confidence
                ),
                columns: vec!["entry", "field", "text"],
                rows,
                empty: "",
            }
        };
        self.entries.iter().map(table).collect()
    }
}
