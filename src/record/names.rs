//! Names to actors and issues: a name that comes in for the first time is one that is known by another name, or new. Never
//! merges without saying why.

use rusqlite::{OptionalExtension, Transaction, params};

use super::{ChangeId, NameId};

/// The number of the name `text`.
pub(super) fn name(tx: &Transaction<'_>, text: &str) -> rusqlite::Result<NameId> {
    let found = tx
        .prepare_cached("SELECT id FROM name WHERE text = ?")?
        .query_row([text], |r| r.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    tx.prepare_cached("INSERT INTO name (text) VALUES (?)")?.execute([text])?;
    Ok(NameId(tx.last_insert_rowid()))
}

/// Makes sure that `name` stands for an actor.
pub(super) fn actor(tx: &Transaction<'_>, change: ChangeId, name: NameId) -> rusqlite::Result<()> {
    stands_for(tx, change, name, "actor")
}

/// Makes sure that `name` stands for an issue.
pub(super) fn issue(tx: &Transaction<'_>, change: ChangeId, name: NameId) -> rusqlite::Result<()> {
    stands_for(tx, change, name, "issue")
}

fn stands_for(
    tx: &Transaction<'_>,
    change: ChangeId,
    name: NameId,
    what: &str,
) -> rusqlite::Result<()> {
    let known = tx
        .prepare_cached(&format!("SELECT 1 FROM {what}_name WHERE name = ? AND until IS NULL"))?
        .exists([name])?;
    if known {
        return Ok(());
    }
    tx.prepare_cached(&format!("INSERT INTO {what} (since, name) VALUES (?, ?)"))?
        .execute(params![change, name])?;
    let id = tx.last_insert_rowid();
    tx.prepare_cached(&format!(
        "INSERT INTO {what}_name (name, {what}, since, why) VALUES (?, ?, ?, 'first so called')"
    ))?
    .execute(params![name, id, change])?;
    Ok(())
}
