//! Utilisation and stability.

use super::conditions;
use super::{Answer, Question, Reason, show};
use crate::scenario::{Place, Scenario, ServerConfig, ServerState, letter};

/// ρ: work that comes per second over work that can be done per second, λ·s·E\[S\] / (v·c). `rate_per_s` is λ, `share`
/// s the part of the tasks that comes here, `mean_size` E\[S\] in units of work, `speed` v in units per second and
/// slot, `slots` c. Below 1 a queue without limit stays finite in the long run (Loynes 1962).
pub fn utilisation(rate_per_s: f64, share: f64, mean_size: f64, speed: f64, slots: u32) -> f64 {
    rate_per_s * share * mean_size / (speed * f64::from(slots))
}

/// The work per second that each server can do (units/s); 0 if it is not up.
fn capacities(scenario: &Scenario) -> Vec<f64> {
    let capacity = |s: &ServerConfig| if s.state == ServerState::Up { s.speed * f64::from(s.slots) } else { 0.0 };
    scenario.servers.iter().map(capacity).collect()
}

pub(super) fn utilisation_answer(q: &Question) -> Result<Answer, Reason> {
    let rate = conditions::rate_per_s(q.scenario)?;
    conditions::somebody_up(q.scenario)?;
    let (size, capacity) = (q.scenario.sizes.mean, capacities(q.scenario).iter().sum::<f64>());
    let filled = format!("{} · {} / {}", show(rate), show(size), show(capacity));
    Ok(Answer::number("ρ = λ·E[S] / Σ(v_j·c_j)", filled, rate * size / capacity))
}

pub(super) fn per_server_answer(q: &Question) -> Result<Answer, Reason> {
    let rate = conditions::rate_per_s(q.scenario)?;
    let shares = &q.shares()?.expected;
    let (size, servers) = (q.scenario.sizes.mean, &q.scenario.servers);
    let values = shares.iter().zip(servers).map(|(&s, server)| utilisation(rate, s, size, server.speed, server.slots));
    let filled = |j: usize| {
        let capacity = servers[j].speed * f64::from(servers[j].slots);
        format!("{} · {} · {} / {}", show(rate), show(shares[j]), show(size), show(capacity))
    };
    Ok(Answer::per_server("ρ_j = λ·s_j·E[S] / (v_j·c_j)", filled, values.collect()))
}

pub(super) fn rate_answer(q: &Question) -> Result<Answer, Reason> {
    conditions::rate_per_s(q.scenario)?;
    let shares = &q.shares()?.expected;
    let size = q.scenario.sizes.mean;
    let bears = capacities(q.scenario).into_iter().enumerate().filter(|(j, _)| shares[*j] > 0.0);
    let (j, capacity) = bears
        .min_by(|(i, a), (j, b)| (a / shares[*i]).total_cmp(&(b / shares[*j])))
        .ok_or_else(|| Reason::new("nobody"))?;
    let bears = capacity / (shares[j] * size);
    if let Some(decides) = decisions_per_s(q.scenario).filter(|&decides| decides < bears) {
        return Ok(Answer::number("λ_max = decisions per second", String::new(), decides));
    }
    let filled = format!("{}: {} / ({} · {})", letter(j), show(capacity), show(shares[j]), show(size));
    Ok(Answer::number("λ_max = min_j v_j·c_j / (s_j·E[S])", filled, bears))
}

/// How many tasks a second the balancer, or a hybrid's device and its programs together, can decide on; None: any
/// number.
fn decisions_per_s(scenario: &Scenario) -> Option<f64> {
    let b = &scenario.balancer;
    let own = b.dispatcher.decisions_per_s;
    if b.place != Place::Hybrid {
        return own;
    }
    let programs = own.map(|rate| rate * f64::from(b.programs));
    [programs, b.front.decisions_per_s].into_iter().flatten().reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::presets;
    use crate::theory::predict;

    fn of(scenario: &Scenario, id: &str) -> Result<super::super::Value, Reason> {
        predict(scenario).into_iter().find(|p| p.id == id).expect(id).value
    }

    /// μ = (2, ½, ½), w = (5, 1, 1): the first bears 2·7/5 = 2.8, the others 3.5.
    #[test]
    fn the_largest_rate_is_the_weakest_links() {
        let mut s = presets::find("weights").expect("preset");
        s.sizes.mean = 1.0;
        let rate = |s: &Scenario| match of(s, "largest-rate") {
            Ok(super::super::Value::Number(rate)) => rate,
            other => panic!("{other:?}"),
        };
        assert!((rate(&s) - 2.8).abs() < 1e-9);
        s.balancer.dispatcher.decisions_per_s = Some(2.5);
        assert_eq!(rate(&s), 2.5);
    }
}
