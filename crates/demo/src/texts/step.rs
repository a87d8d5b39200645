//! How a theme is written down: its milestones, and its steps in an order in which they can be done.

use lavori_domain::tasks::Priority;

/// A kind of production.
#[derive(Debug)]
pub(crate) struct Theme {
    /// What must be reached.
    pub(crate) marks: &'static [Mark],
    /// What is to be done. A step only waits for steps above it.
    pub(crate) steps: &'static [Step],
}

/// The part of a production in which something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// No phase: anywhere between the first and the last day.
    Whole,
    /// Pre-production.
    Prepare,
    /// Load-in.
    LoadIn,
    /// Show days.
    Show,
    /// Load-out.
    LoadOut,
}

impl Slot {
    /// The four phases, in order.
    pub(crate) const PHASES: [(Self, &'static str); 4] = [
        (Self::Prepare, "Pre-production"),
        (Self::LoadIn, "Load-in"),
        (Self::Show, "Show days"),
        (Self::LoadOut, "Load-out"),
    ];

    /// Whether its work is done where the show is, on its days.
    pub(crate) fn is_on_site(self) -> bool {
        matches!(self, Self::LoadIn | Self::Show | Self::LoadOut)
    }
}

/// A milestone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) slot: Slot,
    /// How much of the slot is over by then, in percent.
    pub(crate) at: u8,
    pub(crate) name: &'static str,
}

/// A milestone `at` percent of `slot`.
pub(crate) const fn mark(slot: Slot, at: u8, name: &'static str) -> Mark {
    Mark { slot, at, name }
}

/// A task. `{venue}` in its texts becomes the production's venue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) slot: Slot,
    /// How much of the slot is over when it is due, in percent.
    pub(crate) at: u8,
    /// Half hours that it should take; 0 when nobody has said.
    pub(crate) half_hours: u8,
    pub(crate) title: &'static str,
    pub(crate) note: Option<&'static str>,
    /// The title of the step that must be done before.
    pub(crate) after: Option<&'static str>,
    /// The title of the step that it is a part of.
    pub(crate) part_of: Option<&'static str>,
    /// The milestone that it leads to.
    pub(crate) mark: Option<&'static str>,
    /// Its priority, where the trade leaves no choice.
    pub(crate) priority: Option<Priority>,
    /// The local time on its day by which it must be done.
    pub(crate) clock: Option<(u32, u32)>,
}

/// A step due `at` percent of `slot`, which should take `half_hours`.
pub(crate) const fn step(slot: Slot, at: u8, half_hours: u8, title: &'static str) -> Step {
    Step {
        slot,
        at,
        half_hours,
        title,
        note: None,
        after: None,
        part_of: None,
        mark: None,
        priority: None,
        clock: None,
    }
}

impl Step {
    /// Says more about it.
    pub(crate) const fn note(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }

    /// Waits for the step with that title.
    pub(crate) const fn after(self, title: &'static str) -> Self {
        Self { after: Some(title), ..self }
    }

    /// Is a part of the step with that title.
    pub(crate) const fn part_of(self, title: &'static str) -> Self {
        Self { part_of: Some(title), ..self }
    }

    /// Leads to that milestone.
    pub(crate) const fn mark(self, name: &'static str) -> Self {
        Self { mark: Some(name), ..self }
    }

    /// Nothing goes on without it.
    pub(crate) const fn urgent(self) -> Self {
        Self { priority: Some(Priority::Urgent), ..self }
    }

    /// Comes before others.
    pub(crate) const fn high(self) -> Self {
        Self { priority: Some(Priority::High), ..self }
    }

    /// Nice to have.
    pub(crate) const fn low(self) -> Self {
        Self { priority: Some(Priority::Low), ..self }
    }

    /// Must be done by that local time on its day.
    pub(crate) const fn clock(self, hour: u32, minute: u32) -> Self {
        Self { clock: Some((hour, minute)), ..self }
    }
}
