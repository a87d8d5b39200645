//! The pages that people see: plain data in, a whole HTML document out.
//!
//! It is for everything a browser shows: signing in, the consent screen, its refusal, trouble, set-up,
//! invitations, settings and the start page, with the stylesheet, script and icon that they link to ([`assets`]). It refuses
//! to know requests, sessions, databases and the rules of authorization: whoever calls it has
//! already decided, and it shows the decision. What it does promise is in the shape of its inputs:
//! nothing given to it can reach a page unescaped, and no input can tick the boxes for write or
//! billing access. Every page works without JavaScript and under a policy that allows no inline
//! style or script. Start reading at [`Consent`].
//!
//! ```
//! use lavori_web::Problem;
//!
//! let html = Problem {
//!     title: "This request has expired",
//!     explanation: "It was open for more than ten minutes.",
//!     next_steps: &["Go back to your client and connect again."],
//!     status: 400,
//!     request_id: "0198c0de",
//! }
//! .render();
//! assert!(html.starts_with("<!DOCTYPE html>"));
//! ```

mod account;
mod activity;
pub mod assets;
mod client;
mod connection;
mod connections;
mod consent;
mod home;
mod invitation;
mod moment;
mod organization;
mod organizations;
mod problem;
mod refusal;
mod set_up;
mod sign_in;
#[cfg(test)]
mod testing;
mod words;

pub use account::{Account, AccountIdentity, AccountSession};
pub use activity::{Activity, ActivityEvent, FilterOption};
pub use client::{Client, Destination, Identity};
pub use connection::{Access, Connection, State};
pub use connections::{Connections, GoesOn, OrganizationConnections, Revoke, RevokeAll};
pub use consent::{Chosen, Consent, Organization, Pinned, SignOut, Team};
pub use home::{Home, SignedIn};
pub use invitation::{Bearer, Invitation};
pub use moment::Moment;
pub use organization::{Administration, InvitationRow, MemberRow, Notice, OrganizationSettings, Somebody, TeamRow};
pub use organizations::{Belonging, Organizations};
pub use problem::Problem;
pub use refusal::{Refusal, Refused};
pub use set_up::SetUp;
pub use sign_in::{Provider, SignIn};

/// Renders a template into a document.
fn document(template: &impl askama::Template) -> String {
    template.render().expect("writing text into a String cannot fail, and no filter of ours does")
}
