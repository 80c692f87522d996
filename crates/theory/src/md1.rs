//! M/D/1: Poisson arrivals, constant service, one server, in order of arrival.
//!
//! λ is `rate_per_s`, D `service_s`, ρ = λD < 1. The wait's distribution as Erlang (1909) gave
//! it has terms of both signs that cancel; here it is Franx's form, whose terms are all positive.
//! Sources: Erlang (1909); Franx (2001), Operations Research Letters 29; Kleinrock (1975), vol. I,
//! §5.

/// States of the queue that are summed one by one. Behind them probabilities fall by the same
/// factor, to all digits.
const STATES: usize = 96;

/// P(wait > t); `time_s` is t (s). It is 1 for a negative t.
///
/// With (k − 1)·D ≤ t < k·D: P(wait ≤ t) = e^(−λ(kD − t)) Σ_(j<k)
/// Q_(k−1−j)·(λ(kD − t))^j/j!, where Q_m is the probability that at most m tasks wait.
pub fn wait_exceeds(rate_per_s: f64, service_s: f64, time_s: f64) -> f64 {
    if time_s < 0.0 {
        return 1.0;
    }
    let more = more_than(rate_per_s * service_s);
    let k = libm::floor(time_s / service_s) + 1.0;
    let x = rate_per_s * (k * service_s - time_s);
    let mut term = libm::exp(-x);
    let mut beyond = 0.0;
    // The tail by itself: 1 − P(wait ≤ t) would lose it where it is small. x ≤ 1, so what
    // terms behind the last state add is less than 1e-149.
    for j in 0..STATES {
        let m = k - 1.0 - j as f64;
        beyond += if m < 0.0 { term } else { term * more(m) };
        term *= x / (j as f64 + 1.0);
    }
    beyond
}

/// P(more than m tasks wait), by m.
fn more_than(rho: f64) -> impl Fn(f64) -> f64 {
    // Arrivals during a service: a_j, and P(more than j).
    let mut arrivals = vec![libm::exp(-rho)];
    for j in 1..=STATES {
        arrivals.push(arrivals[j - 1] * rho / j as f64);
    }
    let mut later = vec![0.0; STATES + 1];
    for j in (0..STATES).rev() {
        later[j] = later[j + 1] + arrivals[j + 1];
    }
    // p_n of n tasks in the system, without a difference (Ramaswami 1988): a step up to n is
    // balanced by a step down from n.
    let mut states = vec![1.0 - rho];
    for n in 1..=STATES {
        let up = states[0] * later[n - 1];
        let others = (1..n).map(|i| states[i] * later[n - i]);
        states.push((up + others.sum::<f64>()) / arrivals[0]);
    }
    let factor = states[STATES] / states[STATES - 1];
    // P(more than n in the system), from the last on.
    let mut more = vec![states[STATES] * factor / (1.0 - factor)];
    for n in (0..STATES).rev() {
        let next = more[STATES - 1 - n] + states[n + 1];
        more.push(next);
    }
    more.reverse();
    move |m| {
        let n = m + 1.0;
        match more.get(n as usize) {
            Some(more) => *more,
            None => more[STATES] * libm::pow(factor, n - STATES as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mg1;

    /// Erlang's sum as it is written: P(W ≤ t) = (1 − ρ) Σ_(k ≤ t/D) (λ(kD −
    /// t))^k/k!·e^(−λ(kD − t)).
    fn by_erlang(rho: f64, time: f64) -> f64 {
        let mut sum = 0.0;
        let mut factorial = 1.0;
        for k in 0..=time as i32 {
            factorial *= f64::from(k.max(1));
            let x = rho * (f64::from(k) - time);
            sum += libm::pow(x, f64::from(k)) / factorial * libm::exp(-x);
        }
        1.0 - (1.0 - rho) * sum
    }

    #[test]
    fn short_waits_agree_with_erlangs_sum() {
        for rho in [0.1, 0.5, 0.8, 0.95] {
            for time in [0.0, 0.3, 0.999, 1.0, 2.5, 7.25, 12.0] {
                let expected = by_erlang(rho, time);
                let got = wait_exceeds(rho, 1.0, time);
                assert!(
                    (got - expected).abs() < 1e-9,
                    "{rho} {time}: {got} {expected}"
                );
            }
        }
    }

    /// The tail's area is the mean wait of Pollaczek and Khinchine, at any load.
    #[test]
    fn the_tail_sums_to_the_mean_wait() {
        for (rho, service_s) in [(0.3, 1.0), (0.8, 2.0), (0.98, 0.5)] {
            let mean = mg1::wait_s(rho / service_s, service_s, 0.0).expect("stable");
            let step = mean / 400.0;
            let area: f64 = (0..12_000)
                .map(|i| (f64::from(i) + 0.5) * step)
                .map(|t| wait_exceeds(rho / service_s, service_s, t) * step)
                .sum();
            assert!((area / mean - 1.0).abs() < 2e-3, "{rho}: {area} {mean}");
        }
    }

    /// The tail falls as e^(−θt) with the root θ of λ·(e^(θD) − 1) = θ, far beyond where
    /// Erlang's sum has any digit.
    #[test]
    fn long_waits_fall_exponentially() {
        for rho in [0.5, 0.9, 0.999] {
            let mut theta = 2.0 * (1.0 - rho) / rho;
            for _ in 0..100 {
                let f = rho * libm::expm1(theta) - theta;
                theta -= f / (rho * libm::exp(theta) - 1.0);
            }
            let near = wait_exceeds(rho, 1.0, 50.25);
            let far = wait_exceeds(rho, 1.0, 250.25);
            let expected = libm::exp(-200.0 * theta);
            assert!(
                (far / near / expected - 1.0).abs() < 1e-6,
                "{rho}: {far} {near}"
            );
        }
    }
}
