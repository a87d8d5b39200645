-- Search. Words are folded (case, diacritics) and matched by their beginnings. Full-text indexes know rows by an
-- integer that must never change, which the rowid of a table with a text key is not: a document gives it.

CREATE TABLE task_documents (
    number INTEGER PRIMARY KEY,
    organization_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    UNIQUE (organization_id, task_id)
) STRICT;
CREATE VIRTUAL TABLE task_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 2'
);

-- Everything but tasks, which are many more than the rest. People belong to no organization: theirs is empty.
CREATE TABLE search_documents (
    number INTEGER PRIMARY KEY,
    organization_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('project', 'phase', 'milestone', 'contact', 'member', 'team')),
    record_id TEXT NOT NULL,
    UNIQUE (organization_id, kind, record_id)
) STRICT;
CREATE VIRTUAL TABLE search_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER tasks_words_insert AFTER INSERT ON tasks BEGIN
    INSERT INTO task_documents (organization_id, task_id) VALUES (new.organization_id, new.id);
    INSERT INTO task_words (rowid, words)
        VALUES (last_insert_rowid(), new.title || ' ' || coalesce(new.description, ''));
END;
CREATE TRIGGER tasks_words_update AFTER UPDATE OF title, description ON tasks BEGIN
    UPDATE task_words SET words = new.title || ' ' || coalesce(new.description, '') WHERE rowid =
        (SELECT number FROM task_documents WHERE organization_id = new.organization_id AND task_id = new.id);
END;
CREATE TRIGGER tasks_words_delete AFTER DELETE ON tasks BEGIN
    DELETE FROM task_words WHERE rowid =
        (SELECT number FROM task_documents WHERE organization_id = old.organization_id AND task_id = old.id);
    DELETE FROM task_documents WHERE organization_id = old.organization_id AND task_id = old.id;
END;

CREATE TRIGGER projects_words_insert AFTER INSERT ON projects BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'project', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.name || ' ' || coalesce(new.description, ''));
END;
CREATE TRIGGER projects_words_update AFTER UPDATE OF name, description ON projects BEGIN
    UPDATE search_words SET words = new.name || ' ' || coalesce(new.description, '') WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'project' AND record_id = new.id);
END;
CREATE TRIGGER projects_words_delete AFTER DELETE ON projects BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = old.organization_id AND kind = 'project' AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = old.organization_id AND kind = 'project' AND record_id = old.id;
END;

CREATE TRIGGER phases_words_insert AFTER INSERT ON phases BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'phase', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.name);
END;
CREATE TRIGGER phases_words_update AFTER UPDATE OF name ON phases BEGIN
    UPDATE search_words SET words = new.name WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'phase' AND record_id = new.id);
END;
CREATE TRIGGER phases_words_delete AFTER DELETE ON phases BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = old.organization_id AND kind = 'phase' AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = old.organization_id AND kind = 'phase' AND record_id = old.id;
END;

CREATE TRIGGER milestones_words_insert AFTER INSERT ON milestones BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'milestone', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.name);
END;
CREATE TRIGGER milestones_words_update AFTER UPDATE OF name ON milestones BEGIN
    UPDATE search_words SET words = new.name WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'milestone' AND record_id = new.id);
END;
CREATE TRIGGER milestones_words_delete AFTER DELETE ON milestones BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = old.organization_id AND kind = 'milestone' AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = old.organization_id AND kind = 'milestone' AND record_id = old.id;
END;

CREATE TRIGGER contacts_words_insert AFTER INSERT ON contacts BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'contact', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.name || ' ' || coalesce(new.email, '') || ' ' || coalesce(new.phone, ''));
END;
CREATE TRIGGER contacts_words_update AFTER UPDATE OF name, email, phone ON contacts BEGIN
    UPDATE search_words SET words = new.name || ' ' || coalesce(new.email, '') || ' ' || coalesce(new.phone, '') WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'contact' AND record_id = new.id);
