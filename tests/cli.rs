//! The command line, from what is typed to what is printed. Runs the program as built on small reports of
//! its own; never looks at how good the readings are.

mod desk;

use std::io::Write;
use std::process::{Command, Stdio};

use desk::{Desk, Ran, TALKS, ids, wire};

#[test]
fn reads_a_report_for_the_eye() {
    let ran = Desk::new().run("read --min-confidence 0 a.txt");
    ran.check(0);
    assert!(ran.out.starts_with("Veldra sees no progress\n"), "{}", ran.out);
    assert!(ran.out.contains("PORT ORAN"), "{}", ran.out);
    assert!(!ran.out.contains('\u{1b}') && ran.err.is_empty(), "{ran:#?}");
    assert!(ran.out.lines().all(|line| line.chars().count() <= 100), "{}", ran.out);
}

#[test]
fn columns_sets_the_width() {
    let desk = Desk::new();
    let output = desk.command("read a.txt").env("COLUMNS", "44").output().expect("runs");
    let ran = Ran::of(output);
    assert!(ran.check(0).out.lines().all(|line| line.chars().count() <= 44), "{}", ran.out);
}

#[test]
fn json_is_one_line_a_report_in_the_order_of_the_input() {
    let desk = Desk::new();
    let ran = desk.run("read --format json wire.jsonl -j1");
    let expected: Vec<String> = (0..9).map(|i| format!("w{i}")).collect();
    assert_eq!(ran.check(0).ids(), expected);
    let more = desk.run("read --format json wire.jsonl -j4");
    assert_eq!(more.check(0).out, ran.out, "threads change nothing");
}

#[test]
fn standard_input_and_files_mix() {
    let ran = Desk::new().run_with_stdin("read --format json a.txt - b.txt", &wire(2));
    let ids = ran.check(0).ids();
    assert_eq!((ids.len(), ids[1].as_str(), ids[2].as_str()), (4, "w0", "w1"));
}

#[test]
fn a_missing_file_costs_only_itself() {
    let desk = Desk::new();
    let ran = desk.run("read --format json missing.txt wire.jsonl");
    assert_eq!(ran.check(1).ids().len(), 9);
    assert!(ran.err.contains("missing.txt: no such file"), "{}", ran.err);
    assert!(ran.err.contains("10 reports, ") && ran.err.contains("1 could not be read"));
    let ran = desk.run("read --format json missing.txt");
    assert_eq!(ran.check(1).err.lines().count(), 1, "{}", ran.err);
}

#[test]
fn wrong_usage_is_told_with_exit_code_2() {
    let desk = Desk::new();
    for line in [
        "",
        "read",
        "read a.txt --format xml",
        "read a.txt --min-confidence 2",
        "read a.txt --published yesterday",
        "read a.txt -j 0",
        "read - -",
        "read a.txt -o .",
        "read a.txt -o no/such/folder/out.json",
        "read a.txt -o a.txt",
        "codebook check",
        "codebook propose",
        "codebook propose a.txt -j 0",
        "codebook propose a.txt -o b.txt",
        "a.txt",
    ] {
        let ran = desk.run(line);
        assert!(!ran.check(2).err.is_empty() && ran.out.is_empty(), "{line}: {ran:#?}");
    }
    assert!(desk.run("a.txt").err.contains("travaux read a.txt"));
    assert_eq!(desk.text("a.txt"), TALKS);
}

#[test]
fn help_shows_examples() {
    let check = |line: &str, example: &str| {
        let ran = Desk::new().run(line);
        assert!(ran.check(0).out.contains(example), "{}", ran.out);
    };
    check("read --help", "travaux read --format html -o page.html");
    check("codebook --help", "travaux codebook propose reports/ -o talks.toml");
    check("codebook check --help", "travaux codebook check codebooks/*.toml");
    check("codebook propose --help", "travaux codebook propose reports/ -o talks.toml");
}

