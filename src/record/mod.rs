//! The record of a negotiation over many reports, kept in one file. What a reading found goes in by [`Record::add`], what
//! people decide by their reviews; a [`Snapshot`] is what was held at any moment, of any day. Nothing is ever overwritten:
//! what changes is closed and its successor opened, with who, when and why. Never asks the model.

pub mod accounts;
mod add;
mod board;
pub mod brief;
mod carry;
mod change;
mod changes;
mod check;
pub mod copies;
mod digest;
mod fields;
mod figure;
mod file;
#[cfg(test)]
mod formats;
mod log;
mod merge;
mod names;
mod naming;
mod permalink;
mod place;
mod queue;
mod review;
mod rows;
mod search;
mod snapshot;
mod talks;
#[cfg(test)]
pub(crate) mod testing;
pub mod timeline;
mod undo;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use crate::code::Codebook;

pub use add::Added;
pub use board::{
    Board, Cell, Heard, LeftOut, Standing, board, board_named, firsthand, history, place,
};
pub use change::{Act, By, Change, Hand};
pub use changes::{Changed, Shift, changes};
pub use check::Checked;
pub use digest::{Digest, Digests};
pub use fields::{Correction, Field, Held};
pub use figure::Figure;
pub use log::{Asked, Difference, Logged, Note, Story, Version};
pub use merge::{Days, Merge, Which};
pub use naming::Naming;
pub use permalink::{EntryKind, Permalink};
pub use queue::{Waiting, Wanted};
pub use search::{Found, Search, Words};
pub use snapshot::{
    Assessment, At, Encounter, Entry, Position, ReportHead, Snapshot, Statement, Told, Verdict,
};

/// An open record.
pub struct Record {
    db: Connection,
    path: PathBuf,
    /// The moment that the next change is said to be made at, where it is not the present.
    clock: Option<jiff::Timestamp>,
    /// The codebook of the file, once it was asked for.
    codebook: OnceCell<Option<Arc<Codebook>>>,
}

/// The number of a row of one kind, as the record's file has it.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                i64::column_result(value).map(Self)
            }
        }
    )*};
}

ids! {
    /// A transaction, in their order.
    ChangeId;
    /// A report, whatever its version.
    ReportId;
    /// A text of a report.
    VersionId;
    /// A statement, position, assessment or encounter; stays when it is corrected.
    EntryId;
    /// A name that entries hold.
    NameId;
    /// A person or party, whatever it is called.
    ActorId;
    /// What is at stake, whatever it is called.
    IssueId;
}

impl Record {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database, for rooms of the record alone.
    pub(crate) fn db(&self) -> &Connection {
        &self.db
    }

    /// Makes all further changes at `moment` (or the first free microsecond after the last change), as tests need it.
    pub fn at_moment(&mut self, moment: jiff::Timestamp) {
        self.clock = Some(moment);
    }
}
