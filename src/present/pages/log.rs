//! All changes of a record, the newest first: what came in, who decided what and why, what was taken back.

use serde::Serialize;

use super::Page;
use super::words::ChangeRow;
use crate::error::Result;
use crate::present::table::{Cell, Table};
use crate::record::{Asked, Snapshot};

/// What happened to a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogPage {
    /// `travaux.log/1`.
    pub schema: &'static str,
    /// The newest first.
    pub changes: Vec<LogRow>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LogRow {
    #[serde(flatten)]
    pub change: ChangeRow,
    /// The change that it takes back.
    pub undoes: Option<i64>,
    /// The change that takes it back.
    pub undone_by: Option<i64>,
    /// What a person changed in the entry.
    pub differences: Vec<DifferenceRow>,
    /// What a person wrote beside it.
    pub note: Option<String>,
}

/// A field that a change has changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct DifferenceRow {
    pub field: &'static str,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The changes that `snapshot` knows and that are `asked` for, `most` of them at most.
pub fn log(snapshot: &Snapshot<'_>, asked: &Asked, most: Option<usize>) -> Result<LogPage> {
    let all = snapshot.log(asked)?.into_iter().take(most.unwrap_or(usize::MAX));
    let changes = all
        .map(|logged| LogRow {
            change: ChangeRow::of(&logged.change),
            undoes: logged.change.undoes.map(|c| c.0),
            undone_by: logged.undone_by.map(|c| c.0),
            differences: logged
                .differences
                .into_iter()
                .map(|d| DifferenceRow { field: d.field, before: d.before, after: d.after })
                .collect(),
            note: logged.note,
        })
        .collect();
    Ok(LogPage { schema: "travaux.log/1", changes })
}

impl LogRow {
    /// What the change did, beyond its act: "stance: offer → reject".
    fn what(&self) -> String {
        let text = |t: &Option<String>| t.clone().unwrap_or_else(|| "not known".to_owned());
        let told = |d: &&DifferenceRow| !["verdict", "firsthand"].contains(&d.field);
        let fields = self.differences.iter().filter(told);
        let mut parts: Vec<String> = fields
            .map(|d| format!("{}: {} → {}", d.field, text(&d.before), text(&d.after)))
            .collect();
        parts.extend(self.note.clone());
        parts.extend(self.undone_by.map(|by| format!("(taken back by {by})")));
        parts.join("; ")
    }
}

impl Page for LogPage {
    fn tables(&self) -> Vec<Table> {
        let rows = self.changes.iter().map(|row| {
            let change = &row.change;
            let act = match row.undoes {
                Some(undoes) => format!("{} {undoes}", change.act),
                None => change.act.to_owned(),
            };
            let by = match change.hand {
                "person" => Cell::new(change.by()).strong(),
                _ => Cell::new(change.by()).faint(),
            };
            vec![
                Cell::new(change.change.to_string()).faint(),
                Cell::new(change.minute()),
                by,
                Cell::new(act),
                Cell::new(&change.about),
                Cell::new(row.what()),
                Cell::of(change.reason.as_deref()),
            ]
        });
        let people = self.changes.iter().filter(|r| r.change.hand == "person").count();
        vec![Table {
            heading: match self.changes.len() {
                1 => format!("1 change, {people} by people"),
                n => format!("{n} changes, {people} by people"),
            },
            columns: vec!["change", "when (UTC)", "by", "did", "to", "what", "why"],
            rows: rows.collect(),
            empty: "no such changes",
        }]
    }
}
