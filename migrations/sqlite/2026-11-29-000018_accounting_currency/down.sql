DROP TABLE billing_accounting;
