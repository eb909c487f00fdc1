//! From TOML to parties and issues, with all that is wrong and where. Never stops at the first problem.

use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::words::{id, joined, key, stems};
use super::{Issue, Party, Problem};

/// What could be read, and what was wrong. Whole only without problems.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub name: Option<String>,
    pub notes: Option<String>,
    pub parties: Vec<Party>,
    pub issues: Vec<Issue>,
    pub problems: Vec<Problem>,
}

const TOP: &[&str] = &["name", "notes", "party", "issue"];
const PARTY: &[&str] = &["id", "name", "aliases", "members", "offices", "notes"];
const ISSUE: &[&str] = &["id", "name", "phrases", "notes"];

/// Reads `text`, which is what `file` holds.
pub(super) fn read(file: &str, text: &str) -> Read {
    let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at).collect();
    let mut look = Look { ends, problems: Vec::new(), taken: HashMap::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    // One mistake makes many errors on its line; the first says what it is.
    let mut last = 0;
    for error in &errors {
        let message = error.message().replace('\n', ", ");
        let at = error.span().map_or(text.len(), |s| s.start);
        if std::mem::replace(&mut last, look.line(at)) != look.line(at) {
            look.problem(at, format!("not TOML ({message}); mend this line"));
        }
    }
    let mut out = Read::default();
    if errors.is_empty() {
        let table = table.get_ref();
        look.known(table, TOP);
        out.name = look.text(table, "name");
        out.notes = look.text(table, "notes");
        out.parties = look.all(table, "party", Look::party);
        out.issues = look.all(table, "issue", Look::issue);
        if ["party", "issue"].iter().all(|key| !table.contains_key(*key)) {
            let sentence = "neither a party nor an issue; begin with [[party]] or [[issue]]";
            look.problem(0, sentence.into());
        }
    }
    look.problems.sort_by_key(|(at, _)| *at);
    let problems = look.problems.iter();
    let problem = |(at, sentence): &(usize, String)| Problem {
        file: file.to_owned(),
        line: look.line(*at),
        sentence: sentence.clone(),
    };
    out.problems = problems.map(problem).collect();
    out
}

/// What is being read, and what was found wrong at which byte.
struct Look {
    /// Bytes at which lines end.
    ends: Vec<usize>,
    problems: Vec<(usize, String)>,
    /// What may stand in one place only, with what took it: names of parties, phrases, ids.
    taken: HashMap<(Sort, String), Owner>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Sort {
    PartyId,
    IssueId,
    Name,
    Phrase,
}

struct Owner {
    /// Byte of its [[party]] or [[issue]].
    item: usize,
    /// How it is called in sentences.
    called: String,
    at: usize,
}

type Table<'t> = DeTable<'t>;
type Value<'t> = Spanned<DeValue<'t>>;

impl Look {
    /// The line of a byte, counted from 1.
    fn line(&self, at: usize) -> usize {
        1 + self.ends.partition_point(|end| *end < at)
    }

    fn problem(&mut self, at: usize, sentence: String) {
        self.problems.push((at, sentence));
    }

    /// Keys that nobody knows, with the nearest that somebody does.
    fn known(&mut self, table: &Table, keys: &[&str]) {
        for (key, _) in table.iter().filter(|(k, _)| !keys.contains(&k.get_ref().as_ref())) {
            let typed = key.get_ref();
            let nearest = keys.iter().min_by_key(|k| distance(k, &typed.to_lowercase()));
            let (nearest, all) = (nearest.copied().unwrap_or_default(), keys.join(", "));
            let sentence = match distance(nearest, &typed.to_lowercase()) {
                0..=3 => format!("unknown key `{typed}`; did you mean `{nearest}`?"),
                _ => format!(
                    "unknown key `{typed}`; the nearest known is `{nearest}`, of {all}; put remarks into `notes`"
                ),
            };
            self.problem(key.span().start, sentence);
        }
    }

    /// The tables under `key`.
    fn all<'t, T>(
        &mut self,
        table: &Table<'t>,
        key: &str,
        one: impl Fn(&mut Self, &Table<'t>, Range<usize>) -> T,
    ) -> Vec<T> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let mut out = Vec::new();
        let items = value.get_ref().as_array().into_iter().flat_map(|a| a.iter());
        for item in items {
            match item.get_ref().as_table() {
                Some(table) => out.push(one(self, table, item.span())),
                None => self.brackets(item.span().start, key),
            }
        }
        if !value.get_ref().is_array() {
            self.brackets(value.span().start, key);
        }
        out
    }

    fn brackets(&mut self, at: usize, key: &str) {
        self.problem(at, format!("`{key}` is a table of its own; write [[{key}]] above its lines"));
    }

