//! From the words of a source to who speaks: the fullest name the report gives, and the party behind.
//! Sources are resolved in the order of the text, each against those before and the persons named.

mod backward;

use super::bodies::Bodies;
use super::naming::{Gender, apposition, decapitalise, fuller, gender_of, name_words, title_case};
use super::party::{self, Manner, Names};
use super::phrase::{self, Phrase, without_article};
use super::roles::{BODIES, OUTSIDERS, PARTICLES};
use crate::annotate::MentionKind;
use crate::report::{Report, Span};

/// Persons of one report that are told apart: more are in no report, and all are looked through for each name.
const PERSONS: usize = 1000;

/// Statements looked back for the one whom a pronoun means.
const BACK: usize = 8;

/// Offices of a state: their holders speak for it even where it is not named beside them.
const STATE_OFFICES: &[&str] = &[
    "minister",
    "president",
    "premier",
    "chancellor",
    "ambassador",
    "secretary",
    "undersecretary",
    "king",
    "emir",
    "prince",
    "senator",
    "congressman",
    "lawmaker",
    "governor",
];

/// Those who lead talks: what they propose is theirs, not that of the body they serve.
const PRESIDING: &[&str] =
    &["chairman", "chairwoman", "chair", "director", "facilitator", "mediator", "moderator"];

/// Those who lead a delegation, by whatever name.
const NEGOTIATORS: &[&str] =
    &["chief", "delegate", "envoy", "head", "leader", "negotiator", "representative"];

/// A speaker as far as the report tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Speaker {
    pub name: Option<String>,
    pub party: Option<String>,
    /// Whether they lead the talks rather than a side in them.
    pub presides: bool,
}

/// Somebody who spoke, kept for those who are meant by "he" or "the minister" later.
#[derive(Debug, Clone)]
struct Heard {
    speaker: Speaker,
    source: Span,
    roles: Vec<String>,
    number: Number,
    gender: Option<Gender>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    One,
    Many,
    Body,
}

/// A person named in the report.
#[derive(Debug, Clone)]
struct Person {
    name: String,
    words: Vec<String>,
    roles: Vec<String>,
    party: Option<String>,
    of_state: bool,
    employer: Option<String>,
    gender: Option<Gender>,
    /// First mention.
    at: usize,
}

/// Persons and speakers of one report.
#[derive(Clone)]
pub(super) struct Registry<'r> {
    report: &'r Report,
    names: Names,
    persons: Vec<Person>,
    heard: Vec<Heard>,
    states: Vec<(usize, String)>,
    bodies: Bodies,
}

impl<'r> Registry<'r> {
    /// Learns the persons of `report` from phrases that mention one, in order.
    pub(super) fn new(
        report: &'r Report,
        phrases: impl Iterator<Item = (Span, Option<MentionKind>)>,
        organisations: impl Iterator<Item = Span>,
    ) -> Self {
        let text = &report.text;
        let names = Names::of(text);
        let states = party::find(text, Span::new(0, text.len()), &names)
            .into_iter()
            .filter(|f| f.manner != Manner::Seat)
            .map(|f| (f.span.start, f.party))
            .collect();
        let bodies = Bodies::of(text, organisations);
        let mut registry =
            Self { report, names, persons: Vec::new(), heard: Vec::new(), states, bodies };
        for (span, kind) in phrases {
            let phrase = phrase::read(text, span, &registry.names, kind);
            if let Some(person) = registry.learn(span, &phrase)
                && phrase.roles.is_empty()
                && let Some(beside) = apposition(text, span)
            {
                let office = phrase::read(text, beside, &registry.names, None);
                let p = &mut registry.persons[person];
                p.roles.extend(
                    office
                        .roles
                        .iter()
                        .filter(|r| !p.roles.contains(r))
                        .cloned()
                        .collect::<Vec<_>>(),
                );
                p.of_state |= office.of_state;
                if !office.roles.is_empty() {
                    p.party = p.party.take().or(office.party);
                    p.employer = p.employer.take().or(office.employer);
                }
            }
        }
        // "Orlov's deputy, Ana Vela": her side is his.
        for index in 0..registry.persons.len() {
            let party = registry.persons[index].party.as_deref();
            let person = party.filter(|p| {
                let state = party::find(p, Span::new(0, p.len()), &registry.names);
                state.is_empty() && !registry.bodies.knows(p)
            });
            let owner = person.and_then(|p| registry.person(&name_words(p)));
            if let Some(owner) = owner.filter(|o| *o != index) {
                registry.persons[index].party = registry.persons[owner].party.clone();
            }
        }
        registry
    }

