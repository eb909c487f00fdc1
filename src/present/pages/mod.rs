//! The pages of a record: each is one plain value, the same for terminal, JSON, CSV and Markdown. A page is a file of this
//! folder: what it holds (`Serialize`), how it comes from a [`Snapshot`](crate::record::Snapshot), and its tables.

mod accounts;
mod actors;
mod board;
mod brief;
mod changes;
mod entry;
mod history;
mod lines;
mod log;
mod position;
mod quoted;
mod reports;
mod review;
mod statements;
mod timeline;
mod words;

use serde::Serialize;

use super::table::Table;
pub use actors::{ActorsPage, actors};
pub use board::{BoardIssue, BoardPage, BoardParty, BoardRest, board};
pub use changes::{ChangeCounts, ChangeRow, ChangesPage, changes};
pub use history::{HistoryPage, HistoryRow, history};
pub use position::{PositionRow, StandingRow};
pub use statements::{StatementsPage, statements};

pub use accounts::{AccountsPage, accounts};
pub use brief::{BriefPage, brief};
pub use entry::{EntryPage, entry};
pub use log::{LogPage, log};
pub use quoted::Quoted;
pub use reports::{ReportsPage, reports};
pub use review::{ReviewPage, review};
pub use timeline::{TimelinePage, timeline};

/// How much of a page is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extent {
    /// What can be taken in at once; the rest is counted.
    #[default]
    Glance,
    /// All of it.
    All,
}

/// One of the ways to look at a record.
pub trait Page: Serialize {
    /// What people see of it.
    fn tables(&self) -> Vec<Table>;

    /// Lines above the tables, for the eye; none unless the page has some.
    fn above(&self) -> Vec<String> {
        Vec::new()
    }

    /// For a terminal of `width` columns: its tables, unless the page knows better.
    fn to_text(&self, width: usize) -> String {
        let above: String = self.above().iter().map(|l| super::clean::line(l) + "\n").collect();
        let above = Some(above).filter(|a| !a.is_empty());
        let tables = self.tables();
        above
            .into_iter()
            .chain(tables.iter().map(|t| t.to_text(width)))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// As Markdown: its tables, unless the page knows better.
    fn to_markdown(&self) -> String {
        let tables: Vec<String> = self.tables().iter().map(Table::to_markdown).collect();
        let mut lines: Vec<String> =
            self.above().iter().map(|l| super::table::markdown(l) + "\n").collect();
        lines.extend(tables);
        lines.join("\n")
    }

    /// As one JSON document.
    fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
