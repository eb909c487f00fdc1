//! Reads JSON Lines, one report a line, the text taken exactly as it is; also a JSON document that holds
//! one report or a list. A broken line is one error, the rest goes on. Holds one line in memory.

use std::io::{BufRead, Read};

use serde_json::{Map, Value};

use super::{Found, Records, Report, agencies, credit, date, decode, lines, megabytes};
use crate::error::{Error, Result};

/// The reports of a stream, in its order.
pub(super) fn reports(
    input: impl BufRead + Send + 'static,
    head: &[u8],
    name: &str,
    max: u64,
) -> Records {
    let name = name.to_string();
    if is_document(head) {
        return document(input, name, max);
    }
    Box::new(lines::Lines::new(input, max).filter_map(move |(number, line)| {
        let at = format!("{name}, line {number}");
        let bytes = match line {
            Ok(bytes) => bytes,
            Err(e) => return Some(Err(e.at(&at, max))),
        };
        let line = decode::verbatim(&bytes, None);
        let line = line.trim();
        (!line.is_empty()).then(|| {
            let value = serde_json::from_str(line).map_err(|e| not_json(&at, &e, false))?;
            found(value, at)
        })
    }))
}

/// A list, or an object printed over several lines.
fn is_document(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match head.first() {
        Some(b'[') => true,
        Some(b'{') => head[1..].iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r')) == Some(&b'\n'),
        _ => false,
    }
}

fn document(input: impl BufRead, name: String, max: u64) -> Records {
    match parse_document(input, &name, max) {
        Err(e) => Box::new(std::iter::once(Err(e))),
        Ok(Value::Array(list)) => {
            let items = list.into_iter().enumerate();
            Box::new(items.map(move |(i, v)| found(v, format!("{name}, item {}", i + 1))))
        }
        Ok(value) => Box::new(std::iter::once(found(value, name))),
    }
}

fn parse_document(input: impl BufRead, name: &str, max: u64) -> Result<Value> {
    let mut bytes = Vec::new();
    input.take(max.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| Error::io(name, e))?;
    if bytes.len() as u64 > max {
        return Err(Error::input(format!(
            "{name}: a JSON document of more than {}; write it as JSON Lines, one report a line, or allow more with \
             --max-size",
            megabytes(max)
        )));
    }
    serde_json::from_str(&decode::verbatim(&bytes, None)).map_err(|e| not_json(name, &e, true))
}

fn not_json(at: &str, e: &serde_json::Error, with_line: bool) -> Error {
    let message = e.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let place = match with_line {
        true => format!("line {}, column {}", e.line(), e.column()),
        false => format!("column {}", e.column()),
    };
    Error::input(format!("{at}: not valid JSON ({message}, {place}); mend or remove it"))
}

fn found(value: Value, at: String) -> Result<Found> {
    let Value::Object(fields) = value else {
        return Err(Error::input(format!(
            "{at}: not a JSON object; a report is {{\"text\": \"...\"}}"
        )));
    };
    let text = match ["text", "body_text", "body", "content"].iter().find_map(|k| fields.get(*k)) {
        Some(Value::String(text)) => text.clone(),
        Some(_) => return Err(Error::input(format!("{at}: the field `text` is not a string"))),
        None => {
            return Err(Error::input(format!(
                "{at}: no field `text` (or `body_text`, `body`, `content`); nothing to read"
            )));
        }
    };
    let get = |keys: &[&str]| keys.iter().find_map(|k| word(fields.get(*k)?));
    let mut report = Report {
        id: get(&["id", "uri", "guid"]).unwrap_or_default(),
        title: get(&["title", "headline"]),
        outlet: get(&["outlet", "publisher"]),
        byline: get(&["byline", "author", "authors"]),
        published: get(&["published", "versioncreated", "date", "datePublished"])
            .and_then(|d| date::parse(&d)),
        language: get(&["language", "lang"])
            .map(|l| l.split(['-', '_']).next().unwrap_or_default().to_lowercase()),
        url: get(&["url", "link"]),
        text,
        ..Report::default()
    };
    for key in ["agencies", "agency"] {
        for list in words(&fields, key) {
            agencies::split(&list).iter().for_each(|n| agencies::add(&mut report.agencies, n));
        }
    }
    if let Some(source) = get(&["source"]) {
        match agencies::known(&source) {
            Some(agency) => agencies::add(&mut report.agencies, agency),
            None => report.outlet = report.outlet.or(Some(source)),
        }
    }
    report.place = get(&["place"]);
    if let Some(line) = get(&["dateline"]) {
        match credit::dateline(&line) {
            Some((read, _)) => credit::apply(&mut report, read),
            None => {
                let place = line.trim_end_matches([' ', '-', '—', '–', ',']).to_string();
                report.place =
                    report.place.or((!place.is_empty() && place.len() <= 80).then_some(place));
            }
        }
    }
    Ok(Found { report, at })
}

