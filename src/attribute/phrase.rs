//! A source phrase taken apart: the person it names, the office, who stands behind. Looks only at words.

use super::bodies;
use super::party::{self, Found, Manner, Names, words};
use super::roles::{
    BODIES, CAMPS, HONORIFICS, OUTSIDERS, PARTICLES, PORTFOLIOS, QUALIFIERS, ROLES,
};
use crate::annotate::MentionKind;
use crate::report::Span;

/// What a source phrase says about the speaker.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Phrase {
    /// Words that name a person, title left out.
    pub person: Option<Span>,
    /// Offices, lower case ("minister", "spokesman").
    pub roles: Vec<String>,
    /// Who stands behind, as the phrase says.
    pub party: Option<String>,
    /// Whether it points back ("the minister", "his spokesman").
    pub definite: bool,
    /// Whether more than one speaks.
    pub plural: bool,
    /// Whether it speaks of a body ("the company").
    pub body: bool,
    /// Whether it names a body of a state ("ministry officials"): it speaks for that state.
    pub of_state: bool,
    /// A noun for a body beside the office ("union spokesman"), lower case.
    pub employer: Option<String>,
}

/// Takes `text[span]` apart. `kind`: what the network takes it for; a bare name of a person is one.
pub(super) fn read(text: &str, span: Span, names: &Names, kind: Option<MentionKind>) -> Phrase {
    let human = kind == Some(MentionKind::Person);
    let words = words(text, span);
    let word = |i: usize| words[i].of(text);
    let lower: Vec<String> = words.iter().map(|w| w.of(text).to_lowercase()).collect();
    let mut phrase = Phrase::default();
    let Some(first) = lower.first() else { return phrase };
    phrase.definite = matches!(
        first.as_str(),
        "the" | "this" | "that" | "these" | "those" | "both" | "his" | "her" | "its" | "their"
    ) || text[words[0].end..].starts_with(['\'', '’']) && words.len() > 1;
    let is_role = |i: usize| {
        ROLES.contains(&singular(&lower[i])) || lower[i].ends_with("men") && lower[i] != "men"
    };
    phrase.roles =
        (0..words.len()).filter(|i| is_role(*i)).map(|i| singular(&lower[i]).to_owned()).collect();
    let states = party::find(text, span, names);
    phrase.person = person(text, &words, &states, human, is_role);
    let head = head(text, &words);
    phrase.plural = phrase.person.is_none()
        && (first == "both"
            || lower[head].ends_with('s') && !lower[head].ends_with("ss")
            || matches!(lower[head].as_str(), "people" | "men" | "they" | "we"));
    phrase.body = phrase.person.is_none() && BODIES.contains(&lower[head].as_str());
    phrase.of_state = lower.iter().any(|w| bodies::of_state(w));
    phrase.employer = (0..words.len())
        .find(|i| BODIES.contains(&lower[*i].as_str()) && word(*i).starts_with(char::is_lowercase))
        .map(|i| lower[i].clone());
    phrase.party = behind(text, &words, &lower, &states, &phrase, head, names)
        .map(|p| without_article(&p).to_owned());
    phrase
}

fn singular(word: &str) -> &str {
    match word {
        "spokesmen" => "spokesman",
        "chairmen" => "chairman",
        "secretaries" => "secretary",
        "attorneys" => "attorney",
        word if word.len() > 4 && !word.ends_with("ss") => word.strip_suffix('s').unwrap_or(word),
        word => word,
    }
}

/// The head word: the last before "of", "in", "from", a comma or "who".
fn head(text: &str, words: &[Span]) -> usize {
    let stop = |w: &str| {
        matches!(
            w,
            "of" | "in"
                | "from"
                | "at"
                | "for"
                | "to"
                | "on"
                | "with"
                | "who"
                | "close"
                | "familiar"
                | "involved"
                | "representing"
                | "here"
                | "and"
        )
    };
    let mut last = 0;
    for i in 0..words.len() {
        if i > 0
            && (stop(words[i].of(text)) || text[words[i - 1].end..words[i].start].contains(','))
        {
            break;
        }
        last = i;
    }
    last
}

