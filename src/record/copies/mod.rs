//! Which reports are copies of which: wire copy, updates, corrections, shortened reprints. Candidates share winnowed
//! fingerprints; the texts themselves decide. Never calls two texts copies because they tell of the same events.

mod sequences;
mod verdict;

use std::collections::HashMap;

use rusqlite::{Transaction, params};

use self::sequences::{fingerprints, sequences};
use self::verdict::{Text, Verdict};
use super::{ChangeId, ReportId, VersionId};
use crate::report::Report;

pub use self::sequences::share;

/// How many of the latest texts with one fingerprint are looked at. What stands in more reports tells little.
const HOLDERS: i64 = 32;

/// How many candidates are read. They are the likeliest; of a story that ran in more reports, the others are in its group
/// through them.
const CANDIDATES: usize = 16;

/// Takes the text of `report` that `change` closed out of the search for copies, and closes what it was a copy of.
pub(super) fn forget(
    tx: &Transaction<'_>,
    change: ChangeId,
    report: ReportId,
) -> rusqlite::Result<()> {
    let mut closed =
        tx.prepare_cached("SELECT id, title, text FROM version WHERE report = ? AND until = ?")?;
    let mut rows = closed.query((report, change))?;
    while let Some(row) = rows.next()? {
        let version: VersionId = row.get(0)?;
        let title: Option<String> = row.get(1)?;
        let mut delete =
            tx.prepare_cached("DELETE FROM fingerprint WHERE hash = ? AND version = ?")?;
        for hash in prints(title.as_deref(), row.get_ref(2)?.as_str()?) {
            delete.execute((hash, version))?;
        }
    }
    for end in ["report", "earlier"] {
        tx.prepare_cached(&format!("UPDATE copy SET until = ? WHERE {end} = ? AND until IS NULL"))?
            .execute((change, report))?;
    }
    Ok(())
}

/// Writes the fingerprints of a new text, and which reports it is a copy of. Of two copies, the later is written as the copy
/// of the earlier: by their days, then by which says that it corrects, then by which came in first.
pub(super) fn place(
    tx: &Transaction<'_>,
    change: ChangeId,
    report: ReportId,
    version: VersionId,
    text: &Report,
) -> rusqlite::Result<()> {
    let hashes = prints(text.title.as_deref(), &text.text);
    let candidates = candidates(tx, &hashes)?;
    let mut insert =
        tx.prepare_cached("INSERT OR IGNORE INTO fingerprint (hash, version) VALUES (?, ?)")?;
    for hash in &hashes {
        insert.execute((hash, version))?;
    }
    if candidates.is_empty() {
        return Ok(());
    }
    let new = Text::new(text.title.as_deref(), text.published, &text.text);
    let mut find =
        tx.prepare_cached("SELECT report, title, published, text FROM version WHERE id = ?")?;
    let mut write = tx.prepare_cached(
        "INSERT INTO copy (report, earlier, since, relation, share) VALUES (?, ?, ?, ?, ?)",
    )?;
    for candidate in candidates {
        let mut rows = find.query([candidate])?;
        let Some(row) = rows.next()? else { continue };
        let other: ReportId = row.get(0)?;
        if other == report {
            continue;
        }
        let published: Option<String> = row.get(2)?;
        let day = published.and_then(|d| d.parse().ok());
        let held = Text::new(row.get_ref(1)?.as_str_or_null()?, day, row.get_ref(3)?.as_str()?);
        if let Some(Verdict { relation, share, newer }) = new.against(&held, report > other) {
            let (later, earlier) = if newer { (report, other) } else { (other, report) };
            write.execute(params![later, earlier, change, relation.as_str(), share])?;
        }
    }
    Ok(())
}

/// The fingerprints of a report. A short one is known by its headline as well.
fn prints(title: Option<&str>, text: &str) -> Vec<i64> {
    let title = title.filter(|_| sequences::is_short(text));
    fingerprints(&sequences(title, text))
}

/// The texts that share most with these fingerprints, the likeliest first. A fingerprint counts the less the more texts have
/// it.
fn candidates(tx: &Transaction<'_>, hashes: &[i64]) -> rusqlite::Result<Vec<VersionId>> {
    let mut weight: HashMap<i64, f64> = HashMap::new();
    let mut holders = tx.prepare_cached(
        "SELECT version FROM fingerprint WHERE hash = ? ORDER BY version DESC LIMIT ?",
    )?;
    for hash in hashes {
        let found: Vec<i64> =
            holders.query_map((hash, HOLDERS), |r| r.get(0))?.collect::<Result<_, _>>()?;
        for version in &found {
            *weight.entry(*version).or_default() += 1.0 / found.len() as f64;
        }
    }
    let mut ranked: Vec<(i64, f64)> = weight.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    ranked.truncate(CANDIDATES);
    Ok(ranked.into_iter().map(|(v, _)| VersionId(v)).collect())
}

#[cfg(test)]
mod tests;
