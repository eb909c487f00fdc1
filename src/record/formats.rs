//! The record that stays in tests/fixtures, one of each format, and opens for ever. Never written again once its format
//! is out: `tests/record.rs` asks it.

use super::testing::{Draft, noon};
use super::{Added, Record};
use crate::code::{Kind, Stance, Status, Value};
use crate::report::Report;

/// Rewrites the fixture of the present format, while that format is being made:
///
/// ```text
/// cargo test --lib the_fixture_of_the_present_format -- --ignored
/// TRAVAUX_BLESS=1 cargo test --test record of_format
/// ```
#[test]
#[ignore = "rewrites a file of the repository"]
fn the_fixture_of_the_present_format_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let codebook = "name = \"The Oran Strait\"\n\n[[party]]\nid = \"veldra\"\nname = \"Veldra\"\n\n[[party]]\nid = \"ostmark\"\nname = \"Ostmark\"\n";
    let mut record = Record::init(&folder.path().join("a.travaux"), Some(("oran.toml", codebook)))
        .expect("begun");
    for (day, draft) in reports() {
        record.at_moment(noon(day));
        let added =
            record.add(&draft.report, &draft.statements, &draft.coding, "fixture").expect("added");
        assert_ne!(added, Added::Same);
    }
    let name = format!("tests/fixtures/format-{}.travaux", super::file::FORMAT);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let _ = std::fs::remove_file(&path);
    record.backup(&path).expect("written");
}

/// The days on which reports came in, and what was read in them: entries of all kinds, a report that changed, two outlets,
/// words that are told again, letters of more than one byte.
fn reports() -> Vec<(&'static str, Draft)> {
    // Where the one who spoke the last statement, and the word for speaking, stand.
    let by = |who: &str, cue: &str, mut draft: Draft| {
        let (source, cue) = (draft.span(who), draft.span(cue));
        let last = draft.statements.last_mut().expect("a statement");
        (last.source, last.cue) = (vec![source], vec![cue]);
        draft
    };
    let from = |outlet: &str, title: &str, draft: Draft| Draft {
        report: Report {
            outlet: Some(outlet.into()),
            title: Some(title.into()),
            place: Some("PORT ORAN".into()),
            ..draft.report
        },
        ..draft
    };
    let first = |lead: &str| {
        let text = format!(
            "{lead}Ilma Dareth said Veldra would stay out of the pact. Ostmark must withdraw to the 1990 line, she said. \
             Both sides met in Port Oran on Tuesday."
        );
        let draft = Draft::new("oran-1", "2031-03-11", &text)
            .said("Ilma Dareth", Some("Veldra"), "Veldra would stay out of the pact")
            .position("Veldra", "the pact", Stance::Offer, "stay out of the pact")
            .said("Ilma Dareth", Some("Veldra"), "Ostmark must withdraw to the 1990 line")
            .position("Ostmark", "withdrawal", Stance::Demand, "withdraw to the 1990 line")
            .encounter(
                Kind::Talks,
                Status::Held,
                Some("2031-03-11"),
                "Both sides met in Port Oran",
            );
        from("Nordwire", "Veldra would stay out of pact", by("she", "she said", draft))
    };
    let second = Draft::new(
        "oran-2",
        "2031-03-13",
        "“We see no progress,” said Väino Rask of Ostmark. Ostmark would never withdraw, he said. Talks are to go on on \
         Friday.",
    )
    .said("Väino Rask", Some("Ostmark"), "“We see no progress,”")
    .assessment(Some("Väino Rask"), Value::NoProgress, "no progress");
    let second = by("Väino Rask", "said", second)
        .said("Väino Rask", Some("Ostmark"), "Ostmark would never withdraw")
        .position("Ostmark", "withdrawal", Stance::RuleOut, "never withdraw");
    let second = by("he", "he said", second).encounter(
        Kind::Talks,
        Status::Planned,
        Some("2031-03-14"),
        "Talks are to go on on Friday",
    );
    let third = Draft::new(
        "oran-3",
        "2031-03-15",
        "The talks went well, Ilma Dareth said on Saturday. Veldra could join the pact after all, two diplomats said.",
    )
    .said("Ilma Dareth", Some("Veldra"), "The talks went well")
    .assessment(Some("Ilma Dareth"), Value::Progress, "went well")
    .said("two diplomats", None, "Veldra could join the pact after all")
    .position("Veldra", "the pact", Stance::Open, "join the pact after all");
    vec![
        ("2031-03-12", first("")),
        ("2031-03-13", from("Oran Herald", "Ostmark sees no progress", second)),
        ("2031-03-14", first("CORRECTED: ")),
        ("2031-03-16", from("Nordwire", "Talks went well, says Dareth", third)),
    ]
}