/// The words that name a person: in a part between commas, capitalised words after the last office or by
/// themselves beside a part with an office.
fn person(
    text: &str,
    words: &[Span],
    states: &[Found],
    human: bool,
    is_role: impl Fn(usize) -> bool,
) -> Option<Span> {
    let capital = |i: usize| words[i].of(text).starts_with(char::is_uppercase);
    let in_state = |i: usize| states.iter().any(|s| s.span.overlaps(words[i]));
    let honorific = |i: usize| HONORIFICS.contains(&words[i].of(text).trim_end_matches('.'));
    let namelike = |i: usize| capital(i) && !is_role(i) && !in_state(i) && !honorific(i);
    let mut parts: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    for i in 1..=words.len() {
        if i == words.len() || text[words[i - 1].end..words[i].start].contains([',', '(']) {
            parts.push((from, i));
            from = i;
        }
    }
    // "Ana Vela, chief of the company's press office": a part that is nothing but a name, beside an office.
    let initial = |i: usize| words[i].of(text).trim_end_matches('.').chars().count() == 1;
    let whole_name = |&&(from, to): &&(usize, usize)| {
        (2..=5).contains(&(to - from))
            && (from..to).all(|i| namelike(i) || i > from && PARTICLES.contains(&words[i].of(text)))
            && !(from..to).any(|i| {
                let lower = lower_of(text, words[i]);
                BODIES.contains(&lower.as_str()) || bodies::in_names(&lower)
            })
            && (from..to).any(|i| !initial(i))
            && !text[words[from].start..words[to - 1].end].contains(['\'', '’'])
    };
    if (human || parts.len() > 1 && (0..words.len()).any(&is_role))
        && let Some(&(from, to)) = parts.iter().find(whole_name)
    {
        return Some(Span::new(words[from].start, words[to - 1].end));
    }
    let mut best: Option<(usize, usize)> = None;
    for &(from, to) in &parts {
        // After the last office or honorific of the part, up to "of".
        let office = (from..to).rev().find(|i| is_role(*i) || honorific(*i));
        let mut at = office.map_or(from, |o| o + 1);
        // "Secretary of State George Orr": over the portfolio.
        if office.is_some() && at + 2 < to && matches!(words[at].of(text), "of" | "for") {
            let field = |i: usize| PORTFOLIOS.contains(&words[i].of(text));
            let mut after = at + 1;
            while after < to && (field(after) || after > at + 1 && words[after].of(text) == "and") {
                after += 1;
            }
            if after > at + 1 {
                at = after;
            }
        }
        // "director of finance Chris Stals", "minister for trade Ana Vela": the last run of the part.
        if let Some(run) =
            (at..to).rev().find(|i| !capital(*i) && !PARTICLES.contains(&words[*i].of(text)))
        {
            let later = run + 1;
            let tail = later < to && (later..to).all(&namelike) && words[run].of(text) != "of";
            if office.is_some() && tail {
                at = later;
            }
        }
        let mut end = at;
        while end < to
            && (namelike(end)
                || end > at
                    && PARTICLES.contains(&words[end].of(text))
                    && end + 1 < to
                    && namelike(end + 1))
        {
            // not over a possessive: "Reagan's spokesman"
            if end > at && text[words[end - 1].end..words[end].start].starts_with(['\'', '’']) {
                break;
            }
            end += 1;
        }
        let possessive =
            end < to && end > at && text[words[end - 1].end..].starts_with(['\'', '’']);
        let whole = end == to
            || matches!(words[end].of(text), "of" | "from" | "for" | "who" | "at" | "in" | "and");
        let last_is_body =
            end > at && BODIES.contains(&words[end - 1].of(text).to_lowercase().as_str());
        let with_office = office.is_some() || parts.len() > 1 && (0..words.len()).any(&is_role);
        if end > at
            && !possessive
            && whole
            && !last_is_body
            && with_office
            && at_least(text, words, at, end, office.is_some())
        {
            best = Some((at, end));
            // A part that is a name alone, or a name after an office, settles it; the later one wins.
        }
    }
    best.map(|(a, b)| Span::new(words[a].start, words[b - 1].end))
}

/// The capitalised words before the first possessive.
fn possessor(text: &str, words: &[Span], capital: &dyn Fn(usize) -> bool) -> Option<Span> {
    let last = (0..words.len()).find(|i| {
        text[words[*i].end..].starts_with("'s") || text[words[*i].end..].starts_with("’s")
    })?;
    let mut first = last;
    if !capital(last) {
        return None;
    }
    while first > 0
        && capital(first - 1)
        && !text[words[first - 1].end..words[first].start].contains(',')
    {
        first -= 1;
    }
    Some(Span::new(words[first].start, words[last].end))
}

fn lower_of(text: &str, word: Span) -> String {
    word.of(text).to_lowercase()
}

/// One word names a person after an office ("President Vela"), two without.
fn at_least(text: &str, words: &[Span], at: usize, end: usize, office: bool) -> bool {
    let acronym = |i: usize| {
        let w = words[i].of(text);
        w.len() > 1 && w.chars().all(|c| c.is_uppercase() || c == '.') && !w.contains('.')
    };
    (end - at >= 2 || office) && !(end - at == 1 && acronym(at))
}

