//! Everything of a stranger's, put into every argument of every tool, answers like what is nowhere (TOOLS.md E5).
//!
//! The arguments are found in the schemas that clients are shown; one that the table does not know fails the test.

use std::collections::{BTreeSet, HashMap};

use lavori_domain::organizations::Role;
use lavori_policy::{Caller, Scopes};
use lavori_store::{memberships, teams};
use serde_json::{Value, json};

use crate::arguments::{Takes, base, field, of, put, texts};
use crate::lab::{Lab, caller};
use crate::sides::{MINE, NOWHERE, Side, contents, fields, sow};

/// A stranger's value, and one of the same form that is nowhere.
#[derive(Debug, Clone)]
struct Probe {
    of: &'static str,
    hidden: String,
    nowhere: String,
    /// Its form: every kind of record has ids, keys and names of the same form.
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Id,
    Key,
    Name,
    Text,
}

/// An id that no record has.
const NOWHERE_ID: &str = "01a00000-0000-7000-8000-000000000000";

impl Probe {
    /// What the argument may name, and what else records are often named by.
    fn is_for_records(&self, kinds: &[&str]) -> bool {
        match self.form {
            Form::Id => kinds.contains(&self.of) || ["project", "task", "member", "team"].contains(&self.of),
            Form::Key | Form::Name => kinds.contains(&self.of) || self.of == "project",
            Form::Text => kinds.contains(&"member") || kinds.contains(&"contact"),
        }
    }

    /// What might be compared with the names and addresses of records meets all of them.
    fn is_for_words(&self, path: &str) -> bool {
        match self.form {
            Form::Name => self.of == "contact" || meets_records(path),
            Form::Text => meets_records(path),
            Form::Id | Form::Key => self.of == "contact",
        }
    }
}

/// Whether what stands in the argument might be compared with names and addresses of records.
fn meets_records(path: &str) -> bool {
    let words = ["name", "title", "query", "company", "email", "phone", "tax_id", "role", "reference"];
    words.iter().any(|word| path.ends_with(word))
}

/// What a stranger has.
fn probes(stranger: &Side) -> Vec<Probe> {
    let mut probes = Vec::new();
    let mut kinds = BTreeSet::new();
    // One of each kind: a second one is not hidden otherwise.
    for record in stranger.records.iter().filter(|record| kinds.insert(record.kind)) {
        let mut add = |form, hidden: &str, nowhere: String| {
            probes.push(Probe { of: record.kind, hidden: hidden.to_owned(), nowhere, form });
        };
        add(Form::Id, &record.id, NOWHERE_ID.to_owned());
        if let Some(key) = &record.key {
            let (kind, number) = key.split_once('-').unwrap();
            add(Form::Key, key, format!("{kind}-{}", &"977"[..number.len()]));
        }
        if let Some(name) = &record.name {
            add(Form::Name, name, name.replace(stranger.word, NOWHERE));
        }
    }
    for (hidden, nowhere) in stranger.texts.clone() {
        probes.push(Probe { of: "text", hidden, nowhere, form: Form::Text });
    }
    probes
}

/// One who asks, and whose records he has.
struct Asker<'a> {
    lab: &'a Lab,
    caller: &'a Caller,
    own: &'a Side,
    /// Ids that are known: others are of what a call that is undone would have made.
    known: BTreeSet<String>,
    asked: usize,
    wrong: Vec<String>,
}

impl<'a> Asker<'a> {
    fn new(lab: &'a Lab, caller: &'a Caller, own: &'a Side, strangers: &[&Side]) -> Self {
        let all = strangers.iter().copied().chain([own]);
        let known = all.flat_map(|side| side.records.iter().map(|record| record.id.clone())).collect();
        Self { lab, caller, own, known, asked: 0, wrong: Vec::new() }
    }

