//! Report text made safe to print: control characters, escapes and direction overrides become visible
//! signs. Never changes what is recorded, only what is shown.

/// `text` on one line, with nothing in it that a terminal would obey.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() {
            space = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            out.push(' ');
        }
        out.push(visible(c));
    }
    if out.chars().any(is_right_to_left) {
        // isolated, so that what stands around keeps its order
        out.insert(0, '\u{2068}');
        out.push('\u{2069}');
    }
    out
}

fn visible(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '␡',
        '\u{80}'..='\u{9f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{61c}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => '\u{fffd}',
        c => c,
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn nothing_reaches_the_terminal_that_it_obeys() {
        assert_eq!(line("a\u{1b}[31mred\u{7}\n b\u{9b}2J"), "a␛[31mred␇ b\u{fffd}2J");
        assert_eq!(line("x\u{202e}y"), "x\u{fffd}y");
        assert_eq!(line("שלום"), "\u{2068}שלום\u{2069}");
    }
}
