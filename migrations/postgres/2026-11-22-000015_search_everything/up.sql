-- Search over the schedule, the bills, the service library and budgets as well, and contacts by company and tax id.

DROP INDEX contacts_by_words;
CREATE INDEX contacts_by_words ON contacts
    USING gin (organization_id, search_words(name || ' ' || coalesce(company, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(tax_id, '')));
CREATE INDEX events_by_words ON events
    USING gin (organization_id, search_words(title || ' ' || coalesce(location, '') || ' ' || coalesce(notes, '')));
CREATE INDEX shifts_by_words ON shifts
    USING gin (organization_id, search_words(role || ' ' || coalesce(location, '') || ' ' || coalesce(notes, '')));
CREATE INDEX billing_documents_by_words ON billing_documents
    USING gin (organization_id, search_words(coalesce(document_number, '') || ' ' || coalesce(reference, '') || ' ' || coalesce(notes, '')));
CREATE INDEX service_items_by_words ON service_items
    USING gin (organization_id, search_words(name));
CREATE INDEX budgets_by_words ON budgets
    USING gin (organization_id, search_words(name));

-- References by exact name.
CREATE INDEX events_by_title ON events (organization_id, lower(title));
CREATE INDEX shifts_by_role ON shifts (organization_id, lower(role), starts_at);
CREATE INDEX billing_documents_by_document_number ON billing_documents (organization_id, lower(document_number));
CREATE INDEX budgets_by_name ON budgets (organization_id, lower(name));
