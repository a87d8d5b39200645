//! Documents joined with the names of what they point at.

use chrono::NaiveDate;
use lavori_domain::billing::{DocumentNumber, Settlement, Standing};
use lavori_domain::{ContactId, DocumentId, Money, ProjectId, TeamId, Timestamp};

use super::rows::{DocumentRow, money};
use crate::error::Error;
use crate::within::Within;

/// A document with the names of what it points at. What the query's team may not see is only known to be there.
#[derive(Debug, Clone)]
pub struct DocumentSummary {
    /// Its id.
    pub id: DocumentId,
    /// The number in its key.
    pub number: i64,
    /// The number of its series.
    pub taken: Option<DocumentNumber>,
    /// Counts how often a quote was sent.
    pub revision: i32,
    /// Whom it is for: id, number in the key, and the name, once it left as of that moment.
    pub client: Option<(ContactId, i64, String)>,
    /// Its client is one that `within` does not show.
    pub client_hidden: bool,
    /// The project it bills.
    pub project: Option<(ProjectId, i64, String)>,
    /// It bills a project that `within` does not show.
    pub project_hidden: bool,
    /// The team that owns it.
    pub team: Option<(TeamId, String)>,
    /// What it was made from.
    pub from: Option<DocumentId>,
    /// Its date.
    pub dated_on: Option<NaiveDate>,
    /// When a quote was accepted or declined.
    pub decided_on: Option<NaiveDate>,
    /// Why it is no more.
    pub status_reason: Option<String>,
    /// The client's reference.
    pub reference: Option<String>,
    /// Internal notes.
    pub notes: Option<String>,
    /// The tax.
    pub tax: Money,
    /// Kind, status, dates and amounts: what is derived comes from it.
    pub standing: Standing,
    /// Counts changes.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// `billing_documents` with their projects.
macro_rules! with_projects {
    () => {
        billing_documents::table.left_join(
            projects::table.on(projects::organization_id
                .eq(billing_documents::organization_id)
                .and(projects::id.nullable().eq(billing_documents::project_id))),
        )
    };
}

/// Whether a document is `team`'s: its own team, or else its project's.
macro_rules! is_of {
    ($team:expr) => {
        billing_documents::team_id
            .eq(Some(Sql($team)))
            .or(billing_documents::team_id.is_null().and(projects::team_id.eq(Some(Sql($team)))))
    };
}

/// Narrows a boxed query over [`with_projects`] to what `within` shows.
macro_rules! visible {
    ($query:expr, $within:expr) => {{
        let (mut query, within): (_, Within) = ($query, $within);
        query = query.filter(billing_documents::organization_id.eq(Sql(within.organization)));
        if let Some(team) = within.team {
            query = query.filter(is_of!(team));
        }
        query
    }};
}

/// [`with_projects`] with client and team joined as well, boxed; and what [`summary`] needs of them.
macro_rules! joined {
    () => {
        with_projects!()
            .inner_join(
                contacts::table.on(contacts::organization_id
                    .eq(billing_documents::organization_id)
                    .and(contacts::id.eq(billing_documents::client_id))),
            )
            .left_join(
                teams::table.on(teams::organization_id
                    .eq(billing_documents::organization_id)
                    .and(teams::id.nullable().eq(billing_documents::team_id))),
            )
            .into_boxed()
    };
    (select $within:expr) => {{
        let within: Within = $within;
        let known = contact_teams::table
            .filter(contact_teams::organization_id.eq(billing_documents::organization_id))
            .filter(contact_teams::contact_id.eq(billing_documents::client_id))
            .filter(contact_teams::team_id.nullable().eq(within.team.map(Sql)));
        (
            DocumentRow::as_select(),
            (contacts::number, contacts::name),
            (projects::id, projects::number, projects::name, projects::team_id).nullable(),
            (teams::id, teams::name).nullable(),
            within.team.is_none().into_sql::<Bool>().or(exists(known)),
        )
    }};
}
pub(super) use {is_of, joined, visible, with_projects};

type ProjectColumns = Option<(ProjectId, i64, String, Option<TeamId>)>;
pub(super) type JoinedRow = (DocumentRow, (i64, String), ProjectColumns, Option<(TeamId, String)>, bool);

/// The parts of a row; the row itself is handed back for who needs the whole document.
pub(super) fn summary(within: Within, joined: JoinedRow) -> Result<(DocumentSummary, DocumentRow), Error> {
    let (row, (client_number, client_name), project, team, client_visible) = joined;
    let currency = row.currency;
    let settlement = Settlement {
        gross: money(row.gross, currency)?,
        paid: money(row.paid, currency)?,
        credited: money(row.credited, currency)?,
    };
    let project = project.filter(|(_, _, _, team)| within.team.is_none() || *team == within.team);
    let name = row.client_name.clone().unwrap_or(client_name);
    let summary = DocumentSummary {
        id: row.id,
        number: row.number,
        taken: row.taken()?,
        revision: row.revision,
        client: client_visible.then_some((row.client_id, client_number, name)),
        client_hidden: !client_visible,
        project_hidden: row.project_id.is_some() && project.is_none(),
        project: project.map(|(id, number, name, _)| (id, number, name)),
        team,
        from: row.from_id,
        dated_on: row.dated_on,
        decided_on: row.decided_on,
        status_reason: row.status_reason.clone(),
        reference: row.reference.clone(),
        notes: row.notes.clone(),
        tax: money(row.tax, currency)?,
        standing: Standing {
            kind: row.kind,
            status: row.status,
            due_on: row.due_on,
            valid_until: row.valid_until,
            net: money(row.net, currency)?,
            settlement,
            invoiced_net: money(row.invoiced_net, currency)?,
        },
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    Ok((summary, row))
}
