-- Who a person is at an OpenID Connect provider: the issuer and its own word for them, which never changes and is never
-- given to somebody else. An e-mail address is neither; it is kept to show which account it is.
CREATE TABLE identities (
    id TEXT PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES people (id),
    email TEXT,
    created_at TEXT NOT NULL,
    last_used_at TEXT,
    UNIQUE (issuer, subject)
) STRICT;
CREATE INDEX identities_by_person ON identities (person_id);
