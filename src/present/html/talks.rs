//! What is on the table, how the talks are going and who meets whom, for the page: a table of issues and
//! holders, judgements by day, encounters, each linked to its words in the text. Says nothing by colour alone.

use std::collections::HashMap;

use maud::{Markup, html};
use unicode_width::UnicodeWidthStr;

use crate::present::clean::one_line;
use crate::present::page::{Anchor, AssessmentPage, EncounterPage, PositionPage, Record, WhyPage};
use crate::present::signs::{self, Entry, Issue, Sign, told_by, unsure};

/// Holders beside each other, at most.
const MOST_HOLDERS: usize = 6;
/// Columns of text in the names of all holders, at most.
const WIDEST_NAMES: usize = 150;

/// The three sections, each only where it has entries.
pub(super) fn talks(record: &Record, number: u64) -> Markup {
    let section = |id: &str, title: &str, content: Markup| {
        let id = format!("r{number}-{id}");
        html! { section aria-labelledby=(id) { h3 id=(id) { (title) } (content) } }
    };
    html! {
        @if Entry::all(record).next().is_some() {
            div.talks {
                @if !record.positions.is_empty() {
                    (section("table", "On the table", positions(record, number)))
                }
                @if !record.assessments.is_empty() {
                    (section("going", "How the talks are going", html! {
                        ul.going { @for of in signs::judgements(record) { (judgements(&of, number)) } }
                    }))
                }
                @if !record.encounters.is_empty() {
                    (section("meets", "Who meets whom", html! {
                        ul.meets { @for e in &record.encounters { (encounter(e, number)) } }
                    }))
                }
            }
        }
    }
}

/// Holders beside each other where that shows something; a list of positions otherwise.
fn positions(record: &Record, number: u64) -> Markup {
    let (issues, holders) = (signs::issues(record), signs::holders(record));
    let fits = holders.len() <= MOST_HOLDERS
        && holders.iter().map(|h| h.width()).sum::<usize>() <= WIDEST_NAMES;
    // Several holders none of whom meets another on an issue make a table of empty cells.
    let meet = |i: &Issue| i.positions.iter().any(|p| p.holder != i.positions[0].holder);
    let table = if fits && (holders.len() == 1 || issues.iter().any(meet)) {
        board(record, &issues, &holders, number)
    } else {
        list(record, &issues, number)
    };
    // Wider than the window, it is moved by keys as well.
    html! { div.wide tabindex="0" role="group" aria-label="Positions" { (table) } }
}

/// Issues down, holders across.
fn board(record: &Record, issues: &[Issue], holders: &[String], number: u64) -> Markup {
    let places: HashMap<&str, usize> =
        holders.iter().enumerate().map(|(i, h)| (h.as_str(), i)).collect();
    let cells = |issue: &Issue| {
        let mut cells: Vec<Vec<Markup>> = vec![Vec::new(); holders.len()];
        for p in &issue.positions {
            cells[places[signs::holder(p).as_str()]].push(cell(record, p, number));
        }
        cells
    };
    html! {
        table.board {
            thead { tr {
                th scope="col" { "Issue" }
                @for holder in holders { th scope="col" dir="auto" { (holder) } }
            } }
            tbody { @for issue in issues { tr {
                th scope="row" dir="auto" { (issue.name.as_deref().unwrap_or("(not named)")) }
                @for cell in cells(issue) { td { @for position in cell { (position) } } }
            } } }
        }
    }
}

fn cell(record: &Record, p: &PositionPage, number: u64) -> Markup {
    let told = told_by(record, p);
    html! {
        div.(class(Entry::Position(p), told.is_some())) id={ "r" (number) "-" (p.id) } {
            p { (sign(signs::stance(p))) " " (to_text(Entry::Position(p), number)) }
            (details(p))
            (facts(&[told, unsure(p.confidence)]))
            (why(p.why.as_ref()))
        }
    }
}

