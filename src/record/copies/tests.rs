//! Copies as a record's questions see them: groups and corrections of made-up reports.

use super::super::At;
use super::super::testing::{Draft, Sample, noon};

const LEAD: &str = "Veldra would stay out of the fishing pact unless Tolmark opened the strait to its boats, chief \
    negotiator Ilma Dareth said after talks in Ostmark that ended without a date for another round.";
const MIDDLE: &str = "She told reporters that her side had put forward a quota of 1,200 tonnes a year and heard nothing \
    that it could take home. A Tolmark official called the quota far too high but said that nobody had left the table for \
    good, and that a smaller group would go on about patrols next week.";
const END: &str = "The strait has been closed since the quarrel over the lighthouse at Senn began four years ago. Both \
    countries then withdrew their envoys, and only the herring fleet of Ostmark has been allowed to pass it since.";

fn report(id: &str, day: &str, title: &str, text: &str) -> Draft {
    let mut draft = Draft::new(id, day, text);
    draft.report.title = (!title.is_empty()).then(|| title.into());
    draft
}

/// Adds the reports in their order and says of each later one what it is: "later relation earlier".
fn found(drafts: &[Draft]) -> Vec<String> {
    let mut sample = Sample::new();
    for draft in drafts {
        sample.add("2031-03-20", draft);
    }
    rows(&sample)
}

