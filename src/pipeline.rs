//! Wires the stages; no logic of its own.

use crate::attribute::Statement;
use crate::report::Report;

/// A report together with what was read in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The report.
    pub report: Report,
    /// Its statements, in the order of their first anchor.
    pub statements: Vec<Statement>,
}
