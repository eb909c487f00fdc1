//! When a statement was made: the expression of time that belongs to its cue, or the time of the same speaker's
//! words just before. Never the day of publication where the report says nothing.

use super::Draft;
use super::speaker::Speaker;
use crate::annotate::dates::{TimeMention, Toward, When, times};
use crate::annotate::sentences::sentence as sentence_of;
use crate::report::{Report, Span};

/// Bytes between two statements of one speech at most.
const SPEECH: usize = 700;

/// Words before a time that make it an end, a beginning or the time of something else.
const OTHERS: &[&str] = &[
    "after",
    "ahead",
    "announced",
    "before",
    "begin",
    "begins",
    "by",
    "due",
    "expected",
    "expire",
    "expires",
    "for",
    "from",
    "held",
    "of",
    "planned",
    "scheduled",
    "signed",
    "since",
    "start",
    "starting",
    "starts",
    "through",
    "till",
    "to",
    "until",
];

/// When each draft was said, in the order of `drafts`.
pub(super) fn said(report: &Report, drafts: &[Draft], speakers: &[Speaker]) -> Vec<Option<When>> {
    let mut out = vec![None; drafts.len()];
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|i| (drafts[*i].cue[0], *i));
    let sentences: Vec<Span> =
        order.iter().map(|i| sentence_of(&report.text, drafts[*i].cue[0])).collect();
    let events = Events::of(report);
    let mut before: Option<usize> = None;
    for (k, &i) in order.iter().enumerate() {
        // Statements that share the sentence: a few before and after.
        let near = order[k.saturating_sub(8)..(k + 9).min(order.len())]
            .iter()
            .copied()
            .filter(|j| sentences[k].contains(drafts[*j].cue[0]))
            .collect::<Vec<_>>();
        out[i] = own(report, drafts, i, sentences[k], &near);
        if out[i].is_none() {
            out[i] = events.at(report, &drafts[i], sentences[k], &near, drafts);
        }
        if out[i].is_none() {
            out[i] =
                before.and_then(|j| carried(report, drafts, speakers, j, i).then(|| out[j])?);
        }
        before = Some(i);
    }
    out
}

/// The time in the sentence of draft `i` that belongs to its cue.
fn own(
    report: &Report,
    drafts: &[Draft],
    i: usize,
    sentence: Span,
    near: &[usize],
) -> Option<When> {
    let text = &report.text;
    let draft = &drafts[i];
    let cue = draft.cue[0];
    let mut best: Option<(usize, When)> = None;
    for time in times(text, sentence, report.published, Toward::Past) {
        if !spoken(report, &time) || other(text, sentence, time.span) {
            continue;
        }
        // "rejected the plan on Friday": a time in a content that is no clause is that of the act.
        let own_act = nominal(text, draft);
        let inside = |j: usize| {
            !(j == i && own_act) && drafts[j].content.iter().any(|c| c.overlaps(time.span))
        };
        let leads = draft.content.iter().any(|c| {
            // "said yesterday it would": the tagger may take the time for the first word of the content
            time.span.start < c.start + 4
                && cue.end <= c.start
                && text[cue.end..c.start].trim().is_empty()
        });
        let ancestor = |j: usize| draft.within == Some(j);
        if near.iter().any(|&j| inside(j) && !ancestor(j) && !(j == i && leads)) {
            continue;
        }
        let far = |j: usize| distance(&drafts[j], time.span);
        // Another cue that stands nearer has it, but for a time before all of them.
        let leading = near.iter().all(|&j| time.span.end <= drafts[j].cue[0].start);
        let level = |j: &&usize| drafts[**j].within == draft.within;
        let taken = near.iter().filter(level).any(|&j| j != i && far(j) < far(i));
        if taken && !leading {
            continue;
        }
        if best.is_none_or(|(d, _)| far(i) < d) {
            best = Some((far(i), time.when));
        }
    }
    best.map(|b| b.1)
}

