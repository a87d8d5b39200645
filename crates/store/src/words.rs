//! Full-text matching, in both databases: every word of the query must begin a word of the record.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};
use diesel::sqlite::Sqlite;
use lavori_domain::contacts::ContactRole;
use lavori_domain::{OrganizationId, TeamId};

use crate::sql::{Sql, Uid};

/// The most words of a query that count.
const MOST: usize = 8;

/// The words of a query, in the language of each database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub(crate) tsquery: String,
    pub(crate) fts5: String,
}

impl Words {
    /// Takes the words out of `query`. `None`: there are none in it, only punctuation.
    pub fn parse(query: &str) -> Option<Self> {
        let words: Vec<&str> =
            query.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(MOST).collect();
        if words.is_empty() {
            return None;
        }
        // Letters and digits only: nothing in them is an operator of either language.
        let join = |one: fn(&&str) -> String, and: &str| words.iter().map(one).collect::<Vec<_>>().join(and);
        Some(Self {
            tsquery: join(|word| format!("{word}:*"), " & "),
            fts5: join(|word| format!("\"{word}\"*"), " AND "),
        })
    }
}

/// How matching tasks are looked for in PostgreSQL, whose planner cannot guess how many there are. (SQLite always
/// begins with the words.)
#[derive(Debug, Clone, Copy)]
pub(crate) enum Search {
    /// Few: all of them first, from the index of words.
    Rare(Sql<OrganizationId>, Option<Sql<TeamId>>),
    /// Many: row by row in the order of the list, until the page is full.
    Common,
}

/// The words of all that is no task, in SQLite. The kind follows.
const DOCUMENTS: &str =
    " FROM search_words CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.kind = ";

/// Whether a row's words match: over the indexes of `migrations/*/*_search*`.
#[derive(Debug)]
pub(crate) enum Matches {
    /// A row of `tasks`.
    Task(Words, Search),
    /// A row of `projects`.
    Project(Words),
    /// A row of `contacts`.
    Contact(Words),
    /// A row of `people`, who are found by name and address.
    Member(Words),
    /// A row of `teams`.
    Team(Words),
}

impl Expression for Matches {
    type SqlType = Bool;
}
impl<GroupBy> ValidGrouping<GroupBy> for Matches {
    type IsAggregate = is_aggregate::Never;
}
impl<QuerySource> AppearsOnTable<QuerySource> for Matches {}
impl<QuerySource> SelectableExpression<QuerySource> for Matches {}
impl QueryId for Matches {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Matches {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (words, end) = match self {
            Self::Project(words) => {
                out.push_sql("search_words(projects.name || ' ' || coalesce(projects.description, ''))");
                (words, ")")
            }
            Self::Contact(words) => {
                out.push_sql(
                    "search_words(contacts.name || ' ' || coalesce(contacts.company, '') || ' ' || \
                     coalesce(contacts.email, '') || ' ' || coalesce(contacts.phone, '') || ' ' || \
                     coalesce(contacts.tax_id, ''))",
                );
                (words, ")")
            }
            Self::Member(words) => {
                out.push_sql("search_words(people.name || ' ' || people.email)");
                (words, ")")
            }
            Self::Team(words) => {
                out.push_sql("search_words(teams.name)");
                (words, ")")
            }
            Self::Task(words, Search::Common) => {
                out.push_sql("search_words(tasks.title || ' ' || coalesce(tasks.description, ''))");
                (words, ")")
            }
            Self::Task(words, Search::Rare(organization, team)) => {
                out.push_sql(
                    "tasks.id = ANY (ARRAY (SELECT m.id FROM tasks m JOIN projects o \
                     ON o.organization_id = m.organization_id AND o.id = m.project_id WHERE m.organization_id = ",
                );
                out.push_bind_param::<Uid, _>(organization)?;
                if let Some(team) = team {
                    out.push_sql(" AND o.team_id = ");
                    out.push_bind_param::<Uid, _>(team)?;
                }
                out.push_sql(" AND search_words(m.title || ' ' || coalesce(m.description, ''))");
                (words, ")))")
            }
        };
        out.push_sql(" @@ to_tsquery('lavori', ");
        out.push_bind_param::<Text, _>(&words.tsquery)?;
        out.push_sql(end);
        Ok(())
    }
}

