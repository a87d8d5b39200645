//! The token endpoint: codes.

use http::Method;
use lavori_testkit::{Answer, CALLBACK, TestApp, VERIFIER, apps, basic, encode};
use tokio::io::AsyncWriteExt;

const ADA: &str = "ada@demo.example";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Status and error code of an answer.
fn error(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

/// The fields of an exchange, some of them replaced or, with an empty value, left out.
fn fields<'f>(client: &'f str, code: &'f str, changes: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("redirect_uri", CALLBACK),
    ];
    for (name, value) in changes {
        fields.retain(|(other, _)| other != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    fields
}

async fn other_client(app: &TestApp) -> String {
    let answer = app.http().json("/register", &[], &serde_json::json!({"redirect_uris": [CALLBACK]})).await;
    answer.json()["client_id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn g1_a_code_used_twice_revokes_what_it_gave() {
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let tokens = app.exchange(&client, &code).await;
        assert_eq!(tokens.status, 200);
        // However late: the code itself has expired by then.
        app.shift_clock(120);
        for _ in 0..2 {
            assert_eq!(error(&app.exchange(&client, &code).await), (400, "invalid_grant".to_owned()));
        }
        let bearer = format!("Bearer {}", tokens.json()["access_token"].as_str().unwrap());
        assert_eq!(app.http().send(Method::POST, "/mcp", &[("authorization", &bearer)], "{}").await.status, 401);
        let refresh = tokens.json()["refresh_token"].as_str().unwrap().to_owned();
        let fields = [("grant_type", "refresh_token"), ("client_id", client.as_str()), ("refresh_token", &refresh)];
        assert_eq!(error(&app.http().form("/token", &fields).await), (400, "invalid_grant".to_owned()));
        let actions = app.connection_actions(ADA).await;
        assert_eq!(actions, ["connection.approved", "access.issued", "replay.detected", "call.refused"]);
        assert_eq!(app.events(ADA, "replay.detected").await.len(), 1);
    }
}

#[tokio::test]
async fn g4_g5_a_code_is_good_for_its_client_redirect_uri_verifier_and_minute() {
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let other = other_client(&app).await;
        let wrong = "x".repeat(43);
        let (short, long) = ("a".repeat(42), "a".repeat(129));
        let cases = [
            (("client_id", other.as_str()), "invalid_grant"),
            (("redirect_uri", "http://127.0.0.1:9/other"), "invalid_grant"),
            (("redirect_uri", "http://127.0.0.1:10/callback"), "invalid_grant"),
            (("redirect_uri", ""), "invalid_grant"),
            (("code_verifier", wrong.as_str()), "invalid_grant"),
            (("code_verifier", short.as_str()), "invalid_request"),
            (("code_verifier", long.as_str()), "invalid_request"),
            (("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEj k"), "invalid_request"),
            (("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEj=k"), "invalid_request"),
            (("code_verifier", ""), "invalid_request"),
            // The challenge itself is no verifier: there is no `plain`.
            (("code_verifier", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), "invalid_grant"),
        ];
        for (change, expected) in cases {
            let answer = app.http().form("/token", &fields(&client, &code, &[change])).await;
            assert_eq!(error(&answer), (400, expected.to_owned()), "{change:?}");
        }
        app.shift_clock(61);
        assert_eq!(error(&app.exchange(&client, &code).await), (400, "invalid_grant".to_owned()));
        app.shift_clock(-61);
        assert_eq!(app.exchange(&client, &code).await.status, 200, "none of that consumed the code");
        let refused = app.events(ADA, "call.refused").await;
        assert_eq!(refused.len(), 6, "each exchange of a live code by somebody else is shown: {refused:?}");
    }
}

