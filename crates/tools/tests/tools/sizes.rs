//! No answer is too long, whatever stands in the records (TOOLS.md R1).

use lavori_policy::{Caller, Scopes};
use serde_json::{Value, json};

use crate::lab::{Lab, caller};
use crate::matrix::calls::calls;
use crate::sides::{MINE, Side, fields, sow};

/// The bytes of an answer of which no size was asked for, and those of any.
const BY_DEFAULT: usize = 16_000;
const AT_MOST: usize = 60_000;

/// A text of about this many characters, with some that JSON escapes.
fn long(word: &str, characters: usize) -> String {
    let piece = format!("{word} \"truss\" città ");
    piece.repeat(characters / piece.chars().count())
}

/// More rows of every kind than are on a page, with texts as long as they may be.
async fn fill(lab: &Lab, ada: &Caller, own: &Side) {
    let (project, client) = (own.id("project"), own.id("contact"));
    let (title, text) = (long("Quillon", 180), long("Quillon", 4_900));
    let many = |count: usize, item: &dyn Fn(usize) -> Value| (0..count).map(item).collect::<Vec<_>>();
    let name = |number: usize| format!("{title} {number}");
    let tasks = many(40, &|number| {
        json!({ "title": name(number), "project": project, "description": text, "due": "2026-11-20",
                "assignees": ["me", "Ben Weiss", "Cleo Novak"], "blocked_by": ["T-1", "T-2", "T-4"] })
    });
    let contacts = many(40, &|number| {
        json!({ "kind": "company", "name": name(number), "company": title, "tags": ["night", "crew", "verona"],
                "address": { "street": long("Via", 150), "city": long("Verona", 80), "country": "IT" } })
    });
    let entries = many(40, &|number| {
        json!({ "kind": "event", "title": name(number), "notes": text, "location": long("Hall", 250),
                "people": ["me", "Ben Weiss", "Cleo Novak"], "project": project, "start": "2026-12-01T10:00",
                "end": "2026-12-01T12:00" })
    });
    for (tool, mut with) in [
        ("create_tasks", json!({ "tasks": tasks })),
        ("create_contacts", json!({ "contacts": contacts })),
        ("create_schedule_entries", json!({ "entries": entries })),
    ] {
        with["allow_duplicates"] = json!(true);
        lab.call(ada, tool, with).await;
    }
    for number in 0..28 {
        let lines = many(30, &|_| json!({ "description": title, "unit_price": "10", "taxes": [{ "rate": "22" }] }));
        let document = json!({ "kind": "quote", "client": client, "project": project, "lines": lines,
                "notes": text, "reference": format!("Of {number}") });
        lab.call(ada, "create_billing_document", document).await;
        let lines = many(12, &|_| json!({ "category": "travel", "planned": "10", "note": long("Note", 400) }));
        let budget = json!({ "name": name(number), "project": project, "lines": lines });
        lab.call(ada, "create_budget", budget).await;
        let plan = json!({ "name": name(number), "description": text, "client": client,
                "phases": [{ "name": title, "milestones": [{ "name": title, "date": "2026-12-12" }] }] });
        lab.call(ada, "create_project", plan).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_every_answer_of_every_tool_fits_however_long_the_records_are() {
    for lab in fields().await {
        let own = sow(&lab, MINE, 1, true, false).await;
        let north = lab.world.north.id;
        let mut ada = caller(&lab.test.store, &lab.world, north, "northlight", own.caller.person, None).await;
        (ada.scopes, ada.grantable) = (Scopes::Billing, Scopes::Billing);
        fill(&lab, &ada, &own).await;
        let mut longest = Vec::new();
        for tool in lab.registry.list(Scopes::Billing, false).tools().iter().filter(|tool| tool.hints.read_only) {
            // The order of rows does not make them longer.
            let asked = calls(tool, &own).into_iter().filter(|with| with.get("sort").is_none());
            let mut all = 0;
            for with in asked {
                let mut asked = vec![(with.clone(), BY_DEFAULT)];
                // More than a screenful was asked for.
                let limit = tool.input_schema["properties"].get("limit").and_then(|limit| limit["maximum"].as_i64());
                if let Some(limit) = limit {
                    let mut with = with.clone();
                    with["limit"] = json!(limit);
                    asked.push((with, AT_MOST));
                }
                if with.get("ids").is_some() || with.get("include").is_some() || tool.name == "preview_write" {
                    asked[0].1 = AT_MOST;
                }
                for (with, most) in asked {
                    let most = if with.get("limit").is_some() { AT_MOST } else { most };
                    let answer = lab.invoke(&ada, tool.name, with.clone()).await.unwrap();
                    let length = answer.json.len();
                    assert!(length <= most, "R1: {} {with} answers {length} bytes on {}", tool.name, lab.test.name);
                    all = all.max(length);
                }
            }
            longest.push((tool.name, all));
        }
        println!("{}: {longest:?}", lab.test.name);
        // The texts were long enough to matter.
        assert!(longest.iter().filter(|(_, length)| *length > 12_000).count() >= 6, "{longest:?}");
    }
}
