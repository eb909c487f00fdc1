//! One page for the morning: what is new, what moved, who says what about progress, what is ruled out, what is planned, each
//! line with its source. Never longer than a page of A4; what does not fit is counted.

use jiff::civil::Date;
use serde::Serialize;

use super::Page;
use super::quoted::{Quoted, Quotes};
use super::timeline::{mark, meeting};
use crate::error::Result;
use crate::present::signs;
use crate::present::table::{Cell, Table, markdown};
use crate::record::brief::{self, Stand};
use crate::record::{Entry, Position, Snapshot};

/// The news of one day, on one page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BriefPage {
    /// `travaux.brief/1`.
    pub schema: &'static str,
    /// Whose news it is: ISO 8601; null where the record holds none.
    pub day: Option<String>,
    /// Reports published on it.
    pub reports: usize,
    /// How many of them are no copies.
    pub independent: usize,
    /// Always all five, in this order: `moved`, `new`, `progress`, `ruled_out`, `planned`.
    pub sections: Vec<SectionPage>,
    /// Lines that did not fit.
    pub left_out: usize,
}

/// Lines of one sort, the best supported and surest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SectionPage {
    /// `moved`, `new`, `progress`, `ruled_out` or `planned`.
    pub section: &'static str,
    /// What fits.
    pub lines: Vec<LinePage>,
    /// Lines that did not fit.
    pub left_out: usize,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinePage {
    /// Whose position or judgement it is, or who meets; empty is the report's own words, or nobody named.
    pub who: String,
    /// The issue, or the date and place of an encounter; null where there is none.
    pub about: Option<String>,
    /// The stance, value or status, in words.
    pub says: String,
    /// Independent reports that say so.
    pub support: usize,
    /// Where it stands.
    pub quoted: Quoted,
    /// What the same side said before.
    pub before: Option<BeforePage>,
}

/// What a side said before.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct BeforePage {
    /// The stance, in words.
    pub says: String,
    pub quoted: Quoted,
}

/// The sections, as people read them.
const HEADINGS: [(&str, &str); 5] = [
    ("moved", "What moved"),
    ("new", "What is new"),
    ("progress", "How the talks are said to go"),
    ("ruled_out", "What is refused or ruled out"),
    ("planned", "What is planned"),
];
/// Lines of print on a page of A4 at 10 points with margins of 2 cm: 25.7 cm at 4.5 mm a line.
const LINES: usize = 57;
/// Characters of print on such a line: 17 cm at some 1.8 mm a character.
const WIDTH: usize = 92;
/// Characters of a report's words on one line of the page.
const WORDS: usize = 100;

/// The news of `day`, else of the last day that has any.
pub fn brief(snapshot: &Snapshot<'_>, day: Option<Date>) -> Result<BriefPage> {
    let (positions, assessments) = (snapshot.positions()?, snapshot.assessments()?);
    let encounters = snapshot.encounters()?;
    let found = brief::brief(snapshot, day, &positions, &assessments, &encounters);
    let quotes = Quotes::new(snapshot);
    let stands = |of: &[Stand]| -> Result<Vec<LinePage>> {
        of.iter().take(LINES).map(|s| stand(snapshot, &quotes, &positions, s)).collect()
    };
    let mut progress = Vec::new();
    for (_, m) in found.progress.iter().take(LINES) {
        let m = mark(snapshot, &quotes, &assessments, m)?;
        progress.push(LinePage {
            who: m.who(),
            about: None,
            says: signs::value_named(m.value, m.of).word.to_owned(),
            support: m.support,
            quoted: m.quoted,
            before: None,
        });
    }
    let mut planned = Vec::new();
    for (_, m) in found.planned.iter().take(LINES) {
        let m = meeting(&quotes, &encounters, m)?;
        let about: Vec<String> = m.date.iter().chain(&m.place).cloned().collect();
        planned.push(LinePage {
            who: m.participants.join(", "),
            about: Some(about.join(", ")).filter(|a| !a.is_empty()),
            says: m.what(),
            support: m.support,
            quoted: m.quoted,
            before: None,
        });
    }
    let all = [
        (stands(&found.moved)?, found.moved.len()),
        (stands(&found.fresh)?, found.fresh.len()),
        (progress, found.progress.len()),
        (stands(&found.ruled_out)?, found.ruled_out.len()),
        (planned, found.planned.len()),
    ];
    let sections = fit(all);
    Ok(BriefPage {
        schema: "travaux.brief/1",
        day: found.day.map(|d| d.to_string()),
        reports: found.reports,
        independent: found.independent,
        left_out: sections.iter().map(|s| s.left_out).sum(),
        sections,
    })
}

