//! One error for the whole crate. A message names the report, the place and the remedy; the kind
//! stays private, `is_*` predicates tell callers what they may want to know.

use std::fmt;

/// What went wrong, in one sentence that a person can act on.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
}

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Input,
    Io,
    Usage,
    Model,
}

impl Error {
    /// A report that cannot be read: says what, where, how to mend it.
    pub fn input(message: impl Into<String>) -> Self {
        Self { kind: Kind::Input, message: message.into() }
    }

    /// A file or stream that cannot be opened, read or written.
    pub fn io(what: impl fmt::Display, source: std::io::Error) -> Self {
        Self { kind: Kind::Io, message: format!("{what}: {}", plain_io(&source)) }
    }

    /// A wrong option or a combination of options that makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, message: message.into() }
    }

    /// Weights that do not fit this program.
    pub fn model(message: impl Into<String>) -> Self {
        Self { kind: Kind::Model, message: message.into() }
    }

    /// Whether a report's content is at fault.
    pub fn is_input(&self) -> bool {
        self.kind == Kind::Input
    }

    /// Whether the file system is at fault.
    pub fn is_io(&self) -> bool {
        self.kind == Kind::Io
    }

    /// Whether the call is at fault (exit code 2).
    pub fn is_usage(&self) -> bool {
        self.kind == Kind::Usage
    }

    /// Whether the weights are at fault.
    pub fn is_model(&self) -> bool {
        self.kind == Kind::Model
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

fn plain_io(e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder; check the name".into(),
        std::io::ErrorKind::PermissionDenied => {
            "no permission; change that or choose another".into()
        }
        std::io::ErrorKind::IsADirectory => "a folder, not a file".into(),
        // "Too many levels of symbolic links (os error 40)": the number helps nobody.
        _ => {
            let message = e.to_string();
            message.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
    }
}
