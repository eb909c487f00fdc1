//! What a reading found into the record, in one change: a report that is there as it is changes nothing, one that changed
//! becomes a new version. Never touches what a person decided.

use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params};

use super::carry::{self, Before};
use super::digest::{digest, key};
use super::names::Namer;
use super::rows::{ASSESSMENT, ENCOUNTER, POSITION, STATEMENT, Table, spans_text};
use super::{Act, By, ChangeId, EntryId, NameId, Record, ReportId, VersionId, copies, file};
use crate::attribute::Statement;
use crate::code::{Codebook, Coding};
use crate::error::Result;
use crate::report::{Report, Span};

/// What adding a report did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Added {
    /// It came in for the first time.
    New,
    /// It is there with another text or head; this is its new version.
    Changed,
    /// It is there as it is; nothing was done.
    Same,
}

impl Record {
    /// Adds what was read in `report`; `reader` names what read it.
    pub fn add(
        &mut self,
        report: &Report,
        statements: &[Statement],
        coding: &Coding,
        reader: &str,
    ) -> Result<Added> {
        let path = self.path.clone();
        let say = |e| file::sentence(&path, &e);
        let (mut key, digest) = (key(report), digest(report));
        let known = self.version_of(&key).map_err(say)?;
        let mut act = Act::Add;
        if let Some((id, held)) = &known {
            if *held == digest {
                return Ok(Added::Same);
            }
            act = Act::Renew;
            // A file may come to hold another report: one with hardly a word of the former.
            if key.starts_with("file:") {
                let before: String = self
                    .db
                    .query_row(
                        "SELECT text FROM version WHERE report = ? AND until IS NULL",
                        [id],
                        |r| r.get(0),
                    )
                    .map_err(say)?;
                if copies::share(&before, &report.text) < ANOTHER {
                    key = format!("{key} text:{}", report.id);
                    act = Act::Add;
                    if self.version_of(&key).map_err(say)?.is_some() {
                        return Ok(Added::Same);
                    }
                }
            }
        } else if report.id_is_derived() {
            let same = self
                .db
                .prepare_cached("SELECT 1 FROM version WHERE digest = ? AND until IS NULL")
                .and_then(|mut s| s.exists([digest]));
            if same.map_err(say)? {
                return Ok(Added::Same);
            }
        }
        let about = format!("report {}", report.id);
        let held = known.filter(|_| act == Act::Renew).map(|(id, _)| id);
        let codebook = self.held_codebook()?;
        self.change(&By::machine(), act, &about, None, |tx, change| {
            let writer = Writer { tx, change, codebook };
            writer.report(held, &key, digest, report, statements, coding, reader).map_err(say)
        })?;
        Ok(if act == Act::Add { Added::New } else { Added::Changed })
    }

    fn version_of(&self, key: &str) -> rusqlite::Result<Option<(ReportId, [u8; 16])>> {
        self.db
            .prepare_cached(
                "SELECT report.id, digest FROM report JOIN version ON report = report.id WHERE key = ? AND until IS NULL",
            )?
            .query_row([key], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()
    }
}

/// Share of its words that a text must have in common with the former one to be a version of it.
const ANOTHER: f64 = 0.3;

struct Writer<'t> {
    tx: &'t Transaction<'t>,
    change: ChangeId,
    codebook: Option<Arc<Codebook>>,
}

