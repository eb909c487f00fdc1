//! Records as one self-contained page: what is on the table, the text with its statements marked, the list of
//! statements beside it, each linked to the other, the chain on hover or focus. Has no script, loads nothing, and shows nothing of a
//! report unescaped.

mod talks;

use std::fmt::Write;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::clean::one_line;
use super::marked::text;
use super::page::{Record, ReportPage, StatementPage};
use super::signs::{self, number as count, unsure};

const STYLE: &str = include_str!("page.css");

/// Statements of a report of which text and list light up together.
const LIT_TOGETHER: usize = 60;
/// Positions, assessments, encounters of a report of which text and table light up together, of each.
const CODED_TOGETHER: usize = 30;

/// The page's head and the start of its body, for so many reports with so many statements.
pub fn head(reports: u64, statements: u64) -> String {
    let count = format!("{}, {}", count(reports, "report"), count(statements, "statement"));
    let markup = html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">"))
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
            meta name="referrer" content="no-referrer";
            meta name="generator" content=(concat!("travaux ", env!("CARGO_PKG_VERSION")));
            title { "Who said what: " (count) }
            style { (PreEscaped(STYLE)) (PreEscaped(lit_together())) }
        }
        (PreEscaped("<body>"))
        header.top #top {
            h1 { "Who said what" }
            p.facts { (count) ". Each statement is what a report says somebody said, not what is so." }
            ul.legend aria-label="Legend" {
                li { mark.direct { "words quoted" } }
                li { mark.mixed { "partly quoted" } }
                li { mark.indirect { "told in other words" } }
                li { mark.direct.in-indirect { "a statement inside another" } }
                li { mark.source { "who speaks" } }
                li { mark.cue { "said, denied, ..." } }
                li { mark.coded { "a position, a judgement of the talks, a meeting" } }
            }
        }
        @if reports == 0 { p { "No report could be read." } }
        (PreEscaped("<main>"))
    };
    markup.into_string()
}

/// What stands before the entries of the index.
pub fn index_start() -> &'static str {
    "<nav class=\"index\" aria-label=\"Reports\"><h2>Reports</h2><ol>\n"
}

/// The entry of one report in the index.
pub fn index_entry(record: &Record, number: u64) -> String {
    let r = &record.report;
    html! {
        li {
            a href={ "#r" (number) } dir="auto" { (title(r)) }
            p.facts { (origin(r)) " · " (signs::counts(record).join(" · ")) }
        }
    }
    .into_string()
        + "\n"
}

/// What stands after them.
pub fn index_end() -> &'static str {
    "</ol></nav>\n"
}

/// One report; `number` keeps the ids of a page apart.
pub fn report(record: &Record, number: u64) -> String {
    let r = &record.report;
    let web = |u: &&String| u.starts_with("https://") || u.starts_with("http://");
    html! {
        article id={ "r" (number) } aria-labelledby={ "r" (number) "-title" } {
            header {
                h2 id={ "r" (number) "-title" } dir="auto" { (title(r)) }
                p.facts {
                    (origin(r))
                    @if let Some(byline) = &r.byline { " · " (one_line(byline)) }
                    @if let Some(url) = r.url.as_ref().filter(web) {
                        " · " a href=(url) rel="noreferrer noopener" { "source" }
                    }
                    " · " a href="#top" { "top" }
                }
            }
            (talks::talks(record, number))
            div.columns {
                section.text aria-label="Text" lang=[r.language.as_deref()] { (text(record, number)) }
                section.said aria-label="Statements" {
                    @if record.statements.is_empty() { p.facts { "No statement found." } }
                    @else {
                        ol {
                            @for (depth, s) in record.outline() { (statement(s, depth, number)) }
                        }
                    }
                }
            }
        }
    }
    .into_string()
        + "\n"
}

/// The page's end.
pub fn tail() -> &'static str {
    "</main></body></html>\n"
}

/// Who speaks, as lists and labels name them.
pub(super) fn speaker(s: &StatementPage) -> String {
    one_line(s.speaker.as_deref().unwrap_or("(not named)"))
}

/// On whose behalf, where that says more than who speaks.
pub(super) fn party(s: &StatementPage) -> Option<String> {
    s.party.as_deref().map(one_line).filter(|p| *p != speaker(s))
}

/// "Meridian ← Nordwire ← Ilma Dareth".
pub(super) fn chain(s: &StatementPage) -> String {
    one_line(&s.chain.join(" ← "))
}

/// The number in a statement's id.
pub(super) fn ordinal(s: &StatementPage) -> &str {
    s.id.trim_start_matches('s')
}

