//! What the next page says about a form that was just accepted: after a form comes another page (303), so that loading
//! it again does nothing twice, and a cookie carries the words there.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::cookies::{self, Name};
use crate::respond::{self, Response};
use crate::session::SignedIn;

/// How long the words wait for the page, in seconds.
const PATIENCE: i64 = 60;
/// What the words are proven for.
const PURPOSE: &str = "flash ";

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Flash {
    /// It was done.
    Done(String),
    /// An invitation was made; its link is shown this once.
    Invited {
        /// Who was invited.
        email: String,
        /// The link.
        url: String,
    },
}

impl Flash {
    /// What was done.
    pub(crate) fn done(&self) -> Option<&str> {
        match self {
            Self::Done(text) => Some(text),
            Self::Invited { .. } => None,
        }
    }
}

/// Leads to `location`, which says `flash`.
pub(crate) fn see_other(app: &App, signed_in: &SignedIn, location: &str, flash: &Flash) -> Response {
    let response = respond::see_other(location);
    let Ok(words) = serde_json::to_string(flash) else { return response };
    // Tied to the session: the next person at this browser is told nothing.
    let proof = app.oauth.csrf_token(&signed_in.cookie, &format!("{PURPOSE}{words}"));
    let value = format!("{}.{}", URL_SAFE_NO_PAD.encode(&words), proof.as_str());
    cookies::set(response, Name::Flash, &value, PATIENCE, app.https)
}

/// What the form before this page left to say, if this very session sent one.
pub(crate) fn take(app: &App, parts: &Parts, signed_in: &SignedIn) -> Option<Flash> {
    let cookie = cookies::get(parts, Name::Flash, app.https)?;
    let (words, proof) = cookie.split_once('.')?;
    let words = String::from_utf8(URL_SAFE_NO_PAD.decode(words).ok()?).ok()?;
    let proven = app.oauth.csrf_matches(&signed_in.cookie, &format!("{PURPOSE}{words}"), proof);
    proven.then(|| serde_json::from_str(&words).ok())?
}

/// The page that said it: it is not said again.
pub(crate) fn said(app: &App, page: Response, flash: Option<&Flash>) -> Response {
    if flash.is_some() { cookies::set(page, Name::Flash, "", 0, app.https) } else { page }
}
