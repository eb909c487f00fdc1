//! Reads datelines (`GENEVA, March 9 (Reuters) -`), bylines and closing credits (`(EFE and Reuters)`).
//! Only reads them: the text keeps every word.

use jiff::civil::Date;

use super::{Report, agencies, date};

/// A dateline is at most this long, in bytes.
const DATELINE_MAX: usize = 160;
/// A closing credit is at most this long, in bytes.
const CREDIT_MAX: usize = 300;

/// What a dateline says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Dateline {
    pub(super) place: Option<String>,
    pub(super) agencies: Vec<String>,
    /// Only where the year is printed.
    pub(super) published: Option<Date>,
}

/// Fills what the text itself tells and the input did not: place, agencies, byline, day.
pub(super) fn enrich(report: &mut Report) {
    let text = std::mem::take(&mut report.text);
    // Where no empty lines part them, bylines and datelines have lines of their own.
    for paragraph in text.split('\n').filter(|line| !line.trim().is_empty()).take(4) {
        if let Some(line) = after_by(paragraph) {
            let (who, agency) = author(line);
            report.byline.get_or_insert(who);
            agency.iter().for_each(|name| agencies::add(&mut report.agencies, name));
            continue;
        }
        if let Some(day) = date::line(paragraph) {
            report.published.get_or_insert(day);
            continue;
        }
        if let Some((line, _)) = dateline(paragraph) {
            apply(report, line);
        }
        break;
    }
    for paragraph in text.rsplit("\n\n").take(3) {
        credit(report, paragraph);
    }
    report.text = text;
}

/// Takes over a dateline, without overwriting.
pub(super) fn apply(report: &mut Report, line: Dateline) {
    report.place = report.place.take().or(line.place);
    report.published = report.published.or(line.published);
    for name in &line.agencies {
        agencies::add(&mut report.agencies, name);
    }
}

/// The dateline at the head of a paragraph, and how many bytes it takes with its dash.
pub(super) fn dateline(paragraph: &str) -> Option<(Dateline, usize)> {
    let paragraph_start = paragraph.len() - paragraph.trim_start().len();
    let body = &paragraph[paragraph_start..];
    let mut end = body.len().min(DATELINE_MAX);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    let head = body[..end].split('\n').next().unwrap_or_default();
    // A hyphen within a word ("Port-au-Prince") has no blanks around it.
    let dashes = head.char_indices().filter(|(at, c)| match c {
        '—' | '–' => true,
        '-' => {
            let (before, after) = (&head[..*at], &head[*at + 1..]);
            // "(EFE).-" as Spanish agencies print it
            let set_off = before.ends_with([' ', '-', ')'])
                || before.ends_with(").")
                || before.ends_with(|c: char| c.is_ascii_digit());
            set_off && (after.is_empty() || after.starts_with([' ', '-']))
        }
        // TASS: "MOSCOW, March 9. /TASS/. The ..."
        '/' => head[*at + 1..].starts_with(". "),
        _ => false,
    });
    // The first dash may stand in the place ("GENEVA - BERN, March 9 (AP) -").
    for (at, c) in dashes.take(2) {
        let cut = if c == '/' { at + 1 } else { at };
        let before = head[..cut].trim_end().trim_end_matches('-').trim_end();
        let before = if before.ends_with(").") { &before[..before.len() - 1] } else { before };
        let mut after = at + c.len_utf8() + usize::from(c == '/');
        after += head[after..].len() - head[after..].trim_start_matches(['-', ' ']).len();
        if let Some(line) = parts(before, &body[after.min(body.len())..]) {
            return Some((line, paragraph_start + after));
        }
    }
    None
}

