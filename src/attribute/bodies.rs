//! Bodies that a report names ("Canadian Auto Workers, CAW"), for those it means by "the union" or by letters
//! later. Never takes a body for one of another kind.

use std::collections::HashMap;

use super::party::words;
use super::phrase::without_article;
use crate::report::Span;

/// Kinds of bodies: the noun that means one, and words found in the names of such.
const KINDS: &[(&str, &[&str])] = &[
    (
        "company",
        &[
            "ag",
            "airlines",
            "airways",
            "bv",
            "co",
            "companies",
            "company",
            "corp",
            "corporation",
            "energy",
            "inc",
            "incorporated",
            "industries",
            "international",
            "limited",
            "ltd",
            "motors",
            "nv",
            "oil",
            "plc",
            "sa",
            "steel",
        ],
    ),
    ("group", &["group", "partners", "holdings", "partnership"]),
    ("union", &["union", "workers", "federation", "brotherhood", "teamsters", "guild", "unions"]),
    ("bank", &["bank", "bancorp", "banco", "banque"]),
    ("party", &["party"]),
    ("commission", &["commission"]),
    ("council", &["council"]),
    ("committee", &["committee"]),
    ("organisation", &["organisation", "organization"]),
    ("association", &["association", "federation"]),
    ("agency", &["agency"]),
    ("fund", &["fund"]),
    ("movement", &["movement", "front"]),
    ("exchange", &["exchange"]),
    ("community", &["community"]),
    ("court", &["court"]),
    ("board", &["board"]),
];

/// Phrases of one report that are looked at; all bodies are looked through for each that is meant.
const MOST: usize = 4000;

/// Bodies of a state: they speak for it.
const OF_STATE: &[&str] = &[
    "administration",
    "army",
    "cabinet",
    "chancellery",
    "congress",
    "department",
    "embassy",
    "executive",
    "government",
    "house",
    "junta",
    "military",
    "ministry",
    "palace",
    "parliament",
    "presidency",
    "senate",
    "treasury",
    "kremlin",
];

/// Whether `word` (lower case) is a body of a state.
pub(super) fn of_state(word: &str) -> bool {
    OF_STATE.contains(&word) || word == "ministries"
}

/// Whether names of bodies hold `word` (lower case), and names of persons do not.
pub(super) fn in_names(word: &str) -> bool {
    KINDS.iter().any(|k| k.1.contains(&word.trim_end_matches('.')))
}

/// A body named in the report.
#[derive(Debug, Clone)]
struct Body {
    name: String,
    /// Lower case.
    words: Vec<String>,
    at: usize,
}

/// The bodies of one report, in the order they are named.
#[derive(Debug, Clone, Default)]
pub(super) struct Bodies {
    named: Vec<Body>,
    /// Letters and what they stand for.
    letters: HashMap<String, String>,
}

impl Bodies {
    /// Collects them from the phrases that mention an organisation, and from "Long Name (LN)", "Long Name, LN,".
    pub(super) fn of(text: &str, phrases: impl Iterator<Item = Span>) -> Self {
        let mut bodies = Self { named: Vec::new(), letters: letters(text) };
        for span in phrases.take(MOST) {
            let words = words(text, span);
            let capital = |w: &Span| w.of(text).starts_with(char::is_uppercase);
            // The run of capitalised words at the start, after an article.
            let skip =
                usize::from(words.first().is_some_and(|w| {
                    matches!(w.of(text), "the" | "The" | "a" | "an" | "A" | "An")
                }));
            let joins = |w: &Span| matches!(w.of(text), "of" | "and" | "for" | "&" | "de");
            let mut end = skip;
            while end < words.len()
                && (capital(&words[end])
                    || joins(&words[end]) && words.get(end + 1).is_some_and(capital))
                && (end == skip || text[words[end - 1].end..words[end].start].trim().is_empty())
            {
                end += 1;
            }
            if end == skip || end - skip > 9 {
                continue;
            }
            let name = Span::new(words[skip].start, words[end - 1].end);
            if name.end - name.start < 2 {
                continue;
            }
            bodies.named.push(Body {
                name: name.of(text).to_owned(),
                words: words[skip..end].iter().map(|w| w.of(text).to_lowercase()).collect(),
                at: name.start,
            });
        }
        bodies.add_names(text);
        bodies.named.sort_by_key(|b| b.at);
        bodies
    }

    /// Capitalised words together that end in a noun for a body ("Canadian Auto Workers"), whatever the network saw.
    fn add_names(&mut self, text: &str) {
        let mut run: Vec<Span> = Vec::new();
        let mut end_run = |run: &mut Vec<Span>| {
            while run.last().is_some_and(|w| w.of(text).starts_with(char::is_lowercase)) {
                run.pop();
            }
            let kind = run.iter().skip(1).any(|w| in_names(&w.of(text).to_lowercase()));
            if (2..=9).contains(&run.len()) && kind {
                let name = Span::new(run[0].start, run[run.len() - 1].end);
                self.named.push(Body {
                    name: name.of(text).to_owned(),
                    words: run.iter().map(|w| w.of(text).to_lowercase()).collect(),
                    at: name.start,
                });
            }
            run.clear();
        };
        let mut end = 0;
        for word in words(text, Span::new(0, text.len())) {
            let joined = text[end..word.start].trim_matches(' ').is_empty();
            let capital = word.of(text).starts_with(char::is_uppercase)
                && !matches!(
                    word.of(text),
                    "The" | "A" | "An" | "But" | "In" | "For" | "And" | "He" | "It"
                );
            let number = word.of(text).bytes().all(|b| b.is_ascii_digit());
            let goes_on =
                !run.is_empty() && (number || matches!(word.of(text), "and" | "of" | "for" | "&"));
            if !joined || !(capital || goes_on) {
                end_run(&mut run);
            }
            if capital || goes_on && !run.is_empty() {
                run.push(word);
            }
            end = word.end;
        }
        end_run(&mut run);
    }

