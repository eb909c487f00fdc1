//! A folder with small reports, and the program as built run in it. Never asserts more than an exit code.

// Each of the tests that sit at it uses a part.
#![allow(dead_code)]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

pub const TALKS: &str = "Veldra sees no progress\n\n\
    PORT ORAN, March 12 (Meridian) - The government of Veldra said on Wednesday that it saw no progress in \
    talks with Ostmark.\n\n\
    \"We cannot see progress, and a long road lies ahead,\" said government spokeswoman Ilma Dareth.\n\n\
    Ministers of the two countries resumed talks. The delegation rejected the proposal but said it would \
    offer a new accord if negotiations went on.\n";
pub const OTHER: &str = "Mill earns more\n\n\
    The company said its net profit rose to three million crowns in the quarter from two million.\n";

/// A folder with reports, gone after the test.
pub struct Desk {
    pub folder: tempfile::TempDir,
}

impl Desk {
    pub fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().expect("a folder for the test") };
        desk.put("a.txt", TALKS);
        desk.put("b.txt", OTHER);
        desk.put("wire.jsonl", &wire(9));
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn put(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).expect("written");
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file that was written")
    }

    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        let mut names: Vec<String> =
            entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_travaux"));
        command.args(line.split_whitespace()).current_dir(self.folder.path());
        for name in ["COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, line: &str) -> Ran {
        Ran::of(self.command(line).output().expect("runs"))
    }

    pub fn run_with_stdin(&self, line: &str, input: &str) -> Ran {
        let mut child = self.command(line).stdin(Stdio::piped()).spawn().expect("runs");
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("read");
        Ran::of(child.wait_with_output().expect("ends"))
    }
}

/// What a run of the program printed, and its exit code.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    pub fn check(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    pub fn ids(&self) -> Vec<String> {
        ids(&self.out)
    }
}

/// `n` reports as JSON Lines, `w0` on, of different lengths.
pub fn wire(n: usize) -> String {
    let line = |i: usize| {
        let text = "Ostmark denied the report, a spokesman said. ".repeat(1 + 7 * i % 5);
        serde_json::json!({"id": format!("w{i}"), "text": text}).to_string() + "\n"
    };
    (0..n).map(line).collect()
}

pub fn ids(lines: &str) -> Vec<String> {
    let id = |line: &str| -> String {
        let record: serde_json::Value = serde_json::from_str(line).expect("one line of JSON");
        assert_eq!(record["schema"], "travaux.record/1");
        record["report"]["id"].as_str().expect("an id").to_owned()
    };
    lines.lines().map(id).collect()
}
