//! Turns bytes in whatever encoding into UTF-8. Never fails: what cannot be decoded becomes U+FFFD.
//! Also says of bytes that are no text at all what they are.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Share of control characters, in percent, above which bytes are no text.
const BINARY_PERCENT: usize = 1;

/// Decodes the bytes of one report. A byte order mark decides; then valid UTF-8; then what the page
/// declares (`declared`); then what the bytes look like. The mark is not part of the text, line ends
/// become `\n`, a NUL becomes U+FFFD, hints where a word may be broken are dropped. Most texts need none of it
/// and are not copied.
pub(super) fn decode(bytes: Vec<u8>, declared: Option<&'static Encoding>) -> String {
    let marked = Encoding::for_bom(&bytes).is_some();
    match String::from_utf8(bytes) {
        Ok(text) if !marked && !text.contains(['\r', '\0', SOFT_HYPHEN]) => text,
        Ok(text) => tidy(&verbatim(text.as_bytes(), declared)),
        Err(broken) => tidy(&verbatim(broken.as_bytes(), declared)),
    }
}

/// As `decode`, every character kept.
pub(super) fn verbatim<'b>(bytes: &'b [u8], declared: Option<&'static Encoding>) -> Cow<'b, str> {
    let (encoding, skip) =
        Encoding::for_bom(bytes).unwrap_or_else(|| (without_bom(bytes, declared), 0));
    encoding.decode_without_bom_handling(&bytes[skip..]).0
}

fn without_bom(bytes: &[u8], declared: Option<&'static Encoding>) -> &'static Encoding {
    let (good, bad) = utf8_runs(bytes);
    if bad == 0 || good > bad {
        return UTF_8;
    }
    if let Some(encoding) = declared.filter(|e| *e != UTF_8) {
        return encoding;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    // A few hundred kilobytes tell as much as the whole.
    detector.feed(&bytes[..bytes.len().min(1 << 18)], true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// How many multi-byte characters are valid UTF-8, and how many places are not.
fn utf8_runs(bytes: &[u8]) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xc2).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    (good, bad)
}

/// Where a word may be broken; no part of it.
pub(super) const SOFT_HYPHEN: char = '\u{ad}';

/// One kind of line end, no NUL, no soft hyphen.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\0' => out.push('\u{fffd}'),
            SOFT_HYPHEN => {}
            c => out.push(c),
        }
    }
    out
}

/// UTF-16 as some editors and shells save it, with or without a mark, told from the first bytes.
pub(super) fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_bom(head) {
        Some((e, _)) if e == UTF_16LE || e == UTF_16BE => return Some(e),
        Some(_) => return None,
        None => {}
    }
    let pairs = head.len() / 2;
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let mostly = |n: usize| pairs >= 8 && n * 10 >= pairs * 6;
    let hardly = |n: usize| n * 20 <= pairs;
    match () {
        () if mostly(odd) && hardly(even) => Some(UTF_16LE),
        () if mostly(even) && hardly(odd) => Some(UTF_16BE),
        () => None,
    }
}

/// Reads UTF-16 as UTF-8, a buffer at a time.
pub(super) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    /// Bytes read and not yet decoded: `raw[raw_at..]`.
    raw: Vec<u8>,
    raw_at: usize,
    /// Bytes decoded and not yet handed out: `ready[ready_at..]`.
    ready: Vec<u8>,
    ready_at: usize,
    ended: bool,
}

