//! What clients may do in an organization, and which may connect; and what is asked before it is taken from them.

use askama::Template;

use crate::connection::Access;
use crate::organization::{Place, Tab, Typed, counted};
use crate::{Client, Moment};

/// The page at `<path>/access`. Posts `csrf`, `switch` and `to` there; `csrf` with `add` or `remove` to
/// `<path>/client-domains`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_access.html")]
pub struct OrganizationAccess<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// "Allow MCP write access".
    pub write: SwitchRow,
    /// "Allow billing changes", which depends on it.
    pub billing: SwitchRow,
    /// When they were last changed, and by whom.
    pub last_change: Option<(Moment, Option<&'a str>)>,
    /// The domains whose clients may connect; none: all may.
    pub domains: &'a [String],
    /// What was typed to be added.
    pub domain: Typed<'a>,
    /// How many live connections are of clients that could not connect now.
    pub others: usize,
    /// Why a switch was left as it is.
    pub problem: Option<&'a str>,
}

/// One of the switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SwitchRow {
    /// Whether it is on.
    pub on: bool,
    /// How many live connections were approved for what it allows.
    pub connections: usize,
}

impl SwitchRow {
    fn now(self) -> String {
        match self.connections {
            0 => "No live connection uses it.".to_owned(),
            1 => "1 live connection may use it.".to_owned(),
            count => format!("{count} live connections may use it."),
        }
    }

    fn back(self) -> Option<String> {
        match self.connections {
            0 => None,
            1 => Some("1 live connection was allowed it before, and gets it back by itself.".to_owned()),
            count => Some(format!("{count} live connections were allowed it before, and get it back by themselves.")),
        }
    }
}

impl OrganizationAccess<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn here(&self) -> Option<Tab> {
        Some(Tab::Access)
    }
}

/// Which switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// "Allow MCP write access".
    Write,
    /// "Allow billing changes".
    Billing,
}

/// A live connection, in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveRow<'a> {
    /// Its client.
    pub client: Client<'a>,
    /// Whose it is.
    pub person: &'a str,
    /// What was approved.
    pub approved: Access,
}

/// Asks before a switch is turned off: the page at `<path>/access/write/off` or `<path>/access/billing/off`. Posts `csrf`,
/// `switch` and `to` to `<path>/access`.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_turn_off.html")]
pub struct TurnOff<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// Which.
    pub switch: Switch,
    /// Whether billing changes are on, and go off with write.
    pub billing_is_on: bool,
    /// The live connections that lose something; the first of them, if they are many.
    pub rows: Vec<LiveRow<'a>>,
    /// How many there are.
    pub total: usize,
    /// How many of them may change billing.
    pub billing: usize,
}

impl TurnOff<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn is_write(&self) -> bool {
        self.switch == Switch::Write
    }

    fn what(&self) -> &'static str {
        if self.is_write() { "MCP write access" } else { "billing changes" }
    }

    /// What is cut off, in a sentence.
    fn loses(&self) -> String {
        let live = counted(self.total, "live connection", "live connections");
        let (uses, loses) = if self.total == 1 { ("uses", "It loses") } else { ("use", "They lose") };
        let of_them = match self.billing {
            _ if !self.is_write() || self.total == 0 => String::new(),
            0 => ", none of them billing".to_owned(),
            all if all == self.total => ", and billing".to_owned(),
            some => format!(", {some} of them billing"),
        };
        match self.total {
            0 => format!("No live connection uses {} now.", self.what()),
            _ => format!("{live} {uses} {}{of_them}. {loses} it at once.", self.what()),
        }
    }

    fn more(&self) -> usize {
        self.total.saturating_sub(self.rows.len())
    }
}

/// Asks before the connections of clients that may not connect any more are ended: the page at
/// `<path>/client-domains/end-others`. Posts `csrf` there.
#[derive(Debug, Clone, Template)]
#[template(path = "organization_others.html")]
pub struct Others<'a> {
    /// The organization.
    pub place: Place<'a>,
    /// The connections; the first of them, if they are many.
    pub rows: Vec<LiveRow<'a>>,
    /// How many there are.
    pub total: usize,
}

