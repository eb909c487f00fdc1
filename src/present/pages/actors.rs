//! Who is in a record: each actor with all its names, why they were merged, and how much is held of it. Never names those
//! who are only described.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Serialize;

use super::Page;
use crate::error::Result;
use crate::present::table::{Cell, Table};
use crate::record::{ActorId, Hand, NameId, Naming, Snapshot};

/// Who a record tells of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActorsPage {
    /// `travaux.actors/1`.
    pub schema: &'static str,
    /// Those of whom most is held first.
    pub actors: Vec<ActorRow>,
    /// Those who are only described, and are others in every report, by their descriptions; the most frequent first.
    pub described: Vec<DescribedRow>,
}

/// A person or party.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ActorRow {
    pub name: String,
    /// In the order in which they came to be its names.
    pub names: Vec<NameRow>,
    pub statements: usize,
    pub positions: usize,
    /// For whom it is most often said to speak.
    pub party: Option<String>,
    /// ISO 8601 day.
    pub first_day: Option<String>,
    /// ISO 8601 day.
    pub last_day: Option<String>,
    /// The id of the one report in which the name means this actor, where several have it.
    pub report: Option<String>,
}

/// What an actor is called.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct NameRow {
    pub name: String,
    pub why: String,
    /// `machine` or `person`.
    pub hand: &'static str,
    /// The first day on which the name means this actor, if it has not always.
    pub first_day: Option<String>,
    /// The last day.
    pub last_day: Option<String>,
}

/// "a senior official".
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct DescribedRow {
    pub words: String,
    pub reports: usize,
    pub statements: usize,
    pub positions: usize,
}

/// What is held of an actor.
#[derive(Default)]
struct Held {
    statements: usize,
    positions: usize,
    /// How often for each party, and when first counted.
    parties: HashMap<ActorId, usize>,
    days: Option<(Date, Date)>,
}

impl Held {
    fn on(&mut self, day: Date) {
        let (first, last) = self.days.unwrap_or((day, day));
        self.days = Some((first.min(day), last.max(day)));
    }
}

/// The actors of `snapshot`.
pub fn actors(snapshot: &Snapshot<'_>) -> Result<ActorsPage> {
    let mut held: HashMap<ActorId, Held> = HashMap::new();
    let who = |name: Option<NameId>, day: Date| name.and_then(|n| snapshot.actor(n, day));
    for s in snapshot.statements()? {
        let speaker = who(s.what.told.speaker, s.day);
        let party = who(s.what.told.party, s.day);
        if let Some(speaker) = speaker {
            let of = held.entry(speaker).or_default();
            of.statements += 1;
            of.on(s.day);
            if let Some(party) = party.filter(|p| *p != speaker) {
                *of.parties.entry(party).or_default() += 1;
            }
        }
        for other in [party, who(s.what.told.via, s.day)].into_iter().flatten() {
            held.entry(other).or_default().on(s.day);
        }
    }
    for p in snapshot.positions()? {
        if let Some(holder) = who(p.what.holder, p.day) {
            let of = held.entry(holder).or_default();
            of.positions += 1;
            of.on(p.day);
        }
    }
    for a in snapshot.assessments()? {
        for one in [who(a.what.assessor, a.day), who(a.what.party, a.day)].into_iter().flatten() {
            held.entry(one).or_default().on(a.day);
        }
    }
    for e in snapshot.encounters()? {
        for one in e.what.participants.iter().filter_map(|p| snapshot.actor(*p, e.day)) {
            held.entry(one).or_default().on(e.day);
        }
    }
    let mut namings: HashMap<ActorId, Vec<Naming<ActorId>>> = HashMap::new();
    for naming in snapshot.actor_namings()? {
        namings.entry(naming.of).or_default().push(naming);
    }
    let (mut actors, mut described) = (Vec::new(), HashMap::<String, DescribedRow>::new());
    for (actor, names) in namings {
        // Of what is as of an earlier day, only those who were heard of.
        let Some(of) = held.get(&actor) else { continue };
        if let [Naming { report: Some(_), hand: Hand::Machine, text, .. }] = &names[..] {
            let row = described.entry(text.to_lowercase()).or_insert_with(|| DescribedRow {
                words: text.clone(),
                reports: 0,
                statements: 0,
                positions: 0,
            });
            row.reports += 1;
            row.statements += of.statements;
            row.positions += of.positions;
            continue;
        }
        let most = of.parties.iter().max_by_key(|(party, n)| (**n, std::cmp::Reverse(party.0)));
        let iso = |d: Option<Date>| d.map(|d| d.to_string());
        actors.push(ActorRow {
            name: snapshot.actor_name(actor).to_owned(),
            report: names.iter().find_map(|n| n.report.clone()),
            names: names
                .into_iter()
                .map(|n| NameRow {
                    name: n.text,
                    why: n.why,
                    hand: n.hand.as_str(),
                    first_day: iso(n.days.0),
                    last_day: iso(n.days.1),
                })
                .collect(),
            statements: of.statements,
            positions: of.positions,
            party: most.map(|(party, _)| snapshot.actor_name(*party).to_owned()),
            first_day: of.days.map(|d| d.0.to_string()),
            last_day: of.days.map(|d| d.1.to_string()),
        });
    }
    actors.sort_by(|a, b| {
        let much = |r: &ActorRow| r.statements + r.positions;
        much(b)
            .cmp(&much(a))
            .then_with(|| a.name.cmp(&b.name))
            .then_with(|| a.report.cmp(&b.report))
    });
    let mut described: Vec<DescribedRow> = described.into_values().collect();
    described.sort_by(|a, b| b.reports.cmp(&a.reports).then_with(|| a.words.cmp(&b.words)));
    Ok(ActorsPage { schema: "travaux.actors/1", actors, described })
}

