//! Quantiles of very many values: a histogram whose buckets are a fixed part of the value wide.
//!
//! The idea is that of Gil Tene's HDR histogram; the index of a bucket is simply the upper bits of the number, exponent
//! and nine bits of the fraction, so no logarithm is taken. Memory is 128 KB, whatever comes.

/// Bits of the fraction that tell buckets apart.
const BITS: u32 = 9;
/// The exponents of 2 that are told apart: values from 9.3e-10 to 1.7e10. What lies beyond goes into the end buckets.
const EXPONENTS: std::ops::Range<i64> = -30..34;
const BUCKETS: i64 = (EXPONENTS.end - EXPONENTS.start) << BITS;
/// The index that the first bucket would have if all exponents were told apart.
const FIRST: i64 = (1023 + EXPONENTS.start) << BITS;

/// How many values fell into each bucket.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Vec<u32>,
    count: u64,
    min: f64,
    max: f64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS as usize], count: 0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Histogram {
    /// Counts a value ≥ 0.
    #[inline(always)]
    pub fn add(&mut self, value: f64) {
        let bucket = (value.to_bits() >> (52 - BITS)) as i64 - FIRST;
        self.counts[bucket.clamp(0, BUCKETS - 1) as usize] += 1;
        self.count += 1;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// The `p`-quantile, within one part in 512 of the value whose place is nearest to p·(n − 1); None without values.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let place = (p.clamp(0.0, 1.0) * self.count.checked_sub(1)? as f64).round();
        if place == 0.0 {
            return Some(self.min);
        }
        let mut before = 0.0;
        for (bucket, &count) in self.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let count = f64::from(count);
            if place < before + count && place < (self.count - 1) as f64 {
                let edge = |bucket: i64| f64::from_bits(((bucket + FIRST) as u64) << (52 - BITS));
                let (low, high) = (edge(bucket as i64), edge(bucket as i64 + 1));
                let within = low + (high - low) * (place - before + 0.5) / count;
                return Some(within.clamp(self.min, self.max));
            }
            before += count;
        }
        Some(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::{Purpose, Rng};
    use crate::stats::quantile::quantile;

    /// Seed 5, 20,000 lognormal values over some eight powers of ten.
    #[test]
    fn quantiles_are_the_exact_ones_within_a_part_in_512() {
        let mut rng = Rng::new(5, Purpose::Sizes);
        let values: Vec<f64> = (0..20_000).map(|_| libm::exp(2.5 * rng.normal())).collect();
        let mut histogram = Histogram::default();
        values.iter().for_each(|&x| histogram.add(x));
        // At these places in the order stands one value, and nothing is interpolated.
        for place in [0, 1, 199, 9999, 18_000, 19_000, 19_800, 19_998, 19_999] {
            let p = f64::from(place) / 19_999.0;
            let (near, exact) = (histogram.quantile(p).expect("values"), quantile(&values, p).expect("values"));
            assert!((near / exact - 1.0).abs() <= 1.0 / 512.0, "{p}: {near} {exact}");
        }
    }

    #[test]
    fn extremes_and_equal_values_come_back_exactly() {
        let of = |values: &[f64], p| {
            let mut histogram = Histogram::default();
            values.iter().for_each(|&x| histogram.add(x));
            histogram.quantile(p)
        };
        assert_eq!(of(&[], 0.5), None);
        assert_eq!(of(&[0.3; 7], 0.5), Some(0.3));
        assert_eq!(of(&[0.0, 1e12], 0.0), Some(0.0));
        assert_eq!(of(&[0.0, 1e12], 1.0), Some(1e12));
    }
}
