//! What people decide about entries: right, wrong, what is right instead, and what they write beside. Each decision closes
//! what was held and opens its successor, with who, when and why. Never lets one person's decision pass over another's
//! that it has not seen.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params};

use super::fields::{Correction, Field};
use super::permalink::{EntryKind, Permalink};
use super::rows::{POSITION, parse_spans};
use super::{Act, By, ChangeId, EntryId, Hand, Record, VersionId, file};
use crate::error::{Error, Result};

/// What is held of an entry at present.
struct Live {
    since: ChangeId,
    verdict: String,
    version: VersionId,
}

impl Record {
    /// Says that `entry` is right. `seen` is the change that made what the person looked at; where somebody decided
    /// otherwise since, nothing is done.
    pub fn accept(
        &mut self,
        by: &By,
        entry: Permalink,
        seen: Option<ChangeId>,
    ) -> Result<ChangeId> {
        self.review(by, Act::Accept, entry, seen, |desk, live| {
            desk.not_again(live, &["accepted", "corrected"])?;
            desk.turn(&[("verdict", "accepted".to_owned().into())])
        })
    }

    /// Says that `entry` is wrong: it stays in the file, and no question finds it. What stands in a statement leaves with
    /// it, unless a person decided on it too.
    pub fn reject(
        &mut self,
        by: &By,
        entry: Permalink,
        seen: Option<ChangeId>,
    ) -> Result<ChangeId> {
        self.review(by, Act::Reject, entry, seen, |desk, live| {
            desk.not_again(live, &["rejected"])?;
            desk.turn(&[("verdict", "rejected".to_owned().into())])
        })
    }

    /// Says what is right in `entry`.
    pub fn correct(
        &mut self,
        by: &By,
        entry: Permalink,
        corrections: &[Correction],
        seen: Option<ChangeId>,
    ) -> Result<ChangeId> {
        if corrections.is_empty() {
            let fields: Vec<&str> = Field::of(entry.kind).iter().map(|f| f.as_str()).collect();
            return Err(Error::usage(format!(
                "{entry}: say what is right: one of {}",
                fields.join(", ")
            )));
        }
        self.review(by, Act::Correct, entry, seen, |desk, live| desk.correct(live, corrections))
    }

    /// Writes `text` beside `entry`.
    pub fn note(&mut self, by: &By, entry: Permalink, text: &str) -> Result<ChangeId> {
        if text.trim().is_empty() {
            return Err(Error::usage(format!("{entry}: the note is empty; write something")));
        }
        let by = person(by)?;
        let path = self.path.clone();
        let say = |e| file::sentence(&path, &e);
        self.change(&by, Act::Note, &entry.to_string(), None, |tx, change| {
            Desk { tx, change, entry, say: &say }.exists()?;
            tx.execute(
                "INSERT INTO note (entry, since, text) VALUES (?, ?, ?)",
                params![entry.id, change, text],
            )
            .map_err(say)?;
            Ok(change)
        })
    }

    fn review(
        &mut self,
        by: &By,
        act: Act,
        entry: Permalink,
        seen: Option<ChangeId>,
        decide: impl FnOnce(&Desk<'_>, &Live) -> Result<()>,
    ) -> Result<ChangeId> {
        let by = person(by)?;
        let path = self.path.clone();
        let say = |e| file::sentence(&path, &e);
        self.change(&by, act, &entry.to_string(), None, |tx, change| {
            let desk = Desk { tx, change, entry, say: &say };
            let live = desk.live()?;
            if seen.is_some_and(|seen| seen != live.since) {
                return Err(Error::usage(format!(
                    "{entry}: is not as you saw it any more: {}; look again with `travaux show`",
                    desk.told(live.since)?
                )));
            }
            decide(&desk, &live)?;
            Ok(change)
        })
    }
}

/// The person that decides; a reason of nothing but white space is none.
pub(super) fn person(by: &By) -> Result<By> {
    if by.hand != Hand::Person || by.author.trim().is_empty() {
        return Err(Error::usage("only a person decides; say who with --author"));
    }
    let reason = by.reason.clone().filter(|r| !r.trim().is_empty());
    Ok(By { reason, ..by.clone() })
}

/// "Ana Vela rejected it (change 41, 2031-03-12 09:00 UTC): not what was said".
pub(super) fn told(db: &rusqlite::Connection, change: ChangeId) -> rusqlite::Result<String> {
    let mut found =
        db.prepare_cached("SELECT author, hand, act, about, at, reason FROM change WHERE id = ?")?;
    found.query_row([change], |r| {
        let (author, hand): (String, String) = (r.get(0)?, r.get(1)?);
        let (act, about): (String, String) = (r.get(2)?, r.get(3)?);
        let at = jiff::Timestamp::from_microsecond(r.get(4)?).unwrap_or_default();
        let at = jiff::tz::Offset::UTC.to_datetime(at).strftime("%F %H:%M UTC");
        let reason: Option<String> = r.get(5)?;
        let did = match Act::parse(&act) {
            Some(Act::Accept) => "accepted it".to_owned(),
            Some(Act::Reject) => "rejected it".to_owned(),
            Some(Act::Correct) if Hand::parse(&hand) == Hand::Person => {
                format!("corrected {about}")
            }
            Some(Act::Undo) => "took back what was decided".to_owned(),
            Some(Act::Add | Act::Renew) => format!("read {about}"),
            _ => format!("did: {act}, {about}"),
        };
        let reason = reason.map(|r| format!(": {r}")).unwrap_or_default();
        Ok(format!("{author} {did} (change {}, {at}){reason}", change.0))
    })
}

/// An entry that is decided on, in one change.
struct Desk<'t> {
    tx: &'t Transaction<'t>,
    change: ChangeId,
    entry: Permalink,
    say: &'t dyn Fn(rusqlite::Error) -> Error,
}

