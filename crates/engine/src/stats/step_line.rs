//! Averages over time of what changes in steps, such as the tasks in a system.

use std::ops::Range;

/// The averages of a step line over `parts` equal parts of a time. The line is its changes, (when,
/// to what) in order; the last one holds to the end, and before the first it counts as 0. Empty if
/// the time has no length.
pub fn slices(steps: &[(f64, f64)], time_s: Range<f64>, parts: usize) -> Vec<f64> {
    let Range {
        start: from_s,
        end: to_s,
    } = time_s;
    let length = (to_s - from_s) / parts as f64;
    if length.is_nan() || length <= 0.0 {
        return Vec::new();
    }
    let mut sums = vec![0.0; parts];
    let ends = steps.iter().skip(1).map(|s| s.0).chain([to_s]);
    for (&(begin_s, value), end_s) in steps.iter().zip(ends) {
        let mut at_s = begin_s.max(from_s);
        let end_s = end_s.min(to_s);
        while at_s < end_s {
            let part = (((at_s - from_s) / length) as usize).min(parts - 1);
            let border_s = if part + 1 == parts {
                to_s
            } else {
                from_s + length * (part + 1) as f64
            };
            // Rounding must not stop the loop's progress.
            let until_s = if border_s > at_s {
                border_s.min(end_s)
            } else {
                end_s
            };
            sums[part] += value * (until_s - at_s);
            at_s = until_s;
        }
    }
    sums.iter().map(|sum| sum / length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0 until 1, then 2 until 3, then 1: over 0 to 4 in halves 1 and 1.5, over 2 to 4 in quarters
    /// of it.
    #[test]
    fn averages_by_hand() {
        let steps = [(1.0, 2.0), (3.0, 1.0)];
        assert_eq!(slices(&steps, 0.0..4.0, 2), [1.0, 1.5]);
        assert_eq!(slices(&steps, 2.0..4.0, 4), [2.0, 2.0, 1.0, 1.0]);
        assert_eq!(slices(&steps, 3.5..4.5, 1), [1.0]);
        assert_eq!(slices(&[], 0.0..1.0, 2), [0.0, 0.0]);
    }

    #[test]
    fn a_time_without_length_has_no_parts() {
        for time in [2.0..2.0, 3.0..2.0, f64::NAN..1.0] {
            assert_eq!(slices(&[(0.0, 1.0)], time, 3), [0.0; 0]);
        }
    }
}
