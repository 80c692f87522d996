//! The expected maximum of independent times: how long one waits for the last of many.

/// Independent and identically distributed times.
pub(crate) struct Iid<'a> {
    /// How many.
    pub count: f64,
    /// P(time > t).
    pub exceeds: &'a dyn Fn(f64) -> f64,
}

/// Intervals of Simpson's rule; even.
const INTERVALS: usize = 600;

/// E\[max\] of independent non-negative times: ∫ (1 − Π F_i(t)) dt, integrated over the
/// logarithm of the time, so that long tails cost no more than short ones. `scale` is a time of the
/// right order, such as the largest mean.
///
/// Error: below 1e-4 of the value for the distributions used here. Source: David and Nagaraja
/// (2003), ch. 3.
pub(crate) fn expected_maximum(times: &[Iid], scale: f64) -> f64 {
    let mut low = scale;
    while maximum_exceeds(times, low) <= 1.0 - 1e-10 && low > scale * 1e-9 {
        low /= 2.0;
    }
    let mut high = scale;
    while maximum_exceeds(times, high) * high >= 1e-9 * scale && high < scale * 1e15 {
        high *= 2.0;
    }
    // Below `low` the maximum is certain to exceed t; above `high` the rest is negligible.
    let low = border(low, high, |t| maximum_exceeds(times, t) > 1.0 - 1e-10);
    let high = border(low, high, |t| maximum_exceeds(times, t) * t >= 1e-9 * scale);
    let from = libm::log(low);
    let step = (libm::log(high) - from) / INTERVALS as f64;
    let values: Vec<f64> = (0..=INTERVALS)
        .map(|k| libm::exp(from + step * k as f64))
        .map(|t| maximum_exceeds(times, t) * t)
        .collect();
    let inner: f64 = (1..INTERVALS)
        .map(|k| values[k] * if k.is_multiple_of(2) { 2.0 } else { 4.0 })
        .sum();
    low + (values[0] + inner + values[INTERVALS]) * step / 3.0
}

/// 1 − Π (1 − P(time > t)), accurate where P(time > t) is tiny.
fn maximum_exceeds(times: &[Iid], t: f64) -> f64 {
    -libm::expm1(
        times
            .iter()
            .map(|a| a.count * libm::log1p(-(a.exceeds)(t).min(1.0)))
            .sum::<f64>(),
    )
}

/// Where `holds` ends between `low` and `high`, by bisection on a logarithmic scale.
fn border(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..40 {
        let middle = (low * high).sqrt();
        if holds(middle) {
            low = middle
        } else {
            high = middle
        }
    }
    low
}

/// An upper bound on E\[max\] of times with these means and variances, however they depend on each
/// other: the minimum over z of z + ½·Σ(μ_i − z + √((μ_i − z)² + σ_i²)).
///
/// From max ≤ z + Σ(X_i − z)⁺ and Scarf's (1958) bound on each term. No bound from means and
/// variances alone is better (Bertsimas, Natarajan and Teo 2006), so that it is at most Aven's
/// (1985) max μ + √((n − 1)/n·Σσ²).
pub(crate) fn maximum_bound(means: &[f64], variances: &[f64]) -> f64 {
    let top = means.iter().copied().fold(0.0, f64::max);
    let reach = variances.iter().sum::<f64>().sqrt();
    // The bound is convex in z. Its minimum is at a very low z if one time dominates, and at −∞
    // for a single time.
    let mut low = top - 1e5 * reach;
    let mut high = top + reach * (means.len() as f64).sqrt();
    for _ in 0..160 {
        let a = low + (high - low) / 3.0;
        let b = high - (high - low) / 3.0;
        if scarf(a, means, variances) < scarf(b, means, variances) {
            high = b
        } else {
            low = a
        }
    }
    scarf((low + high) / 2.0, means, variances)
}

/// z + ½·Σ(μ_i − z + √((μ_i − z)² + σ_i²)).
fn scarf(z: f64, means: &[f64], variances: &[f64]) -> f64 {
    let over: f64 = means
        .iter()
        .zip(variances)
        .map(|(mean, variance)| {
            let above = mean - z;
            above + (above * above + variance).sqrt()
        })
        .sum();
    z + over / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sizes::exceeds;
    use equipoise_engine::scenario::{SizeLaw, Sizes};
    use equipoise_engine::workload::sizes::Sampler;

    fn of(law: SizeLaw, spread: f64, n: u32) -> f64 {
        let sampler = Sampler::new(&Sizes {
            law,
            mean: 1.0,
            spread,
        });
        expected_maximum(
            &[Iid {
                count: f64::from(n),
                exceeds: &|t| exceeds(&sampler, t),
            }],
            1.0,
        )
    }

    /// theory_tables.json, `emax_mean1`, exponential: the harmonic numbers.
    #[test]
    fn exponential_times_give_harmonic_numbers() {
        for (n, expected) in [
            (1, 1.0),
            (2, 1.5),
            (4, 2.08333),
            (8, 2.71786),
            (64, 4.74389),
            (1024, 7.50918),
        ] {
            assert!(
                (of(SizeLaw::Exponential, 1.0, n) - expected).abs() < 2e-5,
                "{n}: {}",
                of(SizeLaw::Exponential, 1.0, n)
            );
        }
    }

    /// theory_tables.json, `emax_mean1`, lognormal_sigma; σ of the logarithm becomes a spread of
    /// √(e^σ² − 1).
    #[test]
    fn lognormal_times_give_the_reference_table() {
        for (sigma, n, expected) in [
            (0.1, 2, 1.0564),
            (0.1, 1024, 1.3777),
            (0.25, 16, 1.5215),
            (0.5, 1, 1.0),
            (0.5, 4, 1.5733),
            (0.5, 256, 3.701),
            (1.0, 2, 1.5205),
            (1.0, 8, 3.0838),
            (1.0, 64, 7.0731),
            (1.0, 1024, 16.7133),
        ] {
            let spread = libm::expm1(sigma * sigma).sqrt();
            let got = of(SizeLaw::Lognormal, spread, n);
            assert!(
                (got / expected - 1.0).abs() < 1e-4,
                "σ {sigma}, n {n}: {got} against {expected}"
            );
        }
    }

    /// n uniform times on [a, b]: a + (b − a)·n/(n + 1).
    #[test]
    fn uniform_times_give_n_over_n_plus_1() {
        let half = 0.5 * 3f64.sqrt();
        for n in [1, 3, 50] {
            let expected = 1.0 - half + 2.0 * half * f64::from(n) / f64::from(n + 1);
            assert!(
                (of(SizeLaw::Uniform, 0.5, n) - expected).abs() < 1e-4,
                "{n}"
            );
        }
    }

    #[test]
    fn the_bound_is_above_the_maximum_and_no_more_than_avens() {
        for n in [1_u32, 2, 8, 64] {
            let k = n as usize;
            let bound = maximum_bound(&vec![1.0; k], &vec![1.0; k]);
            let aven = 1.0 + (f64::from(n) - 1.0).sqrt();
            assert!(
                bound >= of(SizeLaw::Exponential, 1.0, n) - 1e-6 && bound <= aven + 1e-5,
                "{n}: {bound}, {aven}"
            );
        }
        // Without variance it is the largest mean.
        assert!((maximum_bound(&[3.0, 5.0], &[0.0, 0.0]) - 5.0).abs() < 1e-9);
    }
}
