//! Sides of a wall: records of every kind, once for each side and alike but for a word of its own, made through the
//! tools themselves.

use std::sync::Arc;

use lavori_domain::billing::{Quantity, ServiceItem, UnitPrice};
use lavori_domain::env::TestEnv;
use lavori_domain::organizations::{Person, PersonState, Role, Team};
use lavori_domain::{Id, KeyKind, OrganizationId, TeamId, Timestamp};
use lavori_policy::{Caller, Scopes, Switches};
use lavori_store::inspect;
use lavori_store::recorder::Recorder;
use lavori_store::{counters, memberships, organizations, people, service_items, teams};
use lavori_tools::{Config, CursorKey, Registry, catalogue};
use serde_json::{Value, json};

use crate::documents::vat;
use crate::lab::{Lab, caller, labs_with};

/// A word of seven letters that no side has.
pub(crate) const NOWHERE: &str = "Hjemzot";
/// The side that asks.
pub(crate) const MINE: &str = "Quillon";
/// What projects, tasks and contacts of every side are called besides.
pub(crate) const SAME: &str = "Namesake";

/// A record of a side.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) key: Option<String>,
    /// Its name, if it has one that only this side has.
    pub(crate) name: Option<String>,
}

/// Everything of one side.
pub(crate) struct Side {
    /// The word in all of its names and texts.
    pub(crate) word: &'static str,
    /// Its member, narrowed to its team if it has one.
    pub(crate) caller: Caller,
    pub(crate) records: Vec<Record>,
    /// E-mail addresses, a phone number, a tax id: each with one of the same form that nobody has.
    pub(crate) texts: Vec<(String, String)>,
    /// The keys that its writes had, each with the tool.
    pub(crate) request_keys: Vec<(String, String)>,
    /// Cursors, each with the tool that gave it.
    pub(crate) cursors: Vec<(&'static str, String)>,
}

impl Side {
    /// The first record of a kind.
    pub(crate) fn of(&self, kind: &str) -> &Record {
        self.records.iter().find(|record| record.kind == kind).unwrap_or_else(|| panic!("{} has no {kind}", self.word))
    }

    /// Its id.
    pub(crate) fn id(&self, kind: &str) -> &str {
        &self.of(kind).id
    }

