//! What a run begins with, made of its scenario.

use super::{Engine, extras};
use crate::balance::{AnyStrategy, Setup, Share};
use crate::rng::{Purpose, Rng};
use crate::scenario::Scenario;
use crate::sim::server::{Server, batch};
use crate::workload::{Task, Workload, request};

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

/// Lets each instance pick a number of times by chance, so that it is anywhere in its turns.
pub(super) fn start_anywhere(engine: &mut Engine) {
    let share = engine.scenario.balancer.strategy.id.share();
    if !engine.scenario.balancer.random_start
        || !matches!(share, Share::EqualTurns | Share::WeightedTurns)
    {
        return;
    }
    let seed = u64::from(engine.scenario.seed);
    let weights: u64 = engine.known.weights.iter().map(|w| u64::from(*w)).sum();
    let turn = weights.clamp(1, LONGEST_TURN);
    for (number, instance) in engine.instances.iter_mut().enumerate() {
        let healthy = engine.known.healthy;
        let cluster = engine.known.cluster(0.0, &healthy, &instance.own, None);
        for _ in 0..Rng::new(seed, Purpose::Start(number as u32)).below(turn) {
            let task = Task::default();
            let choices = &mut instance.choices;
            instance.strategy.pick(&task, &cluster, choices, &mut ());
        }
    }
}

/// Picks after which any place in the turns is about as likely as any other.
const LONGEST_TURN: u64 = 100_000;
