//! Words that are sought, and the statements that hold them: newest first, no further than asked. Never loads a report
//! that cannot hold one.

use std::collections::HashSet;
use std::ops::Range;

use jiff::civil::Date;
use rusqlite::ToSql;
use unicode_normalization::UnicodeNormalization;

use super::snapshot::LIVE;
use super::{ActorId, Entry, EntryId, NameId, ReportId, Snapshot, Statement, VersionId, file};
use crate::attribute::Form;
use crate::error::{Error, Result};

/// What statements are sought: all that is said here must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Search {
    /// In their source, cue or content.
    pub words: Words,
    /// Who spoke: a name, or a part of one.
    pub speaker: Option<String>,
    /// On whose behalf, or who spoke as a party.
    pub party: Option<String>,
    /// On what a position in them is.
    pub issue: Option<String>,
    /// The first day that they may count for.
    pub since: Option<Date>,
    /// The last one.
    pub until: Option<Date>,
    /// Who published them, or which agency is credited: a name, or a part of one.
    pub outlet: Option<String>,
    /// How they are given.
    pub form: Option<Form>,
    /// How many at most.
    pub limit: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Newest first; those of one report in its order.
    pub statements: Vec<Entry<Statement>>,
    /// Whether there are more than were asked for.
    pub more: bool,
}

/// Words that must all occur, in any order. Case and diacritics make no difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    terms: Vec<Term>,
}

/// Words in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    /// Folded; never empty.
    words: Vec<String>,
    /// Whether the last word may go on.
    prefix: bool,
}

impl Words {
    /// From what was typed: words, `"words in a row"` in quotation marks or in one argument, and beginnings of words
    /// (`negot*`).
    pub fn parse(typed: &[String]) -> Result<Self> {
        let mut terms = Vec::new();
        for argument in typed {
            // Between quotation marks, every other piece is a phrase; a shell takes them off an argument.
            let quoted = argument.contains('"');
            let pieces: Vec<&str> = argument.split('"').collect();
            for (i, piece) in pieces.iter().enumerate() {
                // A star stands behind the closing mark as well.
                let next = pieces.get(i + 1).is_some_and(|n| n.starts_with('*'));
                let before = terms.len();
                if quoted && i % 2 == 0 {
                    let piece = if i > 0 { piece.trim_start_matches('*') } else { piece };
                    terms.extend(piece.split_whitespace().filter_map(|w| Term::parse(w, false)));
                } else {
                    terms.extend(Term::parse(piece, next));
                }
                let empty = terms.len() == before && !piece.trim().is_empty();
                if empty && piece.trim() != "*" {
                    return Err(Error::usage(format!(
                        "{piece:?} holds no word; name letters or numbers to look for"
                    )));
                }
            }
        }
        Ok(Self { terms })
    }

    /// Whether none is sought.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Where they stand in `text`, in bytes, in order, none in another.
    pub fn hits(&self, text: &str) -> Vec<Range<usize>> {
        let tokens = tokens(text);
        let mut all: Vec<Range<usize>> = self.terms.iter().flat_map(|t| t.hits(&tokens)).collect();
        all.sort_by_key(|r| (r.start, r.end));
        let mut out: Vec<Range<usize>> = Vec::new();
        for hit in all {
            match out.last_mut() {
                Some(last) if hit.start < last.end => last.end = last.end.max(hit.end),
                _ => out.push(hit),
            }
        }
        out
    }

    /// Whether each stands in one of `texts`.
    fn stand_in(&self, texts: &[&str]) -> bool {
        let tokens: Vec<_> = texts.iter().map(|t| tokens(t)).collect();
        self.terms.iter().all(|term| tokens.iter().any(|t| term.hits(t).next().is_some()))
    }

    /// As the index of words is asked for them, in texts alone. Nothing of them is an order to it.
    fn query(&self) -> String {
        let terms = self.terms.iter().flat_map(|t| {
            let last = t.words.len() - 1;
            let word = move |(i, word): (usize, &String)| {
                format!("\"{word}\"{}", if i == last && t.prefix { " *" } else { "" })
            };
            t.words.iter().enumerate().map(word)
        });
        terms.collect::<Vec<_>>().join(" AND ")
    }
}

impl Term {
    /// None where there is no word in `text`.
    fn parse(text: &str, prefix: bool) -> Option<Self> {
        let prefix = prefix || text.trim_end().ends_with('*');
        let words: Vec<String> = tokens(text).into_iter().map(|(word, _)| word).collect();
        (!words.is_empty()).then_some(Self { words, prefix })
    }

    fn hits(&self, tokens: &[(String, Range<usize>)]) -> impl Iterator<Item = Range<usize>> {
        let n = self.words.len();
        let last = n - 1;
        tokens.windows(n).filter_map(move |found| {
            let same = found.iter().zip(&self.words).enumerate().all(|(i, ((word, _), sought))| {
                word == sought || (i == last && self.prefix && word.starts_with(sought))
            });
            same.then(|| found[0].1.start..found[last].1.end)
        })
    }

