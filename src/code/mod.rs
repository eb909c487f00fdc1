//! What statements and narration say about the negotiation: positions, assessments, encounters. Never records
//! what it cannot anchor, and never says that something is so: each entry says who is reported to hold it.

pub mod codebook;
mod complete;
mod fields;
pub mod lexicon;
mod meant;
mod network;
mod plans;
mod reading;
mod weighed;

use crate::annotate::Document;
use crate::attribute::{Answer, Section, Statement};
use crate::error::Result;
use crate::model::{Scratch, Weights};
use crate::report::{Report, Span};
pub use codebook::Codebook;
use lexicon::Lexicon;
use network::Network;
pub(crate) use reading::Coded;

/// Where a party stands on what it is reported to have put on the table or been asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    /// Puts a measure or text forward for all.
    Propose,
    /// Would itself do, give, accept or renounce something.
    Offer,
    /// Asks others to do or accept something.
    Demand,
    /// Agrees to what others put forward.
    Accept,
    /// Refuses what is put forward.
    Reject,
    /// Says that the matter is not open at all.
    RuleOut,
    /// Would consider or discuss it, without accepting.
    Open,
}

impl Stance {
    /// All of them, in the order of the guidelines.
    pub const ALL: [Stance; 7] = [
        Stance::Propose,
        Stance::Offer,
        Stance::Demand,
        Stance::Accept,
        Stance::Reject,
        Stance::RuleOut,
        Stance::Open,
    ];

    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["propose", "offer", "demand", "accept", "reject", "rule_out", "open"][self as usize]
    }
}

/// A judgement of talks, from the worst to the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Failed, collapsed, broken off.
    Breakdown,
    /// Deadlock, far apart.
    NoProgress,
    /// Some progress, large gaps; hard to gauge.
    Mixed,
    /// Closer, constructive.
    Progress,
    /// A deal reached or adopted.
    Agreement,
}

impl Value {
    /// All of them, from the worst to the best.
    pub const ALL: [Value; 5] =
        [Value::Breakdown, Value::NoProgress, Value::Mixed, Value::Progress, Value::Agreement];

    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["breakdown", "no_progress", "mixed", "progress", "agreement"][self as usize]
    }
}

/// Whether a judgement is of what was, or of what is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Of {
    /// How it went or stands.
    Past,
    /// How it is expected to go.
    Prospect,
}

impl Of {
    /// Both.
    pub const ALL: [Of; 2] = [Of::Past, Of::Prospect];

    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["past", "prospect"][self as usize]
    }
}

/// What sort of encounter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Talks,
    Meeting,
    Call,
    Signing,
    PressConference,
    Visit,
}

impl Kind {
    /// All of them, in the order of the guidelines.
    pub const ALL: [Kind; 6] =
        [Kind::Talks, Kind::Meeting, Kind::Call, Kind::Signing, Kind::PressConference, Kind::Visit];

    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["talks", "meeting", "call", "signing", "press_conference", "visit"][self as usize]
    }
}

/// Whether an encounter took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Status {
    Held,
    Ongoing,
    Planned,
    Conditional,
    Cancelled,
}

impl Status {
    /// All of them, in the order of the guidelines.
    pub const ALL: [Status; 5] =
        [Status::Held, Status::Ongoing, Status::Planned, Status::Conditional, Status::Cancelled];

    /// The name the record uses.
    pub fn as_str(self) -> &'static str {
        ["held", "ongoing", "planned", "conditional", "cancelled"][self as usize]
    }
}

/// What a reading rests on, for those who ask.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Why {
    /// Words of the lexicon that stand near.
    pub cues: Vec<Span>,
    /// One sentence a decision: what was weighed, and how.
    pub notes: Vec<String>,
}

