//! The queries of `search`, `query_analytics` and `create_tasks`, as far as they touch rows: what a request takes from
//! its caller stands in parameters, everything else in the text.
//!
//! `search` is the server's own text. `create_tasks` writes the same rows in one statement for each table, which is the
//! least that a database can be asked for them.

use super::queries::Dialect;
use crate::workload::{CREATED, FOUND, Work};

/// A statement, and how many parameters it takes: organization, person, connection, and 32 bytes that never come again.
pub(super) struct Step {
    pub(super) sql: String,
    pub(super) takes: usize,
}

impl Dialect {
    /// The statements for `work`, in their order. None: it is answered otherwise.
    pub(super) fn script(self, work: Work) -> Vec<Step> {
        match work {
            Work::Search => vec![self.search()],
            Work::QueryAnalytics => {
                vec![self.overdue("NULL", ""), self.overdue("t.priority", "HAVING count(due_at) > 0")]
            }
            Work::CreateTasks => self.creation(),
            Work::Fetch => self.fetch(),
            Work::ListTasks | Work::GetContext | Work::ToolsList => Vec::new(),
        }
    }

    /// One task by its number with its project; then who does it and what it waits for.
    fn fetch(self) -> Vec<Step> {
        let organization = self.organization();
        let number = "SELECT id FROM tasks WHERE number = 7 AND organization_id = ";
        let sql = [
            format!(
                "SELECT t.id, t.number, t.title, t.description, t.status, t.priority, t.due_on, t.due_at, t.version, \
                 t.updated_at, p.number, p.name FROM tasks t JOIN projects p ON p.organization_id = t.organization_id \
                 AND p.id = t.project_id WHERE t.organization_id = {organization} AND t.number = 7"
            ),
            format!(
                "SELECT p.name FROM task_assignees a JOIN people p ON p.id = a.person_id \
                 WHERE a.organization_id = {organization} AND a.task_id = ({number}{organization}) \
                 UNION ALL SELECT b.title FROM task_dependencies d JOIN tasks b \
                 ON b.organization_id = d.organization_id AND b.id = d.blocked_by_id \
                 WHERE d.organization_id = {organization} AND d.task_id = ({number}{organization})"
            ),
        ];
        sql.map(|sql| Step { sql, takes: 1 }).into()
    }

