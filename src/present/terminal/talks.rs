//! What is on the table, how the talks are going and who meets whom, for the terminal: names in the column of
//! the speakers, what they stand for beside them. Adds no words of its own to those of a report but labels.

use anstyle::{AnsiColor, Style};

use super::lines::{Line, flow, glued, side_by_side, wrap};
use super::{BOLD, DIM, Layout, PLAIN, joined};
use crate::present::clean::one_line;
use crate::present::page::{AssessmentPage, EncounterPage, PositionPage, Record, WhyPage};
use crate::present::signs::{self, Sign, Tone, unsure};

/// How far entries stand in.
const STEP: usize = 2;

/// Appends the three sections, each only where it has entries.
pub(super) fn render(record: &Record, layout: &Layout, out: &mut String) {
    if !record.positions.is_empty() {
        heading("On the table", layout, out);
    }
    for issue in signs::issues(record) {
        if let Some(name) = issue.heading() {
            let name = wrap(PLAIN.underline(), name, layout.width - STEP);
            side_by_side(&name, &[], STEP, 0, false, out);
        }
        for p in &issue.positions {
            position(record, p, layout, out);
        }
        out.push('\n');
    }
    if !record.assessments.is_empty() {
        heading("How the talks are going", layout, out);
    }
    for judgements in signs::judgements(record) {
        assessments(&judgements, layout, out);
    }
    if !record.encounters.is_empty() {
        heading("Who meets whom", layout, out);
    }
    for e in &record.encounters {
        encounter(e, layout, out);
    }
}

fn heading(text: &str, layout: &Layout, out: &mut String) {
    side_by_side(&wrap(BOLD, text, layout.width), &[], 0, 0, false, out);
    out.push('\n');
}

fn position(record: &Record, p: &PositionPage, layout: &Layout, out: &mut String) {
    let room = layout.room(STEP);
    let sign = signs::stance(p);
    let who = layout.names(BOLD, &signs::holder(p), STEP);
    let stance = format!("{} {}:", sign.mark, sign.word);
    let mut words = flow(&[(style(sign), &stance), (PLAIN, &signs::words(&p.terms))], room);
    let labelled = [("if:", &p.condition), ("only:", &p.scope), ("because:", &p.reason)];
    for (label, text) in labelled {
        let text = text.as_deref().map(one_line).filter(|t| !t.is_empty());
        words.extend(text.iter().flat_map(|t| wrap(DIM, &format!("{label} {t}"), room)));
    }
    let figure = p.figure.as_ref().map(|f| format!("figure: {f}"));
    let facts = [figure, signs::told_by(record, p), unsure(p.confidence)];
    words.extend(dim_facts(&facts, room));
    words.extend(why(p.why.as_ref(), room));
    layout.put(&who, &words, STEP, false, out);
}

/// What one assessor said on one day: a mark each, then the words.
fn assessments(of: &[&AssessmentPage], layout: &Layout, out: &mut String) {
    let room = layout.room(STEP);
    let first = of[0];
    let name = signs::assessor(first);
    let party = first.party.as_deref().map(one_line).filter(|p| *p != name);
    let mut who = layout.names(BOLD, &name, STEP);
    who.extend(party.iter().flat_map(|p| layout.names(PLAIN, p, STEP)));

    let mut parts = vec![(DIM, first.said.as_deref().map(one_line).unwrap_or_default())];
    for (i, a) in of.iter().enumerate() {
        let sign = signs::value(a);
        if i > 0 {
            parts.push((DIM, "·".into()));
        }
        let end = if of.len() == 1 { ":" } else { "" };
        parts.push((
            style(sign),
            format!("{}{}{end}", glued(&format!("{} ", sign.mark)), sign.word),
        ));
    }
    if of.len() == 1 {
        parts.push((PLAIN, signs::words(&first.words)));
    }
    let parts: Vec<(Style, &str)> = parts.iter().map(|(s, t)| (*s, t.as_str())).collect();
    let mut words = flow(&parts, room);
    for a in of {
        if of.len() > 1 {
            let mark = signs::value(a);
            words.extend(flow(&[(style(mark), mark.mark), (PLAIN, &signs::words(&a.words))], room));
        }
        words.extend(dim_facts(&[unsure(a.confidence)], room));
        words.extend(why(a.why.as_ref(), room));
    }
    layout.put(&who, &words, STEP, false, out);
    out.push('\n');
}

fn encounter(e: &EncounterPage, layout: &Layout, out: &mut String) {
    let room = layout.room(STEP);
    let sign = signs::status(e);
    let mut who = layout.names(style(sign).bold(), sign.word, STEP);
    who.extend(layout.names(PLAIN, signs::kind(e), STEP));
    let participants = Some(&e.participants).filter(|p| !p.is_empty()).map(|p| p.join(", "));
    let known: Vec<&str> =
        [&e.date, &e.place, &participants].into_iter().flatten().map(String::as_str).collect();
    let mut words = wrap(PLAIN, &joined(&known), room);
    words.extend(wrap(DIM, &signs::words(&e.words), room));
    words.extend(dim_facts(&[unsure(e.confidence)], room));
    words.extend(why(e.why.as_ref(), room));
    layout.put(&who, &words, STEP, false, out);
    out.push('\n');
}

fn dim_facts(facts: &[Option<String>], room: usize) -> Vec<Line> {
    let facts: Vec<&str> = facts.iter().flatten().map(String::as_str).collect();
    wrap(DIM, &joined(&facts), room)
}

