//! Facts about who speaks for whom: states by their names, adjectives, capitals and seats of power, and
//! adjectives that a report itself explains ("Belmaran" where it names "Belmara"). Never guesses.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::report::Span;

static TABLE: &str = include_str!("parties.tsv");

/// Longest name in words.
const WORDS: usize = 7;

/// A bloc as the report writes it: by its letters where it never spells them out ("EC"). States keep their names.
pub(super) fn as_written(text: &str, party: String) -> String {
    if text.contains(&party) {
        return party;
    }
    let letters = |a: &&str| {
        a.len() > 1
            && a.bytes().all(|b| b.is_ascii_uppercase())
            && !matches!(*a, "US" | "USA" | "UK" | "UAE" | "USSR" | "FRG" | "GDR" | "PRC" | "DPRK")
    };
    let line = TABLE.lines().find(|l| l.split('\t').next() == Some(&party));
    let aliases = line.and_then(|l| l.split('\t').nth(1)).unwrap_or_default();
    let written = aliases.split(',').filter(letters).find(|a| text.contains(*a));
    written.map_or(party, str::to_owned)
}

/// States of before their names changed: today's name, the last year, the name until then.
const FORMER: &[(&str, i16, &str)] = &[
    ("Russia", 1991, "Soviet Union"),
    ("Germany", 1990, "West Germany"),
    ("Czech Republic", 1992, "Czechoslovakia"),
];

/// The name that a state had in `year`.
pub(super) fn in_year(party: String, year: Option<i16>) -> String {
    let former = FORMER.iter().find(|f| f.0 == party && year.is_some_and(|y| y <= f.1));
    former.map_or(party, |f| f.2.to_owned())
}

/// How a state or bloc is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Name,
    Adjective,
    Seat,
}

/// A state or bloc found in words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub span: Span,
    pub party: String,
    pub manner: Manner,
}

static FACTS: LazyLock<HashMap<&'static str, (&'static str, Manner)>> = LazyLock::new(|| {
    let mut facts = HashMap::new();
    for line in TABLE.lines().filter(|l| !l.starts_with('#')) {
        let mut columns = line.split('\t');
        let name = columns.next().unwrap_or_default();
        facts.insert(name, (name, Manner::Name));
        for manner in [Manner::Name, Manner::Adjective, Manner::Seat] {
            let words = columns.next().unwrap_or_default().split(',').filter(|w| !w.is_empty());
            words.for_each(|word| {
                facts.entry(word).or_insert((name, manner));
            });
        }
    }
    facts
});

/// The state or bloc whose name, adjective or seat `words` are.
pub(super) fn named(words: &str) -> Option<&'static str> {
    FACTS.get(words).map(|fact| fact.0)
}

/// Capitalised names of a report, for adjectives made from them.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    words: HashSet<String>,
    /// Names from which the report makes an adjective: states, most likely.
    states: HashSet<String>,
}

impl Names {
    /// Collects the capitalised words of `text` that do not only begin sentences.
    pub(super) fn of(text: &str) -> Self {
        let mut words = HashSet::new();
        let mut inside = false;
        for word in text.split_inclusive(char::is_whitespace) {
            let plain = bare(word);
            if inside && plain.len() >= 4 && plain.starts_with(char::is_uppercase) {
                words.insert(plain.to_owned());
            }
            let end = word.trim_end_matches(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '”' | '’' | '\'')
            });
            inside = !end.ends_with(['.', '!', '?', ':'])
                && !word.ends_with("\n\n")
                && !word.ends_with('\n');
        }
        let mut names = Self { words, states: HashSet::new() };
        let roots = names.words.iter().filter(|w| !FACTS.contains_key(w.as_str()));
        names.states = roots.filter_map(|w| names.root(w)).map(str::to_owned).collect();
        let owners = owners_of_states(text).filter(|n| !FACTS.contains_key(n));
        names.states.extend(owners.map(str::to_owned));
        names
    }

    /// Whether the report writes `word` as a name within sentences, or it names a state.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.words.contains(word) || FACTS.contains_key(word)
    }

    /// The name from which `adjective` is made by one of the common endings.
    fn root(&self, adjective: &str) -> Option<&str> {
        const ENDINGS: &[&str] = &[
            "n", "an", "ian", "ean", "nian", "ese", "i", "ish", "ic", "ans", "ians", "eans", "is",
            "ns", "er", "ers", "ite",
        ];
        if !(5..=24).contains(&adjective.len())
            || !adjective.is_ascii()
            || !adjective.starts_with(char::is_uppercase)
        {
            return None;
        }
        let ending =
            |stem: &str| adjective.strip_prefix(stem).is_some_and(|e| ENDINGS.contains(&e));
        // Shorter names first, so that one adjective is not explained by another.
        let mut best: Option<&str> = None;
        for end in (3..adjective.len()).rev() {
            for tail in ["", "a", "e", "o", "y", "ia", "ea", "i", "u", "ya"] {
                let name = format!("{}{tail}", &adjective[..end]);
                if let Some(known) = self.words.get(&name).filter(|n| {
                    n.as_str() != adjective && ending(&adjective[..end]) && n.len() >= 4
                }) && best.is_none_or(|b| known.len() < b.len())
                {
                    best = Some(known);
                }
            }
        }
        best
    }
}

