//! `/settings/account`: sessions, password and accounts at providers (PRODUCT.md P3, OAUTH.md decision 13).

use http::StatusCode;
use lavori_domain::TimeZone;
use lavori_oauth::PasswordChange;
use lavori_store::{identities, memberships};
use lavori_web as web;

use crate::app::App;
use crate::connections::moment;
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session::{self, SignedIn};

const PAGE: &str = "/settings/account";

/// `GET /settings/account`.
pub(crate) async fn show(app: &App, request: Request) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    page(app, &signed_in, None).await
}

async fn page(app: &App, signed_in: &SignedIn, problem: Option<&str>) -> Result<Response, Error> {
    let session = &signed_in.session;
    let mut conn = app.store.read().await?;
    let sessions = app.oauth.sessions(&mut conn, session.person).await?;
    let has_password = app.oauth.has_password(&mut conn, session).await?;
    let zone = memberships::time_zone_of(&mut conn, session.person).await?.unwrap_or(TimeZone::UTC);
    let identities = identities::list(&mut conn, session.person).await?;
    drop(conn);
    let identities: Vec<_> = identities
        .iter()
        .map(|identity| web::AccountIdentity {
            id: identity.id.to_string(),
            // One that the operator took out of the configuration is still there to be removed.
            provider: app.oauth.provider_of_issuer(&identity.issuer).map_or(&*identity.issuer, |(_, name)| name),
            email: identity.email.as_deref(),
        })
        .collect();
    let providers: Vec<_> = app.oauth.providers().map(|(id, name)| web::Provider { id, name }).collect();
    let sessions: Vec<_> = sessions
        .iter()
        .map(|listed| web::AccountSession {
            id: listed.id.to_string(),
            is_this: listed.id == session.id,
            ip_address: listed.ip_address.as_deref(),
            user_agent: listed.user_agent.as_deref(),
            last_seen: moment(zone, listed.last_seen_at),
            signed_in: moment(zone, listed.created_at),
        })
        .collect();
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let page = web::Account {
        person: web::SignedIn { name: &session.name, csrf: csrf.as_str() },
        email: &session.email,
        sessions: &sessions,
        has_password,
        identities: &identities,
        providers: &providers,
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(respond::page(status, page.render()))
}

/// `POST /settings/account/password`: changes it, or sets the first one.
pub(crate) async fn change_password(app: &App, request: Request) -> Result<Response, Error> {
    let (signed_in, form, origin) = session::form(app, request).await?;
    let session = &signed_in.session;
    let new = form.get("new")?.unwrap_or_default();
    let change = match form.get("current")? {
        Some(current) => app.oauth.change_password(&app.store, session, current, new, &origin).await?,
        None => app.oauth.set_password(&app.store, session, new, &origin).await?,
    };
    let problem = match change {
        PasswordChange::Changed { .. } => return Ok(respond::see_other("/settings/account/password-changed")),
        PasswordChange::WrongCurrent => "The current password is not right. Nothing was changed.",
        PasswordChange::AlreadySet => "You have a password. Give it as the current one to change it.",
        PasswordChange::Weak(weak) => weak.advice(),
    };
    page(app, &signed_in, Some(problem)).await
}

/// `GET /settings/account/password-changed`: tells what goes on.
pub(crate) async fn password_changed(app: &App, request: Request) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let page = web::GoesOn {
        person: Some(web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() }),
        title: "Your password is changed",
        what: "Your other sessions have ended. This one goes on.",
    };
    Ok(respond::page(StatusCode::OK, page.render()))
}

/// `GET /signed-out`: tells what goes on. It knows nobody.
pub(crate) fn signed_out() -> Response {
    let page = web::GoesOn { person: None, title: "You are signed out", what: "This browser's session has ended." };
    respond::page(StatusCode::OK, page.render())
}

/// `POST /settings/account/sessions/{session}/end`.
pub(crate) async fn end_session(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let (signed_in, _, origin) = session::form(app, request).await?;
    match app.oauth.end_session(&app.store, &signed_in.session, id, &origin).await? {
        true => Ok(respond::see_other(PAGE)),
        false => Err(Error::NotFound),
    }
}

/// `POST /settings/account/sessions/end-others`.
pub(crate) async fn end_other_sessions(app: &App, request: Request) -> Result<Response, Error> {
    let (signed_in, _, origin) = session::form(app, request).await?;
    app.oauth.end_other_sessions(&app.store, &signed_in.session, &origin).await?;
    Ok(respond::see_other(PAGE))
}
