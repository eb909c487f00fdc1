//! A report's text with its statements, positions, assessments and encounters marked, for the page. The text is
//! cut wherever a mark begins or ends, so that marks may lie in each other and overlap in any way. Never leaves
//! out or adds a word.

use std::collections::HashMap;

use maud::{Markup, html};

use super::clean::{block, one_line};
use super::html::{chain, ordinal, party, speaker};
use super::page::{Anchor, Record, StatementPage};
use super::signs::{Entry, words};

/// What the words of a mark are to their statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Source,
    Cue,
    Content,
}

/// What the words of a mark belong to.
#[derive(Clone, Copy)]
enum Owner<'r> {
    Statement {
        statement: &'r StatementPage,
        role: Role,
        depth: usize,
    },
    /// Its terms or words, or else its condition, scope, reason or figure.
    Entry {
        entry: Entry<'r>,
        words: bool,
    },
}

/// A stretch of the text, in bytes.
struct Mark<'r> {
    start: usize,
    end: usize,
    owner: Owner<'r>,
    /// The first words of what is attributed or coded: where list and table lead to.
    first: bool,
}

/// What lies over some words.
#[derive(Default)]
struct Open<'a, 'r> {
    marks: Vec<&'a Mark<'r>>,
    /// Marks whose reference is still to be put before the next words.
    due: Vec<&'a Mark<'r>>,
}

/// The text in paragraphs; `number` is the report's on the page.
pub(super) fn text(record: &Record, number: u64) -> Markup {
    let text = record.report.text.as_str();
    let marks = marks(record);
    let mut edges: Vec<usize> = marks.iter().flat_map(|m| [m.start, m.end]).collect();
    let paragraphs = paragraphs(text);
    edges.extend(paragraphs.iter().flat_map(|(start, end)| [*start, *end]));
    edges.sort_unstable();
    edges.dedup();
    let mut open = Open::default();
    let (mut at, mut next) = (0, 0);
    html! {
        @for (start, end) in paragraphs {
            p dir="auto" {
                @while edges.get(at).is_some_and(|e| *e < end) {
                    ({
                        let (from, to) = (edges[at], edges.get(at + 1).copied().unwrap_or(end));
                        at += 1;
                        open.marks.retain(|m| m.end > from);
                        while let Some(mark) = marks.get(next).filter(|m| m.start <= from) {
                            next += 1;
                            open.marks.extend((mark.end > from).then_some(mark));
                            open.due.extend(mark.first.then_some(mark));
                        }
                        if from < start { html! {} } else { piece(&text[from..to], &mut open, number) }
                    })
                }
            }
        }
    }
}

/// Some words, with all marks they lie in.
fn piece(text: &str, open: &mut Open, number: u64) -> Markup {
    let due = std::mem::take(&mut open.due);
    let statements = || {
        open.marks.iter().filter_map(|m| match m.owner {
            Owner::Statement { statement, role, depth } => Some((statement, role, depth)),
            Owner::Entry { .. } => None,
        })
    };
    let coded = || {
        open.marks.iter().filter_map(|m| match m.owner {
            Owner::Entry { entry, words } => Some((entry, words)),
            Owner::Statement { .. } => None,
        })
    };
    let inmost = statements().max_by_key(|(_, role, depth)| (*depth, *role != Role::Content));
    let contents = || statements().filter(|(_, role, _)| *role == Role::Content);
    let outer = contents().min_by_key(|(_, _, depth)| *depth);
    let inner = contents().max_by_key(|(_, _, d)| *d).filter(|i| outer.is_some_and(|o| o.2 < i.2));
    let mut classes: Vec<String> = Vec::new();
    classes.extend(inmost.map(|(s, ..)| format!("H{}", ordinal(s))));
    classes.extend(statements().map(|(s, ..)| format!("T{}", ordinal(s))));
    classes.extend(outer.map(|(s, ..)| s.form.to_owned()));
    classes.extend(inner.map(|(s, ..)| format!("in-{}", s.form)));
    match inmost.map(|(_, role, _)| role) {
        Some(Role::Source) => classes.push("source".into()),
        Some(Role::Cue) => classes.push("cue".into()),
        Some(Role::Content) | None => {}
    }
    classes.extend(coded().map(|(entry, _)| format!("C{}", entry.id())));
    classes.extend(coded().any(|(_, words)| words).then(|| "coded".to_owned()));
    html! {
        @for mark in due {
            @match mark.owner {
                Owner::Statement { statement, .. } => (reference(statement, number)),
                Owner::Entry { entry, .. } => (sign(entry, number)),
            }
        }
        @if classes.is_empty() { (block(text)) }
        @else {
            mark.(classes.join(" ")) tabindex="-1" {
                (block(text))
                span.tip role="tooltip" {
                    @if let Some((statement, ..)) = inmost { (of_statement(statement)) }
                    @for (entry, _) in coded() { (of_entry(entry)) }
                }
            }
        }
    }
}

