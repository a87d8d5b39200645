//! Arguments of tools: what passes the schema that clients are shown is read by the tool, and answered; what does not is
//! told in our own words. Writes are tried and undone, so that each run begins with the same data.

use std::collections::HashMap;
use std::sync::LazyLock;

use lavori_audit::Origin;
use lavori_tools::fuzzing::{Checks, told};
use serde_json::{Map, Value, json};

use crate::first_line;
use crate::server::runtime;
use crate::world::world;

/// The longest answer (TOOLS.md R1).
const LONGEST: usize = 60_000;

/// Each tool's place among the checks, and whether it writes.
struct Tools {
    checks: Checks,
    places: HashMap<&'static str, (usize, bool)>,
}

/// The first line names the tool, the rest is its arguments.
pub(crate) fn run(data: &[u8]) {
    static TOOLS: LazyLock<Tools> = LazyLock::new(Tools::new);
    let (name, rest) = first_line(data);
    let Some((place, writes)) = std::str::from_utf8(name).ok().and_then(|name| TOOLS.places.get(name)) else { return };
    let Ok(Value::Object(arguments)) = serde_json::from_slice::<Value>(rest) else { return };
    let mut fits = false;
    for narrowed in [false, true] {
        match TOOLS.checks.read(*place, narrowed, arguments.clone()) {
            Ok(Value::Object(read)) => {
                fits = true;
                let again = TOOLS.checks.read(*place, narrowed, read.clone());
                assert_eq!(again.as_ref().ok(), Some(&Value::Object(read)), "what was read is read again as it is");
            }
            Ok(other) => panic!("arguments are an object, not {other}"),
            Err(problems) => {
                assert!((1..=20).contains(&problems.len()));
                let json = told(&problems).expect("problems can be told");
                let _: Map<String, Value> = serde_json::from_str(&json).expect("as JSON");
                assert!(json.len() <= LONGEST, "R1: {} bytes of problems", json.len());
            }
        }
    }
    if fits {
        // The name that is kept in the table, which lives as long as the program.
        let name = TOOLS.places.keys().find(|known| known.as_bytes() == name).expect("it was found above");
        answered(name, *writes, arguments);
    }
}

/// Calls the tool as two people. Whatever a client sends, no answer is our mistake.
fn answered(name: &str, writes: bool, mut arguments: Map<String, Value>) {
    let world = world();
    let (tool, arguments) = if writes {
        arguments.remove("dry_run");
        arguments.remove("request_key");
        let call = json!({ "tool": name, "arguments": arguments });
        let Value::Object(call) = call else { return };
        ("preview_write", call)
    } else {
        (name, arguments)
    };
    for caller in [&world.ada, &world.giulia] {
        let answer = runtime().block_on(world.registry.invoke(caller, &Origin::default(), tool, arguments.clone()));
        match answer {
            Ok(answer) => {
                let value: Map<String, Value> = serde_json::from_str(&answer.json).expect("an answer is JSON");
                assert!(answer.json.len() <= LONGEST, "R1: {tool} answers {} bytes", answer.json.len());
                assert_eq!(answer.is_error, value.contains_key("code"), "{tool}: {}", answer.json);
            }
            Err(error) => panic!("{tool} {}: {error:?}", Value::Object(arguments)),
        }
    }
}

impl Tools {
    fn new() -> Self {
        let checks = Checks::of_catalogue().expect("every schema compiles");
        let list = world().registry.list_for(&world().ada);
        let writes: HashMap<&str, bool> = list.tools().iter().map(|it| (it.name, !it.hints.read_only)).collect();
        let places = checks.names().enumerate().map(|(place, name)| (name, (place, writes[name]))).collect();
        Self { checks, places }
    }
}
