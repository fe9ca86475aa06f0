-- The first schema. Instants are µs since 1970 UTC, 0 is never; enums are the numbers of the
-- protocol's; *_key is the case-folded name, which is what names compare by. Text compares byte by
-- byte, as in SQLite.

-- One row a task, kept narrow: lists, counts and filters read these and nothing else. A row's
-- indexes are written when it comes and when it ends, never in between. task_ended also is the
-- index of the unfinished: their ended is 0. Pages are left with room, so that changes stay on
-- theirs and no index is written for them. (An index of SQLite's ends with the id by itself.)
CREATE TABLE task (
    id bigint PRIMARY KEY,
    rev bigint NOT NULL,
    batch bigint NOT NULL,
    state smallint NOT NULL,
    ended bigint NOT NULL,
    started bigint NOT NULL,
    queued bigint NOT NULL,
    not_before bigint NOT NULL,
    machine bigint NOT NULL,
    priority smallint NOT NULL,
    held smallint NOT NULL,
    keep smallint NOT NULL,
    unreachable smallint NOT NULL,
    spec_number integer NOT NULL,
    last_attempt integer NOT NULL,
    current_attempt integer NOT NULL,
    waits_for integer NOT NULL,
    failures integer NOT NULL,
    poison integer NOT NULL,
    flags integer NOT NULL,
    shape bigint NOT NULL,
    submission bigint NOT NULL,
    end_reason smallint NOT NULL,
    exit_code integer,
    signal integer NOT NULL,
    cause_key bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    step text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    run_as text COLLATE "C" NOT NULL,
    labels text COLLATE "C" NOT NULL,
    last_line text COLLATE "C" NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX task_batch ON task (batch, id);
CREATE INDEX task_ended ON task (ended, id);
CREATE INDEX task_name ON task (name_key, id);

-- What to run, as CBOR; read when it is run or shown.
CREATE TABLE task_spec (
    task bigint PRIMARY KEY,
    spec bytea NOT NULL
);

-- Distinct sets of needs, so that a million tasks need not be decoded at start.
CREATE TABLE shape (
    id bigint PRIMARY KEY,
    needs bytea NOT NULL,
    lease_rule smallint
);

CREATE TABLE need (
    task bigint NOT NULL,
    other bigint NOT NULL,
    PRIMARY KEY (task, other)
);

CREATE TABLE attempt (
    task bigint NOT NULL,
    n integer NOT NULL,
    rev bigint NOT NULL,
    machine bigint NOT NULL,
    state smallint NOT NULL,
    spec_number integer NOT NULL,
    assigned bigint NOT NULL,
    started bigint NOT NULL,
    ended bigint NOT NULL,
    end_reason smallint NOT NULL,
    exit_code integer,
    signal integer NOT NULL,
    cause_key bigint NOT NULL,
    peak_memory bigint NOT NULL,
    cpu_time bigint NOT NULL,
    out_size bigint NOT NULL,
    err_size bigint NOT NULL,
    unreachable smallint NOT NULL,
    was_running smallint NOT NULL,
    last_line text COLLATE "C" NOT NULL,
    detail text COLLATE "C" NOT NULL,
    PRIMARY KEY (task, n)
);
CREATE INDEX attempt_open ON attempt (task) WHERE ended = 0;

-- Streams short enough to live in the database; longer ones are files.
CREATE TABLE output (
    task bigint NOT NULL,
    n integer NOT NULL,
    out bytea NOT NULL,
    err bytea NOT NULL,
    PRIMARY KEY (task, n)
);

CREATE TABLE batch (
    id bigint PRIMARY KEY,
    rev bigint NOT NULL,
    project text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    created bigint NOT NULL,
    ended bigint NOT NULL,
    held smallint NOT NULL,
    paused smallint NOT NULL,
    keep smallint NOT NULL,
    priority smallint NOT NULL,
    most_running integer NOT NULL,
    lease_rule smallint NOT NULL,
    lease bigint NOT NULL,
    pools text COLLATE "C" NOT NULL,
    share_by text COLLATE "C" NOT NULL,
    notes text COLLATE "C" NOT NULL,
    counts text COLLATE "C" NOT NULL
);
CREATE INDEX batch_name ON batch (name_key);
CREATE INDEX batch_ended ON batch (ended);

-- A machine that was removed stays as a row: its attempts name it.
CREATE TABLE machine (
    id bigint PRIMARY KEY,
    rev bigint NOT NULL,
    removed bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    project text COLLATE "C" NOT NULL,
    state smallint NOT NULL,
    address text COLLATE "C" NOT NULL,
    slots integer NOT NULL,
    prefetch integer NOT NULL,
    draining smallint NOT NULL,
    joined bigint NOT NULL,
    last_contact bigint NOT NULL,
    pools text COLLATE "C" NOT NULL,
    labels text COLLATE "C" NOT NULL,
    run_as text COLLATE "C" NOT NULL,
    certificate text COLLATE "C" NOT NULL,
    notes text COLLATE "C" NOT NULL,
    facts bytea NOT NULL
);

CREATE TABLE pool (
    id bigint PRIMARY KEY,
    rev bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    project text COLLATE "C" NOT NULL,
    created bigint NOT NULL,
    held smallint NOT NULL,
    notes text COLLATE "C" NOT NULL
);

CREATE TABLE project (
    id bigint PRIMARY KEY,
    rev bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    created bigint NOT NULL,
    held smallint NOT NULL,
    paused smallint NOT NULL,
    notes text COLLATE "C" NOT NULL
);

CREATE TABLE user_account (
    id bigint PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    password_hash text COLLATE "C" NOT NULL,
    disabled smallint NOT NULL,
    created bigint NOT NULL
);

CREATE TABLE user_grant (
    user_id bigint NOT NULL,
    project text COLLATE "C" NOT NULL,
    level text COLLATE "C" NOT NULL,
    reads_outputs smallint NOT NULL,
    reads_secrets smallint NOT NULL,
    PRIMARY KEY (user_id, project)
);

CREATE TABLE token (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    hash bytea NOT NULL,
    created bigint NOT NULL,
    expires bigint NOT NULL
);

CREATE TABLE invitation (
    id bigint PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    hash bytea NOT NULL,
    expires bigint NOT NULL,
    details bytea NOT NULL
);

CREATE TABLE audit (
    id bigint PRIMARY KEY,
    happened bigint NOT NULL,
    user_name text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    program text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    touched bigint NOT NULL
);

CREATE TABLE event (
    id bigint PRIMARY KEY,
    happened bigint NOT NULL,
    severity smallint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    project text COLLATE "C" NOT NULL,
    object text COLLATE "C" NOT NULL,
    words text COLLATE "C" NOT NULL,
    details bytea NOT NULL
);

-- The tasks of a submission are runs of consecutive ids: `firsts` and how many of each, `counts`.
CREATE TABLE submission (
    id bigint PRIMARY KEY,
    idempotency_key text COLLATE "C" NOT NULL,
    user_name text COLLATE "C" NOT NULL,
    happened bigint NOT NULL,
    batch bigint NOT NULL,
    is_open smallint NOT NULL,
    firsts text COLLATE "C" NOT NULL,
    counts text COLLATE "C" NOT NULL
);

-- Epoch, high-water marks of ids and of revisions, hold of everything.
CREATE TABLE meta (
    name text COLLATE "C" PRIMARY KEY,
    value bytea NOT NULL
);

-- What is gone, for those who resume from a revision before.
CREATE TABLE tombstone (
    noun text COLLATE "C" NOT NULL,
    id bigint NOT NULL,
    rev bigint NOT NULL,
    happened bigint NOT NULL,
    PRIMARY KEY (noun, id)
);
