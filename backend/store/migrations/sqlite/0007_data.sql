-- Files handed in and left, by the BLAKE2b-256 of their content (hex). `used` is when somebody was
-- last known to refer to it, to half a day.
CREATE TABLE blob (
    hash TEXT NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who has shown to have it: u<user> or m<machine>. A hash alone grants nothing.
CREATE TABLE blob_owner (
    hash TEXT NOT NULL,
    owner TEXT NOT NULL,
    PRIMARY KEY (hash, owner)
) STRICT, WITHOUT ROWID;

-- Every reference: what a task takes (n = 0), and what an attempt has left.
CREATE TABLE blob_use (
    task INTEGER NOT NULL,
    n INTEGER NOT NULL,
    role INTEGER NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (task, n, role, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_use_hash ON blob_use (hash);

-- CPU and memory of an attempt over its time, as CBOR; of those that lasted.
CREATE TABLE attempt_curve (
    task INTEGER NOT NULL,
    n INTEGER NOT NULL,
    curve BLOB NOT NULL,
    PRIMARY KEY (task, n)
) STRICT, WITHOUT ROWID;

-- The user whose processes a task's are, where machines must allow him.
ALTER TABLE shape ADD COLUMN run_as TEXT NOT NULL DEFAULT '';
