DROP TABLE payments;
DROP TABLE billing_tax_groups;
DROP TABLE billing_line_taxes;
DROP TABLE billing_lines;
DROP TABLE billing_documents;
DROP TABLE service_items;
