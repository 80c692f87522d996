//! Queues: utilisation, stability and the M/M/1.

use super::conditions::{self, holds};
use super::shares::By;
use super::{Answer, Question, Reason, show};
use crate::scenario::{Pattern, Place, Scenario, ServerConfig, ServerState, SizeLaw, letter};

/// ρ: work that comes per second over work that can be done per second, λ·s·E\[S\] / (v·c). `rate_per_s` is λ, `share`
/// s the part of the tasks that comes here, `mean_size` E\[S\] in units of work, `speed` v in units per second and
/// slot, `slots` c. Below 1 a queue without limit stays finite in the long run (Loynes 1962).
pub fn utilisation(rate_per_s: f64, share: f64, mean_size: f64, speed: f64, slots: u32) -> f64 {
    rate_per_s * share * mean_size / (speed * f64::from(slots))
}

/// Mean time in an M/M/1 (s): W = 1/(μ − λ). Poisson arrivals at `rate_per_s`, exponential service at
/// `service_per_s`, one slot, an unlimited queue; in order of arrival or processor sharing. None if λ ≥ μ.
/// Kleinrock (1975), vol. I, §3.2.
pub fn mm1_response_s(rate_per_s: f64, service_per_s: f64) -> Option<f64> {
    (rate_per_s < service_per_s).then(|| 1.0 / (service_per_s - rate_per_s))
}

/// Mean number in an M/M/1: L = ρ/(1 − ρ) (tasks); None if ρ ≥ 1.
pub fn mm1_present(utilisation: f64) -> Option<f64> {
    (utilisation < 1.0).then(|| utilisation / (1.0 - utilisation))
}

