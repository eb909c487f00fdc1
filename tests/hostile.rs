//! Reads what nobody means to be a report, beside one that is: each gets a clear sentence, the rest of the
//! batch is read, the exit code is 1. Never measures time; what were quadratic would not end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("travaux-hostile-{}-{n}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a call printed.
struct Ran {
    code: Option<i32>,
    records: Vec<serde_json::Value>,
    complaints: String,
}

/// `travaux read --format json` in `folder`.
fn travaux(folder: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_travaux"))
        .args(["read", "--format", "json"])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let complaints = String::from_utf8(output.stderr).unwrap();
    for failure in ["panicked", "mistake in travaux"] {
        assert!(!complaints.contains(failure), "{complaints}");
    }
    let records = String::from_utf8(output.stdout).unwrap();
    let records = records.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    Ran { code: output.status.code(), records, complaints }
}

impl Ran {
    fn says(&self, sentences: &[&str]) {
        for sentence in sentences {
            assert!(
                self.complaints.contains(sentence),
                "{}\nexpected: {sentence}",
                self.complaints
            );
        }
    }
}

const GOOD: &str = "Harbour talks end\n\nORAN, March 9 (Reuters) - The foreign minister of Veldra, \
    Ana Vela, said on Monday that the talks would go on.\n";

/// `bytes` in a file before a good report: the sentence is said, the good one read.
fn check(name: &str, bytes: impl AsRef<[u8]>, sentence: &str) {
    let folder = Folder::new().with(name, bytes).with("good.txt", GOOD);
    let ran = travaux(&folder.0, &[name, "good.txt"]);
    ran.says(&[&format!("{name}{sentence}")]);
    assert_eq!(ran.code, Some(1), "{name}");
    let last = ran.records.last().unwrap_or_else(|| panic!("{name}: the good one was not read"));
    assert_eq!(last["report"]["title"], "Harbour talks end", "{name}");
    assert_eq!(last["report"]["place"], "ORAN", "{name}");
}

/// `bytes` alone are read without complaint.
fn read(name: &str, bytes: impl AsRef<[u8]>) -> serde_json::Value {
    let folder = Folder::new().with(name, bytes);
    let mut ran = travaux(&folder.0, &[name]);
    assert_eq!((ran.code, ran.complaints.as_str()), (Some(0), ""), "{name}");
    assert_eq!(ran.records.len(), 1, "{name}");
    ran.records.remove(0)
}

#[test]
fn nothing_to_read() {
    check("empty.txt", "", ": empty file; nothing to read");
    check("blank.txt", " \n\t\n", ": empty file; nothing to read");
    check("spaces.txt", " ".repeat(5_000_000), ": no text; nothing to read");
    check("quotes.txt", "\"".repeat(50_000), ": no words in the text; nothing to read");
    check("marks.txt", "“ ”\n\n".repeat(50_000), ": no words in the text; nothing to read");
    check(
        "figures.txt",
        "1986 1987 -- 12\n".repeat(500),
        ": no words in the text; nothing to read",
    );
    check("empty.jsonl", "{\"text\": \"\"}\n", ", line 1: no text; nothing to read");
    check("page.html", "<!DOCTYPE html><html><body></body></html>", ": no ");
}

