//! The discrete-event simulator.
//!
//! **A task's life.** It arrives, its size and keys are drawn at once (so that a paired run with another strategy sees the
//! same task), and it goes to the balancer. A balancer with a finite rate decides first come, first served, one task at
//! a time; then the strategy picks a server, or leaves the task in the balancer's queue for servers to pull from. After
//! the balancer's latency the task reaches its server, waits if it must, is served and leaves. With a hybrid there are two
//! decisions: a device passes tasks to its programs in turn, and the program picks the server by what it alone sent.
//!
//! **Time** is simulated seconds, and moves from event to event. An event is an arrival or a timer: each server has one for
//! its next completion, each balancer one for its next decision and one for its next delivery. Equal times happen in
//! the order in which they were set.
//!
//! **Failure modes.** A task may be turned away (see [`Rejection`]); it is counted and gone. A server that goes down
//! loses its tasks. Arrived = finished + rejected + in the system, always.

mod life;
mod node;
mod read;
mod totals;

pub use node::Node;
pub use totals::Totals;

use super::probe::{Probe, Rejection};
use super::rng::{Purpose, Rng};
use super::server::Server;
use super::task::{Fifo, TaskIndex, Tasks};
use super::timers::Timers;
use crate::balance::rules::RuleTable;
use crate::balance::{AnyStrategy, Mask, Setup};
use crate::scenario::{Place, Scenario, ServerState};
use crate::workload::arrivals::Source;
use crate::workload::clients::Population;
use crate::workload::sizes::Sampler;
use node::dispatcher;
use std::sync::Arc;

/// The most tasks that may be in the system at once. An overloaded run left open must not eat the machine's memory.
pub const MAX_IN_SYSTEM: usize = 100_000;

/// A run at one moment. Cloning it makes a checkpoint.
#[derive(Clone, Debug)]
pub struct Engine {
    now_s: f64,
    /// When the number of tasks in the system last changed (s).
    counted_s: f64,
    next_arrival_s: f64,
    /// Order of the next arrival among equal times.
    next_arrival_order: u64,
    source: Source,
    sampler: Sampler,
    population: Arc<Population>,
    rules: RuleTable,
    arrivals_rng: Rng,
    sizes_rng: Rng,
    keys_rng: Rng,
    servers: Vec<Server>,
    weights: Vec<u32>,
    up: Mask,
    nodes: Vec<Node>,
    /// Hybrid: the device's next program. Else there is one node, which picks servers.
    next_program: Option<usize>,
    tasks: Tasks,
    timers: Timers,
    totals: Totals,
    scenario: Arc<Scenario>,
}

impl Engine {
    /// A run of a valid scenario at time 0.
    pub fn new(scenario: &Scenario) -> Self {
        let seed = u64::from(scenario.seed);
        let population = Arc::new(Population::new(&scenario.clients));
        let n = scenario.servers.len();
        let weights: Vec<u32> = scenario.servers.iter().map(|s| s.weight).collect();
        let hybrid = scenario.balancer.place == Place::Hybrid;
        let node_count = if hybrid { 1 + scenario.balancer.programs as usize } else { 1 };
        let addresses = scenario.addresses();
        let config = &scenario.balancer.strategy;
        let setup = Setup { weights: &weights, addresses: &addresses, population: &population, config };
        let nodes = (0..node_count)
            .map(|i| {
                Node::new(
                    dispatcher(scenario, i),
                    AnyStrategy::new(&setup),
                    n,
                    Rng::new(seed, Purpose::Choices(i as u32)),
                )
            })
            .collect();
        let mut arrivals_rng = Rng::new(seed, Purpose::Arrivals);
        let mut source = Source::new(&scenario.arrivals);
        Self {
            now_s: 0.0,
            counted_s: 0.0,
            next_arrival_s: source.first_s(&mut arrivals_rng),
            next_arrival_order: 0,
            source,
            sampler: Sampler::new(&scenario.sizes),
            rules: RuleTable::new(&scenario.balancer.rules, &population, n),
            population,
            arrivals_rng,
            sizes_rng: Rng::new(seed, Purpose::Sizes),
            keys_rng: Rng::new(seed, Purpose::Keys),
            servers: scenario.servers.iter().map(Server::new).collect(),
            weights,
            up: up(scenario),
            nodes,
            next_program: hybrid.then_some(0),
            tasks: Tasks::default(),
            timers: Timers::new(n + 2 * node_count),
            totals: Totals::default(),
            scenario: Arc::new(scenario.clone()),
        }
    }

