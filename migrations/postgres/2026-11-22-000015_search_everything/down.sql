DROP INDEX budgets_by_name;
DROP INDEX billing_documents_by_document_number;
DROP INDEX shifts_by_role;
DROP INDEX events_by_title;
DROP INDEX budgets_by_words;
DROP INDEX service_items_by_words;
DROP INDEX billing_documents_by_words;
DROP INDEX shifts_by_words;
DROP INDEX events_by_words;
DROP INDEX contacts_by_words;
CREATE INDEX contacts_by_words ON contacts
    USING gin (organization_id, search_words(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '')));
