//! The demo data in memory: every row, complete, before it meets a store.

use lavori_domain::billing::{Document, Payment, ServiceItem};
use lavori_domain::budgets::{Budget, BudgetLine};
use lavori_domain::contacts::Contact;
use lavori_domain::organizations::{Organization, Person, Role, Team};
use lavori_domain::projects::{Milestone, Phase, Project};
use lavori_domain::schedule::{Event, Party, Response, Shift};
use lavori_domain::tasks::Task;
use lavori_domain::{ContactId, EventId, OrganizationId, PersonId, ProjectId, TaskId, TeamId, Timestamp};
use lavori_policy::Switches;

/// Who takes part in an event, and what each of them answered.
pub(crate) type Guests = Vec<(Party, Response)>;

/// Everything there is, in an order in which it can be inserted: what a row refers to stands before it.
#[derive(Debug, PartialEq, Default)]
pub(crate) struct Demo {
    /// The tenants, and what their admins allow.
    pub(crate) organizations: Vec<(Organization, Switches)>,
    /// Everybody.
    pub(crate) people: Vec<DemoPerson>,
    /// Who belongs where.
    pub(crate) memberships: Vec<Membership>,
    /// The teams.
    pub(crate) teams: Vec<Team>,
    /// Who is in which team.
    pub(crate) team_members: Vec<(OrganizationId, TeamId, PersonId)>,
    /// The clients.
    pub(crate) contacts: Vec<Contact>,
    /// Which team's projects use which client.
    pub(crate) contact_teams: Vec<(OrganizationId, ContactId, TeamId)>,
    /// The productions.
    pub(crate) projects: Vec<Project>,
    /// Who is on which production, besides its lead.
    pub(crate) project_members: Vec<(OrganizationId, ProjectId, PersonId)>,
    /// Four for each production.
    pub(crate) phases: Vec<Phase>,
    /// What must be reached when.
    pub(crate) milestones: Vec<Milestone>,
    /// What is to be done: parents before their parts.
    pub(crate) tasks: Vec<Task>,
    /// By whom.
    pub(crate) assignees: Vec<(OrganizationId, TaskId, PersonId)>,
    /// The service libraries.
    pub(crate) service_items: Vec<ServiceItem>,
    /// Quotes, invoices and credit notes: what was made from another stands after it, what left in the order of dates.
    pub(crate) documents: Vec<Document>,
    /// What was paid on them.
    pub(crate) payments: Vec<Payment>,
    /// The first waits for the second.
    pub(crate) dependencies: Vec<(OrganizationId, TaskId, TaskId)>,
    /// What may be spent.
    pub(crate) budgets: Vec<Budget>,
    /// On what.
    pub(crate) budget_lines: Vec<BudgetLine>,
    /// What takes place.
    pub(crate) events: Vec<Event>,
    /// Who takes part.
    pub(crate) event_people: Vec<(OrganizationId, EventId, Guests)>,
    /// Who works when.
    pub(crate) shifts: Vec<Shift>,
}

/// Somebody, and whether they have the demo's password.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DemoPerson {
    pub(crate) person: Person,
    pub(crate) signs_in: bool,
}

/// Somebody's place in an organization.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) organization: OrganizationId,
    pub(crate) person: PersonId,
    pub(crate) role: Role,
    pub(crate) at: Timestamp,
    /// Minutes of a week, and what an hour costs in the organization's minor units.
    pub(crate) work: (i32, Option<i64>),
}
