//! One section of a report through the second reading: spans with scores, and the phrases that may stand for a holder.
//! Never decides whose position it is: names are resolved over the whole report.

use std::ops::Range;

use super::lexicon::{Cue, Lexicon};
use super::meant::meant;
use super::network::{Found, Network, Read, Relation};
use super::plans::Plans;
use crate::annotate::{Document, MentionKind};
use crate::attribute::{Ask, Section};
use crate::model::Scratch;
use crate::report::Span;

/// Words of a window that may stand for a holder, at most, and how probable each must be.
const CANDIDATES: usize = 12;
const LEAST: f32 = 0.01;
/// Probability from which a condition, scope, reason or figure belongs to terms.
const OWNED: f32 = 0.4;
/// Words around a span among which its cues stand.
const NEAR: usize = 30;

/// What a field says of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Condition,
    Scope,
    Reason,
    Figure,
}

const FIELDS: [Field; 4] = [Field::Condition, Field::Scope, Field::Reason, Field::Figure];

/// Somebody who may hold a position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// The phrase to ask about, as an index into [`Coded::asks`]; `None` where nobody in the window holds it.
    pub ask: Option<usize>,
    pub probability: f32,
    /// Whether the phrase stands in the sentence of the terms.
    pub here: bool,
    /// Probability of each stance, were it them.
    pub stances: Vec<f32>,
}

/// Terms as far as a section tells.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Terms {
    pub span: Span,
    pub confidence: f32,
    pub candidates: Vec<Candidate>,
    pub fields: Vec<(Field, Span, f32)>,
    pub cues: Vec<(Span, Cue)>,
    /// Whose plan it is that the sentence tells the content of, as an index into [`Coded::asks`], and whether they are named
    /// right beside it.
    pub author: Option<(usize, bool)>,
}

/// Words that judge talks or tell of an encounter, with the probabilities of two properties.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Words {
    pub span: Span,
    pub confidence: f32,
    /// Of a judgement: values, and past or prospect. Of an encounter: kinds, and status.
    pub scores: (Vec<f32>, Vec<f32>),
    pub cues: Vec<(Span, Cue)>,
    /// Who or what is mentioned in the sentence, as indices into [`Coded::asks`], and places.
    pub present: Vec<usize>,
    pub places: Vec<Span>,
}

/// What the second reading makes of a section.
#[derive(Debug, Clone, Default)]
pub(crate) struct Coded {
    pub(super) terms: Vec<Terms>,
    pub(super) judgements: Vec<Words>,
    pub(super) encounters: Vec<Words>,
    /// Phrases whose names are wanted.
    pub(crate) asks: Vec<Ask>,
}

/// A statement as words of the section.
struct Told {
    sources: Vec<Range<usize>>,
    contents: Vec<Range<usize>>,
}

/// Reads one section.
pub(super) fn read(
    network: &Network,
    lexicon: &Lexicon,
    text: &str,
    document: &Document,
    section: &Section,
    scratch: &mut Scratch,
) -> Coded {
    let lower: Vec<String> =
        document.tokens.iter().map(|t| t.span.of(text).to_lowercase().replace('’', "'")).collect();
    let cues = lexicon.find(&lower);
    let mut on_word: Vec<Vec<u8>> = vec![Vec::new(); lower.len()];
    for cue in &cues {
        let row = cue.hint.row();
        for word in &mut on_word[cue.first..cue.end] {
            if !word.contains(&row) {
                word.push(row);
            }
        }
    }
    let (told, tags) = told(document, section);
    let sentences = sentences(text, document);
    let plans = Plans::of(text, document, &lower, &cues, &sentences);
    let mut out = Coded::default();
    for window in &document.windows {
        let read = network.read(window, &tags, &on_word, None, scratch);
        let spans = network.find(&read, document);
        if spans.is_empty() {
            continue;
        }
        let read = network.read(window, &tags, &on_word, Some(&spans), scratch);
        let fields = match spans.has_terms() {
            true => network.fields(&read, document),
            false => Vec::new(),
        };
        for found in network.terms(&read, &spans) {
            let terms = Context { text, network, document, told: &told, sentences: &sentences }
                .terms(&read, &found, &fields, &mut out.asks);
            let author = plans.author(found.words.start);
            let author = author.map(|(ask, beside)| (place(&mut out.asks, ask), beside));
            let cues = near(document, &cues, &found.words, &sentences);
            out.terms.push(Terms { cues, author, ..terms });
        }
        for found in network.judgements(&read, &spans) {
            let scores = network.judgement(&found);
            out.judgements.push(Words {
                span: document.span(found.words.start, found.words.end),
                confidence: found.confidence,
                scores,
                cues: near(document, &cues, &found.words, &sentences),
                present: Vec::new(),
                places: Vec::new(),
            });
        }
        for found in network.encounters(&read, &spans) {
            let scores = network.encounter(&found);
            let (present, places) = present(document, &found.words, &sentences, &mut out.asks);
            out.encounters.push(Words {
                span: document.span(found.words.start, found.words.end),
                confidence: found.confidence,
                scores,
                cues: near(document, &cues, &found.words, &sentences),
                present,
                places,
            });
        }
    }
    out
}

