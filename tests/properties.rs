//! What holds for any text and any bytes: anchors are the words they stand for, readers fail in words
//! only, threads and order change nothing. Never checks what the words mean.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use travaux::code::codebook;
use travaux::pipeline::{self, Reader};
use travaux::present::page::Record;
use travaux::report::{Format, Options, Report, Source, read};

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new().unwrap());

/// Words and signs that make reports, and what breaks programs that read them.
const PARTS: &[&str] = &[
    "Ana Vela ",
    "the Veldran minister ",
    "he ",
    "she ",
    "said ",
    "told reporters ",
    "according to ",
    "that they would go on ",
    "on Monday ",
    "U.S. ",
    "Mr. ",
    "GENEVA, March 9 (Reuters) - ",
    "(EFE) ",
    "\"",
    "“",
    "”",
    "‘",
    "’",
    "'",
    "«",
    "»",
    "—",
    ", ",
    ". ",
    "! ",
    "(",
    ")",
    ": ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "  ",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{2028}",
    "\u{fffd}",
    "\u{202e}",
    "e\u{301}",
    "\u{301}",
    "ß",
    "İ",
    "ﬁ",
    "שלום ",
    "السلام ",
    "会谈",
    "👩‍👩‍👧",
    "🇫🇷",
    "𝒜",
    "\u{10ffff}",
    "1987",
    "3rd",
];

/// A text of some 600 characters at most.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => select(PARTS).prop_map(String::from),
        1 => "\\PC{1,6}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..110).prop_map(|parts| parts.concat().chars().take(600).collect())
}

/// One line of JSON a report, read on so many threads.
fn records(texts: &[String], jobs: usize) -> Vec<String> {
    let report = |text: &String| Report { id: "1".into(), text: text.clone(), ..Report::default() };
    let reports: Vec<_> = texts.iter().map(|text| Ok(report(text))).collect();
    let mut out = Vec::new();
    let each = |reading: travaux::Result<pipeline::Reading>| {
        out.push(Record::new(&reading.unwrap()).to_json());
        true
    };
    pipeline::run(&READER, reports.into_iter(), jobs, |_| true, each);
    out
}

/// What the reader of `format` makes of `bytes`.
fn found(bytes: &[u8], format: Option<Format>) -> Vec<Result<Report, String>> {
    let source = Source::Bytes { name: "some bytes".into(), bytes: bytes.to_vec() };
    let options = Options { from: format, ..Options::default() };
    read(source, &options).map(|r| r.map_err(|e| e.to_string())).collect()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::with_cases(cases)
    }
}

/// Pieces that make codebooks, and what breaks readers of them.
const TOML: &[&str] = &[
    "[[party]]\n",
    "[[issue]]\n",
    "[party]\n",
    "name = ",
    "aliases = ",
    "phrases = ",
    "[",
    "]",
    "\"Veldra\"",
    "\"the\"",
    "\"é’s\u{301}\"",
    ", ",
    "\n",
    "\r\n",
    "\"",
    "'''",
    "\\",
    "= ",
    "# ",
    "1979-05-27",
    "\u{feff}",
    "\u{0}",
    "é",
];

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn anchors_slice_to_exact(text in text()) {
        let first = records(std::slice::from_ref(&text), 1).remove(0);
        let record: serde_json::Value = serde_json::from_str(&first).unwrap();
        prop_assert_eq!(record["report"]["text"].as_str(), Some(text.as_str()));
        let chars: Vec<char> = text.chars().collect();
        for statement in record["statements"].as_array().unwrap() {
            prop_assert!(!statement["content"].as_array().unwrap().is_empty());
            for part in ["source", "cue", "content"] {
                for anchor in statement[part].as_array().unwrap() {
                    let at = |edge: &str| anchor[edge].as_u64().unwrap() as usize;
                    let exact: String = chars[at("start")..at("end")].iter().collect();
                    prop_assert!(!exact.is_empty());
                    prop_assert_eq!(Some(exact.as_str()), anchor["exact"].as_str());
                }
            }
        }
        // The same text gives the same record, whatever was read before.
        prop_assert_eq!(records(&[text], 1).remove(0), first);
    }

    #[test]
    fn threads_and_order_change_nothing(texts in prop::collection::vec(text(), 1..5)) {
        let alone = records(&texts, 1);
        prop_assert_eq!(&records(&texts, 3), &alone);
        let mut back: Vec<String> = texts;
        back.reverse();
        let mut reversed = records(&back, 2);
        reversed.reverse();
        prop_assert_eq!(reversed, alone);
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn any_codebook_is_read_or_has_problems(
        pieces in prop::collection::vec(select(TOML), 0..40),
        name in ".{0,40}",
    ) {
        let text: String = pieces.concat();
        let problems = codebook::check("f", &text);
        let lines = text.matches('\n').count() + 1;
        prop_assert!(problems.iter().all(|p| (1..=lines).contains(&p.line)), "{:?}", problems);
        match travaux::Codebook::parse("f", &text) {
            Ok(codebook) => {
                prop_assert!(problems.is_empty());
                let _ = (codebook.party(&name), codebook.issue(&name, &name));
            }
            Err(_) => prop_assert!(!problems.is_empty()),
        }
    }

    #[test]
    fn json_lines_are_taken_as_they_are(text in text()) {
        let line = serde_json::json!({ "text": text }).to_string();
        match found(line.as_bytes(), Some(Format::Jsonl)).remove(0) {
            Ok(report) => prop_assert_eq!(report.text, text),
            Err(error) => {
                let why = ["no text", "no words", "binary data", "the text is in"];
                prop_assert!(why.iter().any(|w| error.contains(w)), "{}", error);
            }
        }
    }

    #[test]
    fn readers_take_any_bytes(
        noise in prop::collection::vec(any::<u8>(), 0..600),
        text in text(),
        cut in 0usize..600,
    ) {
        let (head, tail) = text.as_bytes().split_at(cut.min(text.len()));
        let mixed = [head, &noise[..noise.len() / 8], tail].concat();
        for bytes in [&noise, &mixed] {
            for format in [None].into_iter().chain(Format::ALL.map(Some)) {
                let first = found(bytes, format);
                for result in &first {
                    match result {
                        Ok(r) => prop_assert!(!r.text.trim().is_empty() && !r.id.is_empty()),
                        Err(e) => prop_assert!(e.starts_with("some bytes"), "{}", e),
                    }
                }
                prop_assert_eq!(found(bytes, format), first);
            }
        }
    }

    #[test]
    fn plain_text_keeps_its_words(text in text()) {
        let words = |s: &str| s.split_whitespace().map(String::from).collect::<Vec<_>>();
        for report in found(text.as_bytes(), Some(Format::Text)).into_iter().flatten() {
            let kept = format!("{} {}", report.title.unwrap_or_default(), report.text);
            // Marks of byte order and hints where a word may be broken are no words.
            let plain = text.trim_start_matches('\u{feff}').replace('\u{ad}', "");
            let plain = plain.replace('\0', "\u{fffd}");
            prop_assert_eq!(words(&kept), words(&plain));
        }
    }
}