/// One row a position. Without a codebook an issue is the terms' own words: where all are, none is shown.
fn list(record: &Record, issues: &[Issue], number: u64) -> Markup {
    let named = issues.iter().any(|i| i.heading().is_some());
    let row = |p: &PositionPage, issue: Option<&Issue>| {
        let told = told_by(record, p);
        html! {
            tr.(class(Entry::Position(p), told.is_some())) id={ "r" (number) "-" (p.id) } {
                @if let Some(issue) = issue.filter(|_| named) {
                    th scope="rowgroup" dir="auto" rowspan=(issue.positions.len()) {
                        (issue.name.as_deref().unwrap_or("(not named)"))
                    }
                }
                th scope="row" dir="auto" { (signs::holder(p)) }
                td { (sign(signs::stance(p))) }
                td.terms { (to_text(Entry::Position(p), number)) }
                td { (details(p)) (facts(&[unsure(p.confidence)])) (why(p.why.as_ref())) }
                td.facts dir="auto" { (told.as_deref().unwrap_or("the holder's own")) }
            }
        }
    };
    html! {
        table.board.list {
            thead { tr {
                @if named { th scope="col" { "Issue" } }
                @for title in ["Holder", "Stance", "Terms", "If, only, because", "Told by"] {
                    th scope="col" { (title) }
                }
            } }
            @for issue in issues {
                tbody { @for (i, p) in issue.positions.iter().enumerate() {
                    (row(p, (i == 0).then_some(issue)))
                } }
            }
        }
    }
}

/// What it depends on, what limits it, why, how much.
fn details(p: &PositionPage) -> Markup {
    let all = [
        ("if:", &p.condition),
        ("only:", &p.scope),
        ("because:", &p.reason),
        ("figure:", &p.figure),
    ];
    html! {
        @for (label, text) in all {
            @if let Some(text) = text {
                p.detail { b { (label) } " " span dir="auto" { (one_line(text)) } }
            }
        }
    }
}

/// What one assessor said on one day.
fn judgements(of: &[&AssessmentPage], number: u64) -> Markup {
    let first = of[0];
    let name = signs::assessor(first);
    let party = first.party.as_deref().map(one_line).filter(|p| *p != name);
    html! {
        li {
            span.day { (first.said.as_deref().map_or("no day told".into(), one_line)) }
            span.by {
                b dir="auto" { (name) }
                @if let Some(party) = party { " " span.party dir="auto" { (party) } }
            }
            div.marks { @for a in of {
                div.(class(Entry::Assessment(a), false)) id={ "r" (number) "-" (a.id) } {
                    p { (sign(signs::value(a))) " " (to_text(Entry::Assessment(a), number)) }
                    (facts(&[unsure(a.confidence)]))
                    (why(a.why.as_ref()))
                }
            } }
        }
    }
}

fn encounter(e: &EncounterPage, number: u64) -> Markup {
    let participants = Some(&e.participants).filter(|p| !p.is_empty()).map(|p| p.join(", "));
    let known = [e.date.clone(), e.place.clone(), participants];
    let known: Vec<String> = known.iter().flatten().map(|k| one_line(k)).collect();
    html! {
        li.(class(Entry::Encounter(e), false)) id={ "r" (number) "-" (e.id) } {
            p {
                (sign(signs::status(e))) " " b { (signs::kind(e)) }
                @for known in known { " · " span dir="auto" { (known) } }
            }
            p.detail { (to_text(Entry::Encounter(e), number)) }
            (facts(&[unsure(e.confidence)]))
            (why(e.why.as_ref()))
        }
    }
}

/// The classes of an entry: lights up with its words; what others told looks different.
fn class(entry: Entry, told: bool) -> String {
    format!("entry A{}{}", entry.id(), if told { " told" } else { "" })
}

/// The mark is for the eye, the word for all.
fn sign(sign: Sign) -> Markup {
    html! { span.{ "sign " (sign.tone.class()) } { span aria-hidden="true" { (sign.mark) } " " (sign.word) } }
}

/// The words, leading to their place in the text.
fn to_text(entry: Entry, number: u64) -> Markup {
    let words = signs::words(entry.words());
    let words = if words.is_empty() { "in the text" } else { &words };
    html! { a href={ "#r" (number) "-at-" (entry.id()) } dir="auto" { (words) } }
}

fn facts(facts: &[Option<String>]) -> Markup {
    html! {
        @if facts.iter().any(Option::is_some) {
            p.facts {
                @for (i, fact) in facts.iter().flatten().enumerate() {
                    @if i > 0 { " · " }
                    span dir="auto" { (fact) }
                }
            }
        }
    }
}