/// Whether a content right after its cue is a phrase, not a clause or a quotation: no verb form that a clause needs.
fn nominal(text: &str, draft: &Draft) -> bool {
    let [content] = draft.content[..] else { return false };
    let between = text.get(draft.cue[0].end..content.start);
    let verb = |w: &str| {
        matches!(
            w,
            "is" | "are"
                | "was"
                | "were"
                | "be"
                | "been"
                | "has"
                | "have"
                | "had"
                | "will"
                | "would"
                | "can"
                | "could"
                | "should"
                | "may"
                | "might"
                | "must"
                | "do"
                | "does"
                | "did"
                | "to"
        )
    };
    between.is_some_and(|b| b.trim().is_empty())
        && !content.of(text).contains(['"', '“', '”', '«'])
        && !words(content.of(text)).any(|w| verb(w.1))
}

/// Not later than the report itself.
fn spoken(report: &Report, time: &TimeMention) -> bool {
    match (report.published, time.when) {
        (Some(published), When::Day(day)) => day <= published,
        (Some(published), When::Interval(first, _)) => first <= published,
        _ => true,
    }
}

/// Whether the words before a time give it to something else ("until Friday", "talks held on Friday").
fn other(text: &str, sentence: Span, time: Span) -> bool {
    let before = &text[sentence.start..time.start];
    let mut words = before
        .rsplit(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .filter(|w| !matches!(w.as_str(), "the" | "early" | "late" | "earlier" | "later"));
    let first = words.next().unwrap_or_default();
    let held = |w: &str| matches!(w, "held" | "signed" | "scheduled" | "due" | "planned");
    if first == "on" {
        return words.next().is_some_and(|w| held(&w) || w == "meeting");
    }
    OTHERS.contains(&first.as_str()) && !before.is_empty()
}

/// Bytes between a cue and a time, those of the statement's own content not counted.
fn distance(draft: &Draft, time: Span) -> usize {
    let cue = draft.cue[0];
    let (from, to) = if time.start >= cue.end {
        (cue.end, time.start)
    } else {
        (time.end, cue.start.max(time.end))
    };
    let covered: usize =
        draft.content.iter().map(|c| c.end.min(to).saturating_sub(c.start.max(from))).sum();
    (to - from).saturating_sub(covered)
}

/// Meetings and talks with a date, by which "at the London talks" is dated.
struct Events {
    /// Where, what, when.
    dated: Vec<(usize, &'static [&'static str], When)>,
}

/// Nouns of events, those that may mean the same one together.
const EVENTS: &[&[&str]] = &[
    &["meeting", "session", "meetings", "sessions"],
    &["talks", "negotiations", "round", "discussions"],
    &["summit"],
    &["conference"],
    &["hearing"],
    &["ceremony"],
    &["visit"],
    &["convention"],
];

fn event(word: &str) -> Option<&'static [&'static str]> {
    EVENTS.iter().copied().find(|class| class.contains(&word))
}

impl Events {
    fn of(report: &Report) -> Self {
        let text = &report.text;
        let mut dated = Vec::new();
        let mut at = 0;
        for paragraph in text.split("\n\n") {
            let range = Span::new(at, at + paragraph.len());
            at += paragraph.len() + 2;
            for time in times(text, range, report.published, Toward::Past) {
                // "which has been meeting since Monday" is no date of a meeting.
                let before = text[range.start..time.span.start].trim_end();
                if before.ends_with("since") || before.ends_with("until") {
                    continue;
                }
                let end = range.end.min(time.span.end + SPEECH);
                let start = range.start.max(time.span.start.saturating_sub(SPEECH));
                let near = super::within(text, start, end);
                let class = following(&text[time.span.end..near.end])
                    .or_else(|| preceding(&text[near.start..time.span.start]));
                if let Some(class) = class.filter(|_| spoken(report, &time)) {
                    dated.push((time.span.start, class, time.when));
                }
            }
        }
        Self { dated }
    }

