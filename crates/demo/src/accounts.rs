//! Who can sign in to the demo, in the shape in which `cargo xtask dev` publishes it.

use serde::Serialize;

/// The password of every account.
pub const PASSWORD: &str = "lavori-demo";

/// Somebody who can sign in to the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Their address.
    pub email: &'static str,
    /// Their password: always [`PASSWORD`].
    pub password: &'static str,
    /// Where they belong.
    pub organizations: &'static [AccountOrganization],
}

/// An organization that somebody belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AccountOrganization {
    /// The organization's name in URLs.
    pub slug: &'static str,
    /// The organization's name.
    pub name: &'static str,
    /// Their role in it: `owner`, `admin`, `member` or `contractor`.
    pub role: &'static str,
    /// The slugs of their teams in it.
    pub teams: &'static [&'static str],
}

/// Everybody who can sign in to the demo.
pub fn accounts() -> &'static [Account] {
    &ACCOUNTS
}

static ACCOUNTS: [Account; 4] = [
    account("ada@demo.example", &[northlight("owner", &[]), harbor("member")]),
    account("ben@demo.example", &[northlight("member", &["sound"])]),
    account("dan@demo.example", &[northlight("contractor", &[])]),
    account("hana@demo.example", &[harbor("owner")]),
];

const fn account(email: &'static str, organizations: &'static [AccountOrganization]) -> Account {
    Account { email, password: PASSWORD, organizations }
}

/// A place in the event producer.
pub(crate) const fn northlight(role: &'static str, teams: &'static [&'static str]) -> AccountOrganization {
    AccountOrganization { slug: "northlight", name: "Northlight Productions", role, teams }
}

/// A place in the crew company, which has no teams.
pub(crate) const fn harbor(role: &'static str) -> AccountOrganization {
    AccountOrganization { slug: "harbor", name: "Harbor Crew", role, teams: &[] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_published_with_everything_a_client_needs_to_sign_in() {
        let json = serde_json::to_value(accounts()).unwrap();
        assert_eq!(
            json[1],
            serde_json::json!({
                "email": "ben@demo.example",
                "password": "lavori-demo",
                "organizations": [
                    { "slug": "northlight", "name": "Northlight Productions", "role": "member", "teams": ["sound"] },
                ],
            })
        );
        assert_eq!(json.as_array().unwrap().len(), 4);
    }
}
