//! Answers as they are compared between two worlds: one's own records by kind and place, new ones as such.

use std::collections::BTreeMap;

use crate::sides::Side;

/// An answer with the ids, keys and numbers of one's own records as their kind and place, and new ones as such.
pub(crate) fn told(own: &Side, answer: &str) -> String {
    let mut meanings: BTreeMap<&str, String> = BTreeMap::new();
    for (place, record) in own.records.iter().enumerate() {
        meanings.insert(&record.id, format!("<{} {place}>", record.kind));
        if let Some(key) = &record.key {
            meanings.insert(key, format!("<key of {} {place}>", record.kind));
        }
    }
    let mut told = String::new();
    let mut rest = answer;
    while !rest.is_empty() {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        match meanings.get(token) {
            Some(meaning) => told.push_str(meaning),
            None if is_new(token) => told.push_str("<new>"),
            None => told.push_str(token),
        }
        let next = after.chars().next().map_or(0, char::len_utf8);
        told.push_str(&after[..next]);
        rest = &after[next..];
    }
    without_cursors(&told)
}

/// An id, a key or a number of a document.
fn is_new(token: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match token.split('-').collect::<Vec<_>>().as_slice() {
        [kind, number] => kind.len() == 1 && kind.bytes().all(|byte| byte.is_ascii_uppercase()) && digits(number),
        ["INV" | "CN" | "Q", year, number] => digits(year) && digits(number),
        [_, _, _, _, _] => token.len() == 36,
        _ => false,
    }
}

/// A cursor is of its connection: the pages that it leads to are compared instead.
fn without_cursors(answer: &str) -> String {
    let mut parts = answer.split("\"next_cursor\":\"");
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        told.push_str("\"next_cursor\":\"");
        told.push_str(&part[part.find('"').unwrap()..]);
    }
    told
}
