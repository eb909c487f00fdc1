//! Statements of a record by their words, speaker, party, issue, day, outlet and form, newest first, each with its
//! anchors. Never shows words that do not stand in a report.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Page;
use crate::error::Result;
use crate::present::page::{Anchor, CodePoints};
use crate::present::table::{Cell, Table};
use crate::record::{Entry, NameId, Search, Snapshot, Statement, Words};
use crate::report::Span;

/// Who said what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementsPage {
    /// `travaux.statements/1`.
    pub schema: &'static str,
    /// Newest first.
    pub statements: Vec<StatementRow>,
    /// How many reports these are from.
    pub reports: usize,
    /// Groups of these reports whose text is largely the same count once.
    pub independent: usize,
    /// Whether there are more than were asked for.
    pub more: bool,
    /// What is marked.
    #[serde(skip)]
    words: Words,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct StatementRow {
    pub id: String,
    /// ISO 8601 day that it counts for: when it was said, else when its report was out.
    pub day: String,
    /// What the one who spoke is called; null where that is unknown.
    pub speaker: Option<String>,
    pub party: Option<String>,
    /// ISO 8601 day, month or interval; null where it is not said.
    pub said: Option<String>,
    /// `direct`, `mixed` or `indirect`.
    pub form: &'static str,
    pub source: Vec<Anchor>,
    pub cue: Vec<Anchor>,
    pub content: Vec<Anchor>,
    pub venue: Option<Anchor>,
    pub via: Option<String>,
    /// The statement in whose content this one stands.
    pub within: Option<String>,
    /// Id of the report.
    pub report: String,
    pub title: Option<String>,
    /// ISO 8601 day.
    pub published: Option<String>,
    /// Those through whom it reached the reader, outermost first: outlet, agencies, relayer, speaker.
    pub chain: Vec<String>,
    /// `unreviewed`, as the machine has it; `accepted` or `corrected` by a person.
    pub verdict: &'static str,
    /// 0 to 1.
    pub confidence: f64,
    /// Outlet and agencies.
    #[serde(skip)]
    outer: Vec<String>,
}

/// The statements of `snapshot` that `search` asks for.
pub fn statements(snapshot: &Snapshot<'_>, search: &Search) -> Result<StatementsPage> {
    let found = snapshot.search(search)?;
    let reports: BTreeSet<usize> = found.statements.iter().map(|e| e.report).collect();
    let groups: BTreeSet<usize> = reports.iter().map(|r| snapshot.reports[*r].group).collect();
    let rows: Result<Vec<StatementRow>> =
        found.statements.iter().map(|e| row(snapshot, e)).collect();
    Ok(StatementsPage {
        schema: "travaux.statements/1",
        statements: rows?,
        reports: reports.len(),
        independent: groups.len(),
        more: found.more,
        words: search.words.clone(),
    })
}

fn row(snapshot: &Snapshot<'_>, entry: &Entry<Statement>) -> Result<StatementRow> {
    let report = &snapshot.reports[entry.report];
    let text = snapshot.text(entry.version)?;
    let points = CodePoints::new(&text);
    let anchors = |spans: &[Span]| -> Vec<Anchor> {
        spans.iter().map(|s| points.anchor(&text, *s)).collect()
    };
    let called = |name: Option<NameId>| {
        let name = name?;
        let actor = snapshot.actor(name, entry.day).map(|a| snapshot.actor_name(a));
        Some(actor.unwrap_or_else(|| snapshot.name(name)).to_owned())
    };
    let what = &entry.what;
    let (speaker, via) = (called(what.told.speaker), called(what.told.via));
    let mut outer: Vec<String> = report.outlet.iter().cloned().collect();
    outer.extend(report.agencies.iter().filter(|a| report.outlet.as_ref() != Some(a)).cloned());
    Ok(StatementRow {
        id: format!("s{}", entry.id.0),
        day: entry.day.to_string(),
        party: called(what.told.party),
        said: what.said.clone(),
        form: what.form.as_str(),
        source: anchors(&what.source),
        cue: anchors(&what.cue),
        content: anchors(&what.content),
        venue: what.venue.map(|v| points.anchor(&text, v)),
        within: what.told.statement.map(|s| format!("s{}", s.0)),
        report: report.given.clone(),
        title: report.title.clone(),
        published: report.published.map(|d| d.to_string()),
        chain: outer.iter().chain(&via).chain(&speaker).cloned().collect(),
        verdict: entry.verdict.as_str(),
        confidence: (entry.confidence * 1000.0).round() / 1000.0,
        speaker,
        via,
        outer,
    })
}

impl Page for StatementsPage {
    fn tables(&self) -> Vec<Table> {
        let rows = self.statements.iter().map(|s| {
            let who = match (&s.speaker, &s.party) {
                (Some(speaker), Some(party)) if speaker != party => format!("{speaker} ({party})"),
                (Some(one), _) | (None, Some(one)) => one.clone(),
                (None, None) => {
                    s.source.iter().map(|a| a.exact.as_str()).collect::<Vec<_>>().join(" ")
                }
            };
            let who_hits = self.words.hits(&who);
            let words: Vec<&str> = s.content.iter().map(|a| a.exact.as_str()).collect();
            let words = words.join(" … ");
            let hits = self.words.hits(&words);
            let source = [s.outer.join(", "), s.report.clone()].join(" ");
            let id = match s.verdict {
                "unreviewed" => s.id.clone(),
                verdict => format!("{} {verdict}", s.id),
            };
            vec![
                Cell::new(&s.day),
                Cell::new(who).marked(who_hits),
                Cell::new(words).marked(hits),
                Cell::new(source.trim()).faint(),
                Cell::new(id).faint(),
            ]
        });
        let count =
            |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        let shown = count(self.statements.len(), "statement", "statements");
        let reports = count(self.reports, "report", "reports");
        let more = if self.more { "; there are older ones, see --limit" } else { "" };
        vec![Table {
            heading: match self.statements.is_empty() {
                true => String::new(),
                false => format!("{shown} in {reports}, {} independent{more}", self.independent),
            },
            columns: vec!["day", "who", "words", "source", "id"],
            rows: rows.collect(),
            empty: "no such statement; ask for fewer words, or for beginnings of words (negot*)",
        }]
    }
}
