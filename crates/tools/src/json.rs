//! Writing an answer: once, compact, and without characters that hide or reorder text (TOOLS.md S3).

use lavori_domain::text;
use serde::Serialize;

/// Writes `value` as compact JSON. Hidden characters that found their way into the database do not leave it here.
///
/// # Errors
/// When the value cannot be JSON.
pub(crate) fn write<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    Ok(match json.contains('\\') && ["\\u00", "\\b", "\\f", "\\r"].iter().any(|escape| json.contains(escape)) {
        true => without_escaped(&text::clean(&json)),
        false if text::is_clean(&json) => json,
        false => text::clean(&json),
    })
}

/// Takes out what is hidden behind escapes.
fn without_escaped(json: &str) -> String {
    let mut kept = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        kept.push_str(&rest[..at]);
        // An escape is `\u` and four digits, or two characters; all of them are ASCII.
        let length = if rest[at..].starts_with("\\u") { 6 } else { 2 };
        let (escape, after) = rest[at..].split_at(length);
        if !is_control(escape) {
            kept.push_str(escape);
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Whether the escape stands for a control character other than line feed and tab.
fn is_control(escape: &str) -> bool {
    matches!(escape, "\\b" | "\\f" | "\\r") || escape.starts_with("\\u")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_hidden_characters_do_not_leave_and_everything_else_does() {
        let cases = [
            ("plain", r#""plain""#),
            ("Città \"di\" Castello\n\\b", r#""Città \"di\" Castello\n\\b""#),
            ("a\u{0}b\u{8}c\u{c}d\re\u{1b}f\tg", r#""abcdef\tg""#),
            ("x\u{200b}\u{202e}y\u{7f}\\\\u0001", r#""xy\\\\u0001""#),
            ("tag\u{e0041}\u{e0042}", r#""tag""#),
        ];
        for (given, expected) in cases {
            let json = write(given).unwrap();
            assert_eq!(json, expected);
            assert!(serde_json::from_str::<String>(&json).is_ok());
        }
    }
}
