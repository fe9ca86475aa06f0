-- A person's wish that a task be frozen and not started; its state says whether it is.
ALTER TABLE task ADD COLUMN paused smallint NOT NULL DEFAULT 0;

-- A person was told that it ends; its machine may not have heard of it.
ALTER TABLE task ADD COLUMN cancelling smallint NOT NULL DEFAULT 0;

-- Numbers of the devices an attempt has, as JSON.
ALTER TABLE attempt ADD COLUMN gpus text COLLATE "C" NOT NULL DEFAULT '';

-- What machines hold or reported that this history never assigned. `report` is the end, as CBOR.
CREATE TABLE stray (
    machine bigint NOT NULL,
    epoch bigint NOT NULL,
    task bigint NOT NULL,
    n integer NOT NULL,
    spec_number integer NOT NULL,
    state smallint NOT NULL,
    seen bigint NOT NULL,
    adopted smallint NOT NULL,
    report bytea NOT NULL,
    PRIMARY KEY (machine, epoch, task, n)
);
