//! The domains whose clients may connect to an organization (OAUTH.md B15).

use lavori_audit::{Action, Details};
use lavori_policy::client_domains::admit;
use lavori_store::connections::{self, Connection};
use lavori_store::{Store, client_domains};
use url::Host;

use crate::actor::{Actor, Hold};
use crate::cut::Cut;
use crate::error::Error;

/// The most domains an organization may list.
const MOST: usize = 50;

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The domains now; none listed: all clients may connect.
    pub domains: Vec<String>,
    /// Live connections of clients that could not connect any more, which go on.
    pub going_on: usize,
    /// Such connections that were ended, because it was asked for.
    pub ended: usize,
}

/// Lists these domains and no others: `text` has them with spaces or commas between. `domain_of` tells the domain of a connection's
/// client. Connections of clients that could not connect any more go on, unless `end_others`.
///
/// # Errors
/// [`Error::Refused`] for what is no domain.
pub async fn set(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    text: &str,
    end_others: bool,
    domain_of: impl Fn(&Connection) -> Option<String>,
) -> Result<Listed, Error> {
    // Alone, so that no consent is given meanwhile by the list of before.
    let mut desk = actor.administer(store, organization, Hold::Alone).await?;
    let domains = parse(text)?;
    let id = desk.organization.id;
    let before: Vec<String> =
        client_domains::list(&mut desk.tx, &[id]).await?.into_iter().map(|(_, domain)| domain).collect();
    if domains != before {
        client_domains::replace(&mut desk.tx, id, &domains).await?;
        let details = Details::new().texts("before", &before).texts("after", &domains);
        desk.record(Action::ClientDomainsChanged, details).await?;
    }
    let mut others = connections::list_unrevoked(&mut desk.tx, id, None).await?;
    others.retain(|connection| !admit(&domains, domain_of(connection).as_deref()));
    let ended = if end_others {
        let cut = Cut {
            env: actor.env,
            origin: actor.origin,
            by: Some(actor.person),
            by_whom: "an owner or admin",
            reason: "the organization does not let in clients of this domain",
            now: desk.now,
        };
        cut.end(&mut desk.tx, &others).await?
    } else {
        0
    };
    let live = others.iter().filter(|connection| connection.expires_at > desk.now).count();
    desk.commit().await?;
    Ok(Listed { domains, going_on: if end_others { 0 } else { live }, ended })
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
    if domains.len() > MOST {
        return Err(Error::refused(format!("List at most {MOST} domains; a domain stands for its subdomains too.")));
    }
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
        let many: Vec<String> = (0..=MOST).map(|n| format!("{n}.example.com")).collect();
        assert!(parse(&many.join(" ")).is_err());
    }
}