    fn keep(&mut self, kind: &'static str, result: &Value, name: Option<String>) -> String {
        let id = result["id"].as_str().unwrap_or_else(|| panic!("{kind} without an id: {result}")).to_owned();
        let key = result["key"].as_str().map(str::to_owned);
        self.records.push(Record { kind, id: id.clone(), key, name });
        id
    }
}

/// Labs without sides in which everybody may write, whose calls leave no record of their own.
pub(crate) async fn fields() -> Vec<Lab> {
    let mut labs = labs_with(Vec::new(), false).await;
    for lab in &mut labs {
        // Ids of its own: the world's generator begins at the same place.
        let env = TestEnv::new(Timestamp::from_millis(1_795_348_800_000), 77);
        let config = Config {
            public_url: "https://lavori.example/".to_owned(),
            cursor_key: CursorKey::new([42; 32]),
            record_calls: false,
        };
        let (store, recorder) = (lab.test.store.clone(), Recorder::start(lab.test.store.clone()));
        lab.registry = Registry::new(store, recorder, Arc::new(env), config, catalogue()).unwrap();
        let mut tx = lab.test.store.begin().await.unwrap();
        let kinds = [KeyKind::Project, KeyKind::Task, KeyKind::Contact, KeyKind::Event, KeyKind::Shift];
        for kind in kinds.into_iter().chain([KeyKind::Document, KeyKind::Budget, KeyKind::ServiceItem]) {
            counters::take(&mut tx, lab.world.north.id, kind, 10).await.unwrap();
            // Keys of the other organization are keys that this one never comes to.
            counters::take(&mut tx, lab.world.harbor.id, kind, 500).await.unwrap();
        }
        for organization in [lab.world.north.id, lab.world.harbor.id] {
            organizations::set_switches(&mut tx, organization, Switches::new(true, true)).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    labs
}

/// A side of `organization`, with a team of its own or without any. `nth` tells its numbers from those of others.
pub(crate) async fn sow(lab: &Lab, word: &'static str, nth: u8, with_team: bool, in_harbor: bool) -> Side {
    let (organization, slug) = match in_harbor {
        true => (lab.world.harbor.id, "harbor"),
        false => (lab.world.north.id, "northlight"),
    };
    let lower = word.to_lowercase();
    let named = |what: &str| format!("{word} {what}");
    let (team, person, item) = ground(lab, word, organization, with_team).await;
    let narrowed = team.map(|team| (team, lower.as_str()));
    let mut caller = caller(&lab.test.store, &lab.world, organization, slug, person.id, narrowed).await;
    (caller.scopes, caller.grantable) = (Scopes::Billing, Scopes::Billing);
    let (email, phone, tax_id) =
        (format!("info@{lower}.example"), format!("+3904510000{nth}"), format!("IT1234567890{nth}"));
    let nowhere = NOWHERE.to_lowercase();
    let mut side = Side {
        word,
        caller,
        records: Vec::new(),
        texts: vec![
            (person.email.clone(), format!("{nowhere}@example.com")),
            (email.clone(), format!("info@{nowhere}.example")),
            (phone.clone(), "+39045100009".to_owned()),
            (tax_id.clone(), "IT12345678909".to_owned()),
        ],
        request_keys: Vec::new(),
        cursors: Vec::new(),
    };
    side.keep("member", &json!({ "id": person.id }), Some(person.name));
    if let Some(team) = team {
        side.keep("team", &json!({ "id": team }), Some(named("team")));
    }
    side.keep("item", &json!({ "id": item.id, "key": item.key().to_string() }), Some(item.name));

    let contacts = json!({ "contacts": [
        { "kind": "company", "name": named("contact"), "email": email, "phone": phone, "tax_id": tax_id,
          "address": { "country": "IT", "city": named("town") }, "roles": ["client"], "tags": [lower] },
        { "kind": "person", "name": SAME, "company": named("company") } ] });
    let made = side.make(lab, "create_contacts", contacts).await;
    let client = side.keep("contact", &made["results"][0], Some(named("contact")));
    side.keep("contact", &made["results"][1], None);

    let project = json!({ "name": named("project"), "client": client, "lead": "me", "description": named("words"),
        "due": "2026-12-20", "tags": [lower], "phases": [{ "name": named("phase"), "start": "2026-11-20",
            "end": "2026-12-10", "milestones": [{ "name": named("milestone"), "date": "2026-12-01" }],
            "tasks": [{ "title": named("task"), "assignees": ["me"], "due": "2026-11-20",
                "estimate_minutes": 60 }] }] });
    side.make(lab, "create_project", project).await;
    side.make(lab, "create_project", json!({ "name": SAME, "due": "2026-12-21" })).await;
    for kind in ["project", "phase", "milestone", "task"] {
        let found = lab.call(&side.caller, "fetch", json!({ "id": named(kind) })).await;
        side.keep(kind, &found["records"].get(0).unwrap_or(&found).clone(), Some(named(kind)));
    }
    let (project, task) = (side.id("project").to_owned(), side.id("task").to_owned());
    let list = json!({ "project": project, "count_only": true });
    assert_eq!(lab.call(&side.caller, "list_tasks", list).await["page"]["total"], 1);
    let tasks = json!({ "tasks": [{ "title": SAME, "project": project, "blocked_by": [task], "assignees": ["me"],
        "description": named("words"), "due": "2026-11-28" }] });
    let made = side.make(lab, "create_tasks", tasks).await;
    side.keep("task", &made["results"][0], None);
    let namesakes = lab.call(&side.caller, "list_projects", json!({ "sort": "created", "limit": 100 })).await;
    let other = namesakes["data"].as_array().unwrap().iter().rfind(|row| row["name"] == SAME).unwrap().clone();
    side.keep("project", &other, None);

    side.schedule(lab, &named, &project, &task).await;
    side.money(lab, &named, &client, &project).await;
    for (tool, with) in [
        ("list_projects", json!({ "limit": 1 })),
        ("list_tasks", json!({ "limit": 1 })),
        ("list_directory", json!({ "limit": 1 })),
        ("list_budgets", json!({ "limit": 1 })),
        ("list_billing_documents", json!({ "kind": "quote", "limit": 1 })),
        ("list_schedule", json!({ "from": "2026-11-20", "to": "2026-12-10", "limit": 1 })),
    ] {
        let page = lab.call(&side.caller, tool, with).await["page"].clone();
        let cursor = page["next_cursor"].as_str().unwrap_or_else(|| panic!("{tool} of {word}: {page}"));
        side.cursors.push((tool, cursor.to_owned()));
    }
    let feed = lab.call(&side.caller, "list_changes", json!({ "since": "today", "limit": 1 })).await;
    side.cursors.push(("list_changes", feed["next_cursor"].as_str().unwrap().to_owned()));
    side
}

/// What no tool makes: the team, its member, and an item of the service library.
async fn ground(
    lab: &Lab,
    word: &str,
    organization: OrganizationId,
    with_team: bool,
) -> (Option<TeamId>, Person, ServiceItem) {
    let (env, now, lower) = (&lab.world.env, lab.world.now, word.to_lowercase());
    let mut tx = lab.test.store.begin().await.unwrap();
    let person = Person {
        id: Id::new(env),
        email: format!("{lower}@example.com"),
        name: format!("{word} member"),
        state: PersonState::Active,
        created_at: now,
    };
    people::insert(&mut tx, &person, None).await.unwrap();
    memberships::insert(&mut tx, organization, person.id, Role::Member, now).await.unwrap();
    let mut own = None;
    if with_team {
        let team = Team { organization, id: Id::new(env), slug: lower, name: format!("{word} team") };
        teams::insert(&mut tx, &team).await.unwrap();
        teams::add_member(&mut tx, organization, team.id, person.id).await.unwrap();
        own = Some(team.id);
    }
    let item = ServiceItem {
        organization,
        id: Id::new(env),
        number: counters::take(&mut tx, organization, KeyKind::ServiceItem, 1).await.unwrap(),
        name: format!("{word} item"),
        unit: Some("hour".to_owned()),
        currency: "EUR".parse().unwrap(),
        unit_price: UnitPrice::parse("46").unwrap(),
        unit_cost: None,
        default_quantity: Quantity::parse("8").unwrap(),
        tax: Some(vat("22")),
        markup: None,
        team: own,
        archived_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    service_items::insert(&mut tx, &item).await.unwrap();
    tx.commit().await.unwrap();
    (own, person, item)
}

impl Side {
    /// Writes with a request key of its own.
    async fn make(&mut self, lab: &Lab, tool: &str, mut arguments: Value) -> Value {
        let key = format!("{}-key-{}", self.word, self.request_keys.len());
        arguments["request_key"] = json!(key);
        self.request_keys.push((tool.to_owned(), key));
        lab.call(&self.caller, tool, arguments).await
    }

    async fn schedule(&mut self, lab: &Lab, named: &impl Fn(&str) -> String, project: &str, task: &str) {
        let event = json!({ "entries": [{ "kind": "event", "title": named("event"), "start": "2026-11-26T10:00",
            "end": "2026-11-26T12:00", "people": ["me"], "project": project, "location": named("hall"),
            "recurrence": "FREQ=WEEKLY;COUNT=2", "notes": named("words") }] });
        let made = self.make(lab, "create_schedule_entries", event).await;
        let event = self.keep("event", &made["results"][0], Some(named("event")));
        let shift = json!({ "entries": [
            { "kind": "shift", "role": named("rigger"), "start": "2026-11-26T11:00", "end": "2026-11-26T20:00",
              "people": ["me"], "project": project, "task": task, "event": event, "status": "published" },
            { "kind": "shift", "role": named("runner"), "start": "2026-11-29T11:00", "end": "2026-11-29T20:00",
              "project": project } ] });
        let made = self.make(lab, "create_schedule_entries", shift).await;
        self.keep("shift", &made["results"][0], None);
        self.keep("shift", &made["results"][1], None);
    }

    async fn money(&mut self, lab: &Lab, named: &impl Fn(&str) -> String, client: &str, project: &str) {
        let document = |kind: &str, reference: &str| {
            json!({ "kind": kind, "client": client, "project": project, "reference": named(reference),
                "lines": [{ "description": named("line"), "unit_price": "100", "taxes": [{ "rate": "22" }] }] })
        };
        for reference in ["first quote", "second quote"] {
            let made = self.make(lab, "create_billing_document", document("quote", reference)).await;
            self.keep("quote", &made["results"][0], None);
            let line = made["results"][0]["lines"][0]["line_id"].clone();
            self.keep("document_line", &json!({ "id": line }), None);
        }
        let made = self.make(lab, "create_billing_document", document("invoice", "invoice")).await;
        let invoice = self.keep("invoice", &made["results"][0], None);
        let issue = json!({ "id": invoice, "to": "issued", "version": 1, "expected_total": "122.00" });
        self.make(lab, "change_billing_status", issue).await;
        let payment = json!({ "payments": [{ "invoice": invoice, "amount": "22.00", "date": "today",
            "reference": named("transfer") }] });
        let made = self.make(lab, "record_payment", payment).await;
        self.keep("payment", &made["results"][0], None);
        let made = self.make(lab, "create_billing_document", json!({ "kind": "credit_note", "from": invoice })).await;
        self.keep("credit_note", &made["results"][0], None);
        for (name, planned) in [(named("budget"), "1000"), (named("reserve"), "70")] {
            let budget = json!({ "name": name, "project": project, "start": "2026-11-01", "end": "2026-12-31",
                "lines": [{ "category": "labour", "planned": planned, "actual": "50", "note": named("note") }] });
            let made = self.make(lab, "create_budget", budget).await;
            self.keep("budget", &made["results"][0], Some(name));
        }
        let budgets = lab.call(&self.caller, "list_budgets", json!({ "detail": "full" })).await;
        let own = self.id("budget");
        let found = budgets["data"].as_array().unwrap().iter().find(|row| row["id"] == own).unwrap();
        let line = found["lines"][0]["id"].clone();
        self.keep("budget_line", &json!({ "id": line }), None);
    }
}

/// Everything that is in the database, table by table.
pub(crate) async fn contents(lab: &Lab) -> Vec<String> {
    let mut conn = lab.test.store.read().await.unwrap();
    let postgres = lab.test.name == "PostgreSQL";
    let tables = match postgres {
        true => {
            "SELECT CAST(table_name AS TEXT) AS value FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
        }
        false => {
            "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY 1"
        }
    };
    let mut contents = Vec::new();
    for table in inspect::texts(&mut conn, tables).await.unwrap() {
        let row = match postgres {
            true => format!("CAST({table} AS TEXT)"),
            false => {
                let columns = format!(
                    "SELECT group_concat('quote(\"' || name || '\")', '||') AS value FROM pragma_table_info('{table}')"
                );
                inspect::texts(&mut conn, &columns).await.unwrap().remove(0)
            }
        };
        let rows =
            inspect::texts(&mut conn, &format!("SELECT {row} AS value FROM \"{table}\" ORDER BY 1")).await.unwrap();
        contents.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    contents
}
