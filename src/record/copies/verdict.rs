//! Two texts to what one is of the other: copy, update, shortened reprint, correction, or nothing. Formulas that are filled
//! in anew every week share most of their words; days, figures and names tell them apart. Never looks at what a text means.

use std::collections::HashSet;

use jiff::civil::Date;

use super::sequences::{Shared, folded, is_short, sequences, words};

/// The least share of the shorter text that makes a copy, by what speaks for it. Chosen on `eval/copies.csv`.
const SHARE: f64 = 0.5;

/// The same where one is short.
const SHORT_SHARE: f64 = 0.6;

/// The same where exactly one says that it corrects: corrections are rewritten around the mistake.
const CORRECTING: f64 = 0.3;

/// The same where the texts are more than [`NEAR`] days apart.
const DISTANT: f64 = 0.95;

/// Days within which copy runs on. Formulas come back from the next week on.
const NEAR: i32 = 3;

/// Words that a text must have to be a copy of a distant one.
const LONG: usize = 100;

/// The least share of the shorter text's figures, and of its names and figures, that the longer one must hold as well,
/// where it has at least [`SOME`]. Of short texts, which are formulas as a rule, all figures must be the same.
const FIGURES: f64 = 0.6;
const MARKS: f64 = 0.7;
const SOME: usize = 3;

/// Below this share, the longer text is much more than the shorter: a digest of many, unless it begins like it.
const DIGEST: f64 = 0.2;

/// What a later text is of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Copy,
    Update,
    Shortened,
    Correction,
}

impl Relation {
    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["copy", "update", "shortened", "correction"][self as usize]
    }
}

/// That two texts are copies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Verdict {
    pub relation: Relation,
    /// Of the shorter text that the longer one holds.
    pub share: f64,
    /// Whether the first of the two is the later.
    pub newer: bool,
}

/// A report's text as it is compared.
pub(super) struct Text<'t> {
    title: Option<&'t str>,
    published: Option<Date>,
    text: &'t str,
    words: usize,
    corrects: bool,
    sequences: Vec<u64>,
}

impl<'t> Text<'t> {
    pub fn new(title: Option<&'t str>, published: Option<Date>, text: &'t str) -> Self {
        let sequences = sequences(None, text);
        let corrects = corrects(title, text);
        Self { title, published, text, words: words(text).count(), corrects, sequences }
    }

    /// What they are to each other, if anything. `came_later` says whether `self` came in after `other`.
    pub fn against(&self, other: &Text<'_>, came_later: bool) -> Option<Verdict> {
        let by_title = is_short(self.text) || is_short(other.text);
        let shared = if by_title {
            let titled = |t: &Text<'_>| sequences(t.title, t.text);
            Shared::of(&titled(self), &titled(other))
        } else {
            Shared::of(&self.sequences, &other.sequences)
        };
        let one_corrects = self.corrects != other.corrects;
        let apart = match (self.published, other.published) {
            (Some(one), Some(two)) => (one - two).get_days(),
            // Unknown is not far.
            _ => 0,
        };
        let near = apart.abs() <= NEAR;
        let least = match (near, one_corrects) {
            (false, _) => DISTANT,
            (true, true) => CORRECTING,
            (true, false) if by_title => SHORT_SHARE,
            (true, false) => SHARE,
        };
        let (short, long) = if self.words <= other.words { (self, other) } else { (other, self) };
        if shared.of_shorter < least
            || (!near && self.words.min(other.words) < LONG)
            || (by_title && !one_corrects && !same_figures(short, long))
            || !same_marks(short, long, by_title)
            || (shared.of_longer < DIGEST && !begin_alike(short.text, long.text))
        {
            return None;
        }
        let newer = match apart {
            0 if one_corrects => self.corrects,
            0 => came_later,
            days => days > 0,
        };
        let (later, earlier) = if newer { (self, other) } else { (other, self) };
        let relation = if later.corrects && !earlier.corrects {
            Relation::Correction
        } else if shared.of_longer >= 0.75 {
            Relation::Copy
        } else if later.words * 5 < earlier.words * 4 {
            Relation::Shortened
        } else {
            Relation::Update
        };
        Some(Verdict { relation, share: shared.of_shorter, newer })
    }
}

