//! A record for the eye: a head, then who said what, speakers in a column of their own, the words beside
//! them, what stands inside a statement indented under it. Colour is decided by the stream it is written to;
//! control characters of a report never reach it.

pub(super) mod lines;
mod talks;

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::clean::one_line;
use super::page::{Record, StatementPage};
use super::signs::{self, unsure};
use lines::{Line, side_by_side, wrap};

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

/// Appends a line between two records.
pub fn separate(width: usize, out: &mut String) {
    let _ = writeln!(out, "{DIM}{}{DIM:#}\n", "─".repeat(width.clamp(20, WIDEST)));
}

/// Appends `record` to `out`, at most `width` columns wide.
pub fn render(record: &Record, width: usize, out: &mut String) {
    let width = width.clamp(20, WIDEST);
    let report = &record.report;
    let title = one_line(report.title.as_deref().unwrap_or(&report.id));
    side_by_side(&wrap(BOLD, &title, width), &[], 0, 0, false, out);
    let mut facts: Vec<&str> = Vec::new();
    facts.extend(report.published.as_deref());
    facts.extend(report.outlet.as_deref());
    facts
        .extend(report.agencies.iter().filter(|a| report.outlet.as_ref() != Some(a)).map(|a| &**a));
    facts.extend(report.place.as_deref());
    let glued: Vec<String> = signs::counts(record).iter().map(|c| lines::glued(c)).collect();
    let facts = [joined(&facts), glued.join(&format!("{} ", lines::glued(" ·")))];
    let facts: Vec<&str> = facts.iter().map(String::as_str).filter(|f| !f.is_empty()).collect();
    side_by_side(&wrap(DIM, &facts.join(" · "), width), &[], 0, 0, false, out);
    out.push('\n');
    let layout = Layout::of(record, width);
    for (depth, statement) in record.outline() {
        layout.statement(statement, depth, out);
    }
    talks::render(record, &layout, out);
}

/// Where things stand, the same for all entries of a record.
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
        let holders = record.positions.iter().map(|p| signs::holder(p).width());
        let assessors = record.assessments.iter().map(|a| signs::assessor(a).width());
        let widest = record.statements.iter().map(of).chain(holders).chain(assessors).max();
        let names = || widest.unwrap_or(0).clamp(NAMES.0, NAMES.1.min(width / 3));
        Self { width, names: (width >= BESIDE).then(names) }
    }

    /// A name, `step` columns in.
    fn names(&self, style: Style, text: &str, step: usize) -> Vec<Line> {
        wrap(style, text, self.names.unwrap_or(self.width - step))
    }

    /// Columns for what stands beside or under it.
    fn room(&self, step: usize) -> usize {
        self.width - step - self.names.map_or(2, |n| n + GAP)
    }

    /// Names and words, side by side where there is room. A hook says that this stands inside the statement
    /// above.
    fn put(&self, who: &[Line], words: &[Line], step: usize, hook: bool, out: &mut String) {
        if let Some(names) = self.names {
            return side_by_side(who, words, step, names + GAP, hook, out);
        }
        side_by_side(who, &[], step, 0, hook, out);
        side_by_side(&[], words, step, 2, false, out);
    }

    fn statement(&self, s: &StatementPage, depth: usize, out: &mut String) {
        let step = 2 + 2 * depth.min(DEEPEST).min(self.width / 16);
        let party = s.party.as_deref().map(one_line).filter(|p| *p != name(s));
        let mut who = self.names(BOLD, &name(s), step);
        who.extend(party.iter().flat_map(|p| self.names(PLAIN, p, step)));
        let mut words = wrap(form_style(s.form), &signs::words(&s.content), self.room(step));
        words.extend(wrap(DIM, &facts(s, depth), self.room(step)));
        self.put(&who, &words, step, depth > 0, out);
        out.push('\n');
    }
}

