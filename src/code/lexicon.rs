//! The lexicon of the language of negotiation: TOML files of cues, and where they stand in a text. A cue is a hint for
//! the network and a reason for the reader, never a judge: what a text says is read from all of it.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::fields::Fields;
use super::{Kind, Of, Stance, Status, Value};
use crate::error::{Error, Result};
use crate::model::wordpiece::pretokens;

/// Files that come with the program.
const FORMS: &str = include_str!("../../lexicon/forms.toml");
const POSITIONS: &str = include_str!("../../lexicon/positions.toml");
const ASSESSMENTS: &str = include_str!("../../lexicon/assessments.toml");
const ENCOUNTERS: &str = include_str!("../../lexicon/encounters.toml");

/// Words that a gap ("...") may stand for, at most.
const GAP: usize = 4;

/// What a cue hints at; its number is a row of the network's table (`CUES` in train/coding_data.py).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hint {
    /// A stance, with the strength of the cue, 1 to 3.
    Stance(Stance, u8),
    /// What follows is negated.
    Negation,
    /// What follows tells what a plan (0), an accord (1) or an offer (2) contains.
    Plan(u8),
    /// A judgement of talks.
    Value(Value, Of),
    /// A kind of encounter.
    Kind(Kind),
    /// The status of an encounter.
    Status(Status),
}

impl Hint {
    /// Its row in the network's table.
    pub(super) fn row(self) -> u8 {
        let row = match self {
            Hint::Stance(stance, strength) => stance as usize * 3 + usize::from(strength) - 1,
            Hint::Negation => 21,
            Hint::Plan(what) => 22 + usize::from(what),
            Hint::Value(value, of) => 25 + value as usize * 2 + of as usize,
            Hint::Kind(kind) => 35 + kind as usize,
            Hint::Status(status) => 41 + status as usize,
        };
        row as u8
    }
}

/// A cue in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cue {
    /// First word.
    pub first: usize,
    /// One past the last word.
    pub end: usize,
    /// What it hints at.
    pub hint: Hint,
}

/// Cues as sequences of words, by their first one; `None` is a gap.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    by_first: HashMap<String, Vec<Pattern>>,
    forms: Forms,
    fields: Fields,
}

