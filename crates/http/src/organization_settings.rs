//! `/settings/organizations`: what people may see and change of their organizations (PRODUCT.md P4, P19).

mod access;
mod domains;
mod general;
mod invitations;
mod leaving;
mod live;
mod members;
mod roles;
mod teams;
mod visit;

use http::{Method, StatusCode};
use lavori_web::{Belonging, Organizations, SignedIn as Person};

use crate::app::App;
use crate::error::Error;
use crate::flash::{self, Flash};
use crate::forms::{self, Purpose};
use crate::page;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session;

pub(crate) use visit::Visit;

/// Where these pages are.
pub(crate) const PATH: &str = "/settings/organizations";

/// Answers under [`PATH`].
pub(crate) async fn route(app: &App, request: Request, path: &str) -> Result<Response, Error> {
    let rest = path.strip_prefix(PATH).ok_or(Error::NotFound)?;
    let mut segments = rest.split('/');
    if segments.next() != Some("") {
        return Err(Error::NotFound);
    }
    let segments: Vec<&str> = segments.collect();
    let get = matches!(request.parts.method, Method::GET | Method::HEAD);
    match segments.as_slice() {
        [] if get => list(app, request).await,
        [slug, what @ ..] if get => look(app, request, slug, what).await,
        [slug, what @ ..] if request.parts.method == Method::POST => change(app, request, slug, what).await,
        _ => Ok(respond::not_allowed()),
    }
}

/// The pages of one organization.
async fn look(app: &App, request: Request, slug: &str, what: &[&str]) -> Result<Response, Error> {
    let visit = Visit::to_look(app, &request.parts, slug);
    match what {
        [] => general::show(&visit.await?, None).await,
        ["leave"] => leaving::ask_to_leave(&visit.await?).await,
        ["members"] => members::show(&visit.await?, request.query(), None).await,
        ["members", "invite"] => invitations::ask(&visit.await?).await,
        ["members", person, "role"] => roles::ask(&visit.await?, person).await,
        ["members", person, "remove"] => leaving::ask_to_remove(&visit.await?, person).await,
        ["teams"] => teams::list(&visit.await?, None).await,
        ["teams", team] => teams::show(&visit.await?, team, teams::Again::Not).await,
        ["access"] => access::show(&visit.await?, access::Again::Not).await,
        ["access", switch, "off"] => access::ask(&visit.await?, switch).await,
        ["client-domains", "end-others"] => domains::ask(&visit.await?).await,
        _ => Err(Error::NotFound),
    }
}

/// Reads a form, does what it asks for, and goes on to a page that says so; or shows its page again with what is wrong.
async fn change(app: &App, request: Request, slug: &str, what: &[&str]) -> Result<Response, Error> {
    let (visit, form, origin) = Visit::to_change(app, request, slug).await?;
    let visit = &visit;
    let actor = &visit.actor(&origin);
    match what {
        [] => general::save(visit, actor, &form).await,
        ["leave"] => leaving::leave(visit, actor).await,
        ["members", person, "role"] => roles::set(visit, actor, person, &form).await,
        ["members", person, "remove"] => leaving::remove(visit, actor, person).await,
        ["invitations"] => invitations::make(visit, actor, &form).await,
        ["invitations", invitation, "withdraw"] => invitations::withdraw(visit, actor, invitation).await,
        ["teams"] => teams::create(visit, actor, &form).await,
        ["teams", team] => teams::rename(visit, actor, team, &form).await,
        ["teams", team, "members"] => teams::add(visit, actor, team, &form).await,
        ["teams", team, "members", person, "remove"] => teams::take_out(visit, actor, team, person).await,
        ["access"] => access::flip(visit, actor, &form).await,
        ["client-domains"] => domains::change(visit, actor, &form).await,
        ["client-domains", "end-others"] => domains::end_others(visit, actor).await,
        _ => Err(Error::NotFound),
    }
}

/// The person's organizations.
async fn list(app: &App, request: Request) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let flash = flash::take(app, &request.parts, &signed_in);
    let mut conn = app.store.read().await?;
    let memberships = lavori_store::memberships::list_of(&mut conn, signed_in.session.person).await?;
    drop(conn);
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let page = Organizations {
        person: Person { name: &signed_in.session.name, csrf: csrf.as_str() },
        organizations: memberships
            .iter()
            .map(|membership| Belonging {
                slug: &membership.slug,
                name: &membership.name,
                role: membership.role.as_str(),
                suspended: membership.state != lavori_domain::organizations::OrganizationState::Active,
            })
            .collect(),
        done: flash.as_ref().and_then(Flash::done),
    };
    Ok(flash::said(app, page::answer(app, StatusCode::OK, &page.render()), flash.as_ref()))
}

/// How many connections, in words.
fn connections(count: usize) -> String {
    if count == 1 { "1 connection".to_owned() } else { format!("{count} connections") }
}
