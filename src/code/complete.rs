//! What the sections of a report give to its coding: names instead of words, statements instead of places. Never keeps
//! an entry whose words it cannot show.

use std::collections::HashMap;

use super::lexicon::Cue;
use super::reading::{Candidate, Coded, Field, Terms, Words};
use super::weighed;
use super::{Assessment, Coder, Coding, Encounter, Kind, Of, Position, Stance, Status, Value, Why};
use crate::annotate::dates::{Toward, times};
use crate::annotate::sentences::sentence;
use crate::attribute::{Answer, Statement, is_camp, tells_only};
use crate::report::{Report, Span};

/// Share of the probability from which a second holder of the same terms counts as one.
const SECOND: f32 = 0.35;
/// Probability from which somebody is likelier to hold a position than those who only tell of it.
const LIKELY: f32 = 0.1;
/// Probability from which a holder is plain.
const PLAIN: f32 = 0.6;
/// What an author of a plan is worth as the holder of what it says.
const AUTHOR: f32 = 0.7;
/// Bytes between the words of an encounter and its place.
const PLACE: usize = 40;
/// Bytes between terms and an answer to them.
const ANSWER: usize = 400;
/// Positions before an answer that it may answer.
const ANSWERED: usize = 12;
/// Words of an issue that has no name.
const ISSUE_WORDS: usize = 8;

/// The coding of `report`. `answers` say who the phrases are about that the sections asked for, in order.
pub(super) fn complete(
    coder: &Coder,
    report: &Report,
    statements: &[Statement],
    sections: Vec<Coded>,
    answers: &[Answer],
) -> Coding {
    let mut out = Coding::default();
    let told = Told::of(statements);
    let mut context = Context { coder, report, statements, told: &told, answers };
    for section in sections {
        let (own, rest) = context.answers.split_at(section.asks.len().min(context.answers.len()));
        context.answers = own;
        for terms in &section.terms {
            context.positions(terms, &mut out.positions);
        }
        out.assessments.extend(section.judgements.iter().map(|w| context.assessment(w)));
        out.encounters.extend(section.encounters.iter().map(|w| context.encounter(w)));
        context.answers = rest;
    }
    context.refer(&mut out.positions);
    out
}

struct Context<'r> {
    coder: &'r Coder,
    report: &'r Report,
    statements: &'r [Statement],
    told: &'r Told,
    /// Of the section that is being completed.
    answers: &'r [Answer],
}

/// Which statements have content near a place: looking through all for each entry would take time with the square of
/// a report's length.
struct Told(HashMap<usize, Vec<usize>>);

/// Bytes of a stretch of text whose statements are kept together.
const STRETCH: usize = 1 << 12;

impl Told {
    fn of(statements: &[Statement]) -> Self {
        let mut near: HashMap<usize, Vec<usize>> = HashMap::new();
        for (i, statement) in statements.iter().enumerate() {
            for content in &statement.content {
                for stretch in content.start / STRETCH..=content.end / STRETCH {
                    let here = near.entry(stretch).or_default();
                    if here.last() != Some(&i) {
                        here.push(i);
                    }
                }
            }
        }
        Self(near)
    }

    /// Statements with content near `span`, some more than once.
    fn near(&self, span: Span) -> impl Iterator<Item = usize> + '_ {
        let stretches = span.start / STRETCH..=span.end / STRETCH;
        stretches.filter_map(|s| self.0.get(&s)).flatten().copied()
    }
}

/// Somebody who may hold a position, by name.
struct Holder<'t> {
    name: Option<String>,
    probability: f32,
    /// The likeliest word for them.
    candidate: &'t Candidate,
}

