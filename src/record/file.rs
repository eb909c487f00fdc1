//! The file of a record: made, opened, moved to the present format, copied while in use. Never opens what it does not
//! know, and says what it is instead.

use std::cell::OnceCell;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::{Act, By, Record};
use crate::code::Codebook;
use crate::error::{Error, Result};

/// "trvx": SQLite's `application_id` of a record.
const APPLICATION: i32 = 0x7472_7678;

/// The formats in their order: the first is `schema/1.sql`; each further one leads from the one before.
static FORMATS: LazyLock<Migrations<'static>> =
    LazyLock::new(|| Migrations::new(vec![M::up(include_str!("schema/1.sql"))]));

/// The present format.
pub(super) const FORMAT: i32 = 1;

/// How long a writer waits for another.
const PATIENCE: Duration = Duration::from_secs(20);

impl Record {
    /// Begins a record in the new file `path`. Parties and issues are named as `codebook` does: its text, checked here.
    pub fn init(path: &Path, codebook: Option<(&str, &str)>) -> Result<Self> {
        if let Some((file, text)) = codebook {
            Codebook::parse(file, text)?;
        }
        if path.exists() {
            return Err(Error::usage(format!(
                "{}: is there already; name a new file, or add to it with `travaux add`",
                path.display()
            )));
        }
        let db = Connection::open(path).map_err(|e| sentence(path, &e))?;
        let mut record = Self { db, path: path.to_owned(), clock: None, codebook: OnceCell::new() };
        let made = record.make(codebook);
        if made.is_err() {
            // Nothing is left of a record that could not be begun.
            drop(record);
            for end in ["", "-wal", "-shm", "-journal"] {
                let mut name = path.as_os_str().to_owned();
                name.push(end);
                let _ = std::fs::remove_file(name);
            }
            return Err(made.expect_err("checked"));
        }
        Ok(record)
    }

    fn make(&mut self, codebook: Option<(&str, &str)>) -> Result<()> {
        let path = self.path.clone();
        let say = |e: rusqlite::Error| sentence(&path, &e);
        // Texts fill larger pages better.
        self.db.pragma_update(None, "page_size", 8192).map_err(say)?;
        self.db.pragma_update(None, "application_id", APPLICATION).map_err(say)?;
        self.configure()?;
        FORMATS.to_latest(&mut self.db).map_err(|e| migration(&path, &e))?;
        self.change(&By::machine(), Act::Init, "record", None, |tx, _| {
            if let Some((_, text)) = codebook {
                tx.execute("INSERT INTO setting VALUES ('codebook', ?)", [text]).map_err(say)?;
            }
            Ok(())
        })
    }

