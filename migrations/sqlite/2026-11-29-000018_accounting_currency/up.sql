-- What an issued document in another currency than the organization's comes to in the organization's own, at the rate of
-- its issue date. Kept at issue and never changed. Amounts are minor units of that currency; the rate, in hundred
-- millionths, is how much of it one unit of the document's currency was worth.
CREATE TABLE billing_accounting (
    organization_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    rate INTEGER NOT NULL CHECK (rate > 0),
    net INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    PRIMARY KEY (organization_id, document_id),
    CHECK (gross = net + tax),
    FOREIGN KEY (organization_id, document_id) REFERENCES billing_documents (organization_id, id)
) STRICT;
