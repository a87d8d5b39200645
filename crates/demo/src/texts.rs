//! The texts of the demo: tables, one file per theme, and the shapes of their rows.

mod clients;
mod harbor;
mod northlight;
mod people;
mod pools;
mod production;
mod services;
mod step;
mod themes;

pub(crate) use harbor::HARBOR;
pub(crate) use northlight::NORTHLIGHT;
pub(crate) use people::PEOPLE;
pub(crate) use pools::pool;
pub(crate) use production::{OrganizationText, Production};
pub(crate) use services::ServiceText;
pub(crate) use step::{Slot, Step};