impl Context<'_> {
    fn positions(&self, terms: &Terms, out: &mut Vec<Position>) {
        let statement = self.statement(terms.span);
        let mut holders = self.holders(terms, statement);
        // What a plan says is its author's proposal, where nobody else plainly holds it.
        let plain = holders.first().is_some_and(|h| {
            let tells = h.name.as_deref().is_none_or(tells_only);
            !tells && h.candidate.here && h.probability >= PLAIN
        });
        let author = terms.author.filter(|(_, beside)| *beside || !plain);
        let author = author.and_then(|(ask, _)| self.author(terms, ask));
        let of_plan = author.is_some();
        let beside = terms.author.is_some_and(|a| a.1);
        if let Some(author) = author {
            holders = vec![author];
        }
        let Some(most) = holders.first().map(|h| h.probability) else { return };
        let field = |kind: Field| {
            let of = terms.fields.iter().filter(|f| f.0 == kind && f.1 != terms.span);
            of.max_by(|a, b| a.2.total_cmp(&b.2)).map(|f| f.1)
        };
        let chosen = holders.iter().filter(|h| {
            h.probability == most || h.probability >= SECOND && h.candidate.ask.is_some()
        });
        for holder in chosen {
            let stances = weighed::stances(&holder.candidate.stances, &terms.cues, terms.span);
            let (stance, sure) = match of_plan {
                true if beside => put(&stances),
                true => (Stance::Propose as usize, AUTHOR),
                false => best(&stances),
            };
            let stance = Stance::ALL[stance];
            let firsthand = statement.is_some_and(|s| {
                let s = &self.statements[s];
                let is = |name: &Option<String>| {
                    name.clone().map(|n| self.in_codebook(n)) == holder.name && name.is_some()
                };
                is(&s.party) || is(&s.speaker)
            });
            let mut why = self.why(&terms.cues);
            let others: Vec<String> = holders
                .iter()
                .take(3)
                .map(|h| {
                    let name = h.name.as_deref().unwrap_or("nobody in reach");
                    format!("{name} {:.0} %", 100.0 * h.probability)
                })
                .collect();
            why.notes.push(format!("holder: {}", others.join(", ")));
            if of_plan {
                why.notes.push(format!("stance: {} {:.0} %", stance.as_str(), 100.0 * sure));
                why.notes.push("the sentence tells what a plan says: its author holds it".into());
            } else {
                let names = Stance::ALL.map(Stance::as_str);
                why.notes.push(format!("stance: {}", ranked(&stances, &names)));
            }
            why.notes.push(format!("terms: {:.0} %", 100.0 * terms.confidence));
            let mut position = Position {
                statement,
                holder: holder.name.clone(),
                issue: Some(self.issue(terms.span)),
                stance,
                terms: vec![terms.span],
                condition: field(Field::Condition),
                scope: field(Field::Scope),
                reason: field(Field::Reason),
                figure: field(Field::Figure),
                firsthand,
                confidence: self.coder.network.sure_of_position([
                    terms.confidence,
                    holder.probability.min(1.0),
                    sure,
                ]),
                why,
            };
            self.coder.lexicon.fields().fill(&self.report.text, &mut position);
            out.push(position);
        }
    }

    /// Candidates by name, the likeliest first.
    fn holders<'t>(&self, terms: &'t Terms, statement: Option<usize>) -> Vec<Holder<'t>> {
        let mut out: Vec<Holder> = Vec::new();
        for candidate in &terms.candidates {
            let names = match candidate.ask {
                Some(ask) => self.named(ask).into_iter().map(Some).collect(),
                // Nobody whom the window names: who speaks, if anybody does.
                None => vec![statement.and_then(|s| {
                    let s = &self.statements[s];
                    let name = s.party.as_deref().or(s.speaker.as_deref());
                    name.map(|name| self.in_codebook(without_article(name).to_owned()))
                })],
            };
            for name in names {
                let same = |h: &&mut Holder| match (&h.name, &name) {
                    (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
                    (a, b) => a == b,
                };
                match out.iter_mut().find(same) {
                    Some(holder) => holder.probability += candidate.probability,
                    None => {
                        out.push(Holder { name, probability: candidate.probability, candidate });
                    }
                }
            }
        }
        out.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        // Delegates and sources tell of positions, they hold none, where anybody else may.
        let tells = |h: &Holder| h.name.as_deref().is_some_and(tells_only);
        let holds = |h: &Holder| !tells(h) && h.candidate.ask.is_some() && h.probability >= LIKELY;
        if out.iter().any(holds) {
            out.retain(|h| !tells(h));
        }
        out
    }

    /// "Veldra said it could not accept that": what is answered stands in a sentence before. An answer without terms of
    /// its own gets those of the nearest position of somebody else that it may answer, its own words after them.
    fn refer(&self, positions: &mut [Position]) {
        let text = &self.report.text;
        for i in 1..positions.len() {
            let answers = matches!(
                positions[i].stance,
                Stance::Accept | Stance::Reject | Stance::RuleOut | Stance::Open
            );
            let [own] = positions[i].terms[..] else { continue };
            if !answers || !points_back(own.of(text)) {
                continue;
            }
            let before = positions[..i].iter().rev().take(ANSWERED).find(|p| {
                let put = matches!(p.stance, Stance::Propose | Stance::Offer | Stance::Demand);
                let near = text.get(p.terms[0].end..own.start).is_some_and(|between| {
                    between.len() < ANSWER && between.matches("\n\n").count() <= 1
                });
                put && near
                    && (p.holder != positions[i].holder || self.other(&positions[i]).is_some())
            });
            if let Some(answered) = before {
                let (terms, issue) = (answered.terms[0], answered.issue.clone());
                // Nobody answers what they put forward themselves: then it is the speaker's side that does.
                let own = answered.holder == positions[i].holder;
                let other = if own { self.other(&positions[i]) } else { None };
                let answer = &mut positions[i];
                if let Some(other) = other {
                    answer.why.notes.push(format!("holder: {other}, as nobody answers themselves"));
                    answer.firsthand = true;
                    answer.holder = Some(other);
                }
                answer.terms.insert(0, terms);
                answer.issue = issue;
                answer.why.notes.push("answers what stands before: its terms are those".into());
            }
        }
    }

    /// The side of a position's speaker, where it is not the holder.
    fn other(&self, position: &Position) -> Option<String> {
        let statement = &self.statements[position.statement?];
        let side = self.in_codebook(statement.party.clone()?);
        (Some(&side) != position.holder.as_ref()).then_some(side)
    }

    /// Whoever put the plan forward that the terms are of.
    fn author<'t>(&self, terms: &'t Terms, ask: usize) -> Option<Holder<'t>> {
        let candidate = terms.candidates.last()?;
        let name = self.answers.get(ask).and_then(plainest)?;
        (!tells_only(&name)).then(|| Holder {
            name: Some(self.in_codebook(name)),
            probability: AUTHOR,
            candidate,
        })
    }

    /// Whom a phrase names: several states where it lists them, else one name or none.
    fn named(&self, ask: usize) -> Vec<String> {
        let Some(answer) = self.answers.get(ask) else { return Vec::new() };
        let names = if answer.listed.is_empty() {
            plainest(answer).into_iter().collect()
        } else {
            answer.listed.clone()
        };
        names.into_iter().map(|name| self.in_codebook(name)).collect()
    }

    /// The codebook's name for a party, where it has one.
    fn in_codebook(&self, name: String) -> String {
        self.coder.codebook.as_ref().and_then(|c| c.party(&name)).map_or(name, |p| p.name.clone())
    }

    /// The codebook's name for the issue of terms, else their own words.
    fn issue(&self, terms: Span) -> String {
        let text = &self.report.text;
        let around = sentence(text, terms).of(text);
        let known = self.coder.codebook.as_ref().and_then(|c| c.issue(terms.of(text), around));
        known.map_or_else(|| own_words(terms.of(text)), |(issue, _)| issue.name.clone())
    }

    fn assessment(&self, words: &Words) -> Assessment {
        let statement = self.statement(words.span);
        let told = statement.map(|s| &self.statements[s]);
        let values = weighed::values(&words.scores.0, &words.cues, words.span);
        let (value, sure) = best(&values);
        let (of, _) = best(&words.scores.1);
        let mut why = self.why(&words.cues);
        why.notes.push(format!("words: {:.0} %", 100.0 * words.confidence));
        why.notes.push(format!("value: {}", ranked(&values, &Value::ALL.map(Value::as_str))));
        Assessment {
            statement,
            assessor: told.and_then(|s| s.speaker.clone()),
            party: told.and_then(|s| s.party.clone()).map(|p| self.in_codebook(p)),
            value: Value::ALL[value],
            of: Of::ALL[of],
            words: vec![words.span],
            said: told.and_then(|s| s.said.clone()),
            confidence: self.coder.network.sure_of_assessment([words.confidence, sure]),
            why,
        }
    }

    fn encounter(&self, words: &Words) -> Encounter {
        let text = &self.report.text;
        let (kind, kind_sure) = best(&words.scores.0);
        let (status, status_sure) = best(&words.scores.1);
        let status = Status::ALL[status];
        let around = sentence(text, words.span);
        let toward = match status {
            Status::Held | Status::Ongoing => Toward::Past,
            _ => Toward::Future,
        };
        let dates = times(text, around, self.report.published, toward);
        // The date in the words themselves, else the nearest one of the sentence.
        let apart = |s: &Span| {
            s.start.saturating_sub(words.span.end).max(words.span.start.saturating_sub(s.end))
        };
        let date = dates.iter().min_by_key(|d| apart(&d.span)).map(|d| d.when.to_string());
        let mut participants: Vec<String> = Vec::new();
        for name in words.present.iter().flat_map(|a| self.named(*a)) {
            let named = name.starts_with(char::is_uppercase) || is_camp(&name);
            if named && !participants.iter().any(|p| p.eq_ignore_ascii_case(&name)) {
                participants.push(name);
            }
        }
        // Where somebody calls or is called is seldom told; a place further away is one of something else.
        let place = words
            .places
            .iter()
            .filter(|p| Kind::ALL[kind] != Kind::Call && apart(p) < PLACE)
            .find(|p| {
                let before = text[around.start.min(p.start)..p.start].trim_end();
                ["in", "at", "to"].iter().any(|w| {
                    before.strip_suffix(w).is_some_and(|b| b.is_empty() || b.ends_with(' '))
                })
            })
            .map(|p| p.of(text).to_owned());
        let here = around.of(text).split_whitespace().any(|w| w.trim_matches([',', '.']) == "here");
        let dateline = || self.report.place.clone().filter(|_| here);
        let mut why = self.why(&words.cues);
        why.notes.push(format!("words: {:.0} %", 100.0 * words.confidence));
        why.notes.push(format!("kind: {}", ranked(&words.scores.0, &Kind::ALL.map(Kind::as_str))));
        why.notes
            .push(format!("status: {}", ranked(&words.scores.1, &Status::ALL.map(Status::as_str))));
        Encounter {
            statement: self.statement(words.span),
            kind: Kind::ALL[kind],
            status,
            participants,
            place: place.or_else(dateline),
            date,
            words: vec![words.span],
            confidence: self.coder.network.sure_of_encounter([
                words.confidence,
                kind_sure,
                status_sure,
            ]),
            why,
        }
    }

    /// The innermost statement in whose content most of `span` stands.
    fn statement(&self, span: Span) -> Option<usize> {
        let shared = |c: &Span| {
            2 * c.end.min(span.end).saturating_sub(c.start.max(span.start)) > span.end - span.start
        };
        let length = |s: &Statement| s.content.iter().map(|c| c.end - c.start).sum::<usize>();
        self.told
            .near(span)
            .filter(|i| self.statements[*i].content.iter().any(shared))
            .min_by_key(|i| (length(&self.statements[*i]), *i))
    }

    fn why(&self, cues: &[(Span, Cue)]) -> Why {
        let mut spans: Vec<Span> = cues.iter().map(|c| c.0).collect();
        spans.sort();
        spans.dedup();
        Why { cues: spans, notes: Vec::new() }
    }
}

