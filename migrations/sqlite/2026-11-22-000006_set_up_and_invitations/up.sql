-- The one-time codes of a server without people: one for each start, the newest few. Both tables are emptied when the
-- first organization is made.
CREATE TABLE set_up_codes (
    code_hash BLOB PRIMARY KEY,
    created_at TEXT NOT NULL
) STRICT;

-- How often a wrong code was given since when: at most one row, so that strangers cannot grow it.
CREATE TABLE set_up_guesses (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    since TEXT NOT NULL,
    wrong INTEGER NOT NULL
) STRICT;

-- A link that makes its bearer a member, once and not for long.
CREATE TABLE invitations (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'contractor')),
    invited_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    accepted_by TEXT,
    accepted_at TEXT,
    withdrawn_at TEXT,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, invited_by) REFERENCES memberships (organization_id, person_id),
    FOREIGN KEY (organization_id, accepted_by) REFERENCES memberships (organization_id, person_id),
    CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)),
    CHECK (accepted_at IS NULL OR withdrawn_at IS NULL)
) STRICT;
-- One open invitation for an address: a new one takes the place of the old.
CREATE UNIQUE INDEX invitations_open ON invitations (organization_id, email)
    WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
