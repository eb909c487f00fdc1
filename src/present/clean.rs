//! Report text made safe to show: control characters, escapes and direction overrides become visible
//! signs. Never changes what is recorded, only what is shown.

/// `text` on one line, with nothing in it that a terminal would obey.
pub fn line(text: &str) -> String {
    isolated(one_line(text))
}

/// Like [`line()`], for text that is still to be cut: each piece goes through [`isolated`] then.
pub fn one_line(text: &str) -> String {
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
    out
}

/// Text that runs from right to left set apart, so that what stands around it keeps its order.
pub fn isolated(mut text: String) -> String {
    if text.chars().any(is_right_to_left) {
        text.insert(0, '\u{2068}');
        text.push('\u{2069}');
    }
    text
}

/// `text` for a page: its lines and tabs stay, what nobody could see does not.
pub fn block(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\t') { c } else { visible(c) }).collect()
}

fn visible(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '␡',
        '\u{80}'..='\u{9f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{206f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{61c}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => '\u{fffd}',
        // Line and paragraph separators, where lines are kept.
        '\u{2028}' | '\u{2029}' => '\n',
        c => c,
    }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_obeys() {
        assert_eq!(line("a\u{1b}[31mred\u{7}\n b\u{9b}2J"), "a␛[31mred␇ b\u{fffd}2J");
        assert_eq!(line("x\u{202e}y"), "x\u{fffd}y");
        assert_eq!(line("שלום"), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn lines_stay_in_a_block() {
        assert_eq!(block("a\r\n\tb\u{1b}\u{2028}c"), "a␍\n\tb␛\nc");
    }

    proptest! {
        #[test]
        fn no_control_character_is_left(text: String) {
            prop_assert!(!line(&text).chars().any(char::is_control));
        }
    }
}
