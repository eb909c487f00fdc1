//! Conditions and reasons by the words that open them ("in exchange for", "because of"): where the network found none, what
//! such a word opens in or right after the terms. Never reaches beyond the sentence.

use super::Position;
use crate::annotate::sentences::sentence;
use crate::report::Span;

/// Bytes between terms and a condition or reason that follows them.
const APART: usize = 3;

/// Words that open conditions and reasons (`[fields]` in lexicon/positions.toml), in lower case.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    pub condition: Vec<String>,
    pub reason: Vec<String>,
}

impl Fields {
    /// Adds what the network did not find. Terms that held it end before it.
    pub(super) fn fill(&self, text: &str, position: &mut Position) {
        if position.condition.is_none() {
            position.condition = opened(text, &self.condition, &mut position.terms);
        }
        if position.reason.is_none() {
            position.reason = opened(text, &self.reason, &mut position.terms);
        }
    }
}

/// What one of `openers` opens inside the last of the terms or right after it.
fn opened(text: &str, openers: &[String], terms: &mut [Span]) -> Option<Span> {
    let last = terms.last_mut()?;
    let inside = first(last.of(text), openers).filter(|at| *at > 0).map(|at| last.start + at);
    if let Some(at) = inside {
        let kept = text[last.start..at].trim_end_matches([' ', ',']);
        // Terms of signs alone are none.
        if !kept.contains(char::is_alphanumeric) {
            return None;
        }
        let found = Span::new(at, last.end);
        *last = Span::new(last.start, last.start + kept.len());
        return Some(found);
    }
    let end = sentence(text, *last).end;
    let after = text.get(last.end..end)?;
    let at = first(after, openers).filter(|at| *at <= APART)?;
    let clause = &after[at..];
    let stop = clause.find([',', ';', '"', '\u{201d}']).unwrap_or(clause.len());
    let words = clause[..stop].trim_end_matches(['.', '!', '?', ' ', '\n']);
    Some(Span::new(last.end + at, last.end + at + words.len()))
}

/// Where the first of `openers` begins in `text`, as whole words.
fn first(text: &str, openers: &[String]) -> Option<usize> {
    let bounded = |at: usize, length: usize| {
        let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        apart(text[..at].chars().next_back()) && apart(text[at + length..].chars().next())
    };
    let found = openers.iter().filter_map(|opener| {
        let mut from = 0;
        loop {
            let at = from + find(&text[from..], opener)?;
            if bounded(at, opener.len()) {
                return Some(at);
            }
            from = at + opener.len();
        }
    });
    found.min()
}

/// Where `words`, which are ASCII in lower case, begin in `text`, whatever its case.
fn find(text: &str, words: &str) -> Option<usize> {
    text.as_bytes().windows(words.len()).position(|w| w.eq_ignore_ascii_case(words.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, terms: &str, expected: (&str, Option<&str>)) {
        let start = text.find(terms).expect("terms");
        let mut spans = [Span::new(start, start + terms.len())];
        let openers = ["in exchange for".to_owned(), "if".to_owned()];
        let got = opened(text, &openers, &mut spans);
        assert_eq!((spans[0].of(text), got.map(|s| s.of(text))), expected);
    }

    #[test]
    fn a_condition_is_taken_out_of_terms_or_from_after_them() {
        let text = "It would open the port in exchange for lower tariffs, he said.";
        let expected = ("open the port", Some("in exchange for lower tariffs"));
        check(text, "open the port in exchange for lower tariffs", expected);
        check(text, "open the port", expected);
        check(
            "It would open the port, he said if asked.",
            "open the port",
            ("open the port", None),
        );
        check("A gift of trade", "gift of trade", ("gift of trade", None));
        check("Not now, if ever.", ", if ever", (", if ever", None));
    }
}
