//! Names of issues to issues: the same words that carry meaning, in any order and form, are the same issue, as are the
//! phrases of an issue of the codebook. Never takes words for others that mean the same: that is for the codebook.

use rusqlite::{OptionalExtension, Transaction, params};

use super::name;
use crate::code::{Codebook, codebook};
use crate::record::{ChangeId, IssueId, NameId};

/// How sure the codebook must be: all words of a phrase, in any order.
const SURE: f32 = 0.85;

/// Makes sure that `id` stands for an issue.
pub(super) fn stands_for_issue(
    tx: &Transaction<'_>,
    change: ChangeId,
    id: NameId,
    codebook: Option<&Codebook>,
) -> rusqlite::Result<()> {
    if live(tx, id)?.is_some() {
        return Ok(());
    }
    let text: String =
        tx.prepare_cached("SELECT text FROM name WHERE id = ?")?.query_row([id], |r| r.get(0))?;
    let listed = codebook.and_then(|c| c.issue(&text, "")).filter(|(_, sure)| *sure >= SURE);
    if let Some((listed, _)) = listed
        && listed.name != text
    {
        let own = name(tx, &listed.name)?;
        stands_for_issue(tx, change, own, None)?;
        if let Some(issue) = live(tx, own)? {
            let why = format!("has a phrase of {} in the codebook", listed.name);
            open(tx, change, id, issue, &why)?;
            return keep_key(tx, id, &text);
        }
    }
    match same(tx, &text)? {
        Some((issue, other)) => {
            open(tx, change, id, issue, &format!("the same words but for order and form: {other}"))?
        }
        None => {
            let issue = begin(tx, change, id)?;
            open(tx, change, id, issue, "first so called")?;
        }
    }
    keep_key(tx, id, &text)
}

/// A new issue called `id`.
pub(super) fn begin(
    tx: &Transaction<'_>,
    change: ChangeId,
    id: NameId,
) -> rusqlite::Result<IssueId> {
    tx.prepare_cached("INSERT INTO issue (since, name) VALUES (?, ?)")?
        .execute(params![change, id])?;
    Ok(IssueId(tx.last_insert_rowid()))
}

fn live(tx: &Transaction<'_>, id: NameId) -> rusqlite::Result<Option<IssueId>> {
    tx.prepare_cached("SELECT issue FROM issue_name WHERE name = ? AND until IS NULL")?
        .query_row([id], |r| r.get(0))
        .optional()
}

fn open(
    tx: &Transaction<'_>,
    change: ChangeId,
    id: NameId,
    issue: IssueId,
    why: &str,
) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO issue_name (name, issue, since, why) VALUES (?, ?, ?, ?)")?
        .execute(params![id, issue, change, why])?;
    Ok(())
}

/// The issue of the first name with the same words; none where such names were taken apart.
fn same(tx: &Transaction<'_>, text: &str) -> rusqlite::Result<Option<(IssueId, String)>> {
    let Some(key) = key(text) else { return Ok(None) };
    let mut found = tx.prepare_cached(
        "SELECT i.issue, name.text FROM name_key k JOIN issue_name i ON i.name = k.name AND i.until IS NULL
         JOIN name ON name.id = k.name WHERE k.key = ? ORDER BY i.since, k.name",
    )?;
    let all = found.query_map([key], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let all: Vec<(IssueId, String)> = all.collect::<rusqlite::Result<_>>()?;
    let one = all.iter().all(|(issue, _)| *issue == all[0].0);
    Ok(all.into_iter().next().filter(|_| one))
}

fn keep_key(tx: &Transaction<'_>, id: NameId, text: &str) -> rusqlite::Result<()> {
    if let Some(key) = key(text) {
        tx.prepare_cached("INSERT OR IGNORE INTO name_key (key, name) VALUES (?, ?)")?
            .execute(params![key, id])?;
    }
    Ok(())
}

/// Words that carry meaning, without inflection, in the order of the alphabet.
fn key(text: &str) -> Option<String> {
    let mut words = codebook::meaning(text);
    words.sort();
    (!words.is_empty()).then(|| format!("i:{}", words.join(" ")))
}
