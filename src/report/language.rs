//! Which language a text is in, and that travaux reads English. Never decides on a few words.

use whatlang::{Lang, Script};

use super::Report;
use crate::error::{Error, Result};

/// Fewer letters than this say nothing about the language, unless no word is English.
const ENOUGH_LETTERS: usize = 200;
/// Fewer letters than this say nothing in any case.
const FEW_LETTERS: usize = 60;
/// How much of a text is looked at, in characters.
const SAMPLE: usize = 4000;
/// Share of words, in percent, that must be the commonest English ones for a text to be English
/// whatever else it looks like (share tables, lists of names).
const ENGLISH_PERCENT: usize = 8;

/// Refuses a text that is plainly in another language: "the text is in French; travaux reads English".
/// A text too short to tell is let through, unless the input itself says that it is not English.
pub fn check_language(report: &Report) -> Result<()> {
    refuse_other(report, language(&report.text))
}

/// As `check_language`, where the language has been looked at already.
pub(super) fn refuse_other(report: &Report, found: Language) -> Result<()> {
    match found {
        Language::English => Ok(()),
        Language::Other(name, _) => {
            Err(Error::input(format!("the text is in {name}; travaux reads English")))
        }
        Language::Unknown => match report.language.as_deref() {
            None | Some("en") => Ok(()),
            Some(code) => Err(Error::input(format!(
                "the text is said to be in language `{code}`; travaux reads English"
            ))),
        },
    }
}

/// What can be said about the language of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Language {
    /// English.
    English,
    /// Its English name; its ISO 639-1 code where the language is sure.
    Other(String, Option<&'static str>),
    /// Too short or too odd to tell.
    Unknown,
}

impl Language {
    /// ISO 639-1.
    pub(super) fn code(&self) -> Option<&'static str> {
        match self {
            Language::English => Some("en"),
            Language::Other(_, code) => *code,
            Language::Unknown => None,
        }
    }
}

/// Looks at the beginning of a text.
pub(super) fn language(text: &str) -> Language {
    let end = text.char_indices().nth(SAMPLE).map_or(text.len(), |(at, _)| at);
    let sample = &text[..end];
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    let (words, common) = english_words(sample);
    if words >= 8 && common >= 3 && common * 100 >= words * ENGLISH_PERCENT && letters >= 20 {
        return Language::English;
    }
    if letters < FEW_LETTERS || letters < ENOUGH_LETTERS && common > 0 {
        return Language::Unknown;
    }
    if figures(sample) {
        return Language::Unknown;
    }
    let Some(info) = whatlang::detect(sample) else { return Language::Unknown };
    if info.script() != Script::Latin {
        return match (info.is_reliable(), info.script()) {
            (true, _) => other(info.lang()),
            (false, script) => Language::Other(format!("{script} script"), None),
        };
    }
    match (info.is_reliable(), info.lang()) {
        (true, Lang::Eng) => Language::English,
        (true, lang) => other(lang),
        (false, _) => Language::Unknown,
    }
}

fn other(lang: Lang) -> Language {
    Language::Other(lang.eng_name().to_string(), iso_639_1(lang.code()))
}

/// Whether every fifth word has a digit: tables of figures are in no language.
fn figures(sample: &str) -> bool {
    let (mut words, mut figures) = (0usize, 0usize);
    for word in sample.split_whitespace() {
        words += 1;
        figures += usize::from(word.bytes().any(|b| b.is_ascii_digit()));
    }
    figures * 5 >= words
}

/// How many words there are, and how many of them are among the commonest English ones.
fn english_words(sample: &str) -> (usize, usize) {
    const COMMON: [&str; 22] = [
        "the", "of", "and", "to", "that", "said", "for", "is", "was", "with", "by", "it", "from",
        "has", "have", "which", "will", "would", "be", "are", "not", "they",
    ];
    let (mut words, mut common) = (0usize, 0usize);
    for word in sample.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
        words += 1;
        common += usize::from(COMMON.iter().any(|c| word.eq_ignore_ascii_case(c)));
    }
    (words, common)
}