/// Words by which a text says that it corrects an earlier one. News about a correction uses them as well; it is not largely
/// the same text.
const CORRECTS: [&str; 6] =
    ["corrected", "correction", "corrects", "correcting", "refile", "refiles"];

/// Whether a report says that it corrects an earlier one: before its headline, or in its first or last words.
fn corrects(title: Option<&str>, text: &str) -> bool {
    let said = |words: &[&str], by: &[&str]| {
        words.iter().any(|w| by.iter().any(|c| w.eq_ignore_ascii_case(c)))
    };
    let title: Vec<&str> = words(title.unwrap_or_default()).take(2).collect();
    let head: Vec<&str> = words(text).take(3).collect();
    if said(&title, &CORRECTS) || said(&head, &CORRECTS) {
        return true;
    }
    // In running text only the forms of a note: "(Corrects date in second paragraph)", "An earlier version of this story".
    let mut tail: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .rev()
        .filter(|w| !w.is_empty())
        .take(30)
        .collect();
    tail.reverse();
    said(&tail, &CORRECTS[2..])
        || tail.windows(3).any(|w| {
            w.iter().zip(["earlier", "version", "of"]).all(|(a, b)| a.eq_ignore_ascii_case(b))
        })
}

/// Whether the longer text has all figures of the shorter, and no others where it is hardly longer.
fn same_figures(short: &Text<'_>, long: &Text<'_>) -> bool {
    let of = |t: &Text<'_>| figures(t.text).map(folded).collect::<HashSet<u64>>();
    let (fewer, more) = (of(short), of(long));
    fewer.is_subset(&more) && (long.words * 4 > short.words * 5 || more.is_subset(&fewer))
}

/// Whether the longer text has the names and figures of the shorter, and `by_title` also the words of its headline.
fn same_marks(short: &Text<'_>, long: &Text<'_>, by_title: bool) -> bool {
    let mut held: HashSet<u64> = figures(long.text).map(folded).collect();
    let figured: HashSet<u64> = figures(short.text).map(folded).collect();
    let common = |of: &HashSet<u64>, held: &HashSet<u64>| {
        let both = of.iter().filter(|m| held.contains(m)).count();
        both as f64 / of.len().max(1) as f64
    };
    if figured.len() >= SOME && common(&figured, &held) < FIGURES {
        return false;
    }
    held.extend(words(long.text).map(folded));
    let mut marks = figured;
    marks.extend(names(short.text).map(folded));
    if let (true, Some(title), Some(other)) = (by_title, short.title, long.title) {
        held.extend(words(other).map(folded));
        marks.extend(words(title).map(folded));
    }
    marks.len() < SOME || common(&marks, &held) >= MARKS
}

/// Figures with the signs inside them: "1,250.5", "6-3/8".
fn figures(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '/' | '-')))
        .map(|f| f.trim_matches(['.', ',', '/', '-']))
        .filter(|f| !f.is_empty())
}

/// Words with a capital that do not begin a sentence.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let mut begins = true;
    text.split_whitespace().flat_map(move |piece| {
        let first = std::mem::replace(
            &mut begins,
            piece.trim_end_matches(['"', '\'', '”', '’', ')']).ends_with(['.', '!', '?', ':']),
        );
        words(piece).skip(usize::from(first)).filter(|w| w.starts_with(char::is_uppercase))
    })
}

/// Whether a sequence of the shorter text's first words is among the longer one's first.
fn begin_alike(short: &str, long: &str) -> bool {
    let first = |text: &str, count| {
        let words: Vec<&str> = words(text).take(count).collect();
        sequences(None, &words.join(" "))
    };
    let long = first(long, 48);
    first(short, 16).iter().any(|s| long.contains(s))
}
