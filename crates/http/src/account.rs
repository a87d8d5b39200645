//! `/settings/account`: sessions, password and accounts at providers (PRODUCT.md P3, OAUTH.md decision 13).

use http::StatusCode;
use lavori_domain::TimeZone;
use lavori_oauth::PasswordChange;
use lavori_store::sessions::ListedSession;
use lavori_store::{identities, memberships};
use lavori_web as web;
use lavori_web::PasswordMistakes;

use crate::app::App;
use crate::connections::moment;
use crate::error::Error;
use crate::flash::{self, Flash};
use crate::forms::{self, Purpose};
use crate::page;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session::{self, SignedIn};

const PAGE: &str = "/settings/account";
const PASSWORD_CHANGED: &str = "/settings/account/password-changed";

/// `GET /settings/account`.
pub(crate) async fn show(app: &App, request: Request) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let flash = flash::take(app, &request.parts, &signed_in);
    let done = flash.as_ref().and_then(Flash::done);
    let page = page(app, &signed_in, done, PasswordMistakes::default()).await?;
    Ok(flash::said(app, page, flash.as_ref()))
}

async fn page(
    app: &App,
    signed_in: &SignedIn,
    done: Option<&str>,
    mistakes: PasswordMistakes<'_>,
) -> Result<Response, Error> {
    let session = &signed_in.session;
    let mut conn = app.store.read().await?;
    let (sessions, zone) = sessions(app, &mut conn, signed_in).await?;
    let has_password = app.oauth.has_password(&mut conn, session).await?;
    let identities = identities::list(&mut conn, session.person).await?;
    drop(conn);
    let works = |identity: &&identities::Identity| app.oauth.provider_of_issuer(&identity.issuer).is_some();
    let working = identities.iter().filter(works).count();
    let identities: Vec<_> = identities
        .iter()
        .map(|identity| web::AccountIdentity {
            id: identity.id.to_string(),
            // One that the operator took out of the configuration is still there to be removed.
            provider: app.oauth.provider_of_issuer(&identity.issuer).map_or(&*identity.issuer, |(_, name)| name),
            email: identity.email.as_deref(),
            is_last_way: !has_password && working == usize::from(works(&identity)),
        })
        .collect();
    let providers: Vec<_> = app.oauth.providers().map(|(id, name)| web::Provider { id, name }).collect();
    let sessions: Vec<_> = sessions.iter().map(|listed| shown(listed, signed_in, zone)).collect();
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let page = web::Account {
        person: web::SignedIn { name: &session.name, csrf: csrf.as_str() },
        email: &session.email,
        sessions: &sessions,
        has_password,
        identities: &identities,
        providers: &providers,
        done,
        mistakes,
    };
    let refused = mistakes != PasswordMistakes::default();
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page::answer(app, status, &page.render()))
}

/// The person's sessions, and the zone in which their times are shown.
async fn sessions(
    app: &App,
    conn: &mut lavori_store::Conn,
    signed_in: &SignedIn,
) -> Result<(Vec<ListedSession>, TimeZone), Error> {
    let sessions = app.oauth.sessions(conn, signed_in.session.person).await?;
    let zone = memberships::time_zone_of(conn, signed_in.session.person).await?.unwrap_or(TimeZone::UTC);
    Ok((sessions, zone))
}