/// "Dareth (surname of Ilma Dareth, the only one so far); the envoy, from 2031-04-01 (A. Vela says that it is)".
fn also(row: &ActorRow) -> String {
    let named = |n: &&NameRow| n.name != row.name || n.first_day.is_some() || n.hand == "person";
    let shown = row.names.iter().filter(named).map(|n| {
        let days = match (&n.first_day, &n.last_day) {
            (None, None) => String::new(),
            (Some(from), None) => format!(" from {from}"),
            (None, Some(until)) => format!(" until {until}"),
            (Some(from), Some(until)) => format!(" {from} to {until}"),
        };
        match n.why.as_str() {
            "first so called" => format!("{}{days}", n.name),
            why => format!("{}{days} ({why})", n.name),
        }
    });
    shown.collect::<Vec<_>>().join("; ")
}

impl Page for ActorsPage {
    fn tables(&self) -> Vec<Table> {
        let rows = self.actors.iter().map(|r| {
            let name = match &r.report {
                Some(report) => format!("{} (in {report})", r.name),
                None => r.name.clone(),
            };
            vec![
                Cell::new(name).strong(),
                Cell::of(r.party.as_deref()),
                Cell::new(r.statements.to_string()),
                Cell::new(r.positions.to_string()),
                Cell::of(r.first_day.as_deref()).faint(),
                Cell::of(r.last_day.as_deref()).faint(),
                Cell::new(also(r)).faint(),
            ]
        });
        let actors = Table {
            heading: format!("{} actors", self.actors.len()),
            columns: vec![
                "actor",
                "speaks for",
                "statements",
                "positions",
                "first",
                "last",
                "also called (why)",
            ],
            rows: rows.collect(),
            empty: "nobody; add reports with `travaux add`",
        };
        let rows = self.described.iter().map(|r| {
            vec![
                Cell::new(&r.words),
                Cell::new(r.reports.to_string()),
                Cell::new(r.statements.to_string()),
                Cell::new(r.positions.to_string()),
            ]
        });
        let described = Table {
            heading: "Only described, others in every report".into(),
            columns: vec!["words", "reports", "statements", "positions"],
            rows: rows.collect(),
            empty: "nobody",
        };
        vec![actors, described]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::{Form, Statement};
    use crate::code::Coding;
    use crate::record::{At, By, Record, Which};
    use crate::report::{Report, Span};

    fn said(record: &mut Record, id: &str, speaker: &str, party: Option<&str>) {
        let text = format!("{id}: so it was said");
        let content = vec![Span::new(0, text.len())];
        let published = "2031-03-12".parse().ok();
        let report = Report { id: id.into(), published, text, ..Report::default() };
        let statement = Statement {
            source: vec![],
            cue: vec![],
            content,
            form: Form::Indirect,
            speaker: Some(speaker.into()),
            party: party.map(Into::into),
            said: None,
            venue: None,
            within: None,
            via: None,
            confidence: 0.9,
        };
        record.add(&report, &[statement], &Coding::default(), "test").expect("added");
    }

    #[test]
    fn each_actor_stands_once_with_all_its_names_and_why() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("talks.travaux");
        let mut record = Record::init(&path, None).expect("begun");
        said(&mut record, "r1", "Ilma Dareth", Some("Veldra"));
        said(&mut record, "r2", "Dareth", Some("Veldra"));
        said(&mut record, "r3", "an envoy", None);
        said(&mut record, "r4", "an envoy", None);
        let page = |record: &Record| {
            actors(&record.snapshot(At::default()).expect("read")).expect("a page")
        };
        let shown = page(&record);
        let rows: Vec<_> = shown
            .actors
            .iter()
            .map(|r| (r.name.as_str(), r.statements, r.party.as_deref()))
            .collect();
        assert_eq!(rows, [("Ilma Dareth", 2, Some("Veldra")), ("Veldra", 0, None)]);
        assert_eq!(also(&shown.actors[0]), "Dareth (surname of Ilma Dareth, the only one so far)");
        let described: Vec<_> =
            shown.described.iter().map(|r| (r.words.as_str(), r.reports)).collect();
        assert_eq!(described, [("an envoy", 2)]);
        record.split(&By::person("A. Vela", None), Which::Actor, "Dareth", None).expect("split");
        let shown = page(&record);
        assert_eq!(also(&shown.actors[0]), "Dareth (A. Vela says that it is another)");
        assert_eq!(shown.actors[0].names[0].hand, "person");
    }
}
