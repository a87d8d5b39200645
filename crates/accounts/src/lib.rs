//! What people may change about organizations: set-up, invitations, members, roles, teams, settings, switches, the
//! domains of clients (PRODUCT.md P1, P2, P4, P19).
//!
//! One module for each concern. A change is one transaction: it holds the organization, reads the role of the
//! [`Actor`] there as it is now, changes, and writes its event; or it answers with an [`Error`] whose words say what to
//! do next, and nothing has changed. What takes something away from running calls holds the organization alone
//! (PRODUCT.md P23), so that it is in force when it is answered. This crate refuses to know HTTP, pages, passwords and
//! OAuth: secrets reach it hashed. Start at [`members`].

mod actor;
mod checked;
pub mod client_domains;
mod cut;
mod error;
pub mod invitations;
pub mod members;
pub mod overview;
pub mod people;
pub mod set_up;
pub mod settings;
pub mod switches;
pub mod teams;

pub use actor::Actor;
pub use error::Error;
