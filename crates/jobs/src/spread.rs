//! Laws by their mean and how much they vary.

use crate::choice::choice;
use equipoise_training::law::Law;

choice! {
    /// The form of a law.
    Spread {
        /// Always the mean.
        None = "none",
        /// Equally likely in an interval.
        Uniform = "uniform",
        /// A constant and then exponential.
        Exponential = "exponential",
        /// Lognormal.
        Lognormal = "lognormal",
        /// Weibull.
        Weibull = "weibull",
        /// Pareto.
        Pareto = "pareto",
    }
}

/// The most that a uniform law on times above 0 varies: 1/√3.
pub(crate) const UNIFORM_MAX: f64 = 0.577;

impl Spread {
    /// The law of mean 1 whose standard deviation is `varies` (0 to 1).
    pub(crate) fn law(self, varies: f64) -> Law {
        if varies == 0.0 {
            return Self::steady();
        }
        let squared = varies * varies;
        match self {
            Self::None => Self::steady(),
            Self::Uniform => {
                let half = varies * libm::sqrt(3.0);
                Law::Uniform {
                    low: 1.0 - half,
                    high: 1.0 + half,
                }
            }
            Self::Exponential => Law::Exponential {
                shift: 1.0 - varies,
                mean: varies,
            },
            Self::Lognormal => Law::Lognormal {
                mean: 1.0,
                sigma: libm::sqrt(libm::log1p(squared)),
            },
            Self::Weibull => weibull(squared),
            Self::Pareto => {
                // Variance over squared mean is 1/(α·(α − 2)).
                let shape = 1.0 + libm::sqrt(1.0 + 1.0 / squared);
                Law::Pareto {
                    least: (shape - 1.0) / shape,
                    shape,
                }
            }
        }
    }

    fn steady() -> Law {
        Law::Uniform {
            low: 1.0,
            high: 1.0,
        }
    }
}

/// The Weibull law of mean 1 with this variance, Γ(1 + 2/k)/Γ(1 + 1/k)² − 1, by bisection: it
/// falls with the shape k.
fn weibull(variance: f64) -> Law {
    let (mut low, mut high): (f64, f64) = (0.5, 200.0);
    for _ in 0..80 {
        let shape = libm::sqrt(low * high);
        let once = libm::lgamma(1.0 + 1.0 / shape);
        let twice = libm::lgamma(1.0 + 2.0 / shape);
        if libm::expm1(twice - 2.0 * once) > variance {
            low = shape;
        } else {
            high = shape;
        }
    }
    Law::Weibull {
        scale: 1.0 / libm::tgamma(1.0 + 1.0 / low),
        shape: low,
    }
}
