//! Everything about one entry: where its words stand, through whom it reached the reader, what was held of it when and by
//! whose hand, what people wrote beside it.

use serde::Serialize;

use super::Page;
use super::words::{self, ChangeRow};
use crate::error::{Error, Result};
use crate::present::table::{Cell, Table};
use crate::record::{Permalink, Snapshot, Version};
use crate::report::Span;

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct EntryPage {
    /// `travaux.entry/1`.
    pub schema: &'static str,
    /// The permalink: `p12`.
    pub id: String,
    /// `statement`, `position`, `assessment`, `encounter`.
    pub kind: &'static str,
    /// What it says, in a line.
    pub says: String,
    /// Its paragraph, with its words between » and «.
    pub paragraph: String,
    /// Through whom it reached the reader, outermost first.
    pub chain: Vec<String>,
    /// The statement that it stands in.
    pub statement: Option<String>,
    /// What stands in it, where it is a statement.
    pub holds: Vec<String>,
    /// The id of its report.
    pub report: String,
    pub title: Option<String>,
    /// ISO 8601 day.
    pub published: Option<String>,
    /// Whether it is held at the asked moment; else it was not found again when the report came in changed.
    pub held: bool,
    /// What was held of it, from the first to the last.
    pub versions: Vec<VersionRow>,
    /// What people wrote beside it.
    pub notes: Vec<NoteRow>,
}

/// What was held for some time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct VersionRow {
    pub since: ChangeRow,
    pub until: Option<ChangeRow>,
    /// `unreviewed`, `accepted`, `corrected`, `rejected`.
    pub verdict: String,
    /// By the names of the annotation guidelines.
    pub fields: Vec<FieldRow>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct FieldRow {
    pub field: &'static str,
    pub text: Option<String>,
    /// Where it is words of the report: from and to, in code points of the text of that version.
    pub spans: Vec<[usize; 2]>,
}

/// What a person wrote.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct NoteRow {
    #[serde(flatten)]
    pub change: ChangeRow,
    pub text: String,
    /// The change that took it back.
    pub undone_by: Option<i64>,
}

/// All that `snapshot` knows about `entry`.
pub fn entry(snapshot: &Snapshot<'_>, entry: Permalink) -> Result<EntryPage> {
    let story = snapshot.story(entry)?;
    let kind = entry.kind.as_str();
    let last = story.rows.last().ok_or_else(|| Error::input(format!("{entry}: holds nothing")))?;
    let head = snapshot.reports.iter().find(|r| r.id == story.report);
    let head = head.ok_or_else(|| Error::input(format!("{entry}: its report is not known")))?;
    let get =
        |name: &str| last.fields.iter().find(|f| f.field == name).and_then(|f| f.text.clone());
    let statement = get("statement").or(get("within"));
    let outer = match statement.as_deref().and_then(|s| s.parse::<Permalink>().ok()) {
        Some(outer) => snapshot.story(outer)?.rows.pop(),
        None => None,
    };
    let told = |name: &str| {
        let row = if kind == "statement" { Some(last) } else { outer.as_ref() };
        row?.fields.iter().find(|f| f.field == name)?.text.clone()
    };
    let owner = get("holder").or(get("assessor"));
    let text = snapshot.text(last.version)?;
    Ok(EntryPage {
        schema: "travaux.entry/1",
        id: entry.to_string(),
        kind,
        says: words::says(kind, &last.fields),
        paragraph: words::around(&text, main_words(last)),
        chain: words::chain(head, &[told("via"), told("speaker"), owner]),
        statement,
        holds: story.inside.iter().map(Permalink::to_string).collect(),
        report: head.given.clone(),
        title: head.title.clone(),
        published: head.published.map(|d| d.to_string()),
        held: last.until.is_none(),
        versions: story.rows.iter().map(|row| version(snapshot, row)).collect::<Result<_>>()?,
        notes: story
            .notes
            .iter()
            .map(|n| NoteRow {
                change: ChangeRow::of(&n.change),
                text: n.text.clone(),
                undone_by: n.until.map(|u| u.0),
            })
            .collect(),
    })
}

/// The words that an entry has before all others.
pub(super) fn main_words(row: &Version) -> &[Span] {
    let named = ["terms", "words", "content"];
    let found = row.fields.iter().find(|f| named.contains(&f.field));
    found.map_or(&[], |f| &f.spans)
}

