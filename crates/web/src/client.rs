//! The client that asks for access, and how much of what it says can be believed.

/// How long a host may be to stay in one line of a heading, even on a small screen.
const ONE_LINE: usize = 20;

/// A client, as the consent screen introduces it.
///
/// Where the access goes is the identity that counts; the name is only what the client calls
/// itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client<'a> {
    /// What it calls itself, cleaned of marks that deceive; empty when it gave none.
    pub name: &'a str,
    /// Where the person is sent back to, from its redirect URI.
    pub destination: Destination<'a>,
    /// Whether anybody vouches for the name.
    pub identity: Identity<'a>,
}

/// Where a redirect URI leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination<'a> {
    /// A website: the host of an `https` redirect URI.
    Web {
        /// The host, with its port when that is not the usual one.
        host: &'a str,
    },
    /// An app on the person's own computer that listens on a loopback address.
    Loopback {
        /// The host and port, such as `localhost:33418`.
        host: &'a str,
    },
    /// An app on the person's own computer that opens a scheme of its own.
    CustomScheme {
        /// The scheme, without what follows it: `cursor`.
        scheme: &'a str,
    },
}

/// Who vouches for a client's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity<'a> {
    /// Its identity document was read from this host: the client id is a URL there.
    Verified {
        /// The host of the client id.
        host: &'a str,
    },
    /// It registered itself; the name is a claim.
    Unverified,
}

impl<'a> Client<'a> {
    /// What a heading or a sentence calls it: the website's host, or "an app on this computer".
    pub(crate) fn identity_line(&self) -> &'a str {
        match self.destination {
            Destination::Web { host } => host,
            Destination::Loopback { .. } | Destination::CustomScheme { .. } => "an app on this computer",
        }
    }

    /// The identity line, cut where a long host may go on in a new line: after its dots.
    pub(crate) fn identity_parts(&self) -> Vec<&'a str> {
        let line = self.identity_line();
        if line.len() <= ONE_LINE { vec![line] } else { line.split_inclusive('.').collect() }
    }

    /// Whether the access stays on the person's computer, where nobody can be told apart.
    pub(crate) fn is_local(&self) -> bool {
        !matches!(self.destination, Destination::Web { .. })
    }

    /// Whether answering it opens an app, so that the page stays where it is.
    pub(crate) fn opens_an_app(&self) -> bool {
        matches!(self.destination, Destination::CustomScheme { .. })
    }

    /// The place itself: a host, or a scheme with `://`.
    pub(crate) fn place(&self) -> String {
        match self.destination {
            Destination::Web { host } | Destination::Loopback { host } => host.to_owned(),
            Destination::CustomScheme { scheme } => format!("{scheme}://"),
        }
    }

    /// The host that vouches for it, if one does.
    pub(crate) fn vouched_by(&self) -> Option<&'a str> {
        match self.identity {
            Identity::Verified { host } => Some(host),
            Identity::Unverified => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_on_this_computer_has_a_place_but_no_identity() {
        let mut client = Client {
            name: "Cursor",
            destination: Destination::CustomScheme { scheme: "cursor" },
            identity: Identity::Unverified,
        };
        assert_eq!(client.identity_line(), "an app on this computer");
        assert_eq!(client.place(), "cursor://");
        assert!(client.is_local());

        client.destination = Destination::Web { host: "claude.ai:8443" };
        assert_eq!(client.identity_line(), "claude.ai:8443");
        assert_eq!(client.identity_parts(), ["claude.ai:8443"]);
        assert!(!client.is_local());
    }

    #[test]
    fn a_long_host_breaks_after_its_dots() {
        let client = Client {
            name: "",
            destination: Destination::Web { host: "connect.claude.ai.evil.example" },
            identity: Identity::Unverified,
        };
        assert_eq!(client.identity_parts(), ["connect.", "claude.", "ai.", "evil.", "example"]);
    }
}
