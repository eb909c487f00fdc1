//! Names of a record: who is merged with whom, why, and what stays apart.

use crate::code::{Kind, Stance, Status};
use crate::record::testing::{Draft, Sample, noon};
use crate::record::{ActorId, At, By, Days, Merge, Record, Snapshot, Which};

/// A record to which each name was added in a report of its own, a day after another; `speaker for party`.
fn record(names: &[&str]) -> Sample {
    let mut sample = Sample::new();
    for (i, name) in names.iter().enumerate() {
        add(&mut sample, i, name);
    }
    sample
}

fn add(sample: &mut Sample, i: usize, name: &str) {
    let (speaker, party) = name.split_once(" for ").map_or((name, None), |(s, p)| (s, Some(p)));
    let day = format!("2031-03-{:02}", i + 1);
    let draft = Draft::new(&format!("r{i}"), &day, &format!("No. {i}: so it was said"));
    sample.add(&day, &draft.said(speaker, party, "so it was said"));
}

fn now(record: &Record) -> Snapshot<'_> {
    record.snapshot(At::default()).expect("read")
}

/// Names of each actor that speaks, in the order of statements: "a=b|c".
fn spoken(snapshot: &Snapshot<'_>) -> String {
    let mut seen: Vec<ActorId> = Vec::new();
    let mut out: Vec<String> = Vec::new();
    for s in snapshot.statements().expect("read") {
        let name = s.what.told.speaker.expect("spoken");
        let actor = snapshot.actor(name, s.day).expect("somebody");
        match seen.iter().position(|a| *a == actor) {
            Some(i) if out[i].split('=').any(|n| n == snapshot.name(name)) => {}
            Some(i) => out[i] = format!("{}={}", out[i], snapshot.name(name)),
            None => {
                seen.push(actor);
                out.push(snapshot.name(name).to_owned());
            }
        }
    }
    out.join("|")
}

fn check(names: &[&str], expected: &str) {
    let sample = record(names);
    assert_eq!(spoken(&now(&sample.record)), expected, "{names:?}");
}

fn why(sample: &Sample, name: &str) -> String {
    let namings = now(&sample.record).actor_namings().expect("read");
    let found = namings.into_iter().rfind(|n| n.text == name);
    found.map(|n| n.why).unwrap_or_default()
}

#[test]
fn spellings_titles_and_capitals_are_one_person() {
    check(
        &["Dmitri Veldin", "DMITRY VELDIN", "Mr. Dmitriy Veldin"],
        "Dmitri Veldin=DMITRY VELDIN=Mr. Dmitriy Veldin",
    );
    check(&["Medinsky", "Medinskiy", "Medinski"], "Medinsky=Medinskiy=Medinski");
    check(
        &["Foreign Minister Ilma Dareth", "Ilma Dareth"],
        "Foreign Minister Ilma Dareth=Ilma Dareth",
    );
    check(&["Tomas Çelik", "Tomas Celik"], "Tomas Çelik=Tomas Celik");
    let sample = record(&["Medinski", "Medinsky"]);
    assert_eq!(why(&sample, "Medinsky"), "the same but for spelling: Medinski");
}

#[test]
fn a_surname_is_of_the_only_one_who_has_it() {
    check(&["Ilma Dareth", "Dareth", "Mr. Dareth"], "Ilma Dareth=Dareth=Mr. Dareth");
    check(&["Dareth", "Ilma Dareth"], "Dareth=Ilma Dareth");
    let sample = record(&["Ilma Dareth", "Dareth"]);
    assert_eq!(why(&sample, "Dareth"), "surname of Ilma Dareth, the only one so far");
    let sample = record(&["Dareth", "Foreign Minister Ilma Dareth", "Ilma Dareth"]);
    let snapshot = now(&sample.record);
    let shown = snapshot.statements().expect("read")[0].what.told.speaker.expect("spoken");
    let actor = snapshot.actor(shown, noon_day()).expect("somebody");
    assert_eq!(snapshot.actor_name(actor), "Ilma Dareth");
}

fn noon_day() -> jiff::civil::Date {
    "2031-03-20".parse().expect("a day")
}

