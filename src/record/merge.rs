//! What people decide about names: two are one actor's or issue's, from some day on, or they are not. The program leaves
//! such names where they were put. Never loses what was held before: rows are closed and opened.

use jiff::civil::Date;
use rusqlite::{Transaction, params};

use super::snapshot::day;
use super::{Act, By, ChangeId, NameId, Record, file};
use crate::error::{Error, Result};

/// Names of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    /// Persons and parties.
    #[default]
    Actor,
    /// What is at stake.
    Issue,
}

impl Which {
    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["actor", "issue"][self as usize]
    }

    /// Columns of its table for the days on which a name means it.
    fn days(self) -> &'static str {
        ["first_day, last_day", "NULL, NULL"][self as usize]
    }
}

/// From a first to a last day, both included; for all days where both are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

/// That what one name means is what another one means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merge<'a> {
    /// Names of what.
    pub which: Which,
    /// A name; all that is called so goes with it, unless days are given: an office alone passes on.
    pub this: &'a str,
    /// The report, by the id that users see, where the name is of one report alone ("the minister").
    pub report: Option<&'a str>,
    /// A name of what it is.
    pub into: &'a str,
    /// The days on which it is, for an office that passes to another person.
    pub days: Days,
}

/// A row of `actor_name` or `issue_name` that is live.
struct Row {
    name: NameId,
    of: i64,
    days: Days,
    why: String,
}

impl Record {
    /// Says that one name means what another one means. Returns how many names moved. Nothing is forgotten: what was held
    /// before this moment still shows as of then, and [`Record::split`] takes a name out again.
    pub fn merge(&mut self, by: &By, merge: &Merge<'_>) -> Result<usize> {
        let Merge { which, this, report, into, days } = *merge;
        let path = self.path.clone();
        let say = |e| file::sentence(&path, &e);
        if which == Which::Issue && days != Days::default() {
            return Err(Error::usage(
                "an issue is the same on all days; leave --from and --until out",
            ));
        }
        if days.from.zip(days.until).is_some_and(|(from, until)| from > until) {
            return Err(Error::usage("the last day is before the first; change --from or --until"));
        }
        let about = format!("{this} into {into}");
        self.change(by, Act::Merge, &about, None, |tx, change| {
            let hand = Decider { tx, change, which };
            let name = hand.named(this, report)?;
            let target = hand.named(into, None)?;
            let why = because(by, &format!("is {into}"));
            let to = hand.rows_of(target).map_err(say)?;
            let to = to.iter().rfind(|r| r.days == Days::default()).or(to.last());
            let Some(to) = to.map(|r| r.of) else {
                return Err(Error::usage(format!("{into}: stands for nobody; name another")));
            };
            let own = hand.rows_of(name).map_err(say)?;
            if days != Days::default() {
                hand.dated(name, &own, to, days, &why).map_err(say)?;
                return Ok(1);
            }
            let always = own.iter().rfind(|r| r.days == Days::default()).or(own.last());
            let Some(always) = always.map(|r| r.of) else {
                return Err(Error::usage(format!("{this}: stands for nobody; name another")));
            };
            if always == to && own.len() == 1 {
                return Err(Error::usage(format!("{this}: is {into} already; nothing to merge")));
            }
            // All that the one is called goes with it; the name itself then means the other on all days.
            let mut moved = 0;
            for row in hand.rows_of_all(always).map_err(say)? {
                if row.name != name && always != to {
                    hand.close(&row)
                        .and_then(|()| hand.open(&Row { of: to, ..row }, &why))
                        .map_err(say)?;
                    moved += 1;
                }
            }
            for row in &own {
                hand.close(row).map_err(say)?;
            }
            let row = Row { name, of: to, days, why: String::new() };
            hand.open(&row, &why).map_err(say)?;
            Ok(moved + 1)
        })
    }