/// The party somebody speaks for, else their own name, without an article. Who leads the talks speaks for no party.
fn plainest(answer: &Answer) -> Option<String> {
    let speaker = &answer.speaker;
    let party = speaker.party.as_deref().filter(|_| !speaker.presides);
    let name = party.or(speaker.name.as_deref())?;
    let name = without_article(name);
    (!name.is_empty()).then(|| name.to_owned())
}

/// "company" for "the company".
fn without_article(name: &str) -> &str {
    let articles = ["the ", "The ", "a ", "A ", "an ", "An "];
    articles.iter().find_map(|a| name.strip_prefix(a)).unwrap_or(name)
}

/// What a plan says is proposed, unless it is plainlier offered or demanded.
fn put(stances: &[f32]) -> (usize, f32) {
    let of = |s: Stance| stances.get(s as usize).copied().unwrap_or(0.0);
    let other = if of(Stance::Offer) > of(Stance::Demand) { Stance::Offer } else { Stance::Demand };
    let most = stances.iter().copied().fold(0.0, f32::max);
    if of(other) >= most { (other as usize, of(other)) } else { (Stance::Propose as usize, AUTHOR) }
}

fn best(scores: &[f32]) -> (usize, f32) {
    let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap_or(0);
    (best, scores.get(best).copied().unwrap_or(0.0))
}

