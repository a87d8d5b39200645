-- Tenants. Every tenant table has the primary key (organization_id, id), its foreign keys carry organization_id,
-- and its indexes are led by it: a reference across organizations cannot be stored.

CREATE TABLE organizations (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended')),
    allow_write INTEGER NOT NULL,
    allow_billing INTEGER NOT NULL,
    write_epoch INTEGER NOT NULL DEFAULT 0,
    billing_epoch INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    CHECK (allow_write OR NOT allow_billing)
) STRICT;

CREATE TABLE people (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE memberships (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'contractor')),
    created_at TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (organization_id, person_id)
) STRICT;
CREATE INDEX memberships_by_person ON memberships (person_id, organization_id);

CREATE TABLE teams (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id TEXT NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, slug)
) STRICT;

CREATE TABLE team_members (
    organization_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    PRIMARY KEY (organization_id, team_id, person_id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES memberships (organization_id, person_id)
) STRICT;
CREATE INDEX team_members_by_person ON team_members (organization_id, person_id);

-- Counters are rows, updated in the writing transaction: a rollback leaves no gap.
CREATE TABLE counters (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (organization_id, name)
) STRICT;

-- Sign-in.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    person_id TEXT NOT NULL REFERENCES people (id),
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    ip_address TEXT,
    user_agent TEXT
) STRICT;
CREATE INDEX sessions_by_person ON sessions (person_id);

-- An authorization request waits here for its person's decision. It is stored only once somebody has signed in:
-- whoever is not signed in cannot make rows.
CREATE TABLE authorization_requests (
    handle_hash BLOB PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    client_id TEXT NOT NULL,
    client TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    redirect_uri_given INTEGER NOT NULL,
    state TEXT,
    scope TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    resource TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    decided_at TEXT
) STRICT;
CREATE INDEX authorization_requests_by_session ON authorization_requests (session_id);

-- One consent given to one client. The client's metadata is frozen in it.
CREATE TABLE connections (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    team_id TEXT,
    client_id TEXT NOT NULL,
    client TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    resource TEXT NOT NULL,
    label TEXT,
    approved_scope TEXT NOT NULL CHECK (approved_scope IN ('mcp:read', 'mcp:read mcp:write', 'mcp:read mcp:write mcp:write:billing')),
    created_at TEXT NOT NULL,
    activated_at TEXT,
    last_used_at TEXT,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    revoked_by TEXT REFERENCES people (id),
    revoke_reason TEXT,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES memberships (organization_id, person_id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
) STRICT;
CREATE INDEX connections_by_person ON connections (person_id);
CREATE INDEX connections_by_member ON connections (organization_id, person_id);

CREATE TABLE authorization_codes (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    code_hash BLOB NOT NULL UNIQUE,
    connection_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    redirect_uri_given INTEGER NOT NULL,
    code_challenge TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id)
) STRICT;
CREATE INDEX authorization_codes_by_connection ON authorization_codes (organization_id, connection_id);

CREATE TABLE access_tokens (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    connection_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('mcp:read', 'mcp:read mcp:write', 'mcp:read mcp:write mcp:write:billing')),
    write_epoch INTEGER NOT NULL,
    billing_epoch INTEGER NOT NULL,
    jkt TEXT,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    revoked_at TEXT,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id)
) STRICT;
CREATE INDEX access_tokens_by_connection ON access_tokens (organization_id, connection_id, generation);

-- The sealed successor chain: a rotated token's row holds its successor, sealed with a key only the rotated token
-- itself opens.
CREATE TABLE refresh_tokens (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    connection_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    rotated_at TEXT,
    sealed_successor BLOB,
    retries INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, connection_id, generation),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id),
    CHECK ((rotated_at IS NULL) = (sealed_successor IS NULL))
) STRICT;

-- What happened in an organization; and what happened to a person's account, which is no tenant's.
CREATE TABLE audit_events (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id TEXT NOT NULL,
    connection_id TEXT,
    person_id TEXT REFERENCES people (id),
    action TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'low', 'medium', 'high')),
    occurred_at TEXT NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    request_id TEXT,
    details TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id)
) STRICT;
CREATE INDEX audit_events_by_connection ON audit_events (organization_id, connection_id, id);

CREATE TABLE account_events (
    id TEXT PRIMARY KEY,
    person_id TEXT REFERENCES people (id),
    action TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'low', 'medium', 'high')),
    occurred_at TEXT NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    request_id TEXT,
    details TEXT NOT NULL
) STRICT;
CREATE INDEX account_events_by_person ON account_events (person_id, id);
