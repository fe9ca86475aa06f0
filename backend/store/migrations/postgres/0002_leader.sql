-- Whose turn it is to write a PostgreSQL database: each daemon that takes over raises the term, and
-- each transaction the sequence. `directory` names the data directory that all of them share. One
-- row; of SQLite none, where the lock on the data directory says all of it.
CREATE TABLE leader (
    id bigint PRIMARY KEY,
    term bigint NOT NULL,
    sequence bigint NOT NULL,
    directory text COLLATE "C" NOT NULL,
    holder text COLLATE "C" NOT NULL
);