/// The statement's number before its words: leads to its entry in the list.
fn reference(s: &StatementPage, number: u64) -> Markup {
    let n = ordinal(s);
    let party = party(s).map(|p| format!(", {p}")).unwrap_or_default();
    let label = format!("Statement {n}: {}{party}; through {}", speaker(s), chain(s));
    html! {
        a.{ "ref R" (n) } id={ "r" (number) "-t" (n) } href={ "#r" (number) "-" (s.id) } aria-label=(label) {
            (n) span.tip role="tooltip" { (of_statement(s)) }
        }
    }
}

/// The sign of a position, an assessment or an encounter before its words: leads to its place in the table.
fn sign(entry: Entry, number: u64) -> Markup {
    let (id, sign) = (entry.id(), entry.sign());
    let label = format!("{}: {}", entry.label(), words(entry.words()));
    html! {
        a.{ "ref of " (sign.tone.class()) " Q" (id) } id={ "r" (number) "-at-" (id) } href={ "#r" (number) "-" (id) } aria-label=(label) {
            (sign.mark) span.tip role="tooltip" { (of_entry(entry)) }
        }
    }
}

/// What is shown while somebody points at a statement.
fn of_statement(s: &StatementPage) -> Markup {
    html! {
        b dir="auto" { (speaker(s)) }
        @if let Some(party) = party(s) { " · " span dir="auto" { (party) } }
        @if let Some(said) = &s.said { " · " (one_line(said)) }
        @if s.chain.len() > 1 { span.chain dir="auto" { (chain(s)) } }
    }
}

/// What is shown while somebody points at the words of an entry.
fn of_entry(entry: Entry) -> Markup {
    html! {
        span.coding dir="auto" { (entry.sign().mark) " " (entry.label()) }
        @if entry.chain().len() > 1 { span.chain dir="auto" { (one_line(&entry.chain().join(" ← "))) } }
    }
}

/// Where paragraphs begin and end, empty ones left out.
fn paragraphs(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = 0;
    for part in text.split("\n\n") {
        let end = start + part.len();
        if !part.trim().is_empty() {
            out.push((start, end));
        }
        start = end + 2;
    }
    out
}

/// All anchors of a record, in the order of their beginning.
fn marks(record: &Record) -> Vec<Mark<'_>> {
    let depths: HashMap<&str, usize> =
        record.outline().into_iter().map(|(depth, s)| (s.id.as_str(), depth)).collect();
    let mut anchors: Vec<(&Anchor, Owner, bool)> = Vec::new();
    for statement in &record.statements {
        let depth = depths.get(statement.id.as_str()).copied().unwrap_or(0);
        let first = first(&statement.content);
        for (role, of) in [
            (Role::Source, &statement.source),
            (Role::Cue, &statement.cue),
            (Role::Content, &statement.content),
        ] {
            let owner = Owner::Statement { statement, role, depth };
            let leads = |i| role == Role::Content && Some(i) == first;
            anchors.extend(of.iter().enumerate().map(|(i, a)| (a, owner, leads(i))));
        }
    }
    for entry in Entry::all(record) {
        let first = first(entry.words());
        let words = Owner::Entry { entry, words: true };
        anchors.extend(entry.words().iter().enumerate().map(|(i, a)| (a, words, Some(i) == first)));
        anchors.extend(entry.fields().map(|a| (a, Owner::Entry { entry, words: false }, false)));
    }
    let points = anchors.iter().flat_map(|(a, ..)| [a.start, a.end]).collect();
    let bytes = bytes(&record.report.text, points);
    let mut out: Vec<Mark> = anchors
        .into_iter()
        .map(|(a, owner, first)| Mark { start: bytes[&a.start], end: bytes[&a.end], owner, first })
        .collect();
    out.sort_by_key(|m| match m.owner {
        Owner::Statement { depth, .. } => (m.start, depth),
        Owner::Entry { .. } => (m.start, usize::MAX),
    });
    out
}

/// Which of them comes first in the text.
fn first(anchors: &[Anchor]) -> Option<usize> {
    (0..anchors.len()).min_by_key(|i| anchors[*i].start)
}