/// A party is reported to stand somewhere on an issue.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// The statement it stands in, as an index; `None` for the report's own narration.
    pub statement: Option<usize>,
    /// Whose position it is, the plainest name.
    pub holder: Option<String>,
    /// What is at stake: of the codebook, or the terms' own words.
    pub issue: Option<String>,
    /// Where the holder stands.
    pub stance: Stance,
    /// Words that state what is proposed, offered, demanded, refused; never empty.
    pub terms: Vec<Span>,
    /// What it depends on or is exchanged for.
    pub condition: Option<Span>,
    /// What limits where, when or to whom it applies.
    pub scope: Option<Span>,
    /// The justification given.
    pub reason: Option<Span>,
    /// The number or amount at stake.
    pub figure: Option<Span>,
    /// Whether the speaker speaks for the holder; false in narration.
    pub firsthand: bool,
    /// How sure the reading is, 0 to 1.
    pub confidence: f32,
    /// What it rests on.
    pub why: Why,
}

/// A judgement of the state or prospects of the talks.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The statement it stands in, as an index; `None` for the report's own voice.
    pub statement: Option<usize>,
    /// Who judges; `None` for the report's own voice.
    pub assessor: Option<String>,
    /// On whose behalf.
    pub party: Option<String>,
    /// The judgement.
    pub value: Value,
    /// Of what.
    pub of: Of,
    /// Words that carry it; never empty.
    pub words: Vec<Span>,
    /// When it was said, as the statement tells.
    pub said: Option<String>,
    /// How sure the reading is, 0 to 1.
    pub confidence: f32,
    /// What it rests on.
    pub why: Why,
}

/// A meeting, round, call, signing, press conference or visit that belongs to the negotiation.
#[derive(Debug, Clone, PartialEq)]
pub struct Encounter {
    /// The statement it stands in, as an index.
    pub statement: Option<usize>,
    /// What sort.
    pub kind: Kind,
    /// Whether it took place.
    pub status: Status,
    /// Who takes part.
    pub participants: Vec<String>,
    /// Where.
    pub place: Option<String>,
    /// ISO 8601 day, month or interval.
    pub date: Option<String>,
    /// Words that tell of it; never empty.
    pub words: Vec<Span>,
    /// How sure the reading is, 0 to 1.
    pub confidence: f32,
    /// What it rests on.
    pub why: Why,
}

/// All that the second reading finds in a report, each in the order of the text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coding {
    /// What is on the table.
    pub positions: Vec<Position>,
    /// How the talks are going.
    pub assessments: Vec<Assessment>,
    /// Who meets whom.
    pub encounters: Vec<Encounter>,
}

impl Coding {
    /// Drops what entries rest on.
    pub fn forget_why(&mut self) {
        self.positions.iter_mut().for_each(|p| p.why = Why::default());
        self.assessments.iter_mut().for_each(|a| a.why = Why::default());
        self.encounters.iter_mut().for_each(|e| e.why = Why::default());
    }
}

/// Finds positions, assessments and encounters. Shared by all threads.
pub struct Coder {
    network: Network,
    lexicon: Lexicon,
    codebook: Option<Codebook>,
}

impl Coder {
    /// Takes the network's parameters from `weights`.
    pub fn new(weights: &Weights, lexicon: Lexicon) -> Result<Self> {
        Ok(Self { network: Network::new(weights)?, lexicon, codebook: None })
    }

    /// Names parties and issues as `codebook` does.
    pub fn with_codebook(mut self, codebook: Codebook) -> Self {
        self.codebook = Some(codebook);
        self
    }

    /// After how many layers of the encoder the states are wanted.
    pub fn begins_after(&self) -> usize {
        self.network.begins_after()
    }

    /// What stands in one section.
    pub(crate) fn section(
        &self,
        text: &str,
        document: &Document,
        section: &Section,
        scratch: &mut Scratch,
    ) -> Coded {
        reading::read(&self.network, &self.lexicon, text, document, section, scratch)
    }

    /// What all sections give to the coding of `report`; `answers` say who each of the phrases is about that the sections
    /// asked for.
    pub(crate) fn complete(
        &self,
        report: &Report,
        statements: &[Statement],
        sections: Vec<Coded>,
        answers: &[Answer],
    ) -> Coding {
        complete::complete(self, report, statements, sections, answers)
    }
}
