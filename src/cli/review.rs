//! `travaux accept`, `reject`, `correct`, `note`, `undo`, `review next`, `log`, `show`: what people decide about entries, and
//! what was decided. Never decides for the person.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::civil::Date;
use travaux::present::pages;
use travaux::record::{
    Asked, By, ChangeId, Correction, EntryKind, Field, Hand, Permalink, Record, Wanted,
};
use travaux::{Error, Result};

use super::arguments::{Ask, day, share};
use super::{ask, say};

pub const REVIEW_EXAMPLES: &str = "\
Examples:
  travaux review next talks.travaux                 what is least sure and nobody looked at, with what to type
  travaux review next talks.travaux -n 10 --kind position --below 0.5";

pub const DECIDE_EXAMPLES: &str = "\
Examples:
  travaux accept talks.travaux p12 a7               right as they are
  travaux reject talks.travaux p13 --reason \"the port, not the pact\"
  travaux undo talks.travaux 41                     take a decision back (`travaux log` numbers them)

Who decides is taken from --author, else from TRAVAUX_AUTHOR, else it is the user of this computer.
A rejected entry stays in the file (`travaux show`) and leaves all questions.";

pub const CORRECT_EXAMPLES: &str = "\
Examples:
  travaux correct talks.travaux p12 --stance offer --holder Veldra
  travaux correct talks.travaux p12 --terms \"stay out of the pact\" --unset condition
  travaux correct talks.travaux p12 --terms 120..211    code points of the report's text
  travaux correct talks.travaux s481 --speaker \"Ilma Dareth\" --party Veldra --said 2031-03-12
  travaux correct talks.travaux e3 --participants Veldra --participants Ostmark --date 2031-03-09/2031-03-20

Words must stand in the report as they are given; of several places, the one nearest to the present words is
meant. --reason says why you decide so; the reason that a position gives is --given-reason.";

pub const LOG_EXAMPLES: &str = "\
Examples:
  travaux log talks.travaux                         all changes, the newest first
  travaux log talks.travaux --hand person -n 20     what people decided last
  travaux log talks.travaux --about p12             all that touched an entry";

/// Who decides, and why.
#[derive(clap::Args)]
pub struct Author {
    /// Who decides [default: TRAVAUX_AUTHOR, else the user of this computer]
    #[arg(long, value_name = "A")]
    pub author: Option<String>,
    /// Why
    #[arg(long, value_name = "R")]
    pub reason: Option<String>,
}

/// `travaux accept` and `reject`.
#[derive(clap::Args)]
pub struct Decide {
    /// The record
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// Entries: p12, s481, a7, e3
    #[arg(value_name = "ENTRY", required = true, value_parser = link)]
    pub entries: Vec<Permalink>,
    /// The change that made what you saw: nothing is done where somebody decided since (of one entry)
    #[arg(long, value_name = "CHANGE", value_parser = change)]
    pub seen: Option<ChangeId>,
    #[command(flatten)]
    pub author: Author,
}

/// `travaux correct`.
#[derive(clap::Args)]
pub struct Correct {
    /// The record
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// An entry: p12, s481, a7, e3
    #[arg(value_name = "ENTRY", value_parser = link)]
    pub entry: Permalink,
    #[command(flatten)]
    pub fields: Fields,
    /// The field is not known; may be given several times
    #[arg(long, value_name = "FIELD", value_parser = field)]
    pub unset: Vec<Field>,
    /// The change that made what you saw: nothing is done where somebody decided since
    #[arg(long, value_name = "CHANGE", value_parser = change)]
    pub seen: Option<ChangeId>,
    #[command(flatten)]
    pub author: Author,
}

/// Options named as fields are.
macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $field:ident $long:literal $what:ident $value:literal)*) => {
        /// What an entry is to hold.
        #[derive(clap::Args)]
        #[command(next_help_heading = "Fields")]
        pub struct Fields {
            $($(#[doc = $doc])+
            #[arg(long = $long, value_name = $value)]
            pub $field: Vec<String>,)*
        }

        impl Fields {
            /// Those that were given.
            fn given(&self) -> Vec<Correction> {
                let all = [$((Field::$what, &self.$field)),*];
                let some = all.into_iter().filter(|(_, to)| !to.is_empty());
                some.map(|(field, to)| Correction { field, to: to.clone() }).collect()
            }
        }
    };
}

