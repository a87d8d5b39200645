//! `[passwords]`, `[limits]` and `[[providers]]`: how people sign in, and how often strangers may try.

use lavori_domain::organizations::is_slug;
use lavori_oauth::{Limit, Limits, PasswordParameters, ProviderConfig};
use serde::Deserialize;

use super::Mistakes;

/// `[passwords]`, as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Passwords {
    memory_kib: Option<u32>,
    iterations: Option<u32>,
    parallelism: Option<u32>,
    at_once: Option<u32>,
}

impl Passwords {
    /// The parameters for argon2id.
    pub(super) fn check(&self, mistakes: &mut Mistakes) -> PasswordParameters {
        let default = PasswordParameters::default();
        let mut within = |setting: &str, given: Option<u32>, default: u32, least: u32, most: u32| {
            let value = given.unwrap_or(default);
            if !(least..=most).contains(&value) {
                mistakes.add(&format!("passwords.{setting}"), &format!("must be a number from {least} to {most}"));
            }
            value
        };
        PasswordParameters {
            // Below 7 MiB argon2id loses what it is chosen for (OWASP password storage cheat sheet).
            memory_kib: within("memory_kib", self.memory_kib, default.memory_kib, 7 * 1024, 4 * 1024 * 1024),
            iterations: within("iterations", self.iterations, default.iterations, 1, 100),
            parallelism: within("parallelism", self.parallelism, default.parallelism, 1, 16),
            slots: within("at_once", self.at_once, 4, 1, 256) as usize,
        }
    }
}

/// `[limits]`, as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsFile {
    failed_sign_ins_per_account: Option<u32>,
    failed_sign_ins_per_device: Option<u32>,
    failed_sign_ins_per_address: Option<u32>,
    registrations_per_address: Option<u32>,
    registrations: Option<u32>,
}

impl LimitsFile {
    pub(super) fn check(&self, mistakes: &mut Mistakes) -> Limits {
        let default = Limits::default();
        let mut most = |setting: &str, given: Option<u32>, default: Limit| {
            if given.is_some_and(|given| !(1..=1_000_000).contains(&given)) {
                mistakes.add(&format!("limits.{setting}"), "must be a number from 1 to 1000000");
            }
            Limit { most: given.unwrap_or(default.most), ..default }
        };
        Limits {
            account: most("failed_sign_ins_per_account", self.failed_sign_ins_per_account, default.account),
            device: most("failed_sign_ins_per_device", self.failed_sign_ins_per_device, default.device),
            address: most("failed_sign_ins_per_address", self.failed_sign_ins_per_address, default.address),
            registrations_of_address: most(
                "registrations_per_address",
                self.registrations_per_address,
                default.registrations_of_address,
            ),
            registrations: most("registrations", self.registrations, default.registrations),
        }
    }
}

/// One of `[[providers]]`, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    id: String,
    name: String,
    issuer: String,
    client_id: String,
    client_secret_file: Option<String>,
    scopes: Option<Vec<String>>,
}

/// The providers, with their secrets read.
pub(super) fn providers(files: Vec<Provider>, mistakes: &mut Mistakes) -> Vec<ProviderConfig> {
    let mut providers: Vec<ProviderConfig> = Vec::new();
    for (number, file) in (1..).zip(files) {
        let setting = |key: &str| format!("providers[{number}].{key}");
        if !is_slug(&file.id) {
            mistakes
                .add(&setting("id"), "must be lower-case letters, digits and hyphens, at most 40: it stands in URLs");
        }
        if providers.iter().any(|other| other.id == file.id) {
            mistakes.add(&setting("id"), &format!("is {:?}, as another provider's", file.id));
        }
        if providers.iter().any(|other| other.issuer == file.issuer) {
            mistakes.add(&setting("issuer"), &format!("is {:?}, as another provider's", file.issuer));
        }
        if file.name.trim().is_empty() || file.client_id.is_empty() {
            mistakes.add(&setting("name"), "and client_id must not be empty");
        }
        if !ProviderConfig::is_issuer(&file.issuer) {
            let what = "must be the provider's issuer: https://..., or http://localhost:PORT on this machine only";
            mistakes.add(&setting("issuer"), what);
        }
        let client_secret = file.client_secret_file.as_deref().and_then(|path| match std::fs::read_to_string(path) {
            Ok(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Ok(_) => {
                mistakes.add(&setting("client_secret_file"), &format!("{path} is empty"));
                None
            }
            Err(error) => {
                mistakes.add(&setting("client_secret_file"), &format!("{path}: {error}"));
                None
            }
        });
        providers.push(ProviderConfig {
            id: file.id,
            name: file.name,
            issuer: file.issuer,
            client_id: file.client_id,
            client_secret,
            scopes: file.scopes.unwrap_or_else(|| vec!["email".to_owned()]),
        });
    }
    providers
}

#[cfg(test)]
mod tests {
    use super::super::{Config, load};

    fn read(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lavori.toml");
        std::fs::write(folder.path().join("secret"), "s3cret of the provider\n").unwrap();
        std::fs::write(&path, text.replace("FOLDER", folder.path().to_str().unwrap())).unwrap();
        load(path.to_str(), |_| None)
    }

    #[test]
    fn p35_ways_to_sign_in_are_read_and_their_secrets_never_shown() {
        let config = read(
            "[passwords]\nmemory_kib = 65536\n[limits]\nregistrations = 5\n\
             [[providers]]\nid = \"work\"\nname = \"Work\"\nissuer = \"https://accounts.example\"\n\
             client_id = \"lavori\"\nclient_secret_file = \"FOLDER/secret\"\n",
        )
        .unwrap();
        assert_eq!((config.passwords.memory_kib, config.passwords.iterations), (65536, 2));
        assert_eq!((config.limits.registrations.most, config.limits.registrations.window), (5, 60));
        assert_eq!(config.providers[0].client_secret.as_deref(), Some("s3cret of the provider"));
        assert_eq!(config.providers[0].scopes, ["email"]);
        assert!(!format!("{config:?}").contains("s3cret"));
    }

    #[test]
    fn p35_every_mistake_about_signing_in_is_named_at_once() {
        let provider = "[[providers]]\nid = \"Work!\"\nname = \"\"\nissuer = \"http://accounts.example\"\n\
             client_id = \"lavori\"\nclient_secret_file = \"FOLDER/none\"\n";
        let text =
            format!("[passwords]\nmemory_kib = 8\nparallelism = 0\n[limits]\nregistrations = 0\n{provider}{provider}");
        let mistakes = read(&text).unwrap_err();
        for setting in [
            "passwords.memory_kib",
            "passwords.parallelism",
            "limits.registrations",
            "providers[1].id",
            "providers[1].name",
            "providers[1].issuer",
            "providers[1].client_secret_file",
            "providers[2].id is \"Work!\", as another",
        ] {
            assert!(mistakes.contains(setting), "{setting} is missing in:\n{mistakes}");
        }
    }
}
