//! A registry over the two organizations of [`World`], callers, and a `call` that holds every answer to the rules.

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::Validator;
use lavori_audit::Origin;
use lavori_domain::env::TestEnv;
use lavori_domain::organizations::Role;
use lavori_domain::{ConnectionId, Id, OrganizationId, PersonId, TeamId};
use lavori_policy::{Caller, Scopes, Switches, Tenant};
use lavori_store::audit_events::{self, EventFilter, Recorded};
use lavori_store::connections::{self, Connection};
use lavori_store::recorder::Recorder;
use lavori_store::{Store, organizations};
use lavori_testkit::{TestStore, stores};
use lavori_tools::{Answer, Config, CursorKey, InvokeError, Registered, Registry, catalogue};
use serde_json::{Map, Value, json};

use crate::world::{World, zone};

/// Everything a test needs.
pub(crate) struct Lab {
    pub(crate) test: TestStore,
    pub(crate) world: World,
    pub(crate) registry: Registry,
    /// Ada of Northlight, the whole organization.
    pub(crate) ada: Caller,
    /// Ben of Northlight, narrowed to the team Stage.
    pub(crate) stage: Caller,
    /// Ada of Harbor.
    pub(crate) harbor: Caller,
    outputs: HashMap<&'static str, Validator>,
}

/// One lab per database.
pub(crate) async fn labs() -> Vec<Lab> {
    labs_with(Vec::new(), true).await
}

/// The same, with tools of the test's own.
pub(crate) async fn labs_with(tools: Vec<fn() -> Registered>, record_calls: bool) -> Vec<Lab> {
    let mut labs = Vec::new();
    for test in stores().await {
        labs.push(Lab::new(test, &tools, record_calls).await);
    }
    labs
}

pub(crate) fn registry(store: Store, tools: Vec<Registered>, record_calls: bool) -> Registry {
    let config =
        Config { public_url: "https://lavori.example/".to_owned(), cursor_key: CursorKey::new([42; 32]), record_calls };
    let recorder = Recorder::start(store.clone());
    Registry::new(store, recorder, Arc::new(TestEnv::default()), config, tools).unwrap()
}

impl Lab {
    async fn new(test: TestStore, own: &[fn() -> Registered], record_calls: bool) -> Self {
        let world = World::build(&test.store).await;
        let mut tools = catalogue();
        tools.extend(own.iter().map(|make| make()));
        let registry = registry(test.store.clone(), tools, record_calls);
        let outputs = registry
            .list(Scopes::Billing, false)
            .tools()
            .iter()
            .map(|tool| {
                let schema = Value::Object((*tool.output_schema).clone());
                (tool.name, jsonschema::options().should_validate_formats(true).build(&schema).unwrap())
            })
            .collect();
        let (north, harbor) = (world.north.clone(), world.harbor.clone());
        Self {
            ada: caller(&test.store, &world, north.id, "northlight", north.ada, None).await,
            stage: caller(&test.store, &world, north.id, "northlight", north.ben, Some((north.stage, "stage"))).await,
            harbor: caller(&test.store, &world, harbor.id, "harbor", harbor.ada, None).await,
            test,
            world,
            registry,
            outputs,
        }
    }

