//! What every fuzz target checks of the reports that a reader makes of arbitrary bytes: they are fit to be
//! recorded. Never looks at what the words mean.

use travaux::report::{Format, Options, Source, read};

/// Largest report that is read here: small, so that limits are met, too.
const MAX: u64 = 1 << 14;

/// Reads `bytes` as `format` (`None` detects it) and checks what comes out.
pub fn check(bytes: &[u8], format: Option<Format>) {
    let options = Options { from: format, max_bytes: MAX, ..Options::default() };
    let source = Source::Bytes { name: "fuzz".into(), bytes: bytes.to_vec() };
    for found in read(source, &options) {
        match found {
            Ok(report) => {
                assert!(!report.text.trim().is_empty(), "a report has a text");
                assert!(!report.id.is_empty(), "a report has an id");
                for field in [&report.title, &report.outlet, &report.byline, &report.place] {
                    assert!(field.as_deref() != Some(""), "what is unknown is None");
                }
            }
            Err(error) => {
                let message = error.to_string();
                assert!(message.starts_with("fuzz"), "a message says where: {message}");
                assert!(message.contains([';', ':']), "a message says how to mend it: {message}");
            }
        }
    }
}
