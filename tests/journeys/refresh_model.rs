//! Renewal, held to a model of it: any interleaving of what an honest client, a thief, an administrator and time can do.

use lavori_policy::Scopes;
use lavori_testkit::{Connected, TestApp, apps};
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::json;

const ADA: &str = "ada@demo.example";
const DAY: i64 = 24 * 60 * 60;
const WINDOW: i64 = 600;
const IDLE: i64 = 90 * DAY;
const ABSOLUTE: i64 = 365 * DAY;
const ACCESS: i64 = 3600;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    /// The honest client renews and gets its answer.
    Renew,
    /// It renews, and the answer is lost.
    RenewInVain,
    /// It uses its access token.
    Use,
    /// A thief copies the refresh token that the honest client holds.
    Steal,
    /// The thief presents what it holds, and keeps what it gets.
    RenewStolen,
    /// The thief uses the access token it got.
    UseStolen,
    /// The client revokes.
    Revoke,
    /// The organization's switches change.
    Switch(bool, bool),
    /// The person's role changes.
    Role(&'static str),
    /// Time passes. In tens of seconds, so that the time the test itself takes decides nothing.
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => Just(Step::Renew),
        4 => Just(Step::RenewInVain),
        6 => Just(Step::Use),
        2 => Just(Step::Steal),
        3 => Just(Step::RenewStolen),
        2 => Just(Step::UseStolen),
        1 => Just(Step::Revoke),
        2 => (select(vec![true, false]), select(vec![true, false])).prop_map(|(write, billing)| Step::Switch(write, billing)),
        1 => select(vec!["member", "owner", "contractor"]).prop_map(Step::Role),
        6 => select(vec![10, 300, 610, ACCESS, 3 * DAY, 40 * DAY, 89 * DAY]).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..28)
}

/// A link of the chain, as the model sees it.
#[derive(Debug, Clone, Copy, Default)]
struct Link {
    issued: i64,
    rotated: Option<i64>,
    /// Whether an access token that came with it was used.
    used: bool,
}

/// An access token, as the model sees it.
#[derive(Debug, Clone)]
struct Access {
    link: usize,
    expires: i64,
    write: bool,
    billing: bool,
    /// Whether a switch that it relies on went off since.
    cut_off: bool,
}

/// What a renewal must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Link(usize),
    Dead,
}

#[derive(Debug, Default)]
struct Model {
    now: i64,
    links: Vec<Link>,
    accesses: Vec<Access>,
    ended: bool,
    replays: usize,
    contractor: bool,
    write: bool,
    billing: bool,
}

impl Model {
    fn new() -> Self {
        let mut model = Self { write: true, billing: true, ..Self::default() };
        model.links.push(Link::default());
        model.issue(0);
        model
    }

    fn issue(&mut self, link: usize) {
        let expires = (self.now + ACCESS).min(ABSOLUTE);
        let access = Access { link, expires, write: self.write, billing: self.billing, cut_off: false };
        self.accesses.push(access);
    }

    fn present(&mut self, link: usize) -> Expected {
        let head = self.links.len() - 1;
        if self.ended || self.contractor {
            return Expected::Dead;
        }
        if self.now >= ABSOLUTE || self.now >= self.links[head].issued + IDLE {
            self.ended = true;
            return Expected::Dead;
        }
        let answer = if link == head {
            self.links[head].rotated = Some(self.now);
            self.links.push(Link { issued: self.now, ..Link::default() });
            head + 1
        } else {
            let late = self.now >= self.links[link].rotated.expect("only the head is not rotated") + WINDOW;
            let arrived = self.links[link + 1..].iter().any(|later| later.used || later.rotated.is_some());
            if late && arrived {
                self.ended = true;
                self.replays += 1;
                return Expected::Dead;
            }
            head
        };
        self.issue(answer);
        Expected::Link(answer)
    }

    /// Whether a link is so old that housekeeping may have swept it: 90 days after its own idle limit. Its successor, if
    /// it is the head, has reached its limit by then as well; a replay of an older one is refused and not recognized.
    fn may_be_swept(&self, link: usize) -> bool {
        self.now >= self.links[link].issued + 2 * IDLE
    }

    fn is_live(&self, access: usize) -> bool {
        let access = &self.accesses[access];
        !self.ended && !self.contractor && self.now < access.expires.min(ABSOLUTE) && !access.cut_off
    }

    fn switch(&mut self, write: bool, billing: bool) {
        let billing = billing && write;
        for access in &mut self.accesses {
            access.cut_off |= access.write && self.write && !write;
            access.cut_off |= access.billing && self.billing && !billing;
        }
        (self.write, self.billing) = (write, billing);
    }

    fn scope(&self) -> String {
        let mut words = vec!["mcp:read"];
        words.extend(self.write.then_some("mcp:write"));
        words.extend(self.billing.then_some("mcp:write:billing"));
        words.join(" ")
    }
}

/// What somebody holds: the tokens, the refresh token's link and the access token's number in the model.
#[derive(Clone)]
struct Holder {
    tokens: Connected,
    link: usize,
    access: usize,
}

macro_rules! check {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(TestCaseError::fail(format!($($message)+)));
        }
    };
}

