//! What a service offers besides tools: prompts and documents.

use lavori_mcp::{PromptArgument, PromptDescription, Resource};
use serde_json::{Value, json};

use crate::library::Library;
use crate::support::{Desked, Reply, both, desk, desk_of, legacy, modern, object, post, with_body};

const CHART: &str = "ui://desk/chart";

fn greet() -> PromptDescription {
    PromptDescription {
        name: "greet".to_owned(),
        title: "Greet somebody".to_owned(),
        description: "Writes a greeting.".to_owned(),
        arguments: vec![PromptArgument {
            name: "who".to_owned(),
            title: "Who".to_owned(),
            description: "Their name".to_owned(),
            required: true,
        }],
    }
}

fn chart() -> Resource {
    Resource {
        uri: CHART.to_owned(),
        name: "chart".to_owned(),
        title: "Chart".to_owned(),
        description: "Draws figures.".to_owned(),
        mime_type: "text/html".to_owned(),
        text: "<p>Täglich</p>".to_owned(),
        meta: Some(object(json!({ "ui": { "prefersBorder": true } }))),
    }
}

fn offering(prompts: Vec<PromptDescription>, resources: Vec<Resource>) -> Desked {
    desk_of(Library { prompts, resources, ..Library::new("library", "The Library") })
}

fn library() -> Desked {
    offering(vec![greet()], vec![chart()])
}

/// The answers of both eras, and that only the modern one says who answers and how long that holds.
async fn answers(desk: &Desked, method: &str, params: Value, is_cacheable: bool) -> Value {
    let [modern, legacy] = both(method, &params);
    let mut newer = desk.send(modern).await.result();
    let newer = newer.as_object_mut().unwrap();
    let stamp = newer.remove("_meta").unwrap();
    let library = json!({ "name": "library", "title": "The Library", "version": "1.2.3" });
    assert_eq!(stamp, json!({ "io.modelcontextprotocol/serverInfo": library }), "{method}");
    assert_eq!(newer.remove("resultType"), Some(json!("complete")), "{method}");
    assert_eq!(newer.remove("ttlMs"), is_cacheable.then(|| json!(300_000)), "{method}");
    assert_eq!(newer.remove("cacheScope"), is_cacheable.then(|| json!("private")), "{method}");
    let older = desk.send(legacy).await.result();
    assert_eq!(older, Value::Object(newer.clone()), "{method}: the eras differ in nothing else");
    older
}

#[tokio::test]
async fn prompts_are_listed_and_filled_in_both_eras() {
    let desk = library();
    let greet = json!({
        "name": "greet",
        "title": "Greet somebody",
        "description": "Writes a greeting.",
        "arguments": [{ "name": "who", "title": "Who", "description": "Their name", "required": true }],
    });
    assert_eq!(answers(&desk, "prompts/list", json!({}), true).await, json!({ "prompts": [greet] }));
    let ada = json!({ "name": "greet", "arguments": { "who": "Ada" } });
    assert_eq!(
        answers(&desk, "prompts/get", ada, false).await,
        json!({
            "description": "A greeting.",
            "messages": [{ "role": "user", "content": { "type": "text", "text": "Greet Ada." } }],
        })
    );
}

#[tokio::test]
async fn prompts_refuse_what_they_do_not_know_and_say_what_is_allowed() {
    let desk = library();
    for (params, told) in [
        (json!({ "name": "no_such" }), "Unknown prompt. prompts/list names those there are."),
        (json!({ "name": "" }), "Unknown prompt. prompts/list names those there are."),
        (json!({ "name": "greet" }), "It takes: who."),
        (json!({ "name": "greet", "arguments": {} }), "It takes: who."),
        (json!({ "name": "greet", "arguments": { "whom": "Ada" } }), "It takes: who."),
    ] {
        for request in both("prompts/get", &params) {
            let reply = desk.send(request).await;
            assert_eq!(reply.error(), (200, -32602), "{params}");
            assert_eq!(reply.json()["error"]["message"], told, "{params}");
        }
    }
    for value in [json!(1), json!(true), json!(null), json!(["Ada"]), json!({ "name": "Ada" })] {
        for request in both("prompts/get", &json!({ "name": "greet", "arguments": { "who": value } })) {
            let reply = desk.send(request).await;
            assert_eq!(reply.error(), (200, -32602), "{value}");
            assert!(reply.json()["error"]["message"].as_str().unwrap().contains("strings"), "{value}");
        }
    }
}

