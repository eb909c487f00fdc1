//! Decisions on small records made by hand: what each does, what is refused, what survives a new version of a report.

use super::super::testing::{Draft, Sample};
use super::super::{
    At, By, ChangeId, Correction, EntryId, EntryKind, Field, Hand, Permalink, Verdict,
};
use crate::code::{Kind, Stance, Status, Value};

const TEXT: &str = "Ilma Dareth said Veldra would stay out of the pact if\nOstmark leaves the straits. Talks stalled.";

fn draft(text: &str) -> Draft {
    Draft::new("r1", "2031-03-12", text)
        .said("Ilma Dareth", Some("Veldra"), "Veldra would stay out of the pact")
        .position("Veldra", "the pact", Stance::Offer, "stay out of the pact")
        .assessment(Some("Ilma Dareth"), Value::NoProgress, "Talks stalled")
}

fn sample() -> Sample {
    let mut sample = Sample::new();
    sample.add("2031-03-13", &draft(TEXT));
    sample
}

fn ana() -> By {
    By::person("Ana Vela", Some("read twice".into()))
}

fn link(typed: &str) -> Permalink {
    typed.parse().expect("an entry")
}

fn set(field: Field, to: &[&str]) -> Correction {
    Correction { field, to: to.iter().map(|t| (*t).to_owned()).collect() }
}

/// "p2 Veldra offer stay out of the pact (accepted)" of all positions at present.
fn positions(sample: &Sample) -> Vec<String> {
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    let all = snapshot.positions().expect("read");
    let line = |p: &super::super::Entry<super::super::Position>| {
        let holder = p.what.holder.map(|h| snapshot.name(h)).unwrap_or("-");
        let words = snapshot.words(p.version, &p.what.terms).expect("words").join("|");
        let stance = p.what.stance.as_str();
        format!("{} {holder} {stance} {words} ({})", p.link(), p.verdict.as_str())
    };
    all.iter().map(line).collect()
}

fn refused<T: std::fmt::Debug>(done: crate::error::Result<T>, part: &str) {
    let error = done.expect_err("refused").to_string();
    assert!(error.contains(part), "{error}");
}

#[test]
fn an_entry_is_accepted_once_and_a_rejected_one_leaves_all_questions() {
    let mut sample = sample();
    let p = link("p2");
    sample.record.accept(&ana(), p, None).expect("accepted");
    assert_eq!(positions(&sample), ["p2 Veldra offer stay out of the pact (accepted)"]);
    refused(sample.record.accept(&ana(), p, None), "accepted already, nothing to do: Ana Vela");
    let change = sample.record.reject(&By::person("Tomas", None), p, None).expect("rejected");
    assert!(positions(&sample).is_empty());
    refused(sample.record.reject(&ana(), p, None), "Tomas rejected it (change 4, ");
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    assert_eq!(snapshot.hand(change).expect("read"), Hand::Person);
    assert_eq!(snapshot.hand(ChangeId(2)).expect("read"), Hand::Machine);
    let story = snapshot.story(p).expect("kept");
    let verdicts: Vec<_> = story.rows.iter().map(|v| v.verdict.as_str()).collect();
    assert_eq!(verdicts, ["unreviewed", "accepted", "rejected"]);
}

#[test]
fn what_is_not_there_is_told() {
    let mut sample = sample();
    refused(sample.record.accept(&ana(), link("p99"), None), "p99: no such entry");
    refused(sample.record.accept(&ana(), link("a2"), None), "is a position; call it p2");
    refused(sample.record.accept(&By::machine(), link("p2"), None), "only a person decides");
    refused(sample.record.accept(&By::person(" ", None), link("p2"), None), "--author");
    refused(sample.record.note(&ana(), link("p2"), " \n"), "the note is empty");
    refused(sample.record.undo(&ana(), ChangeId(2)), "made by the program");
    refused(sample.record.undo(&ana(), ChangeId(77)), "there is none");
}

#[test]
fn of_two_who_decide_at_once_the_second_is_told_what_the_first_decided() {
    let mut sample = sample();
    let seen = Some(ChangeId(2));
    sample.record.reject(&ana(), link("p2"), seen).expect("rejected");
    let late = sample.record.accept(&By::person("Tomas", None), link("p2"), seen);
    refused(late, "p2: is not as you saw it any more: Ana Vela rejected it (change 3, ");
    assert!(positions(&sample).is_empty());
}

