//! What a record holds at one moment, of what was said by one day: the ground of all questions. Never changes while it is
//! looked at, and never holds what a person rejected.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{OptionalExtension, Row};

use super::naming::{Resolver, Texts};
use super::rows::parse_spans;
use super::{ActorId, ChangeId, EntryId, IssueId, NameId, Record, ReportId, VersionId, file};
use crate::attribute::Form;
use crate::code::{Kind, Of, Stance, Status, Value};
use crate::error::Result;
use crate::report::Span;

/// Of which day, and at which moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct At {
    /// What was said by the end of this day (valid time); all where it is `None`.
    pub as_of: Option<Date>,
    /// What was known by this moment (transaction time); now where it is `None`.
    pub known_by: Option<Timestamp>,
}

/// What people made of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Nobody looked.
    Unreviewed,
    /// A person says that it is right.
    Accepted,
    /// A person said what is right.
    Corrected,
    /// A person says that it is wrong.
    Rejected,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Verdict; 4] =
        [Verdict::Unreviewed, Verdict::Accepted, Verdict::Corrected, Verdict::Rejected];

    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["unreviewed", "accepted", "corrected", "rejected"][self as usize]
    }
}

/// A report, without its text.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportHead {
    /// Which.
    pub id: ReportId,
    /// The text that was live.
    pub version: VersionId,
    /// The id that users see.
    pub given: String,
    /// Headline.
    pub title: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// Wire agencies credited.
    pub agencies: Vec<String>,
    /// Day of publication.
    pub published: Option<Date>,
    /// When it first came in.
    pub came_in: Timestamp,
    /// The first report, as an index, of those whose text is largely the same: support is counted in these groups.
    pub group: usize,
    /// The later report, as an index, that corrects it.
    pub corrected_by: Option<usize>,
}

impl ReportHead {
    /// The day on which it was out: that of publication, else of coming in.
    pub fn out_on(&self) -> Date {
        self.published.unwrap_or_else(|| date_of(self.came_in))
    }
}

/// Something that a report says, as it was held.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<T> {
    /// Stays the same when it is corrected.
    pub id: EntryId,
    /// Its report, as an index into [`Snapshot::reports`].
    pub report: usize,
    /// The text that its spans count in.
    pub version: VersionId,
    /// The day it counts for: when it was said, else when its report was published, else when that came in.
    pub day: Date,
    /// The change that made it so.
    pub since: ChangeId,
    /// What people made of it.
    pub verdict: Verdict,
    /// How sure the reading is, 0 to 1.
    pub confidence: f64,
    /// What it says.
    pub what: T,
}

/// Who said the words that an entry stands in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// The statement; `None` for the report's own words.
    pub statement: Option<EntryId>,
    /// Who spoke.
    pub speaker: Option<NameId>,
    /// On whose behalf.
    pub party: Option<NameId>,
    /// Who relayed it inside the report.
    pub via: Option<NameId>,
}

/// Who said what.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Statement {
    pub source: Vec<Span>,
    pub cue: Vec<Span>,
    pub content: Vec<Span>,
    pub form: Form,
    /// Who spoke; its `statement` is the one in whose content this one stands.
    pub told: Told,
    pub said: Option<String>,
    pub venue: Option<Span>,
}

/// Where a party stands.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Position {
    pub told: Told,
    pub holder: Option<NameId>,
    pub issue: Option<NameId>,
    pub stance: Stance,
    pub terms: Vec<Span>,
    pub condition: Option<Span>,
    pub scope: Option<Span>,
    pub reason: Option<Span>,
    pub figure: Option<Span>,
    pub firsthand: bool,
}

/// How the talks are going.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Assessment {
    pub told: Told,
    pub assessor: Option<NameId>,
    pub party: Option<NameId>,
    pub value: Value,
    pub of: Of,
    pub words: Vec<Span>,
}

/// Who meets whom.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Encounter {
    pub told: Told,
    pub kind: Kind,
    pub status: Status,
    pub participants: Vec<NameId>,
    pub place: Option<String>,
    pub date: Option<String>,
    pub words: Vec<Span>,
}

