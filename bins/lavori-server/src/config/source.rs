//! Where settings are written: a TOML file, overridden by the environment. Every mistake is kept with its place.

use std::cell::RefCell;
use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::settings::Setting;

/// How alike a name and a setting's must be to be taken for a slip, from 0 to 1 as Jaro and Winkler count it.
const ALIKE: f64 = 0.85;

/// The file and the environment, and what is wrong with them.
pub(super) struct Source<'s> {
    path: &'s str,
    text: &'s str,
    variable: &'s dyn Fn(&str) -> Option<String>,
    mistakes: RefCell<Vec<(Place, String)>>,
}

/// Where something is written, in the order in which mistakes are told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Nowhere: it is left out.
    Nowhere,
    Variable(String),
    Line(usize),
}

impl<'s> Source<'s> {
    pub(super) fn new(path: &'s str, text: &'s str, variable: &'s dyn Fn(&str) -> Option<String>) -> Self {
        Self { path, text, variable, mistakes: RefCell::default() }
    }

    /// The file's own table.
    pub(super) fn root(&self) -> Table<'s, '_> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let line = error.span().map_or(Place::Nowhere, |span| self.line(span.start));
            self.add(line, format!("is no TOML: {}", error.message()));
        }
        Table::new(self, String::new(), Place::Nowhere, table.into_inner())
    }

    /// What is wrong, a line each.
    ///
    /// # Errors
    /// That, if anything is.
    pub(super) fn check(self) -> Result<(), String> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort();
        let told = |(place, what): (Place, String)| match place {
            Place::Nowhere => format!("  {what}\n"),
            Place::Variable(name) => format!("  {name}: {what}\n"),
            Place::Line(line) => format!("  {} line {line}: {what}\n", self.path),
        };
        let told: String = mistakes.into_iter().map(told).collect();
        if told.is_empty() { Ok(()) } else { Err(told) }
    }

    fn add(&self, place: Place, what: String) {
        self.mistakes.borrow_mut().push((place, what));
    }

    fn line(&self, offset: usize) -> Place {
        Place::Line(1 + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count())
    }
}

/// One table: the file itself, `[passwords]`, or one of `[[providers]]`.
pub(super) struct Table<'s, 'm> {
    source: &'m Source<'s>,
    /// `passwords.`, `providers number 2: `, or nothing.
    prefix: String,
    place: Place,
    /// Those that nobody asked for yet.
    entries: DeTable<'s>,
    /// The names that were asked for.
    known: Vec<&'static str>,
}

impl<'s, 'm> Table<'s, 'm> {
    fn new(source: &'m Source<'s>, prefix: String, place: Place, entries: DeTable<'s>) -> Self {
        Self { source, prefix, place, entries, known: Vec::new() }
    }

    /// `[NAME]`, empty where it is left out.
    pub(super) fn section(&mut self, name: &'static str) -> Self {
        self.known.push(name);
        let mut section = Self::new(self.source, format!("{name}."), Place::Nowhere, DeTable::new());
        if let Some((_, value)) = self.entries.remove_entry(name) {
            section.place = self.source.line(value.span().start);
            match value.into_inner() {
                DeValue::Table(entries) => section.entries = entries,
                other => self
                    .source
                    .add(section.place.clone(), format!("{name} is {}, but must be [{name}]", other.type_str())),
            }
        }
        section
    }

