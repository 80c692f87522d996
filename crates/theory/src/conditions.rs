//! The conditions that formulas share; each gives its [`Reason`] where it does not hold.

use crate::reason::Reason;
use equipoise_engine::balance::{Policy, StrategyId};
use equipoise_engine::scenario::{
    Dispatcher, Health, PickPer, Place, Scenario, ServerConfig, ServerState, Service,
};
use equipoise_engine::sim::MAX_IN_SYSTEM;

/// Ok if `condition`, else the reason.
pub(crate) fn holds(condition: bool, reason: Reason) -> Result<(), Reason> {
    if condition { Ok(()) } else { Err(reason) }
}

/// Whether a server is up and takes tasks.
pub(crate) fn is_up(server: &ServerConfig) -> bool {
    server.state == ServerState::Up && server.weight > 0
}

/// The servers that are up and have a weight, by number.
pub(crate) fn up(scenario: &Scenario) -> Vec<usize> {
    (0..scenario.servers.len())
        .filter(|&j| is_up(&scenario.servers[j]))
        .collect()
}

/// At least one server is up.
pub(crate) fn any_up(scenario: &Scenario) -> Result<(), Reason> {
    holds(!up(scenario).is_empty(), Reason::NoServer)
}

/// Servers and clients are [`steady`], and balancers see the current load.
pub(crate) fn undisturbed(scenario: &Scenario) -> Result<(), Reason> {
    steady(scenario)?;
    holds(
        scenario.balancer.load_refresh_s.is_none(),
        Reason::Disturbed,
    )
}

/// Nothing fails, clients wait forever and send each task once, and balancers send all of them.
pub(crate) fn steady(scenario: &Scenario) -> Result<(), Reason> {
    let balancer = &scenario.balancer;
    let retry_policy = &scenario.retry_policy;
    let degraded = scenario.servers.iter().any(|s| {
        s.backup
            || !matches!(
                s.state,
                ServerState::Up | ServerState::Draining | ServerState::Down
            )
    });
    let calm = !degraded
        && scenario.faults.is_empty()
        && scenario.changes.is_empty()
        && !scenario.has_curve()
        && !scenario.autoscaler.is_on()
        && scenario.connections.pick_per == PickPer::Request
        && !scenario.has_places()
        && !scenario.has_subsets()
        && !scenario.network.is_on()
        && retry_policy.timeout_s.is_none()
        && retry_policy.retries == 0
        && retry_policy.hedge.after_s.is_none()
        && balancer.health == Health::default()
        && balancer.shed_above.is_none();
    holds(calm, Reason::Disturbed)
}

/// Servers serve task by task: a replica's steps serve many requests at once, and take as long as
/// all of them make it.
pub(crate) fn task_by_task(scenario: &Scenario) -> Result<(), Reason> {
    holds(!scenario.has_replicas(), Reason::Replicas)
}

/// The arrival rate (tasks/s), if arrivals have one.
pub(crate) fn rate_per_s(scenario: &Scenario) -> Result<f64, Reason> {
    holds(!scenario.arrivals.pattern.counts_tasks(), Reason::NoRate)?;
    Ok(scenario.arrivals.rate_per_s)
}

/// The number of tasks of a round, if arrivals come in rounds.
pub(crate) fn tasks_of_round(scenario: &Scenario) -> Result<u32, Reason> {
    holds(scenario.has_rounds(), Reason::NotRounds)?;
    any_up(scenario)?;
    Ok(scenario.arrivals.tasks)
}

/// The balancer decides and delivers without delay, and keeps any number of tasks.
pub(crate) fn unlimited_balancer(scenario: &Scenario) -> Result<(), Reason> {
    one_balancer(scenario)?;
    holds(
        is_free(&scenario.balancer.dispatcher),
        Reason::BalancerLimits,
    )
}

/// The same, for several balancers behind a device too.
pub(crate) fn unlimited_balancers(scenario: &Scenario) -> Result<(), Reason> {
    let balancer = &scenario.balancer;
    let device = balancer.place != Place::Hybrid || is_free(&balancer.front);
    holds(
        device && is_free(&balancer.dispatcher),
        Reason::BalancerLimits,
    )
}