/// Code points to bytes, in one pass over the text.
fn bytes(text: &str, mut points: Vec<usize>) -> HashMap<usize, usize> {
    points.sort_unstable();
    points.dedup();
    let mut out = HashMap::with_capacity(points.len());
    let mut wanted = points.iter().copied().peekable();
    for (point, (byte, _)) in text.char_indices().enumerate() {
        if wanted.next_if_eq(&point).is_some() {
            out.insert(point, byte);
        }
    }
    out.extend(wanted.map(|point| (point, text.len())));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::page::sample;

    /// Bare words: without tags, and without the numbers and tips put in between.
    fn words(markup: &str) -> String {
        let (mut out, mut rest) = (String::new(), markup);
        while let Some(at) = rest.find('<') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let end = match rest {
                r if r.starts_with("<a ") => r.find("</a>").map(|e| e + 4),
                r if r.starts_with("<span class=\"tip") => r.find("</span></mark>").map(|e| e + 7),
                r => r.find('>').map(|e| e + 1),
            };
            rest = &rest[end.expect("closed")..];
        }
        out.push_str(rest);
        out.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    #[test]
    fn no_word_is_lost_or_added() {
        let record = sample();
        let markup = text(&record, 1).into_string();
        assert_eq!(words(&markup), record.report.text.replace("\n\n", ""));
        assert_eq!(markup.matches("<p ").count(), 2);
    }

    #[test]
    fn a_mark_over_two_paragraphs_is_in_both() {
        let mut record = sample();
        let length = record.report.text.chars().count();
        record.statements[0].content[0].end = length;
        let markup = text(&record, 1).into_string();
        assert_eq!(words(&markup), record.report.text.replace("\n\n", ""));
        assert_eq!(markup.matches("id=\"r1-t1\"").count(), 1);
        assert!(markup.split("<p ").skip(1).all(|p| p.contains("T1")));
    }

    #[test]
    fn words_of_entries_are_marked_in_statements_and_outside() {
        let mut record = sample();
        let text_of = |r: &Record| text(r, 1).into_string();
        let markup = text_of(&record);
        assert!(markup.contains("class=\"H3 T2 T3 indirect in-indirect Cp1 coded\""), "{markup}");
        let leads = "<a class=\"ref of good Qp1\" id=\"r1-at-p1\" href=\"#r1-p1\" aria-label=\"Ostmark: offer: stay out\">+";
        assert!(markup.contains(leads), "{markup}");
        record.statements.clear();
        let markup = text_of(&record);
        assert!(markup.contains("<mark class=\"Cp1 coded\""), "{markup}");
        assert_eq!(words(&markup), record.report.text.replace("\n\n", ""));
    }

    #[test]
    fn entries_may_overlap_and_begin_between_paragraphs() {
        let mut record = sample();
        let gap = record.report.text.find("\n\n").expect("two paragraphs");
        let length = record.report.text.chars().count();
        record.positions[0].terms[0].start = 3;
        record.positions[0].terms[0].end = length - 5;
        record.positions[0].anchors.reason =
            Some(Anchor { start: 9, end: 12, exact: "see".into() });
        record.assessments[0].words[0].start = gap + 1;
        record.assessments[0].words[0].end = length;
        record.encounters[0].words[0].start = gap;
        record.encounters[0].words[0].end = gap + 2;
        let markup = text(&record, 1).into_string();
        assert_eq!(words(&markup), record.report.text.replace("\n\n", ""));
        for id in ["p1", "a1", "e1"] {
            assert_eq!(markup.matches(&format!("id=\"r1-at-{id}\"")).count(), 1, "{markup}");
        }
        for tag in ["mark", "span", "a", "p", "b"] {
            let opened = markup.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, markup.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }

    #[test]
    fn nothing_of_an_entry_is_obeyed() {
        let mut record = sample();
        let evil = "\"><script>x</script>\u{202e}\u{1b}";
        record.positions[0].holder = Some(evil.into());
        record.positions[0].terms[0].exact = evil.into();
        record.positions[0].chain.push(evil.into());
        record.statements[0].said = Some(evil.into());
        let markup = text(&record, 1).into_string();
        for part in ["<script", "\">&lt;", "\u{202e}", "\u{1b}"] {
            let label = markup.replace("dir=\"auto\">", "");
            assert!(!label.contains(part), "{part} is in {markup}");
        }
    }

    #[test]
    fn what_stands_in_a_statement_is_marked_as_both() {
        let markup = text(&sample(), 1).into_string();
        assert!(markup.contains("class=\"H3 T2 T3 indirect in-indirect\""), "{markup}");
        assert!(markup.contains("class=\"H3 T2 T3 indirect source\""), "{markup}");
    }
}
