//! `/settings/mcp` and `/settings/account`: the pages of whoever is signed in.

use http::Method;

use crate::app::App;
use crate::error::Error;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::{account, activity, connections};

/// Whether a path is one of these pages.
pub(crate) fn is_path(path: &str) -> bool {
    ["/settings/mcp", "/settings/account"]
        .iter()
        .any(|page| path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Answers a request for one of them.
pub(crate) async fn route(app: &App, request: Request, path: &str) -> Result<Response, Error> {
    let method = request.parts.method.clone();
    let get = matches!(method, Method::GET | Method::HEAD);
    let post = method == Method::POST;
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    match segments.as_slice() {
        ["mcp"] if get => connections::list(app, request).await,
        ["mcp", "revoke-all"] if get => connections::ask_to_revoke_all(app, request).await,
        ["mcp", "revoke-all"] if post => connections::revoke_all(app, request).await,
        ["mcp", id, "rename"] if get => connections::ask_for_a_name(app, request, id).await,
        ["mcp", id, "rename"] if post => connections::rename(app, request, id).await,
        ["mcp", id, "revoke"] if get => connections::ask_to_revoke(app, request, id).await,
        ["mcp", id, "revoke"] if post => connections::revoke(app, request, id).await,
        ["mcp", id, "activity"] if get => activity::show(app, request, id).await,
        ["mcp", id, "activity", "events"] if method == Method::GET => activity::follow(app, request, id).await,
        // An export is recorded: only who really gets it asks for it.
        ["mcp", id, "activity.csv"] if method == Method::GET => activity::export_csv(app, request, id).await,
        ["mcp", id, "activity.json"] if method == Method::GET => activity::export_json(app, request, id).await,

        ["account"] if get => account::show(app, request).await,
        ["account", "password"] if post => account::change_password(app, request).await,
        ["account", "password-changed"] if get => account::password_changed(app, request).await,
        ["account", "sessions", "end-others"] if get => account::ask_to_end(app, request, None).await,
        ["account", "sessions", id, "end"] if get => account::ask_to_end(app, request, Some(id)).await,
        ["account", "sessions", "end-others"] if post => account::end_other_sessions(app, request).await,
        ["account", "sessions", id, "end"] if post => account::end_session(app, request, id).await,

        ["mcp" | "account"]
        | ["mcp", "revoke-all"]
        | ["mcp", _, "rename" | "revoke" | "activity" | "activity.csv" | "activity.json"]
        | ["mcp", _, "activity", "events"]
        | ["account", "password" | "password-changed"]
        | ["account", "sessions", "end-others"]
        | ["account", "sessions", _, "end"] => Ok(respond::not_allowed()),
        _ => Err(Error::NotFound),
    }
}
