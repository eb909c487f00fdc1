//! What people may correct in an entry, field by field: from what was typed to what the record's columns hold. Never takes
//! words that the report does not have.

use rusqlite::types::Value as Cell;
use rusqlite::{OptionalExtension, Transaction};

use super::permalink::EntryKind;
use super::rows::{parse_spans, spans_text};
use super::{ChangeId, names, place};
use crate::attribute::Form;
use crate::code::{Kind, Of, Stance, Status, Value};
use crate::error::{Error, Result};
use crate::report::Span;

/// A field of an entry, named as its column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Field {
    Speaker,
    Party,
    Said,
    Form,
    Venue,
    Holder,
    Issue,
    Stance,
    Terms,
    Condition,
    Scope,
    Reason,
    Figure,
    Assessor,
    Value,
    Of,
    Words,
    Kind,
    Status,
    Participants,
    Place,
    Date,
}

/// What a field is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The field.
    pub field: Field,
    /// As a person types it: a name, a code, a day, exact words of the report or code points of it ("120..211"). Nothing for
    /// what is not known; several where the field holds several.
    pub to: Vec<String>,
}

/// What a field can hold.
enum Holds {
    Actor,
    Actors,
    Issue,
    Code(Vec<&'static str>),
    Day,
    Text,
    /// Words of the report, and whether they may be several or none.
    Words {
        several: bool,
        none: bool,
    },
}

impl Field {
    /// All of them.
    pub const ALL: [Field; 22] = [
        Field::Speaker,
        Field::Party,
        Field::Said,
        Field::Form,
        Field::Venue,
        Field::Holder,
        Field::Issue,
        Field::Stance,
        Field::Terms,
        Field::Condition,
        Field::Scope,
        Field::Reason,
        Field::Figure,
        Field::Assessor,
        Field::Value,
        Field::Of,
        Field::Words,
        Field::Kind,
        Field::Status,
        Field::Participants,
        Field::Place,
        Field::Date,
    ];

    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        [
            "speaker",
            "party",
            "said",
            "form",
            "venue",
            "holder",
            "issue",
            "stance",
            "terms",
            "condition",
            "scope",
            "reason",
            "figure",
            "assessor",
            "value",
            "of",
            "words",
            "kind",
            "status",
            "participants",
            "place",
            "date",
        ][self as usize]
    }

    /// The field of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == name)
    }

    /// What of an entry of `kind` may be corrected.
    pub fn of(kind: EntryKind) -> &'static [Field] {
        use Field::*;
        match kind {
            EntryKind::Statement => &[Speaker, Party, Said, Form, Venue],
            EntryKind::Position => {
                &[Holder, Issue, Stance, Terms, Condition, Scope, Reason, Figure]
            }
            EntryKind::Assessment => &[Assessor, Party, Value, Of, Words],
            EntryKind::Encounter => &[Field::Kind, Status, Participants, Field::Place, Date, Words],
        }
    }

    fn holds(self) -> Holds {
        match self {
            Field::Speaker | Field::Party | Field::Holder | Field::Assessor => Holds::Actor,
            Field::Participants => Holds::Actors,
            Field::Issue => Holds::Issue,
            Field::Said | Field::Date => Holds::Day,
            Field::Place => Holds::Text,
            Field::Terms | Field::Words => Holds::Words { several: true, none: false },
            Field::Venue | Field::Condition | Field::Scope | Field::Reason | Field::Figure => {
                Holds::Words { several: false, none: true }
            }
            Field::Form => {
                Holds::Code([Form::Direct, Form::Mixed, Form::Indirect].map(Form::as_str).to_vec())
            }
            Field::Stance => Holds::Code(Stance::ALL.map(Stance::as_str).to_vec()),
            Field::Value => Holds::Code(Value::ALL.map(Value::as_str).to_vec()),
            Field::Of => Holds::Code(Of::ALL.map(Of::as_str).to_vec()),
            Field::Kind => Holds::Code(Kind::ALL.map(Kind::as_str).to_vec()),
            Field::Status => Holds::Code(Status::ALL.map(Status::as_str).to_vec()),
        }
    }
}

