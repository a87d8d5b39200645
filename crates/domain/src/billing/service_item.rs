//! The service library: what an organization sells again and again, with its price (TOOLS.md 1.11).

use crate::billing::measure::{Markup, Quantity, UnitPrice};
use crate::billing::tax::Tax;
use crate::currency::Currency;
use crate::id::{OrganizationId, ServiceItemId, TeamId};
use crate::key::{Key, KeyKind};
use crate::time::Timestamp;

/// An item of the service library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceItem {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: ServiceItemId,
    /// The number in its key.
    pub number: i64,
    /// What it is called on a line.
    pub name: String,
    /// What its quantity counts: `hour`, `day`, `piece`.
    pub unit: Option<String>,
    /// The currency of price and cost.
    pub currency: Currency,
    /// What one costs the client.
    pub unit_price: UnitPrice,
    /// What one costs the organization.
    pub unit_cost: Option<UnitPrice>,
    /// How many when nothing is said.
    pub default_quantity: Quantity,
    /// The tax on it when nothing is said.
    pub tax: Option<Tax>,
    /// What comes on top of its cost when a budget becomes a quote.
    pub markup: Option<Markup>,
    /// The team it belongs to; none: it is there for every team.
    pub team: Option<TeamId>,
    /// When it was put away.
    pub archived_at: Option<Timestamp>,
    /// Counts changes, from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl ServiceItem {
    /// Its short key, `I-9`.
    pub fn key(&self) -> Key {
        Key { kind: KeyKind::ServiceItem, number: self.number }
    }
}