#[test]
fn a_correction_takes_names_codes_and_words_of_the_report() {
    let mut sample = sample();
    let p = link("p2");
    let all = [
        set(Field::Holder, &["Ostmark"]),
        set(Field::Stance, &["demand"]),
        set(Field::Terms, &["the pact", "stay out"]),
        set(Field::Condition, &["if Ostmark leaves the straits"]),
        set(Field::Figure, &[]),
    ];
    sample.record.correct(&ana(), p, &all, None).expect("corrected");
    assert_eq!(positions(&sample), ["p2 Ostmark demand stay out|the pact (corrected)"]);
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    let position = snapshot.positions().expect("read").remove(0);
    assert!(!position.what.firsthand);
    let condition = position.what.condition.expect("found").of(TEXT);
    assert_eq!(condition, "if\nOstmark leaves the straits");
    refused(sample.record.correct(&ana(), p, &all, None), "says so already");
    let mut wrong = |field, to: &[&str], part: &str| {
        refused(sample.record.correct(&ana(), p, &[set(field, to)], None), part);
    };
    wrong(Field::Stance, &["offers"], "stance: no `offers`; it is one of propose, offer");
    wrong(Field::Stance, &[], "every such entry has one");
    wrong(Field::Holder, &[" "], "--unset holder");
    wrong(Field::Holder, &["a", "b"], "holds one only");
    wrong(Field::Terms, &["leave the pact"], "does not stand in the report's text");
    wrong(Field::Terms, &["0..9999"], "code points");
    wrong(Field::Terms, &["the pact", "pact"], "lie in each other");
    wrong(Field::Speaker, &["Ostmark"], "a position has no speaker to correct; it has holder");
    refused(sample.record.correct(&ana(), p, &[], None), "one of holder, issue, stance");
}

#[test]
fn who_spoke_is_corrected_in_the_statement_and_known_in_what_stands_in_it() {
    let mut sample = sample();
    let to = [
        set(Field::Speaker, &["Pell Orrin"]),
        set(Field::Party, &["Ostmark"]),
        set(Field::Said, &["2031-03-10"]),
    ];
    sample.record.correct(&ana(), link("s1"), &to, None).expect("corrected");
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    let position = snapshot.positions().expect("read").remove(0);
    assert_eq!(position.what.told.speaker.map(|s| snapshot.name(s)), Some("Pell Orrin"));
    assert_eq!((position.what.firsthand, position.verdict), (false, Verdict::Unreviewed));
    let days =
        snapshot.assessments().expect("read").iter().map(|a| a.day.to_string()).collect::<Vec<_>>();
    assert_eq!(
        (position.day.to_string().as_str(), days),
        ("2031-03-10", vec!["2031-03-10".into()])
    );
    drop(snapshot);
    sample.record.undo(&ana(), ChangeId(3)).expect("undone");
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    let position = snapshot.positions().expect("read").remove(0);
    assert!(position.what.firsthand);
}

#[test]
fn what_stands_in_a_rejected_statement_leaves_with_it_unless_it_was_accepted() {
    let mut sample = sample();
    sample.record.reject(&ana(), link("s1"), None).expect("rejected");
    assert!(positions(&sample).is_empty());
    sample.record.accept(&ana(), link("p2"), None).expect("accepted");
    assert_eq!(positions(&sample).len(), 1);
}

#[test]
fn encounters_and_assessments_are_corrected_too() {
    let mut sample = sample();
    let draft = Draft::new("r2", "2031-03-14", "They meet in Tolmark on Friday.").encounter(
        Kind::Talks,
        Status::Held,
        None,
        "They meet in Tolmark",
    );
    sample.add("2031-03-14", &draft);
    let e = link("e4");
    let to = [
        set(Field::Kind, &["meeting"]),
        set(Field::Participants, &["Veldra", "Ostmark", "Veldra"]),
        set(Field::Date, &["2031-03-20/2031-03-21"]),
        set(Field::Place, &["Tolmark"]),
    ];
    sample.record.correct(&ana(), e, &to, None).expect("corrected");
    sample
        .record
        .correct(&ana(), link("a3"), &[set(Field::Value, &["mixed"])], None)
        .expect("corrected");
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    let encounter = snapshot.encounters().expect("read").remove(0);
    let who: Vec<_> = encounter.what.participants.iter().map(|p| snapshot.name(*p)).collect();
    assert_eq!((who, encounter.what.kind), (vec!["Veldra", "Ostmark"], Kind::Meeting));
    assert_eq!(snapshot.assessments().expect("read")[0].what.value, Value::Mixed);
    drop(snapshot);
    let date = [set(Field::Date, &["Friday"])];
    refused(sample.record.correct(&ana(), e, &date, None), "date: Friday is no day");
}

