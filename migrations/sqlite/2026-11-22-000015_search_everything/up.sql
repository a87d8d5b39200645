-- Search over the schedule, the bills, the service library and budgets as well, and contacts by company and tax id.

-- A check cannot be changed: the table is made anew with the numbers it had, which the full-text index knows.
CREATE TEMPORARY TABLE kept AS SELECT * FROM search_documents;
DROP TABLE search_documents;
CREATE TABLE search_documents (
    number INTEGER PRIMARY KEY,
    organization_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN (
        'project', 'phase', 'milestone', 'contact', 'member', 'team',
        'event', 'shift', 'quote', 'invoice', 'credit_note',
        'service_item', 'budget'
    )),
    record_id TEXT NOT NULL,
    UNIQUE (organization_id, kind, record_id)
) STRICT;
INSERT INTO search_documents SELECT * FROM kept;
DROP TABLE kept;

DROP TRIGGER contacts_words_insert;
DROP TRIGGER contacts_words_update;
CREATE TRIGGER contacts_words_insert AFTER INSERT ON contacts BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'contact', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.name || ' ' || coalesce(new.company, '') || ' ' || coalesce(new.email, '') || ' ' || coalesce(new.phone, '') || ' ' || coalesce(new.tax_id, ''));
END;
CREATE TRIGGER contacts_words_update AFTER UPDATE OF name, company, email, phone, tax_id ON contacts BEGIN
    UPDATE search_words SET words = new.name || ' ' || coalesce(new.company, '') || ' ' || coalesce(new.email, '') || ' ' || coalesce(new.phone, '') || ' ' || coalesce(new.tax_id, '') WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'contact' AND record_id = new.id);
END;
UPDATE search_words SET words = (
    SELECT r.name || ' ' || coalesce(r.company, '') || ' ' || coalesce(r.email, '') || ' ' || coalesce(r.phone, '') || ' ' || coalesce(r.tax_id, '')
    FROM search_documents d JOIN contacts r ON r.organization_id = d.organization_id AND r.id = d.record_id
    WHERE d.number = search_words.rowid
) WHERE rowid IN (SELECT number FROM search_documents WHERE kind = 'contact');

CREATE TRIGGER events_words_insert AFTER INSERT ON events BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'event', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.title || ' ' || coalesce(new.location, '') || ' ' || coalesce(new.notes, ''));
END;
CREATE TRIGGER events_words_update AFTER UPDATE OF title, location, notes ON events BEGIN
    UPDATE search_words SET words = new.title || ' ' || coalesce(new.location, '') || ' ' || coalesce(new.notes, '') WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'event' AND record_id = new.id);
END;
CREATE TRIGGER events_words_delete AFTER DELETE ON events BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = old.organization_id AND kind = 'event' AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = old.organization_id AND kind = 'event' AND record_id = old.id;
END;

CREATE TRIGGER shifts_words_insert AFTER INSERT ON shifts BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'shift', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.role || ' ' || coalesce(new.location, '') || ' ' || coalesce(new.notes, ''));
END;
CREATE TRIGGER shifts_words_update AFTER UPDATE OF role, location, notes ON shifts BEGIN
    UPDATE search_words SET words = new.role || ' ' || coalesce(new.location, '') || ' ' || coalesce(new.notes, '') WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'shift' AND record_id = new.id);
END;
CREATE TRIGGER shifts_words_delete AFTER DELETE ON shifts BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = old.organization_id AND kind = 'shift' AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = old.organization_id AND kind = 'shift' AND record_id = old.id;
END;

CREATE TRIGGER billing_documents_words_insert AFTER INSERT ON billing_documents BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, new.kind, new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), coalesce(new.document_number, '') || ' ' || coalesce(new.reference, '') || ' ' || coalesce(new.notes, ''));
END;
CREATE TRIGGER billing_documents_words_update AFTER UPDATE OF document_number, reference, notes ON billing_documents BEGIN
    UPDATE search_words SET words = coalesce(new.document_number, '') || ' ' || coalesce(new.reference, '') || ' ' || coalesce(new.notes, '') WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = new.kind AND record_id = new.id);
