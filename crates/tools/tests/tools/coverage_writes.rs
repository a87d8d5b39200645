//! Every argument of every tool that writes changes some result, nested ones too (TOOLS.md A9).
//!
//! The arguments are found in the schemas. Each is given to a call that works without it, or with another value of it,
//! and what the call does must be something else.

mod cases;

use std::collections::BTreeSet;

use lavori_policy::{Caller, Scopes};
use lavori_tools::Description;
use serde_json::{Value, json};

use self::cases::case;
use crate::arguments::{base, leaves, put};
use crate::lab::{Lab, caller};
use crate::sides::{MINE, Side, contents, fields, sow};
use crate::told::told;

/// The arguments that every write has; they have a test of their own.
const OPTIONS: [&str; 3] = ["request_key", "dry_run", "allow_duplicates"];

/// Who writes.
struct Writer<'a> {
    lab: &'a Lab,
    ada: Caller,
    own: &'a Side,
    calls: usize,
}

impl Writer<'_> {
    async fn answer(&self, tool: &str, arguments: &Value) -> (bool, Value) {
        let answer = self.lab.invoke(&self.ada, tool, arguments.clone()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{tool} {arguments}: {error:?}"));
        (answer.is_error, serde_json::from_str(&answer.json).unwrap())
    }

    /// What a call does: whether it is refused, and its answer without what it echoes. Of a change that is tried the
    /// answer tells each field; what is made is made, and the feed tells its fields or, if not all, the database.
    async fn effect(&mut self, tool: &Description, mut arguments: Value, deep: bool) -> (bool, String) {
        let makes = !tool.hints.destructive;
        if !makes {
            arguments["dry_run"] = json!(true);
        } else {
            self.calls += 1;
            arguments["request_key"] = json!(format!("{} {}", tool.name, self.calls));
            if tool.input_schema["properties"].get("allow_duplicates").is_some() {
                arguments["allow_duplicates"] = json!(true);
            }
        }
        let before: BTreeSet<String> =
            if makes && deep { contents(self.lab).await.into_iter().collect() } else { BTreeSet::new() };
        let feed = json!({ "since": "tomorrow" });
        let since = self.lab.call(&self.ada, "list_changes", feed).await["next_cursor"].clone();
        let (is_error, mut answer) = self.answer(tool.name, &arguments).await;
        answer.as_object_mut().unwrap().remove("applied");
        let mut effect = answer.to_string();
        if makes && !is_error {
            let feed = self.lab.call(&self.ada, "list_changes", json!({ "since": since, "limit": 100 })).await;
            effect = feed["data"].to_string();
        }
        if makes && deep {
            // Not what is of the call and no record: its key, the feed's order, the numbers given so far.
            let not = ["request_keys", "changes", "counters", "audit_events", "search", "task_documents"];
            let rows =
                contents(self.lab).await.into_iter().filter(|row| !not.iter().any(|table| row.starts_with(table)));
            effect = rows.filter(|row| !before.contains(row)).collect::<Vec<_>>().join("\n");
        }
        (is_error, told(self.own, &effect))
    }

    /// Whether the argument at `path` makes a difference; else why not.
    async fn changes_something(&mut self, tool: &Description, path: &str, leaf: &Value) -> Result<(), String> {
        let case = case(tool.name, path, leaf, self.own)?;
        let mut seen = String::new();
        for deep in [false, true] {
            if deep && tool.hints.destructive {
                break;
            }
            let without = self.effect(tool, case.base.clone(), deep).await;
            for value in &case.tries {
                let mut arguments = case.base.clone();
                put(&mut arguments, path, value.clone());
                if arguments == case.base {
                    continue;
                }
                let with = self.effect(tool, arguments.clone(), deep).await;
                if with != without && (!with.0 || case.may_be_refused) {
                    return Ok(());
                }
                seen = format!("{arguments}\n    {}\n    {}", without.1, with.1);
            }
        }
        Err(seen)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a9_every_argument_of_every_write_changes_what_it_does() {
    for lab in fields().await {
        let own = sow(&lab, MINE, 1, true, false).await;
        let north = lab.world.north.id;
        let mut ada = caller(&lab.test.store, &lab.world, north, "northlight", own.caller.person, None).await;
        (ada.scopes, ada.grantable) = (Scopes::Billing, Scopes::Billing);
        let mut writer = Writer { lab: &lab, ada, own: &own, calls: 0 };
        let mut wrong = Vec::new();
        let tools = lab.registry.list(Scopes::Billing, false).tools();
        for tool in tools.iter().filter(|tool| !tool.hints.read_only) {
            for (path, leaf) in leaves(&tool.input_schema) {
                if OPTIONS.contains(&path.as_str()) {
                    continue;
                }
                if let Err(why) = writer.changes_something(tool, &path, &leaf).await {
                    wrong.push(format!("{} {path} changes nothing: {why}", tool.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{} on {}:\n{}", wrong.len(), lab.test.name, wrong.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a9_w1_w5_the_arguments_of_every_write_do_what_they_say_in_each_tool() {
    for lab in fields().await {
        let own = sow(&lab, MINE, 1, true, false).await;
        let writer = Writer { lab: &lab, ada: own.caller.clone(), own: &own, calls: 0 };
        let tools = lab.registry.list(Scopes::Billing, true).tools();
        for tool in tools.iter().filter(|tool| !tool.hints.read_only) {
            let on = (tool.name, lab.test.name);
            let mut asked = base(tool.name, "", &own);
            match tool.name {
                "set_assignments" => put(&mut asked, "changes[].replace[]", json!("me")),
                // The first one was changed by the tool before.
                "change_billing_status" => {
                    let other = own.records.iter().rfind(|record| record.kind == "quote");
                    asked["id"] = json!(other.unwrap().id);
                }
                _ => {}
            }
            let before = contents(&lab).await;
            asked["dry_run"] = json!(true);
            let (refused, tried) = writer.answer(tool.name, &asked).await;
            assert!(!refused && tried["dry_run"] == true, "{on:?}: {tried}");
            assert_eq!(contents(&lab).await, before, "{on:?}");

            asked.as_object_mut().unwrap().remove("dry_run");
            asked["request_key"] = json!(format!("once {}", tool.name));
            let (refused, first) = writer.answer(tool.name, &asked).await;
            assert!(!refused && first["replayed"] == false && first["dry_run"] == false, "{on:?}: {first}");
            let (_, again) = writer.answer(tool.name, &asked).await;
            assert_eq!((&again["replayed"], &again["results"]), (&json!(true), &first["results"]), "{on:?}");
            asked["request_key"] = json!(format!("another {}", tool.name));
            let (_, other) = writer.answer(tool.name, &asked).await;
            assert_ne!(other["replayed"], true, "{on:?}: {other}");

            if tool.input_schema["properties"].get("allow_duplicates").is_some() {
                asked.as_object_mut().unwrap().remove("request_key");
                // Made once more at most, whether it is taken for a repetition or for a duplicate; told to, each time.
                let _once = writer.answer(tool.name, &asked).await;
                let (refused, again) = writer.answer(tool.name, &asked).await;
                assert!(refused || again["replayed"] == true, "{on:?}: {again}");
                asked["allow_duplicates"] = json!(true);
                let (_, one) = writer.answer(tool.name, &asked).await;
                let (_, other) = writer.answer(tool.name, &asked).await;
                assert!(one["results"][0]["id"].is_string() && other["replayed"] == false, "{on:?}: {other}");
                assert_ne!(one["results"][0]["id"], other["results"][0]["id"], "{on:?}");
            }
        }
    }
}

/// The two reads that are about writes: the feed is empty in the world of the other reads.
#[tokio::test(flavor = "multi_thread")]
async fn a9_every_argument_of_the_feed_and_of_the_preview_changes_some_answer() {
    for lab in fields().await {
        let own = sow(&lab, MINE, 1, true, false).await;
        sow(&lab, "Brambex", 2, true, false).await;
        let north = lab.world.north.id;
        let mut ada = caller(&lab.test.store, &lab.world, north, "northlight", own.caller.person, None).await;
        (ada.scopes, ada.grantable) = (Scopes::Billing, Scopes::Billing);
        let contacts = |name: &str| json!({ "contacts": [{ "kind": "company", "name": name }] });
        let preview = || json!({ "tool": "create_contacts", "arguments": contacts("New") });
        let feed = || json!({ "since": "today" });
        let mut covered = BTreeSet::new();
        for (tool, base, argument, value) in [
            ("list_changes", feed(), "since", json!("tomorrow")),
            ("list_changes", feed(), "types", json!(["shift"])),
            ("list_changes", feed(), "actor", json!("Brambex member")),
            ("list_changes", feed(), "project", json!(own.id("project"))),
            ("list_changes", feed(), "team", json!("Brambex team")),
            ("list_changes", feed(), "limit", json!(3)),
            ("preview_write", preview(), "tool", json!("create_project")),
            ("preview_write", preview(), "arguments", contacts("Newer")),
        ] {
            let mut with = base.clone();
            with[argument] = value;
            let [mut one, mut other] =
                [lab.invoke(&ada, tool, base).await.unwrap(), lab.invoke(&ada, tool, with.clone()).await.unwrap()]
                    .map(|answer| serde_json::from_str::<Value>(&answer.json).unwrap());
            for answer in [&mut one, &mut other] {
                let answer = answer.as_object_mut().unwrap();
                answer.retain(|name, _| !["applied", "next_cursor", "call"].contains(&name.as_str()));
            }
            assert!(!one.as_object().unwrap().contains_key("code"), "{tool}: {one}");
            assert_ne!(told(&own, &one.to_string()), told(&own, &other.to_string()), "{tool} {with}");
            covered.insert((tool.to_owned(), argument.to_owned()));
        }
        let tools = lab.registry.list(Scopes::Billing, false).tools().iter();
        let declared: BTreeSet<(String, String)> = tools
            .filter(|tool| ["list_changes", "preview_write"].contains(&tool.name))
            .flat_map(|tool| {
                let properties = tool.input_schema["properties"].as_object().unwrap();
                properties.keys().map(|argument| (tool.name.to_owned(), argument.clone())).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(covered, declared, "every argument needs a row");
    }
}