/// A record at a moment. Entries are loaded when they are asked for.
pub struct Snapshot<'r> {
    pub(super) record: &'r Record,
    /// Of when it is.
    pub at: At,
    /// The last change that was known.
    pub change: ChangeId,
    /// All reports that were known, in the order of publication; those without a day come by when they came in.
    pub reports: Vec<ReportHead>,
    place: HashMap<ReportId, usize>,
    names: Texts,
    pub(super) actors: Resolver<ActorId>,
    pub(super) issues: Resolver<IssueId>,
    texts: RefCell<HashMap<VersionId, Rc<str>>>,
}

/// SQL that a row was live at change `?1`.
pub(super) const LIVE: &str = "t.since <= ?1 AND (t.until IS NULL OR t.until > ?1)";

impl Record {
    /// What it holds `at` a moment.
    pub fn snapshot(&self, at: At) -> Result<Snapshot<'_>> {
        Snapshot::load(self, at).map_err(|e| file::sentence(&self.path, &e))
    }
}

impl<'r> Snapshot<'r> {
    fn load(record: &'r Record, at: At) -> rusqlite::Result<Self> {
        let db = &record.db;
        let moment = at.known_by.map_or(i64::MAX, |t| t.as_microsecond());
        let change: Option<ChangeId> =
            db.query_row("SELECT max(id) FROM change WHERE at <= ?", [moment], |r| r.get(0))?;
        let change = change.unwrap_or(ChangeId(0));
        let mut reports = Vec::new();
        let mut found = db.prepare_cached(&format!(
            "SELECT report.id, t.id, given, title, outlet, agencies, published,
                    (SELECT at FROM change WHERE change.id = report.since)
             FROM version t JOIN report ON report.id = t.report WHERE {LIVE}"
        ))?;
        let mut rows = found.query([change])?;
        while let Some(r) = rows.next()? {
            let agencies: String = r.get(5)?;
            reports.push(ReportHead {
                id: r.get(0)?,
                version: r.get(1)?,
                given: r.get(2)?,
                title: r.get(3)?,
                outlet: r.get(4)?,
                agencies: serde_json::from_str(&agencies).unwrap_or_default(),
                published: day(r.get::<_, Option<String>>(6)?.as_deref()),
                came_in: Timestamp::from_microsecond(r.get(7)?).unwrap_or_default(),
                group: 0,
                corrected_by: None,
            });
        }
        reports.sort_by_key(|r: &ReportHead| (r.out_on(), r.came_in, r.id));
        let place = reports.iter().enumerate().map(|(i, r)| (r.id, i)).collect();
        let mut snapshot = Self {
            record,
            at,
            change,
            reports,
            place,
            names: Texts::load(record)?,
            actors: Resolver::load(record, change, "actor", ActorId, true)?,
            issues: Resolver::load(record, change, "issue", IssueId, false)?,
            texts: RefCell::default(),
        };
        snapshot.group()?;
        Ok(snapshot)
    }

    /// Puts copies into groups, and notes what was corrected.
    fn group(&mut self) -> rusqlite::Result<()> {
        let mut first: Vec<usize> = (0..self.reports.len()).collect();
        let mut found = self.record.db.prepare_cached(&format!(
            "SELECT report, earlier, relation FROM copy t WHERE {LIVE}"
        ))?;
        let mut rows = found.query([self.change])?;
        while let Some(r) = rows.next()? {
            let ends = (self.place.get(&r.get(0)?), self.place.get(&r.get(1)?));
            let (Some(later), Some(earlier)) = ends else { continue };
            let (a, b) = (root(&mut first, *later), root(&mut first, *earlier));
            first[a.max(b)] = a.min(b);
            if r.get_ref(2)?.as_str()? == "correction" {
                self.reports[*earlier].corrected_by = Some(*later);
            }
        }
        for i in 0..self.reports.len() {
            self.reports[i].group = root(&mut first, i);
        }
        Ok(())
    }

    /// The name's text.
    pub fn name(&self, name: NameId) -> &str {
        self.names.get(name)
    }

    /// Whom `name` means on `day`.
    pub fn actor(&self, name: NameId, day: Date) -> Option<ActorId> {
        self.actors.find(name, day)
    }

