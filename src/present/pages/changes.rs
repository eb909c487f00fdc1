//! What changed on the board between two days, or between what was known at two moments: hardened, softened, moved, dropped,
//! heard of first, with the words of before and after. Never shows a merge of names as a change.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::lines::{self, aside, title};
use super::position::StandingRow;
use super::{Extent, Page};
use crate::error::Result;
use crate::present::clean::one_line;
use crate::present::signs::{self, number};
use crate::present::table::{Cell, Table};
use crate::record::{self, IssueId, Shift, Snapshot, Standing};

/// What changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangesPage {
    /// `travaux.changes/1`.
    pub schema: &'static str,
    /// ISO 8601: the board of the end of this day is the one before; null where days are the same.
    pub since: Option<String>,
    /// RFC 3339: what was known by then is the one before; null where moments are the same.
    pub known_since: Option<String>,
    /// ISO 8601: the board of the end of this day is the one after; null for that of all days.
    pub until: Option<String>,
    /// RFC 3339: what was known by then; null for now.
    pub known_by: Option<String>,
    /// How many cells changed, by kind.
    pub counts: ChangeCounts,
    /// By kind, then the latest first; of those heard of first, issues that others speak of too come first.
    pub changes: Vec<ChangeRow>,
}

/// Cells that changed, by kind; also those that are not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct ChangeCounts {
    pub hardened: usize,
    pub softened: usize,
    pub moved: usize,
    pub dropped: usize,
    pub first_heard: usize,
}

/// A cell that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangeRow {
    /// `hardened`, `softened` (a step on: accept, offer, open, propose, demand, reject, rule_out; or a figure further from
    /// or nearer to those of the others), `moved` (another figure), `dropped` (no longer held: its report was corrected or
    /// read anew, or a person rejected it) or `first_heard`.
    pub shift: &'static str,
    /// What the issue is called.
    pub issue: String,
    /// What the party is called.
    pub party: String,
    /// Where it stood; null where it is heard of first.
    pub before: Option<StandingRow>,
    /// Where it stands; null where it was dropped.
    pub after: Option<StandingRow>,
}

/// Cells heard of first that are shown at a glance.
const FIRST: usize = 20;

/// What changed up to `after` from the end of the day `since`, or from what `before` knew (a snapshot of the same record).
pub fn changes(
    after: &Snapshot<'_>,
    since: Option<Date>,
    before: Option<&Snapshot<'_>>,
    extent: Extent,
) -> Result<ChangesPage> {
    let entries = after.positions()?;
    let then = before.map(Snapshot::positions).transpose()?;
    let ground = before.unwrap_or(after);
    let old = record::board_named(ground, after, then.as_ref().unwrap_or(&entries), since);
    let new = record::board(after, &entries, None);
    let mut counts = ChangeCounts::default();
    let mut rows = Vec::new();
    let mut all = record::changes(&old, &new, after)?;
    // Of what is heard of first, what others speak of too goes before what one party alone does.
    let mut parties: HashMap<IssueId, usize> = HashMap::new();
    new.cells.keys().for_each(|c| *parties.entry(c.issue).or_default() += 1);
    let lone = |c: &record::Changed<'_, '_>| {
        c.shift == Shift::FirstHeard && parties.get(&c.cell.issue) == Some(&1)
    };
    all.sort_by_key(|c| (c.shift, lone(c)));
    for change in all {
        let count = match change.shift {
            Shift::Hardened => &mut counts.hardened,
            Shift::Softened => &mut counts.softened,
            Shift::Moved => &mut counts.moved,
            Shift::Dropped => &mut counts.dropped,
            Shift::FirstHeard => &mut counts.first_heard,
        };
        *count += 1;
        if extent == Extent::Glance && change.shift == Shift::FirstHeard && *count > FIRST {
            continue;
        }
        let names = (after.issue_name(change.cell.issue), after.actor_name(change.cell.party));
        let row = |of: &Snapshot<'_>, s: Option<&Standing<'_>>| {
            s.map(|s| StandingRow::new(of, names, s)).transpose()
        };
        rows.push(ChangeRow {
            shift: change.shift.as_str(),
            issue: names.0.to_owned(),
            party: names.1.to_owned(),
            before: row(ground, change.before)?,
            after: row(after, change.after)?,
        });
    }
    let moment = |t: Option<Timestamp>| t.map(|t| t.to_string());
    Ok(ChangesPage {
        schema: "travaux.changes/1",
        since: since.map(|d| d.to_string()),
        known_since: moment(before.and_then(|b| b.at.known_by)),
        until: after.at.as_of.map(|d| d.to_string()),
        known_by: moment(after.at.known_by),
        counts,
        changes: rows,
    })
}

