DROP INDEX tasks_by_title;
DROP INDEX contacts_by_words;
DROP INDEX milestones_by_words;
DROP INDEX phases_by_words;
DROP INDEX projects_by_words;
DROP INDEX tasks_by_words;
DROP FUNCTION search_words(text);
DROP TEXT SEARCH CONFIGURATION lavori;
-- The extensions stay: they may have been there before, and others may use them.
