//! Journeys over a real socket: a client discovers, registers, a person signs in and consents, tools answer.
//!
//! Every journey runs on SQLite and on PostgreSQL. Names carry the promise (PRODUCT.md), the attack (OAUTH.md) or the
//! rule (TOOLS.md) that the test proves.

mod authorization;
mod bearer;
mod consent;
mod discovery;
mod foreign_clients;
mod in_a_browser;
mod mcp;
mod new_secret;
mod outages;
mod races;
mod refresh;
mod refresh_model;
mod sign_in;
mod stolen_database;
mod tenancy;
mod token;
mod wire;
