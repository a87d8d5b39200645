//! The authorization endpoint over HTTP; its rules are tested one by one in the crate `oauth`.

use lavori_testkit::{CALLBACK, apps, parameter};

#[tokio::test]
async fn d1_a_doubtful_request_gets_a_page_and_never_a_redirect() {
    for app in apps().await {
        let client = app.register().await;
        let good = app.authorize_path(&client, "/mcp");
        for bad in [
            good.replace("lvr_dc_", "lvr_dc_x"),
            good.replace("callback", "callback2"),
            good.replace("redirect_uri=", "redirect_uri=https%3A%2F%2Fevil.example&redirect_uri="),
            "/authorize".to_owned(),
        ] {
            let answer = app.http().get(&bad).await;
            assert_eq!(answer.status, 400, "{bad}");
            assert_eq!(answer.location(), "");
            assert!(answer.header("content-type").starts_with("text/html"));
            assert!(answer.body.contains("Nothing was sent to the client"), "the page says what happened");
        }
    }
}

#[tokio::test]
async fn d14_errors_come_back_by_303_with_one_issuer_and_the_state() {
    for app in apps().await {
        let client = app.register().await;
        let path = app.authorize_path(&client, "/mcp").replace("response_type=code", "response_type=token");
        let answer = app.http().get(&path).await;
        assert_eq!(answer.status, 303);
        assert!(answer.location().starts_with(CALLBACK));
        assert_eq!(parameter(answer.location(), "error").as_deref(), Some("unsupported_response_type"));
        assert_eq!(parameter(answer.location(), "state").as_deref(), Some("the state"));
        assert_eq!(parameter(answer.location(), "iss").as_deref(), Some(app.origin()));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn d15_a_resource_that_is_not_here_is_an_invalid_target() {
    for app in apps().await {
        let client = app.register().await;
        let answer = app.http().get(&app.authorize_path(&client, "/elsewhere")).await;
        assert_eq!(parameter(answer.location(), "error").as_deref(), Some("invalid_target"));
    }
}
