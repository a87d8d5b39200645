//! `[passwords]`, `[limits]`, `[[providers]]` and `[[clients]]`: how people sign in, and how often strangers may try.

use lavori_domain::organizations::is_slug;
use lavori_oauth::{ConfiguredClient, ConfiguredClients, Limit, Limits, PasswordParameters, ProviderConfig};

use super::settings::{self, Setting};
use super::source::Table;

/// `[passwords]`: the parameters for argon2id.
pub(super) fn passwords(root: &mut Table<'_, '_>) -> PasswordParameters {
    let mut table = root.section("passwords");
    let parameters = PasswordParameters {
        // Below 7 MiB argon2id loses what it is chosen for (OWASP password storage cheat sheet).
        memory_kib: table.take(&settings::MEMORY_KIB).number(7 * 1024..=4 * 1024 * 1024),
        iterations: table.take(&settings::ITERATIONS).number(1..=100),
        parallelism: table.take(&settings::PARALLELISM).number(1..=16),
        slots: table.take(&settings::AT_ONCE).number(1..=256),
    };
    table.end();
    parameters
}

/// `[limits]`.
pub(super) fn limits(root: &mut Table<'_, '_>) -> Limits {
    let mut table = root.section("limits");
    let default = Limits::default();
    let mut most = |setting: &'static Setting, default: Limit| Limit {
        most: table.take(setting).number(1..=1_000_000),
        ..default
    };
    let limits = Limits {
        account: most(&settings::FAILED_SIGN_INS_PER_ACCOUNT, default.account),
        device: most(&settings::FAILED_SIGN_INS_PER_DEVICE, default.device),
        address: most(&settings::FAILED_SIGN_INS_PER_ADDRESS, default.address),
        registrations_of_address: most(&settings::REGISTRATIONS_PER_ADDRESS, default.registrations_of_address),
        registrations: most(&settings::REGISTRATIONS, default.registrations),
    };
    table.end();
    limits
}

/// `[[clients]]`.
pub(super) fn clients(root: &mut Table<'_, '_>) -> ConfiguredClients {
    let (mut clients, mut are_good) = (Vec::new(), true);
    for mut table in root.sections("clients") {
        let client = ConfiguredClient {
            id: table.take(&settings::CLIENT_ID).text(),
            name: table.take(&settings::CLIENT_NAME).text(),
            redirect_uris: table.take(&settings::CLIENT_REDIRECT_URIS).list(),
            domain: table.take(&settings::CLIENT_DOMAIN).optional(),
        };
        // Each by itself, so that its mistakes are told with its line.
        if let Err(wrong) = ConfiguredClients::new([client.clone()]) {
            wrong.iter().for_each(|mistake| table.add(mistake.trim_start_matches("number 1: ")));
            are_good = false;
        }
        clients.push(client);
        table.end();
    }
    ConfiguredClients::new(clients).unwrap_or_else(|wrong| {
        // What is wrong between them.
        wrong.iter().filter(|_| are_good).for_each(|mistake| root.add(format_args!("clients {mistake}")));
        ConfiguredClients::default()
    })
}

/// `[[providers]]`, with their secrets read.
pub(super) fn providers(root: &mut Table<'_, '_>) -> Vec<ProviderConfig> {
    let mut providers: Vec<ProviderConfig> = Vec::new();
    for mut table in root.sections("providers") {
        let (id, issuer) = (table.take(&settings::PROVIDER_ID), table.take(&settings::PROVIDER_ISSUER));
        let (name, client_id) = (table.take(&settings::PROVIDER_NAME), table.take(&settings::PROVIDER_CLIENT_ID));
        let provider = ProviderConfig {
            id: id.text(),
            name: name.text(),
            issuer: issuer.text(),
            client_id: client_id.text(),
            client_secret: secret(&mut table),
            scopes: table.take(&settings::PROVIDER_SCOPES).list(),
        };
        if !is_slug(&provider.id) {
            id.wrong("must be lower-case letters, digits and hyphens, at most 40: it stands in URLs");
        }
        if providers.iter().any(|other| other.id == provider.id) {
            id.wrong(format_args!("is {:?}, as another provider's", provider.id));
        }
        if providers.iter().any(|other| other.issuer == provider.issuer) {
            issuer.wrong(format_args!("is {:?}, as another provider's", provider.issuer));
        }
        if provider.name.is_empty() {
            name.wrong("must not be empty");
        }
        if provider.client_id.is_empty() {
            client_id.wrong("must not be empty");
        }
        if !ProviderConfig::is_issuer(&provider.issuer) {
            issuer.wrong("must be the provider's issuer: https://..., or http://localhost:PORT on this machine only");
        }
        providers.push(provider);
        table.end();
    }
    providers
}

fn secret(table: &mut Table<'_, '_>) -> Option<String> {
    let file = table.take(&settings::PROVIDER_SECRET_FILE);
    let path = file.optional()?;
    match std::fs::read_to_string(&path) {
        Ok(text) if !text.trim().is_empty() => return Some(text.trim().to_owned()),
        Ok(_) => file.wrong(format_args!("is {path:?}, which is empty")),
        Err(error) => file.wrong(format_args!("is {path:?}, which cannot be read: {error}")),
    }
    None
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
            "providers number 1: id",
            "providers number 1: name",
            "providers number 1: issuer",
            "providers number 1: client_secret_file",
            "providers number 2: id is \"Work!\", as another",
        ] {
            assert!(mistakes.contains(setting), "{setting} is missing in:\n{mistakes}");
        }
    }
}
