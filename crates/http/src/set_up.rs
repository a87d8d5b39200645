//! `/set-up`: the first organization and its owner, where nobody is yet (PRODUCT.md P2).

use http::header::{HeaderValue, RETRY_AFTER};
use http::request::Parts;
use http::{Method, StatusCode};
use lavori_accounts::Error as Accounts;
use lavori_accounts::set_up::{self, Founding, Mistakes, Typed};
use lavori_domain::{Currency, TimeZone};
use lavori_oauth::{WeakPassword, check_new_password};
use lavori_web::{SetUp, SetUpMistakes};

use crate::app::App;
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::newcomer;
use crate::page;
use crate::request::Request;
use crate::respond::{self, Response};

/// The currency that is chosen until somebody, or our script, chooses another one.
const CURRENCY: &str = "EUR";

/// Answers at `/set-up`.
pub(crate) async fn route(app: &App, request: Request) -> Result<Response, Error> {
    match request.parts.method {
        Method::GET | Method::HEAD => {
            must_be_open(app).await?;
            Ok(show(app, &request.parts, StatusCode::OK, &SetUp { currency: CURRENCY, ..SetUp::default() }))
        }
        Method::POST => post(app, request).await,
        _ => Ok(respond::not_allowed()),
    }
}

async fn must_be_open(app: &App) -> Result<(), Error> {
    if set_up::is_open(&mut app.store.read().await?).await? { Ok(()) } else { Err(Error::SetUpAlready) }
}

async fn post(app: &App, request: Request) -> Result<Response, Error> {
    let parts = request.parts.clone();
    let origin = request.origin.clone();
    let form = forms::of_stranger(app, request, Purpose::SetUp).await?;
    must_be_open(app).await?;
    let field = |name| form.get(name).map(Option::unwrap_or_default);
    let (code, password) = (field("code")?, field("password")?);
    let typed = Typed {
        name: field("name")?,
        slug: field("slug")?,
        time_zone: field("time_zone")?,
        currency: field("currency")?,
        owner: field("owner")?,
        email: field("email")?,
    };
    let again = |status, problem, mistakes| {
        let Typed { name, slug, time_zone, currency, owner, email } = typed;
        let page = SetUp { problem, mistakes, code, name, slug, time_zone, currency, owner, email, ..SetUp::default() };
        show(app, &parts, status, &page)
    };
    // The code first: no password is hashed for a stranger.
    let wrong_code = match set_up::check_code(&app.store, code).await {
        Err(Accounts::TooMany { seconds }) => {
            tracing::warn!("too many wrong set-up codes");
            let problem = format!(
                "Too many wrong codes. Wait {seconds} seconds and try again, or set the server up at its command line: \
                 lavori-server bootstrap."
            );
            let mut response = again(StatusCode::TOO_MANY_REQUESTS, Some(&problem), SetUpMistakes::default());
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            return Ok(response);
        }
        Err(Accounts::Refused(problem)) => Some(problem),
        checked => {
            checked.map_err(over)?;
            None
        }
    };
    let founding = Founding::check(&typed);
    let weak = check_new_password(password, &[typed.email, typed.owner, typed.name]).err();
    let founding = match (founding, &wrong_code, weak) {
        (Ok(founding), None, None) => founding,
        (founding, _, weak) => {
            let mistakes = founding.err().unwrap_or_default();
            let mistakes = shown(&mistakes, wrong_code.as_deref(), weak.map(WeakPassword::advice));
            return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, None, mistakes));
        }
    };
    let hash = app.oauth.passwords().hash(password).await?;
    match set_up::found(&app.store, app.oauth.env(), code, &founding, &hash, &origin).await {
        Err(Accounts::Refused(problem)) => {
            let mistakes = SetUpMistakes { code: Some(&problem), ..SetUpMistakes::default() };
            Ok(again(StatusCode::UNPROCESSABLE_ENTITY, None, mistakes))
        }
        founded => {
            founded.map_err(over)?;
            tracing::info!(organization = founding.slug(), "the server is set up");
            newcomer::sign_in(app, founding.email(), password, founding.slug(), &origin).await
        }
    }
}

/// Where there are people there is nothing to set up: somebody was faster.
fn over(error: Accounts) -> Error {
    match error {
        Accounts::NotFound => Error::SetUpAlready,
        error => error.into(),
    }
}

fn shown<'a>(mistakes: &'a Mistakes, code: Option<&'a str>, password: Option<&'a str>) -> SetUpMistakes<'a> {
    SetUpMistakes {
        code,
        name: mistakes.name.as_deref(),
        slug: mistakes.slug.as_deref(),
        time_zone: mistakes.time_zone.as_deref(),
        currency: mistakes.currency.as_deref(),
        owner: mistakes.owner.as_deref(),
        email: mistakes.email.as_deref(),
        password,
    }
}

fn show(app: &App, parts: &Parts, status: StatusCode, page: &SetUp<'_>) -> Response {
    let cookie = forms::cookie(app, parts);
    let csrf = forms::token(app, &cookie, Purpose::SetUp);
    let currencies = Currency::offered();
    let time_zones: Vec<_> = TimeZone::offered().map(TimeZone::name).collect();
    let page = SetUp {
        csrf: csrf.as_str(),
        address: &format!("{}/set-up", app.oauth.issuer()),
        connector: &app.connector_url(),
        time_zones: &time_zones,
        currencies: &currencies,
        ..*page
    };
    forms::with_cookie(app, page::answer(app, status, &page.render()), &cookie)
}
