//! Writes a proposal as TOML that is ready to be edited. Never writes what `travaux codebook check` would refuse.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use super::super::words::id;
use super::clusters::Cluster;
use super::{Forms, Seen, Tally};

/// The draft of `parties` and `issues`, read in so many `reports`.
pub(super) fn write(reports: u64, parties: &[Seen], issues: &[Cluster]) -> String {
    let mut out = format!(
        "# Drafted by travaux from {}; to be edited. Who was counted, and what, stands beside it;\n\
         # lines that begin with # are left out. Join what is the same, remove what is not at stake, then\n\
         # run `travaux codebook check` on this file.\n",
        counted(reports, "report")
    );
    // Where nothing stands there twice there is nothing to choose by.
    let often = |t: &Tally| t.times > 1;
    let choose =
        parties.iter().any(|p| often(&p.names.all)) || issues.iter().any(|i| often(&i.all));
    let kept = |t: &Tally| !choose || often(t);
    let mut ids = HashSet::new();
    for party in parties {
        let mut table = Table::new("party", kept(&party.names.all));
        table.head(party.names.usual(), &party.names.all, &mut ids);
        table.list("aliases", by_frequency(&party.aliases), kept);
        table.list("members", by_frequency(&party.members), kept);
        table.list("offices", by_frequency(&party.offices), kept);
        out += &table.text;
    }
    let mut ids = HashSet::new();
    for issue in issues {
        let mut table = Table::new("issue", kept(&issue.all));
        table.head(&issue.name, &issue.all, &mut ids);
        // A phrase of its own each: an issue needs one, and they show what it is about.
        table.list("phrases", issue.phrases.clone(), |_| true);
        out += &table.text;
    }
    if issues.is_empty() {
        out += "\n# No position was read, so no issue is proposed. One looks like this:\n#\n# [[issue]]\n\
                # name = \"fishing quotas\"\n# phrases = [\"catch quota\", \"share of the catch\"]\n";
    }
    out
}

/// One [[party]] or [[issue]], commented out as a whole where it is not kept.
struct Table {
    text: String,
    start: &'static str,
}

impl Table {
    fn new(what: &str, kept: bool) -> Self {
        let start = if kept { "" } else { "# " };
        Self { text: format!("\n{start}[[{what}]]\n"), start }
    }

    fn line(&mut self, line: std::fmt::Arguments) {
        let _ = writeln!(self.text, "{}{line}", self.start);
    }

    fn head(&mut self, name: &str, tally: &Tally, ids: &mut HashSet<String>) {
        let plain = id(name);
        let numbered = (2..).map(|n| format!("{plain}-{n}"));
        let mut free = std::iter::once(plain.clone()).chain(numbered);
        let id = free.find(|id| ids.insert(id.clone())).unwrap_or(plain);
        self.line(format_args!("id = {}", quoted(&id)));
        self.line(format_args!("name = {} # {}", quoted(name), told(tally)));
    }

    fn list(&mut self, key: &str, items: Vec<(String, Tally)>, kept: impl Fn(&Tally) -> bool) {
        if items.is_empty() {
            return;
        }
        self.line(format_args!("{key} = ["));
        for (text, tally) in items {
            // What is commented out as a whole is so only once.
            let start = if !self.start.is_empty() || kept(&tally) { "" } else { "# " };
            self.line(format_args!("    {start}{}, # {}", quoted(&text), told(&tally)));
        }
        self.line(format_args!("]"));
    }
}

fn by_frequency(all: &BTreeMap<String, Forms>) -> Vec<(String, Tally)> {
    let mut out: Vec<_> = all.values().map(|f| (f.usual().to_owned(), f.all.clone())).collect();
    out.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.times));
    out
}

/// "12 times in 4 reports".
fn told(tally: &Tally) -> String {
    match tally.times {
        0 | 1 => "once".to_owned(),
        n => format!("{} in {}", counted(n, "time"), counted(tally.reports.len() as u64, "report")),
    }
}

fn counted(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// A TOML string on one line.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_one_line_of_toml() {
        let check = |text: &str, expected: &str| assert_eq!(quoted(text), expected);
        check("the \"wise men\"", r#""the \"wise men\"""#);
        check("a\\b\n\u{1b}", r#""a\\b\u000A\u001B""#);
    }

    #[test]
    fn counts_as_people_tell_them() {
        let check = |times, reports, expected: &str| {
            assert_eq!(told(&Tally { times, reports: (0..reports).collect() }), expected);
        };
        check(1, 1, "once");
        check(2, 1, "2 times in 1 report");
        check(12, 4, "12 times in 4 reports");
    }
}
