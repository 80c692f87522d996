//! Durations and counts as programs write them.

use super::problem::{Problem, Wrong};

/// A duration in seconds: numbers with units, one after another (`1m30s`, `500ms`, `0.25s`), or a
/// bare number, of which one is `bare` seconds. None: it is no duration.
pub(crate) fn duration_s(text: &str, bare: f64) -> Option<f64> {
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, after) = rest.split_at(digits.unwrap_or(rest.len()));
        let number: f64 = number.parse().ok()?;
        let letters = after.find(|c: char| c.is_ascii_digit());
        let (unit, after) = after.split_at(letters.unwrap_or(after.len()));
        total += number
            * match unit {
                "" => bare,
                "ns" => 1e-9,
                "us" | "µs" => 1e-6,
                "ms" => 1e-3,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                "d" => 86_400.0,
                "w" => 604_800.0,
                "M" => 2_592_000.0,
                "y" => 31_536_000.0,
                _ => return None,
            };
        rest = after;
    }
    // Sums of decimal fractions, to the microsecond.
    let rounded = (total * 1e6).round() / 1e6;
    (!text.is_empty() && total.is_finite()).then_some(rounded)
}

/// A duration in seconds; see [`duration_s`].
///
/// # Errors
/// It is none.
pub(crate) fn duration(line: usize, text: &str, bare: f64) -> Result<f64, Problem> {
    duration_s(text, bare).ok_or_else(|| Problem::new(line, text, Wrong::Duration))
}

/// A whole number.
///
/// # Errors
/// It is none.
pub(crate) fn count(line: usize, text: &str) -> Result<u32, Problem> {
    text.parse()
        .map_err(|_| Problem::new(line, text, Wrong::Count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_sums_of_numbers_with_units() {
        let read = |text| duration_s(text, 0.001);
        assert_eq!(
            ["500ms", "1m30s", "0.25s", "2000"].map(read),
            [0.5, 90.0, 0.25, 2.0].map(Some)
        );
        assert_eq!(
            ["1d", "1h30m", "10us"].map(read),
            [86_400.0, 5400.0, 1e-5].map(Some)
        );
        assert_eq!(["", "s", "1x", "1s-", "1.2.3s", "∞"].map(read), [None; 6]);
    }
}
