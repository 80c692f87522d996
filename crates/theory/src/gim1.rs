//! GI/M/1: independent gaps of any distribution, exponential service, one server. Round robin makes
//! such queues.
//!
//! A task finds k others with probability (1 − σ)·σ^k, where σ in (0, 1) solves
//! σ = A*(μ(1 − σ)) and A* is the Laplace transform of the gap. Then W = 1/(μ(1 − σ)),
//! P(wait > 0) = σ and, in order of arrival, P(T > t) = e^(−μ(1 − σ)t). Source: Kendall
//! (1953); Kleinrock (1975), vol. I, §6.4. The means of response and number hold under processor
//! sharing too, since exponential service is memoryless.

/// The distribution of the gaps of a whole stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gaps {
    /// Exponential gaps: a Poisson stream of this rate (tasks/s).
    Poisson(f64),
    /// Gaps of this length (s).
    Fixed(f64),
    /// An interrupted Poisson stream: on and off for exponential times with these means, with
    /// Poisson arrivals while it is on.
    Interrupted {
        /// Mean length of a burst (s).
        on_s: f64,
        /// Mean length of the silence (s).
        off_s: f64,
        /// Rate in a burst (tasks/s).
        on_rate_per_s: f64,
    },
}

impl Gaps {
    /// −ln E\[e^(−s·gap)\], accurate for tiny s too.
    fn log_transform(&self, s: f64) -> f64 {
        match *self {
            Self::Poisson(rate) => libm::log1p(s / rate),
            Self::Fixed(gap_s) => s * gap_s,
            Self::Interrupted {
                on_s,
                off_s,
                on_rate_per_s: rate,
            } => {
                let ends = 1.0 / on_s;
                let begins = 1.0 / off_s;
                -libm::log1p(
                    -s * (s + ends + begins) / (s * s + s * (rate + ends + begins) + rate * begins),
                )
            }
        }
    }

    /// E\[gap\] (s).
    pub fn mean_s(&self) -> f64 {
        match *self {
            Self::Poisson(rate) => 1.0 / rate,
            Self::Fixed(gap_s) => gap_s,
            Self::Interrupted {
                on_s,
                off_s,
                on_rate_per_s,
            } => (on_s + off_s) / (on_s * on_rate_per_s),
        }
    }

    /// The squared coefficient of variation of the gaps.
    pub fn cv2(&self) -> f64 {
        match *self {
            Self::Poisson(_) => 1.0,
            Self::Fixed(_) => 0.0,
            Self::Interrupted {
                on_s,
                off_s,
                on_rate_per_s,
            } => {
                let silent = off_s / (on_s + off_s);
                1.0 + 2.0 * on_rate_per_s * on_s * silent * silent
            }
        }
    }
}

/// σ of a server of rate μ = `service_per_s` that gets every n-th task of a stream with these
/// gaps, where n = `turns` servers take equal turns. None if the server is overloaded.
///
/// A Poisson stream dealt to n servers gives each an E_n/M/1: σ = (nρ/(nρ + 1 − σ))^n;
/// n → ∞ is D/M/1, σ = e^(−(1 − σ)/ρ).
pub fn root(gaps: &Gaps, turns: u32, service_per_s: f64) -> Option<f64> {
    root_below_one(gaps, turns, service_per_s).map(|below_one| 1.0 - below_one)
}

/// 1 − σ, accurate even where it is tiny, near ρ = 1.
pub fn root_below_one(gaps: &Gaps, turns: u32, service_per_s: f64) -> Option<f64> {
    if gaps.mean_s() * f64::from(turns) * service_per_s <= 1.0 {
        return None;
    }
    // As a function of x = 1 − σ, 1 − A* is concave with a fixed point at 0: it is above x up
    // to the root and below it from there to 1.
    let mut low = 0.0;
    let mut high = 1.0;
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        let exponent = f64::from(turns) * gaps.log_transform(service_per_s * middle);
        if -libm::expm1(-exponent) > middle {
            low = middle
        } else {
            high = middle
        }
    }
    Some((low + high) / 2.0)
}

