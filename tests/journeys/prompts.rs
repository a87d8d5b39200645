//! How a host shows the connector: its name, its icons, its prompts.

use http::Method;
use lavori_testkit::apps;
use serde_json::{Value, json};

const ACCEPT: (&str, &str) = ("accept", "application/json, text/event-stream");
const LEGACY: (&str, &str) = ("mcp-protocol-version", "2025-11-25");

fn legacy(method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string()
}

#[tokio::test]
async fn prompts_are_listed_filled_in_and_lead_to_calls_that_work() {
    let filled = [
        ("week_review", json!({ "week": "last_week" })),
        ("plan_shifts", json!({ "event": "Verona", "from": "fri" })),
        ("month_end_billing", json!({})),
    ];
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let listed = connected.request("prompts/list", json!({})).await.json();
        let prompts = listed["result"]["prompts"].as_array().unwrap();
        let names: Vec<&str> = prompts.iter().map(|prompt| prompt["name"].as_str().unwrap()).collect();
        assert_eq!(names, filled.each_ref().map(|(name, _)| *name));
        for prompt in prompts {
            assert!(prompt["title"].is_string() && prompt["description"].is_string(), "{prompt}");
            for argument in prompt["arguments"].as_array().unwrap() {
                assert!(argument["title"].is_string() && argument["description"].is_string(), "{argument}");
            }
        }
        for (name, arguments) in &filled {
            let params = json!({ "name": name, "arguments": arguments });
            let modern = connected.request("prompts/get", params.clone()).await.json();
            let message = &modern["result"]["messages"][0];
            assert_eq!(message["role"], "user");
            let older = connected.raw(Method::POST, &[ACCEPT, LEGACY], &legacy("prompts/get", &params)).await.json();
            assert_eq!(&older["result"]["messages"][0], message, "{name}");
            let mut calls = 0;
            let text = message["content"]["text"].as_str().unwrap();
            for step in text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())) {
                let (tool, rest) = step.split_once(". ").unwrap().1.split_once(' ').unwrap();
                let arguments = serde_json::Deserializer::from_str(rest).into_iter::<Value>().next().unwrap().unwrap();
                connected.ask(tool, arguments).await;
                calls += 1;
            }
            assert!(calls >= 4, "{name}");
        }
        for params in [json!({ "name": "no_such" }), json!({ "name": "week_review", "arguments": { "week": "soon" } })]
        {
            let refused = connected.request("prompts/get", params).await.json();
            assert_eq!(refused["error"]["code"], -32602, "{refused}");
        }
    }
}

#[tokio::test]
async fn the_server_introduces_itself_with_icons_that_anybody_may_fetch() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "t", "version": "1" } });
        let older = connected.raw(Method::POST, &[ACCEPT], &legacy("initialize", &params)).await.json();
        let server = &older["result"]["serverInfo"];
        let newer = connected.request("server/discover", json!({})).await.json();
        assert_eq!(&newer["result"]["_meta"]["io.modelcontextprotocol/serverInfo"], server);
        assert_eq!(newer["result"]["capabilities"]["prompts"], json!({}));
        assert_eq!(server["title"], "Lavori");

        let http = app.http();
        let icons = server["icons"].as_array().unwrap();
        let sizes: Vec<&str> = icons.iter().map(|icon| icon["sizes"][0].as_str().unwrap()).collect();
        assert_eq!(sizes, ["any", "48x48", "96x96", "512x512"]);
        for icon in icons {
            let path = icon["src"].as_str().unwrap().strip_prefix(app.origin()).unwrap();
            let answer = http.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.header("content-type"), icon["mimeType"].as_str().unwrap());
            assert!(answer.header("cache-control").contains("immutable"), "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
        }
        let favicon = http.get("/favicon.ico").await;
        assert_eq!((favicon.status.as_u16(), favicon.header("content-type")), (200, "image/x-icon"));
        assert_eq!(favicon.header("cache-control"), "public, max-age=86400");
        // The program of our pages is for our pages.
        let page = http.get("/").await.body;
        let script = page.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(http.get(script).await.header("access-control-allow-origin"), "");

        // Where the server and both documents send somebody who wants to know more.
        let resource = http.get("/.well-known/oauth-protected-resource/mcp").await.json();
        let issuer = http.get("/.well-known/oauth-authorization-server").await.json();
        assert_eq!(resource["resource_documentation"], issuer["service_documentation"]);
        for url in [&server["websiteUrl"], &resource["resource_documentation"]] {
            let path = url.as_str().unwrap().strip_prefix(app.origin()).unwrap();
            let page = http.get(if path.is_empty() { "/" } else { path }).await;
            assert_eq!(page.status, 200);
            assert!(page.body.contains("Connect your AI assistant to Lavori"), "{}", page.body);
            assert!(page.body.contains(&format!("{}/mcp", app.origin())));
        }
    }
}