    /// Whether a name is just this.
    fn is(&self, name: &[(String, Range<usize>)]) -> bool {
        !self.prefix && name.iter().map(|(word, _)| word).eq(&self.words)
    }
}

/// The words of `text`, folded as the index of words folds them (`unicode61 remove_diacritics 2`), and where they stand.
fn tokens(text: &str) -> Vec<(String, Range<usize>)> {
    let mut out: Vec<(String, Range<usize>)> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let mark = matches!(c, '\u{300}'..='\u{36f}');
        if !(c.is_alphanumeric() || (open && mark)) {
            open = false;
            continue;
        }
        if !open {
            out.push((String::new(), at..at));
            open = true;
        }
        let Some((word, range)) = out.last_mut() else { continue };
        range.end = at + c.len_utf8();
        match c.is_ascii() {
            true => word.push(c.to_ascii_lowercase()),
            false => {
                word.extend(c.to_lowercase().nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')))
            }
        }
    }
    out
}

/// Reports that are looked into before it pays to ask which ones can hold what is sought.
const FEW: usize = 200;

/// Leaves of `among` those that are in `reports`.
fn only(among: &mut Option<HashSet<ReportId>>, reports: HashSet<ReportId>) {
    *among = Some(match among.take() {
        Some(before) => before.intersection(&reports).copied().collect(),
        None => reports,
    });
}

