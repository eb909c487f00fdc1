//! Positions to the board: for each issue and party the latest position, since when the party stands there, and how many
//! independent reports say so; and one cell of it to its history. Never puts a position without a holder or an issue into a
//! cell, and never lets one that a later report corrects win.
//!
//! Which position wins a cell: that of the latest day; of one day what the party says itself before what others say of it,
//! then what the later report tells, then the surer reading (what a person accepted or corrected is sure).

#[cfg(test)]
mod naive;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use super::changes::Shift;
use super::{ActorId, Entry, IssueId, Position, Snapshot, Verdict};

/// A place on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The row.
    pub issue: IssueId,
    /// The column.
    pub party: ActorId,
}

/// Who stands where.
#[derive(Debug, Clone, Default)]
pub struct Board<'e> {
    /// Those that somebody holds a position in.
    pub cells: BTreeMap<Cell, Standing<'e>>,
    /// What is not on it.
    pub left_out: LeftOut,
}

/// Where a party stands on an issue.
#[derive(Debug, Clone)]
pub struct Standing<'e> {
    /// The position that wins the cell.
    pub latest: &'e Entry<Position>,
    /// First day of the unbroken run of days on which the cell's position had this stance.
    pub since: Date,
    /// Reports that tell of this stance since then, as indexes: the first of each group of copies, in their order of days.
    pub support: Vec<usize>,
    /// Positions in the cell, whatever their stance.
    pub heard: usize,
}

/// How many positions have no place on the board, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Nobody is named as their holder.
    pub holder: usize,
    /// They have a holder, but no issue.
    pub issue: usize,
    /// A later report corrects theirs.
    pub corrected: usize,
}

/// One position in the history of a cell.
#[derive(Debug, Clone)]
pub struct Heard<'e> {
    /// What was told.
    pub entry: &'e Entry<Position>,
    /// Whether it is the cell's position at the end of its day.
    pub wins: bool,
    /// How the cell's position changed by it; `None` where its stance stayed, or it does not win its day.
    pub shift: Option<Shift>,
}

/// The place of `entry`, where it has a holder and an issue. Names are those of `names`, which may be of a later moment.
pub fn place(names: &Snapshot<'_>, entry: &Entry<Position>) -> Option<Cell> {
    let p = &entry.what;
    let party = names.side(p.holder, &p.told, entry.day)?;
    Some(Cell { issue: names.issue(p.issue?)?, party })
}

/// The board of the positions in `entries` that were said by the end of `day`, of all where that is `None`. They come from
/// `snapshot`, in its order.
pub fn board<'e>(
    snapshot: &Snapshot<'_>,
    entries: &'e [Entry<Position>],
    day: Option<Date>,
) -> Board<'e> {
    board_named(snapshot, snapshot, entries, day)
}

/// Like [`board`], with parties and issues as `names` knows them: boards of two moments are laid side by side so.
pub fn board_named<'e>(
    snapshot: &Snapshot<'_>,
    names: &Snapshot<'_>,
    entries: &'e [Entry<Position>],
    day: Option<Date>,
) -> Board<'e> {
    let mut heard: HashMap<Cell, Vec<&Entry<Position>>> = HashMap::new();
    let mut left_out = LeftOut::default();
    for entry in entries.iter().filter(|e| day.is_none_or(|day| e.day <= day)) {
        let Some(cell) = place(names, entry) else {
            let p = &entry.what;
            match names.side(p.holder, &p.told, entry.day) {
                None => left_out.holder += 1,
                Some(_) => left_out.issue += 1,
            }
            continue;
        };
        if snapshot.reports[entry.report].corrected_by.is_some() {
            left_out.corrected += 1;
            continue;
        }
        heard.entry(cell).or_default().push(entry);
    }
    let standing = |(cell, heard): (Cell, Vec<_>)| Some((cell, standing(snapshot, &heard)?));
    Board { cells: heard.into_iter().filter_map(standing).collect(), left_out }
}

/// All positions in `cell`, also those that a later report corrects, in the order of days.
pub fn history<'e>(
    snapshot: &Snapshot<'_>,
    entries: &'e [Entry<Position>],
    cell: Cell,
) -> Vec<Heard<'e>> {
    let here: Vec<_> = entries.iter().filter(|e| place(snapshot, e) == Some(cell)).collect();
    let counts = |e: &&&Entry<Position>| snapshot.reports[e.report].corrected_by.is_none();
    let counted: Vec<_> = here.iter().filter(counts).copied().collect();
    let mut shifts = HashMap::new();
    let mut before = None;
    for winner in winners(snapshot, &counted) {
        let stance = winner.what.stance;
        shifts.insert(winner.id, before.and_then(|before| Shift::of(before, stance)));
        before = Some(stance);
    }
    let heard = |entry: &'e Entry<Position>| Heard {
        entry,
        wins: shifts.contains_key(&entry.id),
        shift: shifts.get(&entry.id).copied().flatten(),
    };
    here.into_iter().map(heard).collect()
}

/// Whether the words of `entry` are those of its holder or of somebody who speaks for it: as it was read, or as names were
/// merged since. What a person corrected stays as corrected.
pub fn firsthand(snapshot: &Snapshot<'_>, entry: &Entry<Position>) -> bool {
    let p = &entry.what;
    if p.firsthand || entry.verdict == Verdict::Corrected {
        return p.firsthand;
    }
    let actor = |name: Option<_>| name.and_then(|n| snapshot.actor(n, entry.day));
    let holder = actor(p.holder);
    holder.is_some() && [p.told.speaker, p.told.party].into_iter().any(|n| actor(n) == holder)
}

