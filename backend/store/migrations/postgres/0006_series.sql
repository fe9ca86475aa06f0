-- Figures over time, packed: a row holds some points of one subject, from `started` on. kind is
-- SeriesKind; subject a number of a batch or machine, or the name of a project.
CREATE TABLE series (
    kind smallint NOT NULL,
    subject text COLLATE "C" NOT NULL,
    started bigint NOT NULL,
    points bytea NOT NULL,
    PRIMARY KEY (kind, subject, started)
);
CREATE INDEX series_started ON series (kind, started);