struct Context<'c> {
    text: &'c str,
    network: &'c Network,
    document: &'c Document,
    told: &'c [Told],
    sentences: &'c [usize],
}

impl Context<'_> {
    fn terms(&self, read: &Read, found: &Found, fields: &[Found], asks: &mut Vec<Ask>) -> Terms {
        let document = self.document;
        let relations = self.relations(read, &found.words);
        let (scores, nobody) =
            self.network.holders(read, found, |word| relations[word - read.first]);
        let mut order: Vec<usize> = (0..scores.len()).filter(|i| scores[*i] >= LEAST).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        order.truncate(CANDIDATES);
        let mut candidates: Vec<Candidate> = Vec::new();
        for i in order {
            let word = read.first + i;
            let Some(ask) = ask(self.text, document, self.told, word) else { continue };
            let at = place(asks, ask);
            if let Some(same) = candidates.iter_mut().find(|c| c.ask == Some(at)) {
                same.probability += scores[i];
                continue;
            }
            let stances = self.network.stances(read, found, Some(word));
            let here = self.sentences[word] == self.sentences[found.words.start];
            candidates.push(Candidate { ask: Some(at), probability: scores[i], here, stances });
        }
        let stances = self.network.stances(read, found, None);
        candidates.push(Candidate { ask: None, probability: nobody, here: false, stances });
        // In the paragraph of the terms: what stands further away is of something else.
        let paragraph = |words: &Range<usize>| document.tokens[words.start].paragraph;
        let fields = fields
            .iter()
            .filter(|f| paragraph(&f.words) == paragraph(&found.words))
            .map(|f| {
                let span = document.span(f.words.start, f.words.end);
                (FIELDS[f.kind], span, self.network.owns(found, f))
            })
            .filter(|f| f.2 >= OWNED)
            .collect();
        let span = document.span(found.words.start, found.words.end);
        let confidence = found.confidence;
        Terms { span, confidence, candidates, fields, cues: Vec::new(), author: None }
    }

    /// How each word of the window stands to a span.
    fn relations(&self, read: &Read, span: &Range<usize>) -> Vec<Relation> {
        let within = read.first..read.end();
        let mut out = vec![Relation::None; within.len()];
        let mut put = |words: &Range<usize>, relation| {
            let first = words.start.max(within.start).min(within.end) - within.start;
            let end = words.end.max(within.start).min(within.end) - within.start;
            out[first..end.max(first)].fill(relation);
        };
        for told in self.told {
            told.sources.iter().for_each(|s| put(s, Relation::OtherSource));
        }
        let sentence = self.sentences[span.start];
        let first = self.sentences.partition_point(|s| *s < sentence);
        let end = self.sentences.partition_point(|s| *s <= sentence);
        put(&(first..end), Relation::SameSentence);
        let shared = |c: &Range<usize>| {
            c.end.min(span.end).saturating_sub(c.start.max(span.start)) * 2 > span.len()
        };
        let mut around: Vec<&Told> =
            self.told.iter().filter(|t| t.contents.iter().any(shared)).collect();
        around.sort_by_key(|t| t.contents.iter().map(Range::len).sum::<usize>());
        for told in around.iter().skip(1) {
            told.sources.iter().for_each(|s| put(s, Relation::SourceOfOuter));
        }
        if let Some(innermost) = around.first() {
            innermost.sources.iter().for_each(|s| put(s, Relation::SourceOfInnermost));
        }
        put(span, Relation::Inside);
        out
    }
}

/// The place of a question among those asked, each once.
fn place(asks: &mut Vec<Ask>, ask: Ask) -> usize {
    asks.iter().position(|a| *a == ask).unwrap_or_else(|| {
        asks.push(ask);
        asks.len() - 1
    })
}

