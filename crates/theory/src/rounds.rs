//! Rounds: how long a synchronous training step or a batch takes until its last task is done.
//!
//! A round lasts as long as its slowest server: max_j t_j. With equal sizes and tasks dealt in turn
//! it is known; with random sizes it is the expected maximum of random times, longer than the
//! longest mean; where the counts are random too, or the servers pull, there are bounds.

mod length;

use crate::answer::{Answer, Exactness, Quantity, num};
use crate::conditions::{self, holds};
use crate::deals::{deals_at_once, has_room};
use crate::extremes::maximum_bound;
use crate::losses;
use crate::question::Question;
use crate::reason::Reason;
use crate::schedules::list_bounds;
use crate::shares::By;
use equipoise_engine::scenario::{Pattern, Scenario, ServerConfig};
use equipoise_formulas::Formula;

/// The mean length of a training step.
pub(crate) fn step_answer(q: &Question) -> Result<Answer, Reason> {
    let steps = q.scenario.arrivals.pattern == Pattern::Steps;
    holds(steps, Reason::NotSteps)?;
    round(q)
}

/// The mean makespan of a batch.
pub(crate) fn makespan_answer(q: &Question) -> Result<Answer, Reason> {
    let batch = q.scenario.arrivals.pattern == Pattern::Batch;
    holds(batch, Reason::NotBatch)?;
    round(q)
}

/// The mean length of a round.
fn round(q: &Question) -> Result<Answer, Reason> {
    let scenario = q.scenario;
    let tasks = conditions::tasks_of_round(scenario)?;
    conditions::one_balancer(scenario)?;
    holds(
        losses::limit(scenario).is_none_or(|most| tasks <= most),
        Reason::TurnedAway,
    )?;
    if scenario.balancer.strategy.id.pools() {
        return pulled(scenario, tasks);
    }
    let shares = q.shares();
    let in_turn = match shares {
        _ if deals_at_once(scenario) => true,
        Ok(shares) if shares.by == By::Symmetry => return Err(Reason::ByLoad),
        Ok(shares) => shares.by == By::Turns,
        Err(_) => false,
    };
    let answer = if in_turn {
        length::dealt(scenario, tasks)?
    } else {
        let shares = shares?;
        holds(q.found? == 1.0, Reason::TurnedAway)?;
        drawn(scenario, tasks, &shares.expected)?
    };
    Ok(with_balancer_time(scenario, tasks, answer))
}

/// Servers that pull make a list schedule.
fn pulled(scenario: &Scenario, tasks: u32) -> Result<Answer, Reason> {
    conditions::unlimited_balancer(scenario)?;
    let (low, high) = list_bounds(scenario, tasks);
    if low == high {
        let size = scenario.sizes.mean;
        let filled = Formula::Pulled
            .with("m", tasks)
            .with("size", num(size))
            .with("speed", num(f64::from(tasks) * size / low));
        return Ok(Answer::number(filled, low));
    }
    Ok(Answer::bounds(Formula::PulledBounds, low, high))
}

/// Adds the balancer's own time to the length of a round whose tasks are all dealt at its start:
/// with d seconds per decision, the first of m tasks leaves the balancer after d + latency and the
/// last after m·d + latency.
fn with_balancer_time(scenario: &Scenario, tasks: u32, answer: Answer) -> Answer {
    let dispatcher = &scenario.balancer.dispatcher;
    match dispatcher.decisions_per_s {
        Some(rate) => with_decisions(scenario, tasks, answer, rate),
        None if dispatcher.latency_s == 0.0 => answer,
        None => with_latency(answer, dispatcher.latency_s),
    }
}

/// The same length with a latency only.
fn with_latency(answer: Answer, latency_s: f64) -> Answer {
    let formula = Formula::Delayed;
    match answer.value {
        Quantity::Bounds { low, high } => {
            Answer::bounds(formula, low + latency_s, high + latency_s)
        }
        Quantity::Number(x) => {
            let filled = formula
                .with("latency", num(latency_s))
                .with("round", num(x));
            Answer::number(filled, x + latency_s).kind(answer.kind)
        }
        Quantity::PerServer(_) => Answer { formula, ..answer },
    }
}

/// Bounds on the same length with `rate` decisions per second and a latency.
fn with_decisions(scenario: &Scenario, tasks: u32, answer: Answer, rate: f64) -> Answer {
    let (low, high) = match answer.value {
        Quantity::Bounds { low, high } => (low, high),
        Quantity::Number(x) => (x, x),
        Quantity::PerServer(_) => return answer,
    };
    let latency_s = scenario.balancer.dispatcher.latency_s;
    let one_s = 1.0 / rate;
    let all_s = f64::from(tasks) / rate;
    let fastest = conditions::up(scenario)
        .iter()
        .map(|&j| scenario.servers[j].speed)
        .fold(0.0, f64::max);
    let last_s = all_s + scenario.sizes.mean / fastest;
    let bounds = Answer::bounds(
        Formula::DecidedBounds,
        (low + one_s).max(last_s) + latency_s,
        high + all_s + latency_s,
    );
    match answer.kind {
        Exactness::Approximation => bounds.kind(Exactness::Approximation),
        _ => bounds,
    }
}

/// Bounds for strategies that draw a server, or hash a random key. The counts are multinomial, so
/// that the work of a server with share s has mean m·s·E\[S\] and variance
/// m·(s·E\[S²\] − s²·E\[S\]²).
fn drawn(scenario: &Scenario, tasks: u32, shares: &[f64]) -> Result<Answer, Reason> {
    conditions::one_slot_each(scenario).map_err(|_| Reason::FewSlots)?;
    let room_for_all = conditions::up(scenario)
        .into_iter()
        .all(|j| has_room(tasks, &scenario.servers[j]));
    holds(room_for_all, Reason::TurnedAway)?;
    let m = f64::from(tasks);
    let size = scenario.sizes.mean;
    let cv = scenario.sizes.cv();
    let second_moment = size * size * (1.0 + cv * cv);
    let used: Vec<(f64, &ServerConfig)> = shares
        .iter()
        .copied()
        .zip(&scenario.servers)
        .filter(|(share, _)| *share > 0.0)
        .collect();
    let means: Vec<f64> = used
        .iter()
        .map(|(share, s)| m * share * size / s.speed)
        .collect();
    let variances: Vec<f64> = used
        .iter()
        .map(|(share, s)| {
            m * (share * second_moment - share * share * size * size) / (s.speed * s.speed)
        })
        .collect();
    let slowest = used
        .iter()
        .map(|(_, s)| s.speed)
        .fold(f64::INFINITY, f64::min);
    let low = means
        .iter()
        .copied()
        .fold(list_bounds(scenario, tasks).0, f64::max);
    let high = maximum_bound(&means, &variances).min(m * size / slowest);
    Ok(Answer::bounds(Formula::DrawnBounds, low, high))
}

#[cfg(test)]
mod tests;