    /// A phrase, with a person who owns it followed to their own side ("Brandel's deputy").
    fn read(&self, source: Span, kind: Option<MentionKind>) -> Phrase {
        let mut phrase = phrase::read(&self.report.text, source, &self.names, kind);
        let known = phrase.party.as_deref().is_some_and(|p| self.bodies.knows(p));
        if !known
            && let Some(index) = phrase.party.as_deref().and_then(|p| self.person(&name_words(p)))
        {
            let owner = self.of_person(index, source);
            phrase.party = owner.speaker.party;
        }
        phrase
    }

    /// Whose it is, where a source begins with "its", "their", "his" or "her".
    fn owner(&self, words: &str, at: usize) -> Option<String> {
        match words.split(' ').next()?.to_lowercase().as_str() {
            "its" | "their" => {
                let before = self.states.partition_point(|s| s.0 < at);
                let state = self.states[..before].last().map(|s| (s.0, s.1.clone()));
                let body = self.bodies.last(at);
                let body = body.filter(|b| state.as_ref().is_none_or(|s| b.0 > s.0 + 1));
                body.or(state).map(|f| f.1)
            }
            "his" | "her" => self.heard.last().and_then(|h| h.speaker.party.clone()),
            _ => None,
        }
    }

    /// Keeps the person of a phrase, with what it says about them.
    fn learn(&mut self, span: Span, phrase: &Phrase) -> Option<usize> {
        let person = phrase.person?;
        let text = &self.report.text;
        let words = name_words(person.of(text));
        if words.is_empty() {
            return None;
        }
        let known = self.person(&words);
        if known.is_none() && self.persons.len() >= PERSONS {
            return None;
        }
        let gender = gender_of(span.of(text));
        let index = known.unwrap_or_else(|| {
            self.persons.push(Person {
                name: person.of(text).to_owned(),
                words: words.clone(),
                roles: Vec::new(),
                party: None,
                of_state: false,
                employer: None,
                gender: None,
                at: person.start,
            });
            self.persons.len() - 1
        });
        let p = &mut self.persons[index];
        if words.len() > p.words.len() {
            p.name = person.of(text).to_owned();
            p.words = words;
        }
        p.roles.extend(
            phrase.roles.iter().filter(|r| !p.roles.contains(r)).cloned().collect::<Vec<_>>(),
        );
        p.party = p.party.take().or_else(|| phrase.party.clone());
        p.of_state |= phrase.of_state;
        p.employer = p.employer.take().or_else(|| phrase.employer.clone());
        p.gender = p.gender.or(gender);
        p.at = p.at.min(person.start);
        Some(index)
    }

    /// The person with all these words in their name, or whose words are all among these.
    fn person(&self, words: &[String]) -> Option<usize> {
        let last = words.last()?;
        let fits = |p: &Person| {
            let (short, long) = if words.len() <= p.words.len() {
                (words, &p.words[..])
            } else {
                (&p.words[..], words)
            };
            (p.words.last() == Some(last)
                || long.ends_with(short)
                || short.len() > 1 && long.starts_with(short))
                && short.iter().all(|w| {
                    long.iter().any(|l| l == w || w.len() == 1 && l.starts_with(w.as_str()))
                })
        };
        // "Dharyono" for "Dharyono Vela", where no one has it for a last name.
        let first = |p: &Person| words.len() == 1 && p.words.len() > 1 && p.words[0] == words[0];
        self.persons.iter().position(fits).or_else(|| self.persons.iter().position(first))
    }

