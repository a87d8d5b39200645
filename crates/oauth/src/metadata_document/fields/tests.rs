use super::*;
use serde_json::json;

const ID: &str = "https://client.example/meta.json";

fn answer(media_type: &str, body: &[u8]) -> Response<Vec<u8>> {
    Response::builder().header(CONTENT_TYPE, media_type).body(body.to_vec()).unwrap()
}

fn read_at(id: &str, document: &Value) -> Result<Client, Problem> {
    let url = DocumentUrl::parse(id).unwrap();
    client(&url, &answer("application/json", document.to_string().as_bytes()))
}

/// A good document with some members changed; `null` takes one out.
fn read(changes: &Value) -> Result<Client, Problem> {
    let mut document = json!({
        "client_id": ID, "client_name": "Test client", "redirect_uris": ["https://client.example/cb"],
        "token_endpoint_auth_method": "none",
    });
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => document.as_object_mut().unwrap().remove(name),
            value => document.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    read_at(ID, &document)
}

#[test]
fn a_good_document_is_a_verified_client() {
    let client = read(&json!({})).unwrap();
    assert_eq!((client.id.as_str(), client.name.as_str()), (ID, "Test client"));
    assert_eq!(client.verified_host(), Some("client.example"));
    assert_eq!(client.redirect_uris, ["https://client.example/cb"]);
}

