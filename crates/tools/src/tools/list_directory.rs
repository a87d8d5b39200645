//! `list_directory`: people and companies outside, members and teams inside, in one list by name.

mod row;

use std::collections::HashMap;

use lavori_domain::contacts::{ContactKind, ContactRole};
use lavori_domain::organizations::normalize_email;
use lavori_domain::{ContactId, Id, PersonId, Timestamp};
use lavori_policy::Scope;
use lavori_store::billing_documents;
use lavori_store::contacts::{self, ContactFilter};
use lavori_store::directory::{self, MemberFilter, NamePosition};
use lavori_store::{Conn, Within, Words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::row::{Entry, Row, RowField};
use crate::access::Read;
use crate::call::{Call, Problems};
use crate::effect::Reads;
use crate::error::{Code, Error, Problem};
use crate::page::{Detail, ListArguments, Listing, MOST_COUNTED};
use crate::tool::Tool;
use crate::views::Named;

/// `list_directory`.
pub(crate) struct ListDirectory;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[serde(default)]
    kind: Vec<Kind>,
    /// Words in name, e-mail or phone.
    #[schemars(length(max = 200))]
    query: Option<String>,
    /// What a contact is to the organization.
    #[serde(default)]
    role: Vec<ContactRole>,
    /// Their company: exact name.
    company: Option<String>,
    /// Exact address.
    email: Option<String>,
    /// Those put away instead of those in use.
    #[serde(default)]
    archived: bool,
    updated_since: Option<String>,
    #[serde(flatten)]
    list: ListArguments<RowField>,
}

/// What stands in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Kind {
    Person,
    Company,
    Member,
    Team,
}

/// What is looked for, by the three tables that an entry may stand in. `None`: none of them can match.
struct Filters {
    contacts: Option<ContactFilter>,
    members: Option<MemberFilter>,
    teams: Option<Option<Words>>,
}

impl Tool for ListDirectory {
    const NAME: &'static str = "list_directory";
    const TITLE: &'static str = "List directory";
    const ABOUT: &'static str = "Use to list or count contacts (people and companies), members and teams by name, \
                                 role, company or e-mail. Sorted by name.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Listing<Row>;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Listing<Row>, Error> {
        let filters = filters(call, &input)?;
        let (within, list, zone) = (call.within(), &input.list, call.zone());
        if list.count_only {
            let counted = filters.count(call.conn(), within).await?;
            return Ok(Listing::counted(counted.min(MOST_COUNTED + 1), call.applied()));
        }
        let after = match &list.cursor {
            Some(cursor) => {
                let position = call.position(cursor)?;
                Some(read_position(&position).ok_or_else(|| call.wrong_cursor())?)
            }
            None => None,
        };
        let mut found = filters.page(call.conn(), within, after.as_ref(), list.rows_to_find()).await?;
        let found_rows = found.len();
        found.truncate(list.rows());

        let mut teams = HashMap::new();
        if list.fields.is_empty() || list.fields.contains(&RowField::teams) {
            teams = teams_of(call.conn(), within, &found).await?;
        }
        let mut open = HashMap::new();
        if list.fields.is_empty() || list.fields.contains(&RowField::open_documents) {
            let clients: Vec<ContactId> = found.iter().filter_map(|(_, entry)| entry.contact()).collect();
            open = billing_documents::open_of_clients(call.conn(), within, &clients).await?;
        }
        let full = list.detail == Detail::Full || !list.fields.is_empty();
        let positions: Vec<NamePosition> = found.iter().map(|(position, _)| position.clone()).collect();
        let rows = found.into_iter().map(|(position, entry)| {
            let open = entry.contact().and_then(|contact| open.get(&contact)).copied().unwrap_or_default();
            entry.row(teams.remove(&position.id).unwrap_or_default(), open, full, zone).only(&list.fields)
        });
        let applied = call.applied();
        Listing::page(list, found_rows, rows, |last| call.cursor(&write_position(&positions[last])), applied)
    }
}

