//! The words of a figure to a number with its unit, so that two figures can be laid side by side: "1.2 mln bags" and
//! "800,000 bags". Never converts units, and never makes one number of a range.

/// So much of something.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// How much, in `unit`.
    pub amount: f64,
    /// Of what: the words beside the number, in lower case; empty where there are none.
    pub unit: String,
}

/// Words that stand for so many times the number before them.
const TIMES: [(&[&str], f64); 4] = [
    (&["hundred"], 1e2),
    (&["thousand"], 1e3),
    (&["million", "millions", "mln", "mn"], 1e6),
    (&["billion", "billions", "bln", "bn"], 1e9),
];

/// Words that change nothing of what a figure is of.
const AROUND: [&str; 24] = [
    "a", "about", "an", "another", "around", "at", "by", "exactly", "from", "its", "just", "least",
    "more", "most", "nearly", "of", "only", "over", "some", "than", "the", "to", "under", "up",
];

impl Figure {
    /// The figure that `words` name, where they hold one number and no more.
    pub fn parse(words: &str) -> Option<Self> {
        let lower = words.to_lowercase().replace('%', " pct ").replace("per cent", "pct");
        let mut amount: Option<f64> = None;
        let (mut before, mut unit) = (Vec::new(), Vec::new());
        let parts = lower.split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '/'));
        for word in parts.map(|w| w.trim_matches(|c: char| !c.is_alphanumeric() && !is_money(c))) {
            let (sign, bare) = match word.chars().next() {
                Some(c) if is_money(c) => (Some(c), &word[c.len_utf8()..]),
                _ => (None, word),
            };
            if bare.starts_with(|c: char| c.is_numeric()) {
                if amount.is_some() {
                    return None;
                }
                amount = Some(number(bare)?);
                unit.extend(sign.map(String::from));
                continue;
            }
            if word.is_empty() || AROUND.contains(&word) {
                continue;
            }
            let times = TIMES.iter().find(|(names, _)| names.contains(&word));
            match (&mut amount, times) {
                (Some(amount), Some((_, times))) => *amount *= times,
                // "a hundred", "millions of bags": no number that could be laid beside another.
                (None, Some(_)) => return None,
                (Some(_), None) => unit.push(plain(word).to_owned()),
                (None, None) => before.push(word.to_owned()),
            }
        }
        // What stands before the number tells what it is of only where nothing follows: "a price of 120".
        let unit = if unit.is_empty() { before } else { unit };
        Some(Self { amount: amount?, unit: unit.join(" ") })
    }

    /// How far it is from `other`, where both are of the same.
    pub fn distance(&self, other: &Self) -> Option<f64> {
        (self.unit == other.unit).then(|| (self.amount - other.amount).abs())
    }
}

fn is_money(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥')
}

/// "1,250.5", where commas part thousands; anything else is no number.
fn number(text: &str) -> Option<f64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let parted = groups.clone().next().is_some();
    let sound = (!parted || first.len() <= 3) && groups.all(|g| g.len() == 3);
    let digits = |t: &str| t.chars().all(|c| c.is_ascii_digit());
    if !sound || !digits(&whole.replace(',', "")) || !digits(rest) {
        return None;
    }
    text.replace(',', "").parse().ok()
}

/// One word for what is written in several ways.
fn plain(word: &str) -> &str {
    match word {
        "percent" => "pct",
        "dlr" | "dlrs" | "dollar" | "dollars" => "$",
        "tonne" | "tonnes" | "tons" => "ton",
        "stg" | "pounds" => "£",
        other => other.strip_suffix('s').filter(|w| w.len() > 2).unwrap_or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &str, expected: Option<(f64, &str)>) {
        let found = Figure::parse(words);
        let found = found.as_ref().map(|f| (f.amount, f.unit.as_str()));
        assert_eq!(found, expected, "{words}");
    }

    #[test]
    fn a_figure_is_a_number_and_what_it_is_of() {
        check("12 %", Some((12.0, "pct")));
        check("12 per cent", Some((12.0, "pct")));
        check("about 12.5 pct", Some((12.5, "pct")));
        check("1.2 mln bags", Some((1_200_000.0, "bag")));
        check("at least 800,000 bags", Some((800_000.0, "bag")));
        check("$40", Some((40.0, "$")));
        check("40 dlrs", Some((40.0, "$")));
        check("a price of 120", Some((120.0, "price")));
    }

    #[test]
    fn what_is_no_single_number_is_not_compared() {
        for words in
            ["10 to 12 pct", "10-12 pct", "a hundred bags", "half", "1,2 mln", "3/8", "2nd"]
        {
            check(words, None);
        }
    }

    #[test]
    fn figures_of_different_things_have_no_distance() {
        let figure = |words| Figure::parse(words).expect("a figure");
        assert_eq!(figure("1 mln bags").distance(&figure("800,000 bags")), Some(200_000.0));
        assert_eq!(figure("10 pct").distance(&figure("10 bags")), None);
    }
}
