-- The change feed: every change of a record, in the order in which they were committed. The position counts per
-- organization and is taken at the end of the writing transaction: whoever reads up to one misses nothing before it.
CREATE TABLE changes (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    position INTEGER NOT NULL,
    occurred_at TEXT NOT NULL,
    person_id TEXT NOT NULL,
    connection_id TEXT,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    record_key TEXT,
    title TEXT NOT NULL,
    version INTEGER NOT NULL,
    operation TEXT NOT NULL CHECK (operation IN ('created', 'updated')),
    team_id TEXT,
    project_id TEXT,
    fields TEXT NOT NULL,
    PRIMARY KEY (organization_id, position),
    FOREIGN KEY (organization_id, person_id) REFERENCES memberships (organization_id, person_id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT;
CREATE INDEX changes_by_record ON changes (organization_id, record_id, position);
CREATE INDEX changes_by_project ON changes (organization_id, project_id, position);
CREATE INDEX changes_by_time ON changes (organization_id, occurred_at, position);

-- What repeated calls are told by: the answer of the first one. Without an end it stays as long as what it made.
CREATE TABLE request_keys (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    key_hash BLOB NOT NULL,
    request_hash BLOB NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    answer TEXT,
    PRIMARY KEY (organization_id, key_hash)
) STRICT;
CREATE INDEX request_keys_by_end ON request_keys (organization_id, expires_at) WHERE expires_at IS NOT NULL;
