//! What users call an entry, for ever: the letter of its kind and its number, "p12". Written and read here alone.

use std::fmt;
use std::str::FromStr;

use super::rows::Table;
use super::{Assessment, Encounter, Entry, EntryId, Position, Statement};

/// What sort of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum EntryKind {
    Statement,
    Position,
    Assessment,
    Encounter,
}

impl EntryKind {
    /// All of them, in the order in which they are read.
    pub const ALL: [EntryKind; 4] =
        [EntryKind::Statement, EntryKind::Position, EntryKind::Assessment, EntryKind::Encounter];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        ["statement", "position", "assessment", "encounter"][self as usize]
    }

    /// The letter that its entries' permalinks begin with.
    pub fn letter(self) -> &'static str {
        ["s", "p", "a", "e"][self as usize]
    }

    pub(super) fn table(self) -> &'static Table {
        Table::of(self.letter()).expect("each kind has a table")
    }

    pub(super) fn of_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.letter() == letter)
    }
}

/// An entry, as users write it: `p12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permalink {
    /// What sort.
    pub kind: EntryKind,
    /// Which.
    pub id: EntryId,
}

impl fmt::Display for Permalink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{}", self.kind.letter(), self.id.0))
    }
}

impl FromStr for Permalink {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let wrong = || "not an entry; entries are called as p12, s481, a7, e3".to_owned();
        let letter = typed.get(..1).ok_or_else(wrong)?.to_ascii_lowercase();
        let kind = EntryKind::of_letter(&letter).ok_or_else(wrong)?;
        let digits = &typed[1..];
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let id = plain.then(|| digits.parse().ok()).flatten().ok_or_else(wrong)?;
        Ok(Self { kind, id: EntryId(id) })
    }
}

macro_rules! links {
    ($($what:ident)*) => {$(
        impl Entry<$what> {
            /// What users call it.
            pub fn link(&self) -> Permalink {
                Permalink { kind: EntryKind::$what, id: self.id }
            }
        }
    )*};
}

links! { Statement Position Assessment Encounter }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again_and_nothing_else_is() {
        for kind in EntryKind::ALL {
            let link = Permalink { kind, id: EntryId(481) };
            assert_eq!(link.to_string().parse(), Ok(link));
        }
        let check = |typed: &str, expected: Option<&str>| {
            let found = typed.parse::<Permalink>().map(|l| l.to_string()).ok();
            assert_eq!(found.as_deref(), expected, "{typed}");
        };
        check("P12", Some("p12"));
        check("p007", Some("p7"));
        for wrong in
            ["", "p", "12", "x12", "p-1", "p+1", "p 1", "p1.5", "é1", "p99999999999999999999"]
        {
            check(wrong, None);
        }
    }
}
