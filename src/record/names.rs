//! Names to actors and issues: a name that comes in for the first time is one that is known by another name, or new. Never
//! merges without saying why, and never touches a name that stands for somebody already: what "Smith" meant stays, whoever
//! else of that name comes in.

mod issues;
mod known;
mod shape;
mod spelling;

use std::sync::Arc;

use rusqlite::{OptionalExtension, Transaction, params};

use super::{ActorId, ChangeId, NameId, ReportId};
use crate::code::Codebook;
use known::Known;
use shape::{Shape, may_be};

/// Decides whom names mean, within one change.
pub(super) struct Namer<'t> {
    tx: &'t Transaction<'t>,
    change: ChangeId,
    /// The report in which the names stand.
    report: Option<ReportId>,
    /// In which year they were used: states have changed their names.
    year: Option<i16>,
    codebook: Option<Arc<Codebook>>,
}

/// Whom a new name means.
struct Decision {
    actor: ActorId,
    days: (Option<String>, Option<String>),
    why: String,
}

/// The number of the name `text`, wherever it stands.
pub(super) fn name(tx: &Transaction<'_>, text: &str) -> rusqlite::Result<NameId> {
    name_in(tx, text, None)
}

/// Makes sure that `name`, which a person wrote and no report has, stands for an actor.
#[allow(dead_code)] // for corrections by people
pub(super) fn actor(tx: &Transaction<'_>, change: ChangeId, name: NameId) -> rusqlite::Result<()> {
    Namer::new(tx, change).stands_for_actor(name, None)
}

/// Makes sure that `name`, which a person wrote and no report has, stands for an issue.
#[allow(dead_code)] // for corrections by people
pub(super) fn issue(tx: &Transaction<'_>, change: ChangeId, name: NameId) -> rusqlite::Result<()> {
    issues::stands_for_issue(tx, change, name, None)
}

/// How much of a person's name it has, and the form by which it is the same as others: of two names of one, the fuller is
/// shown.
pub(super) fn fullness(text: &str) -> (usize, Option<String>) {
    let shape = Shape::of(text, None, None);
    (shape.fullness(), shape.whole())
}

