-- Long work of the daemon and bulk actions, with what undoes them. state is the protocol's number.
CREATE TABLE operation (
    id INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL,
    kind TEXT NOT NULL,
    action TEXT NOT NULL,
    words TEXT NOT NULL,
    state INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    user_name TEXT NOT NULL,
    address TEXT NOT NULL,
    program TEXT NOT NULL,
    created INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    already INTEGER NOT NULL,
    error TEXT NOT NULL,
    undoable INTEGER NOT NULL,
    undoes INTEGER NOT NULL,
    undone_by INTEGER NOT NULL,
    params BLOB NOT NULL
) STRICT;

-- A bulk action goes slice by slice, each in one commit: its ids, and what takes it back.
CREATE TABLE operation_slice (
    operation INTEGER NOT NULL,
    n INTEGER NOT NULL,
    ids BLOB NOT NULL,
    undo BLOB NOT NULL,
    PRIMARY KEY (operation, n)
) STRICT, WITHOUT ROWID;
