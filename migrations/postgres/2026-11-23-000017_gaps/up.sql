-- Parts of projects that were put away: what hung on them still names them, and nothing else does.
ALTER TABLE phases ADD COLUMN archived_at TIMESTAMPTZ;
ALTER TABLE milestones ADD COLUMN archived_at TIMESTAMPTZ;
