//! Names as words: the fuller form of a name in a text, its words, capital letters. Never decides who speaks.

use super::party::{self, Names};
use super::phrase;
use crate::report::Span;

/// Bytes to either side of a name in which its fuller form is looked for.
const NAMED_WITHIN: usize = 100_000;

/// As far as words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gender {
    He,
    She,
}

/// The longest run of capitalised words in the text that ends or begins with `name`, first one first.
pub(super) fn fuller(text: &str, name: &str, at: usize) -> Option<String> {
    let text = super::within(text, at.saturating_sub(NAMED_WITHIN), at + NAMED_WITHIN).of(text);
    let mut best: Option<&str> = None;
    for (at, _) in text.match_indices(name).take(40) {
        let start = text[..at].rfind([' ', '\n', '"', '“', '(']).map_or(0, |_| {
            let mut from = at;
            while let Some(before) = text[..from].strip_suffix(' ') {
                let word = before.rsplit([' ', '\n', '"', '“', '(']).next().unwrap_or_default();
                if word.is_empty()
                    || !word.starts_with(char::is_uppercase)
                    || word.ends_with([',', '.', ':', ';']) && word.len() > 3
                {
                    break;
                }
                from -= word.len() + 1;
            }
            from
        });
        let end = at + name.len();
        let whole = &text[start..end];
        if text[end..].starts_with(char::is_alphanumeric)
            || text[..at].ends_with(char::is_alphanumeric)
        {
            continue;
        }
        let words = phrase::read(whole, Span::new(0, whole.len()), &Names::default(), None);
        let person = words.person.map_or(whole, |p| p.of(whole));
        if person.len() > name.len()
            && person.ends_with(name)
            && best.is_none_or(|b| person.len() > b.len())
            && person.split(' ').count() <= 4
        {
            best = Some(person);
        }
    }
    Some(best.unwrap_or(name).to_owned())
}

/// The phrase beside a bare name that may say who it is: "the head of the delegation, NAME" or "NAME, the head of
/// the delegation,".
pub(super) fn apposition(text: &str, name: Span) -> Option<Span> {
    const REACH: usize = 120;
    let ends = |c: char| matches!(c, ',' | '.' | ';' | ':' | '\n' | '"' | '“' | '”' | '(' | ')');
    if let Some(before) = text[..name.start].strip_suffix(", ") {
        let from = super::within(text, before.len().saturating_sub(REACH), before.len());
        let stretch = from.of(text);
        // From the last sign, then from the last word that cannot stand in such a phrase.
        let last = stretch.char_indices().rfind(|(_, c)| ends(*c));
        let start = last.map_or(0, |(at, c)| at + c.len_utf8());
        let start = [" by ", " that ", " said ", " and "]
            .iter()
            .filter_map(|w| stretch[start..].rfind(w).map(|p| start + p + w.len()))
            .max()
            .unwrap_or(start);
        let phrase = Span::new(from.start + start, before.len());
        return Some(phrase).filter(|p| !p.of(text).trim().is_empty());
    }
    let rest = text[name.end..].strip_prefix(", ")?;
    let reach = super::within(text, text.len() - rest.len(), text.len() - rest.len() + REACH);
    let end = reach.of(text).find(ends)?;
    Some(Span::new(reach.start, reach.start + end)).filter(|p| p.end > p.start)
}

/// Lower-case words of a name, honorifics and initials' stops taken off.
pub(super) fn name_words(name: &str) -> Vec<String> {
    let skip = ["jr", "sr", "mr", "mrs", "ms", "dr", "sir"];
    name.split_whitespace()
        .map(|w| party::bare(w).trim_end_matches('.').to_lowercase())
        .filter(|w| !w.is_empty() && !skip.contains(&w.as_str()))
        .collect()
}

/// What the words themselves say of a person's gender.
pub(super) fn gender_of(words: &str) -> Option<Gender> {
    words.split_whitespace().find_map(|w| match party::bare(w) {
        "Mr" | "Sir" | "Lord" | "spokesman" | "chairman" | "king" | "King" | "congressman"
        | "his" => Some(Gender::He),
        "Mrs" | "Ms" | "Miss" | "Dame" | "Lady" | "spokeswoman" | "chairwoman" | "queen"
        | "Queen" | "congresswoman" | "her" => Some(Gender::She),
        _ => None,
    })
}

/// The first letter small, unless the word is a name.
pub(super) fn decapitalise(words: &str, names: &Names) -> String {
    let first = words.split([' ', ',']).next().unwrap_or_default();
    let mut chars = words.chars();
    match chars.next() {
        Some(c)
            if c.is_uppercase()
                && !names.knows(first)
                && first.chars().skip(1).all(|c| c.is_lowercase() || c == '-') =>
        {
            c.to_lowercase().chain(chars).collect()
        }
        _ => words.to_owned(),
    }
}

/// "PORT VELA" as "Port Vela".
pub(super) fn title_case(words: &str) -> String {
    let mut begins = true;
    words
        .chars()
        .map(|c| {
            let out = if begins { c } else { c.to_lowercase().next().unwrap_or(c) };
            begins = !c.is_alphanumeric();
            out
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surname_finds_its_full_name() {
        let text = "Minister Ana Vela left. Vela said so.";
        assert_eq!(fuller(text, "Vela", 24).as_deref(), Some("Ana Vela"));
        assert_eq!(name_words("Mr. A. Vela Jr."), ["a", "vela"]);
        let beside = |t: &str| {
            let at = t.find("Ana Vela").unwrap();
            apposition(t, Span::new(at, at + 8)).map(|p| p.of(t).trim().to_owned())
        };
        let head = Some("the head of the Veldran delegation".to_owned());
        assert_eq!(
            beside("created by the head of the Veldran delegation, Ana Vela, who left"),
            head
        );
        assert_eq!(beside("So Ana Vela, the head of the Veldran delegation, said"), head);
        assert_eq!(beside("So Ana Vela said"), None);
        assert_eq!(
            beside("“So be it,” said the envoy.\n\n“The head, Ana Vela").as_deref(),
            Some("The head")
        );
        assert_eq!(title_case("PORT ORAN"), "Port Oran");
        assert_eq!(decapitalise("Delegates from Oran", &Names::of("")), "delegates from Oran");
    }
}
