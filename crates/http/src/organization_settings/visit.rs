//! Somebody who is signed in, at one organization's settings.

use http::StatusCode;
use http::request::Parts;
use lavori_accounts::overview::{self, Overview};
use lavori_accounts::{Actor, Error as Accounts};
use lavori_audit::Origin;
use lavori_domain::PersonId;
use lavori_oauth::{CsrfToken, Parameters};
use lavori_store::Conn;
use lavori_web as web;

use super::PATH;
use crate::app::App;
use crate::error::Error;
use crate::flash::{self, Flash};
use crate::forms::{self, Purpose};
use crate::page;
use crate::request::Request;
use crate::respond::Response;
use crate::session::{self, SignedIn};

/// A visit to the settings of one organization.
pub(crate) struct Visit<'a> {
    pub(crate) app: &'a App,
    pub(crate) signed_in: SignedIn,
    /// The organization's name in URLs, which may be nobody's.
    pub(crate) slug: &'a str,
    /// The path of its pages.
    pub(crate) path: String,
    csrf: CsrfToken,
    flash: Option<Flash>,
}

impl<'a> Visit<'a> {
    /// To look at a page.
    pub(crate) async fn to_look(app: &'a App, parts: &Parts, slug: &'a str) -> Result<Self, Error> {
        let signed_in = session::require(app, parts).await?;
        let flash = flash::take(app, parts, &signed_in);
        Ok(Self::of(app, signed_in, slug, flash))
    }

    /// To change something: with the form, and where it came from.
    pub(crate) async fn to_change(
        app: &'a App,
        request: Request,
        slug: &'a str,
    ) -> Result<(Self, Parameters, Origin), Error> {
        let (signed_in, form, origin) = session::form(app, request).await?;
        Ok((Self::of(app, signed_in, slug, None), form, origin))
    }

    fn of(app: &'a App, signed_in: SignedIn, slug: &'a str, flash: Option<Flash>) -> Self {
        let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
        Self { app, signed_in, slug, path: format!("{PATH}/{slug}"), csrf, flash }
    }

    pub(crate) fn person(&self) -> PersonId {
        self.signed_in.session.person
    }

    /// The person, as who acts from there.
    pub(super) fn actor<'b>(&'b self, origin: &'b Origin) -> Actor<'b> {
        Actor { env: self.app.oauth.env(), person: self.person(), origin }
    }

    /// The organization, for any of its members.
    pub(super) async fn overview(&self, conn: &mut Conn) -> Result<Overview, Error> {
        Ok(overview::read(conn, self.person(), self.slug).await?)
    }

    /// The organization, for what only owners and admins see.
    pub(super) async fn administered(&self, conn: &mut Conn, what: &'static str) -> Result<Overview, Error> {
        Ok(overview::administered(conn, self.person(), self.slug, what).await?)
    }

    /// The organization as its pages name it.
    pub(crate) fn place<'b>(&'b self, name: &'b str, role: &'b str) -> web::Place<'b> {
        let person = web::SignedIn { name: &self.signed_in.session.name, csrf: self.csrf.as_str() };
        let said = self.flash.as_ref().map(|flash| match flash {
            Flash::Done(text) => web::Said::Done(text),
            Flash::Invited { email, url } => web::Said::Invited { email, url },
        });
        web::Place { person, path: &self.path, name, role, said }
    }

    /// The same, of what was read of it.
    pub(super) fn place_of<'b>(&'b self, overview: &'b Overview) -> web::Place<'b> {
        self.place(&overview.organization.name, overview.role.as_str())
    }

    /// A page.
    pub(crate) fn page(&self, html: &str) -> Response {
        flash::said(self.app, page::answer(self.app, StatusCode::OK, html), self.flash.as_ref())
    }

    /// A page that is shown again with what was wrong, or for the first time.
    pub(super) fn page_about(&self, problem: bool, html: &str) -> Response {
        if problem { page::answer(self.app, StatusCode::UNPROCESSABLE_ENTITY, html) } else { self.page(html) }
    }

    /// On to the page `place` under the organization's path, which says what was done.
    pub(super) fn done(&self, place: &str, what: impl Into<String>) -> Response {
        self.on_to(place, &Flash::Done(what.into()))
    }

    pub(super) fn on_to(&self, place: &str, flash: &Flash) -> Response {
        flash::see_other(self.app, &self.signed_in, &format!("{}{place}", self.path), flash)
    }
}

/// Takes the refusals out that a person can mend: their page is shown again.
pub(super) fn or_problem<T>(outcome: Result<T, Accounts>) -> Result<Result<T, String>, Error> {
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(Accounts::Refused(text)) => Ok(Err(text)),
        Err(error) => Err(error.into()),
    }
}

/// What stands in a field; nothing if it was left empty.
pub(super) fn field<'f>(form: &'f Parameters, name: &str) -> Result<&'f str, Error> {
    Ok(form.get(name)?.unwrap_or_default())
}
