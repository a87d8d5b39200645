//! What completed shifts cost budgets, against a sum over the shifts that the test itself made.

use chrono::NaiveDate;
use lavori_domain::schedule::{Shift, ShiftStatus, Stretch};
use lavori_domain::{PersonId, ProjectId, TeamId};
use lavori_policy::{Caller, Scopes};
use lavori_store::{memberships, shifts};
use serde_json::{Value, json};

use crate::budgets::{self, euro};
use crate::lab::{Lab, keys, labs};
use crate::schedule_world::{at, shift};
use crate::world::day;

/// What people cost in an hour, in cents. Ada has no rate.
const BEN: i64 = 3250;
const CLEO: i64 = 3333;

/// Puts shifts and rates there; gives back the shifts of Northlight.
async fn fill(lab: &Lab) -> Vec<Shift> {
    let (north, harbor) = (&lab.world.north, &lab.world.harbor);
    let (ben, cleo, ada) = (Some(north.ben), Some(north.cleo), Some(north.ada));
    let (stage, sound) = (Some(north.stage), Some(north.sound));
    let (aurora, borealis) = (Some(north.aurora), Some(north.borealis));
    let mut made: Vec<Shift> = Vec::new();
    let mut add = |when: (&str, &str), who: Option<PersonId>, team: Option<TeamId>, project: Option<ProjectId>| {
        let mut shift = shift(lab, 1 + made.len() as i64, when, who, team);
        (shift.project, shift.status) = (project, ShiftStatus::Completed);
        made.push(shift);
        made.len() - 1
    };
    let day_shift = ("2026-11-20T08:00:00+01:00", "2026-11-20T18:00:00+01:00");
    add(day_shift, ben, stage, aurora);
    let paid = add(("2026-11-19T09:00:00+01:00", "2026-11-19T18:00:00+01:00"), cleo, sound, aurora);
    let half = add(("2026-11-18T09:00:00+01:00", "2026-11-18T10:00:00+01:00"), cleo, stage, aurora);
    let tiny = add(("2026-11-17T09:00:00+01:00", "2026-11-17T09:20:00+01:00"), ben, stage, aurora);
    // B-1 begins on the 13th: half an hour before its midnight in Rome, and after it, when it is still the 12th in UTC.
    add(("2026-11-12T23:30:00+01:00", "2026-11-13T07:00:00+01:00"), ben, stage, aurora);
    add(("2026-11-12T23:30:00Z", "2026-11-13T07:00:00+01:00"), ben, stage, aurora);
    // In its last night, and on the day after.
    add(("2026-12-02T23:30:00+01:00", "2026-12-03T07:00:00+01:00"), cleo, sound, aurora);
    add(("2026-12-03T00:30:00+01:00", "2026-12-03T07:00:00+01:00"), cleo, sound, aurora);
    // It begins in Honolulu on the 12th, at noon in Rome on the 13th.
    let far = add(("2026-11-13T10:00:00+01:00", "2026-11-13T14:00:00+01:00"), ben, stage, aurora);
    add(day_shift, ada, stage, aurora);
    add(day_shift, None, stage, aurora);
    let told = add(("2026-11-21T08:00:00+01:00", "2026-11-21T18:00:00+01:00"), ben, stage, aurora);
    let missed = add(("2026-11-16T08:00:00+01:00", "2026-11-16T18:00:00+01:00"), ben, stage, aurora);
    add(("2026-12-24T08:00:00+01:00", "2026-12-24T18:00:00+01:00"), ben, stage, borealis);
    add(("2026-12-24T08:00:00+01:00", "2026-12-24T19:00:00+01:00"), cleo, sound, borealis);
    add(("2026-11-11T08:00:00+01:00", "2026-11-11T13:00:00+01:00"), ben, stage, None);
    add(("2026-11-11T14:00:00+01:00", "2026-11-11T18:00:00+01:00"), cleo, sound, None);
    add(("2026-11-10T08:00:00+01:00", "2026-11-10T16:00:00+01:00"), cleo, None, None);
    let really = |from: &str, until: &str| Some(Stretch { start: at(from), end: at(until) });
    (made[paid].paid_break, made[paid].actual) =
        (true, really("2026-11-19T09:10:00+01:00", "2026-11-19T10:45:00+01:00"));
    // Forty minutes without the break: ten, at 33.33 an hour 5.555.
    made[half].actual = really("2026-11-18T09:00:00+01:00", "2026-11-18T09:40:00+01:00");
    made[tiny].break_minutes = 30;
    made[far].zone = "Pacific/Honolulu".parse().unwrap();
    (made[told].status, made[missed].status) = (ShiftStatus::Published, ShiftStatus::NoShow);

    let mut theirs = shift(lab, 1, day_shift, Some(harbor.ada), None);
    (theirs.organization, theirs.project, theirs.status) = (harbor.id, Some(harbor.project), ShiftStatus::Completed);
    let mut tx = lab.test.store.begin().await.unwrap();
    memberships::set_work(&mut tx, north.id, north.ben, 2400, Some(BEN)).await.unwrap();
    memberships::set_work(&mut tx, north.id, north.cleo, 2400, Some(CLEO)).await.unwrap();
    memberships::set_work(&mut tx, harbor.id, harbor.ada, 2400, Some(100_000)).await.unwrap();
    for shift in made.iter().chain([&theirs]) {
        shifts::insert(&mut tx, shift).await.unwrap();
    }
    tx.commit().await.unwrap();
    made
}

