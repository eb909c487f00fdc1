//! What the words of a name are, for those who compare names over reports: states, offices, titles, bodies. Never looks
//! into a report.

use super::{party, roles};
use crate::report::Span;

/// The state or bloc that `words` name as a whole, by its name in `year`: "Moscow" is Russia, and was the Soviet Union.
pub(crate) fn state(words: &str, year: Option<i16>) -> Option<String> {
    let shouted = words.chars().count() > 4 && !words.chars().any(char::is_lowercase);
    let found = party::named(words)
        .or_else(|| shouted.then(|| party::named(&super::naming::title_case(words))).flatten())?;
    Some(party::in_year(found.to_owned(), year))
}

/// The first state or bloc that stands in `words`, and where.
pub(crate) fn state_within(words: &str, year: Option<i16>) -> Option<(Span, String)> {
    let names = party::Names::default();
    let found = party::find(words, Span::new(0, words.len()), &names).into_iter().next()?;
    Some((found.span, party::in_year(found.party, year)))
}

/// What one word of a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// "minister", "delegates", "sources": somebody who is not named.
    Office,
    /// "Mr", "Sir".
    Honorific,
    /// "Foreign", "Deputy", "former": before an office.
    Qualifier,
    /// "Ministry", "Corp".
    Body,
    /// "van", "bin": small words within names of persons.
    Particle,
    /// All others.
    Other,
}

/// What the word is, however it is capitalised and whether it is one or many.
pub(crate) fn sort(word: &str) -> Sort {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let lower = bare.to_lowercase();
    let second = ["co-", "vice-", "ex-"].iter().find_map(|p| lower.strip_prefix(p));
    let lower = second.map(str::to_owned).unwrap_or(lower);
    let one = lower.strip_suffix('s').unwrap_or(&lower);
    let one = if lower.ends_with("men") { lower.replace("men", "man") } else { one.to_owned() };
    let has = |list: &[&str]| list.contains(&lower.as_str()) || list.contains(&one.as_str());
    // Camps negotiate as such: they are parties, as many as they are.
    let camp = roles::CAMPS.iter().any(|c| c.1 == lower)
        || matches!(lower.as_str(), "workers" | "owners" | "shippers");
    if camp {
        Sort::Other
    } else if roles::HONORIFICS.iter().any(|h| h.to_lowercase() == lower) {
        Sort::Honorific
    } else if has(roles::ROLES) || has(roles::OUTSIDERS) {
        Sort::Office
    } else if has(roles::QUALIFIERS) || roles::PORTFOLIOS.iter().any(|p| p.to_lowercase() == lower)
    {
        Sort::Qualifier
    } else if has(roles::BODIES) {
        Sort::Body
    } else if roles::PARTICLES.contains(&bare) {
        Sort::Particle
    } else {
        Sort::Other
    }
}
