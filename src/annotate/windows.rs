//! Words to vectors: packs paragraphs into windows that the encoder can take, with what stands before
//! as context. Never lets a window's edge decide what a later room sees: every word is read once
//! with context on its left.

use super::{Document, Window};
use crate::model::wordpiece::WordPiece;
use crate::model::{Encoder, Kept, Piece, Scratch};

/// Longest window in word pieces; the network was trained on windows of up to as many.
const LIMIT: usize = 256;
/// Pieces of the previous window repeated for context.
const CONTEXT: usize = 48;
/// Pieces of one word that are read; the rest of a monster is passed over.
const LONGEST_WORD: usize = 16;

const CLS: Piece = Piece { id: 101, shape: 0 };
const SEP: Piece = Piece { id: 102, shape: 0 };

/// Fills `document.vectors`, and `document.windows` with states after so many layers where these are asked for.
pub(super) fn encode(
    encoder: &Encoder,
    words: &WordPiece,
    text: &str,
    document: &mut Document,
    keep_after: Option<usize>,
    scratch: &mut Scratch,
) {
    let (pieces, offsets) = pieces(words, text, document);
    let size = |w: usize| offsets[w + 1] - offsets[w];
    let n = document.tokens.len();
    document.vectors.reserve_exact(n * super::WIDTH);
    let mut window = Vec::with_capacity(LIMIT + 2);
    let mut rows = Vec::new();
    let mut first = 0;
    while first < n {
        // Context: words before `first`, as many as fit.
        let mut from = first;
        let mut context = 0;
        while from > 0 && context + size(from - 1) < CONTEXT {
            from -= 1;
            context += size(from) + usize::from(breaks(document, from));
        }
        window.clear();
        rows.clear();
        window.push(CLS);
        let mut at = from;
        while at < n {
            let gap = at > from && breaks(document, at);
            if window.len() + usize::from(gap) + size(at) + 1 > LIMIT && at > first {
                break;
            }
            if gap {
                window.push(SEP);
            }
            rows.push(window.len());
            window.extend_from_slice(&pieces[offsets[at]..offsets[at + 1]]);
            at += 1;
        }
        // Not at the end: go back to a paragraph's or a sentence's end, where windows of like length would end.
        let left = offsets[n] - offsets[first];
        let aim = offsets[first] + left / left.div_ceil(LIMIT - CONTEXT);
        let aim = first + offsets[first..at].partition_point(|o| *o < aim);
        let end = if at == n { n } else { cut(text, document, first, aim, at) };
        if end < at {
            let row = rows[end - from];
            window.truncate(row - usize::from(breaks(document, end)));
            rows.truncate(end - from);
        }
        window.push(SEP);
        let mut states = Vec::new();
        let keep = keep_after.map(|after| Kept { after, states: &mut states });
        let own = &rows[first - from..];
        let vectors = encoder.encode_and_keep(&window, own, keep, scratch);
        document.vectors.extend_from_slice(vectors);
        if keep_after.is_some() {
            document.windows.push(Window { context: from, first, rows: rows.clone(), states });
        }
        first = end;
    }
}

/// Whether a paragraph begins at word `at`.
fn breaks(document: &Document, at: usize) -> bool {
    at > 0 && document.tokens[at].paragraph != document.tokens[at - 1].paragraph
}

/// Where to end a window that could reach from `first` to `at`: attention costs the square of a window's
/// length, so best near `aim`.
fn cut(text: &str, document: &Document, first: usize, aim: usize, at: usize) -> usize {
    let least = first + (aim - first) / 2;
    let nearest = |ends: &dyn Fn(usize) -> bool| {
        (least + 1..=at).filter(|&w| ends(w)).min_by_key(|w| w.abs_diff(aim))
    };
    let sentence = |w: usize| {
        w < at
            && matches!(document.tokens[w - 1].span.of(text), "." | "!" | "?" | "”")
            && document.tokens[w].span.of(text).starts_with(char::is_uppercase)
    };
    nearest(&|w| breaks(document, w)).or_else(|| nearest(&sentence)).unwrap_or(at)
}

/// All word pieces with the shape of their word, and where each word's pieces begin.
fn pieces(words: &WordPiece, text: &str, document: &Document) -> (Vec<Piece>, Vec<usize>) {
    let mut out = Vec::with_capacity(document.tokens.len() * 5 / 4);
    let mut offsets = Vec::with_capacity(document.tokens.len() + 1);
    let mut ids = Vec::new();
    let mut quoted = false;
    let mut paragraph = u32::MAX;
    for token in &document.tokens {
        if token.paragraph != paragraph {
            (quoted, paragraph) = (false, token.paragraph);
        }
        let word = match token.span.of(text) {
            "\"" if quoted => "”",
            "\"" => "“",
            word => word,
        };
        let kind = shape(word);
        quoted |= kind == 1;
        let shape = kind + if quoted { 12 } else { 0 };
        quoted &= kind != 2;
        offsets.push(out.len());
        ids.clear();
        words.pieces(word, &mut ids);
        out.extend(ids.iter().take(LONGEST_WORD).map(|&id| Piece { id, shape }));
    }
    offsets.push(out.len());
    (out, offsets)
}

/// What an uncased vocabulary does not see: case, digits, quotation marks (see train/data.py).
fn shape(word: &str) -> u8 {
    match word {
        "“" => return 1,
        "”" => return 2,
        "`" | "‘" => return 3,
        "'" | "’" => return 4,
        _ => {}
    }
    if !word.chars().any(char::is_alphanumeric) {
        return 5;
    }
    if word.chars().any(char::is_numeric) {
        return 6;
    }
    let cased = |c: &char| c.is_lowercase() || c.is_uppercase();
    let mut letters = word.chars().filter(cased).peekable();
    let any = letters.peek().is_some();
    if any && letters.clone().all(char::is_lowercase) {
        return 7;
    }
    if any && letters.all(char::is_uppercase) {
        return if word.chars().count() > 1 { 8 } else { 9 };
    }
    if word.starts_with(char::is_uppercase) { 10 } else { 11 }
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn shapes_are_those_the_network_was_trained_on() {
        for (word, expected) in [
            ("“", 1),
            ("”", 2),
            ("’", 4),
            (",", 5),
            ("1987", 6),
            ("3rd", 6),
            ("talks", 7),
            ("NATO", 8),
            ("A", 9),
            ("Geneva", 10),
            ("iPhone", 11),
        ] {
            assert_eq!(shape(word), expected, "{word}");
        }
    }
}
