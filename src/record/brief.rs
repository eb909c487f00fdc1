//! What a day brought: what is new on the table, what moved, how the talks are said to go, what is ruled out, what is planned.
//! The news of a day is what reports published on it tell, whenever it was said. Never tells what was known later.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::snapshot::{date_of, last_day};
use super::timeline::{Mark, Met, independent, marks, meetings, place, stands};
use super::{ActorId, Assessment, Encounter, Entry, IssueId, Position, Snapshot, Verdict};
use crate::code::{Stance, Status};

/// The news of one day; each list begins with what is best supported and surest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Brief {
    /// Which; `None` where there is no news at all.
    pub day: Option<Date>,
    /// Reports published on it.
    pub reports: usize,
    /// How many of them are no copies of one another or of earlier ones.
    pub independent: usize,
    /// Positions that differ from what the same side said before on the issue.
    pub moved: Vec<Stand>,
    /// Positions of sides that were not heard on the issue before.
    pub fresh: Vec<Stand>,
    /// Judgements, with the day they are of; those of somebody go before the reports' own words.
    pub progress: Vec<(Date, Mark)>,
    /// What is refused: on the day, then what was ruled out in the weeks before and still is.
    pub ruled_out: Vec<Stand>,
    /// Encounters to come, with the day they are on; those told of on the day go first.
    pub planned: Vec<(Date, Met)>,
}

/// Where a side stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Stand {
    /// Who.
    pub whose: ActorId,
    /// On what; `None` where that is not known.
    pub issue: Option<IssueId>,
    /// Where it stands: indices of positions, the surest first, one a copy group.
    pub entries: Vec<usize>,
    /// What it said last before, where that differs.
    pub before: Option<usize>,
}

/// What is less sure than this, and nobody accepted or corrected, is not called to mind again.
const SURE: f64 = 0.5;
/// Days for which what is ruled out or planned is called to mind.
const RECALLED: i64 = 30;

/// The day on which a report came out.
pub fn out_on(snapshot: &Snapshot<'_>, report: usize) -> Date {
    let head = &snapshot.reports[report];
    head.published.unwrap_or_else(|| date_of(head.came_in))
}

/// The news of `day`, else of the last day that has any.
pub fn brief(
    snapshot: &Snapshot<'_>,
    day: Option<Date>,
    positions: &[Entry<Position>],
    assessments: &[Entry<Assessment>],
    encounters: &[Entry<Encounter>],
) -> Brief {
    let heard = (positions.iter().filter(|p| stands(snapshot, p)).map(|p| p.report))
        .chain(assessments.iter().filter(|a| stands(snapshot, a)).map(|a| a.report))
        .chain(encounters.iter().filter(|e| stands(snapshot, e)).map(|e| e.report));
    let Some(day) = day.or_else(|| heard.map(|r| out_on(snapshot, r)).max()) else {
        return Brief::default();
    };
    let on = |report: usize| out_on(snapshot, report) == day;
    let of_day: Vec<usize> = (0..snapshot.reports.len()).filter(|r| on(*r)).collect();
    let mut out = Brief {
        day: Some(day),
        reports: of_day.len(),
        // A copy of an earlier report is no news: the first of its group came out before.
        independent: of_day.iter().filter(|r| snapshot.reports[**r].group == **r).count(),
        ..Brief::default()
    };
    stances(snapshot, day, positions, &mut out);
    out.progress = marks(snapshot, assessments, |a| on(a.report));
    out.progress.sort_by_key(|(_, mark)| mark.who.is_none());
    out.planned = meetings(snapshot, encounters, |e| out_on(snapshot, e.report) <= day);
    out.planned.retain(|(_, met)| {
        let told = met.entries.iter().any(|e| on(encounters[*e].report));
        let last = met.entries.iter().map(|e| out_on(snapshot, encounters[*e].report)).max();
        let fresh = last.is_some_and(|last| days(last, day) <= RECALLED);
        let to_come = met.date.as_deref().and_then(last_day).map(|last| last >= day);
        let passing = matches!(met.status, Status::Cancelled | Status::Ongoing);
        met.status != Status::Held && fresh && to_come.unwrap_or(told) && (told || !passing)
    });
    out.planned.sort_by_key(|(_, met)| !met.entries.iter().any(|e| on(encounters[*e].report)));
    out
}

fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(i64::MAX, |s| i64::from(s.get_days()))
}

/// A side, and what it stands on: an issue, or a position that is on none.
type Cell = (ActorId, Result<IssueId, usize>);

/// Sorts the positions of a day into what moved, what is refused and what is new.
fn stances(snapshot: &Snapshot<'_>, day: Date, all: &[Entry<Position>], out: &mut Brief) {
    let mut cells: BTreeMap<Cell, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (i, p) in all.iter().enumerate().filter(|(_, p)| stands(snapshot, p)) {
        let Some(side) = snapshot.side(p.what.holder, &p.what.told, p.day) else { continue };
        // What is on no issue is one of its own.
        let issue = p.what.issue.and_then(|n| snapshot.issue(n)).ok_or(i);
        let came = out_on(snapshot, p.report);
        let cell = cells.entry((side, issue)).or_default();
        match came.cmp(&day) {
            std::cmp::Ordering::Less => cell.0.push(i),
            std::cmp::Ordering::Equal => cell.1.push(i),
            std::cmp::Ordering::Greater => {}
        }
    }
    let latest = |of: &[usize]| -> Vec<usize> {
        let last = of.iter().map(|i| all[*i].day).max();
        let of = of.iter().copied().filter(|i| Some(all[*i].day) == last).collect();
        independent(snapshot, all, of)
    };
    let refuses = |i: usize| matches!(all[i].what.stance, Stance::Reject | Stance::RuleOut);
    let mut recalled = Vec::new();
    for ((whose, issue), (earlier, now)) in cells {
        let issue = issue.ok();
        let (earlier, now) = (latest(&earlier), latest(&now));
        let stand = |entries, before| Stand { whose, issue, entries, before };
        let Some(&first) = now.first() else {
            let lasting = earlier.first().is_some_and(|i| {
                let p = &all[*i];
                let sure = p.confidence >= SURE || p.verdict != Verdict::Unreviewed;
                p.what.stance == Stance::RuleOut && sure && days(p.day, day) <= RECALLED
            });
            recalled.extend(lasting.then(|| stand(earlier, None)));
            continue;
        };
        let stance = |i: usize| all[i].what.stance;
        let same: BTreeSet<Stance> = earlier.iter().map(|i| stance(*i)).collect();
        // A copy of an earlier report is no news, what was said before what is known already is none either.
        let group = |i: usize| snapshot.reports[all[i].report].group;
        let old = |before: usize| {
            all[first].day < all[before].day || earlier.iter().any(|e| group(*e) == group(first))
        };
        let now: Vec<usize> = now.into_iter().filter(|i| stance(*i) == stance(first)).collect();
        match earlier.first() {
            Some(&before) if !same.contains(&stance(first)) && !old(before) => {
                out.moved.push(stand(now, Some(before)));
            }
            before if refuses(first) && !before.is_some_and(|b| old(*b)) => {
                out.ruled_out.push(stand(now, None))
            }
            None => out.fresh.push(stand(now, None)),
            _ => {}
        }
    }
    let order = |list: &mut Vec<Stand>| {
        list.sort_by(|a, b| {
            let (x, y) = (&all[a.entries[0]], &all[b.entries[0]]);
            (b.entries.len().cmp(&a.entries.len()))
                .then(y.confidence.total_cmp(&x.confidence))
                .then_with(|| place(snapshot, x).cmp(&place(snapshot, y)))
        });
    };
    [&mut out.moved, &mut out.fresh, &mut out.ruled_out, &mut recalled].into_iter().for_each(order);
    out.ruled_out.append(&mut recalled);
}

#[cfg(test)]
mod tests {
    use super::super::At;
    use super::super::testing::{Draft, Sample};
    use super::*;
    use crate::code::{Kind, Value};

    fn says(id: &str, day: &str, party: &str, stance: Stance) -> Draft {
        let text = format!("{party} on the pact in {id}");
        Draft::new(id, day, &text)
            .said(party, None, &text)
            .position(party, "the pact", stance, &text)
    }

