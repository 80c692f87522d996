//! The discrete-event simulator.
//!
//! **A task's life.** It arrives, its size and keys are drawn at once (so that a paired run with
//! another strategy sees the same task), and it goes to the balancer. A balancer with a finite rate
//! decides first come, first served, one task at a time. Then the strategy picks a server, or
//! leaves the task in the balancer's queue for servers to pull. After the balancer's latency the
//! task reaches its server, waits if necessary, is served and leaves. With a hybrid there are two
//! decisions: a device passes tasks to the instances behind it in turn, and the instance picks the
//! server, knowing only the tasks that it sent itself.
//!
//! **Time** is simulated seconds, and moves from event to event. An event is an arrival or a timer.
//! Each server has a timer for its next completion and one for its next error, each balancer one
//! for its next decision and one for its next delivery; faults, time-outs, retries, health checks,
//! ends of ejections and load reports have one each. Events at equal times happen in the order in
//! which they were scheduled.
//!
//! **Failures.** A task may be rejected (see [`Rejection`](super::Rejection)): it is counted and
//! leaves, and if its client sends it again, that is another task. A server that goes down loses
//! its tasks; one that fails answers with errors. A client may give a task up, which is then served
//! in vain. Arrived = finished + rejected + in the system, always.

mod apart;
mod begin;
mod calls;
mod cancel;
mod connecting;
mod connections;
pub mod extras;
mod faults;
mod follow;
mod health;
mod hedge;
mod instance;
mod known;
mod life;
mod link;
mod locality;
mod passive;
mod plan;
mod read;
mod resend;
mod retries;
mod scaler;
mod schedule;
mod service;
mod steal;
mod steps;
mod strategies;
mod totals;
mod transfer;

pub use instance::Instance;
pub use link::Link;
pub use scaler::Scaler;
pub use totals::Totals;

use super::probe::Probe;
use super::server::Server;
use super::tasks::{Fifo, Tasks};
use super::timers::Timers;
use crate::balance::rules::RuleTable;
use crate::balance::{Facts, Mask, Outcome};
use crate::rng::{Purpose, Rng};
use crate::scenario::{Place, Scenario, ServerState};
use crate::workload::{Playback, TaskIndex, Workload};
use apart::Apart;
use begin::{rules, server, strategies, workload};
use connections::Connections;
use health::HealthRecord;
use hedge::Hedges;
use known::Known;
use locality::Places;
use passive::Outliers;
use plan::Plan;
use resend::Elsewhere;
use retries::Retries;
use schedule::{Schedule, Timer};
use std::sync::Arc;

/// The most tasks that may be in the system at once, so that an overloaded run left open does not
/// use up the machine's memory.
pub const MAX_IN_SYSTEM: usize = 100_000;

/// A run at one moment. Cloning it makes a checkpoint.
///
/// ```
/// use equipoise_engine::scenario::presets;
/// use equipoise_engine::sim::Engine;
///
/// let scenario = presets::find("weights").expect("the preset ships");
/// let mut engine = Engine::new(&scenario);
/// engine.run_until(20.0, &mut ());
/// assert_eq!(engine.totals().arrived, 41);
/// // Weights 5, 1, 1: the first server gets five tasks of seven.
/// assert_eq!(engine.servers()[0].assigned, 29);
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    now_s: f64,
    /// When the number of tasks in the system last changed (s).
    counted_s: f64,
    next_arrival_s: f64,
    /// Order of the next arrival among equal times.
    next_arrival_order: u64,
    workload: Workload,
    rules: RuleTable,
    servers: Box<[Server]>,
    instances: Vec<Instance>,
    /// Hybrid: the instance that the device sends the next task to. None: there is one instance,
    /// which picks servers.
    next_instance: Option<usize>,
    tasks: Tasks,
    schedule: Schedule,
    /// When each server answers with its next error. Kept out of the schedule, so that its tree
    /// stays small: only the first of these is in it, as [`Timer::Error`].
    errors: Timers,
    totals: Totals,
    known: Known,
    /// Whether a server does not have its whole weight yet.
    warming: bool,
    /// Whether tasks may wait at an instance until a server pulls them.
    pools: bool,
    /// Whether idle servers take what waits at others.
    steals: bool,
    /// Whether [`Engine::sent`] and [`Engine::left`] are called for each task.
    followed: bool,
    /// The servers found healthy, regardless of a panic.
    healthy_before: Mask,
    records: Vec<HealthRecord>,
    /// What a program's rule of passive health knows of the servers.
    outliers: Option<Box<Outliers>>,
    /// The planned changes that are to come.
    plan: Option<Box<Plan>>,
    /// Who switches servers on and off.
    scaler: Option<Box<Scaler>>,
    /// Where retries do not go.
    elsewhere: Option<Box<Elsewhere>>,
    /// The clients' connections, if balancers pick for these.
    connections: Option<Box<Connections>>,
    /// Copies of tasks that take long, if any are sent.
    hedges: Option<Box<Hedges>>,
    /// Levels of priority, zones and links, if there are several.
    places: Option<Box<Places>>,
    /// Chance in what fails and how long clients pause.
    chance: Rng,
    retries: Retries,
    /// Replicas that only compute prompts, and those that only decode, if they are apart.
    apart: Option<Box<Apart>>,
    /// The servers' states as configured, without faults.
    planned: Vec<ServerState>,
    /// The scenario in force, including the faults that have happened.
    scenario: Arc<Scenario>,
}