    /// Who speaks where the source stands at `source`; `hint` is what it refers back to, `within` the speaker
    /// in whose words it stands.
    pub(super) fn resolve(
        &mut self,
        source: Span,
        kind: Option<MentionKind>,
        hint: Option<Span>,
        within: Option<&Speaker>,
    ) -> Speaker {
        let text = &self.report.text;
        // "Elke Marrin, who leads the delegation": the clause is not part of the name.
        let clause = [", who ", ", whose ", ", which "];
        let end = clause.iter().filter_map(|c| source.of(text).find(c)).min();
        let clause = Span::new(end.map_or(source.end, |e| source.start + e), source.end);
        let source = Span::new(source.start, clause.start);
        let clause = if end.is_some() { clause } else { following_clause(text, source.end) };
        let words = source.of(text);
        let phrase = self.read(source, kind);
        let lower = words.to_lowercase();
        let heard = match lower.as_str() {
            "he" | "him" | "his" => self.back(source, hint, Number::One, Some(Gender::He)),
            "she" | "her" | "hers" => self.back(source, hint, Number::One, Some(Gender::She)),
            "they" | "them" | "their" | "both" | "both sides" => {
                self.back(source, hint, Number::Many, None)
            }
            "it" | "its" => self.back(source, hint, Number::Body, None),
            "who" | "whom" => {
                self.relative(source).or_else(|| self.back(source, hint, Number::One, None))
            }
            "i" | "me" | "my" | "we" | "us" | "our" => within
                .cloned()
                .map(|speaker| Heard {
                    speaker,
                    source,
                    roles: Vec::new(),
                    number: Number::One,
                    gender: None,
                })
                .or_else(|| self.heard.last().cloned()),
            _ => self.named(source, &phrase, kind, hint),
        };
        let mut heard = heard
            .or_else(|| self.introduced(source, &phrase))
            .unwrap_or_else(|| self.described(source, &phrase));
        if heard.speaker.party.is_none() && clause.end > clause.start {
            let mut named = party::find(text, clause, &self.names).into_iter();
            let state = named.find(|f| f.manner != Manner::Seat).map(|f| f.party);
            let name = heard.speaker.name.as_deref().map(name_words);
            if let Some(person) = name.and_then(|n| self.person(&n)) {
                self.persons[person].party.clone_from(&state);
            }
            heard.speaker.party = state;
        }
        let mut speaker = heard.speaker.clone();
        let year = self.report.published.map(|d| d.year());
        speaker.party = speaker.party.map(|p| party::in_year(party::as_written(text, p), year));
        speaker.party = speaker.party.map(|p| self.bodies.spelt(p));
        speaker.presides = heard.roles.iter().any(|r| PRESIDING.contains(&r.as_str()));
        self.heard.push(Heard { source, ..heard });
        speaker
    }

    /// Who a phrase is about that is no source: nobody is heard by being asked about.
    pub(super) fn ask(
        &mut self,
        phrase: Span,
        kind: Option<MentionKind>,
        hint: Option<Span>,
    ) -> Speaker {
        let speaker = self.resolve(phrase, kind, hint, None);
        self.heard.pop();
        speaker
    }

    /// The states and blocs that a phrase lists ("Veldra and Tolmark", "the U.S., Japan and Canada"); none where it names
    /// fewer than two or says more than that.
    pub(super) fn listed(&self, phrase: Span) -> Vec<String> {
        let text = &self.report.text;
        let found = party::find(text, phrase, &self.names);
        let mut rest = phrase.of(text).to_owned();
        for f in found.iter().rev().filter(|f| f.manner == Manner::Name) {
            rest.replace_range(f.span.start - phrase.start..f.span.end - phrase.start, "");
        }
        let joined = |w: &str| matches!(w, "" | "and" | "the" | "both" | "or");
        if found.len() < 2 || !rest.split([' ', ',']).all(joined) {
            return Vec::new();
        }
        let year = self.report.published.map(|d| d.year());
        found.into_iter().map(|f| party::in_year(party::as_written(text, f.party), year)).collect()
    }

    fn of_person(&self, index: usize, source: Span) -> Heard {
        let p = &self.persons[index];
        let party = p
            .party
            .clone()
            .or_else(|| p.employer.as_ref().and_then(|noun| self.bodies.meant(noun, p.at)))
            .or_else(|| self.home(&p.roles, p.of_state, p.at));
        Heard {
            speaker: Speaker { name: Some(p.name.clone()), party, ..Speaker::default() },
            source,
            roles: p.roles.clone(),
            number: Number::One,
            gender: p.gender,
        }
    }

    /// The state of an office-holder whose phrase names none: that of the dateline, else the one named last.
    fn home(&self, roles: &[String], of_state: bool, at: usize) -> Option<String> {
        if !of_state && !roles.iter().any(|r| STATE_OFFICES.contains(&r.as_str())) {
            return None;
        }
        let before = self.states.partition_point(|s| s.0 < at);
        let last = || self.states[..before].last().map(|s| s.1.clone());
        let dateline = || {
            let place = self.report.place.as_deref()?;
            let place = title_case(place);
            party::find(&place, Span::new(0, place.len()), &self.names)
                .into_iter()
                .next()
                .map(|f| f.party)
        };
        let seat = dateline();
        if of_state { seat.or_else(last) } else { last().or(seat) }
    }

