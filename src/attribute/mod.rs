//! Finds the statements of a document: source, cue, content, speaker, party, when and where it was
//! said. Never records what it cannot anchor.

mod bodies;
#[cfg(test)]
mod endless;
mod form;
mod links;
mod naming;
mod party;
mod phrase;
mod roles;
mod said;
mod speaker;
mod tags;
mod venue;
mod via;
pub(crate) mod words;

use form::Quotations;
use links::{Attribution, Linker};
use speaker::Registry;
pub(crate) use speaker::Speaker;
use tags::{Fragment, Tagger};

use crate::annotate::{Document, Mention, MentionKind};
use crate::error::Result;
use crate::model::Weights;
use crate::report::{Report, Span};

/// How much of the content stands in quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// All of it.
    Direct,
    /// Some words.
    Mixed,
    /// None.
    Indirect,
}

impl Form {
    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Form::Direct => "direct",
            Form::Mixed => "mixed",
            Form::Indirect => "indirect",
        }
    }
}

/// Somebody is reported to have said, thought, wanted or denied something.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Words that name the speaker; empty where the report names none ("it was agreed that").
    pub source: Vec<Span>,
    /// Words that signal the attribution ("said", "according to").
    pub cue: Vec<Span>,
    /// What is attributed, in reading order; never empty.
    pub content: Vec<Span>,
    /// Quotation form.
    pub form: Form,
    /// The fullest name the report gives, or the description of an unnamed source.
    pub speaker: Option<String>,
    /// On whose behalf the speaker speaks.
    pub party: Option<String>,
    /// When it was said: ISO 8601 day, month or interval.
    pub said: Option<String>,
    /// Words that say where or how it was said.
    pub venue: Option<Span>,
    /// The statement, among those of the report, in whose content this one stands.
    pub within: Option<usize>,
    /// Who relayed it inside the report.
    pub via: Option<String>,
    /// How sure the reading is, 0 to 1.
    pub confidence: f32,
}

/// Finds statements in annotated sections. Shared by all threads.
pub struct Attributor {
    outer: Tagger,
    inner: Tagger,
    linker: Linker,
}

/// A statement as far as the tags carry: anchors, not yet who speaks for whom.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Draft {
    source: Vec<Span>,
    cue: Vec<Span>,
    content: Vec<Span>,
    /// The statement in whose content this one stands.
    within: Option<usize>,
    /// What the source refers back to, as the network has it.
    hint: Option<Span>,
    /// What the network takes the source for.
    kind: Option<MentionKind>,
    confidence: f32,
}

/// Words after its head from which a mention has a clause at its end.
const CLAUSE: usize = 4;

/// A phrase of the report that stands for somebody, whose name is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ask {
    /// The phrase.
    pub span: Span,
    kind: Option<MentionKind>,
    /// What it refers back to, as the network has it.
    hint: Option<Span>,
}

impl Ask {
    /// About words `first` to `end`.
    pub fn words(document: &Document, first: usize, end: usize) -> Self {
        Self {
            span: document.span(first, end),
            kind: kind_of(document, first, end),
            hint: refers_to(document, first, end),
        }
    }

    /// About a mention.
    pub fn mention(document: &Document, index: usize) -> Self {
        let m = &document.mentions[index];
        // What follows a name at length is a clause, not part of it.
        let end = if m.end > m.head + 1 + CLAUSE { m.head + 1 } else { m.end };
        Self {
            span: document.span(m.first, end),
            kind: Some(m.kind),
            hint: refers_to(document, m.head, m.head + 1),
        }
    }
}

/// Whether `name` stands for people who tell of talks and have no side in them ("delegates", "several diplomats").
pub(crate) fn tells_only(name: &str) -> bool {
    let last = name.rsplit(' ').next().unwrap_or_default().to_lowercase();
    roles::OUTSIDERS.contains(&last.as_str())
}

/// Whether `name` is a camp that negotiates as such ("producers").
pub(crate) fn is_camp(name: &str) -> bool {
    roles::CAMPS.iter().any(|c| c.1 == name)
}

/// Whether a word in lower case says that somebody is of a camp that negotiates as such ("producing").
pub(crate) fn is_camp_word(word: &str) -> bool {
    roles::CAMPS.iter().any(|c| c.0 == word)
}

/// Whether a word in lower case is an office or a role of a person ("chairman").
pub(crate) fn is_role(word: &str) -> bool {
    roles::ROLES.contains(&word)
}

/// Whom a phrase is about.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Answer {
    /// Who it is.
    pub speaker: Speaker,
    /// The states and blocs that it lists, where it lists some and says no more ("Veldra and Tolmark").
    pub listed: Vec<String>,
}

/// What one section gives.
pub(crate) struct Section {
    drafts: Vec<Draft>,
    /// Phrases that mention a person.
    persons: Vec<Span>,
    /// Phrases that mention an organisation.
    organisations: Vec<Span>,
}

