//! Request parameters: a form or a query, read without forgiving what could be read in two ways.

use crate::error::{ErrorCode, Failure};

/// The most parameters one request may have.
const MOST: usize = 64;

/// Parsed `application/x-www-form-urlencoded` parameters.
#[derive(Debug, Clone, Default)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query string or a form body.
    ///
    /// # Errors
    /// `invalid_request` when it is not UTF-8, holds control characters, or has too many parameters (OAUTH.md G8, A8).
    pub fn parse(input: &[u8]) -> Result<Self, Failure> {
        let invalid = |description| Err(Failure::new(ErrorCode::InvalidRequest, description));
        let mut all = Vec::new();
        for (name, value) in form_urlencoded::parse(input) {
            if all.len() == MOST {
                return invalid("more than 64 parameters");
            }
            // The parser puts U+FFFD where bytes are not UTF-8.
            if [&name, &value].iter().any(|text| text.chars().any(|c| c == '\u{fffd}' || c.is_control())) {
                return invalid("a parameter is not UTF-8 or holds control characters");
            }
            // RFC 6749 section 3.1: sent without a value means omitted.
            if !value.is_empty() {
                all.push((name.into_owned(), value.into_owned()));
            }
        }
        Ok(Self(all))
    }

    /// Refuses any parameter that is there twice, known here or not, but for those in `repeatable`.
    ///
    /// # Errors
    /// `invalid_request` (RFC 6749 section 3.2).
    pub fn each_once(&self, repeatable: &[&str]) -> Result<(), Failure> {
        for (name, _) in &self.0 {
            if !repeatable.contains(&name.as_str()) {
                self.get(name)?;
            }
        }
        Ok(())
    }

    /// The one value of a parameter.
    ///
    /// # Errors
    /// `invalid_request` when it is there twice (RFC 6749 section 3.1), also as `name[]` or `name[x]`.
    pub fn get(&self, name: &str) -> Result<Option<&str>, Failure> {
        let repeated = || Failure::new(ErrorCode::InvalidRequest, "a parameter is repeated");
        let is_array = |other: &str| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
        if self.0.iter().any(|(other, _)| is_array(other)) {
            return Err(repeated());
        }
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() { Err(repeated()) } else { Ok(first) }
    }

    /// The one value of a parameter that must be there.
    ///
    /// # Errors
    /// `invalid_request` with `missing` when it is not there, and as [`Parameters::get`].
    pub fn require(&self, name: &str, missing: &'static str) -> Result<&str, Failure> {
        self.get(name)?.ok_or_else(|| Failure::new(ErrorCode::InvalidRequest, missing))
    }

    /// Every value of a parameter that may be repeated, such as `resource` (RFC 8707 section 2).
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Parameters {
        Parameters::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn d7_what_is_there_twice_is_refused() {
        for text in ["state=a&state=b", "state=a&state=a", "state[]=a", "state=a&state[b]=c"] {
            assert!(read(text).get("state").is_err(), "{text}");
        }
        assert_eq!(read("a=1&states=2").get("state"), Ok(None));
    }

    #[test]
    fn g8_a_field_may_be_repeated_only_where_that_is_meant() {
        assert!(read("a=1&b=2&resource=x&resource=y").each_once(&["resource"]).is_ok());
        for text in ["a=1&a=1", "x=1&y=2&x=3", "x=1&x[]=2", "resource=x&resource=x"] {
            assert!(read(text).each_once(&[]).is_err(), "{text}");
        }
    }

    #[test]
    fn a_parameter_without_a_value_counts_as_omitted() {
        assert_eq!(read("scope=&state=x").get("scope"), Ok(None));
        assert_eq!(read("state=&state=x").get("state"), Ok(Some("x")));
    }

    #[test]
    fn g8_garbage_is_refused_and_both_spellings_of_a_space_are_one() {
        for bad in ["a=%00", "a=%ff", "a=%0d%0aSet-Cookie", "%c3=x"] {
            assert!(Parameters::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert_eq!(read("scope=a+b").get("scope"), read("scope=a%20b").get("scope"));
        assert_eq!(read("v=%2B").get("v"), Ok(Some("+")));
    }

    #[test]
    fn a8_a_thousand_parameters_are_refused() {
        assert!(Parameters::parse("a=1&".repeat(1000).as_bytes()).is_err());
    }
}
