//! A reading as plain data, the same for terminal, page and JSON. The only place that derives
//! `Serialize` for the outside. Offsets become Unicode code points here, once.

use std::collections::HashMap;

use serde::Serialize;

use crate::pipeline::Reading;
use crate::report::Span;

/// One line of `travaux read --format json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// `travaux.record/1`.
    pub schema: &'static str,
    /// The report.
    pub report: ReportPage,
    /// Who said what.
    pub statements: Vec<StatementPage>,
    /// What is on the table (empty until that is read).
    pub positions: Vec<()>,
    /// How the talks are going (empty until that is read).
    pub assessments: Vec<()>,
    /// Who meets whom (empty until that is read).
    pub encounters: Vec<()>,
}

/// A report with what is known about where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ReportPage {
    pub id: String,
    pub title: Option<String>,
    pub outlet: Option<String>,
    pub agencies: Vec<String>,
    pub byline: Option<String>,
    pub place: Option<String>,
    /// ISO 8601 day.
    pub published: Option<String>,
    /// ISO 639-1.
    pub language: Option<String>,
    pub url: Option<String>,
    pub text: String,
}

/// Words of a report: `text[start..end] == exact`, in Unicode code points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Anchor {
    pub start: usize,
    pub end: usize,
    pub exact: String,
}

/// A statement, fields as the annotation guidelines define them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct StatementPage {
    /// `s1`, `s2`, ... in the order of their first anchor.
    pub id: String,
    pub source: Vec<Anchor>,
    pub cue: Vec<Anchor>,
    pub content: Vec<Anchor>,
    /// `direct`, `mixed` or `indirect`.
    pub form: &'static str,
    pub speaker: Option<String>,
    pub party: Option<String>,
    /// ISO 8601 day, month or interval.
    pub said: Option<String>,
    pub venue: Option<String>,
    pub via: Option<String>,
    /// The statement in whose content this one stands.
    pub within: Option<String>,
    /// Those through whom it reached the reader, outermost first: outlet, agencies, relayer, speaker.
    pub chain: Vec<String>,
    /// 0 to 1.
    pub confidence: f64,
}

impl Record {
    /// The reading, ready to be shown.
    pub fn new(reading: &Reading) -> Self {
        let report = &reading.report;
        let mut points = CodePoints::new(&report.text);
        let mut anchors = |spans: &[Span]| -> Vec<Anchor> {
            spans.iter().map(|s| points.anchor(&report.text, *s)).collect()
        };
        let statements = reading
            .statements
            .iter()
            .enumerate()
            .map(|(i, s)| {
                let mut chain: Vec<String> = report.outlet.iter().cloned().collect();
                chain.extend(
                    report.agencies.iter().filter(|a| report.outlet.as_ref() != Some(a)).cloned(),
                );
                chain.extend(s.via.clone());
                chain.extend(s.speaker.clone());
                StatementPage {
                    id: format!("s{}", i + 1),
                    source: anchors(&s.source),
                    cue: anchors(&s.cue),
                    content: anchors(&s.content),
                    form: s.form.as_str(),
                    speaker: s.speaker.clone(),
                    party: s.party.clone(),
                    said: s.said.clone(),
                    venue: s.venue.map(|v| v.of(&report.text).to_owned()),
                    via: s.via.clone(),
                    within: s.within.map(|w| format!("s{}", w + 1)),
                    chain,
                    confidence: (f64::from(s.confidence) * 1000.0).round() / 1000.0,
                }
            })
            .collect();
        Self {
            schema: "travaux.record/1",
            report: ReportPage {
                id: report.id.clone(),
                title: report.title.clone(),
                outlet: report.outlet.clone(),
                agencies: report.agencies.clone(),
                byline: report.byline.clone(),
                place: report.place.clone(),
                published: report.published.map(|d| d.to_string()),
                language: report.language.clone(),
                url: report.url.clone(),
                text: report.text.clone(),
            },
            statements,
            positions: Vec::new(),
            assessments: Vec::new(),
            encounters: Vec::new(),
        }
    }

    /// The statements with how deep each stands in others, those inside a statement right after it.
    pub fn outline(&self) -> Vec<(usize, &StatementPage)> {
        let place: HashMap<&str, usize> =
            self.statements.iter().enumerate().map(|(i, s)| (s.id.as_str(), i)).collect();
        let parent = |i: usize| self.statements[i].within.as_deref().and_then(|w| place.get(w));
        let mut inside = vec![Vec::new(); self.statements.len()];
        let mut open: Vec<(usize, usize)> = Vec::new();
        for i in (0..self.statements.len()).rev() {
            match parent(i) {
                Some(p) if *p != i => inside[*p].push(i),
                _ => open.push((0, i)),
            }
        }
        let mut out = Vec::with_capacity(self.statements.len());
        while let Some((depth, i)) = open.pop() {
            out.push((depth, &self.statements[i]));
            open.extend(inside[i].iter().map(|inner| (depth + 1, *inner)));
        }
        out
    }

