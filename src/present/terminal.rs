//! A record for the eye: a head, then who said what, speakers in a column of their own, the words beside
//! them, what stands inside a statement indented under it. Colour is decided by the stream it is written to;
//! control characters of a report never reach it.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::clean::{isolated, one_line};
use super::page::{Anchor, Record, StatementPage};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const PLAIN: Style = Style::new();

/// Columns beyond which lines are hard to follow.
const WIDEST: usize = 110;
/// Columns from which speakers stand beside the words; on narrower terminals they stand above.
const BESIDE: usize = 64;
/// Room for a speaker's name, at least and at most.
const NAMES: (usize, usize) = (12, 26);
/// Columns between the names and the words.
const GAP: usize = 2;
/// Statements in statements are indented no further than this many steps.
const DEEPEST: usize = 4;
/// Statements less sure than this say so.
const UNSURE: f64 = 0.5;

/// Appends a line between two records.
pub fn separate(width: usize, out: &mut String) {
    let _ = writeln!(out, "{DIM}{}{DIM:#}\n", "─".repeat(width.clamp(20, WIDEST)));
}

/// Appends `record` to `out`, at most `width` columns wide.
pub fn render(record: &Record, width: usize, out: &mut String) {
    let width = width.clamp(20, WIDEST);
    let report = &record.report;
    let title = one_line(report.title.as_deref().unwrap_or(&report.id));
    for text in wrap(&title, width) {
        styled(BOLD, &text, out);
        out.push('\n');
    }
    let mut facts: Vec<&str> = Vec::new();
    facts.extend(report.published.as_deref());
    facts.extend(report.outlet.as_deref());
    facts
        .extend(report.agencies.iter().filter(|a| report.outlet.as_ref() != Some(a)).map(|a| &**a));
    facts.extend(report.place.as_deref());
    let count = match record.statements.len() {
        0 => "no statement found".into(),
        1 => "1 statement".into(),
        n => format!("{n} statements"),
    };
    facts.push(&count);
    for text in wrap(&joined(&facts), width) {
        styled(DIM, &text, out);
        out.push('\n');
    }
    out.push('\n');
    let layout = Layout::of(record, width);
    for (depth, statement) in record.outline() {
        layout.statement(statement, depth, out);
    }
}

/// Where things stand, the same for all statements of a record.
struct Layout {
    width: usize,
    /// Columns for names; none where they stand above the words.
    names: Option<usize>,
}

impl Layout {
    fn of(record: &Record, width: usize) -> Self {
        let of = |s: &StatementPage| {
            let party = s.party.as_deref().map_or(0, |p| one_line(p).width());
            name(s).width().max(party)
        };
        let widest = record.statements.iter().map(of).max().unwrap_or(0);
        let names = || widest.clamp(NAMES.0, NAMES.1.min(width / 3));
        Self { width, names: (width >= BESIDE).then(names) }
    }

    fn statement(&self, s: &StatementPage, depth: usize, out: &mut String) {
        let step = 2 + 2 * depth.min(DEEPEST).min(self.width / 16);
        let mut who = Vec::new();
        let mut words = Vec::new();
        let party = s.party.as_deref().map(one_line).filter(|p| *p != name(s));
        let content = parts(&s.content);
        match self.names {
            Some(names) => {
                who.extend(wrap(&name(s), names).into_iter().map(|l| (BOLD, l)));
                who.extend(party.iter().flat_map(|p| wrap(p, names)).map(|l| (PLAIN, l)));
                let room = self.width - step - names - GAP;
                words.extend(wrap(&content, room).into_iter().map(|l| (form_style(s.form), l)));
                words.extend(wrap(&facts(s, depth), room).into_iter().map(|l| (DIM, l)));
                side_by_side(&who, &words, step, names + GAP, depth > 0, out);
            }
            None => {
                who.extend(wrap(&name(s), self.width - step).into_iter().map(|l| (BOLD, l)));
                who.extend(
                    party.iter().flat_map(|p| wrap(p, self.width - step)).map(|l| (PLAIN, l)),
                );
                let room = self.width - step - 2;
                words.extend(wrap(&content, room).into_iter().map(|l| (form_style(s.form), l)));
                words.extend(wrap(&facts(s, depth), room).into_iter().map(|l| (DIM, l)));
                side_by_side(&who, &[], step, 0, depth > 0, out);
                side_by_side(&[], &words, step, 2, false, out);
            }
        }
        out.push('\n');
    }
}

type Line = (Style, String);