END;
CREATE TRIGGER contacts_words_delete AFTER DELETE ON contacts BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = old.organization_id AND kind = 'contact' AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = old.organization_id AND kind = 'contact' AND record_id = old.id;
END;

CREATE TRIGGER teams_words_insert AFTER INSERT ON teams BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'team', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.name);
END;
CREATE TRIGGER teams_words_update AFTER UPDATE OF name ON teams BEGIN
    UPDATE search_words SET words = new.name WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'team' AND record_id = new.id);
END;
CREATE TRIGGER teams_words_delete AFTER DELETE ON teams BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = old.organization_id AND kind = 'team' AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = old.organization_id AND kind = 'team' AND record_id = old.id;
END;

CREATE TRIGGER people_words_insert AFTER INSERT ON people BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES ('', 'member', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.name || ' ' || new.email);
END;
CREATE TRIGGER people_words_update AFTER UPDATE OF name, email ON people BEGIN
    UPDATE search_words SET words = new.name || ' ' || new.email WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = '' AND kind = 'member' AND record_id = new.id);
END;
CREATE TRIGGER people_words_delete AFTER DELETE ON people BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = '' AND kind = 'member' AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = '' AND kind = 'member' AND record_id = old.id;
END;

-- What was there before.
INSERT INTO search_documents (organization_id, kind, record_id) SELECT organization_id, 'team', id FROM teams;
INSERT INTO search_documents (organization_id, kind, record_id) SELECT '', 'member', id FROM people;
INSERT INTO search_documents (organization_id, kind, record_id) SELECT organization_id, 'project', id FROM projects;
INSERT INTO search_documents (organization_id, kind, record_id) SELECT organization_id, 'phase', id FROM phases;
INSERT INTO search_documents (organization_id, kind, record_id) SELECT organization_id, 'milestone', id FROM milestones;
INSERT INTO search_documents (organization_id, kind, record_id) SELECT organization_id, 'contact', id FROM contacts;
INSERT INTO search_words (rowid, words) SELECT d.number, r.name
    FROM search_documents d JOIN teams r ON d.organization_id = r.organization_id AND d.kind = 'team' AND d.record_id = r.id;
INSERT INTO search_words (rowid, words) SELECT d.number, r.name || ' ' || r.email
    FROM search_documents d JOIN people r ON d.organization_id = '' AND d.kind = 'member' AND d.record_id = r.id;
INSERT INTO search_words (rowid, words) SELECT d.number, r.name || ' ' || coalesce(r.description, '')
    FROM search_documents d JOIN projects r ON d.organization_id = r.organization_id AND d.kind = 'project' AND d.record_id = r.id;
INSERT INTO search_words (rowid, words) SELECT d.number, r.name
    FROM search_documents d JOIN phases r ON d.organization_id = r.organization_id AND d.kind = 'phase' AND d.record_id = r.id;
INSERT INTO search_words (rowid, words) SELECT d.number, r.name
    FROM search_documents d JOIN milestones r ON d.organization_id = r.organization_id AND d.kind = 'milestone' AND d.record_id = r.id;
INSERT INTO search_words (rowid, words) SELECT d.number, r.name || ' ' || coalesce(r.email, '') || ' ' || coalesce(r.phone, '')
    FROM search_documents d JOIN contacts r ON d.organization_id = r.organization_id AND d.kind = 'contact' AND d.record_id = r.id;
INSERT INTO task_documents (organization_id, task_id) SELECT organization_id, id FROM tasks;
INSERT INTO task_words (rowid, words) SELECT d.number, r.title || ' ' || coalesce(r.description, '')
    FROM task_documents d JOIN tasks r ON r.organization_id = d.organization_id AND r.id = d.task_id;

-- References by exact title.
CREATE INDEX tasks_by_title ON tasks (organization_id, title COLLATE NOCASE);
