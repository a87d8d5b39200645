//! Values on their way into a database.

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    Word(&'static str),
    Bytes(Vec<u8>),
    Uid([u8; 16]),
    /// Milliseconds since 1970.
    Instant(i64),
    /// Days since 1970.
    Day(i64),
}

/// A table's columns and rows.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static str,
    pub(crate) rows: Box<dyn Iterator<Item = Vec<Cell>> + Send>,
}

impl Table {
    pub(crate) fn new(
        name: &'static str,
        columns: &'static str,
        rows: impl Iterator<Item = Vec<Cell>> + Send + 'static,
    ) -> Self {
        Self { name, columns, rows: Box::new(rows) }
    }
}

/// Writes a UUID with its hyphens.
pub(crate) fn write_uid(out: &mut String, id: [u8; 16]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (at, byte) in id.into_iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

impl From<Option<Self>> for Cell {
    fn from(cell: Option<Self>) -> Self {
        cell.unwrap_or(Self::Null)
    }
}
