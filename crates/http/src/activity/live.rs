//! A connection's activity as it happens (PRODUCT.md P28).
//!
//! The database is asked about once a second, on whichever replica: what another replica, or a transaction that began
//! earlier, commits is found all the same ([`Position`]). Between two questions no database connection is held.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use lavori_domain::TimeZone;
use lavori_oauth::AuthorizationServer;
use lavori_oauth::activity::{self, Position, Watched};
use lavori_store::Store;

use crate::activity::{entry, wanted};
use crate::app::App;
use crate::error::Error;
use crate::event_stream::{self, Message, News, Source};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session;

/// How often it is asked what happened.
const PERIOD: Duration = Duration::from_secs(1);
/// Where a browser that connects again says what it got last.
const LAST_EVENT_ID: &str = "last-event-id";

/// `GET /settings/mcp/{connection}/activity/events`.
pub(crate) async fn follow(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    // No page to sign in on: a script asks, and would be led back here.
    let Some(signed_in) = session::find(app, &request.parts).await? else {
        return Ok(respond::text(StatusCode::FORBIDDEN, "Sign in, and open the activity again.\n"));
    };
    let wanted = wanted(&request)?;
    let (person, mut conn) = (signed_in.session.person, app.store.read().await?);
    let (watched, shown) = app.oauth.watched(&mut conn, person, id, wanted).await?.ok_or(Error::NotFound)?;
    let position = match position(&request)? {
        Some(position) => position,
        None => app.oauth.activity(&mut conn, person, id, wanted).await?.ok_or(Error::NotFound)?.position,
    };
    drop(conn);
    let seat = app.streams.seat(person)?;
    let source = Live {
        store: app.store.clone(),
        oauth: Arc::clone(&app.oauth),
        cookie: signed_in.cookie,
        watched,
        position,
        zone: shown.listed.standing.tenant.time_zone,
    };
    Ok(event_stream::respond(seat, source))
}

/// Where the reader is: behind what it got last, or else behind the page it shows.
///
/// # Errors
/// [`Error::NotFound`] for what no page of ours asks for.
fn position(request: &Request) -> Result<Option<Position>, Error> {
    let last = request.parts.headers.get(LAST_EVENT_ID).map(|value| value.to_str().unwrap_or_default().to_owned());
    let after = || form_urlencoded::parse(request.query()).find(|(name, _)| name == "after");
    let text = last.or_else(|| after().map(|(_, value)| value.into_owned())).filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|_| Error::NotFound)).transpose()
}

struct Live {
    store: Store,
    oauth: Arc<AuthorizationServer>,
    cookie: String,
    watched: Watched,
    position: Position,
    zone: TimeZone,
}

impl Live {
    async fn ask(&mut self) -> Result<activity::News, Error> {
        let mut conn = self.store.read().await?;
        Ok(self.oauth.news(&mut conn, &self.cookie, &self.watched, &mut self.position).await?)
    }
}

impl Source for Live {
    async fn read(&mut self) -> News {
        match self.ask().await {
            Ok(activity::News::Events(events)) => {
                let message = |(event, position): (_, Position)| Message {
                    id: Some(position.to_string()),
                    event: "row",
                    data: entry::shown(&event, self.zone).render(),
                };
                News { messages: events.into_iter().map(message).collect(), over: false }
            }
            Ok(activity::News::TooMany) => last("too-many"),
            Ok(activity::News::SignedOut) => last("signed-out"),
            Err(error) => {
                // The reader connects again, and is told then how it is.
                tracing::warn!(error = &error as &dyn std::error::Error, "an activity stream was ended");
                News { messages: Vec::new(), over: true }
            }
        }
    }

    async fn wait(&mut self) {
        tokio::time::sleep(PERIOD).await;
    }
}

/// The last message: the reader does not connect again after it.
fn last(event: &'static str) -> News {
    News { messages: vec![Message { id: None, event, data: String::new() }], over: true }
}
