//! Counters per organization: keys, numbers of billing series, positions of the change feed (DESIGN decision 5).

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::billing::{DocumentNumber, Series};
use lavori_domain::{KeyKind, OrganizationId};

use crate::conn::{Tx, on};
use crate::error::Error;
use crate::kept::kept;
use crate::schema::counters;
use crate::sql::Sql;

/// The counter of the change feed.
const CHANGES: &str = "changes";

/// Takes the next `count` numbers for keys of `kind` and gives the first of them. The row stays locked until the
/// transaction ends; rolled back, the numbers are as if never taken.
///
/// # Errors
/// When the database is out of reach.
pub async fn take(tx: &mut Tx, organization: OrganizationId, kind: KeyKind, count: i64) -> Result<i64, Error> {
    take_named(tx, organization, kind.as_str(), count).await
}

/// Takes the next number of a series. Whoever else wants one waits until this transaction ends; rolled back, the number
/// is given to the next: a series has no holes (TOOLS.md 3.4).
///
/// # Errors
/// When the database is out of reach.
pub async fn take_in_series(
    tx: &mut Tx,
    organization: OrganizationId,
    series: Series,
) -> Result<DocumentNumber, Error> {
    let name = format!("{} {}", series.kind, series.year);
    Ok(DocumentNumber { series, number: take_named(tx, organization, &name, 1).await? })
}

/// Takes the next `count` positions of the change feed and gives the first of them.
pub(crate) async fn take_changes(tx: &mut Tx, organization: OrganizationId, count: i64) -> Result<i64, Error> {
    take_named(tx, organization, CHANGES, count).await
}

/// Takes the next `count` numbers of the counter called `name`.
pub(crate) async fn take_named(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    count: i64,
) -> Result<i64, Error> {
    let last: i64 = on!(tx, |c| kept(
        diesel::insert_into(counters::table)
            .values((
                counters::organization_id.eq(Sql(organization)),
                counters::name.eq(name),
                counters::value.eq(count)
            ))
            .on_conflict((counters::organization_id, counters::name))
            .do_update()
            .set(counters::value.eq(counters::value + count))
            .returning(counters::value)
    )
    .get_result(c))?;
    Ok(last - count + 1)
}
