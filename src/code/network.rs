//! The network of the second reading: what stands in a window as spans with scores. Goes on from the states that the
//! first reading kept, with layers of its own. Never resolves a name.

use std::cell::OnceCell;
use std::ops::Range;

use crate::annotate::{Document, GAPS, WIDTH, Window, bucket};
use crate::error::{Error, Result};
use crate::model::heads::gelu;
use crate::model::linear::{Linear, dot};
use crate::model::tagger::{Run, Tagger};
use crate::model::{Layers, Scratch, Weights};

/// Layers of the encoder in all.
const LAYERS: usize = 6;

/// How a word stands to a span (`RELATIONS` in train/coding_data.py).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    None,
    SourceOfInnermost,
    SourceOfOuter,
    OtherSource,
    SameSentence,
    Inside,
}

/// Layers, taggers and span scorers. Shared by all threads.
pub(super) struct Network {
    layers: Layers,
    tags: Vec<f32>,
    cues: Vec<f32>,
    marks: Vec<f32>,
    terms: Tagger,
    fields: Tagger,
    judgements: Tagger,
    encounters: Tagger,
    term: Linear,
    judgement: Linear,
    encounter: Linear,
    field: Linear,
    seek: Linear,
    sought: Linear,
    far: Vec<f32>,
    relation: Vec<f32>,
    nobody: Linear,
    stance_span: Linear,
    stance_holder: Linear,
    stance: Linear,
    value: Linear,
    of: Linear,
    kind: Linear,
    status: Linear,
    owner: Linear,
    owned: Linear,
    owner_gap: Vec<f32>,
    owner_bias: Vec<f32>,
    calibration: [Vec<f32>; 3],
}

/// The vectors of a window's words, its context included.
pub(super) struct Read {
    /// The word of the section that the first vector stands for.
    pub first: usize,
    /// How many words of context there are.
    pub context: usize,
    vectors: Vec<f32>,
    /// By which holders are found among the words, once they are asked for.
    keys: OnceCell<Vec<f32>>,
}

/// What stands in a window, as runs of words of the section.
pub(super) struct Spans {
    terms: Vec<Run>,
    judgements: Vec<Run>,
    encounters: Vec<Run>,
}

/// A span of words of the section.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub words: Range<usize>,
    /// Which layer's kind, from 0 on.
    pub kind: usize,
    pub confidence: f32,
    /// What the scorers read of it.
    vector: Vec<f32>,
}

impl Network {
    pub(super) fn new(weights: &Weights) -> Result<Self> {
        let linear = |name: &str| Linear::new(weights, name);
        let tensor = |name: &str| Ok::<_, Error>(weights.tensor(name)?.data);
        let layers = Layers::new(weights)?;
        if layers.count() >= LAYERS {
            return Err(Error::model("weights: the second reading has too many layers"));
        }
        Ok(Self {
            layers,
            tags: tensor("tag")?,
            cues: tensor("cue")?,
            marks: tensor("mark")?,
            terms: Tagger::new(weights, "terms")?,
            fields: Tagger::new(weights, "fields")?,
            judgements: Tagger::new(weights, "judgements")?,
            encounters: Tagger::new(weights, "encounters")?,
            term: linear("term")?,
            judgement: linear("judgement")?,
            encounter: linear("encounter")?,
            field: linear("field")?,
            seek: linear("seek")?,
            sought: linear("sought")?,
            far: tensor("far")?,
            relation: tensor("relation")?,
            nobody: linear("nobody")?,
            stance_span: linear("stance_span")?,
            stance_holder: linear("stance_holder")?,
            stance: linear("stance")?,
            value: linear("value")?,
            of: linear("of")?,
            kind: linear("kind")?,
            status: linear("status")?,
            owner: linear("owner")?,
            owned: linear("owned")?,
            owner_gap: tensor("owner_gap")?,
            owner_bias: tensor("owner_bias")?,
            calibration: [
                tensor("calibration.positions")?,
                tensor("calibration.assessments")?,
                tensor("calibration.encounters")?,
            ],
        })
    }

    /// After how many layers of the first reading this one begins.
    pub(super) fn begins_after(&self) -> usize {
        LAYERS - self.layers.count()
    }

