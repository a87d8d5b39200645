//! The binary, told to stop while somebody listens to a stream.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

use lavori_testkit::{TestApp, stores};
use tokio::process::Command;

const ADA: &str = "ada@demo.example";

#[tokio::test(flavor = "multi_thread")]
async fn p36_a_stop_ends_streams_at_once_and_is_not_held_up_by_them() {
    for store in stores().await {
        let folder = tempfile::tempdir().unwrap();
        // Freed again at once; nobody else on this machine takes it in between, or the wait below fails.
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let origin = format!("http://{address}");
        let mut server = Command::new(env!("CARGO_BIN_EXE_lavori-server"))
            .arg("serve")
            .env("LAVORI_LISTEN", address.to_string())
            .env("LAVORI_PUBLIC_URL", &origin)
            .env("LAVORI_DATABASE_URL", &store.url)
            .env("LAVORI_SECRET_FILE", folder.path().join("secret"))
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the server starts");
        let started = Instant::now();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "the server answers");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let app = TestApp::of_process(store, &origin).await;
        app.connect(&app.ada_reads_northlight()).await;
        let path = format!("/settings/mcp/{}/activity/events", app.connection_ids(ADA).await.remove(0));
        let ada = app.signed_in(ADA).await;
        let mut stream = ada.listen(&path, None).await;
        assert_eq!(stream.status, 200);

        let told = Instant::now();
        let process = server.id().expect("it runs").to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().await.expect("kill runs").success());
        assert_eq!(stream.next().await, None, "the stream ends");
        assert!(server.wait().await.expect("it ends").success());
        assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
    }
}
