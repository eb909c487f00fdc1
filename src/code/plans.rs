//! Whose a plan is: "a compromise presented by the chairman", "Brandel will table a proposal", "the chairman's draft",
//! and the sentences further on that tell what "the plan" says. Never guesses: where no author is named, there is none.

use super::Stance;
use super::lexicon::{Cue, Hint};
use crate::annotate::{Document, Mention, MentionKind};
use crate::attribute::Ask;

/// Words between a plan and the verb that says whose it is.
const VERB: usize = 8;
/// Words between that verb and the author.
const AUTHOR: usize = 12;
/// Words at the start of a sentence among which its plan stands.
const START: usize = 7;
/// Words between a plan with its author and what it says.
const BEFORE: usize = 8;
/// Words that point back to a plan.
const DEFINITE: [&str; 7] = ["the", "this", "that", "his", "her", "its", "their"];

/// Words at which a phrase with a name ends.
const STOPS: [&str; 20] = [
    "on", "in", "at", "to", "for", "from", "is", "was", "were", "are", "has", "had", "have",
    "will", "would", "who", "which", "that", "after", "before",
];

/// The plans of one section.
pub(super) struct Plans<'d> {
    sentences: &'d [usize],
    /// Where plans are named, in order.
    named: Vec<usize>,
    /// Plans with their authors, in order.
    authored: Vec<(usize, Ask)>,
    /// Those whose author stands in their own phrase.
    owned: Vec<(usize, Ask)>,
    lower: &'d [String],
}

impl<'d> Plans<'d> {
    pub(super) fn of(
        text: &str,
        document: &Document,
        lower: &'d [String],
        cues: &[Cue],
        sentences: &'d [usize],
    ) -> Self {
        let noun = |c: &&Cue| c.hint == Hint::Plan(0) && !lower[c.first].ends_with("ed");
        let named: Vec<usize> = cues.iter().filter(noun).map(|c| c.first).collect();
        let verbs: Vec<&Cue> =
            cues.iter().filter(|c| c.hint == Hint::Stance(Stance::Propose, 3)).collect();
        let look = Look { text, document, lower, sentences, verbs };
        let authored = named.iter().filter_map(|&plan| Some((plan, look.author(plan)?))).collect();
        let owned = named.iter().filter_map(|&p| Some((p, look.own(p)?))).collect();
        Self { sentences, named, authored, owned, lower }
    }

    /// The author of the plan whose content the words at `word` tell, and whether they are named with the plan right before
    /// ("the Veldran proposals include"); else the sentence must begin with the plan.
    pub(super) fn author(&self, word: usize) -> Option<(Ask, bool)> {
        let start = self.sentences.partition_point(|s| *s < self.sentences[word]);
        let beside = word.saturating_sub(BEFORE).max(start)..word;
        if let Some((_, ask)) = self.owned.iter().rev().find(|o| beside.contains(&o.0)) {
            return Some((*ask, true));
        }
        let plan = *self.named.iter().find(|p| (start..start + START).contains(p))?;
        let pointed = self.lower[plan.saturating_sub(4).max(start)..plan]
            .iter()
            .any(|w| DEFINITE.contains(&w.as_str()));
        if plan >= word || !pointed {
            return None;
        }
        let before = self.authored.iter().rev().find(|a| a.0 <= plan);
        before.or_else(|| self.authored.first()).map(|a| (a.1, false))
    }
}

struct Look<'d> {
    text: &'d str,
    document: &'d Document,
    lower: &'d [String],
    sentences: &'d [usize],
    verbs: Vec<&'d Cue>,
}

impl Look<'_> {
    fn author(&self, plan: usize) -> Option<Ask> {
        self.passive(plan).or_else(|| self.active(plan)).or_else(|| self.own(plan))
    }

    /// The author in the plan's own phrase.
    fn own(&self, plan: usize) -> Option<Ask> {
        self.possessive(plan).or_else(|| self.adjective(plan))
    }

    /// "the Veldran proposals", "a producer proposal"
    fn adjective(&self, plan: usize) -> Option<Ask> {
        let word = (plan.saturating_sub(2)..plan).rev().find(|i| {
            self.document.tokens[*i].span.of(self.text).starts_with(char::is_uppercase)
                && self.sentences[*i] == self.sentences[plan]
                && *i > 0
                && self.sentences[*i - 1] == self.sentences[plan]
        })?;
        let mention = self
            .document
            .mentions
            .iter()
            .any(|m| m.first <= word && word < m.end && m.kind == MentionKind::Time);
        (!mention).then(|| Ask::words(self.document, word, word + 1))
    }

    /// "a compromise on stocks presented by the chairman"
    fn passive(&self, plan: usize) -> Option<Ask> {
        let verb = self.verbs.iter().find(|v| {
            v.first > plan
                && v.first <= plan + VERB
                && self.sentences[v.first] == self.sentences[plan]
        })?;
        let by =
            (verb.end..verb.end + 3).find(|i| self.lower.get(*i).is_some_and(|w| w == "by"))?;
        let end = self.phrase(by + 1);
        (end > by + 1).then(|| Ask::words(self.document, by + 1, end))
    }

    /// Where a phrase with a name that begins at `from` ends: "the council's chairman, Ana Vela".
    fn phrase(&self, from: usize) -> usize {
        let capital =
            |i: usize| self.document.tokens[i].span.of(self.text).starts_with(char::is_uppercase);
        let mut end = from;
        for i in from..(from + AUTHOR).min(self.lower.len()) {
            let word = self.lower[i].as_str();
            if self.sentences[i] != self.sentences[from] || STOPS.contains(&word) {
                break;
            }
            if capital(i) {
                end = i + 1;
            } else if i >= end.max(from) + 4 {
                break;
            }
        }
        end
    }

    /// "the chairman will table a proposal"
    fn active(&self, plan: usize) -> Option<Ask> {
        let verb = self.verbs.iter().rev().find(|v| {
            v.end <= plan && v.end + VERB >= plan && self.sentences[v.first] == self.sentences[plan]
        })?;
        self.somebody(verb.first.saturating_sub(AUTHOR), verb.first, plan)
    }

    /// "the chairman's compromise"
    fn possessive(&self, plan: usize) -> Option<Ask> {
        let mark = (plan.saturating_sub(4)..plan).rev().find(|i| {
            self.lower[*i] == "s"
                && *i > 0
                && matches!(self.lower[*i - 1].as_str(), "'" | "\u{2019}")
        })?;
        self.somebody(mark.saturating_sub(AUTHOR), mark - 1, plan)
    }

    /// The last person named between two words of the plan's sentence, else the last body or state.
    fn somebody(&self, from: usize, to: usize, plan: usize) -> Option<Ask> {
        let near = |m: &Mention| {
            (from..to).contains(&m.head) && self.sentences[m.head] == self.sentences[plan]
        };
        let of = |kinds: &[MentionKind]| {
            let found = self.document.mentions.iter().enumerate();
            let mut found =
                found.filter(|(_, m)| near(m) && kinds.contains(&m.kind) && self.named(m));
            found.next_back()
        };
        let mention = of(&[MentionKind::Person])
            .or_else(|| of(&[MentionKind::Organization, MentionKind::Place]))?;
        Some(Ask::mention(self.document, mention.0))
    }

    /// Whether a mention is more than a pronoun.
    fn named(&self, m: &Mention) -> bool {
        self.document.span(m.first, m.end).of(self.text).len() > 4
    }
}
