//! `travaux merge` and `split`: what a person decides about names. Never decides for the person.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::civil::Date;
use travaux::record::{By, Days, Merge as Decided, Record, Which};
use travaux::{Error, Result};

use super::arguments::day;
use super::say;

pub const MERGE_EXAMPLES: &str = "\
Examples:
  travaux merge talks.travaux \"I. Darreth\" \"Ilma Dareth\" --reason \"misspelt in the wire copy\"
                                                  one person; all names of the first go to the second
  travaux merge talks.travaux \"the Veldran spokesman\" \"Tomas Brandel\" --from 2031-04-01
                                                  an office that passed to another person on a day
  travaux merge talks.travaux \"catch limits\" \"fishing quotas\" --issue

`travaux split` takes a name out again. What was held before still shows with --known-by.";

pub const SPLIT_EXAMPLES: &str = "\
Examples:
  travaux split talks.travaux Dareth --reason \"her brother\"
                                                  from now on, the name is another's; it is not merged again
  travaux actors talks.travaux                    which names were merged, and why";

/// `travaux merge`.
#[derive(clap::Args)]
pub struct Merge {
    /// The record
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// A name
    #[arg(value_name = "NAME")]
    pub name: String,
    /// A name of whom or what it means
    #[arg(value_name = "INTO")]
    pub into: String,
    /// Names of issues, not of persons and parties
    #[arg(long)]
    pub issue: bool,
    /// The first day on which it does: this name alone, of what is said from then on
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub from: Option<Date>,
    /// The last day on which it does
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub until: Option<Date>,
    #[command(flatten)]
    pub hand: HandOf,
}

/// `travaux split`.
#[derive(clap::Args)]
pub struct Split {
    /// The record
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// A name
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The name of an issue, not of a person or party
    #[arg(long)]
    pub issue: bool,
    #[command(flatten)]
    pub hand: HandOf,
}

/// Who decides, why, and of which report's name.
#[derive(clap::Args)]
pub struct HandOf {
    /// The report, where NAME is another one in every report ("the minister")
    #[arg(long, value_name = "ID")]
    pub report: Option<String>,
    /// Who decides [default: the user of this computer]
    #[arg(long, value_name = "A", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub author: Option<String>,
    /// Why
    #[arg(long, value_name = "R")]
    pub reason: Option<String>,
}

/// Merges, and says what moved.
pub fn merge(typed: &Merge) -> Result<ExitCode> {
    let mut record = Record::open(&typed.record)?;
    let merge = Decided {
        which: which(typed.issue),
        this: &typed.name,
        report: typed.hand.report.as_deref(),
        into: &typed.into,
        days: Days { from: typed.from, until: typed.until },
    };
    let moved = record.merge(&typed.hand.by()?, &merge)?;
    let days = match (typed.from, typed.until) {
        (None, None) => String::new(),
        (Some(from), None) => format!(" from {from} on"),
        (None, Some(until)) => format!(" until {until}"),
        (Some(from), Some(until)) => format!(" from {from} to {until}"),
    };
    let more = match moved {
        1 => String::new(),
        2 => ", as does another name with it".to_owned(),
        n => format!(", as do {} other names with it", n - 1),
    };
    say(&format!("{} means {}{days}{more}", typed.name, typed.into));
    Ok(ExitCode::SUCCESS)
}

/// Splits.
pub fn split(typed: &Split) -> Result<ExitCode> {
    let mut record = Record::open(&typed.record)?;
    let report = typed.hand.report.as_deref();
    record.split(&typed.hand.by()?, which(typed.issue), &typed.name, report)?;
    say(&format!("{} stands alone", typed.name));
    Ok(ExitCode::SUCCESS)
}

fn which(issue: bool) -> Which {
    if issue { Which::Issue } else { Which::Actor }
}

impl HandOf {
    fn by(&self) -> Result<By> {
        let user = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|v| std::env::var(v).ok());
        let author = self.author.clone().or_else(user).filter(|a| !a.trim().is_empty());
        match author {
            Some(author) => Ok(By::person(author, self.reason.clone())),
            None => Err(Error::usage("nobody is known to decide this; say who with --author")),
        }
    }
}
