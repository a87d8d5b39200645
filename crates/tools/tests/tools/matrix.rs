//! What a narrowed connection is answered is what it would be answered if nothing else were there (TOOLS.md S1, 4.7):
//! rows, counts, cursors, sums, candidates, the feed. Every tool is called in a world full of others and in one without
//! them, and the answers are compared.

pub(crate) mod calls;

use std::collections::BTreeSet;

use lavori_policy::{Caller, Scopes};
use serde_json::{Value, json};

use self::calls::calls;
use crate::arguments::{Takes, base, field, of, put, texts};
use crate::lab::{Lab, caller};
use crate::sides::{MINE, Side, fields, sow};
use crate::told::told;

/// The pages that are read of a list at most.
const PAGES: usize = 12;

/// A lab in which `own` asks.
struct Place {
    lab: Lab,
    own: Side,
    /// What may stand in no answer.
    others: Vec<Side>,
}

impl Place {
    async fn answer(&self, tool: &str, arguments: Value) -> (bool, String) {
        let answer = self.lab.invoke(&self.own.caller, tool, arguments.clone()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{tool} {arguments} on {}: {error:?}", self.lab.test.name));
        (answer.is_error, answer.json)
    }

    /// Every page of an answer.
    async fn pages(&self, tool: &str, mut arguments: Value) -> Vec<String> {
        let mut pages = Vec::new();
        for _ in 0..PAGES {
            let (_, page) = self.answer(tool, arguments.clone()).await;
            let told: Value = serde_json::from_str(&page).unwrap();
            pages.push(page);
            match (&told["page"]["next_cursor"], &told["more"]) {
                (Value::String(cursor), _) => arguments["cursor"] = json!(cursor),
                (_, Value::Bool(true)) if tool == "list_changes" => arguments["since"] = told["next_cursor"].clone(),
                _ => return pages,
            }
        }
        pages
    }

    /// Names, ids and keys of others that stand in an answer.
    fn leaks(&self, answer: &str) -> Vec<String> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let tokens: BTreeSet<&str> = answer.split(|c| !is_part(c)).collect();
        let lower = answer.to_lowercase();
        let words = self.others.iter().map(|side| side.word.to_lowercase()).filter(|word| lower.contains(word));
        let named = self.others.iter().flat_map(|side| &side.records).filter(|record| record.kind != "item");
        let named = named.flat_map(|record| [Some(record.id.clone()), record.key.clone()]).flatten();
        // What the world has besides: of other teams, and of none.
        let world = ["Borealis", "Tune the PA", "Write the offer", "Cleo Novak", "Arena Verona", "Festival di"];
        let world = world.into_iter().filter(|name| answer.contains(name)).map(str::to_owned);
        words.chain(named.filter(|name| tokens.contains(name.as_str()))).chain(world).collect()
    }
}

