//! Turns a report into [`Document`]s: words, a vector a word, mentions, who is who.
//! Never decides who said what.

pub mod dates;
mod gate;
mod mentions;
pub mod sentences;
mod windows;

pub use gate::{about_talks, may_concern_talks};
pub(crate) use mentions::{GAPS, bucket};
pub use mentions::{Mention, MentionKind};

use crate::error::Result;
use crate::model::wordpiece::{WordPiece, pretokens};
use crate::model::{Encoder, Scratch, Weights};
use crate::report::Span;

/// Width of a word vector.
pub const WIDTH: usize = 384;

/// Bytes of text read at a time: whole paragraphs, so that memory stays bounded on any report.
const SECTION: usize = 24 * 1024;

/// One word: a run of letters and digits, or one sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where it stands in the report's text.
    pub span: Span,
    /// Its paragraph, counted from the start of the section.
    pub paragraph: u32,
}

/// A section of a report as the later rooms see it. Most reports are one section.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Words in order.
    pub tokens: Vec<Token>,
    /// One vector of [`WIDTH`] numbers a word, in a row.
    pub vectors: Vec<f32>,
    /// Mentions of people, places, organisations and the rest, by the position of their head.
    pub mentions: Vec<Mention>,
    /// What a second reading goes on from, where it was asked for.
    pub windows: Vec<Window>,
}

/// A stretch of words as the encoder read it, with the states that other layers go on from.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// First word of its context.
    pub context: usize,
    /// First word of its own.
    pub first: usize,
    /// The row of each word from `context` on.
    pub rows: Vec<usize>,
    /// A row of [`WIDTH`] numbers a piece.
    pub states: Vec<f32>,
}

impl Document {
    /// The words of `text` and no more, for tests.
    #[cfg(test)]
    pub fn of_words(text: &str) -> Self {
        Self { tokens: tokens(text, Span::new(0, text.len())), ..Self::default() }
    }

    /// The vector of word `i`.
    pub fn vector(&self, i: usize) -> &[f32] {
        &self.vectors[i * WIDTH..(i + 1) * WIDTH]
    }

    /// The span from word `first` to word `end - 1`.
    pub fn span(&self, first: usize, end: usize) -> Span {
        Span::new(self.tokens[first].span.start, self.tokens[end - 1].span.end)
    }

    /// Ranges of words that form one paragraph each.
    pub fn paragraphs(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        let mut at = 0;
        std::iter::from_fn(move || {
            let first = at;
            let paragraph = self.tokens.get(first)?.paragraph;
            while at < self.tokens.len() && self.tokens[at].paragraph == paragraph {
                at += 1;
            }
            Some(first..at)
        })
    }
}

/// Reads words, vectors and mentions. Shared by all threads; each thread has its own [`Scratch`].
pub struct Annotator {
    encoder: Encoder,
    words: WordPiece,
    mentions: mentions::Heads,
}

impl Annotator {
    /// Takes the network's parts from `weights`, the word list from `vocabulary` (one piece a line).
    pub fn new(weights: &Weights, vocabulary: &[u8]) -> Result<Self> {
        Ok(Self {
            encoder: Encoder::new(weights)?,
            words: WordPiece::new(vocabulary)?,
            mentions: mentions::Heads::new(weights)?,
        })
    }

    /// Annotates the part `range` of `text`, which begins and ends at a paragraph. `keep_after` asks for the states after
    /// so many layers.
    pub fn annotate(
        &self,
        text: &str,
        range: Span,
        keep_after: Option<usize>,
        scratch: &mut Scratch,
    ) -> Document {
        let mut document = Document { tokens: tokens(text, range), ..Document::default() };
        windows::encode(&self.encoder, &self.words, text, &mut document, keep_after, scratch);
        self.mentions.find(&mut document);
        document
    }
}

/// Cuts a text into sections of whole paragraphs; a paragraph longer than a section is cut between words.
pub fn sections(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let mut end = text.len();
        if end - start > SECTION {
            let window = &text.as_bytes()[start..start + SECTION];
            let cut = window.windows(2).rposition(|w| w == b"\n\n").map(|p| p + 2);
            let cut = cut.or_else(|| window.iter().rposition(|b| *b == b' ').map(|p| p + 1));
            end = start + cut.filter(|c| *c > 0).unwrap_or(SECTION);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
        }
        out.push(Span::new(start, end));
        start = end;
    }
    out
}

fn tokens(text: &str, range: Span) -> Vec<Token> {
    let mut paragraph = 0;
    let mut last = range.start;
    pretokens(range.of(text))
        .into_iter()
        .map(|s| {
            let span = Span::new(s.start + range.start, s.end + range.start);
            if text[last..span.start].contains("\n\n") && last > range.start {
                paragraph += 1;
            }
            last = span.end;
            Token { span, paragraph }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_cover_the_text_and_end_at_paragraphs() {
        let text = format!("{}\n\n", "A word. ".repeat(100)).repeat(100);
        let parts = sections(&text);
        assert!(parts.len() > 2);
        assert_eq!(parts.iter().map(|s| s.of(&text)).collect::<String>(), text);
        assert!(parts.iter().all(|s| s.of(&text).ends_with("\n\n")));
    }

    #[test]
    fn a_paragraph_without_end_is_cut_between_characters() {
        let text = "é".repeat(40_000);
        let parts = sections(&text);
        assert_eq!(parts.iter().map(|s| s.of(&text)).collect::<String>(), text);
    }
}
