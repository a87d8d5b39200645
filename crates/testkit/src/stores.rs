//! Fresh databases: SQLite always, PostgreSQL unless the quick run was asked for.

use lavori_store::{Options, Store};
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::templates::{Contents, Templates};

/// The URL of a PostgreSQL cluster in which the tests may create databases.
const POSTGRES_URL: &str = "LAVORI_TEST_DATABASE_URL";
/// Set by `cargo xtask test --fast`, which says in its closing lines what was left out.
const FAST: &str = "LAVORI_TEST_FAST";

/// A migrated, empty database of its own.
pub struct TestStore {
    /// Which database it is, for messages.
    pub name: &'static str,
    /// The store.
    pub store: Store,
    /// Its URL.
    pub url: String,
    _folder: Option<TempDir>,
}

/// One [`TestStore`] for each kind of database.
///
/// # Panics
/// When PostgreSQL is neither configured nor left out on purpose: no test is skipped in silence.
pub async fn stores() -> Vec<TestStore> {
    stores_with(Contents::Schema).await
}

pub(crate) async fn stores_with(contents: Contents) -> Vec<TestStore> {
    let mut stores = vec![sqlite(contents).await];
    match std::env::var(POSTGRES_URL) {
        Ok(cluster) => stores.push(postgres(&cluster, contents).await),
        Err(_) if std::env::var_os(FAST).is_some() => {}
        Err(_) => panic!("{POSTGRES_URL} is not set: run the tests with `cargo xtask test`, or with --fast"),
    }
    stores
}

/// The file of a SQLite database and its write-ahead log.
const FILES: [&str; 2] = ["test.db", "test.db-wal"];

/// A copy of a template: many times quicker than filling each.
pub(crate) async fn sqlite(contents: Contents) -> TestStore {
    static MADE: Templates<[Vec<u8>; 2]> = Templates::new();
    let template = MADE
        .get(contents, async |contents| {
            let (folder, _, store) = new_sqlite();
            contents.fill(&store).await;
            // Nobody writes any more.
            FILES.map(|name| std::fs::read(folder.path().join(name)).expect("the template can be read"))
        })
        .await;
    let (folder, url, store) = new_sqlite();
    for (name, bytes) in FILES.into_iter().zip(template) {
        std::fs::write(folder.path().join(name), bytes).expect("a temporary file can be written");
    }
    TestStore { name: "SQLite", store, url, _folder: Some(folder) }
}

/// Nothing is opened yet.
fn new_sqlite() -> (TempDir, String, Store) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let url = format!("sqlite:{}", folder.path().join(FILES[0]).display());
    let store = Store::open(&url, &Options::default()).expect("the URL is well formed");
    (folder, url, store)
}

async fn postgres(cluster: &str, contents: Contents) -> TestStore {
    static DATABASES: Templates<String> = Templates::new();
    let template = DATABASES.get(contents, async |contents| make_database(cluster, contents).await).await;
    let name = format!("lavori_test_{}_{}", std::process::id(), next_number());
    // A template cannot be copied by two at once.
    static COPY: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let guard = COPY.lock().await;
    // Left behind by an earlier process of this number, on a server that outlives test runs.
    execute(cluster, &format!("DROP DATABASE IF EXISTS {name}")).await;
    execute(cluster, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    drop(guard);
    let url = with_database(cluster, &name);
    // Many tests run side by side on one cluster, each with a pool of its own.
    let options = Options { connections: 8, ..Options::default() };
    let store = Store::open(&url, &options).expect("the URL is well formed");
    TestStore { name: "PostgreSQL", store, url, _folder: None }
}

async fn make_database(cluster: &str, contents: Contents) -> String {
    let name = format!("lavori_template_{}_{}", std::process::id(), next_number());
    execute(cluster, &format!("DROP DATABASE IF EXISTS {name}")).await;
    execute(cluster, &format!("CREATE DATABASE {name}")).await;
    let store = Store::open(&with_database(cluster, &name), &Options::default()).expect("the URL is well formed");
    contents.fill(&store).await;
    name
}

/// An empty database somewhere else, migrated.
#[cfg(feature = "app")]
pub(crate) async fn postgres_at(url: &str) -> TestStore {
    let store = Store::open(url, &Options::default()).expect("the URL is well formed");
    store.migrate().await.expect("PostgreSQL migrates");
    TestStore { name: "PostgreSQL", store, url: url.to_owned(), _folder: None }
}

/// What a query of the cluster that all tests share gives, one text; `None`: PostgreSQL was left out on purpose.
///
/// # Panics
/// When it is neither configured nor left out.
#[cfg(feature = "app")]
pub(crate) async fn ask_shared(sql: &str) -> Option<String> {
    let Ok(cluster) = std::env::var(POSTGRES_URL) else {
        assert!(std::env::var_os(FAST).is_some(), "{POSTGRES_URL} is not set: run the tests with `cargo xtask test`");
        return None;
    };
    let (client, connection) = tokio_postgres::connect(&cluster, NoTls).await.expect("the test PostgreSQL answers");
    tokio::spawn(connection);
    Some(client.query_one(sql, &[]).await.expect(sql).get(0))
}

fn next_number() -> u32 {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

fn with_database(cluster: &str, name: &str) -> String {
    let (address, _) = cluster.rsplit_once('/').expect("the URL names a database");
    format!("{address}/{name}")
}

/// Runs statements as the cluster's administrator.
#[cfg(feature = "app")]
pub(crate) async fn administer(sql: &str) {
    let cluster = std::env::var(POSTGRES_URL).expect("a PostgreSQL test has a cluster");
    execute(&cluster, sql).await;
}

pub(crate) async fn execute(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test PostgreSQL answers");
    let running = tokio::spawn(connection);
    client.batch_execute(sql).await.expect(sql);
    drop(client);
    running.await.expect("the connection task ends").expect("the connection ends well");
}
