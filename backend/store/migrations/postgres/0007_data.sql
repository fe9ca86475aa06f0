-- Files handed in and left, by the BLAKE2b-256 of their content (hex). `used` is when somebody was
-- last known to refer to it, to half a day.
CREATE TABLE blob (
    hash TEXT NOT NULL PRIMARY KEY,
    size bigint NOT NULL,
    used bigint NOT NULL
);

-- Who has shown to have it: u<user> or m<machine>. A hash alone grants nothing.
CREATE TABLE blob_owner (
    hash TEXT NOT NULL,
    owner TEXT NOT NULL,
    PRIMARY KEY (hash, owner)
);

-- Every reference: what a task takes (n = 0), and what an attempt has left.
CREATE TABLE blob_use (
    task bigint NOT NULL,
    n bigint NOT NULL,
    role bigint NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    size bigint NOT NULL,
    PRIMARY KEY (task, n, role, name)
);
CREATE INDEX blob_use_hash ON blob_use (hash);

-- CPU and memory of an attempt over its time, as CBOR; of those that lasted.
CREATE TABLE attempt_curve (
    task bigint NOT NULL,
    n bigint NOT NULL,
    curve bytea NOT NULL,
    PRIMARY KEY (task, n)
);

-- The user whose processes a task's are, where machines must allow him.
ALTER TABLE shape ADD COLUMN run_as TEXT NOT NULL DEFAULT '';
