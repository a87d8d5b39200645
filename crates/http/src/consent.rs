//! `/consent/{handle}`: the person's decision.

use http::StatusCode;
use lavori_audit::Origin;
use lavori_oauth::Parameters;
use lavori_oauth::client::destination;
use lavori_oauth::consent::{Asked, Choice, Decision, Outcome};
use lavori_policy::Scopes;
use lavori_store::Conn;
use lavori_web as web;

use crate::app::App;
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::page;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session::{self, SignedIn};
use crate::shown_client::shown;

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
            let decision = decision(&form)?;
            if decision.organization.is_empty() {
                return show(app, &signed_in, handle, Some("Choose an organization."), Some(&decision)).await;
            }
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
        _ => {
            let before = decision(&form)?;
            return show(app, &signed_in, handle, Some("Choose Allow or Cancel."), Some(&before)).await;
        }
    };
    match outcome {
        Outcome::Redirect(url) => Ok(respond::see_other(&url)),
        _ => Err(Error::Gone),
    }
}

/// What the person chose. The organization may be missing.
fn decision(form: &Parameters) -> Result<Decision, Error> {
    let organization = form.get("organization")?.unwrap_or_default().to_owned();
    // Each organization on the page has its own choice of a team: only the chosen one's counts.
    let team = form.get(&format!("team-{organization}"))?.map(str::to_owned);
    let scopes = Scopes::from_toggles(forms::toggle(form, "allow_write")?, forms::toggle(form, "allow_billing")?);
    Ok(Decision { organization, team, scopes })
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
        client: shown(&asked.client, &destination),
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
        reset: before.is_some_and(|decision| decision.scopes.write()),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page::answer(app, status, &page.render()))
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
        client: shown(&asked.client, &destination),
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
    Ok(page::answer(app, StatusCode::FORBIDDEN, &page.render()))
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
