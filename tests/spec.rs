//! Pages of tests/spec: short reports written by us, and what must be read in them. A line that begins with `not yet` is
//! known not to be read; when it is, the page must say so. Runs the network that comes with the program.

use std::sync::LazyLock;

use travaux::model::Scratch;
use travaux::pipeline::{Reader, Reading};
use travaux::present::page::{Anchor, Record};
use travaux::report::Report;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new().expect("a reader"));

/// What a page tells of one case.
struct Case {
    title: String,
    report: String,
    expected: Vec<String>,
}

#[test]
fn refusal_told_across_sentences() {
    check("refusal-across-sentences.md", include_str!("spec/refusal-across-sentences.md"));
}

#[test]
fn positions() {
    check("positions.md", include_str!("spec/positions.md"));
}

#[test]
fn assessments_and_encounters() {
    check("assessments-and-encounters.md", include_str!("spec/assessments-and-encounters.md"));
}

fn check(page: &str, text: &str) {
    let mut wrong = Vec::new();
    for case in cases(text) {
        let record = read(&case.report);
        for line in &case.expected {
            let (later, want) = match line.strip_prefix("not yet ") {
                Some(want) => (true, want),
                None => (false, line.as_str()),
            };
            let found = holds(&record, want);
            if found == later {
                let what = if later { "is read now" } else { "is not read" };
                wrong.push(format!("{page}, {}: `{want}` {what}\n{}", case.title, told(&record)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The cases of a page: a heading, a report, the lines expected.
fn cases(text: &str) -> Vec<Case> {
    let mut out = Vec::new();
    for part in text.split("\n## ").skip(1) {
        let block = |name: &str| -> String {
            let after = part.split_once(&format!("```{name}\n")).map_or("", |p| p.1);
            after.split_once("```").map_or("", |p| p.0).trim().to_owned()
        };
        out.push(Case {
            title: part.lines().next().unwrap_or_default().to_owned(),
            report: block("report"),
            expected: block("read").lines().map(str::to_owned).collect(),
        });
    }
    assert!(!out.is_empty());
    out
}

fn read(text: &str) -> Record {
    let report = Report {
        id: "spec".into(),
        text: text.into(),
        published: "2031-03-12".parse().ok(),
        ..Report::default()
    };
    let (statements, coding) = READER.read(&report, &mut Scratch::default());
    Record::new(&Reading { report, statements, coding, passed_over: false })
}

/// Whether the record has an entry like "Veldra | offer | to stay out | if: in exchange for grain", "no_progress | past |
/// far apart" or "meeting | planned | will meet". Words must overlap by half.
fn holds(record: &Record, want: &str) -> bool {
    let parts: Vec<&str> = want.split(" | ").collect();
    let has = |anchors: &[Anchor], words: &str| anchors.iter().any(|a| alike(&a.exact, words));
    let [first, second, words, fields @ ..] = parts.as_slice() else {
        panic!("{want}: at least three parts")
    };
    record.positions.iter().any(|p| {
        p.holder.as_deref() == Some(*first)
            && p.stance == *second
            && has(&p.terms, words)
            && fields.iter().all(|f| {
                let (name, words) = f.split_once(": ").unwrap_or(("", ""));
                let field = match name {
                    "if" => &p.condition,
                    "scope" => &p.scope,
                    "because" => &p.reason,
                    "figure" => &p.figure,
                    "told by" => return !p.firsthand && p.chain.iter().any(|c| c == words),
                    _ => panic!("{want}: no field `{name}`"),
                };
                field.as_ref().is_some_and(|f| alike(f, words))
            })
    }) || record
        .assessments
        .iter()
        .any(|a| a.value == *first && a.of == *second && has(&a.words, words))
        || record
            .encounters
            .iter()
            .any(|e| e.kind == *first && e.status == *second && has(&e.words, words))
}

/// Whether half of the words are shared.
fn alike(a: &str, b: &str) -> bool {
    let words = |s: &str| -> Vec<String> {
        let split = s.split(|c: char| !c.is_alphanumeric());
        split.filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
    };
    let (a, b) = (words(a), words(b));
    let shared = a.iter().filter(|w| b.contains(w)).count();
    shared * 4 >= a.len() + b.len()
}

fn told(record: &Record) -> String {
    let words = |anchors: &[Anchor]| {
        anchors.iter().map(|a| a.exact.clone()).collect::<Vec<_>>().join(" … ")
    };
    let mut out = String::new();
    for p in &record.positions {
        let holder = p.holder.as_deref().unwrap_or("nobody");
        out += &format!("    {holder} | {} | {}\n", p.stance, words(&p.terms));
    }
    for a in &record.assessments {
        out += &format!("    {} | {} | {}\n", a.value, a.of, words(&a.words));
    }
    for e in &record.encounters {
        out += &format!("    {} | {} | {}\n", e.kind, e.status, words(&e.words));
    }
    out
}
