//! Cookies: one for the session, one that ties a form to a browser before there is a session.

use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use http::header::{COOKIE, HeaderValue, SET_COOKIE};
use http::request::Parts;

use crate::respond::Response;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    /// The session.
    Session,
    /// The form cookie.
    Form,
    /// The device cookie: an account signed in from this browser before.
    Device,
    /// A sign-in at a provider that is under way, sealed.
    Flow,
    /// The page of ours that waits for its person to sign in, sealed.
    Wanted,
    /// What the next page says about the form before it.
    Flash,
}

impl Name {
    /// With the `__Host-` prefix browsers hold a cookie to https, to this very host and to the whole of it. Without https
    /// (this machine only) they would refuse such a cookie.
    fn on_wire(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-lavori_session",
            (Self::Session, false) => "lavori_session",
            (Self::Form, true) => "__Host-lavori_form",
            (Self::Form, false) => "lavori_form",
            (Self::Device, true) => "__Host-lavori_device",
            (Self::Device, false) => "lavori_device",
            (Self::Flow, true) => "__Host-lavori_flow",
            (Self::Flow, false) => "lavori_flow",
            (Self::Wanted, true) => "__Host-lavori_wanted",
            (Self::Wanted, false) => "lavori_wanted",
            (Self::Flash, true) => "__Host-lavori_flash",
            (Self::Flash, false) => "lavori_flash",
        }
    }
}

/// The value of a cookie, if the browser sent it exactly once.
pub(crate) fn get(parts: &Parts, name: Name, https: bool) -> Option<String> {
    let mut found = parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter(|cookie| cookie.name() == name.on_wire(https))
        .map(|cookie| cookie.value().to_owned());
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Sets a cookie for `seconds`; 0 removes it.
pub(crate) fn set(mut response: Response, name: Name, value: &str, seconds: i64, https: bool) -> Response {
    let cookie = Cookie::build((name.on_wire(https), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(https)
        .max_age(Duration::seconds(seconds));
    if let Ok(header) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, header);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::respond;

    fn header(https: bool) -> String {
        let response = set(respond::empty(http::StatusCode::OK), Name::Session, "v", 60, https);
        response.headers()[SET_COOKIE].to_str().unwrap().to_owned()
    }

    #[test]
    fn e6_the_session_cookie_is_bound_to_this_host_and_unreadable_to_scripts() {
        assert_eq!(header(true), "__Host-lavori_session=v; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60");
    }

    #[test]
    fn on_this_machine_without_https_the_cookie_is_one_that_browsers_take() {
        assert_eq!(header(false), "lavori_session=v; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
    }

    #[test]
    fn a_cookie_that_is_there_twice_is_not_believed() {
        let parts = |value: &str| http::Request::builder().header(COOKIE, value).body(()).unwrap().into_parts().0;
        assert_eq!(get(&parts("a=1; lavori_session=v"), Name::Session, false).as_deref(), Some("v"));
        assert_eq!(get(&parts("lavori_session=v; lavori_session=w"), Name::Session, false), None);
        assert_eq!(get(&parts("lavori_session=v"), Name::Session, true), None);
    }
}
