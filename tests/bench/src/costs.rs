//! Single costs of the server alone: what one check of an access token takes, and one renewal. These have no floor, and
//! are not ratios.

mod asking;
mod table;

use std::net::SocketAddr;
use std::path::Path;

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::costs::asking::{Knocking, Renewing};
pub(crate) use crate::costs::table::Costs;
use crate::costs::table::{Row, Spent};
use crate::database::Database;
use crate::failure::{During, Result};
use crate::options::Options;
use crate::process::Process;
use crate::rounds::Measure;
use crate::wire::Wire;
use crate::{data, report, seed};

/// What is measured, in the words of `--only`.
const AUTHORIZATION: &str = "authorization";
const REFRESH: &str = "refresh";
/// How many connections ask at once: one that never waits for another, and as many as the server opens to its database.
const CONNECTIONS: [u64; 2] = [1, 16];

/// Measures what was asked for.
pub(crate) async fn measure(
    options: &Options,
    measure: Measure,
    database: &Database,
    folder: &Path,
    costs: &mut Costs,
) -> Result<()> {
    let Some(program) = &options.server else { return Ok(()) };
    if !options.wants(AUTHORIZATION) && !options.wants(REFRESH) {
        return Ok(());
    }
    let server = Process::server(program, database, false, folder).await?;
    let client_id = register(server.address).await.during("cannot register a client")?;
    for connections in CONNECTIONS {
        seed::chains(database, &client_id).await?;
        let row = |what, spent| Row { what, database: database.name(), connections, spent };
        if options.wants(AUTHORIZATION) {
            report::say(&format!("measuring {AUTHORIZATION} on {}, {connections} at once ...", database.name()));
            let (without, with) = authorization(measure, &server, connections).await.during(AUTHORIZATION)?;
            costs.add(row("request without a token: 401", without));
            costs.add(row("request with a token, refused after it: 400", with));
            costs.add(row("**authorization check**: the difference", with.less(without)));
        }
        if options.wants(REFRESH) {
            report::say(&format!("measuring {REFRESH} on {}, {connections} at once ...", database.name()));
            let spent = refresh(measure, &server, connections, &client_id).await.during(REFRESH)?;
            costs.add(row("**refresh**", spent));
        }
    }
    drop(server);
    seed::forget(database).await
}

/// What a request costs that is turned away without a token, and one that is turned away after its token was checked.
async fn authorization(measure: Measure, server: &Process, connections: u64) -> Result<(Spent, Spent)> {
    let mut crowds = [Vec::new(), Vec::new()];
    for number in 0..connections {
        crowds[0].push(Knocking::without_token(server.address).await?);
        crowds[1].push(Knocking::with_token(server.address, number).await?);
    }
    match measure.crowds(server.pid(), &mut crowds).await?.as_slice() {
        [without, with] => Ok((Spent::from(*without), Spent::from(*with))),
        _ => Err("two crowds have two figures".into()),
    }
}

/// What a renewal costs, in which everybody presents the token that the last one gave.
async fn refresh(measure: Measure, server: &Process, connections: u64, client_id: &str) -> Result<Spent> {
    let mut crowd = Vec::new();
    for number in 0..connections {
        crowd.push(Renewing::open(server.address, client_id, number).await?);
    }
    match measure.crowds(server.pid(), &mut [crowd]).await?.as_slice() {
        [figures] => Ok(Spent::from(*figures)),
        _ => Err("one crowd has one figure".into()),
    }
}

/// Registers a client (RFC 7591), whose id this server will know again.
pub(crate) async fn register(address: SocketAddr) -> Result<String> {
    let mut wire = Wire::open(address).await?;
    wire.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let metadata = json!({ "client_name": "Bench", "redirect_uris": [data::REDIRECT_URI] });
    let answer = wire.send(Method::POST, "/register", Bytes::from(metadata.to_string()), StatusCode::CREATED).await?;
    let answer: Value = serde_json::from_slice(&answer)?;
    Ok(answer["client_id"].as_str().ok_or("the answer has no client_id")?.to_owned())
}