/// ISO 639-1 for the ISO 639-3 codes that whatlang knows.
fn iso_639_1(code: &str) -> Option<&'static str> {
    const CODES: [(&str, &str); 70] = [
        ("epo", "eo"),
        ("eng", "en"),
        ("rus", "ru"),
        ("cmn", "zh"),
        ("spa", "es"),
        ("por", "pt"),
        ("ita", "it"),
        ("ben", "bn"),
        ("fra", "fr"),
        ("deu", "de"),
        ("ukr", "uk"),
        ("kat", "ka"),
        ("ara", "ar"),
        ("hin", "hi"),
        ("jpn", "ja"),
        ("heb", "he"),
        ("yid", "yi"),
        ("pol", "pl"),
        ("amh", "am"),
        ("jav", "jv"),
        ("kor", "ko"),
        ("nob", "nb"),
        ("dan", "da"),
        ("swe", "sv"),
        ("fin", "fi"),
        ("tur", "tr"),
        ("nld", "nl"),
        ("hun", "hu"),
        ("ces", "cs"),
        ("ell", "el"),
        ("bul", "bg"),
        ("bel", "be"),
        ("mar", "mr"),
        ("kan", "kn"),
        ("ron", "ro"),
        ("slv", "sl"),
        ("hrv", "hr"),
        ("srp", "sr"),
        ("mkd", "mk"),
        ("lit", "lt"),
        ("lav", "lv"),
        ("est", "et"),
        ("tam", "ta"),
        ("vie", "vi"),
        ("urd", "ur"),
        ("tha", "th"),
        ("guj", "gu"),
        ("uzb", "uz"),
        ("pan", "pa"),
        ("aze", "az"),
        ("ind", "id"),
        ("tel", "te"),
        ("pes", "fa"),
        ("mal", "ml"),
        ("ori", "or"),
        ("mya", "my"),
        ("nep", "ne"),
        ("sin", "si"),
        ("khm", "km"),
        ("tuk", "tk"),
        ("aka", "ak"),
        ("zul", "zu"),
        ("sna", "sn"),
        ("afr", "af"),
        ("lat", "la"),
        ("slk", "sk"),
        ("cat", "ca"),
        ("tgl", "tl"),
        ("hye", "hy"),
        ("cym", "cy"),
    ];
    CODES.iter().find(|(three, _)| *three == code).map(|(_, two)| *two)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let report = Report { text: text.repeat(6), ..Report::default() };
        let said = check_language(&report).err().map(|e| e.to_string());
        assert_eq!(said.as_deref(), expected);
    }

    #[test]
    fn other_languages_are_named() {
        check("The delegates of the two harbours said that they would meet again. ", None);
        check(
            "Les délégués des deux ports ont annoncé qu'ils se retrouveraient bientôt. ",
            Some("the text is in French; travaux reads English"),
        );
        check(
            "Die Unterhändler der beiden Häfen wollen sich bald wieder treffen, hieß es. ",
            Some("the text is in German; travaux reads English"),
        );
        check(
            "Делегаты двух портов заявили, что скоро встретятся снова и продолжат работу. ",
            Some("the text is in Russian; travaux reads English"),
        );
    }

    #[test]
    fn a_short_text_is_named_where_no_word_of_it_is_english() {
        let said = |text: &str| {
            let report = Report { text: text.into(), ..Report::default() };
            check_language(&report).err().map(|e| e.to_string())
        };
        let german = "Die Verhandlungen zwischen den beiden Staaten wurden am Montag ohne Ergebnis abgebrochen, \
                      wie der Sprecher sagte.";
        let named = Some("the text is in German; travaux reads English".to_owned());
        assert_eq!(said(german), named);
        assert_eq!(
            said("Kessarin Vantorel Odrimund Palistor Harvenge Tolmarkin Brandelor, Port Oran"),
            None
        );
    }

    #[test]
    fn short_or_wordless_texts_pass() {
        check("Non. ", None);
        check("\" \" \" ", None);
        check("", None);
        check("Net profit 16 mln vs profit 53 mln, loss 22.51 dlrs vs profit 5.78 dlrs. ", None);
        let said = Report { language: Some("fr".into()), text: "Non.".into(), ..Report::default() };
        assert!(check_language(&said).is_err());
    }
}
