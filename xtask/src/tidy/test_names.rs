//! The names of the tests of a file, by which documents say what proves a sentence of theirs.

use super::File;

/// The names of the tests in a file: functions in Rust, titles in scripts.
pub(super) fn of(file: &File) -> Vec<&str> {
    match file.path.rsplit_once('.') {
        Some((_, "rs")) => rust_tests(&file.text),
        Some((_, "mjs" | "js" | "ts")) => script_tests(&file.text),
        _ => Vec::new(),
    }
}

/// Functions with an attribute such as `#[test]` or `#[tokio::test(..)]`, and those inside `proptest!`.
fn rust_tests(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        if let Some(attribute) = line.strip_prefix("#[") {
            let path = attribute.split(['(', ']', ' ']).next().unwrap_or_default();
            is_test |= path == "test" || path.ends_with("::test");
        } else if let Some(function) = line.strip_prefix("fn ").or_else(|| line.strip_prefix("async fn ")) {
            if std::mem::take(&mut is_test) {
                names.extend(function.split(['(', '<']).next());
            }
        } else if !line.starts_with("//") && !line.is_empty() {
            is_test = false;
        }
    }
    names
}

/// The first argument of `test(..)`.
fn script_tests(text: &str) -> Vec<&str> {
    let calls = text.lines().filter_map(|line| line.trim_start().strip_prefix("test("));
    let names = calls.filter_map(|call| {
        let quote = call.chars().next().filter(|quote| ['"', '\'', '`'].contains(quote))?;
        call[1..].split(quote).next()
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        of(&file).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_test_is_a_function_with_the_attribute() {
        for text in [
            "#[test]\nfn x() {}",
            "    #[tokio::test(flavor = \"multi_thread\")]\n    async fn x() {}",
            "#[test]\n#[should_panic(expected = \"y\")]\n// Because.\nfn x() {}",
            "#[test]\n/// Says why.\nfn x(case in any()) {}",
        ] {
            assert_eq!(names("a.rs", text), ["x"], "{text}");
        }
        for text in ["fn y() {}", "// fn y() {}", "#[cfg(test)]\nfn y() {}"] {
            assert_eq!(names("a.rs", text), [""; 0], "{text}");
        }
        assert_eq!(names("a.rs", "#[test]\nfn x() {}\nfn y() {}"), ["x"]);
    }

    #[test]
    fn scripts_name_their_tests_in_words() {
        assert_eq!(names("a.mjs", "test('a5 works', async () => {});\ntested('no');"), ["a5 works"]);
        assert_eq!(names("a.md", "#[test]\nfn x() {}"), [""; 0]);
    }
}
