//! The parts that records in full are made of.

use std::collections::BTreeMap;

use lavori_domain::RecordType;
use lavori_domain::billing::{Payment, PaymentMethod, TaxCategory};
use lavori_domain::changes::Operation;
use schemars::JsonSchema;
use serde::Serialize;

use crate::tools::list_changes::FieldChange;
use crate::views::{Keyed, Named};

/// A phase of a project.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct PhaseView {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end: Option<String>,
}

/// A milestone of a project.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct MilestoneView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) due: String,
    pub(super) done: bool,
}

/// The client as the document names it since it left.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct BilledTo {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tax_id: Option<String>,
}

/// The tax of one category and rate.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct TaxView {
    pub(super) category: TaxCategory,
    /// Percent.
    pub(super) rate: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) base: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tax: Option<String>,
}

/// A line of a document.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct LineView {
    pub(super) line_id: String,
    pub(super) description: String,
    pub(super) quantity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<String>,
    pub(super) unit_price: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) discount_amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) discount_percent: Option<String>,
    /// Quantity times price, less the discount.
    pub(super) amount: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) taxes: Vec<TaxView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service_item: Option<Keyed>,
}

/// A payment of an invoice.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct PaymentView {
    pub(super) id: String,
    pub(super) amount: String,
    pub(super) date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<PaymentMethod>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<String>,
    /// It did not come after all, and counts no more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) reversed: bool,
}

impl From<Payment> for PaymentView {
    fn from(payment: Payment) -> Self {
        Self {
            id: payment.id.to_string(),
            amount: payment.amount.to_string(),
            date: payment.paid_on.to_string(),
            method: payment.method,
            reference: payment.reference,
            reversed: payment.reversed_at.is_some(),
        }
    }
}

/// A change of a record.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct HistoryEntry {
    pub(super) at: String,
    pub(super) actor: Named,
    /// Through which client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client: Option<String>,
    pub(super) op: Operation,
    /// After the change.
    pub(super) version: i32,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) fields: BTreeMap<String, FieldChange>,
}

/// A record that points at this one.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct RelatedRecord {
    pub(super) r#type: RecordType,
    pub(super) key: String,
    pub(super) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<String>,
}
