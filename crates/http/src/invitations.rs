//! `/invitations/{token}`: joining an organization by a link (PRODUCT.md P4).

use http::request::Parts;
use http::{Method, StatusCode};
use lavori_accounts::invitations::{self, Offer};
use lavori_accounts::{Actor, Error as Accounts};
use lavori_domain::organizations::Role;
use lavori_oauth::pending::Wanted;
use lavori_oauth::secret::{PlainSecret, SecretKind};
use lavori_oauth::{WeakPassword, check_new_password};
use lavori_web::{Bearer, Invitation, NewcomerMistakes};

use crate::app::App;
use crate::connections::moment;
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::newcomer;
use crate::page;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::{session, sign_in, welcome};

/// Answers under `/invitations/`.
pub(crate) async fn route(app: &App, request: Request, path: &str) -> Result<Response, Error> {
    // A cut or mistyped link is told like one that is over, without a query.
    let token = path.strip_prefix("/invitations/").and_then(|text| PlainSecret::parse(SecretKind::Invitation, text));
    let token = token.ok_or(Error::InvitationOver)?;
    match request.parts.method {
        Method::GET | Method::HEAD => {
            let offer = find(app, &token).await?;
            show(app, &request.parts, &token, &offer, &Typed::default()).await
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
    let form = forms::of_stranger(app, request, Purpose::Invitation).await?;
    let offer = find(app, token).await?;
    let (typed, password) = (form.get("name")?.unwrap_or_default(), form.get("password")?.unwrap_or_default());
    // Both before the work of hashing, so that both can be mended at once.
    let name = match invitations::check_name(typed) {
        Err(Accounts::Refused(problem)) => Err(problem),
        checked => Ok(checked?),
    };
    let weak = check_new_password(password, &[&offer.email, typed]).err().map(WeakPassword::advice);
    let name = match (name, weak) {
        (Ok(name), None) => name,
        (name, weak) => {
            let name = name.err();
            let mistakes = NewcomerMistakes { name: name.as_deref(), password: weak };
            return show(app, &parts, token, &offer, &Typed { name: typed, mistakes, problem: None }).await;
        }
    };
    let hash = app.oauth.passwords().hash(password).await?;
    let env = app.oauth.env();
    match invitations::accept_as_newcomer(&app.store, env, token.hash(), &name, &hash, &origin).await {
        Err(Accounts::Refused(problem)) => {
            let typed = Typed { name: typed, problem: Some(&problem), ..Typed::default() };
            show(app, &parts, token, &offer, &typed).await
        }
        accepted => {
            let offer = accepted?.ok_or(Error::InvitationOver)?;
            newcomer::sign_in(app, &offer.email, password, &offer.organization.slug, &origin).await
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
            show(app, &parts, token, &offer, &Typed { problem: Some(&problem), ..Typed::default() }).await
        }
        accepted => {
            let offer = accepted?.ok_or(Error::InvitationOver)?;
            Ok(respond::see_other(&welcome::path(&offer.organization.slug)))
        }
    }
}

/// What was sent before, and what was wrong with it.
#[derive(Default)]
struct Typed<'a> {
    name: &'a str,
    mistakes: NewcomerMistakes<'a>,
    problem: Option<&'a str>,
}

async fn show(
    app: &App,
    parts: &Parts,
    token: &PlainSecret,
    offer: &Offer,
    typed: &Typed<'_>,
) -> Result<Response, Error> {
    let here = Wanted::Page(format!("/invitations/{}", token.expose()));
    let sealed = app.oauth.seal_wanted(&here)?;
    let signed_in = session::find(app, parts).await?;
    let (cookie, csrf) = match &signed_in {
        Some(signed_in) => (None, forms::token(app, &signed_in.cookie, Purpose::Session)),
        None => {
            let cookie = forms::cookie(app, parts);
            let csrf = forms::token(app, &cookie, Purpose::Invitation);
            (Some(cookie), csrf)
        }
    };
    let csrf = csrf.as_str();
    let bearer = match &signed_in {
        Some(signed_in) if signed_in.session.email == offer.email => {
            Bearer::Invited { csrf, name: &signed_in.session.name }
        }
        Some(signed_in) => Bearer::Somebody { csrf, email: &signed_in.session.email, request: &sealed },
        None if offer.has_account => Bearer::Known,
        None => Bearer::Newcomer { csrf, name: typed.name, mistakes: typed.mistakes },
    };
    let must_sign_in = matches!(bearer, Bearer::Known);
    let page = Invitation {
        token: token.expose(),
        organization: &offer.organization.name,
        invited_by: &offer.invited_by,
        email: &offer.email,
        role: offer.role.with_article(),
        role_means: match offer.role {
            Role::Owner => "you can change everything there, its other owners included.",
            Role::Admin => "you manage its people and teams, and what AI assistants may change.",
            Role::Member => "you see the whole organization and can connect your AI assistant to it.",
            Role::Contractor => "you belong to it, but cannot connect an AI assistant to it.",
        },
        expires: moment(offer.organization.time_zone, offer.expires_at),
        problem: typed.problem,
        bearer,
    };
    let refused = typed.problem.is_some() || typed.mistakes != NewcomerMistakes::default();
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut response = page::answer(app, status, &page.render());
    if must_sign_in {
        response = sign_in::remember(app, response, &here)?;
    }
    Ok(match cookie {
        Some(cookie) => forms::with_cookie(app, response, &cookie),
        None => response,
    })
}