impl ChangesPage {
    fn title(&self) -> String {
        let since = self.since.as_ref().map(|d| format!(" since {d}"));
        let known = self
            .known_since
            .as_ref()
            .map(|t| format!(" since what was known by {}", lines::moment(t)));
        let until = self.until.as_ref().map(|d| format!(" until {d}"));
        let by = self.known_by.as_ref().map(|t| format!(" as known by {}", lines::moment(t)));
        let parts: String = [since, known, until, by].into_iter().flatten().collect();
        format!("What changed{parts}: {}", self.counted())
    }

    /// "2 hardened, 1 softened, 12 heard of first".
    fn counted(&self) -> String {
        let counts = Shift::ALL.map(|s| (self.count(s), word(s)));
        let some: Vec<String> =
            counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        if some.is_empty() { "nothing".into() } else { some.join(", ") }
    }

    fn count(&self, shift: Shift) -> usize {
        let c = &self.counts;
        [c.hardened, c.softened, c.moved, c.dropped, c.first_heard][shift as usize]
    }

    /// One table for each kind that there is, for the eye.
    fn for_the_eye(&self) -> Vec<Table> {
        let of = |shift: Shift| {
            let here: Vec<&ChangeRow> =
                self.changes.iter().filter(|c| c.shift == shift.as_str()).collect();
            let side = |s: &Option<StandingRow>| s.as_ref().map(told);
            let after = shift != Shift::Dropped;
            let row = |c: &&ChangeRow| {
                let mut out = vec![Cell::new(&c.party).strong()];
                if shift == Shift::FirstHeard {
                    let issue = c.after.as_ref().and_then(StandingRow::heading);
                    let issue = issue.map(|i| one_line(i) + ": ").unwrap_or_default();
                    let text = side(&c.after).unwrap_or_default();
                    out.push(Cell::new(format!("{issue}{text}")));
                    return out;
                }
                out.push(Cell::new(&c.issue));
                out.push(Cell::of(side(&c.before).as_deref()).faint());
                out.extend(after.then(|| Cell::of(side(&c.after).as_deref())));
                out
            };
            let columns = match shift {
                Shift::FirstHeard => vec!["party", "position"],
                Shift::Dropped => vec!["party", "issue", "before"],
                _ => vec!["party", "issue", "before", "after"],
            };
            Table {
                heading: format!("{} {}", self.count(shift), word(shift)),
                columns,
                rows: here.iter().map(row).collect(),
                empty: "",
            }
        };
        Shift::ALL.into_iter().filter(|s| self.count(*s) > 0).map(of).collect()
    }

    fn below(&self) -> Option<String> {
        let all: usize = Shift::ALL.into_iter().map(|s| self.count(s)).sum();
        let hidden = all - self.changes.len();
        let more = number(hidden as u64, "more position");
        (hidden > 0).then(|| format!("{more} heard of first, not shown; all of them with --all"))
    }
}

/// As people read it.
fn word(shift: Shift) -> &'static str {
    ["hardened", "softened", "moved", "dropped", "heard of first"][shift as usize]
}

/// "✗ reject: the words (2031-03-12, second-hand: Joss Karn, r12)".
fn told(s: &StandingRow) -> String {
    let p = &s.position;
    let sign = signs::stance_of(p.stance);
    let mut facts = vec![p.day.clone(), p.teller(), one_line(&p.report)];
    facts.extend((s.independent > 1).then(|| format!("{} reports", s.independent)));
    facts.extend(p.notes());
    format!("{} {}: {} ({})", sign.mark, sign.word, p.says(), facts.join(", "))
}

