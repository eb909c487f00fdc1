//! The command line's table of contents: parse what was typed, call, print errors. Holds no logic of its own.

mod cli;

use std::process::ExitCode;

use cli::arguments::{self, Codebook, Command};
use travaux::present::pages;

fn main() -> ExitCode {
    cli::quiet_panics();
    let called = std::panic::catch_unwind(|| match arguments::parse() {
        Command::Read(typed) => cli::read::read(typed),
        Command::Codebook(Codebook::Check(typed)) => cli::codebook::check(&typed),
        Command::Codebook(Codebook::Propose(typed)) => cli::codebook::propose(&typed),
        Command::Init(typed) => cli::record::init(&typed),
        Command::Add(typed) => cli::record::add(&typed),
        Command::Backup(typed) => cli::record::backup(&typed),
        Command::Board(typed) => {
            let extent = cli::ask::extent(typed.all, &typed.ask);
            cli::ask::ask(&typed.ask, |s| pages::board(s, extent))
        }
        Command::History(typed) => {
            cli::ask::ask(&typed.ask, |s| pages::history(s, &typed.issue, &typed.party))
        }
        Command::Changes(typed) => cli::ask::changes(&typed),
        Command::Statements(typed) => typed
            .search()
            .and_then(|search| cli::ask::ask(&typed.ask, |s| pages::statements(s, &search))),
        Command::Check(typed) => cli::record::check(&typed),
        Command::Timeline(typed) => cli::ask::ask(&typed, pages::timeline),
        Command::Accounts(typed) => cli::ask::ask(&typed, pages::accounts),
        Command::Brief(typed) => cli::ask::ask(&typed.ask, |held| pages::brief(held, typed.day)),
        Command::Review(typed) => cli::review::review(&typed),
        Command::Accept(typed) => cli::review::accept(&typed),
        Command::Reject(typed) => cli::review::reject(&typed),
        Command::Correct(typed) => cli::review::correct(&typed),
        Command::Note(typed) => cli::review::note(&typed),
        Command::Undo(typed) => cli::review::undo(&typed),
        Command::Log(typed) => cli::review::log(&typed),
        Command::Show(typed) => cli::review::show(&typed),
        Command::Reports(typed) => cli::ask::ask(&typed, pages::reports),
        Command::Actors(typed) => cli::ask::ask(&typed, pages::actors),
        Command::Merge(typed) => cli::merge::merge(&typed),
        Command::Split(typed) => cli::merge::split(&typed),
    });
    match called {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            cli::say(&error.to_string());
            if error.is_usage() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
        Err(_) => {
            cli::say(
                "stopped by a mistake in travaux; please send the report, and what is shown with \
                 RUST_BACKTRACE=1, to its makers",
            );
            ExitCode::FAILURE
        }
    }
}