    /// Goes on under another valid scenario, for which [`Scenario::must_restart`] is false. Tasks under way keep what
    /// they have; a strategy whose settings or weights changed begins in its first state, as after a reload.
    pub fn reconfigure<P: Probe>(&mut self, scenario: &Scenario, probe: &mut P) {
        debug_assert!(!self.scenario.must_restart(scenario));
        let old = std::mem::replace(&mut self.scenario, Arc::new(scenario.clone()));
        self.sampler = Sampler::new(&scenario.sizes);
        self.rules = RuleTable::new(&scenario.balancer.rules, &self.population, self.servers.len());
        if old.arrivals != scenario.arrivals {
            self.source = self.source.resume(&scenario.arrivals, self.now_s);
            self.next_arrival_s = self.source.first_s(&mut self.arrivals_rng).max(self.now_s);
            self.next_arrival_order = self.timers.stamp();
        }
        let weights: Vec<u32> = scenario.servers.iter().map(|s| s.weight).collect();
        let anew = weights != self.weights || old.balancer.strategy != scenario.balancer.strategy;
        self.weights = weights;
        self.up = up(scenario);
        let (addresses, config) = (scenario.addresses(), &scenario.balancer.strategy);
        let setup = Setup { weights: &self.weights, addresses: &addresses, population: &self.population, config };
        for (i, node) in self.nodes.iter_mut().enumerate() {
            node.limit(dispatcher(scenario, i));
            if anew {
                node.strategy = AnyStrategy::new(&setup);
            }
        }
        for (i, config) in scenario.servers.iter().enumerate() {
            self.servers[i].reconfigure(config, self.now_s);
            if config.state == ServerState::Down {
                for index in self.servers[i].empty(&self.tasks, self.now_s) {
                    self.reject(index, Rejection::ServerDown, probe);
                }
            }
            self.begin_waiting(i, probe);
        }
        // Tasks that waited to be pulled must not be forgotten when the new strategy pushes.
        for node in 0..self.nodes.len() {
            let waiting = std::mem::take(&mut self.nodes[node].shared);
            let waiting: Vec<TaskIndex> = drain(waiting, &self.tasks);
            for index in waiting {
                self.decide(node, index, probe);
            }
        }
    }

    /// When the next event happens (s); None if nothing will ever happen again.
    #[inline]
    pub fn next_event_s(&self) -> Option<f64> {
        let timer_s = self.timers.next().map_or(f64::INFINITY, |(time_s, _)| time_s);
        let next_s = timer_s.min(self.next_arrival_s);
        next_s.is_finite().then_some(next_s)
    }

    /// Runs all events up to and at `until_s`, and lets time pass to there.
    pub fn run_until<P: Probe>(&mut self, until_s: f64, probe: &mut P) {
        while self.next_event_s().is_some_and(|next_s| next_s <= until_s) {
            self.step(probe);
        }
        self.pass_to(until_s);
    }

    /// Lets time pass to `time_s` (s) without running events, of which none may be due before then.
    #[inline]
    pub fn pass_to(&mut self, time_s: f64) {
        if time_s > self.now_s {
            self.now_s = time_s;
        }
    }

    /// Runs the next event; false if there is none.
    #[inline]
    pub fn step<P: Probe>(&mut self, probe: &mut P) -> bool {
        let (timer_s, timer, order) = self.timers.next_ordered().unwrap_or((f64::INFINITY, 0, u64::MAX));
        let arrival_s = self.next_arrival_s;
        self.totals.events += 1;
        if arrival_s < timer_s || (arrival_s == timer_s && arrival_s.is_finite() && self.next_arrival_order < order) {
            self.pass_to(arrival_s);
            self.arrive(probe);
        } else if timer_s.is_finite() {
            self.pass_to(timer_s);
            let n = self.servers.len();
            if timer < n {
                self.finish(timer, probe);
            } else if (timer - n).is_multiple_of(2) {
                self.decision_due((timer - n) / 2, probe);
            } else {
                self.delivery_due((timer - n) / 2, probe);
            }
        } else {
            self.totals.events -= 1;
            return false;
        }
        true
    }
}

fn up(scenario: &Scenario) -> Mask {
    Mask::of(scenario.servers.len(), |s| scenario.servers[s].state == ServerState::Up)
}

fn drain(mut list: Fifo, tasks: &Tasks) -> Vec<TaskIndex> {
    std::iter::from_fn(|| list.pop(tasks)).collect()
}
