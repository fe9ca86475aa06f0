-- The first schema. Instants are µs since 1970 UTC, 0 is never; enums are the numbers of the
-- protocol's; *_key is the case-folded name, which is what names compare by.

-- One row a task, kept narrow: lists, counts and filters read these and nothing else. A row's
-- indexes are written when it comes and when it ends, never in between. task_ended also is the
-- index of the unfinished: their ended is 0.
CREATE TABLE task (
    id INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    state INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    started INTEGER NOT NULL,
    queued INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    machine INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    held INTEGER NOT NULL,
    keep INTEGER NOT NULL,
    unreachable INTEGER NOT NULL,
    spec_number INTEGER NOT NULL,
    last_attempt INTEGER NOT NULL,
    current_attempt INTEGER NOT NULL,
    waits_for INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    poison INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    shape INTEGER NOT NULL,
    submission INTEGER NOT NULL,
    end_reason INTEGER NOT NULL,
    exit_code INTEGER,
    signal INTEGER NOT NULL,
    cause_key INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    step TEXT NOT NULL,
    owner TEXT NOT NULL,
    run_as TEXT NOT NULL,
    labels TEXT NOT NULL,
    last_line TEXT NOT NULL
) STRICT;
CREATE INDEX task_batch ON task (batch);
CREATE INDEX task_ended ON task (ended);
CREATE INDEX task_name ON task (name_key);

-- What to run, as CBOR; read when it is run or shown.
CREATE TABLE task_spec (
    task INTEGER PRIMARY KEY,
    spec BLOB NOT NULL
) STRICT;

-- Distinct sets of needs, so that a million tasks need not be decoded at start.
CREATE TABLE shape (
    id INTEGER PRIMARY KEY,
    needs BLOB NOT NULL,
    lease_rule INTEGER
) STRICT;

CREATE TABLE need (
    task INTEGER NOT NULL,
    other INTEGER NOT NULL,
    PRIMARY KEY (task, other)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
    task INTEGER NOT NULL,
    n INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    machine INTEGER NOT NULL,
    state INTEGER NOT NULL,
    spec_number INTEGER NOT NULL,
    assigned INTEGER NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    end_reason INTEGER NOT NULL,
    exit_code INTEGER,
    signal INTEGER NOT NULL,
    cause_key INTEGER NOT NULL,
    peak_memory INTEGER NOT NULL,
    cpu_time INTEGER NOT NULL,
    out_size INTEGER NOT NULL,
    err_size INTEGER NOT NULL,
    unreachable INTEGER NOT NULL,
    was_running INTEGER NOT NULL,
    last_line TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (task, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_open ON attempt (task) WHERE ended = 0;

-- Streams short enough to live in the database; longer ones are files.
CREATE TABLE output (
    task INTEGER NOT NULL,
    n INTEGER NOT NULL,
    out BLOB NOT NULL,
    err BLOB NOT NULL,
    PRIMARY KEY (task, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    owner TEXT NOT NULL,
    created INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    held INTEGER NOT NULL,
    paused INTEGER NOT NULL,
    keep INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    most_running INTEGER NOT NULL,
    lease_rule INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    pools TEXT NOT NULL,
    share_by TEXT NOT NULL,
    notes TEXT NOT NULL,
    counts TEXT NOT NULL
) STRICT;
CREATE INDEX batch_name ON batch (name_key);
CREATE INDEX batch_ended ON batch (ended);

-- A machine that was removed stays as a row: its attempts name it.
CREATE TABLE machine (
    id INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    project TEXT NOT NULL,
    state INTEGER NOT NULL,
    address TEXT NOT NULL,
    slots INTEGER NOT NULL,
    prefetch INTEGER NOT NULL,
    draining INTEGER NOT NULL,
    joined INTEGER NOT NULL,
    last_contact INTEGER NOT NULL,
    pools TEXT NOT NULL,
    labels TEXT NOT NULL,
    run_as TEXT NOT NULL,
    certificate TEXT NOT NULL,
    notes TEXT NOT NULL,
    facts BLOB NOT NULL
) STRICT;

CREATE TABLE pool (
    id INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    project TEXT NOT NULL,
    created INTEGER NOT NULL,
    held INTEGER NOT NULL,
    notes TEXT NOT NULL
) STRICT;

CREATE TABLE project (
    id INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    created INTEGER NOT NULL,
    held INTEGER NOT NULL,
    paused INTEGER NOT NULL,
    notes TEXT NOT NULL
) STRICT;

CREATE TABLE user_account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE user_grant (
    user_id INTEGER NOT NULL,
    project TEXT NOT NULL,
    level TEXT NOT NULL,
    reads_outputs INTEGER NOT NULL,
    reads_secrets INTEGER NOT NULL,
    PRIMARY KEY (user_id, project)
) STRICT, WITHOUT ROWID;

CREATE TABLE token (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    hash BLOB NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

CREATE TABLE invitation (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    hash BLOB NOT NULL,
    expires INTEGER NOT NULL,
    details BLOB NOT NULL
) STRICT;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    happened INTEGER NOT NULL,
    user_name TEXT NOT NULL,
    address TEXT NOT NULL,
    program TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    outcome TEXT NOT NULL,
    touched INTEGER NOT NULL
) STRICT;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    happened INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    kind TEXT NOT NULL,
    project TEXT NOT NULL,
    object TEXT NOT NULL,
    words TEXT NOT NULL,
    details BLOB NOT NULL
) STRICT;

-- The tasks of a submission are runs of consecutive ids: `firsts` and how many of each, `counts`.
CREATE TABLE submission (
    id INTEGER PRIMARY KEY,
    idempotency_key TEXT NOT NULL,
    user_name TEXT NOT NULL,
    happened INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    firsts TEXT NOT NULL,
    counts TEXT NOT NULL
) STRICT;

-- Epoch, high-water marks of ids and of revisions, hold of everything.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What is gone, for those who resume from a revision before.
CREATE TABLE tombstone (
    noun TEXT NOT NULL,
    id INTEGER NOT NULL,
    rev INTEGER NOT NULL,
    happened INTEGER NOT NULL,
    PRIMARY KEY (noun, id)
) STRICT, WITHOUT ROWID;