impl Section {
    /// Its statements, not yet in order.
    pub(crate) fn drafts(&self) -> &[Draft] {
        &self.drafts
    }
}

impl Attributor {
    /// Takes the taggers' and the linker's parameters from `weights`.
    pub fn new(weights: &Weights) -> Result<Self> {
        Ok(Self {
            outer: Tagger::new(weights, "outer")?,
            inner: Tagger::new(weights, "inner")?,
            linker: Linker::new(weights)?,
        })
    }

    /// Anchors of the statements of one section, in the order of their cues, inner ones after outer ones.
    pub(crate) fn section(&self, document: &Document) -> Section {
        let of_kind = |kind: MentionKind| {
            let mentions = document.mentions.iter().filter(move |m: &&Mention| m.kind == kind);
            mentions.map(|m| document.span(m.first, m.end)).collect()
        };
        Section {
            drafts: self.drafts(document),
            persons: of_kind(MentionKind::Person),
            organisations: of_kind(MentionKind::Organization),
        }
    }

    fn drafts(&self, document: &Document) -> Vec<Draft> {
        let fragments = self.outer.tag(document);
        if fragments.is_empty() {
            return Vec::new();
        }
        let outer = self.linker.link(document, &fragments);
        let mut out: Vec<Draft> =
            outer.iter().map(|a| Draft::new(document, &fragments, a, None)).collect();
        // Inside contents: the second layer.
        let mut inside = self.inner.tag(document);
        let owner = |f: &Fragment| {
            outer.iter().position(|a| {
                a.contents.iter().any(|c| {
                    let content = &fragments[*c];
                    content.first <= f.first
                        && f.end <= content.end
                        && f.end - f.first < content.end - content.first
                })
            })
        };
        inside.retain(|f| owner(f).is_some());
        for attribution in self.linker.link(document, &inside) {
            let within = owner(&inside[attribution.cue]);
            out.push(Draft::new(document, &inside, &attribution, within));
        }
        out
    }
}

impl Draft {
    pub(crate) fn source(&self) -> &[Span] {
        &self.source
    }

    pub(crate) fn cue(&self) -> &[Span] {
        &self.cue
    }

    pub(crate) fn content(&self) -> &[Span] {
        &self.content
    }

    /// Whether it stands in the content of another.
    pub(crate) fn inside(&self) -> bool {
        self.within.is_some()
    }

    fn new(
        document: &Document,
        fragments: &[Fragment],
        a: &Attribution,
        within: Option<usize>,
    ) -> Self {
        let span = |i: &usize| document.span(fragments[*i].first, fragments[*i].end);
        let source = a.source.map(|s| &fragments[s]);
        let least = a
            .contents
            .iter()
            .chain([&a.cue])
            .map(|i| fragments[*i].confidence)
            .fold(f32::INFINITY, f32::min);
        Self {
            source: a.source.iter().map(span).collect(),
            cue: vec![span(&a.cue)],
            content: a.contents.iter().map(span).collect(),
            within,
            hint: source.and_then(|s| refers_to(document, s.first, s.end)),
            kind: source.and_then(|s| kind_of(document, s.first, s.end)),
            confidence: (least * a.confidence).clamp(0.0, 1.0),
        }
    }
}

/// The kind of the widest mention within a source.
fn kind_of(document: &Document, first: usize, end: usize) -> Option<MentionKind> {
    let inside = |m: &&Mention| first <= m.head && m.head < end;
    let widest = document.mentions.iter().filter(inside).max_by_key(|m| m.end - m.first);
    widest.map(|m| m.kind)
}

/// The nearest earlier mention that a source refers back to and that is more than a pronoun.
fn refers_to(document: &Document, first: usize, end: usize) -> Option<Span> {
    // Mentions stand in the order of their heads.
    let at = document.mentions.partition_point(|m| m.head < first);
    let mut mention = document.mentions.get(at).filter(|m| m.head < end)?;
    for _ in 0..20 {
        mention = &document.mentions[mention.antecedent?.0];
        if mention.end - mention.first > 1 || mention.kind != MentionKind::Person {
            break;
        }
    }
    Some(document.span(mention.first, mention.end))
}