fn is_free(d: &Dispatcher) -> bool {
    d.decisions_per_s.is_none() && d.latency_s == 0.0 && d.connections.is_none()
}

/// There is one balancer, not a device before several instances.
pub(crate) fn one_balancer(scenario: &Scenario) -> Result<(), Reason> {
    holds(scenario.balancer.place != Place::Hybrid, Reason::Hybrid)
}

/// The mean number of tasks in the system is low enough that the simulator's limit is never
/// reached: at a tenth of the limit, a geometric number exceeds it e^(−10) of the time.
pub(crate) fn fits(present: f64) -> Result<(), Reason> {
    holds(
        present <= MAX_IN_SYSTEM as f64 / 10.0,
        Reason::TooMany { tasks: present },
    )
}

/// There is no rule table.
pub(crate) fn no_rules(scenario: &Scenario) -> Result<(), Reason> {
    holds(scenario.balancer.rules.is_empty(), Reason::Rules)
}

/// The first server that is up and lacks a property.
fn first_without(scenario: &Scenario, has: impl Fn(&ServerConfig) -> bool) -> Option<usize> {
    up(scenario)
        .into_iter()
        .find(|&j| !has(&scenario.servers[j]))
}

/// Every server that is up has one slot.
pub(crate) fn one_slot_each(scenario: &Scenario) -> Result<(), Reason> {
    match first_without(scenario, |s| s.slots == 1) {
        Some(server) => Err(Reason::OneSlot { server }),
        None => Ok(()),
    }
}

/// Every server that is up has a queue without limit.
pub(crate) fn unbounded_queues(scenario: &Scenario) -> Result<(), Reason> {
    match first_without(scenario, |s| s.queue.is_none()) {
        Some(server) => Err(Reason::BoundedQueue { server }),
        None => Ok(()),
    }
}

/// Every server that is up serves first come, first served.
pub(crate) fn first_come(scenario: &Scenario) -> Result<(), Reason> {
    match first_without(scenario, |s| s.service == Service::FirstCome) {
        Some(server) => Err(Reason::ProcessorSharing { server }),
        None => Ok(()),
    }
}

/// The speed of every server that is up (units/s), if it is the same.
pub(crate) fn equal_speeds(scenario: &Scenario) -> Result<f64, Reason> {
    let first = up(scenario).first().copied().ok_or(Reason::NoServer)?;
    let speed = scenario.servers[first].speed;
    let unequal = first_without(scenario, |s| s.speed == speed);
    holds(unequal.is_none(), Reason::UnequalMachines)?;
    Ok(speed)
}

/// Every server that is up has the same weight.
pub(crate) fn equal_weights(scenario: &Scenario) -> Result<(), Reason> {
    let up = up(scenario);
    let equal = up
        .iter()
        .all(|&j| scenario.servers[j].weight == scenario.servers[up[0]].weight);
    holds(equal, Reason::UnequalWeights)
}

/// Whether the servers that are up are identical in weight, speed, slots, queue and service.
pub(crate) fn identical(scenario: &Scenario) -> bool {
    let mut up = scenario.servers.iter().filter(|s| is_up(s));
    let Some(first) = up.next() else { return true };
    up.all(|s| {
        s.weight == first.weight
            && s.speed == first.speed
            && s.slots == first.slots
            && s.queue == first.queue
            && s.service == first.service
    })
}

/// The article's program, if it is the strategy, keeps working with the servers as they are.
pub(crate) fn program_runs(scenario: &Scenario) -> Result<(), Reason> {
    let config = &scenario.balancer.strategy;
    if config.id != StrategyId::ArticleProgram {
        return Ok(());
    }
    // It picks servers without weight as well.
    let weighted = scenario.servers.iter().all(|s| s.weight > 0);
    holds(weighted, Reason::Disturbed)?;
    let policy = config.listing.first().copied().unwrap_or(Policy::Random);
    let counts = matches!(policy, Policy::LeastConnections | Policy::ShortestJobFirst);
    let crashes = policy == Policy::RoundRobin || (counts && !config.listing_mended);
    holds(!crashes, Reason::ProgramCrashes { policy })?;
    // The count of a server that takes no tasks never grows, and so becomes the lowest.
    let all_up = up(scenario).len() == scenario.servers.len();
    holds(all_up || !counts, Reason::ProgramStuck)
}
