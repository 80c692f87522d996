//! M/M/c/K: c servers with room for K tasks, those in service included. Tasks that find it full are
//! lost.
//!
//! Poisson arrivals, exponential service; in order of arrival, and by insensitivity under processor
//! sharing with any service distribution. Always stable. Sources: Kleinrock (1975), vol. I, §3.6
//! to 3.7; Kelly (1979), ch. 3.

/// The steady state of an M/M/c/K.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finite {
    /// p_K: the fraction of tasks that find it full and are lost.
    pub loss: f64,
    /// 1 − p_K, accurate even where it is tiny.
    pub accepted: f64,
    /// The fraction of accepted tasks that find no server free.
    pub wait_chance: f64,
    /// λ·(1 − p_K) (tasks/s).
    pub accepted_per_s: f64,
    /// L: mean number in the system (tasks).
    pub present: f64,
    /// p_0, the chance that the system is empty.
    pub empty: f64,
    /// Mean wait before service of accepted tasks (s).
    pub wait_s: f64,
    /// W = L/(λ·(1 − p_K)): mean time in the system of accepted tasks (s).
    pub response_s: f64,
}

/// Sums over the states, relative to the heaviest state so far.
#[derive(Default)]
struct StateSums {
    /// The weight of the empty system.
    empty: f64,
    /// The weight of the present state.
    weight: f64,
    /// The weight of all states before it.
    below: f64,
    /// Tasks, by weight.
    present: f64,
    /// The weight of the states in which an accepted task waits.
    waiting: f64,
    /// Tasks ahead of a task that waits, by weight.
    ahead: f64,
}

impl StateSums {
    fn scale(&mut self, factor: f64) {
        self.empty /= factor;
        self.weight /= factor;
        self.below /= factor;
        self.present /= factor;
        self.waiting /= factor;
        self.ahead /= factor;
    }
}

/// The steady state for c = `servers`, K = `room` ≥ c, λ and μ per second, μ of one server.
/// The probability p_k of k tasks is in proportion to Π_(i≤k) λ/(min(i, c)·μ).
pub fn finite(servers: u32, room: u32, rate_per_s: f64, service_per_s: f64) -> Finite {
    let load = rate_per_s / service_per_s;
    let mut sums = StateSums {
        empty: 1.0,
        weight: 1.0,
        ..StateSums::default()
    };
    // 1 − p_K is summed by itself: where nearly all tasks are lost, the difference would be lost
    // in rounding. So is the wait: a task that finds k ≥ c tasks waits for k − c + 1 to leave.
    for k in 1..=room {
        sums.below += sums.weight;
        if k > servers {
            sums.waiting += sums.weight;
            sums.ahead += sums.weight * f64::from(k - servers);
        }
        sums.weight *= load / f64::from(k.min(servers));
        sums.present += f64::from(k) * sums.weight;
        if sums.weight > 1e200 {
            sums.scale(1e200);
        }
    }
    let all = sums.below + sums.weight;
    let accepted = sums.below / all;
    let wait_s = sums.ahead / sums.below / (f64::from(servers) * service_per_s);
    Finite {
        loss: sums.weight / all,
        accepted,
        wait_chance: sums.waiting / sums.below,
        accepted_per_s: rate_per_s * accepted,
        present: sums.present / all,
        empty: sums.empty / all,
        wait_s,
        response_s: wait_s + 1.0 / service_per_s,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mmc::{Mmc, erlang_b};

    /// Kleinrock (1975), eq. 3.51: M/M/1/K loses (1 − ρ)·ρ^K/(1 − ρ^(K+1)); at ρ = 1 all
    /// K + 1 states are equally likely.
    #[test]
    fn one_server_has_a_closed_form() {
        for (rho, room) in [(0.5, 3), (0.8, 5), (2.0, 10)] {
            let expected = (1.0 - rho) * libm::pow(rho, f64::from(room))
                / (1.0 - libm::pow(rho, f64::from(room) + 1.0));
            assert!(
                (finite(1, room, rho, 1.0).loss / expected - 1.0).abs() < 1e-12,
                "{rho} {room}"
            );
        }
        let even = finite(1, 4, 3.0, 3.0);
        assert!((even.loss - 0.2).abs() < 1e-12 && (even.present - 2.0).abs() < 1e-12);
    }

    #[test]
    fn without_room_to_wait_it_is_erlang_b_and_with_much_of_it_the_mmc() {
        for (c, load) in [(1, 0.5), (5, 4.0), (30, 25.0), (30, 60.0)] {
            let lossy = finite(c, c, load, 1.0);
            assert!(
                (lossy.loss / erlang_b(c, load) - 1.0).abs() < 1e-12,
                "{c} {load}"
            );
            assert!(
                (lossy.response_s - 1.0).abs() < 1e-12 && lossy.wait_chance == 0.0,
                "{c} {load}"
            );
        }
        let wide = finite(5, 2000, 4.0, 1.0);
        let q = Mmc::new(5, 4.0, 1.0).expect("stable");
        assert!((wide.response_s - q.response_s()).abs() < 1e-9 && wide.loss < 1e-100);
        assert!((wide.wait_chance - q.wait_chance).abs() < 1e-9);
    }

    #[test]
    fn hopeless_overload_keeps_the_servers_busy() {
        let f = finite(2, 100_002, 1000.0, 1.0);
        assert!(
            (f.accepted_per_s - 2.0).abs() < 1e-6 && f.present > 100_000.0,
            "{f:?}"
        );
        // Without room no accepted task waits, whatever the load: W = E[S].
        for (c, load) in [(1, 1e14), (3, 1e9), (1024, 1e12), (50, 1e-6)] {
            let f = finite(c, c, load * 0.3, 0.3);
            assert!(
                (f.response_s * 0.3 - 1.0).abs() < 1e-14,
                "{c} {load}: {f:?}"
            );
            assert!(
                (f.accepted_per_s * f.response_s / f.present - 1.0).abs() < 1e-12,
                "{c} {load}: {f:?}"
            );
        }
    }
}
