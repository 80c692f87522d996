//! The discrete-event simulator.
//!
//! **A task's life.** It arrives, its size and keys are drawn at once (so that a paired run with
//! another strategy sees the same task), and it goes to the balancer. A balancer with a finite rate
//! decides first come, first served, one task at a time; then the strategy picks a server, or
//! leaves the task in the balancer's queue for servers to pull from. After the balancer's latency
//! the task reaches its server, waits if it must, is served and leaves. With a hybrid there are two
//! decisions: a device passes tasks to its programs in turn, and the program picks the server by
//! what it alone sent.
//!
//! **Time** is simulated seconds, and moves from event to event. An event is an arrival or a timer:
//! each server has one for its next completion and one for its next error, each balancer one for
//! its next decision and one for its next delivery, and each thing that surrounds them one of its
//! own. Equal times happen in the order in which they were set.
//!
//! **Failure modes.** A task may be turned away (see [`Rejection`](super::Rejection)); it is
//! counted and gone, and if its client sends it again, that is another task. A server that goes
//! down loses its tasks; one that fails answers with errors. A client may give a task up, which
//! then is served in vain. Arrived = finished + rejected + in the system, always.

mod faults;
mod health;
mod life;
mod node;
mod patience;
mod read;
mod steal;
mod totals;

pub use node::Node;
pub use totals::Totals;

use super::probe::Probe;
use super::server::Server;
use super::tasks::{Fifo, Tasks};
use super::timers::Timers;
use crate::balance::rules::RuleTable;
use crate::balance::{AnyStrategy, Mask, Setup};
use crate::rng::{Purpose, Rng};
use crate::scenario::{Place, Scenario, ServerState};
use crate::workload::TaskIndex;
use crate::workload::arrivals::Source;
use crate::workload::clients::Population;
use crate::workload::sizes::Sampler;
use health::{Record, Reports};
use patience::Waiting;
use std::sync::Arc;

/// The most tasks that may be in the system at once. An overloaded run left open must not eat the
/// machine's memory.
pub const MAX_IN_SYSTEM: usize = 100_000;

