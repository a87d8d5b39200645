//! `/settings/organizations`: what people may see and change of their organizations (PRODUCT.md P4, P19).

mod access;
mod domains;
mod general;
mod invitations;
mod members;
mod page;
mod teams;

use http::{Method, StatusCode};
use lavori_accounts::{Actor, Error as Accounts};
use lavori_web::{Belonging, Notice, Organizations, SignedIn as Person};

use crate::app::App;
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session::{self, SignedIn};

/// Where these pages are.
pub(crate) const PATH: &str = "/settings/organizations";

/// What came of a form.
enum Done {
    /// It was done, in words for the page that is shown again.
    Said(String),
    /// An invitation was made; its link is shown this once.
    Invited { email: String, url: String },
    /// The person is no member any more.
    Left(String),
}

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
        [] if get => list(app, &session::require(app, &request.parts).await?, None).await,
        [slug] if get => {
            let signed_in = session::require(app, &request.parts).await?;
            page::show(app, &signed_in, slug, StatusCode::OK, None).await
        }
        [slug, what @ ..] if request.parts.method == Method::POST => change(app, request, slug, what).await,
        [] | [_] => Ok(respond::not_allowed()),
        _ => Err(Error::NotFound),
    }
}

/// Reads a form, does what it asks for, and shows the page again with what came of it.
async fn change(app: &App, request: Request, slug: &str, what: &[&str]) -> Result<Response, Error> {
    let (signed_in, form, origin) = session::form(app, request).await?;
    let actor = Actor { env: app.oauth.env(), person: signed_in.session.person, origin: &origin };
    let done = match what {
        [] => general::save(app, &actor, slug, &form).await,
        ["access"] => access::flip(app, &actor, slug, &form).await,
        ["client-domains"] => domains::save(app, &actor, slug, &form).await,
        ["leave"] => members::leave(app, &actor, slug).await,
        ["members", person, "role"] => members::set_role(app, &actor, slug, person, &form).await,
        ["members", person, "remove"] => members::remove(app, &actor, slug, person).await,
        ["invitations"] => invitations::make(app, &actor, slug, &form).await,
        ["invitations", invitation, "withdraw"] => invitations::withdraw(app, &actor, slug, invitation).await,
        ["teams"] => teams::create(app, &actor, slug, &form).await,
        ["teams", team] => teams::rename(app, &actor, slug, team, &form).await,
        ["teams", team, "members"] => teams::add(app, &actor, slug, team, &form).await,
        ["teams", team, "members", person, "remove"] => teams::take_out(app, &actor, slug, team, person).await,
        _ => return Err(Error::NotFound),
    };
    let done = match done {
        Err(Error::Accounts(Accounts::Refused(text))) => Err(text),
        done => Ok(done?),
    };
    let (status, notice) = match &done {
        Ok(Done::Said(text)) => (StatusCode::OK, Notice::Done(text)),
        Ok(Done::Invited { email, url }) => (StatusCode::OK, Notice::Invited { email, url }),
        Ok(Done::Left(text)) => return list(app, &signed_in, Some(text)).await,
        Err(text) => (StatusCode::UNPROCESSABLE_ENTITY, Notice::Problem(text)),
    };
    page::show(app, &signed_in, slug, status, Some(notice)).await
}

/// The person's organizations.
async fn list(app: &App, signed_in: &SignedIn, notice: Option<&str>) -> Result<Response, Error> {
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
        notice,
    };
    Ok(respond::page(StatusCode::OK, page.render()))
}

/// How many connections, in words.
fn connections(count: usize) -> String {
    if count == 1 { "1 connection".to_owned() } else { format!("{count} connections") }
}
