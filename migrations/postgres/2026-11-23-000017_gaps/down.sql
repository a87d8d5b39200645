ALTER TABLE milestones DROP COLUMN archived_at;
ALTER TABLE phases DROP COLUMN archived_at;
