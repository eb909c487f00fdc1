//! Which of the four formats bytes are in. The content decides; the file name is a hint only.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::error::Error;

/// How a report is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Plain text, one report a file.
    Text,
    /// A saved web page, one report a file.
    Html,
    /// JSON Lines, one report a line; also a JSON document holding one report or a list.
    Jsonl,
    /// Reuters-21578 SGML, many reports a file.
    Sgml,
}

impl Format {
    /// All of them, in the order of the documentation.
    pub const ALL: [Format; 4] = [Format::Text, Format::Html, Format::Jsonl, Format::Sgml];

    /// The name used on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Html => "html",
            Format::Jsonl => "jsonl",
            Format::Sgml => "sgml",
        }
    }

    /// Tells the format from the first bytes of a file and, where they do not say, from its name.
    pub fn detect(head: &[u8], name: Option<&Path>) -> Format {
        let hint = name.and_then(Format::of_name);
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let lower = head[..head.len().min(1 << 16)].to_ascii_lowercase();
        let has = |needle: &str| contains(&lower, needle.as_bytes());
        let next = |at: usize| lower[at..].trim_ascii_start().first().copied();
        match lower.first() {
            Some(b'{') if matches!(next(1), Some(b'"' | b'}')) => return Format::Jsonl,
            Some(b'[') if matches!(next(1), Some(b'{' | b']')) => return Format::Jsonl,
            Some(b'<') if has("<reuters ") || lower.starts_with(b"<!doctype lewis") => {
                return Format::Sgml;
            }
            Some(b'<') if HTML_TAGS.iter().any(|tag| has(tag)) => return Format::Html,
            _ => {}
        }
        let top = &lower[..lower.len().min(1024)];
        if contains(top, b"<!doctype html") || contains(top, b"<html") {
            return Format::Html;
        }
        match hint {
            Some(Format::Html) if HTML_TAGS.iter().any(|tag| has(tag)) => Format::Html,
            Some(Format::Sgml) if has("<reuters ") => Format::Sgml,
            // A broken first line is a broken line, not another format.
            Some(Format::Jsonl) => Format::Jsonl,
            _ => Format::Text,
        }
    }

    /// What a file of this name usually is; `None` for names that do not say.
    pub fn of_name(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "txt" | "text" => Some(Format::Text),
            "html" | "htm" => Some(Format::Html),
            "jsonl" | "ndjson" | "json" => Some(Format::Jsonl),
            "sgm" | "sgml" => Some(Format::Sgml),
            _ => None,
        }
    }
}

const HTML_TAGS: [&str; 12] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<article",
    "<p>",
    "<p ",
    "<div",
    "<meta",
    "<script",
    "<title",
    "<h1",
];

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|w| w == needle)
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Format::ALL.into_iter().find(|f| f.as_str() == name).ok_or_else(|| {
            Error::usage(format!("no format `{name}`; there are text, html, jsonl and sgml"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, head: &str, expected: Format) {
        assert_eq!(
            Format::detect(head.as_bytes(), Some(Path::new(name))),
            expected,
            "{name} {head}"
        );
    }

    #[test]
    fn the_content_decides() {
        check("a.txt", "{\"id\": 1}", Format::Jsonl);
        check("a.txt", "[\n {\"id\": 1}]", Format::Jsonl);
        check("a.txt", "\u{feff} <!DOCTYPE html><title>x</title>", Format::Html);
        check("a.txt", "<!-- saved from the web -->\n<div>The talks</div>", Format::Html);
        check(
            "a.txt",
            "<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n<REUTERS NEWID=\"1\">",
            Format::Sgml,
        );
        check("a.html", "The talks ended.", Format::Text);
        check("a.json", "[Updates with reaction] The talks", Format::Jsonl);
        check("a", "[Updates with reaction] The talks ended.", Format::Text);
        check("a", "", Format::Text);
        check("a.jsonl", "garbage\n{\"id\": 1}", Format::Jsonl);
    }

    #[test]
    fn names_go_both_ways() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse::<Format>().unwrap(), format);
        }
        assert!("docx".parse::<Format>().unwrap_err().is_usage());
    }
}
