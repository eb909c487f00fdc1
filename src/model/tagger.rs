//! Vectors to runs of words: a linear layer under a linear-chain CRF, over labels O, B and I of some kinds. Knows
//! nothing of what the kinds mean.

use std::ops::Range;

use super::Weights;
use super::heads::{marginals, viterbi};
use super::linear::Linear;
use crate::error::{Error, Result};

/// A tagger's parameters.
pub struct Tagger {
    emission: Linear,
    transitions: Vec<f32>,
    start: Vec<f32>,
    end: Vec<f32>,
}

/// A run of words of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its kind, from 0 on.
    pub kind: usize,
    /// Its words.
    pub words: Range<usize>,
    /// Probability of its words having their labels, on average.
    pub confidence: f32,
}

impl Tagger {
    /// Takes `name.w`, `name.b`, `name.trans`, `name.start` and `name.end` from `weights`.
    pub fn new(weights: &Weights, name: &str) -> Result<Self> {
        let get = |part: &str| Ok(weights.tensor(&format!("{name}.{part}"))?.data);
        let emission = Linear::new(weights, name)?;
        let (transitions, start, end) = (get("trans")?, get("start")?, get("end")?);
        let n = emission.outputs();
        if transitions.len() != n * n || start.len() != n || end.len() != n || n % 2 == 0 {
            return Err(Error::model(format!("weights: `{name}` is no tagger of {n} labels")));
        }
        Ok(Self { emission, transitions, start, end })
    }

    /// The runs in `vectors` (a row a word), each within one of the `paragraphs`, in order.
    pub fn tag(&self, vectors: &[f32], paragraphs: impl Iterator<Item = Range<usize>>) -> Vec<Run> {
        let n = self.emission.outputs();
        let emissions = self.emission.rows(vectors);
        let mut out = Vec::new();
        for paragraph in paragraphs {
            let e = &emissions[paragraph.start * n..paragraph.end * n];
            let (labels, _) = viterbi(e, n, &self.transitions, &self.start, &self.end);
            if labels.iter().all(|l| *l == 0) {
                continue;
            }
            let probabilities = marginals(e, n, &self.transitions, &self.start, &self.end);
            for (kind, words) in runs(&labels) {
                let sum: f32 =
                    words.clone().map(|w| probabilities[w * n + labels[w] as usize]).sum();
                let confidence = sum / words.len() as f32;
                let words = paragraph.start + words.start..paragraph.start + words.end;
                out.push(Run { kind, words, confidence });
            }
        }
        out
    }
}

/// Runs of one kind each.
fn runs(labels: &[u8]) -> Vec<(usize, Range<usize>)> {
    let mut out: Vec<(usize, Range<usize>)> = Vec::new();
    let mut previous = 0;
    for (i, &label) in labels.iter().enumerate() {
        let goes_on = label > 0 && label % 2 == 0 && (previous == label || previous == label - 1);
        match out.last_mut() {
            Some((_, words)) if goes_on => words.end = i + 1,
            _ if label > 0 => out.push(((label as usize - 1) / 2, i..i + 1)),
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
        assert_eq!(got, [(0, 0..2), (1, 2..3), (2, 3..6), (2, 7..8), (2, 8..9)]);
    }
}