/// Mean response time (s) if chance splits a Poisson stream over several M/M/1 queues: W = Σ s_j/(μ_j − λ·s_j).
/// Chance thins a Poisson stream into independent ones, so each queue is an M/M/1 of its own. None if any is
/// overloaded.
pub fn split_response_s(rate_per_s: f64, shares: &[f64], service_per_s: &[f64]) -> Option<f64> {
    let used = shares.iter().zip(service_per_s).filter(|(share, _)| **share > 0.0);
    used.map(|(share, mu)| mm1_response_s(rate_per_s * share, *mu).map(|w| share * w)).sum()
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

/// The rates of the M/M/1 queues that the scenario consists of: λ, and μ for each server.
fn mm1s(q: &Question) -> Result<(f64, Vec<f64>), Reason> {
    let scenario = q.scenario;
    let rate = conditions::rate_per_s(scenario)?;
    holds(scenario.arrivals.pattern == Pattern::Poisson, || Reason::new("poisson-only"))?;
    holds(scenario.sizes.law == SizeLaw::Exponential, || Reason::new("exponential-only"))?;
    conditions::unlimited_balancer(scenario)?;
    conditions::no_rules(scenario)?;
    let shares = q.shares()?;
    let single = shares.expected.iter().filter(|s| **s > 0.0).count() == 1;
    // Turns and load make arrivals at a server depend on each other; only chance leaves them Poisson.
    let poisson = single || matches!(shares.by, By::Chance | By::Keys);
    holds(poisson, || Reason::new("not-by-chance"))?;
    conditions::every_server(scenario, "one-slot", |s| s.slots == 1)?;
    conditions::every_server(scenario, "bounded-queue", |s| s.queue.is_none())?;
    let service: Vec<f64> = scenario.servers.iter().map(|s| s.speed / scenario.sizes.mean).collect();
    if let Some(j) = (0..service.len()).find(|&j| rate * shares.expected[j] >= service[j]) {
        let rho = rate * shares.expected[j] / service[j];
        return Err(Reason::new("overloaded").with("server", letter(j)).with("rho", show(rho)));
    }
    Ok((rate, service))
}

pub(super) fn response_answer(q: &Question) -> Result<Answer, Reason> {
    let (rate, service) = mm1s(q)?;
    let shares = &q.shares()?.expected;
    let w = split_response_s(rate, shares, &service).ok_or_else(|| Reason::new("overloaded"))?;
    let used: Vec<usize> = (0..shares.len()).filter(|&j| shares[j] > 0.0).collect();
    if let [j] = used[..] {
        return Ok(Answer::number("W = 1 / (μ − λ)", format!("1 / ({} − {})", show(service[j]), show(rate)), w));
    }
    let term = |&j: &usize| format!("{} / ({} − {})", show(shares[j]), show(service[j]), show(rate * shares[j]));
    let mut terms: Vec<String> = used.iter().take(3).map(term).collect();
    if used.len() > 3 {
        terms.push("…".into());
    }
    Ok(Answer::number("W = Σ s_j / (μ_j − λ·s_j)", terms.join(" + "), w))
}

pub(super) fn present_answer(q: &Question) -> Result<Answer, Reason> {
    let (rate, service) = mm1s(q)?;
    let w = split_response_s(rate, &q.shares()?.expected, &service).ok_or_else(|| Reason::new("overloaded"))?;
    Ok(Answer::number("L = λ·W", format!("{} · {}", show(rate), show(w)), rate * w))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::StrategyId;
    use crate::scenario::presets;
    use crate::theory::predict;

    /// Kleinrock (1975): ρ = 0.8, μ = 1 gives W = 5 and L = 4.
    #[test]
    fn mm1_in_numbers() {
        assert!((mm1_response_s(0.8, 1.0).expect("stable") - 5.0).abs() < 1e-12);
        assert!((mm1_present(0.8).expect("stable") - 4.0).abs() < 1e-12);
        assert_eq!((mm1_response_s(1.0, 1.0), mm1_present(1.0)), (None, None));
    }

    /// theory_tables.json, `static_split`, μ = (4, 1) and (4, 2, 1, 1): T for proportional and for equal shares.
    #[test]
    fn a_split_stream_is_so_many_mm1() {
        let split = |rate, shares: &[f64], mu: &[f64]| split_response_s(rate, shares, mu).expect("stable");
        for (got, expected) in [
            (split(1.0, &[0.8, 0.2], &[4.0, 1.0]), 0.5),
            (split(1.0, &[0.5, 0.5], &[4.0, 1.0]), 1.14286),
            (split(2.5, &[0.8, 0.2], &[4.0, 1.0]), 0.8),
            (split(4.0, &[0.8, 0.2], &[4.0, 1.0]), 2.0),
            (split(4.0, &[0.5, 0.25, 0.125, 0.125], &[4.0, 2.0, 1.0, 1.0]), 1.0),
            (split(1.0, &[1.0, 0.0], &[4.0, 1.0]), 0.33333),
        ] {
            assert!((got - expected).abs() < 1e-5, "{got} against {expected}");
        }
        assert_eq!(split_response_s(2.5, &[0.5, 0.5], &[4.0, 1.0]), None);
    }

    fn of(scenario: &Scenario, id: &str) -> Result<super::super::Value, Reason> {
        predict(scenario).into_iter().find(|p| p.id == id).expect(id).value
    }

    #[test]
    fn one_condition_after_the_other_gives_its_reason() {
        use super::super::Value::Number;
        let good = presets::find("little").expect("preset");
        let number = |v| matches!(v, Ok(Number(x)) if f64::abs(x - 5.0) < 1e-9);
        assert!(number(of(&good, "response")));
        let reason = |change: &dyn Fn(&mut Scenario)| {
            let mut s = good.clone();
            change(&mut s);
            of(&s, "response").expect_err("does not apply").id
        };
        assert_eq!(reason(&|s| s.arrivals.pattern = Pattern::Fixed), "poisson-only");
        assert_eq!(reason(&|s| s.arrivals.pattern = Pattern::Batch), "no-rate");
        assert_eq!(reason(&|s| s.sizes.law = SizeLaw::Lognormal), "exponential-only");
        assert_eq!(reason(&|s| s.servers[0].slots = 2), "one-slot");
        assert_eq!(reason(&|s| s.servers[0].queue = Some(5)), "bounded-queue");
        assert_eq!(reason(&|s| s.balancer.dispatcher.connections = Some(9)), "balancer-limits");
        assert_eq!(reason(&|s| s.arrivals.rate_per_s = 1.0), "overloaded");
        assert_eq!(reason(&|s| s.servers.push(s.servers[0].clone())), "not-by-chance");
        assert_eq!(reason(&|s| s.servers[0].state = ServerState::Down), "nobody");
        let mut by_chance = good.clone();
        by_chance.servers.push(by_chance.servers[0].clone());
        by_chance.balancer.strategy.id = StrategyId::Random;
        by_chance.arrivals.rate_per_s = 1.6;
        assert!(number(of(&by_chance, "response")));
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
