//! `/invitations/{token}`: joining an organization by a link (PRODUCT.md P4).

use http::request::Parts;
use http::{Method, StatusCode};
use lavori_accounts::invitations::{self, Offer};
use lavori_accounts::{Actor, Error as Accounts};
use lavori_domain::organizations::Role;
use lavori_oauth::pending::Wanted;
use lavori_oauth::secret::{PlainSecret, SecretKind};
use lavori_web::{Bearer, Invitation};

use crate::app::App;
use crate::cookies::{self, Name};
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::newcomer;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::{session, sign_in};

/// Answers under `/invitations/`.
pub(crate) async fn route(app: &App, request: Request, path: &str) -> Result<Response, Error> {
    // A cut or mistyped link is told like one that is over, without a query.
    let token = path.strip_prefix("/invitations/").and_then(|text| PlainSecret::parse(SecretKind::Invitation, text));
    let token = token.ok_or(Error::InvitationOver)?;
    match request.parts.method {
        Method::GET | Method::HEAD => {
            let offer = find(app, &token).await?;
            show(app, &request.parts, &token, &offer, None, "").await
        }
        Method::POST => post(app, request, &token).await,
        _ => Ok(respond::not_allowed()),
    }
}

async fn find(app: &App, token: &PlainSecret) -> Result<Offer, Error> {
    let mut conn = app.store.read().await?;
    invitations::find(&mut conn, token.hash()).await?.ok_or(Error::InvitationOver)
}

async fn post(app: &App, request: Request, token: &PlainSecret) -> Result<Response, Error> {
    if session::find(app, &request.parts).await?.is_some() {
        return join(app, request, token).await;
    }
    let parts = request.parts.clone();
    let origin = request.origin.clone();
    let form = forms::read(app, request).await?;
    let cookie = cookies::get(&parts, Name::Form, app.https).ok_or(Error::Forged)?;
    forms::believe(app, &form, &cookie, Purpose::Invitation)?;
    let offer = find(app, token).await?;
    let (typed, password) = (form.get("name")?.unwrap_or_default(), form.get("password")?.unwrap_or_default());
    // Before the work of hashing.
    let name = match invitations::check_name(typed) {
        Err(Accounts::Refused(problem)) => return show(app, &parts, token, &offer, Some(&problem), typed).await,
        checked => checked?,
    };
    let hash = match newcomer::hash(app, password, &[&offer.email, &name]).await? {
        Ok(hash) => hash,
        Err(advice) => return show(app, &parts, token, &offer, Some(advice), typed).await,
    };
    let env = app.oauth.env();
    match invitations::accept_as_newcomer(&app.store, env, token.hash(), &name, &hash, &origin).await {
        Err(Accounts::Refused(problem)) => show(app, &parts, token, &offer, Some(&problem), typed).await,
        accepted => {
            accepted?.ok_or(Error::InvitationOver)?;
            newcomer::sign_in(app, &offer.email, password, &origin).await
        }
    }
}

/// Somebody who is signed in joins.
async fn join(app: &App, request: Request, token: &PlainSecret) -> Result<Response, Error> {
    let parts = request.parts.clone();
    let (signed_in, _, origin) = session::form(app, request).await?;
    let actor = Actor { env: app.oauth.env(), person: signed_in.session.person, origin: &origin };
    match invitations::accept(&app.store, &actor, token.hash()).await {
        Err(Accounts::Refused(problem)) => {
            let offer = find(app, token).await?;
            show(app, &parts, token, &offer, Some(&problem), "").await
        }
        accepted => {
            let offer = accepted?.ok_or(Error::InvitationOver)?;
            Ok(respond::see_other(&format!("/settings/organizations/{}", offer.organization.slug)))
        }
    }
}

async fn show(
    app: &App,
    parts: &Parts,
    token: &PlainSecret,
    offer: &Offer,
    problem: Option<&str>,
    name: &str,
) -> Result<Response, Error> {
    let signed_in = session::find(app, parts).await?;
    let (cookie, csrf) = match &signed_in {
        Some(signed_in) => (None, forms::token(app, &signed_in.cookie, Purpose::Session)),
        None => {
            let cookie = newcomer::form_cookie(app, parts);
            let csrf = forms::token(app, &cookie, Purpose::Invitation);
            (Some(cookie), csrf)
        }
    };
    let csrf = csrf.as_str();
    let bearer = match &signed_in {
        Some(signed_in) if signed_in.session.email == offer.email => {
            Bearer::Invited { csrf, name: &signed_in.session.name }
        }
        Some(signed_in) => Bearer::Somebody { csrf, email: &signed_in.session.email },
        None if offer.has_account => Bearer::Known,
        None => Bearer::Newcomer { csrf, name },
    };
    let must_sign_in = matches!(bearer, Bearer::Known);
    let page = Invitation {
        token: token.expose(),
        organization: &offer.organization.name,
        invited_by: &offer.invited_by,
        email: &offer.email,
        role: match offer.role {
            Role::Owner => "an owner",
            Role::Admin => "an admin",
            Role::Member => "a member",
            Role::Contractor => "a contractor",
        },
        problem,
        bearer,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut response = respond::page(status, page.render());
    if must_sign_in {
        response = sign_in::remember(app, response, &Wanted::Page(format!("/invitations/{}", token.expose())))?;
    }
    Ok(match cookie {
        Some(cookie) => newcomer::with_form_cookie(app, response, &cookie),
        None => response,
    })
}
