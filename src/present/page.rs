//! A reading as plain data, the same for terminal, page and JSON. The only place that derives
//! `Serialize` for the outside. Offsets become Unicode code points here, once.

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
