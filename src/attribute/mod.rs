//! Finds the statements of a document: source, cue, content, speaker, party, when and where it was
//! said. Never records what it cannot anchor.

use crate::report::Span;

/// How much of the content stands in quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// All of it.
    Direct,
    /// Some words.
    Mixed,
    /// None.
    Indirect,
}

impl Form {
    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Form::Direct => "direct",
            Form::Mixed => "mixed",
            Form::Indirect => "indirect",
        }
    }
}

/// Somebody is reported to have said, thought, wanted or denied something.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Words that name the speaker; empty where the report names none ("it was agreed that").
    pub source: Vec<Span>,
    /// Words that signal the attribution ("said", "according to").
    pub cue: Vec<Span>,
    /// What is attributed, in reading order; never empty.
    pub content: Vec<Span>,
    /// Quotation form.
    pub form: Form,
    /// The fullest name the report gives, or the description of an unnamed source.
    pub speaker: Option<String>,
    /// On whose behalf the speaker speaks.
    pub party: Option<String>,
    /// When it was said: ISO 8601 day, month or interval.
    pub said: Option<String>,
    /// Words that say where or how it was said.
    pub venue: Option<Span>,
    /// Who relayed it inside the report.
    pub via: Option<String>,
    /// How sure the reading is, 0 to 1.
    pub confidence: f32,
}