#[test]
fn a_file_is_written_whole_and_nothing_is_left_beside_it() {
    let desk = Desk::new();
    desk.put("out.json.part", "mine");
    let before = desk.names();
    desk.run("read --format json wire.jsonl -o out.json").check(0);
    assert_eq!(ids(&desk.text("out.json")).len(), 9);
    assert_eq!(desk.text("out.json.part"), "mine");
    let mut after = desk.names();
    after.retain(|n| n != "out.json");
    assert_eq!(after, before);
    // What cannot be read takes nobody's place.
    let ran = desk.run("read --format json missing.txt -o out.json");
    assert!(ran.check(1).err.contains("out.json: not written"), "{}", ran.err);
    assert_eq!(ids(&desk.text("out.json")).len(), 9);
    assert_eq!(desk.run("read --format json a.txt -o -").check(0).ids().len(), 1);
}

#[test]
fn text_in_a_file_has_no_colour() {
    let desk = Desk::new();
    desk.run("read a.txt b.txt --color always -o out.txt").check(0);
    let text = desk.text("out.txt");
    assert!(text.contains("Mill earns more") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn what_a_report_tells_the_terminal_is_not_obeyed() {
    let desk = Desk::new();
    let text = "\u{1b}]0;owned\u{7}\u{1b}[2J Ilma Dareth said: \"We \u{1b}[31msee\u{9b}1m \
                \u{202e}progress\u{8}\", and the spokesman of Ostmark denied it."
        .to_owned()
        + &" The ministers of both countries resumed their talks on the strait.".repeat(9);
    let title = "a\u{1b}[5mb\u{0}";
    let line = serde_json::json!({"id": "x", "title": title, "outlet": "\u{1b}c", "text": text});
    desk.put("x.jsonl", &(line.to_string() + "\n"));
    let ran = desk.run("read --color always x.jsonl");
    let foreign = ["\u{1b}]", "\u{1b}[2J", "\u{1b}[5m", "\u{1b}c", "\u{7}", "\u{9b}", "\u{202e}"];
    for foreign in foreign {
        assert!(!ran.check(0).out.contains(foreign), "{foreign:?} in {:?}", ran.out);
    }
    // Colours that the program sets itself are all there is.
    let bare = anstream::adapter::strip_str(&ran.out).to_string();
    assert!(bare.chars().all(|c| c == '\n' || !c.is_control()), "{bare:?}");
    assert!(bare.starts_with("a␛[5mb"), "{bare:?}");
    // Nor is what a file is called.
    let ran = desk.run("read no\u{1b}[2Jfile");
    assert!(!ran.check(1).err.contains('\u{1b}'), "{ran:?}");
}

#[test]
fn the_page_has_an_index_and_no_script() {
    let desk = Desk::new();
    desk.put("a.txt", &TALKS.replace("Veldra sees", "<script>alert(1)</script> sees"));
    desk.run("read --format html a.txt b.txt -o page.html").check(0);
    let page = desk.text("page.html");
    assert!(page.contains("<nav class=\"index\"") && page.contains("href=\"#r2\""));
    assert!(!page.contains("<script") && page.trim_end().ends_with("</html>"));
    let one = desk.run("read --format html a.txt");
    assert!(!one.check(0).out.contains("<nav"), "an index of one report is none");
}

#[test]
fn what_is_left_out_is_counted() {
    let desk = Desk::new();
    let ran = desk.run("read --only-talks --format json a.txt b.txt");
    assert_eq!(ran.check(0).ids().len(), 1);
    assert!(ran.err.contains("2 reports, ") && ran.err.contains("1 passed over"), "{}", ran.err);
    let ran = desk.run("read --min-confidence 1 a.txt wire.jsonl");
    assert!(ran.check(0).err.contains("less sure entries left out"), "{}", ran.err);
    let ran = desk.run("read --min-confidence 1 -q a.txt wire.jsonl");
    assert!(ran.check(0).err.is_empty(), "{}", ran.err);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let desk = Desk::new();
    desk.put("long.jsonl", &wire(40));
    let mut child = desk.command("read --format json long.jsonl").spawn().expect("runs");
    drop(child.stdout.take());
    let ran = Ran::of(child.wait_with_output().expect("ends"));
    assert!(ran.check(0).err.is_empty(), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_was_finished() {
    let desk = Desk::new();
    let line = "read --format json - -o out.json -j2";
    let mut child = desk.command(line).stdin(Stdio::piped()).spawn().expect("runs");
    let mut input = child.stdin.take().expect("piped");
    // More than one buffer, so that the first reports are read while the input is still open.
    input.write_all(wire(3).as_bytes()).expect("read");
    input.write_all(&b"\n".repeat(1 << 18)).expect("read");
    let finished = || {
        let part = desk.names().into_iter().find(|n| n.ends_with(".part"));
        part.map_or(0, |part| desk.text(&part).matches('\n').count()) == 3
    };
    let since = std::time::Instant::now();
    while !finished() && since.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill runs").success());
    let ran = Ran::of(child.wait_with_output().expect("ends"));
    drop(input);
    assert!(ran.check(130).err.contains("stopped after 3 reports; out.json has them"), "{ran:?}");
    assert_eq!(ids(&desk.text("out.json")), ["w0", "w1", "w2"]);
    assert!(desk.names().iter().all(|n| !n.ends_with(".part")));
}

#[test]
fn a_codebook_is_checked_line_by_line() {
    let desk = Desk::new();
    let right =
        "[[party]]\nname = \"Veldra\"\n\n[[issue]]\nname = \"quotas\"\nphrases = [\"quota\"]\n";
    desk.put("right.toml", right);
    let ran = desk.run("codebook check right.toml");
    assert_eq!(ran.check(0).out, "right.toml: 1 party, 1 issue, no problem\n");
    assert!(ran.err.is_empty(), "{ran:#?}");
    desk.put("wrong.toml", "[[issue]]\nname = \"quotas\"\nphrase = [\"\u{202e}\"]\n");
    let ran = desk.run("codebook check wrong.toml right.toml missing.toml");
    let expected = "\
wrong.toml:1: issue `quotas` has no phrase; give at least one, as it stands in reports
wrong.toml:3: unknown key `phrase`; did you mean `phrases`?
right.toml: 1 party, 1 issue, no problem
";
    assert_eq!(ran.check(1).out, expected);
    assert!(ran.err.contains("missing.toml: no such file"), "{ran:#?}");
}

#[test]
fn a_draft_of_a_codebook_has_no_problem_and_replaces_nothing() {
    let desk = Desk::new();
    let ran = desk.run("codebook propose a.txt wire.jsonl -j2");
    assert!(ran.check(0).out.contains("[[party]]\nid = \"veldra\""), "{ran:#?}");
    assert_eq!(desk.run("codebook propose a.txt wire.jsonl -j1").out, ran.out);
    desk.run("codebook propose a.txt wire.jsonl -o draft.toml").check(0);
    assert_eq!(desk.text("draft.toml"), ran.out);
    let ran = desk.run("codebook check draft.toml");
    assert!(ran.check(0).out.ends_with("no problem\n"), "{ran:#?}");
    desk.put("draft.toml", "edited");
    let ran = desk.run("codebook propose a.txt -o draft.toml");
    assert!(ran.check(2).err.contains("is there already"), "{ran:#?}");
    assert_eq!(desk.text("draft.toml"), "edited");
}

#[test]
fn what_cannot_be_proposed_is_told() {
    let desk = Desk::new();
    desk.put(
        "flat.txt",
        "The mill stands by the river and turns all day, as it has done for many years.\n",
    );
    let ran = desk.run("codebook propose flat.txt -o draft.toml");
    assert!(ran.check(1).err.contains("nothing to propose"), "{ran:#?}");
    let ran = desk.run("codebook propose missing.txt a.txt -o other.toml");
    assert!(ran.check(1).err.contains("missing.txt: no such file"), "{ran:#?}");
    assert!(
        desk.text("other.toml").contains("Veldra") && !desk.names().contains(&"draft.toml".into())
    );
}