impl Desk<'_> {
    /// Refuses an entry that there is not.
    fn exists(&self) -> Result<()> {
        let entry = self.entry;
        exists(self.tx, entry).map_err(self.say)?.map_err(|wrong| match wrong {
            Some(kind) => Error::usage(format!(
                "{entry}: is a {}; call it {}",
                kind.as_str(),
                Permalink { kind, ..entry }
            )),
            None => Error::usage(format!(
                "{entry}: no such entry in this record; `travaux review next` and all questions name them"
            )),
        })
    }

    fn live(&self) -> Result<Live> {
        self.exists()?;
        let table = self.entry.kind.table().name;
        let sql = format!(
            "SELECT since, verdict, version FROM {table} WHERE entry = ? AND until IS NULL"
        );
        let row = |r: &rusqlite::Row<'_>| {
            Ok(Live { since: r.get(0)?, verdict: r.get(1)?, version: r.get(2)? })
        };
        let found = self.tx.query_row(&sql, [self.entry.id], row).optional().map_err(self.say)?;
        let Some(live) = found else {
            let sql = format!("SELECT max(until) FROM {table} WHERE entry = ?");
            let until = self.tx.query_row(&sql, [self.entry.id], |r| r.get(0)).map_err(self.say)?;
            return Err(Error::usage(format!(
                "{}: is no longer held, so there is nothing to decide: {}",
                self.entry,
                self.told(until)?
            )));
        };
        Ok(live)
    }

    fn told(&self, change: ChangeId) -> Result<String> {
        told(self.tx, change).map_err(self.say)
    }

    /// Refuses what was decided already.
    fn not_again(&self, live: &Live, decided: &[&str]) -> Result<()> {
        if !decided.contains(&live.verdict.as_str()) {
            return Ok(());
        }
        let decision = decision(self.tx, self.entry, None).map_err(self.say)?;
        let told = self.told(decision.unwrap_or(live.since))?;
        Err(Error::usage(format!(
            "{}: is {} already, nothing to do: {told}",
            self.entry, live.verdict
        )))
    }

    /// Closes what is held of the entry and opens its successor, with some columns changed.
    fn turn(&self, set: &[(&str, Value)]) -> Result<()> {
        let Self { tx, change, entry, say } = self;
        let table = entry.kind.table();
        table.close(tx, entry.id, *change).map_err(say)?;
        table.reopen(tx, entry.id, *change, set).map_err(say)
    }

    fn correct(&self, live: &Live, corrections: &[Correction]) -> Result<()> {
        let Self { tx, change, entry, say } = self;
        let table = entry.kind.table();
        let (text, words): (String, String) = tx
            .query_row(
                &format!(
                    "SELECT text, {} FROM {} t JOIN version ON version.id = ?1 WHERE entry = ?2 AND t.until IS NULL",
                    table.spans[0], table.name
                ),
                params![live.version, entry.id],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .map_err(say)?;
        let at = parse_spans(&words).and_then(|s| s.first().map(|s| s.start)).unwrap_or(0);
        let mut set: Vec<(&str, Value)> = Vec::new();
        for correction in corrections {
            let name = correction.field.as_str();
            if !Field::of(entry.kind).contains(&correction.field) {
                let fields: Vec<&str> = Field::of(entry.kind).iter().map(|f| f.as_str()).collect();
                return Err(Error::usage(format!(
                    "{entry}: a {} has no {name} to correct; it has {}",
                    entry.kind.as_str(),
                    fields.join(", ")
                )));
            }
            if set.iter().any(|(known, _)| *known == name) {
                return Err(Error::usage(format!("{name}: is corrected twice; say it once")));
            }
            set.push((name, correction.cell(tx, *change, &text, at, say)?));
        }
        let columns: Vec<&str> = set.iter().map(|(name, _)| *name).collect();
        let before = self.cells(entry.id, table.name, &columns)?;
        if before.iter().eq(set.iter().map(|(_, to)| to)) {
            return Err(Error::usage(format!(
                "{entry}: says so already; `travaux accept` says that it is right"
            )));
        }
        set.push(("verdict", "corrected".to_owned().into()));
        self.turn(&set)?;
        match entry.kind {
            EntryKind::Position if columns.contains(&"holder") => self.firsthand(entry.id),
            EntryKind::Statement if ["speaker", "party"].iter().any(|c| columns.contains(c)) => {
                self.firsthand_of_all()
            }
            _ => Ok(()),
        }
    }

    /// Columns of the live row of `entry`.
    fn cells(&self, entry: EntryId, table: &str, columns: &[&str]) -> Result<Vec<Value>> {
        let sql =
            format!("SELECT {} FROM {table} WHERE entry = ? AND until IS NULL", columns.join(", "));
        let row = |r: &rusqlite::Row<'_>| (0..columns.len()).map(|i| r.get(i)).collect();
        self.tx.query_row(&sql, [entry], row).map_err(self.say)
    }

    /// Says anew whether the speaker speaks for the holder, in the row that this change has opened.
    fn firsthand(&self, position: EntryId) -> Result<()> {
        let now = self.speaks_for_holder(position)?;
        self.tx
            .execute(
                "UPDATE position SET firsthand = ? WHERE entry = ? AND since = ?",
                params![now, position, self.change],
            )
            .map_err(self.say)?;
        Ok(())
    }

    /// Says anew whether the speaker speaks for the holder, of all positions in the statement.
    fn firsthand_of_all(&self) -> Result<()> {
        let held = || -> rusqlite::Result<Vec<(EntryId, bool)>> {
            let mut found = self.tx.prepare(
                "SELECT entry, firsthand FROM position WHERE statement = ? AND until IS NULL",
            )?;
            found.query_map([self.entry.id], |r| Ok((r.get(0)?, r.get(1)?)))?.collect()
        };
        for (position, before) in held().map_err(self.say)? {
            let now = self.speaks_for_holder(position)?;
            if now != before {
                let set = [("firsthand", i64::from(now).into())];
                POSITION.close(self.tx, position, self.change).map_err(self.say)?;
                POSITION.reopen(self.tx, position, self.change, &set).map_err(self.say)?;
            }
        }
        Ok(())
    }

    /// Whether the holder of a position is who speaks, or for whom: by name, or by whom the names mean.
    fn speaks_for_holder(&self, position: EntryId) -> Result<bool> {
        self.tx
            .query_row(
                "SELECT EXISTS (
                    SELECT 1 FROM position p JOIN statement s ON s.entry = p.statement AND s.until IS NULL
                    WHERE p.entry = ?1 AND p.until IS NULL AND (p.holder IN (s.speaker, s.party) OR EXISTS (
                        SELECT 1 FROM actor_name h JOIN actor_name o ON o.actor = h.actor
                        WHERE h.name = p.holder AND o.name IN (s.speaker, s.party)
                        AND h.until IS NULL AND o.until IS NULL)))",
                [position],
                |r| r.get(0),
            )
            .map_err(self.say)
    }
}