impl Correction {
    /// What the column is to hold; `text` is that of the entry, whose first words stand at byte `at`.
    pub(super) fn cell(
        &self,
        tx: &Transaction<'_>,
        change: ChangeId,
        text: &str,
        at: usize,
        say: impl Fn(rusqlite::Error) -> Error,
    ) -> Result<Cell> {
        let name = self.field.as_str();
        let holds = self.field.holds();
        let several = matches!(holds, Holds::Actors | Holds::Words { several: true, .. });
        let to: Vec<&str> = self.to.iter().map(|t| t.trim()).collect();
        if to.iter().any(|t| t.is_empty()) {
            return Err(Error::usage(format!(
                "{name}: is empty; where it is not known, say so with --unset {name}"
            )));
        }
        if to.len() > 1 && !several {
            return Err(Error::usage(format!("{name}: holds one only; name it once")));
        }
        let Some(first) = to.first() else {
            return match holds {
                Holds::Code(_) | Holds::Words { none: false, .. } => Err(Error::usage(format!(
                    "{name}: every such entry has one; reject the entry where none is right"
                ))),
                Holds::Actors => Ok("[]".to_owned().into()),
                _ => Ok(Cell::Null),
            };
        };
        match holds {
            Holds::Actor => actor(tx, change, first).map(Cell::from).map_err(say),
            Holds::Actors => {
                let mut ids = Vec::new();
                for name in &to {
                    let id = actor(tx, change, name).map_err(&say)?;
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                }
                Ok(serde_json::to_string(&ids).unwrap_or_default().into())
            }
            Holds::Issue => {
                let id = names::name(tx, first).map_err(&say)?;
                names::issue(tx, change, id).map_err(&say)?;
                Ok(id.0.into())
            }
            Holds::Code(codes) => match codes.contains(first) {
                true => Ok((*first).to_owned().into()),
                false => Err(Error::usage(format!(
                    "{name}: no `{first}`; it is one of {}",
                    codes.join(", ")
                ))),
            },
            Holds::Day if is_day(first) => Ok((*first).to_owned().into()),
            Holds::Day => Err(Error::usage(format!(
                "{name}: {first} is no day, month or interval; write 2031-03-12, 2031-03 or 2031-03-09/2031-03-20"
            ))),
            Holds::Text => Ok((*first).to_owned().into()),
            Holds::Words { .. } => {
                let mut spans: Vec<Span> = Vec::new();
                for typed in &to {
                    spans.push(place::named(text, typed, at).map_err(|e| named(name, e))?);
                }
                spans.sort_by_key(|s| s.start);
                if spans.windows(2).any(|w| w[0].end > w[1].start) {
                    return Err(Error::usage(format!(
                        "{name}: the words lie in each other; name each stretch once"
                    )));
                }
                Ok(spans_text(&spans).into())
            }
        }
    }
}

fn named(field: &str, error: Error) -> Error {
    Error::usage(format!("{field}: {error}"))
}

fn actor(tx: &Transaction<'_>, change: ChangeId, text: &str) -> rusqlite::Result<i64> {
    let id = names::name(tx, text)?;
    names::actor(tx, change, id)?;
    Ok(id.0)
}

/// Whether `text` is an ISO 8601 day, month, or interval of such in its order.
fn is_day(text: &str) -> bool {
    let one = |t: &str| {
        let day = super::snapshot::last_day(t)?;
        let written = matches!(t.len(), 7 | 10) && !t.contains('/');
        written.then_some(day)
    };
    match text.split_once('/') {
        None => one(text).is_some(),
        Some((from, to)) => one(from).zip(one(to)).is_some_and(|(from, to)| from <= to),
    }
}

/// What a column holds, for people: words, names, codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// The column.
    pub field: &'static str,
    /// Where it holds words, their places in the text.
    pub spans: Vec<Span>,
    /// What it says; nothing where that is not known.
    pub text: Option<String>,
}

/// Columns that hold the number of a name.
const NAMED: [&str; 6] = ["speaker", "party", "via", "holder", "issue", "assessor"];

impl Held {
    /// What `cell` of `field` holds in a row of `kind` whose spans count in `text`.
    pub(super) fn read(
        db: &rusqlite::Connection,
        kind: EntryKind,
        field: &'static str,
        cell: Cell,
        text: &str,
    ) -> rusqlite::Result<Self> {
        let name = |id: i64| -> rusqlite::Result<Option<String>> {
            let mut found = db.prepare_cached("SELECT text FROM name WHERE id = ?")?;
            found.query_row([id], |r| r.get(0)).optional()
        };
        let plain = |text| Ok(Self { field, spans: Vec::new(), text });
        match cell {
            Cell::Null => plain(None),
            Cell::Text(json) if kind.table().spans.contains(&field) => {
                let spans = parse_spans(&json).unwrap_or_default();
                let words: Vec<&str> =
                    spans.iter().filter_map(|s| text.get(s.start..s.end)).collect();
                let text = (!words.is_empty()).then(|| words.join(" … "));
                Ok(Self { field, spans, text })
            }
            Cell::Text(json) if field == "participants" => {
                let ids: Vec<i64> = serde_json::from_str(&json).unwrap_or_default();
                let mut names = Vec::new();
                for id in ids {
                    names.extend(name(id)?);
                }
                plain((!names.is_empty()).then(|| names.join(", ")))
            }
            Cell::Text(text) => plain(Some(text)),
            Cell::Integer(id) if NAMED.contains(&field) => plain(name(id)?),
            Cell::Integer(id) if ["statement", "within"].contains(&field) => {
                plain(Some(format!("s{id}")))
            }
            Cell::Integer(yes) if field == "firsthand" => {
                plain(Some(if yes == 0 { "no" } else { "yes" }.to_owned()))
            }
            Cell::Integer(n) => plain(Some(n.to_string())),
            Cell::Real(p) => plain(Some(format!("{p:.2}"))),
            Cell::Blob(_) => plain(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_months_and_intervals_in_their_order_are_dates() {
        let check = |text: &str, expected| assert_eq!(is_day(text), expected, "{text}");
        check("2031-03-12", true);
        check("2031-03", true);
        check("2031-03-09/2031-03-20", true);
        check("2031-02/2031-03", true);
        check("2031-03-20/2031-03-09", false);
        check("2031-02-30", false);
        check("2031", false);
        check("a/b/2031-03-12", false);
        check("soon", false);
        check("", false);
    }

    #[test]
    fn every_field_that_may_be_corrected_is_a_column_of_its_kind() {
        for kind in EntryKind::ALL {
            for field in Field::of(kind) {
                assert!(kind.table().columns.contains(&field.as_str()), "{field:?}");
                assert_eq!(Field::parse(field.as_str()), Some(*field));
            }
        }
    }
}
