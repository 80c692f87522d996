//! A balancer instance in the engine.

use super::link::Link;
use super::strategies::Strategies;
use crate::rng::Rng;
use crate::scenario::{Dispatcher, Place, Scenario};
use crate::sim::tasks::Fifo;

/// A balancer's own counters: exact, but only of its own requests.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    /// Requests in flight at each server.
    pub(super) in_flight: Box<[u32]>,
    /// Their work (units of work); a request counts in full until it has finished.
    pub(super) work: Box<[f64]>,
}

impl Own {
    /// Nothing in flight at any of `servers` servers.
    pub(super) fn new(servers: usize) -> Self {
        Self {
            in_flight: vec![0; servers].into(),
            work: vec![0.0; servers].into(),
        }
    }

    /// A request of this size (units) is now in flight at `server`. Returns how many are.
    #[inline(always)]
    pub(super) fn add(&mut self, server: usize, size: f64) -> u32 {
        self.in_flight[server] += 1;
        self.work[server] += size;
        self.in_flight[server]
    }

    /// A request of this size (units) is no longer in flight at `server`. Returns how many are
    /// left. With none left the work is zero, whatever rounding has made of it.
    #[inline(always)]
    pub(super) fn remove(&mut self, server: usize, size: f64) -> u32 {
        self.in_flight[server] -= 1;
        self.work[server] = if self.in_flight[server] == 0 {
            0.0
        } else {
            self.work[server] - size
        };
        self.in_flight[server]
    }
}

/// Whether a task is in transit over some instance's link.
#[inline(always)]
pub(super) fn any_in_transit(instances: &[Instance]) -> bool {
    for instance in instances {
        if !instance.link.in_transit.is_empty() {
            return true;
        }
    }
    false
}

/// A balancer instance: a dispatcher with its limits and, unless it is the device of a hybrid, a
/// strategy.
#[derive(Clone, Debug)]
pub struct Instance {
    pub(super) decision_s: f64,
    /// The link to the servers; the device's to the instances.
    pub(super) link: Link,
    /// The most tasks that it may have: the least of all limits.
    pub(super) connections: usize,
    /// Tasks that have arrived here and not left the system.
    pub(super) inside: usize,
    /// Tasks waiting for a decision; the first is being decided on.
    pub(super) deciding: Fifo,
    /// Tasks waiting for a server to pull them.
    pub(super) pooled: Fifo,
    pub(super) own: Own,
    pub(super) strategies: Strategies,
    pub(super) choices: Rng,
}

impl Instance {
    /// A new balancer of `servers` servers, without limits.
    pub(super) fn new(strategies: Strategies, servers: usize, choices: Rng) -> Self {
        Self {
            decision_s: 0.0,
            link: Link::default(),
            connections: usize::MAX,
            inside: 0,
            deciding: Fifo::default(),
            pooled: Fifo::default(),
            own: Own::new(servers),
            strategies,
            choices,
        }
    }

    /// Tasks waiting for a decision or being decided on.
    pub fn deciding(&self) -> &Fifo {
        &self.deciding
    }

    /// Tasks in transit to the next hop.
    pub fn in_transit(&self) -> &Fifo {
        &self.link.in_transit
    }

    /// Tasks waiting to be pulled.
    pub fn pooled(&self) -> &Fifo {
        &self.pooled
    }

    /// Its requests in flight at each server.
    pub fn in_flight(&self) -> &[u32] {
        &self.own.in_flight
    }

    /// Gives it the limits of instance `number` in `scenario`.
    pub(super) fn limit(&mut self, scenario: &Scenario, number: usize) {
        let dispatcher = dispatcher(scenario, number);
        self.decision_s = dispatcher.decisions_per_s.map_or(0.0, |rate| 1.0 / rate);
        self.link.latency_s = dispatcher.latency_s;
        // The device of a hybrid counts no tasks at servers.
        let counts = scenario.balancer.place != Place::Hybrid || number > 0;
        let limits = [
            dispatcher.connections,
            scenario.balancer.shed_above.filter(|_| counts),
        ];
        let least = limits.into_iter().flatten().min();
        self.connections = least.map_or(usize::MAX, |n| n as usize);
    }
}

/// The limits of instance `number`.
pub(super) fn dispatcher(scenario: &Scenario, number: usize) -> &Dispatcher {
    let b = &scenario.balancer;
    if b.place == Place::Hybrid && number == 0 {
        &b.front
    } else {
        &b.dispatcher
    }
}
