//! A record to what is wrong with it: anchors, chains of versions, digests, names, the index of words. Never mends
//! anything.

use std::collections::HashMap;
use std::rc::Rc;

use rusqlite::{Connection, Row};

use super::digest::{Digest, digest};
use super::rows::{TABLES, Table, parse_spans};
use super::{Record, file};
use crate::error::Result;
use crate::report::{Report, Span};

/// What was checked, and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Reports that the record holds.
    pub reports: u64,
    /// Entries, live and past.
    pub entries: u64,
    /// Each a sentence that names the place.
    pub problems: Vec<String>,
}

/// Problems of one kind that are told; the rest are counted.
const TOLD: usize = 20;

impl Record {
    /// Checks all that it holds and ever held.
    pub fn check(&self) -> Result<Checked> {
        let mut checked = Checked::default();
        // The index is checked by a command that takes the right to write, before the rest reads at one moment.
        let index = match self.db.is_readonly("main") {
            Ok(true) => copied(&self.db).and_then(|copy| index(&copy)),
            _ => index(&self.db),
        };
        if let Err(error) = index {
            checked
                .problems
                .push(format!("words: the index does not agree with the texts: {}", told(&error)));
        }
        let tx = self.db.unchecked_transaction().map_err(|e| file::sentence(&self.path, &e))?;
        let mut check = |what: &str, of: &dyn Fn(&Connection, &mut Vec<String>) -> Found| {
            let mut problems = Vec::new();
            if let Err(error) = of(&tx, &mut problems) {
                // What cannot be read is a problem, and no reason to check nothing more.
                problems.push(format!("{what}: cannot be read: {}", told(&error)));
            }
            let more = problems.len().saturating_sub(TOLD);
            problems.truncate(TOLD);
            problems.extend((more > 0).then(|| format!("{what}: {more} more of this kind")));
            checked.problems.append(&mut problems);
        };
        check("file", &pages);
        check("file", &references);
        check("changes", &changes);
        check("reports", &versions);
        for table in TABLES {
            check(table.name, &|db, out| entries(db, table, out));
        }
        check("entries", &lone);
        for (table, key) in CHAINS {
            check(table, &|db, out| chains(db, table, key, out));
        }
        check("names", &names);
        let count = |table: &str| {
            let found = tx.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0));
            found.map_or(0, i64::cast_unsigned)
        };
        (checked.reports, checked.entries) = (count("report"), count("entry"));
        Ok(checked)
    }
}

type Found = rusqlite::Result<()>;

/// Tables whose rows follow each other, one live at a time, with what makes a chain.
const CHAINS: [(&str, &str); 7] = [
    ("version", "report"),
    ("copy", "report || ' ' || earlier"),
    ("issue_name", "name"),
    ("statement", "entry"),
    ("position", "entry"),
    ("assessment", "entry"),
    ("encounter", "entry"),
];

/// Says what SQLite says, without its code.
fn told(error: &rusqlite::Error) -> String {
    error.to_string()
}

fn copied(db: &Connection) -> rusqlite::Result<Connection> {
    let mut copy = Connection::open_in_memory()?;
    rusqlite::backup::Backup::new(db, &mut copy)?.run_to_completion(
        4096,
        std::time::Duration::ZERO,
        None,
    )?;
    Ok(copy)
}

/// Asks the index of words to compare itself with the texts.
fn index(db: &Connection) -> Found {
    db.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)", []).map(drop)
}

fn pages(db: &Connection, out: &mut Vec<String>) -> Found {
    let mut found = db.prepare("PRAGMA integrity_check")?;
    let mut rows = found.query([])?;
    while let Some(r) = rows.next()? {
        let line: String = r.get(0)?;
        if line != "ok" {
            out.push(format!("file: {line}"));
        }
    }
    Ok(())
}

