//! The scorers' rules: a number for each server in, a score from 0 to 1 for each out.

/// By how much a server has fewer than the one with the most, as a share of the spread; 1 if all
/// have the same. For queues and for running requests.
pub fn fewest(counts: &[f64]) -> Vec<f64> {
    let max = counts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let min = counts.iter().copied().fold(f64::INFINITY, f64::min);
    let spread = max - min;
    let scores = counts.iter().map(|count| match spread {
        0.0 => 1.0,
        spread => (max - count) / spread,
    });
    scores.collect()
}

/// 0.5 if none wait, from there down to 0 at `threshold`.
pub fn load_aware(waiting: &[f64], threshold: f64) -> Vec<f64> {
    let scores = waiting
        .iter()
        .map(|w| 0.5 * (1.0 - (w / threshold).min(1.0)));
    scores.collect()
}

/// 1 with no tokens, from there down to 0 at `threshold`.
pub fn token_load(tokens: &[f64], threshold: f64) -> Vec<f64> {
    let scores = tokens.iter().map(|t| 1.0 - (t / threshold).min(1.0));
    scores.collect()
}

/// 1 for a server with at most `idle` requests in flight; a busy one has `most` times the share by
/// which it has fewer than the busiest.
pub fn active(in_flight: &[f64], idle: f64, most: f64) -> Vec<f64> {
    let max = in_flight.iter().copied().fold(0.0, f64::max);
    let scores = in_flight.iter().map(|count| match *count <= idle {
        true => 1.0,
        false => (max - count) / max * most,
    });
    scores.collect()
}

/// Parts of a whole; 0 if the whole is nothing. For matched blocks of a prompt.
pub fn shares(parts: impl Iterator<Item = f64>, whole: usize) -> Vec<f64> {
    let shares = parts.map(|part| match whole {
        0 => 0.0,
        whole => part / whole as f64,
    });
    shares.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of the program's own tests.
    #[test]
    fn scores_are_those_of_the_programs_own_tests() {
        assert_eq!(fewest(&[10.0, 5.0, 0.0]), [0.0, 0.5, 1.0]);
        assert_eq!(fewest(&[4.0, 4.0]), [1.0, 1.0]);
        assert_eq!(load_aware(&[2.0, 0.0, 15.0], 10.0), [0.4, 0.5, 0.0]);
        assert_eq!(token_load(&[0.0, 500.0, 1000.0], 1000.0), [1.0, 0.5, 0.0]);
        assert_eq!(
            token_load(&[250.0, 500.0, 1000.0], 1000.0),
            [0.75, 0.5, 0.0]
        );
        assert_eq!(active(&[3.0, 0.0, 6.0], 0.0, 1.0), [0.5, 1.0, 0.0]);
        assert!((active(&[3.0, 11.0], 0.0, 1.0)[0] - 0.7272).abs() < 1e-4);
        assert_eq!(active(&[1.0, 2.0, 0.0], 1.0, 0.5), [1.0, 0.0, 1.0]);
        assert_eq!(shares([5.0, 2.0].into_iter(), 10), [0.5, 0.2]);
    }
}
