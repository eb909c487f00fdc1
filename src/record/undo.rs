//! Taking back what a person decided: what the change opened is closed, what it closed is opened again, in all tables of the
//! record. Never takes back what a later decision rests on, nor what the program read.

use std::collections::HashSet;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};

use super::review::{person, told};
use super::rows::VERSIONED;
use super::{Act, By, ChangeId, Hand, Record, file};
use crate::error::{Error, Result};

/// A change, as far as taking it back needs.
struct Made {
    act: Act,
    about: String,
}

impl Record {
    /// Takes back `change`. Returns the change that does it.
    pub fn undo(&mut self, by: &By, change: ChangeId) -> Result<ChangeId> {
        let by = person(by)?;
        let made = self.undoable(change)?;
        let path = self.path.clone();
        let say = |e| file::sentence(&path, &e);
        let done = self.change(&by, Act::Undo, &made.about, Some(change), |tx, now| {
            if let Some(later) = built_on(tx, &made, change, now).map_err(say)? {
                let (later, _) = standing(tx, later).map_err(say)?;
                let hand: String = tx
                    .query_row("SELECT hand FROM change WHERE id = ?", [later], |r| r.get(0))
                    .map_err(say)?;
                let remedy = match Hand::parse(&hand) {
                    Hand::Person => {
                        format!("take that back first: `travaux undo` with {}", later.0)
                    }
                    Hand::Machine => "decide anew instead: accept, reject or correct it".to_owned(),
                };
                return Err(Error::usage(format!(
                    "change {}: something was built on it since: {}; {remedy}",
                    change.0,
                    told(tx, later).map_err(say)?
                )));
            }
            for (table, keys) in tables(&made) {
                restore(tx, table, keys, change, now).map_err(say)?;
            }
            Ok(now)
        });
        if done.is_err() {
            // Two may take it back at once: the second is told who did.
            self.undoable(change)?;
        }
        done
    }

    /// The change, where it is one that a person made and that still holds.
    fn undoable(&self, change: ChangeId) -> Result<Made> {
        let say = |e| file::sentence(&self.path, &e);
        let found = self
            .db
            .query_row("SELECT hand, act, about FROM change WHERE id = ?", [change], |r| {
                Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?))
            })
            .optional()
            .map_err(say)?;
        let n = change.0;
        let Some((hand, act, about)) = found else {
            return Err(Error::usage(format!(
                "change {n}: there is none; `travaux log` lists all"
            )));
        };
        let act =
            Act::parse(&act).filter(|a| *a != Act::Init && Hand::parse(&hand) == Hand::Person);
        let Some(act) = act else {
            return Err(Error::usage(format!(
                "change {n}: made by the program, not by a person: {}; reject or correct the entries that are wrong",
                told(&self.db, change).map_err(say)?
            )));
        };
        if let Some(by) = undone_by(&self.db, change).map_err(say)? {
            let told = told(&self.db, by).map_err(say)?;
            let again = match undone_by(&self.db, by).map_err(say)? {
                None => String::new(),
                Some(last) => match standing(&self.db, last).map_err(say)? {
                    (last, true) => {
                        format!("; it holds again by change {}: take that back", last.0)
                    }
                    (_, false) => String::new(),
                },
            };
            return Err(Error::usage(format!("change {n}: is taken back already: {told}{again}")));
        }
        Ok(Made { act, about })
    }
}

/// The change that takes back `change`.
pub(super) fn undone_by(db: &Connection, change: ChangeId) -> rusqlite::Result<Option<ChangeId>> {
    db.prepare_cached("SELECT id FROM change WHERE undoes = ?")?
        .query_row([change], |r| r.get(0))
        .optional()
}

/// The last of the changes that brought back what the one before took, from `change` on; and whether it did bring back.
fn standing(db: &Connection, change: ChangeId) -> rusqlite::Result<(ChangeId, bool)> {
    let (mut last, mut holds) = (change, true);
    while let Some(next) = undone_by(db, last)? {
        (last, holds) = (next, !holds);
    }
    Ok((last, holds))
}

