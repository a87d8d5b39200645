//! The demo data at a fixed instant, a copy of it for each job, and the people who ask.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonschema::Validator;
use lavori_audit::Origin;
use lavori_domain::env::TestEnv;
use lavori_domain::{ConnectionId, Id, Timestamp};
use lavori_policy::{Caller, Scopes, Tenant};
use lavori_store::connections::{self, Connection};
use lavori_store::recorder::Recorder;
use lavori_store::{Options, Store, memberships, organizations, people, teams};
use lavori_tools::{Config, CursorKey, Registered, Registry, catalogue};
use serde_json::{Value, json};
use tempfile::TempDir;

/// When every job takes place: Sunday 2026-11-22, 13:30 in Rome.
fn now() -> Timestamp {
    Timestamp::from_millis(1_795_350_600_000)
}

/// Who asks, by the word in a job: organization, e-mail, scopes, and the team that the connection is limited to.
/// Harbor has both switches off.
const PEOPLE: [(&str, &str, &str, Scopes, Option<&str>); 4] = [
    ("ada", "northlight", "ada@demo.example", Scopes::Billing, None),
    ("ada_reading", "northlight", "ada@demo.example", Scopes::Read, None),
    ("giulia_of_stage", "northlight", "giulia.ferrante@demo.example", Scopes::Billing, Some("stage")),
    ("hana", "harbor", "hana@demo.example", Scopes::Read, None),
];

/// The seeded database that jobs get copies of.
pub(crate) struct World {
    folder: TempDir,
    store: Store,
    callers: HashMap<&'static str, Caller>,
    outputs: HashMap<&'static str, Validator>,
    reading: HashSet<&'static str>,
    /// The copy for jobs that change nothing: making a registry takes longer than most jobs.
    read: Option<Place>,
}

/// A registry over a copy of the world.
struct Place {
    registry: Registry,
    _folder: TempDir,
}

/// Where one job is done.
pub(crate) struct Room<'w> {
    world: &'w World,
    /// Its own copy, if it changes something.
    own: Option<Place>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        store.migrate().await.unwrap();
        let env = TestEnv::new(Timestamp::from_millis(now().millis() - 1_800_000), 1);
        lavori_demo::seed(&store, &env, "nobody signs in").await.unwrap();
        let mut callers = HashMap::new();
        for (word, slug, email, scopes, team) in PEOPLE {
            callers.insert(word, caller(&store, &env, slug, email, scopes, team).await);
        }
        let (outputs, reading) = (HashMap::new(), HashSet::new());
        let mut world = Self { folder, store, callers, outputs, reading, read: None };
        let registry = registry(world.store.clone(), catalogue());
        for tool in registry.list(Scopes::Billing, false).tools() {
            let schema = Value::Object((*tool.output_schema).clone());
            let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            world.outputs.insert(tool.name, validator);
            if tool.hints.read_only {
                world.reading.insert(tool.name);
            }
        }
        world.read = Some(world.place());
        world
    }

    /// The names of all tools.
    pub(crate) fn tools(&self) -> impl Iterator<Item = &str> {
        self.outputs.keys().copied()
    }

    /// Where a job that calls these tools is done.
    pub(crate) fn room<'t>(&self, mut tools: impl Iterator<Item = &'t str>) -> Room<'_> {
        let reads = tools.all(|tool| self.reading.contains(tool));
        Room { world: self, own: (!reads).then(|| self.place()) }
    }

    /// A copy: nobody writes into the world itself, so its files are whole.
    fn place(&self) -> Place {
        let folder = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(self.folder.path()).unwrap().map(Result::unwrap) {
            if !file.file_name().to_string_lossy().ends_with("-shm") {
                std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
            }
        }
        Place { registry: registry(open(folder.path()), catalogue()), _folder: folder }
    }
}

impl Room<'_> {
    /// Calls a tool; whether it was refused, and the answer with its size in bytes.
    ///
    /// # Errors
    /// When there is no answer, or it is not what the tool's schema says.
    pub(crate) async fn call(&self, who: &str, tool: &str, arguments: &Value) -> Result<(bool, Value, usize), String> {
        let caller = self.world.callers.get(who).ok_or_else(|| format!("nobody is called {who}"))?;
        let Value::Object(arguments) = arguments else { return Err("arguments are an object".to_owned()) };
        let place = self.own.as_ref().or(self.world.read.as_ref()).ok_or("the world is not made yet")?;
        let answer = place.registry.invoke(caller, &Origin::default(), tool, arguments.clone()).await;
        let answer = answer.map_err(|error| format!("{error}"))?;
        let value: Value = serde_json::from_str(&answer.json).unwrap();
        if !answer.is_error {
            let wrong: Vec<String> =
                self.world.outputs[tool].iter_errors(&value).map(|error| error.to_string()).collect();
            if !wrong.is_empty() {
                return Err(format!("R6: {wrong:?} in {value}"));
            }
        }
        Ok((answer.is_error, value, answer.json.len()))
    }
}

fn open(folder: &Path) -> Store {
    let file: PathBuf = folder.join("demo.db");
    Store::open(&format!("sqlite:{}", file.display()), &Options::default()).unwrap()
}

fn registry(store: Store, tools: Vec<Registered>) -> Registry {
    let config = Config {
        public_url: "https://lavori.example".to_owned(),
        cursor_key: CursorKey::new([7; 32]),
        record_calls: true,
    };
    let recorder = Recorder::start(store.clone());
    Registry::new(store, recorder, Arc::new(TestEnv::new(now(), 2)), config, tools).unwrap()
}

async fn caller(store: &Store, env: &TestEnv, slug: &str, email: &str, scopes: Scopes, team: Option<&str>) -> Caller {
    let mut tx = store.begin().await.unwrap();
    let organization = organizations::find_by_slug(&mut tx, slug).await.unwrap().unwrap();
    let (person, _) = people::find_by_email(&mut tx, email).await.unwrap().unwrap();
    let role = memberships::role_of(&mut tx, organization.id, person.id).await.unwrap().unwrap();
    let of_organization = teams::list(&mut tx, &[organization.id]).await.unwrap();
    let team = team.map(|slug| of_organization.into_iter().find(|team| team.slug == slug).unwrap());
    let connection = Connection {
        organization_id: organization.id,
        id: ConnectionId::from(Id::<()>::new(env).uuid()),
        person_id: person.id,
        team_id: team.as_ref().map(|team| team.id),
        client_id: "https://client.example/metadata".to_owned(),
        client: json!({}),
        redirect_uri: "https://client.example/callback".to_owned(),
        resource: "https://lavori.example/mcp".to_owned(),
        approved_scope: scopes,
        created_at: now(),
        activated_at: None,
        last_used_at: None,
        label: None,
        // The database's clock decides, and that is not the jobs'.
        expires_at: now().plus_seconds(100 * 365 * 86_400),
        revoked_at: None,
        revoke_reason: None,
    };
    connections::insert(&mut tx, &connection).await.unwrap();
    tx.commit().await.unwrap();
    Caller {
        connection: connection.id,
        person: person.id,
        role,
        tenant: Tenant {
            organization: organization.id,
            slug: slug.to_owned(),
            name: organization.name,
            time_zone: organization.time_zone,
            currency: organization.currency,
            team: team.as_ref().map(|team| team.id),
            team_slug: team.map(|team| team.slug),
        },
        scopes,
        grantable: if slug == "northlight" { Scopes::Billing } else { Scopes::Read },
        now: now(),
    }
}