/// Mean time in the system (s): W = 1/(μ(1 − σ)), with 1 − σ from [`root_below_one`].
pub fn response_s(below_one: f64, service_per_s: f64) -> f64 {
    1.0 / (service_per_s * below_one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::E_N_M_1;

    /// Solved by other code; simulated: n = 2 at 0.8 3.8435 ± 0.012.
    #[test]
    fn round_robin_agrees_with_the_table() {
        for &(n, rho, sigma, time) in E_N_M_1 {
            let got = root(&Gaps::Poisson(n as f64 * rho), n as u32, 1.0).expect("stable");
            assert!(
                (got - sigma).abs() <= 6e-7,
                "n {n}, ρ {rho}: σ = {got} against {sigma}"
            );
            assert!(
                (response_s(1.0 - got, 1.0) - time).abs() <= 6e-6,
                "n {n}, ρ {rho}: {}",
                response_s(1.0 - got, 1.0)
            );
        }
    }

    /// The limit of many servers is D/M/1; an overloaded server has no root; without silence,
    /// bursts are a Poisson stream.
    #[test]
    fn limits() {
        let many = root(&Gaps::Poisson(80_000.0), 100_000, 1.0).expect("stable");
        let fixed = root(&Gaps::Fixed(1.25), 1, 1.0).expect("stable");
        assert!((many - fixed).abs() < 1e-5, "{many} {fixed}");
        assert!((fixed - libm::exp(-(1.0 - fixed) / 0.8)).abs() < 1e-12);
        assert_eq!(root(&Gaps::Poisson(2.0), 2, 1.0), None);
        assert_eq!(root(&Gaps::Fixed(0.5), 1, 1.0), None);
        let hardly = Gaps::Interrupted {
            on_s: 2.0,
            off_s: 1e-9,
            on_rate_per_s: 0.8,
        };
        assert!((root(&hardly, 1, 1.0).expect("stable") - 0.8).abs() < 1e-6);
    }

    /// As ρ → 1, W → (C_a² + 1)/(2μ(1 − ρ)) (Kingman 1962): 5e7 for fixed gaps at
    /// ρ = 1 − 1e-8.
    #[test]
    fn heavy_traffic_is_not_lost_in_rounding() {
        let short = 1e-8;
        for (gaps, turns) in [
            (Gaps::Fixed(1.0 / (1.0 - short)), 1),
            (Gaps::Poisson(1.0 - short), 1),
            (Gaps::Poisson(4.0 * (1.0 - short)), 4),
            (
                Gaps::Interrupted {
                    on_s: 2.0,
                    off_s: 6.0,
                    on_rate_per_s: 4.0 * (1.0 - short),
                },
                1,
            ),
        ] {
            let time = response_s(root_below_one(&gaps, turns, 1.0).expect("stable"), 1.0);
            let expected = (gaps.cv2() / f64::from(turns) + 1.0) / 2.0 / short;
            assert!(
                (time / expected - 1.0).abs() < 1e-6,
                "{gaps:?}: {time} against {expected}"
            );
        }
    }

    /// Mean and variance of the gaps from differences of the transform at 0.
    #[test]
    fn transforms_have_the_moments() {
        let bursty = Gaps::Interrupted {
            on_s: 2.0,
            off_s: 6.0,
            on_rate_per_s: 8.0,
        };
        for (gaps, mean) in [
            (Gaps::Poisson(2.0), 0.5),
            (Gaps::Fixed(0.5), 0.5),
            (bursty, 0.5),
        ] {
            let h = 1e-4;
            let f = [0.0, h, 2.0 * h, 3.0 * h].map(|s| libm::exp(-gaps.log_transform(s)));
            let first = (-1.5 * f[0] + 2.0 * f[1] - 0.5 * f[2]) / h;
            let second = (2.0 * f[0] - 5.0 * f[1] + 4.0 * f[2] - f[3]) / (h * h);
            assert!(
                (first + mean).abs() < 1e-3 && gaps.mean_s() == mean,
                "{gaps:?}: {first}"
            );
            assert!(
                (second / (mean * mean) - 1.0 - gaps.cv2()).abs() < 0.02 * (1.0 + gaps.cv2()),
                "{gaps:?}: {second}"
            );
        }
    }
}
