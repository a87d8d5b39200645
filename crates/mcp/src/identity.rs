//! Who a server says it is.

use rmcp::model::{Icon as WireIcon, IconTheme, Implementation};

/// The name a server gives itself in `initialize`, `server/discover` and every modern result.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Name for programs, for example `lavori`.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Version of the server.
    pub version: String,
    /// What it is for, in a sentence for people.
    pub description: String,
    /// Where people can read more.
    pub website_url: Option<String>,
    /// What a host shows beside the name.
    pub icons: Vec<Icon>,
    /// How a model should use the tools. Static, so that clients can cache their prompts.
    pub instructions: String,
}

/// A picture at a URL that a host may fetch without signing in (`MCP 2026-07-28 basic/index`, "Icons").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icon {
    /// An `https:` URL on the server's own origin, or a `data:` URI.
    pub src: String,
    /// For example `image/png`.
    pub mime_type: String,
    /// For example `48x48`, or `any` for a drawing that scales.
    pub sizes: Vec<String>,
    /// The background it was made for; none: any.
    pub theme: Option<Theme>,
}

/// A background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// A light one.
    Light,
    /// A dark one.
    Dark,
}

impl Icon {
    fn wire(&self) -> WireIcon {
        let icon = WireIcon::new(&self.src).with_mime_type(&self.mime_type).with_sizes(self.sizes.clone());
        match self.theme {
            None => icon,
            Some(Theme::Light) => icon.with_theme(IconTheme::Light),
            Some(Theme::Dark) => icon.with_theme(IconTheme::Dark),
        }
    }
}

impl Identity {
    /// The server as `initialize` and `server/discover` introduce it.
    pub(crate) fn introduction(&self) -> Implementation {
        let named = self.stamp().with_description(&self.description);
        if self.icons.is_empty() { named } else { named.with_icons(self.icons.iter().map(Icon::wire).collect()) }
    }

    /// The server as every other modern result names it: what tells it apart, without what it looks like, which would be
    /// sent with every answer.
    pub(crate) fn stamp(&self) -> Implementation {
        let named = Implementation::new(&self.name, &self.version).with_title(&self.title);
        match &self.website_url {
            Some(url) => named.with_website_url(url),
            None => named,
        }
    }
}
