//! Journeys over a real socket: a client discovers, registers, a person signs in and consents, tools answer.
//!
//! Every journey runs on SQLite and on PostgreSQL. Names carry the promise (PRODUCT.md), the attack (OAUTH.md) or the
//! rule (TOOLS.md) that the test proves.

mod authorization;
mod bearer;
mod consent;
mod discovery;
mod foreign_clients;
mod hostile_provider;
mod mcp;
mod passwords;
mod providers;
mod refresh;
mod sign_in;
mod sign_in_limits;
mod tenancy;
mod token;
