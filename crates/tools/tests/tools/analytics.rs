//! The reports, against a recount from the rows.

mod money;
mod papers;
mod rows;
mod utilisation;

use std::collections::BTreeMap;

use lavori_domain::analytics::AgeBucket;
use lavori_domain::tasks::{Priority, TaskStatus};
use lavori_domain::{Id, Timestamp};
use serde_json::{Value, json};

use crate::budgets;
use crate::lab::{codes, labs};
use crate::world::{day, zone};
pub(crate) use rows::fill;
use rows::{GIVEN_UP, Raw, raw};

/// The figures of the group of which `of` is true.
fn row<'a>(reply: &'a Value, of: &dyn Fn(&Value) -> bool) -> &'a Value {
    let rows = reply["data"].as_array().unwrap();
    rows.iter().find(|row| of(&row["group"])).unwrap_or_else(|| panic!("no such group in {reply}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn overdue_tasks_are_those_that_a_recount_finds() {
    for lab in labs().await {
        fill(&lab).await;
        let (all, now) = (raw(&lab).await, lab.world.now);
        let reply = lab.call(&lab.ada, "query_analytics", json!({ "report": "overdue_tasks" })).await;
        let overdue: Vec<&Raw> = all.iter().filter(|task| task.is_overdue(now)).collect();
        let total = &reply["totals"][0];
        assert_eq!((&total["figures"]["overdue"], &total["counted"]), (&json!(overdue.len()), &json!(overdue.len())));
        let undated = all.iter().filter(|task| task.status.is_open() && task.due.is_none()).count();
        assert_eq!(total["excluded"], undated);
        let pressing = overdue.iter().filter(|task| matches!(task.priority, Priority::High | Priority::Urgent)).count();
        assert_eq!(total["figures"]["high_or_urgent"], pressing);
        let today = zone().date(now);
        for age in &AgeBucket::ALL[1..] {
            let count = overdue.iter().filter(|task| AgeBucket::of(Some(task.due_day()), today) == *age).count();
            assert!(count > 0 && total["figures"][age.as_str()] == count, "{age}: {count} in {total}");
        }
        let by_age = json!({ "report": "overdue_tasks", "group_by": ["age", "project"], "limit": 100 });
        let by_age = lab.call(&lab.ada, "query_analytics", by_age).await;
        for row in by_age["data"].as_array().unwrap() {
            let (key, age) = (row["group"]["project"]["key"].as_str().unwrap(), row["group"]["age"].as_str().unwrap());
            let count = overdue.iter().filter(|task| {
                format!("P-{}", task.project) == key && AgeBucket::of(Some(task.due_day()), today).as_str() == age
            });
            assert_eq!(row["figures"]["overdue"], count.count(), "{row}");
        }
        let sum: i64 =
            by_age["data"].as_array().unwrap().iter().map(|row| row["figures"]["overdue"].as_i64().unwrap()).sum();
        assert_eq!(sum, overdue.len() as i64);

        let by_person = json!({ "report": "overdue_tasks", "group_by": ["person"] });
        let by_person = lab.call(&lab.ada, "query_analytics", by_person).await;
        for (name, person) in [("Ben Weiss", lab.world.north.ben), ("Cleo Novak", lab.world.north.cleo)] {
            let count = overdue.iter().filter(|task| task.people.contains(&person)).count();
            assert_eq!(row(&by_person, &|group| group["person"]["name"] == name)["figures"]["overdue"], count);
        }
        let nobody = overdue.iter().filter(|task| task.people.is_empty()).count();
        assert_eq!(row(&by_person, &|group| group["person"] == "none")["figures"]["overdue"], nobody);
        // The largest group comes first.
        let counts: Vec<i64> =
            by_person["data"].as_array().unwrap().iter().map(|row| row["counted"].as_i64().unwrap()).collect();
        assert!(counts.is_sorted_by(|one, next| one >= next), "{counts:?}");
        assert_eq!(by_person["notices"][1], "A record of several people counts for each of them, in the totals once.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn throughput_is_what_a_recount_finds_in_local_months_and_weeks() {
    for lab in labs().await {
        fill(&lab).await;
        let all = raw(&lab).await;
        let (from, until) = (zone().start_of(day("2026-10-01")), zone().end_of(day("2026-11-22")));
        let within = |at: Timestamp| from <= at && at < until;
        type Group = fn(Timestamp) -> String;
        let month: Group = |at| zone().date(at).format("%Y-%m").to_string();
        let week: Group = |at| {
            let date = zone().date(at);
            let ahead = chrono::Datelike::weekday(&date).num_days_from_monday();
            (date - chrono::TimeDelta::days(i64::from(ahead))).to_string()
        };
        let none: Group = |_| String::new();
        for (by, group) in [("month", month), ("week", week), ("", none)] {
            let mut expected: BTreeMap<String, (i64, i64, i64, Vec<i64>)> = BTreeMap::new();
            for task in &all {
                if within(task.created) {
                    let entry = expected.entry(group(task.created)).or_default();
                    let cancelled = task.status == TaskStatus::Cancelled;
                    entry.0 += i64::from(!cancelled);
                    entry.2 += i64::from(cancelled);
                }
                if let Some(done) = task.completed.filter(|done| within(*done)) {
                    let entry = expected.entry(group(done)).or_default();
                    entry.1 += 1;
                    entry.3.push(done.seconds_since(task.created));
                }
            }
            let mut arguments =
                json!({ "report": "task_throughput", "from": "2026-10-01", "to": "today", "limit": 100 });
            if !by.is_empty() {
                arguments["group_by"] = json!([by]);
            }
            let reply = lab.call(&lab.ada, "query_analytics", arguments).await;
            let rows: Vec<(String, &Value)> = if by.is_empty() {
                vec![(String::new(), &reply["totals"][0])]
            } else {
                let rows = reply["data"].as_array().unwrap().iter();
                rows.map(|row| (row["group"][by].as_str().unwrap().to_owned(), row)).collect()
            };
            assert!(rows.is_sorted_by_key(|(key, _)| key.clone()), "time goes forward");
            assert_eq!(rows.len(), expected.len(), "{by} on {}", lab.test.name);
            for (key, row) in rows {
                let (created, completed, cancelled, mut seconds) = expected.remove(&key).unwrap();
                let figures = &row["figures"];
                assert_eq!((&figures["created"], &figures["completed"]), (&json!(created), &json!(completed)), "{key}");
                assert_eq!(row["excluded"], cancelled, "{key}");
                seconds.sort_unstable();
                let median = (!seconds.is_empty()).then(|| seconds[(seconds.len() - 1) / 2]);
                let shown = figures["median_days_open"].as_str().map(|text| text.parse::<f64>().unwrap());
                assert_eq!(shown.is_some(), median.is_some());
                if let (Some(shown), Some(median)) = (shown, median) {
                    assert!((shown - median as f64 / 86_400.0).abs() <= 0.0501, "{key}: {shown} days, {median} s");
                }
            }
        }
        let counted = all.iter().filter(|task| {
            let created = within(task.created) && task.status != TaskStatus::Cancelled;
            created || task.completed.is_some_and(within)
        });
        let total = json!({ "report": "task_throughput", "from": "2026-10-01", "to": "today" });
        let total = lab.call(&lab.ada, "query_analytics", total).await;
        assert_eq!(total["totals"][0]["counted"], counted.count());
        assert_eq!((&total["from"], &total["to"]), (&json!("2026-10-01"), &json!("2026-11-22")));
        // A stretch of days as `from` alone is that stretch.
        let month = json!({ "report": "task_throughput", "from": "last_month" });
        let month = lab.call(&lab.ada, "query_analytics", month).await;
        assert_eq!((&month["from"], &month["to"]), (&json!("2026-10-01"), &json!("2026-10-31")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_weighs_tasks_and_knows_local_midnight() {
    for lab in labs().await {
        fill(&lab).await;
        let all = raw(&lab).await;
        let reply = lab
            .call(&lab.ada, "query_analytics", json!({ "report": "project_progress", "group_by": ["project"] }))
            .await;
        for number in [1, 2, 3, 61] {
            let key = format!("P-{number}");
            let row = row(&reply, &|group| group["project"]["key"] == key);
            let live: Vec<&Raw> =
                all.iter().filter(|task| task.project == number && task.status != TaskStatus::Cancelled).collect();
            let estimates: Vec<i64> = live.iter().filter_map(|task| task.estimate).collect();
            let average = estimates.iter().sum::<i64>() as f64 / estimates.len() as f64;
            let weight = |task: &&&Raw| task.estimate.map_or(average, |estimate| estimate as f64);
            let done: f64 = live.iter().filter(|task| task.status == TaskStatus::Done).map(|task| weight(&task)).sum();
            let total: f64 = live.iter().map(|task| weight(&task)).sum();
            let shown: f64 = row["figures"]["progress_percent"].as_str().unwrap().parse().unwrap();
            assert!((shown - 100.0 * done / total).abs() <= 0.0501, "{key}: {shown}, not {}", 100.0 * done / total);
            assert_eq!(row["figures"]["tasks"], live.len());
            let cancelled = all.iter().filter(|task| task.project == number && task.status == TaskStatus::Cancelled);
            assert_eq!(row["excluded"], cancelled.count());
        }
        // The cancelled project is no group, and its tasks do not count.
        assert_eq!(reply["data"].as_array().unwrap().len(), 4);
        let left_out = all.iter().filter(|task| task.project == GIVEN_UP || task.status == TaskStatus::Cancelled);
        assert_eq!(reply["totals"][0]["excluded"], left_out.count());
        assert_eq!(reply["totals"][0]["figures"]["projects"], 4);

        let late = &reply["data"][0];
        assert_eq!(late["group"]["project"], json!({ "key": "P-61", "name": "Late" }), "the latest is first");
        let figures = &late["figures"];
        assert_eq!((&figures["projects_late"], &figures["most_days_late"]), (&json!(1), &json!(10)));
        assert_eq!((&figures["milestones_hit"], &figures["milestones_missed"]), (&json!(1), &json!(2)), "{figures}");
        let by_health = json!({ "report": "project_progress", "group_by": ["health", "client"] });
        let by_health = lab.call(&lab.ada, "query_analytics", by_health).await;
        let at_risk = row(&by_health, &|group| group["health"] == "at_risk");
        assert_eq!(at_risk["group"]["client"], json!({ "key": "C-2", "name": "Festival di Città" }));
        assert_eq!(at_risk["figures"]["projects_at_risk"], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn budgets_burn_by_currency_and_drafts_do_not_count() {
    for lab in labs().await {
        let lines = budgets::fill(&lab).await;
        let reply = lab.call(&lab.ada, "query_analytics", json!({ "report": "budget_burn" })).await;
        let [euro, yen] = reply["totals"].as_array().unwrap().as_slice() else { panic!("two currencies: {reply}") };
        assert_eq!((&euro["currency"], &yen["currency"]), (&json!("EUR"), &json!("JPY")));
        // B-2 is a draft.
        let counted = || lines.iter().filter(|(number, _)| [1, 3].contains(number)).map(|(_, line)| line);
        let planned: i64 = counted().map(|line| line.planned.minor()).sum();
        let entered: i64 = counted().map(|line| line.entered.minor()).sum();
        let figures = &euro["figures"];
        assert_eq!(
            (&figures["planned"], &figures["actual"]),
            (&json!(budgets::euro(planned)), &json!(budgets::euro(entered)))
        );
        assert_eq!(figures["remaining"], budgets::euro(planned - entered));
        assert_eq!((&euro["counted"], &euro["excluded"], &figures["over_budget"]), (&json!(2), &json!(1), &json!(1)));
        // Half of the days of B-1 have passed, B-3 has not begun.
        assert_eq!((&figures["expected_burn_percent"], &figures["forecast"]), (&json!("50.0"), &json!("3201.00")));
        assert_eq!((&yen["counted"], &yen["figures"]["planned"]), (&json!(1), &json!("0")));

        let by = json!({ "report": "budget_burn", "group_by": ["category"], "currency": "EUR" });
        let by = lab.call(&lab.ada, "query_analytics", by).await;
        assert_eq!(by["totals"].as_array().unwrap().len(), 1);
        for row in by["data"].as_array().unwrap() {
            let of = counted().filter(|line| line.category.as_str() == row["group"]["category"]);
            let entered: i64 = of.map(|line| line.entered.minor()).sum();
            assert_eq!((&row["figures"]["actual"], &row["currency"]), (&json!(budgets::euro(entered)), &json!("EUR")));
        }
        let names: Vec<&str> =
            by["data"].as_array().unwrap().iter().map(|row| row["group"]["category"].as_str().unwrap()).collect();
        assert_eq!(names, ["materials", "labour", "equipment", "travel"], "the highest burn first");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_narrowed_connection_gets_the_figures_of_its_team_and_is_told_so() {
    for lab in labs().await {
        fill(&lab).await;
        budgets::fill(&lab).await;
        let (all, now) = (raw(&lab).await, lab.world.now);
        let own: Vec<&Raw> = all.iter().filter(|task| [1, 60, 61].contains(&task.project)).collect();
        let ask = async |arguments: Value| {
            let reply = lab.call(&lab.stage, "query_analytics", arguments).await;
            let text = reply.to_string();
            for beyond in ["Borealis", "Office", "Cleo", "Festival", "Sound", "P-2", "P-3", "C-2", "Osaka"] {
                assert!(!text.contains(beyond), "{beyond}: {text}");
            }
            assert_eq!((&reply["applied"]["scope"], &reply["applied"]["team"]), (&json!("team"), &json!("stage")));
            reply
        };
        let overdue = ask(json!({ "report": "overdue_tasks", "group_by": ["person", "client"] })).await;
        let expected = own.iter().filter(|task| task.is_overdue(now)).count();
        assert_eq!(overdue["totals"][0]["counted"], expected, "{}", lab.test.name);
        assert!(overdue["data"].as_array().unwrap().iter().any(|row| row["group"]["person"] == "hidden"));
        assert!(overdue["data"].as_array().unwrap().iter().any(|row| row["group"]["client"] == "hidden"));
        let progress = ask(json!({ "report": "project_progress", "group_by": ["project", "team"] })).await;
        let expected =
            own.iter().filter(|task| task.project != GIVEN_UP && task.status != TaskStatus::Cancelled).count();
        assert_eq!(progress["totals"][0]["counted"], expected);
        let through = ask(json!({ "report": "task_throughput", "from": "-1000d", "group_by": ["project"] })).await;
        let expected = own.iter().filter(|task| task.status != TaskStatus::Cancelled).count();
        assert_eq!(through["totals"][0]["figures"]["created"], expected);
        let burn = ask(json!({ "report": "budget_burn", "group_by": ["project", "client"] })).await;
        assert_eq!(burn["totals"][0]["counted"], 2);
        let hidden = row(&burn, &|group| group["project"] == "hidden");
        assert_eq!((&hidden["group"]["client"], &hidden["figures"]["planned"]), (&json!("none"), &json!("400.00")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e3_e5_a_report_says_what_it_does_not_take_all_at_once() {
    for lab in labs().await {
        fill(&lab).await;
        let refused = lab
            .refused(
                &lab.ada,
                "query_analytics",
                json!({ "report": "overdue_tasks", "from": "today", "currency": "EUR", "group_by": ["age", "week"],
                        "project": "P-99" }),
            )
            .await;
        let told: Vec<String> =
            codes(&refused).into_iter().map(|(field, code)| format!("{field} {}", code.as_str().unwrap())).collect();
        let wrong = "invalid_argument";
        let mut expected = ["currency", "from", "group_by[1]"].map(|field| format!("{field} {wrong}")).to_vec();
        expected.push("project not_found".to_owned());
        assert_eq!(told, expected);
        let twice = json!({ "report": "budget_burn", "group_by": ["team", "team"] });
        let twice = lab.refused(&lab.ada, "query_analytics", twice).await;
        assert_eq!(twice["allowed"], json!(["project", "client", "status", "category"]));
        // What it takes, and which rows there are, is another matter for each report.
        let of_documents = || json!(["month", "week", "client", "project", "team", "currency"]);
        for (report, argument, value, field, allowed) in [
            ("revenue", "group_by", json!(["person"]), "group_by[0]", of_documents()),
            (
                "receivables_aging",
                "group_by",
                json!(["month"]),
                "group_by[0]",
                json!(["client", "age", "project", "team", "currency"]),
            ),
            ("receivables_aging", "from", json!("today"), "from", Value::Null),
            ("quote_conversion", "group_by", json!(["status"]), "group_by[0]", of_documents()),
            ("utilisation", "group_by", json!(["week", "project"]), "group_by[1]", json!(["person", "team", "month"])),
            ("utilisation", "currency", json!("EUR"), "currency", Value::Null),
        ] {
            let arguments = json!({ "report": report, argument: value });
            let refused = lab.refused(&lab.ada, "query_analytics", arguments).await;
            assert_eq!((&refused["code"], &refused["field"]), (&json!(wrong), &json!(field)), "{report}");
            assert_eq!(refused["allowed"], allowed, "{report}");
        }
        let backwards = json!({ "report": "task_throughput", "from": "today", "to": "yesterday" });
        assert_eq!(lab.refused(&lab.ada, "query_analytics", backwards).await["field"], "to");
        let currency = json!({ "report": "budget_burn", "currency": "Euro" });
        assert_eq!(lab.refused(&lab.ada, "query_analytics", currency).await["field"], "currency");

        let missing = Id::<()>::new(&lab.world.env).to_string();
        for (caller, argument, hidden) in [
            (&lab.ada, "project", lab.world.harbor.project.to_string()),
            (&lab.ada, "client", lab.world.harbor.contact.to_string()),
            (&lab.stage, "project", lab.world.north.borealis.to_string()),
            (&lab.stage, "client", lab.world.north.festival.to_string()),
        ] {
            let refused = async |id: &str| {
                let arguments = json!({ "report": "overdue_tasks", argument: id });
                let answer = lab.invoke(caller, "query_analytics", arguments).await.unwrap();
                (answer.is_error, answer.json.replace(id, "it"))
            };
            assert_eq!(refused(&hidden).await, refused(&missing).await, "{argument}");
        }
        // Harbor sees Harbor's.
        let theirs = lab.call(&lab.harbor, "query_analytics", json!({ "report": "project_progress" })).await;
        assert_eq!(theirs["totals"][0]["counted"], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r3_more_groups_than_asked_for_are_told() {
    for lab in labs().await {
        fill(&lab).await;
        let ask = json!({ "report": "overdue_tasks", "group_by": ["project", "age"], "limit": 2 });
        let reply = lab.call(&lab.ada, "query_analytics", ask).await;
        assert_eq!(reply["page"], json!({ "returned": 2, "total_at_least": 3, "truncated": true }));
        assert!(
            reply["notices"].as_array().unwrap().iter().any(|notice| notice.as_str().unwrap().contains("more groups"))
        );
        let nothing = json!({ "report": "overdue_tasks", "group_by": ["person"], "client": "Arena Verona" });
        let nothing = lab.call(&lab.ada, "query_analytics", nothing).await;
        assert_eq!((&nothing["data"], &nothing["totals"][0]["counted"]), (&json!([]), &json!(0)));
    }
}
