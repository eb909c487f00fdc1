//! Whom names mean at a moment, on a day, and why. Never decides it: that is done when names come in, and by people.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use jiff::civil::Date;

use super::snapshot::{LIVE, Snapshot, day};
use super::{ActorId, ChangeId, Hand, IssueId, NameId, Record, Told, file, names};
use crate::error::Result;

/// That a name stands for an actor or issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming<I> {
    /// The name.
    pub name: NameId,
    /// Its text.
    pub text: String,
    /// The report, by the id that users see, outside which the name is another one: "a senior official".
    pub report: Option<String>,
    /// For whom or what it stands.
    pub of: I,
    /// The days on which it does, where it does not always.
    pub days: (Option<Date>, Option<Date>),
    /// In words.
    pub why: String,
    /// Who decided it.
    pub hand: Hand,
    /// The change that made it so.
    pub since: ChangeId,
}

impl Snapshot<'_> {
    /// For whom `holder` stands on a board: for the party it speaks for where it is the speaker of the words and that party
    /// is known, else for itself.
    pub fn side(&self, holder: Option<NameId>, told: &Told, day: Date) -> Option<ActorId> {
        let actor = self.actor(holder?, day)?;
        let speaks = told.speaker.and_then(|s| self.actor(s, day)) == Some(actor);
        let party = told.party.filter(|_| speaks).and_then(|p| self.actor(p, day));
        Some(party.unwrap_or(actor))
    }

    /// All names that stand for `actor`, in no order.
    pub fn names_of(&self, actor: ActorId) -> Vec<&str> {
        self.actors.names_of(actor).map(|n| self.name(n)).collect()
    }

    /// All names of actors, with whom they mean on whatever day, in no order.
    pub(super) fn all_names(&self) -> impl Iterator<Item = (NameId, &str, ActorId)> {
        self.actors.all().map(|(name, to)| (name, self.name(name), to))
    }

    /// All names of issues, in no order.
    pub(super) fn issue_names(&self) -> impl Iterator<Item = (NameId, &str, IssueId)> {
        self.issues.all().map(|(name, to)| (name, self.name(name), to))
    }

    /// All names of actors, in the order in which they came to be.
    pub fn actor_namings(&self) -> Result<Vec<Naming<ActorId>>> {
        self.namings("actor", "first_day, last_day", ActorId)
    }

    /// All names of issues, in the order in which they came to be.
    pub fn issue_namings(&self) -> Result<Vec<Naming<IssueId>>> {
        self.namings("issue", "NULL, NULL", IssueId)
    }

    fn namings<I>(&self, what: &str, days: &str, id: fn(i64) -> I) -> Result<Vec<Naming<I>>> {
        let load = || -> rusqlite::Result<Vec<Naming<I>>> {
            let mut found = self.record.db.prepare_cached(&format!(
                "SELECT t.name, name.text, report.given, t.{what}, {days}, t.why, change.hand, t.since
                 FROM {what}_name t JOIN name ON name.id = t.name JOIN change ON change.id = t.since
                 LEFT JOIN report ON report.id = name.report WHERE {LIVE} ORDER BY t.since, t.name"
            ))?;
            let rows = found.query_map([self.change], |r| {
                let date =
                    |column| r.get::<_, Option<String>>(column).map(|text| day(text.as_deref()));
                Ok(Naming {
                    name: r.get(0)?,
                    text: r.get(1)?,
                    report: r.get(2)?,
                    of: id(r.get(3)?),
                    days: (date(4)?, date(5)?),
                    why: r.get(6)?,
                    hand: Hand::parse(r.get_ref(7)?.as_str()?),
                    since: r.get(8)?,
                })
            })?;
            rows.collect()
        };
        load().map_err(|e| file::sentence(&self.record.path, &e))
    }
}

/// The texts of all names in one piece.
#[derive(Default)]
pub(super) struct Texts {
    all: String,
    /// By id: where its text stands. Ids have no gaps to speak of.
    place: Vec<Range<u32>>,
}

impl Texts {
    pub fn load(record: &Record) -> rusqlite::Result<Self> {
        let mut out = Self::default();
        let mut found = record.db.prepare_cached("SELECT id, text FROM name")?;
        let mut rows = found.query([])?;
        while let Some(r) = rows.next()? {
            let (NameId(id), text) = (r.get(0)?, r.get_ref(1)?.as_str()?);
            let id = usize::try_from(id).unwrap_or_default();
            let start = out.all.len() as u32;
            out.all.push_str(text);
            if out.place.len() <= id {
                out.place.resize(id + 1, 0..0);
            }
            out.place[id] = start..out.all.len() as u32;
        }
        Ok(out)
    }

    pub fn get(&self, name: NameId) -> &str {
        let place = usize::try_from(name.0).ok().and_then(|i| self.place.get(i));
        place.map_or("", |p| &self.all[p.start as usize..p.end as usize])
    }
}

