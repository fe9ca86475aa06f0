-- Tokens of a level and project, when they were last used (to the hour), and the project that
-- an audit entry belongs to.
ALTER TABLE token ADD COLUMN project TEXT NOT NULL DEFAULT '*';
ALTER TABLE token ADD COLUMN level TEXT NOT NULL DEFAULT 'admin';
ALTER TABLE token ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN project TEXT NOT NULL DEFAULT '';