fn stand(
    snapshot: &Snapshot<'_>,
    quotes: &Quotes<'_, '_>,
    all: &[Entry<Position>],
    stand: &Stand,
) -> Result<LinePage> {
    let quote = |i: usize| {
        let what = &all[i].what;
        quotes.quote('p', &all[i], &what.told, &what.terms, what.holder)
    };
    let says = |i: usize| signs::stance_of(all[i].what.stance.as_str()).word.to_owned();
    let before = stand.before.map(|b| Ok(BeforePage { says: says(b), quoted: quote(b)? }));
    Ok(LinePage {
        who: quotes.name(stand.whose),
        about: stand.issue.map(|i| snapshot.issue_name(i).to_owned()),
        says: says(stand.entries[0]),
        support: stand.entries.len(),
        quoted: quote(stand.entries[0])?,
        before: before.transpose()?,
    })
}

/// As many lines as fit on the page: the first of each section, then the second of each, and so on.
fn fit(all: [(Vec<LinePage>, usize); 5]) -> Vec<SectionPage> {
    // The title, which may take two.
    let mut room = LINES - 2;
    let mut sections: Vec<SectionPage> = HEADINGS
        .iter()
        .zip(&all)
        .map(|((section, _), (_, n))| SectionPage { section, lines: vec![], left_out: *n })
        .collect();
    // A heading and the gap around it, and the line that says that there is nothing, or more.
    room -= 4 * sections.len();
    let mut rest = all.map(|(lines, _)| lines.into_iter());
    let mut full = [false; 5];
    while full.contains(&false) {
        for ((section, rest), full) in sections.iter_mut().zip(&mut rest).zip(&mut full) {
            let Some(line) = rest.next().filter(|_| !*full) else {
                *full = true;
                continue;
            };
            let takes = line.to_text().chars().count().div_ceil(WIDTH);
            if takes > room {
                *full = true;
                continue;
            }
            room -= takes;
            section.left_out -= 1;
            section.lines.push(line);
        }
    }
    sections
}

impl LinePage {
    /// "Brazil on export quotas: reject “no new quotas” (before: offer “…”, 1987-03-01) [Reuters ← Jorio Dauster · 3748]".
    fn to_text(&self) -> String {
        let (before, after) = self.parts();
        format!("- {before} [{after}]")
    }

    fn parts(&self) -> (String, String) {
        let mut out = self.who.clone();
        if let Some(about) = self.about.as_deref() {
            let same = about.to_lowercase() == signs::words(&self.quoted.words).to_lowercase();
            // Without a codebook an issue is the words' own beginning, which follow.
            let begins = signs::words(&self.quoted.words).starts_with(about);
            if !same && !begins {
                out.push_str(if out.is_empty() { "" } else { ", " });
                out.push_str(&cut(about, WORDS / 2));
            }
        }
        out.push_str(if out.is_empty() { "" } else { ": " });
        out.push_str(&format!("{} “{}”", self.says, self.quoted.short(WORDS)));
        if let Some(before) = &self.before {
            let (words, day) = (before.quoted.short(WORDS / 2), &before.quoted.day);
            out.push_str(&format!(
                " (before: {} “{words}”, {day}, {})",
                before.says, before.quoted.report
            ));
        }
        let mut source = cut(&self.quoted.source(self.support), WORDS);
        let news = self.quoted.published.as_deref().unwrap_or(&self.quoted.day);
        if self.quoted.day != news {
            source.push_str(&format!(", said {}", self.quoted.day));
        }
        let note = self.quoted.note();
        source.push_str(if note.is_empty() { "" } else { ", " });
        source.push_str(&note);
        (out, source)
    }
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

impl BriefPage {
    fn headline(&self) -> String {
        let Some(day) = &self.day else { return "No news: the record holds no entries".into() };
        let mut out = format!("{day}: {}", signs::number(self.reports as u64, "report"));
        if self.independent != self.reports {
            out.push_str(&format!(", {} independent", self.independent));
        }
        if self.left_out > 0 {
            let lines = signs::number(self.left_out as u64, "line");
            out.push_str(&format!("; {lines} left out for want of room"));
        }
        out
    }
}

impl SectionPage {
    fn heading(&self) -> &'static str {
        HEADINGS.iter().find(|(s, _)| *s == self.section).map_or("", |(_, heading)| heading)
    }
}

