//! Builds the demo's rows in memory out of the tables of texts.

mod billing;
mod budgets;
mod calendar;
mod fate;
mod place;
mod projects;
mod rota;
mod schedule;
mod tasks;

#[cfg(test)]
mod tests;

use lavori_domain::Env;

use crate::demo::Demo;
use crate::texts::{HARBOR, NORTHLIGHT};

/// All rows of the demo, with dates around `env`'s present.
pub(crate) fn demo(env: &dyn Env) -> Demo {
    let now = env.now();
    let mut demo = Demo::default();
    let mut places = [&NORTHLIGHT, &HARBOR].map(|text| place::found(env, now, text, &mut demo));
    place::people(env, &mut places, &mut demo);
    for place in &mut places {
        place::clients(env, place, &mut demo);
        projects::all(env, place, &mut demo);
        billing::all(env, place, &mut demo);
        rota::all(env, place, &mut demo);
        budgets::all(env, place, &mut demo);
    }
    demo
}