    /// Turns Northlight's switches.
    pub(crate) async fn switch(&self, write: bool, billing: bool) {
        let mut tx = self.test.store.begin().await.unwrap();
        organizations::set_switches(&mut tx, self.world.north.id, Switches::new(write, billing)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Calls without a look at the answer.
    pub(crate) async fn invoke(&self, caller: &Caller, tool: &str, arguments: Value) -> Result<Answer, InvokeError> {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        self.registry.invoke(caller, &origin(), tool, arguments).await
    }

    /// Calls, and holds the answer to the rules that all answers obey.
    pub(crate) async fn call(&self, caller: &Caller, tool: &str, arguments: Value) -> Value {
        let answer = self.invoke(caller, tool, arguments.clone()).await.unwrap();
        assert!(!answer.is_error, "{tool} {arguments} on {}: {}", self.test.name, answer.json);
        assert!(answer.json.len() <= 60_000, "R1: {tool} {arguments} answers {} bytes", answer.json.len());
        let value: Value = serde_json::from_str(&answer.json).unwrap();
        let wrong: Vec<String> = self.outputs[tool].iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "R6: {tool} {arguments}: {wrong:?} in {value}");
        assert!(value["applied"]["scope"].is_string(), "R7: {tool}: {value}");
        assert!(value["applied"]["now"].is_string() && value["applied"]["time_zone"].is_string());
        lint(&value, "");
        value
    }

    /// Calls what must be refused; a suggested next call is made and must work (E2).
    pub(crate) async fn refused(&self, caller: &Caller, tool: &str, arguments: Value) -> Value {
        let answer = self.invoke(caller, tool, arguments.clone()).await.unwrap();
        assert!(answer.is_error, "{tool} {arguments} on {}: {}", self.test.name, answer.json);
        let value: Value = serde_json::from_str(&answer.json).unwrap();
        lint(&value, "");
        let problems = value["problems"].as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for problem in problems {
            assert!(problem["code"].is_string() && problem["message"].is_string(), "E2: {problem}");
            if let Some(next) = problem.get("next") {
                self.call(caller, next["tool"].as_str().unwrap(), next["arguments"].clone()).await;
            }
        }
        value
    }

    /// The newest events of a connection first.
    pub(crate) async fn events(&self, caller: &Caller) -> Vec<Recorded> {
        let mut conn = self.test.store.read().await.unwrap();
        let organization = caller.tenant.organization;
        audit_events::list_of_connection(&mut conn, organization, caller.connection, &EventFilter::default(), 100)
            .await
            .unwrap()
    }
}

/// No nulls and no empty lists but the one that was asked for (R5).
fn lint(value: &Value, path: &str) {
    match value {
        Value::Null => panic!("R5: {path} is null"),
        Value::Array(items) => {
            let asked_for = ["/data", "/results", "/records", "/allowed_transitions"];
            assert!(!items.is_empty() || asked_for.iter().any(|end| path.ends_with(end)), "R5: {path} is empty");
            items.iter().for_each(|item| lint(item, path));
        }
        Value::Object(fields) => fields.iter().for_each(|(name, field)| lint(field, &format!("{path}/{name}"))),
        _ => {}
    }
}

pub(crate) fn origin() -> Origin {
    Origin {
        ip_address: Some("192.0.2.7".to_owned()),
        user_agent: Some("lab/1".to_owned()),
        request_id: Some("r-1".to_owned()),
    }
}

/// Somebody who may only read, through a connection that is really there.
pub(crate) async fn caller(
    store: &Store,
    world: &World,
    organization: OrganizationId,
    slug: &str,
    person: PersonId,
    team: Option<(TeamId, &str)>,
) -> Caller {
    let connection = Connection {
        organization_id: organization,
        id: ConnectionId::from(Id::<()>::new(&world.env).uuid()),
        person_id: person,
        team_id: team.map(|(team, _)| team),
        client_id: "https://client.example/metadata".to_owned(),
        client: json!({}),
        redirect_uri: "https://client.example/callback".to_owned(),
        resource: "https://lavori.example/mcp".to_owned(),
        approved_scope: Scopes::Billing,
        created_at: world.now,
        activated_at: None,
        last_used_at: None,
        label: None,
        expires_at: world.now.plus_seconds(10 * 365 * 86_400),
        revoked_at: None,
        revoke_reason: None,
    };
    let mut tx = store.begin().await.unwrap();
    connections::insert(&mut tx, &connection).await.unwrap();
    tx.commit().await.unwrap();
    Caller {
        connection: connection.id,
        person,
        role: Role::Member,
        tenant: Tenant {
            organization,
            slug: slug.to_owned(),
            name: slug.to_owned(),
            time_zone: zone(),
            currency: "EUR".parse().unwrap(),
            team: team.map(|(team, _)| team),
            team_slug: team.map(|(_, slug)| slug.to_owned()),
        },
        scopes: Scopes::Read,
        grantable: Scopes::Read,
        now: world.now,
    }
}

/// The keys of the rows of a list.
pub(crate) fn keys(reply: &Value) -> Vec<String> {
    let rows = reply["data"].as_array().unwrap_or_else(|| panic!("no data in {reply}"));
    rows.iter().map(|row| row["key"].as_str().unwrap().to_owned()).collect()
}

/// The codes of the problems of a refusal, by field.
pub(crate) fn codes(reply: &Value) -> Map<String, Value> {
    let problems = reply["problems"].as_array().cloned().unwrap_or_else(|| vec![reply.clone()]);
    problems
        .into_iter()
        .map(|problem| (problem["field"].as_str().unwrap_or_default().to_owned(), problem["code"].clone()))
        .collect()
}
