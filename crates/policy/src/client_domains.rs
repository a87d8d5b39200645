//! Which clients an organization lets in, by the domain that vouches for them (OAUTH.md B15).

/// Whether a client of `domain` may connect where these domains are listed. None listed: every client may. A listed
/// domain stands for itself and its subdomains. A client without a domain, such as a program on somebody's own machine,
/// may connect only where none is listed.
///
/// Both sides are lower case and without a trailing dot.
///
/// ```
/// use lavori_policy::client_domains::admit;
/// assert!(admit(&["claude.ai"], Some("claude.ai")));
/// assert!(!admit(&["claude.ai"], Some("notclaude.ai")));
/// ```
pub fn admit<T: AsRef<str>>(listed: &[T], domain: Option<&str>) -> bool {
    listed.is_empty() || domain.is_some_and(|domain| listed.iter().any(|listed| covers(listed.as_ref(), domain)))
}

fn covers(listed: &str, domain: &str) -> bool {
    match domain.strip_suffix(listed) {
        Some("") => true,
        Some(before) => before.ends_with('.'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b15_a_domain_stands_for_itself_and_its_subdomains() {
        let listed = ["claude.ai", "tools.example.com"];
        for domain in ["claude.ai", "api.claude.ai", "a.b.claude.ai", "tools.example.com"] {
            assert!(admit(&listed, Some(domain)), "{domain}");
        }
        for domain in ["notclaude.ai", "claude.ai.evil.example", "example.com", "ai", "", "evil-tools.example.com"] {
            assert!(!admit(&listed, Some(domain)), "{domain}");
        }
    }

    #[test]
    fn b15_without_a_list_everybody_may_and_with_one_nobody_without_a_domain() {
        assert!(admit::<&str>(&[], Some("evil.example")) && admit::<&str>(&[], None));
        assert!(!admit(&["claude.ai"], None));
    }
}
