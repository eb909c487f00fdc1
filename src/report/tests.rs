//! What holds for all formats together: nothing stops the rest, nothing panics, nothing takes for ever.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::*;

/// Reads bytes as a file of that name, in a folder of its own.
fn read_file(name: &str, bytes: &[u8], options: &Options) -> Vec<Result<Report, String>> {
    let folder = Folder::new();
    let path = folder.0.join(name);
    fs::write(&path, bytes).unwrap();
    let prefix = format!("{}/", folder.0.display());
    read(Source::File(path), options)
        .map(|r| r.map_err(|e| e.to_string().replace(&prefix, "")))
        .collect()
}

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("travaux-report-{}-{n}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn refused(name: &str, bytes: &[u8], expected: &str) {
    let got = read_file(name, bytes, &Options { max_bytes: 1 << 20, ..Options::default() });
    assert_eq!(got, [Err(expected.to_string())]);
}

#[test]
fn a_clear_sentence_for_what_cannot_be_read() {
    refused("a.txt", b"", "a.txt: empty file; nothing to read");
    refused("a.txt", b" \n\n ", "a.txt: empty file; nothing to read");
    refused("a.txt", b"\xef\xbb\xbf", "a.txt: no text; nothing to read");
    refused(
        "a.pdf",
        b"%PDF-1.7",
        "a.pdf: a PDF, not text; save the report as plain text or as a web page",
    );
    refused(
        "a.txt",
        &[0, 1, 2, 3].repeat(99),
        "a.txt: binary data, not text; save the report as plain text or as a web page",
    );
    refused(
        "a.txt",
        &b"word ".repeat(300_000),
        "a.txt: more than 1 MiB, too long for one news report; split it, give one report a line as JSON Lines, or allow more with --max-size",
    );
    refused(
        "a.html",
        "<div>".repeat(9000).as_bytes(),
        "a.html: the HTML is nested more than 2000 levels deep; save the article as plain text",
    );
    refused(
        "a.txt",
        "Les délégués des deux ports se retrouveront bientôt, a dit le ministre. "
            .repeat(5)
            .as_bytes(),
        "a.txt: the text is in French; travaux reads English",
    );
    refused(
        "a.txt",
        "\"“”, 1987.\n".repeat(50).as_bytes(),
        "a.txt: no words in the text; nothing to read",
    );
    refused("a.jsonl", b"{\"text\": \"\"}", "a.jsonl, line 1: no text; nothing to read");
    let gone = read(Source::File("/no/such/file".into()), &Options::default()).next().unwrap();
    assert_eq!(
        gone.unwrap_err().to_string(),
        "/no/such/file: no such file or folder; check the name"
    );
}

#[test]
fn plain_text_is_read() {
    let text = "Harbour talks end\r\n\r\nGENEVA, March 9, 2022 (Reuters) - The talks ended, \u{93}for now\u{94}.\r\n\r\n(EFE and Reuters)\r\n";
    let bytes: Vec<u8> = text.chars().map(|c| c as u32 as u8).collect();
    let got = read_file("a.txt", &bytes, &Options::default()).remove(0).unwrap();
    let expected = Report {
        id: got.id.clone(),
        title: Some("Harbour talks end".into()),
        agencies: vec!["Reuters".into(), "EFE".into()],
        place: Some("GENEVA".into()),
        published: Some(jiff::civil::date(2022, 3, 9)),
        language: Some("en".into()),
        file: got.file.clone(),
        text: "GENEVA, March 9, 2022 (Reuters) - The talks ended, “for now”.\n\n(EFE and Reuters)"
            .into(),
        ..Report::default()
    };
    assert_eq!(got, expected);
    assert_eq!(got.id.len(), 16);
    assert!(got.file.is_some_and(|f| f.is_absolute() && f.ends_with("a.txt")));

    let day = jiff::civil::date(2020, 1, 2);
    let options = Options { published: Some(day), ..Options::default() };
    assert_eq!(read_file("a.txt", &bytes, &options)[0].as_ref().unwrap().published, Some(day));
    let options = Options { from: Some(Format::Jsonl), ..Options::default() };
    assert!(
        read_file("a.txt", &bytes, &options)[0]
            .as_ref()
            .unwrap_err()
            .contains("line 1: not valid JSON")
    );
}