/// `CITY, Region, Month D, YYYY (Agency)`; `rest` is what follows the dash.
fn parts(before: &str, rest: &str) -> Option<Dateline> {
    let mut line = Dateline::default();
    let mut left = before;
    for (open, close) in [('(', ')'), ('/', '/')] {
        let Some(inner) = left.strip_suffix(close) else { continue };
        let at = inner.rfind(open)?;
        let list = inner[at + 1..].trim();
        if list.is_empty() || list.len() > 60 || list.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        line.agencies = agencies::split(list);
        left = inner[..at].trim_end().trim_end_matches('.').trim_end();
    }
    // "ROME, March 13, Reuter -"
    if let Some((earlier, last)) = left.rsplit_once(',')
        && let Some(agency) = agencies::known(last.trim())
    {
        agencies::add(&mut line.agencies, agency);
        left = earlier.trim_end();
    }
    let (place, day) = split_day(left)?;
    if let Some((month, of_month, year)) = day {
        line.published = year.and_then(|y| Date::new(y, month, of_month).ok());
    }
    if !place.is_empty() {
        if !place_like(place) {
            return None;
        }
        line.place = Some(place.to_string());
    }
    let capitals = place.chars().filter(|c| c.is_alphabetic()).count() >= 4
        && place.split(',').next().is_some_and(|city| !city.contains(char::is_lowercase))
        && place.split(' ').count() <= 4;
    let sentence = rest.is_empty()
        || rest.starts_with(|c: char| {
            !c.is_lowercase() && (c.is_alphanumeric() || "\"“‘'«".contains(c))
        });
    // A bracket may hold anything: an agency is known, or stands in what is a dateline without it.
    let known = line.agencies.iter().any(|a| agencies::known(a).is_some());
    if !line
        .agencies
        .iter()
        .all(|a| agencies::known(a).is_some() || a.starts_with(char::is_uppercase))
    {
        return None;
    }
    let sure = known || day.is_some() && (line.place.is_some() || !line.agencies.is_empty());
    (sure || capitals && sentence).then_some(line)
}

type Day = (i8, i8, Option<i16>);

/// Takes `March 9`, `9 March`, `March 9, 2022` off the end. `None` where figures make no day.
fn split_day(text: &str) -> Option<(&str, Option<Day>)> {
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Some((text.trim_end_matches([',', ' ']), None));
    }
    let (text, year) = match text.rsplit_once([' ', ',']) {
        Some((before, y)) if y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()) => {
            (before.trim_end_matches([',', ' ']), Some(y.parse().ok()?))
        }
        _ => (text, None),
    };
    let cut = |t: &str| {
        t.rfind([' ', ',', '\u{a0}'])
            .map_or(0, |at| at + t[at..].chars().next().map_or(1, char::len_utf8))
    };
    let last = cut(text);
    let between = text[..last].trim_end_matches([' ', '\u{a0}']);
    let first = cut(between);
    let (a, b) = (&between[first..], &text[last..]);
    let (month, day) = match (date::month(a), date::day_of_month(b.trim_end_matches('.'))) {
        (Some(month), Some(day)) => (month, day),
        _ => (date::month(b)?, date::day_of_month(a)?),
    };
    let place = between[..first].trim_end_matches([',', ' ', '\u{a0}']);
    // "MOSCOW. March 9", but "BOULDER, Colo., March 11".
    let place = if place.contains(',') { place } else { place.trim_end_matches('.') };
    Some((place, Some((month, day, year))))
}

/// Capitalised words and the small ones between them.
fn place_like(place: &str) -> bool {
    const SMALL: [&str; 16] = [
        "de", "la", "le", "du", "des", "del", "el", "al", "of", "the", "and", "in", "on", "near",
        "upon", "aan",
    ];
    const NOT_FIRST: [&str; 11] =
        ["On", "In", "By", "At", "From", "After", "Since", "Until", "Before", "Between", "For"];
    place.len() <= 80
        && !place.split(' ').next().is_some_and(|first| NOT_FIRST.contains(&first))
        && place.starts_with(char::is_uppercase)
        && place.chars().all(|c| c.is_alphabetic() || " .,'’-/()\u{a0}".contains(c))
        && place.split([' ', '-', '/', ',', '\u{a0}']).filter(|w| !w.is_empty()).count() <= 8
        && place
            .split([' ', '-', '/', ',', '\u{a0}'])
            .filter(|w| !w.is_empty())
            .all(|w| !w.starts_with(char::is_lowercase) || SMALL.contains(&w))
}

/// "By Ana Vela, Harbour Wire" on a line of its own gives "Ana Vela".
pub(super) fn byline(line: &str) -> Option<String> {
    after_by(line).map(|names| author(names).0)
}

