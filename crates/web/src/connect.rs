//! How clients are connected: the connector URLs, and what each client wants to be told.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

/// The connector URLs of one organization, which leave the person no other choice when they connect.
#[derive(Debug, Clone)]
pub struct FixedUrls<'a> {
    /// The organization's name.
    pub organization: &'a str,
    /// Why the person cannot connect it, if they cannot: then no URL is shown.
    pub why_not: Option<&'a str>,
    /// The URL for all its teams.
    pub url: &'a str,
    /// Those for one team only.
    pub teams: Vec<FixedTeam<'a>>,
}

/// The connector URL of one team.
#[derive(Debug, Clone, Copy)]
pub struct FixedTeam<'a> {
    /// The team's name.
    pub name: &'a str,
    /// Its URL.
    pub url: &'a str,
}

/// What Visual Studio Code's link carries: the server as `--add-mcp` takes it.
pub(crate) fn vscode(url: &str) -> String {
    json!({"name": "lavori", "type": "http", "url": url}).to_string()
}

/// What Cursor's link carries: the server as its `mcp.json` holds it.
pub(crate) fn cursor(url: &str) -> String {
    STANDARD.encode(json!({"url": url}).to_string())
}

/// Whether only programs on the server's own machine can reach it: anywhere else it is reached over https.
pub(crate) fn is_local(url: &str) -> bool {
    url.starts_with("http:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_carry_the_url_as_each_client_reads_it() {
        let url = "https://lavori.example/mcp";
        assert_eq!(vscode(url), r#"{"name":"lavori","type":"http","url":"https://lavori.example/mcp"}"#);
        let read = STANDARD.decode(cursor(url)).unwrap();
        assert_eq!(read, br#"{"url":"https://lavori.example/mcp"}"#);
        assert!(is_local("http://localhost:8700/mcp") && !is_local(url));
    }
}