#[test]
fn a_change_is_taken_back_and_given_again_but_not_under_a_later_one() {
    let mut sample = sample();
    let p = link("p2");
    let before = positions(&sample);
    let accepted = sample.record.accept(&ana(), p, None).expect("accepted");
    let rejected = sample.record.reject(&ana(), p, None).expect("rejected");
    refused(sample.record.undo(&ana(), accepted), "`travaux undo` with 4");
    let undone = sample.record.undo(&ana(), rejected).expect("undone");
    refused(sample.record.undo(&ana(), rejected), "is taken back already: Ana Vela took back");
    assert_eq!(positions(&sample), ["p2 Veldra offer stay out of the pact (accepted)"]);
    let again = sample.record.undo(&ana(), undone).expect("undone");
    assert!(positions(&sample).is_empty());
    refused(sample.record.undo(&ana(), rejected), "it holds again by change 6");
    refused(sample.record.undo(&ana(), accepted), "`travaux undo` with 6");
    sample.record.undo(&ana(), again).expect("undone");
    // What was taken back is no longer in the way.
    sample.record.undo(&ana(), accepted).expect("undone");
    assert_eq!(positions(&sample), before);
}

#[test]
fn notes_stand_beside_each_other_and_each_is_taken_back_alone() {
    let mut sample = sample();
    let p = link("p2");
    let hostile = "=1+1 \u{1b}[31m <b> \u{202e} '; DROP TABLE note; --\0";
    let first = sample.record.note(&ana(), p, hostile).expect("noted");
    sample.record.note(&By::person(hostile, Some(hostile.into())), p, "second").expect("noted");
    sample.record.undo(&ana(), first).expect("undone");
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    let notes = snapshot.story(p).expect("read").notes;
    assert_eq!((notes[0].text.as_str(), notes[0].until.is_some()), (hostile, true));
    assert_eq!((notes[1].change.by.author.as_str(), notes[1].until), (hostile, None));
}

#[test]
fn the_log_says_what_was_changed_in_an_entry() {
    let mut sample = sample();
    let to = [set(Field::Stance, &["reject"]), set(Field::Holder, &[])];
    sample.record.correct(&ana(), link("p2"), &to, None).expect("corrected");
    sample.record.note(&ana(), link("a3"), "see the letter").expect("noted");
    sample.record.undo(&By::person("Tomas", None), ChangeId(3)).expect("undone");
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    let log = |asked: super::super::Asked| snapshot.log(&asked).expect("read");
    let all = log(Default::default());
    let acts: Vec<_> = all.iter().map(|l| (l.change.id.0, l.change.act.as_str())).collect();
    assert_eq!(acts, [(5, "undo"), (4, "note"), (3, "correct"), (2, "add"), (1, "init")]);
    let said = |l: &super::super::Logged| -> Vec<String> {
        let text = |t: &Option<String>| t.clone().unwrap_or("-".into());
        let line = |d: &super::super::Difference| {
            format!("{}: {} > {}", d.field, text(&d.before), text(&d.after))
        };
        l.differences.iter().map(line).collect()
    };
    let expected = [
        "holder: Veldra > -",
        "stance: offer > reject",
        "firsthand: yes > no",
        "verdict: unreviewed > corrected",
    ];
    assert_eq!(said(&all[2]), expected);
    assert_eq!((all[2].undone_by, all[0].change.undoes), (Some(ChangeId(5)), Some(ChangeId(3))));
    assert_eq!(all[1].note.as_deref(), Some("see the letter"));
    let ids = |asked| log(asked).iter().map(|l| l.change.id.0).collect::<Vec<_>>();
    let asked = super::super::Asked::default;
    assert_eq!(ids(super::super::Asked { about: Some("p2".into()), ..asked() }), [5, 3, 2]);
    assert_eq!(ids(super::super::Asked { about: Some("R1".into()), ..asked() }), [2]);
    assert_eq!(ids(super::super::Asked { author: Some("ana vela".into()), ..asked() }), [4, 3]);
    assert_eq!(ids(super::super::Asked { hand: Some(Hand::Machine), ..asked() }), [2, 1]);
}

#[test]
fn what_a_person_decided_survives_a_new_version_of_the_report() {
    let longer = format!("CORRECTED: {}", TEXT.replace("if\nOstmark", "if Ostmark"));
    let terms = "stay out of the pact";
    let mut sample = sample();
    sample.record.accept(&ana(), link("p2"), None).expect("accepted");
    sample.add("2031-03-15", &draft(&longer));
    assert_eq!(positions(&sample), ["p2 Veldra offer stay out of the pact (accepted)"]);
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    let decided = snapshot.decision(link("p2")).expect("read").expect("decided");
    assert_eq!((decided.by.author.as_str(), decided.id), ("Ana Vela", ChangeId(3)));
    let moved = snapshot.positions().expect("read").remove(0);
    assert_eq!(longer.find(terms), Some(moved.what.terms[0].start));
    drop(snapshot);
    // A decision that a new version carried on is not undone, and says what to do.
    refused(sample.record.undo(&ana(), ChangeId(3)), "decide anew instead");
}