    /// Says that a name means another than those it was put with: it stands alone from now on.
    pub fn split(&mut self, by: &By, which: Which, this: &str, report: Option<&str>) -> Result<()> {
        let path = self.path.clone();
        let say = |e| file::sentence(&path, &e);
        self.change(by, Act::Split, this, None, |tx, change| {
            let hand = Decider { tx, change, which };
            let name = hand.named(this, report)?;
            let own = hand.rows_of(name).map_err(say)?;
            let shared = || -> rusqlite::Result<bool> {
                for row in &own {
                    if hand.rows_of_all(row.of)?.iter().any(|r| r.name != name) {
                        return Ok(true);
                    }
                }
                Ok(false)
            };
            if !shared().map_err(say)? {
                return Err(Error::usage(format!(
                    "{this}: stands alone already; nothing to split"
                )));
            }
            let alone = || -> rusqlite::Result<()> {
                for row in &own {
                    hand.close(row)?;
                }
                let what = which.as_str();
                tx.execute(
                    &format!("INSERT INTO {what} (since, name) VALUES (?, ?)"),
                    params![change, name],
                )?;
                let of = tx.last_insert_rowid();
                let row = Row { name, of, days: Days::default(), why: String::new() };
                hand.open(&row, &because(by, "is another"))
            };
            alone().map_err(say)
        })
    }
}

/// "Ana Vela says that it is Ilma Dareth: letter of 12 March".
fn because(by: &By, what: &str) -> String {
    let reason = by.reason.as_deref().map(|r| format!(": {r}")).unwrap_or_default();
    format!("{} says that it {what}{reason}", by.author)
}

struct Decider<'t> {
    tx: &'t Transaction<'t>,
    change: ChangeId,
    which: Which,
}

