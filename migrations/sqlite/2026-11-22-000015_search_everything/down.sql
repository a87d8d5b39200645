DROP INDEX budgets_by_name;
DROP INDEX billing_documents_by_document_number;
DROP INDEX shifts_by_role;
DROP INDEX events_by_title;
DROP TRIGGER budgets_words_delete;
DROP TRIGGER budgets_words_update;
DROP TRIGGER budgets_words_insert;
DROP TRIGGER service_items_words_delete;
DROP TRIGGER service_items_words_update;
DROP TRIGGER service_items_words_insert;
DROP TRIGGER billing_documents_words_delete;
DROP TRIGGER billing_documents_words_update;
DROP TRIGGER billing_documents_words_insert;
DROP TRIGGER shifts_words_delete;
DROP TRIGGER shifts_words_update;
DROP TRIGGER shifts_words_insert;
DROP TRIGGER events_words_delete;
DROP TRIGGER events_words_update;
DROP TRIGGER events_words_insert;
DELETE FROM search_words WHERE rowid IN (SELECT number FROM search_documents WHERE kind NOT IN ('project', 'phase', 'milestone', 'contact', 'member', 'team'));
DROP TRIGGER contacts_words_insert;
DROP TRIGGER contacts_words_update;
CREATE TRIGGER contacts_words_insert AFTER INSERT ON contacts BEGIN
    INSERT INTO search_documents (organization_id, kind, record_id) VALUES (new.organization_id, 'contact', new.id);
    INSERT INTO search_words (rowid, words) VALUES (last_insert_rowid(), new.name || ' ' || coalesce(new.email, '') || ' ' || coalesce(new.phone, ''));
END;
CREATE TRIGGER contacts_words_update AFTER UPDATE OF name, email, phone ON contacts BEGIN
    UPDATE search_words SET words = new.name || ' ' || coalesce(new.email, '') || ' ' || coalesce(new.phone, '') WHERE rowid =
        (SELECT number FROM search_documents WHERE organization_id = new.organization_id AND kind = 'contact' AND record_id = new.id);
END;
UPDATE search_words SET words = (
    SELECT r.name || ' ' || coalesce(r.email, '') || ' ' || coalesce(r.phone, '')
    FROM search_documents d JOIN contacts r ON r.organization_id = d.organization_id AND r.id = d.record_id
    WHERE d.number = search_words.rowid
) WHERE rowid IN (SELECT number FROM search_documents WHERE kind = 'contact');
CREATE TEMPORARY TABLE kept AS SELECT * FROM search_documents WHERE kind IN ('project', 'phase', 'milestone', 'contact', 'member', 'team');
DROP TABLE search_documents;
CREATE TABLE search_documents (
    number INTEGER PRIMARY KEY,
    organization_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN (
        'project', 'phase', 'milestone', 'contact', 'member', 'team'
    )),
    record_id TEXT NOT NULL,
    UNIQUE (organization_id, kind, record_id)
) STRICT;
INSERT INTO search_documents SELECT * FROM kept;
DROP TABLE kept;
