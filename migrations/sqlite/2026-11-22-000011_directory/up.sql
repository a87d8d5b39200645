-- The directory grows: what a contact is for and how to bill it, when people work and what an hour of them costs,
-- tags, and who belongs to a project.

ALTER TABLE contacts ADD COLUMN company TEXT;
ALTER TABLE contacts ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contacts ADD COLUMN address TEXT;
ALTER TABLE contacts ADD COLUMN tax_id TEXT;
ALTER TABLE contacts ADD COLUMN payment_terms_days INTEGER CHECK (payment_terms_days BETWEEN 0 AND 365);
ALTER TABLE contacts ADD COLUMN currency TEXT;
ALTER TABLE contacts ADD COLUMN language TEXT;
ALTER TABLE contacts ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
-- The order of the directory: bytes of the name in lower case, which both databases and we compare alike.
CREATE INDEX contacts_by_name ON contacts (organization_id, lower(name), id);
-- Whether somebody is known already.
CREATE INDEX contacts_by_email ON contacts (organization_id, email) WHERE email IS NOT NULL;
CREATE INDEX contacts_by_phone ON contacts (organization_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX contacts_by_tax_id ON contacts (organization_id, tax_id) WHERE tax_id IS NOT NULL;
CREATE INDEX contacts_by_company ON contacts (organization_id, lower(company)) WHERE company IS NOT NULL;

-- 40 hours a week. What an hour costs is in the organization's currency, in minor units.
ALTER TABLE memberships ADD COLUMN weekly_capacity_minutes INTEGER NOT NULL DEFAULT 2400
    CHECK (weekly_capacity_minutes BETWEEN 0 AND 10080);
ALTER TABLE memberships ADD COLUMN cost_rate_minor INTEGER CHECK (cost_rate_minor >= 0);

ALTER TABLE projects ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tasks ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';

CREATE TABLE project_members (
    organization_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    PRIMARY KEY (organization_id, project_id, person_id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES memberships (organization_id, person_id)
) STRICT;
CREATE INDEX project_members_by_person ON project_members (organization_id, person_id);

-- Whether a project has a task of this title already.
CREATE INDEX tasks_by_project_and_title ON tasks (organization_id, project_id, title COLLATE NOCASE);
