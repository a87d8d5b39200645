//! Signing in through an OpenID Connect provider: the way there, the way back, and what is linked on the account page.

use http::StatusCode;
use http::request::Parts;
use lavori_audit::Origin;
use lavori_domain::IdentityId;
use lavori_oauth::Parameters;
use lavori_oauth::identity::{Linking, Unlinking};
use lavori_oauth::pending::Wanted;
use lavori_oauth::provider::{Arrival, ProvenIdentity, ProviderError, Purpose, Refused};
use lavori_store::identities;

use crate::app::App;
use crate::cookies::{self, Name};
use crate::error::Error;
use crate::flash::{self, Flash};
use crate::forms;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::{session, sign_in};

/// How long a sign-in at a provider may take, in seconds.
const FLOW_COOKIE: i64 = 600;
/// Where a person's identities are listed.
const ACCOUNT: &str = "/settings/account";

/// `POST /sign-in/with/{provider}`: the sign-in form, sent by a provider's button.
pub(crate) async fn start(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let parts = request.parts.clone();
    let form = forms::of_stranger(app, request, forms::Purpose::SignIn).await?;
    let wanted = match form.get("request")? {
        None => None,
        Some(sealed) => Some(app.oauth.open(sealed).ok_or(Error::Gone)?),
    };
    match leave(app, id, Purpose::SignIn(wanted.clone())).await {
        Err(Error::Provider(why)) => again(app, &parts, wanted.as_ref(), why),
        left => left,
    }
}

/// Sends the browser to a provider.
///
/// # Errors
/// [`Error::Provider`].
pub(crate) async fn leave(app: &App, id: &str, purpose: Purpose) -> Result<Response, Error> {
    let departure = app.oauth.start_at_provider(id, purpose).await?;
    Ok(cookies::set(respond::see_other(&departure.url), Name::Flow, &departure.cookie, FLOW_COOKIE, app.https))
}

/// `GET /sign-in/callback/{provider}`: the provider's answer. Whatever comes of it, it is no answer to anything else.
pub(crate) async fn arrive(app: &App, request: Request, id: &str) -> Response {
    let request_id = request.origin.request_id.clone().unwrap_or_default();
    let response = answer(app, &request, id)
        .await
        .unwrap_or_else(|error| error.into_response(app, crate::error::Audience::Person, &request_id));
    cookies::set(response, Name::Flow, "", 0, app.https)
}

async fn answer(app: &App, request: &Request, id: &str) -> Result<Response, Error> {
    let cookie = cookies::get(&request.parts, Name::Flow, app.https);
    let query = Parameters::parse(request.query()).map_err(|_| ProviderError::Foreign("it cannot be read"))?;
    let counted = app.oauth.admit_arrival(&app.store, &request.origin).await?;
    let Arrival { identity, purpose } = match app.oauth.arrive_from_provider(id, &query, cookie.as_deref()).await {
        Ok(arrival) => arrival,
        Err(Refused { why, purpose: Some(Purpose::SignIn(wanted)) }) => {
            return again(app, &request.parts, wanted.as_ref(), why);
        }
        Err(Refused { why, .. }) => return Err(why.into()),
    };
    app.oauth.forget_arrival(&app.store, &counted).await?;
    match purpose {
        Purpose::SignIn(wanted) => match proven(app, request, &identity, wanted.clone()).await? {
            Some(response) => Ok(response),
            None => show(app, &request.parts, wanted.as_ref(), UNPROCESSABLE, NOBODYS),
        },
        Purpose::Link(person) => link(app, &request.parts, &identity, &person, &request.origin).await,
    }
}

const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
/// The same whatever the reason: what is not linked may not learn whether there is an account with its address.
const NOBODYS: &str = "This account is not linked to anybody here. Sign in the way you did before and add it on your \
     account page; if you are new, ask an admin of your organization for an invitation.";

/// Signs in whoever the account belongs to.
async fn proven(
    app: &App,
    request: &Request,
    identity: &ProvenIdentity,
    wanted: Option<Wanted>,
) -> Result<Option<Response>, Error> {
    let before = session::find(app, &request.parts).await?;
    let before = before.as_ref().map(|signed_in| &signed_in.session);
    match app.oauth.sign_in_with(&app.store, identity, before, &request.origin).await? {
        Some(signed_in) => sign_in::lead_on(app, &signed_in, wanted).await.map(Some),
        None => Ok(None),
    }
}

