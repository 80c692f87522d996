//! A balancer within the engine.

use crate::balance::AnyStrategy;
use crate::rng::Rng;
use crate::scenario::{Dispatcher, Place, Scenario};
use crate::sim::tasks::Fifo;

/// A balancer: a dispatcher with its limits and, unless it is the device of a hybrid, a strategy.
#[derive(Clone, Debug)]
pub struct Node {
    pub(super) decision_s: f64,
    pub(super) latency_s: f64,
    /// Tasks that it keeps at most, for whatever reason.
    pub(super) connections: usize,
    /// Tasks that came in and have not left the system.
    pub(super) inside: usize,
    /// Tasks waiting for a decision; the first is being decided on.
    pub(super) deciding: Fifo,
    /// Tasks on the way to where they were sent.
    pub(super) moving: Fifo,
    /// Tasks that wait for a server to pull them.
    pub(super) shared: Fifo,
    pub(super) active: Vec<u32>,
    pub(super) sent_work: Vec<f64>,
    pub(super) strategy: AnyStrategy,
    pub(super) choices: Rng,
}

impl Node {
    /// A balancer of `servers` servers that has done nothing yet.
    pub(super) fn new(strategy: AnyStrategy, servers: usize, choices: Rng) -> Self {
        Self {
            decision_s: 0.0,
            latency_s: 0.0,
            connections: usize::MAX,
            inside: 0,
            deciding: Fifo::default(),
            moving: Fifo::default(),
            shared: Fifo::default(),
            active: vec![0; servers],
            sent_work: vec![0.0; servers],
            strategy,
            choices,
        }
    }

    /// Tasks waiting for a decision, being decided on, on the way, and waiting to be pulled.
    pub fn lists(&self) -> [&Fifo; 3] {
        [&self.deciding, &self.moving, &self.shared]
    }

    /// Tasks of this balancer in progress at each server.
    pub fn active(&self) -> &[u32] {
        &self.active
    }

    /// Its strategy.
    pub fn strategy(&self) -> &AnyStrategy {
        &self.strategy
    }

    /// Gives it the limits of balancer `node` in `scenario`.
    pub(super) fn limit(&mut self, scenario: &Scenario, node: usize) {
        let dispatcher = dispatcher(scenario, node);
        self.decision_s = dispatcher.decisions_per_s.map_or(0.0, |rate| 1.0 / rate);
        self.latency_s = dispatcher.latency_s;
        // The device of a hybrid counts no tasks at servers.
        let counts = scenario.balancer.place != Place::Hybrid || node > 0;
        let limits = [
            dispatcher.connections,
            scenario.balancer.shed_above.filter(|_| counts),
        ];
        self.connections = limits
            .into_iter()
            .flatten()
            .min()
            .map_or(usize::MAX, |n| n as usize);
    }
}

/// The limits of balancer `node`.
pub(super) fn dispatcher(scenario: &Scenario, node: usize) -> &Dispatcher {
    let b = &scenario.balancer;
    if b.place == Place::Hybrid && node == 0 {
        &b.front
    } else {
        &b.dispatcher
    }
}
