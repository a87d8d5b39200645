-- The schedule: events, which may recur, and the shifts that people work.

-- starts_at and ends_at are those of the first occurrence; whole days have their dates as well, and the instants are the
-- days' in the organization's zone. Every occurrence lies between outer_from and outer_until; without the latter the
-- event recurs for ever.
CREATE TABLE events (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    first_day TEXT,
    last_day TEXT,
    time_zone TEXT NOT NULL,
    recurrence TEXT,
    outer_from TEXT NOT NULL,
    outer_until TEXT,
    location TEXT,
    notes TEXT,
    project_id TEXT,
    team_id TEXT,
    status TEXT NOT NULL CHECK (status IN ('pending', 'confirmed', 'cancelled')),
    busy INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    CHECK (ends_at > starts_at),
    CHECK ((first_day IS NULL) = (last_day IS NULL)),
    CHECK (recurrence IS NOT NULL OR outer_until IS NOT NULL),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
) STRICT;
CREATE INDEX events_by_end ON events (organization_id, outer_until, outer_from);
CREATE INDEX events_by_start ON events (organization_id, outer_from);
CREATE INDEX events_by_team ON events (organization_id, team_id, outer_from);
CREATE INDEX events_by_project ON events (organization_id, project_id, outer_from);

-- Who takes part: a member or a contact, whose id is the party.
CREATE TABLE event_people (
    organization_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    party_id TEXT NOT NULL,
    person_id TEXT,
    contact_id TEXT,
    response TEXT NOT NULL CHECK (response IN ('pending', 'accepted', 'tentative', 'declined')),
    PRIMARY KEY (organization_id, event_id, party_id),
    CHECK ((person_id IS NULL) <> (contact_id IS NULL)),
    CHECK (party_id = COALESCE(person_id, contact_id)),
    FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES memberships (organization_id, person_id),
    FOREIGN KEY (organization_id, contact_id) REFERENCES contacts (organization_id, id)
) STRICT;
CREATE INDEX event_people_by_person ON event_people (organization_id, person_id, event_id);
CREATE INDEX event_people_by_contact ON event_people (organization_id, contact_id, event_id);

-- Occurrences that are not as the rule says: moved to another time, or left out when there is none. The occurrence is
-- known by where the rule lets it begin on the wall clock (RFC 5545 RECURRENCE-ID and EXDATE).
CREATE TABLE event_exceptions (
    organization_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    occurrence TEXT NOT NULL,
    starts_at TEXT,
    ends_at TEXT,
    first_day TEXT,
    last_day TEXT,
    PRIMARY KEY (organization_id, event_id, occurrence),
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    CHECK ((first_day IS NULL) = (last_day IS NULL)),
    FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id)
) STRICT;

CREATE TABLE shifts (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    person_id TEXT,
    team_id TEXT,
    role TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    break_minutes INTEGER NOT NULL CHECK (break_minutes >= 0),
    paid_break INTEGER NOT NULL,
    project_id TEXT,
    task_id TEXT,
    event_id TEXT,
    location TEXT,
    notes TEXT,
    status TEXT NOT NULL CHECK (status IN ('pending', 'published', 'completed', 'no_show', 'cancelled')),
    published_at TEXT,
    actual_starts_at TEXT,
    actual_ends_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    CHECK (ends_at > starts_at),
    CHECK (actual_ends_at > actual_starts_at),
    FOREIGN KEY (organization_id, person_id) REFERENCES memberships (organization_id, person_id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, task_id) REFERENCES tasks (organization_id, id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id)
) STRICT;
CREATE INDEX shifts_by_start ON shifts (organization_id, starts_at, number);
CREATE INDEX shifts_by_person ON shifts (organization_id, person_id, starts_at);
CREATE INDEX shifts_by_team ON shifts (organization_id, team_id, starts_at);
CREATE INDEX shifts_by_project ON shifts (organization_id, project_id, starts_at);
CREATE INDEX shifts_by_task ON shifts (organization_id, task_id);
CREATE INDEX shifts_by_event ON shifts (organization_id, event_id);