/// For each database the same side among others, before and after it, and alone.
async fn places() -> Vec<[Place; 2]> {
    let (crowded, alone) = (fields().await, fields().await);
    let mut places = Vec::new();
    for (full, empty) in crowded.into_iter().zip(alone) {
        let before = sow(&full, "Brambex", 1, true, false).await;
        let own = sow(&full, MINE, 2, true, false).await;
        let after = sow(&full, "Dorvath", 3, false, false).await;
        let full = Place { lab: full, own, others: vec![before, after] };
        let own = sow(&empty, MINE, 2, true, false).await;
        places.push([full, Place { lab: empty, own, others: Vec::new() }]);
    }
    places
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_p13_every_tool_answers_a_narrowed_connection_as_if_nothing_else_were_there() {
    for [full, alone] in places().await {
        let on = full.lab.test.name;
        let mut wrong = Vec::new();
        for tool in full.lab.registry.list(Scopes::Billing, true).tools() {
            let asked = calls(tool, &full.own);
            assert!(!asked.is_empty(), "{} needs calls in matrix/calls.rs", tool.name);
            let mut own_is_there = false;
            for (asked, same) in asked.into_iter().zip(calls(tool, &alone.own)) {
                let (here, there) = (full.pages(tool.name, asked.clone()).await, alone.pages(tool.name, same).await);
                for page in &here {
                    let leaks = full.leaks(page);
                    if !leaks.is_empty() {
                        wrong.push(format!("{} {asked} names {leaks:?}: {page}", tool.name));
                    }
                    let own = [MINE, "\"status\":\"created\"", "\"status\":\"updated\""];
                    own_is_there |= own.iter().any(|it| page.contains(it)) && !page.starts_with("{\"code\"");
                }
                let here: Vec<String> = here.iter().map(|page| told(&full.own, page)).collect();
                let there: Vec<String> = there.iter().map(|page| told(&alone.own, page)).collect();
                if here != there {
                    let (here, there) = (here.join("\n    "), there.join("\n    "));
                    wrong.push(format!("{} {asked} depends on others:\n    {here}\n  alone:\n    {there}", tool.name));
                }
            }
            if !own_is_there {
                wrong.push(format!("no answer of {} has anything of the team's", tool.name));
            }
        }
        assert!(wrong.is_empty(), "{} on {on}:\n{}", wrong.len(), wrong.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_p13_every_name_that_others_have_too_means_one_s_own() {
    for [full, alone] in places().await {
        let mut wrong = Vec::new();
        for tool in full.lab.registry.list(Scopes::Billing, true).tools() {
            let declared = texts(&tool.input_schema);
            for (path, takes) in of(tool.name).into_iter().filter(|(path, _)| declared.iter().any(|it| it == path)) {
                if !matches!(takes, Takes::Records(_)) {
                    continue;
                }
                let mut both = Vec::new();
                for place in [&full, &alone] {
                    let mut asked = base(tool.name, path, &place.own);
                    put(&mut asked, path, json!(crate::sides::SAME));
                    if !tool.hints.read_only {
                        asked["dry_run"] = json!(true);
                    }
                    let (is_error, answer) = place.answer(tool.name, asked).await;
                    let leaks = place.leaks(&answer);
                    if !leaks.is_empty() {
                        wrong.push(format!("{} {path} names {leaks:?}: {answer}", tool.name));
                    }
                    both.push((is_error, told(&place.own, &answer)));
                }
                if both[0] != both[1] {
                    wrong.push(format!("{} {path}:\n  {}\n  alone: {}", tool.name, both[0].1, both[1].1));
                }
            }
        }
        assert!(wrong.is_empty(), "{} on {}:\n{}", wrong.len(), full.lab.test.name, wrong.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_p13_no_tool_lets_a_narrowed_connection_choose_a_team() {
    for lab in fields().await {
        let own = sow(&lab, MINE, 1, true, false).await;
        let mut choosing = 0;
        for tool in lab.registry.list(Scopes::Billing, false).tools() {
            for path in texts(&tool.input_schema) {
                let last = path.rsplit('.').next().unwrap_or_default();
                if !["team", "teams[]"].contains(&last) {
                    continue;
                }
                choosing += 1;
                let mut asked = base(tool.name, &path, &own);
                put(&mut asked, &path, json!(own.id("team")));
                let refused = lab.refused(&own.caller, tool.name, asked).await;
                let told = (refused["code"].clone(), refused["field"].clone());
                let argument = field(&path);
                let argument = argument.strip_suffix("[0]").unwrap_or(&argument);
                assert_eq!(told, (json!("unknown_argument"), json!(argument)), "{}", tool.name);
            }
        }
        assert!(choosing > 15, "{choosing}");
    }
}

/// How many rows a list has for a caller.
async fn count(lab: &Lab, caller: &Caller, (tool, with): (&str, Value)) -> i64 {
    lab.call(caller, tool, with).await["page"]["total"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_p13_what_a_narrowed_connection_makes_is_its_team_s() {
    for lab in fields().await {
        let other = sow(&lab, "Brambex", 1, true, false).await;
        let own = sow(&lab, MINE, 2, true, false).await;
        let north = lab.world.north.id;
        let whole = caller(&lab.test.store, &lab.world, north, "northlight", own.caller.person, None).await;
        let list = |tool: &'static str, mut with: Value| {
            with["count_only"] = json!(true);
            (tool, with)
        };
        let schedule = |kind: &str| json!({ "from": "today", "to": "2026-12-31", "kind": [kind] });
        for (tool, change, rows, whole_is_by_team) in [
            ("create_project", json!({}), list("list_projects", json!({})), true),
            ("create_tasks", json!({}), list("list_tasks", json!({})), true),
            ("create_schedule_entries", json!({}), list("list_schedule", schedule("shift")), true),
            (
                "create_schedule_entries",
                json!({ "entries": [{ "kind": "event", "title": "New",
                "start": "2026-12-03", "end": "2026-12-03", "all_day": true }] }),
                list("list_schedule", schedule("event")),
                true,
            ),
            ("create_contacts", json!({}), list("list_directory", json!({ "kind": ["company"] })), false),
            ("create_billing_document", json!({}), list("list_billing_documents", json!({ "kind": "quote" })), true),
            ("create_budget", json!({}), list("list_budgets", json!({})), true),
        ] {
            let mut asked = base(tool, "", &own);
            for (name, value) in change.as_object().unwrap() {
                asked[name] = value.clone();
            }
            let before = (count(&lab, &own.caller, rows.clone()).await, count(&lab, &other.caller, rows.clone()).await);
            lab.call(&own.caller, tool, asked).await;
            let after = (count(&lab, &own.caller, rows.clone()).await, count(&lab, &other.caller, rows.clone()).await);
            assert_eq!(after, (before.0 + 1, before.1), "{tool} on {}", lab.test.name);
            if whole_is_by_team {
                let (tool, mut with) = rows;
                with["team"] = json!(own.id("team"));
                assert_eq!(count(&lab, &whole, (tool, with)).await, after.0, "{tool} on {}", lab.test.name);
            }
        }
    }
}
