//! The conditions that formulas share; each gives its [`Reason`] where it does not hold.

use super::{Reason, show};
use equipoise_engine::balance::{Policy, StrategyId};
use equipoise_engine::scenario::{Health, Place, Scenario, ServerConfig, ServerState, letter};
use equipoise_engine::sim::MAX_IN_SYSTEM;

/// The servers that are up, by number.
pub fn up(scenario: &Scenario) -> Vec<usize> {
    (0..scenario.servers.len())
        .filter(|&j| scenario.servers[j].state == ServerState::Up)
        .collect()
}

/// Some server is up.
pub fn somebody_up(scenario: &Scenario) -> Result<(), Reason> {
    holds(!up(scenario).is_empty(), || Reason::new("nobody"))
}

/// Nothing fails, clients wait for ever and send each task once, and balancers see the load as it
/// is.
pub fn undisturbed(scenario: &Scenario) -> Result<(), Reason> {
    let (b, p) = (&scenario.balancer, &scenario.patience);
    let troubled = |s: &ServerConfig| matches!(s.state, ServerState::Slow | ServerState::Failing);
    let calm = !scenario.servers.iter().any(troubled)
        && scenario.faults.is_empty()
        && (p.timeout_s, p.retries) == (None, 0)
        && b.health == Health::default()
        && (b.load_refresh_s, b.shed_above) == (None, None);
    holds(calm, || Reason::new("disturbed"))
}

/// Arrivals have a rate.
pub fn rate_per_s(scenario: &Scenario) -> Result<f64, Reason> {
    let rated = !scenario.arrivals.pattern.counts_tasks();
    holds(rated, || Reason::new("no-rate")).map(|()| scenario.arrivals.rate_per_s)
}

/// The balancer decides at once, delivers at once, and keeps any number of tasks.
pub fn unlimited_balancer(scenario: &Scenario) -> Result<(), Reason> {
    one_balancer(scenario)?;
    let d = &scenario.balancer.dispatcher;
    let free = d.decisions_per_s.is_none() && d.latency_s == 0.0 && d.connections.is_none();
    holds(free, || Reason::new("balancer-limits"))
}

/// There is one balancer, not a device before programs.
pub fn one_balancer(scenario: &Scenario) -> Result<(), Reason> {
    holds(scenario.balancer.place != Place::Hybrid, || {
        Reason::new("hybrid")
    })
}

/// So many tasks in the system on average that the simulator's bound on them is never met: for a
/// geometric number of a tenth of the bound, e^(−10) of the time.
pub fn fits(present: f64) -> Result<(), Reason> {
    let most = MAX_IN_SYSTEM as f64;
    let many = || {
        Reason::new("too-many")
            .with("tasks", show(present))
            .with("most", MAX_IN_SYSTEM)
    };
    holds(present <= most / 10.0, many)
}

/// There is no rule table.
pub fn no_rules(scenario: &Scenario) -> Result<(), Reason> {
    holds(scenario.balancer.rules.is_empty(), || Reason::new("rules"))
}

/// Every server that is up has this property; else the reason names the first that has not.
pub fn every_server(
    scenario: &Scenario,
    id: &'static str,
    has: impl Fn(&ServerConfig) -> bool,
) -> Result<(), Reason> {
    match up(scenario)
        .into_iter()
        .find(|&j| !has(&scenario.servers[j]))
    {
        Some(j) => Err(Reason::new(id).with("server", letter(j))),
        None => Ok(()),
    }
}

/// All servers that are up have the same weight.
pub fn equal_weights(scenario: &Scenario) -> Result<(), Reason> {
    let weight = up(scenario).first().map(|&j| scenario.servers[j].weight);
    let equal = up(scenario)
        .iter()
        .all(|&j| Some(scenario.servers[j].weight) == weight);
    holds(equal, || Reason::new("unequal-weights"))
}

/// The servers that are up are alike in weight, speed and slots.
pub fn alike(scenario: &Scenario, heed_weights: bool) -> bool {
    let mut up = scenario
        .servers
        .iter()
        .filter(|s| s.state == ServerState::Up);
    let Some(first) = up.next() else { return true };
    let same = |s: &ServerConfig| {
        (s.speed, s.slots, s.queue, s.service)
            == (first.speed, first.slots, first.queue, first.service)
            && (!heed_weights || s.weight == first.weight)
    };
    up.all(same)
}

/// The article's program, if it is the strategy, runs on with the servers as they are.
pub fn program_runs(scenario: &Scenario) -> Result<(), Reason> {
    let config = &scenario.balancer.strategy;
    if config.id != StrategyId::ArticleProgram {
        return Ok(());
    }
    let policy = config.listing.first().copied().unwrap_or(Policy::Random);
    let counts = matches!(policy, Policy::LeastConnections | Policy::ShortestJobFirst);
    let crashes = policy == Policy::RoundRobin || (counts && !config.listing_mended);
    holds(!crashes, || {
        Reason::new("program-crashes").with("policy", policy.as_str())
    })?;
    // A server that takes nothing keeps its count, and so is the least of all in the end.
    let all_up = up(scenario).len() == scenario.servers.len();
    holds(all_up || !counts, || Reason::new("program-stuck"))
}

/// Ok if `condition`, else the reason.
pub fn holds(condition: bool, reason: impl FnOnce() -> Reason) -> Result<(), Reason> {
    if condition { Ok(()) } else { Err(reason()) }
}
