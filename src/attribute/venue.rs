//! The words that say where or how something was said: "told reporters in Oran", "in a telephone
//! conversation with ...". Never words of the content itself.

use super::Draft;
use crate::annotate::dates::{TimeMention, Toward, times};
use crate::annotate::sentences::sentence;
use crate::model::wordpiece::pretokens;
use crate::report::{Report, Span};

/// Verbs whose object is the audience.
const TOLD: &[&str] = &[
    "told",
    "tell",
    "tells",
    "telling",
    "informed",
    "informs",
    "informing",
    "briefed",
    "briefing",
];

/// Audiences, or their last word.
const AUDIENCES: &[&str] = &[
    "agencies",
    "agency",
    "assembly",
    "audience",
    "board",
    "briefing",
    "broadcaster",
    "chamber",
    "channel",
    "committee",
    "conference",
    "congress",
    "convention",
    "correspondents",
    "council",
    "daily",
    "delegates",
    "deputies",
    "farmers",
    "journalists",
    "lawmakers",
    "luncheon",
    "magazine",
    "media",
    "meeting",
    "members",
    "newsmen",
    "newspaper",
    "paper",
    "parliament",
    "press",
    "radio",
    "rally",
    "reporter",
    "reporters",
    "senate",
    "session",
    "station",
    "summit",
    "television",
    "us",
    "workers",
];

/// What one says something in, at or during.
const OCCASIONS: &[&str] = &[
    "accord",
    "address",
    "announcement",
    "appearance",
    "article",
    "brief",
    "briefing",
    "broadcast",
    "call",
    "ceremony",
    "comment",
    "comments",
    "communique",
    "communiqué",
    "conference",
    "conversation",
    "conversations",
    "debate",
    "declaration",
    "discussion",
    "discussions",
    "document",
    "filing",
    "hearing",
    "interview",
    "interviews",
    "lecture",
    "letter",
    "meeting",
    "meetings",
    "memo",
    "memorandum",
    "message",
    "negotiations",
    "newspaper",
    "note",
    "parliament",
    "post",
    "posting",
    "press",
    "question",
    "questions",
    "radio",
    "rally",
    "release",
    "remarks",
    "reply",
    "report",
    "response",
    "resolution",
    "round",
    "seminar",
    "session",
    "speech",
    "statement",
    "statements",
    "summit",
    "talks",
    "telegram",
    "telephone",
    "telex",
    "television",
    "testimony",
    "toast",
    "tv",
    "visit",
];

const PREPOSITIONS: &[&str] =
    &["in", "at", "during", "on", "over", "through", "before", "to", "by"];

/// Words that begin a new clause or phrase and so end a venue.
const ENDS: &[&str] = &[
    "that", "as", "when", "while", "who", "which", "where", "and", "but", "because", "saying",
    "adding", "said", "says", "would", "will", "could", "was", "were", "is", "are", "had", "has",
    "if", "whether", "it", "he", "she", "they", "there", "later", "earlier",
];

/// The venue of `draft`, if its sentence tells one outside the words of the statements `near` it.
pub(super) fn venue(report: &Report, draft: &Draft, near: &[&Draft]) -> Option<Span> {
    let text = &report.text;
    let cue = draft.cue[0];
    let sentence = sentence(text, cue);
    let words: Vec<Span> = pretokens(sentence.of(text))
        .into_iter()
        .map(|s| Span::new(s.start + sentence.start, s.end + sentence.start))
        .collect();
    let lower: Vec<String> = words.iter().map(|w| w.of(text).to_lowercase()).collect();
    let times = times(text, sentence, report.published, Toward::Past);
    let free = |i: usize| {
        let word = words[i];
        let outer = |d: &&&Draft| !d.content.iter().any(|c| c.contains(cue));
        let others = near.iter().filter(outer).flat_map(|d| d.content.iter().chain(&d.source));
        !draft.content.iter().chain(&draft.source).chain(others).any(|c| c.overlaps(word))
    };
    let phrase = Phrases { text, words: &words, lower: &lower, times: &times, free: &free };
    let in_cue = |i: &usize| cue.overlaps(words[*i]);
    let cue_words: Vec<usize> = (0..words.len()).filter(in_cue).collect();
    let (first, last) = (*cue_words.first()?, *cue_words.last()?);
    phrase
        .told(&cue_words)
        .or_else(|| phrase.after(last))
        .or_else(|| phrase.before(first))
        .map(|(a, b)| Span::new(words[a].start, words[b - 1].end))
}