/// The timers beside those of servers and balancers: planned faults, the clients' patience,
/// retries, health checks, the end of ejections, reports of load, the next error of any server.
const FAULT: usize = 0;
const TIMEOUT: usize = 1;
const RETRY: usize = 2;
const CHECK: usize = 3;
const RETURN: usize = 4;
const REFRESH: usize = 5;
const ERROR: usize = 6;
const EXTRAS: usize = 7;

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
    /// The servers that may be picked.
    up: Mask,
    nodes: Vec<Node>,
    /// Hybrid: the device's next program. Else there is one node, which picks servers.
    next_program: Option<usize>,
    tasks: Tasks,
    timers: Timers,
    /// When each server answers with its next error. Apart from the others, so that these stay few:
    /// the first stands there as [`ERROR`].
    errors: Timers,
    totals: Totals,
    /// Whether some server has not its whole weight yet.
    warming: bool,
    /// Whether idle servers take what waits at others.
    steals: bool,
    /// Whether [`Engine::sent`] and [`Engine::left`] must hear of tasks.
    followed: bool,
    /// The load that balancers go by, if it is not what they sent.
    reports: Option<Box<Reports>>,
    /// The servers that are known to be well.
    well: Mask,
    records: Vec<Record>,
    waiting: Waiting,
    /// The servers' states, had no fault happened.
    planned: Vec<ServerState>,
    /// The scenario in force. Faults that have happened are in it.
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
        let node_count = if hybrid {
            1 + scenario.balancer.programs as usize
        } else {
            1
        };
        let addresses = scenario.addresses();
        let config = &scenario.balancer.strategy;
        let setup = Setup {
            weights: &weights,
            addresses: &addresses,
            population: &population,
            config,
        };
        let nodes = (0..node_count)
            .map(|i| {
                let choices = Rng::new(seed, Purpose::Choices(i as u32));
                let mut node = Node::new(AnyStrategy::new(&setup), n, choices);
                node.limit(scenario, i);
                node
            })
            .collect();
        let mut arrivals_rng = Rng::new(seed, Purpose::Arrivals);
        let mut source = Source::new(&scenario.arrivals);
        let mut engine = Self {
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
            up: Mask::default(),
            nodes,
            next_program: hybrid.then_some(0),
            tasks: Tasks::default(),
            timers: Timers::new(n + 2 * node_count + EXTRAS),
            errors: Timers::new(n),
            totals: Totals::default(),
            warming: false,
            steals: false,
            followed: patience::must_follow(scenario),
            reports: None,
            // All of them, so that none comes back when a run begins.
            well: Mask::of(n, |_| true),
            records: health::records(scenario),
            waiting: Waiting::default(),
            planned: scenario.servers.iter().map(|s| s.state).collect(),
            scenario: Arc::new(scenario.clone()),
        };
        engine.steals = engine.nodes[0].strategy.steals();
        engine.judge();
        engine.weigh();
        engine.watch(true, scenario.balancer.load_refresh_s.is_some());
        engine.arm_fault(|_| true);
        engine
    }

    /// Goes on under another valid scenario, for which [`Scenario::must_restart`] is false. Tasks
    /// under way keep what they have; a strategy whose settings or weights changed begins in its
    /// first state, as after a reload.
    pub fn reconfigure<P: Probe>(&mut self, scenario: &Scenario, probe: &mut P) {
        debug_assert!(!self.scenario.must_restart(scenario));
        let old = std::mem::replace(&mut self.scenario, Arc::new(scenario.clone()));
        self.sampler = Sampler::new(&scenario.sizes);
        self.rules = RuleTable::new(
            &scenario.balancer.rules,
            &self.population,
            self.servers.len(),
        );
        if old.arrivals != scenario.arrivals {
            self.source = self.source.resume(&scenario.arrivals, self.now_s);
            self.next_arrival_s = self.source.first_s(&mut self.arrivals_rng).max(self.now_s);
            self.next_arrival_order = self.timers.stamp();
        }
        let (b, before) = (&scenario.balancer, &old.balancer);
        let weights: Vec<u32> = scenario.servers.iter().map(|s| s.weight).collect();
        let anew = !weights
            .iter()
            .copied()
            .eq(old.servers.iter().map(|s| s.weight))
            || b.health.slow_start_s.is_some() != before.health.slow_start_s.is_some()
            || b.strategy != before.strategy;
        let (addresses, config) = (scenario.addresses(), &scenario.balancer.strategy);
        let setup = Setup {
            weights: &weights,
            addresses: &addresses,
            population: &self.population,
            config,
        };
        for (i, node) in self.nodes.iter_mut().enumerate() {
            node.limit(scenario, i);
            if anew {
                node.strategy = AnyStrategy::new(&setup);
            }
        }
        self.steals = self.nodes[self.nodes.len() - 1].strategy.steals();
        for (i, config) in scenario.servers.iter().enumerate() {
            if config.state != old.servers[i].state {
                self.planned[i] = config.state;
            }
            self.servers[i].reconfigure(config, self.now_s);
        }
        if old.faults != scenario.faults {
            let now_s = self.now_s;
            self.arm_fault(|at_s| at_s >= now_s);
        }
        if old.patience != scenario.patience || b.health != before.health {
            self.change_patience();
        }
        self.watch(
            b.health != before.health,
            b.load_refresh_s != before.load_refresh_s,
        );
        self.judge();
        self.weigh();
        for i in 0..self.servers.len() {
            self.change_state(i, probe);
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
        let timer_s = self
            .timers
            .next()
            .map_or(f64::INFINITY, |(time_s, _)| time_s);
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
        let (timer_s, timer, order) =
            self.timers
                .next_ordered()
                .unwrap_or((f64::INFINITY, 0, u64::MAX));
        let arrival_s = self.next_arrival_s;
        self.totals.events += 1;
        if arrival_s < timer_s
            || (arrival_s == timer_s && arrival_s.is_finite() && self.next_arrival_order < order)
        {
            self.pass_to(arrival_s);
            self.arrive(probe);
        } else if timer_s.is_finite() {
            self.pass_to(timer_s);
            let n = self.servers.len();
            if timer < n {
                self.finish(timer, probe);
            } else if timer >= n + 2 * self.nodes.len() {
                self.extra_due(timer - n - 2 * self.nodes.len(), probe);
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

    /// One of the [timers](FAULT) beside those of servers and balancers is due.
    #[cold]
    fn extra_due<P: Probe>(&mut self, timer: usize, probe: &mut P) {
        match timer {
            FAULT => self.fault_due(probe),
            TIMEOUT => self.timeout_due(),
            RETRY => self.retry_due(probe),
            CHECK => self.check_due(probe),
            RETURN => self.return_due(probe),
            REFRESH => self.refresh_due(),
            _ => self.error_due(probe),
        }
    }

    /// The number of one of these timers.
    fn extra(&self, timer: usize) -> usize {
        self.servers.len() + 2 * self.nodes.len() + timer
    }

    /// Arms one of these timers, or disarms it if it is due at infinity.
    fn arm_or_disarm(&mut self, timer: usize, due_s: f64) {
        let timer = self.extra(timer);
        if due_s < f64::INFINITY {
            self.timers.arm(timer, due_s)
        } else {
            self.timers.disarm(timer)
        }
    }
}

fn drain(mut list: Fifo, tasks: &Tasks) -> Vec<TaskIndex> {
    std::iter::from_fn(|| list.pop(tasks)).collect()
}
