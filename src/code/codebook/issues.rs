//! From the terms of a position to the issue of the codebook, with how sure that is. Never asks how words are
//! inflected.

use std::collections::{HashMap, HashSet};

use super::Issue;
use super::words::{content, place, stems};

/// The phrases of all issues as stems, and how rare each stem is among them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Phrases {
    all: Vec<Phrase>,
    /// Weight of each content word: the fewer issues have it, the more it says.
    weights: HashMap<String, f32>,
}

#[derive(Debug, Clone, PartialEq)]
struct Phrase {
    words: Vec<String>,
    content: Vec<String>,
    issue: usize,
}

/// How sure the issue is where a phrase stands in the terms as it is.
const VERBATIM: f32 = 1.0;
/// Where its words do, in any order.
const WORDS: f32 = 0.85;
/// Where a phrase stands in the sentence around, and where phrases of several issues do.
const AROUND: f32 = 0.7;
const AROUND_WITH_OTHERS: f32 = 0.5;
/// Of a phrase whose words all stand there, and the share of a phrase's weight from which it counts.
const SHARED: f32 = 0.6;
const LEAST: f32 = 0.5;

impl Phrases {
    pub(super) fn of(issues: &[Issue]) -> Self {
        let mut all = Vec::new();
        // An issue's name is a phrase as good as any; where it is another's phrase, that one is meant.
        let phrases = issues
            .iter()
            .enumerate()
            .flat_map(|(i, issue)| issue.phrases.iter().map(move |p| (i, p)));
        let names = issues.iter().enumerate().map(|(i, issue)| (i, &issue.name));
        let mut seen = HashSet::new();
        for (issue, text) in phrases.chain(names) {
            let words = stems(text);
            if !words.is_empty() && seen.insert(words.clone()) {
                all.push(Phrase { content: content(&words), words, issue });
            }
        }
        let mut having: HashMap<&str, HashSet<usize>> = HashMap::new();
        for phrase in &all {
            for word in &phrase.content {
                having.entry(word).or_default().insert(phrase.issue);
            }
        }
        let n = issues.len() as f32;
        let weight = |issues: &HashSet<usize>| (1.0 + n / issues.len() as f32).ln();
        let weights = having.iter().map(|(w, issues)| ((*w).to_owned(), weight(issues))).collect();
        Self { all, weights }
    }

    pub(super) fn find(&self, terms: &str, around: &str) -> Option<(usize, f32)> {
        let (terms, around) = (stems(terms), stems(around));
        if let Some(phrase) = self.first(&terms) {
            return Some((phrase.issue, VERBATIM));
        }
        let there: HashSet<&String> = terms.iter().collect();
        let all_there =
            |p: &Phrase| p.content.len() > 1 && p.content.iter().all(|w| there.contains(w));
        if let Some(phrase) = self.heaviest(all_there) {
            return Some((phrase.issue, WORDS));
        }
        if let Some(phrase) = self.heaviest(|p| place(&p.words, &around).is_some()) {
            let others =
                |p: &&Phrase| p.issue != phrase.issue && place(&p.words, &around).is_some();
            let sure = match self.all.iter().any(|p| others(&p)) {
                true => AROUND_WITH_OTHERS,
                false => AROUND,
            };
            return Some((phrase.issue, sure));
        }
        // One word of two would be half a phrase and says nothing.
        let share = |p: &Phrase| {
            if p.content.iter().filter(|w| there.contains(w)).count() < 2 {
                return 0.0;
            }
            let here: f32 =
                p.content.iter().filter(|w| there.contains(w)).map(|w| self.weight(w)).sum();
            here / self.heavy(p).max(f32::MIN_POSITIVE)
        };
        let shares = self.all.iter().map(|p| (p.issue, share(p)));
        let best = shares.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        (best.1 >= LEAST).then_some((best.0, SHARED * best.1))
    }

    /// The phrase that stands first in `terms`: what is said of something comes after it. Where others stand
    /// across it, the heaviest of them.
    fn first(&self, terms: &[String]) -> Option<&Phrase> {
        let places = self.all.iter().filter_map(|p| place(&p.words, terms).map(|at| (at, p)));
        let places: Vec<(usize, &Phrase)> = places.collect();
        let (start, shortest) = places.iter().min_by_key(|(at, _)| *at)?;
        let end = start + shortest.words.len();
        let across = places.iter().filter(|(at, _)| *at < end).map(|(_, p)| *p);
        across.reduce(|best, next| if self.heavy(next) > self.heavy(best) { next } else { best })
    }

    /// The phrase with the heaviest words among those that `fits` takes, the first of equals.
    fn heaviest(&self, fits: impl Fn(&Phrase) -> bool) -> Option<&Phrase> {
        let fitting = self.all.iter().filter(|p| fits(p));
        fitting.reduce(|best, next| if self.heavy(next) > self.heavy(best) { next } else { best })
    }

    fn heavy(&self, phrase: &Phrase) -> f32 {
        phrase.content.iter().map(|w| self.weight(w)).sum()
    }

    fn weight(&self, word: &str) -> f32 {
        self.weights.get(word).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Codebook;

    const TOML: &str = r#"
[[issue]]
name = "reintroduction of quotas"
phrases = ["resuming quotas", "reintroduce export quotas"]

[[issue]]
name = "quota shares"
phrases = ["share of the export market", "larger quota", "shares"]

[[issue]]
name = "buffer stock"
phrases = ["stock purchases", "buying and selling rules"]
"#;

    fn check(terms: &str, around: &str, expected: Option<(&str, f32)>) {
        let codebook = Codebook::parse("test", TOML).expect("a codebook");
        let found = codebook.issue(terms, around).map(|(issue, sure)| (issue.id.as_str(), sure));
        assert_eq!(found, expected, "{terms}");
    }

    #[test]
    fn a_phrase_in_the_terms_is_sure() {
        check("to resume quotas in April", "", Some(("reintroduction-of-quotas", 1.0)));
        check("Re-introducing export-quotas", "", Some(("reintroduction-of-quotas", 1.0)));
        check("a larger quota", "they resumed quotas", Some(("quota-shares", 1.0)));
        check("rules on a buffer stock", "", Some(("buffer-stock", 1.0)));
    }

    #[test]
    fn the_first_phrase_is_meant_and_of_those_that_overlap_the_heavier() {
        check("shares that follow from buffer stock rules", "", Some(("quota-shares", 1.0)));
        check("shares of the export market", "", Some(("quota-shares", 1.0)));
        check("a larger buffer stock, not larger quotas", "", Some(("buffer-stock", 1.0)));
        check("stock purchases share", "", Some(("buffer-stock", 1.0)));
    }

    #[test]
    fn its_words_in_another_order() {
        check("quotas to be resumed", "", Some(("reintroduction-of-quotas", 0.85)));
        check("purchases for the stock", "", Some(("buffer-stock", 0.85)));
    }

    #[test]
    fn then_the_sentence_around() {
        check("it", "it wants larger quotas", Some(("quota-shares", 0.7)));
        let both = "it wants a buffer stock and shares";
        check("it", both, Some(("buffer-stock", 0.5)));
    }

    #[test]
    fn then_a_share_of_rare_words() {
        let codebook = Codebook::parse("test", TOML).expect("a codebook");
        let (issue, sure) =
            codebook.issue("rules for purchases, and the selling", "").expect("found");
        assert_eq!(issue.id, "buffer-stock");
        assert!(sure > 0.3 && sure < 0.6, "{sure}");
        check("an increase in something else", "", None);
        check("", "", None);
    }
}