impl Snapshot<'_> {
    /// The statements that `search` asks for.
    pub fn search(&self, search: &Search) -> Result<Found> {
        let say = |e| file::sentence(self.record.path(), &e);
        let mut among: Option<HashSet<ReportId>> = None;
        let versions = match search.words.is_empty() {
            true => None,
            false => Some(self.versions_with(&search.words).map_err(say)?),
        };
        if let Some(versions) = &versions {
            only(&mut among, self.reports_of(versions).map_err(say)?);
        }
        let speakers = search.speaker.as_deref().map(|s| self.named("--speaker", s)).transpose()?;
        let parties = search.party.as_deref().map(|s| self.named("--party", s)).transpose()?;
        let on_issue = search.issue.as_deref().map(|i| self.statements_on(i)).transpose()?;
        if let Some((_, reports)) = &on_issue {
            only(&mut among, reports.clone());
        }
        let outlet = search.outlet.as_deref().map(|o| term("--outlet", o)).transpose()?;

        let wanted = |e: &Entry<Statement>| -> Result<bool> {
            let told = &e.what.told;
            let is = |name: Option<NameId>, of: &HashSet<ActorId>| {
                name.and_then(|n| self.actor(n, e.day)).is_some_and(|a| of.contains(&a))
            };
            if search.since.is_some_and(|d| e.day < d)
                || search.until.is_some_and(|d| e.day > d)
                || search.form.is_some_and(|f| e.what.form != f)
                || speakers.as_ref().is_some_and(|s| !is(told.speaker, s))
                || parties.as_ref().is_some_and(|p| !is(told.party, p) && !is(told.speaker, p))
                || on_issue.as_ref().is_some_and(|(entries, _)| !entries.contains(&e.id))
                || versions.as_ref().is_some_and(|v| !v.contains(&e.version))
            {
                return Ok(false);
            }
            if search.words.is_empty() {
                return Ok(true);
            }
            let text = self.text(e.version)?;
            let spans = e.what.source.iter().chain(&e.what.cue).chain(&e.what.content);
            let texts: Vec<&str> = spans.filter_map(|s| text.get(s.start..s.end)).collect();
            Ok(search.words.stand_in(&texts))
        };
        let order = |e: &Entry<Statement>| {
            (std::cmp::Reverse((e.day, e.report)), e.what.content.first().map(|s| s.start), e.id)
        };
        let mut found: Vec<Entry<Statement>> = Vec::new();
        let mut walked = 0;
        for (i, report) in self.reports.iter().enumerate().rev() {
            // Nothing was said after its report was out: the rest can only be older.
            let full = found.get(search.limit).is_some_and(|last| last.day >= report.out_on());
            if full || search.since.is_some_and(|d| report.out_on() < d) {
                break;
            }
            let may = among.as_ref().is_none_or(|a| a.contains(&report.id));
            let by = |outlet: &Term| {
                report
                    .outlet
                    .iter()
                    .chain(&report.agencies)
                    .any(|name| outlet.hits(&tokens(name)).next().is_some())
            };
            if !may || !outlet.as_ref().is_none_or(by) {
                continue;
            }
            walked += 1;
            if walked == FEW {
                for (of, columns) in [(&speakers, "speaker"), (&parties, "party, speaker")] {
                    let Some(actors) = of else { continue };
                    only(&mut among, self.reports_where(columns, actors).map_err(say)?);
                }
            }
            for entry in self.statements_of(i)? {
                if wanted(&entry)? {
                    found.push(entry);
                }
            }
            if found.len() > search.limit {
                found.sort_by_key(order);
                found.truncate(search.limit + 1);
            }
        }
        found.sort_by_key(order);
        let more = found.len() > search.limit;
        found.truncate(search.limit);
        Ok(Found { statements: found, more })
    }

    /// The texts in which all of `words` stand, live or not.
    fn versions_with(&self, words: &Words) -> rusqlite::Result<HashSet<VersionId>> {
        let db = self.record.db();
        let mut found = db.prepare_cached("SELECT rowid FROM words WHERE words MATCH ?")?;
        found.query_map([words.query()], |r| r.get(0))?.collect()
    }

    /// The reports of `versions`: an entry that a person decided may stay with a former text.
    fn reports_of(&self, versions: &HashSet<VersionId>) -> rusqlite::Result<HashSet<ReportId>> {
        let mut out = HashSet::with_capacity(versions.len());
        let mut known = HashSet::with_capacity(self.reports.len());
        for report in &self.reports {
            known.insert(report.version);
            if versions.contains(&report.version) {
                out.insert(report.id);
            }
        }
        let mut of = self.record.db().prepare_cached("SELECT report FROM version WHERE id = ?")?;
        for version in versions.difference(&known) {
            out.insert(of.query_row([version], |r| r.get(0))?);
        }
        Ok(out)
    }

    /// The reports with a statement one of whose `columns` may mean one of `actors`.
    fn reports_where(
        &self,
        columns: &str,
        actors: &HashSet<ActorId>,
    ) -> rusqlite::Result<HashSet<ReportId>> {
        let names = self.all_names().filter(|(_, _, actor)| actors.contains(actor));
        let names: HashSet<i64> = names.map(|(name, _, _)| name.0).collect();
        let names: Vec<i64> = names.into_iter().collect();
        let any: Vec<String> = columns
            .split(", ")
            .map(|column| format!("t.{column} IN (SELECT value FROM json_each(?2))"))
            .collect();
        let mut found = self.record.db().prepare_cached(&format!(
            "SELECT entry.report FROM statement t JOIN entry ON entry.id = t.entry WHERE ({}) AND {LIVE}",
            any.join(" OR ")
        ))?;
        let names = serde_json::to_string(&names).unwrap_or_default();
        let given: [&dyn ToSql; 2] = [&self.change, &names];
        found.query_map(given, |r| r.get(0))?.collect()
    }

    /// The statements with a position on `issue`, and their reports.
    fn statements_on(&self, issue: &str) -> Result<(HashSet<EntryId>, HashSet<ReportId>)> {
        let sought = term("--issue", issue)?;
        let issues = best(&sought, self.issue_names());
        if issues.is_empty() {
            return Err(unknown("--issue", issue, "no issue in the record"));
        }
        let load = || -> rusqlite::Result<_> {
            let (mut entries, mut reports) = (HashSet::new(), HashSet::new());
            let mut found = self.record.db().prepare_cached(&format!(
                "SELECT t.statement, entry.report, t.issue FROM position t JOIN entry ON entry.id = t.entry
                 WHERE t.statement IS NOT NULL AND t.issue IS NOT NULL AND t.verdict <> 'rejected' AND {LIVE}"
            ))?;
            let mut rows = found.query([self.change])?;
            while let Some(r) = rows.next()? {
                if self.issue(r.get(2)?).is_some_and(|i| issues.contains(&i)) {
                    entries.insert(r.get(0)?);
                    reports.insert(r.get(1)?);
                }
            }
            Ok((entries, reports))
        };
        load().map_err(|e| file::sentence(self.record.path(), &e))
    }

    /// All that are called `typed`; where nobody is, all in whose names these words stand.
    fn named(&self, option: &str, typed: &str) -> Result<HashSet<ActorId>> {
        let actors = best(&term(option, typed)?, self.all_names());
        match actors.is_empty() {
            true => Err(unknown(option, typed, "nobody in the record")),
            false => Ok(actors),
        }
    }
}

/// What `sought` names exactly, else what it is a part of the name of.
fn best<'n, N, I: Copy + Eq + std::hash::Hash>(
    sought: &Term,
    names: impl Iterator<Item = (N, &'n str, I)>,
) -> HashSet<I> {
    let (mut exact, mut part) = (HashSet::new(), HashSet::new());
    for (_, name, id) in names {
        let name = tokens(name);
        if sought.is(&name) {
            exact.insert(id);
        } else if sought.hits(&name).next().is_some() {
            part.insert(id);
        }
    }
    if exact.is_empty() { part } else { exact }
}