#[test]
fn one_surname_and_two_first_names_are_two_persons() {
    check(&["Ana Smith", "John Smith", "Smith"], "Ana Smith|John Smith|Smith");
    check(&["Ana Smith", "A. Smith", "John Smith"], "Ana Smith=A. Smith|John Smith");
    check(&["Ana Smith", "Ana K. Smith"], "Ana Smith=Ana K. Smith");
    check(&["Ana B. Smith", "Ana K. Smith", "Ana Smith"], "Ana B. Smith|Ana K. Smith|Ana Smith");
}

#[test]
fn a_second_smith_does_not_change_what_smith_meant() {
    let names = ["Ana Smith", "Smith", "John Smith"];
    let mut sample = record(&names);
    assert_eq!(spoken(&now(&sample.record)), "Ana Smith=Smith|John Smith");
    // From now on, the surname alone is nobody's; what was said before stays.
    add(&mut sample, 3, "Smith");
    assert_eq!(spoken(&now(&sample.record)), "Ana Smith=Smith|John Smith|Smith");
    assert_eq!(why(&sample, "Smith"), "a surname that several have by now");
}

#[test]
fn who_speaks_for_another_party_is_another() {
    check(&["Ilma Dareth for Veldra", "Dareth for Ostmark"], "Ilma Dareth|Dareth");
    check(&["Ilma Dareth for Veldra", "Dareth for Veldra"], "Ilma Dareth=Dareth");
    check(&["Dareth for Veldra", "Ilma Dareth for Ostmark"], "Dareth|Ilma Dareth");
    // A party's name is nobody's surname.
    check(&["Tomas for Veldra", "Ana Veldra", "Veldra"], "Tomas|Ana Veldra|Veldra");
}

#[test]
fn forms_of_first_names_are_one_and_say_so() {
    let sample = record(&["Volodymyr Tolmarenko", "Vladimir Tolmarenko"]);
    assert_eq!(
        why(&sample, "Vladimir Tolmarenko"),
        "another form of the name Volodymyr Tolmarenko"
    );
}

#[test]
fn a_state_is_one_by_all_its_names() {
    check(
        &["the Kremlin", "Moscow", "Russia", "the Russian delegation"],
        "the Kremlin=Moscow=Russia=the Russian delegation",
    );
    let sample = record(&["the Kremlin"]);
    let snapshot = now(&sample.record);
    let name = snapshot.statements().expect("read")[0].what.told.speaker.expect("spoken");
    let actor = snapshot.actor(name, noon_day()).expect("somebody");
    assert_eq!(snapshot.actor_name(actor), "Russia");
    assert_eq!(why(&sample, "the Kremlin"), "a name of Russia");
}

#[test]
fn a_body_by_its_letters() {
    check(&["Tolmark Grain Board", "TGB"], "Tolmark Grain Board=TGB");
    check(&["TGB", "the Tolmark Grain Board"], "TGB=the Tolmark Grain Board");
    check(
        &["Tolmark Grain Board", "Tolmark Gas Bank", "TGB"],
        "Tolmark Grain Board|Tolmark Gas Bank|TGB",
    );
    check(&["Tolmark Grain Organization", "TGGO"], "Tolmark Grain Organization|TGGO");
    check(&["Veldra Steel Corp", "Veldra Steel"], "Veldra Steel Corp=Veldra Steel");
}

#[test]
fn descriptions_are_others_in_every_report() {
    let sample = record(&["a senior official", "a senior official", "the minister"]);
    let snapshot = now(&sample.record);
    let actors: std::collections::HashSet<_> = snapshot
        .statements()
        .expect("read")
        .iter()
        .map(|s| snapshot.actor(s.what.told.speaker.expect("spoken"), s.day))
        .collect();
    assert_eq!(actors.len(), 3);
    check(
        &["the Russian foreign minister", "Russia's foreign minister"],
        "the Russian foreign minister=Russia's foreign minister",
    );
    check(&["producers", "the producers"], "producers=the producers");
}

#[test]
fn the_codebook_s_names_are_one_party() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let text =
        "[[party]]\nname = \"Veldra\"\naliases = [\"the Citadel\"]\nmembers = [\"Ilma Dareth\"]\n";
    let path = folder.path().join("talks.travaux");
    let record = Record::init(&path, Some(("test", text))).expect("begun");
    let mut sample = Sample { record, folder };
    for (i, name) in ["the Citadel", "Ilma Dareth", "VELDRA"].iter().enumerate() {
        add(&mut sample, i, name);
    }
    assert_eq!(spoken(&now(&sample.record)), "the Citadel=VELDRA|Ilma Dareth");
    assert_eq!(why(&sample, "the Citadel"), "a name of Veldra in the codebook");
}

