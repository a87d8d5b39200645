//! What an operator does about people and the first organization.

use std::io::Read;
use std::sync::Arc;

use lavori_accounts::people::Disabled;
use lavori_accounts::set_up::{self, Founding, Typed};
use lavori_accounts::{Error, people};
use lavori_domain::env::SystemEnv;
use lavori_oauth::{PasswordHashing, PasswordParameters};

use crate::commands::{Done, open};
use crate::config::Config;

/// The most bytes of a password that are read: more than any may have.
const LONGEST_PASSWORD: u64 = 4096;

/// The first organization and its owner, as given on the command line.
#[derive(Debug, Default)]
pub(crate) struct Bootstrap {
    pub(crate) organization: String,
    pub(crate) slug: String,
    pub(crate) time_zone: String,
    pub(crate) currency: String,
    pub(crate) owner: String,
    pub(crate) email: String,
    pub(crate) password_file: Option<String>,
}

/// Migrates, and makes the first organization and its owner.
pub(crate) async fn bootstrap(config: &Config, bootstrap: &Bootstrap) -> Done {
    let typed = Typed {
        name: &bootstrap.organization,
        slug: &bootstrap.slug,
        time_zone: &bootstrap.time_zone,
        currency: &bootstrap.currency,
        owner: &bootstrap.owner,
        email: &bootstrap.email,
    };
    let founding = Founding::check(&typed)?;
    let password = password(bootstrap.password_file.as_deref())?;
    let store = open(config)?;
    store.migrate().await?;
    if !set_up::is_open(&mut store.read().await?).await? {
        return Err(SET_UP.into());
    }
    let env = Arc::new(SystemEnv);
    let hashing = PasswordHashing::new(PasswordParameters::default(), env.clone());
    let hash = hashing.hash_new(&password, &[founding.email(), &bootstrap.owner, &bootstrap.organization]).await?;
    let hash = hash.map_err(|weak| format!("the password cannot be used. {}", weak.advice()))?;
    set_up::bootstrap(&store, &*env, &founding, &hash).await.map_err(|error| match error {
        Error::NotFound => SET_UP.into(),
        error => Box::<dyn std::error::Error>::from(error),
    })?;
    tracing::info!(organization = founding.slug(), owner = founding.email(), "the server is set up");
    Ok(())
}

const SET_UP: &str = "the server is set up already: people come by invitation, from an organization's settings";

/// The password in a file or on standard input, without the line's end.
fn password(file: Option<&str>) -> Result<String, String> {
    let mut text = String::new();
    let read = match file {
        Some(path) => std::fs::File::open(path)
            .and_then(|file| file.take(LONGEST_PASSWORD).read_to_string(&mut text))
            .map_err(|error| format!("the password file {path} cannot be read: {error}")),
        None => std::io::stdin()
            .take(LONGEST_PASSWORD)
            .read_to_string(&mut text)
            .map_err(|error| format!("the password cannot be read from standard input: {error}")),
    };
    read?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Keeps a person from signing in.
pub(crate) async fn disable(config: &Config, email: &str) -> Done {
    let store = open(config)?;
    match people::disable(&store, &SystemEnv, email).await? {
        Some(Disabled { sessions, connections, without_owner }) => {
            tracing::info!(sessions, connections, "the person is disabled: their sessions and connections ended");
            for organization in without_owner {
                tracing::warn!(organization, "this organization has no owner any more who may sign in");
            }
        }
        None => tracing::info!("the person was disabled already"),
    }
    Ok(())
}

/// Lets a person sign in again.
pub(crate) async fn enable(config: &Config, email: &str) -> Done {
    let store = open(config)?;
    if people::enable(&store, &SystemEnv, email).await? {
        tracing::info!("the person may sign in again: what had ended stays ended");
    } else {
        tracing::info!("the person may sign in already");
    }
    Ok(())
}
