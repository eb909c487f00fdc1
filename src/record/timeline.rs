//! What was said of the talks, and who met, day by day. The same judgement of one side on one day is one mark, and one
//! encounter told by many reports is one line, however many copies tell it. Never puts an encounter on a day that no
//! report names without saying so.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::talks::judge;
use super::{ActorId, Assessment, Encounter, Entry, Snapshot};
use crate::code::{Kind, Of, Status, Value};

/// What happened on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// Which.
    pub day: Date,
    /// How the talks were said to go, the best supported first.
    pub marks: Vec<Mark>,
    /// Who met or will meet, the best supported first.
    pub met: Vec<Met>,
}

/// One side's judgement on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The party, else the assessor; nobody is the report's own words.
    pub who: Option<ActorId>,
    /// The judgement.
    pub value: Value,
    /// Of what was, or of what will be.
    pub of: Of,
    /// Where it stands: indices of the assessments, the surest first, one a copy group.
    pub entries: Vec<usize>,
}

/// An encounter.
#[derive(Debug, Clone, PartialEq)]
pub struct Met {
    /// What sort, as the latest report has it.
    pub kind: Kind,
    /// As the latest report has it.
    pub status: Status,
    /// What was said of it before, in the order of days.
    pub before: Vec<(Date, Status)>,
    /// ISO 8601 day, month or interval; `None` where no report names it, and it stands on the day it was told of.
    pub date: Option<String>,
    /// All that are named, in the order of their names.
    pub participants: Vec<ActorId>,
    /// Where.
    pub place: Option<String>,
    /// Where it stands: indices of the encounters, the latest first, one a copy group.
    pub entries: Vec<usize>,
}

/// The days, in order, of what is held.
pub fn timeline(
    snapshot: &Snapshot<'_>,
    assessments: &[Entry<Assessment>],
    encounters: &[Entry<Encounter>],
) -> Vec<Day> {
    let mut days: BTreeMap<Date, (Vec<Mark>, Vec<Met>)> = BTreeMap::new();
    for (day, mark) in marks(snapshot, assessments, |_| true) {
        days.entry(day).or_default().0.push(mark);
    }
    for (day, met) in meetings(snapshot, encounters, |_| true) {
        days.entry(day).or_default().1.push(met);
    }
    days.into_iter().map(|(day, (marks, met))| Day { day, marks, met }).collect()
}

/// Whether an entry takes part: one that a later report corrects does not.
pub fn stands<T>(snapshot: &Snapshot<'_>, e: &Entry<T>) -> bool {
    snapshot.reports[e.report].corrected_by.is_none()
}

/// By which entries that are alike in all else stand in the same order, whenever their reports came in.
pub(super) fn place<'s, T>(snapshot: &'s Snapshot<'_>, e: &Entry<T>) -> (Date, &'s str, i64) {
    (e.day, snapshot.reports[e.report].given.as_str(), e.id.0)
}

/// `of`, the surest first, one a copy group.
pub fn independent<T>(snapshot: &Snapshot<'_>, all: &[Entry<T>], mut of: Vec<usize>) -> Vec<usize> {
    of.sort_by(|a, b| {
        let (a, b) = (&all[*a], &all[*b]);
        b.confidence
            .total_cmp(&a.confidence)
            .then_with(|| place(snapshot, a).cmp(&place(snapshot, b)))
    });
    first_of_groups(snapshot, all, &mut of);
    of
}

fn first_of_groups<T>(snapshot: &Snapshot<'_>, all: &[Entry<T>], of: &mut Vec<usize>) {
    let mut seen = BTreeSet::new();
    of.retain(|i| seen.insert(snapshot.reports[all[*i].report].group));
}

