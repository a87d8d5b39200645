//! The nonce of a page: what the policy beside it lets load (Content Security Policy Level 3 section 8.1).

/// Where the layout leaves room for it. Both places stand before anything that is given to a page.
pub(crate) const PLACE: &str = "place-of-the-nonce";

/// A rendered page with its nonce, which must be another one in every answer.
///
/// ```
/// let html = lavori_web::RevokeAll { person: lavori_web::SignedIn { name: "Ada", csrf: "c" }, count: 1 }.render();
/// assert_eq!(lavori_web::with_nonce(&html, "R4nd0m").matches(r#" nonce="R4nd0m""#).count(), 2);
/// ```
pub fn with_nonce(html: &str, nonce: &str) -> String {
    html.replacen(PLACE, nonce, 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Problem, WayOn};

    #[test]
    fn what_is_given_to_a_page_gets_no_nonce() {
        let text = PLACE;
        let (next_steps, way_on) = (&[], WayOn::HOME);
        let html =
            Problem { title: text, explanation: text, next_steps, way_on, status: 400, request_id: text }.render();
        let html = with_nonce(&html, "n");
        let head = html.split_once("<title>").unwrap().0;
        assert!(!head.contains(PLACE) && head.matches(r#" nonce="n""#).count() == 2);
        assert_eq!(html.matches(PLACE).count(), 4, "title, heading, explanation and id stay as they were given");
    }
}