    fn party(&mut self, table: &Table, span: Range<usize>) -> Party {
        self.known(table, PARTY);
        let (id, name) = self.id_and_name(table, "party", Sort::PartyId, span.start);
        let called = format!("party `{}`", if id.is_empty() { &name } else { &id });
        if let Some(value) = table.get("name").filter(|_| !name.is_empty()) {
            self.named(&name, "name", value.span().start, &called, span.start);
        }
        let mut list = |key: &str, one: &str| -> Vec<String> {
            let all = self.list(table, key, &called);
            for (at, text) in &all {
                self.named(text, one, *at, &called, span.start);
            }
            all.into_iter().map(|(_, text)| text).collect()
        };
        let aliases = list("aliases", "alias");
        let members = list("members", "member");
        let offices = list("offices", "office");
        Party { id, name, aliases, members, offices, notes: self.text(table, "notes") }
    }

    fn issue(&mut self, table: &Table, span: Range<usize>) -> Issue {
        self.known(table, ISSUE);
        let (id, name) = self.id_and_name(table, "issue", Sort::IssueId, span.start);
        let called = format!("issue `{}`", if id.is_empty() { &name } else { &id });
        let phrases = self.list(table, "phrases", &called);
        let right = table.get("phrases").is_none_or(|v| v.get_ref().is_array());
        if phrases.is_empty() && right {
            let at = table.get("phrases").map_or(span.start, |v| v.span().start);
            self.problem(
                at,
                format!("{called} has no phrase; give at least one, as it stands in reports"),
            );
        }
        for (at, phrase) in &phrases {
            let words = joined(stems(phrase).iter().map(String::as_str));
            if words.is_empty() {
                let sentence = format!("{called}: the phrase {phrase:?} has no word; remove it");
                self.problem(*at, sentence);
                continue;
            }
            if let Some((other, line)) = self.take(Sort::Phrase, words, *at, &called, span.start) {
                self.problem(
                    *at,
                    format!(
                        "{called}: the phrase \"{phrase}\" is one of {other} (line {line}); keep it in one of them"
                    ),
                );
            }
        }
        let phrases = phrases.into_iter().map(|(_, text)| text).collect();
        Issue { id, name, phrases, notes: self.text(table, "notes") }
    }

    /// Id and name of a table; empty where they are missing, which is a problem.
    fn id_and_name(
        &mut self,
        table: &Table,
        what: &str,
        sort: Sort,
        item: usize,
    ) -> (String, String) {
        let mut name = self.text(table, "name").unwrap_or_default().trim().to_owned();
        let given = self.text(table, "id");
        if name.is_empty() || key(&name).is_empty() {
            let which = given.as_ref().map_or(format!("a {what}"), |id| format!("{what} `{id}`"));
            let at = table.get("name").map_or(item, |v| v.span().start);
            if table.get("name").is_none_or(|v| v.get_ref().is_str()) {
                let sentence = format!("{which} has no name; give one, such as name = \"Veldra\"");
                let sentence = match what {
                    "issue" => sentence.replace("Veldra", "fishing quotas"),
                    _ => sentence,
                };
                self.problem(at, sentence);
            }
            name.clear();
        }
        let at = table.get("id").map_or(item, |v| v.span().start);
        let id = match given {
            Some(given) if given.trim().is_empty() => {
                self.problem(
                    at,
                    format!("{what} `{name}`: the id is empty; remove it or give one"),
                );
                return (id(&name), name);
            }
            Some(given) => given.trim().to_owned(),
            None => id(&name),
        };
        let called = format!("{what} `{name}`");
        if !id.is_empty()
            && let Some((other, line)) = self.take(sort, id.clone(), at, &called, item)
        {
            self.problem(
                at,
                format!(
                    "{called}: the id `{id}` is that of {other} (line {line}); give it another"
                ),
            );
        }
        (id, name)
    }

    /// A name of a party: has words, and is no other party's.
    fn named(&mut self, text: &str, one: &str, at: usize, called: &str, item: usize) {
        let plain = key(text);
        if plain.is_empty() {
            let sentence = format!("{called}: the {one} {text:?} names nobody; remove it");
            self.problem(at, sentence);
        } else if let Some((other, line)) = self.take(Sort::Name, plain, at, called, item) {
            self.problem(
                at,
                format!(
                    "{called}: the {one} \"{text}\" names {other} as well (line {line}); keep it in one of them"
                ),
            );
        }
    }

    /// Takes `what` for the item; returns who has it already and on which line, if that is another.
    fn take(
        &mut self,
        sort: Sort,
        what: String,
        at: usize,
        called: &str,
        item: usize,
    ) -> Option<(String, usize)> {
        let called = called.to_owned();
        let owner = self.taken.entry((sort, what)).or_insert(Owner { item, called, at });
        if owner.item == item {
            return None;
        }
        let (other, at) = (owner.called.clone(), owner.at);
        Some((other, self.line(at)))
    }

    /// The text under `key`.
    fn text(&mut self, table: &Table, key: &str) -> Option<String> {
        let value = table.get(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.problem(
                value.span().start,
                format!("`{key}` is a {}; write text in double quotes", sort_of(value)),
            );
        }
        text.map(str::to_owned)
    }

