//! Quantiles of a distribution given by its tail.

/// The `p`-quantile of a distribution given by its tail P(T > t), by bisection: the least t with
/// P(T > t) ≤ 1 − p. `scale_s` is a first guess (s); 0 if P(T > 0) ≤ 1 − p.
pub(crate) fn quantile(p: f64, scale_s: f64, exceeds: impl Fn(f64) -> f64) -> f64 {
    let tail = 1.0 - p;
    if exceeds(0.0) <= tail {
        return 0.0;
    }
    let mut high = scale_s;
    while exceeds(high) > tail {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if exceeds(middle) > tail {
            low = middle
        } else {
            high = middle
        }
    }
    (low + high) / 2.0
}
