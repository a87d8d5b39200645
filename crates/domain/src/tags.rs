//! Words of an organization's own on its records.

/// The most tags on one record.
pub const MOST: usize = 20;
/// The longest tag, in characters.
pub const LONGEST: usize = 40;

/// Brings tags into the form in which they are kept: trimmed, each once whatever its case, the first spelling kept.
/// `None`: one of them is empty or too long, or there are too many.
///
/// ```
/// use lavori_domain::tags;
/// let given = [" VIP".to_owned(), "vip".to_owned(), "tour 2026".to_owned()];
/// assert_eq!(tags::read(&given).unwrap(), ["VIP", "tour 2026"]);
/// ```
pub fn read(tags: &[String]) -> Option<Vec<String>> {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags {
        let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
        if tag.is_empty() || tag.chars().count() > LONGEST {
            return None;
        }
        if !kept.iter().any(|other| other.to_lowercase() == tag.to_lowercase()) {
            kept.push(tag);
        }
    }
    (kept.len() <= MOST).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_long_and_many_tags_are_refused() {
        assert_eq!(read(&[" ".to_owned()]), None);
        assert_eq!(read(&["é".repeat(41)]), None);
        assert_eq!(read(&["é".repeat(40)]).map(|tags| tags.len()), Some(1));
        let many: Vec<String> = (0..21).map(|n| n.to_string()).collect();
        assert_eq!(read(&many), None);
        assert_eq!(read(&many[..20]).map(|tags| tags.len()), Some(20));
    }
}