/// Two columns, `indent` in from the left, the second `second` columns further on. A hook at the first line
/// says that this stands inside the statement above.
fn side_by_side(
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
        if let Some((style, text)) = left.get(i) {
            used = text.width();
            styled(*style, text, out);
        }
        if let Some((style, text)) = right.get(i) {
            out.push_str(&" ".repeat(second.saturating_sub(used)));
            styled(*style, text, out);
        }
        out.push('\n');
    }
}

fn styled(style: Style, text: &str, out: &mut String) {
    let text = isolated(text.to_owned());
    let _ = write!(out, "{style}{text}{style:#}");
}

fn name(s: &StatementPage) -> String {
    one_line(s.speaker.as_deref().unwrap_or("(not named)"))
}

/// "denied · 2031-03-11 · a news conference · via Nordwire · unsure, 34 %".
fn facts(s: &StatementPage, depth: usize) -> String {
    let cue = parts(&s.cue);
    let via = s.via.as_ref().filter(|_| depth == 0).map(|v| format!("via {v}"));
    let unsure = (s.confidence < UNSURE).then(|| format!("unsure, {:.0} %", s.confidence * 100.0));
    // "told a news conference" names the venue already.
    let venue = s.venue.as_ref().filter(|v| !cue.contains(&one_line(v)));
    let facts = [Some(&cue), s.said.as_ref(), venue, via.as_ref(), unsure.as_ref()];
    joined(&facts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>())
}

fn joined(facts: &[&str]) -> String {
    let facts = facts.iter().map(|f| one_line(f)).filter(|f| !f.is_empty());
    facts.collect::<Vec<_>>().join(" · ")
}

fn parts(anchors: &[Anchor]) -> String {
    anchors.iter().map(|a| one_line(&a.exact)).collect::<Vec<_>>().join(" … ")
}

/// Quoted words green, partly quoted yellow, told ones plain.
fn form_style(form: &str) -> Style {
    match form {
        "direct" => AnsiColor::Green.on_default(),
        "mixed" => AnsiColor::Yellow.on_default(),
        _ => PLAIN,
    }
}

/// Lines of at most `width` columns, cut at spaces; a word wider than that is cut within. No lines for no
/// text.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut out = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let wide = word.width();
        if used > 0 && used + 1 + wide > width {
            out.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        if wide <= width {
            line.push_str(word);
            used += wide;
            continue;
        }
        for c in word.chars() {
            let wide = c.width().unwrap_or(0);
            if used > 0 && used + wide > width {
                out.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += wide;
        }
    }
    out.extend((!line.is_empty()).then_some(line));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::page::sample;
    use proptest::prelude::*;

    fn plain(record: &Record, width: usize) -> String {
        let mut out = String::new();
        render(record, width, &mut out);
        anstream::adapter::strip_str(&out).to_string()
    }

    #[test]
    fn speakers_stand_in_a_column_of_their_own() {
        let expected = "\
Veldra sees no progress
2031-03-12 · Meridian · Nordwire · PORT ORAN · 3 statements

  Ilma Dareth   \"We cannot see progress\" … \"a long road lies ahead\"
  Veldra        said · 2031-03-12

  (not named)   Ostmark had said that it would stay out
                It was reported · via Meridian · unsure, 34 %

  └ Ostmark       it would stay out
                  had said

";
        assert_eq!(plain(&sample(), 70), expected);
    }

    #[test]
    fn on_a_narrow_terminal_they_stand_above_the_words() {
        let expected = "\
Veldra sees no progress
2031-03-12 · Meridian · Nordwire ·
PORT ORAN · 3 statements

  Ilma Dareth
  Veldra
    \"We cannot see progress\" … \"a
    long road lies ahead\"
    said · 2031-03-12

  (not named)
    Ostmark had said that it would
    stay out
    It was reported · via Meridian ·
    unsure, 34 %

  └ Ostmark
      it would stay out
      had said

";
        assert_eq!(plain(&sample(), 36), expected);
    }

    #[test]
    fn wide_characters_count_double() {
        assert_eq!(wrap("aa bb cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrap("中文中文", 4), ["中文", "中文"]);
        assert_eq!(wrap("", 4), [""; 0]);
        assert!(wrap(&"x".repeat(10_000), 40).iter().all(|l| l.width() <= 40));
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(
            speaker in "\\PC{0,60}", words in "(\\PC|[a-z ]|\\x1b){0,300}", width in 20usize..150,
        ) {
            let mut record = sample();
            record.statements[0].speaker = Some(speaker);
            record.statements[2].content[0].exact = words;
            for line in plain(&record, width).lines() {
                // Sequences of emoji are narrower together than one by one, never wider.
                let columns: usize = line.chars().map(|c| c.width().unwrap_or(0)).sum();
                prop_assert!(line.width() <= width || columns <= width, "{line:?}");
                prop_assert!(!line.chars().any(char::is_control));
            }
        }
    }
}
