//! M/M/c: one queue before c equal servers, and Erlang's two formulas.
//!
//! Poisson arrivals, exponential service, in order of arrival, an unlimited queue (Erlang B: none).
//! Offered load a = λ/μ in erlang, ρ = a/c. Sources: Erlang (1917); Kleinrock (1975), vol. I,
//! §3.4 to 3.5; Cooper (1981), ch. 3.

/// Erlang B: the fraction of tasks lost if a task that finds all c servers busy leaves.
///
/// B_0 = 1, B_k = a·B_(k−1)/(k + a·B_(k−1)). Holds for every service distribution with this
/// mean and for any load: a loss system is always stable.
pub fn erlang_b(servers: u32, load_erlang: f64) -> f64 {
    (1..=servers).fold(1.0, |b, k| {
        load_erlang * b / (f64::from(k) + load_erlang * b)
    })
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
        // Rounding can give 0 for ρ slightly below 1.
        (spare_per_s > 0.0).then_some(Self {
            servers,
            rate_per_s,
            service_per_s,
            wait_chance,
            spare_per_s,
        })
    }

    /// Mean wait before service (s): Wq = C/(cμ − λ).
    pub fn wait_s(&self) -> f64 {
        self.wait_chance / self.spare_per_s
    }

    /// p_0, the chance that the system is empty: p_0·(λ/μ)^c/c! = C·(1 − ρ), and the weights
    /// before it are summed from there down.
    pub fn empty(&self) -> f64 {
        let load = self.rate_per_s / self.service_per_s;
        let rho = load / f64::from(self.servers);
        let full = self.wait_chance * (1.0 - rho);
        (1..=self.servers).fold(full, |p, k| p * f64::from(self.servers + 1 - k) / load)
    }

    /// Mean time in the system (s): W = Wq + 1/μ.
    pub fn response_s(&self) -> f64 {
        self.wait_s() + 1.0 / self.service_per_s
    }

    /// P(wait > t) = C·e^(−δt); `time_s` is t (s).
    pub fn wait_exceeds(&self, time_s: f64) -> f64 {
        self.wait_chance * libm::exp(-self.spare_per_s * time_s)
    }

    /// The `p`-quantile of the wait (s): ln(C/(1 − p))/δ, and 0 where that is negative, since
    /// 1 − C of the tasks do not wait at all.
    pub fn wait_quantile_s(&self, p: f64) -> f64 {
        (libm::log(self.wait_chance / (1.0 - p)) / self.spare_per_s).max(0.0)
    }

    /// P(T > t) = (1 − C)·e^(−μt) + C·(δ·e^(−μt) − μ·e^(−δt))/(δ − μ); with
    /// δ = μ it is e^(−μt)·(1 + C·μt), and with c = 1 e^(−δt). `time_s` is t (s).
    pub fn response_exceeds(&self, time_s: f64) -> f64 {
        let mu = self.service_per_s;
        let delta = self.spare_per_s;
        if self.servers == 1 {
            return libm::exp(-delta * time_s);
        }
        // (e^(−μt) − e^(−δt))/(δ − μ) is t·e^(−st)·(1 − e^(−x))/x, where s is
        // the smaller of μ and δ and x = |δ − μ|·t. No exponent is positive, which excludes
        // overflow, and there is no cancellation.
        let x = (delta - mu).abs() * time_s;
        let ratio = if x < 1e-8 {
            1.0 - x / 2.0
        } else {
            -libm::expm1(-x) / x
        };
        let slower = libm::exp(-mu.min(delta) * time_s);
        libm::exp(-mu * time_s) + self.wait_chance * mu * time_s * slower * ratio
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantile::quantile;
    use crate::tables::M_M_C;

    /// The `p`-quantile of the response time (s).
    fn response_quantile_s(q: &Mmc, p: f64) -> f64 {
        quantile(p, q.response_s(), |t| q.response_exceeds(t))
    }

    /// Computed by other code, to six decimals.
    #[test]
    fn erlang_and_means_agree_with_the_table() {
        for &(c, rho, expected) in M_M_C {
            let a = f64::from(c) * rho;
            let q = Mmc::new(c, a, 1.0).expect("stable");
            let got = [
                erlang_b(c, a),
                q.wait_chance,
                q.wait_s(),
                q.response_s(),
                a * q.wait_s(),
                a * q.response_s(),
            ];
            for (x, y) in got.into_iter().zip(expected) {
                assert!((x - y).abs() <= 1e-6, "c {c}, ρ {rho}: {x} against {y}");
            }
        }
    }

    /// B(30, 25) is about 0.05 in Mathematica's documentation of ErlangB; the others were computed
    /// by other code.
    #[test]
    fn anchors_to_all_digits() {
        for (got, expected) in [
            (erlang_b(30, 25.0), 0.052_603_172_228_140_62),
            (erlang_b(10, 5.0), 0.018_384_570_336_648_14),
            (erlang_c(30, 25.0).expect("stable"), 0.249_893_166_886_906_6),
            (erlang_c(11, 10.0).expect("stable"), 0.682_118_204_689_332_3),
            (erlang_c(14, 10.0).expect("stable"), 0.174_131_933_595_049_9),
        ] {
            assert!(
                (got / expected - 1.0).abs() < 1e-13,
                "{got} against {expected}"
            );
        }
        assert_eq!(erlang_c(5, 5.0), None);
        assert!(
            erlang_b(5, 50.0) > 0.9,
            "a loss system is stable under any load"
        );
    }

    /// The integral of a tail, by the midpoint rule.
    fn area(step: f64, tail: impl Fn(f64) -> f64) -> f64 {
        (0..20_000)
            .map(|i| tail((f64::from(i) + 0.5) * step) * step)
            .sum()
    }

    /// The integral of a tail is the mean; quantiles invert tails; c = 1 is the M/M/1; δ = μ is
    /// the limit of δ near μ.
    #[test]
    fn tails_means_and_quantiles_belong_together() {
        for (c, rate) in [(1, 0.8), (5, 4.0), (2, 1.0), (3, 2.9), (20, 10.0)] {
            let q = Mmc::new(c, rate, 1.0).expect("stable");
            let step = 0.002 * q.response_s();
            let response_s = area(step, |t| q.response_exceeds(t));
            assert!(
                (response_s / q.response_s() - 1.0).abs() < 1e-5,
                "{c} {rate}"
            );
            let mut weights = vec![1.0];
            (1..c).for_each(|k| weights.push(weights[k as usize - 1] * rate / f64::from(k)));
            let last = weights[c as usize - 1] * rate / f64::from(c);
            let all: f64 = weights.iter().sum::<f64>() + last / (1.0 - rate / f64::from(c));
            assert!((q.empty() * all - 1.0).abs() < 1e-12, "{c} {rate}");
            let wait_s = area(step, |t| q.wait_exceeds(t));
            assert!((wait_s / q.wait_s() - 1.0).abs() < 1e-3, "{c} {rate}");
            for p in [0.5, 0.95, 0.99] {
                assert!((q.response_exceeds(response_quantile_s(&q, p)) - (1.0 - p)).abs() < 1e-9);
                let wait_s = q.wait_quantile_s(p);
                let left = if wait_s > 0.0 {
                    1.0 - p
                } else {
                    q.wait_chance.min(1.0 - p)
                };
                assert!((q.wait_exceeds(wait_s) - left).abs() < 1e-12);
            }
        }
        // At any load: with exponents of both signs the tail would be NaN beyond 745 service times.
        for rate in [0.9, 0.997, 0.999_999] {
            let one = Mmc::new(1, rate, 1.0).expect("stable");
            let expected = libm::log(100.0) / (1.0 - rate);
            assert!(
                (response_quantile_s(&one, 0.99) / expected - 1.0).abs() < 1e-9,
                "{rate}"
            );
            // At such a load the three servers are nearly always busy: the response is the wait and
            // a few service times.
            let three = Mmc::new(3, 3.0 * rate, 1.0).expect("stable");
            let p99 = response_quantile_s(&three, 0.99);
            let wait = three.wait_quantile_s(0.99);
            assert!(wait < p99 && p99 < wait + 5.0, "{rate}: {p99}, {wait}");
        }
        let one = Mmc::new(1, 0.8, 1.0).expect("stable");
        assert!((one.response_exceeds(3.0) - libm::exp(-0.6)).abs() < 1e-12);
        let [at, near] = [1.0, 1.0 + 1e-7].map(|rate| {
            let two = Mmc::new(2, rate, 1.0).expect("stable");
            two.response_exceeds(1.7)
        });
        assert!((at - near).abs() < 1e-6);
    }
}
