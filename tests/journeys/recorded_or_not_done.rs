//! What cannot be recorded is not done (OAUTH.md I14).

use lavori_policy::Scopes;
use lavori_testkit::{TestApp, apps, parameter};
use serde_json::json;

const ADA: &str = "ada@demo.example";

/// Makes every insert of an event fail, as a full or broken log would.
pub(crate) async fn break_the_log(app: &TestApp) {
    for table in ["audit_events", "account_events"] {
        app.execute(&match app.database() {
            "SQLite" => format!(
                "CREATE TRIGGER broken_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'the log is broken'); END"
            ),
            _ => format!(
                "CREATE FUNCTION broken_{table}() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'the log is broken'; END $$; \
                 CREATE TRIGGER broken_{table} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken_{table}()"
            ),
        })
        .await;
    }
}

pub(crate) async fn mend_the_log(app: &TestApp) {
    for table in ["audit_events", "account_events"] {
        app.execute(&match app.database() {
            "SQLite" => format!("DROP TRIGGER broken_{table}"),
            _ => format!("DROP TRIGGER broken_{table} ON {table}; DROP FUNCTION broken_{table}()"),
        })
        .await;
    }
}

/// Everything that an action could have changed.
async fn state(app: &TestApp) -> Vec<String> {
    let mut state = Vec::new();
    for query in [
        "SELECT 'connection ' || CAST(id AS TEXT) || COALESCE(CAST(revoked_at AS TEXT), '-') || COALESCE(label, '-') \
         || COALESCE(CAST(activated_at AS TEXT), '-') AS value FROM connections ORDER BY 1",
        "SELECT 'refresh ' || CAST(id AS TEXT) || CAST(retries AS TEXT) || COALESCE(CAST(rotated_at AS TEXT), '-') \
         AS value FROM refresh_tokens ORDER BY 1",
        "SELECT 'access ' || CAST(id AS TEXT) || COALESCE(CAST(revoked_at AS TEXT), '-') AS value \
         FROM access_tokens ORDER BY 1",
        "SELECT 'code ' || CAST(id AS TEXT) || COALESCE(CAST(used_at AS TEXT), '-') AS value \
         FROM authorization_codes ORDER BY 1",
        "SELECT 'request ' || COALESCE(CAST(decided_at AS TEXT), '-') AS value FROM authorization_requests ORDER BY 1",
        "SELECT 'session ' || CAST(id AS TEXT) || COALESCE(CAST(ended_at AS TEXT), '-') AS value FROM sessions ORDER BY 1",
        "SELECT 'contact ' || name AS value FROM contacts ORDER BY 1",
        "SELECT 'password ' || COALESCE(password_hash, '-') AS value FROM people ORDER BY 1",
        "SELECT 'events ' || CAST(COUNT(*) AS TEXT) AS value FROM audit_events",
        "SELECT 'account events ' || CAST(COUNT(*) AS TEXT) AS value FROM account_events",
    ] {
        state.extend(app.texts(query).await);
    }
    state
}

#[tokio::test]
async fn i14_nothing_happens_that_cannot_be_recorded() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        connected.ask("get_context", json!({})).await;
        let id = app.connection_ids(ADA).await.remove(0);
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let (mut asking, page, action) = app.ask(ADA, &client, "/mcp").await;
        let mut ada = app.signed_in(ADA).await;
        let csrf = ada.open("/").await.hidden("csrf").unwrap();
        let csrf = csrf.as_str();
        let other_session = app.texts("SELECT CAST(id AS TEXT) AS value FROM sessions ORDER BY id").await.remove(0);
        break_the_log(&app).await;
        let before = state(&app).await;

        let mut refused = Vec::new();
        refused.push(("consent", TestApp::decide(&mut asking, &page, &action, &app.ada_reads_northlight()).await));
        let deny = page.hidden("csrf").unwrap();
        refused.push(("denial", asking.submit(&action, &[("csrf", &deny), ("decision", "deny")]).await));
        refused.push(("exchange", app.exchange(&client, &code).await));
        refused.push(("refresh", connected.refresh().await));
        refused.push(("revocation by the client", connected.revoke().await));
        refused.push(("write", connected.call("add_contact", json!({"name": "Never"})).await));
        refused.push(("read", connected.call("get_context", json!({})).await));
        refused.push(("refused call", connected.call("no_such_tool", json!({})).await));
        let new = "correct horse battery staple";
        for (path, fields) in [
            (format!("/settings/mcp/{id}/revoke"), vec![]),
            ("/settings/mcp/revoke-all".to_owned(), vec![]),
            (format!("/settings/mcp/{id}/rename"), vec![("label", "x")]),
            (format!("/settings/organizations/northlight/connections/{id}/revoke"), vec![]),
            (format!("/settings/account/sessions/{other_session}/end"), vec![]),
            ("/settings/account/sessions/end-others".to_owned(), vec![]),
            ("/settings/account/password".to_owned(), vec![("current", "lavori-demo"), ("new", new)]),
            ("/sign-out".to_owned(), vec![]),
        ] {
            let mut all = vec![("csrf", csrf)];
            all.extend(fields);
            refused.push(("form", ada.submit(&path, &all).await));
        }
        for file in ["csv", "json"] {
            refused.push(("export", ada.open(&format!("/settings/mcp/{id}/activity.{file}")).await));
        }
        for (what, answer) in &refused {
            assert!(answer.status.is_server_error(), "{what} on {}: {} {}", app.database(), answer.status, answer.body);
            assert!(!answer.body.contains("the log is broken"), "{what} tells nothing of the database");
            assert_eq!(answer.location(), "", "{what}");
        }
        assert_eq!(state(&app).await, before, "{}", app.database());

        mend_the_log(&app).await;
        connected.ask("get_context", json!({})).await;
        assert_eq!(app.exchange(&client, &code).await.status, 200, "nothing was used up");
        let answer = TestApp::decide(&mut asking, &page, &action, &app.ada_reads_northlight()).await;
        assert!(parameter(answer.location(), "code").is_some());
        assert_eq!(connected.refresh().await.status, 200);
        assert_eq!(ada.act("/settings/mcp", &format!("/settings/mcp/{id}/revoke"), &[]).await.status, 303);
    }
}

#[tokio::test]
async fn i14_a_replay_that_cannot_be_recorded_gives_nothing_away_and_is_caught_later() {
    for app in apps().await {
        let first = app.connect(&app.ada_reads_northlight()).await;
        let second = first.renewed(&first.refresh().await.json());
        second.ask("get_context", json!({})).await;
        app.shift_clock(601);
        break_the_log(&app).await;
        assert!(first.refresh().await.status.is_server_error());
        assert!(second.call("get_context", json!({})).await.status.is_server_error());
        mend_the_log(&app).await;
        second.ask("get_context", json!({})).await;
        assert_eq!(first.refresh().await.json()["error"], "invalid_grant");
        assert_eq!(second.call("get_context", json!({})).await.status, 401);
        assert!(app.connection_actions(ADA).await.contains(&"replay.detected".to_owned()));
    }
}
