//! `travaux codebook`: checks codebooks, and drafts them from reports. Never overwrites one.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use travaux::code::codebook::{self, Proposal};
use travaux::present::clean;
use travaux::{Codebook, Error, Result, pipeline};

use super::arguments::{Check, Propose};
use super::count::{Count, number};
use super::progress::{Meter, Progress};
use super::{print, read, say};

/// Prints what is wrong with each file, or that nothing is. Returns the exit code: 1 where something is.
pub fn check(typed: &Check) -> Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    let mut out = String::new();
    for path in &typed.files {
        let file = path.display().to_string();
        let text = match codebook::text(path) {
            Ok(text) => text,
            Err(error) => {
                say(&error.to_string());
                code = ExitCode::FAILURE;
                continue;
            }
        };
        let mut line = |line: &str| out += &(clean::line(line) + "\n");
        let problems = codebook::check(&file, &text);
        for problem in &problems {
            line(&problem.to_string());
        }
        if problems.is_empty() {
            let codebook = Codebook::parse(&file, &text)?;
            let parties = number(codebook.parties().len() as u64, "party", "parties");
            let issues = number(codebook.issues().len() as u64, "issue", "issues");
            line(&format!("{file}: {parties}, {issues}, no problem"));
        } else {
            code = ExitCode::FAILURE;
        }
    }
    print(&out, io::stdout())?;
    Ok(code)
}

/// Reads reports and writes a draft of their codebook. Returns the exit code: 1 where a report could not be read.
pub fn propose(typed: &Propose) -> Result<ExitCode> {
    typed.check()?;
    let reader = read::reader(&typed.input, true)?;
    let meter = Arc::new(Meter::default());
    let progress = Progress::new(&typed.input, false, meter.clone());
    let reports = read::reports(&typed.input, meter);
    let (mut proposal, mut count) = (Proposal::default(), Count::default());
    pipeline::run(
        &reader,
        reports,
        typed.input.threads(),
        |_| true,
        |reading| {
            match reading {
                Ok(reading) => {
                    count.statements += reading.statements.len() as u64;
                    proposal.take(&reading.report, &reading.statements, &reading.coding);
                }
                Err(error) => {
                    count.failed += 1;
                    progress.aside(|| say(&error.to_string()));
                }
            }
            count.reports += 1;
            progress.at(count.reports);
            true
        },
    );
    progress.end();
    if count.lone_failure() {
        return Ok(ExitCode::FAILURE);
    }
    if proposal.is_empty() {
        let read = number(count.reports - count.failed, "report", "reports");
        return Err(Error::input(format!(
            "nothing to propose: no party speaks in {read}; read others, or write the codebook by hand"
        )));
    }
    match typed.output() {
        Some(file) => create(file, &proposal.to_toml())?,
        None => print(&proposal.to_toml(), io::stdout())?,
    }
    let watched = io::stderr().is_terminal() && count.reports > 1;
    if !typed.input.quiet && (watched || count.incomplete()) {
        say(&count.sentence(progress.taken()));
    }
    Ok(if count.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Writes a new file, whole or not at all.
fn create(file: &Path, text: &str) -> Result<()> {
    let write = || -> io::Result<()> {
        let mut out = File::options().write(true).create_new(true).open(file)?;
        let written = out.write_all(text.as_bytes()).and_then(|()| out.sync_all());
        written.inspect_err(|_| drop(std::fs::remove_file(file)))
    };
    write().map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Error::usage(format!(
            "-o {}: is there already and may have been edited; name another file",
            file.display()
        )),
        _ => Error::io(file.display(), error),
    })
}
