//! Where accounts differ, each with both sides' words, and what is settled. Never says who is right.

use serde::Serialize;

use super::Page;
use super::quoted::{Quoted, Quotes, rounded};
use super::timeline::who;
use crate::error::Result;
use crate::present::signs;
use crate::present::table::{Cell, Table};
use crate::record::accounts::{self, Account, Apart};
use crate::record::{ActorId, Assessment, Entry, IssueId, Position, Snapshot};

/// Where accounts differ, and where they meet. Each list has the surest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccountsPage {
    /// `travaux.accounts/1`.
    pub schema: &'static str,
    /// The same talks judged two or more steps apart within three days, in reports that are no copies.
    pub assessments: Vec<ConflictPage<JudgedPage>>,
    /// The same talks judged so by two sides within one report.
    pub divided: Vec<ConflictPage<JudgedPage>>,
    /// A party's stance as it says itself (`one`) and as others tell it within three days (`other`).
    pub positions: Vec<ConflictPage<StancePage>>,
    /// What one party proposes or demands (`one`) and another rejects or rules out (`other`), as last heard of each.
    pub gaps: Vec<ConflictPage<StancePage>>,
    /// Issues on which all parties that have a position accept.
    pub settled: Vec<SettledPage>,
}

/// Two accounts that differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ConflictPage<A> {
    pub one: A,
    pub other: A,
    /// The lower of both, 0 to 1.
    pub confidence: f64,
    /// Whether a side is less sure than one half, and nobody reviewed it.
    pub unsure: bool,
    /// Whether both accounts stand in pairs above already: tables for people pass over these.
    pub repeats: bool,
}

/// How somebody judges the talks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedPage {
    /// Who judges; null is the report's own words.
    pub assessor: Option<String>,
    /// For whom, else who judges.
    pub party: Option<String>,
    /// `breakdown`, `no_progress`, `mixed`, `progress` or `agreement`.
    pub value: &'static str,
    /// `past` or `prospect`.
    pub of: &'static str,
    /// Independent reports that say so.
    pub support: usize,
    /// One report of each.
    pub reports: Vec<String>,
    /// The surest.
    pub quoted: Quoted,
}

/// Where a party is said to stand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StancePage {
    /// Whose position it is.
    pub party: String,
    /// On what.
    pub issue: String,
    /// `propose`, `offer`, `demand`, `accept`, `reject`, `rule_out` or `open`.
    pub stance: &'static str,
    /// Whether the party itself says so.
    pub firsthand: bool,
    /// Independent reports that say so.
    pub support: usize,
    /// One report of each.
    pub reports: Vec<String>,
    /// The surest.
    pub quoted: Quoted,
}

/// An issue on which all agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct SettledPage {
    pub issue: String,
    /// All that have a position on it.
    pub parties: Vec<StancePage>,
    /// The lowest of all, 0 to 1.
    pub confidence: f64,
    /// Whether a side is less sure than one half, and nobody reviewed it.
    pub unsure: bool,
}

/// Where the accounts of `snapshot` differ.
pub fn accounts(snapshot: &Snapshot<'_>) -> Result<AccountsPage> {
    let (positions, assessments) = (snapshot.positions()?, snapshot.assessments()?);
    let found = accounts::accounts(snapshot, &positions, &assessments)?;
    let quotes = Quotes::new(snapshot);
    let judged = |a: &Account<Option<ActorId>>| judged(snapshot, &quotes, &assessments, a);
    let stance = |whose: ActorId, issue: IssueId, entries: &[usize]| {
        stance(snapshot, &quotes, &positions, whose, issue, entries)
    };
    let on = |a: &Account<(ActorId, IssueId)>| stance(a.whose.0, a.whose.1, &a.entries);
    let mut settled = Vec::new();
    for s in &found.settled {
        let parties = s.sides.iter().map(|side| stance(side.whose, s.issue, &side.entries));
        let parties: Vec<StancePage> = parties.collect::<Result<_>>()?;
        settled.push(SettledPage {
            issue: snapshot.issue_name(s.issue).to_owned(),
            confidence: rounded(s.confidence),
            unsure: parties.iter().any(|p| p.quoted.unsure),
            parties,
        });
    }
    Ok(AccountsPage {
        schema: "travaux.accounts/1",
        assessments: pages(&found.judged, judged, |a| a.quoted.unsure)?,
        divided: pages(&found.divided, judged, |a| a.quoted.unsure)?,
        positions: pages(&found.told, on, |a| a.quoted.unsure)?,
        gaps: pages(&found.gaps, on, |a| a.quoted.unsure)?,
        settled,
    })
}

