//! The name of a body to whom the phrase means that it stands in: "the Strait Council's", "Strait Council, SC, member
//! producers", "consumer members of the Strait Council", "Strait Council chairman Ilma Dareth". Never leaves the sentence.

use std::ops::Range;

use crate::annotate::Document;
use crate::attribute::{is_camp_word, is_role};

/// Words between a body's name and the camp or person that the phrase means.
const REACH: usize = 4;

/// Nouns that say no more than who belongs to a camp: "consumer members", "producing countries".
const BELONGING: [&str; 10] = [
    "members",
    "member",
    "countries",
    "nations",
    "states",
    "delegates",
    "delegations",
    "governments",
    "groups",
    "side",
];

/// The words that are meant where `name` stands for a body; none where it stands for the body itself.
pub(super) fn meant(text: &str, document: &Document, name: &Range<usize>) -> Option<Range<usize>> {
    let tokens = &document.tokens;
    let paragraph = tokens.get(name.start)?.paragraph;
    let word = |i: usize| {
        tokens.get(i).filter(|t| t.paragraph == paragraph).map_or("", |t| t.span.of(text))
    };
    let camp = |i: usize| is_camp_word(&word(i).to_lowercase());
    let after = after_letters(&word, name.end);
    for at in after..after + REACH {
        let here = word(at);
        if camp(at) {
            let end = at + 1 + usize::from(BELONGING.contains(&word(at + 1)));
            return Some(at..end);
        }
        let capital = |i: usize| word(i).starts_with(char::is_uppercase);
        if is_role(&here.to_lowercase()) && capital(at + 1) {
            let end = (at + 1..at + 1 + REACH).take_while(|i| capital(*i)).last()? + 1;
            return Some(at..end);
        }
        // Only what may stand between: "council", "executive", "member".
        let plain = !here.is_empty() && here.chars().all(|c| c.is_alphabetic() || c == '-');
        if !plain || STOPS.contains(&here) {
            break;
        }
    }
    // "consumer members of the Strait Council"
    let mut at = name.start.checked_sub(1)?;
    if matches!(word(at), "the" | "The") {
        at = at.checked_sub(1)?;
    }
    if word(at) != "of" {
        return None;
    }
    let noun = at.checked_sub(1)?;
    if camp(noun) {
        return Some(noun..noun + 1);
    }
    let first = noun.checked_sub(1)?;
    (BELONGING.contains(&word(noun)) && camp(first)).then_some(first..noun + 1)
}

/// Where the phrase goes on after letters that stand for the name: ", SC," or "(SC)".
fn after_letters<'t>(word: &impl Fn(usize) -> &'t str, end: usize) -> usize {
    let letters = |w: &str| w.len() > 1 && w.chars().all(|c| c.is_uppercase() || c == '.');
    match (word(end), word(end + 2)) {
        (",", ",") | ("(", ")") if letters(word(end + 1)) => end + 3,
        _ => end,
    }
}

/// Words after which another phrase begins.
const STOPS: [&str; 22] = [
    "and", "or", "but", "to", "of", "in", "on", "at", "by", "for", "with", "from", "that", "has",
    "have", "had", "is", "was", "said", "will", "would", "as",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, name: &str, expected: Option<&str>) {
        let document = Document::of_words(text);
        let start = text.find(name).expect("the name");
        let first = document.tokens.iter().position(|t| t.span.start == start).expect("a word");
        let end = first + name.split(' ').count();
        let words = meant(text, &document, &(first..end));
        let got = words.map(|w| document.span(w.start, w.end).of(text));
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn a_body_named_before_a_camp_or_a_person_is_not_who_is_meant() {
        let producers = Some("producing countries");
        check("Strait Council, SC, producing countries will meet.", "Strait Council", producers);
        check("Strait Council (SC) producers will meet.", "Strait Council", Some("producers"));
        check(
            "All consumer members of the Strait Council agreed.",
            "Strait Council",
            Some("consumer members"),
        );
        check("Consumers of the Strait Council agreed.", "Strait Council", Some("Consumers"));
        let chairman = Some("chairman Ilma Dareth");
        check(
            "Strait Council, SC, council chairman Ilma Dareth will try.",
            "Strait Council",
            chairman,
        );
    }

    #[test]
    fn a_body_stands_for_itself_elsewhere() {
        for text in [
            "Strait Council will propose that producers meet.",
            "Strait Council rules, the chairman said.",
            "It met in the Strait Council.",
        ] {
            check(text, "Strait Council", None);
        }
    }
}
