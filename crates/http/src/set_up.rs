//! `/set-up`: the first organization and its owner, where nobody is yet (PRODUCT.md P2).

use http::header::{HeaderValue, RETRY_AFTER};
use http::request::Parts;
use http::{Method, StatusCode};
use lavori_accounts::Error as Accounts;
use lavori_accounts::set_up::{self, Founding, Typed};
use lavori_web::SetUp;

use crate::app::App;
use crate::cookies::{self, Name};
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::newcomer;
use crate::request::Request;
use crate::respond::{self, Response};

/// Answers at `/set-up`.
pub(crate) async fn route(app: &App, request: Request) -> Result<Response, Error> {
    match request.parts.method {
        Method::GET | Method::HEAD => {
            must_be_open(app).await?;
            Ok(show(app, &request.parts, StatusCode::OK, &SetUp::default()))
        }
        Method::POST => post(app, request).await,
        _ => Ok(respond::not_allowed()),
    }
}

async fn must_be_open(app: &App) -> Result<(), Error> {
    if set_up::is_open(&mut app.store.read().await?).await? { Ok(()) } else { Err(Error::NotFound) }
}

async fn post(app: &App, request: Request) -> Result<Response, Error> {
    let parts = request.parts.clone();
    let origin = request.origin.clone();
    let form = forms::read(app, request).await?;
    let cookie = cookies::get(&parts, Name::Form, app.https).ok_or(Error::Forged)?;
    forms::believe(app, &form, &cookie, Purpose::SetUp)?;
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
    let again = |status, problem: &str| show(app, &parts, status, &page(code, &typed, problem));
    // The code first: no password is hashed for a stranger.
    match set_up::check_code(&app.store, code).await {
        Err(Accounts::TooMany { seconds }) => {
            tracing::warn!("too many wrong set-up codes");
            let problem = format!(
                "Too many wrong codes. Wait {seconds} seconds and try again, or set the server up at its command line: \
                 lavori-server bootstrap."
            );
            let mut response = again(StatusCode::TOO_MANY_REQUESTS, &problem);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            return Ok(response);
        }
        Err(Accounts::Refused(problem)) => return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, &problem)),
        checked => checked?,
    }
    let founding = match Founding::check(&typed) {
        Err(Accounts::Refused(problem)) => return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, &problem)),
        checked => checked?,
    };
    let hash = match newcomer::hash(app, password, &[founding.email(), typed.owner, typed.name]).await? {
        Ok(hash) => hash,
        Err(advice) => return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, advice)),
    };
    match set_up::found(&app.store, app.oauth.env(), code, &founding, &hash, &origin).await {
        Err(Accounts::Refused(problem)) => Ok(again(StatusCode::UNPROCESSABLE_ENTITY, &problem)),
        founded => {
            founded?;
            tracing::info!(organization = founding.slug(), "the server is set up");
            newcomer::sign_in(app, founding.email(), password, &origin).await
        }
    }
}

fn page<'a>(code: &'a str, typed: &Typed<'a>, problem: &'a str) -> SetUp<'a> {
    SetUp {
        csrf: "",
        problem: Some(problem),
        code,
        name: typed.name,
        slug: typed.slug,
        time_zone: typed.time_zone,
        currency: typed.currency,
        owner: typed.owner,
        email: typed.email,
    }
}

fn show(app: &App, parts: &Parts, status: StatusCode, page: &SetUp<'_>) -> Response {
    let cookie = newcomer::form_cookie(app, parts);
    let csrf = forms::token(app, &cookie, Purpose::SetUp);
    let page = SetUp { csrf: csrf.as_str(), ..*page };
    newcomer::with_form_cookie(app, respond::page(status, page.render()), &cookie)
}
