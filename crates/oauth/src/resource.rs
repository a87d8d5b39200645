//! Resources (RFC 8707): the connector URLs a token can be good for.

use lavori_domain::organizations::is_slug;

/// A connector URL: everything, one organization, or one of its teams.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Resource {
    /// `/mcp`: the person picks on the consent page.
    Any,
    /// `/mcp/o/{organization}`: the organization is fixed.
    Organization(String),
    /// `/mcp/o/{organization}/t/{team}`: both are fixed.
    Team(String, String),
}

impl Resource {
    /// Reads the path of a connector URL, without a trailing slash.
    pub fn from_path(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("/mcp")?;
        if rest.is_empty() {
            return Some(Self::Any);
        }
        match rest.strip_prefix("/o/")?.split_once("/t/") {
            Some((organization, team)) if is_slug(organization) && is_slug(team) => {
                Some(Self::Team(organization.to_owned(), team.to_owned()))
            }
            None => {
                let organization = rest.strip_prefix("/o/").filter(|slug| is_slug(slug))?;
                Some(Self::Organization(organization.to_owned()))
            }
            Some(_) => None,
        }
    }

    /// Reads a `resource` parameter: the URL, with or without a trailing slash; or the origin, which some clients send
    /// when they missed the path (OAUTH.md 1.2). Scheme and host compare without case. Anything else is `None`.
    pub fn parse(origin: &str, url: &str) -> Option<Self> {
        let start = url.get(..origin.len())?;
        if !start.eq_ignore_ascii_case(origin) {
            return None;
        }
        match &url[origin.len()..] {
            "" | "/" => Some(Self::Any),
            path => Self::from_path(path.strip_suffix('/').unwrap_or(path)),
        }
    }

    /// The path.
    pub fn path(&self) -> String {
        match self {
            Self::Any => "/mcp".to_owned(),
            Self::Organization(organization) => format!("/mcp/o/{organization}"),
            Self::Team(organization, team) => format!("/mcp/o/{organization}/t/{team}"),
        }
    }

    /// The canonical URL, which is what is stored and compared.
    pub fn url(&self, origin: &str) -> String {
        format!("{origin}{}", self.path())
    }

    /// The organization the URL fixes.
    pub fn organization(&self) -> Option<&str> {
        match self {
            Self::Any => None,
            Self::Organization(organization) | Self::Team(organization, _) => Some(organization),
        }
    }

    /// The team the URL fixes.
    pub fn team(&self) -> Option<&str> {
        match self {
            Self::Team(_, team) => Some(team),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://lavori.example";

    #[test]
    fn d15_the_alias_set_is_closed() {
        for url in ["", "/", "/mcp", "/mcp/"] {
            assert_eq!(Resource::parse(ORIGIN, &format!("{ORIGIN}{url}")), Some(Resource::Any), "{url}");
        }
        assert_eq!(Resource::parse(ORIGIN, "HTTPS://Lavori.Example/mcp"), Some(Resource::Any));
        for bad in [
            "https://lavori.example.evil/mcp",
            "https://evil.example/mcp",
            "https://lavori.example/mcp#x",
            "https://lavori.example/mcp?x",
            "https://lavori.example/mcp//",
            "https://lavori.example/mcp-other",
            "https://lavori.example/mcp/o/",
            "https://lavori.example/mcp/o/A",
            "https://lavori.example/mcp/o/a/t/",
            "https://lavori.example/mcp/o/a/t/b/c",
            "https://lavori.example/MCP",
            "http://lavori.example/mcp",
            "é",
        ] {
            assert_eq!(Resource::parse(ORIGIN, bad), None, "{bad}");
        }
    }

    #[test]
    fn a_path_resource_reads_back_as_itself() {
        for path in ["/mcp", "/mcp/o/northlight", "/mcp/o/northlight/t/sound"] {
            let resource = Resource::from_path(path).unwrap();
            assert_eq!(resource.path(), path);
            assert_eq!(Resource::parse(ORIGIN, &resource.url(ORIGIN)), Some(resource));
        }
    }
}
