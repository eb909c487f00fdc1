//! Word vectors to tagged fragments of sources, cues and contents, in two layers: statements of the
//! report, and statements inside the content of another. Never joins fragments across paragraphs.

use crate::annotate::Document;
use crate::error::Result;
use crate::model::{Weights, tagger};

/// The part a fragment plays in an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Source,
    Cue,
    Content,
}

const ROLES: [Role; 3] = [Role::Source, Role::Cue, Role::Content];

/// A run of words within one paragraph that plays one part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fragment {
    pub role: Role,
    /// First word.
    pub first: usize,
    /// One past the last word.
    pub end: usize,
    /// Probability of its words having their labels, on average.
    pub confidence: f32,
}

/// One layer of tags.
pub(super) struct Tagger(tagger::Tagger);

impl Tagger {
    pub(super) fn new(weights: &Weights, name: &str) -> Result<Self> {
        Ok(Self(tagger::Tagger::new(weights, name)?))
    }

    /// The fragments of `document`, in order of their first word.
    pub(super) fn tag(&self, document: &Document) -> Vec<Fragment> {
        let runs = self.0.tag(&document.vectors, document.paragraphs());
        let fragment = |run: tagger::Run| Fragment {
            role: ROLES[run.kind],
            first: run.words.start,
            end: run.words.end,
            confidence: run.confidence,
        };
        runs.into_iter().map(fragment).collect()
    }
}
