-- Long work of the daemon and bulk actions, with what undoes them. state is the protocol's number.
CREATE TABLE operation (
    id bigint PRIMARY KEY,
    rev bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    words text COLLATE "C" NOT NULL,
    state smallint NOT NULL,
    user_id bigint NOT NULL,
    user_name text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    program text COLLATE "C" NOT NULL,
    created bigint NOT NULL,
    ended bigint NOT NULL,
    total bigint NOT NULL,
    done bigint NOT NULL,
    changed bigint NOT NULL,
    already bigint NOT NULL,
    error text COLLATE "C" NOT NULL,
    undoable smallint NOT NULL,
    undoes bigint NOT NULL,
    undone_by bigint NOT NULL,
    params bytea NOT NULL
);

-- A bulk action goes slice by slice, each in one commit: its ids, and what takes it back.
CREATE TABLE operation_slice (
    operation bigint NOT NULL,
    n integer NOT NULL,
    ids bytea NOT NULL,
    undo bytea NOT NULL,
    PRIMARY KEY (operation, n)
);
