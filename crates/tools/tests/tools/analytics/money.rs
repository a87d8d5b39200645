//! The reports on money, against a recount from the documents and payments that the test made.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use lavori_domain::analytics::AgeBucket;
use lavori_domain::billing::{Document, DocumentKind, DocumentStatus};
use lavori_policy::Caller;
use serde_json::{Map, Value, json};

use super::papers::{self, Papers};
use crate::budgets::euro;
use crate::lab::{Lab, labs};
use crate::world::day;

const TODAY: &str = "2026-11-22";
const FROM: &str = "2026-09-01";
const TO: &str = "2026-11-10";

/// Minor units as an answer writes them.
fn amount(minor: i64, currency: &str) -> String {
    if currency == "JPY" { minor.to_string() } else { euro(minor) }
}

fn percent(part: i64, whole: i64) -> Option<String> {
    (whole != 0).then(|| format!("{:.1}", (part as f64 * 1000.0 / whole as f64 + 1e-9).round() / 10.0))
}

/// What the recount knows of one group and currency: sums by name, and days to accept.
#[derive(Default)]
struct Sum {
    sums: BTreeMap<&'static str, i64>,
    days: Vec<i64>,
    earliest: Option<NaiveDate>,
}

impl Sum {
    fn add(&mut self, name: &'static str, value: i64) {
        *self.sums.entry(name).or_default() += value;
    }

    fn of(&self, name: &str) -> i64 {
        self.sums.get(name).copied().unwrap_or_default()
    }
}

type Sums = BTreeMap<(String, String), Sum>;

/// What makes the group of a document, as its row shows it.
fn group(lab: &Lab, caller: &Caller, by: &str, document: &Document, on: Option<NaiveDate>) -> String {
    let north = &lab.world.north;
    let narrowed = caller.tenant.team.is_some();
    let named = |is_first: bool, first: &str, other: &str| {
        if is_first {
            first.to_owned()
        } else if narrowed {
            "hidden".to_owned()
        } else {
            other.to_owned()
        }
    };
    let team = document.team.or(document.project.map(|it| if it == north.aurora { north.stage } else { north.sound }));
    let none = || "none".to_owned();
    match by {
        "month" => on.map_or_else(none, |on| on.format("%Y-%m").to_string()),
        "week" => on
            .map_or_else(none, |on| (on - TimeDelta::days(i64::from(on.weekday().num_days_from_monday()))).to_string()),
        "client" => named(document.client == north.arena, "Arena Verona", "Festival di Città"),
        "project" => document.project.map_or_else(none, |it| named(it == north.aurora, "Aurora", "Borealis")),
        "team" => team.map_or_else(none, |it| named(it == north.stage, "Stage", "Sound")),
        "currency" => document.currency.to_string(),
        "age" => age(document).as_str().to_owned(),
        _ => String::new(),
    }
}

fn age(document: &Document) -> AgeBucket {
    AgeBucket::of(document.due_on, day(TODAY))
}

/// The documents that the caller sees.
fn seen<'a>(lab: &Lab, caller: &Caller, papers: &'a Papers) -> Vec<&'a Document> {
    let north = &lab.world.north;
    let is_stage = |document: &&Document| match document.team {
        Some(team) => team == north.stage,
        None => document.project == Some(north.aurora),
    };
    let all = papers.documents.iter();
    if caller.tenant.team.is_some() { all.filter(is_stage).collect() } else { all.collect() }
}

