//! The files that the pages link to, embedded in the binary.
//!
//! A path carries a hash of the content, so an answer may be cached for a year and a new build is
//! never shown with an old stylesheet. Only `/favicon.ico` stands where everybody looks for it.
//!
//! The pictures are the mark of `assets/icon.svg`, drawn once; `touch-180.png` fills its square, because the devices that
//! show it round the corners themselves.

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
    fn new(stem: &str, extension: &str, content_type: &'static str, body: &'static [u8]) -> Self {
        let hash = fnv1a(body);
        Self { path: format!("/assets/{stem}-{hash:016x}.{extension}"), content_type, body }
    }

    /// Whether the path names the content, so that it never changes.
    pub fn is_lasting(&self) -> bool {
        self.path.starts_with("/assets/")
    }

    /// Whether it is a picture: those are for other sites' pages too.
    pub fn is_picture(&self) -> bool {
        self.content_type.starts_with("image/")
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

static ALL: LazyLock<[Asset; 8]> = LazyLock::new(|| {
    let png = |stem, body| Asset::new(stem, "png", "image/png", body);
    [
        Asset::new("app", "css", "text/css; charset=utf-8", STYLESHEET.as_bytes()),
        Asset::new("app", "js", "text/javascript; charset=utf-8", SCRIPT.as_bytes()),
        Asset::new("icon", "svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
        png("icon-48", include_bytes!("../assets/icon-48.png")),
        png("icon-96", include_bytes!("../assets/icon-96.png")),
        png("icon-512", include_bytes!("../assets/icon-512.png")),
        png("touch-180", include_bytes!("../assets/touch-180.png")),
        Asset {
            path: "/favicon.ico".to_owned(),
            content_type: "image/x-icon",
            body: include_bytes!("../assets/favicon.ico"),
        },
    ]
});

/// Every asset: stylesheet, script, icons.
///
/// ```
/// let mut lasting = lavori_web::assets::all().iter().filter(|asset| asset.is_lasting());
/// assert!(lasting.all(|asset| asset.path.starts_with("/assets/")));
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

/// The path of the icon that devices put on their home screen.
pub(crate) fn touch_icon() -> &'static str {
    &ALL[6].path
}

/// The mark for others to show, with its sizes: `any` for the drawing, which scales.
pub fn icons() -> [(&'static Asset, &'static str); 4] {
    [(&ALL[2], "any"), (&ALL[3], "48x48"), (&ALL[4], "96x96"), (&ALL[5], "512x512")]
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
            let text = String::from_utf8_lossy(asset.body);
            let text = text.replace("http://www.w3.org/2000/svg", "");
            for outside in ["http:", "https:", "url(", "@import", "import("] {
                assert!(!text.contains(outside), "{} has {outside}", asset.path);
            }
        }
    }

    #[test]
    fn a_picture_is_what_its_type_and_size_say() {
        for (asset, size) in icons() {
            assert!(asset.is_picture() && asset.is_lasting(), "{}", asset.path);
            if asset.content_type == "image/png" {
                assert_eq!(&asset.body[..8], b"\x89PNG\r\n\x1a\n");
                let side = |at: usize| u32::from_be_bytes(asset.body[at..at + 4].try_into().unwrap());
                assert_eq!(format!("{}x{}", side(16), side(20)), size, "{}", asset.path);
            } else {
                assert_eq!((asset.content_type, size), ("image/svg+xml", "any"));
            }
        }
        let favicon = find("/favicon.ico").unwrap();
        assert!(favicon.is_picture() && !favicon.is_lasting());
        // Two pictures of an icon file (ICONDIR).
        assert_eq!(&favicon.body[..6], [0, 0, 1, 0, 2, 0]);
        assert!(all().iter().map(|asset| asset.body.len()).sum::<usize>() < 400_000);
    }
}
