//! How much of a content stands in quotation marks. Never looks at what the words mean.

use super::Form;
use crate::model::wordpiece::pretokens;
use crate::report::Span;

/// Stretches of a text between quotation marks, marks included, in order.
pub(super) struct Quotations {
    spans: Vec<Span>,
}

impl Quotations {
    /// Finds them. A quotation ends with its paragraph; one that goes on is opened again there, as usual in print.
    pub(super) fn of(text: &str) -> Self {
        let mut spans = Vec::new();
        let mut at = 0;
        for paragraph in text.split("\n\n") {
            paragraph_quotations(paragraph, at, &mut spans);
            at += paragraph.len() + 2;
        }
        Self { spans }
    }

    /// The form of a content with these parts.
    pub(super) fn form(&self, text: &str, content: &[Span]) -> Form {
        let (mut quoted, mut plain) = (0, 0);
        for part in content {
            for word in pretokens(part.of(text)) {
                let word = Span::new(part.start + word.start, part.start + word.end);
                if !word.of(text).starts_with(char::is_alphanumeric) {
                    continue;
                }
                if self.contains(word) { quoted += 1 } else { plain += 1 }
            }
        }
        match (quoted, plain) {
            (0, _) => Form::Indirect,
            // A word or two outside ("that", a name put in) leave a long quotation what it is.
            (q, p) if p == 0 || q >= 12 * p => Form::Direct,
            _ => Form::Mixed,
        }
    }

    fn contains(&self, word: Span) -> bool {
        let after = self.spans.partition_point(|s| s.start <= word.start);
        after > 0 && self.spans[after - 1].contains(word)
    }
}

fn paragraph_quotations(paragraph: &str, base: usize, out: &mut Vec<Span>) {
    let mut open: Option<(usize, char)> = None;
    let mut before = ' ';
    let mut chars = paragraph.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |n| n.1);
        let after_space = before.is_whitespace() || "([-–—/".contains(before) || is_mark(before);
        match (open, c) {
            (None, '"' | '“' | '„' | '«' | '‘') => open = Some((i, c)),
            (None, '\'') if after_space && next.is_alphanumeric() => open = Some((i, c)),
            (None, '`') => open = Some((i, '\'')),
            (Some((start, mark)), _) if closes(mark, c) => {
                // An apostrophe within a word, or after a plural ("states' rights"), closes nothing by itself.
                let single = matches!(mark, '\'' | '‘');
                if !single || !next.is_alphanumeric() {
                    out.push(Span::new(base + start, base + i + c.len_utf8()));
                    open = None;
                }
            }
            _ => {}
        }
        before = c;
    }
    // Not closed: it goes on in the next paragraph. A single mark is more likely an apostrophe.
    if let Some((start, mark)) = open
        && !matches!(mark, '\'' | '‘')
    {
        out.push(Span::new(base + start, base + paragraph.len()));
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '\'')
}

fn closes(open: char, c: char) -> bool {
    match open {
        '"' => matches!(c, '"' | '”'),
        '“' => matches!(c, '”' | '"'),
        '„' => matches!(c, '“' | '”' | '"'),
        '«' => c == '»',
        '‘' => c == '’',
        _ => matches!(c, '\'' | '’'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, content: &str, expected: Form) {
        let at = text.find(content).unwrap();
        let span = Span::new(at, at + content.len());
        assert_eq!(Quotations::of(text).form(text, &[span]), expected, "{text}");
    }

    #[test]
    fn quotation_marks_decide() {
        check("\"We agree,\" she said.", "\"We agree,\"", Form::Direct);
        check("She saw “no progress” in it.", "“no progress” in it", Form::Mixed);
        check("She saw no progress.", "no progress", Form::Indirect);
        check("a 'constructive' mood, he said", "a 'constructive' mood", Form::Mixed);
        check(
            "It didn't help the states' cause, he said",
            "It didn't help the states' cause",
            Form::Indirect,
        );
        check("«No», he said", "«No»", Form::Direct);
    }

    #[test]
    fn a_quotation_over_paragraphs_is_opened_again() {
        check("“One.\n\n“Two,” he said.", "“One.", Form::Direct);
        check("\"One.\n\n\"Two,\" he said. Three", "\"Two,\"", Form::Direct);
        check("\"One.\n\n\"Two,\" he said. Three", "Three", Form::Indirect);
    }

    #[test]
    fn a_quotation_within_words_outside_is_mixed() {
        check(
            "He said the \"window is open\" for now.",
            "the \"window is open\" for now",
            Form::Mixed,
        );
    }
}
