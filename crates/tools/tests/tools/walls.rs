//! Organizations and teams: what is on the other side of a wall does not exist.

use lavori_domain::{Id, TaskId};
use serde_json::{Value, json};

use crate::lab::{Lab, labs};

/// The bytes of two refusals are the same but for what was asked.
async fn same(lab: &Lab, caller: &lavori_policy::Caller, tool: &str, argument: &str, hidden: &str, missing: &str) {
    let answer = async |asked: &str| {
        let value = if argument == "ids" { json!([asked]) } else { json!(asked) };
        let answer = lab.invoke(caller, tool, json!({ argument: value })).await.unwrap();
        (answer.is_error, answer.json.replace(asked, "ASKED"))
    };
    let (hidden_answer, missing_answer) = (answer(hidden).await, answer(missing).await);
    assert_eq!(hidden_answer, missing_answer, "{tool} {argument} {hidden} on {}", lab.test.name);
    assert!(hidden_answer.0 || hidden_answer.1.contains("\"missing\""), "{tool} {argument}: {}", hidden_answer.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_e5_another_organization_s_records_answer_like_missing_ones() {
    for lab in labs().await {
        let harbor = lab.world.harbor.clone();
        let nothing = TaskId::new(&lab.world.env).to_string();
        let ids = [
            ("list_tasks", "project", harbor.project.to_string()),
            ("list_tasks", "phase", harbor.phase.to_string()),
            ("list_tasks", "milestone", harbor.milestone.to_string()),
            ("list_tasks", "parent", harbor.task.to_string()),
            ("list_tasks", "assignee", harbor.ada.to_string()),
            ("list_tasks", "team", harbor.team.to_string()),
            ("list_projects", "client", harbor.contact.to_string()),
            ("list_projects", "lead", harbor.ada.to_string()),
            ("list_projects", "team", harbor.team.to_string()),
            ("fetch", "id", harbor.id.to_string()),
            ("fetch", "id", harbor.task.to_string()),
            ("fetch", "id", harbor.project.to_string()),
            ("fetch", "ids", harbor.contact.to_string()),
            ("fetch", "ids", harbor.phase.to_string()),
            ("fetch", "ids", harbor.milestone.to_string()),
            ("fetch", "ids", harbor.ada.to_string()),
            ("fetch", "ids", harbor.team.to_string()),
        ];
        for (tool, argument, id) in ids {
            same(&lab, &lab.ada, tool, argument, &id, &nothing).await;
        }
        let names = [
            ("list_tasks", "parent", "Rig the harbor truss"),
            ("list_tasks", "phase", "Harbor load-in"),
            ("list_tasks", "assignee", "Ada Haven"),
            ("list_tasks", "assignee", "ada.haven@example.com"),
            ("list_projects", "client", "Arena Hamburg"),
            ("fetch", "id", "Rig the harbor truss"),
            ("fetch", "ids", "ada.haven@example.com"),
        ];
        for (tool, argument, name) in names {
            same(&lab, &lab.ada, tool, argument, name, "Nothing of that name").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_the_same_keys_and_names_mean_one_s_own_records() {
    for lab in labs().await {
        for (caller, title, organization) in
            [(&lab.ada, "Rig the truss", "northlight"), (&lab.harbor, "Rig the harbor truss", "harbor")]
        {
            let reply = lab.call(caller, "fetch", json!({ "id": "T-1" })).await;
            assert_eq!(reply["title"], title);
            assert_eq!(reply["url"], format!("https://lavori.example/o/{organization}/tasks/T-1"));
            let reply = lab.call(caller, "list_tasks", json!({ "project": "Aurora", "sort": "created" })).await;
            assert_eq!(
                (&reply["data"][0]["title"], &reply["applied"]["organization"]),
                (&json!(title), &json!(organization))
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_a_cursor_of_another_organization_answers_like_a_made_up_one() {
    for lab in labs().await {
        let first = lab.call(&lab.ada, "list_tasks", json!({ "limit": 1 })).await;
        let cursor = first["page"]["next_cursor"].as_str().unwrap();
        let answer =
            async |cursor: &str| lab.invoke(&lab.harbor, "list_tasks", json!({ "cursor": cursor })).await.unwrap();
        let (foreign, made_up) = (answer(cursor).await, answer("bm90aGluZw").await);
        assert!(foreign.is_error);
        assert_eq!(foreign, made_up);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_e5_another_team_s_records_answer_like_missing_ones() {
    for lab in labs().await {
        let north = lab.world.north.clone();
        let nothing = TaskId::new(&lab.world.env).to_string();
        let cases = [
            ("list_tasks", "project", north.borealis.to_string()),
            ("list_tasks", "project", north.office.to_string()),
            ("list_tasks", "phase", north.sound_load_in.to_string()),
            ("list_tasks", "parent", north.tasks[3].to_string()),
            ("list_tasks", "assignee", north.cleo.to_string()),
            ("list_projects", "client", north.festival.to_string()),
            ("list_projects", "lead", north.cleo.to_string()),
            ("fetch", "id", north.tasks[4].to_string()),
            ("fetch", "ids", north.borealis.to_string()),
            ("fetch", "ids", north.festival.to_string()),
            ("fetch", "ids", north.cleo.to_string()),
            ("fetch", "ids", north.sound.to_string()),
            ("fetch", "ids", north.sound_load_in.to_string()),
        ];
        for (tool, argument, id) in cases {
            same(&lab, &lab.stage, tool, argument, &id, &nothing).await;
            lab.call(
                &lab.ada,
                tool,
                if argument == "ids" { json!({ argument: [id] }) } else { json!({ argument: id }) },
            )
            .await;
        }
        for (tool, argument, hidden, missing) in [
            ("list_tasks", "project", "P-2", "P-9"),
            ("list_tasks", "project", "Borealis", "Nothing so"),
            ("list_tasks", "parent", "T-4", "T-9"),
            ("list_projects", "client", "C-2", "C-9"),
            ("fetch", "id", "T-4", "T-9"),
            ("fetch", "id", "Tune the PA", "Nothing so"),
            ("fetch", "ids", "Cleo Novak", "Nothing so"),
        ] {
            same(&lab, &lab.stage, tool, argument, hidden, missing).await;
        }
    }
}

/// Whatever a narrowed connection asks, it reads nothing of what is not its team's (S1).
#[tokio::test(flavor = "multi_thread")]
async fn s1_p13_no_answer_to_a_narrowed_connection_names_anything_beyond_its_team() {
    for lab in labs().await {
        let north = &lab.world.north;
        let mut beyond: Vec<String> =
            ["Borealis", "Office", "Tune the PA", "Write the offer", "Cleo", "Festival", "Sound"]
                .map(str::to_owned)
                .to_vec();
        let ids: [Id<()>; 8] = [
            north.borealis.uuid(),
            north.office.uuid(),
            north.tasks[3].uuid(),
            north.tasks[4].uuid(),
            north.cleo.uuid(),
            north.festival.uuid(),
            north.sound.uuid(),
            north.sound_load_in.uuid(),
        ]
        .map(Id::from);
        beyond.extend(ids.iter().map(Id::to_string));
        beyond.extend(["\"P-2\"", "\"P-3\"", "\"T-4\"", "\"T-5\"", "\"C-2\""].map(str::to_owned));

        let all =
            json!(["T-1", "T-2", "T-3", "T-6", "T-7", "P-1", "C-1", "Ben Weiss", "Stage", "Load-in", "Doors open"]);
        let include = json!(["structure", "assignments", "dependencies"]);
        let mut calls = vec![
            ("get_context", json!({})),
            ("list_projects", json!({ "detail": "full" })),
            ("list_projects", json!({ "count_only": true })),
            ("list_tasks", json!({ "detail": "full" })),
            ("list_tasks", json!({ "count_only": true })),
            ("list_tasks", json!({ "blocked": true, "detail": "full" })),
            ("fetch", json!({ "ids": all, "include": include })),
            ("fetch", json!({ "id": "P-1", "include": include })),
            ("fetch", json!({ "id": "T-1", "include": include })),
        ];
        for query in ["bo", "of", "tu", "wr", "cl", "fe", "so", "a", "l", "s", "i", "verona", "info"] {
            calls.push(("search", json!({ "query": query, "limit": 50 })));
        }
        for (tool, arguments) in calls {
            let reply = lab.call(&lab.stage, tool, arguments.clone()).await;
            let text = reply.to_string();
            for name in &beyond {
                assert!(!text.contains(name.as_str()), "{tool} {arguments} names {name} on {}: {text}", lab.test.name);
            }
            assert_eq!(reply["applied"]["scope"], "team");
        }
        let counted = lab.call(&lab.stage, "list_tasks", json!({ "count_only": true })).await;
        assert_eq!(counted["page"]["total"], 5);
        assert_eq!(lab.call(&lab.stage, "list_projects", json!({})).await["page"]["total"], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_hidden_records_that_a_visible_one_points_at_are_counted() {
    for lab in labs().await {
        let rows = lab.call(&lab.stage, "list_tasks", json!({ "sort": "created", "detail": "full" })).await;
        assert_eq!(rows["data"][0]["hidden"], json!({ "assignees": 1, "blocked_by": 1 }), "{}", lab.test.name);
        assert_eq!(rows["data"][4]["hidden"], json!({ "parent": 1 }));
        let project = lab.call(&lab.stage, "list_projects", json!({})).await;
        assert_eq!(project["data"][0]["hidden"], json!({ "client": 1, "lead": 1 }));
        let fetched = lab
            .call(
                &lab.stage,
                "fetch",
                json!({ "ids": ["T-1", "T-6", "P-1"], "include": ["assignments", "dependencies"] }),
            )
            .await;
        let hidden: Vec<&Value> =
            fetched["records"].as_array().unwrap().iter().map(|record| &record["hidden"]).collect();
        assert_eq!(
            hidden,
            [&json!({ "assignees": 1, "blocked_by": 1 }), &json!({ "blocks": 1 }), &json!({ "client": 1, "lead": 1 })]
        );
        let whole = lab.call(&lab.ada, "list_tasks", json!({ "sort": "created", "detail": "full" })).await;
        assert!(whole["data"].as_array().unwrap().iter().all(|row| row.get("hidden").is_none()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_no_argument_widens_a_narrowed_connection() {
    for lab in labs().await {
        let refused = lab.refused(&lab.stage, "list_tasks", json!({ "team": "sound" })).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("unknown_argument"), &json!("team")));
        for argument in ["organization", "organization_id", "tenant", "team_id", "scope"] {
            let refused = lab.refused(&lab.stage, "list_tasks", json!({ argument: "sound" })).await;
            assert_eq!(refused["code"], "unknown_argument", "{argument}");
        }
    }
}
