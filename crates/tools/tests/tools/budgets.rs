//! Budgets: figures against a recount from the rows, teams, other organizations.

use chrono::NaiveDate;
use lavori_domain::budgets::{Budget, BudgetCategory, BudgetLine, BudgetStatus};
use lavori_domain::{Id, KeyKind, Money, OrganizationId, ProjectId, TeamId};
use lavori_store::{budgets, counters};
use serde_json::{Value, json};

use crate::lab::{Lab, keys, labs};
use crate::world::{World, day};

/// A budget to be.
struct Plan {
    number: i64,
    name: &'static str,
    project: Option<ProjectId>,
    team: Option<TeamId>,
    status: BudgetStatus,
    days: Option<(&'static str, &'static str)>,
    /// Category, planned, committed and entered in minor units, planned minutes.
    lines: &'static [(BudgetCategory, i64, i64, i64, Option<i32>)],
    currency: &'static str,
}

/// The budgets of Northlight: `B-1` of Stage by its project, over budget; `B-2` of Sound; `B-3` of Stage itself, for a
/// project of Sound; `B-4` of nobody, in yen and without a line.
fn plans(world: &World) -> Vec<Plan> {
    use BudgetCategory::{Equipment, Labour, Materials, Travel};
    let north = &world.north;
    vec![
        Plan {
            number: 1,
            name: "Aurora production",
            project: Some(north.aurora),
            team: None,
            status: BudgetStatus::Approved,
            days: Some(("2026-11-13", "2026-12-02")),
            lines: &[
                (Labour, 100_000, 0, 90_050, Some(600)),
                (Materials, 50_000, 20_000, 70_000, None),
                (Travel, 10_000, 0, 0, None),
            ],
            currency: "EUR",
        },
        Plan {
            number: 2,
            name: "Borealis sound",
            project: Some(north.borealis),
            team: None,
            status: BudgetStatus::Draft,
            days: None,
            lines: &[(Equipment, 300_000, 120_000, 75_000, None)],
            currency: "EUR",
        },
        Plan {
            number: 3,
            name: "Stage loan to Borealis",
            project: Some(north.borealis),
            team: Some(north.stage),
            status: BudgetStatus::Approved,
            days: Some(("2026-12-01", "2026-12-31")),
            lines: &[(Equipment, 40_000, 0, 0, Some(30))],
            currency: "EUR",
        },
        Plan {
            number: 4,
            name: "Office in Osaka",
            project: None,
            team: None,
            status: BudgetStatus::Closed,
            days: None,
            lines: &[],
            currency: "JPY",
        },
    ]
}

/// Puts the budgets there; gives back every line, by the number of its budget.
pub(crate) async fn fill(lab: &Lab) -> Vec<(i64, BudgetLine)> {
    let mut written = Vec::new();
    for plan in plans(&lab.world) {
        written.extend(insert(lab, lab.world.north.id, &plan).await);
    }
    let harbor = Plan {
        number: 1,
        name: "Harbor budget",
        project: Some(lab.world.harbor.project),
        team: None,
        status: BudgetStatus::Draft,
        days: None,
        lines: &[(BudgetCategory::Other, 77_777, 0, 0, None)],
        currency: "EUR",
    };
    insert(lab, lab.world.harbor.id, &harbor).await;
    written
}

async fn insert(lab: &Lab, organization: OrganizationId, plan: &Plan) -> Vec<(i64, BudgetLine)> {
    let env = &lab.world.env;
    let ends: Option<(NaiveDate, NaiveDate)> = plan.days.map(|(first, last)| (day(first), day(last)));
    let currency = plan.currency.parse().unwrap();
    let budget = Budget {
        organization,
        id: Id::new(env),
        number: plan.number,
        name: plan.name.to_owned(),
        project: plan.project,
        team: plan.team,
        currency,
        starts_on: ends.map(|(first, _)| first),
        ends_on: ends.map(|(_, last)| last),
        status: plan.status,
        revision: 1,
        version: 1,
        created_at: lab.world.now,
        updated_at: lab.world.now,
    };
    let money = |minor| Money::of_minor(minor, currency).unwrap();
    let lines: Vec<BudgetLine> = (1..)
        .zip(plan.lines)
        .map(|(position, (category, planned, committed, entered, planned_minutes))| BudgetLine {
            organization,
            id: Id::new(env),
            budget: budget.id,
            position,
            category: *category,
            planned: money(*planned),
            committed: money(*committed),
            entered: money(*entered),
            planned_minutes: *planned_minutes,
            note: Some(format!("What line {position} is for")),
        })
        .collect();
    let mut tx = lab.test.store.begin().await.unwrap();
    counters::take(&mut tx, organization, KeyKind::Budget, 1).await.unwrap();
    budgets::insert(&mut tx, &budget).await.unwrap();
    budgets::insert_lines(&mut tx, &lines).await.unwrap();
    tx.commit().await.unwrap();
    lines.into_iter().map(|line| (plan.number, line)).collect()
}

