//! The talks day by day: who judged them how, and who met. Never puts an encounter on a day without saying where the day
//! is not the encounter's own.

use serde::Serialize;

use super::Page;
use super::quoted::{Quoted, Quotes};
use crate::error::Result;
use crate::present::signs;
use crate::present::table::{Cell, Table};
use crate::record::timeline::{self, Mark, Met};
use crate::record::{Assessment, Encounter, Entry, Snapshot};

/// What happened when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelinePage {
    /// `travaux.timeline/1`.
    pub schema: &'static str,
    /// In order; only days that have something.
    pub days: Vec<DayPage>,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DayPage {
    /// ISO 8601.
    pub day: String,
    /// How the talks were said to go, the best supported first.
    pub assessments: Vec<MarkPage>,
    /// Who met or is to meet, the best supported first.
    pub encounters: Vec<MetPage>,
}

/// How one side judged the talks on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarkPage {
    /// Who judges, as the surest report names them; null is the report's own words.
    pub assessor: Option<String>,
    /// For whom, else who judges; null is the report's own words.
    pub party: Option<String>,
    /// `breakdown`, `no_progress`, `mixed`, `progress` or `agreement`.
    pub value: &'static str,
    /// `past` or `prospect`.
    pub of: &'static str,
    /// Independent reports that say so.
    pub support: usize,
    /// One report of each.
    pub reports: Vec<String>,
    /// The surest.
    pub quoted: Quoted,
}

/// One encounter, however many reports tell of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetPage {
    /// `talks`, `meeting`, `call`, `signing`, `press_conference` or `visit`.
    pub kind: &'static str,
    /// `held`, `ongoing`, `planned`, `conditional` or `cancelled`, as the latest report has it.
    pub status: &'static str,
    /// What was said of it before, in the order of days.
    pub before: Vec<StatusPage>,
    /// ISO 8601 day, month or interval; null where no report names it, and it stands on the day it was told of.
    pub date: Option<String>,
    /// In the order of their names.
    pub participants: Vec<String>,
    /// Where.
    pub place: Option<String>,
    /// Independent reports that tell of it.
    pub support: usize,
    /// One report of each.
    pub reports: Vec<String>,
    /// The latest.
    pub quoted: Quoted,
}

/// What was said of an encounter, and when.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct StatusPage {
    /// ISO 8601.
    pub day: String,
    pub status: &'static str,
}

/// The days of `snapshot`.
pub fn timeline(snapshot: &Snapshot<'_>) -> Result<TimelinePage> {
    let (assessments, encounters) = (snapshot.assessments()?, snapshot.encounters()?);
    let quotes = Quotes::new(snapshot);
    let mut days = Vec::new();
    for day in timeline::timeline(snapshot, &assessments, &encounters) {
        let marks = day.marks.iter().map(|m| mark(snapshot, &quotes, &assessments, m));
        let met = day.met.iter().map(|m| meeting(&quotes, &encounters, m));
        days.push(DayPage {
            day: day.day.to_string(),
            assessments: marks.collect::<Result<_>>()?,
            encounters: met.collect::<Result<_>>()?,
        });
    }
    Ok(TimelinePage { schema: "travaux.timeline/1", days })
}

/// A judgement, ready to be shown.
pub(super) fn mark(
    snapshot: &Snapshot<'_>,
    quotes: &Quotes<'_, '_>,
    all: &[Entry<Assessment>],
    mark: &Mark,
) -> Result<MarkPage> {
    let surest = &all[mark.entries[0]];
    let what = &surest.what;
    Ok(MarkPage {
        assessor: what.assessor.map(|a| snapshot.name(a).to_owned()),
        party: mark.who.map(|w| quotes.name(w)),
        value: mark.value.as_str(),
        of: mark.of.as_str(),
        support: mark.entries.len(),
        reports: quotes.reports(all, &mark.entries),
        quoted: quotes.quote('a', surest, &what.told, &what.words, what.assessor)?,
    })
}

