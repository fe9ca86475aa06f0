-- What an event is about: machine, pool, task, batch, operation, user, disk, certificate, daemon.
ALTER TABLE event ADD COLUMN source TEXT NOT NULL DEFAULT '';
