//! The record with a key.

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use lavori_domain::{Id, Key, KeyKind, RecordType, TimeZone, Timestamp};

use super::{Hit, HitRow};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::sql::{Instant, Uid, Word};
use crate::within::Within;

type Row = (Word, Uid, Nullable<BigInt>, Text, Nullable<Text>, Nullable<Text>, Nullable<Instant>, Nullable<Word>);

/// The record with this key, within `within`.
///
/// # Errors
/// When the database is out of reach.
pub async fn keyed(conn: &mut Conn, within: Within, key: Key) -> Result<Option<Hit>, Error> {
    let mut query: Raw<Row> = Raw::new("SELECT ");
    match key.kind {
        KeyKind::Project => {
            query.text(
                "'project', r.id, r.number, r.name, k.name, r.status, NULL, NULL FROM projects r \
                 LEFT JOIN contacts k ON k.organization_id = r.organization_id AND k.id = r.client_id",
            );
            known(&mut query, within, "k.id");
        }
        KeyKind::Task => {
            query.text("'task', r.id, r.number, r.title, p.name, r.status, NULL, NULL FROM tasks r").text(PROJECT);
        }
        KeyKind::Contact => {
            query.text(
                "'contact', r.id, r.number, r.name, coalesce(r.email, r.kind), \
                 CASE WHEN r.archived_at IS NULL THEN 'active' ELSE 'archived' END, NULL, NULL FROM contacts r",
            );
        }
        KeyKind::Event => {
            query.text("'event', r.id, r.number, r.title, NULL, r.status, r.starts_at, r.time_zone FROM events r");
        }
        KeyKind::Shift => {
            query.text("'shift', r.id, r.number, r.role, NULL, r.status, r.starts_at, r.time_zone FROM shifts r");
        }
        KeyKind::Document => {
            query
                .text("r.kind, r.id, r.number, coalesce(r.document_number, r.status || ' ' || r.kind), k.name, r.status, ")
                .text("NULL, NULL FROM billing_documents r")
                .text(PROJECT)
                .text(" LEFT JOIN contacts k ON k.organization_id = r.organization_id AND k.id = r.client_id");
            known(&mut query, within, "k.id");
        }
        KeyKind::Budget => {
            query.text("'budget', r.id, r.number, r.name, NULL, r.status, NULL, NULL FROM budgets r").text(PROJECT);
        }
        KeyKind::ServiceItem => {
            query.text(
                "'service_item', r.id, r.number, r.name, r.unit, \
                 CASE WHEN r.archived_at IS NULL THEN 'active' ELSE 'archived' END, NULL, NULL FROM service_items r",
            );
        }
    }
    query.text(" WHERE r.organization_id = ").id(within.organization).text(" AND r.number = ").number(key.number);
    if let Some(team) = within.team {
        match key.kind {
            KeyKind::Project | KeyKind::Event | KeyKind::Shift => query.text(" AND r.team_id = ").id(team),
            KeyKind::Task => query.text(" AND p.team_id = ").id(team),
            KeyKind::Contact => known(&mut query, within, "r.id"),
            KeyKind::Document | KeyKind::Budget => query.text(" AND coalesce(r.team_id, p.team_id) = ").id(team),
            KeyKind::ServiceItem => query.text(" AND (r.team_id IS NULL OR r.team_id = ").id(team).text(")"),
        };
    }
    type Columns =
        (RecordType, Id<()>, Option<i64>, String, Option<String>, Option<String>, Option<Timestamp>, Option<TimeZone>);
    let rows: Vec<Columns> = on!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().next().map(|(kind, id, number, title, subtitle, status, starts_at, time_zone)| {
        Hit::from(HitRow { kind, id, number, title, subtitle, status, starts_at, time_zone })
    }))
}

const PROJECT: &str = " LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id";

/// Writes that the contact in the column `contact` is one that `within` shows.
fn known<'a>(query: &'a mut Raw<Row>, within: Within, contact: &'static str) -> &'a mut Raw<Row> {
    let Some(team) = within.team else { return query };
    query.text(
        " AND EXISTS (SELECT 1 FROM contact_teams l WHERE l.organization_id = r.organization_id AND l.contact_id = ",
    );
    query.text(contact).text(" AND l.team_id = ").id(team).text(")")
}