/// What an entry rests on, opened on demand.
fn why(why: Option<&WhyPage>) -> Markup {
    let cues = |cues: &[Anchor]| cues.iter().map(|c| one_line(&c.exact)).collect::<Vec<_>>();
    html! {
        @if let Some(why) = why {
            details.why {
                summary { "why" }
                @for note in &why.notes { p dir="auto" { (one_line(note)) } }
                @if !why.cues.is_empty() { p { "cues: " span dir="auto" { (cues(&why.cues).join(", ")) } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::page::sample;

    fn check(change: impl Fn(&mut Record), holds: &[&str], lacks: &[&str]) {
        let mut record = sample();
        change(&mut record);
        let page = talks(&record, 1).into_string();
        for part in holds {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        for part in lacks {
            assert!(!page.contains(part), "{part} is in {page}");
        }
    }

    fn add(r: &mut Record, holder: &str, issue: &str) {
        let id = format!("p{}", r.positions.len() + 1);
        let (holder, issue) = (Some(holder.into()), Some(issue.into()));
        r.positions.push(PositionPage { id, holder, issue, ..r.positions[0].clone() });
    }

    #[test]
    fn entries_lead_to_their_words() {
        let holds = [
            "<td><div class=\"entry Ap1\" id=\"r1-p1\">",
            "<a href=\"#r1-at-p1\" dir=\"auto\">stay out</a>",
            "<a href=\"#r1-at-a1\" dir=\"auto\">cannot see progress</a>",
            "<a href=\"#r1-at-e1\" dir=\"auto\">a long road</a>",
            "<span aria-hidden=\"true\">●</span> no progress",
            "<span dir=\"auto\">Veldra, Ostmark</span>",
        ];
        check(|_| {}, &holds, &["told", "<details"]);
    }

    #[test]
    fn without_entries_there_is_nothing() {
        let none = |r: &mut Record| {
            (r.positions, r.assessments, r.encounters) = (vec![], vec![], vec![]);
        };
        check(none, &[], &["<"]);
    }

    #[test]
    fn what_another_told_looks_different_and_says_so() {
        let told = |r: &mut Record| {
            r.positions[0].statement = Some("s1".into());
            r.positions[0].firsthand = false;
            r.positions[0].condition = Some("Veldra stays".into());
            r.positions[0].confidence = 0.34;
        };
        let holds =
            ["entry Ap1 told", "told by Ilma Dareth</span> · ", "unsure, 34 %", "<b>if:</b>"];
        check(told, &holds, &[]);
    }

    #[test]
    fn holders_stand_side_by_side_where_they_meet_and_fit() {
        let list = "<table class=\"board list\">";
        let board = "<table class=\"board\">";
        check(
            |r| add(r, "Veldra", "STAYING OUT"),
            &[board, "<th scope=\"col\" dir=\"auto\">Veldra"],
            &[list],
        );
        check(|r| add(r, "Veldra", "something else"), &[list], &[board]);
        check(
            |r| (1..7).for_each(|i| add(r, &format!("H{i}"), "staying out")),
            &[list, "rowspan=\"7\""],
            &[board],
        );
        check(|r| add(r, &"long ".repeat(60), "staying out"), &[list], &[board]);
    }

    #[test]
    fn issues_in_the_terms_own_words_have_no_column() {
        let own = |r: &mut Record| {
            r.positions[0].issue = Some("Stay out".into());
            add(r, "Veldra", "stay away");
            r.positions[1].terms[0].exact = "stay away".into();
        };
        check(own, &["<table class=\"board list\">"], &["Issue", "rowgroup"]);
    }

    #[test]
    fn nothing_of_an_entry_is_obeyed() {
        let evil = "</td><script>x</script>\" onclick=\"y\u{202e}\u{1b}[2J";
        let hostile = |r: &mut Record| {
            let text = || Some(evil.to_owned());
            let why = || Some(WhyPage { cues: vec![], notes: vec![evil.into()] });
            let p = &mut r.positions[0];
            (p.holder, p.issue, p.condition, p.reason) = (text(), text(), text(), text());
            (p.scope, p.figure, p.why) = (text(), text(), why());
            p.terms[0].exact = evil.into();
            let a = &mut r.assessments[0];
            (a.assessor, a.party, a.said, a.why) = (text(), text(), text(), why());
            a.words[0].exact = evil.into();
            let e = &mut r.encounters[0];
            (e.place, e.date, e.why) = (text(), text(), why());
            (e.participants, e.words[0].exact) = (vec![evil.into()], evil.into());
            r.statements[0].speaker = text();
        };
        let lacks = ["<script", "\" onclick", "\u{202e}", "\u{1b}"];
        check(hostile, &["&lt;script&gt;"], &lacks);
        let second = |r: &mut Record| {
            hostile(r);
            r.positions[0].statement = Some("s1".into());
            r.positions[0].firsthand = false;
            add(r, evil, "another");
        };
        check(second, &["told by &lt;/td&gt;"], &lacks);
    }
}