fn term(option: &str, typed: &str) -> Result<Term> {
    Term::parse(typed, false)
        .ok_or_else(|| Error::usage(format!("{option} {typed:?}: holds no word; name one")))
}

fn unknown(option: &str, typed: &str, nobody: &str) -> Error {
    Error::usage(format!(
        "{option} {typed}: {nobody} is called so; try one word of the name, or its beginning with a star"
    ))
}

#[cfg(test)]
mod tests {
    use super::super::At;
    use super::super::testing::{Draft, Sample};
    use super::*;

    fn words(typed: &str) -> Words {
        Words::parse(&typed.split('|').map(String::from).collect::<Vec<_>>()).expect("words")
    }

    #[test]
    fn words_stand_in_a_text_as_they_were_typed() {
        let check = |typed: &str, text: &str, expected: &str| {
            let hits: Vec<&str> = words(typed).hits(text).into_iter().map(|r| &text[r]).collect();
            assert_eq!(hits.join("|"), expected, "{typed} in {text}");
        };
        check("pact", "The PACT, impact, pacts", "PACT");
        check("pact*", "The PACT, impact, pacts", "PACT|pacts");
        check("no progress", "no progress; progress, no", "no progress");
        check("no|progress", "no progress; progress, no", "no|progress|progress|no");
        check("\"no progress\" talks", "Talks: no\nprogress", "Talks|no\nprogress");
        check("\"no prog\"*", "no progress", "no progress");
        check("cease-fire", "a cease-fire, a cease. Fire!", "cease-fire|cease. Fire");
        check("medic", "Médić said", "Médić");
        check("Médić", "MEDIC, me\u{301}dic", "MEDIC|me\u{301}dic");
        check("a b|b c", "a b c", "a b c");
        assert!(Words::parse(&["--".into()]).is_err());
        assert!(Words::parse(&["".into()]).expect("none").is_empty());
    }

    fn sample() -> Sample {
        let mut sample = Sample::new();
        for day in 10..20 {
            let text = format!(
                "Ilma Dareth said Veldra would keep the pact of {day}. Another day, Rok Talvi denied it. No deal."
            );
            let draft = Draft::new(&format!("r{day}"), &format!("2031-03-{day}"), &text)
                .said(
                    "Ilma Dareth",
                    Some("Veldra"),
                    &format!("Veldra would keep the pact of {day}"),
                )
                .said("Rok Talvi", Some("Ostmark"), "denied it");
            sample.add("2031-03-25", &draft);
        }
        sample
    }

    fn check(search: Search, expected: &str) {
        let sample = sample();
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let found = snapshot.search(&search).expect("found");
        let short = |e: &Entry<Statement>| {
            let words = snapshot.words(e.version, &e.what.content).expect("words").join(" ");
            format!("{}{}", e.day.day(), if words == "denied it" { "d" } else { "k" })
        };
        let mut got: Vec<String> = found.statements.iter().map(short).collect();
        got.extend(found.more.then(|| "more".to_owned()));
        assert_eq!(got.join(" "), expected, "{search:?}");
    }

    #[test]
    fn statements_are_found_newest_first_and_no_more_than_asked() {
        let base = Search { limit: 3, ..Search::default() };
        check(Search { words: words("pact"), ..base.clone() }, "19k 18k 17k more");
        check(
            Search { words: words("PACT|keep"), limit: 20, ..base.clone() },
            "19k 18k 17k 16k 15k 14k 13k 12k 11k 10k",
        );
        check(Search { words: words("pact of 12"), ..base.clone() }, "12k");
        // In the text, but in no statement.
        check(Search { words: words("deal"), ..base.clone() }, "");
        check(base.clone(), "19k 19d 18k more");
        let day = |d: &str| d.parse::<Date>().ok();
        check(Search { until: day("2031-03-11"), ..base.clone() }, "11k 11d 10k more");
        check(Search { since: day("2031-03-19"), ..base.clone() }, "19k 19d");
        check(Search { party: Some("ostmark".into()), ..base.clone() }, "19d 18d 17d more");
        check(Search { speaker: Some("dareth".into()), ..base.clone() }, "19k 18k 17k more");
        check(
            Search { speaker: Some("Dar*".into()), words: words("of|18"), ..base.clone() },
            "18k",
        );
        check(Search { form: Some(Form::Direct), ..base }, "");
    }

    #[test]
    fn a_name_that_nobody_has_is_said() {
        let sample = sample();
        let snapshot = sample.record.snapshot(At::default()).expect("read");
        let search = Search { speaker: Some("Mirov".into()), limit: 3, ..Search::default() };
        let error = snapshot.search(&search).expect_err("nobody").to_string();
        assert!(error.contains("--speaker Mirov: nobody in the record"), "{error}");
    }
}