/// Links the account to the person who began it, if they are still the one at this browser.
async fn link(
    app: &App,
    parts: &Parts,
    identity: &ProvenIdentity,
    person: &str,
    origin: &Origin,
) -> Result<Response, Error> {
    let signed_in = session::require(app, parts).await?;
    if signed_in.session.person.to_string() != person {
        return Err(ProviderError::Foreign("somebody else is signed in now").into());
    }
    match app.oauth.link_identity(&app.store, &signed_in.session, identity, origin).await? {
        Linking::Linked => Ok(done(app, &signed_in, format!("{} signs you in from now on.", name(app, identity)))),
        Linking::AlreadyTheirs => {
            Ok(done(app, &signed_in, format!("{} signed you in already: nothing was changed.", name(app, identity))))
        }
        Linking::SomebodyElses => Err(Error::IdentityTaken),
    }
}

/// `POST /settings/account/identities`: links an account at a `provider`, or unlinks one by its id (`unlink`).
pub(crate) async fn post(app: &App, request: Request) -> Result<Response, Error> {
    let (signed_in, form, origin) = session::form(app, request).await?;
    if let Some(provider) = form.get("provider")? {
        return leave(app, provider, Purpose::Link(signed_in.session.person.to_string())).await;
    }
    let identity: IdentityId = form.get("unlink")?.and_then(|id| id.parse().ok()).ok_or(Error::NotFound)?;
    let known = identities::list(&mut app.store.read().await?, signed_in.session.person).await?;
    let issuer = known.iter().find(|known| known.id == identity).map(|known| known.issuer.as_str());
    let name = issuer.map_or("It", |issuer| app.oauth.provider_of_issuer(issuer).map_or(issuer, |(_, name)| name));
    match app.oauth.unlink_identity(&app.store, &signed_in.session, identity, &origin).await? {
        Unlinking::Unlinked => Ok(done(app, &signed_in, format!("{name} does not sign you in any more."))),
        Unlinking::LastWay => Err(Error::LastWayToSignIn),
        Unlinking::NotTheirs => Err(Error::NotFound),
    }
}

/// The name of the provider that an account is at.
fn name<'a>(app: &'a App, identity: &'a ProvenIdentity) -> &'a str {
    app.oauth.provider_of_issuer(&identity.issuer).map_or(&*identity.issuer, |(_, name)| name)
}

/// Back to the account page, which says what was done.
fn done(app: &App, signed_in: &session::SignedIn, what: String) -> Response {
    flash::see_other(app, signed_in, ACCOUNT, &Flash::Done(what))
}

/// The sign-in page again, with what was waiting (OAUTH.md J6), and why the provider did not do.
fn again(app: &App, parts: &Parts, wanted: Option<&Wanted>, why: ProviderError) -> Result<Response, Error> {
    tracing::warn!(error = &why as &dyn std::error::Error, "a sign-in through a provider failed");
    let (status, problem) = match why {
        ProviderError::Down(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The provider cannot be reached just now. Try again in a moment, or sign in another way.",
        ),
        ProviderError::Metadata(_) => (
            StatusCode::BAD_GATEWAY,
            "This way of signing in is not set up rightly. Sign in another way, and tell the operator of this server.",
        ),
        ProviderError::TooLong => (
            UNPROCESSABLE,
            "This client's request is too long to be carried past the provider. Sign in with your password.",
        ),
        ProviderError::Declined(_) => {
            (UNPROCESSABLE, "The provider did not sign you in. Try again, or sign in another way.")
        }
        ProviderError::Token(_) => {
            (UNPROCESSABLE, "What the provider said about you cannot be believed. Try again, or sign in another way.")
        }
        why @ (ProviderError::Unknown | ProviderError::Foreign(_)) => return Err(why.into()),
    };
    show(app, parts, wanted, status, problem)
}

fn show(
    app: &App,
    parts: &Parts,
    wanted: Option<&Wanted>,
    status: StatusCode,
    problem: &str,
) -> Result<Response, Error> {
    let sealed = wanted.map(|wanted| app.oauth.seal_wanted(wanted)).transpose()?;
    let form = sign_in::Form {
        request: sealed.as_deref(),
        waiting: sign_in::waiting(wanted),
        email: "",
        problem: Some(problem),
    };
    let mut response = sign_in::show(app, parts, &form);
    *response.status_mut() = status;
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(http::header::RETRY_AFTER, crate::error::COME_BACK);
    }
    Ok(response)
}
