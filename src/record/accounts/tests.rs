//! Accounts of small records made by hand, and of many made at random against the plain definition. Never reads a model.

use proptest::prelude::*;

use super::super::testing::{Draft, Sample};
use super::super::{At, Record};
use super::*;
use crate::code::Value;

/// `party` judges the talks on the pact in report `id`.
fn judged(id: &str, day: &str, party: &str, value: Value) -> Draft {
    let text = format!("The speaker of {party} judged it so in {id}.");
    Draft::new(id, day, &text)
        .said(party, Some(party), &text)
        .assessment(Some(party), value, &text)
        .position(party, "the pact", Stance::Open, &text)
}

/// Makes `later` a copy of `earlier`.
fn copy(record: &Record, later: &str, earlier: &str, relation: &str) {
    let sql = "INSERT INTO copy (report, earlier, since, relation, share)
               SELECT (SELECT id FROM report WHERE given = ?1), (SELECT id FROM report WHERE given = ?2),
                      (SELECT max(id) FROM change), ?3, 0.9";
    record.db().execute(sql, (later, earlier, relation)).expect("a copy");
}

/// Which list, each pair as "Veldra r1 r2 / Tolmark r3".
fn shown(record: &Record) -> Vec<String> {
    let snapshot = record.snapshot(At::default()).expect("read");
    let (p, a) = (snapshot.positions().expect("read"), snapshot.assessments().expect("read"));
    let found = accounts(&snapshot, &p, &a).expect("found");
    let given = |report: usize| snapshot.reports[report].given.clone();
    let name =
        |who: Option<ActorId>| who.map_or("the report", |w| snapshot.actor_name(w)).to_owned();
    let mut out = Vec::new();
    for (list, of) in [("judged", &found.judged), ("divided", &found.divided)] {
        for x in of {
            let side = |x: &Account<Option<ActorId>>| {
                let reports: Vec<_> = x.entries.iter().map(|i| given(a[*i].report)).collect();
                format!("{} {}", name(x.whose), reports.join(" "))
            };
            out.push(format!("{list}: {} / {}", side(&x.one), side(&x.other)));
        }
    }
    for (list, of) in [("told", &found.told), ("gap", &found.gaps)] {
        for x in of {
            let side = |x: &Account<(ActorId, IssueId)>| {
                let reports: Vec<_> = x.entries.iter().map(|i| given(p[*i].report)).collect();
                format!("{} {}", name(Some(x.whose.0)), reports.join(" "))
            };
            out.push(format!("{list}: {} / {}", side(&x.one), side(&x.other)));
        }
    }
    for s in &found.settled {
        let sides: Vec<_> = s.sides.iter().map(|x| name(Some(x.whose))).collect();
        out.push(format!("settled: {} {}", snapshot.issue_name(s.issue), sides.join(", ")));
    }
    out
}

fn record(drafts: &[Draft]) -> Sample {
    let mut sample = Sample::new();
    for d in drafts {
        sample.add("2031-04-30", d);
    }
    sample
}

fn check(drafts: &[Draft], expected: &[&str]) {
    assert_eq!(shown(&record(drafts).record), expected);
}

#[test]
fn judgements_two_steps_apart_within_three_days_differ() {
    let first = judged("r1", "2031-03-10", "Veldra", Value::Progress);
    let other = |day, value| judged("r2", day, "Tolmark", value);
    let apart = ["judged: Veldra r1 / Tolmark r2"];
    check(&[first.clone(), other("2031-03-13", Value::NoProgress)], &apart);
    check(&[first.clone(), other("2031-03-14", Value::NoProgress)], &[]);
    check(&[first.clone(), other("2031-03-10", Value::Mixed)], &[]);
    let same = judged("r2", "2031-03-11", "Veldra", Value::NoProgress);
    check(&[first, same], &["judged: Veldra r1 / Veldra r2"]);
}

#[test]
fn on_one_day_the_worse_goes_first_whoever_came_in_first() {
    let drafts = [
        judged("r1", "2031-03-10", "Veldra", Value::Agreement),
        judged("r2", "2031-03-10", "Tolmark", Value::Breakdown),
    ];
    check(&drafts, &["judged: Tolmark r2 / Veldra r1"]);
}

