//! All reports of a record, in the order of publication, with what is a copy of what.

use serde::Serialize;

use super::Page;
use crate::error::Result;
use crate::present::table::{Cell, Table};
use crate::record::Snapshot;

/// Which reports a record holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportsPage {
    /// `travaux.reports/1`.
    pub schema: &'static str,
    /// In the order of publication.
    pub reports: Vec<ReportRow>,
    /// Groups of reports whose text is largely the same count once.
    pub independent: usize,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ReportRow {
    pub id: String,
    pub title: Option<String>,
    pub outlet: Option<String>,
    pub agencies: Vec<String>,
    /// ISO 8601 day.
    pub published: Option<String>,
    /// When it came in: RFC 3339.
    pub came_in: String,
    /// The id of the first report whose text is largely the same, if that is another.
    pub copy_of: Option<String>,
    /// The id of the report that corrects it.
    pub corrected_by: Option<String>,
}

/// The reports that `snapshot` holds.
pub fn reports(snapshot: &Snapshot<'_>) -> Result<ReportsPage> {
    let all = &snapshot.reports;
    let given = |i: usize| all[i].given.clone();
    let rows: Vec<ReportRow> = all
        .iter()
        .enumerate()
        .map(|(i, r)| ReportRow {
            id: r.given.clone(),
            title: r.title.clone(),
            outlet: r.outlet.clone(),
            agencies: r.agencies.clone(),
            published: r.published.map(|d| d.to_string()),
            came_in: r.came_in.to_string(),
            copy_of: (r.group != i).then(|| given(r.group)),
            corrected_by: r.corrected_by.map(given),
        })
        .collect();
    let independent = all.iter().enumerate().filter(|(i, r)| r.group == *i).count();
    Ok(ReportsPage { schema: "travaux.reports/1", reports: rows, independent })
}

impl Page for ReportsPage {
    fn tables(&self) -> Vec<Table> {
        let rows = self.reports.iter().map(|r| {
            let source: Vec<&str> = r
                .outlet
                .as_deref()
                .into_iter()
                .chain(r.agencies.iter().map(String::as_str))
                .collect();
            let note = match (&r.corrected_by, &r.copy_of) {
                (Some(by), _) => format!("corrected by {by}"),
                (None, Some(of)) => format!("as {of}"),
                (None, None) => String::new(),
            };
            vec![
                Cell::of(r.published.as_deref()),
                Cell::new(&r.id).faint(),
                Cell::of(r.title.as_deref()),
                Cell::new(source.join(", ")).faint(),
                Cell::new(note).faint(),
            ]
        });
        vec![Table {
            heading: format!("{} reports, {} independent", self.reports.len(), self.independent),
            columns: vec!["day", "id", "title", "source", "note"],
            rows: rows.collect(),
            empty: "no reports; add some with `travaux add`",
        }]
    }
}