/// The words of a cue, `None` for a gap, and what it hints at.
type Pattern = (Vec<Option<String>>, Hint);

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Forms {
    doubled: HashSet<String>,
    verbs: HashMap<String, Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    frame: Vec<Frame>,
    #[serde(default)]
    cue: Vec<Judgement>,
    #[serde(default)]
    kind: Vec<KindCues>,
    #[serde(default)]
    status: Vec<StatusCues>,
    operators: Option<Operators>,
    #[serde(default)]
    fields: HashMap<String, Vec<String>>,
    #[serde(default)]
    plan_context: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Frame {
    name: String,
    pos: String,
    stance: String,
    strength: u8,
    cues: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Judgement {
    value: String,
    of: String,
    cues: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindCues {
    kind: String,
    cues: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusCues {
    status: String,
    cues: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Operators {
    negation: Vec<String>,
    negating_to: Vec<String>,
}

impl Lexicon {
    /// The one that comes with the program.
    pub fn new() -> Result<Self> {
        let forms = toml::from_str(FORMS).map_err(|e| broken("forms.toml", FORMS, &e))?;
        let mut lexicon = Self { forms, ..Self::default() };
        let files = [
            ("positions.toml", POSITIONS),
            ("assessments.toml", ASSESSMENTS),
            ("encounters.toml", ENCOUNTERS),
        ];
        for (name, text) in files {
            lexicon.extend(name, text)?;
        }
        Ok(lexicon)
    }

    /// Adds the cues of a file, whose `name` is for messages: any of `[[frame]]`, `[[cue]]`, `[[kind]]`, `[[status]]`.
    pub fn extend(&mut self, name: &str, text: &str) -> Result<()> {
        let file: File = toml::from_str(text).map_err(|e| broken(name, text, &e))?;
        let unknown = |what: &str, given: &str, known: &[&str]| {
            let known = known.join(", ");
            Error::input(format!("{name}: {what} `{given}` is not known; it is one of {known}"))
        };
        for frame in &file.frame {
            let stance = Stance::ALL.into_iter().find(|s| s.as_str() == frame.stance);
            let known = Stance::ALL.map(Stance::as_str);
            let stance = stance.ok_or_else(|| unknown("stance", &frame.stance, &known))?;
            if !(1..=3).contains(&frame.strength) {
                return Err(Error::input(format!(
                    "{name}: frame `{}` has the strength {}; it is 1, 2 or 3",
                    frame.name, frame.strength
                )));
            }
            for cue in &frame.cues {
                self.add(cue, &frame.pos, Hint::Stance(stance, frame.strength));
            }
        }
        for cues in &file.cue {
            let value = Value::ALL.into_iter().find(|v| v.as_str() == cues.value);
            let known = Value::ALL.map(Value::as_str);
            let value = value.ok_or_else(|| unknown("value", &cues.value, &known))?;
            let of = match cues.of.as_str() {
                "past" | "tense" => Of::Past,
                "prospect" => Of::Prospect,
                of => return Err(unknown("of", of, &["past", "prospect", "tense"])),
            };
            cues.cues.iter().for_each(|c| self.add(c, "", Hint::Value(value, of)));
        }
        for cues in &file.kind {
            let kind = Kind::ALL.into_iter().find(|k| k.as_str() == cues.kind);
            let known = Kind::ALL.map(Kind::as_str);
            let kind = kind.ok_or_else(|| unknown("kind", &cues.kind, &known))?;
            cues.cues.iter().for_each(|c| self.add(c, "", Hint::Kind(kind)));
        }
        for cues in &file.status {
            let status = Status::ALL.into_iter().find(|s| s.as_str() == cues.status);
            let known = Status::ALL.map(Status::as_str);
            let status = status.ok_or_else(|| unknown("status", &cues.status, &known))?;
            cues.cues.iter().for_each(|c| self.add(c, "", Hint::Status(status)));
        }
        if let Some(operators) = &file.operators {
            operators.negation.iter().for_each(|w| self.add(w, "", Hint::Negation));
            let with_to = operators.negating_to.iter().map(|w| format!("{w} to"));
            with_to.for_each(|w| self.add(&w, "", Hint::Negation));
        }
        for (name, openers) in &file.fields {
            let into = match name.as_str() {
                "condition" => &mut self.fields.condition,
                "reason" => &mut self.fields.reason,
                _ => return Err(unknown("field", name, &["condition", "reason"])),
            };
            into.extend(openers.iter().map(|o| o.to_lowercase()));
        }
        for (k, what) in ["propose", "accept", "offer"].into_iter().enumerate() {
            for word in file.plan_context.get(what).into_iter().flatten() {
                self.add(word, "", Hint::Plan(k as u8));
            }
        }
        Ok(())
    }

    /// Words that open conditions and reasons.
    pub(super) fn fields(&self) -> &Fields {
        &self.fields
    }

    fn add(&mut self, cue: &str, pos: &str, hint: Hint) {
        let parts: Vec<&str> = cue.split_whitespace().collect();
        let mut sequences: Vec<Vec<Option<String>>> = vec![Vec::new()];
        for (i, part) in parts.iter().enumerate() {
            let marked = part.starts_with(['+', '*']);
            let verb = pos == "v" && i == 0 && !marked && !part.contains('\'');
            let verb = verb && !FIXED.contains(part);
            let noun = pos == "n" && i + 1 == parts.len() && !marked;
            let forms: Vec<String> = if *part == "..." {
                Vec::new()
            } else if part.starts_with('+') || verb {
                self.forms.verb(part.trim_start_matches('+'))
            } else if part.starts_with('*') || noun {
                noun_forms(part.trim_start_matches('*'))
            } else {
                part.split('|').map(String::from).collect()
            };
            let words = |form: &str| -> Vec<Option<String>> {
                pretokens(form).iter().map(|s| Some(s.of(form).to_lowercase())).collect()
            };
            let mut forms: Vec<Vec<Option<String>>> = forms.iter().map(|f| words(f)).collect();
            if forms.is_empty() {
                forms.push(vec![None]);
            }
            sequences = sequences
                .iter()
                .flat_map(|s| forms.iter().map(|f| [s.as_slice(), f.as_slice()].concat()))
                .collect();
        }
        for sequence in sequences {
            if let Some(Some(first)) = sequence.first() {
                self.by_first.entry(first.clone()).or_default().push((sequence, hint));
            }
        }
    }

    /// Every cue in `words`, which are in lower case, in order of their first words.
    pub fn find(&self, words: &[String]) -> Vec<Cue> {
        let mut out = Vec::new();
        for (first, word) in words.iter().enumerate() {
            for (sequence, hint) in self.by_first.get(word).into_iter().flatten() {
                if let Some(end) = fits(words, first, sequence) {
                    out.push(Cue { first, end, hint: *hint });
                }
            }
        }
        out
    }
}

/// First words of a verb's cue that stay as they are.
const FIXED: [&str; 9] = ["not", "would", "will", "shall", "can", "might", "could", "may", "no"];

/// One past the last word where `sequence` stands from word `at` on.
fn fits(words: &[String], at: usize, sequence: &[Option<String>]) -> Option<usize> {
    match sequence {
        [] => Some(at),
        [None, rest @ ..] => (0..=GAP)
            .map_while(|g| words.get(at + g).map(|w| (at + g, w)))
            .scan(true, |open, (here, word)| {
                let found = open.then(|| fits(words, here, rest));
                *open &= !matches!(word.as_str(), "." | ";" | "\"");
                found
            })
            .flatten()
            .next(),
        [Some(word), rest @ ..] => {
            (words.get(at) == Some(word)).then(|| fits(words, at + 1, rest)).flatten()
        }
    }
}

impl Forms {
    fn verb(&self, w: &str) -> Vec<String> {
        if let Some(forms) = self.verbs.get(w) {
            return [w.to_owned()].into_iter().chain(forms.iter().cloned()).collect();
        }
        let with = |endings: [&str; 3], stem: &str| -> Vec<String> {
            [w.to_owned()].into_iter().chain(endings.map(|e| format!("{stem}{e}"))).collect()
        };
        let mut forms = if let Some(stem) = w.strip_suffix('e') {
            vec![w.to_owned(), format!("{w}s"), format!("{w}d"), format!("{stem}ing")]
        } else if let Some(stem) = consonant_y(w) {
            vec![w.to_owned(), format!("{stem}ies"), format!("{stem}ied"), format!("{w}ing")]
        } else if ["s", "x", "z", "ch", "sh", "o"].iter().any(|e| w.ends_with(e)) {
            with(["es", "ed", "ing"], w)
        } else {
            with(["s", "ed", "ing"], w)
        };
        if let Some(last) = w.chars().last()
            && (self.doubled.contains(w) || w.ends_with("el"))
        {
            forms.push(format!("{w}{last}ed"));
            forms.push(format!("{w}{last}ing"));
        }
        forms
    }
}

fn noun_forms(w: &str) -> Vec<String> {
    if let Some(stem) = consonant_y(w) {
        return vec![w.to_owned(), format!("{stem}ies")];
    }
    let hissing = ["s", "x", "z", "ch", "sh"].iter().any(|e| w.ends_with(e));
    vec![w.to_owned(), format!("{w}{}", if hissing { "es" } else { "s" })]
}

/// The word without a `y` that follows a consonant.
fn consonant_y(w: &str) -> Option<&str> {
    w.strip_suffix('y').filter(|stem| stem.ends_with(|c: char| !"aeiou".contains(c)))
}

fn broken(name: &str, text: &str, error: &toml::de::Error) -> Error {
    let what = error.message().lines().next().unwrap_or_default();
    let before = error.span().and_then(|s| text.get(..s.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Error::input(format!(
        "{name}, line {line}: {what}; lexicon/positions.toml of the project shows the form"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, hint: Hint, expected: &str) {
        let lower = text.to_lowercase();
        let spans = pretokens(&lower);
        let words: Vec<String> = spans.iter().map(|s| s.of(&lower).to_owned()).collect();
        let found = Lexicon::new().expect("the lexicon that comes with the program").find(&words);
        let found = found.iter().find(|c| c.hint == hint);
        let got = found.map(|c| &lower[spans[c.first].start..spans[c.end - 1].end]);
        assert_eq!(got.unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn cues_are_found_in_all_their_forms() {
        check("Veldra rejected it", Hint::Stance(Stance::Reject, 3), "rejected");
        check("they denied that", Hint::Stance(Stance::Reject, 3), "denied");
        check(
            "It ruled the plan out today",
            Hint::Stance(Stance::RuleOut, 3),
            "ruled the plan out",
        );
        check("a non-negotiable point", Hint::Stance(Stance::RuleOut, 3), "non-negotiable");
        check("She can't agree", Hint::Stance(Stance::Reject, 2), "can't");
        check("The two press conferences", Hint::Kind(Kind::PressConference), "press conferences");
        check("Talks broke off", Hint::Value(Value::Breakdown, Of::Past), "broke off");
    }

    #[test]
    fn a_gap_does_not_run_over_a_sentence() {
        let hint = Hint::Stance(Stance::RuleOut, 3);
        check("They ruled. It is out", hint, "");
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said() {
        let mut lexicon = Lexicon::default();
        let text = "[[frame]]\nname='x'\npos='v'\nstance='maybe'\nstrength=3\ncues=['x']";
        let error = lexicon.extend("mine.toml", text).expect_err("no such stance").to_string();
        assert!(error.starts_with("mine.toml: stance `maybe` is not known; it is one of propose"));
        let mut said = |text: &str| lexicon.extend("mine.toml", text).unwrap_err().to_string();
        assert!(said("\n[[frame]").starts_with("mine.toml, line 2: "));
        assert!(
            said("[[frames]]\nname='x'").starts_with("mine.toml, line 1: unknown field `frames`")
        );
        let of = said("[[cue]]\nvalue='mixed'\nof='now'\ncues=['so so']");
        assert!(of.starts_with("mine.toml: of `now` is not known; it is one of past"), "{of}");
    }
}
