//! The service library. A narrowed query sees its team's items and those that are there for every team.

use std::convert::identity;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::billing::{Markup, Percent, Quantity, ServiceItem, Tax, TaxCategory, UnitPrice};
use lavori_domain::id::kind;
use lavori_domain::{Currency, OrganizationId, ServiceItemId, TeamId, Timestamp};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::one_of::one_of;
use crate::reference::{Brief, MATCHES, Reference};
use crate::schema::service_items;
use crate::sql::Sql;
use crate::within::Within;
use crate::words::lower;

#[derive(Queryable, Selectable)]
#[diesel(table_name = service_items, check_for_backend(Pg, Sqlite))]
struct ItemRow {
    organization_id: OrganizationId,
    id: ServiceItemId,
    number: i64,
    name: String,
    unit: Option<String>,
    currency: Currency,
    unit_price: i64,
    unit_cost: Option<i64>,
    default_quantity: i64,
    tax_category: Option<TaxCategory>,
    tax_rate: Option<i64>,
    tax_reason: Option<String>,
    markup: Option<i64>,
    team_id: Option<TeamId>,
    archived_at: Option<Timestamp>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

fn corrupt(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Corrupt(Box::new(error))
}

fn item(row: ItemRow) -> Result<ServiceItem, Error> {
    let tax = match (row.tax_category, row.tax_rate) {
        (Some(category), Some(rate)) => {
            let rate = Percent::of_units(rate).map_err(corrupt)?;
            Some(Tax::new(category, rate, row.tax_reason).map_err(corrupt)?)
        }
        _ => None,
    };
    Ok(ServiceItem {
        organization: row.organization_id,
        id: row.id,
        number: row.number,
        name: row.name,
        unit: row.unit,
        currency: row.currency,
        unit_price: UnitPrice::of_units(row.unit_price).map_err(corrupt)?,
        unit_cost: row.unit_cost.map(UnitPrice::of_units).transpose().map_err(corrupt)?,
        default_quantity: Quantity::of_units(row.default_quantity).map_err(corrupt)?,
        tax,
        markup: row.markup.map(Markup::of_units).transpose().map_err(corrupt)?,
        team: row.team_id,
        archived_at: row.archived_at,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The items that `within` shows, as a boxed query of whichever backend the arm has.
macro_rules! visible {
    ($within:expr) => {{
        let within: Within = $within;
        let mut query =
            service_items::table.filter(service_items::organization_id.eq(Sql(within.organization))).into_boxed();
        if let Some(team) = within.team {
            query = query.filter(service_items::team_id.is_null().or(service_items::team_id.eq(Some(Sql(team)))));
        }
        query
    }};
}

/// Which items to get.
#[derive(Debug, Clone, Copy)]
pub enum ServiceItemKeys<'a> {
    /// Those with these ids.
    Ids(&'a [ServiceItemId]),
    /// Those with these numbers in their keys.
    Numbers(&'a [i64]),
}

/// The items with the given keys, in no order. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn details(conn: &mut Conn, within: Within, keys: ServiceItemKeys<'_>) -> Result<Vec<ServiceItem>, Error> {
    let rows: Vec<ItemRow> = on!(conn, |c| {
        let query = match keys {
            ServiceItemKeys::Ids(ids) => visible!(within).filter(one_of!(service_items::id, ids, Sql)),
            ServiceItemKeys::Numbers(numbers) => {
                visible!(within).filter(one_of!(service_items::number, numbers, identity))
            }
        };
        query.select(ItemRow::as_select()).load(c)
    })?;
    rows.into_iter().map(item).collect()
}

/// The items that `reference` names, at most [`MATCHES`].
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    within: Within,
    reference: Reference<'_, kind::ServiceItem>,
) -> Result<Vec<Brief<kind::ServiceItem>>, Error> {
    let rows: Vec<ItemRow> = on!(conn, |c| {
        let query = match reference {
            Reference::Id(id) => visible!(within).filter(service_items::id.eq(Sql(id))),
            Reference::Number(number) => visible!(within).filter(service_items::number.eq(number)),
            Reference::Name(name) => visible!(within).filter(lower(service_items::name).eq(lower(name))),
        };
        query.order(service_items::number).limit(MATCHES).select(ItemRow::as_select()).load(c)
    })?;
    rows.into_iter()
        .map(|row| {
            let item = item(row)?;
            let unit = item.unit.map(|unit| format!(" / {unit}")).unwrap_or_default();
            let hint = Some(format!("{} {}{unit}", item.unit_price, item.currency));
            Ok(Brief { id: item.id, number: Some(item.number), name: item.name, hint })
        })
        .collect()
}

/// Inserts an item.
///
/// # Errors
/// [`Error::Conflict`] when its number is taken, or its team is of another organization.
pub async fn insert(tx: &mut Tx, item: &ServiceItem) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(service_items::table)
        .values((
            service_items::organization_id.eq(Sql(item.organization)),
            service_items::id.eq(Sql(item.id)),
            service_items::number.eq(item.number),
            service_items::name.eq(&item.name),
            service_items::unit.eq(&item.unit),
            service_items::currency.eq(Sql(item.currency)),
            service_items::unit_price.eq(item.unit_price.units()),
            service_items::unit_cost.eq(item.unit_cost.map(UnitPrice::units)),
            service_items::default_quantity.eq(item.default_quantity.units()),
            service_items::tax_category.eq(item.tax.as_ref().map(|tax| Sql(tax.category()))),
            service_items::tax_rate.eq(item.tax.as_ref().map(|tax| tax.rate().units())),
            service_items::tax_reason.eq(item.tax.as_ref().and_then(Tax::reason)),
            service_items::markup.eq(item.markup.map(Markup::units)),
            service_items::team_id.eq(item.team.map(Sql)),
            service_items::archived_at.eq(item.archived_at.map(Sql)),
            service_items::version.eq(item.version),
            service_items::created_at.eq(Sql(item.created_at)),
            service_items::updated_at.eq(Sql(item.updated_at)),
        ))
        .execute(c))?;
    Ok(())
}