    /// A source with a name, or one that points back at somebody with an office.
    fn named(
        &mut self,
        source: Span,
        phrase: &Phrase,
        kind: Option<MentionKind>,
        hint: Option<Span>,
    ) -> Option<Heard> {
        let text = &self.report.text;
        if let Some(index) = self.learn(source, phrase) {
            let mut heard = self.of_person(index, source);
            if self.persons[index].party.is_none() {
                let own =
                    phrase.party.clone().or_else(|| self.owner(source.of(text), source.start));
                heard.speaker.party = own.or(heard.speaker.party);
                self.persons[index].party.clone_from(&heard.speaker.party);
            }
            return Some(heard);
        }
        let words = source.of(text);
        let plain = words.trim_start_matches("Mr. ").trim_start_matches("Mr ");
        let parts = name_words(plain);
        let plural_or_role = phrase.plural
            && phrase.person.is_none()
            && parts.len() == 1
            && !self.names.knows(plain)
            || parts.last().is_some_and(|w| {
                OUTSIDERS.contains(&w.as_str()) || phrase.roles.contains(w) || w == "officials"
            });
        if !parts.is_empty()
            && !plural_or_role
            && parts.len() <= 3
            && plain
                .split_whitespace()
                .all(|w| w.starts_with(char::is_uppercase) || PARTICLES.contains(&w))
        {
            let fact = party::find(text, source, &self.names);
            let state = fact.iter().any(|f| f.span == source);
            if !state && let Some(index) = self.person(&parts) {
                return Some(self.of_person(index, source));
            }
            if fact.is_empty() && self.bodies.knows(without_article(plain)) {
                return Some(self.of_body(self.bodies.full(plain), plain, source));
            }
            if fact.is_empty()
                && let Some(name) = fuller(text, without_article(plain), source.start)
            {
                let known = matches!(kind, Some(MentionKind::Organization | MentionKind::Place));
                let person = !known
                    && name.split(' ').count() > 1
                    && !BODIES.contains(
                        &name.rsplit(' ').next().unwrap_or_default().to_lowercase().as_str(),
                    );
                return Some(Heard {
                    speaker: Speaker {
                        party: self.party_of_name(&name, person),
                        name: Some(name),
                        ..Speaker::default()
                    },
                    source,
                    roles: Vec::new(),
                    number: if person { Number::One } else { Number::Body },
                    gender: gender_of(words),
                });
            }
        }
        // "officials" for those named with their side before
        if words.split(' ').count() == 1 && phrase.plural && !phrase.roles.is_empty() {
            let kind = words.to_lowercase();
            let same = |h: &&Heard| {
                h.speaker.party.is_some()
                    && h.source.of(text).to_lowercase().ends_with(&format!(" {kind}"))
            };
            let heard = self.heard.iter().rev().take(2 * BACK).find(same).cloned();
            return heard.filter(|_| !OUTSIDERS.contains(&kind.as_str()));
        }
        if !phrase.definite {
            return None;
        }
        // "the minister", "the Russian chief negotiator": a person with that office, of that party.
        let agrees = |party: &Option<String>| {
            phrase.party.is_none() || party.is_none() || *party == phrase.party
        };
        if !phrase.plural && !phrase.roles.is_empty() {
            let same = |roles: &[String]| phrase.roles.iter().any(|r| roles.contains(r));
            let heard = self.heard.iter().rev().take(3 * BACK);
            let one = |h: &&Heard| h.number == Number::One && agrees(&h.speaker.party);
            if let Some(h) = heard.clone().filter(one).find(|h| same(&h.roles)) {
                return Some(h.clone());
            }
            // "the Russian chief negotiator" for the head of the Russian delegation.
            let negotiates = |r: &String| NEGOTIATORS.contains(&r.as_str());
            if phrase.party.is_some()
                && phrase.roles.iter().any(|r| r == "negotiator")
                && let Some(h) = heard
                    .clone()
                    .filter(one)
                    .find(|h| h.speaker.party == phrase.party && h.roles.iter().any(negotiates))
            {
                return Some(h.clone());
            }
            let person = self.persons.iter().enumerate().rev();
            let person = person
                .filter(|(_, p)| p.at < source.end && same(&p.roles) && agrees(&p.party))
                .max_by_key(|(_, p)| p.at);
            if let Some((index, _)) = person {
                return Some(self.of_person(index, source));
            }
            // "Veldra's chief negotiator", named further down: where only one has that office and side.
            if phrase.party.is_some() {
                let mut later = (0..self.persons.len()).filter(|i| {
                    same(&self.persons[*i].roles) && self.persons[*i].party == phrase.party
                });
                if let (Some(index), None) = (later.next(), later.next()) {
                    return Some(self.of_person(index, source));
                }
            }
        }
        // "the officials", "the company": an earlier one of the same kind.
        let head = words.rsplit(' ').next()?.to_lowercase();
        let same_kind = |h: &&Heard| {
            h.source.of(text).to_lowercase().split_whitespace().any(|w| w.trim_matches(',') == head)
                && agrees(&h.speaker.party)
        };
        if !phrase.body
            && words.split(' ').count() == 2
            && let Some(h) = self.heard.iter().rev().take(2 * BACK).find(same_kind)
        {
            return Some(h.clone());
        }
        // "the union": the body of that kind, or what the network takes it to refer to.
        if phrase.body && words.split(' ').count() == 2 && !phrase.of_state {
            let known = self.bodies.meant(&head, source.start).or_else(|| {
                let name = without_article(hint?.of(text));
                let named = name.starts_with(char::is_uppercase) && self.bodies.knows(name);
                named.then(|| self.bodies.full(name))
            });
            return known.map(|name| self.of_body(name.clone(), &name, source));
        }
        None
    }