fn name(s: &StatementPage) -> String {
    one_line(s.speaker.as_deref().unwrap_or("(not named)"))
}

/// "denied · 2031-03-11 · a news conference · via Nordwire · unsure, 34 %".
fn facts(s: &StatementPage, depth: usize) -> String {
    let cue = signs::words(&s.cue);
    let via = s.via.as_ref().filter(|_| depth == 0).map(|v| format!("via {v}"));
    let unsure = unsure(s.confidence);
    // "told a news conference" names the venue already.
    let venue = s.venue.as_ref().filter(|v| !cue.contains(&one_line(v)));
    let facts = [Some(&cue), s.said.as_ref(), venue, via.as_ref(), unsure.as_ref()];
    joined(&facts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>())
}

fn joined(facts: &[&str]) -> String {
    let facts = facts.iter().map(|f| one_line(f)).filter(|f| !f.is_empty());
    facts.collect::<Vec<_>>().join(" · ")
}

/// Quoted words green, partly quoted yellow, told ones plain.
fn form_style(form: &str) -> Style {
    match form {
        "direct" => AnsiColor::Green.on_default(),
        "mixed" => AnsiColor::Yellow.on_default(),
        _ => PLAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::page::sample;
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthChar;

    pub(super) fn plain(record: &Record, width: usize) -> String {
        let mut out = String::new();
        render(record, width, &mut out);
        anstream::adapter::strip_str(&out).to_string()
    }

    #[test]
    fn speakers_stand_in_a_column_of_their_own() {
        let expected = "\
Veldra sees no progress
2031-03-12 · Meridian · Nordwire · PORT ORAN · 3 statements ·
1 position · 1 assessment · 1 encounter

  Ilma Dareth   \"We cannot see progress\" … \"a long road lies ahead\"
  Veldra        said · 2031-03-12

  (not named)   Ostmark had said that it would stay out
                It was reported · via Meridian · unsure, 34 %

  └ Ostmark       it would stay out
                  had said

On the table

  staying out
  Ostmark       + offer: stay out

How the talks are going

  Ilma Dareth   2031-03-12 ● no progress: cannot see progress
  Veldra

Who meets whom

  planned       2031-03-14 · Port Oran · Veldra, Ostmark
  talks         a long road

";
        assert_eq!(plain(&sample(), 70), expected);
    }

    #[test]
    fn on_a_narrow_terminal_they_stand_above_the_words() {
        let expected = "\
Veldra sees no progress
2031-03-12 · Meridian · Nordwire ·
PORT ORAN · 3 statements ·
1 position · 1 assessment ·
1 encounter

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

On the table

  staying out
  Ostmark
    + offer: stay out

How the talks are going

  Ilma Dareth
  Veldra
    2031-03-12 ● no progress: cannot
    see progress

Who meets whom

  planned
  talks
    2031-03-14 · Port Oran · Veldra,
    Ostmark
    a long road

";
        assert_eq!(plain(&sample(), 36), expected);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_terminal(
            speaker in "\\PC{0,60}", words in "(\\PC|[a-z ]|\\x1b){0,300}", width in 20usize..150,
        ) {
            let mut record = sample();
            record.statements[0].speaker = Some(speaker.clone());
            record.statements[2].content[0].exact = words.clone();
            record.positions[0].holder = Some(speaker.clone());
            record.positions[0].issue = Some(words.clone());
            record.positions[0].condition = Some(words.clone());
            record.assessments[0].words[0].exact = words.clone();
            record.encounters[0].participants.push(speaker);
            record.encounters[0].place = Some(words);
            for line in plain(&record, width).lines() {
                // Sequences of emoji are narrower together than one by one, never wider.
                let columns: usize = line.chars().map(|c| c.width().unwrap_or(0)).sum();
                prop_assert!(line.width() <= width || columns <= width, "{line:?}");
                prop_assert!(!line.chars().any(char::is_control));
            }
        }
    }
}
