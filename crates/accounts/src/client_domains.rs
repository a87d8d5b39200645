//! The domains whose clients may connect to an organization (OAUTH.md B15).

use lavori_audit::{Action, Details};
use lavori_policy::client_domains::admit;
use lavori_store::connections::{self, Connection};
use lavori_store::{Store, client_domains};
use url::Host;

use crate::actor::{Actor, Desk, Hold};
use crate::cut::Cut;
use crate::error::Error;

/// The most domains an organization may list.
const MOST: usize = 50;

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The domains that this change is about.
    pub changed: Vec<String>,
    /// How many are listed now; none: all clients may connect.
    pub count: usize,
}

/// Lists more domains: `text` has them with spaces or commas between. Who is connected stays connected.
///
/// # Errors
/// [`Error::Refused`] for what is no domain.
pub async fn add(store: &Store, actor: &Actor<'_>, organization: &str, text: &str) -> Result<Listed, Error> {
    let domains = parse(text)?;
    if domains.is_empty() {
        return Err(Error::refused("Write the domain that is to be added, such as claude.ai."));
    }
    let changed = domains.clone();
    let count = change(store, actor, organization, |mut listed| {
        listed.extend(domains);
        listed
    })
    .await?;
    Ok(Listed { changed, count })
}

/// Takes a domain off the list. Who is connected stays connected.
///
/// # Errors
/// [`Error::Refused`] for what is no domain.
pub async fn remove(store: &Store, actor: &Actor<'_>, organization: &str, domain: &str) -> Result<Listed, Error> {
    let changed = parse(domain)?;
    let count = change(store, actor, organization, |mut listed| {
        listed.retain(|listed| !changed.contains(listed));
        listed
    })
    .await?;
    Ok(Listed { changed, count })
}

/// Ends the connections of clients that could not connect any more, and says how many of them were live. `domain_of`
/// tells the domain of a connection's client.
///
/// # Errors
/// As every change.
pub async fn end_others(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    domain_of: impl Fn(&Connection) -> Option<String>,
) -> Result<usize, Error> {
    let mut desk = actor.administer(store, organization, Hold::Alone).await?;
    let id = desk.organization.id;
    let domains = listed(&mut desk).await?;
    let mut others = connections::list_unrevoked(&mut desk.tx, id, None).await?;
    others.retain(|connection| !admit(&domains, domain_of(connection).as_deref()));
    let mut live = connections::list_live(&mut desk.tx, id, None, desk.now).await?;
    live.retain(|live| others.iter().any(|other| other.id == live.id));
    let cut = Cut {
        env: actor.env,
        origin: actor.origin,
        by: Some(actor.person),
        by_whom: "an owner or admin",
        reason: "the organization does not let in clients of this domain",
        now: desk.now,
    };
    cut.end(&mut desk.tx, &others).await?;
    desk.commit().await?;
    Ok(live.len())
}

/// Changes the list as it is at this moment, and says how many domains it has then.
async fn change(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    change: impl FnOnce(Vec<String>) -> Vec<String>,
) -> Result<usize, Error> {
    // Alone, so that no consent is given meanwhile by the list of before.
    let mut desk = actor.administer(store, organization, Hold::Alone).await?;
    let before = listed(&mut desk).await?;
    let mut after = change(before.clone());
    after.sort();
    after.dedup();
    if after.len() > MOST {
        return Err(Error::refused(format!("List at most {MOST} domains; a domain stands for its subdomains too.")));
    }
    if after != before {
        client_domains::replace(&mut desk.tx, desk.organization.id, &after).await?;
        let details = Details::new().texts("before", &before).texts("after", &after);
        desk.record(Action::ClientDomainsChanged, details).await?;
        desk.commit().await?;
    }
    Ok(after.len())
}

async fn listed(desk: &mut Desk<'_>) -> Result<Vec<String>, Error> {
    let rows = client_domains::list(&mut desk.tx, &[desk.organization.id]).await?;
    Ok(rows.into_iter().map(|(_, domain)| domain).collect())
}

/// The domains in a text, in order and each once.
fn parse(text: &str) -> Result<Vec<String>, Error> {
    let mut domains = Vec::new();
    for word in text.split([',', ';', ' ']).filter(|word| !word.is_empty()) {
        let shown: String = word.chars().take(100).collect();
        let Ok(Host::Domain(domain)) = Host::parse(word) else {
            return Err(Error::refused(format!("\"{shown}\" is no domain. Write only the domain, such as claude.ai.")));
        };
        let is_host_name = domain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        if !is_host_name || !domain.contains('.') || domain.split('.').any(str::is_empty) || domain.len() > 253 {
            return Err(Error::refused(format!("\"{shown}\" is no whole domain. Write it such as claude.ai.")));
        }
        domains.push(domain);
    }
    domains.sort();
    domains.dedup();
    Ok(domains)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b15_domains_are_read_with_spaces_or_commas_between() {
        assert_eq!(parse(" Claude.AI,  chatgpt.com; claude.ai ").unwrap(), ["chatgpt.com", "claude.ai"]);
        assert_eq!(parse("bücher.example").unwrap(), ["xn--bcher-kva.example"]);
        assert!(parse(" , ").unwrap().is_empty());
        for bad in [
            "https://claude.ai",
            "claude.ai/x",
            "localhost",
            "127.0.0.1",
            "[::1]",
            "a..b",
            "ai.",
            "*.claude.ai",
            "a b@c",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
