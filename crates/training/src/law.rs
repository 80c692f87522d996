//! Laws of the time that a worker takes.

use equipoise_engine::rng::{Rng, normal_quantile};

/// A law of non-negative times (s).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Equally likely from `low` to `high`.
    Uniform {
        /// The least (s).
        low: f64,
        /// The greatest (s).
        high: f64,
    },
    /// A constant and then exponential.
    Exponential {
        /// The constant (s).
        shift: f64,
        /// The mean of the rest (s).
        mean: f64,
    },
    /// Lognormal.
    Lognormal {
        /// The mean (s).
        mean: f64,
        /// The standard deviation of the logarithm.
        sigma: f64,
    },
    /// Weibull.
    Weibull {
        /// The time that 63 % stay below (s).
        scale: f64,
        /// Below 1 a heavy tail, 1 exponential, above 1 a light one.
        shape: f64,
    },
    /// Pareto.
    Pareto {
        /// The least (s).
        least: f64,
        /// The index of the tail; above 1, so that there is a mean.
        shape: f64,
    },
}

impl Law {
    /// The time below which a share `below` of all stays; `above` is the rest, given by itself so
    /// that no digits are lost near either end.
    pub fn quantile(self, below: f64, above: f64) -> f64 {
        match self {
            Self::Uniform { low, high } => low + (high - low) * below,
            Self::Exponential { shift, mean } => shift - mean * libm::log(above),
            Self::Lognormal { mean, sigma } => {
                let normal = match below < above {
                    true => normal_quantile(below),
                    false => -normal_quantile(above),
                };
                mean * libm::exp(sigma * normal - sigma * sigma / 2.0)
            }
            Self::Weibull { scale, shape } => scale * libm::pow(-libm::log(above), 1.0 / shape),
            Self::Pareto { least, shape } => least * libm::pow(above, -1.0 / shape),
        }
    }

    /// The mean (s).
    pub fn mean(self) -> f64 {
        match self {
            Self::Uniform { low, high } => (low + high) / 2.0,
            Self::Exponential { shift, mean } => shift + mean,
            Self::Lognormal { mean, .. } => mean,
            Self::Weibull { scale, shape } => scale * libm::tgamma(1.0 + 1.0 / shape),
            Self::Pareto { least, shape } => least * shape / (shape - 1.0),
        }
    }

    /// A time by chance (s).
    pub fn draw(self, rng: &mut Rng) -> f64 {
        // The middle of the drawn interval, which is never 0 or 1.
        let below = rng.unit() + 0.5 / (1_u64 << 53) as f64;
        self.quantile(below, 1.0 - below)
    }
}
