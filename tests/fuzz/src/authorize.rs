//! The authorization request: whatever a query says, an answer goes only where the client may be answered.

use http::HeaderValue;
use lavori_oauth::Parameters;
use lavori_oauth::authorize::Refusal;
use lavori_oauth::fuzzing::is_registered;
use url::Url;

use crate::server::{self, ORIGIN, REDIRECT_URIS};

/// `CLIENT` stands for the id of a registered client.
pub(crate) fn run(data: &[u8]) {
    let query = server::with_client(data);
    let outcome = server::runtime().block_on(server::server().authorize(&query));
    let parameters = Parameters::parse(&query);
    parameters_hold(&query);
    let given = |name: &str| parameters.as_ref().ok().and_then(|all| all.get(name).ok().flatten());
    let registered = REDIRECT_URIS.map(str::to_owned);
    match outcome {
        Ok(pending) => {
            assert_eq!(given("client_id"), Some(pending.client.id.as_str()));
            assert_eq!(pending.client.redirect_uris, registered, "this server knows no other client");
            assert_eq!(
                given("redirect_uri"),
                Some(pending.redirect_uri.as_str()),
                "with two, none is taken for granted"
            );
            assert!(is_registered(&registered, &pending.redirect_uri), "{}", pending.redirect_uri);
            assert_eq!(given("state"), pending.state.as_deref());
            assert_eq!(given("response_type"), Some("code"));
            assert_eq!(given("code_challenge_method"), Some("S256"));
            assert_eq!(given("code_challenge"), Some(pending.code_challenge.as_str()));
            assert_eq!(pending.code_challenge.len(), 43);
            assert!(pending.resource.starts_with(&format!("{ORIGIN}/mcp")), "{}", pending.resource);
            for refused in ["request", "request_uri", "claims", "authorization_details"] {
                assert_eq!(given(refused), None);
            }
            let sealed = server::server().seal(&pending).expect("what was accepted can be kept");
            let opened = server::server().open(&sealed).expect("and opened");
            assert_eq!(opened, lavori_oauth::pending::Wanted::Request(Box::new(pending)));
        }
        Err(Refusal::Redirect(location)) => {
            assert!(HeaderValue::from_str(&location).is_ok() && location.is_ascii(), "{location:?}");
            let to = given("redirect_uri").expect("with two, none is taken for granted");
            assert!(is_registered(&registered, to), "{to}");
            let answer = location.strip_prefix(to).expect("the answer is added to the URI as it was sent");
            assert!(answer.starts_with(['?', '&']), "{location}");
            let url = Url::parse(&location).expect("a URL");
            let own = Url::parse(to).expect("a URL").query_pairs().count();
            let pairs: Vec<_> = url.query_pairs().skip(own).collect();
            let all = |name: &str| pairs.iter().filter(|(other, _)| other == name).count();
            assert_eq!((all("iss"), all("error"), all("code")), (1, 1, 0), "{location}");
            let state = pairs.iter().find(|(name, _)| name == "state").map(|(_, value)| value.as_ref());
            assert!(all("state") <= 1 && state.is_none_or(|state| given("state") == Some(state)), "{location}");
        }
        Err(Refusal::Page(failure)) => assert!(!failure.description.is_empty()),
        Err(Refusal::Document(unusable)) => assert!(unusable.url.starts_with("https://")),
        Err(Refusal::Overloaded { seconds }) => assert!(seconds > 0),
    }
}

/// A form is what writing it again says, and nothing in it is taken twice.
pub(crate) fn parameters_hold(form: &[u8]) {
    let Ok(parameters) = Parameters::parse(form) else { return };
    let pairs: Vec<(String, String)> = form_urlencoded::parse(form)
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    assert!(pairs.len() <= 64);
    let written: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let again = Parameters::parse(written.as_bytes()).expect("what was read is written and read");
    for (name, value) in &pairs {
        assert!(!name.chars().chain(value.chars()).any(char::is_control));
        let all: Vec<&str> = parameters.all(name).collect();
        assert_eq!(all, again.all(name).collect::<Vec<_>>());
        match parameters.get(name) {
            Ok(found) => assert_eq!((found, all.len()), (Some(value.as_str()), 1), "{name}"),
            Err(_) => assert!(parameters.each_once(&[]).is_err(), "{name}"),
        }
    }
}