/// The names of a byline as printed, without its "By".
fn after_by(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.len() > 120 || line.contains('\n') || line.ends_with('.') {
        return None;
    }
    let name = ["By ", "BY ", "by "].iter().find_map(|by| line.strip_prefix(by))?.trim();
    // Names only: "By Monday both sides had left" is no byline.
    let names = name.starts_with(char::is_uppercase)
        && name.split_whitespace().all(|w| {
            !w.starts_with(char::is_lowercase)
                || ["and", "de", "von", "van", "in", "of"].contains(&w)
        })
        && !name.bytes().any(|b| b.is_ascii_digit());
    names.then_some(name)
}

/// "By Ana Vela, Reuters" told apart: who, and the agency.
pub(super) fn author(line: &str) -> (String, Option<&'static str>) {
    let line = after_by(line).unwrap_or(line);
    let known = |(who, agency): (&str, &str)| {
        let agency = agencies::known(agency.trim().trim_end_matches(')'))?;
        Some((who.trim().to_string(), Some(agency)))
    };
    let parted = line.rsplit_once(',').and_then(known);
    // "Ana Vela (AP)"
    let parted = parted.or_else(|| line.rsplit_once('(').and_then(known));
    parted.filter(|(who, _)| !who.is_empty()).unwrap_or_else(|| (line.to_string(), None))
}

/// Closing credits: a bracket of agencies, "AP contributed to this report", "Reporting by ...".
fn credit(report: &mut Report, paragraph: &str) {
    const CUES: [&str; 17] = [
        "contributed to this",
        "contributed reporting",
        "information from",
        "inputs from",
        "input from",
        "material from",
        "reporting from",
        "reporting by",
        "report by",
        "agencies",
        "source:",
        "sources:",
        "credit:",
        "copyright",
        "©",
        "writing by",
        "editing by",
    ];
    let paragraph = paragraph.trim();
    // A bracket at the very end, on a line of its own or after the last sentence.
    if let Some(inner) = paragraph.strip_suffix(['.', ' ']).unwrap_or(paragraph).strip_suffix(')')
        && let Some(at) = inner.rfind('(')
    {
        let list = &inner[at + 1..];
        let names = if list.len() <= 80 { agencies::split(list) } else { Vec::new() };
        let sure = |n: &String| agencies::known(n).is_some() || report.agencies.contains(n);
        // A name that is not known counts beside one that is: "(Reuters and Harbourwire)".
        let beside = names.iter().any(sure) && !list.contains(',');
        if !names.is_empty() && names.iter().all(|n| sure(n) || beside && one_name(n)) {
            names.iter().for_each(|n| agencies::add(&mut report.agencies, n));
            return;
        }
    }
    if paragraph.len() > CREDIT_MAX {
        return;
    }
    let lower = paragraph.to_lowercase();
    let bare = paragraph.trim_matches(|c: char| !c.is_alphanumeric());
    let only_names = {
        let names = agencies::split(bare);
        !names.is_empty() && names.iter().all(|n| agencies::known(n).is_some())
    };
    if only_names || CUES.iter().any(|cue| lower.contains(cue)) {
        agencies::named_in(paragraph).iter().for_each(|n| agencies::add(&mut report.agencies, n));
    }
    // Persons have two names, so one alone is an agency's, known or not.
    if let Some(name) = bare.strip_suffix(" contributed to this report")
        && agencies::known(name).is_none()
        && one_name(name)
    {
        agencies::add(&mut report.agencies, name);
    }
    if report.byline.is_none()
        && let Some(who) = bare.strip_prefix("Reporting by ")
    {
        let end = who.find([';', ')', '\n']).unwrap_or(who.len());
        let who = who[..end].trim_end_matches('.').trim();
        report.byline = (!who.is_empty()).then(|| author(who).0);
    }
}