    /// Every `[[NAME]]`.
    pub(super) fn sections(&mut self, name: &'static str) -> Vec<Self> {
        self.known.push(name);
        let Some((_, value)) = self.entries.remove_entry(name) else { return Vec::new() };
        let place = self.source.line(value.span().start);
        let DeValue::Array(items) = value.into_inner() else {
            self.source.add(place, format!("{name} must be written as [[{name}]]"));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for (number, item) in (1..).zip(items) {
            let place = self.source.line(item.span().start);
            match item.into_inner() {
                DeValue::Table(entries) => {
                    let prefix = format!("{name} number {number}: ");
                    sections.push(Self::new(self.source, prefix, place, entries));
                }
                _ => self.source.add(place, format!("{name} must be written as [[{name}]]")),
            }
        }
        sections
    }

    /// What is given for a setting. Settings in the file itself and in `[sections]` have variables.
    pub(super) fn take(&mut self, setting: &'static Setting) -> Given<'s, 'm> {
        self.known.push(setting.key);
        let name = format!("{}{}", self.prefix, setting.key);
        let entry = self.entries.remove_entry(setting.key);
        let (mut place, mut value) = match entry {
            None => (self.place.clone(), None),
            Some((_, written)) => {
                let place = self.source.line(written.span().start);
                let value = self.value(&name, &place, written);
                (place, value)
            }
        };
        if let Some(variable) = setting.variable(&self.prefix)
            && let Some(text) = (self.source.variable)(&variable)
        {
            (place, value) = (Place::Variable(variable), Some(Value::Text(text)));
        }
        Given { source: self.source, setting, name, place, value }
    }

    fn value(&self, name: &str, place: &Place, written: Spanned<DeValue<'s>>) -> Option<Value> {
        let value = match written.into_inner() {
            DeValue::Array(items) => {
                let texts: Option<Vec<String>> = items.iter().map(|item| text(item.get_ref())).collect();
                texts.map(Value::List)
            }
            other => text(&other).map(Value::Text),
        };
        if value.is_none() {
            self.source.add(place.clone(), format!("{name} must be text, a number, true or false, or a list of texts"));
        }
        value
    }

    /// Says that something about this whole table is wrong.
    pub(super) fn add(&self, what: impl Display) {
        self.source.add(self.place.clone(), format!("{}{what}", self.prefix));
    }

    /// What was not asked for is no setting. The one that it looks like is told, if there is one.
    pub(super) fn end(self) {
        for key in self.entries.keys() {
            let place = self.source.line(key.span().start);
            let likeness = |name: &&&str| strsim::jaro_winkler(key.get_ref(), name);
            let nearest = self.known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
            let meant = nearest
                .filter(|name| likeness(name) >= ALIKE)
                .map_or_else(String::new, |name| format!("; did you mean {name}?"));
            self.source.add(place, format!("{}{} is no setting{meant}", self.prefix, key.get_ref()));
        }
    }
}

fn text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(|n| n.to_string()),
        DeValue::Boolean(word) => Some(word.to_string()),
        _ => None,
    }
}

enum Value {
    Text(String),
    List(Vec<String>),
}

/// What is given for one setting.
pub(super) struct Given<'s, 'm> {
    source: &'m Source<'s>,
    setting: &'static Setting,
    name: String,
    place: Place,
    value: Option<Value>,
}

impl Given<'_, '_> {
    /// Says that it is wrong.
    pub(super) fn wrong(&self, what: impl Display) {
        self.source.add(self.place.clone(), format!("{} {what}", self.name));
    }

    /// As text; the default where it is left out.
    pub(super) fn text(&self) -> String {
        self.optional().unwrap_or_else(|| self.setting.default.to_owned())
    }

    /// As text, if it is given and not empty.
    pub(super) fn optional(&self) -> Option<String> {
        match &self.value {
            None => None,
            Some(Value::Text(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Some(Value::List(_)) => {
                self.wrong("must be one value and not a list");
                None
            }
        }
    }

    /// As a list: in a variable, with commas between.
    pub(super) fn list(&self) -> Vec<String> {
        let split =
            |text: &str| text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect();
        match &self.value {
            None => split(self.setting.default),
            Some(Value::List(list)) => list.clone(),
            Some(Value::Text(text)) => match self.place {
                Place::Variable(_) => split(text),
                _ => {
                    self.wrong("must be a list: [\"...\"]");
                    Vec::new()
                }
            },
        }
    }

    /// Read as `T`, of which `expected` says how it looks.
    pub(super) fn parse<T: FromStr>(&self, expected: &str) -> Option<T> {
        let text = self.text();
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.wrong(format_args!("is {text:?}, but must be {expected}"));
        }
        parsed
    }

    /// A number; the least one where a mistake was noted.
    pub(super) fn number<N>(&self, range: RangeInclusive<N>) -> N
    where
        N: FromStr + PartialOrd + Copy + fmt::Display,
    {
        let text = self.text();
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.unwrap_or_else(|| {
            self.wrong(format_args!("is {text:?}, but must be a number from {} to {}", range.start(), range.end()));
            *range.start()
        })
    }

    /// One of a few words; `otherwise` where a mistake was noted.
    pub(super) fn word<T: Copy>(&self, words: &[(&str, T)], otherwise: T) -> T {
        let text = self.text();
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.unwrap_or_else(|| {
            let allowed: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(format_args!("is {text:?}, but must be one of {}", allowed.join(", ")));
            otherwise
        })
    }
}
