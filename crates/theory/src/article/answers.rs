//! The article's formulas with a scenario's numbers, and the start of service that holds instead.

use super::{dispatch_s, least_load, round_robin_printed_s, total, weighted_printed_s};
use crate::answer::{Answer, Exactness, num};
use crate::conditions::{self, holds};
use crate::question::Question;
use crate::reason::Reason;
use crate::shares::By;
use crate::turns::Turns;
use equipoise_engine::balance::{Mask, StrategyId};
use equipoise_engine::scenario::{Pattern, Scenario};
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;
use equipoise_formulas::Formula;

/// The article's R and T (s), if arrivals have them.
fn interval_and_first(scenario: &Scenario) -> Result<(f64, f64), Reason> {
    let arrivals = &scenario.arrivals;
    let fixed = arrivals.pattern == Pattern::Fixed;
    holds(fixed, Reason::FixedArrivalsOnly)?;
    Ok((1.0 / arrivals.rate_per_s, arrivals.start_s))
}

/// The first task for which the printed time differs from the true one: i = n + 1, when every
/// server has had a task.
fn example_task(scenario: &Scenario) -> u64 {
    scenario.servers.len() as u64 + 1
}

/// The article's T_i of round robin.
pub(crate) fn round_robin_answer(q: &Question) -> Result<Answer, Reason> {
    let (interval_s, first_s) = interval_and_first(q.scenario)?;
    let i = example_task(q.scenario);
    let filled = Formula::ArticleRoundRobin
        .with("i", i)
        .with("gap", num(interval_s))
        .with("first", num(first_s));
    let time_s = round_robin_printed_s(i, interval_s, first_s);
    Ok(Answer::number(filled, time_s).kind(Exactness::AsPrinted))
}

/// The article's T_i of weighted round robin, for i = 1 to n.
pub(crate) fn weighted_answer(q: &Question) -> Result<Answer, Reason> {
    let (interval_s, first_s) = interval_and_first(q.scenario)?;
    let weights: Vec<u32> = q.scenario.servers.iter().map(|s| s.weight).collect();
    let values = (1..=weights.len() as u64)
        .filter_map(|i| weighted_printed_s(i, &weights, interval_s, first_s))
        .collect();
    let formula = Formula::ArticleWeighted;
    Ok(Answer::per_server(
        formula,
        |j| {
            formula
                .with("sum", num(total(&weights)))
                .with("i", j + 1)
                .with("w", weights[j])
                .with("gap", num(interval_s))
                .with("first", num(first_s))
        },
        values,
    )
    .kind(Exactness::AsPrinted))
}

/// The article's T_i of least load.
pub(crate) fn least_load_answer(q: &Question) -> Result<Answer, Reason> {
    let (interval_s, first_s) = interval_and_first(q.scenario)?;
    let counts = q.scenario.balancer.strategy.id == StrategyId::LeastConnections;
    holds(counts, Reason::LeastConnectionsOnly)?;
    in_order(q.scenario)?;
    conditions::no_rules(q.scenario)?;
    let n = q.scenario.servers.len();
    let equal = conditions::up(q.scenario).len() == n && conditions::identical(q.scenario);
    holds(equal, Reason::UnequalMachines)?;
    // Up to this task, the least load does not depend on how ties are broken.
    let i = example_task(q.scenario);
    let service_s = q.scenario.sizes.mean / q.scenario.servers[0].speed;
    let tasks = least_load(i as usize, n, interval_s, first_s, service_s);
    let last = tasks[i as usize - 1];
    let filled = Formula::ArticleLeastLoad
        .with("i", i)
        .with("least", last.least_load)
        .with("gap", num(interval_s))
        .with("first", num(first_s));
    Ok(Answer::number(filled, last.printed_s).kind(Exactness::AsPrinted))
}

/// When the example task begins service, with picks made by the strategy itself: B_i = max(A_i,
/// completion of the task before it at its server).
pub(crate) fn start_answer(q: &Question) -> Result<Answer, Reason> {
    let scenario = q.scenario;
    let (interval_s, first_s) = interval_and_first(scenario)?;
    in_order(scenario)?;
    conditions::no_rules(scenario)?;
    let counts = scenario.balancer.strategy.id == StrategyId::LeastConnections;
    let in_turn = q.shares.as_ref().is_ok_and(|shares| shares.by == By::Turns);
    holds(counts || in_turn, Reason::TurnsOnly)?;
    let i = example_task(scenario);
    let start = follow(scenario, i, interval_s, first_s)?;
    let filled = if start.free_s.is_finite() {
        Formula::Start
            .with("arrival", num(start.arrival_s))
            .with("before", num(start.free_s))
    } else {
        Formula::StartAtOnce.into()
    };
    let start_s = start.free_s.max(start.arrival_s);
    Ok(Answer::number(filled.with("i", i), start_s).of(Formula::Start))
}

/// When a task arrives, and when its server is free.
struct Start {
    /// A_i (s).
    arrival_s: f64,
    /// C_k, the completion of the task before it at its server (s); −∞ if there is none.
    free_s: f64,
}

/// Follows the strategy's picks up to the i-th task.
fn follow(scenario: &Scenario, i: u64, interval_s: f64, first_s: f64) -> Result<Start, Reason> {
    let up = conditions::up(scenario);
    let eligible = Mask::of(scenario.servers.len(), |j| up.contains(&j));
    let mut turns = Turns::new(scenario, &Population::new(&scenario.clients));
    let mut free_s = vec![f64::NEG_INFINITY; scenario.servers.len()];
    let mut in_progress: Vec<(f64, usize)> = Vec::new();
    let mut start = Start {
        arrival_s: first_s,
        free_s: f64::NEG_INFINITY,
    };
    for k in 1..=i {
        start.arrival_s = dispatch_s(k, interval_s, first_s);
        for (_, server) in in_progress.extract_if(.., |(end_s, _)| *end_s <= start.arrival_s) {
            if up.len() > 1 {
                turns.finish(server);
            }
        }
        let server = match up[..] {
            // A single server gets every task, at the latest when it pulls it.
            [only] => only,
            _ => turns
                .pick(&Task::default(), eligible)
                .ok_or(Reason::NoServer)?,
        };
        start.free_s = free_s[server];
        let service_s = scenario.sizes.mean / scenario.servers[server].speed;
        free_s[server] = start.free_s.max(start.arrival_s) + service_s;
        in_progress.push((free_s[server], server));
    }
    Ok(start)
}

/// Tasks of one size are served one at a time in order of arrival, and none is delayed or turned
/// away before.
fn in_order(scenario: &Scenario) -> Result<(), Reason> {
    holds(scenario.sizes.cv() == 0.0, Reason::ConstantOnly)?;
    conditions::unlimited_balancer(scenario)?;
    conditions::one_slot_each(scenario)?;
    conditions::first_come(scenario)?;
    conditions::unbounded_queues(scenario)
}