/// Judgements on their days, the best supported first, of the assessments that `keep` names.
pub(super) fn marks(
    snapshot: &Snapshot<'_>,
    all: &[Entry<Assessment>],
    keep: impl Fn(&Entry<Assessment>) -> bool,
) -> Vec<(Date, Mark)> {
    let mut found: HashMap<(Date, Option<ActorId>, Value, Of), Vec<usize>> = HashMap::new();
    for (i, a) in all.iter().enumerate().filter(|(_, a)| keep(a) && stands(snapshot, a)) {
        found.entry((a.day, judge(snapshot, a), a.what.value, a.what.of)).or_default().push(i);
    }
    let mut out: Vec<(Date, Mark)> = found
        .into_iter()
        .map(|((day, who, value, of), entries)| {
            (day, Mark { who, value, of, entries: independent(snapshot, all, entries) })
        })
        .collect();
    out.sort_by(|(_, a), (_, b)| {
        let first = |m: &Mark| &all[m.entries[0]];
        (b.entries.len().cmp(&a.entries.len()))
            .then(first(b).confidence.total_cmp(&first(a).confidence))
            .then_with(|| place(snapshot, first(a)).cmp(&place(snapshot, first(b))))
    });
    out
}

/// What two entries must have in common to be one encounter.
#[derive(PartialEq, Eq, Hash)]
enum Same {
    /// Two of those who meet, or the only one that is named.
    Who(ActorId, ActorId),
    /// Nobody is named, in reports whose text is the same.
    Copy(usize),
}

/// Participants beyond these add nothing to telling encounters apart.
const TELLING: usize = 8;