fn shown<'a>(listed: &'a ListedSession, signed_in: &SignedIn, zone: TimeZone) -> web::AccountSession<'a> {
    web::AccountSession {
        id: listed.id.to_string(),
        is_this: listed.id == signed_in.session.id,
        ip_address: listed.ip_address.as_deref(),
        user_agent: listed.user_agent.as_deref(),
        last_seen: moment(zone, listed.last_seen_at),
        signed_in: moment(zone, listed.created_at),
    }
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
    let nothing = PasswordMistakes::default();
    let mistakes = match change {
        PasswordChange::Changed { ended_sessions } => {
            let others = match ended_sessions {
                0 => "No other browser was signed in.".to_owned(),
                1 => "One other browser was signed out.".to_owned(),
                others => format!("{others} other browsers were signed out."),
            };
            let flash = Flash::Done(format!("{others} This one stays signed in."));
            return Ok(flash::see_other(app, &signed_in, PASSWORD_CHANGED, &flash));
        }
        PasswordChange::WrongCurrent => {
            PasswordMistakes { current: Some("That is not your current password. Nothing was changed."), ..nothing }
        }
        PasswordChange::AlreadySet => {
            let known = "You have a password. Give it as the current one to change it.";
            PasswordMistakes { new: Some(known), ..nothing }
        }
        PasswordChange::Weak(weak) => PasswordMistakes { new: Some(weak.advice()), ..nothing },
    };
    page(app, &signed_in, None, mistakes).await
}

/// `GET /settings/account/password-changed`: tells what goes on, once.
pub(crate) async fn password_changed(app: &App, request: Request) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let flash = flash::take(app, &request.parts, &signed_in);
    let Some(what) = flash.as_ref().and_then(Flash::done) else { return Ok(respond::see_other(PAGE)) };
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let page = web::GoesOn {
        person: Some(web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() }),
        title: "Your password is changed",
        what,
    };
    Ok(flash::said(app, page::answer(app, StatusCode::OK, &page.render()), flash.as_ref()))
}

/// `GET /signed-out`: tells what goes on. It knows nobody.
pub(crate) fn signed_out(app: &App) -> Response {
    let what = "Nobody is signed in at this browser any more.";
    let page = web::GoesOn { person: None, title: "You are signed out", what };
    page::answer(app, StatusCode::OK, &page.render())
}

/// `GET /settings/account/sessions/{session}/end` and `.../end-others` (`id` is `None`): asks.
pub(crate) async fn ask_to_end(app: &App, request: Request, id: Option<&str>) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let mut conn = app.store.read().await?;
    let (sessions, zone) = sessions(app, &mut conn, &signed_in).await?;
    drop(conn);
    let others = sessions.iter().filter(|listed| listed.id != signed_in.session.id);
    let others: Vec<_> = others.map(|listed| shown(listed, &signed_in, zone)).collect();
    let ending = match id {
        None => web::Ending::Others(&others),
        Some(id) => web::Ending::One(others.iter().find(|session| session.id == id).ok_or(Error::NotFound)?),
    };
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let person = web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() };
    Ok(page::answer(app, StatusCode::OK, &web::EndSessions { person, ending }.render()))
}

/// `POST /settings/account/sessions/{session}/end`.
pub(crate) async fn end_session(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let (signed_in, _, origin) = session::form(app, request).await?;
    let mut conn = app.store.read().await?;
    let (sessions, _) = sessions(app, &mut conn, &signed_in).await?;
    drop(conn);
    let browser = sessions.iter().find(|listed| listed.id.to_string() == id);
    let browser = web::browser(browser.and_then(|listed| listed.user_agent.as_deref()));
    match app.oauth.end_session(&app.store, &signed_in.session, id, &origin).await? {
        true => Ok(flash::see_other(app, &signed_in, PAGE, &Flash::Done(format!("{browser} is signed out.")))),
        false => Err(Error::NotFound),
    }
}

/// `POST /settings/account/sessions/end-others`.
pub(crate) async fn end_other_sessions(app: &App, request: Request) -> Result<Response, Error> {
    let (signed_in, _, origin) = session::form(app, request).await?;
    let done = match app.oauth.end_other_sessions(&app.store, &signed_in.session, &origin).await? {
        0 => "You were signed in nowhere else.".to_owned(),
        1 => "One other browser is signed out.".to_owned(),
        ended => format!("{ended} other browsers are signed out."),
    };
    Ok(flash::see_other(app, &signed_in, PAGE, &Flash::Done(done)))
}