/// What an entry rests on: its notes, then the cues' own words.
fn why(why: Option<&WhyPage>, room: usize) -> Vec<Line> {
    let Some(why) = why else { return Vec::new() };
    let mut out = Vec::new();
    for note in &why.notes {
        out.extend(wrap(DIM, &format!("why: {}", one_line(note)), room));
    }
    let cues: Vec<String> = why.cues.iter().map(|c| one_line(&c.exact)).collect();
    if !cues.is_empty() {
        out.extend(wrap(DIM, &format!("cues: {}", cues.join(", ")), room));
    }
    out
}

/// From red to green; the ends of the scale stand out.
fn style(sign: Sign) -> Style {
    match sign.tone {
        Tone::Worst => AnsiColor::Red.on_default().bold(),
        Tone::Bad => AnsiColor::Red.on_default(),
        Tone::Middle => AnsiColor::Yellow.on_default(),
        Tone::Good => AnsiColor::Green.on_default(),
        Tone::Best => AnsiColor::Green.on_default().bold(),
        Tone::Calm => AnsiColor::Cyan.on_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::page::sample;
    use crate::present::terminal::tests::plain;

    /// What stands after the statements.
    fn check(change: impl Fn(&mut Record), width: usize, expected: &str) {
        let mut record = sample();
        change(&mut record);
        let shown = plain(&record, width);
        let at = shown.find("On the table").expect("positions");
        assert_eq!(shown[at..].trim_end(), expected.trim_end());
    }

    /// Nothing but positions, a second one told by another.
    fn two_positions(r: &mut Record) {
        r.assessments.clear();
        r.encounters.clear();
        r.positions.push(PositionPage {
            id: "p2".into(),
            statement: Some("s1".into()),
            holder: Some("Veldra".into()),
            issue: Some("Staying Out".into()),
            stance: "rule_out",
            condition: Some("Ostmark stays".into()),
            scope: Some("this year".into()),
            reason: Some("there is\na long road".into()),
            figure: Some("300".into()),
            firsthand: false,
            confidence: 0.34,
            ..r.positions[0].clone()
        });
    }

    #[test]
    fn positions_say_on_what_terms_and_who_told_them() {
        let expected = "\
On the table

  staying out
  Ostmark       + offer: stay out
  Veldra        ⊘ rules out: stay out
                if: Ostmark stays
                only: this year
                because: there is a long road
                figure: 300 · told by Ilma Dareth · unsure, 34 %
";
        check(two_positions, 70, expected);
        let expected = "\
On the table

  staying out
  Ostmark
    + offer: stay out
  Veldra
    ⊘ rules out: stay out
    if: Ostmark stays
    only: this year
    because: there is a long
    road
    figure: 300 · told by Ilma
    Dareth · unsure, 34 %
";
        check(two_positions, 30, expected);
    }

    #[test]
    fn what_an_entry_rests_on_stands_under_it() {
        let explained = |r: &mut Record| {
            r.assessments.clear();
            r.encounters.clear();
            r.positions[0].issue = None;
            r.positions[0].statement = None;
            let cues = r.statements[2].cue.clone();
            let notes = vec!["near \u{1b}[31mwould".into()];
            r.positions[0].why = Some(WhyPage { cues, notes });
        };
        let expected = "\
On the table

  Ostmark       + offer: stay out
                the report's own words
                why: near ␛[31mwould
                cues: had said
";
        check(explained, 70, expected);
    }

    #[test]
    fn judgements_of_one_day_share_a_line_of_marks() {
        let second = |r: &mut Record| {
            r.encounters.clear();
            let first = r.assessments[0].clone();
            let ahead = AssessmentPage { value: "progress", of: "prospect", ..first.clone() };
            let report = AssessmentPage { assessor: None, party: None, said: None, ..first };
            r.assessments.extend([ahead, report]);
        };
        let expected = "\
On the table

  staying out
  Ostmark       + offer: stay out

How the talks are going

  Ilma Dareth   2031-03-12 ● no progress · ○ progress expected
  Veldra        ● cannot see progress
                ○ cannot see progress

  the report    ● no progress: cannot see progress
";
        check(second, 70, expected);
    }

    #[test]
    fn marks_are_coloured_from_red_to_green() {
        let check = |value: &'static str, expected: &str| {
            let mut record = sample();
            record.assessments[0].value = value;
            let mut out = String::new();
            crate::present::terminal::render(&record, 70, &mut out);
            let line = out.lines().find(|l| l.contains('●')).expect("a mark");
            assert!(line.contains(&format!("{expected}●")), "{line:?}");
        };
        check("breakdown", "\u{1b}[1m\u{1b}[31m");
        check("no_progress", "\u{1b}[31m");
        check("mixed", "\u{1b}[33m");
        check("progress", "\u{1b}[32m");
        check("agreement", "\u{1b}[1m\u{1b}[32m");
    }

    #[test]
    fn nothing_of_an_entry_is_obeyed() {
        let hostile = |r: &mut Record| {
            two_positions(r);
            let evil = || Some("x\u{1b}[2J\u{202e}\r\ny".to_owned());
            let p = &mut r.positions[1];
            (p.holder, p.issue, p.condition, p.figure) = (evil(), evil(), evil(), evil());
            p.terms[0].exact = "של\u{7}ום".into();
        };
        let expected = "\
On the table

  staying out
  Ostmark       + offer: stay out

  x␛[2J\u{fffd} y
  x␛[2J\u{fffd} y      ⊘ rules out: \u{2068}של␇ום\u{2069}
                if: x␛[2J\u{fffd} y
                only: this year
                because: there is a long road
                figure: x␛[2J\u{fffd} y · told by Ilma Dareth · unsure, 34 %
";
        check(hostile, 70, expected);
    }
}
