//! How much work tasks require.

use crate::rng::Rng;
use serde::{Deserialize, Serialize};

/// The distribution of task sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SizeLaw {
    /// All equal.
    #[default]
    Constant,
    /// Even between two bounds.
    Uniform,
    /// Exponential; its spread is 1.
    Exponential,
    /// Lognormal.
    Lognormal,
    /// Pareto with an upper bound: most tasks small, a few enormous.
    Pareto,
}

/// How large tasks are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sizes {
    /// The distribution.
    pub law: SizeLaw,
    /// Mean (units of work).
    pub mean: f64,
    /// Standard deviation over mean, for the laws that do not fix it.
    pub spread: f64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            law: SizeLaw::Constant,
            mean: 1.0,
            spread: 0.5,
        }
    }
}

impl Sizes {
    /// Whether the law leaves the spread open.
    pub fn has_spread(&self) -> bool {
        !matches!(self.law, SizeLaw::Constant | SizeLaw::Exponential)
    }

    /// The coefficient of variation of the law: standard deviation over mean.
    pub fn cv(&self) -> f64 {
        match self.law {
            SizeLaw::Constant => 0.0,
            SizeLaw::Exponential => 1.0,
            SizeLaw::Uniform | SizeLaw::Lognormal | SizeLaw::Pareto => self.spread,
        }
    }
}

/// Draws task sizes; every draw takes the same number of random words, so that paired runs stay
/// aligned.
#[derive(Clone, Debug, PartialEq)]
pub enum Sampler {
    /// Always this size.
    Constant(f64),
    /// Evenly from `low` to `low + width`.
    Uniform {
        /// Smallest size.
        low: f64,
        /// Largest minus smallest.
        width: f64,
    },
    /// Exponential with this mean.
    Exponential(f64),
    /// exp(location + scale · normal).
    Lognormal {
        /// Mean of the logarithm.
        location: f64,
        /// Standard deviation of the logarithm.
        scale: f64,
    },
    /// Pareto with shape [`PARETO_SHAPE`] cut off at `low · ratio`.
    Pareto {
        /// Smallest size.
        low: f64,
        /// 1 − (low/high)^shape.
        mass: f64,
    },
}

/// The tail index α of the bounded Pareto law: P(size > x) falls like x^−1.5 up to the bound, so
/// without the bound the mean would be finite and the variance not.
pub const PARETO_SHAPE: f64 = 1.5;

/// Mean and second moment of the bounded Pareto law on [1, ratio] with shape 3/2, by integrating
/// its density (3/2)·x^(−5/2)/(1 − ratio^(−3/2)).
fn pareto_moments(ratio: f64) -> (f64, f64) {
    let root = ratio.sqrt();
    let mass = 1.0 - 1.0 / (ratio * root);
    (3.0 * (1.0 - 1.0 / root) / mass, 3.0 * (root - 1.0) / mass)
}

/// The coefficient of variation of that law.
fn pareto_cv(ratio: f64) -> f64 {
    let (mean, second) = pareto_moments(ratio);
    (second / (mean * mean) - 1.0).max(0.0).sqrt()
}

/// The ratio of the largest to the smallest size at which the bounded Pareto law has this
/// coefficient of variation.
fn pareto_ratio(spread: f64) -> f64 {
    let mut low = 1.0 + 1e-6_f64;
    let mut high = 1e12_f64;
    for _ in 0..200 {
        let middle = (low * high).sqrt();
        if pareto_cv(middle) < spread {
            low = middle
        } else {
            high = middle
        }
    }
    (low * high).sqrt()
}

impl Sampler {
    /// The sampler of a validated configuration.
    pub fn new(config: &Sizes) -> Self {
        let Sizes { mean, spread, .. } = *config;
        match config.law {
            _ if config.cv() == 0.0 => Self::Constant(mean),
            SizeLaw::Constant => Self::Constant(mean),
            SizeLaw::Uniform => {
                let half = mean * spread * 3f64.sqrt();
                Self::Uniform {
                    low: mean - half,
                    width: 2.0 * half,
                }
            }
            SizeLaw::Exponential => Self::Exponential(mean),
            SizeLaw::Lognormal => {
                let variance = libm::log1p(spread * spread);
                Self::Lognormal {
                    location: libm::log(mean) - variance / 2.0,
                    scale: variance.sqrt(),
                }
            }
            SizeLaw::Pareto => {
                let ratio = pareto_ratio(spread);
                Self::Pareto {
                    low: mean / pareto_moments(ratio).0,
                    mass: 1.0 - 1.0 / (ratio * ratio.sqrt()),
                }
            }
        }
    }

    /// One size.
    #[inline]
    pub fn draw(&self, rng: &mut Rng) -> f64 {
        match *self {
            Self::Constant(size) => size,
            Self::Uniform { low, width } => low + width * rng.unit(),
            Self::Exponential(mean) => mean * rng.exponential(),
            Self::Lognormal { location, scale } => libm::exp(location + scale * rng.normal()),
            Self::Pareto { low, mass } => {
                let tail = 1.0 - rng.unit() * mass;
                low / libm::cbrt(tail * tail)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;

    /// Seed 3, 400,000 draws. Tolerances: about four standard errors of the mean; for the spread of
    /// the heavy-tailed laws, whose fourth moment is huge, 6 %.
    #[test]
    fn every_law_has_the_mean_and_spread_it_was_given() {
        for (law, spread) in [
            (SizeLaw::Constant, 0.0),
            (SizeLaw::Uniform, 0.5),
            (SizeLaw::Exponential, 1.0),
            (SizeLaw::Lognormal, 1.2),
            (SizeLaw::Pareto, 2.0),
        ] {
            let sampler = Sampler::new(&Sizes {
                law,
                mean: 3.0,
                spread,
            });
            let mut rng = Rng::new(3, Purpose::Sizes);
            let n = 400_000;
            let draws: Vec<f64> = (0..n).map(|_| sampler.draw(&mut rng)).collect();
            let mean = draws.iter().sum::<f64>() / f64::from(n);
            let variance =
                draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(n);
            let error = 4.0 * 3.0 * spread / f64::from(n).sqrt();
            assert!((mean - 3.0).abs() <= error.max(1e-9), "{law:?} mean {mean}");
            assert!(
                (variance.sqrt() / mean - spread).abs() <= 0.06 * spread,
                "{law:?} cv {}",
                variance.sqrt() / mean
            );
            assert!(draws.iter().all(|&x| x > 0.0), "{law:?}");
        }
    }
}
