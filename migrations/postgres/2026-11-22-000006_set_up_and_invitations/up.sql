-- The one-time codes of a server without people: one for each start, the newest few. Both tables are emptied when the
-- first organization is made.
CREATE TABLE set_up_codes (
    code_hash BYTEA PRIMARY KEY,
    created_at TIMESTAMPTZ NOT NULL
);

-- How often a wrong code was given since when: at most one row, so that strangers cannot grow it.
CREATE TABLE set_up_guesses (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    since TIMESTAMPTZ NOT NULL,
    wrong INTEGER NOT NULL
);

-- A link that makes its bearer a member, once and not for long.
CREATE TABLE invitations (
    organization_id UUID NOT NULL REFERENCES organizations (id),
    id UUID NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'contractor')),
    invited_by UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    accepted_by UUID,
    accepted_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, invited_by) REFERENCES memberships (organization_id, person_id),
    FOREIGN KEY (organization_id, accepted_by) REFERENCES memberships (organization_id, person_id),
    CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)),
    CHECK (accepted_at IS NULL OR withdrawn_at IS NULL)
);
-- One open invitation for an address: a new one takes the place of the old.
CREATE UNIQUE INDEX invitations_open ON invitations (organization_id, email)
    WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