fn pages<K, A>(
    found: &[Apart<K>],
    page: impl Fn(&Account<K>) -> Result<A>,
    unsure: impl Fn(&A) -> bool,
) -> Result<Vec<ConflictPage<A>>> {
    let one = |x: &Apart<K>| {
        let (one, other) = (page(&x.one)?, page(&x.other)?);
        let unsure = unsure(&one) || unsure(&other);
        let (confidence, repeats) = (rounded(x.confidence), x.repeats);
        Ok(ConflictPage { one, other, confidence, unsure, repeats })
    };
    found.iter().map(one).collect()
}

fn judged(
    snapshot: &Snapshot<'_>,
    quotes: &Quotes<'_, '_>,
    all: &[Entry<Assessment>],
    account: &Account<Option<ActorId>>,
) -> Result<JudgedPage> {
    let surest = &all[account.entries[0]];
    let what = &surest.what;
    Ok(JudgedPage {
        assessor: what.assessor.map(|a| snapshot.name(a).to_owned()),
        party: account.whose.map(|w| quotes.name(w)),
        value: what.value.as_str(),
        of: what.of.as_str(),
        support: account.entries.len(),
        reports: quotes.reports(all, &account.entries),
        quoted: quotes.quote('a', surest, &what.told, &what.words, what.assessor)?,
    })
}

fn stance(
    snapshot: &Snapshot<'_>,
    quotes: &Quotes<'_, '_>,
    all: &[Entry<Position>],
    whose: ActorId,
    issue: IssueId,
    entries: &[usize],
) -> Result<StancePage> {
    let surest = &all[entries[0]];
    let what = &surest.what;
    Ok(StancePage {
        party: quotes.name(whose),
        issue: snapshot.issue_name(issue).to_owned(),
        stance: what.stance.as_str(),
        firsthand: what.firsthand,
        support: entries.len(),
        reports: quotes.reports(all, entries),
        quoted: quotes.quote('p', surest, &what.told, &what.terms, what.holder)?,
    })
}

/// A row of a pair: what it is about (once), then the day, who, what, words, source, note.
fn row(
    about: String,
    who: String,
    sign: signs::Sign,
    quoted: &Quoted,
    support: usize,
) -> Vec<Cell> {
    vec![
        Cell::new(about).strong(),
        Cell::new(&quoted.day),
        Cell::new(who),
        Cell::new(format!("{} {}", sign.mark, sign.word)).toned(sign.tone),
        quoted.cell(),
        Cell::new(quoted.source(support)).faint(),
        Cell::new(quoted.note()).faint(),
    ]
}

const COLUMNS: [&str; 6] = ["day", "who", "says", "words", "source", "note"];

fn table(heading: String, about: &'static str, rows: Vec<Vec<Cell>>, empty: &'static str) -> Table {
    let columns = std::iter::once(about).chain(COLUMNS).collect();
    Table { heading, columns, rows, empty }
}

impl JudgedPage {
    fn row(&self, about: String) -> Vec<Cell> {
        let who = who(self.assessor.as_deref(), self.party.as_deref());
        row(about, who, signs::value_named(self.value, self.of), &self.quoted, self.support)
    }
}

