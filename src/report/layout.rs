//! Turns lines into paragraphs: text that was wrapped by hand or by a wire is unwrapped, paragraphs are
//! separated by one empty line. Never touches anything but line ends, indents, trailing blanks and the
//! hyphens of words that were broken at a line's end.

use std::collections::HashSet;

/// Lines of text as typed or transmitted, told apart into a title and paragraphs.
pub(super) struct Layout<'t> {
    lines: Vec<Line<'t>>,
    /// Column where lines were broken; `None` where they were not.
    wrapped_at: Option<u32>,
    /// Whether an indent begins a paragraph: some lines have one and some do not, or it is wire copy.
    indents: bool,
}

/// Small, because hostile text may consist of nothing else.
struct Line<'t> {
    /// The line with its indent, without trailing blanks.
    whole: &'t str,
    /// Characters of the indent.
    indent: u32,
    /// Characters, indent included.
    width: u32,
}

impl<'t> Line<'t> {
    fn of(line: &'t str) -> Self {
        let whole = line.trim_end();
        let words = whole.trim_start().chars().count();
        let width = whole.chars().count();
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { whole, indent: small(width - words), width: small(width) }
    }

    fn words(&self) -> &'t str {
        self.whole.trim_start()
    }

    fn blank(&self) -> bool {
        self.whole.is_empty()
    }
}

/// Wires and typists break lines between these columns.
const WRAP_COLUMNS: std::ops::RangeInclusive<u32> = 45..=110;
/// A paragraph of one line is at least this wide, where no empty lines tell.
const LONG_LINE: u32 = 110;
/// Titles are no longer than this, in characters.
const TITLE_MAX: usize = 200;

impl<'t> Layout<'t> {
    /// Looks at how `text` (with `\n` line ends) is laid out.
    pub(super) fn of(text: &'t str) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        for line in text.split('\n').map(Line::of) {
            // One empty line says as much as many.
            if !(line.blank() && lines.last().is_none_or(Line::blank)) {
                lines.push(line);
            }
        }
        let wrapped_at = wrap_column(&lines);
        let indents = lines.iter().any(|l| !l.blank() && l.indent < 2);
        Self { lines, wrapped_at, indents }
    }

    /// As `of`, for text known to be wrapped with indented paragraphs (wire copy).
    pub(super) fn of_wire(text: &'t str) -> Self {
        let mut layout = Self::of(text);
        layout.wrapped_at = layout.wrapped_at.or(Some(*WRAP_COLUMNS.start()));
        layout.indents = true;
        layout
    }

    /// Takes the headline off the top, where there is one: a first line (or two wrapped ones) without
    /// final full stop, followed by an empty line or short, and not `is_dateline`.
    pub(super) fn take_title(&mut self, is_dateline: impl Fn(&str) -> bool) -> Option<String> {
        let first = self.lines.iter().position(|l| !l.blank())?;
        let block = self.lines[first..].iter().take_while(|l| !l.blank()).take(4).count();
        let after = first + block;
        let more = self.lines[after..].iter().any(|l| !l.blank());
        let title_like = |words: &str| {
            words.chars().count() <= TITLE_MAX && !ends_sentence(words) && !is_dateline(words)
        };
        let take = match block {
            1 if more => 1,
            2 | 3 if more && self.wrapped_at.is_some() => block,
            1 => return None,
            _ => {
                let (line, next) = (&self.lines[first], &self.lines[first + 1]);
                let runs_on = next.words().starts_with(char::is_lowercase)
                    || self.wrapped_at.is_some_and(|column| breaks_at(line, next, column));
                if runs_on && next.indent <= line.indent {
                    return None;
                }
                1
            }
        };
        let words: Vec<&str> = self.lines[first..first + take].iter().map(|l| l.words()).collect();
        let title = words.join(" ");
        if !title_like(&title) {
            return None;
        }
        self.lines.drain(..first + take);
        Some(title)
    }

    /// The paragraphs, separated by one empty line.
    pub(super) fn paragraphs(&self) -> String {
        let mut out = String::with_capacity(self.lines.iter().map(|l| l.whole.len() + 2).sum());
        let between = if self.inner_gaps() { "\n" } else { self.between_lines() };
        let words = self.wrapped_at.and_then(|_| Words::of(&self.lines));
        let mut previous: Option<&Line> = None;
        for line in &self.lines {
            if line.blank() {
                previous = None;
                continue;
            }
            if !out.is_empty() {
                let gap = match previous {
                    None => "\n\n",
                    Some(_) if self.wrapped_at.is_none() => between,
                    Some(above) if line.indent >= above.indent + 2 => "\n\n",
                    // Several indented lines in a row: a paragraph each, unless all is indented.
                    Some(above)
                        if line.indent >= 2 && line.indent == above.indent && self.indents =>
                    {
                        "\n\n"
                    }
                    Some(above) if cut_word(above, line) => {
                        if words.as_ref().is_some_and(|w| !w.keep_hyphen(above, line)) {
                            out.pop();
                        }
                        ""
                    }
                    Some(_) => " ",
                };
                out.push_str(gap);
            }
            // Only text that is not reflowed keeps its indents, save for the very first.
            let keep_indent = self.wrapped_at.is_none() && !out.is_empty();
            out.push_str(if keep_indent && previous.is_some() { line.whole } else { line.words() });
            previous = Some(line);
        }
        out
    }

    /// What separates lines where there is no empty line at all and nothing was wrapped.
    fn between_lines(&self) -> &'static str {
        let lines = self.lines.iter().filter(|l| !l.blank());
        let (mut all, mut long) = (0usize, 0usize);
        for line in lines {
            all += 1;
            long += usize::from(line.width >= LONG_LINE || ends_sentence(line.words()));
        }
        if long * 2 > all { "\n\n" } else { "\n" }
    }

    /// Whether an empty line stands between two lines with words.
    fn inner_gaps(&self) -> bool {
        let inner = self.lines.iter().skip_while(|l| l.blank());
        let mut after_gap = inner.skip_while(|l| !l.blank());
        after_gap.any(|l| !l.blank())
    }
}

