//! How busy people are, against a recount of the shifts that the test made.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use lavori_domain::schedule::{Shift, ShiftStatus, Stretch};
use lavori_policy::Caller;
use lavori_store::{memberships, shifts};
use serde_json::{Value, json};

use crate::lab::{Lab, labs};
use crate::schedule_world::shift;
use crate::world::{day, zone};

const FROM: &str = "2026-10-19";
const TO: &str = "2026-11-17";
/// What Ada, Ben and Cleo work in a week, in minutes.
const WEEKLY: [i64; 3] = [0, 2400, 1201];

/// Shifts of everybody and nobody, in every status, over the end of summer time.
async fn fill(lab: &Lab) -> Vec<Shift> {
    let north = &lab.world.north;
    let people = [Some(north.ben), Some(north.cleo), None, Some(north.ben), Some(north.cleo)];
    let teams = [Some(north.stage), Some(north.sound), Some(north.stage), None];
    let projects = [Some(north.aurora), None, Some(north.borealis)];
    let mut made = Vec::new();
    for n in 0..70_usize {
        let mut shift = shift(
            lab,
            1 + n as i64,
            ("2026-10-16T23:30:00+02:00", "2026-10-17T07:00:00+02:00"),
            people[n % 5],
            teams[n / 5 % 4],
        );
        // Eleven hours later each time: some begin around midnight.
        let later = n as i64 * 11 * 3600;
        (shift.start, shift.end) = (shift.start.plus_seconds(later), shift.end.plus_seconds(later + n as i64 * 60));
        shift.status = ShiftStatus::ALL[n / 3 % 5];
        shift.project = projects[n / 2 % 3];
        (shift.break_minutes, shift.paid_break) = ((n as i32 % 3) * 20, n % 2 == 0);
        if shift.status == ShiftStatus::Completed && n % 3 != 0 {
            shift.actual = Some(Stretch { start: shift.start, end: shift.end.plus_seconds(1259) });
        }
        made.push(shift);
    }
    let mut tx = lab.test.store.begin().await.unwrap();
    for (person, weekly) in [north.ada, north.ben, north.cleo].into_iter().zip(WEEKLY) {
        memberships::set_work(&mut tx, north.id, person, weekly as i32, None).await.unwrap();
    }
    for shift in &made {
        shifts::insert(&mut tx, shift).await.unwrap();
    }
    tx.commit().await.unwrap();
    made
}

#[derive(Default, Debug)]
struct Sum {
    scheduled: i64,
    worked: i64,
    open: i64,
    weekly_days: i64,
    counted: i64,
    excluded: i64,
}

fn stretch(by: &str, on: NaiveDate) -> String {
    match by {
        "month" => on.format("%Y-%m").to_string(),
        _ => (on - TimeDelta::days(i64::from(on.weekday().num_days_from_monday()))).to_string(),
    }
}

/// The groups by `by` of what the caller sees.
fn recount(lab: &Lab, caller: &Caller, made: &[Shift], by: &[&str]) -> BTreeMap<Vec<String>, Sum> {
    let north = &lab.world.north;
    let narrowed = caller.tenant.team.is_some();
    let mut sums: BTreeMap<Vec<String>, Sum> = BTreeMap::new();
    for shift in made {
        let on = zone().date(shift.start);
        if on < day(FROM) || on > day(TO) || (narrowed && shift.team != Some(north.stage)) {
            continue;
        }
        let label = |by: &&str| match *by {
            "person" => match shift.person {
                None => "none".to_owned(),
                Some(person) if person == north.ben => "Ben Weiss".to_owned(),
                Some(_) => if narrowed { "hidden" } else { "Cleo Novak" }.to_owned(),
            },
            "team" => match shift.team {
                None => "none".to_owned(),
                Some(team) => if team == north.stage { "Stage" } else { "Sound" }.to_owned(),
            },
            time => stretch(time, on),
        };
        let sum = sums.entry(by.iter().map(label).collect()).or_default();
        let rest = |when: Stretch| (when.end.seconds_since(when.start) / 60 - i64::from(shift.break_minutes)).max(0);
        let planned = rest(shift.stretch());
        match (shift.status, shift.person) {
            (ShiftStatus::Pending | ShiftStatus::Published, None) => sum.open += planned,
            (ShiftStatus::Pending | ShiftStatus::Published, Some(_)) => sum.scheduled += planned,
            (ShiftStatus::Completed, Some(_)) => {
                sum.scheduled += planned;
                sum.worked += shift.actual.map_or(0, rest);
            }
            _ => {
                sum.excluded += 1;
                continue;
            }
        }
        sum.counted += 1;
    }
    for on in day(FROM).iter_days().take_while(|on| *on <= day(TO)) {
        let members = [("Ada Rossi", "none"), ("Ben Weiss", "Stage"), ("Cleo Novak", "Sound")];
        for ((name, team), weekly) in members.into_iter().zip(WEEKLY) {
            if narrowed && team != "Stage" {
                continue;
            }
            let label = |by: &&str| match *by {
                "person" => name.to_owned(),
                "team" => team.to_owned(),
                time => stretch(time, on),
            };
            sums.entry(by.iter().map(label).collect()).or_default().weekly_days += weekly;
        }
    }
    sums
}