#[test]
fn a_saved_web_page_is_read() {
    let paragraph = "<p>The ministers of the two harbours, <b>who</b> had met three times, said &ldquo;no&rdquo; to \
        the tolls that the pilots had asked for, and would meet again next week.</p>";
    let page = format!(
        r#"<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Talks end | Harbour Gazette</title>
        <meta property="og:site_name" content="Harbour Gazette"><meta property="og:url" content="https://gazette.example/1">
        <script type="application/ld+json">{{"@graph": [{{"@type": "WebPage"}}, {{"@type": ["NewsArticle"],
        "headline": "Talks end", "datePublished": "2022-03-30T10:00:00Z", "author": [{{"name": "Ana Vela"}}]}}]}}</script>
        </head><body><nav><ul><li><a href="/">Home</a><li><a href="/s">Sport</a></ul><time datetime="2021-01-01">x</time></nav><article><h1>Talks end</h1>
        {}{}{}</article><footer>All rights reserved</footer></body></html>"#,
        paragraph, paragraph, paragraph
    );
    let got = read_file("a.html", page.as_bytes(), &Options::default()).remove(0).unwrap();
    assert_eq!(got.title.as_deref(), Some("Talks end"));
    assert_eq!(got.outlet.as_deref(), Some("Harbour Gazette"));
    assert_eq!(got.byline.as_deref(), Some("Ana Vela"));
    assert_eq!(got.published, Some(jiff::civil::date(2022, 3, 30)));
    assert_eq!(got.language.as_deref(), Some("en"));
    assert_eq!(got.url.as_deref(), Some("https://gazette.example/1"));
    let plain = "The ministers of the two harbours, who had met three times, said “no” to the tolls that the \
        pilots had asked for, and would meet again next week.";
    assert_eq!(got.text, [plain; 3].join("\n\n"));
}

/// What is known of a page with this head, and the beginning of its text.
fn page(head: &str, top: &str) -> Report {
    let paragraph = "<p>The ministers of the two harbours, who had met three times, said that they would meet \
        again next week, and that the tolls would be on the table.</p>";
    let page = format!(
        "<!DOCTYPE html><html><head>{head}</head><body><article>{top}{}</article></body></html>",
        paragraph.repeat(3)
    );
    read_file("a.html", page.as_bytes(), &Options::default()).remove(0).unwrap()
}

#[test]
fn what_a_graph_refers_to_is_found_in_it() {
    let got = page(
        r##"<script type="application/ld+json">{"@graph": [{"@type": "Organization", "@id": "#o", "name":
        "Harbour Gazette"}, {"@type": "Person", "@id": "#p", "name": "Ana Bell"}, {"@type": "NewsArticle", "headline":
        "Talks &amp; tolls: &#8216;close&#8217;", "datePublished": "2031-03-17T23:30:00-05:00",
        "author": [{"@id": "#p"}, {"name": "Jo Marsh"}], "publisher": {"@id": "#o"}}]}</script>"##,
        "<h1>Talks and tolls</h1>",
    );
    assert_eq!(got.title.as_deref(), Some("Talks & tolls: ‘close’"));
    assert_eq!(got.outlet.as_deref(), Some("Harbour Gazette"));
    assert_eq!(got.byline.as_deref(), Some("Ana Bell, Jo Marsh"));
    assert_eq!(got.published, Some(jiff::civil::date(2031, 3, 17)));
    assert!(got.text.starts_with("The ministers"), "{}", got.text);
}

#[test]
fn the_day_of_the_article_is_not_that_of_its_neighbour() {
    let other =
        "<aside><article><time datetime=\"2031-03-01\">x</time><h2>Other</h2></article></aside>";
    let own = "<h1>Talks end</h1><time datetime=\"2031-03-17\">x</time>";
    assert_eq!(page("", &format!("{other}{own}")).published, Some(jiff::civil::date(2031, 3, 17)));
    let both = "<time itemprop=dateModified datetime=\"2031-03-18\">x</time>\
        <time itemprop=datePublished datetime=\"2031-03-17\">x</time>";
    assert_eq!(page("", both).published, Some(jiff::civil::date(2031, 3, 17)));
}