/// What only a state has: who owns one ("Veldra's foreign minister") is a state.
const OF_STATES: &[&str] = &[
    "airspace",
    "ambassador",
    "army",
    "border",
    "borders",
    "capital",
    "coast",
    "constitution",
    "defence",
    "defense",
    "economy",
    "embassy",
    "foreign",
    "independence",
    "interior",
    "navy",
    "neutrality",
    "parliament",
    "prime",
    "sovereignty",
    "territory",
];

/// Names that own what a state has, or stand after "the government of"; not those of persons, who have more than one word.
fn owners_of_states(text: &str) -> impl Iterator<Item = &str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = |w: &str| bare(w).starts_with(char::is_uppercase);
    (0..words.len()).filter_map(move |i| {
        let word = words[i];
        let name = bare(word);
        let plain = name.len() >= 4 && capital(word) && name.chars().all(char::is_alphabetic);
        let alone = i == 0 || !capital(words[i - 1]) || words[i - 1].ends_with(['.', ',', ':']);
        if !plain || !alone {
            return None;
        }
        let owns = word.ends_with("'s") || word.ends_with("’s");
        let has = || words[i + 1..].iter().take(2).any(|w| OF_STATES.contains(&bare(w)));
        let governed = || {
            i > 2
                && words[i - 1] == "of"
                && matches!(
                    bare(words[i - 2]),
                    "government" | "republic" | "Republic" | "kingdom" | "Kingdom"
                )
        };
        (owns && has() || governed()).then_some(name)
    })
}

/// A word without the signs around it and without a possessive ending.
pub(super) fn bare(word: &str) -> &str {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
    let word = ["'s", "’s"].iter().find_map(|s| word.strip_suffix(s)).unwrap_or(word);
    if word.matches('.').count() == 1 { word.trim_end_matches('.') } else { word }
}

/// Words of `text[within]` with their spans, signs around them taken off.
pub(super) fn words(text: &str, within: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = within.start;
    for word in within.of(text).split_inclusive(char::is_whitespace) {
        let plain = bare(word);
        if !plain.is_empty() {
            let start = at + (plain.as_ptr() as usize - word.as_ptr() as usize);
            out.push(Span::new(start, start + plain.len()));
        }
        at += word.len();
    }
    out
}

/// States and blocs in `text[within]`, in order.
pub(super) fn find(text: &str, within: Span, names: &Names) -> Vec<Found> {
    let words = words(text, within);
    let mut out: Vec<Found> = Vec::new();
    let mut i = 0;
    while i < words.len() {
        let longest = (1..=WORDS.min(words.len() - i)).rev().find_map(|n| {
            let span = Span::new(words[i].start, words[i + n - 1].end);
            let fact = FACTS.get(span.of(text))?;
            Some((n, Found { span, party: fact.0.to_owned(), manner: fact.1 }))
        });
        // "French-Canadian", "U.S.-Soviet": the first half.
        let half = || {
            let word = words[i].of(text);
            let (first, _) = word.split_once(['-', '/'])?;
            let fact = FACTS.get(first)?;
            let span = Span::new(words[i].start, words[i].start + first.len());
            Some((1, Found { span, party: fact.0.to_owned(), manner: fact.1 }))
        };
        let made = || {
            let word = words[i].of(text);
            let (party, manner) = match names.states.get(word) {
                Some(state) => (state.as_str(), Manner::Name),
                None => (names.root(word)?, Manner::Adjective),
            };
            Some((1, Found { span: words[i], party: party.to_owned(), manner }))
        };
        match longest.or_else(half).or_else(made) {
            Some((n, found)) => {
                out.push(found);
                i += n;
            }
            None => i += 1,
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let names = Names::of(text);
        let found = find(text, Span::new(0, text.len()), &names);
        let got: Vec<&str> = found.iter().map(|f| f.party.as_str()).collect();
        assert_eq!(got, expected, "{text}");
        assert!(found.iter().all(|f| text.is_char_boundary(f.span.start)));
    }

    #[test]
    fn states_are_known_by_all_their_names() {
        check("the Kremlin spokesman and U.S. officials", &["Russia", "United States"]);
        check("South Korean and West German ministers", &["South Korea", "West Germany"]);
        check("the head of the Malaysian delegation", &["Malaysia"]);
        check("a polish on the shoes", &[]);
    }

    #[test]
    fn a_report_explains_its_own_adjectives() {
        check("The Veldran envoy returned to Veldra.", &["Veldra"; 2]);
        check("The Belmaran army left the town of Belmara for good", &["Belmara"; 2]);
    }
}