END;
CREATE TRIGGER billing_documents_words_delete AFTER DELETE ON billing_documents BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = old.organization_id AND kind = old.kind AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = old.organization_id AND kind = old.kind AND record_id = old.id;
END;

CREATE TRIGGER service_items_words_insert AFTER INSERT ON service_items BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'service_item', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.name);
END;
CREATE TRIGGER service_items_words_update AFTER UPDATE OF name ON service_items BEGIN
    UPDATE search_words SET words = new.name WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'service_item' AND record_id = new.id);
END;
CREATE TRIGGER service_items_words_delete AFTER DELETE ON service_items BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = old.organization_id AND kind = 'service_item' AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = old.organization_id AND kind = 'service_item' AND record_id = old.id;
END;

CREATE TRIGGER budgets_words_insert AFTER INSERT ON budgets BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'budget', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.name);
END;
CREATE TRIGGER budgets_words_update AFTER UPDATE OF name ON budgets BEGIN
    UPDATE search_words SET words = new.name WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'budget' AND record_id = new.id);
END;
CREATE TRIGGER budgets_words_delete AFTER DELETE ON budgets BEGIN
    DELETE FROM search_words WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = old.organization_id AND kind = 'budget' AND record_id = old.id);
    DELETE FROM search_documents WHERE organization_id = old.organization_id AND kind = 'budget' AND record_id = old.id;
END;

-- What was there before.
INSERT INTO search_documents (organization_id, kind, record_id) SELECT organization_id, 'event', id FROM events;
INSERT INTO search_words (rowid, words) SELECT d.number, r.title || ' ' || coalesce(r.location, '') || ' ' || coalesce(r.notes, '')
    FROM search_documents d JOIN events r ON d.organization_id = r.organization_id AND d.kind = 'event' AND d.record_id = r.id;
INSERT INTO search_documents (organization_id, kind, record_id) SELECT organization_id, 'shift', id FROM shifts;
INSERT INTO search_words (rowid, words) SELECT d.number, r.role || ' ' || coalesce(r.location, '') || ' ' || coalesce(r.notes, '')
    FROM search_documents d JOIN shifts r ON d.organization_id = r.organization_id AND d.kind = 'shift' AND d.record_id = r.id;
INSERT INTO search_documents (organization_id, kind, record_id) SELECT organization_id, kind, id FROM billing_documents;
INSERT INTO search_words (rowid, words) SELECT d.number, coalesce(r.document_number, '') || ' ' || coalesce(r.reference, '') || ' ' || coalesce(r.notes, '')
    FROM search_documents d JOIN billing_documents r ON d.organization_id = r.organization_id AND d.kind = r.kind AND d.record_id = r.id;
INSERT INTO search_documents (organization_id, kind, record_id) SELECT organization_id, 'service_item', id FROM service_items;
INSERT INTO search_words (rowid, words) SELECT d.number, r.name
    FROM search_documents d JOIN service_items r ON d.organization_id = r.organization_id AND d.kind = 'service_item' AND d.record_id = r.id;
INSERT INTO search_documents (organization_id, kind, record_id) SELECT organization_id, 'budget', id FROM budgets;
INSERT INTO search_words (rowid, words) SELECT d.number, r.name
    FROM search_documents d JOIN budgets r ON d.organization_id = r.organization_id AND d.kind = 'budget' AND d.record_id = r.id;

-- References by exact name.
CREATE INDEX events_by_title ON events (organization_id, lower(title));
CREATE INDEX shifts_by_role ON shifts (organization_id, lower(role), starts_at);
CREATE INDEX billing_documents_by_document_number ON billing_documents (organization_id, lower(document_number));
CREATE INDEX budgets_by_name ON budgets (organization_id, lower(name));
