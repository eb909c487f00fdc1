//! Turns bytes from wherever people have them into [`Report`]s. Never changes the words of a report.

use jiff::civil::Date;

/// A stretch of a report's text, in bytes: `text[start..end]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` to `end`, in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self { start, end }
    }

    /// The words it stands for.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(&self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub fn overlaps(&self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// One news text with what is known about where it comes from. Unknown is `None`, never a guess.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The id the input gave (JSON Lines `id`, Reuters `NEWID`), else derived from the content.
    pub id: String,
    /// Headline, as printed.
    pub title: Option<String>,
    /// Who published it ("Harbour Gazette").
    pub outlet: Option<String>,
    /// Wire agencies credited ("Reuters", "EFE").
    pub agencies: Vec<String>,
    /// The author's line.
    pub byline: Option<String>,
    /// Place of the dateline ("GENEVA").
    pub place: Option<String>,
    /// Day of publication; relative dates are resolved against it.
    pub published: Option<Date>,
    /// ISO 639-1 code of the language.
    pub language: Option<String>,
    /// Where it was found.
    pub url: Option<String>,
    /// The text: UTF-8, paragraphs separated by an empty line.
    pub text: String,
}
