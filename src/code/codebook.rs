//! The codebook of a negotiation: its parties with all that they are called, its issues with the phrases by which
//! they are known, read from TOML. Never guesses: who or what it does not list is none of its parties and issues.

mod issues;
mod parties;
mod proposal;
mod reading;
mod words;

use std::fmt;
use std::path::Path;

use crate::error::{Error, Result};
pub use proposal::Proposal;

/// Who takes part and what it is about.
///
/// ```
/// use travaux::code::Codebook;
///
/// let text = r#"
/// [[party]]
/// name = "Veldra"
/// aliases = ["Veldran"]
///
/// [[issue]]
/// name = "fishing quotas"
/// phrases = ["catch quota", "share of the catch"]
/// "#;
/// let codebook = Codebook::parse("talks.toml", text)?;
/// let party = codebook.party("the Veldran delegation").map(|p| p.id.as_str());
/// assert_eq!(party, Some("veldra"));
/// let issue = codebook.issue("raising the catch quotas", "").map(|(issue, _)| issue.id.as_str());
/// assert_eq!(issue, Some("fishing-quotas"));
/// # Ok::<(), travaux::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Codebook {
    /// Of which negotiation.
    pub name: Option<String>,
    /// What its makers want to say about it.
    pub notes: Option<String>,
    parties: Vec<Party>,
    issues: Vec<Issue>,
    /// All that `parties` are called; made of them once.
    names: parties::Names,
    /// The phrases of `issues`; made of them once.
    phrases: issues::Phrases,
}

/// Somebody who takes part: a state, a bloc, a group, an organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// Unique among the parties; made from the name where the file gives none.
    pub id: String,
    /// What the record calls it.
    pub name: String,
    /// What else it is called: "Brazilian", "the big producers".
    pub aliases: Vec<String>,
    /// Persons, states and bodies that speak for it.
    pub members: Vec<String>,
    /// Offices whose holders speak for it: "the Kremlin spokesman".
    pub offices: Vec<String>,
    /// For people.
    pub notes: Option<String>,
}

/// What is at stake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issue {
    /// Unique among the issues; made from the name where the file gives none.
    pub id: String,
    /// What the record calls it.
    pub name: String,
    /// Words by which reports speak of it; never empty.
    pub phrases: Vec<String>,
    /// For people.
    pub notes: Option<String>,
}

/// What is wrong with a codebook, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Name of the file.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// One sentence.
    pub sentence: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.sentence)
    }
}

/// All that is wrong with the codebook `text`, in the order of its lines. Where it is not TOML, that alone: what
/// else may be wrong shows only then.
pub fn check(file: &str, text: &str) -> Vec<Problem> {
    reading::read(file, text).problems
}

/// The text of a codebook's file.
pub fn text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|e| Error::io(path.display(), e))?;
    String::from_utf8(bytes).map_err(|e| {
        let before = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        let line = before.split(|b| *b == b'\n').count();
        Error::input(format!("{}, line {line}: not UTF-8; save it as UTF-8", path.display()))
    })
}

/// The words of a phrase that carry meaning, without inflection, each once, in their order: those by which two phrases
/// are the same.
pub fn meaning(phrase: &str) -> Vec<String> {
    words::content(&words::stems(phrase))
}

impl Codebook {
    /// Reads the codebook `text`. An error is the first of its problems, and says in which `file` and line.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let read = reading::read(file, text);
        if let Some(Problem { file, line, sentence }) = read.problems.first() {
            return Err(Error::input(format!("{file}, line {line}: {sentence}")));
        }
        let names = parties::Names::of(&read.parties);
        let phrases = issues::Phrases::of(&read.issues);
        let (name, notes, parties, issues) = (read.name, read.notes, read.parties, read.issues);
        Ok(Self { name, notes, parties, issues, names, phrases })
    }

    /// Reads the codebook in the file `path`.
    pub fn open(path: &Path) -> Result<Self> {
        Self::parse(&path.display().to_string(), &text(path)?)
    }

    /// The parties, as the file has them.
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// The issues, as the file has them.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// The party that `name` names: one that is called so (by name, alias, member or office, however it is
    /// capitalised, with or without article), or one of whose names stands in it as a whole ("the Veldran
    /// delegation"), the longest first. A single word counts there only as a name in capitals; two parties
    /// joined by "and" are neither.
    pub fn party(&self, name: &str) -> Option<&Party> {
        self.names.find(name).map(|i| &self.parties[i])
    }

    /// The party whose name or alias `name` is as a whole. Its members and offices are others than itself.
    pub fn called(&self, name: &str) -> Option<&Party> {
        let wanted = words::key(name);
        let found = self.party(name).filter(|_| !wanted.is_empty())?;
        let own = std::iter::once(&found.name).chain(&found.aliases);
        own.into_iter().any(|n| words::key(n) == wanted).then_some(found)
    }

    /// The issue that `terms` are about, with how sure that is, 0 to 1; `around` is the sentence they stand in.
    /// In this order: a phrase in the terms (1), all its words there in another order, a phrase in the sentence,
    /// a large enough share of a phrase's words, rare ones counting more. Inflection does not matter.
    pub fn issue(&self, terms: &str, around: &str) -> Option<(&Issue, f32)> {
        self.phrases.find(terms, around).map(|(i, sure)| (&self.issues[i], sure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_file_line_and_remedy() {
        let text = "[[issue]]\nname = \"quotas\"\n";
        let error = Codebook::parse("fish.toml", text).map(drop).map_err(|e| e.to_string());
        let expected = "fish.toml, line 1: issue `quotas` has no phrase; give at least one, as it stands in reports";
        assert_eq!(error, Err(expected.to_owned()));
    }

    #[test]
    fn files_are_read_or_refused_in_words() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join("a.toml");
        let opened = |content: &[u8]| {
            std::fs::write(&path, content).expect("written");
            Codebook::open(&path).map(|c| c.parties().len()).map_err(|e| e.to_string())
        };
        assert_eq!(opened("\u{feff}[[party]]\r\nname = \"Veldra\"\r\n".as_bytes()), Ok(1));
        let refused = opened(b"[[party]]\nname = \"V\xe9ldra\"\n").expect_err("Latin-1");
        assert!(refused.ends_with("a.toml, line 2: not UTF-8; save it as UTF-8"), "{refused}");
        assert!(Codebook::open(&folder.path().join("b.toml")).is_err_and(|e| e.is_io()));
    }

    #[test]
    fn the_codebooks_that_come_with_the_program_have_no_problem() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("codebooks");
        let files: Vec<_> = std::fs::read_dir(folder).expect("codebooks").flatten().collect();
        assert!(files.len() > 2);
        for file in files {
            let text = text(&file.path()).expect("read");
            let name = file.file_name().to_string_lossy().into_owned();
            let problems: Vec<_> = check(&name, &text).iter().map(Problem::to_string).collect();
            assert!(problems.is_empty(), "{}", problems.join("\n"));
        }
    }
}
