//! Says whether HTML is nested deeper than any article, in one pass over its bytes and before a tree is
//! built. Errs on the side of counting too much; never builds anything.

/// What a page may not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TooMuch {
    /// More levels than `MAX_DEPTH`.
    Deep,
    /// More tags than `MAX_TAGS`.
    Many,
}

/// Levels of open elements.
pub(super) const MAX_DEPTH: usize = 2000;
/// Opening tags.
pub(super) const MAX_TAGS: usize = 200_000;
/// How far up an end tag looks for its beginning.
const WINDOW: usize = 64;

/// Elements without content.
const VOID: [&str; 16] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "frame", "basefont",
];
/// Elements whose end tag is often left out and that end by themselves.
const SELF_ENDING: [&str; 14] = [
    "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "optgroup",
    "colgroup", "caption",
];
/// Elements whose content is not markup.
const RAW: [&str; 8] =
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];
/// End tags do not reach out of these.
const BARRIERS: [&str; 9] =
    ["table", "template", "object", "marquee", "applet", "select", "button", "svg", "math"];
/// End tags of these leave what stands inside open.
const FORMATTING: [&str; 14] = [
    "a", "b", "i", "u", "em", "strong", "font", "small", "big", "code", "tt", "s", "strike", "nobr",
];

/// Looks through a page; `None` if it is fit to be parsed.
pub(super) fn too_much(html: &str) -> Option<TooMuch> {
    let bytes = html.as_bytes();
    let mut open: Vec<&[u8]> = Vec::new();
    let (mut tags, mut foreign) = (0usize, 0usize);
    let mut at = 0;
    while let Some(found) = find(bytes, at, b'<') {
        at = found + 1;
        let rest = &bytes[at..];
        if rest.starts_with(b"!--") {
            at = find_text(bytes, at + 1, b"-->").map_or(bytes.len(), |end| end + 3);
            continue;
        }
        let closing = rest.first() == Some(&b'/');
        let from = at + usize::from(closing);
        if !bytes.get(from).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let len =
            bytes[from..].iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
        let name = &bytes[from..len.map_or(bytes.len(), |l| from + l)];
        let (end, self_closing) = tag_end(bytes, from + name.len());
        at = end;
        let is = |list: &[&str]| list.iter().any(|n| name.eq_ignore_ascii_case(n.as_bytes()));
        let is_foreign = is(&["svg", "math"]);
        if closing {
            close(&mut open, name, is(&FORMATTING), is(&["table", "template", "svg", "math"]));
            if is_foreign {
                foreign = open.iter().rev().take(WINDOW).filter(|n| is_foreign_name(n)).count();
            }
            continue;
        }
        tags += 1;
        if tags > MAX_TAGS {
            return Some(TooMuch::Many);
        }
        if is(&VOID)
            || is(&SELF_ENDING) && foreign == 0
            || self_closing && (foreign > 0 || is_foreign)
        {
            continue;
        }
        if is(&RAW) && foreign == 0 {
            at = raw_end(bytes, at, name);
            continue;
        }
        if name.eq_ignore_ascii_case(b"a") {
            // A link ends the link before.
            close(&mut open, name, true, false);
        }
        open.push(name);
        foreign += usize::from(is_foreign);
        if open.len() > MAX_DEPTH {
            return Some(TooMuch::Deep);
        }
    }
    None
}

fn is_foreign_name(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"svg") || name.eq_ignore_ascii_case(b"math")
}

/// Takes an element off the stack, with what stands above it unless it is mere formatting.
fn close(open: &mut Vec<&[u8]>, name: &[u8], formatting: bool, through: bool) {
    for (up, candidate) in open.iter().enumerate().rev().take(WINDOW) {
        if candidate.eq_ignore_ascii_case(name) {
            if formatting {
                open.remove(up);
            } else {
                open.truncate(up);
            }
            return;
        }
        if !through && BARRIERS.iter().any(|b| candidate.eq_ignore_ascii_case(b.as_bytes())) {
            return;
        }
    }
}

/// The byte after a tag, and whether it ends with `/>`. Only values are quoted.
fn tag_end(bytes: &[u8], mut at: usize) -> (usize, bool) {
    let mut after_equals = false;
    let mut slash = false;
    while let Some(&b) = bytes.get(at) {
        at += 1;
        match b {
            b'>' => return (at, slash),
            b'"' | b'\'' if after_equals => {
                at = find(bytes, at, b).map_or(bytes.len(), |end| end + 1);
                after_equals = false;
            }
            b'=' => after_equals = true,
            b if b.is_ascii_whitespace() => {}
            _ => after_equals = false,
        }
        slash = b == b'/';
    }
    (at, false)
}

/// Where the end tag of a raw element stands.
fn raw_end(bytes: &[u8], mut at: usize, name: &[u8]) -> usize {
    while let Some(found) = find_text(bytes, at, b"</") {
        let rest = &bytes[found + 2..];
        if rest.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return found;
        }
        at = found + 2;
    }
    bytes.len()
}

fn find(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|b| *b == byte).map(|at| from + at)
}

fn find_text(bytes: &[u8], from: usize, text: &[u8]) -> Option<usize> {
    bytes.get(from..)?.windows(text.len()).position(|w| w == text).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: Option<TooMuch>) {
        assert_eq!(too_much(html), expected, "{}", &html[..html.len().min(60)]);
    }

    #[test]
    fn deep_pages_are_found_whatever_they_hide_behind() {
        let n = 3000;
        check(&"<div>".repeat(n), Some(TooMuch::Deep));
        check(&"<div></b>".repeat(n), Some(TooMuch::Deep));
        check(&"<b><div></b>".repeat(n), Some(TooMuch::Deep));
        check(&"<div><table></div></table>".repeat(n), Some(TooMuch::Deep));
        check(&"<p><b x=1></p>".repeat(n), Some(TooMuch::Deep));
        check(&format!("<svg><style>{}", "<g>".repeat(n)), Some(TooMuch::Deep));
        check(&"<ul><li>".repeat(n), Some(TooMuch::Deep));
        check(&"<div \">".repeat(n), Some(TooMuch::Deep));
        check(&"<i>x</i>".repeat(MAX_TAGS + 1), Some(TooMuch::Many));
    }

    #[test]
    fn wide_and_sloppy_pages_pass() {
        let n = 5000;
        check(&"<p>One<br>two".repeat(n), None);
        check(&"<div class=\"a>b\"><b>x</b></div>".repeat(n), None);
        check(&"<a name=x>One".repeat(n), None);
        check(&"<table><tr><td>x</table>".repeat(n), None);
        check(&format!("<script>{}</script>", "'<div>'".repeat(n)), None);
        check(&format!("<!-- {} -->", "<div>".repeat(n)), None);
        check(&"<svg><path d='x'/></svg>".repeat(n), None);
        check("a < b <", None);
    }
}
