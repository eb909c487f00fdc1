//! Reads Reuters-21578 SGML, many reports a file, one in memory at a time. Reports without a body
//! (headlines only) are passed over.

use std::io::BufRead;

use super::layout::Layout;
use super::lines::{Unread, until};
use super::{Found, Records, Report, agencies, credit, date, decode};
use crate::error::{Error, Result};

/// The reports of a stream, in its order.
pub(super) fn reports(input: impl BufRead + Send + 'static, name: &str, max: u64) -> Records {
    Box::new(Elements {
        input,
        name: name.to_string(),
        max,
        line: 1,
        element: Vec::new(),
        state: State::Outside,
        began: 1,
        any: false,
    })
}

/// Cuts the stream into `<REUTERS> ... </REUTERS>`.
struct Elements<R> {
    input: R,
    name: String,
    max: u64,
    line: u64,
    /// What has been read of the present element.
    element: Vec<u8>,
    state: State,
    /// The line where the present element began.
    began: u64,
    /// Whether there has been an element.
    any: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    /// Inside an element that has grown too long to be kept.
    TooLong,
    Ended,
}

const OPEN: &[u8] = b"<REUTERS";
const CLOSE: &[u8] = b"</REUTERS>";

impl<R: BufRead> Iterator for Elements<R> {
    type Item = Result<Found>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.state != State::Ended {
            if self.state != State::Inside {
                self.element.clear();
            }
            let before = self.element.len();
            match until(&mut self.input, b'>', self.max, &mut self.element) {
                Ok(0) => return self.end(),
                Ok(_) => {}
                Err(Unread::TooLong) => {
                    if self.state == State::Inside {
                        self.state = State::TooLong;
                    }
                    continue;
                }
                Err(e) => {
                    self.state = State::Ended;
                    return Some(Err(e.at(&self.name, self.max)));
                }
            }
            let piece = &self.element[before..];
            self.line += piece.iter().filter(|b| **b == b'\n').count() as u64;
            let tag = piece.iter().rposition(|b| *b == b'<').map_or(&[][..], |at| &piece[at..]);
            let opens = tag.get(..OPEN.len()).is_some_and(|t| t.eq_ignore_ascii_case(OPEN));
            let closes = tag.eq_ignore_ascii_case(CLOSE);
            if opens {
                let tag = tag.to_vec();
                let broken = self.state != State::Outside;
                let error = self.cut_off();
                self.element = tag;
                (self.state, self.began, self.any) = (State::Inside, self.line, true);
                if broken {
                    return Some(Err(error));
                }
            } else if closes && self.state != State::Outside {
                let at = format!("{}, line {}", self.name, self.began);
                if std::mem::replace(&mut self.state, State::Outside) == State::TooLong {
                    return Some(Err(Unread::TooLong.at(&at, self.max)));
                }
                if let Some(report) =
                    report(&decode::decode(std::mem::take(&mut self.element), None))
                {
                    return Some(Ok(Found { report, at }));
                }
            }
        }
        None
    }
}

impl<R> Elements<R> {
    fn end(&mut self) -> Option<Result<Found>> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Inside | State::TooLong => Some(Err(self.cut_off())),
            _ if !self.any => Some(Err(Error::input(format!(
                "{}: no <REUTERS> element; if it is not Reuters-21578 SGML, say what it is with --from",
                self.name
            )))),
            _ => None,
        }
    }

    fn cut_off(&self) -> Error {
        Error::input(format!(
            "{}, line {}: the report that begins here has no end (</REUTERS>); the file is truncated, \
             fetch it again",
            self.name, self.began
        ))
    }
}

/// One element; `None` without a body.
fn report(element: &str) -> Option<Report> {
    let field = |name: &str| inner(element, name).map(entities).map(|s| one_line(&s));
    let body = entities(inner(element, "BODY")?);
    let body = without_end_mark(&body);
    if body.is_empty() {
        return None;
    }
    let mut report = Report {
        id: attribute(element, "NEWID").unwrap_or_default().to_string(),
        title: field("TITLE").filter(|s| !s.is_empty()),
        agencies: vec!["Reuters".into()],
        published: field("DATE").and_then(|d| date::parse(&d)),
        text: Layout::of_wire(body).paragraphs(),
        ..Report::default()
    };
    if let Some(author) = field("AUTHOR").filter(|s| !s.is_empty()) {
        report.byline = Some(credit::byline(&author).unwrap_or(author));
    }
    if let Some((line, _)) =
        inner(element, "DATELINE").map(entities).and_then(|l| credit::dateline(&l))
    {
        credit::apply(&mut report, line);
    }
    Some(report)
}

