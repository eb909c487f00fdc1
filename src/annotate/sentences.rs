//! The sentence around a place in a text, by rules: English abbreviations and initials end none. Never looks
//! further than a few thousand bytes, so that a text without an end costs no more than any other.

use crate::report::Span;

/// Bytes looked at to either side.
const REACH: usize = 2000;

/// Words before a full stop that do not end a sentence before a capital.
const ABBREVIATIONS: &[&str] = &[
    "adm", "amb", "brig", "capt", "cmdr", "col", "dr", "gen", "gov", "hon", "lt", "maj", "messrs",
    "mr", "mrs", "ms", "mt", "pres", "prof", "rep", "rev", "sen", "sgt", "st", "ste", "vs", "jan",
    "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
];

/// The sentence in which `text[at]` stands, without the space around it.
pub fn sentence(text: &str, at: Span) -> Span {
    let (from, to) = (clamp(text, at.start.saturating_sub(REACH)), clamp(text, at.end + REACH));
    let mut start = from;
    let mut end = to;
    let mut here = from;
    while let Some(found) = text[here..to].find(['.', '!', '?', '\n', ':', ';']) {
        let stop = here + found;
        let next = break_at(text, stop);
        here = stop + 1;
        let Some(next) = next else { continue };
        if next <= at.start {
            start = next;
        } else if stop >= at.end {
            end = next;
            break;
        }
        here = here.max(next.min(to));
        if here >= to {
            break;
        }
    }
    let whole = &text[start..end.max(start)];
    let lead = whole.len() - whole.trim_start().len();
    Span::new(start + lead, start + whole.trim_end().len().max(lead))
}

/// Where the next sentence begins, if one ends with the sign at `stop`.
fn break_at(text: &str, stop: usize) -> Option<usize> {
    let after = &text[stop..];
    if after.starts_with('\n') {
        return after.starts_with("\n\n").then_some(stop + 2);
    }
    if after.starts_with([':', ';']) {
        return None;
    }
    let signs = after.len()
        - after.trim_start_matches(['.', '!', '?', '"', '\'', '”', '’', '»', ')', ']']).len();
    let rest = &after[signs..];
    let space = rest.len() - rest.trim_start().len();
    if space == 0 && !rest.is_empty() {
        return None;
    }
    let next = rest.trim_start().chars().next();
    let begins = next.is_none_or(|c| {
        c.is_uppercase() || c.is_ascii_digit() || "\"'“‘«([".contains(c) || !c.is_ascii()
    });
    if !begins {
        return None;
    }
    if after.starts_with('.') && signs == 1 {
        let word = text[..stop].rsplit(|c: char| !c.is_alphanumeric() && c != '.').next()?;
        let short = word.to_lowercase();
        let initial = word.chars().count() == 1 && word.starts_with(char::is_uppercase);
        let dotted = word.contains('.') && word.split('.').all(|p| p.chars().count() == 1);
        // "U.S. officials said" is told from "in the U.S. They said" by the word after.
        // "No. 5" but "said no."
        if short == "no" && rest.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        if ABBREVIATIONS.contains(&short.as_str()) || initial {
            return None;
        }
        if dotted && !starts_a_sentence(rest.trim_start()) {
            return None;
        }
    }
    Some(stop + signs + space)
}

/// Whether a text begins with a word that seldom stands capitalised within a sentence.
fn starts_a_sentence(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    matches!(
        word,
        "The"
            | "A"
            | "An"
            | "It"
            | "He"
            | "She"
            | "They"
            | "We"
            | "I"
            | "In"
            | "On"
            | "At"
            | "But"
            | "And"
            | "This"
            | "That"
            | "These"
            | "Those"
            | "There"
            | "If"
            | "While"
            | "However"
            | "According"
            | "As"
            | "For"
            | "His"
            | "Her"
            | "Its"
            | "Their"
            | ""
    )
}

fn clamp(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, word: &str, expected: &str) {
        let at = text.find(word).unwrap();
        let got = sentence(text, Span::new(at, at + word.len()));
        assert_eq!(got.of(text), expected);
    }

    #[test]
    fn abbreviations_and_initials_end_no_sentence() {
        check("He left. Mr. Vela said no. They met.", "said", "Mr. Vela said no.");
        check("The U.S. Treasury said yes. Ana left.", "said", "The U.S. Treasury said yes.");
        check("It was the U.S. They said no.", "said", "They said no.");
        check("J. Orr said so.", "said", "J. Orr said so.");
        check("\"We agree.\" She said so.", "said", "She said so.");
        check("\"Is it so?\" she asked. Yes.", "asked", "\"Is it so?\" she asked.");
        check("One\n\nTwo said three\n\nFour", "said", "Two said three");
        check("rose 3.5 pct, he said. So", "said", "rose 3.5 pct, he said.");
    }

    #[test]
    fn a_text_without_end_is_cut() {
        let text = "é".repeat(10_000);
        assert!(sentence(&text, Span::new(8000, 8002)).end <= 8002 + REACH);
    }
}
