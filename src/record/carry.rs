//! What was held of a report when it comes in again, put to what is read in it now: the same entry is known by its words and
//! by whose it is. Never overwrites what a person decided, and never lets what a person rejected come back as new.

use rusqlite::Transaction;
use rusqlite::types::Value;

use super::rows::{TABLES, Table, parse_spans, spans_text};
use super::{ChangeId, EntryId, ReportId, VersionId, place};
use crate::report::Span;

/// An entry as it was before its report came in again.
pub(super) struct Before {
    pub table: &'static Table,
    pub entry: EntryId,
    /// Whether a person decided on it.
    pub decided: bool,
    rejected: bool,
    /// A statement in which something stands that a person said to be right: who said it stays known.
    pub ground: bool,
    /// Its first words, white space folded: as they are held, and as they were ever read or corrected.
    words: Vec<String>,
    /// The same, where they stand in the new text.
    places: Vec<Vec<Span>>,
    /// By column, where all that is held stands in the new text; `None` where it does not all stand there.
    moved: Option<Vec<(&'static str, Vec<Span>)>>,
    /// Whose it is, by any reading or correction of it.
    whose: Vec<Value>,
}

/// The column that says whose an entry is.
fn whose(table: &Table) -> Option<&'static str> {
    match table.kind {
        "s" => Some("speaker"),
        "p" => Some("holder"),
        "a" => Some("assessor"),
        _ => None,
    }
}

/// The live entries of `report`, whose text is `now` from here on.
pub(super) fn held(
    tx: &Transaction<'_>,
    report: ReportId,
    now: &str,
) -> rusqlite::Result<Vec<Before>> {
    let mut out = Vec::new();
    let mut grounds: Vec<i64> = Vec::new();
    for table in TABLES {
        let statement = if table.kind == "s" { "NULL" } else { "t.statement" };
        let sql = format!(
            "SELECT t.entry, verdict, version.text, {statement}, {} FROM {} t JOIN entry ON entry.id = t.entry \
             JOIN version ON version.id = t.version WHERE entry.report = ? AND t.until IS NULL ORDER BY t.entry",
            table.spans.join(", "),
            table.name
        );
        let mut query = tx.prepare_cached(&sql)?;
        let mut found = query.query([report])?;
        while let Some(row) = found.next()? {
            let (entry, verdict): (EntryId, String) = (row.get(0)?, row.get(1)?);
            let former = row.get_ref(2)?.as_str()?;
            if ["accepted", "corrected"].contains(&verdict.as_str()) {
                grounds.extend(row.get::<_, Option<i64>>(3)?);
            }
            let mut spans = Vec::new();
            for (i, column) in table.spans.iter().enumerate() {
                let cell = row.get_ref(4 + i)?.as_str_or_null()?;
                spans.push((*column, cell.and_then(parse_spans).unwrap_or_default()));
            }
            out.push(Before {
                table,
                entry,
                decided: verdict != "unreviewed",
                rejected: verdict == "rejected",
                ground: false,
                words: vec![folded(former, &spans[0].1)],
                places: Vec::new(),
                moved: moved(former, now, &spans),
                whose: owners(tx, table, entry)?,
            });
        }
    }
    for before in &mut out {
        before.ground = before.table.kind == "s" && grounds.contains(&before.entry.0);
        if before.decided || before.ground {
            before.look_back(tx, now)?;
        }
    }
    Ok(out)
}

fn owners(tx: &Transaction<'_>, table: &Table, entry: EntryId) -> rusqlite::Result<Vec<Value>> {
    let Some(column) = whose(table) else { return Ok(Vec::new()) };
    let sql = format!("SELECT DISTINCT {column} FROM {} WHERE entry = ?", table.name);
    tx.prepare_cached(&sql)?.query_map([entry], |r| r.get(0))?.collect()
}

