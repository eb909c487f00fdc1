//! A record for the eye: a head line a report, then who said what, in order. Colour is decided by the
//! stream it is written to; control characters of a report never reach it.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::clean::line;
use super::page::{Anchor, Record, StatementPage};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Appends `record` to `out`, at most `width` columns wide.
pub fn render(record: &Record, width: usize, out: &mut String) {
    let width = width.clamp(40, 120);
    let report = &record.report;
    let title = report.title.as_deref().map_or_else(|| report.id.clone(), line);
    let mut facts: Vec<String> = Vec::new();
    facts.extend(report.published.clone());
    facts.extend(report.outlet.as_deref().map(line));
    facts.extend(report.agencies.iter().map(|a| line(a)));
    facts.extend(report.place.as_deref().map(line));
    facts.push(match record.statements.len() {
        0 => "no statement found".into(),
        1 => "1 statement".into(),
        n => format!("{n} statements"),
    });
    let _ = writeln!(out, "{BOLD}{title}{BOLD:#}");
    let _ = writeln!(out, "{DIM}{}{DIM:#}\n", facts.join(" · "));
    for statement in &record.statements {
        render_statement(statement, width, out);
    }
}

fn render_statement(s: &StatementPage, width: usize, out: &mut String) {
    let indent = if s.within.is_some() { "    " } else { "  " };
    let speaker = s.speaker.as_deref().map_or_else(|| "(unnamed)".into(), line);
    let mut head = format!("{indent}{BOLD}{speaker}{BOLD:#}");
    if let Some(party) = &s.party {
        let _ = write!(head, " {DIM}·{DIM:#} {}", line(party));
    }
    let _ = write!(head, "  {DIM}{}{DIM:#}", words(&s.cue, " … "));
    let _ = writeln!(out, "{head}");
    let style = form_style(s.form);
    for text in wrap(&words(&s.content, " … "), width - indent.len() - 2) {
        let _ = writeln!(out, "{indent}  {style}{text}{style:#}");
    }
    let mut facts: Vec<String> = Vec::new();
    facts.extend(s.said.clone());
    facts.extend(s.venue.as_deref().map(line));
    facts.extend(s.via.as_deref().map(|v| format!("via {}", line(v))));
    if s.confidence < 0.5 {
        facts.push(format!("unsure, {:.0} %", s.confidence * 100.0));
    }
    if !facts.is_empty() {
        let _ = writeln!(out, "{indent}  {DIM}{}{DIM:#}", facts.join(" · "));
    }
    out.push('\n');
}

/// Quoted words green, partly quoted yellow, told ones plain.
fn form_style(form: &str) -> Style {
    match form {
        "direct" => AnsiColor::Green.on_default(),
        "mixed" => AnsiColor::Yellow.on_default(),
        _ => Style::new(),
    }
}

fn words(anchors: &[Anchor], between: &str) -> String {
    anchors.iter().map(|a| line(&a.exact)).collect::<Vec<_>>().join(between)
}

/// Lines of at most `width` columns, cut at spaces; a word wider than that is cut within.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let wide = word.width();
        if used > 0 && used + 1 + wide > width {
            out.push(String::new());
            used = 0;
        }
        if used > 0 {
            out.last_mut().expect("never empty").push(' ');
            used += 1;
        }
        if wide <= width {
            out.last_mut().expect("never empty").push_str(word);
            used += wide;
            continue;
        }
        for c in word.chars() {
            let wide = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
            if used + wide > width {
                out.push(String::new());
                used = 0;
            }
            out.last_mut().expect("never empty").push(c);
            used += wide;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_count_double() {
        assert_eq!(wrap("aa bb cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrap("中文中文", 4), ["中文", "中文"]);
        assert!(wrap(&"x".repeat(10_000), 40).iter().all(|l| l.width() <= 40));
    }
}