/// Who stands behind: a camp, a state named, a body named, in that order.
fn behind(
    text: &str,
    words: &[Span],
    lower: &[String],
    states: &[Found],
    phrase: &Phrase,
    head: usize,
    names: &Names,
) -> Option<String> {
    let outsider = phrase.person.is_none() && OUTSIDERS.contains(&lower[head].as_str());
    // "consumer spokesman", "producer delegates", "producing countries"
    if let Some(camp) = lower.iter().enumerate().find_map(|(i, w)| {
        let camp = CAMPS.iter().find(|(word, _)| word == w)?;
        (i == head || i + 1 < lower.len()).then_some(camp.1)
    }) {
        return Some(camp.to_owned());
    }
    let outside_name = |s: &&Found| phrase.person.is_none_or(|p| !p.overlaps(s.span));
    // "the U.S. ambassador to Japan": not where they are sent or whom they face.
    let target = |s: &&Found| {
        let before = words.iter().rev().find(|w| w.end <= s.span.start).map(|w| w.of(text));
        !matches!(before, Some("to" | "with" | "against" | "on"))
    };
    let mut named = states.iter().filter(outside_name).filter(target);
    let first = named.next();
    if let Some(found) = first {
        // "the American Soybean Association", "the Bank of Japan": a body, not its state.
        if let Some(name) = named_after(text, words, lower, found.span, phrase) {
            return Some(name);
        }
        // Two states that speak together: "Britain and West Germany".
        if phrase.person.is_none()
            && found.manner == Manner::Name
            && let Some(second) = named.next()
            && text[found.span.end..second.span.start].trim() == "and"
        {
            return Some(format!("{} and {}", found.party, second.party));
        }
        let bloc = outsider && found.manner == Manner::Name && is_body_name(&found.party);
        return (!bloc || found.party.starts_with("European")).then(|| found.party.clone());
    }
    if outsider {
        return None;
    }
    body(text, words, lower, phrase, head, names)
}

/// The name of a body in which the words of a state stand: capitalised words with a noun for a body, which is not one
/// of a state's own.
fn named_after(
    text: &str,
    words: &[Span],
    lower: &[String],
    state: Span,
    phrase: &Phrase,
) -> Option<String> {
    let free = |i: usize| phrase.person.is_none_or(|p| !p.overlaps(words[i]));
    let name = |i: usize| {
        words[i].of(text).starts_with(char::is_uppercase)
            && free(i)
            && !ROLES.contains(&lower[i].as_str())
    };
    let touches = |i: usize| text[words[i - 1].end..words[i].start].trim().is_empty();
    let mut first = words.iter().position(|w| w.start >= state.start)?;
    let mut end = words.iter().position(|w| w.start >= state.end).unwrap_or(words.len());
    while end < words.len() && touches(end) {
        let joins = matches!(lower[end].as_str(), "of" | "and" | "for" | "&");
        if !(name(end) || joins && end + 1 < words.len() && name(end + 1)) {
            break;
        }
        end += 1;
    }
    // "Saudi Arabian Oil Minister": a portfolio.
    let office = lower.get(end).map(|w| singular(w));
    if matches!(office, Some("minister" | "secretary" | "ministry")) {
        return None;
    }
    let body = |i: usize| {
        let word = lower[i].as_str();
        // Institutes, agencies and boards with a state's name are mostly the state's own.
        let own = matches!(
            word,
            "agency"
                | "assembly"
                | "authority"
                | "board"
                | "bureau"
                | "country"
                | "court"
                | "delegation"
                | "institute"
                | "institution"
                | "mission"
                | "office"
                | "presidency"
        );
        !own && (BODIES.contains(&word) || bodies::in_names(word)) && !bodies::of_state(word)
    };
    if first > 1 && lower[first - 1] == "of" && name(first - 2) && body(first - 2) {
        first -= 2;
        while first > 0 && name(first - 1) && touches(first) {
            first -= 1;
        }
    }
    let whole = Span::new(words[first].start, words[end - 1].end);
    let own = (first..end).any(|i| bodies::of_state(&lower[i]));
    let named = (first..end).any(|i| body(i) && !words[i].overlaps(state));
    (named && !own && whole != state).then(|| whole.of(text).to_owned())
}

fn is_body_name(party: &str) -> bool {
    party.split(' ').any(|w| BODIES.contains(&w.to_lowercase().as_str()))
        || party.chars().all(|c| c.is_uppercase())
}

