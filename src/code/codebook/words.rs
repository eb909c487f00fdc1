//! Turns names and phrases into words that can be compared: without accents, capitals, possessives and, for
//! phrases, inflection. Never shown to anybody.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word of a name, as it is compared and as it stood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    /// Lower case, without accents, dots and possessive.
    pub plain: String,
    /// Whether it begins with a capital.
    pub capital: bool,
    /// Whether all its letters are capitals.
    pub shouted: bool,
    /// Whether a comma follows.
    pub comma: bool,
}

/// The words of a name; hyphens stay, so that "Veldran-backed" does not name Veldra. Without leading articles.
pub(super) fn name(text: &str) -> Vec<Word> {
    let words = pieces(text).map(|piece| {
        let comma = piece.ends_with([',', ';']);
        let bare = bare(piece);
        let plain = bare.to_lowercase();
        let shouted = bare.chars().any(char::is_uppercase) && !bare.chars().any(char::is_lowercase);
        Word { plain, capital: bare.starts_with(char::is_uppercase), shouted, comma }
    });
    let mut words: Vec<Word> = words.filter(|w| !w.plain.is_empty()).collect();
    let articles = words.iter().take_while(|w| is_article(&w.plain)).count();
    words.drain(..articles);
    words
}

/// A name in the form by which two are the same.
pub(super) fn key(text: &str) -> String {
    joined(name(text).iter().map(|w| w.plain.as_str()))
}

/// The stems of a phrase in their order, function words among them, without leading articles.
pub(super) fn stems(text: &str) -> Vec<String> {
    let words = pieces(text).flat_map(|piece| unhyphened(bare(piece)));
    let words = words.map(|w| stem(&w.to_lowercase())).filter(|w| !w.is_empty());
    words.skip_while(|w| is_article(w)).collect()
}

/// The words of a phrase as [`stems`] has them, each with how it is written.
pub(super) fn stem_pairs(text: &str) -> Vec<(String, String)> {
    let words = pieces(text).flat_map(|piece| {
        let mut written = piece.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        // "U.S." keeps its last dot.
        if written.contains('.') && piece.contains(&format!("{written}.")) {
            written.push('.');
        }
        let parts = unhyphened(bare(piece));
        // Of a word that is read as several, each is written as it is read.
        let whole = (parts.len() == 1).then_some(written);
        parts.into_iter().map(move |p| (stem(&p.to_lowercase()), whole.clone().unwrap_or(p)))
    });
    words.filter(|(stem, _)| !stem.is_empty()).skip_while(|(stem, _)| is_article(stem)).collect()
}

/// Whether it is a pronoun, which names nobody outside its report.
pub(super) fn is_pronoun(text: &str) -> bool {
    const MORE: &[&str] =
        &["this", "that", "these", "those", "one", "some", "others", "both", "all", "him", "them"];
    let lower = text.to_lowercase();
    PRONOUNS.iter().chain(MORE).any(|p| *p == lower)
}

/// Whether a stem is a day or a month.
pub(super) fn is_date(stem: &str) -> bool {
    DATE_STEMS.contains(stem)
}

/// Those of `stems` that carry meaning, each once.
pub(super) fn content(stems: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in stems.iter().filter(|w| carries(w)) {
        if !out.contains(word) {
            out.push(word.clone());
        }
    }
    out
}

/// Whether a stem carries meaning.
pub(super) fn carries(stem: &str) -> bool {
    !FUNCTION_STEMS.contains(stem)
}

/// Where `words`, which are not none, first stand in `text` side by side.
pub(super) fn place(words: &[String], text: &[String]) -> Option<usize> {
    text.windows(words.len()).position(|w| w == words)
}

/// An id out of a name: "Ivory Coast" as `ivory-coast`.
pub(super) fn id(name: &str) -> String {
    let folded = fold(name).to_lowercase();
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// Words joined by spaces.
pub(super) fn joined<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

/// Words that are names only in capitals ("US", "WHO").
pub(super) const PRONOUNS: &[&str] = &["us", "it", "who", "we", "he", "she", "they", "i", "you"];

/// Words that carry no meaning of their own.
const FUNCTION: &str = "a about above after again against all also an and any are as at be been before being \
    between both but by can could do did during each either for from further had has have he her him his how if \
    in into is it its may might more most must no not of off on only or other our out over own per shall she \
    should so some such than that the their them then there these they this those to too under until up upon us \
    very was we were what when where whether which while who whom whose will with within without would you your";

/// Days and months.
const DATES: &str = "january february march april june july august september october november december monday \
    tuesday wednesday thursday friday saturday sunday day week month year today tomorrow yesterday";

static DATE_STEMS: LazyLock<HashSet<String>> =
    LazyLock::new(|| DATES.split_whitespace().map(stem).collect());

static FUNCTION_STEMS: LazyLock<HashSet<String>> =
    LazyLock::new(|| FUNCTION.split_whitespace().map(stem).collect());

fn is_article(word: &str) -> bool {
    matches!(word, "the" | "a" | "an")
}

/// What stands between spaces, and between signs that no word has inside. A comma stays with its word.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_alphanumeric() || is_combining_mark(c) || ".'’-‐‑,;&".contains(c);
    text.split(move |c: char| !inside(c)).filter(|p| !p.is_empty())
}

