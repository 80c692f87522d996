//! The distributions of task sizes from which the sampler draws, in closed form.

use equipoise_engine::workload::sizes::{PARETO_SHAPE, Sampler};
use std::f64::consts::SQRT_2;

/// P(size > x) for one task; x in units of work.
pub(crate) fn exceeds(law: &Sampler, x: f64) -> f64 {
    match *law {
        Sampler::Constant(size) => f64::from(u8::from(x < size)),
        Sampler::Uniform { low, width } => ((low + width - x) / width).clamp(0.0, 1.0),
        Sampler::Exponential(mean) => libm::exp(-x.max(0.0) / mean),
        Sampler::Lognormal { .. } if x <= 0.0 => 1.0,
        Sampler::Lognormal { location, scale } => {
            libm::erfc((libm::log(x) - location) / (scale * SQRT_2)) / 2.0
        }
        Sampler::Pareto { low, .. } if x <= low => 1.0,
        Sampler::Pareto { low, mass } => {
            // The tail of the unbounded distribution, less what the bound cuts off.
            let tail = libm::pow(low / x, PARETO_SHAPE);
            ((tail - (1.0 - mass)) / mass).max(0.0)
        }
    }
}

/// P(X > x) for a gamma variable with a = `shape` and this mean: the upper incomplete gamma
/// function Q(a, a·x/mean), to about 1e-12.
///
/// Exact for the sum of `shape` exponentials (Erlang); for other distributions an approximation by
/// mean and variance. By the series below a + 1 and the continued fraction above (Abramowitz and
/// Stegun 6.5.29, 6.5.31).
pub(crate) fn gamma_exceeds(shape: f64, mean: f64, x: f64) -> f64 {
    let x = x * shape / mean;
    if x <= 0.0 {
        return 1.0;
    }
    let front = libm::exp(shape * libm::log(x) - x - libm::lgamma(shape));
    if x < shape + 1.0 {
        let mut a = shape;
        let mut term = 1.0 / a;
        let mut sum = term;
        while term > sum * 1e-15 {
            a += 1.0;
            term *= x / a;
            sum += term;
        }
        return (1.0 - front * sum).max(0.0);
    }
    // Lentz's method for the continued fraction.
    let mut b = x + 1.0 - shape;
    let mut c = f64::MAX;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..10_000 {
        let a = f64::from(i) * (shape - f64::from(i));
        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        fraction *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::rng::{Purpose, Rng};
    use equipoise_engine::scenario::{SizeLaw, Sizes};

    /// Seed 21, 100,000 draws: four standard errors of a proportion are at most 0.0064.
    #[test]
    fn the_sampler_draws_from_these_distributions() {
        for (law, spread) in [
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
            let mut rng = Rng::new(21, Purpose::Sizes);
            let draws: Vec<f64> = (0..100_000).map(|_| sampler.draw(&mut rng)).collect();
            for x in [0.5, 1.0, 2.0, 3.0, 5.0, 12.0] {
                let seen = draws.iter().filter(|&&d| d > x).count() as f64 / 1e5;
                assert!(
                    (seen - exceeds(&sampler, x)).abs() < 0.0064,
                    "{law:?} at {x}: {seen}"
                );
            }
        }
    }

    /// Erlang: P(X > x) = e^(−x)·Σ_(i<k) x^i/i!; and Q(½, x) = erfc(√x).
    #[test]
    fn gamma_agrees_with_erlang_and_the_error_function() {
        for x in [0.1, 1.0, 2.5, 4.0, 9.0, 30.0] {
            let erlang = libm::exp(-x) * (1.0 + x + x * x / 2.0);
            assert!(
                (gamma_exceeds(3.0, 3.0, x) / erlang - 1.0).abs() < 1e-9,
                "{x}"
            );
            assert!(
                (gamma_exceeds(0.5, 0.5, x) - libm::erfc(x.sqrt())).abs() < 1e-12,
                "{x}"
            );
        }
        let wide: f64 = gamma_exceeds(10_000.0, 1.0, 1.0);
        assert!(
            (wide - 0.49867).abs() < 1e-4,
            "half a standard error of skewness below the median: {wide}"
        );
    }
}