fn statement(s: &StatementPage, depth: usize, number: u64) -> Markup {
    let content = signs::words(&s.content);
    let cue = signs::words(&s.cue);
    let n = ordinal(s);
    // "told a news conference" names the venue already.
    let venue = s.venue.as_ref().filter(|v| !cue.contains(&one_line(v)));
    let facts = s.said.iter().chain(venue).map(|f| one_line(f));
    let class = format!("{} L{n} deep{}", s.form, depth.min(4));
    html! {
        li.(class) id={ "r" (number) "-" (s.id) } value=(n) {
            p.who {
                a.back href={ "#r" (number) "-t" (n) } aria-label={ "Statement " (n) " in the text" } { (n) }
                b dir="auto" { (speaker(s)) }
                @if let Some(party) = party(s) { span.party dir="auto" { (party) } }
                @if !cue.is_empty() { i dir="auto" { (cue) } }
            }
            blockquote dir="auto" { (content) }
            p.facts {
                @for fact in facts { span dir="auto" { (fact) } " · " }
                (form(s.form))
                @if let Some(unsure) = unsure(s.confidence) { " · " (unsure) }
                @if !s.chain.is_empty() { " · " span dir="auto" { (chain(s)) } }
            }
        }
    }
}

fn form(form: &str) -> &'static str {
    match form {
        "direct" => "quoted",
        "mixed" => "partly quoted",
        _ => "in other words",
    }
}

fn title(r: &ReportPage) -> String {
    one_line(r.title.as_deref().unwrap_or(&r.id))
}

/// Day, outlet, agencies, place.
fn origin(r: &ReportPage) -> String {
    let agencies = r.agencies.iter().filter(|a| r.outlet.as_ref() != Some(a));
    let parts = r.published.iter().chain(&r.outlet).chain(agencies).chain(&r.place);
    let parts: Vec<String> = parts.map(|p| one_line(p)).collect();
    if parts.is_empty() { "day and outlet not known".into() } else { parts.join(" · ") }
}

/// Rules by which the words of a statement, position, assessment or encounter and its entry light up when
/// either is pointed at.
fn lit_together() -> String {
    let mut out = String::new();
    for n in 1..=LIT_TOGETHER {
        let _ = write!(
            out,
            "article:has(:is(.H{n},.L{n},.R{n}):is(:hover,:focus-within,:target)) :is(.T{n},.L{n}),"
        );
    }
    for n in 1..=CODED_TOGETHER {
        for kind in ["p", "a", "e"] {
            let id = format!("{kind}{n}");
            let _ = write!(
                out,
                "article:has(:is(.A{id},.Q{id}):is(:hover,:focus-within,:target)) :is(.C{id},.A{id}),"
            );
        }
    }
    out.pop();
    out.push_str("{background:var(--lit);--faint:var(--ink);--link:var(--ink);--worst:var(--ink);\
         --bad:var(--ink);--middle:var(--ink);--good:var(--ink);--best:var(--ink);--calm:var(--ink)}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::page::sample;

    fn check(change: impl Fn(&mut Record), holds: &[&str], lacks: &[&str]) {
        let mut record = sample();
        change(&mut record);
        let page = index_entry(&record, 1) + &report(&record, 1);
        for part in holds {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        for part in lacks {
            assert!(!page.contains(part), "{part} is in {page}");
        }
    }

    #[test]
    fn text_and_list_are_linked_both_ways() {
        let holds = ["href=\"#r1-s1\"", "id=\"r1-s1\"", "href=\"#r1-t1\"", "id=\"r1-t1\""];
        check(|_| {}, &holds, &[]);
        let holds = ["p1", "a1", "e1"].map(|id| {
            [
                format!("href=\"#r1-{id}\""),
                format!("id=\"r1-{id}\""),
                format!("href=\"#r1-at-{id}\""),
            ]
        });
        check(|_| {}, &holds.as_flattened().iter().map(String::as_str).collect::<Vec<_>>(), &[]);
        check(|_| {}, &["3 statements · 1 position · 1 assessment · 1 encounter"], &[]);
    }

    #[test]
    fn no_id_is_given_twice_and_no_link_leads_nowhere() {
        let mut record = sample();
        record.report.text.push_str("\n\nEnd.");
        record.encounters.push(record.encounters[0].clone());
        record.encounters[1].id = "e2".into();
        let page = report(&record, 1);
        let values = |before: &str| -> Vec<String> {
            let rest = page.split(before).skip(1);
            rest.map(|p| p.split('"').next().unwrap_or_default().to_owned()).collect()
        };
        let mut ids = values(" id=\"");
        ids.sort_unstable();
        assert!(ids.windows(2).all(|two| two[0] != two[1]), "{ids:?}");
        for to in values("href=\"#").iter().filter(|to| *to != "top") {
            assert!(ids.contains(to), "{to} is not in {ids:?}");
        }
    }

    #[test]
    fn nothing_of_a_report_is_obeyed() {
        let hostile = |r: &mut Record| {
            r.report.title = Some("<script>alert(1)</script>".into());
            r.report.url = Some("javascript:alert(1)".into());
            r.report.outlet = Some("\" onmouseover=\"x".into());
            r.statements[0].speaker = Some("</b><img src=x onerror=y>\u{202e}\u{1b}[2J".into());
        };
        let lacks = ["<script", "javascript:", "<img", "\" onmouseover", "\u{202e}", "\u{1b}"];
        check(hostile, &["&lt;script&gt;"], &lacks);
    }

    #[test]
    fn the_page_has_no_script_and_loads_nothing() {
        let page = head(2, 3) + index_start() + index_end() + tail();
        assert!(!page.contains("<script") && !page.contains("url(") && !page.contains("@import"));
        assert!(page.contains("2 reports, 3 statements"));
    }
}