#[tokio::test]
async fn documents_are_listed_and_read_in_both_eras() {
    let desk = library();
    let meta = json!({ "ui": { "prefersBorder": true } });
    assert_eq!(
        answers(&desk, "resources/list", json!({}), true).await,
        json!({ "resources": [{
            "uri": CHART,
            "name": "chart",
            "title": "Chart",
            "description": "Draws figures.",
            "mimeType": "text/html",
            "size": 15,
            "_meta": meta,
        }] })
    );
    assert_eq!(answers(&desk, "resources/templates/list", json!({}), true).await, json!({ "resourceTemplates": [] }));
    assert_eq!(
        answers(&desk, "resources/read", json!({ "uri": CHART }), true).await,
        json!({ "contents": [{ "uri": CHART, "mimeType": "text/html", "text": "<p>Täglich</p>", "_meta": meta }] })
    );
}

#[tokio::test]
async fn a_document_that_is_not_there_has_each_eras_own_code() {
    let desk = library();
    for uri in ["ui://desk/other", "ui://desk/chart/", "UI://desk/chart", "file:///etc/passwd"] {
        let params = json!({ "uri": uri });
        assert_eq!(desk.send(modern("resources/read", params.clone())).await.error(), (200, -32602), "{uri}");
        assert_eq!(desk.send(legacy("resources/read", &params)).await.error(), (200, -32002), "{uri}");
    }
}

#[tokio::test]
async fn params_that_do_not_fit_are_invalid_and_not_an_unknown_method() {
    let desk = library();
    for (method, params) in [
        ("prompts/get", json!({})),
        ("prompts/get", json!({ "name": "greet", "arguments": "Ada" })),
        ("resources/read", json!({})),
    ] {
        for mut request in both(method, &params) {
            request.headers_mut().insert("mcp-name", "greet".parse().unwrap());
            assert_eq!(desk.send(request).await.error(), (400, -32602), "{method} {params}");
        }
    }
}

#[tokio::test]
async fn no_list_has_a_second_page() {
    let desk = library();
    for method in ["prompts/list", "resources/list", "resources/templates/list"] {
        for request in both(method, &json!({ "cursor": "x" })) {
            assert_eq!(desk.send(request).await.error(), (200, -32602), "{method}");
        }
    }
}

/// What the greetings of both eras declare.
async fn declared(desk: &Desked) -> [Value; 2] {
    let params = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
    let Reply { text, .. } = desk.send(with_body(post(), body.to_string())).await;
    let older: Value = serde_json::from_str(&text).unwrap();
    let newer = desk.send(modern("server/discover", json!({}))).await.result();
    [newer["capabilities"].clone(), older["result"]["capabilities"].clone()]
}

#[tokio::test]
async fn what_is_declared_is_what_is_offered() {
    let both_eras = |capabilities: Value| [capabilities.clone(), capabilities];
    assert_eq!(declared(&desk()).await, both_eras(json!({ "tools": {} })));
    assert_eq!(declared(&library()).await, both_eras(json!({ "tools": {}, "prompts": {}, "resources": {} })));
    let prompts = offering(vec![greet()], Vec::new());
    assert_eq!(declared(&prompts).await, both_eras(json!({ "tools": {}, "prompts": {} })));
    for (method, params) in [
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("resources/read", json!({ "uri": CHART })),
    ] {
        assert_eq!(prompts.send(modern(method, params.clone())).await.error(), (404, -32601), "{method}");
        assert_eq!(prompts.send(legacy(method, &params)).await.error(), (200, -32601), "{method}");
    }
    let documents = offering(Vec::new(), vec![chart()]);
    assert_eq!(declared(&documents).await, both_eras(json!({ "tools": {}, "resources": {} })));
    assert_eq!(documents.send(modern("prompts/list", json!({}))).await.error(), (404, -32601));
}
