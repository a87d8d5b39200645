-- Budgets and their lines. Amounts are minor units of the budget's currency.

-- The team is the budget's own, or else its project's (TOOLS.md 4.7).
CREATE TABLE budgets (
    organization_id UUID NOT NULL REFERENCES organizations (id),
    id UUID NOT NULL,
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    project_id UUID,
    team_id UUID,
    currency TEXT NOT NULL,
    starts_on DATE,
    ends_on DATE,
    status TEXT NOT NULL CHECK (status IN ('draft', 'approved', 'closed')),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    CHECK (starts_on <= ends_on),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
);
CREATE INDEX budgets_by_project ON budgets (organization_id, project_id);
CREATE INDEX budgets_by_team ON budgets (organization_id, team_id);

-- actual_minor is what was entered as spent; what completed shifts cost is computed and kept nowhere.
CREATE TABLE budget_lines (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    budget_id UUID NOT NULL,
    position INTEGER NOT NULL,
    category TEXT NOT NULL CHECK (
        category IN ('labour', 'materials', 'subcontractors', 'equipment', 'travel', 'overhead', 'other')
    ),
    planned_minor BIGINT NOT NULL CHECK (planned_minor >= 0),
    committed_minor BIGINT NOT NULL CHECK (committed_minor >= 0),
    actual_minor BIGINT NOT NULL CHECK (actual_minor >= 0),
    planned_minutes INTEGER CHECK (planned_minutes >= 0),
    note TEXT,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, budget_id) REFERENCES budgets (organization_id, id)
);
CREATE INDEX budget_lines_by_budget ON budget_lines (organization_id, budget_id, position, id);