fn references(db: &Connection, out: &mut Vec<String>) -> Found {
    let mut found = db.prepare(
        "SELECT \"table\", rowid, parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2, 3",
    )?;
    let mut rows = found.query([])?;
    while let Some(r) = rows.next()? {
        let (table, row, parent): (String, Option<i64>, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let row = row.map(|r| format!(" row {r}")).unwrap_or_default();
        let n: i64 = r.get(3)?;
        out.push(format!("{table}{row}: names {n} {parent} that is not there"));
    }
    Ok(())
}

/// Moments grow, and what is taken back was made before.
fn changes(db: &Connection, out: &mut Vec<String>) -> Found {
    let mut found = db.prepare("SELECT id, at, act, undoes FROM change ORDER BY id")?;
    let mut rows = found.query([])?;
    let mut before = i64::MIN;
    while let Some(r) = rows.next()? {
        let (id, at, act): (i64, i64, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
        if at <= before {
            out.push(format!("change {id}: not later than the one before it"));
        }
        before = at;
        if super::Act::parse(&act).is_none() {
            out.push(format!("change {id}: `{act}` is no act"));
        }
        if r.get::<_, Option<i64>>(3)?.is_some_and(|undone| undone >= id) {
            out.push(format!("change {id}: takes back one that was not made before it"));
        }
    }
    Ok(())
}

/// Every report has texts, and each is what its digest says.
fn versions(db: &Connection, out: &mut Vec<String>) -> Found {
    let mut found = db.prepare(
        "SELECT report.given, version.id, digest, title, outlet, agencies, byline, place, published, url, text
         FROM report LEFT JOIN version ON version.report = report.id",
    )?;
    let mut rows = found.query([])?;
    while let Some(r) = rows.next()? {
        let given: String = r.get(0)?;
        let Some(version) = r.get::<_, Option<i64>>(1)? else {
            out.push(format!("report {given}: has no text"));
            continue;
        };
        let place = format!("report {given}, version {version}");
        match report(r)? {
            Err(wrong) => out.push(format!("{place}: {wrong}")),
            Ok(report) if digest(&report) != r.get::<_, Digest>(2)? => {
                out.push(format!("{place}: text or head is not what its digest says"));
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

/// The report that a version holds, or what of it is none.
fn report(r: &Row<'_>) -> rusqlite::Result<Result<Report, &'static str>> {
    let agencies: String = r.get(5)?;
    let Ok(agencies) = serde_json::from_str(&agencies) else {
        return Ok(Err("agencies are no list"));
    };
    let published: Option<String> = r.get(8)?;
    let published = match published.map(|d| d.parse()).transpose() {
        Ok(published) => published,
        Err(_) => return Ok(Err("its day of publication is no day")),
    };
    Ok(Ok(Report {
        title: r.get(3)?,
        outlet: r.get(4)?,
        agencies,
        byline: r.get(6)?,
        place: r.get(7)?,
        published,
        url: r.get(9)?,
        text: r.get(10)?,
        ..Report::default()
    }))
}

/// Every row of every entry: where it belongs, and that its spans stand in its text.
fn entries(db: &Connection, table: &Table, out: &mut Vec<String>) -> Found {
    let statement = if table.kind == "s" { "within" } else { "statement" };
    let participants = if table.kind == "e" { "participants" } else { "NULL" };
    let sql = format!(
        "SELECT t.entry, t.since, e.kind, e.report, v.report, v.since, t.version, t.{statement}, s.kind, s.report,
                {participants}, t.confidence, r.given, {}
         FROM {} t LEFT JOIN entry e ON e.id = t.entry LEFT JOIN version v ON v.id = t.version
         LEFT JOIN entry s ON s.id = t.{statement} LEFT JOIN report r ON r.id = e.report
         ORDER BY t.version",
        table.spans.iter().map(|s| format!("t.{s}")).collect::<Vec<_>>().join(", "),
        table.name
    );
    let mut texts = db.prepare("SELECT text FROM version WHERE id = ?")?;
    let mut found = db.prepare(&sql)?;
    let mut rows = found.query([])?;
    let mut text: (i64, Rc<str>) = (i64::MIN, Rc::from(""));
    while let Some(r) = rows.next()? {
        let (entry, since): (i64, i64) = (r.get(0)?, r.get(1)?);
        let given: Option<String> = r.get(12)?;
        let place = format!(
            "{}{entry} (report {}), change {since}",
            table.kind,
            given.as_deref().unwrap_or("unknown")
        );
        let mut wrong = |what: &str| out.push(format!("{place}: {what}"));
        let report: Option<i64> = r.get(3)?;
        if r.get::<_, Option<String>>(2)?.as_deref() != Some(table.kind) {
            wrong(&format!("is no {}", table.name));
        }
        if r.get::<_, Option<i64>>(4)? != report {
            wrong("stands in the text of another report");
        }
        if r.get::<_, Option<i64>>(5)?.is_none_or(|text| text > since) {
            wrong("is older than the text that it stands in");
        }
        if let Some(other) = r.get::<_, Option<i64>>(7)?
            && (other == entry
                || r.get::<_, Option<String>>(8)?.as_deref() != Some("s")
                || r.get::<_, Option<i64>>(9)? != report)
        {
            wrong(&format!("stands in s{other}, which is no statement of its report"));
        }
        if let Some(list) = r.get::<_, Option<String>>(10)? {
            let named: Option<Vec<i64>> = serde_json::from_str(&list).ok();
            let known = named.is_some_and(|ids| ids.iter().all(|id| name_is_there(db, *id)));
            if !known {
                wrong("participants are no list of names");
            }
        }
        if !(0.0..=1.0).contains(&r.get::<_, f64>(11)?) {
            wrong("confidence is not from 0 to 1");
        }
        let version: i64 = r.get(6)?;
        if text.0 != version {
            let now: Option<String> = texts.query_row([version], |r| r.get(0)).ok();
            text = (version, now.unwrap_or_default().into());
        }
        for (i, column) in table.spans.iter().enumerate() {
            let cell: Option<String> = r.get(13 + i)?;
            if let Some(what) = misplaced(&text.1, cell.as_deref(), i == 0) {
                wrong(&format!("{column} {what}"));
            }
        }
    }
    Ok(())
}

fn name_is_there(db: &Connection, id: i64) -> bool {
    let found = db.prepare_cached("SELECT 1 FROM name WHERE id = ?");
    found.and_then(|mut s| s.exists([id])).unwrap_or(false)
}

/// What is wrong with the spans in `cell`, if anything.
fn misplaced(text: &str, cell: Option<&str>, needed: bool) -> Option<String> {
    let spans = match cell.map(parse_spans) {
        None => Vec::new(),
        Some(None) => return Some("is no list of spans".to_owned()),
        Some(Some(spans)) => spans,
    };
    if needed && spans.is_empty() {
        return Some("has no words".to_owned());
    }
    spans.iter().find_map(|Span { start, end, .. }| {
        if *end > text.len() {
            Some(format!("{start} to {end} is past the end of its text ({} bytes)", text.len()))
        } else if text.get(*start..*end).is_none() {
            Some(format!("{start} to {end} cuts a character"))
        } else {
            None
        }
    })
}

/// Every entry was held at some time.
fn lone(db: &Connection, out: &mut Vec<String>) -> Found {
    for table in TABLES {
        let mut found = db.prepare(&format!(
            "SELECT id FROM entry WHERE kind = ? AND id NOT IN (SELECT entry FROM {})",
            table.name
        ))?;
        let mut rows = found.query([table.kind])?;
        while let Some(r) = rows.next()? {
            out.push(format!("{}{}: nothing was ever held of it", table.kind, r.get::<_, i64>(0)?));
        }
    }
    Ok(())
}

/// A row ends after it begins and before its successor begins; the last alone may be live.
fn chains(db: &Connection, table: &str, key: &str, out: &mut Vec<String>) -> Found {
    let mut found =
        db.prepare(&format!("SELECT {key}, since, until FROM {table} ORDER BY {key}, since"))?;
    let mut rows = found.query([])?;
    let mut last: Option<(String, Option<i64>)> = None;
    while let Some(r) = rows.next()? {
        let key = match r.get_ref(0)?.as_i64() {
            Ok(key) => key.to_string(),
            Err(_) => r.get(0)?,
        };
        let (since, until): (i64, Option<i64>) = (r.get(1)?, r.get(2)?);
        if until.is_some_and(|until| until <= since) {
            out.push(format!("{table} {key}: its row of change {since} ends before it begins"));
        }
        if let Some((before, end)) = &last
            && *before == key
            && end.is_none_or(|end| end > since)
        {
            let how = if end.is_none() { "is still live" } else { "ends later" };
            out.push(format!(
                "{table} {key}: change {since} opens a row while the one before {how}"
            ));
        }
        last = Some((key, until));
    }
    Ok(())
}

/// A name means one actor at a time and day, and ends after it begins.
fn names(db: &Connection, out: &mut Vec<String>) -> Found {
    struct Row {
        since: i64,
        until: i64,
        days: (String, String),
        dated: bool,
    }
    let mut found = db.prepare(
        "SELECT name.text, since, until, first_day, last_day, name.id FROM actor_name JOIN name ON name.id = name ORDER BY since",
    )?;
    let mut rows = found.query([])?;
    let mut of: HashMap<i64, Vec<Row>> = HashMap::new();
    while let Some(r) = rows.next()? {
        let (first, last): (Option<String>, Option<String>) = (r.get(3)?, r.get(4)?);
        let row = Row {
            since: r.get(1)?,
            until: r.get::<_, Option<i64>>(2)?.unwrap_or(i64::MAX),
            dated: first.is_some() || last.is_some(),
            // ISO 8601 days are in order as text.
            days: (first.unwrap_or_default(), last.unwrap_or_else(|| "9999-12-31".into())),
        };
        let name: String = r.get(0)?;
        if row.until <= row.since {
            out.push(format!("name {name}: its row of change {} ends before it begins", row.since));
        }
        let before = of.entry(r.get(5)?).or_default();
        // One with days goes before one that means all others.
        let both = |b: &&Row| {
            b.until > row.since
                && b.dated == row.dated
                && b.days.0 <= row.days.1
                && row.days.0 <= b.days.1
        };
        if before.iter().any(|b| both(&b)) {
            out.push(format!("name {name}: change {} makes it mean two at once", row.since));
        }
        before.push(row);
    }
    let mut found = db.prepare(
        "SELECT text FROM name WHERE id IN (SELECT speaker FROM statement UNION SELECT party FROM statement
            UNION SELECT via FROM statement UNION SELECT holder FROM position UNION SELECT assessor FROM assessment)
         AND id NOT IN (SELECT name FROM actor_name WHERE until IS NULL)
         UNION SELECT text FROM name WHERE id IN (SELECT issue FROM position)
         AND id NOT IN (SELECT name FROM issue_name WHERE until IS NULL)",
    )?;
    let mut rows = found.query([])?;
    while let Some(r) = rows.next()? {
        let name: String = r.get(0)?;
        out.push(format!("name {name}: entries hold it, and it means nobody and nothing"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, Sample};
    use crate::code::{Kind, Stance, Status, Value};

    /// What is wrong after `sql` was done to a record by a foreign hand.
    fn check(sql: &str, expected: &[&str]) {
        let mut sample = Sample::new();
        let draft = |text: &str| {
            Draft::new("r1", "2031-03-12", text)
                .said("Ilma Dareth", Some("Veldra"), "Veldra would join the pâct")
                .position("Veldra", "the pact", Stance::Offer, "join the pâct")
                .assessment(Some("Ilma Dareth"), Value::Progress, "went well")
                .encounter(Kind::Talks, Status::Held, None, "talks")
        };
        sample.add(
            "2031-03-13",
            &draft("Ilma Dareth said Veldra would join the pâct. The talks went well."),
        );
        sample.add(
            "2031-03-14",
            &draft("Corrected: Ilma Dareth said Veldra would join the pâct. The talks went well."),
        );
        sample.record.db.pragma_update(None, "foreign_keys", false).expect("off");
        sample.record.db.execute_batch(sql).expect("done");
        let checked = sample.record.check().expect("checked");
        assert_eq!((checked.reports, checked.entries), (1, 4), "{sql}");
        assert_eq!(checked.problems, expected, "{sql}");
    }

    #[test]
    fn a_record_that_is_whole_has_no_problem() {
        check("", &[]);
    }

    #[test]
    fn anchors_stand_in_their_text() {
        let set = |what: &str| format!("UPDATE position SET {what} WHERE until IS NULL");
        let at = "p2 (report r1), change 3";
        check(
            &set("terms = '[[0, 900]]'"),
            &[&format!("{at}: terms 0 to 900 is past the end of its text (77 bytes)")],
        );
        check(&set("terms = '[[38, 52]]'"), &[&format!("{at}: terms 38 to 52 cuts a character")]);
        check(&set("terms = '[]'"), &[&format!("{at}: terms has no words")]);
        check(&set("scope = '[[5, 5]]'"), &[&format!("{at}: scope is no list of spans")]);
        check(
            &set("statement = 2"),
            &[&format!("{at}: stands in s2, which is no statement of its report")],
        );
        check(&set("confidence = 7"), &[&format!("{at}: confidence is not from 0 to 1")]);
    }

    #[test]
    fn chains_of_versions_close() {
        check(
            "UPDATE statement SET until = NULL",
            &["statement 1: change 3 opens a row while the one before is still live"],
        );
        check(
            "UPDATE statement SET until = 2 WHERE since = 2",
            &["statement 1: its row of change 2 ends before it begins"],
        );
        check(
            "UPDATE version SET until = NULL",
            &["version 1: change 3 opens a row while the one before is still live"],
        );
        check(
            "UPDATE assessment SET until = 9 WHERE until IS NULL",
            &["assessment: names 1 change that is not there"],
        );
        check(
            "UPDATE change SET at = 5 WHERE id = 3",
            &["change 3: not later than the one before it"],
        );
        check(
            "UPDATE change SET undoes = 3 WHERE id = 2",
            &["change 2: takes back one that was not made before it"],
        );
    }

    #[test]
    fn texts_are_what_their_digests_and_the_index_say() {
        check(
            "UPDATE version SET text = replace(text, 'well', 'ill.') WHERE id = 2",
            &[
                "words: the index does not agree with the texts: fts5: checksum mismatch for table \"words\"",
                "report r1, version 2: text or head is not what its digest says",
            ],
        );
        check(
            "UPDATE version SET byline = 'other' WHERE id = 2",
            &["report r1, version 2: text or head is not what its digest says"],
        );
        check(
            "UPDATE version SET published = 'soon' WHERE id = 2",
            &["report r1, version 2: its day of publication is no day"],
        );
        check("DELETE FROM encounter", &["e4: nothing was ever held of it"]);
    }

    #[test]
    fn names_mean_one_at_a_time() {
        let again = "INSERT INTO actor_name SELECT name, actor + 1, since + 1, NULL, NULL, NULL, 'x' FROM actor_name ORDER BY name LIMIT 1";
        check(again, &["name Veldra: change 3 makes it mean two at once"]);
        check(
            "DELETE FROM issue_name",
            &["name the pact: entries hold it, and it means nobody and nothing"],
        );
    }
}
