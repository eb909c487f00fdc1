//! Drafts a codebook from what was read in reports: who speaks for whom, under which names, and what is at stake in
//! whose words. Never decides: it prints how often each stands there, for a person to edit.

mod clusters;
mod draft;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::words::{content, is_date, is_pronoun, joined, key, name, stems};
use crate::attribute::Statement;
use crate::code::Coding;
use crate::report::{Report, Span};
use clusters::Cluster;

/// What has been read so far, counted.
#[derive(Debug, Default)]
pub struct Proposal {
    reports: u64,
    /// By [`key`] of the party's name.
    parties: BTreeMap<String, Seen>,
    /// Holders of positions, by key; parties or those who speak for them.
    holders: BTreeMap<String, Forms>,
    /// By stems of the terms.
    terms: BTreeMap<Vec<String>, Forms>,
}

/// How often something stands there, and in which reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Tally {
    times: u64,
    reports: BTreeSet<u64>,
}

/// The forms in which one thing is written.
#[derive(Debug, Clone, Default)]
struct Forms {
    all: Tally,
    each: BTreeMap<String, Tally>,
}

/// A party and what it and its speakers are called.
#[derive(Debug, Clone, Default)]
struct Seen {
    names: Forms,
    aliases: BTreeMap<String, Forms>,
    members: BTreeMap<String, Forms>,
    offices: BTreeMap<String, Forms>,
}

/// A source of more words says something about the speaker that is not a name.
const NAME_WORDS: usize = 6;

impl Tally {
    fn count(&mut self, report: u64) {
        self.times += 1;
        self.reports.insert(report);
    }

    fn add(&mut self, other: &Tally) {
        self.times += other.times;
        self.reports.extend(&other.reports);
    }
}

impl Forms {
    fn count(&mut self, form: &str, report: u64) {
        self.all.count(report);
        self.each.entry(form.to_owned()).or_default().count(report);
    }

    fn merge(&mut self, other: &Forms) {
        self.all.add(&other.all);
        for (form, tally) in &other.each {
            self.each.entry(form.clone()).or_default().add(tally);
        }
    }

    /// The most frequent form, the first of equals.
    fn usual(&self) -> &str {
        let best = self.each.iter().max_by(|a, b| a.1.times.cmp(&b.1.times).then(b.0.cmp(a.0)));
        best.map_or("", |(form, _)| form)
    }
}

impl Proposal {
    /// Counts what was read in `report`.
    pub fn take(&mut self, report: &Report, statements: &[Statement], coding: &Coding) {
        self.reports += 1;
        let n = self.reports;
        for statement in statements {
            let Some(party) = party_of(statement.party.as_deref()) else { continue };
            let seen = self.parties.entry(key(&party)).or_default();
            seen.names.count(&party, n);
            let source = plain(Some(&words_of(&report.text, &statement.source)));
            seen.speaker(&party, plain(statement.speaker.as_deref()), source, n);
        }
        for position in &coding.positions {
            if let Some(holder) = party_of(position.holder.as_deref()) {
                self.holders.entry(key(&holder)).or_default().count(&holder, n);
            }
            if let Some(terms) = plain(Some(&words_of(&report.text, &position.terms))) {
                let stems = stems(&terms);
                if !content(&stems).is_empty() {
                    self.terms.entry(stems).or_default().count(&terms, n);
                }
            }
        }
    }

    /// Whether there is nothing to propose.
    pub fn is_empty(&self) -> bool {
        self.parties.is_empty() && self.holders.is_empty() && self.terms.is_empty()
    }

    /// The draft: TOML with comments, the most frequent first. What occurs once is commented out, unless
    /// everything does. It has no problem that [`super::check`] finds.
    pub fn to_toml(&self) -> String {
        let parties = self.unique(self.all_parties());
        let issues = self.issues(&parties);
        draft::write(self.reports, &parties, &issues)
    }

