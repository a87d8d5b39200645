//! Live connections, as the pages list them that ask before cutting them off.

use lavori_oauth::client::{Client, Destination, destination};
use lavori_policy::client_domains::admit;
use lavori_policy::{Scopes, Switches};
use lavori_store::connections::Live;
use lavori_web::LiveRow;

use crate::connections::access;
use crate::error::Error;
use crate::shown_client;

/// How many such a page names; the rest it counts.
const NAMED: usize = 20;

/// Connections with what their rows borrow.
pub(super) struct Listed<'a> {
    rows: Vec<(&'a Live, Client, Destination)>,
    /// What the switches let any of them do.
    limit: Scopes,
}

impl<'a> Listed<'a> {
    /// The first of these, where the switches are so.
    ///
    /// # Errors
    /// [`Error::Gone`] when what is stored of a client cannot be read.
    pub(super) fn of(live: &[&'a Live], switches: Switches) -> Result<Self, Error> {
        let read = |live: &&'a Live| {
            let client = Client::from_json(&live.client).ok_or(Error::Gone)?;
            Ok((*live, client, destination(&live.redirect_uri).ok_or(Error::Gone)?))
        };
        let rows = live.iter().take(NAMED).map(read).collect::<Result<_, Error>>()?;
        Ok(Self { rows, limit: Scopes::from_toggles(switches.write(), switches.billing()) })
    }

    pub(super) fn rows(&self) -> Vec<LiveRow<'_>> {
        self.rows
            .iter()
            .map(|(live, client, destination)| LiveRow {
                client: shown_client::shown(client, destination),
                person: &live.person_name,
                approved: access(live.approved.min(self.limit)),
            })
            .collect()
    }
}

/// The connections of clients that could not connect where these domains are listed.
pub(super) fn others<'a>(live: &'a [Live], domains: &[String]) -> Vec<&'a Live> {
    let domain = |live: &Live| Client::from_json(&live.client)?.domain(&live.redirect_uri);
    live.iter().filter(|live| !admit(domains, domain(live).as_deref())).collect()
}
