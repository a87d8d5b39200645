//! `/welcome/{organization}`: what somebody who has just founded or joined an organization can do next.

use http::StatusCode;
use lavori_domain::organizations::Role;
use lavori_store::memberships;
use lavori_web::{SignedIn, Welcome};

use crate::app::App;
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::page;
use crate::request::Request;
use crate::respond::Response;
use crate::session;

/// The path of the page for an organization.
pub(crate) fn path(organization: &str) -> String {
    format!("/welcome/{organization}")
}

/// Shows it to whoever belongs there.
pub(crate) async fn get(app: &App, request: Request, organization: &str) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let mut conn = app.store.read().await?;
    let mine = memberships::list_of(&mut conn, signed_in.session.person).await?;
    let membership = mine.into_iter().find(|membership| membership.slug == organization).ok_or(Error::NotFound)?;
    let founded =
        membership.role == Role::Owner && memberships::list(&mut conn, membership.organization).await?.len() == 1;
    drop(conn);
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let settings = format!("/settings/organizations/{organization}");
    let page = Welcome {
        person: SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() },
        organization: &membership.name,
        slug: &membership.slug,
        founded,
        role: membership.role.with_article(),
        may_connect: membership.role != Role::Contractor,
        administers: matches!(membership.role, Role::Owner | Role::Admin),
        write: membership.switches.write(),
        connector_url: &app.connector_url(),
        invite: &format!("{settings}/members/invite"),
        access: &format!("{settings}/access"),
    };
    Ok(page::answer(app, StatusCode::OK, &page.render()))
}
