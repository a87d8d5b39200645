//! Writes every page, in the states worth looking at, and the assets into a folder:
//! `cargo run -p lavori-web --example pages -- FOLDER`.

use std::path::Path;
use std::{env, fs, io};

use lavori_web::{
    Administration, Bearer, Belonging, Chosen, Client, Consent, Destination, Home, Identity, Invitation, InvitationRow,
    MemberRow, Notice, Organization, OrganizationSettings, Organizations, Pinned, Problem, Refusal, Refused, SetUp,
    SignIn, SignOut, SignedIn, Somebody, Team, TeamRow, assets,
};

const URL: &str = "https://lavori.example/mcp";

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).ok_or_else(|| io::Error::other("usage: pages FOLDER"))?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::all() {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.body)?;
    }
    for (name, html) in entrance().into_iter().chain(consents()).chain(organizations()) {
        fs::write(folder.join(format!("{name}.html")), html)?;
    }
    Ok(())
}

fn entrance() -> Vec<(&'static str, String)> {
    let sign_in = SignIn { csrf: "csrf", request: None, email: "", problem: None, client_name: None };
    vec![
        ("sign-in", sign_in.render()),
        (
            "sign-in-problem",
            SignIn {
                request: Some("sealed"),
                email: "ada@fontana.example",
                problem: Some("The e-mail address or the password is not right. Please try again."),
                client_name: Some("Claude"),
                ..sign_in
            }
            .render(),
        ),
        ("home", Home { connector_url: URL, signed_in: None }.render()),
        (
            "home-signed-in",
            Home { connector_url: URL, signed_in: Some(SignedIn { name: "Ada Moretti", csrf: "csrf" }) }.render(),
        ),
        (
            "problem",
            Problem {
                title: "This request has expired",
                explanation: "It was open for more than ten minutes, so nothing was granted.",
                next_steps: &[
                    "Go back to your assistant and connect again.",
                    "If it happens again, tell your administrator the code below.",
                ],
                status: 400,
                request_id: "0198c0de-7a11-7000-8000-2f6f1a9b3c4d",
            }
            .render(),
        ),
    ]
}

