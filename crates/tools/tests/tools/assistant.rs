//! P17: deleting, messaging and content-writing are never on the MCP surface; an in-app assistant may have them.

use std::sync::Arc;

use lavori_domain::env::TestEnv;
use lavori_policy::{Scope, Scopes};
use lavori_store::recorder::Recorder;
use lavori_tools::effect::{Deletes, Effect, EffectKind, Messages, Updates, WritesContent};
use lavori_tools::{Applied, Assistant, Call, Config, CursorKey, Error, NotOverMcp, Registered, Tool, Write, any_tool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::lab::{labs, origin};

/// Does what its effect says it does, but for doing it.
struct Doing<E>(std::marker::PhantomData<E>);

#[derive(Deserialize, JsonSchema)]
struct Input {}

#[derive(Serialize, JsonSchema)]
struct Output {
    done: bool,
    applied: Applied,
}

impl<E: Effect> Tool for Doing<E> {
    const NAME: &'static str = match E::KIND {
        EffectKind::Delete => "delete_task",
        EffectKind::Message => "send_message",
        EffectKind::Content => "write_page",
        EffectKind::Read | EffectKind::Create | EffectKind::Update => "update_something",
    };
    const TITLE: &'static str = "Do it";
    const ABOUT: &'static str = "Use to do it.";
    const SCOPE: Scope = Scope::Write;

    type Effect = E;
    type Access = Write;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Write>, _input: Input) -> Result<Output, Error> {
        call.changed("T-1");
        Ok(Output { done: true, applied: call.applied() })
    }
}

#[test]
fn p17_dynamic_registration_refuses_what_mcp_can_never_reach() {
    let refused = |tool| Registered::try_from(tool).err();
    assert_eq!(refused(any_tool::<Doing<Deletes>>()), Some(NotOverMcp("delete_task")));
    assert_eq!(refused(any_tool::<Doing<Messages>>()), Some(NotOverMcp("send_message")));
    assert_eq!(refused(any_tool::<Doing<WritesContent>>()), Some(NotOverMcp("write_page")));
    assert_eq!(refused(any_tool::<Doing<Updates>>()), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_an_assistant_s_surface_has_such_tools_under_the_same_switches_and_log() {
    for lab in labs().await {
        let config = Config {
            public_url: "https://lavori.example".to_owned(),
            cursor_key: CursorKey::new([1; 32]),
            record_calls: true,
        };
        let store = lab.test.store.clone();
        let recorder = Recorder::start(store.clone());
        let tools = vec![any_tool::<Doing<Deletes>>(), any_tool::<Doing<Messages>>()];
        let assistant = Assistant::new(store, recorder, Arc::new(TestEnv::default()), config, tools).unwrap();
        let mut ada = lab.ada.clone();
        (ada.scopes, ada.grantable) = (Scopes::Write, Scopes::Write);
        let shown: Vec<(&str, bool, bool)> = assistant
            .list_for(&ada)
            .tools()
            .iter()
            .map(|tool| (tool.name, tool.hints.destructive, tool.hints.open_world))
            .collect();
        assert_eq!(shown, [("delete_task", true, false), ("send_message", false, true)]);

        assert!(assistant.invoke(&ada, &origin(), "delete_task", Map::new()).await.is_err(), "write is switched off");
        lab.switch(true, false).await;
        let answer = assistant.invoke(&ada, &origin(), "delete_task", Map::new()).await.unwrap();
        let answer: Value = serde_json::from_str(&answer.json).unwrap();
        assert_eq!(answer["done"], true);
        assert_eq!(lab.events(&ada).await[0].details["changed"], json!(["T-1"]), "{}", lab.test.name);
        // The MCP surface beside it knows none of them.
        let over_mcp = lab.registry.list(Scopes::Billing, false).tools();
        assert!(over_mcp.iter().all(|tool| !["delete_task", "send_message"].contains(&tool.name)));
    }
}
