//! The files that the pages link to, embedded in the binary.
//!
//! A path carries a hash of the content, so an answer may be cached for a year and a new build is
//! never shown with an old stylesheet.

use std::sync::LazyLock;

/// A static file, served as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// The path it is served under, such as `/assets/app-0123456789abcdef.css`.
    pub path: String,
    /// The value of its `Content-Type` header.
    pub content_type: &'static str,
    /// The whole content.
    pub body: &'static [u8],
}

impl Asset {
    fn new(stem: &str, extension: &str, content_type: &'static str, body: &'static str) -> Self {
        let hash = fnv1a(body.as_bytes());
        Self { path: format!("/assets/{stem}-{hash:016x}.{extension}"), content_type, body: body.as_bytes() }
    }
}

/// The parts of the stylesheet, in order: later ones win.
macro_rules! stylesheet {
    ($($part:literal),* $(,)?) => { concat!($(include_str!(concat!("../assets/css/", $part, ".css")), "\n"),*) };
}

/// The parts of the script, each in a block of its own: what one declares, no other one sees.
macro_rules! script {
    ($($part:literal),* $(,)?) => { concat!($("{\n", include_str!(concat!("../assets/js/", $part, ".js")), "}\n"),*) };
}

const STYLESHEET: &str = stylesheet![
    "tokens",
    "base",
    "frame",
    "controls",
    "words",
    "lists",
    "home",
    "sign_in",
    "consent",
    "connections",
    "activity",
    "organization",
    "account",
    "forced_colors",
];

const SCRIPT: &str =
    script!["once", "copy", "menu", "dialogs", "secrets", "set_up", "consent", "status", "activity", "organization"];

static ALL: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        Asset::new("app", "css", "text/css; charset=utf-8", STYLESHEET),
        Asset::new("app", "js", "text/javascript; charset=utf-8", SCRIPT),
        Asset::new("icon", "svg", "image/svg+xml", include_str!("../assets/icon.svg")),
    ]
});

/// Every asset: stylesheet, script, icon.
///
/// ```
/// assert!(lavori_web::assets::all().iter().all(|asset| asset.path.starts_with("/assets/")));
/// ```
pub fn all() -> &'static [Asset] {
    ALL.as_slice()
}

/// Finds the asset that is served under this path.
pub fn find(path: &str) -> Option<&'static Asset> {
    all().iter().find(|asset| asset.path == path)
}

/// The path of the stylesheet.
pub(crate) fn stylesheet() -> &'static str {
    &ALL[0].path
}

/// The path of the script.
pub(crate) fn script() -> &'static str {
    &ALL[1].path
}

/// The path of the icon.
pub(crate) fn icon() -> &'static str {
    &ALL[2].path
}

/// FNV-1a, 64 bits: it tells two versions of our own files apart, nothing more.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_the_content() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
        assert!(stylesheet().ends_with(".css"));
        assert!(script().ends_with(".js"));
        assert!(icon().ends_with(".svg"));
    }

    #[test]
    fn an_asset_is_found_by_its_path_only() {
        for asset in all() {
            assert_eq!(find(&asset.path), Some(asset));
        }
        assert_eq!(find("/assets/app.css"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn assets_ask_nothing_of_other_hosts() {
        for asset in all() {
            let text = std::str::from_utf8(asset.body).unwrap();
            let text = text.replace("http://www.w3.org/2000/svg", "");
            for outside in ["http:", "https:", "url(", "@import", "import("] {
                assert!(!text.contains(outside), "{} has {outside}", asset.path);
            }
        }
    }
}
