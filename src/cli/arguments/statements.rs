//! What is typed to find statements in a record, and to check one. Never opens it.

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::civil::Date;
use travaux::attribute::Form;
use travaux::record::{Search, Words};
use travaux::{Error, Result};

use super::{Ask, day, positive};

pub(super) const EXAMPLES: &str = "\
Examples:
  travaux statements talks.travaux ceasefire             the newest that hold the word
  travaux statements talks.travaux 'no progress' pact    words in a row, and another word
  travaux statements talks.travaux negot*                beginnings of words
  travaux statements talks.travaux --speaker Dareth --since 2031-03-01
  travaux statements talks.travaux --party Veldra --form direct --limit 500 --format csv

All words must stand in a statement's source, cue or content. Case and accents make no difference.";

pub(super) const WHOLE_EXAMPLES: &str = "\
Prints what is wrong, and where, one problem a line. Exit code: 0 no problem, 1 some, 2 wrong usage.";

/// `travaux check`.
#[derive(clap::Args)]
pub struct Whole {
    /// The record
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
}

/// `travaux statements`.
#[derive(clap::Args)]
pub struct Statements {
    #[command(flatten)]
    pub ask: Ask,
    /// Words that must all occur; "words in a row" in quotation marks, beginnings of words with a star
    #[arg(value_name = "WORDS")]
    pub words: Vec<String>,
    /// Who spoke: a name, or a part of one
    #[arg(long, value_name = "NAME")]
    pub speaker: Option<String>,
    /// On whose behalf: a name, or a part of one
    #[arg(long, value_name = "NAME")]
    pub party: Option<String>,
    /// With a position on this issue
    #[arg(long, value_name = "NAME")]
    pub issue: Option<String>,
    /// Said on this day or later
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub since: Option<Date>,
    /// Said on this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub until: Option<Date>,
    /// Published by this outlet, or credited to this agency
    #[arg(long, value_name = "NAME")]
    pub outlet: Option<String>,
    /// How the words are given
    #[arg(long, value_enum)]
    pub form: Option<Given>,
    /// At most so many, the newest
    #[arg(long, value_name = "N", default_value = "50", value_parser = positive)]
    pub limit: u32,
}

/// How words are given.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Given {
    /// In quotation marks
    Direct,
    /// In part
    Mixed,
    /// In the report's own words
    Indirect,
}

impl Statements {
    /// What is sought.
    pub fn search(&self) -> Result<Search> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until < since
        {
            return Err(Error::usage(format!(
                "--until {until} is before --since {since}; swap them"
            )));
        }
        Ok(Search {
            words: Words::parse(&self.words)?,
            speaker: self.speaker.clone(),
            party: self.party.clone(),
            issue: self.issue.clone(),
            since: self.since,
            until: self.until,
            outlet: self.outlet.clone(),
            form: self.form.map(|form| match form {
                Given::Direct => Form::Direct,
                Given::Mixed => Form::Mixed,
                Given::Indirect => Form::Indirect,
            }),
            limit: self.limit as usize,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::{Command, Typed};

    fn check(line: &str, expected: &str) {
        let found = match Typed::try_parse_from(line.split(' ')).map(|t| t.command) {
            Ok(Command::Statements(typed)) => typed.search().map(drop).map_err(|e| e.to_string()),
            Ok(_) => panic!("{line}: another command"),
            Err(error) => Err(error.to_string()),
        };
        match found {
            Ok(()) => assert_eq!(expected, "", "{line}"),
            Err(found) => {
                assert!(!expected.is_empty() && found.contains(expected), "{line}: {found}")
            }
        }
    }

    #[test]
    fn what_is_sought_makes_sense() {
        check("travaux statements a.travaux pact treat* --party Veldra --form mixed", "");
        check("travaux statements a.travaux", "");
        check("travaux statements a.travaux pact --limit 0", "from 1 on");
        check("travaux statements a.travaux pact --form oral", "[possible values: direct");
        check("travaux statements a.travaux ?", "holds no word");
        check("travaux statements a --since 2031-03-12 --until 2031-03-10", "swap them");
    }
}
