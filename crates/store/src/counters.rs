//! Counters per organization: keys and, later, invoice numbers (DESIGN decision 5).

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::{KeyKind, OrganizationId};

use crate::conn::{Tx, on};
use crate::error::Error;
use crate::schema::counters;
use crate::sql::Sql;

/// Takes the next `count` numbers for keys of `kind` and gives the first of them. The row stays locked until the
/// transaction ends; rolled back, the numbers are as if never taken.
///
/// # Errors
/// When the database is out of reach.
pub async fn take(tx: &mut Tx, organization: OrganizationId, kind: KeyKind, count: i64) -> Result<i64, Error> {
    let name = kind.as_str();
    let last: i64 = on!(tx, |c| diesel::insert_into(counters::table)
        .values((counters::organization_id.eq(Sql(organization)), counters::name.eq(name), counters::value.eq(count)))
        .on_conflict((counters::organization_id, counters::name))
        .do_update()
        .set(counters::value.eq(counters::value + count))
        .returning(counters::value)
        .get_result(c))?;
    Ok(last - count + 1)
}