    /// Opens the record in `path`, and moves it to the present format.
    pub fn open(path: &Path) -> Result<Self> {
        let mut record = Self::opened(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if record.format()? < FORMAT {
            FORMATS.to_latest(&mut record.db).map_err(|e| migration(path, &e))?;
        }
        Ok(record)
    }

    /// Opens the record in `path` for questions alone: works where the file may not be written.
    pub fn open_read_only(path: &Path) -> Result<Self> {
        let writable = path.metadata().is_ok_and(|m| !m.permissions().readonly());
        if writable {
            // A log beside the file is read only by those that may write.
            return Self::open(path);
        }
        Self::opened(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn opened(path: &Path, flags: OpenFlags) -> Result<Self> {
        let name = path.display();
        match path.metadata() {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::usage(format!(
                    "{name}: no such file; begin a record with `travaux init {name}`"
                )));
            }
            Err(e) => return Err(Error::io(name, e)),
            Ok(m) if m.is_dir() => {
                return Err(Error::usage(format!("{name}: a folder; name a record's file")));
            }
            Ok(_) => {}
        }
        let db = connected(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|e| sentence(path, &e))?;
        let record = Self { db, path: path.to_owned(), clock: None, codebook: OnceCell::new() };
        let application: i32 = record.pragma("application_id")?;
        if application != APPLICATION {
            return Err(not_a_record(path));
        }
        let format = record.format()?;
        if format > FORMAT {
            return Err(Error::input(format!(
                "{name}: made by a newer travaux (format {format}, this one knows up to {FORMAT}); use that one"
            )));
        }
        if format < 1 {
            return Err(not_a_record(path));
        }
        record.configure()?;
        Ok(record)
    }

    fn configure(&self) -> Result<()> {
        let say = |e| sentence(&self.path, &e);
        self.db.busy_timeout(PATIENCE).map_err(say)?;
        if !self.db.is_readonly("main").map_err(say)? {
            self.db.pragma_update(None, "journal_mode", "WAL").map_err(say)?;
        }
        // With a log, a commit survives the program's end at any moment; a power cut may cost the last ones, never half.
        self.db.pragma_update(None, "synchronous", "NORMAL").map_err(say)?;
        self.db.pragma_update(None, "foreign_keys", true).map_err(say)?;
        self.db.pragma_update(None, "trusted_schema", false).map_err(say)?;
        self.db.pragma_update(None, "cache_size", -16_000).map_err(say)?;
        self.db.set_prepared_statement_cache_capacity(64);
        Ok(())
    }

    /// The number of the file's format.
    fn format(&self) -> Result<i32> {
        self.pragma("user_version")
    }

    fn pragma(&self, name: &str) -> Result<i32> {
        self.db.pragma_query_value(None, name, |r| r.get(0)).map_err(|e| sentence(&self.path, &e))
    }

    /// The codebook that the record was begun with, or none.
    pub fn codebook(&self) -> Result<Option<Codebook>> {
        match self.codebook_text()? {
            Some(text) => {
                let file = format!("{}: its codebook", self.path.display());
                Codebook::parse(&file, &text).map(Some)
            }
            None => Ok(None),
        }
    }

    /// The same, read once.
    pub(super) fn held_codebook(&self) -> Result<Option<Arc<Codebook>>> {
        if self.codebook.get().is_none() {
            let read = self.codebook()?.map(Arc::new);
            let _ = self.codebook.set(read);
        }
        Ok(self.codebook.get().cloned().flatten())
    }

    fn codebook_text(&self) -> Result<Option<String>> {
        use rusqlite::OptionalExtension;
        self.db
            .query_row("SELECT value FROM setting WHERE name = 'codebook'", [], |r| r.get(0))
            .optional()
            .map_err(|e| sentence(&self.path, &e))
    }

    /// Copies the record to the new file `to`, also while somebody writes to it.
    pub fn backup(&self, to: &Path) -> Result<()> {
        if to.exists() {
            return Err(Error::usage(format!(
                "{}: is there already; name a new file",
                to.display()
            )));
        }
        let copied = (|| {
            let mut copy = Connection::open(to)?;
            rusqlite::backup::Backup::new(&self.db, &mut copy)?.run_to_completion(
                4096,
                Duration::ZERO,
                None,
            )?;
            // One file, without a log beside it.
            copy.pragma_update(None, "journal_mode", "DELETE")
        })();
        copied.map_err(|e: rusqlite::Error| {
            let _ = std::fs::remove_file(to);
            sentence(to, &e)
        })
    }
}

/// Opens the file. Where even a folder may not be written, and no log holds anything, as nobody changes it.
fn connected(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(path, flags)?;
    let read = db.pragma_query_value(None, "schema_version", |r| r.get::<_, i64>(0));
    let Err(error) = read else { return Ok(db) };
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let logged = std::fs::metadata(log).is_ok_and(|m| m.len() > 0);
    let locked = matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied)
    );
    match (locked && !logged, path.to_str()) {
        (true, Some(name)) => {
            let name = name.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
                | OpenFlags::SQLITE_OPEN_URI
                | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(format!("file:{name}?immutable=1"), flags)
        }
        _ => Err(error),
    }
}

fn not_a_record(path: &Path) -> Error {
    Error::input(format!(
        "{}: not a record of travaux; begin one with `travaux init`, read reports with `travaux read`",
        path.display()
    ))
}

fn migration(path: &Path, error: &rusqlite_migration::Error) -> Error {
    match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => sentence(path, err),
        other => Error::input(format!(
            "{}: cannot be moved to the present format: {other}",
            path.display()
        )),
    }
}

/// What went wrong with the record in `path`, and what to do.
pub(super) fn sentence(path: &Path, error: &rusqlite::Error) -> Error {
    let remedy = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => return not_a_record(path),
        Some(ErrorCode::DatabaseCorrupt) => {
            "damaged or cut short; go back to a backup (`travaux backup` makes them)"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program is writing to it; try again when it is done"
        }
        Some(ErrorCode::ReadOnly) => "may not be written; change its rights, or copy it",
        Some(ErrorCode::DiskFull) => {
            "the disk is full; nothing of the record is lost: make room and go on"
        }
        Some(ErrorCode::CannotOpen) => "cannot be opened; check the folder and its rights",
        Some(ErrorCode::PermissionDenied) => "no permission; change its rights",
        Some(ErrorCode::SystemIoFailure) => {
            "could not be read or written; check the disk (its end may be reached)"
        }
        _ => return Error::input(format!("{}: {error}", path.display())),
    };
    Error::input(format!("{}: {remedy}", path.display()))
}
