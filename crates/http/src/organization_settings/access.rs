//! The two switches of MCP write access, on one page with the domains of clients.

use lavori_accounts::overview;
use lavori_accounts::switches::{self, Flipped, Switch, relying};
use lavori_accounts::{Actor, Error as Accounts};
use lavori_oauth::Parameters;
use lavori_store::connections::Live;
use lavori_web::{self as web, OrganizationAccess, SwitchRow, TurnOff, Typed};

use super::live::{Listed, others};
use super::visit::{Visit, or_problem};
use crate::connections::moment;
use crate::error::Error;
use crate::respond::{self, Response};

/// Whose these pages are.
pub(super) const WHOSE: &str = "Only owners and admins decide what AI clients may do in the organization.";

/// Why the page is shown again.
pub(super) enum Again<'a> {
    /// It is not.
    Not,
    /// A switch was left as it was.
    Switch(&'a str),
    /// This was typed as a domain, and this is wrong with it.
    Domain(&'a str, &'a str),
}

/// Shows the switches and the domains.
pub(super) async fn show(visit: &Visit<'_>, again: Again<'_>) -> Result<Response, Error> {
    let mut conn = visit.app.store.read().await?;
    let seen = visit.administered(&mut conn, WHOSE).await?;
    let access = overview::access(&mut conn, seen.organization.id, seen.now).await?;
    drop(conn);
    let (domain, problem) = match again {
        Again::Not => (Typed::from(""), None),
        Again::Switch(problem) => (Typed::from(""), Some(problem)),
        Again::Domain(text, problem) => (Typed { text, problem: Some(problem) }, None),
    };
    let is_again = problem.is_some() || domain.problem.is_some();
    let row = |on, switch| SwitchRow { on, connections: relying(&access.live, switch).count() };
    let zone = seen.organization.time_zone;
    let page = OrganizationAccess {
        place: visit.place_of(&seen),
        write: row(access.switches.write(), Switch::Write),
        billing: row(access.switches.billing(), Switch::Billing),
        last_change: access.last_change.as_ref().map(|(at, name)| (moment(zone, *at), name.as_deref())),
        domains: &access.client_domains,
        domain,
        others: others(&access.live, &access.client_domains).len(),
        problem,
    };
    Ok(visit.page_about(is_again, &page.render()))
}

/// Asks before a switch is turned off, and says what that cuts off.
pub(super) async fn ask(visit: &Visit<'_>, switch: &str) -> Result<Response, Error> {
    let switch = named(switch).ok_or(Error::NotFound)?;
    let mut conn = visit.app.store.read().await?;
    let seen = visit.administered(&mut conn, WHOSE).await?;
    let access = overview::access(&mut conn, seen.organization.id, seen.now).await?;
    drop(conn);
    let is_on = match switch {
        Switch::Write => access.switches.write(),
        Switch::Billing => access.switches.billing(),
    };
    if !is_on {
        return Ok(respond::see_other(&format!("{}/access", visit.path)));
    }
    let mut cut: Vec<&Live> = relying(&access.live, switch).collect();
    cut.sort_by_key(|live| !live.approved.billing());
    let billing_is_on = access.switches.billing();
    let listed = Listed::of(&cut, access.switches)?;
    let page = TurnOff {
        place: visit.place_of(&seen),
        switch: match switch {
            Switch::Write => web::Switch::Write,
            Switch::Billing => web::Switch::Billing,
        },
        billing_is_on,
        rows: listed.rows(),
        total: cut.len(),
        billing: if billing_is_on { relying(&access.live, Switch::Billing).count() } else { 0 },
    };
    Ok(visit.page(&page.render()))
}

/// Turns a switch on or off.
pub(super) async fn flip(visit: &Visit<'_>, actor: &Actor<'_>, form: &Parameters) -> Result<Response, Error> {
    let switch = form.get("switch")?.and_then(named);
    let on = match form.get("to")? {
        Some("on") => Some(true),
        Some("off") => Some(false),
        _ => None,
    };
    let outcome = match switch.zip(on) {
        Some((switch, on)) => switches::set(&visit.app.store, actor, visit.slug, switch, on).await,
        None => Err(Accounts::Refused("Choose a switch, and whether it is to be on or off.".to_owned())),
    };
    match or_problem(outcome)? {
        Ok(flipped) => Ok(visit.done("/access", said(&flipped))),
        Err(problem) => show(visit, Again::Switch(&problem)).await,
    }
}

fn named(switch: &str) -> Option<Switch> {
    match switch {
        "write" => Some(Switch::Write),
        "billing" => Some(Switch::Billing),
        _ => None,
    }
}

/// What changed, and what was cut off by it (PRODUCT.md P21).
fn said(flipped: &Flipped) -> String {
    let Flipped { before, after, cut_write, cut_billing } = *flipped;
    let cut = |count: usize, what: &str| match count {
        0 => format!("No live connection was approved for {what}."),
        1 => format!("1 live connection that was approved for {what} cannot make them any more."),
        count => format!("{count} live connections that were approved for {what} cannot make them any more."),
    };
    let goes_on = "Reading goes on.";
    match ((before.write(), after.write()), (before.billing(), after.billing())) {
        ((true, false), (true, _)) => format!(
            "MCP write access is off now, and billing changes with it. {} {} {goes_on}",
            cut(cut_write, "changes"),
            cut(cut_billing, "billing changes")
        ),
        ((true, false), _) => format!("MCP write access is off now. {} {goes_on}", cut(cut_write, "changes")),
        (_, (true, false)) => {
            format!("Billing changes are off now. {} {goes_on}", cut(cut_billing, "billing changes"))
        }
        ((false, true), _) => {
            "MCP write access is on now. Connections that were approved for it get it back when they renew.".to_owned()
        }
        (_, (false, true)) => {
            "Billing changes are on now. Connections that were approved for them get them back when they renew."
                .to_owned()
        }
        _ => "Nothing was changed: it was so already.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_policy::Switches;

    #[test]
    fn p21_the_answer_says_what_was_cut_off() {
        let on = |write, billing| Switches::new(write, billing);
        for (before, after, says) in [
            (
                on(true, true),
                on(false, false),
                [
                    "2 live connections that were approved for changes",
                    "1 live connection that was approved for billing",
                ],
            ),
            (on(true, false), on(false, false), ["MCP write access is off now.", "Reading goes on"]),
            (on(true, true), on(true, false), ["Billing changes are off now.", "1 live connection"]),
            (on(false, false), on(true, false), ["MCP write access is on now.", "when they renew"]),
            (on(true, false), on(true, true), ["Billing changes are on now.", "when they renew"]),
            (on(true, false), on(true, false), ["Nothing was changed", "already"]),
        ] {
            let text = said(&Flipped { before, after, cut_write: 2, cut_billing: 1 });
            for part in says {
                assert!(text.contains(part), "{text}");
            }
        }
    }
}