/// A body by name: capitalised words before an office, after "of", or the whole phrase.
fn body(
    text: &str,
    words: &[Span],
    lower: &[String],
    phrase: &Phrase,
    head: usize,
    names: &Names,
) -> Option<String> {
    let free = |i: usize| phrase.person.is_none_or(|p| !p.overlaps(words[i]));
    let office = |i: usize| {
        ROLES.contains(&singular(&lower[i]))
            || HONORIFICS.contains(&words[i].of(text).trim_end_matches('.'))
    };
    let capital = |i: usize| {
        words[i].of(text).starts_with(char::is_uppercase)
            && free(i)
            && !(i == 0
                && matches!(
                    lower[i].as_str(),
                    "the" | "a" | "an" | "its" | "his" | "her" | "their"
                ))
    };
    let joins = |i: usize| matches!(words[i].of(text), "of" | "and" | "for" | "&");
    // "Ilmar's foreign ministry", "BankAmerica's vice president": whose it is.
    let owner = possessor(text, words, &|i| capital(i) && !office(i));
    if let Some(owner) = owner {
        return Some(owner.of(text).to_owned());
    }
    // A body of a state says nothing by itself; the state behind it does ("the government of Corvania").
    if phrase.of_state {
        let of = |i: usize| {
            i > 0
                && matches!(words[i - 1].of(text), "of" | "in")
                // "the Ministry of Fisheries": what it is for, not whose it is
                && !(i > 1 && matches!(lower[i - 2].as_str(), "ministry" | "department"))
                && capital(i)
                && !PORTFOLIOS.contains(&words[i].of(text))
        };
        let first = (0..words.len()).rev().find(|i| of(*i))?;
        let mut end = first + 1;
        while end < words.len()
            && capital(end)
            && !text[words[end - 1].end..words[end].start].contains(',')
        {
            end += 1;
        }
        return Some(text[words[first].start..words[end - 1].end].to_owned());
    }
    let mut best: Option<(usize, usize)> = None;
    let mut i = 0;
    while i < words.len() {
        let field = PORTFOLIOS.contains(&words[i].of(text));
        if !capital(i) || office(i) || field || QUALIFIERS.contains(&lower[i].as_str()) {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < words.len()
            && !text[words[end - 1].end..words[end].start].contains([',', '(', '\'', '’'])
        {
            if capital(end) && !office(end)
                || joins(end) && end + 1 < words.len() && capital(end + 1) && !office(end + 1)
            {
                end += 1;
            } else {
                break;
            }
        }
        // ministries and portfolios of a person are not who they speak for
        let portfolio = end < words.len() && singular(&lower[end]) == "minister";
        if !portfolio && best.is_none_or(|(a, b)| end - i > b - a) {
            best = Some((i, end));
        }
        i = end;
    }
    let (a, b) = best?;
    // One word that only begins the sentence is a word like any other ("Others", "Nobody").
    let letters = |w: &str| w.len() > 1 && w.chars().all(|c| c.is_uppercase() || c == '.');
    if b - a == 1 && a == 0 && !letters(words[0].of(text)) && !names.knows(words[0].of(text)) {
        return None;
    }
    let alone = phrase.person.is_none() && phrase.roles.is_empty();
    (alone || !phrase.roles.is_empty() || head < a)
        .then(|| text[words[a].start..words[b - 1].end].to_owned())
}

/// A name without its article.
pub(super) fn without_article(name: &str) -> &str {
    ["The ", "the ", "A ", "a ", "An ", "an "]
        .iter()
        .find_map(|a| name.strip_prefix(a))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, person: Option<&str>, party: Option<&str>) {
        let phrase = read(text, Span::new(0, text.len()), &Names::of(text), None);
        assert_eq!(phrase.person.map(|p| p.of(text)), person, "{text}");
        assert_eq!(phrase.party.as_deref(), party, "{text}");
    }

    #[test]
    fn names_offices_and_parties_are_told_apart() {
        check("British Trade Minister Ana Vela", Some("Ana Vela"), Some("Britain"));
        check("the head of the Malaysian delegation, Omar Lim", Some("Omar Lim"), Some("Malaysia"));
        check(
            "South Africa's director-general of finance Carl Haas",
            Some("Carl Haas"),
            Some("South Africa"),
        );
        check(
            "minority producer spokesman Luis Vega of Costa Rica",
            Some("Luis Vega"),
            Some("producers"),
        );
        check("Dora Akers, the union's president", Some("Dora Akers"), None);
        check("a senior Ivory Coast official", None, Some("Ivory Coast"));
        check("delegates", None, None);
        check("EC diplomats", None, Some("European Community"));
        check("the U.S. ambassador to Japan", None, Some("United States"));
        check("Harbour Council president Ana Vela", Some("Ana Vela"), Some("Harbour Council"));
        check("the Kremlin spokesman, Dmitri Orlov", Some("Dmitri Orlov"), Some("Russia"));
        check("France and Spain", None, Some("France and Spain"));
        check(
            "Spanish Dock Workers Union chairman Ana Vela",
            Some("Ana Vela"),
            Some("Spanish Dock Workers Union"),
        );
        check("Markus Lohn of the Bank of Japan", None, Some("Bank of Japan"));
        check("Spanish Energy Minister Ana Vela", Some("Ana Vela"), Some("Spain"));
        check("Ministry of Primary Industries officials", None, None);
    }
}
