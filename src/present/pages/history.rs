//! One cell of the board through time: every position that a party was told to hold on an issue, by day, with who told it.
//! Never guesses which cell was meant: a name that is not known, or known twice, is answered with those that are.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Page;
use super::lines::{aside, moment, title};
use super::position::PositionRow;
use crate::error::{Error, Result};
use crate::present::clean::one_line;
use crate::present::page::Anchor;
use crate::present::signs::{self, number};
use crate::present::table::{Cell, Table};
use crate::record::{self, Entry, NameId, Position, Shift, Snapshot};

/// How a party came to stand where it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryPage {
    /// `travaux.history/1`.
    pub schema: &'static str,
    /// What the issue is called.
    pub issue: String,
    /// What the party is called.
    pub party: String,
    /// ISO 8601: what was said by the end of this day; null for all.
    pub as_of: Option<String>,
    /// RFC 3339: what was known by then; null for now.
    pub known_by: Option<String>,
    /// By day.
    pub positions: Vec<HistoryRow>,
}

/// A position in a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryRow {
    /// What was told.
    #[serde(flatten)]
    pub position: PositionRow,
    /// Whether the board has it at the end of its day.
    pub wins: bool,
    /// `hardened` or `softened` against the position that the board had before; null where that had the same stance.
    pub shift: Option<&'static str>,
    /// The id of the first report in this cell whose text is largely the same; null for that one itself.
    pub copy_of: Option<String>,
}

/// The history of the cell that `issue` and `party` name: in full, or by a part that is in one name alone.
pub fn history(snapshot: &Snapshot<'_>, issue: &str, party: &str) -> Result<HistoryPage> {
    let entries = snapshot.positions()?;
    let placed: Vec<_> =
        entries.iter().filter_map(|e| Some((record::place(snapshot, e)?, e))).collect();
    let issues = placed.iter().map(|(cell, e)| {
        (cell.issue, snapshot.issue_name(cell.issue), texts(snapshot, [e.what.issue]))
    });
    let issue = named("issue", issue, issues)?;
    let here = placed.iter().filter(|(cell, _)| cell.issue == issue);
    // Whoever holds a position on another issue is told so rather than unknown.
    let all = placed.iter().map(|(cell, e)| {
        let names = [e.what.holder, e.what.told.party];
        (
            cell.party,
            snapshot.actor_name(cell.party),
            texts(snapshot, names_of(cell, e, snapshot, names)),
        )
    });
    let party = named("party", party, all)?;
    let cell = record::Cell { issue, party };
    let (issue, party) = (snapshot.issue_name(issue), snapshot.actor_name(party));
    if !here.clone().any(|(c, _)| *c == cell) {
        let holders = listed(here.map(|(c, _)| snapshot.actor_name(c.party)));
        return Err(Error::usage(format!(
            "{} holds no position on `{}`; these do: {holders}",
            one_line(party),
            one_line(issue)
        )));
    }
    let heard = record::history(snapshot, &entries, cell);
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    let mut positions = Vec::with_capacity(heard.len());
    for h in &heard {
        let report = h.entry.report;
        let of = *first.entry(snapshot.reports[report].group).or_insert(report);
        positions.push(HistoryRow {
            position: PositionRow::new(snapshot, h.entry)?,
            wins: h.wins,
            shift: h.shift.map(Shift::as_str),
            copy_of: (of != report).then(|| snapshot.reports[of].given.clone()),
        });
    }
    Ok(HistoryPage {
        schema: "travaux.history/1",
        issue: issue.to_owned(),
        party: party.to_owned(),
        as_of: snapshot.at.as_of.map(|d| d.to_string()),
        known_by: snapshot.at.known_by.map(|t| t.to_string()),
        positions,
    })
}

/// Of `names`, those that mean the party of `cell`.
fn names_of(
    cell: &record::Cell,
    entry: &Entry<Position>,
    snapshot: &Snapshot<'_>,
    names: [Option<NameId>; 2],
) -> [Option<NameId>; 2] {
    names.map(|n| n.filter(|n| snapshot.actor(*n, entry.day) == Some(cell.party)))
}

fn texts<'s, const N: usize>(
    snapshot: &'s Snapshot<'_>,
    names: [Option<NameId>; N],
) -> Vec<&'s str> {
    names.into_iter().flatten().map(|n| snapshot.name(n)).collect()
}

/// The one of `all` (id, what it is called, other names) that `typed` means.
fn named<'s, I: Ord + Copy>(
    what: &str,
    typed: &str,
    all: impl Iterator<Item = (I, &'s str, Vec<&'s str>)>,
) -> Result<I> {
    let fold = |t: &str| one_line(t).to_lowercase();
    let wanted = fold(typed);
    // How near: the name itself, another of its names, a part of one.
    let mut near: [BTreeMap<I, &str>; 3] = Default::default();
    let mut counts: BTreeMap<I, (usize, &str)> = BTreeMap::new();
    for (id, name, others) in all {
        counts.entry(id).or_insert((0, name)).0 += 1;
        let folded = fold(name);
        let mut others = others.iter().map(|o| fold(o));
        if folded == wanted {
            near[0].insert(id, name);
        } else if others.clone().any(|o| o == wanted) {
            near[1].insert(id, name);
        }
        if folded.contains(&wanted) || others.any(|o| o.contains(&wanted)) {
            near[2].insert(id, name);
        }
    }
    let typed = one_line(typed);
    match near.iter().find(|found| !found.is_empty()) {
        Some(found) if found.len() == 1 => Ok(*found.keys().next().expect("one")),
        Some(found) => Err(Error::usage(format!(
            "{what} `{typed}` may be any of: {}; name one of them",
            listed(found.values().copied())
        ))),
        None => {
            let mut most: Vec<(usize, &str)> = counts.into_values().collect();
            most.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
            let known = listed(most.into_iter().map(|(_, name)| name));
            let known = if known.is_empty() { "none".into() } else { known };
            Err(Error::usage(format!(
                "no {what} `{typed}` has a position here; most often heard of: {known}"
            )))
        }
    }
}