/// Holds totals or rows to what the recount found; `figures` writes a sum as the report does.
async fn check(lab: &Lab, caller: &Caller, arguments: Value, sums: &Sums, figures: fn(&Sum, &str) -> Value) -> Value {
    let reply = lab.call(caller, "query_analytics", arguments.clone()).await;
    let by = arguments["group_by"][0].as_str().map(str::to_owned);
    let shown = if by.is_some() { &reply["data"] } else { &reply["totals"] };
    let mut found: BTreeMap<(String, String), &Value> = BTreeMap::new();
    for block in shown.as_array().unwrap() {
        let label = by.as_ref().map_or_else(String::new, |by| {
            let label = &block["group"][by];
            label["name"].as_str().or(label.as_str()).unwrap().to_owned()
        });
        let one = found.insert((label, block["currency"].as_str().unwrap().to_owned()), block);
        assert!(one.is_none(), "{arguments}: a group twice: {reply}");
    }
    let shown_sums = sums.iter().filter(|(_, sum)| by.is_none() || sum.of("counted") > 0);
    let expected: BTreeMap<_, _> = shown_sums.collect();
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().copied().collect::<Vec<_>>(),
        "{arguments} on {}",
        lab.test.name
    );
    for (key, sum) in expected {
        let block = found[key];
        let what = format!("{arguments} {key:?} on {}", lab.test.name);
        assert_eq!(block["figures"], figures(sum, &key.1), "{what}");
        assert_eq!((&block["counted"], &block["excluded"]), (&json!(sum.of("counted")), &json!(sum.of("excluded"))));
    }
    assert_eq!(reply["as_of"], "2026-11-22T13:00:00+01:00");
    assert!(reply["definition"].as_str().unwrap().len() > 40);
    reply
}

fn revenue(lab: &Lab, caller: &Caller, papers: &Papers, by: &str) -> Sums {
    let within = |on: NaiveDate| day(FROM) <= on && on <= day(TO);
    let mut sums = Sums::new();
    let seen = seen(lab, caller, papers);
    for document in seen.iter().filter(|document| document.kind != DocumentKind::Quote) {
        if !document.dated_on.is_none_or(within) {
            continue;
        }
        let key = (group(lab, caller, by, document, document.dated_on), document.currency.to_string());
        let sum = sums.entry(key).or_default();
        let net = document.totals.net.minor();
        if document.status != DocumentStatus::Issued {
            sum.add("excluded", 1);
            continue;
        }
        sum.add("counted", 1);
        if document.kind == DocumentKind::Invoice {
            sum.add("invoices", 1);
            sum.add("invoiced", net);
        } else {
            sum.add("notes", 1);
            sum.add("credited", net);
        }
    }
    for payment in papers.payments.iter().filter(|payment| within(payment.paid_on)) {
        let document = papers.paid_by(payment);
        if !seen.iter().any(|it| it.id == document.id) {
            continue;
        }
        let key = (group(lab, caller, by, document, Some(payment.paid_on)), document.currency.to_string());
        let sum = sums.entry(key).or_default();
        if payment.reversed_at.is_some() {
            sum.add("excluded", 1);
        } else {
            sum.add("counted", 1);
            sum.add("payments", 1);
            sum.add("paid", payment.amount.minor());
        }
    }
    sums
}