/// A piece without its signs, dots between letters and possessive: "U.S.'s" as "US".
fn bare(piece: &str) -> String {
    let word = fold(piece).replace('’', "'").replace(['‐', '‑'], "-");
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'');
    let word = ["'s", "'S", "'"].iter().find_map(|e| word.strip_suffix(e)).unwrap_or(word);
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    // The dot and the comma of a number stay; those of an abbreviation go.
    match word.chars().any(|c| c.is_ascii_digit()) {
        true => word.to_owned(),
        false => word.replace(['.', '\'', ',', ';', '&'], ""),
    }
}

/// "re-introduce" in one, as others write it; "buffer-stock" in two.
fn unhyphened(word: String) -> Vec<String> {
    const PREFIX: usize = 3;
    let mut out: Vec<String> = Vec::new();
    let mut joins = false;
    for part in word.split('-').filter(|p| !p.is_empty()) {
        match out.last_mut().filter(|_| joins) {
            Some(last) => last.push_str(part),
            None => out.push(part.to_owned()),
        }
        joins = part.len() <= PREFIX && part.chars().all(|c| c.is_ascii_alphabetic());
    }
    out
}

/// Letters without their accents.
fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        'ı' => 'i',
        'ł' => 'l',
        'Ł' => 'L',
        'ø' => 'o',
        'Ø' => 'O',
        'đ' => 'd',
        other => other,
    };
    text.nfkd().filter(|c| !is_combining_mark(*c)).map(plain).collect()
}

/// A light stem: plural, -ed, -ing and the silent e go, double consonants become one. It need not be a word, it
/// need only be the same for all forms of one.
fn stem(word: &str) -> String {
    let long = |w: &str, n: usize| w.len() >= n && w.bytes().all(|b| b.is_ascii_lowercase());
    let vowel = |w: &str| w.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    if !long(word, 4) {
        return word.to_owned();
    }
    let mut w = word.to_owned();
    if w.ends_with("ies") && w.len() > 4 {
        w.replace_range(w.len() - 3.., "y");
    } else if ["sses", "xes", "ches", "shes", "zes"].iter().any(|e| w.ends_with(e)) {
        w.truncate(w.len() - 2);
    } else if w.ends_with('s') && !["ss", "us", "is"].iter().any(|e| w.ends_with(e)) {
        w.pop();
    }
    if w.ends_with("ied") && w.len() > 4 {
        w.replace_range(w.len() - 3.., "y");
    } else if w.ends_with("eed") {
        // "agreed" is of "agree", "proceed" of itself.
        if w.len() > 5 && !w.ends_with("ceed") {
            w.pop();
        }
    } else if let Some(rest) = ["ing", "ed"].iter().find_map(|e| w.strip_suffix(e))
        && rest.len() > 2
        && vowel(rest)
    {
        w.truncate(rest.len());
    }
    if w.len() > 3 && w.ends_with('e') {
        w.pop();
    }
    let last = w.chars().next_back();
    let before = w.chars().rev().nth(1);
    if w.len() > 3 && last == before && last.is_some_and(|c| !"aeiou".contains(c)) {
        w.pop();
    }
    w
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        let check = |forms: &str| {
            let stems: Vec<String> = forms.split(' ').map(stem).collect();
            assert!(stems.iter().all(|s| *s == stems[0]), "{forms}: {stems:?}");
        };
        check("quota quotas");
        check("country countries");
        check("tax taxes taxed taxing");
        check("introduce introduces introduced introducing");
        check("agree agrees agreed agreeing");
        check("control controls controlled controlling");
        check("apply applies applied applying");
        check("proceed proceeds proceeding");
        check("meet meets meeting meetings");
        check("process processes processed");
    }

    #[test]
    fn different_words_stay_different() {
        for (a, b) in [("king", "k"), ("need", "ne"), ("price", "prize"), ("status", "statu")] {
            assert_ne!(stem(a), stem(b));
        }
    }

    #[test]
    fn names_are_compared_without_article_accent_and_possessive() {
        let check = |text: &str, expected: &str| assert_eq!(key(text), expected, "{text}");
        check("The U.S.", "us");
        check("Livia Strømme’s", "livia stromme");
        check("the Producers'", "producers");
        check("“Çelik”, of Veldra", "celik of veldra");
        check("Veldran-backed", "veldran-backed");
        check("the", "");
        check("—", "");
    }

    #[test]
    fn phrases_are_compared_by_words_that_carry_meaning() {
        let check = |text: &str, expected: &str| {
            assert_eq!(joined(content(&stems(text)).iter().map(String::as_str)), expected);
        };
        check("the re-introduction of export-quotas", "reintroduction export quota");
        check("withdrawing all of the troops, troops", "withdraw troop");
        check("1.5 per cent", "1.5 cent");
    }
}