#[test]
fn no_text_at_all() {
    let noise: Vec<u8> =
        (0..100_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let save = "save the report as plain text or as a web page";
    check("noise.txt", &noise, &format!(": binary data, not text; {save}"));
    check("report.pdf", "%PDF-1.7\n%âãÏÓ", &format!(": a PDF, not text; {save}"));
    check("nul.txt", GOOD.replace(' ', "\0"), ": binary data, not text");
    check("nul.jsonl", [0u8; 4096], ": binary data, not text");
}

#[test]
fn other_languages_are_named() {
    let french =
        "Les délégués des deux ports se retrouveront bientôt, a dit la ministre. ".repeat(9);
    let sentence = "the text is in French; travaux reads English";
    check("fr.txt", &french, &format!(": {sentence}"));
    let paragraphs = format!("<p>{french}</p>").repeat(3);
    check("fr.html", format!("<html><body><article>{paragraphs}"), &format!(": {sentence}"));
    check("fr.jsonl", format!("{{\"text\": {french:?}}}"), &format!(", line 1: {sentence}"));
    let german = "Die Minister beider Häfen wollen sich bald wieder treffen, sagte sie. ".repeat(9);
    check("de.txt", german, ": the text is in German; travaux reads English");
    let arabic = "قال الوزير إن المحادثات ستستمر غدا في المدينة. ".repeat(20);
    check("ar.txt", arabic, ": the text is in Arabic; travaux reads English");
}

#[test]
fn cut_off() {
    let element = "<REUTERS NEWID=\"1\"><TEXT><TITLE>X</TITLE><BODY>Delegates said that the talks went \
                   well.</BODY></TEXT></REUTERS>\n";
    let no_end =
        ", line 2: the report that begins here has no end (</REUTERS>); the file is truncated";
    check("cut.sgm", format!("{element}{}", &element[..90]), no_end);
    check("cut.jsonl", "{\"text\": \"They sa", ", line 1: not valid JSON (EOF while parsing a str");
    let list = "[\n{\"text\": \"They said so.\"},\n";
    check("cut.json", list, ": not valid JSON (EOF while parsing a value, line 3");
    // What is left of a text or a page is read; half a character becomes a sign that stands for it.
    let text = format!("{GOOD}\n“They will meet again in Oran,” he said. “");
    let record = read("cut.txt", &text.as_bytes()[..text.len() - 1]);
    assert!(record["report"]["text"].as_str().unwrap().ends_with('\u{fffd}'));
    let paragraphs =
        "<p>The minister said that the talks would go on in the morning.</p>".repeat(9);
    read("cut.html", format!("<html><body><article>{paragraphs}<p>The tal"));
}

#[test]
fn deep_and_wide() {
    let deep = format!("<html><body>{}said", "<div>".repeat(100_000));
    check(
        "deep.html",
        deep,
        ": the HTML is nested more than 2000 levels deep; save the article as",
    );
    let wide = format!("<html><body>{}", "<i>x</i>".repeat(250_000));
    check(
        "wide.html",
        wide,
        ": the HTML has more than 200000 tags; save the article as plain text",
    );
    let deep = format!("{{\"text\": {}", "[".repeat(100_000));
    check("deep.jsonl", &deep, ", line 1: not valid JSON (recursion limit exceeded");
    check("deep.json", &deep[9..], ": not valid JSON (recursion limit exceeded");
}

#[test]
fn too_long() {
    let folder = Folder::new().with("good.txt", GOOD).with("long.txt", GOOD.repeat(600));
    // 100 MB, only the first of them on the disk.
    let long = fs::File::options().write(true).open(folder.0.join("long.txt")).unwrap();
    long.set_len(100_000_000).unwrap();
    let line = "said ".repeat(2_000_000);
    fs::write(folder.0.join("line.txt"), &line).unwrap();
    let lines = format!("{{\"text\": \"{line}\"}}\n{{\"text\": \"They said so.\"}}\n");
    fs::write(folder.0.join("line.jsonl"), lines).unwrap();
    let reports = ["--max-size", "8", "long.txt", "line.txt", "line.jsonl", "good.txt"];
    let ran = travaux(&folder.0, &reports);
    ran.says(&[
        "long.txt: more than 8 MiB, too long for one news report; split it, give one report a line \
         as JSON Lines, or allow more with --max-size",
        "line.txt: more than 8 MiB, too long for one news report",
        "line.jsonl, line 1: more than 8 MiB, too long for one news report; left out, allow more \
         with --max-size",
    ]);
    assert_eq!((ran.code, ran.records.len()), (Some(1), 2));
}

#[test]
fn odd_but_read() {
    read("bad.txt", [GOOD.as_bytes(), b"\xff\xfe\xc3( he said \x80"].concat());
    read("nuls.txt", format!("{}\0", GOOD.repeat(3)));
    read("word.txt", "said".repeat(1_000_000));
    let gap = format!("The minister said{}that they would go.", " ".repeat(4_000_000));
    read("gap.jsonl", format!("{{\"text\": {gap:?}}}"));
    read("paragraphs.txt", "said\n\n".repeat(600));
    read("quotes.txt", format!("{GOOD}\n{}", "\"".repeat(1000)));
    read("marks.txt", format!("{GOOD}\n{}", "“We agree”, ‘they’ 'said', ".repeat(40)));
}

#[test]
fn outlets_without_end_are_left_out() {
    let long = "Harbour Gazette ".repeat(10_000);
    let wires = (0..20_000).map(|i| format!("\"Wire {i}\"")).collect::<Vec<_>>().join(",");
    let line = format!(
        "{{\"text\": {GOOD:?}, \"outlet\": {long:?}, \"id\": {long:?}, \"agencies\": [{wires}]}}"
    );
    let record = read("a.jsonl", line);
    assert!(record["report"]["outlet"].is_null());
    assert!(record.to_string().len() < 20_000);
}

#[test]
fn folders() {
    let folder =
        Folder::new().with("full/a.txt", GOOD).with("full/b/c.txt", "").with("full/d.txt", GOOD);
    fs::create_dir_all(folder.0.join("none")).unwrap();
    let ran = travaux(&folder.0, &["missing.txt", "none", "full"]);
    ran.says(&[
        "missing.txt: no such file or folder; check the name",
        "none: no reports in this folder (.txt, .html, .jsonl, .json, .sgm); name other files one by",
        "full/b/c.txt: empty file; nothing to read",
    ]);
    assert_eq!((ran.code, ran.records.len()), (Some(1), 2));
}

#[cfg(unix)]
#[test]
fn links_pipes_and_devices() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new().with("full/a.txt", GOOD).with("full/closed.txt", GOOD);
    let at = |name: &str| folder.0.join(name);
    symlink(".", at("full/loop")).unwrap();
    symlink("round.txt", at("full/round.txt")).unwrap();
    symlink("gone", at("full/gone.txt")).unwrap();
    fs::set_permissions(at("full/closed.txt"), fs::Permissions::from_mode(0o0)).unwrap();
    let made = Command::new("mkfifo").arg(at("pipe")).status();
    let ran = travaux(&folder.0, &["full", "pipe", "/dev/zero", "/dev/null"]);
    ran.says(&[
        "full/loop: a link back to a folder above; left out",
        "full/round.txt: too many levels of symbolic links",
        "full/gone.txt: no such file or folder; check the name",
        "/dev/zero: a device, not a file; name a file, or `-` for standard input",
        "/dev/null: a device, not a file; name a file, or `-` for standard input",
    ]);
    if made.is_ok_and(|status| status.success()) {
        let nobody = "pipe: a pipe that nobody writes to; start the writer first, or name a file";
        ran.says(&[nobody]);
    }
    // The superuser may read anything.
    if fs::read(at("full/closed.txt")).is_err() {
        ran.says(&["full/closed.txt: no permission; change that or choose another"]);
    }
    assert_eq!(ran.code, Some(1));
    assert!(!ran.records.is_empty());
}
