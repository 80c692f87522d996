//! How long a run must be, before it is run.

use crate::answer::{Answer, Exactness, num};
use crate::models::{Solved, Tail};
use crate::question::Question;
use crate::reason::Reason;
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{Pattern, Scenario};
use equipoise_formulas::Formula;

/// ε, the relative half-width that is asked for.
const WITHIN: f64 = 0.05;

/// About how long (s) an M/M/1 queue must be observed until the 95 % interval of its mean number
/// in the system has a relative half-width of ε = `relative` (0.01: ±1 %):
/// (1.96/ε)²·2(1 + ρ)/(ρμ(1 − ρ)²).
///
/// `utilisation` is ρ, above 0 and below 1; `service_per_s` is μ. It follows from the asymptotic
/// variance 2ρ(1 + ρ)/(μ(1 − ρ)⁴) of the number in the system. Several servers with one
/// queue need less time, uneven sizes or bursts need more.
///
/// Source: Whitt (1989), "Planning queueing simulations", Management Science 35.
pub fn m_m_1_s(utilisation: f64, service_per_s: f64, relative: f64) -> f64 {
    let z = 1.959_964 / relative;
    let idle = 1.0 - utilisation;
    z * z * 2.0 * (1.0 + utilisation) / (utilisation * service_per_s * idle * idle)
}

/// How many relaxation times a run must last before its means are judged.
const SEVERAL: f64 = 5.0;

/// How long (s) a scenario must run until its queues have about forgotten that they began empty:
/// five relaxation times. None for what has no long run: batches, training steps, replicas, and
/// queues that grow without end.
///
/// The relaxation time of M/M/1 is 1/(μ(1 − √ρ)²). Here (c_a² + c_s²)/2 multiplies it, for
/// uneven arrivals and sizes; and where the strategy sees the servers' load, so that together
/// they are nearly one queue, their number divides it.
///
/// Source: Cohen (1982), "The Single Server Queue", §II.2.1, for M/M/1; the rest is a rule of
/// thumb.
pub fn settles_s(s: &Scenario) -> Option<f64> {
    let rho = s.utilisation().filter(|rho| *rho < 1.0)?;
    let servers = s.servers.len() as f64;
    let each_per_s = s.arrivals.rate_per_s / rho / servers;
    let knows = s.balancer.strategy.knows();
    let sees_load = knows.in_flight || knows.reports || knows.work;
    let is_one_queue = sees_load || s.balancer.strategy.id == StrategyId::Pull;
    let queues = if is_one_queue { servers } else { 1.0 };
    let arrivals = if s.arrivals.pattern == Pattern::Fixed {
        0.0
    } else {
        1.0
    };
    let uneven = (arrivals + s.sizes.cv() * s.sizes.cv()) / 2.0;
    let gap = 1.0 - rho.sqrt();
    Some(SEVERAL * (1.0 + uneven / (queues * gap * gap)) / each_per_s)
}

/// The run length of the scenario, if it is one M/M/1 queue.
pub(crate) fn answer(q: &Question) -> Result<Answer, Reason> {
    let m = match q.queues()? {
        [
            Solved {
                tail: Ok(Tail::Mmc(m)),
                ..
            },
        ] if m.servers == 1 => m,
        _ => return Err(Reason::OneQueueOnly),
    };
    let mu = m.service_per_s;
    let rho = m.rate_per_s / mu;
    let filled = Formula::RunLength
        .with("within", num(WITHIN))
        .with("rho", num(rho))
        .with("mu", num(mu));
    Ok(Answer::number(filled, m_m_1_s(rho, mu, WITHIN)).kind(Exactness::Approximation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PredictionId::RunLength;
    use crate::testing::{close, number, why};
    use equipoise_engine::scenario::presets;

    fn preset(id: &str) -> Scenario {
        presets::find(id).expect(id)
    }

    #[test]
    fn only_one_m_m_1_queue_has_it() {
        let seconds = number(&preset("little"), RunLength);
        close(seconds / m_m_1_s(0.8, 1.0, 0.05), 1.0, 1e-12);
        for id in ["mmc", "mg1", "random-split"] {
            assert_eq!(why(&preset(id), RunLength), Reason::OneQueueOnly, "{id}");
        }
    }

    /// At ρ = 0.8 the relaxation time of M/M/1 is 90 service times; a hundred servers that two
    /// choices keep even settle in seconds, and tasks at fixed intervals at once.
    #[test]
    fn a_run_settles_the_later_the_fuller_its_queues_are() {
        let settles = |id: &str| settles_s(&preset(id));
        close(
            settles("little").expect("it settles") / (5.0 * 90.72),
            1.0,
            0.01,
        );
        assert!(settles("mm1") > settles("little"));
        assert!((5.0..60.0).contains(&settles("supermarket").expect("it settles")));
        assert!(settles("weights").expect("it settles") < 10.0);
        assert_eq!(settles("training"), None);
    }

    /// 1 % at ρ = 0.9 takes sixteen million service times, and at ρ = 0.5 almost one.
    #[test]
    fn precision_is_dear_at_high_load() {
        assert!((m_m_1_s(0.9, 1.0, 0.01) / 1.622e7 - 1.0).abs() < 1e-3);
        assert!((m_m_1_s(0.5, 1.0, 0.01) / 9.22e5 - 1.0).abs() < 1e-3);
        assert_eq!(m_m_1_s(0.9, 2.0, 0.02) * 8.0, m_m_1_s(0.9, 1.0, 0.01));
    }
}
