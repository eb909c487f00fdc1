//! Entries as the pages of a record say them: what one holds, in a line; its words in their paragraph; through whom it
//! reached the reader. Never shows a word that is not the report's without saying so.

use jiff::Timestamp;
use serde::Serialize;

use crate::record::{Change, Held, ReportHead};
use crate::report::Span;

/// Characters of a paragraph that are shown around the words, at most, to either side.
const AROUND: usize = 300;

/// Signs around the words, where there is neither colour nor weight.
const SIGNS: (&str, &str) = ("»", "«");

/// The paragraph in which `spans` stand, with them marked.
pub(super) fn around(text: &str, spans: &[Span]) -> String {
    let mut spans: Vec<Span> =
        spans.iter().filter(|s| text.get(s.start..s.end).is_some()).copied().collect();
    spans.sort_by_key(|s| s.start);
    let (Some(first), Some(last)) = (spans.first(), spans.iter().map(|s| s.end).max()) else {
        return String::new();
    };
    let paragraph = text[..first.start].rfind("\n\n").map_or(0, |i| i + 2);
    let end = text[last..].find("\n\n").map_or(text.len(), |i| last + i);
    let before = &text[paragraph..first.start];
    let cut = before.char_indices().rev().nth(AROUND).map(|(i, _)| i);
    let start = cut.map_or(paragraph, |i| {
        paragraph + before[i..].find(char::is_whitespace).map_or(i, |space| i + space)
    });
    let after = &text[last..end];
    let stop = after.char_indices().nth(AROUND).map(|(i, _)| i);
    let stop = stop.map_or(end, |i| last + after[..i].rfind(char::is_whitespace).unwrap_or(i));
    let mut out = if start > paragraph { "…".to_owned() } else { String::new() };
    let mut at = start;
    for span in spans.iter().filter(|s| s.start < s.end) {
        if span.start < at {
            continue;
        }
        out.push_str(&text[at..span.start]);
        out.extend([SIGNS.0, &text[span.start..span.end], SIGNS.1]);
        at = span.end;
    }
    out.push_str(text.get(at..stop).unwrap_or_default());
    if stop < end {
        out.push('…');
    }
    out.trim().to_owned()
}

/// What an entry says, in a line: "Veldra · offer · stay out of the pact". `fields` are those of its row.
pub(super) fn says(kind: &str, fields: &[Held]) -> String {
    let get = |name: &str| fields.iter().find(|f| f.field == name).and_then(|f| f.text.clone());
    let or = |name: &str, unknown: &str| get(name).unwrap_or_else(|| unknown.to_owned());
    let parts: Vec<Option<String>> = match kind {
        "position" => vec![
            Some(or("holder", "(holder not known)")),
            get("stance").map(|s| s.replace('_', " ")),
            get("issue").filter(|issue| Some(issue) != get("terms").as_ref()),
            get("terms"),
        ],
        "assessment" => {
            let ahead = (get("of").as_deref() == Some("prospect")).then(|| "expected".to_owned());
            vec![
                Some(or("assessor", "the report")),
                get("value").map(|v| v.replace('_', " ")),
                ahead,
                get("words"),
            ]
        }
        "encounter" => vec![
            get("kind").map(|k| k.replace('_', " ")),
            get("status"),
            get("participants"),
            get("place"),
            get("date"),
            get("words"),
        ],
        _ => vec![Some(or("speaker", "(speaker not known)")), get("party"), get("content")],
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Through whom an entry reached the reader, outermost first; who says it twice is named once.
pub(super) fn chain(head: &ReportHead, inner: &[Option<String>]) -> Vec<String> {
    let outer = head.outlet.iter().chain(&head.agencies);
    let mut out: Vec<String> = Vec::new();
    for name in outer.chain(inner.iter().flatten()) {
        if out.last() != Some(name) {
            out.push(name.clone());
        }
    }
    out
}

/// A change, for the outside.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ChangeRow {
    pub change: i64,
    /// RFC 3339.
    pub at: String,
    /// `machine` or `person`.
    pub hand: &'static str,
    pub author: String,
    /// `add`, `accept`, `reject`, `correct`, `merge`, ...
    pub act: &'static str,
    pub about: String,
    pub reason: Option<String>,
}

impl ChangeRow {
    pub(super) fn of(change: &Change) -> Self {
        Self {
            change: change.id.0,
            at: change.at.to_string(),
            hand: change.by.hand.as_str(),
            author: change.by.author.clone(),
            act: change.act.as_str(),
            about: change.about.clone(),
            reason: change.by.reason.clone(),
        }
    }

    /// "person Ana Vela", "machine travaux 0.1.0".
    pub(super) fn by(&self) -> String {
        format!("{} {}", self.hand, self.author)
    }

    /// To the minute, in UTC.
    pub(super) fn minute(&self) -> String {
        let at: Timestamp = self.at.parse().unwrap_or_default();
        jiff::tz::Offset::UTC.to_datetime(at).strftime("%F %H:%M").to_string()
    }
}

/// A word as a shell takes it.
pub(super) fn shell(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,:=@+".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_in_their_paragraph_and_a_long_one_is_cut() {
        let text = "First.\n\nShe said no, and no again.\n\nLast.";
        let span = |words: &str| {
            let start = text.find(words).expect("there");
            Span::new(start, start + words.len())
        };
        assert_eq!(around(text, &[span("no,")]), "She said »no,« and no again.");
        let two = [span("again"), span("said")];
        assert_eq!(around(text, &two), "She »said« no, and no »again«.");
        assert_eq!(around(text, &[span("Last"), span("First")]).matches('»').count(), 2);
        assert_eq!(around(text, &[]), "");
        assert_eq!(around(text, &[Span::new(1, 9999)]), "");
        let long = format!("{0} here {0}", "wörd ".repeat(500));
        let at = long.find("here").expect("there");
        let cut = around(&long, &[Span::new(at, at + 4)]);
        assert!(cut.starts_with("… wörd") && cut.ends_with("wörd…"), "{cut}");
        assert!(cut.contains("»here«") && cut.chars().count() < 620);
    }

    #[test]
    fn a_file_of_any_name_is_one_word_to_the_shell() {
        assert_eq!(shell("talks.travaux"), "talks.travaux");
        assert_eq!(shell("my talks;x"), "'my talks;x'");
        assert_eq!(shell("it's"), "'it'\\''s'");
        assert_eq!(shell(""), "''");
    }
}