#[test]
fn issues_are_one_by_their_words_in_any_order_and_form() {
    let mut sample = Sample::new();
    let issues =
        ["export quotas", "quotas for exports", "exported quota", "the pact", "price of quotas"];
    for (i, issue) in issues.iter().enumerate() {
        let day = format!("2031-03-{:02}", i + 1);
        let draft = Draft::new(&format!("r{i}"), &day, &format!("No. {i}: keep it"));
        sample.add(&day, &draft.position("Veldra", issue, Stance::Accept, "keep it"));
    }
    let snapshot = now(&sample.record);
    let of: Vec<_> = snapshot
        .positions()
        .expect("read")
        .iter()
        .map(|p| {
            snapshot
                .issue_name(snapshot.issue(p.what.issue.expect("named")).expect("some"))
                .to_owned()
        })
        .collect();
    assert_eq!(
        of,
        ["export quotas", "export quotas", "export quotas", "the pact", "price of quotas"]
    );
    let namings = snapshot.issue_namings().expect("read");
    assert_eq!(namings[1].why, "the same words but for order and form: export quotas");
}

fn person(sample: &mut Sample, day: &str) -> By {
    sample.record.at_moment(noon(day));
    By::person("A. Vela", Some("seen on the spot".into()))
}

#[test]
fn what_a_person_merged_shows_from_then_on_and_not_before() {
    let mut sample = record(&["Ilma Dareth", "I. Darret", "Darret"]);
    let by = person(&mut sample, "2031-04-02");
    let merge = Merge { this: "I. Darret", into: "Ilma Dareth", ..Merge::default() };
    assert_eq!(sample.record.merge(&by, &merge).expect("merged"), 2);
    assert_eq!(spoken(&now(&sample.record)), "Ilma Dareth=I. Darret=Darret");
    let snapshot = now(&sample.record);
    let first = snapshot.statements().expect("read")[0].what.told.speaker.expect("spoken");
    let actor = snapshot.actor(first, noon_day()).expect("somebody");
    assert_eq!(snapshot.actor_name(actor), "Ilma Dareth");
    assert_eq!(why(&sample, "Darret"), "A. Vela says that it is Ilma Dareth: seen on the spot");
    let before = At { known_by: Some(noon("2031-04-01")), ..At::default() };
    assert_eq!(
        spoken(&sample.record.snapshot(before).expect("read")),
        "Ilma Dareth|I. Darret=Darret"
    );
    let again = sample.record.merge(&by, &merge).expect_err("merged already").to_string();
    assert!(again.contains("nothing to merge"), "{again}");
}

#[test]
fn what_a_person_split_is_not_merged_again() {
    let mut sample = record(&["Ilma Dareth", "Dareth"]);
    let by = person(&mut sample, "2031-04-02");
    sample.record.split(&by, Which::Actor, "dareth", None).expect("split");
    assert_eq!(spoken(&now(&sample.record)), "Ilma Dareth|Dareth");
    for (i, name) in ["Dareth", "Mr. Dareth", "Ana Dareth"].iter().enumerate() {
        add(&mut sample, 10 + i, name);
    }
    assert_eq!(spoken(&now(&sample.record)), "Ilma Dareth|Dareth=Mr. Dareth|Ana Dareth");
    let again = sample.record.split(&by, Which::Actor, "Ana Dareth", None).expect_err("alone");
    assert!(again.to_string().contains("stands alone already"), "{again}");
    let none = sample.record.split(&by, Which::Actor, "Ilma Darret", None).expect_err("unknown");
    assert!(none.to_string().contains("no actor is called so"), "{none}");
}