impl Engine {
    /// A run of a valid scenario at time 0.
    pub fn new(scenario: &Scenario) -> Self {
        Self::from_workload(scenario, workload(scenario))
    }

    /// A run of a valid scenario at time 0, in which the tasks of a recording arrive.
    pub fn playing(scenario: &Scenario, playback: Playback) -> Self {
        Self::from_workload(scenario, workload(scenario).playing(playback))
    }

    fn from_workload(scenario: &Scenario, mut workload: Workload) -> Self {
        workload = extras::along(workload, scenario);
        let seed = u64::from(scenario.seed);
        let n = scenario.servers.len();
        let hybrid = scenario.balancer.place == Place::Hybrid;
        let count = 1 + usize::from(hybrid) * scenario.balancer.instances as usize;
        let rules = rules(scenario, &workload);
        let strategies = strategies(scenario, &rules, &workload);
        let instances = (0..count).map(|number| {
            let choices = Rng::new(seed, Purpose::Choices(number as u32));
            let mut instance = Instance::new(strategies.clone(), n, choices);
            instance.limit(scenario, number);
            instance
        });
        let mut engine = Self {
            now_s: 0.0,
            counted_s: 0.0,
            next_arrival_s: workload.first_s(),
            next_arrival_order: 0,
            rules,
            servers: (0..n).map(|number| server(scenario, number)).collect(),
            instances: instances.collect(),
            next_instance: hybrid.then_some(1),
            tasks: Tasks::default(),
            schedule: Schedule::new(count, n),
            errors: Timers::new(n),
            totals: Totals::default(),
            known: Known::new(scenario),
            warming: false,
            pools: scenario.balancer.strategy.id.pools(),
            steals: scenario.balancer.strategy.id.steals(),
            followed: retries::must_follow(scenario),
            // All of them, so that none counts as returning when a run starts.
            healthy_before: Mask::all(n),
            records: health::records(scenario),
            outliers: None,
            plan: None,
            scaler: extras::get().and_then(|extras| (extras.scaler)(scenario)),
            elsewhere: None,
            connections: None,
            places: None,
            hedges: None,
            chance: Rng::new(seed, Purpose::Failures),
            retries: Retries::default(),
            apart: Apart::new(scenario, &strategies.plain, count).map(Box::new),
            planned: scenario.servers.iter().map(|s| s.state).collect(),
            scenario: Arc::new(scenario.clone()),
            workload,
        };
        engine.update_eligible();
        engine.update_effective_weights();
        engine.reset_health();
        if scenario.balancer.load_refresh_s.is_some() {
            engine.reset_reports();
        }
        engine.arm_fault(|_| true);
        engine.start_extras(scenario);
        engine
    }

    /// Continues under another valid scenario, for which [`Scenario::must_restart`] is false. Tasks
    /// in the system are kept; a strategy whose settings or weights have changed restarts in its
    /// first state, as after a reload.
    pub fn reconfigure<P: Probe>(&mut self, scenario: &Scenario, probe: &mut P) {
        debug_assert!(!self.scenario.must_restart(scenario));
        let old = std::mem::replace(&mut self.scenario, Arc::new(scenario.clone()));
        self.workload.resize(&scenario.sizes);
        self.rules = rules(scenario, &self.workload);
        if old.arrivals != scenario.arrivals {
            self.next_arrival_s = self.workload.resume(&scenario.arrivals, self.now_s);
            self.next_arrival_order = self.schedule.stamp();
        }
        self.reconfigure_balancers(&old, scenario);
        for (i, config) in scenario.servers.iter().enumerate() {
            if config.state != old.servers[i].state {
                self.planned[i] = config.state;
            }
            self.reconfigure_server(i);
        }
        if old.faults != scenario.faults {
            let now_s = self.now_s;
            self.arm_fault(|at_s| at_s >= now_s);
        }
        let health_changed = scenario.balancer.health != old.balancer.health;
        if old.retry_policy != scenario.retry_policy || health_changed {
            self.reset_retries(&old.retry_policy);
        }
        if old.changes != scenario.changes {
            self.reset_plan();
        }
        if old.autoscaler != scenario.autoscaler {
            self.reset_scaler();
        }
        if old.connections != scenario.connections {
            self.reset_connections(&old.connections);
        }
        if health_changed {
            self.reset_health();
        }
        if scenario.balancer.load_refresh_s != old.balancer.load_refresh_s {
            self.reset_reports();
        }
        self.update_eligible();
        self.update_effective_weights();
        for i in 0..self.servers.len() {
            self.change_state(i, probe);
        }
        // Tasks that waited to be pulled must not be lost if the new strategy pushes.
        self.decide_again(probe);
    }