fn check(sum: &Sum, block: &Value, what: &str) {
    let figures = &block["figures"];
    let minutes = ["scheduled_minutes", "worked_minutes", "open_shift_minutes"].map(|name| figures[name].as_i64());
    assert_eq!(minutes, [sum.scheduled, sum.worked, sum.open].map(Some), "{what}");
    let capacity = (sum.weekly_days as f64 / 7.0).round() as i64;
    assert_eq!(figures["capacity_minutes"], capacity, "{what}");
    let percent = figures.get("utilisation_percent").map(|it| it.as_str().unwrap().parse::<f64>().unwrap());
    assert_eq!(percent.is_some(), sum.weekly_days > 0, "{what}");
    if let Some(percent) = percent {
        let exact = sum.scheduled as f64 * 700.0 / sum.weekly_days as f64;
        assert!((percent - exact).abs() <= 0.0501, "{what}: {percent}, not {exact}");
    }
    assert_eq!((&block["counted"], &block["excluded"]), (&json!(sum.counted), &json!(sum.excluded)), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_utilisation_is_what_a_recount_finds_over_the_change_of_clocks() {
    for lab in labs().await {
        let made = fill(&lab).await;
        for caller in [&lab.ada, &lab.stage] {
            let mut asked = json!({ "report": "utilisation", "from": FROM, "to": TO, "limit": 100 });
            let reply = lab.call(caller, "query_analytics", asked.clone()).await;
            let whole = recount(&lab, caller, &made, &[]);
            let sum = &whole[&Vec::new()];
            assert!(sum.scheduled > 0 && sum.worked > 0 && sum.open > 0 && sum.excluded > 0, "{sum:?}");
            check(sum, &reply["totals"][0], lab.test.name);
            for by in [&["person"][..], &["team"], &["week"], &["month"], &["person", "month"], &["week", "team"]] {
                asked["group_by"] = json!(by);
                let reply = lab.call(caller, "query_analytics", asked.clone()).await;
                let mut sums = recount(&lab, caller, &made, by);
                sums.retain(|_, sum| sum.counted > 0 || sum.weekly_days > 0);
                let rows = reply["data"].as_array().unwrap();
                assert_eq!(rows.len(), sums.len(), "{by:?} on {}: {sums:?} {reply}", lab.test.name);
                for row in rows {
                    let label = |by: &&str| {
                        let label = &row["group"][*by];
                        label["name"].as_str().or(label.as_str()).unwrap().to_owned()
                    };
                    let key: Vec<String> = by.iter().map(label).collect();
                    check(&sums[&key], row, &format!("{key:?} on {}", lab.test.name));
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shifts_are_chosen_by_project_and_client_and_capacity_is_not() {
    for lab in labs().await {
        let made = fill(&lab).await;
        let north = &lab.world.north;
        for (argument, value, is_in) in [
            ("project", "P-1", [Some(north.aurora)].as_slice()),
            // Both projects with a client have the same one.
            ("client", "C-2", &[Some(north.aurora), Some(north.borealis)]),
        ] {
            let own: Vec<Shift> = made.iter().filter(|shift| is_in.contains(&shift.project)).cloned().collect();
            let sums = recount(&lab, &lab.ada, &own, &[]);
            let asked = json!({ "report": "utilisation", "from": FROM, "to": TO, argument: value });
            let reply = lab.call(&lab.ada, "query_analytics", asked).await;
            check(&sums[&Vec::new()], &reply["totals"][0], argument);
        }
        let idle = lab.call(&lab.harbor, "query_analytics", json!({ "report": "utilisation" })).await;
        let figures = &idle["totals"][0]["figures"];
        assert_eq!((&figures["scheduled_minutes"], &figures["utilisation_percent"]), (&json!(0), &json!("0.0")));
        let long = json!({ "report": "utilisation", "from": "2020-01-01", "group_by": ["week"] });
        let long = lab.refused(&lab.ada, "query_analytics", long).await;
        assert_eq!((&long["code"], &long["field"]), (&json!("limit_exceeded"), &json!("from")));
    }
}