fields! {
    /// Position: whose it is
    holder "holder" Holder "NAME"
    /// Position: what is at stake
    issue "issue" Issue "NAME"
    /// Position: propose, offer, demand, accept, reject, rule_out, open
    stance "stance" Stance "CODE"
    /// Position: what is offered, demanded, refused; for each stretch of words once
    terms "terms" Terms "WORDS"
    /// Position: what it depends on
    condition "condition" Condition "WORDS"
    /// Position: what limits where, when or to whom it applies
    scope "scope" Scope "WORDS"
    /// Position: the justification that is given
    given_reason "given-reason" Reason "WORDS"
    /// Position: the number or amount at stake
    figure "figure" Figure "WORDS"
    /// Statement: who spoke
    speaker "speaker" Speaker "NAME"
    /// Statement, assessment: on whose behalf
    party "party" Party "NAME"
    /// Statement: day, month or interval
    said "said" Said "DATE"
    /// Statement: direct, mixed, indirect
    form "form" Form "CODE"
    /// Statement: where it was said
    venue "venue" Venue "WORDS"
    /// Assessment: who judges
    assessor "assessor" Assessor "NAME"
    /// Assessment: breakdown, no_progress, mixed, progress, agreement
    value "value" Value "CODE"
    /// Assessment: past, prospect
    of "of" Of "CODE"
    /// Assessment, encounter: the words that tell it; for each stretch of words once
    words "words" Words "WORDS"
    /// Encounter: talks, meeting, call, signing, press_conference, visit
    kind "kind" Kind "CODE"
    /// Encounter: held, ongoing, planned, conditional, cancelled
    status "status" Status "CODE"
    /// Encounter: who takes part, each once
    participants "participants" Participants "NAME"
    /// Encounter: where
    place "place" Place "PLACE"
    /// Encounter: day, month or interval
    date "date" Date "DATE"
}

/// `travaux note`.
#[derive(clap::Args)]
pub struct Note {
    /// The record
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// An entry: p12, s481, a7, e3
    #[arg(value_name = "ENTRY", value_parser = link)]
    pub entry: Permalink,
    /// What to write beside it
    #[arg(value_name = "TEXT")]
    pub text: String,
    #[command(flatten)]
    pub author: Author,
}

/// `travaux undo`.
#[derive(clap::Args)]
pub struct Undo {
    /// The record
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// The change, by its number (`travaux log`)
    #[arg(value_name = "CHANGE", value_parser = change)]
    pub change: ChangeId,
    #[command(flatten)]
    pub author: Author,
}

/// What is to be done with entries that nobody has looked at.
#[derive(clap::Subcommand)]
pub enum Review {
    /// Show what is least sure and nobody looked at, with what to type to decide on it
    #[command(after_help = REVIEW_EXAMPLES, arg_required_else_help = true)]
    Next(Next),
}

/// `travaux review next`.
#[derive(clap::Args)]
pub struct Next {
    #[command(flatten)]
    pub ask: Ask,
    /// How many
    #[arg(short, value_name = "N", default_value = "1")]
    pub n: usize,
    /// Of one kind: statement, position, assessment, encounter
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Option<EntryKind>,
    /// Less sure than this, 0 to 1
    #[arg(long, value_name = "P", value_parser = share)]
    pub below: Option<f32>,
}

/// `travaux log`.
#[derive(clap::Args)]
pub struct Log {
    #[command(flatten)]
    pub ask: Ask,
    /// By this author
    #[arg(long, value_name = "A")]
    pub author: Option<String>,
    /// To an entry (p12), or to a report, person, party or issue with these words in its name
    #[arg(long, value_name = "ENTRY|WORDS")]
    pub about: Option<String>,
    /// From the beginning of this day on (UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub since: Option<Date>,
    /// By people, or by the program: person, machine
    #[arg(long, value_name = "HAND", value_parser = hand)]
    pub hand: Option<Hand>,
    /// The last so many
    #[arg(short, value_name = "N")]
    pub n: Option<usize>,
}

/// `travaux show`.
#[derive(clap::Args)]
pub struct Show {
    #[command(flatten)]
    pub ask: Ask,
    /// An entry: p12, s481, a7, e3
    #[arg(value_name = "ENTRY", value_parser = link)]
    pub entry: Permalink,
}

/// Says that entries are right.
pub fn accept(typed: &Decide) -> Result<ExitCode> {
    decide(typed, "accepted", Record::accept)
}

/// Says that entries are wrong.
pub fn reject(typed: &Decide) -> Result<ExitCode> {
    decide(typed, "rejected", Record::reject)
}

