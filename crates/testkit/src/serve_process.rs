//! The program behind [`crate::Process`].

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use lavori_http::serve;
use lavori_listener::{Limits, Listener};
use lavori_store::{Options, Store, testing};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::compose::compose;

/// Serves the database named first on the command line, under the origin named second, on a free port that it prints.
/// `--silent`: what is taken away stops nothing by itself. `--without-locks`: writers hold no lock. `--at-origin`: on
/// the port of the origin, as a browser needs it.
///
/// # Panics
/// When it cannot serve.
#[expect(clippy::print_stdout, reason = "the test reads where it listens")]
pub fn serve_process() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [database_url, origin, flags @ ..] = &arguments[..] else { panic!("the database's URL and the origin") };
    let mut address = "127.0.0.1:0";
    for flag in flags {
        match flag.as_str() {
            "--at-origin" => address = origin.trim_start_matches("http://"),
            "--silent" => testing::silence_notices(),
            "--without-locks" => testing::take_out_locks(),
            other => panic!("no flag {other}"),
        }
    }
    // A panic is a fault wherever it is caught: it ends this server, and whoever tests it sees that.
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        report(panic);
        std::process::exit(101);
    }));
    let (stop, stopped) = oneshot::channel();
    std::thread::spawn(|| {
        // The test holds the other end: when it ends, so does this. A byte asks for an orderly end.
        if let Ok(1) = std::io::stdin().read(&mut [0]) {
            let _done = stop.send(());
            std::thread::sleep(Duration::from_secs(60));
        }
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let options = Options { connections: 24, ..Options::default() };
        let store = Store::open(database_url, &options).expect("the URL is well formed");
        let app = compose(store, origin);
        let listener = TcpListener::bind(address).await.expect("a free port");
        println!("{}", listener.local_addr().expect("an address"));
        serve(Arc::new(app), Listener::new(listener, Limits::default()), async { drop(stopped.await) }).await;
    });
}
