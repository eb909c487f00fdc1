//! A text as its sequences of words, case and punctuation folded, and the few of them that a record keeps. Never keeps the
//! words themselves.

use std::collections::HashSet;

/// Words in a sequence: four, so that a light edit breaks few and a turn of phrase makes none.
const WORDS: usize = 4;

/// Sequences of which the least is kept: texts that share a run of 15 words share a fingerprint. On news, 20 for 150 words.
const WINDOW: usize = 12;

/// The window of short texts, which have few. What the wide window keeps, the narrow one keeps as well.
const NARROW: usize = 4;

/// Texts of fewer words are short: formulas (a dividend, a rate) fill them, and the headline tells them apart.
const SHORT: usize = 50;

/// The share of the shorter text's word sequences that the longer one holds, 0 to 1.
pub fn share(one: &str, other: &str) -> f64 {
    Shared::of(&sequences(None, one), &sequences(None, other)).of_shorter
}

/// What two texts have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shared {
    /// The share of the sequences of the text that has fewer.
    pub of_shorter: f64,
    /// The share of those of the other one.
    pub of_longer: f64,
}

impl Shared {
    /// Of two texts, by their sequences.
    pub fn of(one: &[u64], other: &[u64]) -> Self {
        let one: HashSet<u64> = one.iter().copied().collect();
        let other: HashSet<u64> = other.iter().copied().collect();
        let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
        if short.is_empty() {
            let same = f64::from(u8::from(long.is_empty()));
            return Self { of_shorter: same, of_longer: same };
        }
        let both = short.iter().filter(|s| long.contains(s)).count() as f64;
        Self { of_shorter: both / short.len() as f64, of_longer: both / long.len() as f64 }
    }
}

/// The words of a text in their order: runs of letters and figures.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty())
}

/// Whether a text is too short to be told by its sequences alone.
pub(super) fn is_short(text: &str) -> bool {
    words(text).nth(SHORT - 1).is_none()
}

/// The sequences of `title` and `text` in their order, each as a number. A text of fewer words is one sequence.
pub(super) fn sequences(title: Option<&str>, text: &str) -> Vec<u64> {
    let words: Vec<u64> = words(title.unwrap_or_default()).chain(words(text)).map(folded).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let number = |run: &[u64]| run.iter().fold(0, |h: u64, w| mixed(h.rotate_left(5) ^ w));
    words.windows(WORDS.min(words.len())).map(number).collect()
}

/// Winnowing (Schleimer, Wilkerson and Aiken 2003): the least sequence of each window, each once, as a record keeps them.
pub(super) fn fingerprints(sequences: &[u64]) -> Vec<i64> {
    if sequences.is_empty() {
        return Vec::new();
    }
    let wide = sequences.len() > SHORT;
    let window = if wide { WINDOW } else { NARROW }.min(sequences.len());
    let least = sequences.windows(window).filter_map(|w| w.iter().min());
    // 47 bits: six bytes each in the file, and a chance meeting is found out by the texts.
    let mut kept: Vec<i64> = least.map(|h| (h >> 17) as i64).collect();
    kept.sort_unstable();
    kept.dedup();
    kept
}

/// A word, case folded, as a number (FNV-1a). Stored: must never change within a format.
pub(super) fn folded(word: &str) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut byte = |b: u8| hash = (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    if word.is_ascii() {
        word.bytes().for_each(|b| byte(b.to_ascii_lowercase()));
    } else {
        let mut buffer = [0; 4];
        for c in word.chars().flat_map(char::to_lowercase) {
            c.encode_utf8(&mut buffer).bytes().for_each(&mut byte);
        }
    }
    hash
}

/// Spreads a number over all its bits (the end of SplitMix64).
fn mixed(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_the_shorter_text_whatever_the_case_and_punctuation() {
        let check = |one, other, expected: f64| {
            assert!((share(one, other) - expected).abs() < 0.01, "{one} / {other}");
            assert!((share(other, one) - expected).abs() < 0.01, "{other} / {one}");
        };
        check("Veldra left the talks on Monday.", "VELDRA LEFT, the talks -- on \"Monday\"", 1.0);
        check("Veldra left the talks.", "Asked why Veldra left the talks, she smiled.", 1.0);
        check("Veldra left the talks on Monday.", "Tolmark stayed in Ostmark over the week", 0.0);
        // Of three sequences one.
        check("Veldra left the talks on Monday", "Why Veldra left the talks at noon today", 0.33);
        check("Veldra", "veldra!", 1.0);
        check("", "", 1.0);
        check("", "Veldra", 0.0);
    }

    #[test]
    fn a_common_run_of_fifteen_words_has_a_common_fingerprint() {
        let run = "the two sides would meet again in the old mill before the end of winter";
        let filler = |tag: &str| (0..80).map(|i| format!("{tag}{i} ")).collect::<String>();
        let of = |text: &str| fingerprints(&sequences(None, text));
        let one = of(&format!("{}{run} {}", filler("a"), filler("b")));
        let other = of(&format!("{}{run} {}", filler("c"), filler("d")));
        assert!(one.iter().any(|h| other.contains(h)));
        // A short text keeps all that a long one keeps of the same words.
        let short = of(run);
        assert!(short.iter().any(|h| one.contains(h)));
    }

    #[test]
    fn few_fingerprints_are_kept() {
        let text: String = (0..150).map(|i| format!("word{i} ")).collect();
        let kept = fingerprints(&sequences(None, &text)).len();
        assert!((15..=30).contains(&kept), "{kept}");
    }

    #[test]
    fn stored_numbers_stay_what_they_are() {
        assert_eq!(fingerprints(&sequences(None, "Veldra left the talks")), [9_700_366_887_180]);
    }
}
