//! Whether a report is about talks at all: a linear classifier over its lower-case words, for
//! passing over most of a news corpus cheaply. Never drops anything unless asked (`--only-talks`).
//!
//! Method: logistic regression over word presence, trained by `train/gate.py`; the threshold keeps
//! 99 % of the reports annotated as being about talks.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

static TABLE: &str = include_str!("gate.tsv");

struct Gate {
    bias: f32,
    weights: HashMap<&'static str, f32>,
}

static GATE: LazyLock<Gate> = LazyLock::new(|| {
    let mut gate = Gate { bias: 0.0, weights: HashMap::new() };
    for line in TABLE.lines().filter(|l| !l.starts_with('#')) {
        if let Some((word, weight)) = line.split_once('\t') {
            let weight: f32 = weight.trim().parse().unwrap_or(0.0);
            match word {
                "*bias" => gate.bias = weight,
                word => drop(gate.weights.insert(word, weight)),
            }
        }
    }
    gate
});

/// Whether `text` reads like a report about talks.
pub fn about_talks(text: &str) -> bool {
    score(text) >= 0.0
}

/// How far below the threshold a report may still say something about talks: a short one has few words to tell it by.
/// Measured on 925 stories of a wire: four in ten lie higher, with half of the text; all annotated reports do, most of
/// which the gate was trained on or chosen with.
const DOUBT: f32 = 2.0;

/// Whether `text` may say anything about talks: what a second reading is worth on.
pub fn may_concern_talks(text: &str) -> bool {
    score(text) >= -DOUBT
}

fn score(text: &str) -> f32 {
    let mut seen = HashSet::new();
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let known =
        words.filter_map(|w| GATE.weights.get_key_value(w)).filter(|(w, _)| seen.insert(**w));
    GATE.bias + known.map(|(_, weight)| weight).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_talks_from_other_news() {
        let talks = "Ministers of the two countries resumed talks on Monday. The delegation rejected \
                     the proposal but said it would offer a new accord if negotiations went on.";
        let other = "The company said net profit rose to 3 mln dlrs in the quarter from 2 mln.";
        assert!(about_talks(talks));
        assert!(!about_talks(other) && !may_concern_talks(other));
    }
}
