//! How long a run must be, before it is run.

use crate::answer::{Answer, Exactness, num};
use crate::models::{Solved, Tail};
use crate::question::Question;
use crate::reason::Reason;
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
    use equipoise_engine::scenario::{Scenario, presets};

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

    /// 1 % at ρ = 0.9 takes sixteen million service times, and at ρ = 0.5 almost one.
    #[test]
    fn precision_is_dear_at_high_load() {
        assert!((m_m_1_s(0.9, 1.0, 0.01) / 1.622e7 - 1.0).abs() < 1e-3);
        assert!((m_m_1_s(0.5, 1.0, 0.01) / 9.22e5 - 1.0).abs() < 1e-3);
        assert_eq!(m_m_1_s(0.9, 2.0, 0.02) * 8.0, m_m_1_s(0.9, 1.0, 0.01));
    }
}
