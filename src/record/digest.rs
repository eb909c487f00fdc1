//! By what a report is known when it comes in again: its key, and the digest of all that it says. Never lets two
//! different reports pass as one.

use std::collections::{HashMap, HashSet};

use rusqlite::Row;
use sha2::{Digest as _, Sha256};

use super::{Record, file};
use crate::error::Result;
use crate::report::Report;

/// The first half of a SHA-256 of all fields of a report.
pub type Digest = [u8; 16];

/// The digest of `report`.
pub fn digest(report: &Report) -> Digest {
    let mut hash = Sha256::new();
    let mut field = |value: Option<&str>| {
        // Lengths keep fields apart.
        hash.update(value.map_or(u64::MAX, |v| v.len() as u64).to_le_bytes());
        hash.update(value.unwrap_or_default());
    };
    field(report.title.as_deref());
    field(report.outlet.as_deref());
    field(Some(&report.agencies.join("\n")));
    field(report.byline.as_deref());
    field(report.place.as_deref());
    field(report.published.map(|d| d.to_string()).as_deref());
    field(report.url.as_deref());
    field(Some(&report.text));
    let mut out = [0; 16];
    out.copy_from_slice(&hash.finalize()[..16]);
    out
}

/// The key of `report`: its id where it was given, its address, its file, or what it says.
pub fn key(report: &Report) -> String {
    if !report.id_is_derived() {
        return format!("id:{}", report.id);
    }
    if let Some(url) = &report.url {
        return format!("url:{url}");
    }
    match &report.file {
        Some(file) => format!("file:{}", file.display()),
        None => format!("text:{}", report.id),
    }
}

/// What a record holds, to tell what need not be read again. Taken once, before a run.
#[derive(Debug, Clone, Default)]
pub struct Digests {
    of: HashMap<String, Digest>,
    all: HashSet<Digest>,
}

impl Digests {
    /// Whether the record holds `report` as it is.
    pub fn hold(&self, report: &Report) -> bool {
        let now = digest(report);
        match self.of.get(&key(report)) {
            Some(held) => *held == now,
            None => report.id_is_derived() && self.all.contains(&now),
        }
    }
}

impl Record {
    /// What it holds at present.
    pub fn digests(&self) -> Result<Digests> {
        let say = |e| file::sentence(&self.path, &e);
        let mut statement = self
            .db
            .prepare("SELECT key, digest FROM version JOIN report ON report.id = report WHERE until IS NULL")
            .map_err(say)?;
        let row = |r: &Row<'_>| Ok((r.get::<_, String>(0)?, r.get::<_, Digest>(1)?));
        let of: HashMap<String, Digest> =
            statement.query_map([], row).and_then(Iterator::collect).map_err(say)?;
        Ok(Digests { all: of.values().copied().collect(), of })
    }
}
