//! A reading as plain data, the same for terminal, page and JSON. The only place that derives
//! `Serialize` for the outside. Offsets become Unicode code points here, once.

use std::collections::HashMap;

use serde::Serialize;

use crate::code::Why;
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
    /// What is on the table.
    pub positions: Vec<PositionPage>,
    /// How the talks are going.
    pub assessments: Vec<AssessmentPage>,
    /// Who meets whom.
    pub encounters: Vec<EncounterPage>,
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

/// A position, fields as the annotation guidelines define them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PositionPage {
    /// `p1`, `p2`, ... in the order of their first anchor.
    pub id: String,
    /// The statement it stands in; null for the report's own narration.
    pub statement: Option<String>,
    pub holder: Option<String>,
    pub issue: Option<String>,
    /// `propose`, `offer`, `demand`, `accept`, `reject`, `rule_out` or `open`.
    pub stance: &'static str,
    pub terms: Vec<Anchor>,
    pub condition: Option<String>,
    pub scope: Option<String>,
    pub reason: Option<String>,
    pub figure: Option<String>,
    /// Where condition, scope, reason and figure stand.
    pub anchors: FieldAnchors,
    /// Whether the speaker speaks for the holder.
    pub firsthand: bool,
    /// Those through whom it reached the reader, outermost first: outlet, agencies, relayer, speaker, holder.
    pub chain: Vec<String>,
    /// 0 to 1.
    pub confidence: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyPage>,
}

/// Where the fields of a position stand.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct FieldAnchors {
    pub condition: Option<Anchor>,
    pub scope: Option<Anchor>,
    pub reason: Option<Anchor>,
    pub figure: Option<Anchor>,
}

/// An assessment, fields as the annotation guidelines define them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct AssessmentPage {
    /// `a1`, `a2`, ... in the order of their first anchor.
    pub id: String,
    pub statement: Option<String>,
    /// Null is the report's own voice.
    pub assessor: Option<String>,
    pub party: Option<String>,
    /// `breakdown`, `no_progress`, `mixed`, `progress` or `agreement`.
    pub value: &'static str,
    /// `past` or `prospect`.
    pub of: &'static str,
    pub words: Vec<Anchor>,
    /// ISO 8601 day, month or interval.
    pub said: Option<String>,
    pub chain: Vec<String>,
    /// 0 to 1.
    pub confidence: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyPage>,
}

/// An encounter, fields as the annotation guidelines define them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct EncounterPage {
    /// `e1`, `e2`, ... in the order of their first anchor.
    pub id: String,
    pub statement: Option<String>,
    /// `talks`, `meeting`, `call`, `signing`, `press_conference` or `visit`.
    pub kind: &'static str,
    pub participants: Vec<String>,
    pub place: Option<String>,
    /// ISO 8601 day, month or interval.
    pub date: Option<String>,
    /// `held`, `ongoing`, `planned`, `conditional` or `cancelled`.
    pub status: &'static str,
    pub words: Vec<Anchor>,
    /// 0 to 1.
    pub confidence: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyPage>,
}

/// What an entry rests on (`--explain`).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct WhyPage {
    /// Words of the lexicon near the entry.
    pub cues: Vec<Anchor>,
    /// One sentence a decision.
    pub notes: Vec<String>,
}