/// The number of the name `text`; with a report, that of the name of this report alone.
fn name_in(tx: &Transaction<'_>, text: &str, report: Option<ReportId>) -> rusqlite::Result<NameId> {
    let of = report.map_or(0, |r| r.0);
    let found = tx
        .prepare_cached("SELECT id FROM name WHERE text = ? AND ifnull(report, 0) = ?")?
        .query_row(params![text, of], |r| r.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    tx.prepare_cached("INSERT INTO name (text, report) VALUES (?, ?)")?
        .execute(params![text, report])?;
    Ok(NameId(tx.last_insert_rowid()))
}

impl<'t> Namer<'t> {
    /// For names that stand in no report.
    pub fn new(tx: &'t Transaction<'t>, change: ChangeId) -> Self {
        Self { tx, change, report: None, year: None, codebook: None }
    }

    /// For names that stand in `report`, of `year`.
    pub fn within(
        self,
        report: ReportId,
        year: Option<i16>,
        codebook: Option<Arc<Codebook>>,
    ) -> Self {
        Self { report: Some(report), year, codebook, ..self }
    }

    /// The name of a party.
    pub fn party(&self, text: &str) -> rusqlite::Result<NameId> {
        let id = name(self.tx, text)?;
        self.stand(id, None, true)?;
        Ok(id)
    }

    /// The name of somebody, who is said to speak for `party`.
    pub fn somebody(&self, text: &str, party: Option<NameId>) -> rusqlite::Result<NameId> {
        let of = match self.of_its_report(text)? {
            true => self.report,
            false => None,
        };
        let id = name_in(self.tx, text, of)?;
        self.stands_for_actor(id, party)?;
        if let Some(party) = party.filter(|p| *p != id && of.is_none()) {
            self.tx
                .prepare_cached("INSERT OR IGNORE INTO spoke_for (name, party) VALUES (?, ?)")?
                .execute(params![id, party])?;
        }
        Ok(id)
    }

    /// The name of an issue.
    pub fn issue(&self, text: &str) -> rusqlite::Result<NameId> {
        let id = name(self.tx, text)?;
        issues::stands_for_issue(self.tx, self.change, id, self.codebook.as_deref())?;
        Ok(id)
    }

    /// Whether a name in this report is of the report alone: of somebody described, or a surname that several have by now
    /// and that this report has not used for one of them.
    fn of_its_report(&self, text: &str) -> rusqlite::Result<bool> {
        let Some(report) = self.report else { return Ok(false) };
        if shape::of_its_report(text) {
            return Ok(true);
        }
        let shape = self.shape(text);
        let Shape::Person { given, surname } = &shape else { return Ok(false) };
        if !given.is_empty() {
            return Ok(false);
        }
        let several = self.bearers(surname)?.len() > 1;
        Ok(several && !self.uses(report, text)?)
    }

    /// Whether an entry of the report has this name, without its being of the report alone.
    fn uses(&self, report: ReportId, text: &str) -> rusqlite::Result<bool> {
        self.tx
            .prepare_cached(
                "SELECT 1 FROM name, entry WHERE name.text = ?1 AND ifnull(name.report, 0) = 0 AND entry.report = ?2 AND (
                    EXISTS (SELECT 1 FROM statement s WHERE s.entry = entry.id AND name.id IN (speaker, via))
                 OR EXISTS (SELECT 1 FROM position p WHERE p.entry = entry.id AND holder = name.id)
                 OR EXISTS (SELECT 1 FROM assessment a WHERE a.entry = entry.id AND assessor = name.id))",
            )?
            .exists(params![text, report])
    }

    fn shape(&self, text: &str) -> Shape {
        Shape::of(text, self.year, self.codebook.as_deref())
    }

    fn stands_for_actor(&self, name: NameId, party: Option<NameId>) -> rusqlite::Result<()> {
        self.stand(name, party, false)
    }

    /// `is_party` where others speak for the name: it is then nobody's surname.
    fn stand(&self, name: NameId, party: Option<NameId>, is_party: bool) -> rusqlite::Result<()> {
        let known = self
            .tx
            .prepare_cached("SELECT 1 FROM actor_name WHERE name = ? AND until IS NULL")?
            .exists([name])?;
        if known {
            return Ok(());
        }
        let (text, of): (String, Option<ReportId>) = self
            .tx
            .prepare_cached("SELECT text, report FROM name WHERE id = ?")?
            .query_row([name], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let shape = match self.shape(&text) {
            Shape::Person { given, surname } if is_party && given.is_empty() => {
                Shape::Body { words: vec![surname], letters: None }
            }
            shape => shape,
        };
        let decided = match of {
            Some(_) if shape.lone() => Err("a surname that several have by now".to_owned()),
            Some(_) => Err("a description, of this report alone".to_owned()),
            None => self.decide(&text, name, &shape, party)?,
        };
        match decided {
            Ok(decisions) => {
                for d in decisions {
                    self.open(name, &d)?;
                }
            }
            Err(why) => {
                let actor = self.begin(name)?;
                self.open(name, &Decision { actor, days: (None, None), why })?;
            }
        }
        if of.is_none() {
            self.keep_keys(name, &shape)?;
        }
        Ok(())
    }

    /// A new actor called `name`.
    fn begin(&self, name: NameId) -> rusqlite::Result<ActorId> {
        self.tx
            .prepare_cached("INSERT INTO actor (since, name) VALUES (?, ?)")?
            .execute(params![self.change, name])?;
        Ok(ActorId(self.tx.last_insert_rowid()))
    }

    fn open(&self, name: NameId, d: &Decision) -> rusqlite::Result<()> {
        self.tx
            .prepare_cached(
                "INSERT INTO actor_name (name, actor, since, first_day, last_day, why) VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![name, d.actor, self.change, d.days.0, d.days.1, d.why])?;
        Ok(())
    }

    fn keep_keys(&self, name: NameId, shape: &Shape) -> rusqlite::Result<()> {
        let mut insert =
            self.tx.prepare_cached("INSERT OR IGNORE INTO name_key (key, name) VALUES (?, ?)")?;
        for key in shape.whole().into_iter().chain(shape.further()) {
            insert.execute(params![key, name])?;
        }
        Ok(())
    }

    /// Whom the new name `text` means, with why; or why it is somebody new.
    fn decide(
        &self,
        text: &str,
        name: NameId,
        shape: &Shape,
        party: Option<NameId>,
    ) -> rusqlite::Result<Result<Vec<Decision>, String>> {
        if let Shape::Party { name: called, codebook } = shape {
            return self.as_party(text, name, called, *codebook).map(Ok);
        }
        if let Some(same) = self.written_otherwise(text, shape)? {
            return Ok(Ok(same));
        }
        let one =
            |k: &Known, why: String| Ok(vec![Decision { actor: k.actor, days: (None, None), why }]);
        Ok(match shape {
            Shape::Person { given, surname } if given.is_empty() => {
                let bearers = self.bearers(surname)?;
                match &bearers[..] {
                    [only] if self.may_speak_for(only.actor, party)? => {
                        one(only, format!("surname of {}, the only one so far", only.text))
                    }
                    [other] => Err(format!("first so called; {} speaks for others", other.text)),
                    [] => Err(NEW.to_owned()),
                    many => Err(format!("first so called; surname of {}", listed(many))),
                }
            }
            Shape::Person { given, surname } => {
                let bearers = self.bearers(surname)?;
                let fits: Vec<&Known> = bearers.iter().filter(|b| b.may_be(given)).collect();
                // Initials say little: then, for whom they speak counts as well.
                let sure = |k: &Known| !initials(given) && !k.has_initials();
                match &fits[..] {
                    [only] if sure(only) || self.may_speak_for(only.actor, party)? => one(only, {
                        let text = &only.text;
                        match (initials(given), only.has_initials()) {
                            (true, _) => format!("initials of {text}, the only one so far"),
                            (_, true) => format!("spells out {text}, the only one so far"),
                            _ => format!("another form of the name {text}"),
                        }
                    }),
                    [other] => Err(format!("first so called; {} speaks for others", other.text)),
                    [] if bearers.is_empty() => match &self.known_by_surname(surname)?[..] {
                        [only] if self.may_speak_for(only.actor, party)? => one(
                            only,
                            format!("has the surname {}, nobody else so far does", only.text),
                        ),
                        _ => Err(NEW.to_owned()),
                    },
                    [] => Err(format!("first so called; not {}", listed(&bearers))),
                    many => {
                        let all: Vec<Known> = many.iter().map(|k| (*k).clone()).collect();
                        Err(format!("first so called; may be {}", listed(&all)))
                    }
                }
            }
            Shape::Body { words, letters } => {
                let spelled_out = match &words[..] {
                    [word] => self.live(&format!("l:{word}"), false)?,
                    _ => Vec::new(),
                };
                let by_letters = match letters {
                    Some(l) if words.len() > 1 => self.letters_alone(l)?,
                    _ => Vec::new(),
                };
                match (&known::actors(spelled_out)[..], &by_letters[..]) {
                    ([only], _) => {
                        one(only, format!("letters of {}, the only one so far", only.text))
                    }
                    (_, [only]) => one(only, format!("spells out {}", only.text)),
                    _ => Err(NEW.to_owned()),
                }
            }
            _ => Err(NEW.to_owned()),
        })
    }

    /// A party of the codebook or a state is one actor by all its names, and is called as it is called there.
    fn as_party(
        &self,
        text: &str,
        name: NameId,
        called: &str,
        codebook: bool,
    ) -> rusqlite::Result<Vec<Decision>> {
        let why = match (text == called, codebook) {
            (true, _) => NEW.to_owned(),
            (_, true) => format!("a name of {called} in the codebook"),
            (_, false) => format!("a name of {called}"),
        };
        let key = format!("p:{}", spelling::plain(called));
        let known = self.live(&key, false)?;
        // The one that has the party's own name, where a person has taken others apart.
        let own = known.iter().find(|k| k.text == called).or(known.first());
        if let Some(own) = own {
            let why = if text == called { format!("a name of {}", own.text) } else { why };
            return Ok(vec![Decision { actor: own.actor, days: (None, None), why }]);
        }
        let own = name_in(self.tx, called, None)?;
        let actor = self.begin(own)?;
        let decision = |why: &str| Decision { actor, days: (None, None), why: why.to_owned() };
        if own != name {
            let held = self
                .tx
                .prepare_cached("SELECT 1 FROM actor_name WHERE name = ? AND until IS NULL")?
                .exists([own])?;
            if !held {
                self.open(own, &decision("what the party is called"))?;
                self.keep_keys(own, &Shape::Party { name: called.to_owned(), codebook })?;
            }
        }
        Ok(vec![decision(&why)])
    }

    /// Somebody whose name is the same but for how it is written; on the same days, where it means several by turns.
    fn written_otherwise(
        &self,
        text: &str,
        shape: &Shape,
    ) -> rusqlite::Result<Option<Vec<Decision>>> {
        let Some(key) = shape.whole() else { return Ok(None) };
        let known = self.live(&key, true)?;
        let Some(first) = known.first() else { return Ok(None) };
        let same = known.iter().filter(|k| k.name == first.name);
        // Names that are alike and were taken apart are nobody's.
        if known::actors(known.iter().filter(|k| k.days == (None, None)).cloned()).len() > 1 {
            return Ok(None);
        }
        let why =
            format!("the same but for {}: {}", difference(text, &first.text, shape), first.text);
        let decisions =
            same.map(|k| Decision { actor: k.actor, days: k.days.clone(), why: why.clone() });
        Ok(Some(decisions.collect()))
    }
}

const NEW: &str = "first so called";

fn initials(given: &[String]) -> bool {
    given.iter().all(|g| g.chars().count() == 1)
}

/// "Ana Smith, John Smith and 3 more".
fn listed(known: &[Known]) -> String {
    const SHOWN: usize = 3;
    let names: Vec<&str> = known.iter().take(SHOWN).map(|k| k.text.as_str()).collect();
    match known.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// In what two names of one form differ.
fn difference(one: &str, other: &str, shape: &Shape) -> &'static str {
    let words = |t: &str| -> Vec<String> {
        let words = t.split_whitespace().map(str::to_lowercase);
        words.filter(|w| !matches!(w.as_str(), "the" | "a" | "an" | "one")).collect()
    };
    let (a, b) = (words(one), words(other));
    let plain = |w: &[String]| w.iter().map(|w| spelling::plain(w)).collect::<Vec<_>>();
    if one.to_lowercase() == other.to_lowercase() {
        "capitals"
    } else if a == b {
        "the article"
    } else if plain(&a) == plain(&b) {
        "accents and signs"
    } else if matches!(shape, Shape::Described { state: Some(_), .. }) {
        "how the state is named"
    } else if a.len() == b.len() {
        "spelling"
    } else {
        "titles and additions"
    }
}

#[cfg(test)]
mod tests;
