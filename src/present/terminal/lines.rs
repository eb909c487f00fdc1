//! Text to lines of the terminal: wrapped to so many columns, in styles, beside each other. Never puts more
//! columns on a line than there is room for.

use std::fmt::Write;

use anstyle::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::DIM;
use crate::present::clean::isolated;

/// One line, in pieces of one style each.
pub(in crate::present) type Line = Vec<(Style, String)>;

/// `text` as one word that is not cut at its spaces. No text of a report has spaces of this kind any more.
pub(super) fn glued(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

/// Lines of at most `width` columns, cut at spaces; a word wider than that is cut within. No lines for no
/// text.
pub(super) fn wrap(style: Style, text: &str, width: usize) -> Vec<Line> {
    flow(&[(style, text)], width)
}

/// Like [`wrap`], for a text of several styles with a space between them.
pub(in crate::present) fn flow(parts: &[(Style, &str)], width: usize) -> Vec<Line> {
    let mut out = Vec::new();
    let (mut line, mut used) = (Line::new(), 0);
    let words = |text| str::split(text, ' ').filter(|w| !w.is_empty());
    for (style, word) in parts.iter().flat_map(|(style, text)| words(text).map(|w| (*style, w))) {
        let wide = word.width();
        if used > 0 && used + 1 + wide > width {
            out.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            // The space goes with what stands before it: nothing is underlined ahead of its words.
            line.last_mut().expect("columns are used").1.push(' ');
            used += 1;
        }
        if wide <= width {
            push(&mut line, style, word);
            used += wide;
            continue;
        }
        for c in word.chars() {
            let wide = c.width().unwrap_or(0);
            if used > 0 && used + wide > width {
                out.push(std::mem::take(&mut line));
                used = 0;
            }
            push(&mut line, style, c.encode_utf8(&mut [0; 4]));
            used += wide;
        }
    }
    out.extend((!line.is_empty()).then_some(line));
    out
}

fn push(line: &mut Line, style: Style, text: &str) {
    match line.last_mut() {
        Some((last, words)) if *last == style => words.push_str(text),
        _ => line.push((style, text.to_owned())),
    }
}

/// Two columns, `indent` in from the left, the second `second` columns further on. A hook at the first line
/// says that this stands inside the statement above.
pub(super) fn side_by_side(
    left: &[Line],
    right: &[Line],
    indent: usize,
    second: usize,
    hook: bool,
    out: &mut String,
) {
    for i in 0..left.len().max(right.len()) {
        if hook && i == 0 {
            let _ = write!(out, "{}{DIM}└{DIM:#} ", " ".repeat(indent - 2));
        } else {
            out.push_str(&" ".repeat(indent));
        }
        let mut used = 0;
        for (style, text) in left.get(i).into_iter().flatten() {
            used += text.width();
            styled(*style, text, out);
        }
        if let Some(line) = right.get(i) {
            out.push_str(&" ".repeat(second.saturating_sub(used)));
            line.iter().for_each(|(style, text)| styled(*style, text, out));
        }
        out.push('\n');
    }
}

fn styled(style: Style, text: &str, out: &mut String) {
    let text = isolated(text.replace('\u{a0}', " "));
    let _ = write!(out, "{style}{text}{style:#}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::terminal::{BOLD, PLAIN};

    fn plain(lines: Vec<Line>) -> Vec<String> {
        lines.iter().map(|l| l.iter().map(|(_, text)| text.as_str()).collect()).collect()
    }

    #[test]
    fn wide_characters_count_double() {
        let check = |text: &str, width, expected: &[&str]| {
            assert_eq!(plain(wrap(PLAIN, text, width)), expected);
        };
        check("aa bb cc", 5, &["aa bb", "cc"]);
        check("中文中文", 4, &["中文", "中文"]);
        check("", 4, &[]);
        let long = plain(wrap(PLAIN, &"x".repeat(10_000), 40));
        assert!(long.iter().all(|l| l.width() <= 40));
    }

    #[test]
    fn styles_may_change_within_a_line() {
        let lines = flow(&[(BOLD, "aa"), (PLAIN, "bb cc"), (PLAIN, ""), (BOLD, "dd")], 8);
        let expected = [
            vec![(BOLD, "aa ".to_owned()), (PLAIN, "bb cc".to_owned())],
            vec![(BOLD, "dd".to_owned())],
        ];
        assert_eq!(lines, expected);
    }
}
