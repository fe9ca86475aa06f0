-- A person's wish that a task be frozen and not started; its state says whether it is.
ALTER TABLE task ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;

-- A person was told that it ends; its machine may not have heard of it.
ALTER TABLE task ADD COLUMN cancelling INTEGER NOT NULL DEFAULT 0;

-- Numbers of the devices an attempt has, as JSON.
ALTER TABLE attempt ADD COLUMN gpus TEXT NOT NULL DEFAULT '';

-- What machines hold or reported that this history never assigned. `report` is the end, as CBOR.
CREATE TABLE stray (
    machine INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    task INTEGER NOT NULL,
    n INTEGER NOT NULL,
    spec_number INTEGER NOT NULL,
    state INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    adopted INTEGER NOT NULL,
    report BLOB NOT NULL,
    PRIMARY KEY (machine, epoch, task, n)
) STRICT, WITHOUT ROWID;
