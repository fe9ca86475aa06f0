-- Figures over time, packed: a row holds some points of one subject, from `started` on. kind is
-- SeriesKind; subject a number of a batch or machine, or the name of a project.
CREATE TABLE series (
    kind INTEGER NOT NULL,
    subject TEXT NOT NULL,
    started INTEGER NOT NULL,
    points BLOB NOT NULL,
    PRIMARY KEY (kind, subject, started)
) STRICT, WITHOUT ROWID;
CREATE INDEX series_started ON series (kind, started);
