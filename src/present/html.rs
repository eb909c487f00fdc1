//! Records as one self-contained page: text with statements marked, the chain on hover or focus. Works
//! without JavaScript (there is none) and shows nothing of a report unescaped.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::page::{Record, StatementPage};

/// The page's head and the start of its body.
pub fn head() -> String {
    let markup = html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">"))
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
            title { "travaux: who said what" }
            style { (PreEscaped(STYLE)) }
        }
        (PreEscaped("<body><main>"))
    };
    markup.into_string()
}

/// The page's end.
pub fn tail() -> &'static str {
    "</main></body></html>\n"
}

/// One report; `number` keeps the ids of a page apart.
pub fn report(record: &Record, number: usize) -> String {
    let r = &record.report;
    let facts: Vec<&str> = [&r.published, &r.outlet]
        .into_iter()
        .flatten()
        .chain(&r.agencies)
        .chain(&r.place)
        .map(String::as_str)
        .collect();
    html! {
        article {
            header {
                h1 { (r.title.as_deref().unwrap_or(&r.id)) }
                p.facts { (facts.join(" · ")) }
            }
            div.columns {
                div.text dir="auto" { (text(record, number)) }
                ol.statements {
                    @for s in &record.statements { (statement(s, number)) }
                }
            }
        }
    }
    .into_string()
}

fn statement(s: &StatementPage, number: usize) -> Markup {
    let content = s.content.iter().map(|a| a.exact.as_str()).collect::<Vec<_>>().join(" … ");
    html! {
        li.(s.form) id={ "r" (number) "-" (s.id) } tabindex="0" {
            b dir="auto" { (s.speaker.as_deref().unwrap_or("(unnamed)")) }
            @if let Some(party) = &s.party { span.party dir="auto" { (party) } }
            q dir="auto" { (content) }
            small {
                @for fact in [&s.said, &s.venue].into_iter().flatten() { (fact) " · " }
                span.chain { (s.chain.join(" ← ")) }
            }
        }
    }
}

/// The text cut where any marked span begins or ends, each piece with the roles it has.
fn text(record: &Record, number: usize) -> Markup {
    struct Mark<'r> {
        start: usize,
        end: usize,
        role: &'static str,
        statement: &'r StatementPage,
    }
    let mut marks: Vec<Mark> = Vec::new();
    for statement in &record.statements {
        let roles = [
            ("content", &statement.content),
            ("source", &statement.source),
            ("cue", &statement.cue),
        ];
        for (role, anchors) in roles {
            marks.extend(anchors.iter().map(|a| Mark {
                start: a.start,
                end: a.end,
                role,
                statement,
            }));
        }
    }
    let mut edges: Vec<usize> = marks.iter().flat_map(|m| [m.start, m.end]).chain([0]).collect();
    edges.sort_unstable();
    edges.dedup();
    marks.sort_by_key(|m| m.start);
    // Characters to bytes for each edge, in one pass.
    let text = &record.report.text;
    let mut bytes = Vec::with_capacity(edges.len() + 1);
    let mut wanted = edges.iter().peekable();
    for (point, (byte, _)) in text.char_indices().enumerate() {
        if wanted.next_if(|e| **e == point).is_some() {
            bytes.push(byte);
        }
    }
    bytes.resize(edges.len(), text.len());
    bytes.push(text.len());
    let mut open: Vec<&Mark> = Vec::new();
    let mut coming = marks.iter().peekable();
    html! {
        @for (i, &at) in edges.iter().enumerate() {
            @let piece = &text[bytes[i]..bytes[i + 1]];
            ({
                open.retain(|m| m.end > at);
                while let Some(m) = coming.next_if(|m| m.start <= at) { open.push(m); }
                let inmost = open.iter().min_by_key(|m| m.end - m.start);
                match inmost {
                    None => paragraphs(piece),
                    Some(m) => {
                        let s = m.statement;
                        let class = format!("{} {}", m.role, s.form);
                        let first = at == m.start && m.role == "content";
                        html! {
                            mark class=(class) tabindex=[first.then_some("0")]
                                aria-describedby=[first.then(|| format!("r{number}-{}", s.id))] {
                                (paragraphs(piece))
                                span.tip role="tooltip" { (s.chain.join(" ← ")) }
                            }
                        }
                    }
                }
            })
        }
    }
}

fn paragraphs(piece: &str) -> Markup {
    html! {
        @for (i, part) in piece.split("\n\n").enumerate() {
            @if i > 0 { br; br; }
            (part)
        }
    }
}

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fdfcf9;--faint:#666;--rule:#d8d4ca;--direct:#d8efd3;--mixed:#f6e9bf;--indirect:#e3e9f3;--cue:#f3d9d3}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e1;--paper:#16171a;--faint:#a3a09a;--rule:#3a3b40;--direct:#23422a;--mixed:#4a4020;--indirect:#29344a;--cue:#57312a}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 Georgia,'Times New Roman',serif}
main{max-width:76rem;margin:0 auto;padding:1rem}article{border-bottom:1px solid var(--rule);padding:1rem 0 2rem}
h1{font-size:1.45rem;line-height:1.2;margin:0 0 .2rem}.facts,small{color:var(--faint);font:.8rem/1.4 system-ui,sans-serif}.facts{margin:0 0 1rem}
.columns{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:2rem}.text{overflow-wrap:anywhere}
mark{color:inherit;background:none;position:relative;border-radius:2px}
mark.content.direct{background:var(--direct)}mark.content.mixed{background:var(--mixed)}mark.content.indirect{background:var(--indirect)}
mark.cue{background:var(--cue)}mark.source{font-weight:bold}
.tip{display:none;position:absolute;left:0;top:1.5em;z-index:2;width:max-content;max-width:22rem;padding:.3rem .6rem;background:var(--ink);color:var(--paper);font:.8rem/1.4 system-ui,sans-serif;font-weight:normal;border-radius:3px}
mark:hover>.tip,mark:focus>.tip{display:block}
.statements{margin:0;padding:0;list-style:none;font:.88rem/1.45 system-ui,sans-serif}
.statements li{padding:.4rem .6rem;border-left:3px solid var(--rule);margin-bottom:.6rem}
.statements li.direct{border-color:#4b9b53}.statements li.mixed{border-color:#c9a227}.statements li.indirect{border-color:#7f95bd}
.statements li:target,.statements li:focus{outline:2px solid}.party{color:var(--faint);margin-left:.5em}q{display:block;quotes:none;margin:.1rem 0}
@media(max-width:50rem){.columns{grid-template-columns:1fr}}
@media print{.tip{display:none!important}article{break-after:page}}
";
