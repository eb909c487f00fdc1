//! Days as they are printed in news: ISO, Reuters-21578, datelines, HTTP. Never guesses a missing year,
//! and never reads `03/09/2022`, which is two different days on two sides of an ocean.

use jiff::civil::Date;

/// The day that a whole string states: `2022-03-30T10:00:00Z`, `26-FEB-1987 15:01:01.79`,
/// `March 9, 2022`, `Wed, 30 Mar 2022 10:00:00 GMT`, `2022/03/30`, `20220330`.
pub(super) fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    iso(text).or_else(|| worded(text))
}

/// `2022-03-30` at the start of a string, with `-`, `/` or nothing between the numbers.
fn iso(text: &str) -> Option<Date> {
    let b = text.as_bytes();
    let all_digits = |r: &[u8]| r.iter().all(u8::is_ascii_digit);
    let num = |r: &[u8]| r.iter().fold(0i16, |n, d| n * 10 + i16::from(d - b'0'));
    let (year, month, day, rest) = if b.len() >= 10
        && matches!(b[4], b'-' | b'/')
        && b[4] == b[7]
        && all_digits(&b[..4])
        && all_digits(&b[5..7])
        && all_digits(&b[8..10])
    {
        (num(&b[..4]), num(&b[5..7]), num(&b[8..10]), &b[10..])
    } else if b.len() >= 8 && all_digits(&b[..8]) {
        (num(&b[..4]), num(&b[4..6]), num(&b[6..8]), &b[8..])
    } else {
        return None;
    };
    if rest.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Date::new(year, month as i8, day as i8).ok()
}

/// The day in a line that says nothing else: `Published 17 March 2031`, `Thu 17 Mar 2031 10.30 GMT`.
pub(super) fn line(text: &str) -> Option<Date> {
    const BESIDE: [&str; 16] = [
        "first",
        "published",
        "posted",
        "on",
        "at",
        "of",
        "gmt",
        "utc",
        "bst",
        "cet",
        "est",
        "edt",
        "et",
        "pt",
        "am",
        "pm",
    ];
    let text = text.trim();
    if text.len() > 60 || text.contains('\n') {
        return None;
    }
    let weekday = |w: &str| {
        let known = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        w.is_ascii() && w.len() <= 9 && known.iter().any(|k| w.starts_with(k))
    };
    let mut rest = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | '(' | ')')) {
        let word = word.trim_end_matches([':', '.']);
        let lower = word.to_lowercase();
        let clock = |w: &str| {
            let w = w.trim_end_matches("am").trim_end_matches("pm");
            w.contains([':', '.']) && w.chars().all(|c| c.is_ascii_digit() || c == ':' || c == '.')
        };
        if word.is_empty() || BESIDE.contains(&lower.as_str()) || weekday(&lower) || clock(&lower) {
            continue;
        }
        let known =
            month(word).is_some() || word.bytes().next().is_some_and(|b| b.is_ascii_digit());
        if !known {
            return None;
        }
        rest.push(word);
    }
    parse(&rest.join(" "))
}

/// Month in letters, day and year in figures, in either order.
fn worded(text: &str) -> Option<Date> {
    let (mut day, mut mon, mut year) = (None, None, None);
    for word in text.split([' ', ',', '-', '.', '\u{a0}']).filter(|w| !w.is_empty()).take(6) {
        if let Some(m) = month(word) {
            mon = mon.or(Some(m));
        } else if word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) {
            year = year.or(word.parse::<i16>().ok());
        } else if let Some(d) = day_of_month(word) {
            day = day.or(Some(d));
        }
        if let (Some(y), Some(m), Some(d)) = (year, mon, day) {
            return Date::new(y, m, d).ok();
        }
    }
    None
}

/// `9`, `09`, `9th`.
pub(super) fn day_of_month(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &word[digits.len()..];
    let plain = suffix.is_empty() || ["st", "nd", "rd", "th"].contains(&suffix);
    let day: i8 = digits.parse().ok().filter(|_| plain && digits.len() <= 2)?;
    (1..=31).contains(&day).then_some(day)
}

/// The months as reports write them out, in lower case.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `March`, `MAR`, `Sept.`: 1 to 12.
pub(super) fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.');
    if !(3..=9).contains(&word.len()) || !word.is_ascii() {
        return None;
    }
    let word = word.to_ascii_lowercase();
    let at = MONTHS
        .iter()
        .position(|n| *n == word || n[..3] == word || word == "sept" && n.starts_with("sept"))?;
    Some(at as i8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse(text).map(|d| d.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn days_as_printed() {
        check("2022-03-30", Some("2022-03-30"));
        check("2022-03-30T23:59:00+02:00", Some("2022-03-30"));
        check("2022/03/30", Some("2022-03-30"));
        check("20220330", Some("2022-03-30"));
        check("26-FEB-1987 15:01:01.79", Some("1987-02-26"));
        check(" 1-MAR-1987 01:49:03.52", Some("1987-03-01"));
        check("March 9, 2022", Some("2022-03-09"));
        check("9th Sept. 2022", Some("2022-09-09"));
        check("Wed, 30 Mar 2022 10:00:00 GMT", Some("2022-03-30"));
    }

    #[test]
    fn lines_that_say_nothing_else() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(line(text).map(|d| d.to_string()).as_deref(), expected, "{text}");
        };
        check("Published 17 March 2031", Some("2031-03-17"));
        check("Thu 17 Mar 2031 10.30 GMT", Some("2031-03-17"));
        check("March 17, 2031 | 10:30 AM ET", Some("2031-03-17"));
        check("First published on Thursday, 17 March 2031 at 9:30am", Some("2031-03-17"));
        check("2031-03-17", Some("2031-03-17"));
        check("Updated 18 March 2031", None);
        check("The talks of March 17, 2031 failed", None);
        check("17 March", None);
        check("", None);
    }

    #[test]
    fn no_guesses() {
        check("03/09/2022", None);
        check("March 9", None);
        check("2022-13-40", None);
        check("yesterday", None);
        check("", None);
        check("٢٠٢٢-٠٣-٣٠", None);
    }
}
