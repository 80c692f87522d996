//! Random numbers: one named stream per purpose.
//!
//! Every random thing in a run draws from the stream of its own [`Purpose`], so that two runs with the same seed and
//! another strategy see the very same arrivals, sizes and clients ("common random numbers"), and so that adding a draw
//! in one place never shifts the numbers of another. The generator is xoshiro256++, whose output is fixed by its
//! authors and the same on every platform; transcendental functions come from `libm` for the same reason.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng as _, SeedableRng as _};

/// What a stream of random numbers is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Times between arrivals.
    Arrivals,
    /// Task sizes.
    Sizes,
    /// Which client, URL and tenant a task has.
    Keys,
    /// What the balancer with this number draws when it picks.
    Choices(u32),
}

impl Purpose {
    fn number(self) -> u64 {
        match self {
            Self::Arrivals => 1,
            Self::Sizes => 2,
            Self::Keys => 3,
            Self::Choices(balancer) => 1000 + u64::from(balancer),
        }
    }
}

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// The stream of `purpose` in the run with this `seed`.
    pub fn new(seed: u64, purpose: Purpose) -> Self {
        let mixed = seed ^ purpose.number().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(Xoshiro256PlusPlus::seed_from_u64(mixed))
    }

    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        unit_of(self.bits())
    }

    /// Uniform among `0..n` (n ≥ 1), by multiply and shift (Lemire 2019); the bias is below n·2⁻⁶⁴.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// Exponential with mean 1, by inversion.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.unit())
    }

    /// Standard normal, by Box and Muller (1958). Always takes two draws, so paired runs stay aligned.
    pub fn normal(&mut self) -> f64 {
        let radius = (2.0 * self.exponential()).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }
}

/// What [`Rng::unit`] makes of 64 random bits.
#[inline]
pub fn unit_of(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_reproducible_and_distinct() {
        let first = |purpose| Rng::new(7, purpose).bits();
        assert_eq!(first(Purpose::Sizes), first(Purpose::Sizes));
        assert_ne!(first(Purpose::Sizes), first(Purpose::Arrivals));
        assert_ne!(first(Purpose::Choices(0)), first(Purpose::Choices(1)));
    }

    /// Seed 7, 100,000 draws: six standard errors are 0.019 for the mean and 0.027 for the variance of the normal.
    #[test]
    fn exponential_and_normal_have_their_moments() {
        let mut rng = Rng::new(7, Purpose::Sizes);
        let n = 100_000;
        let mean = (0..n).map(|_| rng.exponential()).sum::<f64>() / f64::from(n);
        assert!((mean - 1.0).abs() < 0.019, "mean {mean}");
        let variance = (0..n).map(|_| rng.normal()).map(|x| x * x).sum::<f64>() / f64::from(n);
        assert!((variance - 1.0).abs() < 0.027, "variance {variance}");
    }

    #[test]
    fn below_stays_below() {
        let mut rng = Rng::new(7, Purpose::Keys);
        assert!((0..1000).all(|_| rng.below(3) < 3));
        assert_eq!(rng.below(1), 0);
    }
}
