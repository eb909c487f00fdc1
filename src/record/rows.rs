//! The tables of entries, and what is done alike in all: a row is closed and its successor opened with some columns changed.
//! Never changes a row but for its end.

use rusqlite::types::Value;
use rusqlite::{Transaction, params_from_iter};

use super::{ChangeId, EntryId};
use crate::report::Span;

/// A table of entries of one kind.
#[derive(Debug)]
pub(super) struct Table {
    /// In `entry.kind`, and the first letter of what users call an entry.
    pub kind: &'static str,
    pub name: &'static str,
    /// Columns after `verdict`.
    pub columns: &'static [&'static str],
    /// Columns that hold spans; the first always has some.
    pub spans: &'static [&'static str],
}

pub(super) const STATEMENT: Table = Table {
    kind: "s",
    name: "statement",
    columns: &[
        "source",
        "cue",
        "content",
        "form",
        "speaker",
        "party",
        "said",
        "venue",
        "via",
        "within",
        "confidence",
    ],
    spans: &["content", "source", "cue", "venue"],
};

pub(super) const POSITION: Table = Table {
    kind: "p",
    name: "position",
    columns: &[
        "statement",
        "holder",
        "issue",
        "stance",
        "terms",
        "condition",
        "scope",
        "reason",
        "figure",
        "firsthand",
        "confidence",
    ],
    spans: &["terms", "condition", "scope", "reason", "figure"],
};

pub(super) const ASSESSMENT: Table = Table {
    kind: "a",
    name: "assessment",
    columns: &["statement", "assessor", "party", "value", "of", "words", "said", "confidence"],
    spans: &["words"],
};

pub(super) const ENCOUNTER: Table = Table {
    kind: "e",
    name: "encounter",
    columns: &[
        "statement",
        "kind",
        "status",
        "participants",
        "place",
        "date",
        "words",
        "confidence",
    ],
    spans: &["words"],
};

/// All of them.
pub(super) const TABLES: [&Table; 4] = [&STATEMENT, &POSITION, &ASSESSMENT, &ENCOUNTER];

/// Tables whose rows have `since` and `until`, with the columns that say what a row is about.
pub(super) const VERSIONED: [(&str, &[&str]); 9] = [
    ("version", &["id"]),
    ("copy", &["report", "earlier"]),
    ("actor_name", &["name"]),
    ("issue_name", &["name"]),
    ("statement", &["entry"]),
    ("position", &["entry"]),
    ("assessment", &["entry"]),
    ("encounter", &["entry"]),
    ("note", &["entry", "since"]),
];

impl Table {
    /// The table of entries of `kind`.
    pub fn of(kind: &str) -> Option<&'static Table> {
        TABLES.into_iter().find(|t| t.kind == kind)
    }

    /// Opens the first row of `entry`; `values` are those of [`Table::columns`].
    pub fn insert(
        &self,
        tx: &Transaction<'_>,
        entry: EntryId,
        change: ChangeId,
        version: i64,
        values: Vec<Value>,
    ) -> rusqlite::Result<()> {
        debug_assert_eq!(values.len(), self.columns.len());
        let sql = format!(
            "INSERT INTO {} (entry, since, version, verdict, {}) VALUES (?, ?, ?, 'unreviewed'{})",
            self.name,
            self.columns.join(", "),
            ", ?".repeat(self.columns.len())
        );
        let head = [entry.0.into(), change.0.into(), version.into()];
        tx.prepare_cached(&sql)?.execute(params_from_iter(head.into_iter().chain(values)))?;
        Ok(())
    }

    /// Closes the live row of `entry`. Returns whether there was one.
    pub fn close(
        &self,
        tx: &Transaction<'_>,
        entry: EntryId,
        change: ChangeId,
    ) -> rusqlite::Result<bool> {
        let sql = format!("UPDATE {} SET until = ? WHERE entry = ? AND until IS NULL", self.name);
        Ok(tx.prepare_cached(&sql)?.execute((change, entry))? > 0)
    }

    /// Opens a row of `entry` that is as its last one was but for the columns in `set`. Close that one before.
    pub fn reopen(
        &self,
        tx: &Transaction<'_>,
        entry: EntryId,
        change: ChangeId,
        set: &[(&str, Value)],
    ) -> rusqlite::Result<()> {
        let all: Vec<&str> = ["version", "verdict"].iter().chain(self.columns).copied().collect();
        let (mut values, mut chosen) = (vec![Value::from(change.0)], Vec::new());
        for column in &all {
            match set.iter().find(|(name, _)| name == column) {
                Some((_, value)) => {
                    values.push(value.clone());
                    chosen.push("?");
                }
                None => chosen.push(*column),
            }
        }
        values.push(entry.0.into());
        let sql = format!(
            "INSERT INTO {0} (entry, since, {1}) SELECT entry, ?, {2} FROM {0} WHERE entry = ? ORDER BY since DESC LIMIT 1",
            self.name,
            all.join(", "),
            chosen.join(", ")
        );
        tx.prepare_cached(&sql)?.execute(params_from_iter(values))?;
        Ok(())
    }
}

/// Spans as the tables keep them.
pub(super) fn spans_text(spans: &[Span]) -> String {
    let pairs: Vec<[usize; 2]> = spans.iter().map(|s| [s.start, s.end]).collect();
    serde_json::to_string(&pairs).unwrap_or_default()
}

/// Spans as the tables keep them; none where it is not such a text.
pub(super) fn parse_spans(text: &str) -> Option<Vec<Span>> {
    let pairs: Vec<[usize; 2]> = serde_json::from_str(text).ok()?;
    pairs.iter().map(|[a, b]| (a < b).then(|| Span::new(*a, *b))).collect()
}