/// What is held at present of copies.
fn rows(sample: &Sample) -> Vec<String> {
    let mut found = sample
        .record
        .db()
        .prepare(
            "SELECT later.given || ' ' || relation || ' ' || first.given FROM copy
             JOIN report later ON later.id = copy.report JOIN report first ON first.id = copy.earlier
             WHERE until IS NULL ORDER BY 1",
        )
        .expect("SQL");
    let rows = found.query_map([], |r| r.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("text")
}

fn check(drafts: &[Draft], expected: &[&str]) {
    assert_eq!(found(drafts), expected);
}

fn whole() -> String {
    format!("{LEAD}\n\n{MIDDLE}\n\n{END}")
}

#[test]
fn what_a_later_text_is_of_an_earlier_one() {
    let first = report("r1", "2031-03-12", "VELDRA STAYS OUT", &whole());
    let again = |id, title, text: &str| report(id, "2031-03-13", title, text);
    let edited = whole().replace("without a date for", "with no date set for").to_uppercase();
    check(&[first.clone(), again("r2", "Pact: Veldra says no", &edited)], &["r2 copy r1"]);
    let short = again("r2", "VELDRA STAYS OUT", &format!("{LEAD} {MIDDLE}"));
    check(&[first.clone(), short.clone()], &["r2 shortened r1"]);
    let mut flash = short;
    flash.report.published = "2031-03-11".parse().ok();
    check(&[first.clone(), flash], &["r1 update r2"]);
    let wrong = whole().replace("1,200", "1,400");
    check(
        &[first.clone(), again("r2", "(CORRECTED) - VELDRA STAYS OUT", &wrong)],
        &["r2 correction r1"],
    );
    let noted = format!("{wrong}\n\n(Corrects quota in second paragraph)");
    check(&[first.clone(), again("r2", "VELDRA STAYS OUT", &noted)], &["r2 correction r1"]);
    let noted = format!("{wrong} An earlier version of this story gave a wrong quota.");
    check(&[first, again("r2", "", &noted)], &["r2 correction r1"]);
}

#[test]
fn a_correction_is_rewritten_around_the_mistake() {
    let rest = "She did not say when talks would go on, nor who might lead them, and left for the airport.";
    let first = report("r1", "2031-03-12", "VELDRA OUT", &format!("{LEAD} {MIDDLE}"));
    let text =
        format!("{LEAD} {rest} {END} Corrects to say that Ilma Dareth spoke before the talks.");
    check(&[first.clone(), report("r2", "2031-03-12", "", &text)], &["r2 correction r1"]);
    // Nothing else may be so far from the first.
    let text = format!(
        "{LEAD} {rest} {END} Nobody in Tolmark would say a word about the quota of last week."
    );
    check(&[first, report("r2", "2031-03-12", "", &text)], &[]);
}

#[test]
fn a_correction_that_comes_in_first_still_corrects() {
    let first = report("r1", "2031-03-12", "VELDRA OUT", &whole());
    let corrected = report("r2", "2031-03-12", "CORRECTED-VELDRA OUT", &whole());
    check(&[corrected.clone(), first.clone()], &["r2 correction r1"]);
    // Of two that say so, neither corrects the other.
    let again = report("r3", "2031-03-13", "CORRECTED-VELDRA OUT", &whole());
    check(&[first, corrected, again], &["r2 correction r1", "r3 copy r2", "r3 correction r1"]);
}

#[test]
fn reports_of_one_event_in_other_words_are_no_copies() {
    let other = "Ostmark's round of talks broke up with both delegations blaming each other. Veldra's envoy, Ilma Dareth, \
        repeated her demand that boats be let through before any pact is signed, and her proposal to land 1,200 tonnes \
        every year met silence. Tolmark regards so much fish as unthinkable, one of its diplomats explained, although \
        experts on patrols from the two capitals are expected to sit down together again within days.";
    check(&[report("r1", "2031-03-12", "", &whole()), report("r2", "2031-03-12", "", other)], &[]);
}

#[test]
fn background_that_is_told_again_makes_no_copy() {
    let news = "Tolmark's parliament voted on Wednesday to send a second gunboat to the strait, over the protest of the \
        opposition, which asked for a word from the prime minister and did not get one. The gunboat will sail on Friday, \
        the speaker said, and will stay until the summer unless an agreement on fishing is reached before that.";
    check(
        &[
            report("r1", "2031-03-12", "", &whole()),
            report("r2", "2031-03-13", "", &format!("{news}\n\n{END}")),
        ],
        &[],
    );
}

#[test]
fn formulas_filled_in_anew_are_no_copies() {
    let catch = |port: &str, herring: &str, before: &str, cod: &str| {
        format!(
            "The fleet of {port} landed {herring} tonnes of herring in the week ended Sunday compared with {before} tonnes \
             the week before, the Fisheries Board said in its weekly report. Landings of cod were {cod} tonnes. The board \
             said that figures are provisional and do not include boats under eight metres."
        )
    };
    let one = report("r1", "2031-03-12", "", &catch("Senn", "410", "395", "88"));
    let two = report("r2", "2031-03-12", "", &catch("Marrow Bay", "1,020", "985", "212"));
    check(&[one.clone(), two], &[]);
    // The same words a week later are next week's.
    check(&[one, report("r2", "2031-03-19", "", &catch("Senn", "410", "395", "88"))], &[]);
    let dividend = "Qtly div 12 cts vs 10 cts prior. Pay April 15. Record March 27.";
    check(
        &[
            report("r1", "2031-03-12", "TOLMARK HERRING CO RAISES PAYOUT", dividend),
            report("r2", "2031-03-12", "SENN LIGHTHOUSE HOLDINGS SETS DIVIDEND", dividend),
        ],
        &[],
    );
}

#[test]
fn short_texts_have_the_same_figures_or_correct_them() {
    let rate = |to: &str| {
        format!(
            "The Harbour Board of Senn said it is raising its dues to {to} crowns a tonne, effective immediately."
        )
    };
    let title = "SENN RAISES HARBOUR DUES";
    let one = report("r1", "2031-03-12", title, &rate("6.50"));
    check(&[one.clone(), report("r2", "2031-03-12", title, &rate("6.50"))], &["r2 copy r1"]);
    check(&[one.clone(), report("r2", "2031-03-12", title, &rate("6.75"))], &[]);
    let corrected = report("r2", "2031-03-12", "CORRECTED-SENN RAISES HARBOUR DUES", &rate("6.75"));
    check(&[one, corrected], &["r2 correction r1"]);
}

#[test]
fn a_flash_is_taken_up_by_the_full_report() {
    let flash = "Veldra would stay out of the fishing pact unless Tolmark opened the strait to its boats, chief negotiator \
        Ilma Dareth said.";
    check(
        &[
            report("r1", "2031-03-12", "VELDRA STAYS OUT OF PACT", flash),
            report("r2", "2031-03-12", "VELDRA STAYS OUT OF PACT, DARETH SAYS", &whole()),
        ],
        &["r2 update r1"],
    );
}

#[test]
fn a_long_text_comes_back_word_for_word_after_weeks() {
    check(
        &[report("r1", "2031-03-12", "", &whole()), report("r2", "2031-04-30", "", &whole())],
        &["r2 copy r1"],
    );
}

#[test]
fn a_digest_does_not_join_what_it_sums_up() {
    let brief = "Tolmark's central bank left its rate unchanged at the end of a two-day meeting, as all had expected, and \
        gave no hint of what it would do in spring, when the harbour dues fall.";
    let digest: String = (0..9)
        .map(|i| format!("Item {i}: council {i} met about dues {i} and put off vote {i} until week {i} of term {i}. "))
        .collect();
    check(
        &[
            report("r1", "2031-03-12", "RATE UNCHANGED", brief),
            report("r2", "2031-03-12", "TALKS", &format!("{LEAD} {MIDDLE}")),
            report("r3", "2031-03-12", "HIGHLIGHTS", &format!("{digest} {digest} {brief}")),
        ],
        &[],
    );
}

#[test]
fn a_changed_report_is_placed_again_and_the_past_stays() {
    let mut sample = Sample::new();
    sample.add("2031-03-12", &report("r1", "2031-03-12", "", &whole()));
    sample.add("2031-03-13", &report("r2", "2031-03-12", "", &whole()));
    sample.add("2031-03-14", &report("r3", "2031-03-12", "", &whole()));
    let other =
        "The herring fleet of Ostmark came home with empty holds for the third time this month.";
    sample.add("2031-03-15", &report("r2", "2031-03-12", "", other));
    assert_eq!(rows(&sample), ["r3 copy r1"]);
    sample.add("2031-03-17", &report("r2", "2031-03-12", "CORRECTED", &whole()));
    assert_eq!(rows(&sample), ["r2 correction r1", "r2 correction r3", "r3 copy r1"]);
    let at = |day: &str| {
        let known_by = Some(noon(day));
        let snapshot = sample.record.snapshot(At { known_by, ..At::default() }).expect("read");
        snapshot.reports.iter().map(|r| (r.group, r.corrected_by)).collect::<Vec<_>>()
    };
    assert_eq!(at("2031-03-14"), [(0, None), (0, None), (0, None)]);
    assert_eq!(at("2031-03-16"), [(0, None), (1, None), (0, None)]);
    assert_eq!(at("2031-03-18"), [(0, Some(1)), (0, None), (0, Some(1))]);
    let left: i64 = sample
        .record
        .db()
        .query_row(
            "SELECT count(*) FROM fingerprint JOIN version ON version.id = version WHERE until IS NOT NULL",
            [],
            |r| r.get(0),
        )
        .expect("counted");
    assert_eq!(left, 0, "fingerprints of texts that are no longer live");
}

#[test]
fn texts_without_words_are_copies_of_nothing() {
    let texts = ["\u{1b}[31m", "-", "=1+1", "Veldra", "", "\u{0}\u{0}"];
    let drafts: Vec<Draft> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| report(&format!("r{i}"), "2031-03-12", "", text))
        .collect();
    check(&drafts, &[]);
}