    /// Parties with holders of positions among them, the most frequent first.
    fn all_parties(&self) -> Vec<Seen> {
        let mut parties = self.parties.clone();
        for (holder, forms) in &self.holders {
            if let Some(party) = parties.get_mut(holder) {
                party.names.merge(forms);
                continue;
            }
            let speaks = |p: &&mut Seen| {
                [&p.aliases, &p.members, &p.offices].iter().any(|l| l.contains_key(holder))
            };
            match parties.values_mut().find(speaks) {
                Some(party) => party.names.all.add(&forms.all),
                None => {
                    let seen = Seen { names: forms.clone(), ..Seen::default() };
                    parties.insert(holder.clone(), seen);
                }
            }
        }
        let keys: Vec<String> = parties.keys().cloned().collect();
        for word in &keys {
            let Some(name) = keys.iter().find(|name| is_adjective(word, name)) else { continue };
            if let Some(adjective) = parties.remove(word)
                && let Some(party) = parties.get_mut(name)
            {
                party.merge(word, adjective);
            }
        }
        let mut parties: Vec<Seen> = parties.into_values().collect();
        // Sorting keeps equals in the order of their keys.
        parties.sort_by_key(|p| std::cmp::Reverse(p.names.all.times));
        parties
    }

    /// `parties` without names that another has with more right: a party's own name before anything else, then
    /// what is most frequent.
    fn unique(&self, mut parties: Vec<Seen>) -> Vec<Seen> {
        let mut owner: HashMap<String, (usize, u64)> = HashMap::new();
        for (i, party) in parties.iter().enumerate() {
            for list in [&party.aliases, &party.members, &party.offices] {
                for (key, forms) in list {
                    let entry = owner.entry(key.clone()).or_insert((i, 0));
                    if forms.all.times > entry.1 {
                        *entry = (i, forms.all.times);
                    }
                }
            }
        }
        let names: HashSet<String> = parties.iter().map(|p| key(p.names.usual())).collect();
        for (i, party) in parties.iter_mut().enumerate() {
            let mut taken = HashSet::new();
            for list in [&mut party.aliases, &mut party.members, &mut party.offices] {
                list.retain(|key, _| {
                    owner.get(key).is_some_and(|o| o.0 == i)
                        && !names.contains(key)
                        && taken.insert(key.clone())
                });
            }
        }
        parties
    }

    /// Issues of the terms. What they say about `parties` is no issue, so their names do not count there.
    fn issues(&self, parties: &[Seen]) -> Vec<Cluster> {
        let forms = parties.iter().flat_map(|p| {
            std::iter::once(&p.names).chain(p.aliases.values()).chain(p.members.values())
        });
        let words = forms.flat_map(|f| f.usual().split_whitespace());
        let names = words.filter(|w| w.starts_with(char::is_uppercase)).flat_map(stems).collect();
        let terms = self.terms.iter().map(|(stems, forms)| (stems.clone(), forms.clone()));
        clusters::cluster(terms.collect(), &names)
    }
}

impl Seen {
    /// Takes what was counted of the same party under `other`, another name of it.
    fn merge(&mut self, other: &str, seen: Seen) {
        self.names.all.add(&seen.names.all);
        self.aliases.entry(other.to_owned()).or_default().merge(&seen.names);
        let lists = [
            (&mut self.aliases, seen.aliases),
            (&mut self.members, seen.members),
            (&mut self.offices, seen.offices),
        ];
        for (own, more) in lists {
            for (key, forms) in more {
                own.entry(key).or_default().merge(&forms);
            }
        }
    }

    /// Counts who spoke for the party, as the reader and the report name them.
    fn speaker(&mut self, party: &str, speaker: Option<String>, source: Option<String>, n: u64) {
        let (own, source) = (key(party), source.filter(|s| !is_pronoun(s)));
        if let Some(adjective) = source.as_deref().and_then(|s| adjective(party, s)) {
            self.aliases.entry(key(&adjective)).or_default().count(&adjective, n);
        }
        let person = speaker.filter(|s| is_name(s) && key(s) != own);
        if let Some(person) = &person {
            self.members.entry(key(person)).or_default().count(person, n);
        }
        let Some(source) = source else { return };
        let (words, bare) = (name(&source), key(&source));
        if bare == own || words.len() > NAME_WORDS || source.contains([',', '"', '“']) {
            return;
        }
        let list = match &person {
            // "Brandel" of "Tomas Brandel": what the reports call him from then on.
            Some(person) if key(person).ends_with(&format!(" {bare}")) => &mut self.members,
            Some(_) if words.iter().any(|w| w.capital) => return,
            _ if starts_with(&source, "the") && words.iter().all(|w| !w.capital) => {
                &mut self.offices
            }
            None if is_name(&source) || starts_with(&source, "the") => &mut self.aliases,
            _ => return,
        };
        list.entry(bare).or_default().count(&source, n);
    }
}

