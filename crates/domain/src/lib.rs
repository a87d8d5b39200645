//! The values and rules of the trade, without a database, a clock or a socket.
//!
//! One module per area: [`organizations`], [`contacts`], [`projects`], [`tasks`], [`schedule`], [`billing`],
//! [`budgets`], [`analytics`]; and the small values they are made of: [`id`], [`key`], [`time`], [`currency`],
//! [`money`], [`records`], [`share`], [`text`]. Everything unpredictable comes in through [`env::Env`]. This crate refuses to know
//! who is asking (that is `policy`) and where things are kept (that is `store`): it can be read on a quiet afternoon.
//! Start at [`tasks`].

pub mod analytics;
pub mod billing;
pub mod budgets;
pub mod changes;
pub mod contacts;
pub mod currency;
pub mod env;
pub mod id;
pub mod key;
pub mod money;
pub mod organizations;
pub mod projects;
pub mod records;
pub mod schedule;
pub mod share;
pub mod tags;
pub mod tasks;
pub mod text;
pub mod time;
pub mod when;
mod words;

pub use currency::Currency;
pub use env::Env;
pub use id::{
    AuditEventId, BudgetId, BudgetLineId, ConnectionId, ContactId, DocumentId, DocumentLineId, EventId, Id, IdentityId,
    InvitationId, MilestoneId, OrganizationId, PaymentId, PersonId, PhaseId, ProjectId, ServiceItemId, SessionId,
    ShiftId, TaskId, TeamId, TokenId,
};
pub use key::{Key, KeyKind};
pub use money::{Money, NotAnAmount};
pub use records::RecordType;
pub use time::{TimeZone, Timestamp};
pub use words::UnknownWord;
