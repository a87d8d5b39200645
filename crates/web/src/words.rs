//! Small pieces of prose that more than one page needs.

/// How many people are named before the rest become "another owner or admin".
const NAMED: usize = 4;

/// Says who can turn a switch on: `Ada`, `Ada or Bo`, `Ada, Bo or Cy`.
///
/// A long list is cut and says so; an empty one falls back to the roles.
pub(crate) fn who(names: &[&str]) -> String {
    let cut = &names[..names.len().min(NAMED)];
    match cut {
        [] => "An owner or admin".to_owned(),
        all if names.len() > NAMED => format!("{} or another owner or admin", all.join(", ")),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::who;

    #[test]
    fn names_read_as_a_sentence() {
        assert_eq!(who(&[]), "An owner or admin");
        assert_eq!(who(&["Ada"]), "Ada");
        assert_eq!(who(&["Ada", "Bo"]), "Ada or Bo");
        assert_eq!(who(&["Ada", "Bo", "Cy"]), "Ada, Bo or Cy");
        assert_eq!(who(&["Ada", "Bo", "Cy", "Di", "Ed"]), "Ada, Bo, Cy, Di or another owner or admin");
    }
}
