//! Transactions: each has an author, a moment and an act, and is whole or not at all. Never leaves half of one.

use jiff::Timestamp;
use rusqlite::{Transaction, TransactionBehavior, params};

use super::{ChangeId, Record};
use crate::error::Result;

/// Whose hand made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hand {
    /// The program, by reading or merging.
    Machine,
    /// A person.
    Person,
}

impl Hand {
    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["machine", "person"][self as usize]
    }

    pub(super) fn parse(name: &str) -> Self {
        if name == "person" { Hand::Person } else { Hand::Machine }
    }
}

/// What a change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// The record was begun.
    Init,
    /// A report came in.
    Add,
    /// A report's text was read again, or came in changed.
    Renew,
    /// A person says that an entry is right.
    Accept,
    /// A person says that it is wrong.
    Reject,
    /// A person says what is right.
    Correct,
    /// Two names are one actor's or issue's.
    Merge,
    /// They are not.
    Split,
    /// A person writes beside an entry.
    Note,
    /// A change is taken back.
    Undo,
}

impl Act {
    /// All of them.
    pub const ALL: [Act; 10] = [
        Act::Init,
        Act::Add,
        Act::Renew,
        Act::Accept,
        Act::Reject,
        Act::Correct,
        Act::Merge,
        Act::Split,
        Act::Note,
        Act::Undo,
    ];

    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["init", "add", "renew", "accept", "reject", "correct", "merge", "split", "note", "undo"]
            [self as usize]
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.as_str() == name)
    }
}

/// Who makes a change, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// Whose hand.
    pub hand: Hand,
    /// The person, or the program with its version.
    pub author: String,
    /// Why, where it is said.
    pub reason: Option<String>,
}

impl By {
    /// The program itself.
    pub fn machine() -> Self {
        let author = concat!("travaux ", env!("CARGO_PKG_VERSION")).to_owned();
        Self { hand: Hand::Machine, author, reason: None }
    }

    /// A person.
    pub fn person(author: impl Into<String>, reason: Option<String>) -> Self {
        Self { hand: Hand::Person, author: author.into(), reason }
    }
}

/// A transaction that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place in the order of all.
    pub id: ChangeId,
    /// When.
    pub at: Timestamp,
    /// By whom, and why.
    pub by: By,
    /// What it did.
    pub act: Act,
    /// To what: "report 3748", "p12", "Medinsky".
    pub about: String,
    /// The change that it takes back.
    pub undoes: Option<ChangeId>,
}

impl Record {
    /// Makes one change, whole or not at all. `make` gets the transaction to write to and the change's number.
    pub(super) fn change<T>(
        &mut self,
        by: &By,
        act: Act,
        about: &str,
        undoes: Option<ChangeId>,
        make: impl FnOnce(&Transaction<'_>, ChangeId) -> Result<T>,
    ) -> Result<T> {
        let (clock, path) = (self.clock, self.path.clone());
        let say = |e| super::file::sentence(&path, &e);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(say)?;
        let last: Option<i64> =
            tx.query_row("SELECT max(at) FROM change", [], |r| r.get(0)).map_err(say)?;
        let now = clock.unwrap_or_else(Timestamp::now).as_microsecond();
        let at = last.map_or(now, |last| now.max(last + 1));
        tx.prepare_cached(
            "INSERT INTO change (at, hand, author, act, about, reason, undoes) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .and_then(|mut s| {
            s.execute(params![at, by.hand.as_str(), by.author, act.as_str(), about, by.reason, undoes])
        })
        .map_err(say)?;
        let id = ChangeId(tx.last_insert_rowid());
        let made = make(&tx, id)?;
        tx.commit().map_err(say)?;
        Ok(made)
    }
}
