//! Journeys over a real socket: a client discovers, registers, a person signs in and consents, tools answer.
//!
//! Every journey runs on SQLite and on PostgreSQL. Names carry the promise (PRODUCT.md), the attack (OAUTH.md) or the
//! rule (TOOLS.md) that the test proves.

mod account;
mod activity;
mod activity_live;
mod authorization;
mod backups;
mod bearer;
mod cancellation;
mod client_documents;
mod client_domains;
mod conformance;
mod connections;
mod consent;
mod cut_off;
mod discovery;
mod foreign_clients;
mod foreign_programs;
mod graded;
mod hostile_provider;
mod housekeeping;
mod in_a_browser;
mod invitations;
mod killed;
mod linearizability;
mod listening;
mod mcp;
mod members;
mod new_secret;
mod organization_connections;
mod organization_settings;
mod outages;
mod pages;
mod passwords;
mod processes;
mod prompts;
mod protocol;
mod providers;
mod races;
mod rate_limits;
mod recorded_or_not_done;
mod refresh;
mod refresh_model;
mod registration;
mod score;
mod set_up;
mod sign_in;
mod sign_in_limits;
mod stolen_database;
mod switches;
mod tenancy;
mod token;
mod wire;
