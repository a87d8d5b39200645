//! How long a document is believed.

use http::HeaderMap;
use http::header::CACHE_CONTROL;

/// At least a minute, whatever the document's server says: nobody makes this server ask for every request.
const SHORTEST: i64 = 60;
/// At most an hour: what a client's owner takes back is soon gone here.
const LONGEST: i64 = 60 * 60;
/// When its server says nothing.
const USUAL: i64 = 5 * 60;

/// Seconds for which an answer with these headers may be used again (RFC 9111 section 5.2.2), within our bounds.
pub(super) fn seconds(headers: &HeaderMap) -> i64 {
    let mut seconds = None;
    for value in headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok()) {
        for directive in value.split(',').map(|directive| directive.trim().to_ascii_lowercase()) {
            match directive.split_once('=') {
                None if directive == "no-store" || directive == "no-cache" => return SHORTEST,
                Some(("max-age", age)) => {
                    let age = age.trim_matches('"').parse().unwrap_or(SHORTEST);
                    // Said twice, the shorter one counts (RFC 9111 section 4.2.1).
                    seconds = Some(seconds.map_or(age, |before: i64| before.min(age)));
                }
                _ => {}
            }
        }
    }
    seconds.unwrap_or(USUAL).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> i64 {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CACHE_CONTROL, value.parse().unwrap());
        }
        seconds(&headers)
    }

    #[test]
    fn a_server_decides_within_bounds() {
        assert_eq!(read(&[]), USUAL);
        assert_eq!(read(&["public"]), USUAL);
        assert_eq!(read(&["public, Max-Age=600"]), 600);
        assert_eq!(read(&["max-age=600", "max-age=\"300\""]), 300);
        assert_eq!(read(&["max-age=31536000, immutable"]), LONGEST);
        for short in ["max-age=0", "max-age=-1", "max-age=x", "no-store", "max-age=600, no-cache"] {
            assert_eq!(read(&[short]), SHORTEST, "{short}");
        }
    }
}