/// Whether all words that can have a capital have one: "Tomas Brandel", not "a Veldran official".
fn is_name(text: &str) -> bool {
    const SMALL: [&str; 9] = ["of", "the", "and", "de", "al", "van", "von", "bin", "for"];
    let words = name(text);
    let begins = text.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
    begins && words.iter().all(|w| w.capital || SMALL.contains(&w.plain.as_str()))
}

/// "Veldran" in "the Veldran delegation", of Veldra: a capitalised word that begins as the party's name does.
fn adjective(party: &str, source: &str) -> Option<String> {
    const SAME: usize = 4;
    let first: String = key(party).chars().take(SAME).collect();
    let full = first.chars().count() == SAME && !first.contains(' ');
    let own = key(party);
    let words = source.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    let mut words = words.map(|w| w.strip_suffix("'s").or(w.strip_suffix("’s")).unwrap_or(w));
    words
        .find(|w| {
            let plain = key(w);
            full && w.starts_with(char::is_uppercase)
                && plain.starts_with(&first)
                && !own.split(' ').any(|o| o == plain)
        })
        .map(str::to_owned)
}

fn starts_with(text: &str, word: &str) -> bool {
    text.split_whitespace().next().is_some_and(|w| w.eq_ignore_ascii_case(word))
}

/// What may be a party: no pronoun, no day.
fn party_of(text: Option<&str>) -> Option<String> {
    plain(text).filter(|t| !is_pronoun(t) && !stems(t).iter().all(|w| is_date(w)))
}

/// Whether `word` is what people call those of `name`: "veldran" of "veldra". Both as keys.
fn is_adjective(word: &str, name: &str) -> bool {
    const ENDINGS: [&str; 8] = ["n", "an", "ian", "ish", "ese", "i", "ans", "ians"];
    let bare = name.strip_suffix(['a', 'e', 'o', 'y']).unwrap_or(name);
    let ending = [name, bare].into_iter().find_map(|stem| word.strip_prefix(stem));
    name.chars().count() >= 4 && ending.is_some_and(|e| ENDINGS.contains(&e))
}

/// On one line, without possessive at the end; nothing where no word is left.
fn plain(text: Option<&str>) -> Option<String> {
    let text = joined(text?.split_whitespace());
    let text = ["'s", "’s"].iter().find_map(|e| text.strip_suffix(e)).unwrap_or(&text);
    let text = text.trim_matches(|c: char| c.is_whitespace() || ",;:".contains(c));
    (!key(text).is_empty()).then(|| text.to_owned())
}

fn words_of(text: &str, spans: &[Span]) -> String {
    joined(spans.iter().map(|s| s.of(text)))
}

#[cfg(test)]
mod tests {
    use super::super::{Codebook, check};
    use super::*;
    use crate::attribute::Form;
    use crate::code::{Position, Stance, Why};

    /// A report whose statements are lines `party | speaker | source`, and positions `= holder | terms`.
    fn take(proposal: &mut Proposal, lines: &[&str]) {
        let text = lines.join("\n");
        let (mut statements, mut coding) = (Vec::new(), Coding::default());
        let mut at = 0;
        for line in lines {
            let fields: Vec<&str> = line.trim_start_matches("= ").split(" | ").collect();
            let last = fields[fields.len() - 1];
            let span = Span::new(at + line.len() - last.len(), at + line.len());
            let some = |s: &str| (s != "-").then(|| s.to_owned());
            match line.starts_with('=') {
                true => coding.positions.push(position(some(fields[0]), span)),
                false => statements.push(statement(some(fields[0]), some(fields[1]), span)),
            }
            at += line.len() + 1;
        }
        proposal.take(&Report { text, ..Report::default() }, &statements, &coding);
    }

    fn statement(party: Option<String>, speaker: Option<String>, source: Span) -> Statement {
        Statement {
            source: vec![source],
            cue: vec![],
            content: vec![],
            form: Form::Indirect,
            speaker,
            party,
            said: None,
            venue: None,
            within: None,
            via: None,
            confidence: 1.0,
        }
    }

    fn position(holder: Option<String>, terms: Span) -> Position {
        Position {
            statement: None,
            holder,
            issue: None,
            stance: Stance::Demand,
            terms: vec![terms],
            condition: None,
            scope: None,
            reason: None,
            figure: None,
            firsthand: false,
            confidence: 1.0,
            why: Why::default(),
        }
    }