    /// Reads a window. `tags` are what the words of the section are in statements, `cues` the classes of the lexicon's
    /// words on each; `told` are the spans that a first pass found, for a second one that reads with them in view.
    pub(super) fn read(
        &self,
        window: &Window,
        tags: &[u8],
        cues: &[Vec<u8>],
        told: Option<&Spans>,
        scratch: &mut Scratch,
    ) -> Read {
        let mut states = window.states.clone();
        let mut word_at = vec![None; states.len() / WIDTH];
        for (i, row) in window.rows.iter().enumerate() {
            word_at[*row] = Some(window.context + i);
        }
        for (state, word) in states.chunks_exact_mut(WIDTH).zip(word_at) {
            // Rows that begin no word count as words outside of everything.
            add(state, &self.tags, word.map_or(0, |w| usize::from(tags[w])));
            for cue in word.iter().flat_map(|w| cues[*w].iter().take(MOST_CUES)) {
                add(state, &self.cues, usize::from(*cue));
            }
            if let Some(told) = told {
                add(state, &self.marks, word.map_or(0, |w| told.mark(w)));
            }
        }
        let vectors = self.layers.go_on(&states, &window.rows, scratch).to_vec();
        let context = window.first - window.context;
        Read { first: window.context, context, vectors, keys: OnceCell::new() }
    }

    /// What stands among a window's own words.
    pub(super) fn find(&self, read: &Read, document: &Document) -> Spans {
        Spans {
            terms: read.tag(&self.terms, document),
            judgements: read.tag(&self.judgements, document),
            encounters: read.tag(&self.encounters, document),
        }
    }

    /// Terms, ready to be scored.
    pub(super) fn terms(&self, read: &Read, spans: &Spans) -> Vec<Found> {
        read.spans(&spans.terms, &self.term)
    }

    /// Conditions, scopes, reasons and figures, ready to be scored: found with the terms in view.
    pub(super) fn fields(&self, read: &Read, document: &Document) -> Vec<Found> {
        read.spans(&read.tag(&self.fields, document), &self.field)
    }

    /// Words that judge talks, ready to be scored.
    pub(super) fn judgements(&self, read: &Read, spans: &Spans) -> Vec<Found> {
        read.spans(&spans.judgements, &self.judgement)
    }

    /// Words that tell of an encounter, ready to be scored.
    pub(super) fn encounters(&self, read: &Read, spans: &Spans) -> Vec<Found> {
        read.spans(&spans.encounters, &self.encounter)
    }

    /// The probability that a position is right, given its scores: of terms, holder and stance.
    pub(super) fn sure_of_position(&self, scores: [f32; 3]) -> f32 {
        sure(&self.calibration[0], &scores)
    }

    /// The probability that an assessment is right, given its scores: of words and value.
    pub(super) fn sure_of_assessment(&self, scores: [f32; 2]) -> f32 {
        sure(&self.calibration[1], &scores)
    }

    /// The probability that an encounter is right, given its scores: of words, kind and status.
    pub(super) fn sure_of_encounter(&self, scores: [f32; 3]) -> f32 {
        sure(&self.calibration[2], &scores)
    }

    /// Probability of each word of the window to stand for the holder of `terms`, and of none to do so.
    pub(super) fn holders(
        &self,
        read: &Read,
        terms: &Found,
        relation: impl Fn(usize) -> Relation,
    ) -> (Vec<f32>, f32) {
        let query = self.seek.rows(&terms.vector);
        let keys = read.keys.get_or_init(|| self.sought.rows(&read.vectors));
        let width = query.len();
        let mut scores: Vec<f32> = keys
            .chunks_exact(width)
            .enumerate()
            .map(|(i, key)| {
                let word = read.first + i;
                dot(&query, key) / (width as f32).sqrt()
                    + self.far[word_gap(word, &terms.words)]
                    + self.relation[relation(word) as usize]
            })
            .collect();
        scores.push(self.nobody.rows(&terms.vector)[0]);
        softmax(&mut scores);
        let nobody = scores.pop().unwrap_or(0.0);
        (scores, nobody)
    }

    /// Probability of each stance on `terms`, of the holder for whom the word `holder` stands.
    pub(super) fn stances(&self, read: &Read, terms: &Found, holder: Option<usize>) -> Vec<f32> {
        let nobody = [0.0; WIDTH];
        let holder = holder.map_or(&nobody[..], |w| read.vector(w));
        let mut both = self.stance_span.rows(&terms.vector);
        both.iter_mut().zip(self.stance_holder.rows(holder)).for_each(|(a, b)| *a += b);
        gelu(&mut both);
        probabilities(&self.stance, &both)
    }

    /// Probability of each value, and of past and prospect.
    pub(super) fn judgement(&self, words: &Found) -> (Vec<f32>, Vec<f32>) {
        (probabilities(&self.value, &words.vector), probabilities(&self.of, &words.vector))
    }

    /// Probability of each kind and of each status.
    pub(super) fn encounter(&self, words: &Found) -> (Vec<f32>, Vec<f32>) {
        (probabilities(&self.kind, &words.vector), probabilities(&self.status, &words.vector))
    }

