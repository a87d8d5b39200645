//! Journeys over a real socket: a client discovers, registers, a person signs in and consents, tools answer.
//!
//! Every journey runs on SQLite and on PostgreSQL. Names carry the promise (PRODUCT.md), the attack (OAUTH.md) or the
//! rule (TOOLS.md) that the test proves.

mod authorization;
mod bearer;
mod client_domains;
mod consent;
mod discovery;
mod foreign_clients;
mod invitations;
mod mcp;
mod members;
mod organization_settings;
mod refresh;
mod set_up;
mod sign_in;
mod switches;
mod tenancy;
mod token;