#[test]
fn an_office_passes_to_another_person_on_a_day() {
    let names = [
        "the Kremlin spokesman",
        "Ana Vela",
        "Tomas Brandel",
        "Kremlin spokesman",
        "the Kremlin spokesman",
    ];
    let mut sample = record(&names);
    let by = person(&mut sample, "2031-04-02");
    let office = |into, from: &str| Merge {
        this: "the Kremlin spokesman",
        into,
        days: Days { from: from.parse().ok(), until: None },
        ..Merge::default()
    };
    sample.record.merge(&by, &office("Ana Vela", "2031-03-01")).expect("merged");
    sample.record.merge(&by, &office("Tomas Brandel", "2031-03-05")).expect("merged");
    let snapshot = now(&sample.record);
    let who: Vec<String> = snapshot
        .statements()
        .expect("read")
        .iter()
        .map(|s| {
            let actor =
                snapshot.actor(s.what.told.speaker.expect("spoken"), s.day).expect("somebody");
            snapshot.actor_name(actor).to_owned()
        })
        .collect();
    assert_eq!(
        who,
        ["Ana Vela", "Ana Vela", "Tomas Brandel", "the Kremlin spokesman", "Tomas Brandel"]
    );
    let days: Vec<_> = snapshot
        .actor_namings()
        .expect("read")
        .into_iter()
        .filter(|n| n.text == names[0])
        .map(|n| n.days)
        .filter(|d| d.0.is_some())
        .collect();
    let day = |d: &str| d.parse().ok();
    assert_eq!(days, [(day("2031-03-01"), day("2031-03-04")), (day("2031-03-05"), None)]);
    // Another way of writing the office passes with it.
    add(&mut sample, 20, "a Kremlin spokesman");
    let snapshot = now(&sample.record);
    let last = snapshot.statements().expect("read").pop().expect("some");
    let actor = snapshot.actor(last.what.told.speaker.expect("spoken"), last.day);
    assert_eq!(actor.map(|a| snapshot.actor_name(a)), Some("Tomas Brandel"));
}

#[test]
fn a_description_is_merged_in_its_report() {
    let mut sample = record(&["the minister", "Ana Vela", "the minister"]);
    let by = person(&mut sample, "2031-04-02");
    let merge = Merge { this: "the minister", into: "Ana Vela", ..Merge::default() };
    let several = sample.record.merge(&by, &merge).expect_err("several").to_string();
    assert!(several.contains("--report r0"), "{several}");
    sample.record.merge(&by, &Merge { report: Some("r2"), ..merge }).expect("merged");
    assert_eq!(spoken(&now(&sample.record)), "the minister|Ana Vela=the minister");
}

#[test]
fn participants_are_somebody_too() {
    let mut sample = record(&["Ilma Dareth"]);
    let mut draft = Draft::new("e", "2031-03-09", "They met.").encounter(
        Kind::Meeting,
        Status::Held,
        None,
        "met",
    );
    draft.coding.encounters[0].participants = vec!["Dareth".into()];
    sample.add("2031-03-09", &draft);
    assert_eq!(why(&sample, "Dareth"), "surname of Ilma Dareth, the only one so far");
}

#[test]
#[ignore = "measures"]
fn speed_with_twenty_thousand_names() {
    let mut sample = Sample::new();
    let syllables = ["da", "ve", "lo", "mi", "tar", "ren", "os", "bra", "ku", "sel"];
    let word = |mut n: usize| {
        let mut out = String::from("X");
        for _ in 0..4 {
            out.push_str(syllables[n % 10]);
            n /= 10;
        }
        out
    };
    let by_hundred = |k: usize| {
        let text = (0..100).map(|i| format!("word{i} ")).collect::<String>();
        let mut draft = Draft::new(&format!("b{k}"), "2031-03-09", &text);
        for i in 0..100 {
            let n = k * 100 + i;
            let name = format!("{} {}", word(n * 7 + 3), word(n));
            draft = draft.said(&name, Some("Veldra"), &format!("word{i} "));
        }
        draft
    };
    let drafts: Vec<Draft> = (0..210).map(by_hundred).collect();
    for draft in &drafts[..200] {
        sample.add("2031-03-10", draft);
    }
    let mut plain = by_hundred(0);
    plain.report.id = "plain".into();
    plain.report.text.push_str("again");
    let time = |sample: &mut Sample, draft: &Draft| {
        let start = std::time::Instant::now();
        sample.add("2031-03-10", draft);
        start.elapsed().as_secs_f64() * 1e4
    };
    let known = time(&mut sample, &plain);
    let new: Vec<f64> = drafts[200..].iter().map(|d| time(&mut sample, d)).collect();
    eprintln!("a statement, microseconds: names known {known:.0}; names new {new:.0?}");
}
