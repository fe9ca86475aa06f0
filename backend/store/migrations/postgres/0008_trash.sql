-- Since when it is put away: lists do not show it, and it is removed some days later. 0: it is not.
ALTER TABLE task ADD COLUMN away bigint NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN away bigint NOT NULL DEFAULT 0;
CREATE INDEX task_away ON task (away) WHERE away > 0;
