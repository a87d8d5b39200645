//! Records as the arguments of a call describe them: read, resolved and checked before anything is written. Several
//! tools that write share them.

pub(crate) mod batch;
pub(crate) mod contact;
pub(crate) mod held_project;
pub(crate) mod held_task;
pub(crate) mod project;
pub(crate) mod subject;
pub(crate) mod task;