fn version(snapshot: &Snapshot<'_>, row: &Version) -> Result<VersionRow> {
    let text = snapshot.text(row.version)?;
    let point = |byte: usize| text.get(..byte).map_or(0, |t| t.chars().count());
    let field = |f: &crate::record::Held| FieldRow {
        field: f.field,
        text: f.text.clone(),
        spans: f.spans.iter().map(|s| [point(s.start), point(s.end)]).collect(),
    };
    Ok(VersionRow {
        since: ChangeRow::of(&row.since),
        until: row.until.as_ref().map(ChangeRow::of),
        verdict: row.verdict.clone(),
        fields: row.fields.iter().map(field).collect(),
    })
}

impl VersionRow {
    /// What is not as in the version before.
    fn changed(&self, before: &VersionRow) -> String {
        let changed = self.fields.iter().zip(&before.fields).filter(|(a, b)| a.text != b.text);
        let parts: Vec<String> = changed
            .map(|(a, _)| format!("{}: {}", a.field, a.text.as_deref().unwrap_or("not known")))
            .collect();
        parts.join("; ")
    }

    fn confidence(&self) -> &str {
        let found = self.fields.iter().find(|f| f.field == "confidence");
        found.and_then(|f| f.text.as_deref()).unwrap_or_default()
    }
}

impl Page for EntryPage {
    fn above(&self) -> Vec<String> {
        let mut out = vec![
            format!("{} · {} · {}", self.id, self.kind, self.says),
            self.paragraph.clone(),
            format!("told: {}", self.chain.join(" ← ")),
        ];
        let title = self.title.as_deref().map(|t| format!(" · {t}")).unwrap_or_default();
        let day = self.published.as_deref().unwrap_or("day not known");
        out.push(format!("report {} · {day}{title}", self.report));
        out.extend(self.statement.as_ref().map(|s| format!("stands in {s}")));
        if !self.holds.is_empty() {
            out.push(format!("in it stand {}", self.holds.join(", ")));
        }
        if !self.held {
            out.push(
                "no longer held: it was not found again when the report came in changed".into(),
            );
        }
        out
    }

    fn tables(&self) -> Vec<Table> {
        let hand = |c: &ChangeRow| match c.hand {
            "person" => Cell::new(c.by()).strong(),
            _ => Cell::new(c.by()).faint(),
        };
        let last = self.versions.last().map_or(&[][..], |v| &v.fields);
        let fields = last
            .iter()
            .filter(|f| f.field != "confidence")
            .filter_map(|f| Some(vec![Cell::new(f.field).faint(), Cell::new(f.text.as_ref()?)]))
            .collect();
        let fields = Table {
            heading: if self.held { "What it holds" } else { "What it held last" }.into(),
            columns: vec!["field", "text"],
            rows: fields,
            empty: "nothing",
        };
        let mut rows = Vec::new();
        let mut before: Option<&VersionRow> = None;
        for version in &self.versions {
            rows.push(vec![
                Cell::new(version.since.change.to_string()).faint(),
                Cell::new(version.since.minute()),
                hand(&version.since),
                Cell::new(version.since.act),
                Cell::new(&version.verdict),
                Cell::new(version.confidence()).faint(),
                Cell::new(before.map(|b| version.changed(b)).unwrap_or_default()),
                Cell::of(version.since.reason.as_deref()),
            ]);
            before = Some(version);
        }
        let versions = Table {
            heading: "How it came to hold that".into(),
            columns: vec![
                "change",
                "since (UTC)",
                "by",
                "did",
                "verdict",
                "sure",
                "changed",
                "why",
            ],
            rows,
            empty: "nothing",
        };
        let notes = self.notes.iter().map(|n| {
            let note = match n.undone_by {
                Some(by) => format!("{} (taken back by {by})", n.text),
                None => n.text.clone(),
            };
            vec![
                Cell::new(n.change.change.to_string()).faint(),
                Cell::new(n.change.minute()),
                hand(&n.change),
                Cell::new(note),
            ]
        });
        let notes = Table {
            heading: "Notes".into(),
            columns: vec!["change", "when (UTC)", "by", "note"],
            rows: notes.collect(),
            empty: "none; write one with `travaux note`",
        };
        vec![fields, versions, notes]
    }
}
