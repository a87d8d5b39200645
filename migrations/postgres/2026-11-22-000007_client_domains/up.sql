-- The domains whose clients may connect to an organization; none listed: all may.
CREATE TABLE client_domains (
    organization_id UUID NOT NULL REFERENCES organizations (id),
    domain TEXT NOT NULL,
    PRIMARY KEY (organization_id, domain)
);