    /// The record as one line of JSON, without the line's end.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Bytes to code points: a count every [`STEP`] bytes, the rest counted from there.
struct CodePoints {
    before: Vec<usize>,
}

const STEP: usize = 256;

impl CodePoints {
    fn new(text: &str) -> Self {
        let mut count = 0;
        let before = text
            .as_bytes()
            .chunks(STEP)
            .map(|chunk| {
                let here = count;
                count += begins(chunk);
                here
            })
            .collect();
        Self { before }
    }

    fn at(&self, text: &str, byte: usize) -> usize {
        let block = (byte / STEP).min(self.before.len().saturating_sub(1));
        self.before.get(block).copied().unwrap_or(0) + begins(&text.as_bytes()[block * STEP..byte])
    }

    fn anchor(&mut self, text: &str, span: Span) -> Anchor {
        Anchor {
            start: self.at(text, span.start),
            end: self.at(text, span.end),
            exact: span.of(text).to_owned(),
        }
    }
}

/// Code points that begin in `bytes`.
fn begins(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xc0 != 0x80).count()
}

/// A record for the tests of this room: two statements, and a third inside the second.
#[cfg(test)]
pub(super) fn sample() -> Record {
    use crate::attribute::{Form, Statement};
    use crate::report::Report;

    let text = "\"We cannot see progress\", Ilma Dareth said, \"a long road lies ahead\".\n\n\
                It was reported that Ostmark had said that it would stay out.";
    let span = |words: &str| {
        let start = text.find(words).expect("words of the text");
        Span::new(start, start + words.len())
    };
    let statement = |source: &str, cue: &str, content: &[&str], form| Statement {
        source: Some(source).filter(|s| !s.is_empty()).map(span).into_iter().collect(),
        cue: vec![span(cue)],
        content: content.iter().map(|c| span(c)).collect(),
        form,
        speaker: Some(source).filter(|s| !s.is_empty()).map(String::from),
        party: None,
        said: None,
        venue: None,
        within: None,
        via: None,
        confidence: 0.9,
    };
    let quoted = ["\"We cannot see progress\"", "\"a long road lies ahead\""];
    let told = "Ostmark had said that it would stay out";
    Record::new(&Reading {
        report: Report {
            id: "a1".into(),
            title: Some("Veldra sees no progress".into()),
            outlet: Some("Meridian".into()),
            agencies: vec!["Meridian".into(), "Nordwire".into()],
            place: Some("PORT ORAN".into()),
            published: "2031-03-12".parse().ok(),
            text: text.into(),
            ..Report::default()
        },
        statements: vec![
            Statement {
                party: Some("Veldra".into()),
                said: Some("2031-03-12".into()),
                ..statement("Ilma Dareth", "said", &quoted, Form::Direct)
            },
            Statement {
                via: Some("Meridian".into()),
                confidence: 0.34,
                ..statement("", "It was reported", &[told], Form::Indirect)
            },
            Statement {
                party: Some("Ostmark".into()),
                within: Some(1),
                ..statement("Ostmark", "had said", &["it would stay out"], Form::Indirect)
            },
        ],
        passed_over: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_stands_in_a_statement_follows_it() {
        let mut record = sample();
        let order = |r: &Record| -> Vec<String> {
            r.outline().iter().map(|(depth, s)| format!("{depth}{}", s.id)).collect()
        };
        assert_eq!(order(&record), ["0s1", "0s2", "1s3"]);
        record.statements[2].within = Some("s1".into());
        assert_eq!(order(&record), ["0s1", "1s3", "0s2"]);
        record.statements[2].within = Some("s9".into());
        assert_eq!(order(&record), ["0s1", "0s2", "0s3"]);
    }

    proptest! {
        #[test]
        fn anchors_slice_by_code_points(text in "(\\PC|[a-z \\n]){0,700}", a: usize, b: usize) {
            let edges: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let (a, b) = (edges[a % edges.len()], edges[b % edges.len()]);
            let span = Span::new(a.min(b), a.max(b));
            let anchor = CodePoints::new(&text).anchor(&text, span);
            let sliced: String = text.chars().skip(anchor.start).take(anchor.end - anchor.start).collect();
            prop_assert_eq!(sliced, anchor.exact);
        }
    }
}
