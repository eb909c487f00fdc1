//! Finds the statements of a document: source, cue, content, speaker, party, when and where it was
//! said. Never records what it cannot anchor.

mod links;
mod tags;
mod via;

use links::{Attribution, Linker};
use tags::{Fragment, Tagger};

use crate::annotate::Document;
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
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Draft {
    source: Vec<Span>,
    cue: Vec<Span>,
    content: Vec<Span>,
    /// The statement in whose content this one stands.
    within: Option<usize>,
    confidence: f32,
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
    pub(crate) fn drafts(&self, document: &Document) -> Vec<Draft> {
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
    fn new(
        document: &Document,
        fragments: &[Fragment],
        a: &Attribution,
        within: Option<usize>,
    ) -> Self {
        let span = |i: &usize| document.span(fragments[*i].first, fragments[*i].end);
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
            confidence: (least * a.confidence).clamp(0.0, 1.0),
        }
    }
}

/// Drafts of all sections, in order, to the statements of `report`.
pub(crate) fn complete(
    report: &Report,
    sections: impl Iterator<Item = Vec<Draft>>,
) -> Vec<Statement> {
    let mut drafts: Vec<Draft> = Vec::new();
    for section in sections {
        let base = drafts.len();
        drafts.extend(section.into_iter().map(|mut d| {
            d.within = d.within.map(|w| w + base);
            d
        }));
    }
    // In the order of their first anchor.
    let first = |d: &Draft| d.source.iter().chain(&d.cue).chain(&d.content).min().copied();
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|i| (first(&drafts[*i]), *i));
    let mut place = vec![0; drafts.len()];
    order.iter().enumerate().for_each(|(new, old)| place[*old] = new);
    let text = &report.text;
    order
        .iter()
        .map(|&i| {
            let d = &drafts[i];
            Statement {
                source: d.source.clone(),
                cue: d.cue.clone(),
                content: d.content.clone(),
                form: Form::Indirect,
                speaker: d.source.first().map(|s| s.of(text).to_owned()),
                party: None,
                said: None,
                venue: None,
                within: d.within.map(|w| place[w]),
                via: match d.within {
                    Some(w) => drafts[w].source.first().map(|s| s.of(text).to_owned()),
                    None => via::via(text, around(text, d), &d.content),
                },
                confidence: d.confidence,
            }
        })
        .collect()
}

/// The sentence's worth of text around the cue.
fn around(text: &str, draft: &Draft) -> Span {
    let cue = draft.cue[0];
    let stop = |c: char| matches!(c, '.' | '!' | '?' | '\n');
    let start = text[..cue.start].rfind(stop).map_or(0, |p| p + 1);
    let end = text[cue.end..].find(stop).map_or(text.len(), |p| cue.end + p);
    Span::new(start, end)
}
