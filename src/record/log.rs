//! All changes that a record has seen, and all that was ever held of one entry. Never leaves out what was taken back.

use std::collections::HashSet;
use std::rc::Rc;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Row, params};

use super::fields::Held;
use super::permalink::Permalink;
use super::review::{decision, exists};
use super::{Act, By, Change, ChangeId, Hand, ReportId, Snapshot, VersionId, file};
use crate::error::{Error, Result};

/// Which changes are asked for; all where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// By this author, whatever the capitals.
    pub author: Option<String>,
    /// To an entry (`p12`), or to what has these words in its name.
    pub about: Option<String>,
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// By people, or by the program.
    pub hand: Option<Hand>,
}

/// A change, with what it did.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// The change.
    pub change: Change,
    /// The change that takes it back, as it stands now.
    pub undone_by: Option<ChangeId>,
    /// What a person changed in the entry.
    pub differences: Vec<Difference>,
    /// What a person wrote beside it.
    pub note: Option<String>,
}

/// A field that a change has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The column.
    pub field: &'static str,
    /// What it said before.
    pub before: Option<String>,
    /// What it says since.
    pub after: Option<String>,
}

/// What was held of an entry for some time.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// The change that made it so.
    pub since: Change,
    /// The change that ended it.
    pub until: Option<Change>,
    /// `unreviewed`, `accepted`, `corrected`, `rejected`.
    pub verdict: String,
    /// The text that its spans count in.
    pub version: VersionId,
    /// What each column holds.
    pub fields: Vec<Held>,
}

/// What a person wrote beside an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// By whom, when.
    pub change: Change,
    /// The change that took it back.
    pub until: Option<ChangeId>,
    /// What.
    pub text: String,
}

/// All that was ever held of one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// Which.
    pub entry: Permalink,
    /// Its report.
    pub report: ReportId,
    /// From the first to the last.
    pub rows: Vec<Version>,
    /// From the first to the last.
    pub notes: Vec<Note>,
    /// Entries that stand in it, where it is a statement, as held last.
    pub inside: Vec<Permalink>,
}

const CHANGE: &str = "id, at, hand, author, act, about, reason, undoes";

fn change(r: &Row<'_>) -> rusqlite::Result<Change> {
    let (hand, act): (String, String) = (r.get(2)?, r.get(4)?);
    Ok(Change {
        id: r.get(0)?,
        at: Timestamp::from_microsecond(r.get(1)?).unwrap_or_default(),
        by: By { hand: Hand::parse(&hand), author: r.get(3)?, reason: r.get(6)? },
        act: Act::parse(&act).unwrap_or(Act::Init),
        about: r.get(5)?,
        undoes: r.get(7)?,
    })
}