impl StancePage {
    fn row(&self, about: String) -> Vec<Cell> {
        let sign = signs::stance_of(self.stance);
        row(about, self.party.clone(), sign, &self.quoted, self.support)
    }
}

impl Page for AccountsPage {
    fn tables(&self) -> Vec<Table> {
        let judged = |of: &[ConflictPage<JudgedPage>]| {
            let pairs = of.iter().filter(|c| !c.repeats).enumerate();
            let number = |i: usize| (i + 1).to_string();
            pairs.flat_map(|(i, c)| [c.one.row(number(i)), c.other.row(number(i))]).collect()
        };
        let stances = |of: &[ConflictPage<StancePage>]| {
            let pairs = of.iter().filter(|c| !c.repeats).map(|c| [&c.one, &c.other]);
            pairs.flatten().map(|s| s.row(s.issue.clone())).collect()
        };
        let settled = self.settled.iter().flat_map(|s| &s.parties);
        let count = |n: usize, what: &str| format!("{what}: {n}");
        fn pairs<A>(of: &[ConflictPage<A>], what: &str) -> String {
            let repeats = of.iter().filter(|c| c.repeats).count();
            let more = match repeats {
                0 => String::new(),
                n => format!(" (and {n} more pairs of the same accounts, in --format json)"),
            };
            format!("{what}: {}{more}", of.len() - repeats)
        }
        vec![
            table(
                pairs(&self.assessments, "The same talks, judged apart"),
                "no",
                judged(&self.assessments),
                "none",
            ),
            table(
                pairs(&self.divided, "Judged apart within one report"),
                "no",
                judged(&self.divided),
                "none",
            ),
            table(
                pairs(&self.positions, "Told differently than the party says"),
                "issue",
                stances(&self.positions),
                "none",
            ),
            table(
                pairs(&self.gaps, "Gaps: one asks for what another refuses"),
                "issue",
                stances(&self.gaps),
                "none",
            ),
            table(
                count(self.settled.len(), "Settled: all that are heard accept"),
                "issue",
                settled.map(|s| s.row(s.issue.clone())).collect(),
                "none",
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{Stance, Value};
    use crate::record::At;
    use crate::record::testing::{Draft, Sample};

    #[test]
    fn both_sides_are_shown_with_their_words_chain_and_support() {
        let judged = |id: &str, party: &str, value, text: &str| {
            let mut d = Draft::new(id, "2031-03-12", text);
            d.report.outlet = Some("Meridian".into());
            d = d.said("Ilma Dareth", Some(party), text).assessment(
                Some("Ilma Dareth"),
                value,
                text,
            );
            d.position(party, "the pact", Stance::Open, text)
        };
        let mut sample = Sample::new();
        sample.add("2031-03-12", &judged("r1", "Veldra", Value::Progress, "é: a step on"));
        sample.add("2031-03-13", &judged("r2", "Veldra", Value::Progress, "steps were made"));
        sample.add("2031-03-14", &judged("r3", "Tolmark", Value::NoProgress, "no step"));
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let page = accounts(&snapshot).expect("a page");
        let [pair] = page.assessments.as_slice() else { panic!("{:?}", page.assessments) };
        let (one, other) = (&pair.one, &pair.other);
        assert_eq!(
            (one.party.as_deref(), other.party.as_deref()),
            (Some("Tolmark"), Some("Veldra"))
        );
        assert_eq!((one.support, other.support, other.reports.len()), (1, 2, 2));
        assert_eq!(other.quoted.chain, ["Meridian", "Ilma Dareth"]);
        let words = &other.quoted.words[0];
        assert_eq!((words.start, words.end, words.exact.as_str()), (0, 12, "é: a step on"));
        let row = page.tables()[0].to_csv();
        let line = "1,2031-03-12,Ilma Dareth (Veldra),● progress,é: a step on,Meridian ← Ilma Dareth · r1 +1,";
        assert!(row.contains(line), "{row}");
    }
}
