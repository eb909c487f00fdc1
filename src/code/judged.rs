//! The value of a judgement, weighed by what the lexicon says of the words that carry it: where all cues in them hint at one
//! value and none negates, that is worth more than the network's doubt. Never finds a judgement.

use super::Value;
use super::lexicon::{Cue, Hint};
use crate::report::Span;

/// How much more often than otherwise words whose cues all hint at a value (row) are judged so (column), from breakdown
/// to agreement: counted in the 2,607 assessments of the training annotation, and smoothed by one case each.
const WEIGHTS: [[f32; 5]; 5] = [
    [11.5, 0.17, 0.21, 0.06, 0.21],
    [0.27, 2.55, 0.53, 0.10, 0.17],
    [0.17, 0.65, 3.9, 0.34, 0.21],
    [0.27, 0.23, 0.35, 2.7, 0.09],
    [0.32, 0.16, 0.26, 0.68, 4.1],
];

/// The network's `scores` of each value, weighed by the cues within `words`.
pub(super) fn weighed(scores: &[f32], cues: &[(Span, Cue)], words: Span) -> Vec<f32> {
    let mut told: Option<Value> = None;
    for (_, cue) in cues.iter().filter(|(span, _)| words.contains(*span)) {
        match cue.hint {
            Hint::Value(value, _) if told.is_none_or(|t| t == value) => told = Some(value),
            Hint::Value(..) | Hint::Negation => return scores.to_vec(),
            _ => {}
        }
    }
    let Some(told) = told else { return scores.to_vec() };
    let mut out: Vec<f32> = scores.iter().zip(WEIGHTS[told as usize]).map(|(s, w)| s * w).collect();
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
        let scores = weighed(&[0.2, 0.6, 0.1, 0.05, 0.05], &cues, words);
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
}