impl Decider<'_> {
    /// The name that a person typed: as it stands in the record, or else but for capitals, where that is one.
    fn named(&self, text: &str, report: Option<&str>) -> Result<NameId> {
        let what = self.which.as_str();
        let read = |e: rusqlite::Error| Error::input(e.to_string());
        let found = |same: &str| -> rusqlite::Result<Vec<(NameId, Option<String>)>> {
            let mut found = self.tx.prepare(&format!(
                "SELECT name.id, given FROM name LEFT JOIN report ON report.id = name.report
                 WHERE {same} AND EXISTS (SELECT 1 FROM {what}_name t WHERE t.name = name.id AND until IS NULL)
                 AND (?2 IS NULL OR given = ?2) ORDER BY name.report IS NOT NULL, name.id"
            ))?;
            let rows = found.query_map(params![text, report], |r| Ok((r.get(0)?, r.get(1)?)))?;
            rows.collect()
        };
        let mut all = found("text = ?1").map_err(read)?;
        if all.is_empty() {
            all = found("text LIKE replace(replace(replace(?1, '\\', '\\\\'), '%', '\\%'), '_', '\\_') ESCAPE '\\'")
                .map_err(read)?;
        }
        match &all[..] {
            [(only, _)] => Ok(*only),
            [] => {
                let near = self.near(text).map_err(read)?;
                let near = match near.is_empty() {
                    true => format!("`travaux {what}s RECORD` lists all"),
                    false => format!("did you mean {}?", near.join(", or ")),
                };
                Err(Error::usage(format!("{text}: no {what} is called so; {near}")))
            }
            // A name of one report may also be one of all others.
            [(first, None), ..] if report.is_none() => Ok(*first),
            [(_, of), ..] => Err(Error::usage(format!(
                "{text}: is another one in each of {} reports; say in which with --report {}",
                all.len(),
                of.as_deref().unwrap_or("ID")
            ))),
        }
    }

    /// Names that share the longest word.
    fn near(&self, text: &str) -> rusqlite::Result<Vec<String>> {
        let what = self.which.as_str();
        let words = text.split(|c: char| !c.is_alphanumeric());
        let Some(word) = words.max_by_key(|w| w.len()).filter(|w| w.len() > 2) else {
            return Ok(Vec::new());
        };
        let mut found = self.tx.prepare(&format!(
            "SELECT DISTINCT text FROM name WHERE text LIKE '%' || ?1 || '%' AND EXISTS
             (SELECT 1 FROM {what}_name t WHERE t.name = name.id AND until IS NULL) ORDER BY length(text) LIMIT 3"
        ))?;
        found.query_map([word], |r| r.get(0))?.collect()
    }

    fn rows_of(&self, name: NameId) -> rusqlite::Result<Vec<Row>> {
        self.rows("name", name.0)
    }

    fn rows_of_all(&self, of: i64) -> rusqlite::Result<Vec<Row>> {
        self.rows(self.which.as_str(), of)
    }

    fn rows(&self, column: &str, value: i64) -> rusqlite::Result<Vec<Row>> {
        let (what, days) = (self.which.as_str(), self.which.days());
        let mut found = self.tx.prepare_cached(&format!(
            "SELECT name, {what}, {days}, why FROM {what}_name WHERE {column} = ? AND until IS NULL ORDER BY since, name"
        ))?;
        let rows = found.query_map([value], |r| {
            let date = |column| r.get::<_, Option<String>>(column).map(|t| day(t.as_deref()));
            let days = Days { from: date(2)?, until: date(3)? };
            Ok(Row { name: r.get(0)?, of: r.get(1)?, days, why: r.get(4)? })
        })?;
        rows.collect()
    }

    fn close(&self, row: &Row) -> rusqlite::Result<()> {
        let what = self.which.as_str();
        let day = match self.which {
            Which::Actor => "ifnull(first_day, '') = ifnull(?4, '')",
            Which::Issue => "?4 IS NULL",
        };
        self.tx
            .prepare_cached(&format!(
                "UPDATE {what}_name SET until = ?1 WHERE name = ?2 AND {what} = ?3 AND until IS NULL AND {day}"
            ))?
            .execute(params![self.change, row.name, row.of, row.days.from.map(|d| d.to_string())])?;
        Ok(())
    }

    /// Opens a row; where the same change has opened it already, that one stays.
    fn open(&self, row: &Row, why: &str) -> rusqlite::Result<()> {
        let days = [row.days.from, row.days.until].map(|d| d.map(|d| d.to_string()));
        match self.which {
            Which::Actor => self
                .tx
                .prepare_cached(
                    "INSERT INTO actor_name (name, actor, since, first_day, last_day, why) VALUES (?, ?, ?, ?, ?, ?)
                     ON CONFLICT DO NOTHING",
                )?
                .execute(params![row.name, row.of, self.change, days[0], days[1], why])?,
            Which::Issue => self
                .tx
                .prepare_cached(
                    "INSERT INTO issue_name (name, issue, since, why) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                )?
                .execute(params![row.name, row.of, self.change, why])?,
        };
        Ok(())
    }

    /// Makes `name` mean `to` on `days`. What it meant on those days before is cut back to the days around them.
    fn dated(
        &self,
        name: NameId,
        own: &[Row],
        to: i64,
        days: Days,
        why: &str,
    ) -> rusqlite::Result<()> {
        for row in own.iter().filter(|r| r.days != Days::default() && overlap(r.days, days)) {
            self.close(row)?;
            let before = days.from.and_then(|d| d.yesterday().ok());
            if let Some(until) = before.filter(|b| row.days.from.is_none_or(|from| from <= *b)) {
                let days = Days { until: Some(until), ..row.days };
                self.open(&Row { days, why: String::new(), ..*row }, &row.why)?;
            }
            let after = days.until.and_then(|d| d.tomorrow().ok());
            if let Some(from) = after.filter(|a| row.days.until.is_none_or(|until| *a <= until)) {
                let days = Days { from: Some(from), ..row.days };
                self.open(&Row { days, why: String::new(), ..*row }, &row.why)?;
            }
        }
        self.open(&Row { name, of: to, days, why: String::new() }, why)
    }
}

fn overlap(one: Days, other: Days) -> bool {
    let before = |a: Days, b: Days| a.until.zip(b.from).is_some_and(|(end, start)| end < start);
    !before(one, other) && !before(other, one)
}
