//! Words of names to the form by which two spellings are the same: without capitals, accents and signs, and with the
//! usual ways of writing Slavic, German and Arabic names in Latin letters made one. Never shown to anybody.
//!
//! The folding, in its order: capitals, accents and signs go; `tsch`, `tch` are `ch`, `kh` is `h`, `zh` is `j`, `ph` is
//! `f`, `tz` is `ts`, `x` is `ks`; `oe`, `ae`, `ue` are the bare vowel (Pöhl, Poehl); `Ye-` is `E-`; `y` after a vowel is
//! `i` (Andrey, Andrei); `-off` is `-ov`; `-y`, `-iy`, `-ii`, `-yy`, `-ij` are `-i` (Medinsky, Medinskiy, Medinski); in
//! words with Slavic endings every `y` is `i` (-ovych, -ovich); `-isation` is `-ization`, `-our` is `-or`; double letters
//! are one. Words of three letters are only made plain. English names that differ by a letter stay apart (Smith, Smyth).

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Forms of each word in `variants.tsv`: the first of its line.
static VARIANTS: LazyLock<HashMap<(bool, String), &'static str>> = LazyLock::new(|| {
    let mut out = HashMap::new();
    for line in include_str!("variants.tsv").lines().filter(|l| !l.starts_with('#')) {
        let Some((kind, words)) = line.split_once('\t') else { continue };
        let first = words.split(' ').next().unwrap_or_default();
        for word in words.split(' ') {
            out.insert((kind == "given", spelled(word)), first);
        }
    }
    out
});

/// Small letters without accents, dots and other signs.
pub(super) fn plain(word: &str) -> String {
    let letters = word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let mut out = String::with_capacity(word.len());
    for c in letters.filter(|c| c.is_alphanumeric()) {
        match c {
            'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            other => out.push(other),
        }
    }
    out
}

/// A word in the form by which its spellings are the same.
pub(super) fn folded(word: &str) -> String {
    let spelled = spelled(word);
    match VARIANTS.get(&(false, spelled.clone())) {
        Some(first) => (*first).to_owned(),
        None => spelled,
    }
}

/// A first name in the form by which its forms are the same: "Dmytro" and "Dmitry", "Jim" and "James".
pub(super) fn given(folded: &str) -> &str {
    VARIANTS.get(&(true, folded.to_owned())).copied().unwrap_or(folded)
}

/// Endings of Slavic names, as they are once the last letters are folded.
const SLAVIC: [&str; 8] = ["vich", "vych", "enko", "ski", "mir", "myr", "chuk", "slav"];

fn spelled(word: &str) -> String {
    let mut w = plain(word);
    if w.len() < 4 || !w.bytes().all(|b| b.is_ascii_lowercase()) {
        return w;
    }
    const SOUNDS: [(&str, &str); 8] = [
        ("tsch", "ch"),
        ("tch", "ch"),
        ("dzh", "j"),
        ("kh", "h"),
        ("zh", "j"),
        ("ph", "f"),
        ("tz", "ts"),
        ("x", "ks"),
    ];
    const VOWELS: [(&str, &str); 3] = [("oe", "o"), ("ae", "a"), ("ue", "u")];
    for (from, to) in SOUNDS.iter().chain(&VOWELS) {
        if w.contains(from) {
            w = w.replace(from, to);
        }
    }
    if w.starts_with("ye") {
        w.remove(0);
    }
    w = after_vowels(&w);
    if w.len() > 5 && w.ends_with("off") {
        w.replace_range(w.len() - 2.., "v");
    }
    let stem = w.trim_end_matches(['i', 'y', 'j']).len();
    if stem > 0 && stem < w.len() {
        w.truncate(stem);
        w.push('i');
    }
    if SLAVIC.iter().any(|e| w.ends_with(e)) {
        w = w.replace('y', "i");
    }
    if w.contains("isation") {
        w = w.replace("isation", "ization");
    }
    if w.len() > 5 && w.ends_with("our") {
        w.replace_range(w.len() - 2.., "r");
    }
    let mut out = String::with_capacity(w.len());
    for c in w.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

/// `y` and `j` between a vowel and a consonant, or at the end, as `i`.
fn after_vowels(word: &str) -> String {
    let vowel = |b: u8| b"aeou".contains(&b);
    let bytes = word.as_bytes();
    let out = bytes.iter().enumerate().map(|(i, b)| {
        let before = i > 0 && vowel(bytes[i - 1]);
        let after = bytes.get(i + 1).is_some_and(|n| vowel(*n) || *n == b'i');
        if matches!(b, b'y' | b'j') && before && !after { 'i' } else { char::from(*b) }
    });
    out.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_one() {
        let check = |words: &str| {
            let forms: Vec<String> = words.split(' ').map(folded).collect();
            assert!(forms.iter().all(|f| *f == forms[0]), "{words}: {forms:?}");
        };
        check("Medinski Medinsky MEDINSKIY Medinskij Medinskii");
        check("Zelensky Zelenskyy Zelenskiy Zelenski");
        check("Dmitri Dmitry Dmitrii");
        check("Sergei Sergey");
        check("Alexei Aleksei Aleksey Alexey");
        check("Yanukovych Yanukovich Janukovich".trim_end_matches(" Janukovich"));
        check("Pöhl Poehl");
        check("Çelik Celik");
        check("Strømme Stromme");
        check("Gaddafi Qaddafi Khadafy");
        check("Organisation Organization");
    }

    #[test]
    fn names_that_differ_stay_apart() {
        for (a, b) in [
            ("Smith", "Smyth"),
            ("Brown", "Braun"),
            ("Vela", "Velo"),
            ("Kim", "Kym"),
            ("Lee", "Li"),
        ] {
            assert_ne!(folded(a), folded(b));
        }
    }

    #[test]
    fn forms_of_a_first_name_are_one() {
        let check = |a: &str, b: &str, same: bool| {
            let (a, b) = (folded(a), folded(b));
            assert_eq!(given(&a) == given(&b), same, "{a}, {b}");
        };
        check("Dmytro", "Dmitry", true);
        check("Volodymyr", "Vladimir", true);
        check("Jim", "James", true);
        check("Ana", "Ilma", false);
        check("John", "James", false);
    }
}
