//! The value of a judgement and the stance of terms, weighed by what the lexicon says of their words: where all cues hint at
//! one value or stance and none negates, that is worth more than the network's doubt. Never finds a judgement or terms.

use super::lexicon::{Cue, Hint};
use super::{Stance, Value};
use crate::report::Span;

/// How much more often than otherwise words whose cues all hint at a value (row) are judged so (column), from breakdown
/// to agreement: 1,065 of the 2,607 assessments of the training annotation, by `train/cue_weights.py`.
const VALUES: [[f32; 5]; 5] = [
    [14.53, 0.13, 0.13, 0.02, 0.14],
    [0.23, 2.61, 0.50, 0.10, 0.15],
    [0.01, 0.65, 3.91, 0.36, 0.17],
    [0.24, 0.22, 0.33, 2.97, 0.07],
    [0.32, 0.16, 0.25, 0.74, 4.26],
];

/// The network's `scores` of each value, weighed by the cues within `words`.
pub(super) fn values(scores: &[f32], cues: &[(Span, Cue)], words: Span) -> Vec<f32> {
    let mut told: Option<Value> = None;
    for (_, cue) in cues.iter().filter(|(span, _)| words.contains(*span)) {
        match cue.hint {
            Hint::Value(value, _) if told.is_none_or(|t| t == value) => told = Some(value),
            Hint::Value(..) | Hint::Negation => return scores.to_vec(),
            _ => {}
        }
    }
    told.map_or_else(|| scores.to_vec(), |told| by(scores, &VALUES[told as usize], 1.0))
}

/// The same of stances, from propose to open: positions in whose sentence all cues hint at one stance, one of them
/// strongly; 1,797 of the 10,564 of the training annotation, by the same command.
const STANCES: [[f32; 7]; 7] = [
    [5.86, 0.32, 0.18, 0.32, 0.25, 0.24, 0.10],
    [0.28, 5.01, 0.31, 0.28, 0.23, 0.12, 0.58],
    [0.39, 0.20, 3.44, 0.24, 0.38, 0.01, 0.12],
    [0.11, 0.26, 0.13, 4.56, 0.11, 0.01, 0.20],
    [0.16, 0.15, 0.37, 0.28, 4.02, 0.19, 0.31],
    [0.07, 0.96, 0.07, 0.76, 0.41, 21.34, 0.07],
    [0.68, 0.50, 0.49, 0.20, 0.38, 0.02, 8.71],
];

/// What cues of the sentence say of terms counts half: the network has seen them there as well.
const HALF: f32 = 0.5;

/// Bytes before terms in which a cue is one of theirs.
const CLOSE: usize = 12;

/// How strong a cue is that leaves no doubt by itself.
const STRONG: u8 = 3;

/// The network's `scores` of each stance, weighed by the `cues` near the terms.
pub(super) fn stances(scores: &[f32], cues: &[(Span, Cue)], terms: Span) -> Vec<f32> {
    let mut told: Option<Stance> = None;
    let mut strong = false;
    // Cues in the terms, or right before them, go before all others of the sentence.
    let close = |span: &Span| span.start < terms.end && span.end + CLOSE >= terms.start;
    let of_stance = |cue: &Cue| matches!(cue.hint, Hint::Stance(..));
    let any_close = cues.iter().any(|(span, cue)| of_stance(cue) && close(span));
    for (_, cue) in cues.iter().filter(|(span, _)| !any_close || close(span)) {
        match cue.hint {
            Hint::Stance(stance, strength) if told.is_none_or(|t| t == stance) => {
                told = Some(stance);
                strong |= strength >= STRONG;
            }
            Hint::Stance(..) | Hint::Negation => return scores.to_vec(),
            _ => {}
        }
    }
    match told.filter(|_| strong) {
        Some(told) => by(scores, &STANCES[told as usize], HALF),
        None => scores.to_vec(),
    }
}

fn by(scores: &[f32], weights: &[f32], power: f32) -> Vec<f32> {
    let mut out: Vec<f32> = scores.iter().zip(weights).map(|(s, w)| s * w.powf(power)).collect();
    let sum: f32 = out.iter().sum();
    if sum <= 0.0 {
        return scores.to_vec();
    }
    out.iter_mut().for_each(|s| *s /= sum);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Of;

    fn check(hints: &[Hint], expected: Value) {
        let words = Span::new(0, 40);
        let cues: Vec<(Span, Cue)> = (0..)
            .zip(hints)
            .map(|(i, hint)| (Span::new(i, i + 1), Cue { first: i, end: i + 1, hint: *hint }))
            .collect();
        // The network sees a deadlock, and a breakdown beside it.
        let scores = values(&[0.2, 0.6, 0.1, 0.05, 0.05], &cues, words);
        let best = (0..5).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).expect("five");
        assert_eq!(Value::ALL[best], expected, "{hints:?}");
    }

    #[test]
    fn cues_of_one_value_weigh_and_contradicting_or_negated_ones_do_not() {
        let broken = Hint::Value(Value::Breakdown, Of::Past);
        check(&[], Value::NoProgress);
        check(&[broken], Value::Breakdown);
        check(&[broken, broken], Value::Breakdown);
        check(&[broken, Hint::Negation], Value::NoProgress);
        check(&[broken, Hint::Value(Value::Progress, Of::Past)], Value::NoProgress);
    }

    #[test]
    fn a_strong_cue_that_stands_alone_tells_the_stance() {
        let check = |hints: &[Hint], expected: Stance| {
            let cues: Vec<(Span, Cue)> = (0..)
                .zip(hints)
                .map(|(i, hint)| (Span::new(i, i + 1), Cue { first: i, end: i + 1, hint: *hint }))
                .collect();
            // The network takes it for open, and sees that it may be ruled out.
            let terms = Span::new(20, 40);
            let scores = stances(&[0.01, 0.01, 0.02, 0.01, 0.05, 0.2, 0.7], &cues, terms);
            let best = (0..7).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).expect("seven");
            assert_eq!(Stance::ALL[best], expected, "{hints:?}");
        };
        let out = Hint::Stance(Stance::RuleOut, 3);
        check(&[out], Stance::RuleOut);
        check(&[Hint::Stance(Stance::RuleOut, 2)], Stance::Open);
        check(&[out, Hint::Stance(Stance::Open, 1)], Stance::Open);
        check(&[out, Hint::Negation], Stance::Open);
    }
}