#[test]
fn a_rejected_entry_does_not_come_back_cut_otherwise_but_another_holder_is_another_claim() {
    let longer = format!("CORRECTED: {TEXT}");
    let statement =
        |d: Draft| d.said("Ilma Dareth", Some("Veldra"), "Veldra would stay out of the pact");
    let again = |terms: &str, holder: &str| {
        statement(Draft::new("r1", "2031-03-12", &longer)).position(
            holder,
            "the pact",
            Stance::Reject,
            terms,
        )
    };
    let check = |draft: Draft, expected: &[&str]| {
        let mut sample = sample();
        sample.record.reject(&ana(), link("p2"), None).expect("rejected");
        sample.add("2031-03-15", &draft);
        assert_eq!(positions(&sample), expected);
        sample.record.accept(&ana(), link("p2"), None).expect("still there");
    };
    check(again("stay out of the pact", "Veldra"), &[]);
    check(again("would stay out of the pact", "Veldra"), &[]);
    check(
        again("stay out of the pact", "Ostmark"),
        &["p4 Ostmark reject stay out of the pact (unreviewed)"],
    );
    check(
        again("leaves the straits", "Veldra"),
        &["p4 Veldra reject leaves the straits (unreviewed)"],
    );
}

#[test]
fn a_corrected_entry_is_not_overwritten_by_what_it_corrected() {
    let longer = format!("CORRECTED: {TEXT}");
    let mut sample = sample();
    let to = [set(Field::Holder, &["Tolmark"]), set(Field::Terms, &["leaves the straits"])];
    sample.record.correct(&ana(), link("p2"), &to, None).expect("corrected");
    sample.add("2031-03-15", &draft(&longer));
    assert_eq!(positions(&sample), ["p2 Tolmark offer leaves the straits (corrected)"]);
    // The words are gone: what a person said stays, with the text that it is about.
    sample.add(
        "2031-03-16",
        &Draft::new(
            "r1",
            "2031-03-12",
            "Ilma Dareth said Veldra would stay out of the pact if asked. Talks stalled.",
        ),
    );
    assert_eq!(positions(&sample), ["p2 Tolmark offer leaves the straits (corrected)"]);
}

#[test]
fn who_said_an_accepted_position_stays_known_when_the_statement_is_not_read_again() {
    let longer = format!("CORRECTED: {TEXT}");
    let mut sample = sample();
    sample.record.accept(&ana(), link("p2"), None).expect("accepted");
    sample.add("2031-03-15", &Draft::new("r1", "2031-03-12", &longer));
    let snapshot = sample.record.snapshot(At::default()).expect("read");
    let position = snapshot.positions().expect("read").remove(0);
    assert_eq!(position.what.told.speaker.map(|s| snapshot.name(s)), Some("Ilma Dareth"));
    let statements = snapshot.statements().expect("read");
    assert_eq!(statements.iter().map(|s| s.id).collect::<Vec<_>>(), [EntryId(1)]);
    assert_eq!(statements[0].link().kind, EntryKind::Statement);
    assert!(snapshot.assessments().expect("read").is_empty());
}

#[test]
fn a_merge_of_names_is_taken_back_as_any_decision() {
    let mut sample = sample();
    let whom = |sample: &Sample| {
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let position = snapshot.positions().expect("read").remove(0);
        let holder = snapshot.actor(position.what.holder.expect("known"), position.day);
        snapshot.actor_name(holder.expect("somebody")).to_owned()
    };
    assert_eq!(whom(&sample), "Veldra");
    let (by, act) = (ana(), super::super::Act::Merge);
    let merged = sample.record.change(&by, act, "Veldra into Ilma Dareth", None, |tx, change| {
        tx.execute("UPDATE actor_name SET until = ?1 WHERE name = (SELECT id FROM name WHERE text = 'Veldra')", [change])
            .and_then(|_| tx.execute(
                "INSERT INTO actor_name (name, actor, since, why) SELECT v.id, d.actor, ?1, 'is Ilma Dareth'
                 FROM name v, name n JOIN actor_name d ON d.name = n.id WHERE v.text = 'Veldra' AND n.text = 'Ilma Dareth'",
                [change],
            ))
            .expect("written");
        Ok(change)
    });
    assert_eq!(whom(&sample), "Ilma Dareth");
    let undone = sample.record.undo(&by, merged.expect("merged")).expect("undone");
    assert_eq!(whom(&sample), "Veldra");
    sample.record.undo(&by, undone).expect("undone");
    assert_eq!(whom(&sample), "Ilma Dareth");
}
