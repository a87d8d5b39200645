//! Addresses that strangers name: redirect URIs, connector URLs, ids that are documents' URLs, pages to return to.

use http::Request;
use lavori_http::fuzzing::page_to_return_to;
use lavori_oauth::Resource;
use lavori_oauth::client::{Destination, destination};
use lavori_oauth::fuzzing::{document_host, is_registered, may_be_registered};
use url::Url;

use crate::first_line;
use crate::server::ORIGIN;

/// The first line is an address; the second one, what it is compared with.
pub(crate) fn run(data: &[u8]) {
    let (one, other) = first_line(data);
    let (Ok(one), Ok(other)) = (std::str::from_utf8(one), std::str::from_utf8(other)) else { return };
    redirect_uri(one);
    matching(one, other);
    resource(one);
    if let Some(host) = document_host(one) {
        let url = Url::parse(one).expect("an id is a URL");
        assert_eq!((url.host_str(), url.scheme(), url.as_str()), (Some(host.as_str()), "https", one));
        assert!(url.domain().is_some() && url.path() != "/", "{one}");
    }
    if let Ok(request) = Request::builder().uri(one).body(()) {
        let (parts, ()) = request.into_parts();
        if let Some(page) = page_to_return_to(&parts) {
            let url = Url::parse(ORIGIN).and_then(|origin| origin.join(&page)).expect("a page is a path");
            assert!(url.as_str().starts_with(&format!("{ORIGIN}/settings/")), "{one} leads to {url}");
            assert_eq!(url.path(), page);
        }
    }
}

fn redirect_uri(uri: &str) {
    assert_eq!(may_be_registered(uri), destination(uri).is_some());
    let Some(destination) = destination(uri) else { return };
    let url = Url::parse(uri).expect("a redirect URI is a URL");
    assert!(uri.is_ascii() && !uri.contains(['#', '\\', ' ']) && url.fragment().is_none(), "{uri}");
    assert!(url.username().is_empty() && url.password().is_none(), "{uri}");
    match destination {
        Destination::Web(host) => assert_eq!((url.scheme(), url.host_str()), ("https", Some(host.as_str()))),
        Destination::Loopback(host) => {
            let host = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map_or(host.as_str(), |(h, _)| h);
            assert!(url.scheme() == "http" && ["localhost", "127.0.0.1", "[::1]"].contains(&host), "{uri}");
        }
        Destination::CustomScheme(scheme) => {
            assert!(!["http", "https", "javascript", "data", "file", "blob"].contains(&scheme.as_str()), "{uri}");
        }
    }
}

fn matching(registered: &str, requested: &str) {
    let all = [registered.to_owned()];
    if may_be_registered(registered) {
        assert!(is_registered(&all, registered), "{registered} is itself");
    }
    if !may_be_registered(registered) || registered == requested || !is_registered(&all, requested) {
        return;
    }
    // Two texts: then both are on loopback, and all that stands before and behind the port is the same.
    let (one, other) = (Url::parse(registered).expect("a URL"), Url::parse(requested).expect("a URL"));
    for url in [&one, &other] {
        assert_eq!(url.scheme(), "http", "{url}");
        assert!(matches!(destination(url.as_str()), Some(Destination::Loopback(_))), "{url}");
    }
    let besides =
        |url: &Url| (url.host_str().map(str::to_owned), url.path().to_owned(), url.query().map(str::to_owned));
    assert_eq!(besides(&one), besides(&other), "{registered} {requested}");
    assert!(may_be_registered(requested));
}

fn resource(url: &str) {
    if let Some(resource) = Resource::parse(ORIGIN, url) {
        let canonical = resource.url(ORIGIN);
        assert_eq!(Resource::parse(ORIGIN, &canonical).as_ref(), Some(&resource), "{url}");
        assert_eq!(Url::parse(&canonical).expect("a URL").as_str(), canonical, "{url}");
        assert_eq!(Url::parse(url).expect("a URL").host_str(), Some("lavori.example"), "{url}");
    }
    if let Some(resource) = Resource::from_path(url) {
        assert_eq!(resource.path(), url);
    }
}
