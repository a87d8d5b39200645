//! What a connection is shown, and what happens to a call beyond it.

use lavori_policy::{Scope, Scopes};
use lavori_tools::{InvokeError, tool};
use serde_json::{Value, json};

use crate::lab::{labs, labs_with};
use crate::writes::{AddContact, BillNothing};

#[tokio::test(flavor = "multi_thread")]
async fn t7_p18_each_tool_is_shown_and_callable_exactly_with_its_scope() {
    for lab in labs_with(vec![tool::<AddContact>, tool::<BillNothing>], true).await {
        lab.switch(true, true).await;
        let all: Vec<&str> = lab.registry.list(Scopes::Billing, false).tools().iter().map(|tool| tool.name).collect();
        assert_eq!(all[all.len() - 2..], ["add_contact", "bill_nothing"]);
        for scopes in Scopes::ALL {
            let mut caller = lab.ada.clone();
            (caller.scopes, caller.grantable) = (scopes, Scopes::Billing);
            let shown: Vec<&str> = lab.registry.list_for(&caller).tools().iter().map(|tool| tool.name).collect();
            for name in &all {
                let scope = lab.registry.scope_of(name).unwrap();
                assert_eq!(shown.contains(name), scopes.contains(scope), "{name} with {scopes}");
                let outcome = lab.invoke(&caller, name, json!({ "no such": "argument" })).await;
                match outcome {
                    Ok(answer) => assert!(scopes.contains(scope) && answer.is_error, "{name} with {scopes}"),
                    Err(InvokeError::InsufficientScope { needed }) => {
                        assert!(!scopes.contains(scope), "{name} with {scopes}");
                        assert_eq!(needed, Scopes::needed_for(scope));
                    }
                    Err(error) => panic!("{name} with {scopes}: {error:?}"),
                }
            }
        }
        assert_eq!(lab.registry.scope_of("add_contact"), Some(Scope::Write));
        assert_eq!(lab.registry.scope_of("nothing"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p18_what_no_consent_could_allow_says_who_can() {
    for lab in labs_with(vec![tool::<AddContact>, tool::<BillNothing>], true).await {
        // The switch is off: asking for consent again cannot help.
        let reply = lab.refused(&lab.ada, "add_contact", json!({ "name": "Nobody" })).await;
        assert_eq!(reply["code"], "insufficient_scope");
        assert_eq!(reply["can_be_allowed_by"], json!(["Ada Rossi"]), "{}", lab.test.name);
        assert!(!reply["message"].as_str().unwrap().contains("Ada"), "E4");
        let events = lab.events(&lab.ada).await;
        assert_eq!((events.len(), events[0].action.as_str()), (1, "call.refused"));
        assert_eq!(events[0].details, json!({ "tool": "add_contact", "reason": "insufficient_scope" }));

        // Write could be approved, billing could not.
        let mut caller = lab.ada.clone();
        caller.grantable = Scopes::Write;
        let outcome = lab.invoke(&caller, "add_contact", json!({ "name": "Nobody" })).await;
        assert!(matches!(outcome, Err(InvokeError::InsufficientScope { needed: Scopes::Write })), "{outcome:?}");
        lab.refused(&caller, "bill_nothing", json!({})).await;
        let found = lab.call(&lab.ada, "search", json!({ "query": "nobody" })).await;
        assert_eq!(found["results"], json!([]), "nothing is half done");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_does_not_exist_is_refused_and_recorded() {
    for lab in labs().await {
        for name in ["delete_project", "", "LIST_TASKS", "list_tasks "] {
            let outcome = lab.invoke(&lab.ada, name, json!({})).await;
            assert!(matches!(outcome, Err(InvokeError::UnknownTool)), "{name}: {outcome:?}");
        }
        let reasons: Vec<Value> =
            lab.events(&lab.ada).await.iter().map(|event| event.details["reason"].clone()).collect();
        assert_eq!(reasons, ["unknown_tool"; 4]);
    }
}
