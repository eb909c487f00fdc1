//! `travaux` reads news reports about a negotiation and keeps its record: who said what, when, and
//! through whom it is reported. Every entry is anchored to the exact characters of a report.
//!
//! One report goes through the rooms in this order:
//!
//! ```text
//! report ─ annotate ─ attribute ─ code ─ present
//! ```
//!
//! * [`report`] turns bytes (text, HTML, JSON Lines, SGML) into a [`report::Report`];
//! * [`annotate`] turns it into a [`annotate::Document`]: sentences, tokens, mentions, who is who;
//! * [`attribute`] finds the [`attribute::Statement`]s: source, cue, content, speaker, party, date;
//! * [`code`] finds what they say about the negotiation: [`code::Position`]s, [`code::Assessment`]s, [`code::Encounter`]s,
//!   by a [`Codebook`] of its parties and issues;
//! * [`present`] shows them, on a terminal, as a page, as JSON.
//!
//! [`model`] is the small neural network that `annotate`, `attribute` and `code` ask; [`pipeline`] wires the
//! rooms and holds no logic of its own.

pub mod annotate;
pub mod attribute;
pub mod code;
pub mod error;
pub mod model;
pub mod pipeline;
pub mod present;
pub mod record;
pub mod report;

pub use code::Codebook;
pub use error::{Error, Result};
