//! Takes the article out of a saved web page: the text by readability, the rest from what the page says
//! about itself (JSON-LD, OpenGraph, `<time>`). Never fetches anything.

use dom_smoothie::{Config, Readability, TextMode};
use serde_json::Value;

use super::nesting::{self, TooMuch};
use super::{Report, date};

/// Stack for the thread that parses: pages may be nested, the tree is walked.
const STACK: usize = 64 << 20;

/// Reads one page. The error says what is wrong with it, not where it is.
pub(super) fn report(html: String) -> Result<Report, String> {
    match nesting::too_much(&html) {
        Some(TooMuch::Deep) => {
            return Err(format!(
                "the HTML is nested more than {} levels deep; save the article as plain text",
                nesting::MAX_DEPTH
            ));
        }
        Some(TooMuch::Many) => {
            return Err(format!(
                "the HTML has more than {} tags; save the article as plain text",
                nesting::MAX_TAGS
            ));
        }
        None => {}
    }
    // On a thread of its own, so that neither its stack nor a failure of the parser is ours.
    let parsed = std::thread::Builder::new()
        .name("html".into())
        .stack_size(STACK)
        .spawn(move || article(html))
        .map_err(|e| format!("no thread to read HTML ({e}); close other programs"))?
        .join();
    parsed
        .unwrap_or_else(|_| Err("the HTML cannot be parsed; save the article as plain text".into()))
}

fn article(html: String) -> Result<Report, String> {
    let config =
        Config { text_mode: TextMode::Formatted, disable_json_ld: true, ..Config::default() };
    let mut page = Readability::new(html, None, Some(config)).map_err(|e| e.to_string())?;
    let mut report = about(&page);
    let article = page.parse().map_err(|_| {
        "no article found in this web page; save the text of the article as plain text".to_string()
    })?;
    report.text = paragraphs(&article.text_content, report.title.as_deref());
    Ok(report)
}

/// What the page says about its article, the most reliable source first.
fn about(page: &Readability) -> Report {
    let doc = &page.doc;
    let attr = |selector: &str, name: &str| {
        doc.select(selector).iter().find_map(|s| clean(&s.attr(name)?))
    };
    let meta = |names: &[&str]| {
        names.iter().find_map(|n| {
            attr(&format!("meta[property=\"{n}\"]"), "content")
                .or_else(|| attr(&format!("meta[name=\"{n}\"]"), "content"))
        })
    };
    let words = |selector: &str| doc.select(selector).iter().find_map(|s| clean(&s.text()));
    let ld = linked_data(page);
    let from_ld = |key: &str| ld.as_ref().and_then(|v| name(v.get(key)?));
    let times = |selector: &str| attr(selector, "datetime").and_then(|d| date::parse(&d));
    Report {
        title: from_ld("headline")
            .or_else(|| meta(&["og:title", "twitter:title"]))
            .or_else(|| words("article h1"))
            .or_else(|| words("h1"))
            .or_else(|| words("head title")),
        outlet: from_ld("publisher").or_else(|| meta(&["og:site_name", "application-name"])),
        byline: from_ld("author")
            .or_else(|| {
                meta(&["author", "article:author", "parsely-author"]).filter(|a| !a.contains("://"))
            })
            .or_else(|| words("[rel=author]"))
            .map(|line| super::credit::byline(&line).unwrap_or(line)),
        published: from_ld("datePublished")
            .or_else(|| {
                meta(&[
                    "article:published_time",
                    "og:article:published_time",
                    "date",
                    "dc.date.issued",
                ])
            })
            .and_then(|d| date::parse(&d))
            .or_else(|| times("article time[datetime]"))
            .or_else(|| times("time[datetime]")),
        language: attr("html", "lang")
            .map(|l| l.split(['-', '_']).next().unwrap_or_default().to_lowercase()),
        url: meta(&["og:url"])
            .or_else(|| attr("link[rel=canonical]", "href"))
            .or_else(|| from_ld("url"))
            .filter(|u| u.starts_with("http")),
        ..Report::default()
    }
}

/// The JSON-LD object that describes a news article, wherever it is in the page.
fn linked_data(page: &Readability) -> Option<Value> {
    page.doc.select("script[type=\"application/ld+json\"]").iter().find_map(|script| {
        let text = script.text();
        let text = text.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>");
        find_article(serde_json::from_str(text).ok()?)
    })
}

fn find_article(value: Value) -> Option<Value> {
    // Depth is bounded: the parser refuses more than 128 levels.
    match value {
        Value::Array(list) => list.into_iter().find_map(find_article),
        Value::Object(mut fields) => {
            if fields.get("@type").is_some_and(is_article) {
                return Some(Value::Object(fields));
            }
            ["@graph", "mainEntity", "mainEntityOfPage"]
                .iter()
                .find_map(|k| find_article(fields.remove(*k)?))
        }
        _ => None,
    }
}

fn is_article(kind: &Value) -> bool {
    match kind {
        Value::String(s) => s.ends_with("Article") || s == "BlogPosting" || s == "LiveBlogPosting",
        Value::Array(list) => list.iter().any(is_article),
        _ => false,
    }
}

/// A string, the `name` of an object, several of them joined.
fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => clean(s),
        Value::Object(fields) => name(fields.get("name")?),
        Value::Array(list) => {
            let names: Vec<String> = list.iter().filter_map(name).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }
        _ => None,
    }
}

/// Words with single blanks between them; `None` for none.
fn clean(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Paragraphs separated by one empty line; a headline repeated at the top is not text.
fn paragraphs(text: &str, title: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split('\n').map(str::trim).filter(|l| !l.is_empty()).peekable();
    if title.is_some_and(|t| lines.peek() == Some(&t)) {
        lines.next();
    }
    for line in lines {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(line);
    }
    out
}
