//! Names that stand for somebody, found by the forms by which names are compared. Never finds what a person took apart.

use rusqlite::params;

use super::{Namer, Shape, may_be};
use crate::record::{ActorId, NameId};

/// A name that stands for an actor now.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    pub name: NameId,
    pub actor: ActorId,
    pub text: String,
    /// The days on which it does, where it does not always.
    pub days: (Option<String>, Option<String>),
    /// First names of the actor, of each full name that it has with this surname.
    given: Vec<Vec<String>>,
}

impl Known {
    /// Whether somebody with these first names may be the same.
    pub fn may_be(&self, given: &[String]) -> bool {
        self.given.iter().all(|own| may_be(own, given))
    }

    /// Whether nobody knows more of the first names than initials.
    pub fn has_initials(&self) -> bool {
        self.given.iter().all(|g| super::initials(g))
    }
}

/// One name of each actor, the first.
pub(super) fn actors(names: impl IntoIterator<Item = Known>) -> Vec<Known> {
    let mut out: Vec<Known> = Vec::new();
    for name in names {
        if !out.iter().any(|k| k.actor == name.actor) {
            out.push(name);
        }
    }
    out
}

impl Namer<'_> {
    /// Names of this form that stand for somebody, in the order in which they came in. What a person split off stands for
    /// names of the same form alone (`split`), not for what may be another name.
    pub(super) fn live(&self, key: &str, split: bool) -> rusqlite::Result<Vec<Known>> {
        let mut found = self.tx.prepare_cached(
            "SELECT n.name, a.actor, name.text, a.first_day, a.last_day FROM name_key n
             JOIN actor_name a ON a.name = n.name AND a.until IS NULL
             JOIN name ON name.id = n.name JOIN change ON change.id = a.since
             WHERE n.key = ?1 AND (?2 OR change.act <> 'split') ORDER BY a.since, n.name LIMIT 500",
        )?;
        let rows = found.query_map(params![key, split], |r| {
            Ok(Known {
                name: r.get(0)?,
                actor: r.get(1)?,
                text: r.get(2)?,
                days: (r.get(3)?, r.get(4)?),
                given: Vec::new(),
            })
        })?;
        rows.collect()
    }

    /// Those who have this surname and first names, each once, by their fullest name.
    pub(super) fn bearers(&self, surname: &str) -> rusqlite::Result<Vec<Known>> {
        let mut out: Vec<Known> = Vec::new();
        for mut known in self.live(&format!("s:{surname}"), false)? {
            let Shape::Person { given, .. } = self.shape(&known.text) else { continue };
            if given.is_empty() || known.days != (None, None) {
                continue;
            }
            match out.iter_mut().find(|k| k.actor == known.actor) {
                Some(held) => {
                    let before = held.given.iter().map(|g| g.concat().len()).max();
                    if before < Some(given.concat().len()) {
                        held.text = known.text;
                    }
                    held.given.push(given);
                }
                None => {
                    known.given.push(given);
                    out.push(known);
                }
            }
        }
        Ok(out)
    }

    /// Those of whom the surname alone is known.
    pub(super) fn known_by_surname(&self, surname: &str) -> rusqlite::Result<Vec<Known>> {
        let lone = self.live(&format!("s:{surname}"), false)?.into_iter();
        Ok(actors(lone.filter(|k| self.shape(&k.text).lone() && k.days == (None, None))))
    }

    /// Bodies that are known by these letters and by no name that they are the letters of.
    pub(super) fn letters_alone(&self, letters: &str) -> rusqlite::Result<Vec<Known>> {
        let spelled_out = self.live(&format!("l:{letters}"), true)?;
        let known = actors(self.live(&format!("n:{letters}"), false)?);
        let alone = known.into_iter().filter(|k| {
            let capitals = k.text.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
            let shouted =
                k.text.split(' ').next_back().is_some_and(|w| !w.contains(char::is_lowercase));
            (capitals || shouted) && !spelled_out.iter().any(|s| s.actor == k.actor)
        });
        Ok(alone.collect())
    }

    /// Whether the actor may be one who speaks for `party`: nothing says that it speaks for others alone.
    pub(super) fn may_speak_for(
        &self,
        actor: ActorId,
        party: Option<NameId>,
    ) -> rusqlite::Result<bool> {
        let Some(party) = party else { return Ok(true) };
        let (others, same): (i64, i64) = self
            .tx
            .prepare_cached(
                "SELECT count(*), ifnull(sum(p.actor IN (SELECT actor FROM actor_name WHERE name = ?2 AND until IS NULL)), 0)
                 FROM actor_name a JOIN spoke_for s ON s.name = a.name
                 JOIN actor_name p ON p.name = s.party AND p.until IS NULL
                 WHERE a.actor = ?1 AND a.until IS NULL",
            )?
            .query_row(params![actor, party], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(others == 0 || same > 0)
    }
}
