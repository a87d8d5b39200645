//! Resources: documents that are part of the server, the same for every caller (`MCP 2026-07-28 server/resources`).
//! Records are no resources: they are read through tools, which know the caller.

use rmcp::model::{MetaObject, Resource as WireResource, ResourceContents};
use serde_json::{Map, Value, json};

/// The media type of views (`MCP Apps 2026-01-26`, "UI Resource Format").
pub const VIEW_MIME_TYPE: &str = "text/html;profile=mcp-app";

/// A document of the server's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Where it is, for example `ui://lavori/chart`; unique among the server's resources.
    pub uri: String,
    /// Name for programs.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// For example `text/html`.
    pub mime_type: String,
    /// The document.
    pub text: String,
    /// What extensions of the protocol say about it, in the list and beside its text.
    pub meta: Option<Map<String, Value>>,
}

impl Resource {
    /// A view: an HTML page that holds everything it needs, in which hosts with MCP Apps show people what a tool
    /// answered. That it names no domains makes hosts refuse it every one (`MCP Apps 2026-01-26`, "Host Behavior").
    pub fn view(uri: &str, name: &str, title: &str, description: &str, html: String) -> Self {
        Self {
            uri: uri.to_owned(),
            name: name.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            mime_type: VIEW_MIME_TYPE.to_owned(),
            text: html,
            meta: json!({ "ui": { "prefersBorder": true } }).as_object().cloned(),
        }
    }

    fn meta(&self) -> Option<MetaObject> {
        self.meta.clone().map(MetaObject)
    }

    pub(crate) fn wire(&self) -> WireResource {
        let size = u64::try_from(self.text.len()).unwrap_or(u64::MAX);
        let listed = WireResource::new(&self.uri, &self.name)
            .with_title(&self.title)
            .with_description(&self.description)
            .with_mime_type(&self.mime_type)
            .with_size(size);
        match self.meta() {
            Some(meta) => listed.with_meta(meta),
            None => listed,
        }
    }

    pub(crate) fn contents(&self) -> ResourceContents {
        ResourceContents::TextResourceContents {
            uri: self.uri.clone(),
            mime_type: Some(self.mime_type.clone()),
            text: self.text.clone(),
            meta: self.meta(),
        }
    }
}
