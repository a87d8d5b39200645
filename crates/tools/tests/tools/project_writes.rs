//! `create_project` and `update_project`.

use serde_json::{Value, json};

use crate::lab::codes;
use crate::task_writes::{task, writers};

fn verona() -> Value {
    json!({ "name": "Verona show", "client": "Arena Verona", "lead": "me", "start": "2026-12-01", "due": "2026-12-20",
        "description": "Two nights", "health": "on_track", "tags": ["opera"], "phases": [
        { "name": "Load-in", "start": "2026-12-01", "end": "2026-12-04",
          "milestones": [{ "name": "Rig flies", "date": "2026-12-03" }],
          "tasks": [{ "title": "Hang the truss", "due": "2026-12-02", "assignees": ["Ben Weiss"] },
                    { "title": "Lay the cable", "estimate_minutes": 90 }] },
        { "name": "Show" } ] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_made_with_its_phases_milestones_and_tasks() {
    for (lab, ada, _) in writers().await {
        let mut asked = verona();
        asked["team"] = json!("Sound");
        let reply = lab.call(&ada, "create_project", asked).await;
        let result = &reply["results"][0];
        assert_eq!((&result["key"], &result["title"]), (&json!("P-4"), &json!("Verona show")));
        assert_eq!(result["phases"][0]["tasks"], json!(["T-8", "T-9"]));
        assert_eq!(result["phases"][0]["milestones"][0]["name"], "Rig flies");
        assert_eq!((&result["phases"][1]["name"], reply.get("warnings")), (&json!("Show"), None));
        let made =
            lab.call(&ada, "fetch", json!({ "id": "P-4", "include": ["structure"] })).await["records"][0].clone();
        assert_eq!((&made["status"], &made["health"]), (&json!("planned"), &json!("on_track")));
        assert_eq!((&made["start"], &made["due"]), (&json!("2026-12-01"), &json!("2026-12-20")));
        assert_eq!((&made["client"]["key"], &made["team"]["name"]), (&json!("C-1"), &json!("Sound")));
        assert_eq!((made["phases"].as_array().unwrap().len(), made["milestones"].as_array().unwrap().len()), (2, 1));
        let first = task(&lab, &ada, "T-8").await;
        assert_eq!((&first["phase"]["name"], &first["due"]), (&json!("Load-in"), &json!("2026-12-02")));
        assert_eq!(first["assignees"][0]["name"], "Ben Weiss");
        // The team of the project knows its client from now on.
        let listed = lab.call(&ada, "list_directory", json!({ "query": "arena" })).await;
        assert_eq!(listed["data"][0]["teams"].as_array().unwrap().len(), 2);
        let changes = lab.call(&ada, "list_changes", json!({ "since": "today" })).await.to_string();
        for made in ["Verona show", "Load-in", "Rig flies", "Lay the cable"] {
            assert!(changes.contains(made), "{made} in {changes}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_team_s_projects_are_its_own_and_without_a_team_there_is_a_warning() {
    for (lab, ada, stage) in writers().await {
        let reply = lab.call(&ada, "create_project", json!({ "name": "Nobody's" })).await;
        assert_eq!(
            (&reply["warnings"][0]["code"], &reply["warnings"][0]["records"]),
            (&json!("no_team"), &json!(["P-4"]))
        );
        let reply = lab.call(&stage, "create_project", verona()).await;
        assert_eq!((&reply["results"][0]["key"], reply.get("warnings")), (&json!("P-5"), None));
        let listed = lab.call(&stage, "list_projects", json!({ "detail": "full", "query": "verona" })).await;
        assert_eq!((&listed["data"][0]["team"]["name"], &listed["data"][0]["key"]), (&json!("Stage"), &json!("P-5")));
        let mut asked = verona();
        asked["client"] = json!("C-2");
        asked["lead"] = json!("Cleo Novak");
        asked["team"] = json!("Sound");
        let refused = lab.refused(&stage, "create_project", asked.clone()).await;
        assert_eq!(codes(&refused)["team"], "unknown_argument");
        asked.as_object_mut().unwrap().remove("team");
        let told = codes(&lab.refused(&stage, "create_project", asked).await);
        assert_eq!(json!(told), json!({ "client": "not_found", "lead": "not_found" }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e3_everything_wrong_with_a_plan_is_told_and_nothing_is_left_behind() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "name": "X", "start": "2026-12-02", "due": "2026-12-01", "phases": [
            { "name": "One", "start": "soon", "milestones": [{ "name": "M", "date": "2026-13-01" }] },
            { "name": "Two", "start": "2026-12-05", "end": "2026-12-04", "tasks": [
                { "title": "T", "assignees": ["Ada Haven"], "due": "never" }] } ] });
        let told = codes(&lab.refused(&ada, "create_project", asked).await);
        let expected = json!({
            "start": "invalid_date", "phases[0].start": "invalid_date", "phases[0].milestones[0].date": "invalid_date",
            "phases[1].start": "invalid_date", "phases[1].tasks[0].assignees[0]": "not_found",
            "phases[1].tasks[0].due": "invalid_date" });
        assert_eq!(json!(told), expected, "{}", lab.test.name);
        assert_eq!(lab.call(&ada, "list_projects", json!({ "count_only": true })).await["page"]["total"], 3);
        let dry = lab.call(&ada, "create_project", json!({ "name": "X", "dry_run": true })).await;
        assert_eq!((&dry["dry_run"], &dry["results"][0]["key"]), (&json!(true), &json!("P-4")));
        assert_eq!(lab.call(&ada, "create_project", json!({ "name": "Y" })).await["results"][0]["key"], "P-4");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_changes_where_told_and_its_structure_step_by_step() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "id": "Aurora", "version": 1, "name": "Aurora Nova", "client": "C-1", "due": "2026-12-24",
            "tags": ["opera"], "clear": ["health", "lead"], "phases": [
            { "op": "add", "kind": "phase", "name": "Load-out", "date": "2026-12-23", "end": "2026-12-24" },
            { "op": "rename", "kind": "phase", "ref": "show", "name": "Shows" },
            { "op": "move", "kind": "phase", "ref": "Load-out", "after": "Load-in" },
            { "op": "add", "kind": "milestone", "name": "Truck away", "date": "2026-12-24", "after": "Load-out" },
            { "op": "move", "kind": "milestone", "ref": "doors open", "date": "2026-11-29" },
            { "op": "done", "kind": "milestone", "ref": "Doors open" } ] });
        let reply = lab.call(&ada, "update_project", asked).await;
        let result = &reply["results"][0];
        assert_eq!((&result["version"], &result["changed"]["name"]["from"]), (&json!(2), &json!("Aurora")));
        assert_eq!(result["changed"]["client"]["from"]["name"], "Festival di Città");
        assert_eq!(result["changed"]["health"], json!({ "from": "at_risk" }));
        let names: Vec<&str> =
            result["phases"].as_array().unwrap().iter().map(|phase| phase["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Load-in", "Load-out", "Shows"]);
        let made =
            lab.call(&ada, "fetch", json!({ "id": "P-1", "include": ["structure"] })).await["records"][0].clone();
        assert_eq!(
            (&made["title"], made.get("lead"), &made["due"]),
            (&json!("Aurora Nova"), None, &json!("2026-12-24"))
        );
        let names: Vec<&str> =
            made["phases"].as_array().unwrap().iter().map(|phase| phase["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Load-in", "Load-out", "Shows"]);
        assert_eq!(
            (&made["milestones"][0]["due"], &made["milestones"][0]["done"]),
            (&json!("2026-11-29"), &json!(true))
        );
        assert_eq!(made["milestones"][1]["name"], "Truck away");
        let stale = json!({ "id": "P-1", "version": 1, "name": "Other" });
        assert_eq!(lab.refused(&ada, "update_project", stale).await["code"], "version_conflict");
        let same = json!({ "id": "P-1", "name": "Aurora Nova" });
        assert_eq!(lab.call(&ada, "update_project", same).await["results"][0]["status"], "unchanged");
        let wrong = json!({ "id": "P-1", "phases": [
            { "op": "add", "kind": "milestone" }, { "op": "rename", "kind": "phase", "ref": "No such", "name": "X" },
            { "op": "done", "kind": "phase", "ref": "Shows" }, { "op": "move", "kind": "phase", "ref": "Load-out", "date": "2027-01-01" } ] });
        let told = codes(&lab.refused(&ada, "update_project", wrong).await);
        let expected = json!({
            "phases[0].name": "missing_argument", "phases[0].date": "missing_argument", "phases[1].ref": "not_found",
            "phases[2].op": "invalid_argument", "phases[3].date": "invalid_date" });
        assert_eq!(json!(told), expected, "{}", lab.test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_a_team_changes_its_own_projects_and_is_not_told_what_it_does_not_see() {
    for (lab, ada, stage) in writers().await {
        for hidden in ["P-2", "P-3", "Borealis"] {
            let asked = json!({ "id": hidden, "name": "X" });
            assert_eq!(lab.refused(&stage, "update_project", asked).await["code"], "not_found", "{hidden}");
        }
        let reply = lab.call(&stage, "update_project", json!({ "id": "P-1", "client": "C-1", "lead": "me" })).await;
        let told = reply.to_string();
        for secret in ["Festival", "Cleo", &lab.world.north.festival.to_string(), &lab.world.north.cleo.to_string()] {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
        assert_eq!(
            lab.refused(&stage, "update_project", json!({ "id": "P-1", "clear": ["team"] })).await["field"],
            "clear"
        );
        // Given to another team, the client goes with it.
        lab.call(&ada, "update_project", json!({ "id": "P-1", "team": "Sound" })).await;
        let listed = lab.call(&ada, "list_directory", json!({ "query": "arena" })).await;
        assert_eq!(listed["data"][0]["teams"].as_array().unwrap().len(), 2);
        assert_eq!(lab.refused(&stage, "fetch", json!({ "id": "P-1" })).await["code"], "not_found");
    }
}