/// A few names, each once.
fn listed<'s>(names: impl Iterator<Item = &'s str>) -> String {
    const FEW: usize = 6;
    let mut out: Vec<String> = Vec::new();
    for name in names.map(one_line) {
        if !out.contains(&name) {
            out.push(name);
        }
        if out.len() > FEW {
            out[FEW] = "...".into();
            break;
        }
    }
    out.join(", ")
}

impl HistoryPage {
    fn title(&self) -> String {
        let of = self.as_of.as_ref().map(|d| format!(" as of {d}")).unwrap_or_default();
        let known = self
            .known_by
            .as_ref()
            .map(|t| format!(" as known by {}", moment(t)))
            .unwrap_or_default();
        let n = number(self.positions.len() as u64, "position");
        format!("{} on {}{of}{known}: {n}", self.party, self.issue)
    }
}

impl HistoryRow {
    fn notes(&self) -> String {
        let copy = self.copy_of.as_deref().map(|of| format!("copy of {}", one_line(of)));
        self.position.notes().into_iter().chain(copy).collect::<Vec<_>>().join(", ")
    }
}

impl Page for HistoryPage {
    fn tables(&self) -> Vec<Table> {
        let exact = |a: &Option<Anchor>| Cell::of(a.as_ref().map(|a| a.exact.as_str()));
        let row = |r: &HistoryRow| {
            let p = &r.position;
            vec![
                Cell::new(&p.day),
                Cell::new(p.stance),
                Cell::of(r.shift),
                Cell::new(signs::words(&p.words)),
                exact(&p.figure),
                exact(&p.condition),
                exact(&p.scope),
                exact(&p.reason),
                Cell::new(if p.firsthand { "first-hand" } else { "second-hand" }),
                Cell::of(p.told_by.as_deref()),
                Cell::new(&p.report),
                Cell::new(if r.wins { "yes" } else { "no" }),
                Cell::of(r.copy_of.as_deref()),
                Cell::of(p.corrected_by.as_deref()),
                Cell::new(p.confidence.to_string()),
                Cell::new(p.verdict),
                Cell::new(&p.id),
            ]
        };
        vec![Table {
            heading: self.title(),
            columns: vec![
                "day",
                "stance",
                "shift",
                "words",
                "figure",
                "condition",
                "scope",
                "reason",
                "hand",
                "told_by",
                "report",
                "wins",
                "copy_of",
                "corrected_by",
                "confidence",
                "verdict",
                "id",
            ],
            rows: self.positions.iter().map(row).collect(),
            empty: "nothing heard",
        }]
    }

    fn to_text(&self, width: usize) -> String {
        let mut out = title(&self.title(), width);
        out.push('\n');
        out.push_str(&self.for_the_eye().to_text(width));
        if self.positions.iter().any(|r| !r.wins) {
            out.push_str(&aside(ASIDE, width));
        }
        out
    }

    fn to_markdown(&self) -> String {
        let table = Table { heading: self.title(), ..self.for_the_eye() };
        table.to_markdown()
    }
}

const ASIDE: &str = "In brackets: not the board's position of that day (another of the day is first-hand, later or surer, or \
                     its report was corrected).";

impl HistoryPage {
    fn for_the_eye(&self) -> Table {
        let row = |r: &HistoryRow| {
            let p = &r.position;
            let sign = signs::stance_of(p.stance);
            let stance = match r.wins {
                true => p.stance().strong(),
                false => Cell::new(format!("({} {})", sign.mark, sign.word)).toned(sign.tone),
            };
            vec![
                Cell::new(&p.day),
                stance,
                Cell::of(r.shift),
                Cell::new(p.says()),
                Cell::new(p.teller()).faint(),
                Cell::new(&p.report).faint(),
                Cell::new(r.notes()).faint(),
            ]
        };
        Table {
            heading: String::new(),
            columns: vec!["day", "stance", "", "words", "who told it", "report", "note"],
            rows: self.positions.iter().map(row).collect(),
            empty: "nothing heard",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Stance;
    use crate::record::At;
    use crate::record::testing::{Draft, Sample};

    /// What is answered to names that were typed: the title, or what is wrong.
    fn check(issue: &str, party: &str, expected: &str) {
        let mut sample = Sample::new();
        let draft = Draft::new(
            "a",
            "2031-03-12",
            "North Veldra and South Veldra spoke of seats and quotas.",
        )
        .said("Ilma Dareth", Some("North Veldra"), "seats and quotas")
        .position("North Veldra", "seats", Stance::Demand, "seats")
        .position("North Veldra", "export quotas", Stance::Offer, "quotas")
        .position("South Veldra", "seats", Stance::Reject, "of seats");
        sample.add("2031-03-13", &draft);
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let found = history(&snapshot, issue, party);
        let found = found.map_or_else(|e| e.to_string(), |page| page.title());
        assert!(found.contains(expected), "{found}");
    }

    #[test]
    fn a_cell_is_named_in_full_or_by_a_part_that_one_name_has() {
        check("Seats", "north  veldra", "North Veldra on seats: 1 position");
        check("quota", "North", "North Veldra on export quotas");
        check("seats", "veldra", "may be any of: North Veldra, South Veldra");
        check("quotas", "South", "holds no position on `export quotas`; these do: North Veldra");
        check("whales", "South", "no issue `whales`");
        check("seats", "Tolmark", "no party `Tolmark`");
    }
}