/// The phrase that a word belongs to: a source, a pronoun, a mention, else the word alone ("producer" in "a producer
/// proposal").
fn ask(text: &str, document: &Document, told: &[Told], word: usize) -> Option<Ask> {
    let source = told.iter().flat_map(|t| &t.sources).find(|s| s.contains(&word));
    if let Some(source) = source {
        return Some(Ask::words(document, source.start, source.end));
    }
    let words = document.tokens[word].span.of(text);
    if PRONOUNS.contains(&words.to_lowercase().as_str()) {
        return Some(Ask::words(document, word, word + 1));
    }
    let fits = |m: &&crate::annotate::Mention| {
        let somebody =
            matches!(m.kind, MentionKind::Person | MentionKind::Organization | MentionKind::Place);
        m.first <= word && word < m.end && (somebody || m.head == word)
    };
    let mention = document
        .mentions
        .iter()
        .enumerate()
        .filter(|(_, m)| fits(m))
        .min_by_key(|(_, m)| (m.head != word, m.end - m.first));
    match mention {
        Some((i, m)) if m.kind != MentionKind::Time => {
            let body = m.kind == MentionKind::Organization && m.head == word;
            let name = || m.first..m.head + 1;
            match body.then(|| meant(text, document, &name())).flatten() {
                Some(words) => Some(Ask::words(document, words.start, words.end)),
                None => Some(Ask::mention(document, i)),
            }
        }
        Some(_) => None,
        None => {
            let lettered = words.starts_with(char::is_alphabetic) && words.len() > 2;
            // A word of a name stands for the whole name.
            let capital = |w: usize| {
                document.tokens.get(w).is_some_and(|t| {
                    t.paragraph == document.tokens[word].paragraph
                        && t.span.of(text).starts_with(char::is_uppercase)
                })
            };
            let (mut first, mut end) = (word, word + 1);
            if capital(word) {
                while first > 0 && capital(first - 1) {
                    first -= 1;
                }
                while capital(end) {
                    end += 1;
                }
            }
            (lettered && end - first < 8).then(|| Ask::words(document, first, end))
        }
    }
}

/// Words that stand for somebody named elsewhere.
const PRONOUNS: [&str; 15] = [
    "he", "she", "it", "they", "we", "i", "him", "them", "us", "his", "her", "its", "their", "our",
    "who",
];

/// Who is mentioned in the sentence of `words`, and where.
fn present(
    document: &Document,
    words: &Range<usize>,
    sentences: &[usize],
    asks: &mut Vec<Ask>,
) -> (Vec<usize>, Vec<Span>) {
    let sentence = sentences[words.start];
    let (mut who, mut places) = (Vec::new(), Vec::new());
    for (i, m) in document.mentions.iter().enumerate() {
        if sentences[m.head] != sentence || m.end - m.first > 12 {
            continue;
        }
        match m.kind {
            MentionKind::Person | MentionKind::Organization => {
                let ask = Ask::mention(document, i);
                who.push(place(asks, ask));
            }
            MentionKind::Place => places.push(document.span(m.first, m.end)),
            _ => {}
        }
    }
    (who, places)
}

/// The cues in and around a span, within its sentence.
fn near(
    document: &Document,
    cues: &[Cue],
    words: &Range<usize>,
    sentences: &[usize],
) -> Vec<(Span, Cue)> {
    cues.iter()
        .filter(|c| {
            sentences[c.first] == sentences[words.start]
                && c.first + NEAR >= words.start
                && c.first <= words.end + NEAR
        })
        .map(|c| (document.span(c.first, c.end), *c))
        .collect()
}

/// The statements as words, and what each word is in them: its part in one of the report (1 to 3), and four times its
/// part in one inside another.
fn told(document: &Document, section: &Section) -> (Vec<Told>, Vec<u8>) {
    let mut tags = vec![0u8; document.tokens.len()];
    let words = |span: &Span| {
        let first = document.tokens.partition_point(|t| t.span.end <= span.start);
        first..document.tokens.partition_point(|t| t.span.start < span.end)
    };
    let mut told = Vec::new();
    for draft in section.drafts() {
        let parts = [draft.source(), draft.cue(), draft.content()];
        for (kind, spans) in (1u8..).zip(parts) {
            for word in spans.iter().flat_map(words) {
                let tag = &mut tags[word];
                *tag = if draft.inside() { *tag % 4 + 4 * kind } else { *tag / 4 * 4 + kind };
            }
        }
        told.push(Told {
            sources: draft.source().iter().map(words).collect(),
            contents: draft.content().iter().map(words).collect(),
        });
    }
    (told, tags)
}

/// The number of each word's sentence, as the network was trained to see them.
fn sentences(text: &str, document: &Document) -> Vec<usize> {
    let tokens = &document.tokens;
    let word = |i: usize| tokens[i].span.of(text);
    let mut out = vec![0; tokens.len()];
    let mut number = 0;
    for i in 1..tokens.len() {
        let apart = tokens[i].span.start > tokens[i - 1].span.end;
        let ends = |w: &str| matches!(w, "." | "!" | "?");
        let capital = word(i).starts_with(char::is_uppercase);
        let begins = capital || word(i).starts_with(['"', '“', '\'', '‘', '(']);
        let quoted = matches!(word(i - 1), "\"" | "”") && i > 1 && ends(word(i - 2)) && capital;
        if tokens[i].paragraph != tokens[i - 1].paragraph
            || apart && (ends(word(i - 1)) && begins || quoted)
        {
            number += 1;
        }
        out[i] = number;
    }
    out
}
