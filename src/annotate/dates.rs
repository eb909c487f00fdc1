//! Finds expressions of time in a text and resolves them against a day: "on Tuesday", "the day before",
//! "last November", "March 9". Never resolves what the day of publication is needed for without that day.

use std::fmt;

use jiff::civil::{Date, Weekday};
use jiff::{Span as Length, ToSpan};

use crate::model::wordpiece::pretokens;
use crate::report::{MONTHS, Span};

/// A stretch of time as exactly as the text gives it. Shown as ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// `1987-03-09`
    Day(Date),
    /// `1987-03-09/1987-03-20`, both ends within
    Interval(Date, Date),
    /// `1987-03`: year and month
    Month(i16, i8),
    /// `1987`
    Year(i16),
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Day(day) => write!(f, "{day}"),
            When::Interval(first, last) => write!(f, "{first}/{last}"),
            When::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            When::Year(year) => write!(f, "{year:04}"),
        }
    }
}

/// Where a weekday or a month without a year is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    /// The last one, the day of publication included: what was said or held.
    Past,
    /// The next one: what is planned.
    Future,
}

/// Words that say when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeMention {
    /// The words, without the preposition before them.
    pub span: Span,
    /// What they mean.
    pub when: When,
}

/// The expressions of time in `text[range]`, in order. `published` is the day that "today" means.
pub fn times(text: &str, range: Span, published: Option<Date>, toward: Toward) -> Vec<TimeMention> {
    let spans: Vec<Span> = pretokens(range.of(text))
        .into_iter()
        .map(|s| Span::new(s.start + range.start, s.end + range.start))
        .collect();
    let lower = spans.iter().map(|s| s.of(text).to_lowercase()).collect();
    let mut reader = Words { text, spans, lower, published, toward, last: None };
    let mut out = Vec::new();
    let mut i = 0;
    while i < reader.spans.len() {
        match reader.at(i).filter(|(n, _)| *n > 0) {
            Some((n, when)) => {
                let span = Span::new(reader.spans[i].start, reader.spans[i + n - 1].end);
                if let When::Day(day) = when {
                    reader.last = Some(day);
                }
                out.push(TimeMention { span, when });
                i += n;
            }
            None => i += 1,
        }
    }
    out
}

const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

const NUMBERS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

/// The words of a stretch, read from the left.
struct Words<'t> {
    text: &'t str,
    spans: Vec<Span>,
    lower: Vec<String>,
    published: Option<Date>,
    toward: Toward,
    /// The last day named, for "the day before".
    last: Option<Date>,
}

type Found = Option<(usize, When)>;

/// A day of a month as written: words taken, first day, last day of a range, month, year.
type DayAndMonth = (usize, i8, Option<i8>, i8, Option<i16>);

