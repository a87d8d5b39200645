//! `GET /`: what this is, and the connector URL; where nobody is yet, on to the set-up.

use http::StatusCode;
use lavori_web::{Home, SignedIn};

use crate::app::App;
use crate::error::Error;
use crate::forms::Purpose;
use crate::page;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::{forms, session};

/// Shows the start page.
pub(crate) async fn get(app: &App, request: Request) -> Result<Response, Error> {
    let signed_in = session::find(app, &request.parts).await?;
    if signed_in.is_none() && lavori_accounts::set_up::is_open(&mut app.store.read().await?).await? {
        return Ok(respond::see_other("/set-up"));
    }
    let csrf = signed_in.as_ref().map(|signed_in| forms::token(app, &signed_in.cookie, Purpose::Session));
    let connector_url = app.connector_url();
    let page = Home {
        connector_url: &connector_url,
        signed_in: signed_in
            .as_ref()
            .zip(csrf.as_ref())
            .map(|(signed_in, csrf)| SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() }),
    };
    Ok(page::answer(app, StatusCode::OK, &page.render()))
}
