//! A report's text with its statements marked, for the page. The text is cut wherever a mark begins or ends, so
//! that marks may lie in each other and overlap in any way. Never leaves out or adds a word.

use std::collections::HashMap;

use maud::{Markup, html};

use super::clean::block;
use super::html::{chain, ordinal, party, speaker};
use super::page::{Record, StatementPage};

/// What the words of a mark are to their statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Source,
    Cue,
    Content,
}

/// A stretch of the text, in bytes.
struct Mark<'r> {
    start: usize,
    end: usize,
    role: Role,
    depth: usize,
    statement: &'r StatementPage,
    /// The first words of what is attributed: where the list leads to.
    first: bool,
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
    let mut open: Vec<&Mark> = Vec::new();
    let (mut at, mut next) = (0, 0);
    html! {
        @for (start, end) in paragraphs {
            p dir="auto" {
                @while edges.get(at).is_some_and(|e| *e < end) {
                    ({
                        let (from, to) = (edges[at], edges.get(at + 1).copied().unwrap_or(end));
                        at += 1;
                        open.retain(|m| m.end > from);
                        while let Some(mark) = marks.get(next).filter(|m| m.start <= from) {
                            next += 1;
                            open.extend((mark.end > from).then_some(mark));
                        }
                        if from < start { html! {} } else { piece(&text[from..to], from, &open, number) }
                    })
                }
            }
        }
    }
}

/// Some words, with all marks they lie in.
fn piece(words: &str, from: usize, open: &[&Mark], number: u64) -> Markup {
    let Some(inmost) = open.iter().max_by_key(|m| (m.depth, m.role != Role::Content)) else {
        return html! { (block(words)) };
    };
    let contents = || open.iter().filter(|m| m.role == Role::Content);
    let outer = contents().min_by_key(|m| m.depth);
    let inner =
        contents().max_by_key(|m| m.depth).filter(|i| outer.is_some_and(|o| o.depth < i.depth));
    let mut class = format!("H{}", ordinal(inmost.statement));
    let mut add = |part: &str, name: &str| {
        class.push(' ');
        class.push_str(part);
        class.push_str(name);
    };
    for mark in open {
        add("T", ordinal(mark.statement));
    }
    if let Some(outer) = outer {
        add("", outer.statement.form);
    }
    if let Some(inner) = inner {
        add("in-", inner.statement.form);
    }
    match inmost.role {
        Role::Source => add("", "source"),
        Role::Cue => add("", "cue"),
        Role::Content => {}
    }
    html! {
        @for mark in open.iter().filter(|m| m.first && m.start == from) { (reference(mark.statement, number)) }
        mark.(class) tabindex="-1" { (block(words)) (tip(inmost.statement)) }
    }
}

/// The statement's number before its words: leads to its entry in the list.
fn reference(s: &StatementPage, number: u64) -> Markup {
    let n = ordinal(s);
    let party = party(s).map(|p| format!(", {p}")).unwrap_or_default();
    let label = format!("Statement {n}: {}{party}; through {}", speaker(s), chain(s));
    html! {
        a.{ "ref R" (n) } id={ "r" (number) "-t" (n) } href={ "#r" (number) "-" (s.id) } aria-label=(label) {
            (n) (tip(s))
        }
    }
}

/// What is shown while somebody points at it.
fn tip(s: &StatementPage) -> Markup {
    html! {
        span.tip role="tooltip" {
            b dir="auto" { (speaker(s)) }
            @if let Some(party) = party(s) { " · " span dir="auto" { (party) } }
            @if let Some(said) = &s.said { " · " (said) }
            @if s.chain.len() > 1 { span.chain dir="auto" { (chain(s)) } }
        }
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
    let mut points: Vec<usize> = Vec::new();
    for s in &record.statements {
        for anchors in [&s.source, &s.cue, &s.content] {
            points.extend(anchors.iter().flat_map(|a| [a.start, a.end]));
        }
    }
    let bytes = bytes(&record.report.text, points);
    let mut out = Vec::new();
    for s in &record.statements {
        let depth = depths.get(s.id.as_str()).copied().unwrap_or(0);
        let first = s.content.iter().map(|a| a.start).min();
        for (role, anchors) in
            [(Role::Source, &s.source), (Role::Cue, &s.cue), (Role::Content, &s.content)]
        {
            out.extend(anchors.iter().map(|a| Mark {
                start: bytes[&a.start],
                end: bytes[&a.end],
                role,
                depth,
                statement: s,
                first: role == Role::Content && Some(a.start) == first,
            }));
        }
    }
    out.sort_by_key(|m| (m.start, m.depth));
    out
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
    fn what_stands_in_a_statement_is_marked_as_both() {
        let markup = text(&sample(), 1).into_string();
        assert!(markup.contains("class=\"H3 T2 T3 indirect in-indirect\""), "{markup}");
        assert!(markup.contains("class=\"H3 T2 T3 indirect source\""), "{markup}");
    }
}
