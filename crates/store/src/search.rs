//! Search over everything, and exact names. The two databases differ in how they match words, so each has its text
//! in full, side by side in `search/`; both filter by organization and team inside the query.

mod keyed;

use std::collections::HashSet;

use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use lavori_domain::{Id, RecordType, TimeZone, Timestamp};

use crate::conn::{Conn, Inner, on_postgres, on_sqlite};
use crate::error::Error;
use crate::sql::{Instant, Sql, Uid, Word};
use crate::within::Within;
use crate::words::{Search, Words};

pub use keyed::keyed;

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: RecordType,
    /// Its id.
    pub id: Id<()>,
    /// The number in its key, if it has one.
    pub number: Option<i64>,
    /// Its name or title.
    pub title: String,
    /// What tells it from others: when it begins, its project, its client, an address.
    pub subtitle: Option<String>,
    /// Where it stands.
    pub status: Option<String>,
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
struct HitRow {
    #[diesel(sql_type = Word)]
    kind: RecordType,
    #[diesel(sql_type = Uid)]
    id: Id<()>,
    #[diesel(sql_type = Nullable<BigInt>)]
    number: Option<i64>,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Nullable<Text>)]
    subtitle: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    status: Option<String>,
    #[diesel(sql_type = Nullable<Instant>)]
    starts_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<Word>)]
    time_zone: Option<TimeZone>,
}

impl From<HitRow> for Hit {
    fn from(row: HitRow) -> Self {
        let start = row.starts_at.zip(row.time_zone).map(|(at, zone)| zone.rfc3339(at));
        let subtitle = match (start, row.subtitle) {
            (Some(start), Some(rest)) => Some(format!("{start}, {rest}")),
            (start, rest) => start.or(rest),
        };
        Self { kind: row.kind, id: row.id, number: row.number, title: row.title, subtitle, status: row.status }
    }
}

/// The records of the given kinds that hold every word of `query`, the best first: the same title, then a title that
/// begins so, then words in the title, then words elsewhere. Of each kind at most `limit` are looked at, of a kind
/// that has more the latest ones.
///
/// # Errors
/// When the database is out of reach.
pub async fn search(
    conn: &mut Conn,
    within: Within,
    query: &str,
    kinds: &[RecordType],
    limit: i64,
) -> Result<Vec<Hit>, Error> {
    let Some(words) = Words::parse(query) else { return Ok(Vec::new()) };
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let lower = query.trim().to_lowercase();
    let rows: Vec<HitRow> = match &mut conn.inner {
        Inner::Postgres(conn) => on_postgres!(conn, |c| sql_query(include_str!("search/postgres.sql"))
            .bind::<Uid, _>(Sql(within.organization))
            .bind::<Text, _>(words.tsquery)
            .bind::<Nullable<Uid>, _>(within.team.map(Sql))
            .bind::<Text, _>(&lower)
            .bind::<BigInt, _>(limit)
            .bind::<Array<Text>, _>(kinds)
            .load(c))?,
        Inner::Sqlite(conn) => on_sqlite!(conn, |c| sql_query(include_str!("search/sqlite.sql"))
            .bind::<Uid, _>(Sql(within.organization))
            .bind::<Text, _>(words.fts5)
            .bind::<Nullable<Uid>, _>(within.team.map(Sql))
            .bind::<Text, _>(lower.clone())
            .bind::<BigInt, _>(limit)
            .bind::<Text, _>(json_array(&kinds))
            .load(c))?,
    };
    let mut seen = HashSet::new();
    let mut hits = Vec::with_capacity(rows.len());
    for hit in rows.into_iter().map(Hit::from) {
        if seen.insert((hit.kind, hit.id)) {
            hits.push(hit);
        }
    }
    hits.sort_by_cached_key(|hit| (rank(&hit.title, &lower), hit.kind));
    Ok(hits)
}

/// How well a title fits the query: less is better.
fn rank(title: &str, query: &str) -> u8 {
    let title = title.to_lowercase();
    if title == query {
        0
    } else if title.starts_with(query) {
        1
    } else if query.split_whitespace().all(|word| title.contains(word)) {
        2
    } else {
        3
    }
}

/// Words that more tasks than these have are common ones.
const RARE: i64 = 2000;

/// Looks whether the words are rare among the tasks: at the price of a few milliseconds, a list by words never takes
/// seconds because the planner guessed wrong.
pub(crate) async fn how_to_search(conn: &mut Conn, within: Within, words: Option<&Words>) -> Result<Search, Error> {
    let (Some(words), Inner::Postgres(conn)) = (words, &mut conn.inner) else { return Ok(Search::Common) };
    let found: CountRow = on_postgres!(conn, |c| sql_query(
        "SELECT count(*) AS count FROM (SELECT FROM tasks t \
         JOIN projects p ON p.organization_id = t.organization_id AND p.id = t.project_id \
         WHERE t.organization_id = $1 AND ($2::uuid IS NULL OR p.team_id = $2) \
         AND search_words(t.title || ' ' || coalesce(t.description, '')) @@ to_tsquery('lavori', $3) \
         LIMIT $4) found",
    )
    .bind::<Uid, _>(Sql(within.organization))
    .bind::<Nullable<Uid>, _>(within.team.map(Sql))
    .bind::<Text, _>(&words.tsquery)
    .bind::<BigInt, _>(RARE + 1)
    .get_result(c))?;
    Ok(if found.count <= RARE { Search::Rare(Sql(within.organization), within.team.map(Sql)) } else { Search::Common })
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The records called exactly like one of `names` (members also by e-mail address), at most `limit`: one query,
/// however many names. Case does not matter.
///
/// # Errors
/// When the database is out of reach.
pub async fn named(conn: &mut Conn, within: Within, names: &[&str], limit: i64) -> Result<Vec<Hit>, Error> {
    let names: Vec<String> = names.iter().map(|name| name.trim().to_lowercase()).collect();
    let rows: Vec<HitRow> = match &mut conn.inner {
        Inner::Postgres(conn) => on_postgres!(conn, |c| sql_query(include_str!("search/named_postgres.sql"))
            .bind::<Uid, _>(Sql(within.organization))
            .bind::<Array<Text>, _>(names)
            .bind::<Nullable<Uid>, _>(within.team.map(Sql))
            .bind::<BigInt, _>(limit)
            .load(c))?,
        Inner::Sqlite(conn) => on_sqlite!(conn, |c| sql_query(include_str!("search/named_sqlite.sql"))
            .bind::<Uid, _>(Sql(within.organization))
            .bind::<Text, _>(json_array(&names))
            .bind::<Nullable<Uid>, _>(within.team.map(Sql))
            .bind::<BigInt, _>(limit)
            .load(c))?,
    };
    Ok(rows.into_iter().map(Hit::from).collect())
}

fn json_array<T: AsRef<str>>(texts: &[T]) -> String {
    serde_json::Value::from_iter(texts.iter().map(AsRef::as_ref)).to_string()
}
