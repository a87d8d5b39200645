//! The change feed: what kinds of records change, and how.

use crate::words::words;

words! {
    /// What kind of record changed.
    RecordKind {
        /// A project.
        Project = "project",
        /// A phase of a project.
        Phase = "phase",
        /// A milestone of a project.
        Milestone = "milestone",
        /// A task.
        Task = "task",
        /// A contact.
        Contact = "contact",
        /// An event of the schedule.
        Event = "event",
        /// A shift.
        Shift = "shift",
        /// A quote.
        Quote = "quote",
        /// An invoice.
        Invoice = "invoice",
        /// A credit note.
        CreditNote = "credit_note",
        /// A payment.
        Payment = "payment",
        /// A budget.
        Budget = "budget",
    }
}

words! {
    /// What was done to it.
    Operation {
        /// It is new.
        Created = "created",
        /// Something of it changed.
        Updated = "updated",
    }
}
