//! The server's queries: the same tables, joins, columns and order as in `lavori-store`, written out.

/// How a database writes what differs.
#[derive(Clone, Copy)]
pub(super) enum Dialect {
    Postgres,
    Sqlite,
}

/// Rows shown.
pub(super) const SHOWN: usize = 50;

impl Dialect {
    pub(super) fn now(self) -> &'static str {
        match self {
            Self::Postgres => "clock_timestamp()",
            Self::Sqlite => "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
        }
    }

    /// The condition that `column` is one of the page's ids: the parameters from the fourth on.
    fn is_one_of_the_page(self, column: &str) -> String {
        match self {
            Self::Postgres => format!("{column} = ANY($4)"),
            Self::Sqlite => {
                let marks: Vec<String> = (0..SHOWN).map(|at| format!("${}", at + 4)).collect();
                format!("{column} IN ({})", marks.join(", "))
            }
        }
    }

    /// What stands behind a token: `store::standing::find`.
    pub(super) fn standing(self) -> String {
        format!(
            "SELECT access_tokens.id, access_tokens.scope, access_tokens.write_epoch, access_tokens.billing_epoch, \
             access_tokens.expires_at, access_tokens.used_at, access_tokens.revoked_at, \
             connections.id, connections.approved_scope, connections.resource, connections.last_used_at, \
             connections.expires_at, connections.revoked_at, \
             memberships.person_id, memberships.role, memberships.ended_at, people.state, \
             organizations.id, organizations.slug, organizations.name, organizations.time_zone, \
             organizations.currency, organizations.state, organizations.allow_write, organizations.allow_billing, \
             organizations.write_epoch, organizations.billing_epoch, teams.id, teams.slug, {} \
             FROM access_tokens \
             INNER JOIN connections ON connections.organization_id = access_tokens.organization_id \
             AND connections.id = access_tokens.connection_id \
             INNER JOIN memberships ON memberships.organization_id = connections.organization_id \
             AND memberships.person_id = connections.person_id \
             INNER JOIN people ON people.id = connections.person_id \
             INNER JOIN organizations ON organizations.id = connections.organization_id \
             LEFT OUTER JOIN teams ON teams.organization_id = connections.organization_id \
             AND connections.team_id = teams.id \
             WHERE access_tokens.token_hash = $1",
            self.now()
        )
    }

    /// The first page of tasks: `store::tasks::list`. One row more than is shown tells whether there are more. The
    /// limit stands in the text: with a parameter there, PostgreSQL takes a plan made for any limit for a bad one, and
    /// plans anew at every execution, which costs as much as the query.
    pub(super) fn tasks(self) -> &'static str {
        "SELECT tasks.id, tasks.number, tasks.title, tasks.status, tasks.priority, tasks.due_on, tasks.due_at, \
         tasks.version, tasks.updated_at, projects.id, projects.number, projects.name \
         FROM tasks INNER JOIN projects ON projects.organization_id = tasks.organization_id \
         AND projects.id = tasks.project_id \
         WHERE tasks.organization_id = $1 ORDER BY tasks.updated_at DESC, tasks.id DESC LIMIT 51"
    }

    /// People and blockers of the page's tasks: `store::tasks::links`. `$1` organization, `$2` whether the connection
    /// sees all of it, `$3` its team.
    pub(super) fn links(self) -> String {
        let assigned = self.is_one_of_the_page("task_assignees.task_id");
        let waiting = self.is_one_of_the_page("task_dependencies.task_id");
        let number = match self {
            Self::Postgres => "NULL::bigint",
            Self::Sqlite => "NULL",
        };
        let sql = format!(
            "SELECT task_assignees.task_id, people.id, {number}, people.name, ($2 OR EXISTS (\
             SELECT 1 FROM team_members WHERE team_members.organization_id = task_assignees.organization_id \
             AND team_members.person_id = task_assignees.person_id AND team_members.team_id = $3)) \
             FROM task_assignees INNER JOIN people ON people.id = task_assignees.person_id \
             WHERE task_assignees.organization_id = $1 AND {assigned} \
             UNION ALL \
             SELECT task_dependencies.task_id, tasks.id, tasks.number, tasks.title, ($2 OR projects.team_id = $3) \
             FROM task_dependencies \
             INNER JOIN tasks ON tasks.organization_id = task_dependencies.organization_id \
             AND tasks.id = task_dependencies.blocked_by_id \
             INNER JOIN projects ON projects.organization_id = tasks.organization_id \
             AND projects.id = tasks.project_id \
             WHERE task_dependencies.organization_id = $1 AND {waiting} \
             AND tasks.status IN ('backlog', 'todo', 'in_progress', 'in_review')"
        );
        match self {
            Self::Postgres => sql,
            // There `$2` would be a name, numbered by where it comes first.
            Self::Sqlite => sql.replace('$', "?"),
        }
    }

    /// The person of `get_context`: `store::directory::members`, asked for one.
    pub(super) fn person(self) -> &'static str {
        match self {
            Self::Postgres => {
                "SELECT people.id, people.name, people.email, memberships.role \
                 FROM memberships INNER JOIN people ON people.id = memberships.person_id \
                 WHERE memberships.organization_id = $1 AND memberships.ended_at IS NULL AND people.id = ANY($2)"
            }
            Self::Sqlite => {
                "SELECT people.id, people.name, people.email, memberships.role \
                 FROM memberships INNER JOIN people ON people.id = memberships.person_id \
                 WHERE memberships.organization_id = $1 AND memberships.ended_at IS NULL AND people.id IN ($2)"
            }
        }
    }

    /// The teams of `get_context`: `store::directory::teams`.
    pub(super) fn teams(self) -> &'static str {
        "SELECT teams.organization_id, teams.id, teams.slug, teams.name FROM teams \
         WHERE teams.organization_id = $1 ORDER BY teams.name, teams.id LIMIT 100"
    }
}
