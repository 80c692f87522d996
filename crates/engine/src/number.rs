//! How numbers are written.

/// `value` to `digits` significant digits, without trailing zeros, never with an exponent: 0.05541,
/// 12.4, 1500.
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "–".into()
        } else if value > 0.0 {
            "∞".into()
        } else {
            "−∞".into()
        };
    }
    if value == 0.0 {
        return "0".into();
    }
    // After rounding, since 9.996 to three digits is 10.0.
    let exponent = libm::floor(libm::log10(round(value, digits as i32).abs())) as i32;
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    let text = format!("{:.*}", decimals, value.abs());
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    if value < 0.0 {
        format!("−{text}")
    } else {
        text.to_string()
    }
}

/// `value` rounded to `digits` significant digits.
pub fn round(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let exponent = libm::floor(libm::log10(value.abs())) as i32 + 1 - digits;
    let unit = libm::exp10(f64::from(exponent.abs()));
    // A power of ten with a negative exponent is not exact, its inverse is.
    if exponent >= 0 {
        (value / unit).round() * unit
    } else {
        (value * unit).round() / unit
    }
}

/// A value and the half width of its interval, both to the place of the half width's second digit:
/// 2.017 and 0.019. Without an interval, the value to four digits. Where both are below a billionth
/// they are what adding has lost, and 0.
pub fn with_half_width(value: f64, half: f64) -> [String; 2] {
    if value.abs() < 1e-9 && half.abs() < 1e-9 {
        return ["0".into(), "0".into()];
    }
    if !value.is_finite() || !half.is_finite() || half <= 0.0 {
        return [significant(value, 4), significant(half, 2)];
    }
    let exponent = libm::floor(libm::log10(round(half, 2))) as i32;
    let decimals = (1 - exponent).max(0) as usize;
    [value, half].map(|x| format!("{x:.decimals$}").replace('-', "−"))
}

/// A share as a percentage: 0.714 → 71.4 %.
pub fn percent(share: f64) -> String {
    if share.is_finite() {
        format!("{:.1} %", share * 100.0)
    } else {
        "–".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_leaves_short_decimals() {
        for (value, rounded) in [
            (0.123_4, 0.12),
            (98.7, 99.0),
            (1234.0, 1200.0),
            (0.3, 0.3),
            (-0.057_8, -0.058),
        ] {
            assert_eq!(round(value, 2), rounded);
        }
    }

    #[test]
    fn a_value_and_its_interval_end_at_the_same_place() {
        for (value, half, text) in [
            (2.017, 0.018_84, ["2.017", "0.019"]),
            (10.0, 0.187_3, ["10.00", "0.19"]),
            (-0.054, 0.0996, ["−0.05", "0.10"]),
            (5123.4, 87.2, ["5123", "87"]),
            (1.5, 0.0, ["1.5", "0"]),
            (1.5, f64::INFINITY, ["1.5", "∞"]),
            (6e-17, 1.2e-16, ["0", "0"]),
            (2e-10, 0.001_2, ["0.0000", "0.0012"]),
        ] {
            assert_eq!(with_half_width(value, half), text);
        }
    }

    #[test]
    fn significant_digits() {
        for (value, text) in [
            (0.055_41, "0.0554"),
            (12.4, "12.4"),
            (1500.0, "1500"),
            (123_456.0, "123456"),
            (0.999_96, "1"),
            (-2.0, "−2"),
            (0.0, "0"),
            (f64::NAN, "–"),
            (f64::INFINITY, "∞"),
        ] {
            assert_eq!(significant(value, 3), text);
        }
    }
}
