//! M/M/c/K: c servers and room for no more than K tasks, those in service included. What finds it
//! full is lost.
//!
//! Poisson arrivals, exponential service; in order of arrival, and by insensitivity under processor
//! sharing with any law of service. Always stable. Sources: Kleinrock (1975), vol. I, §3.6 to 3.7;
//! Kelly (1979), ch. 3.

/// What an M/M/c/K comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finite {
    /// p_K: the part of tasks that find it full and are lost.
    pub loss: f64,
    /// 1 − p_K, right also where it is tiny.
    pub accepted: f64,
    /// The part of accepted tasks that find no server free.
    pub wait_chance: f64,
    /// λ·(1 − p_K) (tasks/s).
    pub accepted_per_s: f64,
    /// L: mean number in the system (tasks).
    pub present: f64,
    /// Mean wait before service of the tasks that were accepted (s).
    pub wait_s: f64,
    /// W = L/(λ·(1 − p_K)): mean time in the system of the tasks that were accepted (s).
    pub response_s: f64,
}

/// `servers` is c, `room` K ≥ c; λ and μ per second, μ of one server. p_k is in proportion to
/// Π_(i≤k) λ/(min(i, c)·μ).
pub fn finite(servers: u32, room: u32, rate_per_s: f64, service_per_s: f64) -> Finite {
    let load = rate_per_s / service_per_s;
    // Weights relative to the heaviest state so far, so that none overflows. What a full system is
    // not in is summed by itself: as 1 − p_K it would drown in rounding where nearly all tasks
    // are lost. So is the wait, which for a task that finds k ≥ c tasks is that for k − c + 1
    // to leave.
    let (mut weight, mut below, mut present, mut waiting, mut waits) = (1.0, 0.0, 0.0, 0.0, 0.0);
    for k in 1..=room {
        below += weight;
        if k > servers {
            waiting += weight;
            waits += weight * f64::from(k - servers);
        }
        weight *= load / f64::from(k.min(servers));
        present += f64::from(k) * weight;
        if weight > 1e200 {
            for x in [
                &mut weight,
                &mut below,
                &mut present,
                &mut waiting,
                &mut waits,
            ] {
                *x /= 1e200;
            }
        }
    }
    let sum = below + weight;
    Finite {
        loss: weight / sum,
        accepted: below / sum,
        wait_chance: waiting / below,
        accepted_per_s: rate_per_s * (below / sum),
        present: present / sum,
        wait_s: waits / below / (f64::from(servers) * service_per_s),
        response_s: waits / below / (f64::from(servers) * service_per_s) + 1.0 / service_per_s,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mmc::{Mmc, erlang_b};

    /// Kleinrock (1975), eq. 3.51: M/M/1/K loses (1 − ρ)·ρ^K/(1 − ρ^(K+1)); at ρ = 1 all K
    /// + 1 states are as likely.
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
        let (wide, q) = (
            finite(5, 2000, 4.0, 1.0),
            Mmc::new(5, 4.0, 1.0).expect("stable"),
        );
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
        // Nobody waits without room, whatever the load: W = E[S].
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
