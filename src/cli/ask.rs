//! Questions to a record: opens it, takes what it held at the asked moment, prints the answer. Never writes to it.

use std::process::ExitCode;

use travaux::Result;
use travaux::present::pages::Page;
use travaux::record::{At, Record, Snapshot};

use super::arguments::{Ask, View};
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

/// Prints `page` as `typed` asks for.
pub fn show(page: &impl Page, typed: &Ask) -> Result<()> {
    match typed.format {
        View::Json => print(&page.to_json(), std::io::stdout()),
        View::Md => print(&page.to_markdown(), std::io::stdout()),
        View::Csv => {
            let tables: Vec<String> = page.tables().iter().map(|t| t.to_csv()).collect();
            print(&tables.join("\r\n"), std::io::stdout())
        }
        View::Text => {
            let width = output::width(true);
            let mut parts: Vec<String> = Vec::new();
            let above: Vec<String> =
                page.above().iter().map(|l| travaux::present::clean::line(l) + "\n").collect();
            parts.extend((!above.is_empty()).then(|| above.concat()));
            parts.extend(page.tables().iter().map(|t| t.to_text(width)));
            print(&parts.join("\n"), stdout(typed.color))
        }
    }
}
