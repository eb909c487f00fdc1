//! Mentions with type and extent, and which earlier mention each one refers back to, read off the word
//! vectors by four small heads. Never looks at the words themselves.

use super::{Document, WIDTH};
use crate::error::Result;
use crate::model::Weights;
use crate::model::linear::{Linear, dot};

/// Words a mention may reach to either side of its head.
const REACH: usize = 32;
/// Earlier mentions that are compared.
const ANTECEDENTS: usize = 120;
/// Word distances with a parameter of their own (train/model.py, GAPS).
pub(crate) const GAPS: [usize; 12] = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 48, 96];

/// What a mention stands for (types of the GUM corpus).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum MentionKind {
    Abstract,
    Animal,
    Event,
    Object,
    Organization,
    Person,
    Place,
    Plant,
    Substance,
    Time,
}

const KINDS: [MentionKind; 10] = [
    MentionKind::Abstract,
    MentionKind::Animal,
    MentionKind::Event,
    MentionKind::Object,
    MentionKind::Organization,
    MentionKind::Person,
    MentionKind::Place,
    MentionKind::Plant,
    MentionKind::Substance,
    MentionKind::Time,
];

/// A noun phrase that stands for somebody or something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mention {
    /// First word.
    pub first: usize,
    /// One past the last word.
    pub end: usize,
    /// Its head word.
    pub head: usize,
    /// What it stands for.
    pub kind: MentionKind,
    /// The earlier mention it refers back to, as an index, with the probability of the link.
    pub antecedent: Option<(usize, f32)>,
}

/// The heads' parameters.
pub(super) struct Heads {
    kind: Linear,
    first: (Linear, Linear),
    last: (Linear, Linear),
    anaphor: Linear,
    antecedent: Linear,
    new: Linear,
    gap: Vec<f32>,
}

impl Heads {
    pub(super) fn new(weights: &Weights) -> Result<Self> {
        let linear = |name| Linear::new(weights, name);
        Ok(Self {
            kind: linear("mention")?,
            first: (linear("first_q")?, linear("first_k")?),
            last: (linear("last_q")?, linear("last_k")?),
            anaphor: linear("ana")?,
            antecedent: linear("ante")?,
            new: linear("new")?,
            gap: weights.tensor("coref_gap")?.data,
        })
    }

    /// Fills `document.mentions`.
    pub(super) fn find(&self, document: &mut Document) {
        let n = document.tokens.len();
        let kinds = self.kind.rows(&document.vectors);
        let heads: Vec<(usize, usize)> = (0..n)
            .filter_map(|i| {
                let row = &kinds[i * (KINDS.len() + 1)..(i + 1) * (KINDS.len() + 1)];
                let best = (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b]))?;
                (best > 0).then(|| (i, best - 1))
            })
            .collect();
        let first_keys = self.first.1.rows(&document.vectors);
        let last_keys = self.last.1.rows(&document.vectors);
        let mut found = Vec::with_capacity(heads.len());
        for &(head, kind) in &heads {
            let vector = document.vector(head);
            let point = |query: &Linear, keys: &[f32], from: usize, to: usize| {
                let query = query.rows(vector);
                let width = query.len();
                (from..to).max_by(|a, b| {
                    let score = |w: usize| dot(&query, &keys[w * width..(w + 1) * width]);
                    score(*a).total_cmp(&score(*b))
                })
            };
            let first = point(&self.first.0, &first_keys, head.saturating_sub(REACH), head + 1);
            let last = point(&self.last.0, &last_keys, head, (head + REACH + 1).min(n));
            found.push(Mention {
                first: first.unwrap_or(head),
                end: last.unwrap_or(head) + 1,
                head,
                kind: KINDS[kind],
                antecedent: None,
            });
        }
        self.link(document, &mut found);
        document.mentions = found;
    }

    fn link(&self, document: &Document, found: &mut [Mention]) {
        let rows: Vec<f32> =
            found.iter().flat_map(|m| document.vector(m.head).iter().copied()).collect();
        if rows.is_empty() {
            return;
        }
        let anaphors = self.anaphor.rows(&rows);
        let antecedents = self.antecedent.rows(&rows);
        let new = self.new.rows(&rows);
        let width = anaphors.len() / found.len();
        debug_assert_eq!(rows.len(), found.len() * WIDTH);
        let mut scores = Vec::with_capacity(ANTECEDENTS);
        for i in 1..found.len() {
            let from = i.saturating_sub(ANTECEDENTS);
            scores.clear();
            scores.extend((from..i).map(|j| {
                let product = dot(
                    &anaphors[i * width..(i + 1) * width],
                    &antecedents[j * width..(j + 1) * width],
                );
                product / (width as f32).sqrt() + self.gap[bucket(found[i].head - found[j].head)]
            }));
            let most = scores.iter().copied().fold(new[i], f32::max);
            let sum: f32 =
                scores.iter().map(|s| (s - most).exp()).sum::<f32>() + (new[i] - most).exp();
            let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
            if let Some(best) = best.filter(|b| scores[*b] > new[i]) {
                found[i].antecedent = Some((from + best, (scores[best] - most).exp() / sum));
            }
        }
    }
}

/// The parameter for a distance of `words`.
pub(crate) fn bucket(words: usize) -> usize {
    GAPS.iter().rposition(|g| *g <= words).unwrap_or(0)
}
