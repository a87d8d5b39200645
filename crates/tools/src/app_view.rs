//! What a host may show people of a tool's answers: a page that is sent its data, and reaches nothing.

/// A page in which hosts with MCP Apps draw what a tool answered. It holds its own script and style and asks nobody for
/// anything; the host hands it the answer. To others the tool is as it is without.
#[derive(Debug, PartialEq, Eq)]
pub struct AppView {
    /// Where clients read it: `ui://`, the server, the view.
    pub uri: &'static str,
    /// Its name for programs.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// The whole page.
    pub html: &'static str,
}
