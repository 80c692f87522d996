//! Which textbook model a scenario is.
//!
//! A scenario is one queue (a single server, servers that pull, or least work left, which is the
//! same) or several queues with streams of their own: a random split divides a Poisson stream into
//! Poisson streams, equal turns give each server every n-th task.

mod formulas;
mod solved;

pub(crate) use solved::{Solved, Tail};

use crate::answer::num;
use crate::conditions::{self, holds};
use crate::reason::Reason;
use crate::shares::{By, Shares};
use equipoise_engine::balance::{Knowledge, StrategyId};
use equipoise_engine::scenario::{Pattern, Scenario, ServerConfig, Service};
use equipoise_engine::sim::MAX_IN_SYSTEM;
use equipoise_formulas::{Formula, Hole};

/// A queue and the stream of tasks that it is sent.
#[derive(Clone, PartialEq)]
struct Queue {
    /// λ, the rate of its own stream (tasks/s).
    rate_per_s: f64,
    /// μ, the service rate of one slot (tasks/s).
    service_per_s: f64,
    /// Slots.
    slots: u32,
    /// Most tasks that it holds, if it has a limit.
    room: Option<u32>,
    /// Whether service is processor sharing.
    sharing: bool,
    /// n, if it gets every n-th task of the whole stream; 1 for a stream of its own.
    turns: u32,
}

/// The scenario's queues, solved. `found` is the fraction of all tasks that the balancer can send
/// to a server.
pub(crate) fn solve(
    scenario: &Scenario,
    shares: &Result<Shares, Reason>,
    found: &Result<f64, Reason>,
) -> Result<Vec<Solved>, Reason> {
    conditions::any_up(scenario)?;
    conditions::rate_per_s(scenario)?;
    conditions::one_balancer(scenario)?;
    let dispatcher = &scenario.balancer.dispatcher;
    let no_delay = dispatcher.decisions_per_s.is_none() && dispatcher.latency_s == 0.0;
    holds(no_delay, Reason::BalancerLimits)?;
    conditions::no_rules(scenario)?;
    let queues = if is_one_queue(scenario) {
        vec![one_queue(scenario)?]
    } else {
        let shares = shares.as_ref().map_err(|&reason| reason)?;
        one_each(scenario, shares, *found)?
    };
    let room: Option<u64> = queues.iter().map(|q| q.room.map(u64::from)).sum();
    if room.is_none_or(|room| room > MAX_IN_SYSTEM as u64) {
        conditions::fits(present(scenario, &queues, *found))?;
    }
    Ok(queues)
}

/// Whether several servers work like one queue: they pull, or each task goes where the least work
/// is left.
fn is_one_queue(scenario: &Scenario) -> bool {
    let several = conditions::up(scenario).len() > 1;
    several && (scenario.balancer.strategy.id.pools() || least_work(scenario))
}

/// Whether the strategy sends each task where the least work is left.
fn least_work(scenario: &Scenario) -> bool {
    let strategy = &scenario.balancer.strategy;
    strategy.id == StrategyId::LeastResponseTime && strategy.knowledge == Knowledge::Sizes
}

/// The shared queue of all servers that are up.
fn one_queue(scenario: &Scenario) -> Result<Solved, Reason> {
    let speed = conditions::equal_speeds(scenario)?;
    if least_work(scenario) {
        conditions::unlimited_balancer(scenario)?;
        conditions::one_slot_each(scenario)?;
        conditions::unbounded_queues(scenario)?;
        conditions::first_come(scenario)?;
    }
    let queue = Queue {
        rate_per_s: scenario.arrivals.rate_per_s,
        service_per_s: speed / scenario.sizes.mean,
        slots: conditions::up(scenario)
            .iter()
            .map(|&j| scenario.servers[j].slots)
            .sum(),
        room: scenario.balancer.dispatcher.connections,
        sharing: false,
        turns: 1,
    };
    formulas::solved(scenario, &queue, 1.0, None)
}

