//! A client as every page shows it.

use lavori_oauth::client::{Client, Destination};
use lavori_web as web;

/// What a page says about who a client is and where its answers go.
pub(crate) fn shown<'a>(client: &'a Client, destination: &'a Destination) -> web::Client<'a> {
    web::Client {
        name: &client.name,
        destination: match destination {
            Destination::Web(host) => web::Destination::Web { host },
            Destination::Loopback(host) => web::Destination::Loopback { host },
            Destination::CustomScheme(scheme) => web::Destination::CustomScheme { scheme },
        },
        identity: match client.verified_host() {
            Some(host) => web::Identity::Verified { host },
            None => web::Identity::Unverified,
        },
    }
}
