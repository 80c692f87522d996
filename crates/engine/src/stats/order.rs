//! Sorting numbers. The page sorts in few places and must stay small; each further type that is
//! sorted adds some kilobytes to it, so all of them come here.

/// Ascending; NaN counts as larger than every number.
pub fn ascending(values: &mut [f64]) {
    values.sort_unstable_by(f64::total_cmp);
}

/// Pairs in ascending order of their first number; equal ones in that of their second, descending.
pub fn by_first(pairs: &mut [(f64, f64)]) {
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
}
