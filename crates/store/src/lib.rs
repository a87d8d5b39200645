//! Where things are kept: SQLite or PostgreSQL, one set of query functions for both.
//!
//! [`Store`] is opened by a URL. Reads take `&mut` [`Conn`], changes take `&mut` [`Tx`]; a `Tx` derefs to a `Conn`,
//! so reads work inside a transaction too, and a write outside one does not compile. Nothing above this crate can
//! tell which database is open, and nothing in here decides who may do what: every function over tenant rows demands
//! the organization (and the team limit), and the schema refuses references across organizations. Start at
//! [`conn`] and then any module of queries.

pub mod access_tokens;
pub mod analytics;
pub mod audit_events;
pub mod authorization_codes;
pub mod authorization_requests;
pub mod billing_documents;
pub mod budgets;
pub mod changes;
pub mod client_domains;
pub mod clock;
pub mod conn;
pub mod connections;
pub mod contacts;
pub mod counters;
pub mod crew;
mod cut_off;
pub mod directory;
mod error;
pub mod events;
mod health;
pub mod housekeeping;
pub mod identities;
#[cfg(feature = "testing")]
pub mod inspect;
pub mod invitations;
mod json;
mod kept;
mod limited;
pub mod limits;
mod local_day;
pub mod locks;
pub mod memberships;
mod migrate;
pub mod milestones;
mod one_of;
pub mod organizations;
pub mod payments;
pub mod people;
pub mod phases;
mod pool;
mod postgres;
pub mod project_members;
pub mod projects;
mod raw;
pub mod recorder;
mod reference;
pub mod refresh_tokens;
pub mod related;
pub mod request_keys;
mod schema;
pub mod search;
mod secret_hash;
pub mod service_items;
pub mod sessions;
pub mod set_up;
pub mod shifts;
mod sql;
mod sqlite;
pub mod standing;
pub mod task_assignees;
pub mod task_dependencies;
pub mod tasks;
pub mod teams;
#[cfg(feature = "testing")]
pub mod testing;
mod within;
mod words;
mod written;

pub use conn::{Conn, Store, Tx};
pub use cut_off::CutOff;
pub use error::Error;
pub use health::Occupancy;
#[cfg(feature = "testing")]
pub use migrate::redo as redo_migrations;
pub use pool::Options;
pub use reference::{Brief, MATCHES, Pointed, Reference};
pub use secret_hash::SecretHash;
pub use within::Within;
pub use words::Words;