    fn sound(proposal: &Proposal) -> String {
        let toml = proposal.to_toml();
        let problems: Vec<_> = check("draft", &toml).iter().map(|p| p.to_string()).collect();
        assert!(problems.is_empty(), "{}\n{toml}", problems.join("\n"));
        toml
    }

    #[test]
    fn parties_with_their_names_the_most_frequent_first() {
        let mut proposal = Proposal::default();
        take(
            &mut proposal,
            &[
                "Tolmark | Elke Marrin | Tolmark's negotiator Elke Marrin",
                "Veldra | Tomas Brandel | Tomas Brandel",
                "Veldra | Tomas Brandel | Brandel",
                "Veldra | Tomas Brandel | he",
                "Veldra | the Veldran delegation | the Veldran delegation",
            ],
        );
        take(
            &mut proposal,
            &[
                "Veldra | the Veldran delegation | The Veldran delegation",
                "Veldra | Tomas Brandel | Brandel",
                "Tolmark | - | the spokesman",
                "Tolmark | - | the spokesman",
                "Norland | Norland | Norland",
                "Tolmarkian | - | they",
                "They | - | they",
                "Tuesday | - | they",
            ],
        );
        let codebook = Codebook::parse("draft", &sound(&proposal)).expect("sound");
        let [veldra, tolmark] = codebook.parties() else { panic!("{:?}", codebook.parties()) };
        assert_eq!(veldra.name, "Veldra");
        assert_eq!(veldra.aliases, ["Veldran", "The Veldran delegation"]);
        assert_eq!(veldra.members, ["Tomas Brandel", "Brandel"]);
        assert_eq!(
            (tolmark.name.as_str(), &tolmark.offices[..]),
            ("Tolmark", &["the spokesman".to_owned()][..])
        );
        let toml = proposal.to_toml();
        assert_eq!(codebook.party("a Tolmarkian source"), None, "an alias seen once");
        assert!(!toml.contains("They") && !toml.contains("Tuesday"), "{toml}");
        assert!(toml.contains("# \"Tolmarkian\", # once"), "{toml}");
        assert!(toml.contains("# name = \"Norland\""), "once, commented out: {toml}");
        assert!(toml.contains("\"Brandel\", # 2 times in 2 reports"), "{toml}");
    }

    #[test]
    fn a_name_of_two_goes_to_the_one_it_stands_with_more_often() {
        let mut proposal = Proposal::default();
        let lines = [
            "Veldra | - | the spokesman",
            "Veldra | - | the spokesman",
            "Tolmark | - | the spokesman",
            "Tolmark | Ada Nor | Ada Nor",
            "Tolmark | Ada Nor | Ada Nor",
        ];
        take(&mut proposal, &lines);
        let codebook = Codebook::parse("draft", &sound(&proposal)).expect("sound");
        assert_eq!(codebook.party("the spokesman").map(|p| p.id.as_str()), Some("veldra"));
    }

    #[test]
    fn issues_are_what_positions_have_in_common() {
        let mut proposal = Proposal::default();
        take(
            &mut proposal,
            &[
                "= producers | larger export quotas for small states",
                "= producers | raising the export quotas",
                "= consumers | no export quotas at all",
                "= consumers | a lower price range",
                "= producers | keep the price range \"as it is\"",
                "= Ada \\ Nor | an observer from Norland",
            ],
        );
        let codebook = Codebook::parse("draft", &sound(&proposal)).expect("sound");
        let names: Vec<_> = codebook.issues().iter().map(|i| i.name.as_str()).collect();
        assert_eq!(names, ["export quotas", "price range"]);
        assert_eq!(codebook.issues()[0].phrases.len(), 3);
        let parties: Vec<_> = codebook.parties().iter().map(|p| p.name.as_str()).collect();
        assert_eq!(parties, ["producers", "consumers"]);
    }

    #[test]
    fn where_everything_occurs_once_nothing_is_commented_out() {
        let mut proposal = Proposal::default();
        take(&mut proposal, &["Veldra | Veldra | Veldra", "= Tolmark | free passage"]);
        let codebook = Codebook::parse("draft", &sound(&proposal)).expect("sound");
        assert_eq!((codebook.parties().len(), codebook.issues().len()), (2, 1));
        assert!(Proposal::default().is_empty() && !proposal.is_empty());
    }
}
