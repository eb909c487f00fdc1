//! Positions, assessments and encounters as terminal and page name them: a sign, a word and a tone for each
//! value, what belongs together, who told it. A sign or a tone never says anything that no word says too.

use std::collections::{HashMap, HashSet};

use super::clean::one_line;
use super::page::{Anchor, AssessmentPage, EncounterPage, FieldAnchors, PositionPage, Record};

/// Entries less sure than this say so.
pub(super) const UNSURE: f64 = 0.5;

/// How a value is shown: one column wide, and in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sign {
    pub mark: &'static str,
    pub word: &'static str,
    pub tone: Tone,
}

/// From no to yes, and neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Worst,
    Bad,
    Middle,
    Good,
    Best,
    Calm,
}

impl Tone {
    /// The class by which the page's style knows it.
    pub fn class(self) -> &'static str {
        ["worst", "bad", "middle", "good", "best", "calm"][self as usize]
    }
}

/// A position's stance.
pub(super) fn stance(p: &PositionPage) -> Sign {
    stance_of(p.stance)
}

/// A stance by the name the record uses.
pub(super) fn stance_of(name: &'static str) -> Sign {
    let (mark, word, tone) = match name {
        "propose" => ("◇", "propose", Tone::Calm),
        "offer" => ("+", "offer", Tone::Good),
        "demand" => ("!", "demand", Tone::Middle),
        "accept" => ("✓", "accept", Tone::Best),
        "reject" => ("✗", "reject", Tone::Bad),
        "rule_out" => ("⊘", "rules out", Tone::Worst),
        "open" => ("~", "open", Tone::Calm),
        other => ("·", other, Tone::Calm),
    };
    Sign { mark, word, tone }
}

/// An assessment's value; what is expected has a hollow mark and says so.
pub(super) fn value(a: &AssessmentPage) -> Sign {
    value_named(a.value, a.of)
}

/// The value of this name, of what was or what is expected.
pub(super) fn value_named(name: &'static str, of: &str) -> Sign {
    let ahead = of == "prospect";
    let (past, prospect, tone) = match name {
        "breakdown" => ("breakdown", "breakdown expected", Tone::Worst),
        "no_progress" => ("no progress", "no progress expected", Tone::Bad),
        "mixed" => ("mixed", "mixed prospects", Tone::Middle),
        "progress" => ("progress", "progress expected", Tone::Good),
        "agreement" => ("agreement", "agreement expected", Tone::Best),
        other => (other, other, Tone::Calm),
    };
    Sign {
        mark: if ahead { "○" } else { "●" }, word: if ahead { prospect } else { past }, tone
    }
}

/// Whether an encounter took place.
pub(super) fn status(e: &EncounterPage) -> Sign {
    status_named(e.status)
}

/// The status of this name.
pub(super) fn status_named(name: &'static str) -> Sign {
    let (mark, word, tone) = match name {
        "held" => ("■", "held", Tone::Good),
        "ongoing" => ("▶", "ongoing", Tone::Best),
        "planned" => ("□", "planned", Tone::Calm),
        "conditional" => ("?", "if", Tone::Middle),
        "cancelled" => ("✗", "cancelled", Tone::Bad),
        other => ("·", other, Tone::Calm),
    };
    Sign { mark, word, tone }
}

/// What sort of encounter.
pub(super) fn kind(e: &EncounterPage) -> &'static str {
    kind_named(e.kind)
}

/// The sort of this name.
pub(super) fn kind_named(name: &'static str) -> &'static str {
    if name == "press_conference" { "press conference" } else { name }
}

/// Whose position it is.
pub(super) fn holder(p: &PositionPage) -> String {
    one_line(p.holder.as_deref().unwrap_or("(not named)"))
}

/// Who judges.
pub(super) fn assessor(a: &AssessmentPage) -> String {
    one_line(a.assessor.as_deref().unwrap_or("the report"))
}

/// Words of a report on one line.
pub(super) fn words(anchors: &[Anchor]) -> String {
    anchors.iter().map(|a| one_line(&a.exact)).collect::<Vec<_>>().join(" … ")
}

/// Who says that the holder stands there, where it is not the holder.
pub(super) fn told_by(record: &Record, p: &PositionPage) -> Option<String> {
    let Some(id) = &p.statement else { return Some("the report's own words".into()) };
    if p.firsthand {
        return None;
    }
    let place = id.strip_prefix('s').and_then(|n| n.parse::<usize>().ok());
    let statement = place.and_then(|n| record.statements.get(n.checked_sub(1)?));
    let teller = statement.and_then(|s| s.speaker.as_ref().or(s.via.as_ref()));
    Some(format!("told by {}", one_line(teller.map_or("somebody not named", |t| t))))
}

/// "unsure, 34 %".
pub(super) fn unsure(confidence: f64) -> Option<String> {
    (confidence < UNSURE).then(|| format!("unsure, {:.0} %", confidence * 100.0))
}

/// Positions on one issue.
pub(super) struct Issue<'r> {
    pub name: Option<String>,
    /// By holder, in the order in which holders come up; never empty.
    pub positions: Vec<&'r PositionPage>,
}

