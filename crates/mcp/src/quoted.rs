//! A JSON text as a JSON string.

use memchr::memchr2_iter;

/// Writes `json` as a string (RFC 8259 section 7): byte for byte what `serde_json` writes, in a third of the time, for
/// in compact JSON there are only quotation marks and backslashes to escape.
pub(crate) fn quote(json: &str, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    let bytes = json.as_bytes();
    // Line feeds of JSON that somebody indented. Without a way out in the middle, so that many bytes are compared at once.
    if bytes.iter().fold(false, |any, byte| any | (*byte < b' ')) {
        return serde_json::to_writer(out, json);
    }
    out.push(b'"');
    let mut written = 0;
    for at in memchr2_iter(b'"', b'\\', bytes) {
        out.extend_from_slice(&bytes[written..at]);
        out.push(b'\\');
        // What is escaped is the first byte of the next piece.
        written = at;
    }
    out.extend_from_slice(&bytes[written..]);
    out.push(b'"');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted_as_serde_json_does() {
        for json in [
            "",
            "{}",
            "\"",
            "\\",
            r#"{"a":"b","c":["d\"e\\","Città \u0000"],"f":{}}"#,
            "{\n  \"indented\": \"\\n\",\t\"a\": 1\r\n}",
            "ends with a quotation mark\"",
            "\u{7f}\u{2028}💡",
        ] {
            let mut quoted = Vec::new();
            quote(json, &mut quoted).unwrap();
            assert_eq!(String::from_utf8(quoted).unwrap(), serde_json::to_string(json).unwrap());
        }
    }
}