/// Encounters on their days, the best supported first, of the entries that `keep` names.
pub(super) fn meetings(
    snapshot: &Snapshot<'_>,
    all: &[Entry<Encounter>],
    keep: impl Fn(&Entry<Encounter>) -> bool,
) -> Vec<(Date, Met)> {
    let live = |i: &usize| keep(&all[*i]) && stands(snapshot, &all[*i]);
    let live: Vec<usize> = (0..all.len()).filter(live).collect();
    let mut first: Vec<usize> = (0..all.len()).collect();
    let mut keys: HashMap<(&str, Date, Kind, Same), usize> = HashMap::new();
    for &i in &live {
        let e = &all[i];
        let date = e.what.date.as_deref().unwrap_or_default();
        // Without a day of its own, it is the same as others told of on that day only.
        let told = if date.is_empty() { e.day } else { Date::ZERO };
        // Talks are meetings; calls, signings and the like are apart.
        let kind = if e.what.kind == Kind::Talks { Kind::Meeting } else { e.what.kind };
        for same in same(snapshot, e) {
            let with = *keys.entry((date, told, kind, same)).or_insert(i);
            let (a, b) = (root(&mut first, with), root(&mut first, i));
            first[a.max(b)] = a.min(b);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for i in live {
        groups.entry(root(&mut first, i)).or_default().push(i);
    }
    let mut out: Vec<(Date, Met)> =
        groups.into_values().map(|of| meeting(snapshot, all, of)).collect();
    out.sort_by(|(_, a), (_, b)| {
        let key = |m: &Met| place(snapshot, &all[m.entries[0]]);
        let sure = |m: &Met| all[m.entries[0]].confidence;
        (b.entries.len().cmp(&a.entries.len()))
            .then(sure(b).total_cmp(&sure(a)))
            .then_with(|| key(a).cmp(&key(b)))
    });
    out
}

fn same(snapshot: &Snapshot<'_>, e: &Entry<Encounter>) -> Vec<Same> {
    let who: BTreeSet<ActorId> =
        e.what.participants.iter().filter_map(|p| snapshot.actor(*p, e.day)).collect();
    let who: Vec<ActorId> = who.into_iter().collect();
    match who.as_slice() {
        [] => vec![Same::Copy(snapshot.reports[e.report].group)],
        [one] => vec![Same::Who(*one, *one)],
        many => {
            let few = &many[..many.len().min(TELLING)];
            let pairs = few.iter().enumerate();
            pairs.flat_map(|(i, a)| few[i + 1..].iter().map(|b| Same::Who(*a, *b))).collect()
        }
    }
}

fn meeting(snapshot: &Snapshot<'_>, all: &[Entry<Encounter>], mut of: Vec<usize>) -> (Date, Met) {
    // What was last said of it first; of one day, the surest.
    of.sort_by(|a, b| {
        let (a, b) = (&all[*a], &all[*b]);
        (b.day.cmp(&a.day))
            .then(b.confidence.total_cmp(&a.confidence))
            .then_with(|| place(snapshot, a).cmp(&place(snapshot, b)))
    });
    let latest = &all[of[0]];
    let mut before: Vec<(Date, Status)> = Vec::new();
    for e in of.iter().rev().map(|i| &all[*i]) {
        let new = e.what.status != latest.what.status && e.day < latest.day;
        if new && before.last().is_none_or(|(_, status)| *status != e.what.status) {
            before.push((e.day, e.what.status));
        }
    }
    let participants: BTreeSet<(&str, ActorId)> = of
        .iter()
        .flat_map(|i| all[*i].what.participants.iter().map(|p| (*p, all[*i].day)))
        .filter_map(|(p, day)| snapshot.actor(p, day))
        .map(|a| (snapshot.actor_name(a), a))
        .collect();
    let date = latest.what.date.clone();
    let day = date.as_deref().and_then(first_day).unwrap_or(latest.day);
    let place = of.iter().find_map(|i| all[*i].what.place.clone());
    let (kind, status) = (latest.what.kind, latest.what.status);
    first_of_groups(snapshot, all, &mut of);
    let participants = participants.into_iter().map(|(_, a)| a).collect();
    (day, Met { kind, status, before, date, participants, place, entries: of })
}

/// The first day of an ISO 8601 day, month, year or interval.
pub fn first_day(text: &str) -> Option<Date> {
    let start = text.split('/').next()?;
    match start.len() {
        7 => format!("{start}-01").parse().ok(),
        4 => Date::new(start.parse().ok()?, 1, 1).ok(),
        _ => start.parse().ok(),
    }
}

fn root(first: &mut [usize], mut i: usize) -> usize {
    while first[i] != i {
        first[i] = first[first[i]];
        i = first[i];
    }
    i
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Draft, Sample};
    use super::super::{At, NameId};
    use super::*;

    /// Each day as "2031-03-10: Veldra progress x2; held meeting Ilma Dareth".
    fn check(drafts: &[Draft], who: &[(&str, &[&str])], expected: &[&str]) {
        let mut sample = Sample::new();
        drafts
            .iter()
            .for_each(|d| assert!(sample.add("2031-04-30", d) == super::super::Added::New));
        let record = &sample.record;
        // Participants by hand: those of the report that is named.
        for (report, names) in who {
            let ids: Vec<i64> = names
                .iter()
                .map(|n| {
                    let db = record.db();
                    db.execute("INSERT OR IGNORE INTO name (text) VALUES (?)", [n]).expect("named");
                    let sql = "SELECT id FROM name WHERE text = ?";
                    let id: NameId = db.query_row(sql, [n], |r| r.get(0)).expect("named");
                    let sql = "INSERT OR IGNORE INTO actor (id, since, name) VALUES (1000 + ?1, 1, ?1)";
                    db.execute(sql, [id]).expect("an actor");
                    let sql = "INSERT OR IGNORE INTO actor_name (name, actor, since, why) VALUES (?1, 1000 + ?1, 1, '')";
                    db.execute(sql, [id]).expect("an actor");
                    id.0
                })
                .collect();
            let sql = "UPDATE encounter SET participants = ?1 WHERE entry IN
                       (SELECT entry.id FROM entry JOIN report ON report.id = report WHERE given = ?2)";
            let ids = serde_json::to_string(&ids).expect("ids");
            record.db().execute(sql, (ids, report)).expect("set");
        }
        let snapshot = record.snapshot(At::default()).expect("read");
        let (a, e) = (snapshot.assessments().expect("read"), snapshot.encounters().expect("read"));
        let days = timeline(&snapshot, &a, &e);
        let shown: Vec<String> = days
            .iter()
            .map(|day| {
                let times = |n: usize| if n > 1 { format!(" x{n}") } else { String::new() };
                let marks = day.marks.iter().map(|m| {
                    let who = m.who.map_or("the report", |w| snapshot.actor_name(w));
                    format!("{who} {}{}", m.value.as_str(), times(m.entries.len()))
                });
                let met = day.met.iter().map(|m| {
                    let who: Vec<&str> =
                        m.participants.iter().map(|p| snapshot.actor_name(*p)).collect();
                    let before: Vec<&str> = m.before.iter().map(|b| b.1.as_str()).collect();
                    let (status, kind, n) =
                        (m.status.as_str(), m.kind.as_str(), times(m.entries.len()));
                    format!("{status} {kind} {} {}{n}", who.join("+"), before.join(","))
                });
                let all: Vec<String> = marks.chain(met).map(|t| t.trim_end().to_owned()).collect();
                format!("{}: {}", day.day, all.join("; "))
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn one_judgement_of_one_side_on_a_day_is_one_mark() {
        let judged = |id: &str, who, value| {
            Draft::new(id, "2031-03-10", &format!("words of {id}")).assessment(who, value, "words")
        };
        let drafts = [
            judged("r1", Some("Veldra"), Value::Mixed),
            judged("r2", Some("Tolmark"), Value::Progress),
            judged("r3", Some("Tolmark"), Value::Progress),
            judged("r4", None, Value::Mixed),
        ];
        check(&drafts, &[], &["2031-03-10: Tolmark progress x2; Veldra mixed; the report mixed"]);
    }

    #[test]
    fn an_encounter_stands_on_its_own_day_as_the_latest_report_has_it() {
        let told = |id: &str, day, status, date| {
            Draft::new(id, day, &format!("They meet, says {id}")).encounter(
                Kind::Meeting,
                status,
                date,
                "meet",
            )
        };
        let who: &[&str] = &["Ilma Dareth", "Tarn Velo"];
        let drafts = [
            told("r1", "2031-03-10", Status::Planned, Some("2031-03-12")),
            told("r2", "2031-03-13", Status::Held, Some("2031-03-12")),
            told("r3", "2031-03-13", Status::Planned, Some("2031-04")),
            told("r4", "2031-03-13", Status::Held, None),
        ];
        check(
            &drafts,
            &[("r1", who), ("r2", who)],
            &[
                "2031-03-12: held meeting Ilma Dareth+Tarn Velo planned x2",
                "2031-03-13: held meeting",
                "2031-04-01: planned meeting",
            ],
        );
    }

    #[test]
    fn encounters_with_one_participant_in_common_are_two() {
        let told = |id: &str| {
            let d = Draft::new(id, "2031-03-10", &format!("They meet, says {id}"));
            d.encounter(Kind::Talks, Status::Held, Some("2031-03-10"), "meet")
        };
        check(
            &[told("r1"), told("r2")],
            &[("r1", &["Ostmark", "Veldra"]), ("r2", &["Ostmark", "Tolmark"])],
            &["2031-03-10: held talks Ostmark+Veldra; held talks Ostmark+Tolmark"],
        );
    }

    #[test]
    fn first_days_of_days_months_years_and_intervals() {
        let check = |text, day: &str| {
            assert_eq!(first_day(text).map(|d| d.to_string()).unwrap_or_default(), day);
        };
        check("2031-03-12", "2031-03-12");
        check("2031-02", "2031-02-01");
        check("2031", "2031-01-01");
        check("2031-03-09/2031-03-20", "2031-03-09");
        check("soon", "");
    }
}
