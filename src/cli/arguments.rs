//! What was typed, checked before anything is read: what makes no sense ends here, with exit code 2. Never
//! opens a report.

mod questions;
mod statements;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use travaux::report::{Format, Options};
use travaux::{Error, Result};

use questions::{
    ACCOUNTS_HELP, BOARD_EXAMPLES, BRIEF_EXAMPLES, CHANGES_EXAMPLES, HISTORY_EXAMPLES,
};
pub use questions::{Ask, Board, Brief, Changes, History, View};
pub use statements::{Statements, Whole};

/// Reads news reports about a negotiation and keeps its record: who said what, when, and through whom it
/// is reported; what is on the table; how the talks are said to go. Works offline.
#[derive(Parser)]
#[command(version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = START)]
struct Typed {
    #[command(subcommand)]
    command: Command,
}

/// What is to be done.
#[derive(Subcommand)]
pub enum Command {
    /// Print who said what in news reports, and what it means for the talks
    #[command(after_help = EXAMPLES, arg_required_else_help = true)]
    Read(Read),
    /// Check a codebook, or draft one from reports
    #[command(subcommand, arg_required_else_help = true, after_help = CODEBOOK_EXAMPLES)]
    Codebook(Codebook),
    /// Begin the record of a negotiation: one file
    #[command(after_help = INIT_EXAMPLES, arg_required_else_help = true)]
    Init(Init),
    /// Add reports to a record
    #[command(after_help = ADD_EXAMPLES, arg_required_else_help = true)]
    Add(Add),
    /// Show where the parties stand on each issue: the latest of each, as of any day
    #[command(after_help = BOARD_EXAMPLES, arg_required_else_help = true)]
    Board(Board),
    /// Show how one party came to stand where it does on one issue
    #[command(after_help = HISTORY_EXAMPLES, arg_required_else_help = true)]
    History(History),
    /// Show what changed on the board between two days
    #[command(after_help = CHANGES_EXAMPLES, arg_required_else_help = true)]
    Changes(Changes),
    /// List the reports of a record, and which are copies
    #[command(arg_required_else_help = true)]
    Reports(Ask),
    /// List who is in a record, by all their names, and why names were merged
    #[command(arg_required_else_help = true)]
    Actors(Ask),
    /// Say that one name means what another one means
    #[command(after_help = super::merge::MERGE_EXAMPLES, arg_required_else_help = true)]
    Merge(super::merge::Merge),
    /// Say that a name means another than those it was merged with
    #[command(after_help = super::merge::SPLIT_EXAMPLES, arg_required_else_help = true)]
    Split(super::merge::Split),
    /// Find who said what in a record: by words, speaker, party, issue, day, outlet, form
    #[command(after_help = statements::EXAMPLES, arg_required_else_help = true)]
    Statements(Statements),
    /// Check that a record is whole: every word it holds stands where it says, nothing was overwritten
    #[command(arg_required_else_help = true, after_help = statements::WHOLE_EXAMPLES)]
    Check(Whole),
    /// Show the talks day by day: how they are said to go, and who meets
    #[command(arg_required_else_help = true)]
    Timeline(Ask),
    /// Show where accounts differ, and what is settled
    #[command(after_help = ACCOUNTS_HELP, arg_required_else_help = true)]
    Accounts(Ask),
    /// Print one page for the morning: what a day brought
    #[command(after_help = BRIEF_EXAMPLES, arg_required_else_help = true)]
    Brief(Brief),
    /// Show which entries nobody has looked at, the least sure first
    #[command(subcommand, after_help = super::review::REVIEW_EXAMPLES, arg_required_else_help = true)]
    Review(super::review::Review),
    /// Say that entries are right
    #[command(after_help = super::review::DECIDE_EXAMPLES, arg_required_else_help = true)]
    Accept(super::review::Decide),
    /// Say that entries are wrong
    #[command(after_help = super::review::DECIDE_EXAMPLES, arg_required_else_help = true)]
    Reject(super::review::Decide),
    /// Say what is right in an entry
    #[command(after_help = super::review::CORRECT_EXAMPLES, arg_required_else_help = true)]
    Correct(Box<super::review::Correct>),
    /// Write something beside an entry
    #[command(arg_required_else_help = true)]
    Note(super::review::Note),
    /// Take back what a person decided
    #[command(after_help = super::review::DECIDE_EXAMPLES, arg_required_else_help = true)]
    Undo(super::review::Undo),
    /// List all changes to a record: what came in, who decided what, when and why
    #[command(after_help = super::review::LOG_EXAMPLES, arg_required_else_help = true)]
    Log(super::review::Log),
    /// Show everything about one entry: its words, who told it, what was held of it when
    #[command(arg_required_else_help = true)]
    Show(super::review::Show),
    /// Copy a record to a new file, also while it is in use
    #[command(arg_required_else_help = true)]
    Backup(Backup),
}