/// A queue for each server that is sent tasks.
fn one_each(
    scenario: &Scenario,
    shares: &Shares,
    found: Result<f64, Reason>,
) -> Result<Vec<Solved>, Reason> {
    let shares_of = &shares.expected;
    // Tasks that find no server are lost at random: Poisson arrivals remain Poisson.
    let found = found?;
    let poisson = scenario.arrivals.pattern == Pattern::Poisson;
    holds(poisson || found == 1.0, Reason::PoissonOnly)?;
    let rate = scenario.arrivals.rate_per_s * found;
    let used: Vec<usize> = (0..shares_of.len())
        .filter(|&j| shares_of[j] > 0.0)
        .collect();
    let turns = match shares.by {
        _ if used.len() == 1 => 1,
        By::Chance | By::Keys => {
            holds(poisson, Reason::PoissonOnly)?;
            1
        }
        By::Turns => equal_turns(scenario, shares_of, &used)?,
        By::Symmetry | By::ClassesInTurn => return Err(Reason::ByLoad),
    };
    let unlimited = scenario.balancer.dispatcher.connections.is_none();
    holds(used.len() == 1 || unlimited, Reason::BalancerLimits)?;
    let mut known: Vec<(Queue, Solved)> = Vec::new();
    for j in used {
        let queue = queue_of(scenario, &scenario.servers[j], rate * shares_of[j], turns);
        let solved = match known.last() {
            Some((same, solved)) if *same == queue => Solved {
                share: shares_of[j],
                server: Some(j),
                ..solved.clone()
            },
            _ => formulas::solved(scenario, &queue, shares_of[j], Some(j))?,
        };
        known.push((queue, solved));
    }
    Ok(known.into_iter().map(|(_, solved)| solved).collect())
}

/// The number of servers that take equal turns, one task at a time.
fn equal_turns(scenario: &Scenario, shares: &[f64], used: &[usize]) -> Result<u32, Reason> {
    let first = used[0];
    let bursts = scenario.balancer.strategy.id == StrategyId::ExpandedWrr
        && scenario.servers[first].weight > 1;
    let even = used.iter().all(|&j| shares[j] == shares[first]);
    holds(even && !bursts, Reason::UnevenTurns)?;
    Ok(used.len() as u32)
}

/// The queue of one server, with its own stream of `rate_per_s`.
fn queue_of(scenario: &Scenario, server: &ServerConfig, rate_per_s: f64, turns: u32) -> Queue {
    // A server that pulls has no queue of its own.
    let pulls = scenario.balancer.strategy.id.pools();
    let own_room = server
        .queue
        .filter(|_| !pulls)
        .map(|queue| queue.saturating_add(server.slots));
    Queue {
        rate_per_s,
        service_per_s: server.speed / scenario.sizes.mean,
        slots: server.slots,
        room: [own_room, scenario.balancer.dispatcher.connections]
            .into_iter()
            .flatten()
            .min(),
        sharing: match server.service {
            Service::FirstCome => false,
            Service::ProcessorSharing => !pulls,
            // No formula that asks this covers replicas.
            Service::Replica => false,
        },
        turns,
    }
}

/// L = Σ λ_j·W_j: the mean number of tasks in the system.
fn present(scenario: &Scenario, queues: &[Solved], found: Result<f64, Reason>) -> f64 {
    let rate = scenario.arrivals.rate_per_s * found.unwrap_or(1.0);
    queues
        .iter()
        .map(|q| rate * q.share * q.accepted * q.response_s)
        .sum()
}

/// 1 − `fraction` in a filled formula: its value where four digits would lose it.
pub(crate) fn less(fraction: f64) -> Hole {
    if fraction < 0.99 {
        Formula::Less.with("part", num(fraction)).into()
    } else {
        num(1.0 - fraction)
    }
}

#[cfg(test)]
mod tests;
