-- The change feed: every change of a record, in the order in which they were committed. The position counts per
-- organization and is taken at the end of the writing transaction: whoever reads up to one misses nothing before it.
CREATE TABLE changes (
    organization_id UUID NOT NULL REFERENCES organizations (id),
    position BIGINT NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    person_id UUID NOT NULL,
    connection_id UUID,
    kind TEXT NOT NULL,
    record_id UUID NOT NULL,
    record_key TEXT,
    title TEXT NOT NULL,
    version INTEGER NOT NULL,
    operation TEXT NOT NULL CHECK (operation IN ('created', 'updated')),
    team_id UUID,
    project_id UUID,
    fields JSON NOT NULL,
    PRIMARY KEY (organization_id, position),
    FOREIGN KEY (organization_id, person_id) REFERENCES memberships (organization_id, person_id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);
CREATE INDEX changes_by_record ON changes (organization_id, record_id, position);
CREATE INDEX changes_by_project ON changes (organization_id, project_id, position);
CREATE INDEX changes_by_time ON changes (organization_id, occurred_at, position);

-- What repeated calls are told by: the answer of the first one. Without an end it stays as long as what it made.
CREATE TABLE request_keys (
    organization_id UUID NOT NULL REFERENCES organizations (id),
    key_hash BYTEA NOT NULL,
    request_hash BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    answer TEXT,
    PRIMARY KEY (organization_id, key_hash)
);
CREATE INDEX request_keys_by_end ON request_keys (organization_id, expires_at) WHERE expires_at IS NOT NULL;
