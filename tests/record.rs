//! A record that is misused, stopped, shared and copied while in use, through the program as built: a clear sentence each,
//! nothing lost. Never looks at how good the readings are.

mod desk;

use std::process::{Command, Stdio};

use desk::{Desk, Ran, wire};

impl Desk {
    /// With a record that holds `n` reports.
    fn with_record(n: usize) -> Self {
        let desk = Self::new();
        desk.run("init talks.travaux").check(0);
        if n > 0 {
            desk.put("first.jsonl", &wire(n));
            desk.run("add -q talks.travaux first.jsonl").check(0);
        }
        desk
    }

    /// The ids of the reports in a record.
    fn held(&self, record: &str) -> Vec<String> {
        let ran = self.run(&format!("reports {record} --format json"));
        let page: serde_json::Value = serde_json::from_str(&ran.check(0).out).expect("JSON");
        let id = |r: &serde_json::Value| r["id"].as_str().expect("an id").to_owned();
        let mut ids: Vec<String> =
            page["reports"].as_array().expect("rows").iter().map(id).collect();
        ids.sort();
        ids
    }

    fn whole(&self, record: &str, reports: usize) {
        let ran = self.run(&format!("check {record}"));
        let sentence = format!("{record}: no problem: {reports} report");
        assert!(ran.check(0).out.starts_with(&sentence), "{ran:?}");
    }

    fn sql(&self, file: &str, sql: &str) {
        let db = rusqlite::Connection::open(self.path(file)).expect("opens");
        db.execute_batch(sql).expect("done");
    }
}

#[test]
fn what_is_no_record_is_told_and_left_alone() {
    let desk = Desk::with_record(3);
    desk.sql("other.db", "CREATE TABLE a (b); INSERT INTO a VALUES (1);");
    desk.put("empty.travaux", "");
    std::fs::copy(desk.path("talks.travaux"), desk.path("newer.travaux")).expect("copied");
    desk.sql("newer.travaux", "PRAGMA user_version = 9;");
    let bytes = std::fs::read(desk.path("talks.travaux")).expect("read");
    for (name, length) in [("half.travaux", bytes.len() / 2), ("head.travaux", 60)] {
        std::fs::write(desk.path(name), &bytes[..length]).expect("written");
    }
    let check = |file: &str, code: i32, sentence: &str| {
        let before = std::fs::read(desk.path(file)).ok();
        for line in [
            "add FILE a.txt",
            "reports FILE",
            "statements FILE pact",
            "check FILE",
            "backup FILE b.travaux",
        ] {
            let ran = desk.run(&line.replace("FILE", file));
            let told = format!("travaux: {file}: {sentence}");
            assert!(ran.check(code).err.starts_with(&told), "{line}: {ran:#?}");
            assert_eq!((ran.err.lines().count(), ran.out.as_str()), (1, ""), "{line}: {ran:#?}");
        }
        assert!(std::fs::read(desk.path(file)).ok() == before, "{file} was changed");
        assert!(!desk.path("b.travaux").exists());
    };
    check("a.txt", 1, "not a record of travaux; begin one with `travaux init`");
    check("empty.travaux", 1, "not a record of travaux");
    check("other.db", 1, "not a record of travaux");
    check("head.travaux", 1, "not a record of travaux");
    check("newer.travaux", 1, "made by a newer travaux (format 9, this one knows up to 1)");
    check("half.travaux", 1, "damaged or cut short; go back to a backup");
    check("missing.travaux", 2, "no such file; begin a record with `travaux init missing.travaux`");
    check(".", 2, "a folder; name a record's file");
}

#[test]
fn what_is_there_is_not_begun_or_copied_over() {
    let desk = Desk::with_record(1);
    let before = std::fs::read(desk.path("talks.travaux")).expect("read");
    let ran = desk.run("init talks.travaux");
    assert!(
        ran.check(2).err.contains("is there already; name a new file, or add to it"),
        "{ran:?}"
    );
    let ran = desk.run("backup talks.travaux a.txt");
    assert!(ran.check(2).err.contains("a.txt: is there already; name a new file"), "{ran:?}");
    let ran = desk.run("backup talks.travaux talks.travaux");
    assert!(ran.check(2).err.contains("is there already"), "{ran:?}");
    assert!(std::fs::read(desk.path("talks.travaux")).expect("read") == before);
    let ran = desk.run("init nowhere/talks.travaux");
    assert!(ran.check(1).err.contains("cannot be opened; check the folder"), "{ran:?}");
}

#[test]
fn files_folders_and_standard_input_come_in_once() {
    let desk = Desk::with_record(0);
    let files = || desk.names().into_iter().filter(|n| n.starts_with("talks")).count();
    std::fs::create_dir(desk.path("reports")).expect("made");
    desk.put("reports/one.txt", "Ostmark denied the report, a spokesman said on Tuesday.\n");
    desk.put("reports/two.jsonl", &wire(2));
    let ran = desk.run("add talks.travaux reports a.txt");
    assert!(ran.check(0).err.starts_with("travaux: 4 reports added, "), "{ran:?}");
    let ran = desk.run_with_stdin("add talks.travaux -", "Veldra would stay, Ilma Dareth said.\n");
    assert!(ran.check(0).err.starts_with("travaux: 1 report added, "), "{ran:?}");
    assert_eq!(files(), 1, "a log was left: {:?}", desk.names());
    let ran = desk.run("add talks.travaux a.txt reports");
    assert!(ran.check(0).err.starts_with("travaux: 0 reports added, 4 there already, "), "{ran:?}");
    assert_eq!(desk.held("talks.travaux").len(), 5);
    desk.whole("talks.travaux", 5);
}

