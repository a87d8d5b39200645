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
//! use lavori_web::{Problem, WayOn};
//!
//! let html = Problem {
//!     title: "This request has expired",
//!     explanation: "It was open for more than ten minutes.",
//!     next_steps: &["Go back to your client and connect again."],
//!     way_on: WayOn::HOME,
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
mod connect;
mod connection;
mod connections;
mod consent;
mod end_sessions;
mod home;
mod invitation;
mod moment;
mod nonce;
mod organization;
mod organizations;
mod problem;
mod program;
mod refusal;
mod set_up;
mod sign_in;
#[cfg(test)]
mod testing;
mod welcome;
mod words;

pub use account::{Account, AccountIdentity, AccountSession, PasswordMistakes};
pub use activity::{Activity, ActivityEvent, EventTime, FilterOption, Severity};
pub use client::{Client, Destination, Identity};
pub use connect::{FixedTeam, FixedUrls};
pub use connection::{Access, Connection, State};
pub use connections::{Connections, GoesOn, Rename, Revoke, RevokeAll};
pub use consent::{Chosen, Consent, Organization, Pinned, SignOut, Team};
pub use end_sessions::{EndSessions, Ending};
pub use home::{Home, SignedIn};
pub use invitation::{Bearer, Invitation, NewcomerMistakes};
pub use moment::Moment;
pub use nonce::with_nonce;
pub use organization::{
    ChangeRole, Choice, EndMembership, InvitationRow, InviteMember, LiveRow, MemberRow, NewTeam, OrganizationAccess,
    OrganizationConnections, OrganizationForMembers, OrganizationGeneral, OrganizationMembers, OrganizationTeam,
    OrganizationTeams, Others, Place, RoleRow, Said, Somebody, Span, Switch, SwitchRow, Tab, TeamRow, TurnOff, Typed,
    ZoneGroup,
};
pub use organizations::{Belonging, Organizations};
pub use problem::{Problem, WayOn};
pub use program::browser;
pub use refusal::{Refusal, Refused};
pub use set_up::{SetUp, SetUpMistakes};
pub use sign_in::{Provider, SignIn, Waiting};
pub use welcome::Welcome;

/// Renders a template into a document.
fn document(template: &impl askama::Template) -> String {
    template.render().expect("writing text into a String cannot fail, and no filter of ours does")
}