/// What a budget is for.
struct Of {
    project: Option<ProjectId>,
    team: Option<TeamId>,
    days: Option<(NaiveDate, NaiveDate)>,
    /// Whether its currency is that of the rates.
    priced: bool,
}

/// The cents that `made` cost the budget, and how many of them have no cost; `seen_by` a team, or by everybody.
fn cost(lab: &Lab, made: &[Shift], of: &Of, seen_by: Option<TeamId>) -> (i64, i64) {
    let (mut cents, mut without) = (0, 0);
    for shift in made.iter().filter(|shift| shift.status == ShiftStatus::Completed) {
        let is_of = match of.project {
            Some(_) => shift.project == of.project,
            None => shift.project.is_none() && shift.team == of.team,
        };
        let begins = shift.zone.date(shift.start);
        let is_within = of.days.is_none_or(|(first, last)| first <= begins && begins <= last);
        if !is_of || !is_within || (seen_by.is_some() && shift.team != seen_by) {
            continue;
        }
        let rate = match shift.person {
            Some(person) if person == lab.world.north.ben => BEN,
            Some(person) if person == lab.world.north.cleo => CLEO,
            _ => 0,
        };
        if rate == 0 || !of.priced {
            without += 1;
            continue;
        }
        let worked = shift.actual.unwrap_or(shift.stretch()).minutes();
        let minutes = worked - if shift.paid_break { 0 } else { i64::from(shift.break_minutes) };
        // Halves of a cent up: twice the sixtieths, and one more half.
        cents += (minutes.max(0) * rate * 2 + 60).div_euclid(120);
    }
    (cents, without)
}

fn actual(entered: i64, (labour, without): (i64, i64)) -> Value {
    let mut actual = json!({ "total": euro(entered + labour), "entered": euro(entered), "labour": euro(labour) });
    if without > 0 {
        actual["shifts_without_cost"] = json!(without);
    }
    actual
}