impl Issue<'_> {
    /// The name where it says more than the terms do: without a codebook an issue is the terms' own words.
    pub fn heading(&self) -> Option<&str> {
        let terms = fold(&words(&self.positions[0].terms));
        self.name.as_deref().filter(|n| self.positions.len() > 1 || fold(n) != terms)
    }
}

/// What is on the table, in the order of the text. Positions without an issue stand alone.
pub(super) fn issues(record: &Record) -> Vec<Issue<'_>> {
    let mut out: Vec<Issue> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for p in &record.positions {
        let name = p.issue.as_deref().map(one_line).filter(|i| !i.is_empty());
        let place = match &name {
            Some(name) => *places.entry(fold(name)).or_insert(out.len()),
            None => out.len(),
        };
        if place == out.len() {
            out.push(Issue { name, positions: Vec::new() });
        }
        out[place].positions.push(p);
    }
    for issue in &mut out {
        let mut order: HashMap<String, usize> = HashMap::new();
        for p in &issue.positions {
            let next = order.len();
            order.entry(holder(p)).or_insert(next);
        }
        issue.positions.sort_by_key(|p| order[&holder(p)]);
    }
    out
}

/// Those whose positions they are, in the order in which they come up.
pub(super) fn holders(record: &Record) -> Vec<String> {
    let mut out = Vec::new();
    let mut seen = HashSet::new();
    for name in record.positions.iter().map(holder) {
        if seen.insert(name.clone()) {
            out.push(name);
        }
    }
    out
}

/// Assessments by day and assessor; those of no day last.
pub(super) fn judgements(record: &Record) -> Vec<Vec<&AssessmentPage>> {
    let mut out: Vec<Vec<&AssessmentPage>> = Vec::new();
    let mut places: HashMap<(Option<&str>, String), usize> = HashMap::new();
    for a in &record.assessments {
        let place = *places.entry((a.said.as_deref(), assessor(a))).or_insert(out.len());
        if place == out.len() {
            out.push(Vec::new());
        }
        out[place].push(a);
    }
    out.sort_by_key(|of| (of[0].said.is_none(), of[0].said.clone()));
    out
}

/// One of the three, where all are treated alike.
#[derive(Clone, Copy)]
pub(super) enum Entry<'r> {
    Position(&'r PositionPage),
    Assessment(&'r AssessmentPage),
    Encounter(&'r EncounterPage),
}

impl<'r> Entry<'r> {
    /// All of a record.
    pub fn all(record: &'r Record) -> impl Iterator<Item = Self> {
        let positions = record.positions.iter().map(Self::Position);
        let assessments = record.assessments.iter().map(Self::Assessment);
        positions.chain(assessments).chain(record.encounters.iter().map(Self::Encounter))
    }

    /// `p1`, `a1`, `e1`, ...
    pub fn id(self) -> &'r str {
        match self {
            Self::Position(p) => &p.id,
            Self::Assessment(a) => &a.id,
            Self::Encounter(e) => &e.id,
        }
    }

    /// Its value.
    pub fn sign(self) -> Sign {
        match self {
            Self::Position(p) => stance(p),
            Self::Assessment(a) => value(a),
            Self::Encounter(e) => status(e),
        }
    }

    /// "Ostmark: offer", "planned talks".
    pub fn label(self) -> String {
        match self {
            Self::Position(p) => format!("{}: {}", holder(p), stance(p).word),
            Self::Assessment(a) => format!("{}: {}", assessor(a), value(a).word),
            Self::Encounter(e) => format!("{} {}", status(e).word, kind(e)),
        }
    }

    /// The words that state it.
    pub fn words(self) -> &'r [Anchor] {
        match self {
            Self::Position(p) => &p.terms,
            Self::Assessment(a) => &a.words,
            Self::Encounter(e) => &e.words,
        }
    }

    /// Where its fields stand.
    pub fn fields(self) -> impl Iterator<Item = &'r Anchor> {
        let fields = match self {
            Self::Position(p) => Some(&p.anchors),
            _ => None,
        };
        let all = |f: &'r FieldAnchors| [&f.condition, &f.scope, &f.reason, &f.figure];
        fields.map(all).into_iter().flatten().flatten()
    }

    /// Those through whom it reached the reader.
    pub fn chain(self) -> &'r [String] {
        match self {
            Self::Position(p) => &p.chain,
            Self::Assessment(a) => &a.chain,
            Self::Encounter(_) => &[],
        }
    }
}

