//! What fresh databases are copied from: made once, by the first test that needs it.

use std::collections::HashMap;

use lavori_domain::env::{Env, SystemEnv};
use lavori_store::Store;
use tokio::sync::Mutex;

/// What a fresh database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Contents {
    /// Tables without rows.
    Schema,
    /// The demo data, its passwords hashed cheaply.
    #[cfg(feature = "app")]
    Demo,
}

impl Contents {
    pub(crate) async fn fill(self, store: &Store) {
        store.migrate().await.expect("the database migrates");
        match self {
            Self::Schema => {}
            #[cfg(feature = "app")]
            Self::Demo => crate::app::seed(store, lavori_oauth::PasswordParameters::CHEAP).await,
        }
    }
}

/// Templates of one kind of database.
pub(crate) struct Templates<T>(std::sync::LazyLock<Mutex<HashMap<(Contents, i64), T>>>);

impl<T: Clone> Templates<T> {
    pub(crate) const fn new() -> Self {
        Self(std::sync::LazyLock::new(Mutex::default))
    }

    /// The template with these contents, which `make` makes where there is none.
    pub(crate) async fn get(&self, contents: Contents, make: impl AsyncFnOnce(Contents) -> T) -> T {
        // The demo data are of a day, and a day changes at an hour of whatever time zone.
        let key = (contents, SystemEnv.now().millis() / 3_600_000);
        let mut made = self.0.lock().await;
        if let Some(template) = made.get(&key) {
            return template.clone();
        }
        let template = make(contents).await;
        made.insert(key, template.clone());
        template
    }
}