#[test]
fn a_report_that_cannot_be_read_costs_only_itself() {
    let desk = Desk::with_record(0);
    desk.put("broken.jsonl", &(wire(2) + "{\"id\": \"w9\", \"text\": \n" + &wire(4)));
    let ran = desk.run("add talks.travaux missing.txt broken.jsonl a.txt");
    assert!(ran.check(1).err.contains("missing.txt: no such file"), "{ran:?}");
    assert!(ran.err.contains("broken.jsonl, line 3"), "{ran:?}");
    assert!(ran.err.contains("5 reports added, 2 there already, 2 could not be read"), "{ran:?}");
    desk.whole("talks.travaux", 5);
}

#[test]
fn two_that_add_at_once_wait_for_each_other() {
    let desk = Desk::with_record(0);
    let all = wire(24);
    let lines: Vec<&str> = all.lines().collect();
    desk.put("one.jsonl", &lines[..14].join("\n"));
    desk.put("two.jsonl", &lines[10..].join("\n"));
    let start =
        |file: &str| desk.command(&format!("add -j1 talks.travaux {file}")).spawn().expect("runs");
    let both = [start("one.jsonl"), start("two.jsonl")];
    for child in both {
        Ran::of(child.wait_with_output().expect("ends")).check(0);
    }
    assert_eq!(desk.held("talks.travaux").len(), 24);
    desk.whole("talks.travaux", 24);
}

/// An `add` that has added the first `n` reports of [`wire`] and waits for more.
#[cfg(unix)]
struct Waiting {
    child: std::process::Child,
    input: std::process::ChildStdin,
}

#[cfg(unix)]
impl Waiting {
    fn new(desk: &Desk, n: usize) -> Self {
        use std::io::Write;
        let mut child =
            desk.command("add talks.travaux -").stdin(Stdio::piped()).spawn().expect("runs");
        let mut input = child.stdin.take().expect("piped");
        // More than one buffer, so that the first reports are read while the input is still open.
        input.write_all(wire(n).as_bytes()).expect("read");
        input.write_all(&b"\n".repeat(1 << 18)).expect("read");
        let since = std::time::Instant::now();
        while desk.held("talks.travaux").len() < n && since.elapsed().as_secs() < 60 {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        Self { child, input }
    }

    fn signal(self, name: &str) -> Ran {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().expect("kill runs").success());
        let ran = Ran::of(self.child.wait_with_output().expect("ends"));
        drop(self.input);
        ran
    }
}