struct Phrases<'a> {
    text: &'a str,
    words: &'a [Span],
    lower: &'a [String],
    times: &'a [TimeMention],
    free: &'a dyn Fn(usize) -> bool,
}

impl Phrases<'_> {
    /// "told reporters in Oran"
    fn told(&self, cue: &[usize]) -> Option<(usize, usize)> {
        let told = *cue.iter().find(|i| TOLD.contains(&self.lower[**i].as_str()))?;
        let end = self.noun_phrase(told + 1)?;
        let head = self.lower[end - 1].as_str();
        let named = self.capital(end - 1);
        if !(AUDIENCES.contains(&head) || named) {
            return None;
        }
        // a place or an occasion right after belongs to it
        let mut end = end;
        while let Some(next) = self.prepositional(end) {
            end = next;
        }
        Some((told, end))
    }

    /// "said in a statement", after the cue and whatever short words and times follow it.
    fn after(&self, cue: usize) -> Option<(usize, usize)> {
        let mut i = cue + 1;
        let limit = (i + 24).min(self.words.len());
        while i < limit {
            if !(self.free)(i) {
                // the content comes between: "said" content "in a statement" is rare, but a source may
                i += 1;
                continue;
            }
            if let Some(n) = self.time_at(i) {
                i += n;
                continue;
            }
            if self.lower[i] == "speaking" {
                let mut end = i + 1;
                while let Some(next) = self.prepositional(end) {
                    end = next;
                }
                return (end > i + 1).then_some((i, end));
            }
            if let Some(mut end) = self.occasion(i) {
                while let Some(next) = self.prepositional(end) {
                    end = next;
                }
                return Some((i, end));
            }
            if matches!(self.lower[i].as_str(), "." | ";" | "!" | "?") {
                break;
            }
            i += 1;
        }
        None
    }

    /// "In a statement, he said": at the beginning of the sentence.
    fn before(&self, cue: usize) -> Option<(usize, usize)> {
        let limit = cue.min(14);
        (0..limit).filter(|i| (self.free)(*i)).find_map(|i| {
            let speaking = self.lower[i] == "speaking";
            let mut end = if speaking { self.prepositional(i + 1)? } else { self.occasion(i)? };
            while let Some(next) = self.prepositional(end).filter(|n| *n <= cue) {
                end = next;
            }
            (end <= cue).then_some((i, end))
        })
    }

    /// The end of a prepositional phrase with an occasion in it, or with a place after "in".
    fn occasion(&self, i: usize) -> Option<usize> {
        if !PREPOSITIONS.contains(&self.lower[i].as_str()) || !(self.free)(i) {
            return None;
        }
        let end = self.noun_phrase(i + 1)?;
        let known = |k: usize| OCCASIONS.contains(&self.lower[k].as_str());
        let place =
            matches!(self.lower[i].as_str(), "in" | "at") && (i + 1..end).all(|k| self.capital(k));
        let talk = (i + 1..end).any(known) && !matches!(self.lower[i].as_str(), "by" | "to");
        let audience = self.lower[i] == "to" && AUDIENCES.contains(&self.lower[end - 1].as_str());
        (place || talk || audience).then_some(end)
    }

    /// The end of a phrase that goes on with what stands before: "with ...", "to ...", "in Oran".
    fn prepositional(&self, i: usize) -> Option<usize> {
        let word = self.lower.get(i)?;
        let goes_on = [
            "in", "at", "with", "to", "of", "on", "during", "outside", "from", "after", "between",
            "near", "before",
        ];
        if !goes_on.contains(&word.as_str()) || !(self.free)(i) {
            return None;
        }
        if self.time_at(i + 1).is_some() {
            return None;
        }
        let mut end = self.noun_phrase(i + 1)?;
        // "with his counterpart, Ana Vela,"
        if word == "with"
            && self.lower.get(end).is_some_and(|w| w == ",")
            && let Some(name) = self.noun_phrase(end + 1)
            && (end + 1..name).all(|k| self.capital(k))
        {
            end = name;
        }
        Some(end)
    }

    /// The end of a run of free words that may be a noun phrase; `None` where there is none.
    fn noun_phrase(&self, start: usize) -> Option<usize> {
        let mut end = start;
        while end < self.words.len()
            && end - start < 9
            && (self.free)(end)
            && self.time_at(end).is_none()
        {
            let word = self.lower[end].as_str();
            let joint = matches!(word, "'" | "’" | "-" | "&")
                || word == "." && end > start && self.lower[end - 1].len() <= 2;
            let letters = word.starts_with(char::is_alphanumeric);
            let stops = ENDS.contains(&word)
                || matches!(
                    word,
                    "in" | "at"
                        | "with"
                        | "to"
                        | "of"
                        | "on"
                        | "for"
                        | "by"
                        | "after"
                        | "before"
                        | "from"
                        | "during"
                        | "outside"
                        | "between"
                        | "near"
                        | "about"
                        | "over"
                        | "through"
                        | "against"
                );
            if !(letters || joint) || stops {
                break;
            }
            end += 1;
        }
        (end > start && self.lower[end - 1].starts_with(char::is_alphanumeric)).then_some(end)
    }

    fn capital(&self, i: usize) -> bool {
        self.words[i].of(self.text).starts_with(char::is_uppercase)
    }

    /// How many words the time at word `i` takes.
    fn time_at(&self, i: usize) -> Option<usize> {
        let word = self.words.get(i)?;
        let time = self.times.iter().find(|t| t.span.contains(*word))?;
        Some(self.words[i..].iter().take_while(|w| time.span.contains(**w)).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, cue: &str, content: &str, expected: Option<&str>) {
        let span = |w: &str| text.find(w).map(|at| Span::new(at, at + w.len())).unwrap();
        let draft = Draft {
            source: Vec::new(),
            cue: vec![span(cue)],
            content: vec![span(content)],
            within: None,
            hint: None,
            kind: None,
            confidence: 1.0,
        };
        let published = jiff::civil::Date::new(2031, 3, 12).ok();
        let report = Report { text: text.into(), published, ..Report::default() };
        assert_eq!(venue(&report, &draft, &[]).map(|v| v.of(text)), expected, "{text}");
    }

    #[test]
    fn audiences_and_occasions_are_venues() {
        check("Vela told reporters it was over.", "told", "it was over", Some("told reporters"));
        check(
            "Vela told reporters in Oran on Monday that it was over.",
            "told",
            "it was over",
            Some("told reporters in Oran"),
        );
        check(
            "In a statement, Vela said it was over.",
            "said",
            "it was over",
            Some("In a statement"),
        );
        check(
            "Vela saw progress the day before, in a telephone conversation with his counterpart, Ana Orr, while he",
            "saw",
            "progress",
            Some("in a telephone conversation with his counterpart, Ana Orr"),
        );
        check(
            "\"Over,\" said Vela during his daily press conference.",
            "said",
            "\"Over,\"",
            Some("during his daily press conference"),
        );
        check("Vela said it was over.", "said", "it was over", None);
        check("Vela told Orr it was in a letter.", "told", "it was in a letter", Some("told Orr"));
    }
}