    /// `store::search`, for [`FOUND`] and one row more than are shown.
    fn search(self) -> Step {
        let kinds = ["project", "phase", "milestone", "task", "contact", "member", "team"];
        let words: Vec<&str> = FOUND.split(' ').collect();
        let (text, mark, query, kinds) = match self {
            Self::Postgres => (
                include_str!("../../../../crates/store/src/search/postgres.sql"),
                '$',
                words.iter().map(|word| format!("{word}:*")).collect::<Vec<_>>().join(" & "),
                format!("ARRAY['{}']", kinds.join("', '")),
            ),
            Self::Sqlite => (
                include_str!("../../../../crates/store/src/search/sqlite.sql"),
                '?',
                words.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" AND "),
                format!("'[\"{}\"]'", kinds.join("\",\"")),
            ),
        };
        // Comments name the parameters, too.
        let text: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
        let (query, lower) = (format!("'{query}'"), format!("'{FOUND}'"));
        let values = [(2, query.as_str()), (3, "NULL"), (4, lower.as_str()), (5, "11"), (6, kinds.as_str())];
        let sql = values.iter().fold(text.join("\n"), |sql, (at, value)| sql.replace(&format!("{mark}{at}"), value));
        Step { sql, takes: 1 }
    }

    /// `store::analytics::overdue_tasks`: of everything, or by one column.
    fn overdue(self, by: &str, having: &str) -> Step {
        let back = |days: u32| match self {
            Self::Postgres => format!("(now() - interval '{days} days')"),
            Self::Sqlite => format!("strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-{days} days')"),
        };
        let (now, days30, days60, days90) = (back(0), back(30), back(60), back(90));
        let age = format!(
            "CASE WHEN t.due_at IS NULL THEN NULL WHEN t.due_at > {days30} THEN '1-30' WHEN t.due_at > {days60} \
             THEN '31-60' WHEN t.due_at > {days90} THEN '61-90' ELSE '90+' END"
        );
        let bucket = |name: &str| format!("CAST(sum(CASE WHEN age = '{name}' THEN 1 ELSE 0 END) AS BIGINT)");
        let buckets = ["1-30", "31-60", "61-90", "90+"].map(bucket).join(", ");
        Step {
            sql: format!(
                "SELECT CAST(k0 AS TEXT), count(due_at), \
                 CAST(sum(CASE WHEN due_at IS NOT NULL AND priority IN ('high', 'urgent') THEN 1 ELSE 0 END) AS BIGINT), \
                 {buckets}, min(due_at), count(*) - count(due_at) \
                 FROM (SELECT CAST({by} AS TEXT) AS k0, t.due_at, t.priority, {age} AS age FROM tasks t \
                 JOIN projects p ON p.organization_id = t.organization_id AND p.id = t.project_id \
                 WHERE t.organization_id = {organization} \
                 AND t.status IN ('backlog', 'todo', 'in_progress', 'in_review') \
                 AND (t.due_at <= {now} OR t.due_at IS NULL) AND p.organization_id = {organization}) x \
                 GROUP BY k0 {having} ORDER BY count(due_at) DESC, k0 LIMIT 26",
                organization = self.organization(),
            ),
            takes: 1,
        }
    }

    /// A transaction that adds [`CREATED`] tasks with their changes, and keeps the answer for a repetition.
    fn creation(self) -> Vec<Step> {
        let (organization, person, connection, now) = (self.organization(), self.uid(2), self.uid(3), self.now());
        let (last, json) = (
            CREATED - 1,
            "{\"title\":{\"to\":\"Bench call\"},\"project\":{\"to\":\"P-1\"},\"status\":{\"to\":\"todo\"}}",
        );
        let (begin, lock, key, id, answer, numbers) = match self {
            Self::Postgres => (
                "BEGIN",
                "SELECT pg_advisory_xact_lock_shared(hashtext($1::uuid::text)), pg_advisory_xact_lock_shared(1), \
                 pg_advisory_xact_lock_shared(2)",
                "$4::bytea",
                "gen_random_uuid()",
                "repeat('x', 2400)",
                format!("generate_series(0, {last}) AS n (i)"),
            ),
            Self::Sqlite => (
                "BEGIN IMMEDIATE",
                "SELECT ?1",
                "?4",
                "lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-7' || substr(hex(randomblob(2)), 2) \
                 || '-8' || substr(hex(randomblob(2)), 2) || '-' || lower(hex(randomblob(6)))",
                "replace(hex(zeroblob(1200)), '00', 'xx')",
                {
                    let rows: Vec<String> = (0..CREATED).map(|i| format!("SELECT {i} AS i")).collect();
                    format!("({}) n", rows.join(" UNION ALL "))
                },
            ),
        };
        let titles: Vec<String> = (0..CREATED).map(|i| format!("'bench nobody {i}'")).collect();
        let named = match self {
            Self::Postgres => format!("left(lower(title), 200) IN ({})", titles.join(", ")),
            Self::Sqlite => format!("title COLLATE NOCASE IN ({})", titles.join(", ")),
        };
        let take = |counter: &str| {
            format!(
                "INSERT INTO counters (organization_id, name, value) VALUES ({organization}, '{counter}', {CREATED}) \
                 ON CONFLICT (organization_id, name) DO UPDATE SET value = counters.value + {CREATED} RETURNING value"
            )
        };
        let step = |takes: usize, sql: String| Step { sql, takes };
        vec![
            step(0, begin.to_owned()),
            step(1, lock.to_owned()),
            step(
                4,
                format!(
                    "INSERT INTO request_keys (organization_id, key_hash, request_hash, created_at, expires_at) \
                     SELECT {organization}, {key}, {key}, {now}, {now} WHERE {person} IS NOT NULL AND {connection} IS NOT NULL"
                ),
            ),
            step(1, format!("SELECT id, name FROM projects WHERE organization_id = {organization} AND number = 1")),
            step(
                1,
                format!(
                    "SELECT id, number, title, project_id FROM tasks WHERE organization_id = {organization} AND {named} \
                     AND project_id = (SELECT id FROM projects WHERE organization_id = {organization} AND number = 1) \
                     AND status IN ('backlog', 'todo', 'in_progress', 'in_review')"
                ),
            ),
            step(1, take("T")),
            step(
                1,
                format!(
                    "INSERT INTO tasks (organization_id, id, number, project_id, title, status, priority, version, \
                     created_at, updated_at) SELECT {organization}, {id}, c.value - {last} + n.i, p.id, \
                     'Bench floor ' || CAST(c.value + n.i AS TEXT), 'todo', 'medium', 1, {now}, {now} \
                     FROM counters c JOIN projects p ON p.organization_id = c.organization_id AND p.number = 1 \
                     CROSS JOIN {numbers} WHERE c.organization_id = {organization} AND c.name = 'T'"
                ),
            ),
            step(
                4,
                format!(
                    "UPDATE request_keys SET answer = {answer} WHERE organization_id = {organization} AND key_hash = {key} \
                     AND {person} IS NOT NULL AND {connection} IS NOT NULL"
                ),
            ),
            step(1, take("changes")),
            step(
                3,
                format!(
                    "INSERT INTO changes (organization_id, position, occurred_at, person_id, connection_id, kind, record_id, \
                     record_key, title, version, operation, project_id, fields) \
                     SELECT {organization}, f.value - {last} + n.i, {now}, {person}, {connection}, 'task', t.id, \
                     'T-' || CAST(t.number AS TEXT), t.title, 1, 'created', t.project_id, '{json}' \
                     FROM counters c JOIN counters f ON f.organization_id = c.organization_id AND f.name = 'changes' \
                     CROSS JOIN {numbers} JOIN tasks t ON t.organization_id = c.organization_id \
                     AND t.number = c.value - {last} + n.i WHERE c.organization_id = {organization} AND c.name = 'T'"
                ),
            ),
            step(0, "COMMIT".to_owned()),
        ]
    }

    fn organization(self) -> &'static str {
        self.uid(1)
    }

    /// The parameter at this place, which is an id.
    fn uid(self, at: usize) -> &'static str {
        match (self, at) {
            (Self::Postgres, 1) => "$1::uuid",
            (Self::Postgres, 2) => "$2::uuid",
            (Self::Postgres, _) => "$3::uuid",
            (Self::Sqlite, 1) => "?1",
            (Self::Sqlite, 2) => "?2",
            (Self::Sqlite, _) => "?3",
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, ToSql};

    use super::*;
    use crate::data::Size;
    use crate::database::Database;
    use crate::seed;

    #[tokio::test]
    async fn the_scripts_find_and_add_what_the_server_does() {
        let folder = tempfile::tempdir().unwrap();
        let size = Size { tasks: 2_000, is_crowded: false };
        let Database::Sqlite { path } = seed::Seed::new(size, None).sqlite(folder.path()).await.unwrap() else {
            unreachable!("it was asked for SQLite")
        };
        let database = Database::Sqlite { path: path.clone() };
        let connection = Connection::open(&path).unwrap();
        let caller = "SELECT organization_id, person_id, id FROM connections ORDER BY id LIMIT 1";
        let (organization, person, id): (String, String, String) =
            connection.query_row(caller, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        let run = |work: Work| -> Vec<usize> {
            let values: [&dyn ToSql; 4] = [&organization, &person, &id, &[7_u8; 32]];
            let rows = |Step { sql, takes }: Step| {
                let mut statement = connection.prepare(&sql).unwrap();
                let mut rows = statement.query(&values[..takes]).unwrap();
                std::iter::from_fn(|| rows.next().unwrap().map(|_| ())).count()
            };
            Dialect::Sqlite.script(work).into_iter().map(rows).collect()
        };
        let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let (search, overdue) = (run(Work::Search), run(Work::QueryAnalytics));
        assert!((1..20).contains(&search[0]), "{search:?} of a hundred tasks");
        assert_eq!(overdue, [1, 5], "in all, and by each of five priorities");
        run(Work::CreateTasks);
        run(Work::Fetch);
        let created = i64::try_from(CREATED).unwrap();
        for (sql, expected) in [
            ("SELECT count(*) FROM tasks WHERE title LIKE 'Bench floor %'", created),
            ("SELECT count(DISTINCT record_id) FROM changes", created),
            ("SELECT count(*) FROM request_keys WHERE answer IS NOT NULL", 1),
            ("SELECT count(*) FROM pragma_foreign_key_check", 0),
        ] {
            assert_eq!(count(sql), expected, "{sql}");
        }
        seed::forget(&database).await.unwrap();
        assert_eq!(count("SELECT count(*) FROM tasks"), 2_000);
        assert_eq!(count("SELECT count(*) FROM changes"), 0);
    }
}
