//! Percentiles of very many times, by Gil Tene's HDR histogram: memory does not grow with their
//! number, and each is right to three digits.

use hdrhistogram::Histogram as Hdr;

/// The histogram counts whole numbers, so times go in as nanoseconds: up to 584 years.
const PER_SECOND: f64 = 1e9;

/// Counts of times (s), with the smallest and the largest.
pub struct Histogram {
    counts: Hdr<u32>,
    min_s: f64,
    max_s: f64,
}

impl Default for Histogram {
    fn default() -> Self {
        let counts = Hdr::new_with_bounds(1, u64::MAX, 3)
            .expect("a range and digits that it can tell apart");
        Self {
            counts,
            min_s: f64::INFINITY,
            max_s: f64::NEG_INFINITY,
        }
    }
}

impl Histogram {
    /// Counts a time ≥ 0 (s).
    #[inline]
    pub fn add(&mut self, seconds: f64) {
        // The cast saturates too: a longer time counts as the longest.
        self.counts.saturating_record((seconds * PER_SECOND) as u64);
        self.min_s = self.min_s.min(seconds);
        self.max_s = self.max_s.max(seconds);
    }

    /// The `p`-quantile (s), within one part in a thousand or a nanosecond; None without values.
    /// Where all are equal it is their value.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let middle = self
            .counts
            .median_equivalent(self.counts.value_at_quantile(p));
        (!self.counts.is_empty())
            .then(|| (middle as f64 / PER_SECOND).clamp(self.min_s, self.max_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Rng};
    use crate::stats::quantile::quantile;

    fn of(values: &[f64]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|&x| histogram.add(x));
        histogram
    }

    /// Seed 5, 20,000 lognormal values over some eight powers of ten.
    #[test]
    fn quantiles_are_the_exact_ones_within_a_part_in_a_thousand() {
        let mut rng = Rng::new(5, Purpose::Sizes);
        let values: Vec<f64> = (0..20_000).map(|_| libm::exp(2.5 * rng.normal())).collect();
        let histogram = of(&values);
        // At these places in the order there is one value, and nothing is interpolated.
        for place in [0, 1, 199, 9999, 18_000, 19_000, 19_800, 19_998, 19_999] {
            let p = (f64::from(place) + 0.5) / 20_000.0;
            let near = histogram.quantile(p).expect("values");
            let exact = quantile(&values, f64::from(place) / 19_999.0).expect("values");
            assert!((near / exact - 1.0).abs() <= 0.001, "{p}: {near} {exact}");
        }
    }

    #[test]
    fn extremes_and_equal_values_come_back() {
        assert_eq!(of(&[]).quantile(0.5), None);
        assert_eq!(of(&[0.3; 7]).quantile(0.5), Some(0.3));
        assert_eq!(of(&[0.0, 1.0]).quantile(0.0), Some(0.0));
        let longest = of(&[0.0, 1e12]).quantile(1.0).expect("values");
        assert!((longest / 1.844_674e10 - 1.0).abs() < 0.001, "{longest}");
    }
}
