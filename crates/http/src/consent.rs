//! `/consent/{handle}`: the person's decision.

use http::StatusCode;
use lavori_audit::Origin;
use lavori_oauth::client::{Destination, destination};
use lavori_oauth::consent::{Asked, Choice, Decision, Outcome};
use lavori_policy::Scopes;
use lavori_store::Conn;
use lavori_web as web;

use crate::app::App;
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session::{self, SignedIn};

/// `GET /consent/{handle}`.
pub(crate) async fn get(app: &App, request: Request, handle: &str) -> Result<Response, Error> {
    let signed_in = session::find(app, &request.parts).await?.ok_or(Error::Gone)?;
    note_turned_away(app, &signed_in, handle, &request.origin).await?;
    show(app, &signed_in, handle, None, None).await
}

/// Tells the log of an organization that the connector URL fixes that its page was shown to a client it does not let
/// in (OAUTH.md B15).
async fn note_turned_away(app: &App, signed_in: &SignedIn, handle: &str, origin: &Origin) -> Result<(), Error> {
    let mut conn = app.store.read().await?;
    let asked = asked(app, &mut conn, signed_in, handle).await?;
    let Some(fixed) = asked.resource.organization() else { return Ok(()) };
    let choices = app.oauth.choices(&mut conn, signed_in.session.person, &asked).await?;
    drop(conn);
    match choices.iter().find(|choice| choice.membership.slug == fixed) {
        Some(choice) if choice.turns_away() => {
            Ok(app.oauth.note_turned_away(&app.store, &asked, &signed_in.session, choice, origin).await?)
        }
        _ => Ok(()),
    }
}

/// `POST /consent/{handle}`.
pub(crate) async fn post(app: &App, request: Request, handle: &str) -> Result<Response, Error> {
    let (signed_in, form, origin) = session::form(app, request).await?;
    let outcome = match form.get("decision")? {
        Some("deny") => app.oauth.deny(&app.store, handle, &signed_in.session, &origin).await?,
        Some("allow") => {
            let Some(organization) = form.get("organization")? else {
                return show(app, &signed_in, handle, Some("Choose an organization."), None).await;
            };
            let decision = Decision {
                organization: organization.to_owned(),
                team: form.get("team")?.map(str::to_owned),
                scopes: Scopes::from_toggles(
                    forms::toggle(&form, "allow_write")?,
                    forms::toggle(&form, "allow_billing")?,
                ),
            };
            let outcome = app.oauth.allow(&app.store, handle, &signed_in.session, &decision, &origin).await?;
            match outcome {
                Outcome::SwitchedOff(choice, team) => {
                    return refuse(app, &signed_in, handle, &choice, team.as_ref(), decision.scopes).await;
                }
                Outcome::Impossible(why) => {
                    return show(app, &signed_in, handle, Some(why), Some(&decision)).await;
                }
                outcome => outcome,
            }
        }
        _ => return show(app, &signed_in, handle, Some("Choose Allow or Cancel."), None).await,
    };
    match outcome {
        Outcome::Redirect(url) => Ok(respond::see_other(&url)),
        _ => Err(Error::Gone),
    }
}

async fn asked(app: &App, conn: &mut Conn, signed_in: &SignedIn, handle: &str) -> Result<Asked, Error> {
    app.oauth.asked(conn, handle, &signed_in.session).await?.ok_or(Error::Gone)
}

/// The consent page: with `problem` after an answer that could not be, keeping what was chosen but no toggle.
async fn show(
    app: &App,
    signed_in: &SignedIn,
    handle: &str,
    problem: Option<&str>,
    before: Option<&Decision>,
) -> Result<Response, Error> {
    let mut conn = app.store.read().await?;
    let asked = asked(app, &mut conn, signed_in, handle).await?;
    let choices = app.oauth.choices(&mut conn, signed_in.session.person, &asked).await?;
    drop(conn);
    let sealed = app.oauth.seal(&asked.pending())?;
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let destination = destination(&asked.request.redirect_uri).ok_or(Error::Gone)?;
    let organizations: Vec<web::Organization<'_>> = choices.iter().map(organization).collect();
    let page = web::Consent {
        csrf: csrf.as_str(),
        handle,
        client: client(&asked, &destination),
        email: &signed_in.session.email,
        sign_out: web::SignOut { csrf: csrf.as_str(), request: Some(&sealed) },
        organizations: &organizations,
        pinned: asked
            .resource
            .organization()
            .map(|organization| web::Pinned { organization, team: asked.resource.team() }),
        chosen: web::Chosen {
            organization: before.map(|decision| decision.organization.as_str()),
            team: before.and_then(|decision| decision.team.as_deref()),
        },
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(respond::page(status, page.render()))
}

/// The page of P10: what was refused, why, and both ways on.
async fn refuse(
    app: &App,
    signed_in: &SignedIn,
    handle: &str,
    choice: &Choice,
    team: Option<&lavori_domain::organizations::Team>,
    wanted: Scopes,
) -> Result<Response, Error> {
    let asked = asked(app, &mut app.store.read().await?, signed_in, handle).await?;
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let destination = destination(&asked.request.redirect_uri).ok_or(Error::Gone)?;
    let page = web::Refusal {
        csrf: csrf.as_str(),
        handle,
        client: client(&asked, &destination),
        organization: &choice.membership.slug,
        organization_name: &choice.membership.name,
        team: team.map(|team| web::Team { slug: &team.slug, name: &team.name }),
        refused: match (choice.membership.switches.write(), wanted.billing()) {
            (true, _) => web::Refused::Billing,
            (false, true) => web::Refused::WriteAndBilling,
            (false, false) => web::Refused::Write,
        },
        who_can_enable: choice.administrators.iter().map(String::as_str).collect(),
    };
    Ok(respond::page(StatusCode::FORBIDDEN, page.render()))
}

fn client<'a>(asked: &'a Asked, destination: &'a Destination) -> web::Client<'a> {
    web::Client {
        name: &asked.client.name,
        destination: match destination {
            Destination::Web(host) => web::Destination::Web { host },
            Destination::Loopback(host) => web::Destination::Loopback { host },
            Destination::CustomScheme(scheme) => web::Destination::CustomScheme { scheme },
        },
        identity: match asked.client.verified_host() {
            Some(host) => web::Identity::Verified { host },
            None => web::Identity::Unverified,
        },
    }
}

fn organization(choice: &Choice) -> web::Organization<'_> {
    let membership = &choice.membership;
    web::Organization {
        slug: &membership.slug,
        name: &membership.name,
        role: membership.role.as_str(),
        why_not: choice.unavailable(),
        write_enabled: membership.switches.write(),
        billing_enabled: membership.switches.billing(),
        who_can_enable: choice.administrators.iter().map(String::as_str).collect(),
        teams: choice.teams.iter().map(|team| web::Team { slug: &team.slug, name: &team.name }).collect(),
    }
}
