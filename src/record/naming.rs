//! Whom names mean at a moment, on a day, and why. Never decides it: that is done when names come in, and by people.

use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

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

/// What a name stands for, from a first to a last day.
type Meaning<I> = (I, Option<Date>, Option<Date>);

/// For which days a name stands for what, from the first to the last; and what each is called.
pub(super) struct Resolver<I> {
    of: HashMap<NameId, Vec<Meaning<I>>>,
    /// Names of each, the first decided first.
    names: HashMap<I, Vec<NameId>>,
    /// By which it was begun.
    first: HashMap<I, NameId>,
    called: HashMap<I, NameId>,
}

impl<I: Copy + Eq + Hash> Resolver<I> {
    pub fn load(
        record: &Record,
        change: ChangeId,
        what: &str,
        id: impl Fn(i64) -> I,
        days: bool,
    ) -> rusqlite::Result<Self> {
        let mut out = Self {
            of: HashMap::new(),
            names: HashMap::new(),
            first: HashMap::new(),
            called: HashMap::new(),
        };
        let days = if days { "first_day, last_day" } else { "NULL, NULL" };
        let mut found = record.db.prepare_cached(&format!(
            "SELECT name, {what}, {days} FROM {what}_name t WHERE {LIVE} ORDER BY since, name"
        ))?;
        let mut rows = found.query([change])?;
        while let Some(r) = rows.next()? {
            let (first, last) = (r.get_ref(2)?.as_str_or_null()?, r.get_ref(3)?.as_str_or_null()?);
            let (name, of) = (r.get(0)?, id(r.get(1)?));
            out.of.entry(name).or_default().push((of, day(first), day(last)));
            out.names.entry(of).or_default().push(name);
        }
        let mut found = record.db.prepare_cached(&format!("SELECT id, name FROM {what}"))?;
        let mut rows = found.query([])?;
        while let Some(r) = rows.next()? {
            out.first.insert(id(r.get(0)?), r.get(1)?);
        }
        Ok(out)
    }

    /// Settles what each is called, now that the names' texts are there: by the name it was begun with, or by the first
    /// that says more of a person; never by a name that it has lost or has on some days only, while it has others.
    pub fn call(&mut self, texts: &HashMap<NameId, Rc<str>>) {
        for (of, names) in &self.names {
            let always = |n: &&NameId| {
                self.of[*n]
                    .iter()
                    .any(|(to, first, last)| to == of && first.is_none() && last.is_none())
            };
            let first = self.first.get(of);
            let own: Vec<NameId> = names.iter().filter(always).copied().collect();
            let begun = first.filter(|f| own.contains(f)).or(own.first()).or(names.first());
            let Some(mut best) = begun.copied() else { continue };
            if own.len() > 1 {
                let full =
                    |n: NameId| texts.get(&n).map(|t| names::fullness(t)).unwrap_or_default();
                let length = |n: &NameId| texts.get(n).map_or(0, |t| t.len());
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
            self.called.insert(*of, best);
        }
    }

    /// What it is called; nothing once all its names are another's.
    pub fn called(&self, of: I) -> Option<NameId> {
        self.called.get(&of).or(self.first.get(&of)).copied()
    }

    /// All names with what they mean on whatever day, in no order.
    pub fn all(&self) -> impl Iterator<Item = (NameId, I)> {
        self.of.iter().flat_map(|(name, to)| to.iter().map(|t| (*name, t.0)))
    }

    pub fn names_of(&self, of: I) -> impl Iterator<Item = NameId> {
        self.names.get(&of).into_iter().flatten().copied()
    }

    pub fn find(&self, name: NameId, day: Date) -> Option<I> {
        let to = self.of.get(&name)?;
        let on = |t: &&Meaning<I>| {
            t.1.is_none_or(|first| first <= day) && t.2.is_none_or(|last| day <= last)
        };
        // One that names its days goes before one that means all others.
        let dated = to.iter().filter(on).find(|t| t.1.is_some() || t.2.is_some());
        dated.or_else(|| to.iter().find(on)).map(|t| t.0)
    }
}