/// The column at which lines were broken, if they were. The test is that of a typist: a line was broken
/// where the next word no longer fitted.
fn wrap_column(lines: &[Line]) -> Option<u32> {
    // Lines that go on: the one below belongs to the same block and is not indented more.
    let goes_on =
        |pair: &&[Line]| !pair[0].blank() && !pair[1].blank() && pair[1].indent <= pair[0].indent;
    let mut widths: Vec<u32> = lines.windows(2).filter(goes_on).map(|p| p[0].width).collect();
    if widths.is_empty() {
        return None;
    }
    // One line in twenty may stick out (an address that has no blank to break at).
    let at = (widths.len() - 1) * 19 / 20;
    let column = *widths.select_nth_unstable(at).1;
    if !WRAP_COLUMNS.contains(&column) {
        return None;
    }
    let pairs = || lines.windows(2).filter(goes_on);
    let breaks = |p: &&[Line]| cut_word(&p[0], &p[1]) || breaks_at(&p[0], &p[1], column);
    let broken = pairs().filter(breaks).count();
    // Two lines alone may do so by chance: there a sentence has to run over the break.
    let runs_over = pairs().any(|p| !ends_sentence(p[0].words()));
    (broken * 10 >= widths.len() * 7 && runs_over).then_some(column)
}

/// Whether the first word of `next` would not have fitted on `line`.
fn breaks_at(line: &Line, next: &Line, column: u32) -> bool {
    let word = next
        .words()
        .split(char::is_whitespace)
        .next()
        .map_or(0, |w| w.chars().take(column as usize + 1).count());
    line.width as usize + 1 + word > column as usize
}

/// Whether a word was broken between two lines: a hyphen after a letter, a small letter below.
fn cut_word(line: &Line, next: &Line) -> bool {
    line.whole.strip_suffix('-').is_some_and(|l| l.ends_with(char::is_alphabetic))
        && next.words().starts_with(char::is_lowercase)
}

/// The words of a text in which some are broken, to tell "Mon-day" from "vice-president".
struct Words(HashSet<String>);

impl Words {
    /// `None` where none is broken.
    fn of(lines: &[Line]) -> Option<Self> {
        let none = !lines.windows(2).any(|p| cut_word(&p[0], &p[1]));
        let words = lines.iter().flat_map(|l| l.whole.split_whitespace());
        let bare = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        (!none).then(|| Self(words.map(bare).collect()))
    }

