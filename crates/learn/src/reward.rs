//! A response as a reward.

/// The reward of a response: 1 at once, ½ after `half_s`, towards 0 later; 0 for an error or no
/// answer (`None`), so that a server that fails fast is not taken for a fast one. Times in s.
pub fn of_response(response_s: Option<f64>, half_s: f64) -> f64 {
    response_s.map_or(0.0, |time_s| half_s / (half_s + time_s))
}
