//! A connection, as the lists and the confirming page show it.

use crate::{Client, Moment};

/// What a connection may do, as it was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Read.
    Read,
    /// Read and write.
    Write,
    /// Read, write and billing.
    Billing,
}

impl Access {
    pub(crate) fn write(self) -> bool {
        self >= Self::Write
    }

    pub(crate) fn billing(self) -> bool {
        self >= Self::Billing
    }
}

/// Whether a connection works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State<'a> {
    /// The client has not fetched its access yet.
    Waiting,
    /// It works for this much now.
    Works(Access),
    /// It is good for nothing now; why, as a sentence.
    Suspended(&'a str),
    /// It is over.
    Ended {
        /// Since when.
        at: Moment,
        /// Why, without a full stop.
        why: &'a str,
        /// Who ended it, if a person did.
        by: Option<&'a str>,
    },
}

/// A connection.
#[derive(Debug, Clone)]
pub struct Connection<'a> {
    /// The path under which its forms and pages are.
    pub path: String,
    /// What its person calls it.
    pub label: Option<&'a str>,
    /// Its client.
    pub client: Client<'a>,
    /// The organization's name.
    pub organization: &'a str,
    /// The name of the team it is narrowed to.
    pub team: Option<&'a str>,
    /// Name and address of its person, where it is somebody else's.
    pub whose: Option<(&'a str, &'a str)>,
    /// What was approved.
    pub approved: Access,
    /// Whether it works.
    pub state: State<'a>,
    /// Whether nobody used it for long.
    pub idle: bool,
    /// When it was approved.
    pub added: Moment,
    /// When it was last used.
    pub last_used: Option<Moment>,
}

/// What of the approved access a switch or role does not give at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    Nothing,
    Billing,
    Write,
    WriteAndBilling,
}

impl Lost {
    pub(crate) fn write(self) -> bool {
        matches!(self, Self::Write | Self::WriteAndBilling)
    }

    pub(crate) fn billing(self) -> bool {
        matches!(self, Self::Billing | Self::WriteAndBilling)
    }

    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Nothing => "Nothing is suspended",
            Self::Billing => "Billing is suspended: billing changes are turned off",
            Self::Write => "Write is suspended: changes are turned off",
            Self::WriteAndBilling => "Write and billing are suspended: changes are turned off",
        }
    }
}

impl Connection<'_> {
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended { .. })
    }

    /// What it is called: by its person, else by itself.
    pub fn called(&self) -> &str {
        match (self.label, self.client.name) {
            (Some(label), _) => label,
            (None, "") => "A client without a name",
            (None, name) => name,
        }
    }

    /// Whether somebody vouches for the client's name, where that says anything: any program of a computer can use
    /// the name of another one.
    pub(crate) fn is_verified(&self) -> bool {
        self.client.vouched_by().is_some() && !self.client.is_local()
    }

    pub(crate) fn lost(&self) -> Lost {
        let State::Works(now) = self.state else { return Lost::Nothing };
        match (self.approved.write() && !now.write(), self.approved.billing() && !now.billing()) {
            (false, false) => Lost::Nothing,
            (false, true) => Lost::Billing,
            (true, false) => Lost::Write,
            (true, true) => Lost::WriteAndBilling,
        }
    }

    /// What was approved, in words.
    pub(crate) fn in_words(&self) -> &'static str {
        match self.approved {
            Access::Read => "Read only",
            Access::Write => "Read and change data, no billing",
            Access::Billing => "Read and change data, billing included",
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Destination, Identity};

    pub(crate) fn moment() -> Moment {
        Moment { shown: "22 Nov 2026, 18:30".to_owned(), exact: "2026-11-22T17:30:00.000Z".to_owned() }
    }

    pub(crate) fn connection<'a>() -> Connection<'a> {
        Connection {
            path: "/settings/mcp/c-1".to_owned(),
            label: None,
            client: Client {
                name: "Claude",
                destination: Destination::Web { host: "claude.ai" },
                identity: Identity::Verified { host: "claude.ai" },
            },
            organization: "Northlight",
            team: None,
            whose: None,
            approved: Access::Billing,
            state: State::Works(Access::Billing),
            idle: false,
            added: moment(),
            last_used: None,
        }
    }

    /// A connection in which every text is `text`.
    pub(crate) fn hostile(text: &str) -> Connection<'_> {
        Connection {
            label: Some(text),
            client: Client {
                name: text,
                destination: Destination::Web { host: text },
                identity: Identity::Verified { host: text },
            },
            organization: text,
            team: Some(text),
            whose: Some((text, text)),
            state: State::Ended { at: moment(), why: text, by: Some(text) },
            ..connection()
        }
    }

    #[test]
    fn p24_what_a_switch_takes_away_is_the_difference_to_what_was_approved() {
        for (approved, now, lost) in [
            (Access::Billing, Access::Billing, Lost::Nothing),
            (Access::Billing, Access::Write, Lost::Billing),
            (Access::Billing, Access::Read, Lost::WriteAndBilling),
            (Access::Write, Access::Read, Lost::Write),
            (Access::Read, Access::Read, Lost::Nothing),
        ] {
            let connection = Connection { approved, state: State::Works(now), ..connection() };
            assert_eq!(connection.lost(), lost);
        }
    }
}
