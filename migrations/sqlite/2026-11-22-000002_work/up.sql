-- The work: contacts, projects with phases and milestones, tasks with assignees and dependencies.

CREATE TABLE contacts (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('company', 'person')),
    name TEXT NOT NULL,
    email TEXT,
    phone TEXT,
    archived_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number)
) STRICT;

-- The teams that know a contact: linked when a team's project uses it.
CREATE TABLE contact_teams (
    organization_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    PRIMARY KEY (organization_id, contact_id, team_id),
    FOREIGN KEY (organization_id, contact_id) REFERENCES contacts (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
) STRICT;

CREATE TABLE projects (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    client_id TEXT,
    team_id TEXT,
    lead_id TEXT,
    status TEXT NOT NULL CHECK (status IN ('planned', 'active', 'on_hold', 'completed', 'cancelled')),
    health TEXT CHECK (health IN ('on_track', 'at_risk', 'off_track')),
    health_reason TEXT,
    starts_on TEXT,
    due_on TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    FOREIGN KEY (organization_id, client_id) REFERENCES contacts (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id),
    FOREIGN KEY (organization_id, lead_id) REFERENCES memberships (organization_id, person_id)
) STRICT;
CREATE INDEX projects_by_update ON projects (organization_id, updated_at, id);
CREATE INDEX projects_by_team ON projects (organization_id, team_id);
CREATE INDEX projects_by_client ON projects (organization_id, client_id);

CREATE TABLE phases (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    starts_on TEXT,
    ends_on TEXT,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, project_id, id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
) STRICT;

CREATE TABLE milestones (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    phase_id TEXT,
    name TEXT NOT NULL,
    due_on TEXT NOT NULL,
    done_at TEXT,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, project_id, id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, project_id, phase_id) REFERENCES phases (organization_id, project_id, id)
) STRICT;

-- due_at is the first instant at which the task is overdue; due_on is there when the deadline is a whole day.
CREATE TABLE tasks (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    project_id TEXT NOT NULL,
    phase_id TEXT,
    milestone_id TEXT,
    parent_id TEXT,
    title TEXT NOT NULL,
    description TEXT,
    status TEXT NOT NULL CHECK (status IN ('backlog', 'todo', 'in_progress', 'in_review', 'done', 'cancelled')),
    priority TEXT NOT NULL CHECK (priority IN ('none', 'low', 'medium', 'high', 'urgent')),
    starts_on TEXT,
    due_on TEXT,
    due_at TEXT,
    estimate_minutes INTEGER CHECK (estimate_minutes >= 0),
    completed_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    CHECK (due_on IS NULL OR due_at IS NOT NULL),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, project_id, phase_id) REFERENCES phases (organization_id, project_id, id),
    FOREIGN KEY (organization_id, project_id, milestone_id) REFERENCES milestones (organization_id, project_id, id),
    FOREIGN KEY (organization_id, parent_id) REFERENCES tasks (organization_id, id)
) STRICT;
CREATE INDEX tasks_by_update ON tasks (organization_id, updated_at, id);
CREATE INDEX tasks_by_due ON tasks (organization_id, due_at, id);
CREATE INDEX tasks_by_project ON tasks (organization_id, project_id, updated_at, id, status, due_at);
CREATE INDEX tasks_by_parent ON tasks (organization_id, parent_id);

CREATE TABLE task_assignees (
    organization_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    PRIMARY KEY (organization_id, task_id, person_id),
    FOREIGN KEY (organization_id, task_id) REFERENCES tasks (organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES memberships (organization_id, person_id)
) STRICT;
CREATE INDEX task_assignees_by_person ON task_assignees (organization_id, person_id, task_id);

CREATE TABLE task_dependencies (
    organization_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    blocked_by_id TEXT NOT NULL,
    PRIMARY KEY (organization_id, task_id, blocked_by_id),
    CHECK (task_id <> blocked_by_id),
    FOREIGN KEY (organization_id, task_id) REFERENCES tasks (organization_id, id),
    FOREIGN KEY (organization_id, blocked_by_id) REFERENCES tasks (organization_id, id)
) STRICT;
CREATE INDEX task_dependencies_by_blocker ON task_dependencies (organization_id, blocked_by_id);
