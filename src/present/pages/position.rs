//! One position of a record as board, history and changes show it: its words, where they stand, who told it. Never shows
//! more than the record holds.

use serde::Serialize;

use crate::error::Result;
use crate::present::clean::one_line;
use crate::present::page::{Anchor, CodePoints};
use crate::present::signs::{self, Sign};
use crate::present::table::Cell;
use crate::record::{Entry, Position, Snapshot, Standing, Verdict, VersionId, firsthand};
use crate::report::Span;

/// A position of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct PositionRow {
    /// `p12`: stays the same when it is corrected.
    pub id: String,
    /// The id of the report that tells it.
    pub report: String,
    /// The number of that report's text that all anchors count in.
    pub version: i64,
    /// ISO 8601: when it was said, else when the report was published or came in.
    pub day: String,
    /// As the report names it.
    pub holder: Option<String>,
    /// `propose`, `offer`, `demand`, `accept`, `reject`, `rule_out` or `open`.
    pub stance: &'static str,
    pub words: Vec<Anchor>,
    pub condition: Option<Anchor>,
    pub scope: Option<Anchor>,
    pub reason: Option<Anchor>,
    pub figure: Option<Anchor>,
    /// Whether who told it speaks for the holder.
    pub firsthand: bool,
    /// Who told it: the speaker, else who relayed it; null where nobody is named, or for the report's own words.
    pub told_by: Option<String>,
    /// Whether the words are the report's own: those of no statement.
    pub narrated: bool,
    /// Those through whom it reached the reader, outermost first: outlet, agencies, relayer, speaker, holder.
    pub chain: Vec<String>,
    /// How sure the reading is, 0 to 1.
    pub confidence: f64,
    /// Less sure than 0.5, and no person looked at it.
    pub unsure: bool,
    /// `unreviewed` (a machine's reading), `accepted` or `corrected` (by a person).
    pub verdict: &'static str,
    /// The id of the later report that corrects the one that tells it.
    pub corrected_by: Option<String>,
}

/// Where a party stands on an issue, and on what grounds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StandingRow {
    /// What the issue is called.
    pub issue: String,
    /// What the party is called.
    pub party: String,
    /// The position that the cell has: the latest.
    pub position: PositionRow,
    /// ISO 8601: first day of the unbroken run of days on which the party had this stance.
    pub since: String,
    /// Independent reports that tell of this stance since then; copies of one text count once.
    pub independent: usize,
    /// Ids of the first report of each group of copies that does.
    pub reports: Vec<String>,
    /// Positions of this party on this issue, whatever their stance.
    pub heard: usize,
}

/// The words of `spans`, with where they stand.
pub(super) fn anchors(
    snapshot: &Snapshot<'_>,
    version: VersionId,
    spans: &[Span],
) -> Result<Vec<Anchor>> {
    let text = snapshot.text(version)?;
    let points = CodePoints::new(&text);
    let sound = |s: &&Span| text.get(s.start..s.end).is_some();
    Ok(spans.iter().filter(sound).map(|s| points.anchor(&text, *s)).collect())
}

impl PositionRow {
    /// The position `entry` of `snapshot`.
    pub fn new(snapshot: &Snapshot<'_>, entry: &Entry<Position>) -> Result<Self> {
        let p = &entry.what;
        let report = &snapshot.reports[entry.report];
        let name = |name: Option<_>| name.map(|n| snapshot.name(n).to_owned());
        let fields = [p.condition, p.scope, p.reason, p.figure];
        let mut spans = p.terms.clone();
        spans.extend(fields.into_iter().flatten());
        // Whatever cannot be sliced shifts the fields: then words are all that is shown.
        let mut found = anchors(snapshot, entry.version, &spans)?;
        let whole = found.len() == spans.len();
        let mut rest = found.split_off(p.terms.len().min(found.len())).into_iter();
        let mut field = |span: Option<Span>| span.filter(|_| whole).and_then(|_| rest.next());
        let outlet = report.outlet.iter();
        let agencies = report.agencies.iter().filter(|a| report.outlet.as_ref() != Some(a));
        let mut chain: Vec<String> = outlet.chain(agencies).cloned().collect();
        for link in [p.told.via, p.told.speaker, p.holder].into_iter().filter_map(name) {
            if chain.last() != Some(&link) {
                chain.push(link);
            }
        }
        Ok(Self {
            id: format!("p{}", entry.id.0),
            report: report.given.clone(),
            version: entry.version.0,
            day: entry.day.to_string(),
            holder: name(p.holder),
            stance: p.stance.as_str(),
            words: found,
            condition: field(p.condition),
            scope: field(p.scope),
            reason: field(p.reason),
            figure: field(p.figure),
            firsthand: firsthand(snapshot, entry),
            told_by: name(p.told.speaker.or(p.told.via)),
            narrated: p.told.statement.is_none(),
            chain,
            confidence: (entry.confidence * 1000.0).round() / 1000.0,
            unsure: entry.confidence < signs::UNSURE && entry.verdict == Verdict::Unreviewed,
            verdict: entry.verdict.as_str(),
            corrected_by: report.corrected_by.map(|i| snapshot.reports[i].given.clone()),
        })
    }