    /// The answer's bytes without what was asked, and whether it is a refusal.
    async fn answer(&mut self, tool: &str, arguments: Value, asked: &str, word: &str) -> (bool, String) {
        self.asked += 1;
        let answer = self.lab.invoke(self.caller, tool, arguments.clone()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{tool} {arguments}: {error:?}"));
        let mut bytes = answer.json.replace(asked, "ASKED");
        if let Some((end, _)) = asked.char_indices().nth(100) {
            // A long value is told by its beginning.
            bytes = bytes.replace(&format!("{}…", &asked[..end]), "ASKED");
        }
        for (form, instead) in
            [(word.to_owned(), "Asked"), (word.to_lowercase(), "asked"), (word.to_uppercase(), "ASKED")]
        {
            bytes = bytes.replace(&form, instead);
        }
        (answer.is_error, self.without_new_ids(&bytes))
    }

    fn without_new_ids(&self, bytes: &str) -> String {
        let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
        let tokens = bytes.split(|c| !is_part(c)).filter(|token| token.len() == 36 && !self.known.contains(*token));
        let new: BTreeSet<&str> = tokens.collect();
        new.into_iter().fold(bytes.to_owned(), |bytes, id| bytes.replace(id, "NEW"))
    }

    /// Compares the answers to a stranger's value and to one that is nowhere.
    async fn compare(
        &mut self,
        (tool, path): (&str, &str),
        make: impl Fn(&str) -> Value,
        (probe, word): (&Probe, &str),
        nowhere: &mut HashMap<String, (bool, String)>,
    ) {
        if !nowhere.contains_key(&probe.nowhere) {
            let answer = self.answer(tool, make(&probe.nowhere), &probe.nowhere, NOWHERE).await;
            nowhere.insert(probe.nowhere.clone(), answer);
        }
        let hidden = self.answer(tool, make(&probe.hidden), &probe.hidden, word).await;
        let expected = &nowhere[&probe.nowhere];
        if hidden != *expected && in_order(&hidden.1) != in_order(&expected.1) {
            self.wrong.push(format!("{tool} {path} {probe:?}:\n  {}\n  {}", hidden.1, expected.1));
        }
    }

    /// One argument of one tool, with everything of a stranger's.
    async fn argument(
        &mut self,
        (tool, path): (&str, &str),
        takes: &Takes,
        stranger: &Side,
        nowhere: &mut HashMap<String, (bool, String)>,
    ) {
        // Items of the service library that are no team's are there for every team.
        let probes = |side: &Side| {
            let shared = |probe: &Probe| probe.of == "item" && side.records.iter().all(|one| one.kind != "team");
            probes(side).into_iter().filter(|probe| !shared(probe)).collect::<Vec<_>>()
        };
        let writes = !reads(tool);
        let with = base(tool, path, self.own);
        let plain = |value: &str| {
            let mut arguments = with.clone();
            put(&mut arguments, path, json!(value));
            arguments
        };
        let tried = |value: &str| {
            let mut arguments = plain(value);
            if writes {
                arguments["dry_run"] = json!(true);
            }
            arguments
        };
        let is_first = nowhere.is_empty();
        match takes {
            // What is not refused is undone.
            Takes::Words => {
                // Records of no team are hidden as those of another are: only what is compared with records meets both.
                let of_a_team = stranger.records.iter().any(|record| record.kind == "team");
                let asked = |probe: &Probe| probe.is_for_words(path) && (of_a_team || meets_records(path));
                for probe in probes(stranger).into_iter().filter(asked) {
                    self.compare((tool, path), tried, (&probe, stranger.word), nowhere).await;
                }
            }
            Takes::Records(kinds) => {
                // Nothing of it may be done, so that nothing has to be undone.
                for probe in probes(stranger).into_iter().filter(|probe| probe.is_for_records(kinds)) {
                    self.compare((tool, path), plain, (&probe, stranger.word), nowhere).await;
                    if writes && probe.form == Form::Id && kinds.contains(&probe.of) {
                        let preview = |value: &str| json!({ "tool": tool, "arguments": plain(value) });
                        let mut previewed = HashMap::new();
                        let place = ("preview_write", path);
                        self.compare(place, preview, (&probe, stranger.word), &mut previewed).await;
                    }
                }
                for (_, (is_error, told)) in nowhere.iter().filter(|(value, _)| value.len() == 36) {
                    let refused = told.contains("\"not_found\"") && told.contains(&format!("\"{}\"", field(path)));
                    assert!((*is_error && refused) || told.contains("\"missing\""), "{tool} {path}: {told}");
                }
                if is_first {
                    self.own_records_are_found(tool, path, kinds, tried).await;
                }
            }
            Takes::Cursor => {
                for (_, cursor) in &stranger.cursors {
                    // One that was never given out: its code fits no position.
                    let made_up = format!("{}{}", if cursor.starts_with('A') { 'B' } else { 'A' }, &cursor[1..]);
                    let probe = Probe { of: "cursor", hidden: cursor.clone(), nowhere: made_up, form: Form::Text };
                    self.compare((tool, path), plain, (&probe, stranger.word), nowhere).await;
                    assert!(nowhere[&probe.nowhere].0, "{tool} takes a made up cursor");
                }
            }
            Takes::RequestKey => {
                // The call itself is refused: a key that were known would be told first, and nothing is done.
                let mut refused = base(tool, "", self.own);
                if tool == "create_contacts" {
                    put(&mut refused, "contacts[].email", json!("nothing"));
                } else {
                    let arguments = of(tool);
                    let is_record =
                        |(path, takes): &&(&str, Takes)| matches!(takes, Takes::Records(_)) && !path.ends_with("team");
                    let (path, _) = arguments.iter().find(is_record).unwrap();
                    refused = base(tool, path, self.own);
                    put(&mut refused, path, json!(NOWHERE_ID));
                }
                let own = stranger.request_keys.iter().find(|(by, _)| by == tool);
                for (_, key) in own.into_iter().chain(stranger.request_keys.first()) {
                    let keyed = |key: &str| {
                        let mut arguments = refused.clone();
                        arguments["request_key"] = json!(key);
                        arguments
                    };
                    let probe = Probe {
                        of: "request key",
                        hidden: key.clone(),
                        nowhere: key.replace(stranger.word, NOWHERE),
                        form: Form::Text,
                    };
                    self.compare((tool, path), keyed, (&probe, stranger.word), nowhere).await;
                    assert!(nowhere[&probe.nowhere].0, "{tool} does it");
                }
            }
        }
    }

    /// What is one's own is found where a stranger's was not: the refusals are about the records.
    async fn own_records_are_found(&mut self, tool: &str, path: &str, kinds: &[&str], tried: impl Fn(&str) -> Value) {
        for kind in kinds {
            let record = self.own.of(kind).clone();
            for value in [Some(record.id), record.key, record.name].into_iter().flatten() {
                let mut arguments = tried(&value);
                if tool == "update_project" && path.ends_with(".ref") {
                    arguments["phases"][0]["kind"] = json!(kind);
                }
                let (is_error, told) = self.answer(tool, arguments, "nothing", NOWHERE).await;
                let told: Value = serde_json::from_str(&told).unwrap();
                let problems = told["problems"].as_array().cloned().unwrap_or_else(|| vec![told.clone()]);
                let missed = is_error
                    && problems.iter().any(|one| {
                        one["field"] == field(path)
                            && ["not_found", "ambiguous_reference"].iter().any(|it| one["code"] == *it)
                    });
                if missed || told.get("missing").is_some() {
                    self.wrong.push(format!("{tool} {path} does not find its own {kind} {value}: {told}"));
                }
            }
        }
    }

    /// All arguments of all tools.
    async fn ask_everything(mut self, strangers: &[&Side]) {
        let before = contents(self.lab).await;
        let narrowed = self.caller.tenant.team.is_some();
        for tool in self.lab.registry.list(Scopes::Billing, narrowed).tools() {
            let known = of(tool.name);
            let declared = texts(&tool.input_schema);
            for path in &declared {
                let Some((path, takes)) = known.iter().find(|(known, _)| known == path) else {
                    panic!("{} {path} needs a place in the table of arguments.rs", tool.name);
                };
                // What is nowhere is the same for all of them.
                let mut nowhere = HashMap::new();
                for stranger in strangers {
                    self.argument((tool.name, path), takes, stranger, &mut nowhere).await;
                }
            }
            for (path, _) in known {
                let team = narrowed && (path.ends_with("team") || path.ends_with("teams[]"));
                assert!(team || declared.iter().any(|it| it == path), "{} has no {path} any more", tool.name);
            }
        }
        let (told, on) = (self.wrong.join("\n"), self.lab.test.name);
        assert!(self.wrong.is_empty(), "{} of {} answers differ on {on}:\n{told}", self.wrong.len(), self.asked);
        assert_eq!(before, contents(self.lab).await, "nothing is written on {}", self.lab.test.name);
    }
}

fn reads(tool: &str) -> bool {
    ["get_", "search", "fetch", "list_", "check_", "query_", "preview_"].iter().any(|verb| tool.starts_with(verb))
}

/// The answer with what is allowed in one order: the nearest word is first, and how near it is the caller's own text
/// says.
fn in_order(answer: &str) -> Value {
    fn sort(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    match field.as_array_mut() {
                        Some(words) if name == "allowed" => words.sort_by_key(Value::to_string),
                        _ => sort(field),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(sort),
            _ => {}
        }
    }
    let mut answer = serde_json::from_str(answer).unwrap();
    sort(&mut answer);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_e5_whatever_another_organization_has_answers_in_every_argument_like_what_is_nowhere() {
    for lab in fields().await {
        let own = sow(&lab, MINE, 1, true, false).await;
        let other = sow(&lab, "Fysgulk", 2, true, true).await;
        let (north, person) = (lab.world.north.id, own.caller.person);
        let mut whole = caller(&lab.test.store, &lab.world, north, "northlight", person, None).await;
        (whole.scopes, whole.grantable) = (Scopes::Billing, Scopes::Billing);
        Asker::new(&lab, &whole, &own, &[&other]).ask_everything(&[&other]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_e5_whatever_another_team_has_answers_in_every_argument_like_what_is_nowhere() {
    for lab in fields().await {
        let other = sow(&lab, "Brambex", 1, true, false).await;
        let own = sow(&lab, MINE, 2, true, false).await;
        let nobody = sow(&lab, "Dorvath", 3, false, false).await;
        Asker::new(&lab, &own.caller, &own, &[&other, &nobody]).ask_everything(&[&other, &nobody]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_p13_one_person_s_request_key_is_another_in_another_organization_and_for_another_team() {
    for lab in fields().await {
        let own = sow(&lab, MINE, 1, true, false).await;
        let other = sow(&lab, "Brambex", 2, true, false).await;
        let (north, harbor, person) = (lab.world.north.id, lab.world.harbor.id, own.caller.person);
        let team = other.caller.tenant.team.unwrap();
        let mut tx = lab.test.store.begin().await.unwrap();
        memberships::insert(&mut tx, harbor, person, Role::Member, lab.world.now).await.unwrap();
        teams::add_member(&mut tx, north, team, person).await.unwrap();
        tx.commit().await.unwrap();
        let asked = json!({ "contacts": [{ "kind": "company", "name": "Once each" }], "request_key": "one key" });
        let mut made = BTreeSet::new();
        for (organization, slug, team) in [
            (north, "northlight", None),
            (north, "northlight", Some((own.caller.tenant.team.unwrap(), "quillon"))),
            (north, "northlight", Some((team, "brambex"))),
            (harbor, "harbor", None),
        ] {
            let mut here = caller(&lab.test.store, &lab.world, organization, slug, person, team).await;
            (here.scopes, here.grantable) = (Scopes::Billing, Scopes::Billing);
            let first = lab.call(&here, "create_contacts", asked.clone()).await;
            let again = lab.call(&here, "create_contacts", asked.clone()).await;
            assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)), "{}", lab.test.name);
            assert_eq!(first["results"], again["results"]);
            assert!(made.insert(first["results"][0]["id"].to_string()), "{slug} {team:?} on {}", lab.test.name);
        }
    }
}