    /// A body that speaks for itself; `short` is what it is called beside others.
    fn of_body(&self, name: String, short: &str, source: Span) -> Heard {
        let facts = party::find(&name, Span::new(0, name.len()), &self.names);
        let fact = facts.into_iter().find(|f| f.span == Span::new(0, name.len()));
        let party = fact.map_or_else(|| without_article(short).to_owned(), |f| f.party);
        Heard {
            speaker: Speaker { name: Some(name), party: Some(party), ..Speaker::default() },
            source,
            roles: Vec::new(),
            number: Number::Body,
            gender: None,
        }
    }

    fn party_of_name(&self, name: &str, person: bool) -> Option<String> {
        if person { None } else { Some(name.to_owned()) }
    }

    /// A source that keeps its own words.
    fn described(&self, source: Span, phrase: &Phrase) -> Heard {
        let text = &self.report.text;
        let words = source.of(text);
        let number = match phrase {
            Phrase { plural: true, .. } => Number::Many,
            Phrase { body: true, .. } => Number::Body,
            Phrase { roles, .. } if roles.is_empty() => Number::Body,
            _ => Number::One,
        };
        let facts = party::find(text, source, &self.names);
        let alone = facts.first().filter(|f| f.span.end - f.span.start + 4 >= words.len());
        let name = match alone {
            Some(fact) if fact.manner == Manner::Name => self.bodies.full(&fact.party),
            // "Washington" is the state; "the Kremlin" keeps its name.
            Some(fact) if fact.manner == Manner::Seat && fact.span == source => fact.party.clone(),
            _ => decapitalise(words, &self.names),
        };
        let party = phrase.party.clone().or_else(|| {
            let outsider = words.split(' ').any(|w| OUTSIDERS.contains(&w.to_lowercase().as_str()));
            if outsider {
                return None;
            }
            let employer = phrase.employer.as_ref();
            self.owner(words, source.start)
                .or_else(|| employer.and_then(|noun| self.bodies.meant(noun, source.start)))
                .or_else(|| self.home(&phrase.roles, phrase.of_state, source.start))
        });
        let gender = gender_of(words);
        Heard {
            speaker: Speaker { name: Some(name), party, ..Speaker::default() },
            source,
            roles: phrase.roles.clone(),
            number,
            gender,
        }
    }
}

/// "…, who leads the Veldran delegation": the clause that begins at `at`, to its sentence's or its own end; empty if none.
fn following_clause(text: &str, at: usize) -> Span {
    const REACH: usize = 120;
    let rest = super::within(text, at, at + REACH);
    let Some(clause) = rest.of(text).strip_prefix(", ") else { return Span::new(at, at) };
    let relative = ["who ", "whose "].iter().any(|w| clause.starts_with(w));
    let end = clause.find(['.', ',', '\n', '"', '“']).unwrap_or(clause.len());
    let end = if relative { at + 2 + end } else { at };
    Span::new(at, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_after_a_name_says_whose_it_is() {
        let clause = |text: &str| following_clause(text, 8).of(text).to_owned();
        assert_eq!(
            clause("Ana Vela, who leads the Veldran side, left."),
            ", who leads the Veldran side"
        );
        assert_eq!(clause("Ana Vela, the head, left."), "");
        assert_eq!(clause("Ana Vela"), "");
    }
}