fn biller(caller: &Caller) -> Caller {
    Caller { scopes: Scopes::Billing, grantable: Scopes::Billing, ..caller.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn labour_is_what_the_completed_shifts_of_a_budget_cost() {
    for lab in labs().await {
        budgets::fill(&lab).await;
        let made = fill(&lab).await;
        let north = &lab.world.north;
        let (aurora, borealis) = (Some(north.aurora), Some(north.borealis));
        let days = |first, last| Some((day(first), day(last)));
        let all = [
            Of { project: aurora, team: None, days: days("2026-11-13", "2026-12-02"), priced: true },
            Of { project: borealis, team: None, days: None, priced: true },
            Of { project: borealis, team: None, days: days("2026-12-01", "2026-12-31"), priced: true },
            // In yen, of nobody.
            Of { project: None, team: None, days: None, priced: false },
        ];
        let entered = [160_050, 75_000, 0, 0];
        let costs = all.each_ref().map(|of| cost(&lab, &made, of, None));
        assert!(costs[0].0 > 0 && costs[0].1 == 2 && costs[1].0 > 0 && costs[3] == (0, 1), "{costs:?}");
        assert_eq!(costs[1], costs[2], "every budget of a project has all its shifts");

        let reply = lab.call(&lab.ada, "list_budgets", json!({})).await;
        assert_eq!(keys(&reply), ["B-4", "B-3", "B-2", "B-1"]);
        for (row, place) in reply["data"].as_array().unwrap().iter().zip([3, 2, 1, 0]) {
            if place == 3 {
                let yen = json!({ "total": "0", "entered": "0", "labour": "0", "shifts_without_cost": 1 });
                assert_eq!(row["actual"], yen, "{}", lab.test.name);
            } else {
                assert_eq!(row["actual"], actual(entered[place], costs[place]), "{row} on {}", lab.test.name);
            }
        }
        // 1600.00 planned, 1600.50 entered; of B-3 400.00 and nothing, but its people.
        assert_eq!(reply["data"][3]["remaining"], euro(160_000 - 160_050 - costs[0].0));
        assert!(costs[2].0 > 40_000, "{costs:?}");
        assert_eq!(keys(&lab.call(&lab.ada, "list_budgets", json!({ "over_budget": true })).await), ["B-3", "B-1"]);
        assert_eq!(keys(&lab.call(&lab.ada, "list_budgets", json!({ "over_budget": false })).await), ["B-4", "B-2"]);

        let burn = lab.call(&lab.ada, "query_analytics", json!({ "report": "budget_burn" })).await;
        let [euros, yen] = burn["totals"].as_array().unwrap().as_slice() else { panic!("{burn}") };
        let figures = &euros["figures"];
        assert_eq!(figures["actual_labour"], euro(costs[0].0 + costs[2].0), "B-2 is a draft");
        assert_eq!(figures["actual"], euro(160_050 + costs[0].0 + costs[2].0));
        assert_eq!((&figures["shifts_without_cost"], &figures["over_budget"]), (&json!(2), &json!(2)));
        let nothing = (&json!("0"), &json!(1));
        assert_eq!((&yen["figures"]["actual_labour"], &yen["figures"]["shifts_without_cost"]), nothing);
        let by = json!({ "report": "budget_burn", "group_by": ["category", "project"], "project": "Aurora" });
        let by = lab.call(&lab.ada, "query_analytics", by).await;
        for row in by["data"].as_array().unwrap() {
            let labour = if row["group"]["category"] == "labour" { costs[0].0 } else { 0 };
            assert_eq!((&row["figures"]["actual_labour"], &row["counted"]), (&json!(euro(labour)), &json!(1)), "{row}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_narrowed_connection_sees_what_the_shifts_of_its_team_cost() {
    for lab in labs().await {
        budgets::fill(&lab).await;
        let made = fill(&lab).await;
        let north = &lab.world.north;
        let stage = Some(north.stage);
        let days = |first, last| Some((day(first), day(last)));
        let aurora =
            Of { project: Some(north.aurora), team: None, days: days("2026-11-13", "2026-12-02"), priced: true };
        let loan =
            Of { project: Some(north.borealis), team: stage, days: days("2026-12-01", "2026-12-31"), priced: true };
        let (aurora_all, aurora_own) = (cost(&lab, &made, &aurora, None), cost(&lab, &made, &aurora, stage));
        let loan_own = cost(&lab, &made, &loan, stage);
        assert!(0 < aurora_own.0 && aurora_own.0 < aurora_all.0 && 0 < loan_own.0 && loan_own.0 <= 40_000);
        let reply = lab.call(&lab.stage, "list_budgets", json!({})).await;
        assert_eq!(keys(&reply), ["B-3", "B-1"]);
        assert_eq!(reply["data"][0]["actual"], actual(0, loan_own), "{}", lab.test.name);
        assert_eq!(reply["data"][1]["actual"], actual(160_050, aurora_own), "{}", lab.test.name);
        // The others' shifts make it too much; this team's do not.
        assert_eq!(keys(&lab.call(&lab.stage, "list_budgets", json!({ "over_budget": true })).await), ["B-1"]);
        let burn = lab.call(&lab.stage, "query_analytics", json!({ "report": "budget_burn" })).await;
        assert_eq!(burn["totals"][0]["figures"]["actual_labour"], euro(aurora_own.0 + loan_own.0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_of_a_team_or_of_nobody_has_the_shifts_of_no_project() {
    for lab in labs().await {
        let made = fill(&lab).await;
        lab.switch(true, true).await;
        let (ada, north) = (biller(&lab.ada), &lab.world.north);
        let of = |team, days| Of { project: None, team, days, priced: true };
        let of_stage = cost(&lab, &made, &of(Some(north.stage), None), None);
        let of_nobody = cost(&lab, &made, &of(None, None), None);
        // Five hours less half of one at 32.50, and eight less half of one at 33.33: by hand, to be sure of the sum.
        assert_eq!((of_stage, of_nobody), ((14_625, 0), (24_998, 0)));

        let budget = |name: &str| json!({ "name": name, "lines": [{ "category": "labour", "planned": "100" }] });
        let mut tools = budget("Stage in the depot");
        tools["team"] = json!("Stage");
        let mut tried = tools.clone();
        tried["dry_run"] = json!(true);
        let tried = lab.call(&ada, "create_budget", tried).await;
        let sums = &lab.call(&ada, "create_budget", tools).await["results"][0]["totals"];
        assert_eq!(*sums, tried["results"][0]["totals"]);
        let expected = json!({
            "currency": "EUR", "planned": "100.00", "committed": "0.00", "actual": "146.25", "actual_entered": "0.00",
            "actual_labour": "146.25",
        });
        assert_eq!(*sums, expected, "{}", lab.test.name);
        let office = &lab.call(&ada, "create_budget", budget("Everything else")).await["results"][0]["totals"];
        assert_eq!(office["actual_labour"], "249.98");
        assert_eq!(
            keys(&lab.call(&ada, "list_budgets", json!({ "over_budget": true })).await),
            ["B-2", "B-1"],
            "by their shifts alone"
        );

        // Its days leave the shift out, and then it is of another currency than the rates.
        let moved = json!({ "id": "B-1", "start": "2026-11-12", "lines": [{ "category": "other", "actual": "7" }] });
        let moved = &lab.call(&ada, "update_budget", moved).await["results"][0];
        assert_eq!(moved["totals_before"]["actual_labour"], "146.25");
        assert_eq!((&moved["totals"]["actual_labour"], &moved["totals"]["actual"]), (&json!("0.00"), &json!("7.00")));
        let francs = json!({ "name": "In francs", "team": "Stage", "currency": "CHF" });
        assert_eq!(lab.call(&ada, "create_budget", francs).await["results"][0]["totals"]["actual_labour"], "0.00");
        let francs = lab.call(&ada, "list_budgets", json!({ "query": "francs" })).await;
        assert_eq!(francs["data"][0]["actual"]["shifts_without_cost"], 1);
    }
}