impl Record {
    /// The reading, ready to be shown.
    pub fn new(reading: &Reading) -> Self {
        let report = &reading.report;
        let points = CodePoints::new(&report.text);
        let anchors = |spans: &[Span]| -> Vec<Anchor> {
            spans.iter().map(|s| points.anchor(&report.text, *s)).collect()
        };
        let exact = |span: Option<Span>| span.map(|s| s.of(&report.text).to_owned());
        let anchor = |span: Option<Span>| span.map(|s| points.anchor(&report.text, s));
        let why = |why: &Why| {
            let silent = why.cues.is_empty() && why.notes.is_empty();
            (!silent).then(|| WhyPage { cues: anchors(&why.cues), notes: why.notes.clone() })
        };
        let mut outer: Vec<String> = report.outlet.iter().cloned().collect();
        outer.extend(report.agencies.iter().filter(|a| report.outlet.as_ref() != Some(a)).cloned());
        // Outlet, agencies, relayer, speaker of a statement; outlet and agencies alone of narration.
        let chain = |statement: Option<usize>| {
            let mut chain = outer.clone();
            if let Some(s) = statement.and_then(|s| reading.statements.get(s)) {
                chain.extend(s.via.clone());
                chain.extend(s.speaker.clone());
            }
            chain
        };
        let statement_id = |s: Option<usize>| s.map(|s| format!("s{}", s + 1));
        let statements = reading
            .statements
            .iter()
            .enumerate()
            .map(|(i, s)| StatementPage {
                id: format!("s{}", i + 1),
                source: anchors(&s.source),
                cue: anchors(&s.cue),
                content: anchors(&s.content),
                form: s.form.as_str(),
                speaker: s.speaker.clone(),
                party: s.party.clone(),
                said: s.said.clone(),
                venue: exact(s.venue),
                via: s.via.clone(),
                within: statement_id(s.within),
                chain: chain(Some(i)),
                confidence: rounded(s.confidence),
            })
            .collect();
        let positions = reading.coding.positions.iter().enumerate().map(|(i, p)| {
            let mut chain = chain(p.statement);
            chain.extend(p.holder.clone().filter(|h| chain.last() != Some(h)));
            PositionPage {
                id: format!("p{}", i + 1),
                statement: statement_id(p.statement),
                holder: p.holder.clone(),
                issue: p.issue.clone(),
                stance: p.stance.as_str(),
                terms: anchors(&p.terms),
                condition: exact(p.condition),
                scope: exact(p.scope),
                reason: exact(p.reason),
                figure: exact(p.figure),
                anchors: FieldAnchors {
                    condition: anchor(p.condition),
                    scope: anchor(p.scope),
                    reason: anchor(p.reason),
                    figure: anchor(p.figure),
                },
                firsthand: p.firsthand,
                chain,
                confidence: rounded(p.confidence),
                why: why(&p.why),
            }
        });
        let assessments =
            reading.coding.assessments.iter().enumerate().map(|(i, a)| AssessmentPage {
                id: format!("a{}", i + 1),
                statement: statement_id(a.statement),
                assessor: a.assessor.clone(),
                party: a.party.clone(),
                value: a.value.as_str(),
                of: a.of.as_str(),
                words: anchors(&a.words),
                said: a.said.clone(),
                chain: chain(a.statement),
                confidence: rounded(a.confidence),
                why: why(&a.why),
            });
        let encounters = reading.coding.encounters.iter().enumerate().map(|(i, e)| EncounterPage {
            id: format!("e{}", i + 1),
            statement: statement_id(e.statement),
            kind: e.kind.as_str(),
            participants: e.participants.clone(),
            place: e.place.clone(),
            date: e.date.clone(),
            status: e.status.as_str(),
            words: anchors(&e.words),
            confidence: rounded(e.confidence),
            why: why(&e.why),
        });
        let (positions, assessments, encounters) =
            (positions.collect(), assessments.collect(), encounters.collect());
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
            positions,
            assessments,
            encounters,
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

fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 1000.0).round() / 1000.0
}

/// Bytes to code points: a count every [`STEP`] bytes, the rest counted from there.
pub(super) struct CodePoints {
    before: Vec<usize>,
}

const STEP: usize = 256;

impl CodePoints {
    pub(super) fn new(text: &str) -> Self {
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

    pub(super) fn anchor(&self, text: &str, span: Span) -> Anchor {
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
    use crate::code::{Assessment, Coding, Encounter, Kind, Of, Position, Stance, Status, Value};
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
        coding: Coding {
            positions: vec![Position {
                statement: Some(2),
                holder: Some("Ostmark".into()),
                issue: Some("staying out".into()),
                stance: Stance::Offer,
                terms: vec![span("stay out")],
                condition: None,
                scope: None,
                reason: None,
                figure: None,
                firsthand: true,
                confidence: 0.8,
                why: Why::default(),
            }],
            assessments: vec![Assessment {
                statement: Some(0),
                assessor: Some("Ilma Dareth".into()),
                party: Some("Veldra".into()),
                value: Value::NoProgress,
                of: Of::Past,
                words: vec![span("cannot see progress")],
                said: Some("2031-03-12".into()),
                confidence: 0.9,
                why: Why::default(),
            }],
            encounters: vec![Encounter {
                statement: None,
                kind: Kind::Talks,
                status: Status::Planned,
                participants: vec!["Veldra".into(), "Ostmark".into()],
                place: Some("Port Oran".into()),
                date: Some("2031-03-14".into()),
                words: vec![span("a long road")],
                confidence: 0.7,
                why: Why::default(),
            }],
        },
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
