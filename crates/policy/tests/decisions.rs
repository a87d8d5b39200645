//! The decision in all states, held to an oracle that knows no order of scopes: plain sets of their names.

use std::collections::BTreeSet;

use lavori_domain::env::TestEnv;
use lavori_domain::organizations::{OrganizationState, PersonState, Role};
use lavori_domain::{Id, TimeZone, Timestamp};
use lavori_policy::{ConnectionStanding, Epochs, Refusal, Scopes, Standing, Switches, Tenant, decide};
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;

type Names = BTreeSet<String>;

const MCP: &str = "https://lavori.example/mcp";

fn names(scopes: Scopes) -> Names {
    scopes.to_string().split(' ').map(str::to_owned).collect()
}

/// What the switches leave: billing depends on write (P16, P19).
fn allowed(write: bool, billing: bool) -> Names {
    let mut names = Names::from(["mcp:read".to_owned()]);
    if write {
        names.insert("mcp:write".to_owned());
    }
    if write && billing {
        names.insert("mcp:write:billing".to_owned());
    }
    names
}

/// The facts that decide, as an operator would list them.
#[derive(Debug, Clone)]
struct Facts {
    approved: Scopes,
    token: Scopes,
    write: bool,
    billing: bool,
    role: Role,
    person_disabled: bool,
    left: bool,
    suspended: bool,
    connection_revoked: bool,
    token_revoked: bool,
    /// Seconds that the connection and the token have left.
    left_of: (i64, i64),
    other_resource: bool,
    token_epochs: (i32, i32),
    epochs: (i32, i32),
}

fn facts() -> impl Strategy<Value = Facts> {
    let epochs = || (0..3_i32, 0..3_i32);
    // Mostly well, so that every fact is often the only one that is wrong.
    let rarely = || proptest::bool::weighted(0.08);
    let life = || (-5..50_i64).prop_map(|seconds| if seconds > 5 { seconds } else { seconds - 1 });
    (
        (select(&Scopes::ALL[..]), select(&Scopes::ALL[..]), any::<bool>(), any::<bool>(), select(Role::ALL)),
        (rarely(), rarely(), rarely(), rarely(), rarely(), rarely()),
        ((life(), life()), epochs(), epochs(), any::<bool>()),
    )
        .prop_map(|(what, wrong, (left_of, token_epochs, epochs, same))| Facts {
            approved: what.0,
            token: what.1,
            write: what.2,
            billing: what.3,
            role: what.4,
            person_disabled: wrong.0,
            left: wrong.1,
            suspended: wrong.2,
            connection_revoked: wrong.3,
            token_revoked: wrong.4,
            other_resource: wrong.5,
            left_of,
            token_epochs: if same { epochs } else { token_epochs },
            epochs,
        })
}

fn standing(facts: &Facts) -> Standing {
    let env = TestEnv::default();
    let now = Timestamp::from_millis(1_000_000_000);
    let ended = |ended: bool| ended.then_some(now);
    Standing {
        expires_at: now.plus_seconds(facts.left_of.1),
        scopes: facts.token,
        epochs: Epochs { write: facts.token_epochs.0, billing: facts.token_epochs.1 },
        revoked_at: ended(facts.token_revoked),
        of: ConnectionStanding {
            now,
            resource: if facts.other_resource { format!("{MCP}/o/harbor") } else { MCP.to_owned() },
            connection: Id::new(&env),
            approved: facts.approved,
            revoked_at: ended(facts.connection_revoked),
            expires_at: now.plus_seconds(facts.left_of.0),
            person: Id::new(&env),
            person_state: if facts.person_disabled { PersonState::Disabled } else { PersonState::Active },
            role: facts.role,
            membership_ended_at: ended(facts.left),
            organization_state: if facts.suspended { OrganizationState::Suspended } else { OrganizationState::Active },
            switches: Switches::new(facts.write, facts.billing),
            epochs: Epochs { write: facts.epochs.0, billing: facts.epochs.1 },
            tenant: Tenant {
                organization: Id::new(&env),
                slug: "northlight".to_owned(),
                name: "Northlight".to_owned(),
                time_zone: TimeZone::UTC,
                currency: "EUR".parse().expect("a currency"),
                team: None,
                team_slug: None,
            },
        },
    }
}

/// Whether anything forbids the token.
fn forbidden(facts: &Facts) -> bool {
    let names = names(facts.token);
    let write_cut = names.contains("mcp:write") && facts.token_epochs.0 != facts.epochs.0;
    let billing_cut = names.contains("mcp:write:billing") && facts.token_epochs.1 != facts.epochs.1;
    let contractor = facts.role.as_str() == "contractor";
    [facts.person_disabled, facts.left, facts.suspended, facts.connection_revoked, facts.token_revoked].contains(&true)
        || [facts.other_resource, contractor, write_cut, billing_cut].contains(&true)
        || facts.left_of.0 <= 0
        || facts.left_of.1 <= 0
}

/// What can happen to the switches while a token is out.
#[derive(Debug, Clone, Copy)]
struct Change {
    write: bool,
    billing: bool,
}

proptest! {
    #[test]
    fn p22_i6_effective_scopes_are_what_every_single_fact_allows(facts in facts()) {
        match decide(standing(&facts), MCP) {
            Err(_) => prop_assert!(forbidden(&facts)),
            Ok(caller) => {
                prop_assert!(!forbidden(&facts));
                let effective = names(caller.scopes);
                let switches = allowed(facts.write, facts.billing);
                let expected: Names = names(facts.approved)
                    .intersection(&names(facts.token))
                    .filter(|name| switches.contains(*name))
                    .cloned()
                    .collect();
                prop_assert_eq!(&effective, &expected);
                prop_assert!(!effective.contains("mcp:write:billing") || effective.contains("mcp:write"));
                prop_assert_eq!(names(caller.grantable), switches);
            }
        }
    }

    #[test]
    fn p21_i6_a_token_that_relied_on_a_switch_is_dead_once_it_went_off_whatever_follows(
        token in select(&Scopes::ALL[..]),
        changes in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..12),
    ) {
        let facts = Facts {
            approved: Scopes::Billing, token, write: true, billing: true, role: Role::Member, person_disabled: false,
            left: false, suspended: false, connection_revoked: false, token_revoked: false, left_of: (60, 60),
            other_resource: false, token_epochs: (0, 0), epochs: (0, 0),
        };
        let mut now = standing(&facts);
        let mut switches = Change { write: true, billing: true };
        let mut went_off = Names::new();
        for (write, billing) in changes {
            let next = Change { write, billing: billing && write };
            for (name, before, after, epoch) in [
                ("mcp:write", switches.write, next.write, &mut now.of.epochs.write),
                ("mcp:write:billing", switches.billing, next.billing, &mut now.of.epochs.billing),
            ] {
                if before && !after {
                    *epoch += 1;
                    went_off.insert(name.to_owned());
                }
            }
            switches = next;
            now.of.switches = Switches::new(switches.write, switches.billing);
            let decided = decide(now.clone(), MCP);
            if names(token).intersection(&went_off).next().is_some() {
                prop_assert_eq!(decided, Err(Refusal::SwitchedOff));
            } else {
                prop_assert!(decided.is_ok());
            }
        }
    }
}
