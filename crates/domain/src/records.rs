//! What records there are, as people look for them.

use crate::key::KeyKind;
use crate::words::words;

words! {
    /// What a record is. In the order in which equally good results of a search are shown.
    #[derive(Default)]
    RecordType {
        /// A project.
        #[default]
        Project = "project",
        /// A contact.
        Contact = "contact",
        /// A member of the organization.
        Member = "member",
        /// A team.
        Team = "team",
        /// An event of the schedule.
        Event = "event",
        /// An invoice.
        Invoice = "invoice",
        /// A quote.
        Quote = "quote",
        /// A credit note.
        CreditNote = "credit_note",
        /// A budget.
        Budget = "budget",
        /// An item of the service library.
        ServiceItem = "service_item",
        /// A milestone of a project.
        Milestone = "milestone",
        /// A phase of a project.
        Phase = "phase",
        /// A task.
        Task = "task",
        /// A shift.
        Shift = "shift",
    }
}

impl RecordType {
    /// The kinds of billing documents.
    pub const DOCUMENTS: [Self; 3] = [Self::Invoice, Self::Quote, Self::CreditNote];

    /// The letter of its keys. A member, a team, a milestone and a phase have none.
    pub fn key(self) -> Option<KeyKind> {
        match self {
            Self::Project => Some(KeyKind::Project),
            Self::Contact => Some(KeyKind::Contact),
            Self::Event => Some(KeyKind::Event),
            Self::Invoice | Self::Quote | Self::CreditNote => Some(KeyKind::Document),
            Self::Budget => Some(KeyKind::Budget),
            Self::ServiceItem => Some(KeyKind::ServiceItem),
            Self::Task => Some(KeyKind::Task),
            Self::Shift => Some(KeyKind::Shift),
            Self::Member | Self::Team | Self::Milestone | Self::Phase => None,
        }
    }
}
