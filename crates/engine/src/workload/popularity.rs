//! The popularity of keys: Zipf's law.

use crate::rng::{Rng, unit_of};

/// A Zipf law over `0..n`: the probability of the k-th is proportional to k^−skew; skew 0 is
/// even.
#[derive(Clone, Debug, PartialEq)]
pub struct Popularity {
    /// The probability of an index up to and including this one; the last is 1.
    cumulative: Box<[f64]>,
    /// A guide table (Chen and Asau 1974): for each of equal parts of the unit interval, the index
    /// in which it begins. A search from there ends after a step or two with the result of a full
    /// search. The number of parts is a power of two, so that finding the part does not round.
    guide: Box<[u16]>,
    /// 64 less the number of bits that name a part.
    part_shift: u32,
}

impl Popularity {
    /// The law over `n ≥ 1` things.
    pub fn new(n: u32, skew: f64) -> Self {
        let weights: Vec<f64> = (1..=n).map(|k| libm::pow(f64::from(k), -skew)).collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = weights
            .iter()
            .map(|w| {
                sum += w / total;
                sum
            })
            .collect();
        if let Some(last) = cumulative.last_mut() {
            *last = 1.0;
        }
        // With sixteen parts to an index a second step is rare; many indices get two each, to stay
        // in the cache.
        let n = cumulative.len();
        let parts = (16 * n).min(4096).max(2 * n).next_power_of_two();
        let mut guide = Vec::with_capacity(parts);
        let mut index = 0;
        for part in 0..parts {
            while cumulative[index] <= part as f64 / parts as f64 {
                index += 1;
            }
            guide.push(index as u16);
        }
        Self {
            guide: guide.into(),
            part_shift: 64 - parts.trailing_zeros(),
            cumulative: cumulative.into(),
        }
    }

    /// Draws an index, by inversion; takes no random number if there is only one.
    #[inline]
    pub fn draw(&self, rng: &mut Rng) -> u32 {
        if self.cumulative.len() == 1 {
            return 0;
        }
        self.at(rng.bits())
    }

    /// The index whose part of the unit interval contains the number given by these random bits.
    #[inline]
    fn at(&self, bits: u64) -> u32 {
        let u = unit_of(bits);
        // The upper bits are the number of the part: u times the number of parts, rounded down.
        let mut index = usize::from(self.guide[(bits >> self.part_shift) as usize]);
        while self.cumulative[index] <= u {
            index += 1;
        }
        index as u32
    }

    /// The probability of each index.
    pub fn probabilities(&self) -> Vec<f64> {
        let before = std::iter::once(0.0).chain(self.cumulative.iter().copied());
        self.cumulative
            .iter()
            .zip(before)
            .map(|(c, b)| c - b)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;

    #[test]
    fn skew_makes_the_first_as_popular_as_zipf_says() {
        let law = Popularity::new(4, 1.0);
        let p = law.probabilities();
        assert!(
            (p[0] - 12.0 / 25.0).abs() < 1e-12 && (p[3] - 3.0 / 25.0).abs() < 1e-12,
            "{p:?}"
        );
        // Seed 5, 40,000 draws: four standard errors of a proportion of .48 are .01.
        let mut rng = Rng::new(5, Purpose::Keys);
        let hits = (0..40_000).filter(|_| law.draw(&mut rng) == 0).count();
        assert!((hits as f64 / 40_000.0 - 0.48).abs() < 0.01);
    }

    #[test]
    fn the_guide_finds_what_a_search_would() {
        let mut rng = Rng::new(5, Purpose::Keys);
        for (n, skew) in [
            (2, 0.0),
            (12, 0.0),
            (100, 1.1),
            (10_000, 0.7),
            (10_000, 5.0),
        ] {
            let law = Popularity::new(n, skew);
            let boundaries = law.cumulative.iter().filter(|&&c| c < 1.0);
            let boundary_bits = boundaries.map(|c| ((c * (1u64 << 53) as f64) as u64) << 11);
            for bits in boundary_bits
                .chain((0..10_000).map(|_| rng.bits()))
                .chain([0, u64::MAX])
            {
                let searched = law.cumulative.partition_point(|&c| c <= unit_of(bits));
                assert_eq!(law.at(bits) as usize, searched, "{n} {skew} {bits:x}");
            }
        }
    }
}
