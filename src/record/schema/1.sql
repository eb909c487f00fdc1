-- Format 1 of a record. A row that tells what was held is never changed but for `until`: what is held now has none.

-- One transaction: a report came in, a person decided something. `at` grows with `id`: what was known at a
-- moment is what changes up to some id made it.
CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL UNIQUE,                 -- microseconds since 1970 UTC
    hand TEXT NOT NULL CHECK (hand IN ('machine', 'person')),
    author TEXT NOT NULL,
    act TEXT NOT NULL,
    about TEXT NOT NULL,                        -- what it was done to: "report 3748", "p12", "Medinsky"
    reason TEXT,
    undoes INTEGER UNIQUE REFERENCES change (id)
) STRICT;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every name of a person, party or issue that any entry holds, once; but "a senior official" is another one in every
-- report, as is a surname that several have: such a name is of its report alone.
CREATE TABLE name (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    report INTEGER REFERENCES report (id)
) STRICT;
CREATE UNIQUE INDEX name_text ON name (text, ifnull(report, 0));

-- By what names are compared; made of their texts alone.
CREATE TABLE name_key (
    key TEXT NOT NULL,
    name INTEGER NOT NULL REFERENCES name (id),
    PRIMARY KEY (key, name)
) STRICT, WITHOUT ROWID;