impl<R: Read> Transcoder<R> {
    /// A reader of UTF-8 over a reader of `encoding`; a byte order mark is dropped.
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        let (raw, ready) = (Vec::new(), Vec::new());
        Self { inner, decoder, raw, raw_at: 0, ready, ready_at: 0, ended: false }
    }

    /// Decodes some more; leaves `ready` empty only at the end.
    fn decode_more(&mut self) -> io::Result<()> {
        self.ready_at = 0;
        self.ready.clear();
        while self.ready.is_empty() {
            if self.raw_at == self.raw.len() && !self.ended {
                self.raw.resize(8192, 0);
                self.raw_at = 0;
                let read = self.inner.read(&mut self.raw);
                self.raw.truncate(*read.as_ref().unwrap_or(&0));
                self.ended = read? == 0;
            }
            self.ready.resize(16384, 0);
            let source = &self.raw[self.raw_at..];
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(source, &mut self.ready, self.ended);
            self.raw_at += read;
            self.ready.truncate(written);
            if self.ended && result == CoderResult::InputEmpty {
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ready_at == self.ready.len() {
            if self.ended && self.raw_at == self.raw.len() {
                return Ok(0);
            }
            self.decode_more()?;
        }
        let n = (self.ready.len() - self.ready_at).min(out.len());
        out[..n].copy_from_slice(&self.ready[self.ready_at..self.ready_at + n]);
        self.ready_at += n;
        Ok(n)
    }
}

/// What a file is that is no text: "a PDF". `None` for text.
pub(super) fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 14] = [
        (b"%PDF-", "a PDF"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"\xd0\xcf\x11\xe0", "an old office document"),
        (b"{\\rtf", "a rich text document"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"BZh", "a bzip2 archive"),
        (b"\xfd7zXZ", "an xz archive"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"\x89PNG", "an image"),
        (b"\xff\xd8\xff", "an image"),
        (b"GIF8", "an image"),
        (b"SQLite format 3\0", "a database"),
        (b"\x7fELF", "a program"),
    ];
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(name);
    }
    is_binary(bytes).then_some("binary data")
}

/// Whether control characters make up more of it than they do of any text.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    let controls = bytes.iter().filter(|b| is_control(**b)).count();
    controls * 100 > bytes.len() * BINARY_PERCENT
}

/// Control characters that have no place in text. `ESC` and the separators are among them.
fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)
}

/// The encoding that a web page declares in its first bytes (`<meta charset=...>`, `<?xml encoding=...?>`).
pub(super) fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(4096)].to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head);
    let xml = || head.split_once("<?xml")?.1.split_once("?>")?.0.split_once("encoding=");
    let (_, value) = head.split_once("charset=").or_else(xml)?;
    let label = value.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(['"', '\'', ' ', '>', ';', '/', '?']).unwrap_or(label.len());
    Encoding::for_label(&label.as_bytes()[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(decode(bytes.to_vec(), declared(bytes)), expected);
    }

    #[test]
    fn encodings_are_detected() {
        check("The “offer” stands".as_bytes(), "The “offer” stands");
        check(b"\xef\xbb\xbfThe offer", "The offer");
        check(b"\xff\xfeT\0h\0e\0", "The");
        check(
            b"The \x93offer\x94 of Mr Andr\xe9 Vela, he said",
            "The “offer” of Mr André Vela, he said",
        );
        check(b"<meta charset=\"windows-1251\">\xcc\xe8\xf0", "<meta charset=\"windows-1251\">Мир");
        check(
            b"<?xml version='1.0' encoding='iso-8859-2'?>\xb1",
            "<?xml version='1.0' encoding='iso-8859-2'?>ą",
        );
    }

    #[test]
    fn broken_bytes_do_not_spoil_the_rest() {
        check(b"caf\xc3\xa9, na\xc3\xafve, \xff caf\xc3\xa9", "café, naïve, \u{fffd} café");
        check(b"one\r\ntwo\rthree\0", "one\ntwo\nthree\u{fffd}");
        check("min\u{ad}ister".as_bytes(), "minister");
    }

    #[test]
    fn utf16_is_read_as_a_stream() {
        let text = "The “offer” 😀 stands.\n".repeat(2000);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(utf16(&bytes[..64]), Some(UTF_16LE));
        let mut out = String::new();
        Transcoder::new(&bytes[..], UTF_16LE).read_to_string(&mut out).unwrap();
        assert_eq!(out, text);
        assert_eq!(utf16(b"plain words, nothing else"), None);
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(foreign(b"%PDF-1.7 ..."), Some("a PDF"));
        assert_eq!(foreign(&[0, 1, 2, 3, 200]), Some("binary data"));
        assert_eq!(foreign(b"The offer stands.\r\n\tYes."), None);
    }
}
