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