/// The tables in which a change is taken back. That a corrected entry's new name stands for somebody is no decision: others
/// may be called so by now, and it stays.
fn tables(made: &Made) -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    let names = made.act != Act::Correct;
    VERSIONED.into_iter().filter(move |(table, _)| names || !table.ends_with("_name"))
}

/// What `change` touched in a table, by the columns that say what a row is about.
fn touched(
    tx: &Transaction<'_>,
    table: &str,
    keys: &[&str],
    change: ChangeId,
) -> rusqlite::Result<Vec<Vec<Value>>> {
    let columns = keys.join(", ");
    let mut found = tx.prepare_cached(&format!(
        "SELECT DISTINCT {columns} FROM {table} WHERE since = ?1 OR until = ?1"
    ))?;
    let rows = found.query_map([change], |r| (0..keys.len()).map(|i| r.get(i)).collect())?;
    rows.collect()
}

/// The last change that touched the same after `change` and before `now`, and still holds.
fn built_on(
    tx: &Transaction<'_>,
    made: &Made,
    change: ChangeId,
    now: ChangeId,
) -> rusqlite::Result<Option<ChangeId>> {
    let mut later: HashSet<i64> = HashSet::new();
    for (table, keys) in tables(made) {
        let same = matching(keys, 1);
        let sql = format!("SELECT since, until FROM {table} WHERE {same}");
        for key in touched(tx, table, keys, change)? {
            let mut found = tx.prepare_cached(&sql)?;
            let mut rows = found.query(params_from_iter(key))?;
            while let Some(r) = rows.next()? {
                later.insert(r.get(0)?);
                later.extend(r.get::<_, Option<i64>>(1)?);
            }
        }
    }
    // What was taken back, and what took it back, leave all as it was before them.
    let mut undone: HashSet<i64> = HashSet::new();
    let mut found = tx.prepare_cached(
        "SELECT id, undoes FROM change WHERE undoes > ? AND id < ? ORDER BY id DESC",
    )?;
    let mut rows = found.query(params![change, now])?;
    while let Some(r) = rows.next()? {
        let (id, undoes): (i64, i64) = (r.get(0)?, r.get(1)?);
        if !undone.contains(&id) {
            undone.insert(undoes);
            later.remove(&id);
        }
    }
    let last = later.into_iter().filter(|id| *id > change.0 && *id < now.0 && !undone.contains(id));
    Ok(last.max().map(ChangeId))
}

/// Brings back what was held just before `change` of all that it touched.
fn restore(
    tx: &Transaction<'_>,
    table: &str,
    keys: &[&str],
    change: ChangeId,
    now: ChangeId,
) -> rusqlite::Result<()> {
    let all = columns(tx, table)?;
    let copied: Vec<&str> =
        all.iter().map(String::as_str).filter(|c| !["since", "until"].contains(c)).collect();
    let same = matching(keys, 3);
    let close =
        format!("UPDATE {table} SET until = ?1 WHERE until IS NULL AND since >= ?2 AND {same}");
    let reopen = format!(
        "INSERT INTO {table} (since, {0}) SELECT ?1, {0} FROM {table} WHERE since < ?2 AND until >= ?2 AND {same}",
        copied.join(", ")
    );
    for key in touched(tx, table, keys, change)? {
        let given = || {
            let head = [Value::from(now.0), Value::from(change.0)];
            params_from_iter(head.into_iter().chain(key.clone()))
        };
        tx.prepare_cached(&close)?.execute(given())?;
        tx.prepare_cached(&reopen)?.execute(given())?;
    }
    Ok(())
}

/// "entry = ?3 AND since = ?4".
fn matching(keys: &[&str], first: usize) -> String {
    let parts: Vec<String> =
        keys.iter().enumerate().map(|(i, k)| format!("{k} = ?{}", i + first)).collect();
    parts.join(" AND ")
}

fn columns(db: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut found = db.prepare_cached("SELECT name FROM pragma_table_info(?)")?;
    found.query_map([table], |r| r.get(0))?.collect()
}