/// One capitalised word.
fn one_name(word: &str) -> bool {
    word.len() > 3
        && word.starts_with(char::is_uppercase)
        && word.chars().all(|c| c.is_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paragraph: &str, place: Option<&str>, agencies: &[&str], published: Option<&str>) {
        let (line, end) = dateline(paragraph).unwrap_or_default();
        assert_eq!(line.place.as_deref(), place, "{paragraph}");
        assert_eq!(line.agencies, agencies, "{paragraph}");
        assert_eq!(line.published.map(|d| d.to_string()).as_deref(), published, "{paragraph}");
        assert!(end == 0 || !paragraph[end..].starts_with(['-', ' ']), "{paragraph}");
    }

    #[test]
    fn datelines() {
        check("GENEVA, March 9 (Reuters) - The talks ended.", Some("GENEVA"), &["Reuters"], None);
        check(
            "GENEVA, March 9, 2022 (Reuters) - The talks",
            Some("GENEVA"),
            &["Reuters"],
            Some("2022-03-09"),
        );
        check(
            "PORT-AU-PRINCE, Haiti (AP) — The talks",
            Some("PORT-AU-PRINCE, Haiti"),
            &["AP"],
            None,
        );
        check("Geneva (AFP/dpa) – The talks ended.", Some("Geneva"), &["AFP", "dpa"], None);
        check("MOSCOW, March 9. /TASS/. The talks ended.", Some("MOSCOW"), &["TASS"], None);
        check("BOULDER, Colo., March 11 - ", Some("BOULDER, Colo."), &[], None);
        check("    NEW YORK - ", Some("NEW YORK"), &[], None);
        check("LONDON, 9 March 1987 -- Delegates met.", Some("LONDON"), &[], Some("1987-03-09"));
        check(
            "WASHINGTON, Feb. 26 (Harbour Wire) -- Delegates met.",
            Some("WASHINGTON"),
            &["Harbour Wire"],
            None,
        );
        check("ROME, March 13, Reuter -", Some("ROME"), &["Reuters"], None);
        check("MONTREAL, Feb 26-", Some("MONTREAL"), &[], None);
        check("THE HAGUE, March 9 (ANP) - The", Some("THE HAGUE"), &["ANP"], None);
        check("(Reuters) - The talks ended.", None, &["Reuters"], None);
        check("GENEVA — The talks ended.", Some("GENEVA"), &[], None);
        check("KYIV/MOSCOW, March 9 (Interfax) - The", Some("KYIV/MOSCOW"), &["Interfax"], None);
    }

    #[test]
    fn what_is_no_dateline() {
        check("NATO - which met in Geneva - said no.", None, &[], None);
        check("The minister - a sailor - said no.", None, &[], None);
        check("Mr Vela (no relation) - a sailor - said no.", None, &[], None);
        check("On 9 March - a Sunday - they met.", None, &[], None);
        check("The minister said that the talks were well-advanced.", None, &[], None);
        check("- The talks ended.", None, &[], None);
        check("", None, &[], None);
    }

    fn check_text(text: &str, byline: Option<&str>, agencies: &[&str]) {
        let mut report = Report { text: text.into(), ..Report::default() };
        enrich(&mut report);
        assert_eq!(report.text, text);
        assert_eq!(
            (report.byline.as_deref(), &report.agencies[..]),
            (byline, &agencies.iter().map(|a| a.to_string()).collect::<Vec<_>>()[..]),
            "{text}"
        );
    }

    #[test]
    fn credits() {
        check_text("They met.\n\n(EFE and Reuters)", None, &["EFE", "Reuters"]);
        check_text("They met,” Vela said. (EFE and Reuters)", None, &["EFE", "Reuters"]);
        check_text("They met.\n\nAP contributed to this report.", None, &["AP"]);
        check_text("They met.\n\n— AFP", None, &["AFP"]);
        check_text(
            "GENEVA (Harbourwire) - They met. (Harbourwire and Nordwire)",
            None,
            &["Harbourwire", "Nordwire"],
        );
        check_text("They met.\n\nNordwire contributed to this report.", None, &["Nordwire"]);
        check_text("They met.\n\nAna Vela contributed to this report.", None, &[]);
        check_text("They met. (Reuters, Geneva)", None, &[]);
        check_text(
            "GENEVA (Reuters) - They met.\n\n(Reporting by Ana Vela in Geneva; Editing by Jo Lund)",
            Some("Ana Vela in Geneva"),
            &["Reuters"],
        );
        check_text("By Ana Vela, AP\n\nGENEVA (AP) — They met.", Some("Ana Vela"), &["AP"]);
        check_text("They met. He told AP (his agency) so.", None, &[]);
        check_text("By Monday both sides had left.", None, &[]);
    }
}