/// Minor units as an answer writes them, with two decimals: written here anew, not by the code under test.
pub(crate) fn euro(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_s_figures_are_what_its_lines_come_to() {
    for lab in labs().await {
        let lines = fill(&lab).await;
        let reply = lab.call(&lab.ada, "list_budgets", json!({})).await;
        assert_eq!(keys(&reply), ["B-4", "B-3", "B-2", "B-1"]);
        for row in reply["data"].as_array().unwrap().iter().filter(|row| row["currency"] == "EUR") {
            let number: i64 = row["key"].as_str().unwrap()[2..].parse().unwrap();
            let sum = |amount: fn(&BudgetLine) -> Money| -> i64 {
                lines.iter().filter(|(of, _)| *of == number).map(|(_, line)| amount(line).minor()).sum()
            };
            let (planned, committed, entered) = (sum(|l| l.planned), sum(|l| l.committed), sum(|l| l.entered));
            assert_eq!((&row["planned"], &row["committed"]), (&json!(euro(planned)), &json!(euro(committed))), "{row}");
            let actual = json!({ "total": euro(entered), "entered": euro(entered), "labour": "0.00" });
            assert_eq!(row["actual"], actual, "{row}");
            assert_eq!(row["remaining"], euro(planned - entered));
            assert_eq!(row["available"], euro(planned - entered - committed));
            assert_eq!(row["over_budget"], entered > planned);
        }
        let aurora = &reply["data"][3];
        assert_eq!(aurora["project"], json!({ "key": "P-1", "name": "Aurora" }));
        // 1600.50 of 1600.00; today, the 22nd, is the 10th of 20 days.
        assert_eq!((&aurora["burn_percent"], &aurora["expected_burn_percent"]), (&json!("100.0"), &json!("50.0")));
        assert_eq!((&aurora["remaining"], &aurora["over_budget"]), (&json!("-0.50"), &json!(true)));
        let yen = &reply["data"][0];
        assert_eq!((&yen["planned"], yen.get("burn_percent")), (&json!("0"), None), "nothing was planned");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn detail_full_shows_the_lines_in_their_order() {
    for lab in labs().await {
        let lines = fill(&lab).await;
        let reply = lab.call(&lab.ada, "list_budgets", json!({ "query": "AURORA prod", "detail": "full" })).await;
        let row = &reply["data"][0];
        assert_eq!(row["lines"].as_array().unwrap().len(), 3);
        assert_eq!(
            row["lines"][0],
            json!({
                "id": lines[0].1.id.to_string(), "category": "labour", "planned": "1000.00", "committed": "0.00",
                "actual": "900.50", "planned_minutes": 600, "note": "What line 1 is for",
            })
        );
        assert_eq!((&row["planned_minutes"], &row["revision"]), (&json!(600), &json!(1)));
        assert_eq!((&row["forecast"], &row["team"]["name"]), (&json!("3201.00"), &json!("Stage")));
        assert_eq!((&row["start"], &row["end"]), (&json!("2026-11-13"), &json!("2026-12-02")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn budgets_are_found_by_every_filter() {
    for lab in labs().await {
        fill(&lab).await;
        let found = async |arguments: Value| keys(&lab.call(&lab.ada, "list_budgets", arguments).await);
        assert_eq!(found(json!({ "over_budget": true })).await, ["B-1"]);
        assert_eq!(found(json!({ "over_budget": false })).await, ["B-4", "B-3", "B-2"]);
        assert_eq!(found(json!({ "status": ["draft", "closed"] })).await, ["B-4", "B-2"]);
        assert_eq!(found(json!({ "project": "Borealis" })).await, ["B-3", "B-2"]);
        // Its own team comes before its project's.
        assert_eq!(found(json!({ "team": "Stage" })).await, ["B-3", "B-1"]);
        assert_eq!(found(json!({ "team": "Sound" })).await, ["B-2"]);
        assert_eq!(found(json!({ "query": "borealis" })).await, ["B-3", "B-2"]);
        assert_eq!(found(json!({ "query": "100%" })).await, Vec::<String>::new());
        assert_eq!(lab.refused(&lab.ada, "list_budgets", json!({ "query": "%_!" })).await["field"], "query");
        let counted = lab.call(&lab.ada, "list_budgets", json!({ "count_only": true, "team": "Stage" })).await;
        assert_eq!(counted["page"]["total"], 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_narrowed_connection_sees_the_budgets_of_its_team_and_no_hidden_project() {
    for lab in labs().await {
        fill(&lab).await;
        let reply = lab.call(&lab.stage, "list_budgets", json!({ "detail": "full" })).await;
        assert_eq!(keys(&reply), ["B-3", "B-1"], "{}", lab.test.name);
        assert_eq!((&reply["data"][0]["hidden"], reply["data"][0].get("project")), (&json!({ "project": 1 }), None));
        let text = reply.to_string();
        for beyond in [lab.world.north.borealis.to_string(), "P-2".to_owned(), "Osaka".to_owned(), "Sound".to_owned()] {
            assert!(!text.contains(&beyond), "{beyond}: {text}");
        }
        assert_eq!(reply["applied"]["scope"], "team");
        let counted = lab.call(&lab.stage, "list_budgets", json!({ "count_only": true })).await;
        assert_eq!(counted["page"]["total"], 2);
        // E5: a project of another team or organization is as one that never was.
        let harbor = lab.world.harbor.project.to_string();
        for hidden in [lab.world.north.borealis.to_string(), harbor.clone()] {
            let missing = Id::<()>::new(&lab.world.env).to_string();
            let refused = async |project: &str| {
                let answer = lab.invoke(&lab.stage, "list_budgets", json!({ "project": project })).await.unwrap();
                (answer.is_error, answer.json.replace(project, "it"))
            };
            assert_eq!(refused(&hidden).await, refused(&missing).await);
        }
        assert_eq!(keys(&lab.call(&lab.harbor, "list_budgets", json!({})).await), ["B-1"]);
        assert_eq!(lab.refused(&lab.ada, "list_budgets", json!({ "project": harbor })).await["code"], "not_found");
    }
}
