//! From what somebody is called in a report to the party of the codebook. Never takes two joined names for one.

use std::collections::HashMap;

use super::Party;
use super::words::{PRONOUNS, Word, joined, name};

/// All names of all parties.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Names {
    /// The party of each name as a whole.
    whole: HashMap<String, usize>,
    /// Names that may stand in a longer one: of two words or more, or in capitals; the longest first.
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
struct Part {
    words: Vec<String>,
    letters: usize,
    party: usize,
}

impl Names {
    pub(super) fn of(parties: &[Party]) -> Self {
        let mut out = Self::default();
        let lists = [
            |p: &Party| vec![p.name.clone()],
            |p: &Party| p.aliases.clone(),
            |p: &Party| p.members.clone(),
            |p: &Party| p.offices.clone(),
        ];
        for list in lists {
            for (party, text) in parties
                .iter()
                .enumerate()
                .flat_map(|(i, p)| list(p).into_iter().map(move |text| (i, text)))
            {
                out.add(party, &text);
            }
        }
        out.parts.sort_by(|a, b| b.letters.cmp(&a.letters).then(a.party.cmp(&b.party)));
        out
    }

    fn add(&mut self, party: usize, text: &str) {
        let words = name(text);
        let plain = joined(words.iter().map(|w| w.plain.as_str()));
        if plain.is_empty() || self.whole.contains_key(&plain) {
            return;
        }
        if words.len() > 1 || words[0].capital {
            let letters = plain.chars().count();
            let words = words.into_iter().map(|w| w.plain).collect();
            self.parts.push(Part { words, letters, party });
        }
        self.whole.insert(plain, party);
    }

    pub(super) fn find(&self, text: &str) -> Option<usize> {
        let words = name(text);
        if let [word] = &words[..]
            && !is_name(word)
            && PRONOUNS.contains(&word.plain.as_str())
        {
            return None;
        }
        let plain = joined(words.iter().map(|w| w.plain.as_str()));
        if let Some(party) = self.whole.get(&plain) {
            return Some(*party);
        }
        let found: Vec<(usize, &Part)> =
            self.parts.iter().filter_map(|p| p.place(&words).map(|at| (at, p))).collect();
        let (at, best) = *found.first()?;
        let end = at + best.words.len();
        let joined = found.iter().filter(|(_, p)| p.party != best.party).any(|(other, p)| {
            let (from, to) = match *other >= end {
                true => (end, *other),
                false => (other + p.words.len(), at),
            };
            from <= to && joins(&words, from, to)
        });
        (!joined).then_some(best.party)
    }
}

impl Part {
    /// Where it stands in `words`.
    fn place(&self, words: &[Word]) -> Option<usize> {
        let places = 0..(words.len() + 1).saturating_sub(self.words.len());
        places.into_iter().find(|&at| {
            let window = &words[at..at + self.words.len()];
            window.iter().zip(&self.words).all(|(w, own)| w.plain == *own)
                && (window.len() > 1 || is_name(&window[0]))
        })
    }
}

/// Whether a word of a report is meant as a name: "Turkey" is, "turkey" is not, nor is "us".
fn is_name(word: &Word) -> bool {
    match PRONOUNS.contains(&word.plain.as_str()) {
        true => word.shouted,
        false => word.capital,
    }
}

/// Whether what ends before word `from` and what begins at word `to` are two in a list.
fn joins(words: &[Word], from: usize, to: usize) -> bool {
    let and = words[from..to].iter().any(|w| matches!(w.plain.as_str(), "and" | "or"));
    and || (from == to && from > 0 && words[from - 1].comma)
}

#[cfg(test)]
mod tests {
    use super::super::Codebook;

    const TOML: &str = r#"
[[party]]
name = "Veldra"
aliases = ["Veldran", "the Citadel"]
members = ["Tomas Brandel", "Çelik"]
offices = ["the Citadel spokesman", "negotiator"]

[[party]]
name = "big producers"
aliases = ["producer group", "majority producer group"]
members = ["Tolmark"]

[[party]]
name = "United Shores"
aliases = ["U.S.", "Turkey"]
"#;

    fn check(name: &str, expected: Option<&str>) {
        let codebook = Codebook::parse("test", TOML).expect("a codebook");
        assert_eq!(codebook.party(name).map(|p| p.id.as_str()), expected, "{name}");
    }

    #[test]
    fn a_party_by_any_of_its_names() {
        check("VELDRA", Some("veldra"));
        check("the Veldra's", Some("veldra"));
        check("Celik", Some("veldra"));
        check("negotiator", Some("veldra"));
        check("a negotiator", Some("veldra"));
        check("“The Big Producers”", Some("big-producers"));
        check("US", Some("united-shores"));
        check("U.S.'s", Some("united-shores"));
        check("", None);
        check("the", None);
        check("Ostmark", None);
    }

    #[test]
    fn a_name_within_a_longer_one() {
        check("the Veldran delegation", Some("veldra"));
        check("Veldra's foreign minister", Some("veldra"));
        check("chief negotiator", None);
        check("a member of the producer group", Some("big-producers"));
        check("the U.S. delegation", Some("united-shores"));
        check("some of us", None);
        check("us", None);
        check("turkey farmers", None);
        check("Veldran-backed rebels", None);
        check("Veldrania", None);
    }

    #[test]
    fn the_longest_name_wins() {
        check("Veldran delegate of the majority producer group", Some("big-producers"));
        check("the Citadel spokesman in Tolmark", Some("veldra"));
    }

    #[test]
    fn two_joined_are_neither() {
        check("Veldra and Tolmark", None);
        check("Tolmark, Veldra", None);
        check("Veldran and Tolmark officials", None);
        check("Veldra's ministry of trade and fish", Some("veldra"));
    }
}