#[test]
fn the_documents_of_real_clients_are_accepted() {
    let claude = json!({
        "client_id": "https://claude.ai/oauth/mcp-oauth-client-metadata",
        "client_name": "Claude",
        "client_uri": "https://claude.ai",
        "logo_uri": "https://claude.ai/images/claude_app_icon.png",
        "redirect_uris": ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    let claude_code = json!({
        "client_id": "https://claude.ai/oauth/claude-code-client-metadata",
        "client_name": "Claude Code",
        "client_uri": "https://claude.ai",
        "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    let chatgpt = json!({
        "client_id": "https://chatgpt.com/oauth/IbUR3zxyNQ16/client.json",
        "client_uri": "https://chatgpt.com/",
        "redirect_uris": ["https://chatgpt.com/connector/oauth/IbUR3zxyNQ16"],
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "client_name": "ChatGPT",
        "token_endpoint_auth_signing_alg": "RS256",
        "jwks_uri": "https://chatgpt.com/oauth/jwks.json",
    });
    let vs_code = json!({
        "client_id": "https://vscode.dev/oauth/client-metadata.json",
        "client_name": "Visual Studio Code",
        "client_uri": "https://code.visualstudio.com",
        "redirect_uris": [
            "http://127.0.0.1:33418/", "http://127.0.0.1/", "https://vscode.dev/redirect",
            "https://insiders.vscode.dev/redirect",
        ],
        "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
        "application_type": "native",
    });
    let opencode = json!({
        "client_id": "https://opencode.ai/oauth/opencode/client.json",
        "client_name": "opencode",
        "client_uri": "https://opencode.ai",
        "redirect_uris": ["http://127.0.0.1:19876/mcp/oauth/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    for (document, calls_back_at) in [
        (&claude, "https://claude.com/api/mcp/auth_callback"),
        (&claude_code, "http://localhost:51837/callback"),
        (&chatgpt, "https://chatgpt.com/connector/oauth/IbUR3zxyNQ16"),
        (&vs_code, "http://127.0.0.1:50123/"),
        (&opencode, "http://127.0.0.1:40000/mcp/oauth/callback"),
    ] {
        let client = read_at(document["client_id"].as_str().unwrap(), document).unwrap();
        assert_eq!(client.name, document["client_name"].as_str().unwrap());
        assert!(client.may_redirect_to(calls_back_at), "{}", client.name);
        assert!(!client.may_redirect_to("https://evil.example/cb"), "{}", client.name);
    }
}

#[test]
fn b5_only_json_with_status_200_is_read() {
    let url = DocumentUrl::parse(ID).unwrap();
    let good = json!({"client_id": ID, "client_name": "x", "redirect_uris": ["https://client.example/cb"]}).to_string();
    for media_type in ["application/json", "Application/JSON; charset=UTF-8", "application/client-metadata+json"] {
        assert!(client(&url, &answer(media_type, good.as_bytes())).is_ok(), "{media_type}");
    }
    for media_type in
        ["text/html", "text/plain", "application/jsonx", "text/json", "application/json; charset=utf-16", ""]
    {
        assert_eq!(client(&url, &answer(media_type, good.as_bytes())), Err(Problem::MediaType), "{media_type}");
    }
    let mut twice = answer("application/json", good.as_bytes());
    twice.headers_mut().append(CONTENT_TYPE, "text/html".parse().unwrap());
    assert_eq!(client(&url, &twice), Err(Problem::MediaType));
    let without = Response::new(good.clone().into_bytes());
    assert_eq!(client(&url, &without), Err(Problem::MediaType));

    for status in [201, 204, 206, 301, 302, 307, 308, 400, 404, 500] {
        let mut other = answer("application/json", good.as_bytes());
        *other.status_mut() = StatusCode::from_u16(status).unwrap();
        assert_eq!(client(&url, &other), Err(Problem::Status(status)));
    }

    let with_mark = [b"\xef\xbb\xbf".as_slice(), good.as_bytes()].concat();
    let repeated = good.replacen('{', "{\"client_id\":\"https://other.example/x\",", 1);
    let html = b"<!doctype html><title>Not found</title>";
    let not_utf8 = [good.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\"}"].concat();
    let deep = good.replacen('{', &format!("{{\"x\":{}{},", "[".repeat(500), "]".repeat(500)), 1);
    for body in [with_mark.as_slice(), repeated.as_bytes(), html, &not_utf8, deep.as_bytes(), b"", b"[]", b"null"] {
        assert_eq!(
            client(&url, &answer("application/json", body)),
            Err(Problem::Json),
            "{}",
            String::from_utf8_lossy(body)
        );
    }
}

#[test]
fn b6_the_document_must_name_its_own_url_to_the_letter() {
    for other in [
        json!("https://client.example/Meta.json"),
        json!("https://client.example/meta.json/"),
        json!("https://client.example:443/meta.json"),
        json!("https://client.example:8443/meta.json"),
        json!("https://client.example/meta.json?"),
        json!("https://CLIENT.example/meta.json"),
        json!("https://client.example/x/../meta.json"),
        json!(" https://client.example/meta.json"),
        json!([ID]),
        json!(5),
        Value::Null,
    ] {
        assert_eq!(read(&json!({"client_id": other})), Err(Problem::OtherClient), "{other}");
    }
    let with_query = "https://client.example/meta.json?a=1&b=2";
    let swapped = json!({
        "client_id": "https://client.example/meta.json?b=2&a=1", "client_name": "x",
        "redirect_uris": ["https://client.example/cb"],
    });
    assert_eq!(read_at(with_query, &swapped), Err(Problem::OtherClient));
}

#[test]
fn b7_secrets_private_keys_and_missing_basics_refuse_the_document() {
    let public = json!({"kty": "EC", "crv": "P-256", "x": "x", "y": "y"});
    assert!(read(&json!({"jwks": {"keys": [public]}})).is_ok());
    for (changes, problem) in [
        (json!({"client_secret": "s"}), Problem::Secret),
        (json!({"client_secret": ""}), Problem::Secret),
        (json!({"client_secret_expires_at": 0}), Problem::Secret),
        (json!({"token_endpoint_auth_method": "client_secret_basic"}), Problem::Secret),
        (json!({"token_endpoint_auth_method": "client_secret_post"}), Problem::Secret),
        (json!({"token_endpoint_auth_method": "client_secret_jwt"}), Problem::Secret),
        (json!({"token_endpoint_auth_methods_supported": ["none", "client_secret_post"]}), Problem::Secret),
        (json!({"jwks": {"keys": [{"kty": "RSA", "n": "n", "e": "AQAB", "d": "d"}]}}), Problem::Keys),
        (json!({"jwks": {"keys": [public, {"kty": "EC", "d": null}]}}), Problem::Keys),
        (json!({"jwks": {"keys": [{"kty": "oct", "k": "k"}]}}), Problem::Keys),
        (json!({"jwks": {"keys": ["x"]}}), Problem::Keys),
        (json!({"jwks": "x"}), Problem::Keys),
        (json!({"redirect_uris": null}), Problem::RedirectUris),
        (json!({"redirect_uris": []}), Problem::RedirectUris),
        (json!({"redirect_uris": "https://client.example/cb"}), Problem::RedirectUris),
        (json!({"redirect_uris": vec!["https://client.example/cb"; 33]}), Problem::RedirectUris),
        (json!({"client_name": null}), Problem::Name),
        (json!({"client_name": ""}), Problem::Name),
        (json!({"client_name": " \u{200b}\u{202e}\n"}), Problem::Name),
        (json!({"client_name": {"en": "x"}}), Problem::Name),
    ] {
        assert_eq!(read(&changes), Err(problem), "{changes}");
    }
}

#[test]
fn b8_none_must_be_offered_even_where_a_key_is_preferred() {
    let methods = |preferred: Value, supported: Value| {
        read(&json!({"token_endpoint_auth_method": preferred, "token_endpoint_auth_methods_supported": supported}))
    };
    for (preferred, supported) in [
        (json!("private_key_jwt"), json!(["none", "private_key_jwt"])),
        (json!("none"), Value::Null),
        (json!("none"), json!(["none"])),
        (Value::Null, json!(["private_key_jwt", "none"])),
        (Value::Null, Value::Null),
    ] {
        assert!(methods(preferred.clone(), supported.clone()).is_ok(), "{preferred} {supported}");
    }
    for (preferred, supported) in [
        (json!("private_key_jwt"), Value::Null),
        (json!("private_key_jwt"), json!(["private_key_jwt"])),
        (json!("none"), json!(["private_key_jwt"])),
        (json!("tls_client_auth"), Value::Null),
        (json!(""), Value::Null),
        (json!(["none"]), Value::Null),
        (json!("private_key_jwt"), json!("none")),
        (json!("private_key_jwt"), json!(["none", 5])),
        (Value::Null, json!([])),
    ] {
        assert_eq!(methods(preferred.clone(), supported.clone()), Err(Problem::AuthMethod), "{preferred} {supported}");
    }
    assert!(Problem::AuthMethod.to_string().contains("private_key_jwt"), "its developer is told");
}

#[test]
fn b9_one_bad_redirect_uri_refuses_the_whole_document() {
    for bad in [
        json!("javascript:alert(1)"),
        json!("data:text/html,x"),
        json!("http://client.example/cb"),
        json!("https://a@client.example/cb"),
        json!("https://client.example/cb#f"),
        json!("https://client.example/../cb"),
        json!(""),
        json!(5),
    ] {
        let uris = json!({"redirect_uris": ["https://client.example/cb", bad]});
        assert_eq!(read(&uris), Err(Problem::RedirectUri(2)), "{bad}");
    }
}

#[test]
fn b13_what_is_linked_is_not_kept() {
    let client = read(&json!({
        "logo_uri": "http://169.254.169.254/latest/meta-data", "client_uri": "javascript:alert(1)",
        "tos_uri": "http://localhost/", "policy_uri": 5, "jwks_uri": "http://10.0.0.1/",
    }))
    .unwrap();
    let kept = client.to_json().to_string();
    for gone in ["169.254", "javascript", "localhost", "10.0.0.1"] {
        assert!(!kept.contains(gone), "{kept}");
    }
}

#[test]
fn b14_a_name_is_cleaned_and_cut() {
    let name = |name: &str| read(&json!({"client_name": name})).unwrap().name;
    assert_eq!(name("Cl\u{202e}au\u{200b}de\r\n  <b>"), "Claude <b>");
    assert_eq!(name(&"x".repeat(3000)).len(), 80);
}
