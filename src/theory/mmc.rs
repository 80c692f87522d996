//! M/M/c: one queue before c equal servers, and Erlang's two formulas.
//!
//! Poisson arrivals, exponential service, in order of arrival, an unlimited queue (Erlang B: none). Offered load
//! a = λ/μ in erlang, ρ = a/c. Sources: Erlang (1917); Kleinrock (1975), vol. I, §3.4 to 3.5; Cooper (1981), ch. 3.

use super::quantile;

/// Erlang B: the part of tasks lost if a task that finds all c servers busy goes away.
///
/// B_0 = 1, B_k = a·B_(k−1)/(k + a·B_(k−1)). Holds for every law of service with this mean, and for any load: a loss
/// system is always stable.
pub fn erlang_b(servers: u32, load_erlang: f64) -> f64 {
    (1..=servers).fold(1.0, |b, k| load_erlang * b / (f64::from(k) + load_erlang * b))
}

/// Erlang C: the probability that a task must wait, C = B/(1 − ρ·(1 − B)). None if a ≥ c.
pub fn erlang_c(servers: u32, load_erlang: f64) -> Option<f64> {
    let rho = load_erlang / f64::from(servers);
    let b = erlang_b(servers, load_erlang);
    (rho < 1.0).then(|| b / (1.0 - rho * (1.0 - b)))
}

/// A stable M/M/c.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mmc {
    /// c.
    pub servers: u32,
    /// λ (tasks/s).
    pub rate_per_s: f64,
    /// μ, of one server (tasks/s).
    pub service_per_s: f64,
    /// C, the probability of waiting.
    pub wait_chance: f64,
    /// δ = cμ − λ: the rate at which the queue empties (tasks/s).
    pub spare_per_s: f64,
}

impl Mmc {
    /// None if λ ≥ cμ.
    pub fn new(servers: u32, rate_per_s: f64, service_per_s: f64) -> Option<Self> {
        let wait_chance = erlang_c(servers, rate_per_s / service_per_s)?;
        let spare_per_s = f64::from(servers) * service_per_s - rate_per_s;
        // Rounding can leave nothing where ρ is a hair below 1.
        (spare_per_s > 0.0).then_some(Self { servers, rate_per_s, service_per_s, wait_chance, spare_per_s })
    }

    /// Mean wait before service (s): Wq = C/(cμ − λ).
    pub fn wait_s(&self) -> f64 {
        self.wait_chance / self.spare_per_s
    }

    /// Mean time in the system (s): W = Wq + 1/μ.
    pub fn response_s(&self) -> f64 {
        self.wait_s() + 1.0 / self.service_per_s
    }

    /// P(wait > t) = C·e^(−δt); `time_s` is t (s).
    pub fn wait_exceeds(&self, time_s: f64) -> f64 {
        self.wait_chance * libm::exp(-self.spare_per_s * time_s)
    }

    /// The time that a part `share` of all waits stays below (s): ln(C/(1 − p))/δ, and 0 where that is negative, since
    /// 1 − C of the tasks do not wait at all.
    pub fn wait_quantile_s(&self, share: f64) -> f64 {
        (libm::log(self.wait_chance / (1.0 - share)) / self.spare_per_s).max(0.0)
    }

    /// P(T > t) = (1 − C)·e^(−μt) + C·(δ·e^(−μt) − μ·e^(−δt))/(δ − μ); with δ = μ, e^(−μt)·(1 + C·μt), and with c = 1,
    /// e^(−δt).
    pub fn response_exceeds(&self, time_s: f64) -> f64 {
        let (mu, delta, c) = (self.service_per_s, self.spare_per_s, self.wait_chance);
        if self.servers == 1 {
            return libm::exp(-delta * time_s);
        }
        // (e^(−μt) − e^(−δt))/(δ − μ) is t·e^(−st)·(1 − e^(−x))/x with s the smaller of μ and δ and x = |δ − μ|·t. No
        // exponent is positive, so nothing overflows, and no near numbers are subtracted.
        let x = (delta - mu).abs() * time_s;
        let ratio = if x < 1e-8 { 1.0 - x / 2.0 } else { -libm::expm1(-x) / x };
        libm::exp(-mu * time_s) + c * mu * time_s * libm::exp(-mu.min(delta) * time_s) * ratio
    }

