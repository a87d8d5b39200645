//! How somebody stops being a member: removed by others, or by leaving.

use lavori_accounts::overview::Overview;
use lavori_accounts::{Actor, members as changes};
use lavori_store::memberships::{self, Member};
use lavori_store::{Conn, connections};
use lavori_web::EndMembership;

use super::members::{self, GONE, WHOSE};
use super::visit::{Visit, or_problem};
use super::{PATH, connections as how_many};
use crate::error::Error;
use crate::flash::{self, Flash};
use crate::respond::Response;

/// Asks before a member is removed, and says what ends with it.
pub(super) async fn ask_to_remove(visit: &Visit<'_>, person: &str) -> Result<Response, Error> {
    let mut conn = visit.app.store.read().await?;
    let overview = visit.administered(&mut conn, WHOSE).await?;
    let Some(member) = members::find(&mut conn, &overview, person).await? else {
        drop(conn);
        return members::show(visit, b"", Some(GONE)).await;
    };
    let place = format!("/members/{}/remove", member.person);
    show(visit, &mut conn, &overview, &member, (&place, "/members"), None).await
}

/// The same for the person themselves.
pub(super) async fn ask_to_leave(visit: &Visit<'_>) -> Result<Response, Error> {
    leaving(visit, None).await
}

async fn leaving(visit: &Visit<'_>, problem: Option<&str>) -> Result<Response, Error> {
    let mut conn = visit.app.store.read().await?;
    let overview = visit.overview(&mut conn).await?;
    let members = memberships::list(&mut conn, overview.organization.id).await?;
    let you = members.iter().find(|member| member.person == visit.person()).ok_or(Error::NotFound)?;
    show(visit, &mut conn, &overview, you, ("/leave", ""), problem).await
}

async fn show(
    visit: &Visit<'_>,
    conn: &mut Conn,
    overview: &Overview,
    member: &Member,
    (place, back): (&str, &str),
    problem: Option<&str>,
) -> Result<Response, Error> {
    let id = overview.organization.id;
    let live = connections::list_live(conn, id, Some(member.person), overview.now).await?;
    let why_not = changes::why_not_without(conn, id, member).await?;
    let page = EndMembership {
        place: visit.place_of(overview),
        action: &format!("{}{place}", visit.path),
        back: &format!("{}{back}", visit.path),
        name: (place != "/leave").then_some(&member.name),
        connections: live.len(),
        problem: problem.or(why_not.as_deref()),
    };
    Ok(visit.page_about(problem.is_some(), &page.render()))
}

pub(super) async fn remove(visit: &Visit<'_>, actor: &Actor<'_>, person: &str) -> Result<Response, Error> {
    match or_problem(changes::remove(&visit.app.store, actor, visit.slug, members::id(person)?).await)? {
        Ok(left) => {
            let said = format!("{} is no member any more. {} ended.", left.name, how_many(left.connections));
            // Whoever removed themselves is sent where those go who left.
            let is_you = person == visit.person().to_string();
            Ok(if is_you { away(visit, &said) } else { visit.done("/members", said) })
        }
        Err(problem) => members::show(visit, b"", Some(&problem)).await,
    }
}

pub(super) async fn leave(visit: &Visit<'_>, actor: &Actor<'_>) -> Result<Response, Error> {
    match or_problem(changes::leave(&visit.app.store, actor, visit.slug).await)? {
        Ok(left) => {
            Ok(away(visit, &format!("You left the organization. {} of yours ended.", how_many(left.connections))))
        }
        Err(problem) => leaving(visit, Some(&problem)).await,
    }
}

/// On to the person's other organizations: of this one they see nothing any more.
fn away(visit: &Visit<'_>, said: &str) -> Response {
    flash::see_other(visit.app, &visit.signed_in, PATH, &Flash::Done(said.to_owned()))
}
