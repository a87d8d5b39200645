//! Steps that fill a production up: what the office needs from each, and what each team adds.

mod office;
mod sound;
mod stage;
mod video;

use super::step::Step;

/// What to draw from for a production of that team; of all teams when it has none.
pub(crate) fn pool(team: Option<&str>) -> Vec<&'static Step> {
    let own: Vec<&'static Step> = match team {
        Some("stage") => stage::STAGE.iter().collect(),
        Some("sound") => sound::SOUND.iter().collect(),
        Some("video") => video::VIDEO.iter().collect(),
        _ => stage::STAGE.iter().chain(&sound::SOUND).chain(&video::VIDEO).collect(),
    };
    office::OFFICE.iter().chain(own).collect()
}