impl Others<'_> {
    /// Renders the page.
    pub fn render(&self) -> String {
        crate::document(self)
    }

    fn more(&self) -> usize {
        self.total.saturating_sub(self.rows.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::moment;
    use crate::organization::tests::{PLACE, assert_escaped, hostile};
    use crate::testing::{HOSTILE, assert_sound, fields};
    use crate::{Destination, Identity};

    fn page(write: bool, billing: bool) -> OrganizationAccess<'static> {
        let row = |on, connections| SwitchRow { on, connections };
        OrganizationAccess {
            place: PLACE,
            write: row(write, 3),
            billing: row(billing, 1),
            last_change: None,
            domains: &[],
            domain: "".into(),
            others: 0,
            problem: None,
        }
    }

    fn row(text: &str) -> LiveRow<'_> {
        let client = Client {
            name: text,
            destination: Destination::Web { host: text },
            identity: Identity::Verified { host: text },
        };
        LiveRow { client, person: text, approved: Access::Billing }
    }

    fn turn_off(switch: Switch, total: usize, billing: usize) -> TurnOff<'static> {
        TurnOff { place: PLACE, switch, billing_is_on: true, rows: vec![row("Claude")], total, billing }
    }

    #[test]
    fn p19_each_switch_says_how_it_is_and_has_one_way_to_turn_it() {
        for (write, billing) in [(false, false), (true, false), (true, true)] {
            let html = page(write, billing).render();
            assert_sound(&html);
            assert_eq!(html.matches("/access/write/off\"").count(), usize::from(write), "it asks first");
            assert_eq!(html.matches("/access/billing/off\"").count(), usize::from(billing));
            let on = usize::from(!write) + usize::from(write && !billing);
            assert_eq!(html.matches(r#"name="to" value="on""#).count(), on, "billing depends on write");
            assert_eq!(html.matches(" disabled").count(), usize::from(!write), "and says so");
            assert_eq!(html.matches("data-state=\"on\"").count(), usize::from(write) + usize::from(billing));
            assert!(!html.contains(r#"value="off""#));
        }
        assert!(page(false, false).render().contains("3 live connections were allowed it before"));
        assert!(page(true, true).render().contains("1 live connection may use it."));
    }

    #[test]
    fn p19_the_last_change_says_when_and_by_whom() {
        let last_change = Some((moment(), Some("Hana")));
        let html = OrganizationAccess { last_change, ..page(true, true) }.render();
        assert_sound(&html);
        assert!(html.contains("<bdi>Hana</bdi>") && html.contains("22 Nov 2026, 18:30"));
        assert!(page(true, true).render().contains("never been changed"));
    }

    #[test]
    fn p21_turning_off_says_first_what_it_cuts_off() {
        for (switch, total, billing, says) in [
            (Switch::Write, 3, 1, "3 live connections use MCP write access, 1 of them billing. They lose it at once."),
            (Switch::Write, 1, 1, "1 live connection uses MCP write access, and billing. It loses it at once."),
            (Switch::Write, 2, 0, "2 live connections use MCP write access, none of them billing."),
            (Switch::Billing, 2, 2, "2 live connections use billing changes. They lose it at once."),
            (Switch::Write, 0, 0, "No live connection uses MCP write access now."),
        ] {
            let html = turn_off(switch, total, billing).render();
            assert_sound(&html);
            assert!(html.contains(says), "{says}: {html}");
            assert_eq!(fields(&html), ["csrf", "switch", "to"]);
        }
        assert!(turn_off(Switch::Write, 30, 1).render().contains("and 29 more"));
    }

    #[test]
    fn b15_no_list_means_any_client_and_a_list_says_what_it_keeps_out() {
        let html = page(true, true).render();
        assert!(html.contains("Any client may connect") && !html.contains(r#"name="remove""#));
        let domains = ["chatgpt.com".to_owned(), "claude.ai".to_owned()];
        let listed = OrganizationAccess { domains: &domains, others: 2, ..page(true, true) };
        let html = listed.render();
        assert_sound(&html);
        assert!(html.contains("Only clients of these domains may connect"));
        assert_eq!(html.matches(r#"name="remove""#).count(), 2);
        assert!(html.contains("2 live connections") && html.contains("/client-domains/end-others\""));
        let one = OrganizationAccess { domains: &domains[..1], ..page(true, true) }.render();
        assert!(one.contains("the last one") && !html.contains("the last one"));
        let others = Others { place: PLACE, rows: vec![row("Claude")], total: 1 }.render();
        assert_sound(&others);
        assert_eq!(fields(&others), ["csrf"]);
    }

    #[test]
    fn nothing_given_reaches_the_pages_unescaped() {
        for text in HOSTILE {
            let place = hostile(text);
            let access = OrganizationAccess {
                place,
                last_change: Some((moment(), Some(text))),
                domains: &[text.to_owned()],
                domain: Typed { text, problem: Some(text) },
                problem: Some(text),
                ..page(true, true)
            };
            let off = TurnOff { place, rows: vec![row(text)], ..turn_off(Switch::Write, 1, 1) };
            let others = Others { place, rows: vec![row(text)], total: 1 };
            assert_escaped(text, &[access.render(), off.render(), others.render()]);
        }
    }
}