/// What stands between `<NAME>` and `</NAME>`.
fn inner<'e>(element: &'e str, name: &str) -> Option<&'e str> {
    let after = &element[element.find(&format!("<{name}>"))? + name.len() + 2..];
    Some(&after[..after.find(&format!("</{name}>"))?])
}

/// The value of an attribute in the first tag.
fn attribute<'e>(element: &'e str, name: &str) -> Option<&'e str> {
    let tag = &element[..element.find('>')?];
    let after = &tag[tag.find(&format!(" {name}=\""))? + name.len() + 3..];
    Some(&after[..after.find('"')?])
}

/// Resolves `&lt;`, `&gt;`, `&amp;`, `&quot;` and `&#5;`; anything else stays as it is.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(10).position(|b| b == b';');
        let resolved = end.and_then(|end| {
            Some(match &rest[1..end] {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                number => char::from_u32(number.strip_prefix('#')?.parse().ok()?)?,
            })
        });
        match (resolved, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Without the wire's own end: `Reuter` on a line of its own and the end-of-text character.
fn without_end_mark(body: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || c.is_control();
    let body = body.trim_end_matches(blank);
    let (before, last) = body.rsplit_once('\n').unwrap_or(("", body));
    let is_mark = agencies::known(last.trim()) == Some("Reuters")
        || last.trim().eq_ignore_ascii_case("reuter");
    if is_mark { before.trim_end_matches(blank) } else { body }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &str) -> Vec<Result<Report, String>> {
        let input = std::io::Cursor::new(input.as_bytes().to_vec());
        reports(input, "a.sgm", 2000)
            .map(|r| r.map(|f| f.report).map_err(|e| e.to_string()))
            .collect()
    }

    fn element(id: u32, body: &str) -> String {
        format!(
            "<REUTERS LEWISSPLIT=\"TRAIN\" NEWID=\"{id}\">\n<DATE> 2-MAR-1987 15:01:01.79</DATE>\n<TEXT>&#2;\n\
             <TITLE>HARBOUR TALKS &lt;HBR> END</TITLE>\n<AUTHOR>    By Ana Vela, Reuters</AUTHOR>\n\
             <DATELINE>    PORT VELA, March 2 - </DATELINE><BODY>{body}\n Reuter\n&#3;</BODY></TEXT>\n</REUTERS>\n"
        )
    }

    #[test]
    fn a_report_is_read() {
        let body = "Delegates of the two harbours R&amp;D said they\nwould meet again.\n    So they did.\n    Twice.";
        let expected = Report {
            id: "12".into(),
            title: Some("HARBOUR TALKS <HBR> END".into()),
            agencies: vec!["Reuters".into()],
            byline: Some("Ana Vela".into()),
            place: Some("PORT VELA".into()),
            published: Some(jiff::civil::date(1987, 3, 2)),
            text: "Delegates of the two harbours R&D said they would meet again.\n\nSo they did.\n\nTwice.".into(),
            ..Report::default()
        };
        assert_eq!(read(&element(12, body)), [Ok(expected)]);
    }

    #[test]
    fn broken_files_give_what_can_be_read() {
        let whole = element(1, "They met.");
        let cut = &whole[..80];
        let long = element(2, &"x > y ".repeat(1000));
        let ids: Vec<_> = read(&format!("{cut}{whole}{long}{whole}{cut}"))
            .into_iter()
            .map(|r| r.map(|r| r.id))
            .collect();
        assert_eq!(ids.len(), 5);
        assert!(
            ids[0]
                .as_ref()
                .unwrap_err()
                .starts_with("a.sgm, line 1: the report that begins here has no end")
        );
        assert_eq!(ids[1], Ok("1".to_string()));
        assert_eq!(
            ids[2],
            Err("a.sgm, line 12: more than 2000 bytes, too long for one news report; left out, allow more with --max-size"
                .into())
        );
        assert_eq!(ids[3], Ok("1".to_string()));
        assert!(ids[4].as_ref().unwrap_err().contains("truncated"));
        assert!(read("<p>x</p>")[0].as_ref().unwrap_err().contains("no <REUTERS> element"));
        assert_eq!(read(&element(1, "")), []);
    }
}
