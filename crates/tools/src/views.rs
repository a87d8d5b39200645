//! What the tools show of records: small shapes that several tools share.

use chrono::NaiveDate;
use lavori_domain::tasks::TaskStatus;
use lavori_domain::{Id, Key, KeyKind, TimeZone, Timestamp};
use lavori_store::tasks::{ProjectName, TaskLine, TaskLink};
use schemars::JsonSchema;
use serde::Serialize;

/// Declares a row of which a caller may choose fields: the struct, the enum of its fields, and `only`, which takes
/// out the others. What stands under `always` cannot be left out.
macro_rules! selectable {
    (
        $(#[$meta:meta])* $row:ident, $field:ident;
        always { $($(#[$always_meta:meta])* $always:ident: $always_type:ty,)+ }
        optional { $($(#[$optional_meta:meta])* $optional:ident: $optional_type:ty,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Default, serde::Serialize, schemars::JsonSchema)]
        #[schemars(inline)]
        pub(crate) struct $row {
            $($(#[$always_meta])* pub(crate) $always: $always_type,)+
            $(
                $(#[$optional_meta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub(crate) $optional: Option<$optional_type>,
            )+
        }

        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
        #[expect(non_camel_case_types, reason = "the variants are the fields, letter for letter")]
        #[schemars(inline)]
        pub(crate) enum $field { $($optional),+ }

        impl crate::views::Selectable for $field {
            const NAMES: &'static [&'static str] = &[$(stringify!($optional)),+];

            fn named(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($optional) => Some(Self::$optional),)+
                    _ => None,
                }
            }
        }

        impl $row {
            /// Takes out every field that was not asked for. Nothing asked for: all stay.
            pub(crate) fn only(mut self, fields: &[$field]) -> Self {
                if !fields.is_empty() {
                    $(if !fields.contains(&$field::$optional) { self.$optional = None; })+
                }
                self
            }
        }
    };
}
pub(crate) use selectable;

/// The fields of a row by name.
pub(crate) trait Selectable: Sized {
    /// Every one.
    const NAMES: &'static [&'static str];

    /// The field of this name.
    fn named(name: &str) -> Option<Self>;
}

/// A record with a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Keyed {
    /// Its key.
    pub(crate) key: String,
    /// Its name.
    pub(crate) name: String,
}

impl Keyed {
    pub(crate) fn new(kind: KeyKind, number: i64, name: impl Into<String>) -> Self {
        Self { key: key(kind, number), name: name.into() }
    }

    pub(crate) fn project(project: ProjectName) -> Self {
        Self::new(KeyKind::Project, project.number, project.name)
    }
}

/// A record without a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Named {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
}

impl Named {
    pub(crate) fn new<K>(id: Id<K>, name: impl Into<String>) -> Self {
        Self { id: id.to_string(), name: name.into() }
    }
}

/// How many records it points at that this connection cannot see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Hidden {
    /// Assignees.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) assignees: u32,
    /// Open tasks that must be done before.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) blocked_by: u32,
    /// Tasks that wait for it.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) blocks: u32,
    /// The task it is a part of.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) parent: u32,
    /// The client.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) client: u32,
    /// The lead.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) lead: u32,
    /// The project.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) project: u32,
    /// The document that it was made from.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) from: u32,
    /// Who takes part.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) people: u32,
    /// The task.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) task: u32,
    /// The event.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) event: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Hidden {
    /// Nothing, unless something is hidden.
    pub(crate) fn told(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}

/// Who works on one task and what it waits for.
#[derive(Debug, Default)]
pub(crate) struct Links {
    pub(crate) assignees: Vec<Named>,
    pub(crate) blocked_by: Vec<Keyed>,
    pub(crate) hidden: Hidden,
}

impl Links {
    pub(crate) fn add(&mut self, link: TaskLink) {
        match link {
            TaskLink::Assignee(id, name) => self.assignees.push(Named::new(id, name)),
            TaskLink::Blocker(_, number, title) => self.blocked_by.push(Keyed::new(KeyKind::Task, number, title)),
            TaskLink::HiddenAssignee => self.hidden.assignees += 1,
            TaskLink::HiddenBlocker => self.hidden.blocked_by += 1,
        }
    }
}

/// A list, unless it is empty.
pub(crate) fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

pub(crate) fn key(kind: KeyKind, number: i64) -> String {
    Key { kind, number }.to_string()
}

/// A task's deadline as people read it: a day, or an instant in the organization's zone.
pub(crate) fn due(line: &TaskLine, zone: TimeZone) -> Option<String> {
    match (line.due_on, line.due_at) {
        (Some(day), _) => Some(day.to_string()),
        (None, Some(instant)) => Some(zone.rfc3339(instant)),
        (None, None) => None,
    }
}

/// The weekday of a task's deadline.
pub(crate) fn due_weekday(line: &TaskLine, zone: TimeZone) -> Option<String> {
    match (line.due_on, line.due_at) {
        (Some(day), _) => Some(lavori_domain::time::weekday(day).to_owned()),
        (None, Some(instant)) => Some(zone.weekday(instant).to_owned()),
        (None, None) => None,
    }
}

/// Whether a task is open and past its deadline.
pub(crate) fn is_overdue(status: TaskStatus, due_at: Option<Timestamp>, now: Timestamp) -> bool {
    status.is_open() && due_at.is_some_and(|due| due <= now)
}

/// A date as text.
pub(crate) fn day(date: Option<NaiveDate>) -> Option<String> {
    date.map(|date| date.to_string())
}

/// `text`, or its beginning and where to get the rest (TOOLS.md R3).
pub(crate) fn excerpt(text: Option<String>, characters: usize, rest: &str) -> Option<String> {
    let text = text?;
    Some(match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}… [cut; {rest}]", &text[..end]),
        None => text,
    })
}