/// "reject 61 %, rule out 22 %, demand 9 %"
fn ranked(scores: &[f32], names: &[&str]) -> String {
    let mut order: Vec<usize> = (0..scores.len().min(names.len())).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let first: Vec<String> = order
        .iter()
        .take(3)
        .map(|i| format!("{} {:.0} %", names[*i].replace('_', " "), 100.0 * scores[*i]))
        .collect();
    first.join(", ")
}

/// Whether words say no terms of their own but point at some: "could not accept that", "turned it down", "this was
/// unacceptable". A pronoun that begins them is whoever answers ("it would agree to a levy").
fn points_back(words: &str) -> bool {
    const FEW: usize = 8;
    let words: Vec<String> = words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let word = |i: usize| words.get(i).map_or("", String::as_str);
    let last = words.len().saturating_sub(1);
    let is = |w: &str| {
        matches!(w, "is" | "was" | "are" | "were" | "would" | "could" | "will" | "cannot" | "can")
    };
    let object = |i: usize| match word(i) {
        "it" | "them" => i > 0 && (i == last || matches!(word(i + 1), "down" | "out" | "up")),
        "this" | "that" | "these" | "those" => i == last || i == 0 && is(word(1)),
        _ => false,
    };
    words.len() <= FEW && (0..words.len()).any(object)
}