    /// Probability of a condition, scope, reason or figure to belong to `terms`.
    pub(super) fn owns(&self, terms: &Found, field: &Found) -> f32 {
        let (a, b) = (self.owner.rows(&field.vector), self.owned.rows(&terms.vector));
        let score = dot(&a, &b) / (a.len() as f32).sqrt()
            + self.owner_gap[field.kind * 2 * GAPS.len() + span_gap(&field.words, &terms.words)]
            + self.owner_bias[field.kind];
        1.0 / (1.0 + (-score).exp())
    }
}

/// Cues a word that are read.
const MOST_CUES: usize = 8;

impl Read {
    fn vector(&self, word: usize) -> &[f32] {
        &self.vectors[(word - self.first) * WIDTH..][..WIDTH]
    }

    /// One past the last word.
    pub(super) fn end(&self) -> usize {
        self.first + self.vectors.len() / WIDTH
    }

    /// What a tagger finds among the window's own words, as words of the section.
    fn tag(&self, tagger: &Tagger, document: &Document) -> Vec<Run> {
        let own = self.first + self.context;
        let paragraphs = document
            .paragraphs()
            .map(|p| p.start.max(own)..p.end.min(self.end()))
            .filter(|p| p.start < p.end)
            .map(|p| p.start - own..p.end - own);
        let runs = tagger.tag(&self.vectors[self.context * WIDTH..], paragraphs);
        let place = |run: Run| Run { words: run.words.start + own..run.words.end + own, ..run };
        runs.into_iter().map(place).collect()
    }

    fn spans(&self, runs: &[Run], mix: &Linear) -> Vec<Found> {
        runs.iter().map(|run| self.span(run, mix)).collect()
    }

    /// Its first and last words and the mean of all, mixed.
    fn span(&self, run: &Run, mix: &Linear) -> Found {
        let words = run.words.clone();
        let mut parts = self.vector(words.start).to_vec();
        parts.extend_from_slice(self.vector(words.end - 1));
        let mut mean = vec![0.0; WIDTH];
        for word in words.clone() {
            self.vector(word).iter().zip(&mut mean).for_each(|(v, m)| *m += v);
        }
        parts.extend(mean.iter().map(|m| m / words.len() as f32));
        let mut vector = mix.rows(&parts);
        gelu(&mut vector);
        Found { words, kind: run.kind, confidence: run.confidence, vector }
    }
}

impl Spans {
    /// Whether there is nothing to score.
    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.judgements.is_empty() && self.encounters.is_empty()
    }

    /// Whether there are terms that something may limit or justify.
    pub(super) fn has_terms(&self) -> bool {
        !self.terms.is_empty()
    }

    /// The row of the table of marks for a word.
    fn mark(&self, word: usize) -> usize {
        let layers = [&self.terms, &self.judgements, &self.encounters];
        // Where spans of two layers share a word, the later layer's mark stands, as in training.
        let within = layers.iter().enumerate().rev().find_map(|(k, runs)| {
            let run = runs.iter().find(|r| r.words.contains(&word))?;
            Some(2 * k + if run.words.start == word { 1 } else { 2 })
        });
        within.unwrap_or(0)
    }
}

fn add(state: &mut [f32], table: &[f32], row: usize) {
    if let Some(row) = table.get(row * WIDTH..(row + 1) * WIDTH) {
        state.iter_mut().zip(row).for_each(|(s, r)| *s += r);
    }
}

/// The parameter for where a word stands as to a span.
fn word_gap(word: usize, span: &Range<usize>) -> usize {
    if word < span.start {
        bucket(span.start - word) + GAPS.len()
    } else {
        bucket((word + 1).saturating_sub(span.end))
    }
}

/// The parameter for where a span stands as to another.
fn span_gap(a: &Range<usize>, b: &Range<usize>) -> usize {
    let apart = b.start.saturating_sub(a.end).max(a.start.saturating_sub(b.end));
    bucket(apart) + if a.start < b.start { GAPS.len() } else { 0 }
}

/// Logistic regression over the logarithms of the scores.
fn sure(calibration: &[f32], scores: &[f32]) -> f32 {
    let Some((constant, weights)) = calibration.split_first() else { return 0.0 };
    let logs = scores.iter().zip(weights).map(|(s, w)| w * s.max(0.01).ln());
    1.0 / (1.0 + (-constant - logs.sum::<f32>()).exp())
}

fn probabilities(head: &Linear, vector: &[f32]) -> Vec<f32> {
    let mut scores = head.rows(vector);
    softmax(&mut scores);
    scores
}

fn softmax(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores.iter_mut().for_each(|s| *s = (*s - most).exp());
    let sum: f32 = scores.iter().sum();
    scores.iter_mut().for_each(|s| *s /= sum);
}
