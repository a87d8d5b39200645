//! Who may do what: scopes, switches, team narrowing and the one pure decision per request.
//!
//! [`decide`] takes a [`Standing`], everything the database says about a presented access token at one moment, and
//! gives a [`Caller`] or a [`Refusal`]. There is no cache and no clock in here: whoever calls brings both. The rest
//! of the code asks the `Caller` and never the token. Start at [`decide`].

pub mod client_domains;
mod decide;
mod scope;
mod switches;

pub use decide::{Caller, ConnectionStanding, Refusal, Standing, Tenant, decide};
pub use scope::{Scope, Scopes};
pub use switches::{Epochs, Switches};