/// Where the positions `heard` in a cell, in the order of days, leave its party.
fn standing<'e>(snapshot: &Snapshot<'_>, heard: &[&'e Entry<Position>]) -> Option<Standing<'e>> {
    let days = winners(snapshot, heard);
    let latest = *days.last()?;
    let same = |e: &&&Entry<Position>| e.what.stance == latest.what.stance;
    let since = days.iter().rev().take_while(same).last()?.day;
    let run = heard.iter().filter(|e| e.day >= since).filter(same);
    let mut groups = HashSet::new();
    let support = run.map(|e| e.report).filter(|r| groups.insert(snapshot.reports[*r].group));
    Some(Standing { latest, since, support: support.collect(), heard: heard.len() })
}

/// The winner of each day, in the order of days.
fn winners<'e>(snapshot: &Snapshot<'_>, heard: &[&'e Entry<Position>]) -> Vec<&'e Entry<Position>> {
    let of_day = |day: &[&'e Entry<Position>]| match day {
        [only] => Some(*only),
        day => day.iter().copied().max_by(|a, b| {
            let rank = |e: &Entry<Position>| (firsthand(snapshot, e), e.report);
            let sure = |e: &Entry<Position>| match e.verdict {
                Verdict::Accepted | Verdict::Corrected => 1.0,
                Verdict::Unreviewed | Verdict::Rejected => e.confidence,
            };
            let surer = sure(a).total_cmp(&sure(b));
            rank(a).cmp(&rank(b)).then(surer).then(Reverse(a.id).cmp(&Reverse(b.id)))
        }),
    };
    heard.chunk_by(|a, b| a.day == b.day).filter_map(of_day).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, Sample};
    use super::super::{At, Record};
    use super::*;
    use crate::code::Stance;

    fn said(id: &str, day: &str, speaker: (&str, &str), stance: Stance) -> Draft {
        // No text is a copy of another.
        let rest: Vec<String> = (0..60).map(|i| format!("{id}{i}")).collect();
        let text = format!("{id}: no seats but for members, it was said. {}", rest.join(" "));
        Draft::new(id, day, &text)
            .said(speaker.0, Some(speaker.1), "no seats but for members")
            .position("Veldra", "seats", stance, "no seats")
    }

    const ITSELF: (&str, &str) = ("Ilma Dareth", "Veldra");
    const OTHERS: (&str, &str) = ("Joss Karn", "Tolmark");

    /// "stance since report/support" of the only cell.
    fn cell(record: &Record) -> String {
        let snapshot = record.snapshot(At::default()).expect("read");
        let entries = snapshot.positions().expect("read");
        let board = board(&snapshot, &entries, None);
        let Some(s) = board.cells.values().next() else { return format!("{:?}", board.left_out) };
        let given = |i: usize| snapshot.reports[i].given.clone();
        let support: Vec<_> = s.support.iter().map(|i| given(*i)).collect();
        let p = s.latest;
        let stance = p.what.stance.as_str();
        format!("{stance} {} {}/{}", s.since.strftime("%d"), given(p.report), support.join(" "))
    }

    fn check(drafts: &[Draft], expected: &str) {
        let mut sample = Sample::new();
        drafts.iter().for_each(|d| _ = sample.add("2031-04-01", d));
        assert_eq!(cell(&sample.record), expected);
    }

    #[test]
    fn the_latest_position_wins_and_stands_since_its_run_began() {
        use Stance::{Demand, Offer};
        let a = said("a", "2031-03-10", ITSELF, Demand);
        let b = said("b", "2031-03-11", ITSELF, Offer);
        let c = said("c", "2031-03-12", ITSELF, Demand);
        let d = said("d", "2031-03-14", OTHERS, Demand);
        check(&[d.clone(), a.clone()], "demand 10 d/a d");
        check(&[a, b, c, d], "demand 12 d/c d");
    }

    #[test]
    fn of_one_day_the_party_itself_is_heard_then_the_later_report_then_the_surer() {
        use Stance::{Accept, Demand, Reject};
        let itself = said("a", "2031-03-10", ITSELF, Accept);
        let others = said("b", "2031-03-10", OTHERS, Reject);
        check(&[itself.clone(), others.clone()], "accept 10 a/a");
        check(&[itself.clone(), said("c", "2031-03-10", ITSELF, Demand)], "demand 10 c/c");
        let mut both = others.position("Veldra", "seats", Demand, "no seats but");
        both.coding.positions[1].confidence = 0.9;
        check(&[both], "demand 10 b/b");
    }

    #[test]
    fn what_has_no_holder_or_issue_is_counted_and_in_no_cell() {
        let mut a = said("a", "2031-03-10", ITSELF, Stance::Accept);
        let mut b = said("b", "2031-03-10", ITSELF, Stance::Accept);
        a.coding.positions[0].holder = None;
        b.coding.positions[0].issue = None;
        check(&[a, b], "LeftOut { holder: 1, issue: 1, corrected: 0 }");
    }

    #[test]
    fn the_history_of_a_cell_says_who_won_each_day_and_what_it_changed() {
        use Stance::{Demand, Offer, RuleOut};
        let mut sample = Sample::new();
        for draft in [
            said("a", "2031-03-10", ITSELF, Demand),
            said("b", "2031-03-11", OTHERS, Offer),
            said("c", "2031-03-12", OTHERS, Offer),
            said("d", "2031-03-12", ITSELF, RuleOut),
        ] {
            sample.add("2031-04-01", &draft);
        }
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let entries = snapshot.positions().expect("read");
        let cell = place(&snapshot, &entries[0]).expect("placed");
        let found: Vec<_> =
            history(&snapshot, &entries, cell).iter().map(|h| (h.wins, h.shift)).collect();
        let (hardened, softened) = (Some(Shift::Hardened), Some(Shift::Softened));
        assert_eq!(found, [(true, None), (true, softened), (false, None), (true, hardened)]);
    }
}
