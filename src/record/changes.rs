//! Two boards to what changed between them: which cell hardened, softened, moved, is heard of first, or was dropped. Never
//! calls a change of words alone a change of position.
//!
//! Stances in their order, from yes to no: accept, offer, open, propose, demand, reject, rule out. A step up hardened, a step
//! down softened. Where the stance stayed and the figure is another one, the cell moved; it softened or hardened by that only
//! where figures can be laid side by side: one number each, of the same unit, and nearer to (further from) every figure of
//! the same unit that other parties had on the issue before, of which there must be one.

use crate::code::Stance;
use crate::error::Result;

use super::figure::Figure;
use super::{Board, Cell, Entry, Position, Snapshot, Standing};

/// How a cell changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shift {
    /// Further from yes, or from the others.
    Hardened,
    /// Nearer to yes, or to the others.
    Softened,
    /// Another figure.
    Moved,
    /// No longer on the board: its report was corrected, read anew, or a person rejected it.
    Dropped,
    /// Nothing was there before.
    FirstHeard,
}

impl Shift {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Shift; 5] =
        [Shift::Hardened, Shift::Softened, Shift::Moved, Shift::Dropped, Shift::FirstHeard];

    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["hardened", "softened", "moved", "dropped", "first_heard"][self as usize]
    }

    /// What a change of stance is; `None` for no change.
    pub fn of(before: Stance, after: Stance) -> Option<Self> {
        match hardness(before).cmp(&hardness(after)) {
            std::cmp::Ordering::Less => Some(Self::Hardened),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(Self::Softened),
        }
    }
}

/// A cell that changed.
#[derive(Debug, Clone)]
pub struct Changed<'b, 'e> {
    /// Which.
    pub cell: Cell,
    /// How.
    pub shift: Shift,
    /// Where the party stood; `None` where it is heard of first.
    pub before: Option<&'b Standing<'e>>,
    /// Where it stands; `None` where it was dropped.
    pub after: Option<&'b Standing<'e>>,
}

/// What changed from the board `before` to the board `after`, by kind of change, the latest first. `texts` is any snapshot
/// of the record: figures are read from its texts.
pub fn changes<'b, 'e>(
    before: &'b Board<'e>,
    after: &'b Board<'e>,
    texts: &Snapshot<'_>,
) -> Result<Vec<Changed<'b, 'e>>> {
    let mut out = Vec::new();
    for (cell, now) in &after.cells {
        let shift = match before.cells.get(cell) {
            None => Some(Shift::FirstHeard),
            Some(then) => match Shift::of(then.latest.what.stance, now.latest.what.stance) {
                None => by_figure(before, *cell, then, now, texts)?,
                shift => shift,
            },
        };
        let then = before.cells.get(cell);
        out.extend(shift.map(|shift| Changed {
            cell: *cell,
            shift,
            before: then,
            after: Some(now),
        }));
    }
    let gone = before.cells.iter().filter(|(cell, _)| !after.cells.contains_key(cell));
    out.extend(gone.map(|(cell, then)| Changed {
        cell: *cell,
        shift: Shift::Dropped,
        before: Some(then),
        after: None,
    }));
    out.sort_by_key(|c| {
        let day = c.after.or(c.before).map(|s| s.latest.day);
        (c.shift, std::cmp::Reverse(day), c.cell)
    });
    Ok(out)
}

/// How far a stance is from yes.
fn hardness(stance: Stance) -> u8 {
    match stance {
        Stance::Accept => 0,
        Stance::Offer => 1,
        Stance::Open => 2,
        Stance::Propose => 3,
        Stance::Demand => 4,
        Stance::Reject => 5,
        Stance::RuleOut => 6,
    }
}

/// What another figure makes of an unchanged stance.
fn by_figure(
    board: &Board<'_>,
    cell: Cell,
    then: &Standing<'_>,
    now: &Standing<'_>,
    texts: &Snapshot<'_>,
) -> Result<Option<Shift>> {
    let (Some(old), Some(new)) = (words(then.latest, texts)?, words(now.latest, texts)?) else {
        return Ok(None);
    };
    if old == new {
        return Ok(None);
    }
    let (Some(old), Some(new)) = (Figure::parse(&old), Figure::parse(&new)) else {
        return Ok(Some(Shift::Moved));
    };
    if old == new {
        return Ok(None);
    }
    let (mut nearer, mut further) = (false, false);
    for (other, standing) in board.cells.range(row(cell)) {
        let figure = match other.party == cell.party {
            true => None,
            false => words(standing.latest, texts)?.and_then(|w| Figure::parse(&w)),
        };
        let Some(figure) = figure else { continue };
        if let (Some(then), Some(now)) = (old.distance(&figure), new.distance(&figure)) {
            nearer |= now < then;
            further |= now >= then;
        }
    }
    Ok(Some(match (nearer, further) {
        (true, false) => Shift::Softened,
        (false, true) => Shift::Hardened,
        _ => Shift::Moved,
    }))
}