#[test]
fn an_author_line_that_names_an_agency_credits_it() {
    let got = page("<meta name=\"author\" content=\"Ana Bell, Associated Press\">", "");
    assert_eq!(got.byline.as_deref(), Some("Ana Bell"));
    assert_eq!(got.agencies, ["AP"]);
}

#[test]
fn text_typed_with_its_own_line_ends_is_unwrapped_in_pages_too() {
    let typed = "The ministers of the two harbours said on Monday that the\ntalks on the strait would go on, \
        and that the pilots had\nleft.\n\n"
        .repeat(4);
    let page = format!("<html><body><pre>{typed}</pre></body></html>");
    let got = read_file("a.html", page.as_bytes(), &Options::default()).remove(0).unwrap();
    let plain = typed.trim().replace("\n\n", "|").replace('\n', " ").replace('|', "\n\n");
    assert_eq!(got.text, plain);
}

#[test]
fn heads_of_texts() {
    let check = |head: &str, title: Option<&str>, place: Option<&str>, agencies: &[&str]| {
        let text = format!(
            "{head}The talks on the strait would go on, the minister said.\n\nSo they did.\n"
        );
        let got = read_file("a.txt", text.as_bytes(), &Options::default()).remove(0).unwrap();
        assert_eq!(got.title.as_deref(), title, "{head}");
        assert_eq!(got.place.as_deref(), place, "{head}");
        assert_eq!(got.agencies, agencies, "{head}");
        (got.byline, got.published)
    };
    let day = Some(jiff::civil::date(2031, 3, 17));
    let vela = Some("A. B. Vela".to_string());
    check("Talks end\n\nGENEVA (AP) — ", Some("Talks end"), Some("GENEVA"), &["AP"]);
    check("Talks end\n\nOran, 17 mar (EFE).- ", Some("Talks end"), Some("Oran"), &["EFE"]);
    let got =
        check("Talks end\n\nBy A. B. Vela, Reuters\n\n", Some("Talks end"), None, &["Reuters"]);
    assert_eq!(got, (vela.clone(), None));
    let got = check("Talks end\n\nPublished 17 March 2031\n\n", Some("Talks end"), None, &[]);
    assert_eq!(got, (None, day));
    let got = check(
        "By A. B. Vela\n\nThu 17 Mar 2031 10.30 GMT\n\nORAN (dpa) - ",
        None,
        Some("ORAN"),
        &["dpa"],
    );
    assert_eq!(got, (vela, day));
    // No empty lines at all.
    let got = check(
        "Talks end\nBy A. B. Vela\nORAN (Reuters) - ",
        Some("Talks end"),
        Some("ORAN"),
        &["Reuters"],
    );
    assert_eq!(got.0.as_deref(), Some("A. B. Vela"));
}

#[test]
fn bytes_at_hand_are_read_as_a_file_is() {
    let source = Source::Bytes { name: "mail".into(), bytes: b"The talks ended.".to_vec() };
    let got = read(source, &Options::default()).next().unwrap().unwrap();
    assert_eq!(got.text, "The talks ended.");
    let source = Source::Bytes { name: "mail".into(), bytes: Vec::new() };
    let error = read(source, &Options::default()).next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "mail: empty file; nothing to read");
}

