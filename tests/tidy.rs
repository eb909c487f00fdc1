//! The layout of the house, checked: who may import whom, how files begin, how long they are, where `unsafe`
//! may stand. Reads the sources as text; never runs them.

use std::path::{Path, PathBuf};

/// A room and the rooms it may import, besides `error`.
const ROOMS: [(&str, &[&str]); 8] = [
    ("report", &[]),
    ("model", &[]),
    ("annotate", &["report", "model"]),
    ("attribute", &["report", "model", "annotate"]),
    ("code", &["report", "model", "annotate", "attribute"]),
    ("pipeline", &["report", "model", "annotate", "attribute", "code"]),
    ("record", &["report", "attribute", "code"]),
    // What is shown comes from the pipeline's `Reading` of single reports, and from the record of many.
    ("present", &["report", "attribute", "code", "record", "pipeline"]),
];

/// What a single file may name beyond that, and why.
const EXCEPTIONS: [(&str, &str, &str); 1] =
    [("src/model/wordpiece.rs", "report", "words are spans of a text: `Span`, nothing else")];

/// Where `unsafe` may stand: the kernels, and the two places that pick instructions for the machine.
const UNSAFE: [&str; 3] = ["src/model/kernel", "src/model/encoder.rs", "src/model/linear.rs"];

/// Lines of a file, at most.
const LONGEST: usize = 600;

#[test]
fn rooms_import_only_what_the_table_allows() {
    let mut wrong = Vec::new();
    for (path, source) in sources("src") {
        let Some((room, allowed)) = ROOMS.iter().find(|(room, _)| in_room(&path, room)) else {
            continue;
        };
        for named in rooms_named(&code(&source)) {
            let exempt = EXCEPTIONS.iter().any(|(file, room, _)| *file == path && *room == named);
            if named != *room && !allowed.contains(&named) && !exempt {
                wrong.push(format!("{path}: {room} may not import {named}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_stands_in_the_table() {
    for entry in std::fs::read_dir(root().join("src")).expect("src").flatten() {
        let name = entry.file_name().to_string_lossy().trim_end_matches(".rs").to_owned();
        let known = ["lib", "main", "error", "cli"].contains(&name.as_str());
        assert!(known || ROOMS.iter().any(|(room, _)| *room == name), "{name} has no row");
    }
}

#[test]
fn files_begin_by_saying_what_they_are_for() {
    for folder in ["src", "tests", "benches"] {
        for (path, source) in sources(folder) {
            assert!(source.starts_with("//! "), "{path}: begin with `//!`, what turns into what");
        }
    }
}

#[test]
fn no_file_is_too_long() {
    for (path, source) in sources("src") {
        let lines = source.lines().count();
        assert!(lines <= LONGEST, "{path}: {lines} lines; look for the second subject");
    }
}

#[test]
fn unsafe_stands_in_the_kernels_only() {
    for (path, source) in sources("src") {
        let code = code(&source);
        let used = ["{", "fn ", "impl ", "extern "]
            .iter()
            .any(|next| code.contains(&format!("unsafe {next}")));
        let kernel = UNSAFE.iter().any(|place| path.starts_with(place));
        assert!(!used || kernel, "{path}: `unsafe` belongs in src/model/kernel*");
    }
}

#[test]
fn imports_are_found_in_any_shape() {
    let check = |source: &str, expected: &[&str]| assert_eq!(rooms_named(&code(source)), expected);
    check("use crate::report::Span;", &["report"]);
    check("use crate::{model::Scratch, error::Error, report};", &["model", "report"]);
    check(
        "use crate::{\n    annotate::{Document, gate},\n    report,\n};",
        &["annotate", "report"],
    );
    check("let r = crate::attribute::complete(x);", &["attribute"]);
    check("use travaux::present::page;", &["present"]);
    check("let r = 1; // see crate::model\n/// [`crate::report`]\n", &[]);
}

/// The rooms that `source` names after `crate::` or `travaux::`, each once.
fn rooms_named(source: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for start in ["crate::", "travaux::"] {
        for (at, _) in source.match_indices(start) {
            let rest = &source[at + start.len()..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(list) => top_names(list),
                None => words(rest).take(1).collect(),
            };
            for name in names {
                if ROOMS.iter().any(|(room, _)| *room == name) && !out.contains(&name) {
                    out.push(name);
                }
            }
        }
    }
    out
}

/// First names of the entries of `a::b, c::{d, e}, f}`.
fn top_names(list: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut out) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                out.extend(words(&list[begin..at]).next());
                begin = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    out
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty())
}

/// `source` without comments that fill a line or end it.
fn code(source: &str) -> String {
    let bare = |line: &str| match line.trim_start().starts_with("//") {
        true => String::new(),
        false => line.split(" // ").next().unwrap_or_default().to_owned(),
    };
    source.lines().map(bare).collect::<Vec<_>>().join("\n")
}

fn in_room(path: &str, room: &str) -> bool {
    let inside = path.strip_prefix("src/").and_then(|p| p.strip_prefix(room));
    inside.is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files under `folder`, with their text. A folder that is not there has none.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root()).expect("under the root").display().to_string();
                out.push((name.replace('\\', "/"), std::fs::read_to_string(&path).expect("text")));
            }
        }
    }
    out.sort();
    out
}
