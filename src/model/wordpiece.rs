//! Text to words, words to the ids of their pieces, as BERT's uncased tokeniser does it. Offsets are those
//! of the original text; nothing is normalised before it is cut.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::error::{Error, Result};
use crate::report::Span;

/// Words longer than this many characters are unknown.
const LONGEST: usize = 100;
const UNKNOWN: u32 = 100;

/// Cuts a text at white space; every punctuation sign and ideograph is a word by itself.
pub fn pretokens(text: &str) -> Vec<Span> {
    let mut out = Vec::with_capacity(text.len() / 5);
    let mut start = None;
    for (at, c) in text.char_indices() {
        let class = class(c);
        if class == Class::Letter {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            out.push(Span::new(start, at));
        }
        if class == Class::Alone {
            out.push(Span::new(at, at + c.len_utf8()));
        }
    }
    if let Some(start) = start {
        out.push(Span::new(start, text.len()));
    }
    out
}

#[derive(PartialEq, Clone, Copy)]
enum Class {
    Space,
    Alone,
    Letter,
}

fn class(c: char) -> Class {
    if c.is_ascii_alphanumeric() {
        Class::Letter
    } else if c.is_ascii_punctuation() {
        Class::Alone
    } else if c.is_ascii() || c.is_whitespace() || is_invisible(c) {
        Class::Space
    } else if is_punctuation(c) || is_ideograph(c) {
        Class::Alone
    } else {
        Class::Letter
    }
}

/// Control and format characters that are no part of any word.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

/// Unicode punctuation of the scripts a news text may quote.
fn is_punctuation(c: char) -> bool {
    matches!(c, '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' | '\u{37e}' | '\u{387}' | '\u{55a}'..='\u{55f}'
        | '\u{589}' | '\u{58a}' | '\u{5be}' | '\u{5c0}' | '\u{5c3}' | '\u{5c6}' | '\u{5f3}' | '\u{5f4}'
        | '\u{609}' | '\u{60a}' | '\u{60c}' | '\u{60d}' | '\u{61b}' | '\u{61d}'..='\u{61f}' | '\u{66a}'..='\u{66d}'
        | '\u{6d4}' | '\u{964}' | '\u{965}' | '\u{970}' | '\u{e4f}' | '\u{e5a}' | '\u{e5b}'
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}' | '\u{2045}'..='\u{2051}' | '\u{2053}'..='\u{205e}'
        | '\u{207d}' | '\u{207e}' | '\u{208d}' | '\u{208e}' | '\u{2308}'..='\u{230b}' | '\u{2329}' | '\u{232a}'
        | '\u{2768}'..='\u{2775}' | '\u{27c5}' | '\u{27c6}' | '\u{27e6}'..='\u{27ef}' | '\u{2983}'..='\u{2998}'
        | '\u{2e00}'..='\u{2e2e}' | '\u{2e30}'..='\u{2e4f}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}'
        | '\u{3014}'..='\u{301f}' | '\u{3030}' | '\u{303d}' | '\u{30a0}' | '\u{30fb}' | '\u{fe10}'..='\u{fe19}'
        | '\u{fe30}'..='\u{fe52}' | '\u{fe54}'..='\u{fe61}' | '\u{fe63}' | '\u{fe68}' | '\u{fe6a}' | '\u{fe6b}'
        | '\u{ff01}'..='\u{ff03}' | '\u{ff05}'..='\u{ff0a}' | '\u{ff0c}'..='\u{ff0f}' | '\u{ff1a}' | '\u{ff1b}'
        | '\u{ff1f}' | '\u{ff20}' | '\u{ff3b}'..='\u{ff3d}' | '\u{ff3f}' | '\u{ff5b}' | '\u{ff5d}' | '\u{ff5f}'..='\u{ff65}')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2ceaf}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}

/// The list of word pieces.
#[derive(Debug)]
pub struct WordPiece {
    ids: HashMap<Box<[u8]>, u32, BuildHasherDefault<Fnv>>,
}

impl WordPiece {
    /// Reads a vocabulary: one piece a line, its id the line's number from 0.
    pub fn new(vocabulary: &[u8]) -> Result<Self> {
        let lines = vocabulary.split(|b| *b == b'\n');
        let mut ids = HashMap::with_capacity_and_hasher(vocabulary.len() / 7, Default::default());
        for (id, line) in lines.enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if !line.is_empty() {
                ids.insert(line.into(), id as u32);
            }
        }
        if !ids.contains_key(&b"[UNK]"[..]) {
            return Err(Error::model("vocabulary: no piece `[UNK]`; it has one piece a line"));
        }
        Ok(Self { ids })
    }

    /// Appends the ids of one word's pieces.
    pub fn pieces(&self, word: &str, out: &mut Vec<u32>) {
        let plain: Vec<u8>;
        let bytes: &[u8] = if word.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()) {
            word.as_bytes()
        } else if word.is_ascii() {
            plain = word.to_ascii_lowercase().into_bytes();
            &plain
        } else {
            let folded = word.chars().flat_map(char::to_lowercase).nfd();
            plain = folded.filter(|c| !is_combining_mark(*c)).collect::<String>().into_bytes();
            &plain
        };
        let first = out.len();
        if bytes.is_empty() || bytes.len() > LONGEST * 4 || self.cut(bytes, out).is_none() {
            out.truncate(first);
            out.push(UNKNOWN);
        }
    }

    /// Greedy longest match; `None` where a rest matches nothing.
    fn cut(&self, word: &[u8], out: &mut Vec<u32>) -> Option<()> {
        if std::str::from_utf8(word).is_ok_and(|w| w.chars().count() > LONGEST) {
            return None;
        }
        let mut key = Vec::with_capacity(word.len() + 2);
        let mut at = 0;
        while at < word.len() {
            let prefix: &[u8] = if at > 0 { b"##" } else { b"" };
            let mut end = word.len();
            let id = loop {
                if end == at {
                    return None;
                }
                key.clear();
                key.extend_from_slice(prefix);
                key.extend_from_slice(&word[at..end]);
                if let Some(id) = self.ids.get(key.as_slice()) {
                    break *id;
                }
                end -= 1;
            };
            out.push(id);
            at = end;
        }
        Some(())
    }
}

/// Fowler-Noll-Vo: short keys, trusted input.
#[derive(Default, Clone)]
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_usize(&mut self, _: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let got: Vec<&str> = pretokens(text).iter().map(|s| s.of(text)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn words_are_cut_where_bert_cuts_them() {
        check("Oran's “no-go” café.", &["Oran", "'", "s", "“", "no", "-", "go", "”", "café", "."]);
        check("cafe\u{301} 中文\u{200b}x 5€", &["cafe\u{301}", "中", "文", "x", "5€"]);
        check(" \n\t ", &[]);
    }

    #[test]
    fn pieces_are_the_longest_that_fit() {
        let vocabulary = "a\nb\n[UNK]\ncafe\n##s\nun\n##able\n##ab";
        let pieces = WordPiece::new(vocabulary.as_bytes()).unwrap();
        let check = |word: &str, expected: &[u32]| {
            let mut out = Vec::new();
            pieces.pieces(word, &mut out);
            assert_eq!(out, expected, "{word}");
        };
        check("Cafés", &[3, 4]);
        check("unable", &[5, 6]);
        check("xyz", &[UNKNOWN]);
        check("\u{301}", &[UNKNOWN]);
    }
}