impl Page for ChangesPage {
    fn tables(&self) -> Vec<Table> {
        let row = |c: &ChangeRow| {
            let mut out = vec![Cell::new(c.shift), Cell::new(&c.issue), Cell::new(&c.party)];
            for side in [&c.before, &c.after] {
                let of = |text: &dyn Fn(&StandingRow) -> String| {
                    Cell::new(side.as_ref().map(text).unwrap_or_default())
                };
                out.push(of(&|s| s.position.stance.to_owned()));
                out.push(of(&|s| signs::words(&s.position.words)));
                out.push(of(&|s| {
                    s.position.figure.as_ref().map(|f| f.exact.clone()).unwrap_or_default()
                }));
                out.push(of(&|s| s.position.day.clone()));
                out.push(of(&|s| s.position.report.clone()));
                out.push(of(&|s| s.position.verdict.to_owned()));
                out.push(of(&|s| {
                    if s.position.firsthand { "first-hand" } else { "second-hand" }.to_owned()
                }));
            }
            out
        };
        vec![Table {
            heading: self.title(),
            columns: vec![
                "shift",
                "issue",
                "party",
                "before",
                "before_words",
                "before_figure",
                "before_day",
                "before_report",
                "before_verdict",
                "before_hand",
                "after",
                "after_words",
                "after_figure",
                "after_day",
                "after_report",
                "after_verdict",
                "after_hand",
            ],
            rows: self.changes.iter().map(row).collect(),
            empty: "nothing",
        }]
    }

    fn to_text(&self, width: usize) -> String {
        let mut out = title(&self.title(), width);
        for table in self.for_the_eye() {
            out.push('\n');
            out.push_str(&table.to_text(width));
        }
        out.extend(self.below().map(|line| aside(&line, width)));
        out
    }

    fn to_markdown(&self) -> String {
        let mut out = format!("# {}\n", crate::present::table::markdown(&self.title()));
        for table in self.for_the_eye() {
            out.push('\n');
            out.push_str(&table.to_markdown());
        }
        out.extend(self.below().map(|line| format!("\n{line}\n")));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Stance;
    use crate::record::At;
    use crate::record::testing::{Draft, Sample, noon};

    fn draft(id: &str, day: &str, stance: Stance, words: &str) -> Draft {
        Draft::new(id, day, &format!("Ilma Dareth said that {words}."))
            .said("Ilma Dareth", Some("Veldra"), words)
            .position("Veldra", "seats", stance, words)
    }

    #[test]
    fn both_sides_words_are_shown() {
        let mut sample = Sample::new();
        sample.add("2031-03-20", &draft("a", "2031-03-12", Stance::Open, "it would look at seats"));
        sample.add("2031-03-21", &draft("b", "2031-03-14", Stance::RuleOut, "seats are no matter"));
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let since = "2031-03-13".parse().ok();
        let page = changes(&snapshot, since, None, Extent::Glance).expect("changes");
        assert_eq!(page.counts, ChangeCounts { hardened: 1, ..ChangeCounts::default() });
        let text = anstream::adapter::strip_str(&page.to_text(200)).to_string();
        for words in
            ["~ open: it would look at seats", "⊘ rules out: seats are no matter", "Veldra  seats"]
        {
            assert!(text.contains(words), "{text}");
        }
    }

    #[test]
    fn what_is_no_longer_held_since_a_moment_was_dropped() {
        let mut sample = Sample::new();
        sample.add("2031-03-20", &draft("a", "2031-03-12", Stance::Open, "it would look at seats"));
        let mut anew = draft("a", "2031-03-12", Stance::Open, "it would look at seats again");
        anew.coding.positions.clear();
        sample.add("2031-03-22", &anew);
        let at = |known_by| sample.record.snapshot(At { as_of: None, known_by }).expect("read");
        let (before, after) = (at(Some(noon("2031-03-21"))), at(None));
        let page = changes(&after, None, Some(&before), Extent::Glance).expect("changes");
        assert_eq!(page.counts, ChangeCounts { dropped: 1, ..ChangeCounts::default() });
        let before = page.changes[0].before.as_ref().expect("what it was");
        assert_eq!(before.position.words[0].exact, "it would look at seats");
    }
}
