//! The binary, told to stop while somebody listens to a stream.

use std::time::{Duration, Instant};

use lavori_testkit::{Binary, TestApp, stores};

const ADA: &str = "ada@demo.example";

#[tokio::test(flavor = "multi_thread")]
async fn p36_a_stop_ends_streams_at_once_and_is_not_held_up_by_them() {
    for store in stores().await {
        let server = Binary::start(env!("CARGO_BIN_EXE_lavori-server"), &store, &[]).await;
        let origin = format!("http://{}", server.address);
        let app = TestApp::of_process(store, &origin).await;
        app.connect(&app.ada_reads_northlight()).await;
        let path = format!("/settings/mcp/{}/activity/events", app.connection_ids(ADA).await.remove(0));
        let ada = app.signed_in(ADA).await;
        let mut stream = ada.listen(&path, None).await;
        assert_eq!(stream.status, 200);

        let told = Instant::now();
        server.signal("TERM").await;
        assert_eq!(stream.next().await, None, "the stream ends");
        server.ended().await;
        assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
    }
}