#[test]
fn copies_support_once_and_never_contradict_themselves() {
    let sample = record(&[
        judged("r1", "2031-03-10", "Veldra", Value::Progress),
        judged("r2", "2031-03-11", "Veldra", Value::NoProgress),
        judged("r3", "2031-03-11", "Veldra", Value::NoProgress),
        judged("r4", "2031-03-11", "Veldra", Value::NoProgress),
    ]);
    copy(&sample.record, "r3", "r2", "copy");
    assert_eq!(shown(&sample.record), ["judged: Veldra r1 / Veldra r2 r4"]);
    copy(&sample.record, "r2", "r1", "update");
    assert_eq!(shown(&sample.record), ["judged: Veldra r1 / Veldra r4"]);
}

#[test]
fn what_a_later_report_corrects_takes_no_part() {
    let sample = record(&[
        judged("r1", "2031-03-10", "Veldra", Value::Progress),
        judged("r2", "2031-03-11", "Tolmark", Value::NoProgress),
        judged("r3", "2031-03-12", "Tolmark", Value::Progress),
    ]);
    copy(&sample.record, "r3", "r2", "correction");
    assert!(shown(&sample.record).is_empty());
}

#[test]
fn two_persons_of_one_side_are_told_apart_within_a_report() {
    let text = "Brandel saw a way forward, his spokeswoman saw none.";
    let both = Draft::new("r1", "2031-03-10", text)
        .said("Tomas Brandel", Some("Veldra"), "a way forward")
        .assessment(Some("Tomas Brandel"), Value::Progress, "a way forward")
        .said("Ilma Dareth", Some("Veldra"), "saw none")
        .assessment(Some("Ilma Dareth"), Value::NoProgress, "saw none");
    check(&[both], &["divided: Ilma Dareth r1 / Tomas Brandel r1"]);
}

#[test]
fn two_sides_within_one_report_are_told_apart() {
    let text = "Veldra saw a way forward, Tolmark saw none.";
    let both = Draft::new("r1", "2031-03-10", text)
        .said("Veldra", None, "a way forward")
        .assessment(Some("Veldra"), Value::Progress, "a way forward")
        .said("Tolmark", None, "saw none")
        .assessment(Some("Tolmark"), Value::NoProgress, "saw none");
    check(&[both], &["divided: Tolmark r1 / Veldra r1"]);
}

#[test]
fn background_and_two_reports_own_words_contradict_nothing() {
    let own = |id: &str, value, text: &str| {
        let d = Draft::new(id, "2031-03-10", text).assessment(None, value, text);
        d.said("Veldra", None, text).position("Veldra", "the pact", Stance::Open, text)
    };
    let named = judged("r2", "2031-03-10", "Tolmark", Value::Progress);
    let broke = |words| own("r1", Value::Breakdown, words);
    check(&[broke("They broke down"), named.clone()], &["judged: the report r1 / Tolmark r2"]);
    check(&[broke("They broke down last month"), named.clone()], &[]);
    check(&[broke("They broke down in February"), named], &[]);
    check(&[broke("They broke down"), own("r3", Value::Progress, "They went on")], &[]);
}

#[test]
fn a_party_may_be_told_differently_than_it_speaks() {
    let says = |id: &str, day, speaker: &str, stance| {
        let text = format!("{speaker} on the pact in {id}");
        Draft::new(id, day, &text)
            .said(speaker, None, &text)
            .position("Veldra", "the pact", stance, &text)
    };
    let own = says("r1", "2031-03-10", "Veldra", Stance::Accept);
    let told = |day, stance| says("r2", day, "Tolmark", stance);
    check(&[own.clone(), told("2031-03-12", Stance::RuleOut)], &["told: Veldra r1 / Veldra r2"]);
    check(&[own.clone(), told("2031-03-15", Stance::RuleOut)], &[]);
    check(&[own.clone(), told("2031-03-12", Stance::Offer)], &[]);
    check(&[own, told("2031-03-12", Stance::Demand)], &[]);
}

#[test]
fn a_gap_is_between_what_each_said_last() {
    let says = |id: &str, day, party: &str, stance| {
        let text = format!("{party} on the pact in {id}");
        Draft::new(id, day, &text)
            .said(party, None, &text)
            .position(party, "the pact", stance, &text)
    };
    let mut drafts = vec![
        says("r1", "2031-03-10", "Veldra", Stance::Demand),
        says("r2", "2031-03-20", "Tolmark", Stance::RuleOut),
    ];
    check(&drafts, &["gap: Veldra r1 / Tolmark r2"]);
    drafts.push(says("r3", "2031-03-25", "Tolmark", Stance::Accept));
    check(&drafts, &[]);
    drafts.push(says("r4", "2031-03-26", "Veldra", Stance::Accept));
    check(&drafts, &["settled: the pact Tolmark, Veldra"]);
    drafts.push(says("r5", "2031-03-27", "Ostmark", Stance::Open));
    check(&drafts, &[]);
}