    /// The date of the event at which draft `i` was said: "at the London talks", "after the meeting".
    fn at(
        &self,
        report: &Report,
        draft: &Draft,
        sentence: Span,
        near: &[usize],
        drafts: &[Draft],
    ) -> Option<When> {
        let text = &report.text;
        if self.dated.is_empty() {
            return None;
        }
        let words: Vec<(usize, &str)> = words(sentence.of(text)).collect();
        let own_act = nominal(text, draft);
        let content = |at: usize| {
            near.iter().any(|&j| {
                draft.within != Some(j)
                    && !(drafts[j].cue == draft.cue && own_act)
                    && drafts[j].content.iter().any(|c| c.start <= at && at < c.end)
            })
        };
        for (k, (at, word)) in words.iter().enumerate() {
            let lower = word.to_lowercase();
            let at = sentence.start + at;
            if !matches!(lower.as_str(), "at" | "during" | "after" | "following") || content(at) {
                continue;
            }
            let article = words.get(k + 1).map(|w| w.1);
            let rest = &words[(k + 2).min(words.len())..];
            let found = rest.iter().take(5).enumerate().find_map(|(n, w)| Some((n, event(w.1)?)));
            let Some((n, class)) = found else { continue };
            if matches!(article, Some("a" | "an")) && n > 0 {
                let name = sentence.start + rest[0].0..sentence.start + rest[n].0 + rest[n].1.len();
                if let Some(when) = named(report, sentence, &text[name]) {
                    return Some(when);
                }
                continue;
            }
            if !matches!(article, Some("the" | "these")) {
                continue;
            }
            // The last one dated before, else the first; not any number of others away.
            let (before, after) = self.dated.split_at(self.dated.partition_point(|d| d.0 < at));
            let mut near = before.iter().rev().take(500).chain(after.iter().take(500));
            return near.find(|d| std::ptr::eq(d.1, class)).map(|d| d.2);
        }
        None
    }
}

/// "after a consumer meeting": the time in another sentence that tells of an event with that name.
fn named(report: &Report, sentence: Span, name: &str) -> Option<When> {
    let text = &report.text;
    text.match_indices(name).take(20).find_map(|(at, _)| {
        let other = sentence_of(text, Span::new(at, at + name.len()));
        if other.overlaps(sentence) {
            return None;
        }
        let told = times(text, other, report.published, Toward::Past);
        told.into_iter().rfind(|t| t.span.end <= at && spoken(report, t)).map(|t| t.when)
    })
}

/// "Friday's meeting", "last month's failed London talks": the event right after a time.
fn following(rest: &str) -> Option<&'static [&'static str]> {
    let rest = rest.strip_prefix("'s").or_else(|| rest.strip_prefix("’s")).unwrap_or(rest);
    let stop = rest.find([',', '.', ';', ':', '"', '“']).unwrap_or(rest.len());
    words(&rest[..stop])
        .take(6)
        .take_while(|w| !matches!(w.1, "in" | "on" | "at" | "to" | "of" | "and" | "that" | "with"))
        .find_map(|w| event(w.1))
}

/// "talks held on Friday", "a council meeting which opened here today": the event before a time.
fn preceding(before: &str) -> Option<&'static [&'static str]> {
    let start = before.rfind(". ").map_or(0, |p| p + 2);
    let words: Vec<(usize, &str)> = words(&before[start..]).collect();
    words.iter().rev().take(12).take_while(|w| w.1 != "said").find_map(|w| event(w.1))
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(move |w| (w.as_ptr() as usize - start, w))
}

/// Whether draft `i` goes on with what the same speaker said in draft `j`.
fn carried(report: &Report, drafts: &[Draft], speakers: &[Speaker], j: usize, i: usize) -> bool {
    let (before, here) = (&drafts[j], &drafts[i]);
    let same = speakers[i].name.is_some() && speakers[i].name == speakers[j].name;
    let level = before.within.is_some() == here.within.is_some();
    let text = &report.text;
    let gap = text.get(before.cue[0].end..here.cue[0].start).map_or(usize::MAX, str::len);
    let perfect = ["had ", "has ", "have "];
    let cue = here.cue[0].of(text);
    let led = text[..here.cue[0].start].trim_end();
    let earlier = perfect.iter().any(|p| cue.starts_with(p) || led.ends_with(p.trim_end()));
    // A pronoun or a name goes on with a speech; "delegates" may be others.
    let one = here.source.first().is_some_and(|source| {
        let words = source.of(text);
        let first = words.split(' ').next().unwrap_or_default().to_lowercase();
        matches!(first.as_str(), "he" | "she" | "the" | "i" | "we")
            || words.split(' ').all(|w| w.starts_with(char::is_uppercase))
    });
    same && one && level && gap <= SPEECH && !earlier
}