/// Presents a holder's refresh token and compares; gives what it holds if the answer arrives.
async fn renew(model: &mut Model, holder: &Holder) -> Result<Option<Holder>, TestCaseError> {
    if model.may_be_swept(holder.link) && holder.link + 2 < model.links.len() {
        return Ok(None);
    }
    let expected = model.present(holder.link);
    let answer = holder.tokens.refresh().await;
    match expected {
        Expected::Dead => {
            let told = answer.json()["error"].as_str().unwrap_or_default().to_owned();
            check!(
                (answer.status.as_u16(), told.as_str()) == (400, "invalid_grant"),
                "{}: {}",
                answer.status,
                answer.body
            );
            Ok(None)
        }
        Expected::Link(link) => {
            check!(answer.status == 200, "an honest renewal was refused: {}", answer.body);
            let tokens = holder.tokens.renewed(&answer.json());
            check!(tokens.scope == model.scope(), "{} instead of {}", tokens.scope, model.scope());
            Ok(Some(Holder { tokens, link, access: model.accesses.len() - 1 }))
        }
    }
}

async fn call(model: &mut Model, holder: &Holder) -> Result<(), TestCaseError> {
    let live = model.is_live(holder.access);
    let answer = holder.tokens.call("get_context", json!({})).await;
    check!(answer.status == if live { 200 } else { 401 }, "live {live}, but {}: {}", answer.status, answer.body);
    if live {
        let link = model.accesses[holder.access].link;
        model.links[link].used = true;
        let listed = holder.tokens.request("tools/list", json!({})).await.body;
        let may_write = model.accesses[holder.access].write && model.write;
        check!(listed.contains("add_contact") == may_write, "write is {may_write}: {listed}");
    }
    Ok(())
}

async fn run(app: &TestApp, steps: &[Step]) -> Result<(), TestCaseError> {
    app.set_switches("northlight", true, true).await;
    app.set_role(ADA, "northlight", "owner").await;
    let replays_before = app.events(ADA, "replay.detected").await;
    let tokens = app.connect(&app.ada_reads_northlight().with(Scopes::Billing)).await;
    let mut model = Model::new();
    let mut honest = Holder { tokens, link: 0, access: 0 };
    let (mut seen, mut thief) = (vec![honest.clone()], None::<Holder>);
    let mut thief_acted = false;
    for step in steps {
        match *step {
            Step::Renew => {
                if let Some(renewed) = renew(&mut model, &honest).await? {
                    honest = renewed;
                    seen.push(honest.clone());
                }
            }
            Step::RenewInVain => seen.extend(renew(&mut model, &honest).await?),
            Step::Use => call(&mut model, &honest).await?,
            Step::Steal => thief = Some(honest.clone()),
            Step::RenewStolen => {
                if let Some(stolen) = &thief {
                    thief_acted = true;
                    if let Some(renewed) = renew(&mut model, stolen).await? {
                        seen.push(renewed.clone());
                        thief = Some(renewed);
                    }
                }
            }
            Step::UseStolen => {
                if let Some(stolen) = &thief {
                    thief_acted = true;
                    call(&mut model, stolen).await?;
                }
            }
            Step::Revoke => {
                let fields = [("client_id", &*honest.tokens.client_id), ("token", &*honest.tokens.refresh_token)];
                check!(app.http().form("/revoke", &fields).await.status == 200, "a revocation failed");
                model.ended = true;
            }
            Step::Switch(write, billing) => {
                app.set_switches("northlight", write, billing && write).await;
                model.switch(write, billing);
            }
            Step::Role(role) => {
                app.set_role(ADA, "northlight", role).await;
                model.contractor = role == "contractor";
            }
            Step::Wait(seconds) => {
                app.shift_clock(seconds);
                model.now += seconds;
            }
        }
        check!(thief_acted || model.replays == 0, "an honest client was taken for a thief");
    }
    let replays = app.events(ADA, "replay.detected").await.split_off(replays_before.len());
    check!(replays.len() == model.replays, "{} replays were recorded, {} happened", replays.len(), model.replays);
    check!(replays.iter().all(|event| event.starts_with("high ")), "{replays:?}");
    let heads = "SELECT CAST(r.id AS TEXT) AS value FROM refresh_tokens r WHERE r.rotated_at IS NULL AND r.connection_id = \
                 (SELECT id FROM connections ORDER BY id DESC LIMIT 1)";
    check!(app.texts(heads).await.len() == 1, "there is not one head");
    let kept = (0..model.links.len()).filter(|link| !model.may_be_swept(*link)).count();
    let length = app.chain_length(ADA).await;
    check!(
        (kept..=model.links.len()).contains(&length),
        "the chain has {length} links, not {kept} at least: {model:?}"
    );
    if model.ended {
        for holder in &seen {
            check!(
                holder.tokens.call("get_context", json!({})).await.status == 401,
                "an access token outlived its end"
            );
            check!(holder.tokens.refresh().await.status == 400, "a refresh token outlived its end");
        }
    }
    Ok(())
}

#[test]
fn p27_h1_h2_h3_h4_h8_any_interleaving_of_renewal_theft_policy_and_time_goes_as_the_model_says() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for app in runtime.block_on(apps()) {
        let cases = if app.database() == "SQLite" { 64 } else { 16 };
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
        let outcome = TestRunner::new(config).run(&steps(), |steps| runtime.block_on(run(&app, &steps)));
        if let Err(error) = outcome {
            panic!("{}: {error}", app.database());
        }
    }
}
