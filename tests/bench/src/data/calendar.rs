//! As much of the calendar as the rows need.

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;
/// When the first task was made: 2025-01-06, a Monday.
pub(super) const START: i64 = 20_094 * DAY;
/// Over how many days tasks were made.
pub(super) const SPAN: i64 = 600;
/// Long after any run: nothing expires, and nothing is noted as used for the first time.
pub(super) const FAR: i64 = 47_482 * DAY;

/// Writes a day as `2026-11-22`.
pub(crate) fn day(days: i64) -> String {
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Writes an instant as `2026-11-22T17:03:05.123Z`.
pub(crate) fn rfc3339(millis: i64) -> String {
    let mut text = Vec::with_capacity(24);
    instant(&mut text, millis);
    String::from_utf8(text).unwrap_or_default()
}

/// Without formatting machinery: the floor writes one of them per row.
fn instant(out: &mut Vec<u8>, millis: i64) {
    let (year, month, day) = civil(millis.div_euclid(DAY));
    let rest = millis.rem_euclid(DAY);
    digits(out, year, 4);
    for (mark, number, width) in [
        (b'-', month, 2),
        (b'-', day, 2),
        (b'T', rest / 3_600_000, 2),
        (b':', rest / 60_000 % 60, 2),
        (b':', rest / 1000 % 60, 2),
        (b'.', rest % 1000, 3),
    ] {
        out.push(mark);
        digits(out, number, width);
    }
    out.push(b'Z');
}

fn digits(out: &mut Vec<u8>, number: i64, width: usize) {
    let start = out.len();
    out.resize(start + width, b'0');
    let mut left = number;
    for place in out[start..].iter_mut().rev() {
        *place = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
    }
}

/// Year, month and day of a day since 1970, as by Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_read_as_on_a_wall_calendar() {
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(START / DAY), "2025-01-06");
        assert_eq!(day(20_512), "2026-02-28");
        assert_eq!(day(19_782), "2024-02-29");
        assert_eq!(day(FAR / DAY), "2100-01-01");
        assert_eq!(rfc3339(1_234_567_890_123), "2009-02-13T23:31:30.123Z");
    }
}
