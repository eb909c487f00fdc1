//! An entry with the words it stands on, the report they stand in, and through whom they came: what every page of a record
//! shows of an entry. Offsets become Unicode code points here. Never shows an entry without its words.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use serde::Serialize;

use crate::error::Result;
use crate::present::page::{Anchor, CodePoints};
use crate::present::signs::{self, UNSURE};
use crate::present::table::Cell;
use crate::record::{ActorId, Entry, NameId, Snapshot, Told, Verdict, VersionId};
use crate::report::Span;

/// An entry and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quoted {
    /// The entry: `p12`, `a3`, `e7`.
    pub entry: String,
    /// The id of its report.
    pub report: String,
    /// The number of the report's text that `words` count in.
    pub version: i64,
    /// The day it counts for: ISO 8601.
    pub day: String,
    /// The day on which its report was published: ISO 8601.
    pub published: Option<String>,
    /// Those through whom it reached the reader, outermost first: outlet, agencies, relayer, speaker, holder.
    pub chain: Vec<String>,
    /// The exact words.
    pub words: Vec<Anchor>,
    /// 0 to 1.
    pub confidence: f64,
    /// Whether it is less sure than one half, and nobody accepted or corrected it.
    pub unsure: bool,
    /// What people made of it: `unreviewed`, `accepted` or `corrected`.
    pub verdict: &'static str,
}

/// Makes [`Quoted`] of the entries of a snapshot.
pub(super) struct Quotes<'s, 'r> {
    snapshot: &'s Snapshot<'r>,
    points: RefCell<HashMap<VersionId, Rc<CodePoints>>>,
}

impl<'s, 'r> Quotes<'s, 'r> {
    /// Of `snapshot`.
    pub fn new(snapshot: &'s Snapshot<'r>) -> Self {
        Self { snapshot, points: RefCell::default() }
    }

    /// `entry`, of the kind that its id begins with, with its `words`. The chain ends with `last` where it is not the speaker.
    pub fn quote<T>(
        &self,
        kind: char,
        entry: &Entry<T>,
        told: &Told,
        words: &[Span],
        last: Option<NameId>,
    ) -> Result<Quoted> {
        let head = &self.snapshot.reports[entry.report];
        let mut chain: Vec<String> = head.outlet.iter().cloned().collect();
        chain.extend(head.agencies.iter().filter(|a| head.outlet.as_ref() != Some(a)).cloned());
        for name in [told.via, told.speaker, last].into_iter().flatten() {
            let name = self.snapshot.name(name);
            if chain.last().is_none_or(|before| before != name) {
                chain.push(name.to_owned());
            }
        }
        let text = self.snapshot.text(entry.version)?;
        let mut points = self.points.borrow_mut();
        let points = points.entry(entry.version).or_insert_with(|| Rc::new(CodePoints::new(&text)));
        let sound = words.iter().filter(|s| text.get(s.start..s.end).is_some());
        Ok(Quoted {
            entry: format!("{kind}{}", entry.id.0),
            report: head.given.clone(),
            version: entry.version.0,
            day: entry.day.to_string(),
            published: head.published.map(|d| d.to_string()),
            chain,
            words: sound.map(|s| points.anchor(&text, *s)).collect(),
            confidence: rounded(entry.confidence),
            unsure: entry.confidence < UNSURE && entry.verdict == Verdict::Unreviewed,
            verdict: entry.verdict.as_str(),
        })
    }

    /// What an actor is called.
    pub fn name(&self, actor: ActorId) -> String {
        self.snapshot.actor_name(actor).to_owned()
    }

    /// The ids of the reports of `entries`, each once.
    pub fn reports<T>(&self, all: &[Entry<T>], entries: &[usize]) -> Vec<String> {
        let mut ids = Vec::new();
        for i in entries {
            let id = &self.snapshot.reports[all[*i].report].given;
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        ids
    }
}

impl Quoted {
    /// The words on one line, at most `most` characters of them.
    pub(super) fn short(&self, most: usize) -> String {
        let words = signs::words(&self.words);
        match words.char_indices().nth(most) {
            None => words,
            Some((end, _)) => {
                let cut = words[..end].rfind(' ').filter(|at| *at > 0).unwrap_or(end);
                format!("{}…", words[..cut].trim_end())
            }
        }
    }

    /// "Reuters ← delegates · 3748", and how many independent reports say so besides.
    pub(super) fn source(&self, support: usize) -> String {
        let mut out = self.chain.join(" ← ");
        out.push_str(if out.is_empty() { "" } else { " · " });
        out.push_str(&self.report);
        if support > 1 {
            out.push_str(&format!(" +{}", support - 1));
        }
        out
    }

    /// "unsure, 34 %", "accepted by hand".
    pub(super) fn note(&self) -> String {
        match self.verdict {
            "unreviewed" => signs::unsure(self.confidence).unwrap_or_default(),
            verdict => format!("{verdict} by hand"),
        }
    }

    /// The words for a table; where they are unsure they stand back.
    pub(super) fn cell(&self) -> Cell {
        let cell = Cell::new(signs::words(&self.words));
        if self.unsure { cell.faint() } else { cell }
    }
}

/// Three decimals, as in the pages of single reports.
pub(super) fn rounded(confidence: f64) -> f64 {
    (confidence * 1000.0).round() / 1000.0
}
