//! `/settings/mcp/{connection}/activity`: what one connection did, for its person only (PRODUCT.md P28 to P30).

mod entry;
mod live;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, HeaderValue, LINK};
use lavori_audit::{Kind, Severity, export};
use lavori_oauth::activity::{Activity, PER_EXPORT, Wanted};
use lavori_web as web;

pub(crate) use live::follow;

use crate::app::App;
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::page;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session;

/// `GET /settings/mcp/{connection}/activity`.
pub(crate) async fn show(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let wanted = wanted(&request)?;
    let found = app.oauth.activity(&mut app.store.read().await?, signed_in.session.person, id, wanted).await?;
    let Activity { connection, events, older, position } = found.ok_or(Error::NotFound)?;
    let (listed, tenant) = (&connection.listed, &connection.listed.standing.tenant);
    let events: Vec<_> = events.iter().map(|event| entry::shown(event, tenant.time_zone)).collect();
    let kinds = Kind::ALL.map(|kind| web::FilterOption {
        value: kind.as_str(),
        title: kind.title(),
        chosen: wanted.kind == Some(kind),
    });
    let severities = Severity::ALL.map(|severity| web::FilterOption {
        value: severity.as_str(),
        title: entry::weight(severity).as_str(),
        chosen: wanted.severity == Some(severity),
    });
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let older = older.map(|older| query(Wanted { before: Some(older), ..wanted }));
    let newest = wanted.before.is_some().then(|| query(Wanted { before: None, ..wanted }));
    let after = wanted.before.is_none().then(|| position.to_string());
    let path = format!("/settings/mcp/{}", listed.connection.id);
    let page = web::Activity {
        person: web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() },
        path: &path,
        name: listed.connection.label.as_deref().or(Some(&*connection.client.name).filter(|name| !name.is_empty())),
        organization: &tenant.name,
        zone: tenant.time_zone.name(),
        calls_recorded: app.records_calls,
        kinds: &kinds,
        severities: &severities,
        events: &events,
        query: &query(wanted),
        older: older.as_deref(),
        newest: newest.as_deref(),
        most: &format!("{},000", PER_EXPORT / 1000),
        after: after.as_deref(),
    };
    Ok(page::answer(app, StatusCode::OK, &page.render()))
}

/// `GET /settings/mcp/{connection}/activity.csv`.
pub(crate) async fn export_csv(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let (entries, older) = exported(app, &request, id, "csv").await?;
    let content_type = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    Ok(file(content_type, export::csv(&entries), "csv", older))
}

/// `GET /settings/mcp/{connection}/activity.json`.
pub(crate) async fn export_json(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let (entries, older) = exported(app, &request, id, "json").await?;
    let before = older.and_then(|wanted| wanted.before).map(|id| id.to_string());
    let content_type = HeaderValue::from_static("application/json");
    Ok(file(content_type, export::json(&entries, before.as_deref()), "json", older))
}

/// The events of a file, and where the next one begins.
async fn exported(
    app: &App,
    request: &Request,
    id: &str,
    format: &str,
) -> Result<(Vec<export::Entry>, Option<Wanted>), Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let wanted = wanted(request)?;
    let origin = &request.origin;
    let found = app.oauth.export_activity(&app.store, &signed_in.session, id, wanted, format, origin).await?;
    let Activity { events, older, .. } = found.ok_or(Error::NotFound)?;
    let entries = events.into_iter().map(|event| export::Entry {
        time: event.occurred_at,
        action: event.action,
        severity: event.severity,
        ip_address: event.ip_address,
        user_agent: event.user_agent,
        request_id: event.request_id,
        details: event.details,
        id: event.id.to_string(),
    });
    Ok((entries.collect(), older.map(|older| Wanted { before: Some(older), ..wanted })))
}

/// A file to keep. What did not fit is where the `Link` header says (RFC 8288).
fn file(content_type: HeaderValue, body: String, extension: &str, older: Option<Wanted>) -> Response {
    let mut response = respond::no_store(respond::typed(StatusCode::OK, content_type, Bytes::from(body)));
    let headers = response.headers_mut();
    let name = format!("attachment; filename=\"lavori-activity.{extension}\"");
    let next = older.map(|wanted| format!("<activity.{extension}?{}>; rel=\"next\"", query(wanted)));
    for (header, text) in [(CONTENT_DISPOSITION, Some(name)), (LINK, next)] {
        // Words of ours, ids and percent-encoding: no control character.
        if let Some(value) = text.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(header, value);
        }
    }
    response
}

/// What the URL asks for. An empty value is what the form sends for "everything".
///
/// # Errors
/// [`Error::NotFound`] for what no page of ours asks for.
fn wanted(request: &Request) -> Result<Wanted, Error> {
    let mut wanted = Wanted::default();
    for (name, value) in form_urlencoded::parse(request.query()).filter(|(_, value)| !value.is_empty()) {
        match &*name {
            "kind" => wanted.kind = Some(Kind::parse(&value).ok_or(Error::NotFound)?),
            "severity" => wanted.severity = Some(Severity::parse(&value).ok_or(Error::NotFound)?),
            "before" => wanted.before = Some(value.parse().map_err(|_| Error::NotFound)?),
            _ => {}
        }
    }
    Ok(wanted)
}

fn query(wanted: Wanted) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(wanted.kind.map(|kind| ("kind", kind.as_str())));
    query.extend_pairs(wanted.severity.map(|severity| ("severity", severity.as_str())));
    query.extend_pairs(wanted.before.map(|before| ("before", before.to_string())));
    query.finish()
}