    /// Whether the hyphen between two lines belongs to the word.
    fn keep_hyphen(&self, line: &Line, next: &Line) -> bool {
        const FIRST: [&str; 32] = [
            "vice", "long", "short", "self", "anti", "non", "pro", "ex", "well", "half", "high",
            "low", "far", "mid", "cease", "so", "hard", "soft", "all", "one", "two", "three",
            "four", "five", "six", "ten", "year", "day", "face", "semi", "post", "then",
        ];
        let outside = |c: char| !c.is_alphanumeric();
        let first = line.whole.trim_end_matches('-').rsplit(outside).next().unwrap_or_default();
        let second = next.words().split(outside).next().unwrap_or_default();
        let (first, second) = (first.to_lowercase(), second.to_lowercase());
        !self.0.contains(&format!("{first}{second}"))
            && (FIRST.contains(&first.as_str()) || self.0.contains(&format!("{first}-{second}")))
    }
}

/// Whether words end as a sentence does: a full stop (not that of "U.S."), within quotation marks or
/// brackets or not.
fn ends_sentence(words: &str) -> bool {
    let words = words.trim_end_matches(['"', '”', '’', '\'', ')', '»']);
    let Some(before) = words.strip_suffix('.') else { return false };
    let mut back = before.chars().rev();
    let initials = back.next().is_some_and(char::is_uppercase) && matches!(back.next(), Some('.'));
    !initials
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, title: Option<&str>, paragraphs: &str) {
        let mut layout = Layout::of(text);
        assert_eq!(layout.take_title(|_| false).as_deref(), title, "{text}");
        assert_eq!(layout.paragraphs(), paragraphs);
    }

    #[test]
    fn titles() {
        check("Talks end\n\nThe talks ended.", Some("Talks end"), "The talks ended.");
        check("Talks end\nThe talks ended.", Some("Talks end"), "The talks ended.");
        check("Talks end in the U.S.\n\nYes.", Some("Talks end in the U.S."), "Yes.");
        check("The talks ended.\n\nYes.", None, "The talks ended.\n\nYes.");
        check("Talks end", None, "Talks end");
        check("The talks\nended today.", None, "The talks\nended today.");
        check(
            "Harbour ministers end their talks without a word on tolls, quotas\nand pilots\n\n\
             The ministers of the two harbours ended three days of talks today\nand left.",
            Some("Harbour ministers end their talks without a word on tolls, quotas and pilots"),
            "The ministers of the two harbours ended three days of talks today and left.",
        );
    }

    #[test]
    fn wrapped_text_is_unwrapped() {
        check(
            "The ministers of the two harbours ended three days of talks on\ntolls and pilots today and \
             left without a word to those who were\nwaiting.\n    Minister Vela said he would be back.\n    \
             So did his colleague, who had come by boat and said that the sea\nwas calm.",
            None,
            "The ministers of the two harbours ended three days of talks on tolls and pilots today and \
             left without a word to those who were waiting.\n\nMinister Vela said he would be back.\n\n\
             So did his colleague, who had come by boat and said that the sea was calm.",
        );
    }

    #[test]
    fn broken_words_are_made_whole() {
        check(
            "The minister of the harbour on the strait said on Mon-\nday that the talks would go on as planned. \
             The vice-\npresident of the council denied that there was any prog-\nress and would not accept a \
             long-term promise or guaran-\ntee, or a wholly new one that had nothing of a long-\nterm one in it.",
            None,
            "The minister of the harbour on the strait said on Monday that the talks would go on as planned. \
             The vice-president of the council denied that there was any progress and would not accept a \
             long-term promise or guarantee, or a wholly new one that had nothing of a long-term one in it.",
        );
    }

    #[test]
    fn other_text_is_left_alone() {
        check("One.\n\n\n\nTwo.  Three.", None, "One.\n\nTwo.  Three.");
        check("He gave a list.\n\n- tolls\n- pilots", None, "He gave a list.\n\n- tolls\n- pilots");
        let long = "The ministers said that they would meet again. ".repeat(4);
        check(&format!("{long}\n{long}"), None, &format!("{}\n\n{}", long.trim(), long.trim()));
        check("", None, "");
        check("\n \n", None, "");
    }
}
