//! The token and the revocation endpoint, over an empty database: whatever a body says, nothing is granted, the answer
//! is the client's mistake and never ours, and it repeats nothing that was sent.

use lavori_audit::Origin;
use lavori_oauth::{Error, ErrorCode, Failure, Parameters};

use crate::authorize::parameters_hold;
use crate::first_line;
use crate::server;

/// The first line says `token` or `revoke`, and `+` behind it that an `Authorization` header came along. `CLIENT` stands
/// for the id of a registered client.
pub(crate) fn run(data: &[u8]) {
    let (first, rest) = first_line(data);
    let body = server::with_client(rest);
    parameters_hold(&body);
    let (authorization, origin, store) = (first.ends_with(b"+"), Origin::default(), server::empty_store());
    if first.starts_with(b"revoke") {
        let outcome = server::runtime().block_on(server::server().revoke(store, &body, authorization, &origin));
        if let Some(failure) = refusal(outcome) {
            assert!(matches!(failure.code, ErrorCode::InvalidClient | ErrorCode::InvalidRequest), "{failure}");
        } else {
            assert!(!authorization, "a client that authenticates is not one of ours");
        }
        return;
    }
    let outcome = server::runtime().block_on(server::server().token(store, &body, authorization, &origin));
    let failure = refusal(outcome).expect("there is no grant");
    let known = [
        ErrorCode::InvalidClient,
        ErrorCode::InvalidGrant,
        ErrorCode::InvalidRequest,
        ErrorCode::InvalidScope,
        ErrorCode::InvalidTarget,
        ErrorCode::UnsupportedGrantType,
    ];
    assert!(known.contains(&failure.code), "{failure}");
    if let Ok(parameters) = Parameters::parse(&body)
        && parameters.each_once(&["resource"]).is_err()
    {
        assert_eq!(failure.code, ErrorCode::InvalidRequest, "what is there twice is not taken once");
    }
}

fn refusal<T>(outcome: Result<T, Error>) -> Option<Failure> {
    match outcome {
        Ok(_) => None,
        Err(Error::Refused(failure)) => {
            // RFC 6749 section 5.2. That it is a text of ours, made before any request came, its type says.
            let allowed = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            assert!(failure.description.bytes().all(allowed), "{failure}");
            Some(failure)
        }
        Err(Error::TooMany { .. }) => None,
        Err(error) => panic!("a stranger's bytes are no fault of ours: {error:?}"),
    }
}