/// A field as words: a string, a number, the name in an object, several of them joined.
fn word(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(s) => s.trim().to_string(),
        Value::Number(n) => n.to_string(),
        Value::Object(o) => word(o.get("name")?)?,
        Value::Array(list) => list.iter().filter_map(word).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Bool(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn words(fields: &Map<String, Value>, key: &str) -> Vec<String> {
    match fields.get(key) {
        Some(Value::Array(list)) => list.iter().filter_map(word).collect(),
        Some(value) => word(value).into_iter().collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &[Result<Report, &str>]) {
        let head = input.as_bytes();
        let input = std::io::Cursor::new(head.to_vec());
        let got: Vec<_> = reports(input, head, "a.jsonl", 1000)
            .map(|r| r.map(|f| f.report).map_err(|e| e.to_string()))
            .collect();
        let expected: Vec<_> =
            expected.iter().cloned().map(|r| r.map_err(str::to_string)).collect();
        assert_eq!(got, expected);
    }

    fn text(id: &str, text: &str) -> Report {
        Report { id: id.into(), text: text.into(), ..Report::default() }
    }

    #[test]
    fn a_broken_line_does_not_stop_the_rest() {
        check(
            "{\"id\": 7, \"text\": \" A\\r\\nb \"}\n\n{\"id\": \n[]\n{\"id\": \"x\"}\n{\"text\": 1}\n{\"text\": \"last\"}",
            &[
                Ok(text("7", " A\r\nb ")),
                Err(
                    "a.jsonl, line 3: not valid JSON (EOF while parsing a value, column 6); mend or remove it",
                ),
                Err("a.jsonl, line 4: not a JSON object; a report is {\"text\": \"...\"}"),
                Err(
                    "a.jsonl, line 5: no field `text` (or `body_text`, `body`, `content`); nothing to read",
                ),
                Err("a.jsonl, line 6: the field `text` is not a string"),
                Ok(text("", "last")),
            ],
        );
    }

    #[test]
    fn long_lines_are_skipped() {
        let long = format!("{{\"text\": \"{}\"}}\n{{\"text\": \"short\"}}\n", "x".repeat(2000));
        check(
            &long,
            &[
                Err(
                    "a.jsonl, line 1: more than 1000 bytes, too long for one news report; left out, allow more with --max-size",
                ),
                Ok(text("", "short")),
            ],
        );
    }

    #[test]
    fn fields_of_others_are_understood() {
        let report = Report {
            id: "tag:1".into(),
            title: Some("Talks end".into()),
            agencies: vec!["Reuters".into()],
            byline: Some("Ana Vela".into()),
            place: Some("LONDON".into()),
            published: Some(jiff::civil::date(1987, 3, 9)),
            language: Some("en".into()),
            text: "They met.".into(),
            ..Report::default()
        };
        check(
            r#"{"uri": "tag:1", "headline": "Talks end", "body_text": "They met.", "source": "Reuters",
               "author": {"name": "Ana Vela"}, "dateline": "LONDON, March 9 (Reuters) -",
               "versioncreated": "1987-03-09T10:00:00Z", "language": "en-GB"}"#
                .replace('\n', " ")
                .as_str(),
            &[Ok(report)],
        );
    }

    #[test]
    fn documents() {
        check("{\n \"id\": 1,\n \"text\": \"A\"\n}", &[Ok(text("1", "A"))]);
        check("[{\"text\": \"A\"}, {\"text\": \"B\"}]", &[Ok(text("", "A")), Ok(text("", "B"))]);
        check(
            "{\n \"id\": 1,\n",
            &[Err(
                "a.jsonl: not valid JSON (EOF while parsing a value, line 3, column 0); mend or remove it",
            )],
        );
        let deep = format!("{{\"text\": {}1", "[".repeat(500));
        check(
            &deep,
            &[Err(
                "a.jsonl, line 1: not valid JSON (recursion limit exceeded, column 136); mend or remove it",
            )],
        );
    }
}
