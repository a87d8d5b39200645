//! What the video team adds.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Step, step};

/// Steps of LED, projection, camera and media server crews.
pub(super) static VIDEO: [Step; 14] = [
    step(Prepare, 17, 4, "Pixel map and processor plan"),
    step(Prepare, 27, 3, "LED tiles batch check from stores").note("One batch per screen, or the seams will show."),
    step(Prepare, 37, 3, "Signal flow drawing"),
    step(Prepare, 47, 4, "Media server with a hot spare configured").after("Signal flow drawing").high(),
    step(Prepare, 57, 2, "Content specification sent"),
    step(Prepare, 67, 4, "First content on the media server").after("Content specification sent"),
    step(Prepare, 77, 2, "Fibre reels tested and labelled"),
    step(LoadIn, 28, 6, "Screen frames hung and levelled"),
    step(LoadIn, 58, 3, "Colour matching of all screens"),
    step(LoadIn, 82, 3, "Camera shading and white balance"),
    step(Show, 25, 1, "Dead pixels replaced before doors").clock(16, 0),
    step(Show, 75, 2, "Recordings handed to the editor"),
    step(LoadOut, 45, 5, "Tiles cased by batch number"),
    step(LoadOut, 85, 2, "Projector lens hours entered").low(),
];
