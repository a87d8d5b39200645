-- Search. Words are folded (case, diacritics) and matched by their beginnings; every index is led by the organization.
-- Expression indexes instead of columns: the rows stay narrow, and nothing can fall out of step.

CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS unaccent;

CREATE TEXT SEARCH CONFIGURATION lavori (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION lavori
    ALTER MAPPING FOR word, numword, hword, hword_part, numhword, hword_numpart WITH unaccent, simple;

-- Punctuation ends a word: left alone, the parser would keep "stage/left" or "ada@example.com" in one piece.
CREATE FUNCTION search_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsvector('lavori', translate($1, '-_/\.,:;@+&#''"()[]{}<>*!?=|~^%$`', '                                '));

CREATE INDEX tasks_by_words ON tasks
    USING gin (organization_id, search_words(title || ' ' || coalesce(description, '')));
CREATE INDEX projects_by_words ON projects
    USING gin (organization_id, search_words(name || ' ' || coalesce(description, '')));
CREATE INDEX phases_by_words ON phases USING gin (organization_id, search_words(name));
CREATE INDEX milestones_by_words ON milestones USING gin (organization_id, search_words(name));
CREATE INDEX contacts_by_words ON contacts
    USING gin (organization_id, search_words(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '')));

-- References by exact title. Cut, because an index entry has a longest length.
CREATE INDEX tasks_by_title ON tasks (organization_id, left(lower(title), 200));
