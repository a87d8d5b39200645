//! What a program calls itself in its `User-Agent`, in words. It is what the program says about itself, and may be made
//! up.

/// What stands before the version of which browser. The first that is there counts: most claim to be others as well.
const BROWSERS: [(&str, &str); 13] = [
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Version/", "Safari"),
];

/// The same for systems.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("X11", "Unix"),
];

/// The longest name of a program that is shown, in characters.
const LONGEST: usize = 40;

/// The browser and system that a `User-Agent` header names, such as `Firefox on Windows`.
///
/// ```
/// let user_agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0";
/// assert_eq!(lavori_web::browser(Some(user_agent)), "Firefox on Windows");
/// assert_eq!(lavori_web::browser(None), "Unknown program");
/// ```
pub fn browser(user_agent: Option<&str>) -> String {
    let user_agent = user_agent.map(str::trim).unwrap_or_default();
    if let Some(named) = named(user_agent, false) {
        return named;
    }
    // The first product that is named is what programs that are no browsers are known by.
    match user_agent.split(['/', ' ', '(']).next().unwrap_or_default() {
        "" | "Mozilla" => "Unknown program".to_owned(),
        name => name.chars().take(LONGEST).collect(),
    }
}

/// The same with its version, as the record of what it did has it: `Firefox 145 on Windows`, `claude-code/2.0.1`.
pub(crate) fn versioned(user_agent: &str) -> String {
    named(user_agent, true).unwrap_or_else(|| {
        let word = user_agent.split_whitespace().next().unwrap_or_default();
        match word.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &word[..end]),
            None => word.to_owned(),
        }
    })
}

/// A browser, on its system where that is known; `None` for other programs.
fn named(user_agent: &str, versioned: bool) -> Option<String> {
    let claims = user_agent.strip_prefix("Mozilla/")?;
    let system = SYSTEMS.iter().find(|(mark, _)| claims.contains(mark)).map(|(_, name)| *name);
    let browser = BROWSERS.iter().find_map(|(mark, name)| {
        let version = claims.split_once(mark)?.1;
        let major: String = version.chars().take_while(char::is_ascii_digit).take(4).collect();
        Some(if versioned && !major.is_empty() { format!("{name} {major}") } else { (*name).to_owned() })
    });
    match (browser, system) {
        (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
        (Some(browser), None) => Some(browser),
        (None, Some(system)) => Some(format!("A browser on {system}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p3_a_session_has_a_name_that_its_person_knows() {
        for (user_agent, expected) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Windows"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 \
                 Safari/537.36 Edg/131.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.1 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 CriOS/131.0.0.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) \
                 SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 \
                 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Linux"),
            ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "A browser on Windows"),
            ("curl/8.5.0", "curl"),
            ("Mozilla/5.0", "Unknown program"),
            ("  ", "Unknown program"),
            ("/", "Unknown program"),
        ] {
            assert_eq!(browser(Some(user_agent)), expected, "{user_agent}");
        }
        assert_eq!(browser(Some(&"x".repeat(500))).len(), 40);
    }

    #[test]
    fn p28_a_user_agent_is_told_with_its_version() {
        for (whole, expected) in [
            ("claude-code/2.0.1 (cli)", "claude-code/2.0.1"),
            ("=HYPERLINK(\"https://evil.example\",\"x\")", "=HYPERLINK(\"https://evil.example\",\"x\")"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox 145 on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 \
                 Safari/605.1.15",
                "Safari 18 on macOS",
            ),
            ("Mozilla/5.0 (compatible; Bot/1.0)", "Mozilla/5.0"),
            ("", ""),
        ] {
            assert_eq!(versioned(whole), expected);
        }
        assert_eq!(versioned(&"é".repeat(300)), format!("{}…", "é".repeat(LONGEST)));
    }
}
