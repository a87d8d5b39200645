//! Journeys over a real socket: a client discovers, registers, a person signs in and consents, tools answer.
//!
//! Every journey runs on SQLite and on PostgreSQL. Names carry the promise (PRODUCT.md), the attack (OAUTH.md) or the
//! rule (TOOLS.md) that the test proves.

mod account;
mod activity;
mod authorization;
mod bearer;
mod connections;
mod consent;
mod cut_off;
mod discovery;
mod foreign_clients;
mod housekeeping;
mod mcp;
mod organization_connections;
mod recorded_or_not_done;
mod refresh;
mod sign_in;
mod sign_in_limits;
mod tenancy;
mod token;