/// Understands the filters; everything that is wrong with them is told at once.
fn filters(call: &mut Call<'_, Read>, input: &Input) -> Result<Filters, Error> {
    let mut problems = Problems::default();
    let words = input.query.as_deref().and_then(Words::parse);
    if input.query.is_some() && words.is_none() {
        problems.add(Problem::new(Code::InvalidArgument, "There is no letter or digit in it.").field("query"));
    }
    let since: Option<Timestamp> = match &input.updated_since {
        Some(text) => problems.keep(call.from("updated_since", text))?.map(|(_, instant)| instant),
        None => None,
    };
    problems.told()?;
    let email = input.email.as_deref().map(normalize_email);
    let wanted = |kind| input.kind.is_empty() || input.kind.contains(&kind);
    let kinds: Vec<ContactKind> = [(Kind::Person, ContactKind::Person), (Kind::Company, ContactKind::Company)]
        .into_iter()
        .filter_map(|(kind, contact)| wanted(kind).then_some(contact))
        .collect();
    // Members and teams have no role towards the organization and no company, and are never put away.
    let outside = !input.role.is_empty() || input.company.is_some() || input.archived;
    // A team has no address, and does not say when it changed.
    let not_a_team = outside || email.is_some() || since.is_some();
    Ok(Filters {
        members: (wanted(Kind::Member) && !outside).then(|| MemberFilter {
            words: words.clone(),
            email: email.clone(),
            since,
        }),
        teams: (wanted(Kind::Team) && !not_a_team).then(|| words.clone()),
        contacts: (!kinds.is_empty()).then(|| ContactFilter {
            words,
            kinds,
            roles: input.role.clone(),
            company: input.company.clone(),
            email,
            archived: Some(input.archived),
            updated_since: since,
        }),
    })
}

impl Filters {
    async fn count(&self, conn: &mut Conn, within: Within) -> Result<i64, Error> {
        let (most, mut counted) = (MOST_COUNTED + 1, 0);
        if let Some(filter) = &self.contacts {
            counted += contacts::count(conn, within, filter, most).await?;
        }
        if let Some(filter) = &self.members {
            counted += directory::count_members(conn, within, filter, most).await?;
        }
        if let Some(words) = &self.teams {
            counted += directory::count_teams(conn, within, words.as_ref(), most).await?;
        }
        Ok(counted)
    }

    /// The next entries by name: a page of each table, merged.
    async fn page(
        &self,
        conn: &mut Conn,
        within: Within,
        after: Option<&NamePosition>,
        limit: i64,
    ) -> Result<Vec<(NamePosition, Entry)>, Error> {
        let mut found: Vec<(NamePosition, Entry)> = Vec::new();
        if let Some(filter) = &self.contacts {
            let rows = contacts::list(conn, within, filter, after, limit).await?;
            found.extend(rows.into_iter().map(|(position, contact)| (position, Entry::Contact(Box::new(contact)))));
        }
        if let Some(filter) = &self.members {
            let rows = directory::list_members(conn, within, filter, after, limit).await?;
            found.extend(rows.into_iter().map(|(position, member)| (position, Entry::Member(member))));
        }
        if let Some(words) = &self.teams {
            let rows = directory::list_teams(conn, within, words.as_ref(), after, limit).await?;
            found.extend(rows.into_iter().map(|(position, team)| (position, Entry::Team(team))));
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }
}

/// The teams of the entries of a page: at most two queries, however many rows.
async fn teams_of(
    conn: &mut Conn,
    within: Within,
    found: &[(NamePosition, Entry)],
) -> Result<HashMap<Id<()>, Vec<Named>>, Error> {
    let mut teams: HashMap<Id<()>, Vec<Named>> = HashMap::new();
    let people: Vec<PersonId> = found.iter().filter_map(|(_, entry)| entry.member()).collect();
    for (person, team, name) in directory::teams_of(conn, within, &people).await? {
        teams.entry(person.uuid().into()).or_default().push(Named::new(team, name));
    }
    let linked: Vec<ContactId> = found.iter().filter_map(|(_, entry)| entry.contact()).collect();
    for (contact, team, name) in directory::teams_of_contacts(conn, within, &linked).await? {
        teams.entry(contact.uuid().into()).or_default().push(Named::new(team, name));
    }
    Ok(teams)
}

/// A position as a cursor carries it.
fn write_position(position: &NamePosition) -> String {
    format!("{}.{}", position.id, position.name)
}

fn read_position(text: &str) -> Option<NamePosition> {
    let (id, name) = text.split_once('.')?;
    Some(NamePosition { name: name.to_owned(), id: id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::env::TestEnv;

    #[test]
    fn r4_a_position_reads_back_as_itself() {
        let id = Id::new(&TestEnv::default());
        let position = NamePosition { name: "são vicente. lda.".to_owned(), id };
        assert_eq!(read_position(&write_position(&position)), Some(position));
        assert_eq!(read_position("x"), None);
    }
}