impl Words<'_> {
    fn word(&self, i: usize) -> &str {
        self.lower.get(i).map_or("", String::as_str)
    }

    fn is(&self, i: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(k, w)| self.word(i + k) == *w)
    }

    fn one_of(&self, i: usize, words: &[&str]) -> bool {
        words.contains(&self.word(i))
    }

    fn capital(&self, i: usize) -> bool {
        self.spans.get(i).is_some_and(|s| s.of(self.text).starts_with(char::is_uppercase))
    }

    /// The longest expression that begins at word `i`: how many words, and what they mean.
    fn at(&self, i: usize) -> Found {
        self.iso(i)
            .or_else(|| self.dated(i))
            .or_else(|| self.near(i))
            .or_else(|| self.ago(i))
            .or_else(|| self.weekday(i))
            .or_else(|| self.period(i))
            .or_else(|| self.month(i))
            .or_else(|| self.year_alone(i))
    }

    /// `2022-03-30`
    fn iso(&self, i: usize) -> Found {
        let year = self.year(i)?;
        if !(self.is(i + 1, &["-"]) && self.is(i + 3, &["-"])) {
            return None;
        }
        let number = |k: usize| self.word(k).parse::<i8>().ok();
        let day = Date::new(year, number(i + 2)?, number(i + 4)?).ok()?;
        Some((5, When::Day(day)))
    }

    /// "March 9", "March 9, 1987", "9 March", "the 9th of March", "March 9-12", "Wednesday, March 9".
    fn dated(&self, i: usize) -> Found {
        let weekday = self.weekday_name(i).is_some();
        let skip = match weekday {
            true if self.is(i + 1, &[","]) => 2,
            true => 1,
            false => 0,
        };
        let (n, first, last, month, year) = self.day_and_month(i + skip)?;
        let year = match year {
            Some(year) => year,
            None => self.year_of(month, first)?,
        };
        let day = |d| Date::new(year, month, d).ok();
        let when = match last {
            Some(last) if last > first => When::Interval(day(first)?, day(last)?),
            _ => When::Day(day(first)?),
        };
        Some((skip + n, when))
    }

    fn day_and_month(&self, i: usize) -> Option<DayAndMonth> {
        let (mut n, first, mut last, month);
        if let Some((k, m)) = self.month_name(i) {
            (month, n) = (m, k);
            if self.one_of(i + n, &["the"]) {
                n += 1;
            }
            first = self.day_number(i + n)?;
            n += 1;
            last = None;
            if self.one_of(i + n, &["-", "–", "to", "and"])
                && let Some(day) = self.day_number(i + n + 1)
            {
                last = Some(day);
                n += 2;
            }
        } else {
            let mut k = i;
            first = self.day_number(k)?;
            k += 1;
            last = None;
            if self.one_of(k, &["-", "–", "to", "and"])
                && let Some(day) = self.day_number(k + 1)
            {
                last = Some(day);
                k += 2;
            }
            if self.is(k, &["of"]) {
                k += 1;
            }
            let (m, name) = self.month_name(k).map(|(a, b)| (b, a))?;
            month = m;
            n = k + name - i;
        }
        if self.is(i + n, &["of"]) && self.is(i + n + 1, &["this", "year"]) {
            return Some((n + 3, first, last, month, Some(self.published?.year())));
        }
        let comma = usize::from(self.is(i + n, &[","]));
        if let Some(year) = self.year(i + n + comma) {
            return Some((n + comma + 1, first, last, month, Some(year)));
        }
        if self.is(i + n, &["last", "year"]) {
            return Some((n + 2, first, last, month, Some(self.published?.year() - 1)));
        }
        if last.is_some_and(|last| last <= first) {
            last = None;
        }
        Some((n, first, last, month, None))
    }

    /// The year in which `month` and `day` fall nearest on the side looked to.
    fn year_of(&self, month: i8, day: i8) -> Option<i16> {
        let published = self.published?;
        let year = published.year();
        let here = Date::new(year, month, day.min(28)).ok()?;
        Some(match self.toward {
            Toward::Past if here > published => year - 1,
            Toward::Future if here < published => year + 1,
            _ => year,
        })
    }

    /// "today", "yesterday", "the day before", "last night".
    fn near(&self, i: usize) -> Found {
        let published = self.published?;
        let from = self.last.unwrap_or(published);
        let day = |n: usize, from: Date, days: i32| {
            Some((n, When::Day(from.checked_add(days.days()).ok()?)))
        };
        let part = |i| self.one_of(i, &["morning", "afternoon", "evening", "night"]);
        match self.word(i) {
            "today" | "tonight" => day(1, published, 0),
            "yesterday" => day(1 + usize::from(part(i + 1)), published, -1),
            "tomorrow" => day(1 + usize::from(part(i + 1)), published, 1),
            "this" if part(i + 1) => day(2, published, 0),
            "last" if self.is(i + 1, &["night"]) || self.is(i + 1, &["evening"]) => {
                day(2, published, -1)
            }
            "earlier" if self.is(i + 1, &["in", "the", "day"]) => day(4, published, 0),
            "the" => {
                let unit = |k| self.one_of(k, &["day", "night", "evening", "morning", "afternoon"]);
                if unit(i + 1) && self.is(i + 2, &["before", "yesterday"]) {
                    return day(4, published, -2);
                }
                if unit(i + 1) && self.is(i + 2, &["after", "tomorrow"]) {
                    return day(4, published, 2);
                }
                if self.one_of(i + 1, &["previous", "preceding"]) && unit(i + 2) {
                    return day(3, from, -1);
                }
                if self.one_of(i + 1, &["next", "following"]) && unit(i + 2) {
                    return day(3, from, 1);
                }
                if self.is(i + 1, &["same", "day"]) {
                    return day(3, from, 0);
                }
                // "the day before": not where a clause follows, "the day before the talks"
                let ends = self.spans.len() == i + 3
                    || !self.one_of(i + 3, &["the", "a", "an", "his", "her", "its", "their"]);
                if unit(i + 1) && self.is(i + 2, &["before"]) && ends {
                    return day(3, from, -1);
                }
                if unit(i + 1) && self.is(i + 2, &["after"]) && ends {
                    return day(3, from, 1);
                }
                None
            }
            "a" | "one" => match (self.word(i + 1), self.word(i + 2)) {
                ("day", "earlier" | "before") => day(3, from, -1),
                ("day", "later") => day(3, from, 1),
                // "Veldra said on Wednesday ..., a day after Brandel called them constructive"
                ("day", "after") if self.last.is_some() => day(3, from, -1),
                _ => None,
            },
            _ => None,
        }
    }

    /// "two days ago", "three weeks earlier".
    fn ago(&self, i: usize) -> Found {
        let published = self.published?;
        let count = self.count(i)?;
        if !self.one_of(i + 2, &["ago", "earlier"]) {
            return None;
        }
        let back = |length: Length| published.checked_sub(length).ok();
        let when = match self.word(i + 1) {
            "day" | "days" => When::Day(back(count.days())?),
            "week" | "weeks" => week(back(count.weeks())?)?,
            "month" | "months" => month_of(back(count.months())?),
            "year" | "years" => When::Year(back(count.years())?.year()),
            _ => return None,
        };
        Some((3, when))
    }

    fn count(&self, i: usize) -> Option<i32> {
        let word = self.word(i);
        if matches!(word, "a" | "an") {
            return Some(1);
        }
        let named = NUMBERS.iter().position(|n| *n == word).map(|n| n as i32 + 1);
        named.or_else(|| word.parse().ok().filter(|n| (1..1000).contains(n)))
    }

    fn weekday_name(&self, i: usize) -> Option<Weekday> {
        let word = self.word(i);
        DAYS.iter().find(|(name, _)| *name == word).map(|d| d.1).filter(|_| self.capital(i))
    }

    /// "Tuesday", "last Tuesday", "Tuesday night", "Tuesday last week".
    fn weekday(&self, i: usize) -> Found {
        let published = self.published?;
        let lead = self.one_of(i, &["last", "next", "this", "past"]);
        let at = i + usize::from(lead);
        let name = self.weekday_name(at)?;
        let mut n = at + 1 - i;
        let back = i32::from(published.weekday().since(name));
        let ahead = i32::from(published.weekday().until(name));
        let mut days = match (self.word(i), self.toward) {
            ("last" | "past", _) => -(if back == 0 { 7 } else { back }),
            ("next", _) => {
                if ahead == 0 {
                    7
                } else {
                    ahead
                }
            }
            (_, Toward::Past) => -back,
            (_, Toward::Future) => ahead,
        };
        if self.one_of(i + n, &["morning", "afternoon", "evening", "night"]) {
            n += 1;
        }
        // "Tuesday last week"
        if !lead && self.one_of(i + n, &["last", "next"]) && self.is(i + n + 1, &["week"]) {
            let monday = i32::from(published.weekday().since(Weekday::Monday));
            let shift = if self.is(i + n, &["last"]) { -7 } else { 7 };
            days = shift - monday + i32::from(Weekday::Monday.until(name));
            n += 2;
        }
        Some((n, When::Day(published.checked_add(days.days()).ok()?)))
    }

    /// "last week", "this month", "over the weekend", "last year".
    fn period(&self, i: usize) -> Found {
        let published = self.published?;
        let word = self.word(i);
        // "last weekend", "this weekend", "the weekend"
        if matches!(word, "last" | "this" | "the" | "past" | "next") && self.is(i + 1, &["weekend"])
        {
            let saturday = i32::from(published.weekday().since(Weekday::Saturday));
            let ahead = word == "next" || self.toward == Toward::Future && saturday > 1;
            let first = published
                .checked_add((if ahead { 7 - saturday } else { -saturday }).days())
                .ok()?;
            return Some((2, When::Interval(first, first.tomorrow().ok()?)));
        }
        let the = usize::from(word == "the" && self.one_of(i + 1, &["previous", "past"]));
        let shift = match self.word(i + the) {
            "last" | "previous" | "past" => -1,
            "this" => 0,
            "next" | "coming" => 1,
            _ => return None,
        };
        let when = match self.word(i + the + 1) {
            "week" => week(published.checked_add((7 * shift).days()).ok()?)?,
            "month" => {
                let first = published.first_of_month();
                month_of(first.checked_add(shift.months()).ok()?)
            }
            "year" => When::Year(published.year() + i16::try_from(shift).ok()?),
            _ => return None,
        };
        Some((the + 2, when))
    }

    /// "last November", "late March", "September 1985", "in March".
    fn month(&self, i: usize) -> Found {
        let lead = self.one_of(i, &["last", "next", "this", "early", "late", "mid"]);
        let hyphen = usize::from(lead && self.is(i + 1, &["-"]));
        let at = i + usize::from(lead) + hyphen;
        let (k, month) = self.month_name(at)?;
        let n = at + k - i;
        let of = usize::from(self.is(i + n, &["of"]));
        let comma = usize::from(self.is(i + n, &[","]));
        if let Some(year) = self.year(i + n + of.max(comma)) {
            return Some((n + of.max(comma) + 1, When::Month(year, month)));
        }
        // A month's name alone may be a person's or a verb: "May", "March".
        let led =
            lead || at > 0 && self.one_of(at - 1, &["in", "since", "by", "until", "of", "for"]);
        let names_only_a_month = !matches!(self.word(at), "may" | "march" | "april" | "june");
        if !led && !names_only_a_month {
            return None;
        }
        let published = self.published?;
        let (year, here) = (published.year(), published.month());
        let year = match self.word(i) {
            "last" if month >= here => year - 1,
            "next" if month <= here => year + 1,
            "last" | "next" | "this" => year,
            _ if self.toward == Toward::Past && month > here => year - 1,
            _ if self.toward == Toward::Future && month < here => year + 1,
            _ => year,
        };
        Some((n, When::Month(year, month)))
    }

    /// "in 1986".
    fn year_alone(&self, i: usize) -> Found {
        let led = i > 0 && self.one_of(i - 1, &["in", "since", "by", "until", "of"]);
        self.year(i).filter(|_| led).map(|year| (1, When::Year(year)))
    }

    fn year(&self, i: usize) -> Option<i16> {
        let word = self.word(i);
        (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|y| (1800..2200).contains(y))
    }

    /// Words taken and the month: "March", "Sept.".
    fn month_name(&self, i: usize) -> Option<(usize, i8)> {
        let word = self.word(i);
        if !self.capital(i) || word.len() < 3 {
            return None;
        }
        let month = MONTHS.iter().position(|m| {
            *m == word
                || m.starts_with(word) && (word.len() == 3 || word == "sept") && word != "may"
        })?;
        let dot = usize::from(word.len() < 5 && self.is(i + 1, &["."]) && word != MONTHS[month]);
        Some((1 + dot, month as i8 + 1))
    }

    fn day_number(&self, i: usize) -> Option<i8> {
        let word = self.word(i);
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let suffix = word.get(digits.len()..)?;
        let plain = matches!(suffix, "" | "st" | "nd" | "rd" | "th");
        digits.parse().ok().filter(|d| plain && (1..=31).contains(d) && digits.len() <= 2)
    }
}

