//! Writes every page, in the states worth looking at, and the assets into a folder:
//! `cargo run -p lavori-web --example pages -- FOLDER`.

use std::path::Path;
use std::{env, fs, io};

use lavori_web::{
    Chosen, Client, Consent, Destination, Home, Identity, Organization, Pinned, Problem, Refusal, Refused, SignIn,
    SignOut, SignedIn, Team, assets,
};

const URL: &str = "https://lavori.example/mcp";

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).ok_or_else(|| io::Error::other("usage: pages FOLDER"))?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::all() {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.body)?;
    }
    for (name, html) in entrance().into_iter().chain(consents()) {
        fs::write(folder.join(format!("{name}.html")), html)?;
    }
    Ok(())
}

fn entrance() -> Vec<(&'static str, String)> {
    let sign_in = SignIn { csrf: "csrf", request: None, email: "", problem: None, client_name: None, providers: &[] };
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
