//! "Allow MCP write access" and "Allow billing changes" (PRODUCT.md P19, P21).

use lavori_audit::{Action, Details};
use lavori_policy::{Scopes, Switches};
use lavori_store::connections::{self, Live};
use lavori_store::{Store, organizations};

use crate::actor::{Actor, Hold};
use crate::error::Error;

/// One of the two switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// "Allow MCP write access".
    Write,
    /// "Allow billing changes", which depends on it.
    Billing,
}

/// What came of a flip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flipped {
    /// The switches before.
    pub before: Switches,
    /// The switches now.
    pub after: Switches,
    /// Live connections that were approved for writing and cannot write any more.
    pub cut_write: usize,
    /// Live connections that were approved for billing changes and cannot make them any more.
    pub cut_billing: usize,
}

/// Those of the live connections that rely on a switch: what they were approved for works as long as it is on.
pub fn relying(live: &[Live], switch: Switch) -> impl Iterator<Item = &Live> {
    live.iter().filter(|live| live.works()).filter(move |live| match switch {
        Switch::Write => live.approved.write(),
        Switch::Billing => live.approved.billing(),
    })
}

/// Turns one switch on or off. Turning write off turns billing off in the same step, and every token that relied on
/// what was turned off is dead when this answers.
///
/// # Errors
/// [`Error::Refused`] for billing without write.
pub async fn set(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    switch: Switch,
    on: bool,
) -> Result<Flipped, Error> {
    let hold = match (switch, on) {
        (Switch::Write, false) => Hold::AloneBeyond(Scopes::Read),
        (Switch::Billing, false) => Hold::AloneBeyond(Scopes::Write),
        (_, true) => Hold::Alone,
    };
    let mut desk = actor.administer(store, organization, hold).await?;
    let (before, _) = organizations::switches(&mut desk.tx, desk.organization.id).await?;
    let after = match switch {
        Switch::Write => Switches::new(on, before.billing()),
        Switch::Billing if on && !before.write() => {
            return Err(Error::refused("Turn on \"Allow MCP write access\" first: billing changes depend on it."));
        }
        Switch::Billing => Switches::new(before.write(), on),
    };
    if after == before {
        return Ok(Flipped { before, after, cut_write: 0, cut_billing: 0 });
    }
    let live = connections::list_live(&mut desk.tx, desk.organization.id, None, desk.now).await?;
    let cut_write = match before.write() && !after.write() {
        true => relying(&live, Switch::Write).count(),
        false => 0,
    };
    let cut_billing = match before.billing() && !after.billing() {
        true => relying(&live, Switch::Billing).count(),
        false => 0,
    };
    organizations::set_switches(&mut desk.tx, desk.organization.id, after).await?;
    let details = Details::new().text("before", &words(before)).text("after", &words(after));
    desk.record(Action::SwitchesChanged, details).await?;
    desk.commit().await?;
    Ok(Flipped { before, after, cut_write, cut_billing })
}

fn words(switches: Switches) -> String {
    let word = |on: bool| if on { "on" } else { "off" };
    format!("write {}, billing {}", word(switches.write()), word(switches.billing()))
}