/// What a name stands for, from a first to a last day.
#[derive(Clone, Copy)]
struct Meaning<I> {
    name: NameId,
    of: I,
    days: (Option<Date>, Option<Date>),
}

/// For which days a name stands for what, from the first to the last; and what each is called.
pub(super) struct Resolver<I> {
    /// In the order of names.
    meanings: Vec<Meaning<I>>,
    /// Names of each, in the order of these, the first decided first.
    names: Vec<(I, NameId)>,
    /// By which each was begun, in their order.
    first: Vec<(I, NameId)>,
    /// What was asked for.
    called: RefCell<HashMap<I, NameId>>,
}

impl<I: Copy + Ord + Hash> Resolver<I> {
    pub fn load(
        record: &Record,
        change: ChangeId,
        what: &str,
        id: impl Fn(i64) -> I,
        days: bool,
    ) -> rusqlite::Result<Self> {
        let (mut meanings, mut names, mut begun) = (Vec::new(), Vec::new(), Vec::new());
        let days = if days { "first_day, last_day" } else { "NULL, NULL" };
        let mut found = record.db.prepare_cached(&format!(
            "SELECT name, {what}, {days} FROM {what}_name t WHERE {LIVE} ORDER BY since, name"
        ))?;
        let mut rows = found.query([change])?;
        while let Some(r) = rows.next()? {
            let (first, last) = (r.get_ref(2)?.as_str_or_null()?, r.get_ref(3)?.as_str_or_null()?);
            let (name, of) = (r.get(0)?, id(r.get(1)?));
            meanings.push(Meaning { name, of, days: (day(first), day(last)) });
            names.push((of, name));
        }
        let mut found =
            record.db.prepare_cached(&format!("SELECT id, name FROM {what} ORDER BY id"))?;
        let mut rows = found.query([])?;
        while let Some(r) = rows.next()? {
            begun.push((id(r.get(0)?), r.get(1)?));
        }
        meanings.sort_by_key(|m| m.name);
        names.sort_by_key(|n| n.0);
        Ok(Self { meanings, names, first: begun, called: RefCell::default() })
    }

    fn meanings(&self, name: NameId) -> &[Meaning<I>] {
        let first = self.meanings.partition_point(|m| m.name < name);
        let length = self.meanings[first..].iter().take_while(|m| m.name == name).count();
        &self.meanings[first..first + length]
    }

    fn begun(&self, of: I) -> Option<NameId> {
        let at = self.first.binary_search_by_key(&of, |f| f.0).ok()?;
        Some(self.first[at].1)
    }

    /// What it is called, by the names' `texts`: by the name it was begun with, or by the first that says more of a
    /// person; never by a name that it has lost or has on some days only, while it has others. The name it was begun with
    /// once all are another's.
    pub fn called(&self, of: I, texts: &Texts) -> Option<NameId> {
        if let Some(called) = self.called.borrow().get(&of) {
            return Some(*called);
        }
        let called = self.call(of, texts).or(self.begun(of))?;
        self.called.borrow_mut().insert(of, called);
        Some(called)
    }

    fn call(&self, of: I, texts: &Texts) -> Option<NameId> {
        let always =
            |n: &NameId| self.meanings(*n).iter().any(|m| m.of == of && m.days == (None, None));
        let own: Vec<NameId> = self.names_of(of).filter(always).collect();
        let begun = self.begun(of).filter(|f| own.contains(f));
        let mut best = begun.or(own.first().copied()).or(self.names_of(of).next())?;
        if own.len() > 1 {
            let full = |n: NameId| names::fullness(texts.get(n));
            let length = |n: &NameId| texts.get(*n).len();
            let most = own.iter().map(|n| full(*n).0).max().unwrap_or(0);
            if full(best).0 < most {
                best = own.iter().copied().find(|n| full(*n).0 == most).unwrap_or(best);
            }
            if most > 0 {
                // Of two that are the same but for how they are written, the one without titles.
                let form = full(best);
                let same = own.iter().copied().filter(|n| full(*n) == form);
                best = same.min_by_key(length).unwrap_or(best);
            }
        }
        Some(best)
    }

    /// All names with what they mean on whatever day, in no order.
    pub fn all(&self) -> impl Iterator<Item = (NameId, I)> {
        self.meanings.iter().map(|m| (m.name, m.of))
    }

    pub fn names_of(&self, of: I) -> impl Iterator<Item = NameId> {
        let first = self.names.partition_point(|n| n.0 < of);
        self.names[first..].iter().take_while(move |n| n.0 == of).map(|n| n.1)
    }

    pub fn find(&self, name: NameId, day: Date) -> Option<I> {
        let meanings = self.meanings(name);
        let on = |m: &&Meaning<I>| {
            m.days.0.is_none_or(|first| first <= day) && m.days.1.is_none_or(|last| day <= last)
        };
        // One that names its days goes before one that means all others.
        let dated = meanings.iter().filter(on).find(|m| m.days != (None, None));
        dated.or_else(|| meanings.iter().find(on)).map(|m| m.of)
    }
}