    /// What an actor is called.
    pub fn actor_name(&self, actor: ActorId) -> &str {
        self.actors.called(actor, &self.names).map_or("", |n| self.name(n))
    }

    /// What is at stake under this name.
    pub fn issue(&self, name: NameId) -> Option<IssueId> {
        self.issues.find(name, Date::ZERO)
    }

    /// What an issue is called.
    pub fn issue_name(&self, issue: IssueId) -> &str {
        self.issues.called(issue, &self.names).map_or("", |n| self.name(n))
    }

    /// Who said what, in the order of days.
    pub fn statements(&self) -> Result<Vec<Entry<Statement>>> {
        self.entries(&format!("{STATEMENTS} WHERE {LIVE} AND verdict <> 'rejected'"), statement)
    }

    /// Who said what in one report, in no order.
    pub(super) fn statements_of(&self, report: usize) -> Result<Vec<Entry<Statement>>> {
        let of = self.reports[report].id.0;
        let sql = format!(
            "{STATEMENTS} WHERE {LIVE} AND verdict <> 'rejected' AND entry.kind = 's' AND entry.report = ?2"
        );
        self.entries_with(&sql, &[&self.change, &of], statement)
    }

    /// What is on the table, in the order of days.
    pub fn positions(&self) -> Result<Vec<Entry<Position>>> {
        let sql = self.coded(
            "position",
            "s.said",
            "holder, issue, stance, terms, condition, scope, reason, figure, firsthand",
        );
        self.entries(&sql, |r| {
            Ok(Position {
                told: told(r)?,
                holder: r.get(11)?,
                issue: r.get(12)?,
                stance: one_of(r, 13, &Stance::ALL, Stance::as_str)?,
                terms: spans(r, 14)?,
                condition: spans(r, 15)?.first().copied(),
                scope: spans(r, 16)?.first().copied(),
                reason: spans(r, 17)?.first().copied(),
                figure: spans(r, 18)?.first().copied(),
                firsthand: r.get(19)?,
            })
        })
    }

    /// How the talks are said to go, in the order of days.
    pub fn assessments(&self) -> Result<Vec<Entry<Assessment>>> {
        let sql = self.coded(
            "assessment",
            // Where a person has corrected the statement's day, it is the judgement's as well.
            "CASE WHEN s.verdict = 'corrected' THEN s.said ELSE t.said END",
            "t.assessor, t.party, t.value, t.of, t.words",
        );
        self.entries(&sql, |r| {
            Ok(Assessment {
                told: told(r)?,
                assessor: r.get(11)?,
                party: r.get(12)?,
                value: one_of(r, 13, &Value::ALL, Value::as_str)?,
                of: one_of(r, 14, &Of::ALL, Of::as_str)?,
                words: spans(r, 15)?,
            })
        })
    }

    /// Who is said to meet whom, in the order of the days on which that was said.
    pub fn encounters(&self) -> Result<Vec<Entry<Encounter>>> {
        let sql = self.coded(
            "encounter",
            "s.said",
            "t.kind, t.status, t.participants, t.place, t.date, t.words",
        );
        self.entries(&sql, |r| {
            let participants: Vec<i64> =
                serde_json::from_str(r.get_ref(13)?.as_str()?).unwrap_or_default();
            Ok(Encounter {
                told: told(r)?,
                kind: one_of(r, 11, &Kind::ALL, Kind::as_str)?,
                status: one_of(r, 12, &Status::ALL, Status::as_str)?,
                participants: participants.into_iter().map(NameId).collect(),
                place: r.get(14)?,
                date: r.get(15)?,
                words: spans(r, 16)?,
            })
        })
    }

    /// SQL for entries that may stand in a statement. What stands in one that a person rejected is not held either, unless a
    /// person said that it is right.
    fn coded(&self, table: &str, said: &str, columns: &str) -> String {
        format!(
            "SELECT {HEAD}, {said}, t.statement, s.speaker, s.party, s.via, {columns}
             FROM {table} t JOIN entry ON entry.id = t.entry
             LEFT JOIN statement s ON s.entry = t.statement AND s.since <= ?1 AND (s.until IS NULL OR s.until > ?1)
             WHERE {LIVE} AND t.verdict <> 'rejected' AND (t.verdict <> 'unreviewed' OR s.verdict IS NOT 'rejected')"
        )
    }

