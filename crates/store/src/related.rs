//! What points at a record: the bills and events of a project, the projects of a client, what was made from a quote.

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use lavori_domain::{Id, RecordType};

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::sql::{Uid, Word};
use crate::within::Within;

/// A record that points at another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// What it points at.
    pub to: Id<()>,
    /// What it is.
    pub kind: RecordType,
    /// Its id.
    pub id: Id<()>,
    /// The number in its key.
    pub number: i64,
    /// Its name or title.
    pub title: String,
    /// Where it stands.
    pub status: Option<String>,
    /// How many records point at the same one.
    pub of: i64,
}

type Row = (Uid, Word, Uid, BigInt, Text, Nullable<Text>, BigInt);

/// Records of one table: what they are, what their columns are, and what they point at with.
struct Pointing {
    select: &'static str,
    /// The column that points, once for each way of pointing.
    points: &'static [&'static str],
    team: Team,
}

/// Whose a record is.
enum Team {
    Own,
    OwnOrProjects,
}

const POINTING: [Pointing; 5] = [
    Pointing {
        select: "'project' AS kind, r.id, r.number, r.name AS title, r.status, r.updated_at FROM projects r",
        points: &["r.client_id"],
        team: Team::Own,
    },
    Pointing {
        select: "'event', r.id, r.number, r.title, r.status, r.updated_at FROM events r",
        points: &["r.project_id"],
        team: Team::Own,
    },
    Pointing {
        select: "'shift', r.id, r.number, r.role, r.status, r.updated_at FROM shifts r",
        points: &["r.task_id", "r.event_id"],
        team: Team::Own,
    },
    Pointing {
        select: "r.kind, r.id, r.number, coalesce(r.document_number, r.status || ' ' || r.kind), r.status, r.updated_at \
                 FROM billing_documents r \
                 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id",
        points: &["r.project_id", "r.client_id", "r.from_id"],
        team: Team::OwnOrProjects,
    },
    Pointing {
        select: "'budget', r.id, r.number, r.name, r.status, r.updated_at FROM budgets r \
                 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id",
        points: &["r.project_id"],
        team: Team::OwnOrProjects,
    },
];

/// What points at each of the given records, which must have been found within `within`: at most `each` of every one,
/// the last changed first. One query for all of them.
///
/// # Errors
/// When the database is out of reach.
pub async fn to(conn: &mut Conn, within: Within, records: &[Id<()>], each: i64) -> Result<Vec<Related>, Error> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut query: Raw<Row> = Raw::new(
        "SELECT pointed, kind, id, number, title, status, CAST(all_of AS BIGINT) FROM (\
         SELECT a.*, row_number() OVER (PARTITION BY pointed ORDER BY updated_at DESC, id) AS place, \
         count(*) OVER (PARTITION BY pointed) AS all_of FROM (",
    );
    let mut first = true;
    for from in &POINTING {
        for pointer in from.points {
            query.text(if first { "SELECT " } else { " UNION ALL SELECT " });
            query.text(pointer).text(if first { " AS pointed, " } else { ", " }).text(from.select);
            query.text(" WHERE r.organization_id = ").id(within.organization);
            query.text(" AND ").text(pointer).text(" IN (").ids(records).text(")");
            if let Some(team) = within.team {
                match from.team {
                    Team::Own => query.text(" AND r.team_id = ").id(team),
                    Team::OwnOrProjects => query.text(" AND coalesce(r.team_id, p.team_id) = ").id(team),
                };
            }
            first = false;
        }
    }
    query.text(") a) b WHERE place <= ").number(each).text(" ORDER BY pointed, place");
    type Columns = (Id<()>, RecordType, Id<()>, i64, String, Option<String>, i64);
    let rows: Vec<Columns> = on!(conn, |c| query.load(c))?;
    Ok(rows
        .into_iter()
        .map(|(to, kind, id, number, title, status, of)| Related { to, kind, id, number, title, status, of })
        .collect())
}
