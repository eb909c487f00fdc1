//! Questions to a record: opens it, takes what it held at the asked moment, prints the answer. Never writes to it.

use std::process::ExitCode;

use travaux::present::pages::{self, Extent, Page};
use travaux::record::{At, Record, Snapshot};
use travaux::{Error, Result};

use super::arguments::{Ask, Changes, View};
use super::{output, print, stdout};

/// Answers with the page that `page` makes of the record.
pub fn ask<P: Page>(
    typed: &Ask,
    page: impl FnOnce(&Snapshot<'_>) -> Result<P>,
) -> Result<ExitCode> {
    let record = Record::open_read_only(&typed.record)?;
    let snapshot = record.snapshot(At { as_of: typed.as_of, known_by: typed.known_by })?;
    show(&page(&snapshot)?, typed)?;
    Ok(ExitCode::SUCCESS)
}

/// Answers what changed between two boards: of two days, or as known at two moments.
pub fn changes(typed: &Changes) -> Result<ExitCode> {
    let ask = &typed.ask;
    let record = Record::open_read_only(&ask.record)?;
    let until = typed.until.or(ask.as_of);
    if let (Some(since), Some(until)) = (typed.since, until)
        && since > until
    {
        return Err(Error::usage(format!(
            "--since {since} lies after {until}; name the earlier day first"
        )));
    }
    let after = record.snapshot(At { as_of: until, known_by: ask.known_by })?;
    let before = match typed.known_since {
        Some(moment) => {
            let as_of = typed.since.or(until);
            Some(record.snapshot(At { as_of, known_by: Some(moment) })?)
        }
        None => None,
    };
    let extent = extent(typed.all, ask);
    show(&pages::changes(&after, typed.since, before.as_ref(), extent)?, ask)?;
    Ok(ExitCode::SUCCESS)
}

/// For people a glance unless they ask for all; for programs always all.
pub fn extent(all: bool, typed: &Ask) -> Extent {
    match typed.format {
        View::Text | View::Md if !all => Extent::Glance,
        _ => Extent::All,
    }
}

/// Prints `page` as `typed` asks for.
pub fn show(page: &impl Page, typed: &Ask) -> Result<()> {
    match typed.format {
        View::Json => print(&page.to_json(), std::io::stdout()),
        View::Md => print(&page.to_markdown(), std::io::stdout()),
        View::Csv => {
            let tables: Vec<String> = page.tables().iter().map(|t| t.to_csv()).collect();
            print(&tables.join("\r\n"), std::io::stdout())
        }
        View::Text => print(&page.to_text(output::width(true)), stdout(typed.color)),
    }
}
