//! What an operator may change about a person.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::Env;
use lavori_domain::organizations::{PersonState, normalize_email};
use lavori_store::{Store, audit_events, clock, connections, memberships, people, sessions};

use crate::cut::Cut;
use crate::error::Error;

/// What ended with a person's access.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disabled {
    /// Their sessions.
    pub sessions: usize,
    /// Their connections, over all organizations.
    pub connections: usize,
    /// The organizations that have no owner now who may sign in.
    pub without_owner: Vec<String>,
}

/// Keeps a person from signing in, ends their sessions and revokes their connections. `None`: they were kept out
/// already.
///
/// # Errors
/// [`Error::Refused`] when nobody has that address.
pub async fn disable(store: &Store, env: &dyn Env, email: &str) -> Result<Option<Disabled>, Error> {
    let mut tx = store.begin().await?;
    let (person, _) = people::find_by_email(&mut tx, &normalize_email(email)).await?.ok_or_else(unknown)?;
    if person.state == PersonState::Disabled {
        return Ok(None);
    }
    people::set_state(&mut tx, person.id, PersonState::Disabled).await?;
    let now = clock::now(&mut tx).await?;
    let sessions = sessions::end_all_of(&mut tx, person.id, now).await?;
    let unrevoked = connections::list_unrevoked_of(&mut tx, person.id).await?;
    let origin = Origin::default();
    let reason = "the person was disabled";
    let cut = Cut { env, origin: &origin, by: None, by_whom: "operator", reason, now };
    let connections = cut.end(&mut tx, &unrevoked).await?;
    let owned = memberships::owned_by(&mut tx, person.id).await?;
    let without_owner = owned.into_iter().filter(|(_, other)| !other).map(|(slug, _)| slug).collect();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let details = by_operator().number("sessions", count(sessions)).number("connections", count(connections));
    let event = Event::new(env, Action::PersonDisabled, origin).by(person.id).with(details);
    audit_events::insert(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Some(Disabled { sessions, connections, without_owner }))
}

/// Lets a person sign in again. What ended stays ended. `false`: they may already.
///
/// # Errors
/// [`Error::Refused`] when nobody has that address.
pub async fn enable(store: &Store, env: &dyn Env, email: &str) -> Result<bool, Error> {
    let mut tx = store.begin().await?;
    let (person, _) = people::find_by_email(&mut tx, &normalize_email(email)).await?.ok_or_else(unknown)?;
    if person.state == PersonState::Active {
        return Ok(false);
    }
    people::set_state(&mut tx, person.id, PersonState::Active).await?;
    let event = Event::new(env, Action::PersonEnabled, Origin::default()).by(person.id).with(by_operator());
    audit_events::insert(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}

fn unknown() -> Error {
    Error::refused("Nobody has that e-mail address here. Check its spelling.")
}

fn by_operator() -> Details {
    Details::new().text("by", "operator")
}
