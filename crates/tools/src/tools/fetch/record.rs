//! A record in full: the fields of every type side by side, each there where the type has it.

use super::parts::{BilledTo, HistoryEntry, LineView, MilestoneView, PaymentView, PhaseView, RelatedRecord, TaxView};
use crate::billing::AccountingView;
use crate::links::Links;
use crate::schedule::row::Someone;
use crate::tools::list_budgets::{Actual, Line};
use crate::tools::list_projects::Tasks;
use crate::views::{self, Hidden, Keyed, Named, selectable};
use lavori_domain::RecordType;
use lavori_domain::billing::{Invoiced, PaymentState};
use lavori_domain::contacts::{Address, ContactKind, ContactRole};
use lavori_domain::projects::Health;
use lavori_domain::tasks::Priority;

/// The characters of a description in a record: three of them would fill an answer.
pub(super) const LONGEST: usize = 16_000;
/// The characters of a description in a record's text.
const IN_TEXT: usize = 2_000;

selectable! {
    /// A record in full.
    Record, RecordField;
    always {
        /// What it is.
        r#type: RecordType,
        id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    }
    optional {
        /// Its name, title, number or role.
        title: String,
        /// Where a person sees it.
        url: String,
        status: String,
        /// The statuses it may move to.
        allowed_transitions: Vec<&'static str>,
        /// Counts changes.
        version: i32,
        /// What it is about, or notes.
        description: String,
        tags: Vec<String>,
        project: Keyed,
        client: Keyed,
        team: Named,
        phase: Named,
        milestone: Named,
        /// The task it is a part of.
        parent: Keyed,
        task: Keyed,
        event: Keyed,
        /// What a document was made from.
        from: Keyed,
        priority: Priority,
        /// Who works on it.
        assignees: Vec<Named>,
        /// Who takes part.
        people: Vec<Someone>,
        /// Open tasks that must be done before.
        blocked_by: Vec<Keyed>,
        /// Tasks that wait for it.
        blocks: Vec<Keyed>,
        start: String,
        /// The first instant or day after it; the last day of a budget.
        end: String,
        /// The last day of whole days.
        last_day: String,
        /// The start's.
        weekday: String,
        time_zone: String,
        /// How long it lasts.
        minutes: i64,
        /// RFC 5545.
        recurrence: String,
        location: String,
        busy: bool,
        /// A shift that nobody has.
        open: bool,
        break_minutes: i32,
        paid_break: bool,
        published_at: String,
        actual_start: String,
        actual_end: String,
        /// A day, or an instant.
        due: String,
        due_weekday: String,
        overdue: bool,
        estimate_minutes: i32,
        completed_at: String,
        lead: Named,
        health: Health,
        health_reason: String,
        /// How many tasks it has.
        tasks: Tasks,
        /// In order.
        phases: Vec<PhaseView>,
        /// By date.
        milestones: Vec<MilestoneView>,
        contact_kind: ContactKind,
        company: String,
        email: String,
        phone: String,
        roles: Vec<ContactRole>,
        address: Address,
        tax_id: String,
        payment_terms_days: i32,
        language: String,
        /// In the organization, or of a shift.
        role: String,
        weekly_capacity_minutes: i32,
        /// Name in URLs.
        slug: String,
        /// Of its series.
        number: String,
        billed_to: BilledTo,
        date: String,
        valid_until: String,
        payment_state: PaymentState,
        expired: bool,
        invoiced: Invoiced,
        /// Of all amounts.
        currency: String,
        prices_include_tax: bool,
        discount_percent: String,
        net: String,
        tax: String,
        gross: String,
        accounting: AccountingView,
        due_amount: String,
        tax_groups: Vec<TaxView>,
        lines: Vec<LineView>,
        payments: Vec<PaymentView>,
        reference: String,
        /// When a quote was accepted or declined.
        decided: String,
        /// Why it is no more.
        reason: String,
        unit: String,
        unit_price: String,
        unit_cost: String,
        default_quantity: String,
        markup_percent: String,
        planned: String,
        committed: String,
        actual: Actual,
        remaining: String,
        available: String,
        burn_percent: String,
        expected_burn_percent: String,
        over_budget: bool,
        forecast: String,
        planned_minutes: i64,
        budget_lines: Vec<Line>,
        revision: i32,
        /// The latest changes first.
        history: Vec<HistoryEntry>,
        /// What points at it, the last changed first.
        related: Vec<RelatedRecord>,
        /// How many more point at it.
        more_related: i64,
        /// How many records it points at that this connection cannot see.
        hidden: Hidden,
        created_at: String,
        updated_at: String,
    }
}

impl Record {
    /// It in words, for clients that read nothing else.
    pub(crate) fn text(&self) -> String {
        let mut parts = vec![self.r#type.as_str().replace('_', " ")];
        let mut add = |label: &str, value: Option<&str>| {
            if let Some(value) = value {
                parts.push(format!("{label} {value}"));
            }
        };
        add("called", self.title.as_deref());
        add("with key", self.key.as_deref());
        add("of project", self.project.as_ref().map(|project| project.name.as_str()));
        add("for", self.client.as_ref().map(|client| client.name.as_str()));
        add("status", self.status.as_deref());
        add("priority", self.priority.map(Priority::as_str));
        add("from", self.start.as_deref());
        add("until", self.end.as_deref());
        add("due", self.due.as_deref());
        add("total", self.gross.as_deref());
        add("owed", self.due_amount.as_deref());
        add("planned", self.planned.as_deref());
        add("price", self.unit_price.as_deref());
        add("in", self.currency.as_deref());
        add("e-mail", self.email.as_deref());
        add("phone", self.phone.as_deref());
        let mut text = parts.join(", ");
        if let Some(description) = views::excerpt(self.description.clone(), IN_TEXT, "the rest is in `records`") {
            text.push_str(".\n");
            text.push_str(&description);
        }
        text
    }

    pub(super) fn new(r#type: RecordType, id: String, key: Option<String>, title: String, links: Links<'_>) -> Self {
        let url = links.to(r#type, key.as_ref().unwrap_or(&id));
        Self { r#type, id, key, title: Some(title), url: Some(url), ..Self::default() }
    }
}
