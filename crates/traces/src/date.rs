//! Dates with a time, as the Azure traces write them.

/// Nanoseconds of a second.
const NS_PER_S: i64 = 1_000_000_000;

/// Nanoseconds since 1970 in UTC of `2023-11-16 18:17:03.9799600`, with any number of digits of a
/// fraction, ` ` or `T` in the middle, and nothing, `Z` or `+hh:mm` at the end. No zone is UTC.
/// `None` if it is no such date from 1970 to 2261.
pub(crate) fn nanoseconds(text: &str) -> Option<i64> {
    let (day, time) = text.split_once([' ', 'T'])?;
    let [year, month, day] = numbers(day, '-')?;
    let (time, zone_s) = zoned(time)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(time, ':')?;
    let fits = (1970..=2261).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 61;
    if !fits {
        return None;
    }
    let days = days_since_1970(year, month) + day - 1;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - zone_s;
    Some(seconds * NS_PER_S + nanoseconds_of(fraction)?)
}

/// Three whole numbers with a separator between them.
fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut parts = text.split(separator).map(digits);
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// A whole number of one to four digits, without a sign.
fn digits(text: &str) -> Option<i64> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

/// A time without its zone, and what the zone is ahead of UTC, in s.
fn zoned(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, 0));
    }
    let Some(at) = time.find(['+', '-']) else {
        return Some((time, 0));
    };
    let (hours, minutes) = time[at + 1..].split_once(':')?;
    let ahead_s = (digits(hours)? * 60 + digits(minutes)?) * 60;
    let sign = if time[at..].starts_with('+') { 1 } else { -1 };
    (ahead_s < 24 * 3600).then_some((&time[..at], sign * ahead_s))
}

/// The digits of a fraction of a second in ns; what is finer is cut off.
fn nanoseconds_of(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut ns = 0;
    for digit in fraction.bytes().chain(std::iter::repeat(b'0')).take(9) {
        ns = ns * 10 + i64::from(digit - b'0');
    }
    Some(ns)
}

/// Whether a year has a 29th of February.
fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The days of a month.
fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days from the start of 1970 to the start of a month.
fn days_since_1970(year: i64, month: i64) -> i64 {
    let months: i64 = (1..month).map(|m| days_of(year, m)).sum();
    365 * (year - 1970) + leap_days_before(year) - leap_days_before(1970) + months
}

/// The leap days of all years before one, by the rule of today.
fn leap_days_before(year: i64) -> i64 {
    let last = year - 1;
    last / 4 - last / 100 + last / 400
}

#[cfg(test)]
mod tests {
    use super::nanoseconds;

    /// Seconds by `date --utc +%s --date=…`.
    #[test]
    fn dates_are_those_of_the_calendar() {
        for (text, s, ns) in [
            ("1970-01-01 00:00:00", 0, 0),
            ("2023-11-16 18:17:03.9799600", 1_700_158_623, 979_960_000),
            ("2024-05-10 00:00:00.009930+00:00", 1_715_299_200, 9_930_000),
            ("2024-02-29T12:00:00Z", 1_709_208_000, 0),
            ("2024-05-10 02:30:00.5+02:30", 1_715_299_200, 500_000_000),
            ("2024-05-09 23:00:00-01:00", 1_715_299_200, 0),
            ("2000-03-01 00:00:00.1234567891", 951_868_800, 123_456_789),
            ("2101-01-01 00:00:00", 4_133_980_800, 0),
        ] {
            assert_eq!(nanoseconds(text), Some(s * 1_000_000_000 + ns), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "12.5",
            "2023-11-16",
            "2023-02-29 00:00:00",
            "2023-13-01 00:00:00",
            "2023-00-01 00:00:00",
            "1969-12-31 23:59:59",
            "9999-12-31 23:59:59",
            "2023-11-16 24:00:00",
            "2023-11-16 18:17",
            "2023-11-16 18:17:03.",
            "2023-11-16 18:17:03.5e3",
            "2023-11-16 +8:17:03",
            "2023-11-16 18:17:03+99:00",
            "2023-11-16 18:17:03+é",
        ] {
            assert_eq!(nanoseconds(text), None, "{text}");
        }
    }
}