impl Writer<'_> {
    #[allow(clippy::too_many_arguments)]
    fn report(
        &self,
        held: Option<ReportId>,
        key: &str,
        digest: [u8; 16],
        report: &Report,
        statements: &[Statement],
        coding: &Coding,
        reader: &str,
    ) -> rusqlite::Result<()> {
        let Self { tx, change, .. } = self;
        let id = match held {
            Some(id) => {
                tx.execute(
                    "UPDATE version SET until = ? WHERE report = ? AND until IS NULL",
                    (change, id),
                )?;
                copies::forget(tx, *change, id)?;
                id
            }
            None => {
                tx.prepare_cached("INSERT INTO report (since, key, given) VALUES (?, ?, ?)")?
                    .execute(params![change, key, report.id])?;
                ReportId(tx.last_insert_rowid())
            }
        };
        let before = match held {
            Some(id) => carry::held(tx, id, &report.text)?,
            None => Vec::new(),
        };
        tx.prepare_cached(
            "INSERT INTO version (report, since, digest, title, outlet, agencies, byline, place, published, language, url, reader, text)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            id,
            change,
            digest,
            report.title,
            report.outlet,
            serde_json::to_string(&report.agencies).unwrap_or_default(),
            report.byline,
            report.place,
            report.published.map(|d| d.to_string()),
            report.language,
            report.url,
            reader,
            report.text
        ])?;
        let version = VersionId(tx.last_insert_rowid());
        tx.prepare_cached("INSERT INTO words (rowid, text) VALUES (?, ?)")?
            .execute(params![version, report.text])?;
        copies::place(tx, *change, id, version, report)?;
        let year = report.published.map(|d| d.year());
        let namer = Namer::new(tx, *change).within(id, year, self.codebook.clone());
        self.entries(&namer, id, version, &report.text, before, statements, coding)
    }

    #[allow(clippy::too_many_arguments)]
    fn entries(
        &self,
        namer: &Namer<'_>,
        report: ReportId,
        version: VersionId,
        text: &str,
        mut before: Vec<Before>,
        statements: &[Statement],
        coding: &Coding,
    ) -> rusqlite::Result<()> {
        let span = |s: Option<Span>| s.map(|s| spans_text(&[s])).map_or(Value::Null, Value::Text);
        let text_of = |t: &Option<String>| t.clone().map_or(Value::Null, Value::Text);
        let mut ids: Vec<EntryId> = Vec::with_capacity(statements.len());
        for s in statements {
            let within = s.within.and_then(|w| ids.get(w)).map_or(Value::Null, |e| e.0.into());
            let party = s.party.as_deref().map(|p| namer.party(p)).transpose()?;
            let somebody = |text: &Option<String>, party| match text {
                Some(text) => namer.somebody(text, party).map(|id| id.0.into()),
                None => Ok(Value::Null),
            };
            let values = vec![
                spans_text(&s.source).into(),
                spans_text(&s.cue).into(),
                spans_text(&s.content).into(),
                s.form.as_str().to_owned().into(),
                somebody(&s.speaker, party)?,
                party.map_or(Value::Null, |p| p.0.into()),
                text_of(&s.said),
                span(s.venue),
                somebody(&s.via, None)?,
                within,
                f64::from(s.confidence).into(),
            ];
            ids.push(self.entry(
                &STATEMENT,
                report,
                version,
                text,
                &s.content,
                values,
                &mut before,
            )?);
        }
        let at = |s: Option<usize>| s.and_then(|s| ids.get(s)).map_or(Value::Null, |e| e.0.into());
        let value = |id: NameId| Value::from(id.0);
        let null = || Ok(Value::Null);
        let named = |text: &Option<String>| match text {
            Some(text) => namer.somebody(text, None).map(value),
            None => null(),
        };
        let party = |text: &Option<String>| match text {
            Some(text) => namer.party(text).map(value),
            None => null(),
        };
        let issue = |text: &Option<String>| match text {
            Some(text) => namer.issue(text).map(value),
            None => null(),
        };
        for p in &coding.positions {
            let values = vec![
                at(p.statement),
                named(&p.holder)?,
                issue(&p.issue)?,
                p.stance.as_str().to_owned().into(),
                spans_text(&p.terms).into(),
                span(p.condition),
                span(p.scope),
                span(p.reason),
                span(p.figure),
                i64::from(p.firsthand).into(),
                f64::from(p.confidence).into(),
            ];
            self.entry(&POSITION, report, version, text, &p.terms, values, &mut before)?;
        }
        for a in &coding.assessments {
            let values = vec![
                at(a.statement),
                named(&a.assessor)?,
                party(&a.party)?,
                a.value.as_str().to_owned().into(),
                a.of.as_str().to_owned().into(),
                spans_text(&a.words).into(),
                text_of(&a.said),
                f64::from(a.confidence).into(),
            ];
            self.entry(&ASSESSMENT, report, version, text, &a.words, values, &mut before)?;
        }
        for e in &coding.encounters {
            let mut participants = Vec::new();
            for p in &e.participants {
                participants.push(namer.somebody(p, None)?.0);
            }
            let values = vec![
                at(e.statement),
                e.kind.as_str().to_owned().into(),
                e.status.as_str().to_owned().into(),
                serde_json::to_string(&participants).unwrap_or_default().into(),
                text_of(&e.place),
                text_of(&e.date),
                spans_text(&e.words).into(),
                f64::from(e.confidence).into(),
            ];
            self.entry(&ENCOUNTER, report, version, text, &e.words, values, &mut before)?;
        }
        // What the new reading does not find: the machine's is no longer held; a person's stays where it stands, or
        // moves to its words in the new text.
        for held in before {
            if held.decided || held.ground {
                held.carry(self.tx, self.change, version)?;
            } else {
                held.table.close(self.tx, held.entry, self.change)?;
            }
        }
        Ok(())
    }

    /// Writes one entry of the new reading. Where the same words were held before, it is the same entry.
    #[allow(clippy::too_many_arguments)]
    fn entry(
        &self,
        table: &'static Table,
        report: ReportId,
        version: VersionId,
        text: &str,
        words: &[Span],
        values: Vec<Value>,
        before: &mut Vec<Before>,
    ) -> rusqlite::Result<EntryId> {
        let entry = match carry::same(before, table, text, words, &values) {
            // What a person decided is not overwritten.
            Some(held) if held.decided => {
                held.carry(self.tx, self.change, version)?;
                return Ok(held.entry);
            }
            Some(held) => {
                table.close(self.tx, held.entry, self.change)?;
                held.entry
            }
            None => {
                self.tx
                    .prepare_cached("INSERT INTO entry (report, kind) VALUES (?, ?)")?
                    .execute(params![report, table.kind])?;
                EntryId(self.tx.last_insert_rowid())
            }
        };
        table.insert(self.tx, entry, self.change, version.0, values)?;
        Ok(entry)
    }
}
