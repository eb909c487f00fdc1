//! Word vectors to tagged fragments of sources, cues and contents, in two layers: statements of the
//! report, and statements inside the content of another. Never joins fragments across paragraphs.

use std::ops::Range;

use crate::annotate::Document;
use crate::error::Result;
use crate::model::Weights;
use crate::model::heads::{marginals, viterbi};
use crate::model::linear::Linear;

/// Labels: O, then B and I of source, cue and content.
const LABELS: usize = 7;

/// The part a fragment plays in an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Source,
    Cue,
    Content,
}

const ROLES: [Role; 3] = [Role::Source, Role::Cue, Role::Content];

/// A run of words within one paragraph that plays one part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fragment {
    pub role: Role,
    /// First word.
    pub first: usize,
    /// One past the last word.
    pub end: usize,
    /// Probability of its words having their labels, on average.
    pub confidence: f32,
}

/// One tagger: a linear layer under a linear-chain CRF.
pub(super) struct Tagger {
    emission: Linear,
    transitions: Vec<f32>,
    start: Vec<f32>,
    end: Vec<f32>,
}

impl Tagger {
    pub(super) fn new(weights: &Weights, name: &str) -> Result<Self> {
        let get = |part: &str| Ok(weights.tensor(&format!("{name}.{part}"))?.data);
        Ok(Self {
            emission: Linear::new(weights, name)?,
            transitions: get("trans")?,
            start: get("start")?,
            end: get("end")?,
        })
    }

    /// The fragments of `document`, in order of their first word.
    pub(super) fn tag(&self, document: &Document) -> Vec<Fragment> {
        let emissions = self.emission.rows(&document.vectors);
        let mut out = Vec::new();
        for paragraph in document.paragraphs() {
            let e = &emissions[paragraph.start * LABELS..paragraph.end * LABELS];
            let (labels, _) = viterbi(e, LABELS, &self.transitions, &self.start, &self.end);
            if labels.iter().all(|l| *l == 0) {
                continue;
            }
            let probabilities = marginals(e, LABELS, &self.transitions, &self.start, &self.end);
            for (role, words) in runs(&labels) {
                let sum: f32 =
                    words.clone().map(|w| probabilities[w * LABELS + labels[w] as usize]).sum();
                out.push(Fragment {
                    role,
                    first: paragraph.start + words.start,
                    end: paragraph.start + words.end,
                    confidence: sum / words.len() as f32,
                });
            }
        }
        out
    }
}

/// Runs of one role each.
fn runs(labels: &[u8]) -> Vec<(Role, Range<usize>)> {
    let mut out: Vec<(Role, Range<usize>)> = Vec::new();
    let mut previous = 0;
    for (i, &label) in labels.iter().enumerate() {
        let role = |l: u8| ROLES[(l as usize - 1) / 2];
        let goes_on = label > 0 && label % 2 == 0 && (previous == label || previous == label - 1);
        match out.last_mut() {
            Some((_, words)) if goes_on => words.end = i + 1,
            _ if label > 0 => out.push((role(label), i..i + 1)),
            _ => {}
        }
        previous = label;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_read_off_labels() {
        let got = runs(&[1, 2, 3, 5, 6, 6, 0, 5, 5]);
        let expected = [
            (Role::Source, 0..2),
            (Role::Cue, 2..3),
            (Role::Content, 3..6),
            (Role::Content, 7..8),
            (Role::Content, 8..9),
        ];
        assert_eq!(got, expected);
    }
}
