//! The two switches of MCP write access.

use lavori_accounts::switches::{self, Flipped, Switch};
use lavori_accounts::{Actor, Error as Accounts};
use lavori_oauth::Parameters;

use super::Done;
use crate::app::App;
use crate::error::Error;

pub(super) async fn flip(app: &App, actor: &Actor<'_>, slug: &str, form: &Parameters) -> Result<Done, Error> {
    let switch = match form.get("switch")? {
        Some("write") => Switch::Write,
        Some("billing") => Switch::Billing,
        _ => return Err(unclear()),
    };
    let on = match form.get("to")? {
        Some("on") => true,
        Some("off") => false,
        _ => return Err(unclear()),
    };
    let flipped = switches::set(&app.store, actor, slug, switch, on).await?;
    Ok(Done::Said(said(&flipped)))
}

fn unclear() -> Error {
    Accounts::Refused("Choose a switch, and whether it is to be on or off.".to_owned()).into()
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
