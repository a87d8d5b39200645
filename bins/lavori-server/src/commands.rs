//! The commands.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use lavori_domain::env::SystemEnv;
use lavori_fetch::{Fetcher, Network};
use lavori_http::App;
use lavori_oauth::{AuthorizationServer, Lifetimes, PasswordHashing, Providers};
use lavori_store::recorder::Recorder;
use lavori_store::{Options, Store};
use lavori_tools::{CursorKey, Registry};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::{listeners, secret};

pub(crate) type Done = Result<(), Box<dyn Error>>;

/// How long one tool call may take.
const CALL_DEADLINE: Duration = Duration::from_secs(30);

/// Migrates the database.
pub(crate) async fn migrate(config: &Config) -> Done {
    let applied = open(config)?.migrate().await?;
    tracing::info!(applied, "the database is up to date");
    Ok(())
}

/// Migrates, and seeds the demo data if it is not there.
#[expect(clippy::print_stdout, reason = "the accounts go to standard output, for whoever started the command")]
pub(crate) async fn demo(config: &Config, json: bool) -> Done {
    let store = open(config)?;
    store.migrate().await?;
    let env = Arc::new(SystemEnv);
    let hash = PasswordHashing::new(config.passwords, env.clone()).hash(lavori_demo::PASSWORD).await?;
    let seeded = lavori_demo::seed(&store, &*env, &hash).await?;
    tracing::info!(?seeded, "the demo data is there");
    if json {
        println!("{}", serde_json::to_string(lavori_demo::accounts())?);
    }
    Ok(())
}

/// Migrates and serves until it is told to stop.
pub(crate) async fn serve(config: &Config) -> Done {
    let env = Arc::new(SystemEnv);
    let store = open(config)?;
    store.migrate().await?;
    let origin = lavori_http::Config::check_public_url(&config.public_url)?;
    let network = Network::system()?;
    let oauth = Arc::new(AuthorizationServer::new(lavori_oauth::Config {
        origin: origin.clone(),
        secret: secret::read_or_make(&config.secret_file, &*env)?,
        previous_secrets: config
            .previous_secret_files
            .iter()
            .map(|path| secret::read(path))
            .collect::<Result<Vec<_>, _>>()?,
        env: env.clone(),
        lifetimes: Lifetimes::default(),
        passwords: config.passwords,
        limits: config.limits,
        clients: config.clients.clone(),
        documents: Fetcher::for_strangers(&network)?,
        providers: Providers::new(config.providers.clone(), &network)?,
    }));
    let tools = lavori_tools::Config {
        public_url: origin,
        cursor_key: CursorKey::new(oauth.cursor_key()).accepting(oauth.previous_cursor_keys()),
        record_calls: config.record_tool_calls,
    };
    let recorder = Recorder::start(store.clone());
    let registry = Registry::new(store.clone(), recorder, env, tools, lavori_tools::catalogue())?;
    let face = lavori_http::Config {
        public_url: config.public_url.clone(),
        allowed_origins: config.allowed_origins.clone(),
        call_deadline: CALL_DEADLINE,
        calls: config.calls,
        trusted_proxies: config.trusted_proxies.clone(),
        activity_streams: lavori_http::ACTIVITY_STREAMS,
        subscriptions: lavori_http::SUBSCRIPTIONS,
        requests_at_once: config.requests_at_once,
    };
    let set_up_code = lavori_accounts::set_up::announce(&store, oauth.env()).await?;
    let app = Arc::new(App::new(&face, store.clone(), oauth, registry)?);
    // Listened for before the first request can arrive.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let listener = listeners::public(config).await?;
    let stop = CancellationToken::new();
    let private = listeners::private(config, &app, store, stop.clone()).await?;
    if let Some(code) = set_up_code {
        // Not through the log, whose filter could leave it out.
        let url = config.public_url.join("/set-up")?;
        eprintln!("Nobody is here yet. Set this server up at {url} with the set-up code {}", code.expose());
    }
    tracing::info!(address = %listener.address()?, connector = app.connector_url(), "listening on {}", config.public_url);
    lavori_http::serve(app, listener, async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: running requests may finish");
    })
    .await;
    // The operator sees the drain to its end.
    stop.cancel();
    if let Some(private) = private {
        private.await?;
    }
    Ok(())
}

pub(crate) fn open(config: &Config) -> Result<Store, lavori_store::Error> {
    let options = Options { connections: config.database_connections, ..Options::default() };
    Store::open(&config.database_url, &options)
}
