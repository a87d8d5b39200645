//! Thousands who say nothing beside one who works.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lavori_testkit::{Binary, TestApp, stores};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

/// From each of these addresses of this machine as many as one may have.
const ADDRESSES: u8 = 10;
const EACH: usize = 1_000;

async fn slow(server: SocketAddr, number: u8) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().ok()?;
    socket.bind(SocketAddr::from(([127, 0, 1, number], 0))).ok()?;
    let mut stream = socket.connect(server).await.ok()?;
    stream.write_all(b"POST /mcp HTTP/1.1\r\nHost: x\r\n").await.ok()?;
    Some(stream)
}

fn resident_mib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("a number") / 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn p37_ten_thousand_slow_clients_keep_nobody_out_for_long() {
    rlimit::increase_nofile_limit(u64::MAX).expect("a limit");
    let store = stores().await.remove(0);
    let server = Binary::start(env!("CARGO_BIN_EXE_lavori-server"), &store, &[]).await;
    let address = server.address;
    let app = TestApp::of_process(store, &format!("http://{address}")).await;
    let connected = app.connect(&app.ada_reads_northlight()).await;
    let before = resident_mib(server.id());

    let mut held = Vec::new();
    for number in 0..ADDRESSES {
        let opened = futures_util::future::join_all((0..EACH).map(|_| slow(address, number + 1))).await;
        held.extend(opened.into_iter().flatten());
        // On a connection that is there, and on one that is opened while they are.
        assert_eq!(connected.call("get_context", json!({})).await.status, 200);
    }
    assert!(held.len() >= 9_000, "{}", held.len());
    let most = resident_mib(server.id());
    // All places are taken: whoever comes now is told so at once, or waits no longer than the slow ones may stay.
    let begun = Instant::now();
    loop {
        let answer =
            tokio::time::timeout(Duration::from_secs(20), app.http().get("/sign-in")).await.expect("an answer");
        if answer.status == 200 {
            break;
        }
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "2"));
        assert!(begun.elapsed() < Duration::from_secs(60), "the slow ones are let go");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(connected.call("get_context", json!({})).await.status, 200);
    println!(
        "{} slow clients: {before} MiB before, {most} MiB with them, served again after {:?}",
        held.len(),
        begun.elapsed()
    );
    assert!(most - before < 600, "{most} MiB");
    server.stop().await;
}
