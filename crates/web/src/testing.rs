//! What every page must hold, checked on the HTML itself.

use crate::assets;

/// Texts that would leave their place if anything forgot to escape them.
pub(crate) const HOSTILE: [&str; 4] = [
    "<script>alert(1)</script>",
    r#""><img src=x onerror=alert(1)>"#,
    "'onmouseover='alert(1)",
    "</title></textarea>&lt;<b>",
];

/// The opening tags of a document, without their brackets.
///
/// Attribute values may hold no raw `<` or `>`: escaping sees to that, and a page in which it did
/// not would fail here one way or the other.
pub(crate) fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .map(|rest| rest.split_once('>').expect("a tag that closes").0)
        .filter(|tag| !tag.starts_with('/'))
        .collect()
}

/// The attributes of a tag: name and value.
pub(crate) fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag.split_once(|c: char| c.is_whitespace()).map_or("", |(_, rest)| rest).trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let (inside, after) = quoted.split_once('"').expect("a value that closes");
            inside.clone_into(&mut value);
            rest = after;
        } else {
            assert!(!rest.starts_with('='), "an unquoted value in <{tag}>");
        }
        found.push((name, value));
        rest = rest.trim_start();
    }
    found
}

/// The value of one attribute of a tag.
pub(crate) fn attribute(tag: &str, name: &str) -> Option<String> {
    attributes(tag).into_iter().find_map(|(found, value)| (found == name).then_some(value))
}

/// The names of all form fields, each once, in the order of the document.
pub(crate) fn fields(html: &str) -> Vec<String> {
    let mut names = Vec::new();
    for tag in tags(html) {
        let field =
            ["input", "select", "textarea", "button"].iter().any(|kind| tag.split_whitespace().next() == Some(kind));
        if let Some(name) = attribute(tag, "name").filter(|name| field && !names.contains(name)) {
            names.push(name);
        }
    }
    names
}

/// The tag of the field with this name and value.
pub(crate) fn field<'a>(html: &'a str, name: &str, value: &str) -> &'a str {
    tags(html)
        .into_iter()
        .find(|tag| {
            attribute(tag, "name").as_deref() == Some(name) && attribute(tag, "value").as_deref() == Some(value)
        })
        .unwrap_or_else(|| panic!("no field {name} with value {value}"))
}

/// Whether a tag has an attribute of this name.
pub(crate) fn has(tag: &str, name: &str) -> bool {
    attribute(tag, name).is_some()
}

/// Holds a page to what every page promises.
pub(crate) fn assert_sound(html: &str) {
    assert!(html.len() < 40_000, "{} bytes", html.len());
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    assert_eq!(html.matches("<h1").count(), 1, "one h1");
    assert_eq!(html.matches("<main").count(), 1, "one main landmark");
    assert_eq!(html.matches("<title>").count(), 1);
    assert!(html.contains(r#"<meta name="viewport" content="width=device-width"#));
    assert!(html.contains(r#"<meta name="color-scheme" content="light dark">"#));
    assert_nothing_inline(html);
    assert_links_resolve(html);
    assert_labels_and_references(html);
    assert_elevated_access_is_off(html);
}

fn assert_nothing_inline(html: &str) {
    for tag in tags(html) {
        let kind = tag.split_whitespace().next().unwrap_or_default();
        assert!(!["style", "base", "iframe", "object", "embed"].contains(&kind));
        if kind == "script" {
            assert!(has(tag, "src"), "an inline script");
        }
        for (name, value) in attributes(tag) {
            assert!(name != "style", "a style attribute in <{tag}>");
            assert!(!name.starts_with("on"), "a handler in <{tag}>");
            assert!(!value.trim_start().starts_with("javascript:"), "<{tag}>");
        }
    }
    assert_eq!(html.matches("<script").count(), 1);
    assert!(html.contains("\"></script>"));
}

fn assert_links_resolve(html: &str) {
    let mut linked = 0;
    for tag in tags(html) {
        for (name, value) in attributes(tag) {
            if name == "src" || (name == "href" && tag.starts_with("link")) {
                assert!(assets::find(&value).is_some(), "no asset {value}");
                linked += 1;
            } else if let Some(id) = value.strip_prefix('#').filter(|_| name == "href") {
                assert!(html.contains(&format!(r#" id="{id}""#)), "no id {id}");
            } else if name == "href" && is_install_link(&value) {
                assert!(tag.starts_with("a "), "<{tag}>");
            } else if name == "href" || name == "action" {
                assert!(value.starts_with('/') && !value.starts_with("//"), "<{tag}>");
            }
        }
    }
    assert_eq!(linked, 4, "stylesheet, script, icon, and the icon of home screens");
}

/// The links of others that our pages have: those that add this server to a program of the person's own computer.
/// What they carry is encoded whole.
fn is_install_link(href: &str) -> bool {
    const PREFIXES: [&str; 2] =
        ["vscode:mcp/install?", "cursor://anysphere.cursor-deeplink/mcp/install?name=lavori&amp;config="];
    let carried = PREFIXES.iter().find_map(|prefix| href.strip_prefix(prefix));
    carried.is_some_and(|carried| carried.chars().all(|c| c.is_ascii_alphanumeric() || "%-_.~".contains(c)))
}

fn assert_labels_and_references(html: &str) {
    let tags = tags(html);
    let ids: Vec<String> = tags.iter().filter_map(|tag| attribute(tag, "id")).collect();
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "an id twice: {ids:?}");
    for tag in &tags {
        for name in ["for", "aria-describedby", "aria-labelledby", "form"] {
            for id in attribute(tag, name).unwrap_or_default().split_whitespace() {
                assert!(ids.iter().any(|known| known == id), "no id {id}: <{tag}>");
            }
        }
        if let Some(id) = attribute(tag, "data-copy") {
            let hint = attribute(tag, "data-hint").unwrap_or_else(|| format!("{id}-hint"));
            assert!(ids.contains(&hint), "no hint for {id}");
            assert!(ids.contains(&id), "nothing to copy at {id}");
        }
        let kind = tag.split_whitespace().next().unwrap_or_default();
        let visible = attribute(tag, "type").as_deref() != Some("hidden");
        if (kind == "input" && visible) || kind == "select" {
            let id = attribute(tag, "id").expect("a field without an id");
            let labelled =
                tags.iter().any(|label| label.starts_with("label") && attribute(label, "for").as_ref() == Some(&id));
            assert!(labelled, "no label for {id}");
        }
    }
}

/// P9: write and billing are off whenever a page is shown.
fn assert_elevated_access_is_off(html: &str) {
    for tag in tags(html) {
        if attribute(tag, "type").as_deref() == Some("checkbox") {
            assert!(!has(tag, "checked"), "<{tag}>");
        }
        let name = attribute(tag, "name").unwrap_or_default();
        if name.starts_with("allow_") {
            assert_eq!(attribute(tag, "type").as_deref(), Some("checkbox"));
        }
    }
}