    /// The texts under `key`, with where each stands.
    fn list(&mut self, table: &Table, key: &str, called: &str) -> Vec<(usize, String)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            let sentence = format!(
                "{called}: `{key}` is a {}; write a list, such as {key} = [\"one\", \"another\"]",
                sort_of(value)
            );
            self.problem(value.span().start, sentence);
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some(text) => out.push((item.span().start, text.trim().to_owned())),
                None => self.problem(
                    item.span().start,
                    format!(
                        "{called}: a {} in `{key}`; write text in double quotes",
                        sort_of(item)
                    ),
                ),
            }
        }
        out
    }
}

/// "text", "number", ...: what people call a value.
fn sort_of(value: &Value) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "truth value",
        DeValue::Datetime(_) => "date",
        DeValue::Array(_) => "list",
        DeValue::Table(_) => "table",
    }
}

/// Letters to change, add or remove to make one of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = before + usize::from(x != *y);
            before = row[j + 1];
            row[j + 1] = change.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = read("f", text).problems.iter().map(|p| p.to_string()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_is_right_has_no_problem() {
        check("name = \"Fish\"\n[[party]]\nname = \"Veldra\"\n", &[]);
        check(
            "[[issue]]\nname = \"Quotas\"\nphrases = [\n  \"quota\", \"Quotas\", # twice is no harm\n]",
            &[],
        );
        check("[[party]]\nname = \"ICO\"\naliases = [\"ICO\", \"the ICO\"]", &[]);
        check("party = [{ name = \"Veldra\" }]", &[]);
    }

    #[test]
    fn every_problem_is_told_with_line_and_remedy() {
        check("", &["f:1: neither a party nor an issue; begin with [[party]] or [[issue]]"]);
        check(
            "[[party]]\nalias = [\"x\"]\ncolour = \"red\"\n",
            &[
                "f:1: a party has no name; give one, such as name = \"Veldra\"",
                "f:2: unknown key `alias`; did you mean `aliases`?",
                "f:3: unknown key `colour`; the nearest known is `notes`, of id, name, aliases, members, offices, notes; put remarks into `notes`",
            ],
        );
        check(
            "[[issue]]\nid = \"quotas\"\nname = \"Quotas\"\n[[issue]]\nname = \"Price\"\nphrases = []\n",
            &[
                "f:1: issue `quotas` has no phrase; give at least one, as it stands in reports",
                "f:6: issue `price` has no phrase; give at least one, as it stands in reports",
            ],
        );
        check(
            "[party]\nname = \"x\"",
            &["f:1: `party` is a table of its own; write [[party]] above its lines"],
        );
        check(
            "[[party]]\nname = \"Veldra\"\naliases = \"Veldran\"\nmembers = [3]\nnotes = true",
            &[
                "f:3: party `veldra`: `aliases` is a text; write a list, such as aliases = [\"one\", \"another\"]",
                "f:4: party `veldra`: a number in `members`; write text in double quotes",
                "f:5: `notes` is a truth value; write text in double quotes",
            ],
        );
    }

    #[test]
    fn nothing_belongs_to_two() {
        check(
            "[[party]]\nname = \"Veldra\"\naliases = [\"the Council\", \"\", \"the\"]\n\
             [[party]]\nname = \"Tolmark\"\noffices = [\"council\"]\n[[party]]\nname = \"veldra\"",
            &[
                "f:3: party `veldra`: the alias \"\" names nobody; remove it",
                "f:3: party `veldra`: the alias \"the\" names nobody; remove it",
                "f:6: party `tolmark`: the office \"council\" names party `veldra` as well (line 3); keep it in one of them",
                "f:7: party `veldra`: the id `veldra` is that of party `Veldra` (line 1); give it another",
                "f:8: party `veldra`: the name \"veldra\" names party `veldra` as well (line 2); keep it in one of them",
            ],
        );
        check(
            "[[issue]]\nname = \"Quotas\"\nphrases = [\"export quota\", \"—\"]\n[[issue]]\nname = \"Shares\"\nphrases = [\"the export quotas\"]",
            &[
                "f:3: issue `quotas`: the phrase \"—\" has no word; remove it",
                "f:6: issue `shares`: the phrase \"the export quotas\" is one of issue `quotas` (line 3); keep it in one of them",
            ],
        );
    }

    #[test]
    fn what_is_not_toml_is_told_by_line() {
        for text in
            ["[[party]]\nname = Veldra", "[[party]\nname = \"a\"", "a = \"", "[[[", "=", "\u{0}"]
        {
            let problems = read("f", text).problems;
            assert!(problems[0].sentence.starts_with("not TOML ("), "{text}: {problems:?}");
            assert!(!problems[0].sentence.contains('\n'), "{text}: {problems:?}");
        }
        assert_eq!(read("f", "[[party]]\nname = Veldra").problems[0].line, 2);
        assert_eq!(read("f", "[[party]]\nname = \"a\"\nname = \"b\"").problems[0].line, 3);
    }
}