/// Monday to Sunday around `day`.
fn week(day: Date) -> Option<When> {
    let monday = day.checked_sub(i32::from(day.weekday().since(Weekday::Monday)).days()).ok()?;
    Some(When::Interval(monday, monday.checked_add(6.days()).ok()?))
}

fn month_of(day: Date) -> When {
    When::Month(day.year(), day.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, toward: Toward) -> Vec<(&str, String)> {
        // a Wednesday
        let published = Date::new(2031, 3, 12).ok();
        times(text, Span::new(0, text.len()), published, toward)
            .into_iter()
            .map(|m| (m.span.of(text), m.when.to_string()))
            .collect()
    }

    fn check(text: &str, words: &str, when: &str) {
        assert_eq!(read(text, Toward::Past), [(words, when.to_string())], "{text}");
    }

    #[test]
    fn days_are_found_from_the_day_of_publication() {
        check("he said today", "today", "2031-03-12");
        check("said this morning that", "this morning", "2031-03-12");
        check("said yesterday", "yesterday", "2031-03-11");
        check("said on Wednesday", "Wednesday", "2031-03-12");
        check("said on Thursday", "Thursday", "2031-03-06");
        check("last Tuesday", "last Tuesday", "2031-03-11");
        check("late on Monday night", "Monday night", "2031-03-10");
        check("Monday's briefing", "Monday", "2031-03-10");
        check("Tuesday last week", "Tuesday last week", "2031-03-04");
        check("two days ago", "two days ago", "2031-03-10");
        check("acknowledged it the day before, in a call", "the day before", "2031-03-11");
    }

    #[test]
    fn written_dates_are_read_in_either_order() {
        check("on March 9", "March 9", "2031-03-09");
        check("on December 9", "December 9", "2030-12-09");
        check("on 9 March 2029", "9 March 2029", "2029-03-09");
        check("on Sunday, March 9, 2031,", "Sunday, March 9, 2031", "2031-03-09");
        check("the 9th of March", "9th of March", "2031-03-09");
        check("on Sept. 1", "Sept. 1", "2030-09-01");
        check("March 3-7", "March 3-7", "2031-03-03/2031-03-07");
        check("2031-03-01", "2031-03-01", "2031-03-01");
    }

    #[test]
    fn longer_stretches_stay_as_long_as_they_are() {
        check("last week", "last week", "2031-03-03/2031-03-09");
        check("over the weekend", "the weekend", "2031-03-08/2031-03-09");
        check("two weeks ago", "two weeks ago", "2031-02-24/2031-03-02");
        check("last month", "last month", "2031-02");
        check("in late February", "late February", "2031-02");
        check("last November", "last November", "2030-11");
        check("last March", "last March", "2030-03");
        check("in September 2025", "September 2025", "2025-09");
        check("last year", "last year", "2030");
        check("in 2029", "2029", "2029");
    }

    #[test]
    fn the_day_before_is_counted_from_the_day_named_in_the_sentence() {
        let text = "on Monday about talks held the previous day";
        assert_eq!(read(text, Toward::Past)[1].1, "2031-03-09");
        let text = "said on Wednesday, a day after he called";
        assert_eq!(read(text, Toward::Past)[1].1, "2031-03-11");
    }

    #[test]
    fn plans_look_ahead() {
        assert_eq!(read("meet on Thursday", Toward::Future)[0].1, "2031-03-13");
        assert_eq!(read("meet in February", Toward::Future)[0].1, "2032-02");
    }

    #[test]
    fn other_words_are_no_dates() {
        for text in ["May he march on", "he may go", "the March family", "1,986 tonnes", "in 12"] {
            assert_eq!(read(text, Toward::Past), [], "{text}");
        }
        assert!(times("yesterday", Span::new(0, 9), None, Toward::Past).is_empty());
    }
}
