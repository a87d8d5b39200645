//! Which client ids are URLs of metadata documents.

use url::{Host, Url};

/// The longest client id of this kind.
const LONGEST: usize = 512;

/// A client id that is the URL of a metadata document, spelled as it is compared and fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DocumentUrl {
    id: String,
    host: String,
}

impl DocumentUrl {
    /// Whether somebody meant `id` to be a URL, however badly.
    pub(crate) fn is_meant(id: &str) -> bool {
        id.contains("://")
    }

    /// Reads a client id (draft section 3). Whatever a parser would read differently from how it is spelled, such as
    /// dot segments, upper case or the default port, is refused: ids are compared as strings.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(id: &str) -> Result<Self, &'static str> {
        if id.len() > LONGEST {
            return Err("client_id is longer than 512 characters");
        }
        if !id.starts_with("https://") {
            return Err("a client_id that is a URL must be an https URL");
        }
        let url = Url::parse(id).map_err(|_| "client_id is no valid URL")?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("client_id must have no user information and no fragment");
        }
        let host = match url.host() {
            Some(Host::Domain(host)) if !host.ends_with('.') => host.to_owned(),
            _ => return Err("the host of client_id must be a name, not an address"),
        };
        if url.path() == "/" {
            return Err("client_id must have a path");
        }
        // A percent sign could spell the same path in many ways.
        if url.as_str() != id || id.contains('%') {
            return Err("client_id must be a URL in normal form: lower-case host, no default port, no dot segments, \
                        no percent-encoding, no spaces");
        }
        Ok(Self { id: id.to_owned(), host })
    }

    /// The URL, which is the client id.
    pub(crate) fn as_str(&self) -> &str {
        &self.id
    }

    /// The host that vouches for what the document says.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b1_only_a_url_in_its_own_normal_form_is_an_id() {
        for bad in [
            "http://client.example/meta.json",
            "HTTPS://client.example/meta.json",
            "https://client.example",
            "https://client.example/",
            "https://client.example?x=/meta.json",
            "https://a@client.example/meta.json",
            "https://a:b@client.example/meta.json",
            "https://@client.example/meta.json",
            "https://client.example/meta.json#",
            "https://client.example/meta.json#f",
            "https://client.example/a/../meta.json",
            "https://client.example/./meta.json",
            "https://client.example/a/%2e%2e/meta.json",
            "https://client.example/%2E/meta.json",
            "https://client.example/a%2fmeta.json",
            "https://client.example/me%74a.json",
            "https://client.example/meta\t.json",
            "https://client.example/meta .json",
            " https://client.example/meta.json",
            "https://client.example/meta.json\n",
            "https://Client.example/meta.json",
            "https://client.example:443/meta.json",
            "https://client.example:/meta.json",
            "https://client.example\\meta.json",
            "https:\\\\client.example/meta.json",
            "https:/client.example/meta.json",
            "https://client.example./meta.json",
            "https://clïent.example/meta.json",
            "https://client.example/métà.json",
            "https:///meta.json",
            "https://",
            "javascript://client.example/meta.json",
            "",
        ] {
            assert!(DocumentUrl::parse(bad).is_err(), "{bad}");
        }
        assert!(DocumentUrl::parse(&format!("https://client.example/{}", "a".repeat(LONGEST))).is_err());
    }

    #[test]
    fn b2_an_address_is_no_host_in_any_spelling() {
        for host in
            ["127.0.0.1", "0177.0.0.1", "0x7f.1", "2130706433", "127.1", "[::1]", "[::ffff:10.0.0.1]", "1.1.1.1"]
        {
            assert!(DocumentUrl::parse(&format!("https://{host}/meta.json")).is_err(), "{host}");
        }
    }

    #[test]
    fn real_ids_read_as_their_hosts() {
        for (good, host) in [
            ("https://claude.ai/oauth/mcp-oauth-client-metadata", "claude.ai"),
            ("https://chatgpt.com/oauth/IbUR3zxyNQ16/client.json", "chatgpt.com"),
            ("https://vscode.dev/oauth/client-metadata.json", "vscode.dev"),
            ("https://opencode.ai/oauth/opencode/client.json", "opencode.ai"),
            ("https://client.example:8443/meta.json?v=1&w=2", "client.example"),
            ("https://xn--clent-cta.example/meta", "xn--clent-cta.example"),
        ] {
            let url = DocumentUrl::parse(good).unwrap();
            assert_eq!((url.as_str(), url.host()), (good, host));
        }
    }
}
