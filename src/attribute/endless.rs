//! Reports longer than any, with more speakers than there are: what were quadratic would not end here. Never
//! runs the network; drafts are made by hand.

use super::*;

/// A text of `n` times `sentence` (given the number), its drafts read off the marks `[source]`, `{cue}`, `<content>`.
fn report(n: usize, sentence: impl Fn(usize) -> String) -> (Report, Section) {
    let (mut text, mut drafts, mut persons) = (String::new(), Vec::new(), Vec::new());
    for i in 0..n {
        let mut spans = [None; 3];
        let mut start = 0;
        for c in sentence(i).chars() {
            match ("[{<".find(c), "]}>".find(c)) {
                (Some(_), _) => start = text.len(),
                (_, Some(part)) => spans[part] = Some(Span::new(start, text.len())),
                _ => text.push(c),
            }
        }
        let [source, cue, content] = spans.map(|s| s.into_iter().collect::<Vec<_>>());
        persons.extend(source.iter().copied());
        let hint = source.first().copied();
        drafts.push(Draft { source, cue, content, hint, ..Draft::default() });
    }
    let organisations = persons.clone();
    (Report { text, ..Report::default() }, Section { drafts, persons, organisations })
}

fn check(n: usize, sentence: impl Fn(usize) -> String) {
    let (mut report, section) = report(n, sentence);
    report.published = jiff::civil::Date::new(2031, 3, 12).ok();
    assert_eq!(complete(&report, std::iter::once(section), &[]).0.len(), n);
}

/// A name that no other number has.
fn name(i: usize) -> String {
    let letter = |n: usize| char::from(b'a' + (n % 26) as u8);
    format!("V{}{}{}{}", letter(i), letter(i / 26), letter(i / 676), letter(i / 17576))
}

#[test]
fn thousands_of_speakers() {
    let full =
        |i| format!("[Minister Ana {} of {}land] {{said}} <it was over>. ", name(i), name(i));
    check(20_000, full);
    check(20_000, |i| format!("[{}] {{said}} <it was over>. ", name(i)));
    check(20_000, |i| format!("[{} Union] {{said}} <it was over>.\n\n[", name(i)));
}

#[test]
fn sentences_without_end() {
    check(3_000, |i| format!("[{}] {{said}} <it was over> and ", name(i)));
    check(3_000, |_| "[he] {said} <it was over> on Friday ".into());
    check(3_000, |_| "at the talks on Friday [the union] {said} <“no”> ".into());
    check(3_000, |_| "\"[they] {said} <\"no> ".into());
}