    /// The lists of the brief, each line by whom or what.
    fn check(drafts: &[Draft], day: Option<&str>, expected: &str) {
        let mut sample = Sample::new();
        drafts
            .iter()
            .for_each(|d| assert!(sample.add("2031-04-30", d) == super::super::Added::New));
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let (p, a) = (snapshot.positions().expect("read"), snapshot.assessments().expect("read"));
        let e = snapshot.encounters().expect("read");
        let brief = brief(&snapshot, day.map(|d| d.parse().expect("a day")), &p, &a, &e);
        let stands = |of: &[Stand]| {
            let each = of.iter().map(|s| {
                let before = s.before.map_or("", |b| p[b].what.stance.as_str());
                let now = p[s.entries[0]].what.stance.as_str();
                format!("{} {before}>{now}", snapshot.actor_name(s.whose))
            });
            each.collect::<Vec<_>>().join(",")
        };
        let day = brief.day.map(|d| d.to_string()).unwrap_or_default();
        let shown = format!(
            "{day} {}/{} moved {} new {} progress {} refused {} planned {}",
            brief.reports,
            brief.independent,
            stands(&brief.moved),
            stands(&brief.fresh),
            brief.progress.len(),
            stands(&brief.ruled_out),
            brief.planned.len()
        );
        assert_eq!(shown.replace("  ", " - ").trim_end(), expected);
    }

    #[test]
    fn the_last_day_that_has_news_is_told() {
        let drafts = [
            says("r1", "2031-03-10", "Veldra", Stance::Demand),
            says("r2", "2031-03-10", "Tolmark", Stance::Open),
            says("r3", "2031-03-12", "Veldra", Stance::Offer),
            says("r4", "2031-03-12", "Ostmark", Stance::Propose),
            says("r5", "2031-03-12", "Tolmark", Stance::Open),
            Draft::new("r6", "2031-03-13", "nothing of the talks"),
        ];
        let last = "2031-03-12 3/3 moved Veldra demand>offer new Ostmark >propose progress 0 refused - planned 0";
        check(&drafts, None, last);
        let first = "2031-03-10 2/2 moved - new Tolmark >open,Veldra >demand progress 0 refused - planned 0";
        check(
            &drafts,
            Some("2031-03-10"),
            &first.replace("Tolmark >open,Veldra >demand", "Veldra >demand,Tolmark >open"),
        );
        check(
            &drafts,
            Some("2031-03-20"),
            "2031-03-20 0/0 moved - new - progress 0 refused - planned 0",
        );
        check(&[], None, " 0/0 moved - new - progress 0 refused - planned 0");
    }

    #[test]
    fn what_is_ruled_out_is_recalled_for_a_month() {
        let drafts = [
            says("r1", "2031-03-10", "Veldra", Stance::RuleOut),
            says("r2", "2031-03-12", "Tolmark", Stance::Reject),
        ];
        let both = "2031-03-12 1/1 moved - new - progress 0 refused Tolmark >reject,Veldra >rule_out planned 0";
        check(&drafts, None, both);
        check(
            &drafts,
            Some("2031-04-20"),
            "2031-04-20 0/0 moved - new - progress 0 refused - planned 0",
        );
    }

    #[test]
    fn what_is_to_come_is_planned_until_it_is_held() {
        let told = |id: &str, day, status, date| {
            let d = Draft::new(id, day, &format!("They meet, says {id}"));
            d.encounter(Kind::Meeting, status, date, "meet").assessment(None, Value::Mixed, "says")
        };
        let drafts = [
            told("r1", "2031-03-10", Status::Planned, Some("2031-03-12")),
            told("r2", "2031-03-10", Status::Planned, Some("2031-03-09")),
            told("r3", "2031-03-11", Status::Planned, None),
            told("r4", "2031-03-11", Status::Held, Some("2031-03-11")),
        ];
        check(&drafts, None, "2031-03-11 2/2 moved - new - progress 1 refused - planned 2");
        check(
            &drafts,
            Some("2031-03-13"),
            "2031-03-13 0/0 moved - new - progress 0 refused - planned 0",
        );
    }
}