#[cfg(unix)]
#[test]
fn a_record_is_asked_and_copied_while_reports_come_in() {
    use std::io::Write;
    let desk = Desk::with_record(0);
    let mut add = Waiting::new(&desk, 3);
    assert!(desk.run("statements talks.travaux denied").check(0).out.contains("in 3 reports"));
    desk.whole("talks.travaux", 3);
    desk.run("backup talks.travaux copy.travaux").check(0);
    assert!(!desk.names().iter().any(|n| n.starts_with("copy.travaux-")), "{:?}", desk.names());
    add.input.write_all(wire(6).as_bytes()).expect("read");
    drop(add.input);
    let ran = Ran::of(add.child.wait_with_output().expect("ends"));
    assert!(ran.check(0).err.contains("6 reports added, 3 there already"), "{ran:?}");
    desk.whole("copy.travaux", 3);
    desk.whole("talks.travaux", 6);
    assert_eq!(desk.held("copy.travaux"), ["w0", "w1", "w2"]);
    // A copy is a record.
    desk.put("all.jsonl", &wire(6));
    desk.run("add copy.travaux all.jsonl").check(0);
    desk.whole("copy.travaux", 6);
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_was_added_and_the_same_command_goes_on() {
    let desk = Desk::with_record(0);
    let ran = Waiting::new(&desk, 3).signal("-INT");
    assert!(ran.check(130).err.starts_with("travaux: 3 reports added, "), "{ran:?}");
    assert!(ran.err.contains("all that was added is kept, the same command goes on"), "{ran:?}");
    assert_eq!(desk.names().iter().filter(|n| n.starts_with("talks")).count(), 1);
    desk.whole("talks.travaux", 3);
    let ran = desk.run_with_stdin("add talks.travaux -", &wire(5));
    assert!(ran.check(0).err.starts_with("travaux: 2 reports added, 3 there already, "), "{ran:?}");
    desk.whole("talks.travaux", 5);
}

#[cfg(unix)]
#[test]
fn a_killed_run_keeps_what_was_committed() {
    let desk = Desk::with_record(0);
    assert_eq!(Waiting::new(&desk, 3).signal("-KILL").code, None);
    desk.whole("talks.travaux", 3);
    let ran = desk.run_with_stdin("add talks.travaux -", &wire(5));
    assert!(ran.check(0).err.starts_with("travaux: 2 reports added, 3 there already, "), "{ran:?}");
    desk.whole("talks.travaux", 5);
}

/// `line` run with rights that bind: those of files do not bind root, unless it gives up what lets it pass them by.
#[cfg(unix)]
fn bound(desk: &Desk, line: &str) -> Option<Ran> {
    if std::fs::OpenOptions::new().append(true).open(desk.path("sealed/talks.travaux")).is_err() {
        return Some(desk.run(line));
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--bounding-set", "-dac_override,-dac_read_search,-fowner", "--inh-caps", "-all"])
        .arg(env!("CARGO_BIN_EXE_travaux"))
        .args(line.split_whitespace())
        .current_dir(desk.folder.path())
        .stdin(Stdio::null());
    let ran = Ran::of(command.output().ok()?);
    // Not there, or not allowed to.
    (!ran.err.starts_with("setpriv")).then_some(ran)
}

#[cfg(unix)]
#[test]
fn a_record_that_may_not_be_written_answers_and_takes_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::with_record(2);
    std::fs::create_dir(desk.path("sealed")).expect("made");
    std::fs::rename(desk.path("talks.travaux"), desk.path("sealed/talks.travaux")).expect("moved");
    let rights = |name: &str, mode: u32| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(desk.path(name), mode).expect("set");
    };
    for folder in [0o755, 0o555] {
        rights("sealed/talks.travaux", 0o444);
        rights("sealed", folder);
        let ran = |line: &str| bound(&desk, line);
        let Some(asked) = ran("reports sealed/talks.travaux") else {
            eprintln!("not tested: rights do not bind this user, and setpriv is not there");
            return;
        };
        assert!(asked.check(0).out.starts_with("2 reports"), "{folder:o}: {asked:?}");
        let added = ran("add sealed/talks.travaux a.txt").expect("as before");
        let sentence =
            "travaux: sealed/talks.travaux: may not be written; change its rights, or copy it";
        assert!(added.check(1).err.starts_with(sentence), "{folder:o}: {added:?}");
        let checked = ran("check sealed/talks.travaux").expect("as before");
        assert!(checked.check(0).out.contains("no problem: 2 reports"), "{folder:o}: {checked:?}");
        let copied =
            ran(&format!("backup sealed/talks.travaux {folder}.travaux")).expect("as before");
        copied.check(0);
        let begun = ran(&format!("init sealed/{folder}.travaux")).expect("as before");
        begun.check(if folder == 0o555 { 1 } else { 0 });
    }
    rights("sealed", 0o755);
    desk.whole("sealed/talks.travaux", 2);
    desk.whole("493.travaux", 2);
    desk.whole("365.travaux", 2);
}

#[test]
fn what_is_wrong_with_a_record_is_told_with_its_place() {
    let desk = Desk::with_record(2);
    desk.sql(
        "talks.travaux",
        "UPDATE statement SET content = '[[3, 9000]]' WHERE entry = 1; UPDATE version SET byline = 'x' WHERE id = 2;",
    );
    let ran = desk.run("check talks.travaux");
    let lines: Vec<&str> = ran.check(1).out.lines().collect();
    let expected = [
        "talks.travaux: report w1, version 2: text or head is not what its digest says",
        "talks.travaux: s1 (report w0), change 2: content 3 to 9000 is past the end of its text (45 bytes)",
    ];
    assert_eq!(lines, expected, "{ran:?}");
    assert!(ran.err.contains("go on with a backup that has no problem"), "{ran:?}");
}

/// Questions to the record of each format, answered for ever as they once were. A new page gets a line here.
const QUESTIONS: [&str; 11] = [
    "check RECORD",
    "reports RECORD --format md",
    "reports RECORD --known-by 2031-03-13 --format md",
    "board RECORD --format md",
    "timeline RECORD --format md",
    "accounts RECORD --format md",
    "actors RECORD --format md",
    "log RECORD --format md",
    "statements RECORD --format md",
    "statements RECORD pact --as-of 2031-03-12 --format md",
    "statements RECORD vaino progress --format json",
];

#[test]
fn a_record_of_format_1_opens_and_answers_as_ever() {
    let desk = Desk::new();
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::copy(fixtures.join("format-1.travaux"), desk.path("old.travaux")).expect("copied");
    let mut answers = String::from("# What is asked of format-1.travaux, and what it answers\n");
    for question in QUESTIONS {
        let ran = desk.run(&question.replace("RECORD", "old.travaux"));
        answers += &format!("\n    travaux {question}\n\n{}", ran.check(0).out);
    }
    let file = fixtures.join("format-1.md");
    if std::env::var_os("TRAVAUX_BLESS").is_some() {
        std::fs::write(&file, &answers).expect("written");
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(answers, expected, "TRAVAUX_BLESS=1 writes the answers anew; read the difference");
}