/// All cells of the issue of `cell`.
fn row(cell: Cell) -> std::ops::RangeInclusive<Cell> {
    let end = |party| Cell { issue: cell.issue, party: super::ActorId(party) };
    end(i64::MIN)..=end(i64::MAX)
}

/// The words of the figure, white space folded.
fn words(entry: &Entry<Position>, texts: &Snapshot<'_>) -> Result<Option<String>> {
    let Some(figure) = entry.what.figure else { return Ok(None) };
    let words = texts.words(entry.version, &[figure])?;
    let folded: Vec<&str> = words.iter().flat_map(|w| w.split_whitespace()).collect();
    Ok(Some(folded.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, Sample};
    use super::super::{At, board};
    use super::*;

    fn draft(id: &str, day: &str, holder: &str, stance: Stance, figure: &str) -> Draft {
        let text = format!("{id}: quotas of {figure} were spoken of by {holder}.");
        let mut draft = Draft::new(id, day, &text).said(holder, Some(holder), &text).position(
            holder,
            "quotas",
            stance,
            "quotas of",
        );
        draft.coding.positions[0].figure = Some(draft.span(figure));
        draft
    }

    /// Changes of Veldra's cell from the end of 10 March on; Tolmark holds 50 mln bags.
    fn check(before: (Stance, &str), after: (Stance, &str), expected: Option<Shift>) {
        let mut sample = Sample::new();
        for draft in [
            draft("t", "2031-03-01", "Tolmark", Stance::Demand, "50 mln bags"),
            draft("a", "2031-03-10", "Veldra", before.0, before.1),
            draft("b", "2031-03-12", "Veldra", after.0, after.1),
        ] {
            sample.add("2031-04-01", &draft);
        }
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let entries = snapshot.positions().expect("read");
        let then = board(&snapshot, &entries, "2031-03-10".parse().ok());
        let now = board(&snapshot, &entries, None);
        let found = changes(&then, &now, &snapshot).expect("read");
        let found: Vec<Shift> = found.iter().map(|c| c.shift).collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{before:?} {after:?}");
        let none = Board::default();
        let first = changes(&none, &now, &snapshot).expect("read");
        assert!(first.len() == 2 && first.iter().all(|c| c.shift == Shift::FirstHeard));
        let gone = changes(&now, &none, &snapshot).expect("read");
        assert!(gone.len() == 2 && gone.iter().all(|c| c.shift == Shift::Dropped));
    }

    #[test]
    fn a_step_towards_no_hardened_and_towards_yes_softened() {
        use Stance::{Accept, Demand, Offer, Reject, RuleOut};
        let same = "60 mln bags";
        check((Demand, same), (Reject, same), Some(Shift::Hardened));
        check((RuleOut, same), (Reject, same), Some(Shift::Softened));
        check((Demand, same), (Offer, "70 mln bags"), Some(Shift::Softened));
        check((Offer, same), (Accept, same), Some(Shift::Softened));
        check((Demand, same), (Demand, same), None);
    }

    #[test]
    fn a_figure_hardens_or_softens_only_where_it_can_be_compared() {
        use Stance::Demand;
        let check = |after, expected| check((Demand, "60 mln bags"), (Demand, after), expected);
        check("55 mln bags", Some(Shift::Softened));
        check("62 mln bags", Some(Shift::Hardened));
        check("60,000,000 bags", None);
        check("60 pct", Some(Shift::Moved));
        check("50 to 60 mln bags", Some(Shift::Moved));
    }

    #[test]
    fn the_order_of_stances_is_total() {
        let mut order = Stance::ALL;
        order.sort_by_key(|s| hardness(*s));
        let names: Vec<_> = order.iter().map(|s| s.as_str()).collect();
        assert_eq!(names.join(" "), "accept offer open propose demand reject rule_out");
        assert!(order.windows(2).all(|w| Shift::of(w[0], w[1]) == Some(Shift::Hardened)));
    }
}
