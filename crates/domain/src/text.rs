//! Text that people and models send: cleaned once, at the edge.

/// Removes what can hide or reorder text from a reader: control characters (line feed and tab stay), zero-width
/// characters, bidirectional controls and Unicode tag characters (TOOLS.md S3).
///
/// ```
/// use lavori_domain::text::clean;
/// assert_eq!(clean("Ver\u{200b}ona\u{202e}!"), "Verona!");
/// ```
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| !is_hidden(*c)).collect()
}

/// Whether `clean` would change anything.
pub fn is_clean(text: &str) -> bool {
    is_plain(text.as_bytes()) || !text.chars().any(is_hidden)
}

/// Whether there is no byte that a hidden character has: whole answers are looked at, and few have one.
fn is_plain(text: &[u8]) -> bool {
    let is_harmless = |byte: u8| match byte {
        b'\n' | b'\t' => true,
        // What the hidden characters beyond ASCII begin with in UTF-8.
        0..b' ' | 0x7f | 0xc2 | 0xd8 | 0xe1 | 0xe2 | 0xef | 0xf3 => false,
        _ => true,
    };
    // Without a way out in the middle of a piece, so that many bytes are compared at once.
    text.chunks(64).all(|piece| piece.iter().fold(true, |all, byte| all & is_harmless(*byte)))
}

fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{feff}' => true,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_no_text_with_a_hidden_character_looks_plain() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32).filter(|c| is_hidden(*c)) {
            let text = format!("{}{c}", "plain ".repeat(20));
            assert!(!is_plain(text.as_bytes()) && !is_clean(&text), "{c:?}");
        }
        assert!(is_plain("Città\n\t di Castello".as_bytes()));
    }

    #[test]
    fn s3_hidden_characters_go_and_readable_ones_stay() {
        assert_eq!(clean("a\u{0}b\u{7f}c\u{e0041}d\u{2066}e"), "abcde");
        for kept in ["Città di Castello", "日本\n公演\t①", "👷🏽", "עברית"] {
            assert_eq!(clean(kept), kept);
            assert!(is_clean(kept));
        }
    }
}
