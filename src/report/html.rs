//! Takes the article out of a saved web page: the text by readability, the rest from what the page says
//! about itself (JSON-LD, OpenGraph, `<time>`). Never fetches anything.

use dom_smoothie::{Config, Readability, TextMode};
use serde_json::Value;

use super::layout::Layout;
use super::nesting::{self, TooMuch};
use super::{Report, agencies, credit, date, decode};

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
    let mut headlines: Vec<String> = report.title.iter().cloned().collect();
    headlines.extend(page.doc.select("h1").iter().filter_map(|h| clean(&h.text())));
    let article = page.parse().map_err(|_| {
        "no article found in this web page; save the text of the article as plain text".to_string()
    })?;
    let text = article.text_content.replace(decode::SOFT_HYPHEN, "");
    // Text that was typed with line ends of its own.
    let typed = article.content.contains("<pre").then(|| Layout::of(&text).paragraphs());
    report.text = paragraphs(typed.as_deref().unwrap_or(&text), &headlines);
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
    let times = |selector: &str| {
        let found = doc.select(selector);
        // Those of the page's other articles stand in its margins.
        let mut own = found.iter().take(50).filter(|s| !s.ancestors(None).is("aside, nav, footer"));
        own.find_map(|s| date::parse(&s.attr("datetime")?))
    };
    let mut report = Report {
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
            .or_else(|| words("[itemprop=author]"))
            .or_else(|| words(".byline").filter(|line| credit::byline(line).is_some())),
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
            .or_else(|| times("time[itemprop=datePublished]"))
            .or_else(|| times("time[pubdate]"))
            .or_else(|| times("article time[datetime]"))
            .or_else(|| times("time[datetime]")),
        language: attr("html", "lang")
            .map(|l| l.split(['-', '_']).next().unwrap_or_default().to_lowercase()),
        url: meta(&["og:url"])
            .or_else(|| attr("link[rel=canonical]", "href"))
            .or_else(|| from_ld("url"))
            .filter(|u| u.starts_with("http")),
        ..Report::default()
    };
    if let Some(line) = report.byline.take() {
        let (who, agency) = credit::author(&line);
        report.byline = Some(who);
        agency.iter().for_each(|name| agencies::add(&mut report.agencies, name));
    }
    report
}

/// The JSON-LD object that describes a news article, wherever it is in the page.
fn linked_data(page: &Readability) -> Option<Value> {
    page.doc.select("script[type=\"application/ld+json\"]").iter().find_map(|script| {
        let text = script.text();
        let text = text.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>");
        let value: Value = serde_json::from_str(text).ok()?;
        let mut article = find_article(&value)?.clone();
        for key in ["publisher", "author"] {
            if let Some(field) = article.get_mut(key) {
                refer(field, &value);
            }
        }
        Some(article)
    })
}

/// Replaces `{"@id": "..."}` by what the page's graph says of that id.
fn refer(field: &mut Value, page: &Value) {
    if let Value::Array(list) = field {
        list.iter_mut().take(20).for_each(|item| refer(item, page));
        return;
    }
    let Some(id) = field.get("@id").filter(|_| field.get("name").is_none()) else { return };
    let graph = page.get("@graph").or(Some(page)).and_then(Value::as_array);
    let known = graph.and_then(|g| g.iter().find(|v| v.get("@id") == Some(id)));
    if let Some(known) = known {
        *field = known.clone();
    }
}

fn find_article(value: &Value) -> Option<&Value> {
    // Depth is bounded: the parser refuses more than 128 levels.
    match value {
        Value::Array(list) => list.iter().find_map(find_article),
        Value::Object(fields) => {
            if fields.get("@type").is_some_and(is_article) {
                return Some(value);
            }
            ["@graph", "mainEntity", "mainEntityOfPage"]
                .iter()
                .find_map(|k| find_article(fields.get(*k)?))
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
        Value::String(s) => clean(&unescape(s)),
        Value::Object(fields) => name(fields.get("name")?),
        Value::Array(list) => {
            let names: Vec<String> = list.iter().filter_map(name).collect();
            (!names.is_empty()).then(|| names.join(", "))
        }
        _ => None,
    }
}

/// JSON-LD is no HTML, yet many pages escape it as if it were.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(9).position(|b| b == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "lt" => '<',
        "gt" => '>',
        "nbsp" => '\u{a0}',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}

/// Words with single blanks between them; `None` for none.
fn clean(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Paragraphs separated by one empty line; a headline repeated at the top is not text.
fn paragraphs(text: &str, headlines: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split('\n').map(str::trim).filter(|l| !l.is_empty()).peekable();
    while lines.next_if(|line| headlines.iter().any(|h| h == line)).is_some() {}
    for line in lines {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(line);
    }
    out
}
