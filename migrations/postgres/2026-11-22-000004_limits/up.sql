-- How often something was done lately, counted for all replicas together. A key (an address, an account) is known by
-- its bucket only, a number that a keyed hash gives: nobody's address stands here, and strangers fill a fixed number
-- of rows. A row whose window is over is written over by whoever comes next.
CREATE TABLE limits (
    purpose TEXT NOT NULL,
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 65535),
    taken INTEGER NOT NULL CHECK (taken >= 0),
    ends_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (purpose, bucket)
);