    /// The body meant by a noun ("the union") at `at`: the last one of that kind named before, else the first.
    pub(super) fn meant(&self, noun: &str, at: usize) -> Option<String> {
        let noun = match noun {
            "firm" | "firms" | "companies" | "corporation" => "company",
            "organization" => "organisation",
            "unions" => "union",
            noun => noun,
        };
        let kind = KINDS.iter().find(|k| k.0 == noun)?;
        let fits = |b: &&Body| {
            b.words.iter().any(|w| {
                let w = w.trim_end_matches('.');
                kind.1.contains(&w)
                    || self.letters.get(&w.to_uppercase()).is_some_and(|long| {
                        long.split(' ').any(|l| kind.1.contains(&l.to_lowercase().as_str()))
                    })
            })
        };
        let before = self.named.partition_point(|b| b.at < at);
        let body = self.named[..before]
            .iter()
            .rev()
            .find(fits)
            .or_else(|| self.named[before..].iter().find(fits))?;
        Some(self.full(&body.name))
    }

    /// The last body named before `at`, and where.
    pub(super) fn last(&self, at: usize) -> Option<(usize, String)> {
        let before = self.named.partition_point(|b| b.at < at);
        self.named[..before].last().map(|b| (b.at, self.full(&b.name)))
    }

    /// The fullest form of a name: letters spelt out, a first word completed.
    pub(super) fn full(&self, name: &str) -> String {
        let name = without_article(name);
        if let Some(long) = self.letters.get(name) {
            return long.clone();
        }
        let lower: Vec<String> = name.split(' ').map(str::to_lowercase).collect();
        let longer = self
            .named
            .iter()
            .filter(|b| {
                b.words.len() > lower.len() && b.words.len() <= 6 && b.words.starts_with(&lower)
            })
            .max_by_key(|b| b.words.len());
        longer.map_or_else(|| name.to_owned(), |b| b.name.clone())
    }

    /// A name, spelt out where it is letters that the report explains.
    pub(super) fn spelt(&self, name: String) -> String {
        self.letters.get(&name).cloned().unwrap_or(name)
    }

    /// Whether the report names a body so.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.letters.contains_key(name) || self.named.iter().any(|b| b.name == name)
    }
}

/// Letters that the text explains: capital initials of the words before them.
fn letters(text: &str) -> HashMap<String, String> {
    let mut out = HashMap::new();
    let mut before: Vec<Span> = Vec::new();
    let whole = Span::new(0, text.len());
    for word in words(text, whole) {
        let short = word.of(text);
        let marked = text[..word.start].ends_with('(')
            || text[..word.start].ends_with(", ")
            || text[..word.start].ends_with("- ");
        let plain: String = short.chars().filter(|c| *c != '.').collect();
        if marked
            && (2..=8).contains(&plain.len())
            && plain.chars().all(|c| c.is_ascii_uppercase())
            && let Some(long) = spelt(text, &before, &plain)
        {
            out.entry(short.to_owned()).or_insert(long);
        }
        before.push(word);
        if before.len() > 12 {
            before.remove(0);
        }
    }
    out
}

/// The words right before whose initials are `letters`.
fn spelt(text: &str, before: &[Span], letters: &str) -> Option<String> {
    let mut wanted = letters.chars().rev();
    let mut next = wanted.next()?;
    for i in (0..before.len()).rev() {
        let word = before[i].of(text);
        let initial = word.chars().next()?;
        if initial == next {
            match wanted.next() {
                Some(letter) => next = letter,
                None => {
                    let end = before[before.len() - 1].end;
                    return Some(Span::new(before[i].start, end).of(text).to_owned());
                }
            }
        } else if initial.is_uppercase()
            || !matches!(word, "of" | "for" | "and" | "the" | "on" | "in" | "de")
        {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(text: &'static str, names: &[&str]) -> Bodies {
        let spans = names.iter().map(|n| {
            let at = text.find(n).unwrap();
            Span::new(at, at + n.len())
        });
        Bodies::of(text, spans)
    }

    #[test]
    fn a_noun_means_the_last_body_of_its_kind() {
        let text = "The Veldran Dock Workers, VDW, met Corran Ferries Ltd. The union said no.";
        let bodies = bodies(text, &["The Veldran Dock Workers", "Corran Ferries Ltd"]);
        assert_eq!(bodies.meant("union", 60).as_deref(), Some("Veldran Dock Workers"));
        assert_eq!(bodies.meant("company", 60).as_deref(), Some("Corran Ferries Ltd"));
        assert_eq!(bodies.meant("bank", 60), None);
        assert_eq!(bodies.full("VDW"), "Veldran Dock Workers");
        assert_eq!(bodies.full("Corran Ferries"), "Corran Ferries Ltd");
    }

    #[test]
    fn letters_are_spelt_as_the_report_spells_them() {
        let spelt = |t: &str| letters(t).into_iter().collect::<Vec<_>>();
        assert_eq!(
            spelt("the Organisation for Strait Traffic (OST) met"),
            [("OST".into(), "Organisation for Strait Traffic".into())]
        );
        assert_eq!(spelt("the union, USA, met"), []);
    }
}