    /// The time that a part `share` of all responses stays below (s).
    pub fn response_quantile_s(&self, share: f64) -> f64 {
        quantile(share, self.response_s(), |t| self.response_exceeds(t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// c, ρ, B, C, Wq, W, Lq, L with μ = 1, computed apart from this code, to six decimals.
    #[rustfmt::skip]
    const TABLE: &[(u32, f64, [f64; 6])] = &[
        (1, 0.5, [0.333333, 0.5, 1.0, 2.0, 0.5, 1.0]),
        (1, 0.8, [0.444444, 0.8, 4.0, 5.0, 3.2, 4.0]),
        (1, 0.95, [0.487179, 0.95, 19.0, 20.0, 18.05, 19.0]),
        (2, 0.5, [0.2, 0.333333, 0.333333, 1.333333, 0.333333, 1.333333]),
        (2, 0.8, [0.329897, 0.711111, 1.777778, 2.777778, 2.844444, 4.444444]),
        (2, 0.95, [0.383634, 0.925641, 9.25641, 10.25641, 17.587179, 19.487179]),
        (3, 0.5, [0.134328, 0.236842, 0.157895, 1.157895, 0.236842, 1.736842]),
        (3, 0.8, [0.268406, 0.647191, 1.078652, 2.078652, 2.588764, 4.988764]),
        (3, 0.95, [0.327814, 0.907009, 6.046723, 7.046723, 17.233162, 20.083162]),
        (4, 0.5, [0.095238, 0.173913, 0.086957, 1.086957, 0.173913, 2.173913]),
        (4, 0.8, [0.228145, 0.596432, 0.745541, 1.745541, 2.38573, 5.58573]),
        (4, 0.95, [0.291024, 0.891419, 4.457095, 5.457095, 16.936961, 20.736961]),
        (5, 0.5, [0.069731, 0.130371, 0.052149, 1.052149, 0.130371, 2.630371]),
        (5, 0.8, [0.199067, 0.554113, 0.554113, 1.554113, 2.21645, 6.21645]),
        (5, 0.95, [0.264253, 0.877799, 3.511196, 4.511196, 16.678181, 21.428181]),
        (8, 0.5, [0.03042, 0.059044, 0.014761, 1.014761, 0.059044, 4.059044]),
        (8, 0.8, [0.144394, 0.457645, 0.286028, 1.286028, 1.83058, 8.23058]),
        (8, 0.95, [0.213131, 0.844169, 2.110422, 3.110422, 16.039204, 23.639204]),
        (10, 0.5, [0.018385, 0.036105, 0.007221, 1.007221, 0.036105, 5.036105]),
        (10, 0.8, [0.121661, 0.40918, 0.20459, 1.20459, 1.636721, 9.636721]),
        (10, 0.95, [0.191379, 0.825586, 1.651171, 2.651171, 15.686126, 25.186126]),
        (16, 0.5, [0.00453, 0.009019, 0.001127, 1.001127, 0.009019, 8.009019]),
        (16, 0.8, [0.080647, 0.304884, 0.095276, 1.095276, 1.219536, 14.019536]),
        (16, 0.95, [0.150723, 0.780192, 0.975241, 1.975241, 14.823657, 30.023657]),
        (20, 0.5, [0.001869, 0.003731, 0.000373, 1.000373, 0.003731, 10.003731]),
        (20, 0.8, [0.064411, 0.256078, 0.064019, 1.064019, 1.024311, 17.024311]),
        (20, 0.95, [0.133761, 0.755401, 0.755401, 1.755401, 14.352623, 33.352623]),
        (50, 0.5, [0.000004, 0.000007, 0.0, 1.0, 0.000007, 25.000007]),
        (50, 0.8, [0.018691, 0.086953, 0.008695, 1.008695, 0.34781, 40.34781]),
        (50, 0.95, [0.078176, 0.629095, 0.251638, 1.251638, 11.9528, 59.4528]),
        (100, 0.5, [0.0, 0.0, 0.0, 1.0, 0.0, 50.0]),
        (100, 0.8, [0.003992, 0.019646, 0.000982, 1.000982, 0.078586, 80.078586]),
        (100, 0.95, [0.048804, 0.506457, 0.101291, 1.101291, 9.62268, 104.62268]),
    ];

    #[test]
    fn erlang_and_means_agree_with_the_table() {
        for &(c, rho, expected) in TABLE {
            let a = f64::from(c) * rho;
            let q = Mmc::new(c, a, 1.0).expect("stable");
            let got = [erlang_b(c, a), q.wait_chance, q.wait_s(), q.response_s(), a * q.wait_s(), a * q.response_s()];
            for (x, y) in got.into_iter().zip(expected) {
                assert!((x - y).abs() <= 1e-6, "c {c}, ρ {rho}: {x} against {y}");
            }
        }
    }

    /// B(30, 25) is about 0.05 in Mathematica's documentation of ErlangB; the others were computed apart.
    #[test]
    fn anchors_to_all_digits() {
        for (got, expected) in [
            (erlang_b(30, 25.0), 0.052_603_172_228_140_62),
            (erlang_b(10, 5.0), 0.018_384_570_336_648_14),
            (erlang_c(30, 25.0).expect("stable"), 0.249_893_166_886_906_6),
            (erlang_c(11, 10.0).expect("stable"), 0.682_118_204_689_332_3),
            (erlang_c(14, 10.0).expect("stable"), 0.174_131_933_595_049_9),
        ] {
            assert!((got / expected - 1.0).abs() < 1e-13, "{got} against {expected}");
        }
        assert_eq!(erlang_c(5, 5.0), None);
        assert!(erlang_b(5, 50.0) > 0.9, "a loss system is stable under any load");
    }

    /// The integral of a tail is the mean; quantiles undo tails; c = 1 is the M/M/1; δ = μ is the limit of δ near μ.
    #[test]
    fn tails_means_and_quantiles_belong_together() {
        for (c, rate) in [(1, 0.8), (5, 4.0), (2, 1.0), (3, 2.9), (20, 10.0)] {
            let q = Mmc::new(c, rate, 1.0).expect("stable");
            let step = 0.002 * q.response_s();
            let area =
                |tail: &dyn Fn(f64) -> f64| (0..20_000).map(|i| tail((i as f64 + 0.5) * step) * step).sum::<f64>();
            assert!((area(&|t| q.response_exceeds(t)) / q.response_s() - 1.0).abs() < 1e-5, "{c} {rate}");
            assert!((area(&|t| q.wait_exceeds(t)) / q.wait_s() - 1.0).abs() < 1e-3, "{c} {rate}");
            for p in [0.5, 0.95, 0.99] {
                assert!((q.response_exceeds(q.response_quantile_s(p)) - (1.0 - p)).abs() < 1e-9);
                let wait_s = q.wait_quantile_s(p);
                let left = if wait_s > 0.0 { 1.0 - p } else { q.wait_chance.min(1.0 - p) };
                assert!((q.wait_exceeds(wait_s) - left).abs() < 1e-12);
            }
        }
        // At any load: with exponents of both signs the tail was NaN beyond 745 service times, and percentiles ended there.
        for rate in [0.9, 0.997, 0.999_999] {
            let one = Mmc::new(1, rate, 1.0).expect("stable");
            let expected = libm::log(100.0) / (1.0 - rate);
            assert!((one.response_quantile_s(0.99) / expected - 1.0).abs() < 1e-9, "{rate}");
            // Seldom is more than one of three done with at such a load: the queue is one of three times the speed.
            let three = Mmc::new(3, 3.0 * rate, 1.0).expect("stable");
            let (p99, wait) = (three.response_quantile_s(0.99), three.wait_quantile_s(0.99));
            assert!(wait < p99 && p99 < wait + 5.0, "{rate}: {p99}, {wait}");
        }
        let one = Mmc::new(1, 0.8, 1.0).expect("stable");
        assert!((one.response_exceeds(3.0) - libm::exp(-0.6)).abs() < 1e-12);
        let near = |rate| Mmc::new(2, rate, 1.0).expect("stable").response_exceeds(1.7);
        assert!((near(1.0) - near(1.0 + 1e-7)).abs() < 1e-6);
    }
}