/// Whether there is such an entry; else its right kind, or none where there is no entry of that number.
pub(super) fn exists(
    db: &rusqlite::Connection,
    entry: Permalink,
) -> rusqlite::Result<std::result::Result<(), Option<EntryKind>>> {
    let mut found = db.prepare_cached("SELECT kind FROM entry WHERE id = ?")?;
    let kind: Option<String> = found.query_row([entry.id], |r| r.get(0)).optional()?;
    let kind = kind.as_deref().and_then(EntryKind::of_letter);
    Ok(if kind == Some(entry.kind) { Ok(()) } else { Err(kind) })
}

/// The change by which a person last decided on `entry`, up to `known`. Reading a report again carries a verdict on; that
/// is no decision.
pub(super) fn decision(
    db: &rusqlite::Connection,
    entry: Permalink,
    known: Option<ChangeId>,
) -> rusqlite::Result<Option<ChangeId>> {
    let mut found = db.prepare_cached(&format!(
        "SELECT max(change.id) FROM {} t JOIN change ON change.id = t.since
         WHERE t.entry = ? AND hand = 'person' AND change.id <= ?",
        entry.kind.table().name
    ))?;
    let known = known.map_or(i64::MAX, |c| c.0);
    found.query_row(params![entry.id, known], |r| r.get(0))
}

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;
