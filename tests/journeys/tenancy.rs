//! One organization, perhaps one team, for the life of a connection (PRODUCT.md P12, P13).

use lavori_testkit::{Consent, apps};
use serde_json::{Value, json};

fn texts(list: &Value, field: &str) -> Vec<String> {
    list["data"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| row[field].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn p12_records_of_another_organization_answer_like_records_that_do_not_exist() {
    for app in apps().await {
        let northlight = app.connect(&app.ada_reads_northlight()).await;
        let harbor = app.connect(&Consent::to_read("ada@demo.example", "harbor")).await;
        let theirs = harbor.ask("list_tasks", json!({"limit": 1})).await;
        let id = theirs["data"][0]["id"].as_str().unwrap().to_owned();
        let project =
            harbor.ask("list_projects", json!({"limit": 1})).await["data"][0]["id"].as_str().unwrap().to_owned();
        let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(harbor.ask("fetch", json!({"ids": [id]})).await["missing"], Value::Null);

        let missing = northlight.call("fetch", json!({"ids": [nobody]})).await.body;
        let foreign = northlight.call("fetch", json!({"ids": [id]})).await.body;
        let strip = |body: &str, id: &str| {
            let mut value: Value = serde_json::from_str(&body.replace(id, "ID")).unwrap();
            value["result"]["structuredContent"]["applied"].take();
            value["result"]["content"].take();
            value.to_string()
        };
        assert_eq!(strip(&foreign, &id), strip(&missing, nobody));

        let by_project = |project: &str| northlight.refusal("list_tasks", json!({"project": project}));
        let (foreign, missing) = (by_project(&project).await, by_project(nobody).await);
        assert_eq!(foreign.replace(&project, "ID"), missing.replace(nobody, "ID"));
        assert!(foreign.contains("not_found"));
        // A cursor is its connection's own.
        let cursor = harbor.ask("list_tasks", json!({"limit": 1})).await["page"]["next_cursor"].clone();
        assert!(
            northlight.refusal("list_tasks", json!({"limit": 1, "cursor": cursor})).await.contains("invalid_cursor")
        );
    }
}

#[tokio::test]
async fn p13_a_connection_narrowed_to_a_team_sees_that_teams_records_only() {
    for app in apps().await {
        let all = app.connect(&app.ada_reads_northlight()).await;
        let sound = app.connect(&app.ada_reads_northlight().in_team("sound")).await;
        let everywhere = texts(&all.ask("list_projects", json!({"limit": 100})).await, "key");
        let narrowed = sound.ask("list_projects", json!({"limit": 100})).await;
        assert_eq!(narrowed["applied"]["team"], "sound");
        let seen = texts(&narrowed, "key");
        assert!(!seen.is_empty() && seen.len() < everywhere.len());
        assert_eq!(seen, texts(&all.ask("list_projects", json!({"limit": 100, "team": "sound"})).await, "key"));

        let hidden = everywhere.iter().find(|key| !seen.contains(key)).unwrap();
        let foreign = sound.refusal("list_tasks", json!({"project": hidden})).await;
        let missing = sound.refusal("list_tasks", json!({"project": "P-99999"})).await;
        assert_eq!(foreign.replace(hidden.as_str(), "KEY"), missing.replace("P-99999", "KEY"));
        for task in sound.ask("list_tasks", json!({"limit": 100})).await["data"].as_array().unwrap() {
            let project = task["project"]["key"].as_str().or(task["project"].as_str()).unwrap();
            assert!(seen.iter().any(|key| key == project), "{project} is not the team's");
        }
        let found = sound.ask("search", json!({"query": hidden})).await;
        assert!(!found.to_string().contains(&format!("\"{hidden}\"")), "{found}");
    }
}

/// The arguments of a tool that may name a record, and for each how `text` is passed.
fn referring(tool: &Value, text: &str) -> Vec<(String, Value)> {
    let properties = tool["inputSchema"]["properties"].as_object().cloned().unwrap_or_default();
    let takes = |schema: &Value, kind: &str| {
        let named = |schema: &Value| match &schema["type"] {
            Value::Array(kinds) => kinds.iter().any(|one| one == kind),
            one => one == kind,
        };
        named(schema) || schema["anyOf"].as_array().into_iter().flatten().any(named)
    };
    let mut found = Vec::new();
    for (name, schema) in &properties {
        if takes(schema, "string") {
            found.push((name.clone(), json!(text)));
        }
        if takes(schema, "array") {
            found.push((name.clone(), json!([text])));
        }
    }
    found
}

/// What a tool answers, without what is different between any two calls.
async fn answered(connected: &lavori_testkit::Connected, tool: &str, arguments: &Value, text: &str) -> (u16, String) {
    let answer = connected.call(tool, arguments.clone()).await;
    let mut body = answer.json();
    body["result"]["structuredContent"]["now"].take();
    body["result"]["structuredContent"]["applied"]["now"].take();
    body["result"]["content"].take();
    (answer.status.as_u16(), body.to_string().replace(text, "REFERENCE"))
}

#[tokio::test]
async fn i5_a_foreign_reference_in_any_argument_of_any_tool_answers_like_one_that_does_not_exist() {
    for app in apps().await {
        let harbor = app.connect(&Consent::to_read("ada@demo.example", "harbor")).await;
        let all = app.connect(&app.ada_reads_northlight()).await;
        let sound = app.connect(&app.ada_reads_northlight().in_team("sound")).await;
        let first = async |connected: &lavori_testkit::Connected, tool: &str| {
            let listed = connected.ask(tool, json!({"limit": 100})).await;
            listed["data"].as_array().unwrap().clone()
        };
        let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
        // Of another organization; and of the same one, but not of the team. Each as id and, where it differs, as key.
        let (tasks, projects) = (first(&harbor, "list_tasks").await, first(&harbor, "list_projects").await);
        let mut foreign = vec![(&all, id(&tasks[0])), (&all, id(&projects[0]))];
        let seen: Vec<String> = first(&sound, "list_projects").await.iter().map(id).collect();
        let hidden = first(&all, "list_projects").await.into_iter().find(|row| !seen.contains(&id(row))).unwrap();
        foreign.push((&sound, id(&hidden)));
        foreign.push((&sound, hidden["key"].as_str().unwrap().to_owned()));

        let mut compared = 0;
        for (connected, reference) in foreign {
            let missing = if reference.contains("-") && reference.len() < 20 {
                "P-99999".to_owned()
            } else {
                "01890a5d-ac96-774b-bcce-b302099a8057".to_owned()
            };
            for tool in connected.request("tools/list", json!({})).await.json()["result"]["tools"].as_array().unwrap() {
                let name = tool["name"].as_str().unwrap();
                let required = tool["inputSchema"]["required"].as_array().cloned().unwrap_or_default();
                for ((argument, foreign), (_, missing_value)) in
                    referring(tool, &reference).into_iter().zip(referring(tool, &missing))
                {
                    let arguments = |value: Value| {
                        let mut arguments = json!({});
                        for other in required.iter().filter_map(Value::as_str) {
                            arguments[other] = if other == "ids" { json!([]) } else { json!("x") };
                        }
                        arguments[&argument] = value;
                        arguments
                    };
                    let one = answered(connected, name, &arguments(foreign), &reference).await;
                    if argument == "query" && reference == hidden["key"] {
                        // Its parts are words, and words may stand in records that the team does see.
                        assert!(!one.1.contains(&id(&hidden)), "{}", one.1);
                        continue;
                    }
                    let other = answered(connected, name, &arguments(missing_value), &missing).await;
                    assert_eq!(one, other, "{name}({argument}) tells that {reference} exists");
                    compared += 1;
                }
            }
        }
        assert!(compared > 40, "only {compared} arguments were compared");
    }
}