    /// "✗ reject".
    pub(super) fn stance(&self) -> Cell {
        let Sign { mark, word, tone } = signs::stance_of(self.stance);
        Cell::new(format!("{mark} {word}")).toned(tone)
    }

    /// Its words on one line, with what they are bound to.
    pub(super) fn says(&self) -> String {
        let mut out = signs::words(&self.words);
        let labelled = [
            ("if", &self.condition),
            ("only", &self.scope),
            ("because", &self.reason),
            ("figure", &self.figure),
        ];
        for (label, anchor) in labelled {
            // A figure mostly stands in the words already.
            let text = anchor.as_ref().map(|a| one_line(&a.exact)).unwrap_or_default();
            if !text.is_empty() && !out.contains(&text) {
                out.push_str(&format!(" · {label}: {text}"));
            }
        }
        out
    }

    /// Who told it, as people read it: "itself", "told by Ostmark", "the report's own words".
    pub(super) fn teller(&self) -> String {
        let teller = self.told_by.as_deref().map(one_line);
        match (teller, self.firsthand) {
            (_, false) if self.narrated => "second-hand: the report's own words".into(),
            (Some(teller), true) => teller,
            (None, true) => "itself".into(),
            (Some(teller), false) => format!("second-hand: {teller}"),
            (None, false) => "second-hand: somebody not named".into(),
        }
    }

    /// "accepted by a person", where a person looked at it.
    pub(super) fn reviewed(&self) -> Option<String> {
        (self.verdict != Verdict::Unreviewed.as_str())
            .then(|| format!("{} by a person", self.verdict))
    }

    /// What else is to be known of it: whose hand, how sure, whether it was corrected.
    pub(super) fn notes(&self) -> Vec<String> {
        let corrected = self.corrected_by.as_deref();
        let unsure = if self.unsure { signs::unsure(self.confidence) } else { None };
        let corrected = corrected.map(|by| format!("its report is corrected by {}", one_line(by)));
        [corrected, self.reviewed(), unsure].into_iter().flatten().collect()
    }
}

impl StandingRow {
    /// The cell of `issue` and `party`, which are named already.
    pub fn new(
        snapshot: &Snapshot<'_>,
        (issue, party): (&str, &str),
        standing: &Standing<'_>,
    ) -> Result<Self> {
        let given = |i: &usize| snapshot.reports[*i].given.clone();
        Ok(Self {
            issue: issue.to_owned(),
            party: party.to_owned(),
            position: PositionRow::new(snapshot, standing.latest)?,
            since: standing.since.to_string(),
            independent: standing.support.len(),
            reports: standing.support.iter().map(given).collect(),
            heard: standing.heard,
        })
    }

    /// "since 2031-03-09, last 2031-03-12", or the one day.
    pub(super) fn days(&self) -> String {
        match self.since == self.position.day {
            true => self.since.clone(),
            false => format!("{} – {}", self.since, self.position.day),
        }
    }

    /// The issue's name where it says more than the words do: without a codebook it is the words' own beginning.
    pub(super) fn heading(&self) -> Option<&str> {
        let fold = |t: &str| one_line(t).to_lowercase();
        let words = fold(&signs::words(&self.position.words));
        Some(self.issue.as_str()).filter(|i| !words.contains(&fold(i)))
    }
}