/// "9 statements · 5 positions · 2 assessments · 1 encounter"; only statements are counted when there are none.
pub(super) fn counts(record: &Record) -> Vec<String> {
    let mut out = vec![match record.statements.len() {
        0 => "no statement found".to_owned(),
        n => number(n as u64, "statement"),
    }];
    let rest = [
        (record.positions.len(), "position"),
        (record.assessments.len(), "assessment"),
        (record.encounters.len(), "encounter"),
    ];
    out.extend(rest.iter().filter(|(n, _)| *n > 0).map(|(n, what)| number(*n as u64, what)));
    out
}

/// "1 report", "2 reports".
pub(super) fn number(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// What a name is compared by.
fn fold(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{Of, Stance, Status, Value};
    use crate::present::page::sample;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn every_value_has_a_sign_of_one_column_and_a_word_of_its_own() {
        let mut record = sample();
        let mut signs: Vec<Vec<Sign>> = vec![Vec::new(); 3];
        for s in Stance::ALL {
            record.positions[0].stance = s.as_str();
            signs[0].push(stance(&record.positions[0]));
        }
        for (v, of) in Value::ALL.iter().flat_map(|v| Of::ALL.map(|of| (v, of))) {
            (record.assessments[0].value, record.assessments[0].of) = (v.as_str(), of.as_str());
            signs[1].push(value(&record.assessments[0]));
        }
        for s in Status::ALL {
            record.encounters[0].status = s.as_str();
            signs[2].push(status(&record.encounters[0]));
        }
        for signs in signs {
            let mut words: Vec<&str> = signs.iter().map(|s| s.word).collect();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), signs.len(), "{words:?}");
            assert!(signs.iter().all(|s| s.mark.width() == 1 && s.mark != "·"), "{signs:?}");
        }
    }

    #[test]
    fn positions_on_one_issue_stand_together_by_holder() {
        let mut record = sample();
        let mut add = |holder: &str, issue: Option<&str>| {
            let id = format!("p{}", record.positions.len() + 1);
            let issue = issue.map(String::from);
            let p = PositionPage { id, issue, ..record.positions[0].clone() };
            record.positions.push(PositionPage { holder: Some(holder.into()), ..p });
        };
        add("Veldra", Some("Staying  OUT"));
        add("Ostmark", Some("STAYING OUT"));
        add("Veldra", None);
        add("Veldra", None);
        let ids =
            |i: &Issue| i.positions.iter().map(|p| p.id.clone()).collect::<Vec<_>>().join(" ");
        let found: Vec<String> = issues(&record).iter().map(ids).collect();
        assert_eq!(found, ["p1 p3 p2", "p4", "p5"]);
        assert_eq!(holders(&record), ["Ostmark", "Veldra"]);
    }

    #[test]
    fn an_issue_in_the_terms_own_words_is_not_said_twice() {
        let check = |issue: Option<&str>, expected: Option<&str>| {
            let mut record = sample();
            record.positions[0].issue = issue.map(String::from);
            assert_eq!(issues(&record)[0].heading(), expected);
        };
        check(Some("Stay out"), None);
        check(Some("neutrality"), Some("neutrality"));
        check(None, None);
    }

    #[test]
    fn who_told_it_is_said_unless_it_is_the_holder() {
        let check = |statement: Option<&str>, firsthand: bool, expected: Option<&str>| {
            let mut record = sample();
            record.positions[0].statement = statement.map(String::from);
            record.positions[0].firsthand = firsthand;
            assert_eq!(told_by(&record, &record.positions[0]).as_deref(), expected);
        };
        check(Some("s1"), true, None);
        check(Some("s1"), false, Some("told by Ilma Dareth"));
        check(Some("s2"), false, Some("told by Meridian"));
        check(Some("s0"), false, Some("told by somebody not named"));
        check(Some("s99"), false, Some("told by somebody not named"));
        check(None, false, Some("the report's own words"));
    }

    #[test]
    fn judgements_of_a_day_stand_together_and_days_in_their_order() {
        let mut record = sample();
        for (said, assessor) in [
            (None, Some("Ostmark")),
            (Some("2031-03-11"), None),
            (Some("2031-03-12"), Some("Ilma Dareth")),
        ] {
            let id = format!("a{}", record.assessments.len() + 1);
            let (said, assessor) = (said.map(String::from), assessor.map(String::from));
            let first = record.assessments[0].clone();
            record.assessments.push(AssessmentPage { id, said, assessor, ..first });
        }
        let ids = |of: &Vec<&AssessmentPage>| {
            of.iter().map(|a| a.id.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(judgements(&record).iter().map(ids).collect::<Vec<_>>(), ["a3", "a1 a4", "a2"]);
    }

    #[test]
    fn only_what_there_is_is_counted() {
        let mut record = sample();
        assert_eq!(counts(&record), ["3 statements", "1 position", "1 assessment", "1 encounter"]);
        record.positions.push(record.positions[0].clone());
        record.assessments.clear();
        record.encounters.clear();
        assert_eq!(counts(&record), ["3 statements", "2 positions"]);
        record.statements.clear();
        assert_eq!(counts(&record), ["no statement found", "2 positions"]);
    }
}
