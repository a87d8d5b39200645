//! The access token of a request: from the one place it may be in, the `Authorization` header (RFC 6750 section 2.1).

use http::header::AUTHORIZATION;
use http::request::Parts;

/// What a request brings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'r> {
    /// No `Authorization` header.
    None,
    /// A bearer token, well formed or not.
    Bearer(&'r str),
    /// Something else: another scheme, two headers, or text that is not ASCII.
    Unreadable,
}

/// Reads the token. Tokens in the query, in the body, in cookies or in other headers are not looked at (OAUTH.md I1).
pub(crate) fn token(parts: &Parts) -> Token<'_> {
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(header), None) = (headers.next(), headers.next()) else {
        return if parts.headers.contains_key(AUTHORIZATION) { Token::Unreadable } else { Token::None };
    };
    match header.to_str().ok().and_then(|text| text.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => Token::Bearer(token.trim()),
        _ => Token::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(headers: &[&str]) -> Parts {
        let mut request = http::Request::builder().uri("/mcp?access_token=lvr_at_x");
        for header in headers {
            request = request.header(AUTHORIZATION, *header);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn i1_a_token_in_the_query_is_not_looked_at() {
        assert_eq!(token(&parts(&[])), Token::None);
    }

    #[test]
    fn i2_the_scheme_has_no_case_and_there_is_one_header() {
        assert_eq!(token(&parts(&["bearer  abc"])), Token::Bearer("abc"));
        assert_eq!(token(&parts(&["BEARER abc"])), Token::Bearer("abc"));
        assert_eq!(token(&parts(&["Basic abc"])), Token::Unreadable);
        assert_eq!(token(&parts(&["Bearer"])), Token::Unreadable);
        assert_eq!(token(&parts(&["Bearer a", "Bearer b"])), Token::Unreadable);
    }
}
