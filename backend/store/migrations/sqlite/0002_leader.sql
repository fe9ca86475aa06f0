-- Whose turn it is to write a PostgreSQL database: each daemon that takes over raises the term, and
-- each transaction the sequence. `directory` names the data directory that all of them share. One
-- row; of SQLite none, where the lock on the data directory says all of it.
CREATE TABLE leader (
    id INTEGER PRIMARY KEY,
    term INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    directory TEXT NOT NULL,
    holder TEXT NOT NULL
) STRICT;
