//! Who relayed a statement inside the report: a newspaper, an agency, a broadcaster named where it
//! was said ("in an interview with the daily Harbour Gazette"). Never the report's own outlet.
//!
//! A statement inside another's content is relayed by that other's speaker; the caller knows that.

use crate::report::Span;

/// Nouns of those who relay.
const MEDIA: &[&str] = &[
    "agency",
    "broadcaster",
    "channel",
    "daily",
    "gazette",
    "journal",
    "magazine",
    "newspaper",
    "paper",
    "publication",
    "radio",
    "station",
    "television",
    "tv",
    "weekly",
];

/// The relayer's name in `text[around]`, words of `content` left out.
pub(super) fn via(text: &str, around: Span, content: &[Span]) -> Option<String> {
    let words: Vec<Span> = crate::model::wordpiece::pretokens(around.of(text))
        .into_iter()
        .map(|s| Span::new(s.start + around.start, s.end + around.start))
        .filter(|s| !content.iter().any(|c| c.overlaps(*s)))
        .collect();
    let capital =
        |i: usize| words.get(i).is_some_and(|w| w.of(text).starts_with(char::is_uppercase));
    for (i, word) in words.iter().enumerate() {
        let plain = word.of(text).to_lowercase();
        if !MEDIA.contains(&plain.as_str()) {
            continue;
        }
        let named = capital(i);
        // the name after the noun: "the daily Harbour Gazette"
        let mut end = i + 1;
        while joined(text, &words, end) && capital(end) {
            end += 1;
        }
        // the name before it: "Harbour Gazette newspaper", "Radio" as part of a name
        let mut first = i;
        while first > 0 && joined(text, &words, first) && capital(first - 1) {
            first -= 1;
        }
        let range = match (end > i + 1, first < i) {
            (true, _) if !named => i + 1..end,
            (true, _) => first..end,
            (false, true) => first..if named { i + 1 } else { i },
            (false, false) => continue,
        };
        return Some(
            Span::new(words[range.start].start, words[range.end - 1].end).of(text).to_owned(),
        );
    }
    None
}

/// Whether only a space or a hyphen parts word `i` from the one before.
fn joined(text: &str, words: &[Span], i: usize) -> bool {
    i > 0 && i < words.len() && matches!(&text[words[i - 1].end..words[i].start], " " | "-" | "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(via(text, Span::new(0, text.len()), &[]).as_deref(), expected, "{text}");
    }

    #[test]
    fn relayers_are_named_beside_their_noun() {
        check("she told the daily Harbour Gazette", Some("Harbour Gazette"));
        check("he told Harbour Gazette newspaper", Some("Harbour Gazette"));
        check("he said on Oran Radio", Some("Oran Radio"));
        check("he told reporters", None);
        check("he read a newspaper", None);
    }
}
