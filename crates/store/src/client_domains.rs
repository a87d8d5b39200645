//! The domains whose clients may connect to an organization. None listed: all may (OAUTH.md B15).

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::OrganizationId;

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::client_domains;
use crate::sql::Sql;

/// The domains of the given organizations, in order.
///
/// # Errors
/// When the database is out of reach.
pub async fn list(conn: &mut Conn, organizations: &[OrganizationId]) -> Result<Vec<(OrganizationId, String)>, Error> {
    on!(conn, |c| client_domains::table
        .filter(client_domains::organization_id.eq_any(organizations.iter().copied().map(Sql)))
        .order((client_domains::organization_id, client_domains::domain))
        .select((client_domains::organization_id, client_domains::domain))
        .load(c))
}

/// Puts these domains in the place of those that were listed.
///
/// # Errors
/// [`Error::Conflict`] when one of them stands there twice.
pub async fn replace(tx: &mut Tx, organization: OrganizationId, domains: &[String]) -> Result<(), Error> {
    let of = client_domains::organization_id.eq(Sql(organization));
    on!(tx, |c| diesel::delete(client_domains::table.filter(of)).execute(c))?;
    // One by one: SQLite's inserts of many rows are another statement, and there are few.
    for domain in domains {
        on!(tx, |c| diesel::insert_into(client_domains::table)
            .values((client_domains::organization_id.eq(Sql(organization)), client_domains::domain.eq(domain)))
            .execute(c))?;
    }
    Ok(())
}