impl Snapshot<'_> {
    /// The record's file.
    pub fn path(&self) -> &std::path::Path {
        self.record.path()
    }

    /// Whose hand made a change. Reading a report again carries a person's verdict on: of an entry, ask
    /// [`Snapshot::decision`].
    pub fn hand(&self, change: ChangeId) -> Result<Hand> {
        self.told(|| {
            let mut found =
                self.record.db.prepare_cached("SELECT hand FROM change WHERE id = ?")?;
            found.query_row([change], |r| {
                r.get_ref(0)?.as_str().map(Hand::parse).map_err(Into::into)
            })
        })
    }

    /// One change.
    pub fn change_of(&self, id: ChangeId) -> Result<Change> {
        self.told(|| {
            let sql = format!("SELECT {CHANGE} FROM change WHERE id = ?");
            self.record.db.prepare_cached(&sql)?.query_row([id], change)
        })
    }

    /// The change by which a person last decided on `entry`, if any.
    pub fn decision(&self, entry: Permalink) -> Result<Option<Change>> {
        let found = self.told(|| decision(&self.record.db, entry, Some(self.change)))?;
        found.map(|id| self.change_of(id)).transpose()
    }

    /// The changes that were known, the newest first.
    pub fn log(&self, asked: &Asked) -> Result<Vec<Logged>> {
        let entry = asked.about.as_deref().and_then(|a| a.parse::<Permalink>().ok());
        let touched = entry.map(|e| self.told(|| self.touched(e))).transpose()?;
        let about = asked.about.as_deref().map(str::to_lowercase);
        let author = asked.author.as_deref().map(str::to_lowercase);
        let wanted = |c: &Change| {
            asked.hand.is_none_or(|hand| hand == c.by.hand)
                && asked.since.is_none_or(|since| since <= c.at)
                && author.as_ref().is_none_or(|a| *a == c.by.author.to_lowercase())
                && match (&touched, &about) {
                    (Some(touched), _) => touched.contains(&c.id),
                    (None, Some(about)) => c.about.to_lowercase().contains(about.as_str()),
                    (None, None) => true,
                }
        };
        self.told(|| {
            let db = &self.record.db;
            let sql = format!(
                "SELECT {CHANGE}, (SELECT id FROM change u WHERE u.undoes = change.id AND u.id <= ?1)
                 FROM change WHERE id <= ?1 ORDER BY id DESC"
            );
            let mut found = db.prepare_cached(&sql)?;
            let mut rows = found.query([self.change])?;
            let mut out = Vec::new();
            while let Some(r) = rows.next()? {
                let change = change(r)?;
                if !wanted(&change) {
                    continue;
                }
                let entry = change.about.parse::<Permalink>().ok();
                let entry = entry.filter(|_| change.by.hand == Hand::Person);
                let (mut differences, mut note) = (Vec::new(), None);
                if let Some(entry) = entry {
                    differences = self.differences(entry, change.id)?;
                    let mut found =
                        db.prepare_cached("SELECT text FROM note WHERE entry = ? AND since = ?")?;
                    let mut texts = found.query(params![entry.id, change.id])?;
                    note = texts.next()?.map(|r| r.get(0)).transpose()?;
                }
                out.push(Logged { undone_by: r.get(8)?, change, differences, note });
            }
            Ok(out)
        })
    }

    /// All changes that touched an entry.
    fn touched(&self, entry: Permalink) -> rusqlite::Result<HashSet<ChangeId>> {
        let mut out = HashSet::new();
        let table = entry.kind.table().name;
        let mut found = self.record.db.prepare_cached(&format!(
            "SELECT since, until FROM {table} WHERE entry = ?1
             UNION ALL SELECT since, until FROM note WHERE entry = ?1 AND EXISTS (SELECT 1 FROM {table} WHERE entry = ?1)"
        ))?;
        let mut rows = found.query([entry.id])?;
        while let Some(r) = rows.next()? {
            out.insert(r.get(0)?);
            out.extend(r.get::<_, Option<ChangeId>>(1)?);
        }
        Ok(out)
    }

    /// What a change did to the columns of an entry.
    fn differences(&self, entry: Permalink, by: ChangeId) -> rusqlite::Result<Vec<Difference>> {
        let rows = self.rows(entry, "AND (since = ?2 OR until = ?2)", by)?;
        let before = rows.iter().find(|r| r.until == Some(by));
        let after = rows.iter().find(|r| r.since == by);
        let (Some(before), Some(after)) = (before, after) else { return Ok(Vec::new()) };
        let verdict = (before.verdict != after.verdict).then(|| Difference {
            field: "verdict",
            before: Some(before.verdict.clone()),
            after: Some(after.verdict.clone()),
        });
        let fields = before.fields.iter().zip(&after.fields).filter(|(a, b)| a != b);
        let fields = fields.map(|(a, b)| Difference {
            field: a.field,
            before: a.text.clone(),
            after: b.text.clone(),
        });
        Ok(fields.chain(verdict).collect())
    }

    /// All that was ever held of `entry`, as it was known.
    pub fn story(&self, entry: Permalink) -> Result<Story> {
        let db = &self.record.db;
        let wrong = |right: Option<Permalink>| match right {
            Some(right) => {
                Error::usage(format!("{entry}: is a {}; call it {right}", right.kind.as_str()))
            }
            None => Error::usage(format!(
                "{entry}: no such entry in this record; `travaux review next` and all questions name them"
            )),
        };
        self.told(|| exists(db, entry))?
            .map_err(|kind| wrong(kind.map(|kind| Permalink { kind, ..entry })))?;
        let rows = self.told(|| self.rows(entry, "AND since <= ?2", self.change))?;
        if rows.is_empty() {
            return Err(Error::usage(format!("{entry}: was not known at that moment")));
        }
        let whole = |row: Bare| -> Result<Version> {
            let until = row.until.filter(|u| *u <= self.change);
            Ok(Version {
                since: self.change_of(row.since)?,
                until: until.map(|u| self.change_of(u)).transpose()?,
                verdict: row.verdict,
                version: row.version,
                fields: row.fields,
            })
        };
        let written = self.told(|| {
            let mut found = db.prepare_cached(
                "SELECT since, until, text FROM note WHERE entry = ? AND since <= ? ORDER BY since",
            )?;
            let row = |r: &Row<'_>| Ok((r.get(0)?, r.get::<_, Option<ChangeId>>(1)?, r.get(2)?));
            found
                .query_map(params![entry.id, self.change], row)?
                .collect::<rusqlite::Result<Vec<(ChangeId, Option<ChangeId>, String)>>>()
        })?;
        let note = |(since, until, text): (ChangeId, Option<ChangeId>, String)| -> Result<Note> {
            let until = until.filter(|u| *u <= self.change);
            Ok(Note { change: self.change_of(since)?, until, text })
        };
        Ok(Story {
            entry,
            report: self.told(|| {
                db.query_row("SELECT report FROM entry WHERE id = ?", [entry.id], |r| r.get(0))
            })?,
            rows: rows.into_iter().map(whole).collect::<Result<_>>()?,
            notes: written.into_iter().map(note).collect::<Result<_>>()?,
            inside: self.told(|| self.inside(entry))?,
        })
    }

    /// What stands in a statement.
    fn inside(&self, entry: Permalink) -> rusqlite::Result<Vec<Permalink>> {
        use super::permalink::EntryKind;
        let mut out = Vec::new();
        if entry.kind != EntryKind::Statement {
            return Ok(out);
        }
        for kind in EntryKind::ALL {
            let column = if kind == EntryKind::Statement { "within" } else { "statement" };
            let mut found = self.record.db.prepare_cached(&format!(
                "SELECT t.entry FROM {} t JOIN entry ON entry.id = t.entry
                 WHERE entry.report = (SELECT report FROM entry WHERE id = ?2) AND t.{column} = ?2 AND {} ORDER BY 1",
                kind.table().name,
                super::snapshot::LIVE
            ))?;
            let ids = found.query_map(params![self.change, entry.id], |r| r.get(0))?;
            for id in ids {
                out.push(Permalink { kind, id: id? });
            }
        }
        Ok(out)
    }

    /// Rows of `entry`, from the first to the last.
    fn rows(&self, entry: Permalink, which: &str, change: ChangeId) -> rusqlite::Result<Vec<Bare>> {
        let (db, table) = (&self.record.db, entry.kind.table());
        let mut found = db.prepare_cached(&format!(
            "SELECT since, until, verdict, version, {} FROM {} WHERE entry = ?1 {which} ORDER BY since",
            table.columns.join(", "),
            table.name
        ))?;
        let mut rows = found.query(params![entry.id, change])?;
        let mut out = Vec::new();
        while let Some(r) = rows.next()? {
            let version: VersionId = r.get(3)?;
            let text: Rc<str> = self.version_text(version)?;
            let mut fields = Vec::with_capacity(table.columns.len());
            for (i, column) in table.columns.iter().enumerate() {
                let cell: Value = r.get(4 + i)?;
                fields.push(Held::read(db, entry.kind, column, cell, &text)?);
            }
            out.push(Bare {
                since: r.get(0)?,
                until: r.get(1)?,
                verdict: r.get(2)?,
                version,
                fields,
            });
        }
        Ok(out)
    }

    fn told<T>(&self, ask: impl FnOnce() -> rusqlite::Result<T>) -> Result<T> {
        ask().map_err(|e| file::sentence(self.record.path(), &e))
    }
}

/// A row of an entry, its changes by number.
struct Bare {
    since: ChangeId,
    until: Option<ChangeId>,
    verdict: String,
    version: VersionId,
    fields: Vec<Held>,
}