#[tokio::test]
async fn g6_a_code_for_another_resource_is_an_invalid_target_and_stays_good() {
    for app in apps().await {
        let consent = app.ada_reads_northlight();
        let at = |path: &str| format!("{}{path}", app.origin());
        // Wider than at the authorization request, narrower, another one, another server's, and two at once.
        for (asked, wrong) in [
            ("/mcp/o/northlight", vec![at("/mcp")]),
            ("/mcp/o/northlight", vec![at("/mcp/o/harbor")]),
            ("/mcp/o/northlight", vec![at("/mcp/o/northlight/t/sound")]),
            ("/mcp", vec![at("/mcp/o/northlight")]),
            ("/mcp", vec!["https://evil.example/mcp".to_owned()]),
            ("/mcp", vec![at("/mcp#x")]),
            ("/mcp", vec![at("/mcp"), at("/mcp/o/northlight")]),
        ] {
            let (client, code) = app.code(&consent, asked).await;
            let mut all = fields(&client, &code, &[]);
            all.extend(wrong.iter().map(|resource| ("resource", resource.as_str())));
            let answer = app.http().form("/token", &all).await;
            assert_eq!(error(&answer), (400, "invalid_target".to_owned()), "{asked} {wrong:?}");
            let right = at(asked);
            let answer = app.http().form("/token", &fields(&client, &code, &[("resource", &right)])).await;
            assert_eq!(answer.status, 200, "the code was not consumed: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn g7_whoever_authenticates_is_not_one_of_our_clients_and_the_first_of_two_is_never_picked() {
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let other = other_client(&app).await;
        for change in [
            [("client_id", "lvr_dc_unknown"), ("", "")],
            [("client_secret", "x"), ("", "")],
            [
                ("client_assertion", "x"),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ],
        ] {
            let answer = app.http().form("/token", &fields(&client, &code, &change)).await;
            assert_eq!(error(&answer), (401, "invalid_client".to_owned()), "{change:?}");
            assert!(answer.header("www-authenticate").starts_with("Basic realm="), "{change:?}");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        for authorization in [
            basic(&other, "secret"),
            basic(&client, ""),
            basic(&client, "secret"),
            basic(&client, "secret").replace("Basic", "basic"),
            "Basic !!!".to_owned(),
            "Basic eA==".to_owned(),
            "basic".to_owned(),
            "Bearer x".to_owned(),
        ] {
            for more in [vec![], vec![("client_secret", "x")], vec![("client_id", "")]] {
                let body = encode(&fields(&client, &code, &more));
                let headers = [FORM, ("authorization", authorization.as_str())];
                let answer = app.http().send(Method::POST, "/token", &headers, body).await;
                assert_eq!(error(&answer), (401, "invalid_client".to_owned()), "{authorization} {more:?}");
                assert!(answer.header("www-authenticate").starts_with("Basic realm="));
            }
        }
        let twice = [fields(&client, &code, &[]), vec![("client_id", other.as_str())]].concat();
        assert_eq!(error(&app.http().form("/token", &twice).await), (400, "invalid_request".to_owned()));
        for query in ["client_secret=x", "client_id=x", "code=x", "x"] {
            let body = encode(&fields(&client, &code, &[]));
            let answer = app.http().send(Method::POST, &format!("/token?{query}"), &[FORM], body).await;
            assert_eq!(error(&answer), (400, "invalid_request".to_owned()), "{query}");
        }
        assert_eq!(app.exchange(&client, &code).await.status, 200, "none of that consumed the code");
    }
}

#[tokio::test]
async fn g8_what_is_not_one_plain_form_is_refused_and_breaks_nothing() {
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let form = encode(&fields(&client, &code, &[]));
        let json =
            serde_json::json!({"grant_type": "authorization_code", "client_id": client, "code": code}).to_string();
        let multipart =
            "--b\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nauthorization_code\r\n--b--\r\n";
        for (media_type, body) in [
            ("application/json", json.as_str()),
            ("multipart/form-data; boundary=b", multipart),
            ("text/plain", &form),
            ("application/x-www-form-urlencoded; charset=utf-16", &form),
            ("application/x-www-form-urlencoded; charset=utf-7", &form),
            ("application/x-www-form-urlencoded, text/plain", &form),
            ("", &form),
        ] {
            let answer =
                app.http().send(Method::POST, "/token", &[("content-type", media_type)], body.to_owned()).await;
            assert_eq!(error(&answer), (415, "invalid_request".to_owned()), "{media_type}");
        }
        let two = [FORM, ("content-type", "text/plain")];
        assert_eq!(app.http().send(Method::POST, "/token", &two, form.clone()).await.status, 415);

        for name in ["grant_type", "client_id", "code", "code_verifier", "redirect_uri", "x"] {
            let body = format!("{form}&{name}=x&{name}=x");
            assert_eq!(error(&app.raw_form(&body).await), (400, "invalid_request".to_owned()), "{name} twice");
        }
        for garbage in
            ["&x=%00", "&x=%ff", "&%c3=x", "&x=a%0d%0aSet-Cookie:%20a", "&x=\u{0}", "&code[]=x", "&code[a]=x"]
        {
            let answer = app.raw_form(&format!("{form}{garbage}")).await;
            assert_eq!(error(&answer), (400, "invalid_request".to_owned()), "{garbage:?}");
        }
        // Percent signs that introduce nothing stand for themselves, and make another code of it.
        for other in [format!("{code}%"), format!("{code}%zz"), format!("{code}+"), format!("{code}%2B")] {
            let answer = app.raw_form(&form.replace(&code, &other)).await;
            assert_eq!(error(&answer), (400, "invalid_grant".to_owned()), "{other}");
        }
        for empty in ["", "&", "=", "&=&", "=x"] {
            assert_eq!(app.raw_form(empty).await.status, 400, "{empty:?}");
        }
        assert_eq!(app.exchange(&client, &code).await.status, 200, "none of that consumed the code");
        // A plus is a space and an escaped plus is a plus.
        for (scope, granted) in [("mcp:read+mcp:write", "invalid_scope"), ("mcp:read%2Bmcp:write", "mcp:read")] {
            let connected = app.connect(&app.ada_reads_northlight()).await;
            let tokens = [("client_id", &*connected.client_id), ("refresh_token", &*connected.refresh_token)];
            let body = format!("grant_type=refresh_token&{}&scope={scope}", encode(&tokens));
            let answer = app.raw_form(&body).await.json();
            let outcome = answer["error"].as_str().or(answer["scope"].as_str()).unwrap();
            assert_eq!(outcome, granted, "{scope}");
        }
    }
}

#[tokio::test]
async fn g9_other_grants_are_unsupported() {
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        for grant in [
            "password",
            "client_credentials",
            "implicit",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "Authorization_Code",
        ] {
            let more = [("grant_type", grant), ("username", ADA), ("password", "lavori-demo")];
            let answer = app.http().form("/token", &fields(&client, &code, &more)).await;
            assert_eq!(error(&answer), (400, "unsupported_grant_type".to_owned()), "{grant}");
        }
        let answer = app.http().form("/token", &fields(&client, &code, &[("grant_type", "")])).await;
        assert_eq!(error(&answer), (400, "invalid_request".to_owned()));
        assert_eq!(app.exchange(&client, &code).await.status, 200);
    }
}

#[tokio::test]
async fn g10_what_ended_between_consent_and_exchange_is_not_granted() {
    for end in ["membership", "role", "person", "organization"] {
        for app in apps().await {
            let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
            match end {
                "membership" => app.end_membership(ADA, "northlight").await,
                "role" => app.set_role(ADA, "northlight", "contractor").await,
                "person" => drop(app.disable(ADA).await),
                _ => app.execute("UPDATE organizations SET state = 'suspended' WHERE slug = 'northlight'").await,
            }
            let answer = app.exchange(&client, &code).await;
            assert_eq!(error(&answer), (400, "invalid_grant".to_owned()), "{end}");
            let mut actions = app.connection_actions(ADA).await;
            actions.retain(|action| action != "connection.revoked" || end != "person");
            assert_eq!(actions, ["connection.approved", "call.refused"], "{end}");
            assert_eq!(app.chain_length(ADA).await, 0, "{end}");
        }
    }
}

#[tokio::test]
async fn g12_an_exchange_whose_answer_is_lost_leaves_a_spent_code_and_nothing_that_looks_used() {
    const SPENT: &str = "SELECT COALESCE(CAST(used_at AS TEXT), '') AS value FROM authorization_codes";
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let body = encode(&fields(&client, &code, &[]));
        let mut socket = tokio::net::TcpStream::connect(app.address()).await.unwrap();
        let head = format!(
            "POST /token HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n",
            app.address(),
            FORM.1,
            body.len()
        );
        socket.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        // Cut once it is committed, before anything was read.
        while app.texts(SPENT).await == [""] {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        drop(socket);
        let used = "SELECT COALESCE(CAST(last_used_at AS TEXT), 'never') AS value FROM connections";
        assert_eq!(app.texts(used).await, ["never"], "nobody has used it");
        let used = "SELECT COALESCE(CAST(used_at AS TEXT), 'never') AS value FROM access_tokens";
        assert_eq!(app.texts(used).await, ["never"]);
        // A second try finds the code spent; what the first one made is dead with it, and a new sign-in works.
        assert_eq!(error(&app.exchange(&client, &code).await), (400, "invalid_grant".to_owned()));
        app.connect(&app.ada_reads_northlight()).await.ask("get_context", serde_json::json!({})).await;
    }
}

#[tokio::test]
async fn g12_a_connection_counts_as_used_once_its_token_was_used() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let times = "SELECT COALESCE(CAST(activated_at AS TEXT), '') || '|' || COALESCE(CAST(last_used_at AS TEXT), '') \
                     AS value FROM connections";
        let (activated, used) = {
            let times = app.texts(times).await;
            times[0].split_once('|').map(|(one, other)| (one.to_owned(), other.to_owned())).unwrap()
        };
        assert!(!activated.is_empty() && used.is_empty(), "{activated} {used}");
        connected.ask("get_context", serde_json::json!({})).await;
        assert!(!app.texts(times).await[0].ends_with('|'));
    }
}

#[tokio::test]
async fn g11_the_answer_is_what_rfc_6749_says_and_may_not_be_kept() {
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let answer = app.exchange(&client, &code).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json");
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 3600);
        assert_eq!(tokens["scope"], "mcp:read");
        assert!(tokens["access_token"].as_str().unwrap().starts_with("lvr_at_"));
        assert!(tokens["refresh_token"].as_str().unwrap().starts_with("lvr_rt_"));
        assert!(!app.database_holds(tokens["access_token"].as_str().unwrap()).await, "only hashes are stored");
    }
}
