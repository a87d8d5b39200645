//! Tax identification numbers, in the one form in which they are kept and compared.

/// The states whose VAT numbers begin with a country prefix: the European Union's, Greece as `EL`, and `XI` for
/// Northern Ireland (Directive 2006/112/EC art. 215; EN 16931 BR-CO-09).
const PREFIXES: &[&str] = &[
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
];

/// The longest number: a prefix and 18 characters are more than any state uses.
const LONGEST: usize = 20;

/// Brings a tax id into the form in which it is kept: upper case, without spaces, dots, hyphens and slashes. `country`
/// is where its owner sits, as ISO 3166 says it; in the European Union the number needs a country prefix (BR-CO-09),
/// which need not be the prefix of that country.
///
/// ```
/// use lavori_domain::contacts::normalize_tax_id;
/// assert_eq!(normalize_tax_id("it 0123.456.7890", Some("IT")).unwrap(), "IT01234567890");
/// assert!(normalize_tax_id("01234567890", Some("IT")).is_err());
/// ```
///
/// # Errors
/// [`NotATaxId`] says what is wrong.
pub fn normalize_tax_id(text: &str, country: Option<&str>) -> Result<String, NotATaxId> {
    let id: String =
        text.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '/')).map(|c| c.to_ascii_uppercase()).collect();
    if !(4..=LONGEST).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(NotATaxId::Form);
    }
    let prefixed = PREFIXES.contains(&id.get(..2).unwrap_or_default());
    if country.is_some_and(is_in_the_eu) && !prefixed {
        return Err(NotATaxId::Prefix);
    }
    Ok(id)
}

/// Whether a state is in the European Union. ISO 3166 calls Greece `GR`, VAT numbers call it `EL`.
fn is_in_the_eu(country: &str) -> bool {
    country == "GR" || (PREFIXES.contains(&country) && !matches!(country, "EL" | "XI"))
}

/// Why a text is no tax id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotATaxId {
    /// It is not 4 to 20 letters and digits.
    #[error("a tax id has 4 to 20 letters and digits")]
    Form,
    /// Its owner sits in the European Union, and it begins with no state's prefix.
    #[error("a tax id of the European Union begins with a country prefix")]
    Prefix,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn br_co_09_in_the_union_a_prefix_is_needed_and_elsewhere_it_is_not() {
        for (id, country, expected) in [
            ("DE 123 456 789", Some("DE"), Ok("DE123456789")),
            ("EL094014201", Some("GR"), Ok("EL094014201")),
            // Registered in another state than the one it sits in.
            ("FR40303265045", Some("IT"), Ok("FR40303265045")),
            ("094014201", Some("GR"), Err(NotATaxId::Prefix)),
            ("GB123456789", Some("IT"), Err(NotATaxId::Prefix)),
            ("XI123456789", Some("GB"), Ok("XI123456789")),
            ("che-123.456.789", Some("CH"), Ok("CHE123456789")),
            ("12-3456789", Some("US"), Ok("123456789")),
            ("01234567890", None, Ok("01234567890")),
            ("IT", Some("IT"), Err(NotATaxId::Form)),
            ("IT0123456789012345678901", Some("IT"), Err(NotATaxId::Form)),
            ("IT0123é", None, Err(NotATaxId::Form)),
            ("é", None, Err(NotATaxId::Form)),
        ] {
            assert_eq!(normalize_tax_id(id, country), expected.map(str::to_owned), "{id} {country:?}");
        }
    }
}
