//! Words that are given, found in a text: as a person types them, or as a former text had them. Spaces, line breaks and the
//! shape of quotation marks need not be the same; letters need.

use crate::error::{Error, Result};
use crate::report::Span;

/// The place of `words` in `text` that is nearest to byte `at`.
pub(super) fn nearest(text: &str, words: &str, at: usize) -> Option<Span> {
    let exact = text.match_indices(words).map(|(i, _)| Span::new(i, i + words.len()));
    let near = |s: &Span| s.start.abs_diff(at);
    if let Some(found) = exact.filter(|s| s.start < s.end).min_by_key(near) {
        return Some(found);
    }
    let wanted: Vec<char> = folded(words).map(|(_, c)| c).collect();
    if wanted.is_empty() {
        return None;
    }
    let have: Vec<(usize, char)> = folded(text).collect();
    let places = have.windows(wanted.len()).filter(|w| w.iter().map(|(_, c)| c).eq(&wanted));
    let span = |w: &[(usize, char)]| {
        let last = w[w.len() - 1].0;
        let end = last + text[last..].chars().next().map_or(0, char::len_utf8);
        Span::new(w[0].0, end)
    };
    places.map(span).min_by_key(near)
}

/// Characters of `text` with their bytes: runs of white space as one space, none at the ends, quotation marks as plain ones.
fn folded(text: &str) -> impl Iterator<Item = (usize, char)> {
    let trimmed = text.trim_end();
    let mut space = true;
    trimmed.char_indices().filter_map(move |(i, c)| {
        if c.is_whitespace() {
            return (!std::mem::replace(&mut space, true)).then_some((i, ' '));
        }
        space = false;
        let c = match c {
            '\u{2018}' | '\u{2019}' | '\u{201b}' | '`' => '\'',
            '\u{201c}'..='\u{201f}' => '"',
            '\u{2010}'..='\u{2014}' => '-',
            c => c,
        };
        Some((i, c))
    })
}

/// The place that somebody names: exact words, nearest to byte `at`, or code points, "120..211".
pub(super) fn named(text: &str, typed: &str, at: usize) -> Result<Span> {
    let points = typed.trim().split_once("..");
    let points = points.and_then(|(a, b)| Some((point(a)?, point(b)?)));
    let Some((from, to)) = points else {
        return nearest(text, typed, at).ok_or_else(|| {
            Error::usage(format!(
                "\"{typed}\" does not stand in the report's text; give its exact words, or the code points as 120..211"
            ))
        });
    };
    let length = text.chars().count();
    if from >= to || to > length {
        return Err(Error::usage(format!(
            "{typed}: not in the report's text, which has {length} code points; the first is 0, the last one named is not meant"
        )));
    }
    let mut edges = text.char_indices().map(|(i, _)| i).chain([text.len()]);
    let start = edges.nth(from).unwrap_or(text.len());
    let end = edges.nth(to - from - 1).unwrap_or(text.len());
    Ok(Span::new(start, end))
}

fn point(typed: &str) -> Option<usize> {
    let plain = !typed.is_empty() && typed.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| typed.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_words_are_meant_however_they_are_broken() {
        let text = "“We won’t join,” she said. She\nsaid: we won’t  join é.";
        let check = |words: &str, at, expected: Option<&str>| {
            let found = nearest(text, words, at);
            assert_eq!(found.map(|s| s.of(text)), expected, "{words}");
        };
        check("said", 0, Some("said"));
        assert_eq!(nearest(text, "said", 40).map(|s| s.start), text.rfind("said"));
        check("She said: we", 0, Some("She\nsaid: we"));
        check(" won't join ", 50, Some("won’t  join"));
        check("\"We won't join,\"", 0, Some("“We won’t join,”"));
        check("join é", 0, Some("join é"));
        check("we will join", 0, None);
        check("", 0, None);
        check("  \n", 0, None);
    }

    #[test]
    fn code_points_name_a_place_and_others_are_told_the_length() {
        let check =
            |typed: &str, expected: Result<&str, &str>| match (named("aé中d", typed, 0), expected)
            {
                (Ok(found), Ok(words)) => assert_eq!(found.of("aé中d"), words),
                (Err(found), Err(part)) => assert!(found.to_string().contains(part), "{found}"),
                (found, expected) => panic!("{typed}: {found:?}, not {expected:?}"),
            };
        check("1..3", Ok("é中"));
        check("0..4", Ok("aé中d"));
        check("3..4", Ok("d"));
        check("3..5", Err("has 4 code points"));
        check("3..3", Err("has 4 code points"));
        check("x..3", Err("does not stand in the report's text"));
    }
}