/// Where the words of spans in the text `former` stand in `now`: as near to where they stood as the first of them allows.
fn moved(
    former: &str,
    now: &str,
    spans: &[(&'static str, Vec<Span>)],
) -> Option<Vec<(&'static str, Vec<Span>)>> {
    let mut shift = 0;
    let mut out = Vec::new();
    for (column, spans) in spans {
        let mut there = Vec::with_capacity(spans.len());
        for span in spans {
            let at = span.start.saturating_add_signed(shift);
            let found = place::nearest(now, former.get(span.start..span.end)?, at)?;
            shift = found.start as isize - span.start as isize;
            there.push(found);
        }
        if there.windows(2).any(|w| w[0].end > w[1].start) {
            return None;
        }
        out.push((*column, there));
    }
    Some(out)
}

/// Takes out of `before` the entry that a new one of `table` is, if any: its words stand at `words` of the new `text`.
pub(super) fn same(
    before: &mut Vec<Before>,
    table: &Table,
    text: &str,
    words: &[Span],
    values: &[Value],
) -> Option<Before> {
    if before.is_empty() {
        return None;
    }
    let now = folded(text, words);
    let column = whose(table).and_then(|w| table.columns.iter().position(|c| *c == w));
    let owner = column.and_then(|i| values.get(i));
    let its = |b: &Before| owner.is_none_or(|o| b.whose.contains(o));
    let find = |is: &dyn Fn(&Before) -> bool| {
        before.iter().position(|b| b.table.kind == table.kind && is(b))
    };
    let found = find(&|b| b.words.contains(&now) && its(b))
        .or_else(|| {
            // Another reading may cut the words otherwise.
            find(&|b| (b.decided || b.ground) && its(b) && b.overlaps(words))
        })
        // On words that a person decided on, the machine does not come back with another holder; but that one claim was
        // rejected says nothing of another.
        .or_else(|| find(&|b| b.words.contains(&now) && !b.rejected));
    found.map(|i| before.remove(i))
}

impl Before {
    /// Takes in the words that the entry ever had, as another reading may find them again.
    fn look_back(&mut self, tx: &Transaction<'_>, now: &str) -> rusqlite::Result<()> {
        let column = self.table.spans[0];
        let sql = format!(
            "SELECT DISTINCT t.{column}, version.text FROM {} t JOIN version ON version.id = t.version WHERE t.entry = ?",
            self.table.name
        );
        let mut query = tx.prepare_cached(&sql)?;
        let mut rows = query.query([self.entry])?;
        while let Some(row) = rows.next()? {
            let spans = parse_spans(row.get_ref(0)?.as_str()?).unwrap_or_default();
            let former = row.get_ref(1)?.as_str()?;
            self.words.push(folded(former, &spans));
            let there = moved(former, now, &[(column, spans)]).and_then(|mut m| m.pop());
            self.places.extend(there.map(|(_, spans)| spans));
        }
        Ok(())
    }

    /// Whether at least half of its words and of the new ones are the same.
    fn overlaps(&self, words: &[Span]) -> bool {
        let length = |spans: &[Span]| spans.iter().map(|s| s.end - s.start).sum::<usize>();
        let common = |a: Span, b: &Span| a.end.min(b.end).saturating_sub(a.start.max(b.start));
        self.places.iter().any(|own| {
            let shared: usize = own.iter().flat_map(|a| words.iter().map(|b| common(*a, b))).sum();
            2 * shared >= length(own).max(length(words))
        })
    }

    /// Moves the entry to its words in the new text; where they are not all there, it stays with the former text.
    pub fn carry(
        &self,
        tx: &Transaction<'_>,
        change: ChangeId,
        version: VersionId,
    ) -> rusqlite::Result<()> {
        let Some(moved) = &self.moved else { return Ok(()) };
        let mut set: Vec<(&str, Value)> = vec![("version", version.0.into())];
        let some = moved.iter().filter(|(_, spans)| !spans.is_empty());
        set.extend(some.map(|(column, spans)| (*column, spans_text(spans).into())));
        self.table.close(tx, self.entry, change)?;
        self.table.reopen(tx, self.entry, change, &set)
    }
}

/// The words of spans, white space folded.
fn folded(text: &str, spans: &[Span]) -> String {
    let words = spans.iter().filter_map(|s| text.get(s.start..s.end));
    words.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}