/// What is to be done with codebooks: files that name the parties and issues of a negotiation.
#[derive(Subcommand)]
pub enum Codebook {
    /// Print what is wrong with codebooks, and where
    #[command(after_help = CHECK_EXAMPLES, arg_required_else_help = true)]
    Check(Check),
    /// Draft a codebook from reports: who takes part, and what it is about
    #[command(after_help = PROPOSE_EXAMPLES, arg_required_else_help = true)]
    Propose(Propose),
}

/// How sure positions, assessments and encounters must be for the eye. Holder, stance and terms are all right for one in
/// five on the talks that it was measured on; from here on for some two in five, and each says how sure it is.
const UNSURE: f32 = 0.25;

const EXAMPLES: &str = "\
Examples:
  travaux read report.txt                        who said what, for the eye
  travaux read --published 2031-03-12 page.html  a saved web page, its date given
  travaux read --format json reports/ > out      a folder; one line of JSON a report
  travaux read --format html -o page.html *.txt  a page to look at
  travaux read --only-talks --format json -o talks.jsonl news.jsonl
                                                 what is about talks, out of all news
  travaux read --explain report.txt              why each position is read as it is
  cat report.txt | travaux read -                standard input

Exit code: 0 all was read, 1 a report could not be read (the others were), 2 wrong usage, 130 stopped.";

const START: &str = "\
To look at reports:        travaux read report.txt
To keep a record of many:  travaux init talks.travaux
                           travaux add talks.travaux reports/
                           travaux board talks.travaux

`travaux COMMAND --help` has examples.";

const INIT_EXAMPLES: &str = "\
Examples:
  travaux init talks.travaux                          names as the reports have them
  travaux init talks.travaux --codebook talks.toml    parties and issues as a codebook names them
                                                      (`travaux codebook propose` drafts one)";

const ADD_EXAMPLES: &str = "\
Examples:
  travaux add talks.travaux reports/              a folder; what is there already is passed over
  travaux add talks.travaux *.html                saved web pages
  travaux add talks.travaux --only-talks wire.jsonl
                                                  what is about talks, out of all news
  cat report.txt | travaux add talks.travaux -    standard input

A run that is stopped keeps all reports added so far; the same command goes on where it stopped.
Exit code: 0 all was added or there, 1 a report could not be read (the others were), 2 wrong usage, 130 stopped.";

const CODEBOOK_EXAMPLES: &str = "\
Examples:
  travaux codebook propose reports/ -o talks.toml   draft a codebook from reports
  travaux codebook check talks.toml                 check it after editing";