impl QueryFragment<Sqlite> for Matches {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let words = match self {
            Self::Task(words, _) => {
                out.push_sql(
                    "(tasks.organization_id, tasks.id) IN (SELECT d.organization_id, d.task_id \
                     FROM task_words CROSS JOIN task_documents d ON d.number = task_words.rowid \
                     WHERE task_words MATCH ",
                );
                words
            }
            Self::Project(words) => {
                out.push_sql("(projects.organization_id, projects.id) IN (SELECT d.organization_id, d.record_id");
                out.push_sql(DOCUMENTS);
                out.push_sql("'project' WHERE search_words MATCH ");
                words
            }
            Self::Contact(words) => {
                out.push_sql("(contacts.organization_id, contacts.id) IN (SELECT d.organization_id, d.record_id");
                out.push_sql(DOCUMENTS);
                out.push_sql("'contact' WHERE search_words MATCH ");
                words
            }
            Self::Member(words) => {
                out.push_sql("people.id IN (SELECT d.record_id");
                out.push_sql(DOCUMENTS);
                out.push_sql("'member' WHERE search_words MATCH ");
                words
            }
            Self::Team(words) => {
                out.push_sql("(teams.organization_id, teams.id) IN (SELECT d.organization_id, d.record_id");
                out.push_sql(DOCUMENTS);
                out.push_sql("'team' WHERE search_words MATCH ");
                words
            }
        };
        out.push_bind_param::<Text, _>(&words.fts5)?;
        out.push_sql(")");
        Ok(())
    }
}

/// Whether a task has exactly this title; case does not matter.
#[derive(Debug)]
pub(crate) struct TitleIs(pub(crate) String);

impl Expression for TitleIs {
    type SqlType = Bool;
}
impl<GroupBy> ValidGrouping<GroupBy> for TitleIs {
    type IsAggregate = is_aggregate::Never;
}
impl<QuerySource> AppearsOnTable<QuerySource> for TitleIs {}
impl<QuerySource> SelectableExpression<QuerySource> for TitleIs {}
impl QueryId for TitleIs {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for TitleIs {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // The first half is what the index holds, the second what is meant.
        out.push_sql("left(lower(tasks.title), 200) = left(lower(");
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql("), 200) AND lower(tasks.title) = lower(");
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for TitleIs {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("tasks.title = ");
        out.push_bind_param::<Text, _>(&self.0)?;
        out.push_sql(" COLLATE NOCASE");
        Ok(())
    }
}

/// Whether a task has one of these titles; case does not matter.
#[derive(Debug)]
pub(crate) struct TitleIn(pub(crate) Vec<String>);

impl Expression for TitleIn {
    type SqlType = Bool;
}
impl<GroupBy> ValidGrouping<GroupBy> for TitleIn {
    type IsAggregate = is_aggregate::Never;
}
impl<QuerySource> AppearsOnTable<QuerySource> for TitleIn {}
impl<QuerySource> SelectableExpression<QuerySource> for TitleIn {}
impl QueryId for TitleIn {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for TitleIn {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // What the index holds: two titles that only differ after 200 characters are namesakes all the same.
        out.push_sql("left(lower(tasks.title), 200) IN (");
        for (index, title) in self.0.iter().enumerate() {
            out.push_sql(if index == 0 { "left(lower(" } else { "), 200), left(lower(" });
            out.push_bind_param::<Text, _>(title)?;
        }
        out.push_sql("), 200))");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for TitleIn {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("tasks.title COLLATE NOCASE IN (");
        for (index, title) in self.0.iter().enumerate() {
            out.push_sql(if index == 0 { "" } else { ", " });
            out.push_bind_param::<Text, _>(title)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

/// Whether a contact has one of these roles, which stand as a list of words in one column.
#[derive(Debug)]
pub(crate) struct HasRole(pub(crate) Vec<ContactRole>);

impl Expression for HasRole {
    type SqlType = Bool;
}
impl<GroupBy> ValidGrouping<GroupBy> for HasRole {
    type IsAggregate = is_aggregate::Never;
}
impl<QuerySource> AppearsOnTable<QuerySource> for HasRole {}
impl<QuerySource> SelectableExpression<QuerySource> for HasRole {}
impl QueryId for HasRole {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// Roles are words of ours, so they may stand in the text of the query.
fn quoted(roles: &[ContactRole]) -> String {
    roles.iter().map(|role| format!("'{role}'")).collect::<Vec<_>>().join(", ")
}

impl QueryFragment<Pg> for HasRole {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("contacts.roles::jsonb ?| ARRAY[");
        out.push_sql(&quoted(&self.0));
        out.push_sql("]");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for HasRole {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("EXISTS (SELECT 1 FROM json_each(contacts.roles) WHERE value IN (");
        out.push_sql(&quoted(&self.0));
        out.push_sql("))");
        Ok(())
    }
}

diesel::define_sql_function! {
    /// Lower case: of every letter in PostgreSQL, of ASCII letters in SQLite.
    fn lower(text: Text) -> Text;
}