#[test]
fn folders_are_walked_in_order() {
    let folder = Folder::new();
    fs::create_dir_all(folder.0.join("b/.git")).unwrap();
    for name in ["c.txt", "b/z.jsonl", "b/a.HTM", "a.pdf", ".hidden.txt", "b/.git/x.txt"] {
        fs::write(folder.0.join(name), "x").unwrap();
    }
    let prefix = format!("{}/", folder.0.display());
    let show = |paths: &[PathBuf]| -> Vec<String> {
        sources(paths)
            .map(|s| s.map_or_else(|e| e.to_string(), |s| s.to_string()).replace(&prefix, ""))
            .collect()
    };
    assert_eq!(
        show(&["-".into(), folder.0.clone()]),
        ["standard input", "b/a.HTM", "b/z.jsonl", "c.txt"]
    );
    assert_eq!(
        show(&[folder.0.join("x"), folder.0.join("a.pdf")]),
        ["x: no such file or folder; check the name", "a.pdf"]
    );
    assert!(show(&[folder.0.join("b/.git")])[0].ends_with("x.txt"));
    fs::remove_file(folder.0.join("b/.git/x.txt")).unwrap();
    assert!(show(&[folder.0.join("b/.git")])[0].contains("no reports in this folder"));
}

#[test]
fn utf16_is_text() {
    let text: Vec<u8> = "\u{feff}Talks end\n\nThe talks of “Vela” ended."
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let got = read_file("a.txt", &text, &Options::default()).remove(0).unwrap();
    assert_eq!(
        (got.title.as_deref(), got.text.as_str()),
        (Some("Talks end"), "The talks of “Vela” ended.")
    );
}

/// Four times the input may take eight times as long, on a busy machine; sixteen would be quadratic.
#[test]
fn time_is_linear() {
    type Make = Box<dyn Fn(usize) -> String>;
    let cases: [(&str, Make); 14] = [
        ("a.txt", Box::new(|n| "\"".repeat(n * 50))),
        ("a.txt", Box::new(|n| "the said of ".repeat(n * 10))),
        ("a.txt", Box::new(|n| "(EFE\n\nBy \n - \n".repeat(n * 10))),
        ("a.txt", Box::new(|n| format!("{}{}", "(".repeat(n * 50), ")"))),
        ("a.txt", Box::new(|n| format!("{}A - (A) - ", " - ".repeat(n * 20)))),
        ("a.txt", Box::new(|n| "said so\n".repeat(n * 10))),
        (
            "a.txt",
            Box::new(|n| "the delegates of the two harbours said that they re-\nturned ".repeat(n)),
        ),
        (
            "a.jsonl",
            Box::new(|n| {
                let names: Vec<String> = (0..n * 5).map(|i| format!("\"W{i}\"")).collect();
                format!("{{\"text\": \"said\", \"agencies\": [{}]}}", names.join(","))
            }),
        ),
        ("a.jsonl", Box::new(|n| format!("{{\"text\": \"{}\"}}", "\\\"".repeat(n * 50)))),
        (
            "a.sgm",
            Box::new(|n| format!("<REUTERS ><BODY>{}</BODY></REUTERS>", "> &amp;".repeat(n * 10))),
        ),
        ("a.html", Box::new(|n| format!("<html>{}", "<p>One<br>the other".repeat(n)))),
        ("a.html", Box::new(|n| format!("<html>{}", "<script></".repeat(n)))),
        ("a.html", Box::new(|n| format!("<html>{}", "<!-- <a ".repeat(n)))),
        ("a.html", Box::new(|n| format!("<html><div>{}</div>", "said \"".repeat(n)))),
    ];
    for (i, (name, make)) in cases.iter().enumerate() {
        let time = |n: usize| {
            let start = Instant::now();
            assert!(read_file(name, make(n).as_bytes(), &Options::default()).len() < 2 * n);
            start.elapsed()
        };
        let (small, large) = (time(2_000), time(8_000));
        assert!(
            large < Duration::from_millis(200) || large < small * 10,
            "case {i} {name}: {small:?}, then {large:?}"
        );
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_panics(text in "(\\PC|[\n\r\t (),./\"“”<>&;{}:-]|GENEVA|March 9| \\(AP\\) - |By |<p>|<REUTERS |<BODY>|\"text\":){0,60}") {
        let bytes = text.as_bytes();
        for format in Format::ALL {
            let options = Options { from: Some(format), ..Options::default() };
            for report in read_file("a", bytes, &options).into_iter().flatten() {
                proptest::prop_assert!(!report.text.trim().is_empty() && !report.id.is_empty());
            }
        }
    }
}