fn revenue_figures(sum: &Sum, currency: &str) -> Value {
    let money = |name| amount(sum.of(name), currency);
    json!({
        "net": amount(sum.of("invoiced") - sum.of("credited"), currency), "invoiced_net": money("invoiced"),
        "credited_net": money("credited"), "invoices": sum.of("invoices"), "credit_notes": sum.of("notes"),
        "paid": money("paid"), "payments": sum.of("payments"),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_revenue_is_what_a_recount_finds_in_each_currency() {
    for lab in labs().await {
        let papers = papers::fill(&lab).await;
        for caller in [&lab.ada, &lab.stage] {
            let mut asked = json!({ "report": "revenue", "from": FROM, "to": TO, "limit": 100 });
            let sums = revenue(&lab, caller, &papers, "");
            assert!(sums.len() > 1 && sums.values().all(|sum| sum.of("invoices") > 0 && sum.of("payments") > 0));
            assert!(sums.values().any(|sum| sum.of("notes") > 0) && sums.values().any(|sum| sum.of("excluded") > 0));
            check(&lab, caller, asked.clone(), &sums, revenue_figures).await;
            for by in ["month", "week", "client", "project", "team", "currency"] {
                asked["group_by"] = json!([by]);
                let reply =
                    check(&lab, caller, asked.clone(), &revenue(&lab, caller, &papers, by), revenue_figures).await;
                if by == "month" {
                    let months = reply["data"].as_array().unwrap().iter().map(|row| row["group"]["month"].as_str());
                    assert!(months.is_sorted(), "time goes forward");
                }
            }
        }
        let francs = json!({ "report": "revenue", "from": FROM, "to": TO, "currency": "CHF" });
        let mut sums = revenue(&lab, &lab.ada, &papers, "");
        sums.retain(|(_, currency), _| currency == "CHF");
        check(&lab, &lab.ada, francs, &sums, revenue_figures).await;
        // Northlight's papers are nobody's in Harbor.
        let theirs = json!({ "report": "revenue", "from": FROM, "group_by": ["client"] });
        let theirs = lab.call(&lab.harbor, "query_analytics", theirs).await;
        assert_eq!((theirs.get("totals"), &theirs["data"]), (None, &json!([])));
        assert!(theirs["notices"][1].as_str().unwrap().starts_with("There is nothing to count"), "{theirs}");
    }
}

fn owed(lab: &Lab, caller: &Caller, papers: &Papers, by: &str) -> Sums {
    let mut sums = Sums::new();
    let issued = |it: &&&Document| it.kind == DocumentKind::Invoice && it.status == DocumentStatus::Issued;
    for document in seen(lab, caller, papers).iter().filter(issued) {
        let due = document.totals.gross.minor() - document.paid.minor() - document.credited.minor();
        if due == 0 {
            continue;
        }
        let key = (group(lab, caller, by, document, None), document.currency.to_string());
        let sum = sums.entry(key).or_default();
        if due < 0 {
            sum.add("excluded", 1);
            continue;
        }
        sum.add("counted", 1);
        sum.add("due", due);
        sum.add(age(document).as_str(), due);
        sum.earliest = sum.earliest.into_iter().chain(document.due_on).min();
    }
    sums
}

fn owed_figures(sum: &Sum, currency: &str) -> Value {
    let mut figures = owed_by_age(sum, currency);
    for age in AgeBucket::ALL {
        figures[age.as_str()] = json!(amount(sum.of(age.as_str()), currency));
    }
    figures
}

fn owed_by_age(sum: &Sum, currency: &str) -> Value {
    let mut figures = Map::new();
    figures.insert("due".to_owned(), json!(amount(sum.of("due"), currency)));
    if let Some(earliest) = sum.earliest {
        figures.insert("earliest_due".to_owned(), json!(earliest.to_string()));
    }
    Value::Object(figures)
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_what_clients_owe_is_what_a_recount_finds_in_each_bucket() {
    for lab in labs().await {
        let papers = papers::fill(&lab).await;
        for caller in [&lab.ada, &lab.stage] {
            let mut asked = json!({ "report": "receivables_aging", "limit": 100 });
            let sums = owed(&lab, caller, &papers, "");
            for age in AgeBucket::ALL {
                let some = sums.values().any(|sum| sum.of(age.as_str()) > 0);
                assert!(some || caller.tenant.team.is_some(), "nothing is {age}");
            }
            assert!(sums.len() > 1 && sums.values().any(|sum| sum.of("excluded") > 0));
            check(&lab, caller, asked.clone(), &sums, owed_figures).await;
            for by in ["client", "project", "team", "currency"] {
                asked["group_by"] = json!([by]);
                check(&lab, caller, asked.clone(), &owed(&lab, caller, &papers, by), owed_figures).await;
            }
            asked["group_by"] = json!(["age"]);
            check(&lab, caller, asked, &owed(&lab, caller, &papers, "age"), owed_by_age).await;
        }
        let of_client = json!({ "report": "receivables_aging", "client": "C-1", "group_by": ["client"] });
        let mut sums = owed(&lab, &lab.ada, &papers, "client");
        sums.retain(|(client, _), _| client == "Arena Verona");
        check(&lab, &lab.ada, of_client, &sums, owed_figures).await;
        let of_project = json!({ "report": "receivables_aging", "project": "P-2", "group_by": ["project"] });
        let mut sums = owed(&lab, &lab.ada, &papers, "project");
        sums.retain(|(project, _), _| project == "Borealis");
        check(&lab, &lab.ada, of_project, &sums, owed_figures).await;
    }
}

fn quotes(lab: &Lab, caller: &Caller, papers: &Papers, by: &str) -> Sums {
    let within = |on: NaiveDate| day(FROM) <= on && on <= day(TO);
    let mut sums = Sums::new();
    for document in seen(lab, caller, papers).iter().filter(|document| document.kind == DocumentKind::Quote) {
        let (state, on) = match (document.status, document.decided_on, document.valid_until) {
            (DocumentStatus::Accepted, Some(on), _) => ("accepted", Some(on)),
            (DocumentStatus::Declined, Some(on), _) => ("declined", Some(on)),
            (DocumentStatus::Sent, _, Some(last)) if last < day(TODAY) => ("expired", Some(last)),
            (DocumentStatus::Sent, ..) => ("open", None),
            _ => ("excluded", document.dated_on),
        };
        if !on.is_none_or(within) {
            continue;
        }
        let key = (group(lab, caller, by, document, on), document.currency.to_string());
        let sum = sums.entry(key).or_default();
        sum.add(state, 1);
        if state != "excluded" {
            let net = ["accepted_net", "declined_net", "expired_net", "open_net"];
            let place = ["accepted", "declined", "expired", "open"].iter().position(|it| *it == state).unwrap();
            sum.add(net[place], document.totals.net.minor());
            sum.add("counted", 1);
        }
        if state == "accepted" {
            sum.days.push((document.decided_on.unwrap() - document.dated_on.unwrap()).num_days());
        }
    }
    sums
}

fn quote_figures(sum: &Sum, currency: &str) -> Value {
    let mut figures = Map::new();
    for name in ["accepted", "declined", "expired", "open"] {
        figures.insert(name.to_owned(), json!(sum.of(name)));
        let net = format!("{name}_net");
        figures.insert(net.clone(), json!(amount(sum.of(&net), currency)));
    }
    let share = |accepted: &str, declined: &str, expired: &str| {
        percent(sum.of(accepted), sum.of(accepted) + sum.of(declined) + sum.of(expired))
    };
    if let Some(share) = share("accepted", "declined", "expired") {
        figures.insert("accepted_percent".to_owned(), json!(share));
    }
    if let Some(share) = share("accepted_net", "declined_net", "expired_net") {
        figures.insert("accepted_net_percent".to_owned(), json!(share));
    }
    let mut days = sum.days.clone();
    days.sort_unstable();
    if !days.is_empty() {
        figures.insert("median_days_to_accept".to_owned(), json!(days[(days.len() - 1) / 2]));
    }
    Value::Object(figures)
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_quotes_are_accepted_as_a_recount_finds() {
    for lab in labs().await {
        let papers = papers::fill(&lab).await;
        for caller in [&lab.ada, &lab.stage] {
            let mut asked = json!({ "report": "quote_conversion", "from": FROM, "to": TO, "limit": 100 });
            let sums = quotes(&lab, caller, &papers, "");
            for state in ["accepted", "declined", "expired", "open", "excluded"] {
                let some = sums.values().any(|sum| sum.of(state) > 0);
                assert!(some || caller.tenant.team.is_some(), "nothing is {state}");
            }
            check(&lab, caller, asked.clone(), &sums, quote_figures).await;
            for by in ["month", "week", "client", "project", "team", "currency"] {
                asked["group_by"] = json!([by]);
                let sums = quotes(&lab, caller, &papers, by);
                // Nothing that is undecided is in a month, and drafts alone make no group.
                check(&lab, caller, asked.clone(), &sums, quote_figures).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_groups_of_each_currency_come_first() {
    for lab in labs().await {
        papers::fill(&lab).await;
        let asked = json!({ "report": "revenue", "from": FROM, "to": TO, "group_by": ["client"], "limit": 3 });
        let reply = lab.call(&lab.ada, "query_analytics", asked).await;
        let currencies: Vec<&str> =
            reply["data"].as_array().unwrap().iter().map(|row| row["currency"].as_str().unwrap()).collect();
        assert_eq!(currencies, ["CHF", "EUR", "JPY"], "{reply}");
        assert_eq!(reply["page"], json!({ "returned": 3, "total_at_least": 4, "truncated": true }));
        assert_eq!(reply["totals"].as_array().unwrap().len(), 3, "totals are of everything");
    }
}
