//! The kinds of production, one file each.

mod broadcast;
mod conference;
mod crew_call;
mod exhibition;
mod fashion;
mod festival;
mod gala;
mod launch;
mod mapping;
mod opera;
mod stadium;
mod theatre;

pub(super) use broadcast::BROADCAST;
pub(super) use conference::CONFERENCE;
pub(super) use crew_call::CREW_CALL;
pub(super) use exhibition::EXHIBITION;
pub(super) use fashion::FASHION;
pub(super) use festival::FESTIVAL;
pub(super) use gala::GALA;
pub(super) use launch::LAUNCH;
pub(super) use mapping::MAPPING;
pub(super) use opera::OPERA;
pub(super) use stadium::STADIUM;
pub(super) use theatre::THEATRE;
