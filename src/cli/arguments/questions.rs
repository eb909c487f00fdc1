//! What may be typed of questions to a record: which, of when, and how the answer is shown.

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::civil::Date;

use super::{Color, day, moment};

pub(super) const BOARD_EXAMPLES: &str = "\
Examples:
  travaux board talks.travaux                          issues by parties, at a glance
  travaux board talks.travaux --all                    every position that is held
  travaux board talks.travaux --as-of 2031-03-12       as said by the end of that day
  travaux board talks.travaux --known-by 2031-03-12    as it could be known on that day
  travaux board talks.travaux --format csv > board.csv for a spreadsheet

A cell has the position of the latest day; of one day what the party says itself before what others say of it, then what
the later report tells, then the surer reading. What a later report corrects is in no cell.";

pub(super) const HISTORY_EXAMPLES: &str = "\
Examples:
  travaux history talks.travaux --issue quotas --party Veldra

A part of a name is enough where no other name has it.";

pub(super) const CHANGES_EXAMPLES: &str = "\
Examples:
  travaux changes talks.travaux --since 2031-03-12     since the end of that day
  travaux changes talks.travaux --since 2031-03-12 --until 2031-03-19
  travaux changes talks.travaux --known-since 2031-03-12T09:00Z
                                                       what came in since then, of whatever day

Stances in their order: accept, offer, open, propose, demand, reject, rule out. A step up hardened, a step down softened.
Another figure moved; where it can be compared with the other parties' figures, it hardened or softened. Dropped is what the
record no longer holds: corrected, read anew, or rejected by a person.";

pub(super) const ACCOUNTS_HELP: &str = "\
Judged apart  the same talks, judged two or more steps apart within three days (breakdown, no progress, mixed,
              progress, agreement), in reports that are no copies, or by two sides within one report
Told          a party's stance as it says itself, and as others tell it within three days
Gaps          what one party proposes or demands and another rejects or rules out, as last heard of each
Settled       what all parties that are heard on it accept

The surest stands first: sure is a pair as its less sure side. `3748 +2` is report 3748 and two that are no copies.";

pub(super) const BRIEF_EXAMPLES: &str = "\
Examples:
  travaux brief talks.travaux                      the last day that has news
  travaux brief talks.travaux --day 2031-03-12     another day, as far as it was known to the record
  travaux brief talks.travaux --format md > brief.md
                                                   a page to print";

/// A question to a record: which, of when, and how the answer is shown.
#[derive(clap::Args)]
pub struct Ask {
    /// The record
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// As said by the end of this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub as_of: Option<Date>,
    /// As known by the end of this day (UTC), or by this moment (2031-03-12T09:00Z)
    #[arg(long, value_name = "DAY|MOMENT", value_parser = moment)]
    pub known_by: Option<jiff::Timestamp>,
    /// How to show it
    #[arg(long, value_enum, default_value = "text")]
    pub format: View,
    /// Colour on the terminal
    #[arg(long, value_enum, default_value = "auto")]
    pub color: Color,
}

/// `travaux board`.
#[derive(clap::Args)]
pub struct Board {
    #[command(flatten)]
    pub ask: Ask,
    /// Every position that is held, also those on issues that one party alone speaks of
    #[arg(long)]
    pub all: bool,
}

/// `travaux history`.
#[derive(clap::Args)]
pub struct History {
    #[command(flatten)]
    pub ask: Ask,
    /// What is at stake: a name on the board, or a part of one
    #[arg(long, value_name = "NAME")]
    pub issue: String,
    /// Who stands there: a name on the board, or a part of one
    #[arg(long, value_name = "NAME")]
    pub party: String,
}

/// `travaux changes`.
#[derive(clap::Args)]
pub struct Changes {
    #[command(flatten)]
    pub ask: Ask,
    /// From the board of the end of this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, required_unless_present = "known_since")]
    pub since: Option<Date>,
    /// To the board of the end of this day [default: the latest]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, conflicts_with = "as_of")]
    pub until: Option<Date>,
    /// From what was known by the end of this day (UTC), or by this moment
    #[arg(long, value_name = "DAY|MOMENT", value_parser = moment)]
    pub known_since: Option<jiff::Timestamp>,
    /// Every position that is heard of first, also where there are many
    #[arg(long)]
    pub all: bool,
}

/// `travaux brief`.
#[derive(clap::Args)]
pub struct Brief {
    #[command(flatten)]
    pub ask: Ask,
    /// Whose news [default: the last day that has any]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub day: Option<Date>,
}

/// How an answer is shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum View {
    /// For the eye
    Text,
    /// One JSON document
    Json,
    /// Comma-separated values, for spreadsheets
    Csv,
    /// Markdown
    Md,
}
