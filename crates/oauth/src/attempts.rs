//! How often strangers may try (OAUTH.md E2, C1, decision 12). What is counted is counted in the database, for all
//! replicas together, before the attempt is made; an attempt that was rightful is not held against anybody.

use std::net::IpAddr;
use std::time::Duration;

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::Timestamp;
use lavori_store::limits::{self, Bucket, Limit, Taken};
use lavori_store::{Store, Tx, audit_events, people};

use crate::error::Error;
use crate::server::AuthorizationServer;

/// Events about nobody we know: enough to see an attack, too few to fill a disk. Counted in [`SHARES`] shares, so that
/// guesses at unknown accounts do not wait for each other.
const UNATTRIBUTED: Limit = Limit { most: 10, window: 3600 };
const SHARES: u16 = 16;

/// One thing that an attempt counts for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    bucket: Bucket,
    limit: Limit,
}

/// An attempt that was counted.
#[derive(Debug)]
pub struct Attempt(Vec<(Bucket, Timestamp)>);

/// Whom a refusal is told about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About<'a> {
    /// Sign-in to the account with this normalized address.
    Account(&'a str),
    /// Nobody: it is only refused.
    Nobody,
}

impl AuthorizationServer {
    /// Counts `subject` for `purpose`.
    pub(crate) fn counted(&self, purpose: &'static str, subject: &[u8], limit: Limit) -> Counted {
        Counted { bucket: Bucket { purpose, number: self.keys.bucket(purpose, subject) }, limit }
    }

    /// Counts the address of a request.
    pub(crate) fn counted_address(&self, purpose: &'static str, origin: &Origin, limit: Limit) -> Counted {
        self.counted(purpose, &network(origin.ip_address.as_deref()), limit)
    }

    /// Counts an attempt before it is made. The first refusal of a window is recorded, the others cost one read each.
    ///
    /// # Errors
    /// [`Error::TooMany`], or when the store fails.
    pub(crate) async fn attempt(
        &self,
        store: &Store,
        counted: &[Counted],
        about: About<'_>,
        origin: &Origin,
    ) -> Result<Attempt, Error> {
        let mut conn = store.read().await?;
        for one in counted {
            if let Some(retry_after) = limits::exhausted(&mut conn, one.bucket, one.limit).await? {
                return Err(Error::TooMany { retry_after });
            }
        }
        drop(conn);
        let mut tx = store.begin().await?;
        let mut attempt = Attempt(Vec::with_capacity(counted.len()));
        for one in counted {
            match limits::take(&mut tx, one.bucket, one.limit).await? {
                Taken::Allowed { ends_at } => attempt.0.push((one.bucket, ends_at)),
                Taken::Refused { retry_after, first } => {
                    attempt.give_back(&mut tx).await?;
                    if first {
                        self.record_limit(&mut tx, one, about, retry_after, origin).await?;
                    }
                    tx.commit().await?;
                    return Err(Error::TooMany { retry_after });
                }
            }
        }
        tx.commit().await?;
        Ok(attempt)
    }

    /// One event for a window in which somebody was refused.
    async fn record_limit(
        &self,
        tx: &mut Tx,
        counted: &Counted,
        about: About<'_>,
        retry_after: Duration,
        origin: &Origin,
    ) -> Result<(), Error> {
        let About::Account(email) = about else { return Ok(()) };
        let seconds = i64::try_from(retry_after.as_secs()).unwrap_or(i64::MAX);
        let details = Details::new().text("limit", counted.bucket.purpose).number("seconds", seconds);
        let event = Event::new(&*self.env, Action::SignInLimited, origin.clone()).with(details);
        match people::find_by_email(tx, email).await? {
            Some((person, _)) => audit_events::insert(tx, &event.by(person.id)).await?,
            None => self.record_unattributed(tx, email, &event).await?,
        }
        Ok(())
    }

    /// Writes an event about an account that does not exist, unless there were too many of them lately.
    pub(crate) async fn record_unattributed(&self, tx: &mut Tx, email: &str, event: &Event) -> Result<(), Error> {
        let share = self.keys.bucket("share", email.as_bytes()) % SHARES;
        let counted = self.counted("events about nobody", &share.to_be_bytes(), UNATTRIBUTED);
        if let Taken::Allowed { .. } = limits::take(tx, counted.bucket, counted.limit).await? {
            audit_events::insert(tx, event).await?;
        }
        Ok(())
    }

    /// Counts an answer that a browser brings from a provider, which makes this server ask the provider.
    ///
    /// # Errors
    /// [`Error::TooMany`], or when the store fails.
    pub async fn admit_arrival(&self, store: &Store, origin: &Origin) -> Result<Attempt, Error> {
        let counted = [self.counted_address("answer of a provider", origin, self.limits.address)];
        self.attempt(store, &counted, About::Nobody, origin).await
    }

    /// Takes the count of an answer back: the provider stood by it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget_arrival(&self, store: &Store, attempt: &Attempt) -> Result<(), Error> {
        let mut tx = store.begin().await?;
        attempt.give_back(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// Counts a dynamic registration (RFC 7591 section 5).
    ///
    /// # Errors
    /// [`Error::TooMany`], or when the store fails.
    pub async fn admit_registration(&self, store: &Store, origin: &Origin) -> Result<(), Error> {
        let counted = [
            self.counted_address("registration by address", origin, self.limits.registrations_of_address),
            self.counted("registration", b"", self.limits.registrations),
        ];
        self.attempt(store, &counted, About::Nobody, origin).await.map(drop)
    }
}

impl Attempt {
    /// Takes the count back: the attempt was rightful, or was never made.
    pub(crate) async fn give_back(&self, tx: &mut Tx) -> Result<(), Error> {
        for (bucket, ends_at) in &self.0 {
            limits::give_back(tx, *bucket, *ends_at).await?;
        }
        Ok(())
    }
}

/// What of an address one party holds: all of an IPv4 address, the first half of an IPv6 address (RFC 6177 section 2).
fn network(address: Option<&str>) -> Vec<u8> {
    match address.and_then(|address| address.parse::<IpAddr>().ok()).map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets()[..8].to_vec(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e2_an_ipv6_network_counts_as_one_and_a_mapped_ipv4_address_as_itself() {
        assert_eq!(network(Some("2001:db8:1:2::3")), network(Some("2001:db8:1:2:ffff::1")));
        assert_ne!(network(Some("2001:db8:1:2::3")), network(Some("2001:db8:1:3::3")));
        assert_eq!(network(Some("::ffff:192.0.2.1")), network(Some("192.0.2.1")));
        assert_ne!(network(Some("192.0.2.1")), network(Some("192.0.2.2")));
    }
}