    /// Decides on the tasks that wait at balancers.
    fn decide_again<P: Probe>(&mut self, probe: &mut P) {
        for number in 0..self.instances.len() {
            let pooled = std::mem::take(&mut self.instances[number].pooled);
            for index in drain(pooled, &self.tasks) {
                self.decide(number, index, probe);
            }
        }
    }

    /// Gives the instances their new limits and, if its settings or the weights have changed, a new
    /// strategy.
    fn reconfigure_balancers(&mut self, old: &Scenario, new: &Scenario) {
        let before = &old.balancer;
        let after = &new.balancer;
        let weights_before = old.servers.iter().map(|s| s.weight);
        let must_restart = !new.servers.iter().map(|s| s.weight).eq(weights_before)
            || after.health.slow_start_s.is_some() != before.health.slow_start_s.is_some()
            || old.connections.pick_per != new.connections.pick_per
            || after.strategy != before.strategy
            || after.rules != before.rules
            || Self::links_differ(old, new);
        for number in 0..self.instances.len() {
            self.instances[number].limit(new, number);
        }
        if must_restart {
            let strategies = strategies(new, &self.rules, &self.workload);
            for instance in &mut self.instances {
                instance.strategies = strategies.clone();
            }
            if let Some(apart) = &mut self.apart {
                apart.strategies.fill(strategies.plain);
            }
        }
        self.relink();
        self.known.serve_as(new);
        self.pools = after.strategy.id.pools();
        self.steals = after.strategy.id.steals();
    }

    /// Applies a server's configuration in force.
    fn reconfigure_server(&mut self, server: usize) {
        let config = &self.scenario.servers[server];
        self.servers[server].reconfigure(config, self.now_s);
        self.known.facts[server] = Facts::from(config);
    }

    /// When the next event happens (s); None if there will be no more events.
    #[inline]
    pub fn next_event_s(&self) -> Option<f64> {
        let next_s = self.schedule.next_due().0.min(self.next_arrival_s);
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
        let (timer_s, order) = self.schedule.next_due();
        let arrival_s = self.next_arrival_s;
        let arrival_first = arrival_s < timer_s
            || (arrival_s == timer_s && arrival_s.is_finite() && self.next_arrival_order < order);
        if arrival_first {
            self.totals.events += 1;
            self.pass_to(arrival_s);
            self.arrive(probe);
            return true;
        }
        let Some((timer_s, timer)) = self.schedule.next() else {
            return false;
        };
        self.totals.events += 1;
        self.pass_to(timer_s);
        match timer {
            Timer::Server(server) => self.server_due(server, probe),
            Timer::Decision(number) => self.decision_due(number, probe),
            Timer::Delivery(number) => self.delivery_due(number, probe),
            single => self.single_due(single, probe),
        }
        true
    }

    /// A timer of which there is only one is due.
    #[cold]
    #[inline(never)]
    fn single_due<P: Probe>(&mut self, timer: Timer, probe: &mut P) {
        match timer {
            Timer::Fault => self.fault_due(probe),
            Timer::Timeout => self.timeout_due(probe),
            Timer::Retry => self.retry_due(probe),
            Timer::Check => self.check_due(probe),
            Timer::Return => self.return_due(probe),
            Timer::Sweep => self.sweep_due(probe),
            Timer::Change => self.change_due(probe),
            Timer::Scale => self.scale_due(probe),
            Timer::Connection => self.connection_due(probe),
            Timer::Crossing => self.crossing_due(probe),
            Timer::Hedge => self.hedge_due(probe),
            Timer::Report => self.report_due(),
            Timer::Error => self.error_due(probe),
            Timer::Transfer => self.transfer_due(probe),
            Timer::Decision(_) | Timer::Delivery(_) | Timer::Server(_) => {}
        }
    }
}

fn drain(mut list: Fifo, tasks: &Tasks) -> Vec<TaskIndex> {
    std::iter::from_fn(|| list.pop(tasks)).collect()
}
