-- Billing: the service library, quotes, invoices and credit notes with their lines and taxes, and payments.
-- Amounts are minor units of the document's currency. Prices and quantities are millionths, percentages are
-- ten-thousandths of a percent.

CREATE TABLE service_items (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    unit TEXT,
    currency TEXT NOT NULL,
    unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
    unit_cost INTEGER CHECK (unit_cost >= 0),
    default_quantity INTEGER NOT NULL,
    tax_category TEXT CHECK (tax_category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
    tax_rate INTEGER CHECK (tax_rate BETWEEN 0 AND 1000000),
    tax_reason TEXT,
    markup INTEGER CHECK (markup >= 0),
    team_id TEXT,
    archived_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    CHECK ((tax_category IS NULL) = (tax_rate IS NULL)),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
) STRICT;
CREATE INDEX service_items_by_name ON service_items (organization_id, name COLLATE NOCASE);

-- The number is taken from its series when the document leaves as a quote or is issued, and never given again.
-- client_name and client_details (JSON: e-mail, address, tax id) are the frozen copy of that moment. The sum of the lines
-- and the discount follow from the lines and are not kept. paid, credited and invoiced_net are sums of other rows,
-- kept in the same transaction: what was paid on an invoice, what issued credit notes took back of it, and how much of
-- a quote drafted and issued invoices cover.
CREATE TABLE billing_documents (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('quote', 'invoice', 'credit_note')),
    document_number TEXT,
    revision INTEGER NOT NULL CHECK (revision > 0),
    client_id TEXT NOT NULL,
    client_name TEXT,
    client_details TEXT,
    project_id TEXT,
    team_id TEXT,
    from_id TEXT,
    dated_on TEXT,
    due_on TEXT,
    valid_until TEXT,
    currency TEXT NOT NULL,
    prices_include_tax INTEGER NOT NULL,
    discount_percent INTEGER NOT NULL CHECK (discount_percent BETWEEN 0 AND 1000000),
    reference TEXT,
    notes TEXT,
    status TEXT NOT NULL,
    decided_on TEXT,
    status_reason TEXT,
    net INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    gross INTEGER NOT NULL,
    paid INTEGER NOT NULL CHECK (paid >= 0),
    credited INTEGER NOT NULL CHECK (credited >= 0),
    invoiced_net INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    UNIQUE (organization_id, document_number),
    CHECK (document_number LIKE CASE kind WHEN 'quote' THEN 'Q-%' WHEN 'invoice' THEN 'INV-%' ELSE 'CN-%' END),
    CHECK ((kind = 'quote' AND status IN ('draft', 'sent', 'accepted', 'declined', 'cancelled'))
        OR (kind <> 'quote' AND status IN ('draft', 'issued', 'cancelled'))),
    CHECK (status NOT IN ('sent', 'accepted', 'declined', 'issued')
        OR (document_number IS NOT NULL AND dated_on IS NOT NULL AND client_name IS NOT NULL)),
    CHECK (kind <> 'credit_note' OR from_id IS NOT NULL),
    CHECK (kind <> 'quote' OR from_id IS NULL),
    CHECK (credited <= gross OR credited = 0),
    CHECK (gross = net + tax),
    FOREIGN KEY (organization_id, client_id) REFERENCES contacts (organization_id, id),
    FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
    FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id),
    FOREIGN KEY (organization_id, from_id) REFERENCES billing_documents (organization_id, id)
) STRICT;
CREATE INDEX billing_documents_by_update ON billing_documents (organization_id, kind, updated_at, id);
CREATE INDEX billing_documents_by_date ON billing_documents (organization_id, kind, dated_on, id);
CREATE INDEX billing_documents_by_due ON billing_documents (organization_id, kind, due_on, id);
CREATE INDEX billing_documents_by_client ON billing_documents (organization_id, client_id);
CREATE INDEX billing_documents_by_project ON billing_documents (organization_id, project_id);
CREATE INDEX billing_documents_by_team ON billing_documents (organization_id, team_id);
CREATE INDEX billing_documents_by_source ON billing_documents (organization_id, from_id);

CREATE TABLE billing_lines (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    description TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit TEXT,
    unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
    discount_amount INTEGER,
    discount_percent INTEGER CHECK (discount_percent BETWEEN 0 AND 1000000),
    amount INTEGER NOT NULL,
    service_item_id TEXT,
    PRIMARY KEY (organization_id, id),
    CHECK (discount_amount IS NULL OR discount_percent IS NULL),
    FOREIGN KEY (organization_id, document_id) REFERENCES billing_documents (organization_id, id),
    FOREIGN KEY (organization_id, service_item_id) REFERENCES service_items (organization_id, id)
) STRICT;
CREATE INDEX billing_lines_by_document ON billing_lines (organization_id, document_id, position);

-- The taxes on a line, each on the same base.
CREATE TABLE billing_line_taxes (
    organization_id TEXT NOT NULL,
    line_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    category TEXT NOT NULL CHECK (category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
    rate INTEGER NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
    reason TEXT,
    PRIMARY KEY (organization_id, line_id, position),
    FOREIGN KEY (organization_id, line_id) REFERENCES billing_lines (organization_id, id)
) STRICT;

-- The taxes of a document: one for each category and rate (EN 16931 BG-23).
CREATE TABLE billing_tax_groups (
    organization_id TEXT NOT NULL,
    document_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    category TEXT NOT NULL CHECK (category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')),
    rate INTEGER NOT NULL CHECK (rate BETWEEN 0 AND 1000000),
    reason TEXT,
    base INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    PRIMARY KEY (organization_id, document_id, position),
    UNIQUE (organization_id, document_id, category, rate),
    FOREIGN KEY (organization_id, document_id) REFERENCES billing_documents (organization_id, id)
) STRICT;

CREATE TABLE payments (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    paid_on TEXT NOT NULL,
    method TEXT CHECK (method IN ('bank_transfer', 'card', 'cash', 'direct_debit', 'cheque', 'other')),
    reference TEXT,
    reversed_at TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES billing_documents (organization_id, id)
) STRICT;
CREATE INDEX payments_by_invoice ON payments (organization_id, invoice_id);
CREATE INDEX payments_by_date ON payments (organization_id, paid_on);
