//! Deterministic demo data: two organizations of the trade.
//!
//! [`seed`] fills a migrated store with the event producer Northlight Productions and the crew company Harbor Crew:
//! people, teams, clients, about thirty productions and six hundred tasks, with dates around the day of seeding, so
//! that the demo looks alive whenever it is made. The same [`Env`] gives the same rows. The rows are first built in
//! memory (the module `build`) out of tables of texts (the module `texts`), then inserted in one transaction. This
//! crate refuses to know how passwords are hashed and who will look at the data. Start at [`seed`].

mod accounts;
mod build;
mod chance;
mod demo;
mod insert;
mod texts;

use lavori_domain::Env;
use lavori_store::{Store, organizations};

pub use accounts::{Account, AccountOrganization, PASSWORD, accounts};

/// What [`seed`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seeded {
    /// The store was filled.
    Filled {
        /// How many projects there are now.
        projects: usize,
        /// How many tasks there are now.
        tasks: usize,
    },
    /// The demo's organization is there already: nothing was touched.
    AlreadyThere,
}

/// The demo data could not be written. Nothing of it is there then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store refused.
    #[error("the store refused the demo data")]
    Store(#[from] lavori_store::Error),
}

/// Fills a migrated store with the demo data, in one transaction, unless its first organization is there already.
///
/// `password_hash` is the PHC string of [`PASSWORD`]: every account gets it. The other people have no password and
/// cannot sign in.
///
/// # Errors
/// When the store is out of reach, or holds other rows in the place of the demo's.
pub async fn seed(store: &Store, env: &dyn Env, password_hash: &str) -> Result<Seeded, Error> {
    let mut tx = store.begin().await?;
    if organizations::find_by_slug(&mut tx, texts::NORTHLIGHT.slug).await?.is_some() {
        tx.rollback().await?;
        return Ok(Seeded::AlreadyThere);
    }
    let demo = build::demo(env);
    // Boxed: the many awaits in there make a large future.
    Box::pin(insert::all(&mut tx, &demo, password_hash)).await?;
    tx.commit().await?;
    Ok(Seeded::Filled { projects: demo.projects.len(), tasks: demo.tasks.len() })
}
