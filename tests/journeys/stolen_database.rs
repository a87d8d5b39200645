//! Whoever copies the database can present nothing of it.

use http::Method;
use lavori_testkit::{TestApp, apps};
use serde_json::json;

/// What in a dump could be a secret: every run of bytes that is written in hexadecimal, and every word.
fn candidates(dump: &[String]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let tables = ["access_tokens ", "refresh_tokens ", "authorization_", "sessions ", "connections "];
    for row in dump.iter().filter(|row| tables.iter().any(|table| row.starts_with(table))) {
        for word in row.split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c)) {
            found.push(word.as_bytes().to_vec());
            let hexadecimal = word.strip_prefix('x').unwrap_or(word);
            if hexadecimal.len() % 2 == 0 && hexadecimal.len() >= 32 {
                let bytes =
                    (0..hexadecimal.len() / 2).map(|at| u8::from_str_radix(&hexadecimal[2 * at..2 * at + 2], 16));
                found.extend(bytes.collect::<Result<Vec<u8>, _>>().ok());
            }
        }
    }
    found.retain(|bytes| bytes.len() >= 16);
    found.sort();
    found.dedup();
    found
}

/// Each candidate in every form in which a secret of this kind is presented, with the checksum that anybody can compute.
fn presented(candidate: &[u8], kind: &str) -> Vec<String> {
    let random = &candidate[..candidate.len().min(32)];
    let whole = lavori_testkit::base64url(candidate);
    let mut forms = vec![format!("{kind}{whole}"), lavori_testkit::secret_of(kind, random)];
    forms.extend(std::str::from_utf8(candidate).map(str::to_owned));
    forms
}

#[tokio::test]
async fn h12_nothing_in_a_copied_database_can_be_presented() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let renewed = connected.renewed(&connected.refresh().await.json());
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let (browser, page, action) = app.ask("ada@demo.example", &client, "/mcp").await;
        let session = browser.cookie("lavori_session").unwrap().to_owned();
        let handle = action.trim_start_matches("/consent/").to_owned();

        let dump = app.dump().await;
        let secrets = [
            &connected.access_token,
            &connected.refresh_token,
            &renewed.access_token,
            &renewed.refresh_token,
            &code,
            &session,
            &handle,
            &page.hidden("csrf").unwrap(),
        ];
        let text = dump.join("\n").to_ascii_lowercase();
        for secret in secrets {
            let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            assert!(
                !text.contains(&secret.to_ascii_lowercase()) && !text.contains(&hexadecimal),
                "a secret is in clear"
            );
        }
        let candidates = candidates(&dump);
        assert!(candidates.len() >= 10, "hashes and a sealed successor are there: {}", candidates.len());
        for candidate in &candidates {
            try_all(&app, candidate, &client, &connected.client_id).await;
        }
        // The tokens themselves work, so it was not for another reason that nothing else did.
        renewed.ask("get_context", json!({})).await;
        assert_eq!(renewed.refresh().await.status, 200);
        assert_eq!(app.exchange(&client, &code).await.status, 200);
    }
}

async fn try_all(app: &TestApp, candidate: &[u8], client: &str, connected_client: &str) {
    for code in presented(candidate, "lvr_ac_") {
        assert_eq!(app.exchange(client, &code).await.json()["error"], "invalid_grant", "{code}");
    }
    for token in presented(candidate, "lvr_rt_") {
        let fields = [("grant_type", "refresh_token"), ("client_id", connected_client), ("refresh_token", &token)];
        assert_eq!(app.http().form("/token", &fields).await.json()["error"], "invalid_grant", "{token}");
    }
    for token in presented(candidate, "lvr_at_") {
        let bearer = format!("Bearer {token}");
        let answer = app.http().send(Method::POST, "/mcp", &[("authorization", bearer.as_str())], "{}").await;
        assert_eq!(answer.status, 401, "{token}");
    }
    for cookie in presented(candidate, "lvr_se_") {
        let page = app.browser_of(&[("lavori_session", Some(&cookie))]).open("/").await;
        assert!(!page.body.contains("Ada"), "{cookie}");
    }
    for handle in presented(candidate, "lvr_rq_") {
        let page = app.http().get(&format!("/consent/{handle}")).await;
        assert_ne!(page.status, 200, "{handle}");
    }
}
