//! What a run begins with, made of its scenario.

use super::extras;
use super::strategies::Strategies;
use crate::balance::rules::RuleTable;
use crate::scenario::Scenario;
use crate::sim::server::{Server, batch};
use crate::workload::{Workload, request};

/// The scenario's rule table.
pub(super) fn rules(scenario: &Scenario, workload: &Workload) -> RuleTable {
    let rules = &scenario.balancer.rules;
    RuleTable::new(rules, workload.population(), scenario.servers.len())
}

/// The strategies of an instance, in their first state.
pub(super) fn strategies(
    scenario: &Scenario,
    rules: &RuleTable,
    workload: &Workload,
) -> Strategies {
    let knows = scenario.balancer.strategy.knows();
    let extras = extras::get().filter(|_| knows.ways);
    let ways = extras.map(|extras| (extras.ways)(scenario));
    Strategies::new(scenario, rules, workload.population(), ways.as_ref())
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
