//! A document's row, and reading amounts out of it.

use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use lavori_domain::billing::{
    Accounting, Document, DocumentKind, DocumentLine, DocumentNumber, DocumentStatus, FrozenClient, Percent, TaxGroup,
    Totals,
};
use lavori_domain::{ContactId, Currency, DocumentId, Money, OrganizationId, ProjectId, TeamId, Timestamp};
use serde_json::{Map, Value};

use crate::error::Error;
use crate::schema::billing_documents;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = billing_documents, check_for_backend(Pg, Sqlite))]
pub(super) struct DocumentRow {
    pub(super) organization_id: OrganizationId,
    pub(super) id: DocumentId,
    pub(super) number: i64,
    pub(super) kind: DocumentKind,
    pub(super) document_number: Option<String>,
    pub(super) revision: i32,
    pub(super) client_id: ContactId,
    pub(super) client_name: Option<String>,
    pub(super) client_details: Option<String>,
    pub(super) project_id: Option<ProjectId>,
    pub(super) team_id: Option<TeamId>,
    pub(super) from_id: Option<DocumentId>,
    pub(super) dated_on: Option<NaiveDate>,
    pub(super) due_on: Option<NaiveDate>,
    pub(super) valid_until: Option<NaiveDate>,
    pub(super) currency: Currency,
    pub(super) prices_include_tax: bool,
    pub(super) discount_percent: i64,
    pub(super) reference: Option<String>,
    pub(super) notes: Option<String>,
    pub(super) status: DocumentStatus,
    pub(super) decided_on: Option<NaiveDate>,
    pub(super) status_reason: Option<String>,
    pub(super) net: i64,
    pub(super) tax: i64,
    pub(super) gross: i64,
    pub(super) paid: i64,
    pub(super) credited: i64,
    pub(super) invoiced_net: i64,
    pub(super) version: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// What `client_details` holds: what is frozen of the client beside the name.
pub(super) fn write_client(client: &FrozenClient) -> String {
    let mut details = Map::new();
    let texts = [("email", &client.email), ("address", &client.address), ("tax_id", &client.tax_id)];
    for (name, text) in texts {
        if let Some(text) = text {
            details.insert(name.to_owned(), Value::String(text.clone()));
        }
    }
    Value::Object(details).to_string()
}

fn read_client(name: String, details: Option<&str>) -> Result<FrozenClient, Error> {
    let mut details: Map<String, Value> =
        details.map(serde_json::from_str).transpose().map_err(corrupt)?.unwrap_or_default();
    let mut text = |name: &str| match details.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    Ok(FrozenClient { name, email: text("email"), address: text("address"), tax_id: text("tax_id") })
}

/// The stored value is none that this server writes.
pub(super) fn corrupt(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Corrupt(Box::new(error))
}

/// An amount of a column.
pub(super) fn money(minor: i64, currency: Currency) -> Result<Money, Error> {
    Money::of_minor(minor, currency).map_err(corrupt)
}

impl DocumentRow {
    /// The number of its series.
    pub(super) fn taken(&self) -> Result<Option<DocumentNumber>, Error> {
        self.document_number.as_deref().map(str::parse).transpose().map_err(corrupt)
    }

    /// The whole document with its lines, their amounts and its taxes; in another currency, it is added what it comes to.
    pub(super) fn whole(
        self,
        lines: Vec<DocumentLine>,
        amounts: Vec<Money>,
        groups: Vec<TaxGroup>,
        accounting: Option<Accounting>,
    ) -> Result<Document, Error> {
        let taken = self.taken()?;
        let currency = self.currency;
        let (net, tax, gross) = (money(self.net, currency)?, money(self.tax, currency)?, money(self.gross, currency)?);
        let mut line_total = Money::zero(currency);
        for amount in &amounts {
            line_total = line_total.plus(*amount).map_err(corrupt)?;
        }
        // What is paid is the sum of the lines but for the discount; with or without tax, as the prices are.
        let paid_for = if self.prices_include_tax { gross } else { net };
        let discount = line_total.minus(paid_for).map_err(corrupt)?;
        let frozen_client =
            self.client_name.map(|name| read_client(name, self.client_details.as_deref())).transpose()?;
        Ok(Document {
            organization: self.organization_id,
            id: self.id,
            number: self.number,
            kind: self.kind,
            taken,
            revision: self.revision,
            client: self.client_id,
            frozen_client,
            project: self.project_id,
            team: self.team_id,
            from: self.from_id,
            dated_on: self.dated_on,
            due_on: self.due_on,
            valid_until: self.valid_until,
            currency,
            prices_include_tax: self.prices_include_tax,
            discount: Percent::of_units(self.discount_percent).map_err(corrupt)?,
            reference: self.reference,
            notes: self.notes,
            status: self.status,
            decided_on: self.decided_on,
            status_reason: self.status_reason,
            lines,
            totals: Totals { lines: amounts, line_total, discount, groups, net, tax, gross },
            accounting,
            paid: money(self.paid, currency)?,
            credited: money(self.credited, currency)?,
            invoiced_net: money(self.invoiced_net, currency)?,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