#[test]
fn a_judgement_that_differs_from_many_is_new_once() {
    let sample = record(&[
        judged("r1", "2031-03-10", "Veldra", Value::Breakdown),
        judged("r2", "2031-03-10", "Tolmark", Value::Progress),
        judged("r3", "2031-03-11", "Veldra", Value::NoProgress),
        judged("r4", "2031-03-11", "Tolmark", Value::Agreement),
    ]);
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    let (p, a) = (snapshot.positions().expect("read"), snapshot.assessments().expect("read"));
    let found = accounts(&snapshot, &p, &a).expect("found").judged;
    let repeats: Vec<bool> = found.iter().map(|x| x.repeats).collect();
    assert_eq!(repeats, [false, false, false, true]);
}

/// A report that judges: by whom, how, on which day of March, and of which report before it is a copy, if any.
type Plan = (usize, usize, i8, Option<usize>);

const PARTIES: [&str; 3] = ["Veldra", "Tolmark", "Ostmark"];

fn day_of(day: i8) -> String {
    format!("2031-03-{day:02}")
}

fn made(plans: &[Plan], order: &[usize]) -> Sample {
    let drafts: Vec<Draft> = plans
        .iter()
        .enumerate()
        .map(|(i, (party, value, day, _))| {
            judged(&format!("r{i}"), &day_of(*day), PARTIES[*party], Value::ALL[*value])
        })
        .collect();
    let mut sample = Sample::new();
    for i in order {
        sample.add("2031-04-30", &drafts[*i]);
    }
    for (i, plan) in plans.iter().enumerate() {
        if let Some(of) = plan.3.filter(|_| i > 0) {
            copy(&sample.record, &format!("r{i}"), &format!("r{}", of % i), "copy");
        }
    }
    sample
}

/// The group of each report, by the plain definition.
fn groups(plans: &[Plan]) -> Vec<usize> {
    let mut of: Vec<usize> = (0..plans.len()).collect();
    for (i, plan) in plans.iter().enumerate() {
        if let Some(earlier) = plan.3.filter(|_| i > 0) {
            let (from, to) = (of[i], of[earlier % i]);
            of.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
        }
    }
    of
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn pairs_are_those_of_the_plain_definition_in_whatever_order_reports_come_in(
        plans in prop::collection::vec(
            (0..3usize, 0..5usize, 1..9i8, prop::option::weighted(0.3, 0..9usize)), 0..7),
        seed in any::<u64>(),
    ) {
        let n = plans.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|i| seed.rotate_left(*i as u32 * 7).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let in_order: Vec<usize> = (0..n).collect();
        let (one, other) = (made(&plans, &in_order), made(&plans, &order));
        prop_assert_eq!(shown(&one.record), shown(&other.record));

        let snapshot = one.record.snapshot(At::default()).expect("read");
        let (p, a) = (snapshot.positions().expect("read"), snapshot.assessments().expect("read"));
        let found = accounts(&snapshot, &p, &a).expect("found").judged;
        let report = |i: usize| -> usize {
            snapshot.reports[a[i].report].given[1..].parse().expect("a number")
        };
        let group = groups(&plans);
        let mut pairs = BTreeSet::new();
        for x in &found {
            for (i, j) in x.one.entries.iter().flat_map(|i| x.other.entries.iter().map(|j| (*i, *j))) {
                prop_assert_ne!(group[report(i)], group[report(j)]);
            }
            for side in [&x.one, &x.other] {
                let of: BTreeSet<usize> = side.entries.iter().map(|i| group[report(*i)]).collect();
                prop_assert_eq!(of.len(), side.entries.len());
            }
            let plan = |x: &Account<_>| {
                let (party, value, day, _) = plans[report(x.entries[0])];
                (day, value, party)
            };
            let (x, y) = (plan(&x.one), plan(&x.other));
            pairs.insert((x.min(y), x.max(y)));
        }
        let mut plain = BTreeSet::new();
        for i in 0..n {
            for j in 0..n {
                let ((p, v, d, _), (q, w, e, _)) = (plans[i], plans[j]);
                if group[i] != group[j] && v.abs_diff(w) >= STEPS && i64::from(d.abs_diff(e)) <= WINDOW {
                    let (x, y) = ((d, v, p), (e, w, q));
                    plain.insert((x.min(y), x.max(y)));
                }
            }
        }
        prop_assert_eq!(pairs, plain);
    }
}