/// Decides on each of the entries in a change of its own: what cannot be decided is told, and keeps no other back.
fn decide(
    typed: &Decide,
    done: &str,
    decide: impl Fn(&mut Record, &By, Permalink, Option<ChangeId>) -> Result<ChangeId>,
) -> Result<ExitCode> {
    let by = typed.author.by()?;
    if typed.seen.is_some() && typed.entries.len() > 1 {
        return Err(Error::usage("--seen is of one entry; name one only"));
    }
    let mut record = Record::open(&typed.record)?;
    let mut code = ExitCode::SUCCESS;
    for entry in &typed.entries {
        match decide(&mut record, &by, *entry, typed.seen) {
            Ok(change) => say(&format!("{entry} {done} by {} (change {})", by.author, change.0)),
            Err(error) if typed.entries.len() > 1 => {
                say(&error.to_string());
                code = ExitCode::FAILURE;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(code)
}

/// Says what is right in an entry.
pub fn correct(typed: &Correct) -> Result<ExitCode> {
    let by = typed.author.by()?;
    let mut all = typed.fields.given();
    all.extend(typed.unset.iter().map(|field| Correction { field: *field, to: Vec::new() }));
    let mut record = Record::open(&typed.record)?;
    let change = record.correct(&by, typed.entry, &all, typed.seen)?;
    say(&format!("{} corrected by {} (change {})", typed.entry, by.author, change.0));
    Ok(ExitCode::SUCCESS)
}

/// Writes beside an entry.
pub fn note(typed: &Note) -> Result<ExitCode> {
    let by = typed.author.by()?;
    let change = Record::open(&typed.record)?.note(&by, typed.entry, &typed.text)?;
    say(&format!("{} noted by {} (change {})", typed.entry, by.author, change.0));
    Ok(ExitCode::SUCCESS)
}

/// Takes a change back.
pub fn undo(typed: &Undo) -> Result<ExitCode> {
    let by = typed.author.by()?;
    let change = Record::open(&typed.record)?.undo(&by, typed.change)?;
    say(&format!("change {} taken back by {} (change {})", typed.change.0, by.author, change.0));
    Ok(ExitCode::SUCCESS)
}

/// Prints what waits.
pub fn review(typed: &Review) -> Result<ExitCode> {
    let Review::Next(typed) = typed;
    let below = typed.below.map(f64::from);
    let wanted = Wanted { kind: typed.kind, below };
    ask::ask(&typed.ask, |snapshot| pages::review(snapshot, wanted, typed.n))
}

/// Prints changes.
pub fn log(typed: &Log) -> Result<ExitCode> {
    if typed.ask.as_of.is_some() {
        return Err(Error::usage(
            "a log is of changes, not of what was said by a day; leave --as-of out, or use --known-by",
        ));
    }
    let midnight = |day: Date| jiff::tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0));
    let asked = Asked {
        author: typed.author.clone(),
        about: typed.about.clone(),
        since: typed.since.and_then(|day| midnight(day).ok()),
        hand: typed.hand,
    };
    ask::ask(&typed.ask, |snapshot| pages::log(snapshot, &asked, typed.n))
}

/// Prints everything about an entry.
pub fn show(typed: &Show) -> Result<ExitCode> {
    ask::ask(&typed.ask, |snapshot| pages::entry(snapshot, typed.entry))
}

impl Author {
    /// The person that decides.
    pub fn by(&self) -> Result<By> {
        let named = |name: &&str| {
            std::env::var_os(name)
                .map(|v| v.to_string_lossy().into_owned())
                .filter(|a| !a.trim().is_empty())
        };
        let known = ["TRAVAUX_AUTHOR", "USER", "LOGNAME", "USERNAME"];
        let author = self.author.clone().or_else(|| known.iter().find_map(named));
        match author.filter(|a| !a.trim().is_empty()) {
            Some(author) => Ok(By::person(author, self.reason.clone())),
            None => Err(Error::usage(
                "nobody is known to decide this; say who with --author, or set TRAVAUX_AUTHOR",
            )),
        }
    }
}

fn link(typed: &str) -> Result<Permalink, String> {
    typed.parse()
}

fn change(typed: &str) -> Result<ChangeId, &'static str> {
    let id = typed.parse().ok().filter(|id| *id > 0).map(ChangeId);
    id.ok_or("not a change; `travaux log` numbers them")
}

fn field(typed: &str) -> Result<Field, String> {
    let typed = if typed == "given-reason" { "reason" } else { typed };
    let all = || Field::ALL.map(Field::as_str).join(", ");
    Field::parse(typed).ok_or_else(|| format!("no such field; it is one of {}", all()))
}

fn kind(typed: &str) -> Result<EntryKind, String> {
    let is = |k: &EntryKind| k.as_str() == typed || k.letter() == typed;
    let all = || EntryKind::ALL.map(EntryKind::as_str).join(", ");
    EntryKind::ALL.into_iter().find(is).ok_or_else(|| format!("it is one of {}", all()))
}

fn hand(typed: &str) -> Result<Hand, &'static str> {
    let is = |h: &Hand| h.as_str() == typed;
    [Hand::Machine, Hand::Person].into_iter().find(is).ok_or("it is one of person, machine")
}
