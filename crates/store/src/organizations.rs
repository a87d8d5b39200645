//! Organizations and their switches.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::organizations::{Organization, OrganizationState};
use lavori_domain::{Currency, OrganizationId, TimeZone, Timestamp};
use lavori_policy::{Epochs, Scopes, Switches};

use crate::conn::{Conn, Tx, on};
use crate::cut_off::CutOff;
use crate::error::Error;
use crate::locks::{self, Guarded};
use crate::schema::organizations;
use crate::sql::Sql;

#[derive(Queryable, Selectable)]
#[diesel(table_name = organizations, check_for_backend(Pg, Sqlite))]
struct OrganizationRow {
    id: OrganizationId,
    slug: String,
    name: String,
    time_zone: TimeZone,
    currency: Currency,
    state: OrganizationState,
    created_at: Timestamp,
}

impl From<OrganizationRow> for Organization {
    fn from(row: OrganizationRow) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            time_zone: row.time_zone,
            currency: row.currency,
            state: row.state,
            created_at: row.created_at,
        }
    }
}

/// Finds an organization by its name in URLs.
///
/// # Errors
/// When the database is out of reach.
pub async fn find_by_slug(conn: &mut Conn, slug: &str) -> Result<Option<Organization>, Error> {
    let rows: Vec<OrganizationRow> = on!(conn, |c| organizations::table
        .filter(organizations::slug.eq(slug))
        .select(OrganizationRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().next().map(Organization::from))
}

/// The switches and their epochs as they are now.
///
/// # Errors
/// [`Error::NotFound`] when there is no such organization.
pub async fn switches(conn: &mut Conn, organization: OrganizationId) -> Result<(Switches, Epochs), Error> {
    let (write, billing, write_epoch, billing_epoch): (bool, bool, i32, i32) = on!(conn, |c| organizations::table
        .find(Sql(organization))
        .select((
            organizations::allow_write,
            organizations::allow_billing,
            organizations::write_epoch,
            organizations::billing_epoch
        ))
        .first(c))?;
    Ok((Switches::new(write, billing), Epochs { write: write_epoch, billing: billing_epoch }))
}

/// Sets the switches. Each one that goes from on to off moves its epoch, which kills every token that relied on it
/// (PRODUCT.md P21).
///
/// # Errors
/// [`Error::NotFound`] when there is no such organization.
pub async fn set_switches(tx: &mut Tx, organization: OrganizationId, switches: Switches) -> Result<(), Error> {
    let cut = match (switches.write(), switches.billing()) {
        (_, true) => None,
        (true, false) => Some(CutOff::scopes(organization, Scopes::Write)),
        (false, false) => Some(CutOff::scopes(organization, Scopes::Read)),
    };
    locks::take_alone(tx, Guarded::Organization(organization), cut).await?;
    let on_for_write = organizations::id.eq(Sql(organization)).and(organizations::allow_write);
    let on_for_billing = organizations::id.eq(Sql(organization)).and(organizations::allow_billing);
    // The epochs move in SQL, where "was it on?" and "move it" cannot be torn apart by another admin's change.
    if !switches.billing() {
        on!(tx, |c| diesel::update(organizations::table.filter(on_for_billing))
            .set((
                organizations::allow_billing.eq(false),
                organizations::billing_epoch.eq(organizations::billing_epoch + 1)
            ))
            .execute(c))?;
    }
    if !switches.write() {
        on!(tx, |c| diesel::update(organizations::table.filter(on_for_write))
            .set((organizations::allow_write.eq(false), organizations::write_epoch.eq(organizations::write_epoch + 1)))
            .execute(c))?;
    }
    let changed = on!(tx, |c| diesel::update(organizations::table.find(Sql(organization)))
        .set((organizations::allow_write.eq(switches.write()), organizations::allow_billing.eq(switches.billing())))
        .execute(c))?;
    if changed == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Inserts an organization with its switches.
///
/// # Errors
/// [`Error::Conflict`] when the slug is taken.
pub async fn insert(tx: &mut Tx, organization: &Organization, switches: Switches) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(organizations::table)
        .values((
            organizations::id.eq(Sql(organization.id)),
            organizations::slug.eq(&organization.slug),
            organizations::name.eq(&organization.name),
            organizations::time_zone.eq(Sql(organization.time_zone)),
            organizations::currency.eq(Sql(organization.currency)),
            organizations::state.eq(Sql(organization.state)),
            organizations::allow_write.eq(switches.write()),
            organizations::allow_billing.eq(switches.billing()),
            organizations::write_epoch.eq(0),
            organizations::billing_epoch.eq(0),
            organizations::created_at.eq(Sql(organization.created_at)),
        ))
        .execute(c))?;
    Ok(())
}