/// What all sections give, in order, to the statements of `report`; and who each of the `asks` is about.
pub(crate) fn complete(
    report: &Report,
    sections: impl IntoIterator<Item = Section>,
    asks: &[Ask],
) -> (Vec<Statement>, Vec<Answer>) {
    let mut drafts: Vec<Draft> = Vec::new();
    let (mut persons, mut organisations) = (Vec::new(), Vec::new());
    for section in sections {
        let base = drafts.len();
        drafts.extend(section.drafts.into_iter().map(|mut d| {
            d.within = d.within.map(|w| w + base);
            d
        }));
        persons.extend(section.persons);
        organisations.extend(section.organisations);
    }
    // In the order of their first anchor.
    let first = |d: &Draft| d.source.iter().chain(&d.cue).chain(&d.content).min().copied();
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|i| (first(&drafts[*i]), *i));
    let mut place = vec![0; drafts.len()];
    order.iter().enumerate().for_each(|(new, old)| place[*old] = new);
    let (speakers, answers) = speakers(report, &drafts, persons, organisations, asks);
    let said = said::said(report, &drafts, &speakers);
    let text = &report.text;
    let quotations = Quotations::of(text);
    // The statements before and after, whose words are not the venue of this one.
    let near = |k: usize| -> Vec<&Draft> {
        order[k.saturating_sub(6)..(k + 7).min(order.len())].iter().map(|j| &drafts[*j]).collect()
    };
    let statements = order
        .iter()
        .map(|&i| {
            let d = &drafts[i];
            Statement {
                source: d.source.clone(),
                cue: d.cue.clone(),
                content: d.content.clone(),
                form: quotations.form(text, &d.content),
                speaker: speakers[i].name.clone(),
                party: speakers[i].party.clone(),
                said: said[i].map(|when| when.to_string()),
                venue: venue::venue(report, d, &near(place[i])),
                within: d.within.map(|w| place[w]),
                via: match d.within {
                    Some(w) => speakers[w].name.clone(),
                    None => via::via(text, around(text, d), &d.content),
                },
                confidence: d.confidence,
            }
        })
        .collect();
    (statements, answers)
}

/// Who speaks in each draft, and who each of the `asks` is about: sources are resolved in the order of the text, a
/// source that several share once.
fn speakers(
    report: &Report,
    drafts: &[Draft],
    persons: Vec<Span>,
    organisations: Vec<Span>,
    asks: &[Ask],
) -> (Vec<Speaker>, Vec<Answer>) {
    let person = Some(MentionKind::Person);
    let mut phrases: Vec<_> = persons.into_iter().map(|p| (p, person)).collect();
    phrases.extend(drafts.iter().flat_map(|d| d.source.iter().map(|s| (*s, d.kind))));
    phrases.sort_by_key(|p| p.0);
    let mut registry = Registry::new(report, phrases.into_iter(), organisations.into_iter());
    // Asking must not change what is found: it has a registry of its own.
    let fresh = (!asks.is_empty()).then(|| registry.clone());
    let out = resolve(&mut registry, drafts, &[]).0;
    let answers = fresh.map(|mut registry| resolve(&mut registry, drafts, asks).1);
    (out, answers.unwrap_or_default())
}

fn resolve(registry: &mut Registry, drafts: &[Draft], asks: &[Ask]) -> (Vec<Speaker>, Vec<Answer>) {
    // Sources before what is asked of the same words.
    let sources = (0..drafts.len()).filter(|i| !drafts[*i].source.is_empty());
    let mut order: Vec<(Span, bool, usize)> =
        sources.map(|i| (drafts[i].source[0], false, i)).collect();
    order.extend(asks.iter().enumerate().map(|(i, a)| (a.span, true, i)));
    order.sort();
    let mut out = vec![Speaker::default(); drafts.len()];
    let mut answers = vec![Answer::default(); asks.len()];
    let mut last: Option<(Span, usize)> = None;
    for (span, asked, i) in order {
        let same = last.filter(|(same, _)| *same == span).map(|(_, j)| j);
        if asked {
            let speaker = match same {
                Some(j) => out[j].clone(),
                None => registry.ask(span, asks[i].kind, asks[i].hint),
            };
            answers[i] = Answer { speaker, listed: registry.listed(span) };
            continue;
        }
        out[i] = match same {
            Some(j) => out[j].clone(),
            None => {
                let within = drafts[i].within.map(|w| out[w].clone());
                registry.resolve(span, drafts[i].kind, drafts[i].hint, within.as_ref())
            }
        };
        last = Some((span, i));
    }
    (out, answers)
}

/// The sentence's worth of text around the cue.
fn around(text: &str, draft: &Draft) -> Span {
    let cue = draft.cue[0];
    let stop = |c: char| matches!(c, '.' | '!' | '?' | '\n');
    // A text without any sign that ends a sentence is not to be looked through for each of its cues.
    let near = within(text, cue.start.saturating_sub(SENTENCE), cue.end + SENTENCE);
    let start = text[near.start..cue.start].rfind(stop).map_or(near.start, |p| near.start + p + 1);
    let end = text[cue.end..near.end].find(stop).map_or(near.end, |p| cue.end + p);
    Span::new(start, end)
}

/// Bytes of a sentence to either side of its cue at most.
const SENTENCE: usize = 2000;

/// The bytes from `start` to `end` as far as there are such, cut between characters.
fn within(text: &str, start: usize, end: usize) -> Span {
    let whole = |at: usize| (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i));
    Span::new(whole(start).unwrap_or(0), whole(end).unwrap_or(0))
}
