//! Whom a pronoun means, and who an office is that the report names only in its next paragraph. Never decides
//! what a phrase says of somebody.

use super::super::naming::{Gender, name_words};
use super::super::party;
use super::super::phrase::{self, Phrase, without_article};
use super::{BACK, Heard, Number, Registry};
use crate::annotate::MentionKind;
use crate::annotate::sentences::sentence;
use crate::report::Span;

impl Registry<'_> {
    /// The one meant by a pronoun: what the network takes it to refer to, else who spoke last.
    pub(super) fn back(
        &self,
        source: Span,
        hint: Option<Span>,
        number: Number,
        gender: Option<Gender>,
    ) -> Option<Heard> {
        let fits = |h: &&Heard| {
            (h.number == number || number != Number::One && h.number != Number::One)
                && (gender.is_none() || h.gender.is_none() || h.gender == gender)
        };
        let recent = || self.heard.iter().rev().take(BACK).filter(fits);
        // "Ana Vela, who left after talks that he ...": the one of the clause that the pronoun stands in or after.
        if number == Number::One
            && let Some(heard) = self.of_clause(source)
            && (heard.gender.is_none() || gender.is_none() || heard.gender == gender)
        {
            return Some(Heard { gender, ..heard });
        }
        // Who spoke last, in the same paragraph or the one before, goes on speaking.
        if number == Number::One
            && let Some(heard) = recent().next()
            && hint.is_none_or(|hint| hint.start < heard.source.end)
            && self
                .report
                .text
                .get(heard.source.end..source.start)
                .is_some_and(|between| between.len() < 1000 && between.matches("\n\n").count() <= 1)
        {
            return Some(Heard { gender, ..heard.clone() });
        }
        if let Some(hint) = hint {
            if let Some(heard) = recent().find(|h| h.source.overlaps(hint)) {
                return Some(Heard { gender, ..heard.clone() });
            }
            // "it": a body or a state named before.
            if number == Number::Body {
                let words = hint.of(&self.report.text);
                let name = without_article(words);
                if self.bodies.knows(name) {
                    return Some(self.of_body(self.bodies.full(name), name, source));
                }
                let phrase = phrase::read(
                    &self.report.text,
                    hint,
                    &self.names,
                    (number == Number::One).then_some(MentionKind::Person),
                );
                if phrase.body && words.split(' ').count() == 2 {
                    let noun = words.rsplit(' ').next().unwrap_or_default().to_lowercase();
                    if let Some(name) = self.bodies.meant(&noun, source.start) {
                        return Some(self.of_body(name.clone(), &name, source));
                    }
                }
            }
            if number == Number::One
                && let Some(index) = phrase::read(
                    &self.report.text,
                    hint,
                    &self.names,
                    (number == Number::One).then_some(MentionKind::Person),
                )
                .person
                .and_then(|p| self.person(&name_words(p.of(&self.report.text))))
                && (self.persons[index].gender.is_none() || self.persons[index].gender == gender)
                && recent().next().is_none_or(|h| h.source.end < hint.start)
            {
                return Some(self.of_person(index, source));
            }
        }
        if let Some(heard) = recent().next() {
            return Some(Heard { gender, ..heard.clone() });
        }
        if number != Number::One {
            return None;
        }
        // Nobody spoke yet: the last person named before.
        let before = self.persons.iter().enumerate().filter(|(_, p)| p.at < source.start);
        let last = before
            .filter(|(_, p)| p.gender.is_none() || p.gender == gender)
            .max_by_key(|(_, p)| p.at)?;
        Some(self.of_person(last.0, source))
    }

    /// The person with a relative clause before `source` in its sentence, whom nobody has spoken after.
    fn of_clause(&self, source: Span) -> Option<Heard> {
        let text = &self.report.text;
        let start = sentence(text, source).start.min(source.start);
        let who = start + text[start..source.start].rfind(", who ")? + 2;
        let spoken = self.heard.last().is_some_and(|h| h.source.start > who);
        if spoken { None } else { self.relative(Span::new(who, who + 3)) }
    }

    /// "Ana Vela, who said": the person named right before.
    pub(super) fn relative(&self, source: Span) -> Option<Heard> {
        let before = self.report.text[..source.start].trim_end_matches([',', ' ']);
        let from = super::super::within(before, before.len().saturating_sub(80), before.len());
        let words: Vec<Span> = party::words(before, from);
        (1..=4.min(words.len())).rev().find_map(|n| {
            let name = Span::new(words[words.len() - n].start, words[words.len() - 1].end);
            let capital = words[words.len() - n..]
                .iter()
                .all(|w| w.of(before).starts_with(char::is_uppercase));
            let index = capital.then(|| self.person(&name_words(name.of(before)))).flatten()?;
            Some(self.of_person(index, source))
        })
    }

    /// "the chairman of the union said. (New paragraph) Ana Vela said": somebody whose office the report gives nowhere
    /// and whose name begins the next paragraph is the office-holder of this one.
    pub(super) fn introduced(&mut self, source: Span, phrase: &Phrase) -> Option<Heard> {
        let text = &self.report.text;
        let owned = source.of(text).contains(['\'', '’']);
        if phrase.plural || phrase.roles.is_empty() || !(phrase.definite || owned) {
            return None;
        }
        let next = source.end + text[source.end..].find("\n\n")? + 2;
        let unknown = |p: &super::Person| {
            p.at == next && p.words.len() > 1 && p.roles.is_empty() && p.party.is_none()
        };
        let index = self.persons.iter().position(unknown)?;
        let p = &mut self.persons[index];
        p.roles.clone_from(&phrase.roles);
        p.party.clone_from(&phrase.party);
        p.of_state |= phrase.of_state;
        p.employer = p.employer.take().or_else(|| phrase.employer.clone());
        Some(self.of_person(index, source))
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;

    fn check(text: &str, expected: &str) {
        let report = Report { text: text.into(), ..Report::default() };
        let span = |words: &str| {
            let at = text.find(words).expect("words of the text");
            Span::new(at, at + words.len())
        };
        let person = Some(MentionKind::Person);
        let persons = ["Tomas Brandel", "Idris Calvano"].map(|p| (span(p), person));
        let mut registry = Registry::new(&report, persons.into_iter(), std::iter::empty());
        registry.resolve(span("Tomas Brandel"), person, None, None);
        let he = span("he called");
        let he = registry.resolve(Span::new(he.start, he.start + 2), person, None, None);
        assert_eq!(he.name.as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn a_pronoun_after_a_relative_clause_means_whom_the_clause_is_of() {
        check(
            "Tomas Brandel said no. The mood was set by Idris Calvano, who left after talks that he called good.",
            "Idris Calvano",
        );
        check(
            "The mood was set by Idris Calvano, who left. Tomas Brandel spoke of talks that he called good.",
            "Tomas Brandel",
        );
    }
}