/// An encounter, ready to be shown.
pub(super) fn meeting(
    quotes: &Quotes<'_, '_>,
    all: &[Entry<Encounter>],
    met: &Met,
) -> Result<MetPage> {
    let latest = &all[met.entries[0]];
    let before = met.before.iter();
    Ok(MetPage {
        kind: met.kind.as_str(),
        status: met.status.as_str(),
        before: before
            .map(|(day, s)| StatusPage { day: day.to_string(), status: s.as_str() })
            .collect(),
        date: met.date.clone(),
        participants: met.participants.iter().map(|p| quotes.name(*p)).collect(),
        place: met.place.clone(),
        support: met.entries.len(),
        reports: quotes.reports(all, &met.entries),
        quoted: quotes.quote('e', latest, &latest.what.told, &latest.what.words, None)?,
    })
}

impl MarkPage {
    /// "Jorio Dauster (Brazil)", "Brazil", "the report".
    pub(super) fn who(&self) -> String {
        who(self.assessor.as_deref(), self.party.as_deref())
    }
}

/// Who judges, and for whom.
pub(super) fn who(assessor: Option<&str>, party: Option<&str>) -> String {
    match (assessor, party) {
        (Some(a), Some(p)) if a != p => format!("{a} ({p})"),
        (Some(one), _) | (None, Some(one)) => one.to_owned(),
        (None, None) => "the report".to_owned(),
    }
}

impl MetPage {
    /// "planned meeting", "planned talks, held on 2031-03-12".
    pub(super) fn what(&self) -> String {
        let mut out =
            format!("{} {}", signs::status_named(self.status).word, signs::kind_named(self.kind));
        for b in &self.before {
            out.push_str(&format!(", {} on {}", signs::status_named(b.status).word, b.day));
        }
        out
    }

    /// "Brazil, Colombia · Managua"; "no date given" where that is so.
    pub(super) fn who(&self) -> String {
        let mut parts = vec![self.participants.join(", ")];
        parts.extend(self.place.clone());
        if self.date.is_none() {
            parts.push("no date given".into());
        }
        parts.retain(|p| !p.is_empty());
        parts.join(" · ")
    }
}

impl Page for TimelinePage {
    fn tables(&self) -> Vec<Table> {
        let mut rows = Vec::new();
        for day in &self.days {
            for m in &day.assessments {
                let sign = signs::value_named(m.value, m.of);
                rows.push(vec![
                    Cell::new(&day.day).strong(),
                    Cell::new(format!("{} {}", sign.mark, sign.word)).toned(sign.tone),
                    Cell::new(m.who()),
                    m.quoted.cell(),
                    Cell::new(m.quoted.source(m.support)).faint(),
                    Cell::new(m.quoted.note()).faint(),
                ]);
            }
            for m in &day.encounters {
                let sign = signs::status_named(m.status);
                rows.push(vec![
                    Cell::new(m.date.as_ref().unwrap_or(&day.day)).strong(),
                    Cell::new(format!("{} {}", sign.mark, m.what())).toned(sign.tone),
                    Cell::new(m.who()),
                    m.quoted.cell(),
                    Cell::new(m.quoted.source(m.support)).faint(),
                    Cell::new(m.quoted.note()).faint(),
                ]);
            }
        }
        vec![Table {
            heading: "Timeline".into(),
            columns: vec!["day", "what", "who", "words", "source", "note"],
            rows,
            empty: "no assessments or encounters",
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{Kind, Status, Value};
    use crate::record::At;
    use crate::record::testing::{Draft, Sample};

    #[test]
    fn a_day_shows_judgements_and_encounters_and_says_where_no_date_is_given() {
        let text = "They meet, and saw progress.";
        let draft = Draft::new("r1", "2031-03-12", text)
            .assessment(None, Value::Progress, "saw progress")
            .encounter(Kind::Talks, Status::Planned, None, "They meet")
            .encounter(Kind::Talks, Status::Planned, Some("2031-04"), "meet");
        let mut sample = Sample::new();
        sample.add("2031-03-13", &draft);
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let csv = timeline(&snapshot).expect("a page").tables()[0].to_csv();
        let lines: Vec<&str> = csv.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "2031-03-12,● progress,the report,saw progress,r1,",
                "2031-03-12,□ planned talks,no date given,They meet,r1,",
                "2031-04,□ planned talks,,meet,r1,",
            ]
        );
    }
}