impl Page for BriefPage {
    fn above(&self) -> Vec<String> {
        vec![self.headline()]
    }

    fn tables(&self) -> Vec<Table> {
        let table = |s: &SectionPage| {
            let rows = s.lines.iter().map(|l| {
                let (line, source) = l.parts();
                vec![Cell::new(line), Cell::new(source).faint()]
            });
            let more = match s.left_out {
                0 => String::new(),
                n => format!(" ({} of {})", s.lines.len(), s.lines.len() + n),
            };
            Table {
                heading: format!("{}{more}", s.heading()),
                columns: vec!["line", "source"],
                rows: rows.collect(),
                empty: "nothing",
            }
        };
        self.sections.iter().map(table).collect()
    }

    fn to_markdown(&self) -> String {
        let mut out = format!("# Brief, {}\n", markdown(&self.headline()));
        for s in &self.sections {
            out.push_str(&format!("\n## {}\n\n", s.heading()));
            for line in &s.lines {
                let (before, after) = line.parts();
                out.push_str(&format!("- {} \\[{}\\]\n", markdown(&before), markdown(&after)));
            }
            match (s.lines.len(), s.left_out) {
                (0, 0) => out.push_str("Nothing.\n"),
                (_, 0) => {}
                (0, n) => out.push_str(&format!("{n} left out.\n")),
                (_, n) => out.push_str(&format!("- and {n} more, left out\n")),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Stance;
    use crate::record::At;
    use crate::record::testing::{Draft, Sample};

    fn page(drafts: &[Draft]) -> BriefPage {
        let mut sample = Sample::new();
        for d in drafts {
            sample.add("2031-04-30", d);
        }
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        brief(&snapshot, None).expect("a brief")
    }

    #[test]
    fn a_page_is_never_longer_than_a_page_and_counts_what_is_left_out() {
        let long = "a very long demand that goes on and on without end ".repeat(5);
        let mut drafts = Vec::new();
        for i in 0..80 {
            let text = format!("Party {i} wants {long}");
            let d = Draft::new(&format!("r{i}"), "2031-03-12", &text);
            let d = d.said(&format!("Party {i}"), None, &text);
            drafts.push(d.position(
                &format!("Party {i}"),
                &format!("issue {i}"),
                Stance::Demand,
                &text,
            ));
        }
        let page = page(&drafts);
        let markdown = page.to_markdown();
        let lines: usize = markdown
            .lines()
            .map(|l| l.replace('\\', "").chars().count().div_ceil(WIDTH).max(1))
            .sum();
        assert!(lines <= LINES, "{lines}\n{markdown}");
        assert_eq!(page.sections[1].lines.len() + page.left_out, 80);
        assert!(markdown.contains("left out for want of room"), "{markdown}");
    }

    #[test]
    fn every_line_names_its_source_and_nothing_in_it_is_obeyed() {
        let text = "Ilma <b>Dareth</b> wants \u{1b}[31m*more* é words";
        let d = Draft::new("r1", "2031-03-12", text).said("Ilma <b>Dareth</b>", None, text);
        let page =
            page(&[d.position("Ilma <b>Dareth</b>", "the [pact](x)", Stance::Demand, "words")]);
        let quoted = &page.sections[1].lines[0].quoted;
        assert_eq!((quoted.words[0].start, quoted.words[0].exact.as_str()), (39, "words"));
        let markdown = page.to_markdown();
        let line = "- Ilma &lt;b>Dareth&lt;/b>, the \\[pact\\](x): demand “words” \\[Ilma &lt;b>Dareth&lt;/b> · r1\\]";
        assert!(markdown.contains(line), "{markdown}");
    }

    #[test]
    fn a_record_without_entries_has_no_news() {
        assert!(page(&[]).to_markdown().starts_with("# Brief, No news"));
    }
}
