//! What an answer must show.

use serde::Deserialize;
use serde_json::Value;

use crate::pointer::{at, filled, value};

/// One thing that the last answer must show, at a place in it. Values may be taken from earlier answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proof {
    /// The place: steps as in `pointer.rs`; or `$` and an answer's index, to prove something of an earlier one.
    at: String,
    /// It is this.
    is: Option<Value>,
    /// It is a text with this in it, or a list that holds this.
    has: Option<Value>,
    /// It is a list of so many.
    count: Option<usize>,
    /// It is a list of at least so many, or such a number.
    at_least: Option<u64>,
    /// It is not there.
    #[serde(default)]
    absent: bool,
    /// It is an amount: that many percent of the amount at the other place.
    percent_of: Option<(i64, String)>,
}

impl Proof {
    /// Whether it holds.
    ///
    /// # Errors
    /// What is there instead.
    pub(crate) fn holds(&self, answers: &[Value]) -> Result<(), String> {
        let last = answers.last().ok_or("there is no answer")?;
        let found = if self.at.starts_with('$') { value(&self.at, answers).ok() } else { at(last, &self.at) };
        if self.absent {
            return match found {
                None => Ok(()),
                Some(found) => Err(format!("{} is {found}", self.at)),
            };
        }
        let found = found.ok_or_else(|| format!("{} is not in {last}", self.at))?;
        let expected: [Option<bool>; 5] = [
            self.is.as_ref().map(|is| Ok::<_, String>(filled(is, answers)? == found)).transpose()?,
            self.has.as_ref().map(|has| Ok::<_, String>(holds(&found, &filled(has, answers)?))).transpose()?,
            self.count.map(|count| found.as_array().is_some_and(|list| list.len() == count)),
            self.at_least.map(|least| {
                let many = found.as_array().map(|list| list.len() as u64).or(found.as_u64());
                many.is_some_and(|many| many >= least)
            }),
            self.percent_of
                .as_ref()
                .map(|(percent, of)| is_percent(&found, *percent, &value(of, answers)?))
                .transpose()?,
        ];
        if expected.iter().all(Option::is_none) {
            return Err(format!("nothing is said of {}", self.at));
        }
        if expected.contains(&Some(false)) {
            return Err(format!("{} is {found}, not as in {self:?}; the answer is {last}", self.at));
        }
        Ok(())
    }
}

fn holds(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (Value::Array(items), wanted) => items.contains(wanted),
        _ => false,
    }
}

/// Whether the amount is that many percent of the other, half a cent up.
fn is_percent(found: &Value, percent: i64, of: &Value) -> Result<bool, String> {
    Ok(cents(found)? == (cents(of)? * percent + 50).div_euclid(100))
}

fn cents(amount: &Value) -> Result<i64, String> {
    let text = amount.as_str().unwrap_or_default();
    let digits = text.split_once('.').map_or_else(|| format!("{text}00"), |(whole, part)| format!("{whole}{part:0<2}"));
    digits.parse().map_err(|_| format!("{amount} is no amount"))
}
