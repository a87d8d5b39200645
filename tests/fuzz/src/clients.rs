//! Who a client says it is: dynamic registration, and metadata documents on other servers.

use http::Response;
use lavori_domain::text;
use lavori_oauth::authorize::Refusal;
use lavori_oauth::client::{Client, destination};
use lavori_oauth::fuzzing::{client_of_document, document_host};
use serde_json::{Map, Value};
use url::Url;

use crate::first_line;
use crate::server;

/// The first line is the client id, which is the document's URL; the second one its `Content-Type`, the third its
/// `Cache-Control`, the rest the JSON, which is registered as well.
pub(crate) fn run(data: &[u8]) {
    let (id, rest) = first_line(data);
    let (media_type, rest) = first_line(rest);
    let (cache_control, body) = first_line(rest);
    if let Ok(id) = std::str::from_utf8(id) {
        let answer = Response::builder().header("content-type", media_type).header("cache-control", cache_control);
        if let Ok(answer) = answer.body(body.to_vec()) {
            document(id, &answer);
        }
    }
    registration(body);
}

fn document(id: &str, answer: &Response<Vec<u8>>) {
    assert_eq!(document_host(id).is_some(), client_of_document(id, answer).is_some());
    let Some(Ok((client, seconds))) = client_of_document(id, answer) else { return };
    let url = Url::parse(id).expect("a client id is a URL");
    assert_eq!((url.scheme(), url.as_str()), ("https", id), "ids are compared as they are spelled");
    assert_eq!(client.verified_host(), url.host_str(), "the host vouches for it");
    assert_eq!(client.id, id);
    assert!((60..=3600).contains(&seconds), "{seconds}");
    assert!((1..=32).contains(&client.redirect_uris.len()));
    assert!(!client.name.is_empty());
    client_holds(&client);
    // What is read by the strict reader, any other one reads the same.
    let document: Map<String, Value> = serde_json::from_slice(answer.body()).expect("it is JSON");
    assert_eq!(document["client_id"], id);
    assert_eq!(document["redirect_uris"], Value::from(client.redirect_uris.clone()));
    assert!(!document.contains_key("client_secret"));
}

fn client_holds(client: &Client) {
    assert!(client.name.chars().count() <= 80, "{}", client.name);
    assert!(text::is_clean(&client.name) && !client.name.contains(['\n', '\r', '\t']), "{:?}", client.name);
    for uri in &client.redirect_uris {
        assert!(destination(uri).is_some() && uri.is_ascii() && uri.len() <= 512, "{uri}");
    }
    assert_eq!(Client::from_json(&serde_json::to_value(client).expect("a client is JSON")).as_ref(), Some(client));
}

fn registration(body: &[u8]) {
    let answer = match server::server().register(body) {
        Ok(answer) => answer,
        Err(failure) => {
            assert!(failure.code.as_str().starts_with("invalid_"), "{failure}");
            return;
        }
    };
    assert_eq!(server::server().register(body).as_ref(), Ok(&answer), "the same metadata, the same client");
    let asked: Map<String, Value> = serde_json::from_slice(body).expect("it is JSON");
    assert_eq!(asked["redirect_uris"], answer["redirect_uris"], "taken as they are, or refused");
    assert_eq!(answer["token_endpoint_auth_method"], "none");
    assert!(!answer.contains_key("client_secret"));
    let id = answer["client_id"].as_str().expect("an id is text");
    // The answer, registered again, is the same client.
    let again = serde_json::to_vec(&answer).expect("an answer is JSON");
    assert_eq!(server::server().register(&again).expect("a client registers as it was told")["client_id"], *id);
    let uri = answer["redirect_uris"][0].as_str().expect("a URI is text");
    let Ok(pending) = ask(id, uri) else { panic!("a registered client is not known: {id}") };
    client_holds(&pending.client);
    assert_eq!(pending.redirect_uri, uri);
    // One letter more or less is another client, and there is none.
    let (start, end) = id.split_at(id.len() / 2);
    for forged in [format!("{start}A{end}"), format!("{start}{}", &end[1..]), format!("{id}A")] {
        assert!(matches!(ask(&forged, uri), Err(Refusal::Page(_))), "{forged}");
    }
}

fn ask(id: &str, redirect_uri: &str) -> Result<lavori_oauth::authorize::Pending, Refusal> {
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        .append_pair("code_challenge_method", "S256")
        .finish();
    server::runtime().block_on(server::server().authorize(query.as_bytes()))
}