-- For whom somebody of this name was said to speak; two of one surname who speak for different parties are not one.
CREATE TABLE spoke_for (
    name INTEGER NOT NULL REFERENCES name (id),
    party INTEGER NOT NULL REFERENCES name (id),
    PRIMARY KEY (name, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE report (
    id INTEGER PRIMARY KEY,
    since INTEGER NOT NULL REFERENCES change (id),
    key TEXT NOT NULL UNIQUE,                   -- by which it is known when it comes in again
    given TEXT NOT NULL                         -- the id that users see
) STRICT;

CREATE TABLE version (
    id INTEGER PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES report (id),
    since INTEGER NOT NULL REFERENCES change (id),
    until INTEGER REFERENCES change (id),
    digest BLOB NOT NULL,
    title TEXT, outlet TEXT, agencies TEXT NOT NULL, byline TEXT, place TEXT, published TEXT, language TEXT, url TEXT,
    reader TEXT NOT NULL,                       -- what read it
    text TEXT NOT NULL
) STRICT;
CREATE INDEX version_report ON version (report);
CREATE INDEX version_digest ON version (digest);

-- Which words stand in which text; where, is looked up there. Half the size of an index of places.
CREATE VIRTUAL TABLE words USING fts5 (text, content = 'version', content_rowid = 'id', detail = none, columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2');

-- Winnowed fingerprints of live texts, to find copies by.
CREATE TABLE fingerprint (
    hash INTEGER NOT NULL,
    version INTEGER NOT NULL REFERENCES version (id),
    PRIMARY KEY (hash, version)
) STRICT, WITHOUT ROWID;

-- That a report's text is largely that of an earlier one.
CREATE TABLE copy (
    report INTEGER NOT NULL REFERENCES report (id),
    earlier INTEGER NOT NULL REFERENCES report (id),
    since INTEGER NOT NULL REFERENCES change (id),
    until INTEGER REFERENCES change (id),
    relation TEXT NOT NULL CHECK (relation IN ('copy', 'update', 'shortened', 'correction')),
    share REAL NOT NULL,                        -- of the shorter text that the longer one holds
    PRIMARY KEY (report, earlier, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_earlier ON copy (earlier);

-- Who is who, and what is the same issue: a name stands for one actor or issue at a time, and says why.
CREATE TABLE actor (
    id INTEGER PRIMARY KEY,
    since INTEGER NOT NULL REFERENCES change (id),
    name INTEGER NOT NULL REFERENCES name (id)
) STRICT;
CREATE TABLE actor_name (
    name INTEGER NOT NULL REFERENCES name (id),
    actor INTEGER NOT NULL REFERENCES actor (id),
    since INTEGER NOT NULL REFERENCES change (id),
    until INTEGER REFERENCES change (id),
    first_day TEXT, last_day TEXT,              -- for an office that passes on: the days on which the name means this actor
    why TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX actor_name_once ON actor_name (name, since, actor, ifnull(first_day, ''));
CREATE INDEX actor_name_actor ON actor_name (actor);
CREATE TABLE issue (
    id INTEGER PRIMARY KEY,
    since INTEGER NOT NULL REFERENCES change (id),
    name INTEGER NOT NULL REFERENCES name (id)
) STRICT;
CREATE TABLE issue_name (
    name INTEGER NOT NULL REFERENCES name (id),
    issue INTEGER NOT NULL REFERENCES issue (id),
    since INTEGER NOT NULL REFERENCES change (id),
    until INTEGER REFERENCES change (id),
    why TEXT NOT NULL,
    PRIMARY KEY (name, since, issue)
) STRICT, WITHOUT ROWID;
CREATE INDEX issue_name_issue ON issue_name (issue);

-- Entries. An entry keeps its id for ever; what is held of it is a row of the table of its kind.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES report (id),
    kind TEXT NOT NULL CHECK (kind IN ('s', 'p', 'a', 'e'))
) STRICT;
CREATE INDEX entry_report ON entry (report);

-- Spans are JSON: [[start, end], ...] in bytes of the text of `version`.
CREATE TABLE statement (
    entry INTEGER NOT NULL REFERENCES entry (id),
    since INTEGER NOT NULL REFERENCES change (id),
    until INTEGER REFERENCES change (id),
    version INTEGER NOT NULL REFERENCES version (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('unreviewed', 'accepted', 'corrected', 'rejected')),
    source TEXT NOT NULL, cue TEXT NOT NULL, content TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('direct', 'mixed', 'indirect')),
    speaker INTEGER REFERENCES name (id), party INTEGER REFERENCES name (id), said TEXT, venue TEXT,
    via INTEGER REFERENCES name (id), within INTEGER REFERENCES entry (id),
    confidence REAL NOT NULL,
    PRIMARY KEY (entry, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE position (
    entry INTEGER NOT NULL REFERENCES entry (id),
    since INTEGER NOT NULL REFERENCES change (id),
    until INTEGER REFERENCES change (id),
    version INTEGER NOT NULL REFERENCES version (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('unreviewed', 'accepted', 'corrected', 'rejected')),
    statement INTEGER REFERENCES entry (id),
    holder INTEGER REFERENCES name (id), issue INTEGER REFERENCES name (id),
    stance TEXT NOT NULL CHECK (stance IN ('propose', 'offer', 'demand', 'accept', 'reject', 'rule_out', 'open')),
    terms TEXT NOT NULL, condition TEXT, scope TEXT, reason TEXT, figure TEXT,
    firsthand INTEGER NOT NULL CHECK (firsthand IN (0, 1)),
    confidence REAL NOT NULL,
    PRIMARY KEY (entry, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE assessment (
    entry INTEGER NOT NULL REFERENCES entry (id),
    since INTEGER NOT NULL REFERENCES change (id),
    until INTEGER REFERENCES change (id),
    version INTEGER NOT NULL REFERENCES version (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('unreviewed', 'accepted', 'corrected', 'rejected')),
    statement INTEGER REFERENCES entry (id),
    assessor INTEGER REFERENCES name (id), party INTEGER REFERENCES name (id),
    value TEXT NOT NULL CHECK (value IN ('breakdown', 'no_progress', 'mixed', 'progress', 'agreement')),
    of TEXT NOT NULL CHECK (of IN ('past', 'prospect')),
    words TEXT NOT NULL, said TEXT,
    confidence REAL NOT NULL,
    PRIMARY KEY (entry, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE encounter (
    entry INTEGER NOT NULL REFERENCES entry (id),
    since INTEGER NOT NULL REFERENCES change (id),
    until INTEGER REFERENCES change (id),
    version INTEGER NOT NULL REFERENCES version (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('unreviewed', 'accepted', 'corrected', 'rejected')),
    statement INTEGER REFERENCES entry (id),
    kind TEXT NOT NULL CHECK (kind IN ('talks', 'meeting', 'call', 'signing', 'press_conference', 'visit')),
    status TEXT NOT NULL CHECK (status IN ('held', 'ongoing', 'planned', 'conditional', 'cancelled')),
    participants TEXT NOT NULL,                 -- JSON: names' ids
    place TEXT, date TEXT, words TEXT NOT NULL,
    confidence REAL NOT NULL,
    PRIMARY KEY (entry, since)
) STRICT, WITHOUT ROWID;

-- What people write beside an entry.
CREATE TABLE note (
    entry INTEGER NOT NULL REFERENCES entry (id),
    since INTEGER NOT NULL REFERENCES change (id),
    until INTEGER REFERENCES change (id),
    text TEXT NOT NULL,
    PRIMARY KEY (entry, since)
) STRICT, WITHOUT ROWID;