    fn entries<T>(
        &self,
        sql: &str,
        what: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<Entry<T>>> {
        self.entries_with(sql, &[&self.change], what)
    }

    fn entries_with<T>(
        &self,
        sql: &str,
        given: &[&dyn rusqlite::ToSql],
        what: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<Entry<T>>> {
        let load = || -> rusqlite::Result<Vec<Entry<T>>> {
            let mut out = Vec::new();
            let mut found = self.record.db.prepare_cached(sql)?;
            let mut rows = found.query(given)?;
            while let Some(r) = rows.next()? {
                let Some(&report) = self.place.get(&r.get(1)?) else { continue };
                let said = r.get_ref(6)?.as_str_or_null()?.and_then(last_day);
                let head = &self.reports[report];
                let day = said.map_or(head.out_on(), |said| said.min(head.out_on()));
                if self.at.as_of.is_some_and(|as_of| day > as_of) {
                    continue;
                }
                out.push(Entry {
                    id: r.get(0)?,
                    report,
                    version: r.get(2)?,
                    since: r.get(3)?,
                    verdict: one_of(r, 4, &Verdict::ALL, Verdict::as_str)?,
                    confidence: r.get(5)?,
                    day,
                    what: what(r)?,
                });
            }
            out.sort_by_key(|e: &Entry<T>| (e.day, e.report, e.id));
            Ok(out)
        };
        load().map_err(|e| file::sentence(&self.record.path, &e))
    }

    /// The text of a version.
    pub fn text(&self, version: VersionId) -> Result<Rc<str>> {
        self.version_text(version).map_err(|e| file::sentence(&self.record.path, &e))
    }

    pub(super) fn version_text(&self, version: VersionId) -> rusqlite::Result<Rc<str>> {
        if let Some(text) = self.texts.borrow().get(&version) {
            return Ok(text.clone());
        }
        let mut found = self.record.db.prepare_cached("SELECT text FROM version WHERE id = ?")?;
        let text: Option<Rc<str>> =
            found.query_row([version], |r| Ok(Rc::from(r.get_ref(0)?.as_str()?))).optional()?;
        let text = text.unwrap_or_default();
        self.texts.borrow_mut().insert(version, text.clone());
        Ok(text)
    }

    /// The words of `spans` in a version's text, each on its own.
    pub fn words(&self, version: VersionId, spans: &[Span]) -> Result<Vec<String>> {
        let text = self.text(version)?;
        Ok(spans.iter().filter_map(|s| text.get(s.start..s.end)).map(str::to_owned).collect())
    }
}

/// Columns that all entries begin with; `said` (6) follows, then `told`.
const HEAD: &str = "t.entry, entry.report, t.version, t.since, t.verdict, t.confidence";

/// SQL for statements, as [`statement`] takes them.
const STATEMENTS: &str =
    "SELECT t.entry, entry.report, t.version, t.since, t.verdict, t.confidence,
    t.said, t.within, t.speaker, t.party, t.via, source, cue, content, form, venue
    FROM statement t JOIN entry ON entry.id = t.entry";

fn statement(r: &Row<'_>) -> rusqlite::Result<Statement> {
    let form: &str = r.get_ref(14)?.as_str()?;
    Ok(Statement {
        told: told(r)?,
        source: spans(r, 11)?,
        cue: spans(r, 12)?,
        content: spans(r, 13)?,
        form: [Form::Direct, Form::Mixed, Form::Indirect]
            .into_iter()
            .find(|f| f.as_str() == form)
            .unwrap_or(Form::Indirect),
        venue: spans(r, 15)?.first().copied(),
        said: r.get(6)?,
    })
}

/// Columns 7 to 10: the statement, its speaker, party, relayer.
fn told(r: &Row<'_>) -> rusqlite::Result<Told> {
    Ok(Told { statement: r.get(7)?, speaker: r.get(8)?, party: r.get(9)?, via: r.get(10)? })
}

fn spans(r: &Row<'_>, column: usize) -> rusqlite::Result<Vec<Span>> {
    Ok(r.get_ref(column)?.as_str_or_null()?.and_then(parse_spans).unwrap_or_default())
}

fn one_of<T: Copy>(
    r: &Row<'_>,
    column: usize,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> rusqlite::Result<T> {
    let found = r.get_ref(column)?.as_str()?;
    let wrong = || {
        rusqlite::Error::InvalidColumnType(column, found.to_owned(), rusqlite::types::Type::Text)
    };
    all.iter().copied().find(|t| name(*t) == found).ok_or_else(wrong)
}

fn root(first: &mut [usize], mut i: usize) -> usize {
    while first[i] != i {
        first[i] = first[first[i]];
        i = first[i];
    }
    i
}

/// The day on which a moment lies, in UTC.
pub(super) fn date_of(moment: Timestamp) -> Date {
    jiff::tz::Offset::UTC.to_datetime(moment).date()
}

pub(super) fn day(text: Option<&str>) -> Option<Date> {
    text?.parse().ok()
}

/// The last day of an ISO 8601 day, month or interval.
pub(super) fn last_day(text: &str) -> Option<Date> {
    let end = text.rsplit('/').next()?;
    match end.len() {
        7 => format!("{end}-01").parse::<Date>().ok().map(Date::last_of_month),
        4 => Date::new(end.parse().ok()?, 12, 31).ok(),
        _ => end.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, Sample, noon};
    use super::super::{Added, At};
    use crate::code::Stance;

    fn draft(text: &str) -> Draft {
        Draft::new("r1", "2031-03-12", text)
            .said("Ilma Dareth", Some("Veldra"), "it would stay out of the pact")
            .position("Veldra", "the pact", Stance::Offer, "stay out of the pact")
    }

    #[test]
    fn a_report_comes_in_once_and_its_correction_becomes_a_version() {
        let mut sample = Sample::new();
        let first = draft("Ilma Dareth said it would stay out of the pact.");
        assert_eq!(sample.add("2031-03-13", &first), Added::New);
        assert_eq!(sample.add("2031-03-14", &first), Added::Same);
        let second = draft("CORRECTED: Ilma Dareth said it would stay out of the pact, for now.");
        assert_eq!(sample.add("2031-03-15", &second), Added::Changed);
        let at = |day: &str| {
            let known_by = Some(noon(day));
            let snapshot = sample.record.snapshot(At { known_by, ..At::default() }).expect("read");
            let positions = snapshot.positions().expect("read");
            let words: Vec<_> = positions
                .iter()
                .flat_map(|p| snapshot.words(p.version, &p.what.terms).expect("words"))
                .collect();
            let ids: Vec<_> = positions.iter().map(|p| p.id).collect();
            (words.join("|"), ids, positions.first().map(|p| p.what.terms[0].start))
        };
        assert_eq!(at("2031-03-12"), (String::new(), vec![], None));
        let (words, ids, start) = at("2031-03-14");
        assert_eq!((words.as_str(), start), ("stay out of the pact", Some(26)));
        let (words, same, start) = at("2031-03-16");
        assert_eq!((words.as_str(), start), ("stay out of the pact", Some(37)));
        assert_eq!(ids, same);
    }

    #[test]
    fn what_was_said_later_is_not_held_of_an_earlier_day() {
        let mut sample = Sample::new();
        sample.add("2031-03-20", &draft("Ilma Dareth said it would stay out of the pact."));
        let on = |day: &str| {
            let at = At { as_of: day.parse().ok(), known_by: None };
            sample.record.snapshot(at).expect("read").positions().expect("read").len()
        };
        assert_eq!((on("2031-03-11"), on("2031-03-12")), (0, 1));
    }

    #[test]
    fn last_days_of_days_months_and_intervals() {
        let check = |text, day: &str| {
            assert_eq!(super::last_day(text).map(|d| d.to_string()).unwrap_or_default(), day);
        };
        check("2031-03-12", "2031-03-12");
        check("2031-02", "2031-02-28");
        check("2031-03-09/2031-03-20", "2031-03-20");
        check("soon", "");
    }
}