/// Terms as the name of an issue: their first words, without those that say nothing of it.
fn own_words(terms: &str) -> String {
    const EMPTY: [&str; 22] = [
        "to", "that", "the", "a", "an", "be", "its", "their", "his", "her", "our", "for", "of",
        "on", "in", "it", "they", "we", "would", "will", "should", "must",
    ];
    let clause = terms
        .split([',', ';', '(', '"', '“', '”', '\n'])
        .find(|c| c.split_whitespace().filter(|w| !EMPTY.contains(w)).count() > 1);
    let words = clause.unwrap_or(terms).split_whitespace();
    let told: Vec<&str> = words
        .skip_while(|w| EMPTY.contains(&w.to_lowercase().as_str()))
        .take(ISSUE_WORDS)
        .collect();
    if told.is_empty() { terms.trim().to_owned() } else { told.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_point_back_and_terms_of_their_own_do_not() {
        for words in
            ["it could not accept that", "turned it down within the hour", "this was unacceptable"]
        {
            assert!(points_back(words), "{words}");
        }
        for words in [
            "it would agree to a levy",
            "proposals that would cut catches",
            "this year\u{2019}s quota",
            "a levy",
            "",
        ] {
            assert!(!points_back(words), "{words}");
        }
    }

    #[test]
    fn issues_without_a_name_have_the_terms_own_words() {
        for (terms, issue) in [
            ("to leave the two islands, and soon", "leave the two islands"),
            ("Ardenia, Norland and Tamaria to help", "Norland and Tamaria to help"),
            ("it", "it"),
        ] {
            assert_eq!(own_words(terms), issue);
        }
    }
}
