//! What a run begins with, made of its scenario.

use super::extras;
use crate::balance::{AnyStrategy, Setup};
use crate::scenario::Scenario;
use crate::sim::server::{Server, batch};
use crate::workload::{Workload, request};

/// The scenario's strategy in its first state.
pub(super) fn strategy(scenario: &Scenario, workload: &Workload) -> AnyStrategy {
    let weights: Vec<u32> = scenario.servers.iter().map(|s| s.weight).collect();
    let knows = scenario.balancer.strategy.knows();
    let extras = extras::get().filter(|_| knows.ways);
    let ways = extras.map(|extras| (extras.ways)(scenario));
    AnyStrategy::new(&Setup {
        weights: &weights,
        addresses: &scenario.addresses(),
        population: workload.population(),
        config: &scenario.balancer.strategy,
        ways: ways.as_ref(),
    })
}

/// The tasks that a scenario draws.
pub(super) fn workload(scenario: &Scenario) -> Workload {
    let seed = u64::from(scenario.seed);
    let workload = Workload::new(&scenario.arrivals, &scenario.sizes, &scenario.clients, seed);
    let requests = scenario
        .has_replicas()
        .then(|| request::source(&scenario.requests, seed));
    match requests.flatten() {
        Some(requests) => workload.with_requests(requests),
        None => workload,
    }
}

/// A server of the scenario, idle.
pub(super) fn server(scenario: &Scenario, number: usize) -> Server {
    let scheduler = batch::scheduler(scenario, number);
    Server::new(&scenario.servers[number]).with_scheduler(scheduler)
}