fn organization(slug: &'static str, name: &'static str, role: &'static str) -> Organization<'static> {
    Organization {
        slug,
        name,
        role,
        why_not: None,
        write_enabled: true,
        billing_enabled: true,
        who_can_enable: vec!["Giulia Bianchi", "Marco Rossi"],
        teams: [("lighting", "Lighting"), ("sound", "Sound"), ("rigging", "Rigging")]
            .map(|(slug, name)| Team { slug, name })
            .to_vec(),
    }
}

fn consents() -> Vec<(&'static str, String)> {
    let one = [organization("fontana", "Fontana Eventi", "Member")];
    let several = [
        organization("fontana", "Fontana Eventi", "Admin"),
        Organization {
            write_enabled: false,
            who_can_enable: vec!["Kirsten Dahl", "Ole Berg", "Maja Lind"],
            ..organization("north", "North Stage Productions", "Member")
        },
        Organization {
            billing_enabled: false,
            teams: Vec::new(),
            ..organization("verona", "Verona Festival", "Member")
        },
        Organization {
            why_not: Some("You are a contractor there, and contractors cannot connect clients."),
            ..organization("circus", "Circus Works", "Contractor")
        },
    ];
    let claude = Client {
        name: "Claude",
        destination: Destination::Web { host: "claude.ai" },
        identity: Identity::Verified { host: "claude.ai" },
    };
    let consent = Consent {
        csrf: "csrf",
        handle: "handle",
        client: claude,
        email: "ada@fontana.example",
        sign_out: SignOut { csrf: "csrf", request: Some("sealed") },
        organizations: &several,
        pinned: None,
        chosen: Chosen::default(),
        problem: None,
    };
    vec![
        ("consent-one", Consent { organizations: &one, ..consent }.render()),
        ("consent-several", consent.render()),
        (
            "consent-unverified",
            Consent {
                client: Client {
                    destination: Destination::Web { host: "a-very-long-name.of-some-assistant.evil.example:8443" },
                    identity: Identity::Unverified,
                    ..claude
                },
                chosen: Chosen { organization: Some("north"), team: Some("sound") },
                problem: Some("The organization's settings changed while this page was open."),
                ..consent
            }
            .render(),
        ),
        (
            "consent-local",
            Consent {
                client: Client {
                    name: "Claude Code",
                    destination: Destination::Loopback { host: "localhost:33418" },
                    ..claude
                },
                organizations: &one,
                ..consent
            }
            .render(),
        ),
        (
            "consent-pinned",
            Consent {
                client: Client {
                    name: "Cursor",
                    destination: Destination::CustomScheme { scheme: "cursor" },
                    identity: Identity::Unverified,
                },
                pinned: Some(Pinned { organization: "north", team: Some("lighting") }),
                ..consent
            }
            .render(),
        ),
        ("consent-blocked", Consent { organizations: &several[3..], ..consent }.render()),
        (
            "refusal",
            Refusal {
                csrf: "csrf",
                handle: "handle",
                client: claude,
                organization: "north",
                organization_name: "North Stage Productions",
                team: Some(Team { slug: "lighting", name: "Lighting" }),
                refused: Refused::WriteAndBilling,
                who_can_enable: vec!["Kirsten Dahl", "Ole Berg", "Maja Lind"],
            }
            .render(),
        ),
    ]
}

fn organizations() -> Vec<(&'static str, String)> {
    let person = SignedIn { name: "Ada Moretti", csrf: "csrf" };
    let member = |id, name, email, role| MemberRow {
        id,
        name,
        email,
        role,
        is_you: id == "1",
        disabled: false,
        changeable: true,
    };
    let settings = OrganizationSettings {
        person,
        slug: "fontana",
        name: "Fontana Eventi",
        role: "owner",
        notice: Some(Notice::Invited {
            email: "bo@fontana.example",
            url: "https://lavori.example/invitations/lvr_in_2hPq0VtZ",
        }),
        administrators: vec!["Ada Moretti"],
        teams: vec![TeamRow {
            slug: "lighting",
            name: "Lighting",
            members: vec![Somebody { id: "1", name: "Ada Moretti" }],
            others: vec![Somebody { id: "2", name: "Bo Rossi" }],
        }],
        inside: Some(Administration {
            time_zone: "Europe/Rome",
            currency: "EUR",
            write: true,
            billing: false,
            client_domains: "claude.ai",
            roles: vec!["owner", "admin", "member", "contractor"],
            members: vec![
                member("1", "Ada Moretti", "ada@fontana.example", "owner"),
                member("2", "Bo Rossi", "bo.rossi@fontana.example", "member"),
            ],
            invitations: vec![InvitationRow {
                id: "3",
                email: "cy@fontana.example",
                role: "contractor",
                invited_by: Some("Ada Moretti"),
                expires_at: "2026-11-29T10:00:00.000Z",
                expires_on: "2026-11-29",
                over: None,
            }],
        }),
    };
    let invitation = Invitation {
        token: "lvr_in_x",
        organization: "Fontana Eventi",
        invited_by: "Ada Moretti",
        email: "cy@fontana.example",
        role: "a contractor",
        problem: None,
        bearer: Bearer::Newcomer { csrf: "csrf", name: "" },
    };
    let belonging = Belonging { slug: "fontana", name: "Fontana Eventi", role: "owner", suspended: false };
    vec![
        ("set-up", SetUp { csrf: "csrf", ..SetUp::default() }.render()),
        ("invitation", invitation.render()),
        ("invitation-known", Invitation { bearer: Bearer::Known, ..invitation }.render()),
        ("organizations", Organizations { person, organizations: vec![belonging], notice: None }.render()),
        ("organization-member", OrganizationSettings { inside: None, notice: None, ..settings.clone() }.render()),
        ("organization", settings.render()),
    ]
}
