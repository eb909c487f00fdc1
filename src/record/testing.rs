//! Small readings made by hand, for the tests of this room: they need no model.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Added, Record};
use crate::attribute::{Form, Statement};
use crate::code::{Assessment, Coding, Encounter, Kind, Of, Position, Stance, Status, Value, Why};
use crate::report::{Report, Span};

/// A record in a folder that goes with it.
pub struct Sample {
    pub record: Record,
    #[allow(dead_code, reason = "the file goes when it does")]
    pub folder: tempfile::TempDir,
}

/// A report being made: each line of the text that is told of becomes an entry.
#[derive(Default, Clone)]
pub struct Draft {
    pub report: Report,
    pub statements: Vec<Statement>,
    pub coding: Coding,
}

impl Sample {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let record = Record::init(&folder.path().join("talks.travaux"), None).expect("begun");
        Self { record, folder }
    }

    /// Adds `draft` at noon UTC of `day`.
    pub fn add(&mut self, day: &str, draft: &Draft) -> Added {
        self.record.at_moment(noon(day));
        self.record.add(&draft.report, &draft.statements, &draft.coding, "test").expect("added")
    }
}

/// Noon UTC of a day.
pub fn noon(day: &str) -> Timestamp {
    format!("{day}T12:00:00Z").parse().expect("a day")
}

impl Draft {
    pub fn new(id: &str, published: &str, text: &str) -> Self {
        let report = Report {
            id: id.into(),
            published: published.parse::<Date>().ok(),
            text: text.into(),
            ..Report::default()
        };
        Self { report, ..Self::default() }
    }

    /// Where `words` stand first.
    pub fn span(&self, words: &str) -> Span {
        let start = self.report.text.find(words).unwrap_or_else(|| panic!("{words}: not in text"));
        Span::new(start, start + words.len())
    }

    /// `speaker` (for `party`) says `content`.
    pub fn said(mut self, speaker: &str, party: Option<&str>, content: &str) -> Self {
        self.statements.push(Statement {
            source: vec![],
            cue: vec![],
            content: vec![self.span(content)],
            form: Form::Indirect,
            speaker: Some(speaker.into()),
            party: party.map(Into::into),
            said: None,
            venue: None,
            within: None,
            via: None,
            confidence: 0.9,
        });
        self
    }

    /// `holder` stands so on `issue`; in the statement made last, if any.
    pub fn position(mut self, holder: &str, issue: &str, stance: Stance, terms: &str) -> Self {
        let statement = self.statements.len().checked_sub(1);
        let firsthand = self.statements.last().is_some_and(|s| {
            s.party.as_deref() == Some(holder) || s.speaker.as_deref() == Some(holder)
        });
        self.coding.positions.push(Position {
            statement,
            holder: Some(holder.into()),
            issue: Some(issue.into()),
            stance,
            terms: vec![self.span(terms)],
            condition: None,
            scope: None,
            reason: None,
            figure: None,
            firsthand,
            confidence: 0.8,
            why: Why::default(),
        });
        self
    }

    /// `assessor` judges the talks; in the statement made last, if any.
    pub fn assessment(mut self, assessor: Option<&str>, value: Value, words: &str) -> Self {
        let last = self.statements.last();
        self.coding.assessments.push(Assessment {
            statement: self.statements.len().checked_sub(1),
            assessor: assessor.map(Into::into),
            party: last.and_then(|s| s.party.clone()),
            value,
            of: Of::Past,
            words: vec![self.span(words)],
            said: last.and_then(|s| s.said.clone()),
            confidence: 0.8,
            why: Why::default(),
        });
        self
    }

    /// Somebody meets.
    pub fn encounter(
        mut self,
        kind: Kind,
        status: Status,
        date: Option<&str>,
        words: &str,
    ) -> Self {
        self.coding.encounters.push(Encounter {
            statement: self.statements.len().checked_sub(1),
            kind,
            status,
            participants: vec![],
            place: None,
            date: date.map(Into::into),
            words: vec![self.span(words)],
            confidence: 0.8,
            why: Why::default(),
        });
        self
    }
}