const CHECK_EXAMPLES: &str = "\
Examples:
  travaux codebook check talks.toml              one file
  travaux codebook check codebooks/*.toml        many

Problems are lines `file:line: what is wrong and what to do`. Exit code: 0 no problem, 1 some, 2 wrong usage.";

const PROPOSE_EXAMPLES: &str = "\
Examples:
  travaux codebook propose reports/ -o talks.toml       a draft to edit, from a folder of reports
  travaux codebook propose --from jsonl -j 2 news.json  on two threads, to standard output

The most frequent stands first, with how often it occurs; what occurs once is commented out. A file that is
there already is not overwritten.

Exit code: 0 all was read, 1 a report could not be read or there is nothing to propose, 2 wrong usage.";

/// `travaux init`.
#[derive(clap::Args)]
pub struct Init {
    /// The new file
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// Name parties and issues as this codebook does (`travaux codebook --help`)
    #[arg(long, value_name = "FILE")]
    pub codebook: Option<PathBuf>,
}

/// `travaux add`.
#[derive(clap::Args)]
pub struct Add {
    /// The record (`travaux init` begins one)
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    #[command(flatten)]
    pub input: Input,
    /// Pass over reports that are not about talks
    #[arg(long)]
    pub only_talks: bool,
    /// Do not keep positions, assessments and encounters less sure than this, 0 to 1
    #[arg(long, value_name = "P", value_parser = share, default_value = "0.25")]
    pub min_confidence: f32,
}

/// `travaux backup`.
#[derive(clap::Args)]
pub struct Backup {
    /// The record
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// The new file
    #[arg(value_name = "TO")]
    pub to: PathBuf,
}

/// Which reports are read, and how.
#[derive(clap::Args)]
pub struct Input {
    /// Files or folders (.txt, .html, .jsonl, .json, .sgm); `-` is standard input
    #[arg(required = true, value_name = "REPORT")]
    pub reports: Vec<PathBuf>,
    /// Format of the reports, where it should not be detected: text, html, jsonl, sgml
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<Format>,
    /// Day of publication, for all reports
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub published: Option<Date>,
    /// Threads [default: all cores]
    #[arg(short, long, value_name = "N", value_parser = positive)]
    pub jobs: Option<u32>,
    /// Largest report that is read, in MiB
    #[arg(long, value_name = "MIB", default_value = "8", value_parser = positive)]
    pub max_size: u32,
    /// No progress, no closing line
    #[arg(short, long)]
    pub quiet: bool,
    /// More cues of the language of negotiation, in TOML as in the folder lexicon/ of the project
    #[arg(long, value_name = "FILE")]
    pub lexicon: Vec<PathBuf>,
    /// Other weights than those that come with the program
    #[arg(long, value_name = "FILE", hide = true)]
    pub weights: Option<PathBuf>,
    /// Other weights of the second reading than those that come with the program
    #[arg(long, value_name = "FILE", hide = true)]
    pub second_weights: Option<PathBuf>,
}

/// `travaux codebook check`.
#[derive(clap::Args)]
pub struct Check {
    /// Codebooks (.toml)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// `travaux codebook propose`.
#[derive(clap::Args)]
pub struct Propose {
    #[command(flatten)]
    pub input: Input,
    /// Write there instead of to standard output; never over a file that is there
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `travaux read`.
#[derive(clap::Args)]
pub struct Read {
    #[command(flatten)]
    pub input: Input,
    /// How to show what was read
    #[arg(long, value_enum, default_value = "text")]
    pub format: Shape,
    /// Write there instead of to standard output; the file appears when it is whole
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Leave out entries less sure than this, 0 to 1 [default: 0; on terminal and page 0.25 for positions, assessments
    /// and encounters]
    #[arg(long, value_name = "P", value_parser = share)]
    pub min_confidence: Option<f32>,
    /// Say why: the cues near each position, assessment and encounter, and the scores behind holder and stance
    #[arg(long)]
    pub explain: bool,
    /// Name parties and issues as this codebook does (`travaux codebook --help`)
    #[arg(long, value_name = "FILE")]
    pub codebook: Option<PathBuf>,
    /// Who said what, without what it means for the talks; faster
    #[arg(long, conflicts_with_all = ["explain", "codebook", "lexicon"])]
    pub statements_only: bool,
    /// Pass over reports that are not about talks
    #[arg(long)]
    pub only_talks: bool,
    /// Colour on the terminal
    #[arg(long, value_enum, default_value = "auto")]
    pub color: Color,
}

/// How what was read is shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// For the eye
    Text,
    /// One line a report
    Json,
    /// One self-contained page
    Html,
}

/// When to use colour.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What was typed. Ends the program on a wrong call (2) and after `--help` (0).
pub fn parse() -> Command {
    match Typed::try_parse() {
        Ok(typed) => typed.command,
        Err(error) => {
            let _ = error.print();
            let file = std::env::args_os().nth(1).map(PathBuf::from);
            if error.kind() == ErrorKind::InvalidSubcommand
                && let Some(file) = file.filter(|f| f.exists())
            {
                super::say(&format!("to read it: travaux read {}", file.display()));
            }
            std::process::exit(error.exit_code());
        }
    }
}

impl Input {
    /// Refuses what each option allows but all together do not.
    pub fn check(&self) -> Result<()> {
        if self.reports.iter().filter(|r| is_stream(r)).count() > 1 {
            return Err(Error::usage("standard input (-) can be read once only; name it once"));
        }
        if let Some(empty) = self.reports.iter().find(|r| r.as_os_str().is_empty()) {
            return Err(Error::usage(format!("{empty:?} is no file; a variable may be empty")));
        }
        Ok(())
    }

    /// Whether a report comes from standard input.
    pub fn reads_stdin(&self) -> bool {
        self.reports.iter().any(|r| is_stream(r))
    }

    /// How the reports are read.
    pub fn options(&self) -> Options {
        let max_bytes = u64::from(self.max_size) << 20;
        Options { from: self.from, published: self.published, max_bytes }
    }

    /// Threads to read on.
    pub fn threads(&self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.map_or(cores, |n| n as usize)
    }

    fn check_output(&self, file: &Path) -> Result<()> {
        let name = file.display();
        let folder = file.parent().filter(|f| !f.as_os_str().is_empty());
        if file.is_dir() || file.file_name().is_none() {
            return Err(Error::usage(format!("-o {name}: a folder; name a file in it")));
        }
        if let Some(folder) = folder.filter(|f| !f.is_dir()) {
            return Err(Error::usage(format!(
                "-o {name}: there is no folder {}; make it first",
                folder.display()
            )));
        }
        let same = |r: &&PathBuf| match (r.canonicalize(), file.canonicalize()) {
            (Ok(report), Ok(file)) => report == file && file.is_file(),
            _ => false,
        };
        match self.reports.iter().find(same) {
            Some(report) => Err(Error::usage(format!(
                "-o {name}: would overwrite the report {}; name another file",
                report.display()
            ))),
            None => Ok(()),
        }
    }
}

impl Read {
    /// How sure statements must be, and positions, assessments and encounters, to be shown.
    pub fn least(&self) -> (f32, f32) {
        let coded = if self.format == Shape::Json { 0.0 } else { UNSURE };
        (self.min_confidence.unwrap_or(0.0), self.min_confidence.unwrap_or(coded))
    }

    /// Refuses what each option allows but all together do not.
    pub fn check(&self) -> Result<()> {
        self.input.check()?;
        self.output().map_or(Ok(()), |file| self.input.check_output(file))
    }

    /// The file to write, if any; `-` is standard output.
    pub fn output(&self) -> Option<&Path> {
        self.output.as_deref().filter(|f| !is_stream(f))
    }
}

impl Propose {
    /// Refuses what each option allows but all together do not, and to write over what somebody may have edited.
    pub fn check(&self) -> Result<()> {
        self.input.check()?;
        let Some(file) = self.output() else { return Ok(()) };
        self.input.check_output(file)?;
        match file.is_file() {
            true => Err(Error::usage(format!(
                "-o {}: is there already and may have been edited; name another file",
                file.display()
            ))),
            false => Ok(()),
        }
    }

    /// The file to write, if any; `-` is standard output.
    pub fn output(&self) -> Option<&Path> {
        self.output.as_deref().filter(|f| !is_stream(f))
    }
}

fn is_stream(path: &Path) -> bool {
    path.as_os_str() == OsStr::new("-")
}

pub fn day(typed: &str) -> Result<Date, &'static str> {
    typed.parse().map_err(|_| "not a day; write it as 2031-03-12")
}

fn moment(typed: &str) -> Result<jiff::Timestamp, &'static str> {
    if let Ok(day) = typed.parse::<Date>() {
        // Up to the last microsecond of the day.
        let end = day.at(23, 59, 59, 999_999_000);
        return jiff::tz::Offset::UTC
            .to_timestamp(end)
            .map_err(|_| "not a day; write it as 2031-03-12");
    }
    typed.parse().map_err(|_| "not a day or moment; write it as 2031-03-12 or 2031-03-12T09:00Z")
}

fn positive(typed: &str) -> Result<u32, &'static str> {
    typed.parse().ok().filter(|n| *n > 0).ok_or("not a whole number from 1 on")
}

pub(super) fn share(typed: &str) -> Result<f32, &'static str> {
    typed.parse().ok().filter(|p| (0.0..=1.0).contains(p)).ok_or("not a number from 0 to 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<(), &str>) {
        let typed = Typed::try_parse_from(line.split(' '));
        let found = typed.map_err(|e| e.to_string()).and_then(|t| {
            let checked = match t.command {
                Command::Read(read) => read.check(),
                Command::Codebook(Codebook::Propose(propose)) => propose.check(),
                Command::Add(add) => add.input.check(),
                _ => Ok(()),
            };
            checked.map_err(|e| e.to_string())
        });
        match (found, expected) {
            (Ok(()), Ok(())) => {}
            (Err(found), Err(part)) => assert!(found.contains(part), "{line}: {found}"),
            (found, expected) => panic!("{line}: {found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_remedy() {
        check("travaux read a.txt", Ok(()));
        check("travaux read a.txt - -o -", Ok(()));
        check("travaux read - -", Err("name it once"));
        check("travaux read a --min-confidence 1.5", Err("not a number from 0 to 1"));
        check("travaux read a --min-confidence NaN", Err("not a number from 0 to 1"));
        check("travaux read a --published 2031-02-30", Err("write it as 2031-03-12"));
        check("travaux read a --published 12/3/2031", Err("write it as 2031-03-12"));
        check("travaux read a --jobs 0", Err("from 1 on"));
        check("travaux read a --max-size -3", Err("unexpected argument"));
        check("travaux read a --from pdf", Err("no format `pdf`"));
        check("travaux read a --format xml", Err("[possible values: text, json, html]"));
        check("travaux read a -o src", Err("a folder; name a file in it"));
        check("travaux read a -o nowhere/out.json", Err("there is no folder nowhere"));
        check("travaux read src/lib.rs -o ./src/lib.rs", Err("would overwrite the report"));
        check("travaux add a.travaux - -", Err("name it once"));
        check("travaux reports a.travaux --known-by 2031-03-12", Ok(()));
        check("travaux reports a.travaux --known-by 2031-03-12T09:00:00Z", Ok(()));
        check("travaux reports a.travaux --known-by noon", Err("not a day or moment"));
        check("travaux changes a.travaux", Err("--since"));
        check("travaux changes a.travaux --known-since 2031-03-12", Ok(()));
        check("travaux changes a.travaux --since 2031-03-12 --until 2031-03-19", Ok(()));
        check("travaux history a.travaux --issue seats", Err("--party"));
        check("travaux accept a.travaux p12 s481", Ok(()));
        check("travaux accept a.travaux 12", Err("entries are called as p12"));
        check("travaux correct a.travaux p12 --terms a --terms b --unset scope", Ok(()));
        check("travaux correct a.travaux p12 --unset colour", Err("no such field"));
        check("travaux undo a.travaux p12", Err("not a change"));
        check("travaux review next a.travaux --kind e --below 0.5 -n 3", Ok(()));
        check("travaux log a.travaux --hand ghost", Err("it is one of person, machine"));
        check("travaux codebook check a.toml b.toml", Ok(()));
        check("travaux codebook check", Err("Usage: travaux codebook check"));
        check("travaux codebook propose - -", Err("name it once"));
        check("travaux codebook propose a -o src", Err("a folder; name a file in it"));
        check("travaux codebook propose a -o Cargo.toml", Err("is there already"));
        check("travaux codebook propose a --from jsonl -j 2 -o new.toml", Ok(()));
    }

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Typed::command().debug_assert();
    }
}
