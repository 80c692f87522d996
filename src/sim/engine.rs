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

use super::probe::{Probe, Rejection};
use super::rng::{Purpose, Rng};
use super::server::Server;
use super::task::{Fifo, Task, TaskIndex, Tasks};
use super::timers::Timers;
use crate::balance::rules::RuleTable;
use crate::balance::{AnyStrategy, Cluster, Explain as _, Mask, Pick, Setup};
use crate::scenario::{Dispatcher, Place, Scenario, ServerState};
use crate::workload::arrivals::Source;
use crate::workload::clients::Population;
use crate::workload::sizes::Sampler;
use std::sync::Arc;

/// The most tasks that may be in the system at once. An overloaded run left open must not eat the machine's memory.
pub const MAX_IN_SYSTEM: usize = 100_000;

/// A balancer: a dispatcher with its limits and, unless it is the device of a hybrid, a strategy.
#[derive(Clone, Debug)]
pub struct Node {
    decision_s: f64,
    latency_s: f64,
    connections: usize,
    /// Tasks that came in and have not left the system.
    inside: usize,
    /// Tasks waiting for a decision; the first is being decided on.
    deciding: Fifo,
    /// Tasks on the way to where they were sent.
    moving: Fifo,
    /// Tasks that wait for a server to pull them.
    shared: Fifo,
    active: Vec<u32>,
    sent_work: Vec<f64>,
    strategy: AnyStrategy,
    choices: Rng,
}

impl Node {
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

    fn limit(&mut self, dispatcher: &Dispatcher) {
        self.decision_s = dispatcher.decisions_per_s.map_or(0.0, |rate| 1.0 / rate);
        self.latency_s = dispatcher.latency_s;
        self.connections = dispatcher.connections.map_or(usize::MAX, |n| n as usize);
    }
}

/// What has happened so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Events of any kind.
    pub events: u64,
    /// Tasks that came.
    pub arrived: u64,
    /// Tasks for which a server was picked.
    pub decided: u64,
    /// Tasks served.
    pub finished: u64,
    /// Tasks turned away, by reason in the order of [`Rejection::ALL`].
    pub rejected: [u64; 6],
    /// Sum of response times, arrival to completion (s).
    pub response_sum_s: f64,
    /// Sum of waits, arrival to begin of service, over tasks whose service began (s).
    pub wait_sum_s: f64,
    /// Tasks whose service began.
    pub started: u64,
    /// Integral of the number of tasks in the system over time, up to the last time that the number changed
    /// (task-seconds); [`Engine::presence_s`] goes on to the present.
    pub presence_s: f64,
    /// Rounds (steps, batches) that ended.
    pub rounds: u64,
    /// Their length in all (s).
    pub round_sum_s: f64,
    /// The last one's length (s).
    pub last_round_s: f64,
}

impl Totals {
    /// Tasks turned away for any reason.
    pub fn rejected_sum(&self) -> u64 {
        self.rejected.iter().sum()
    }
}

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
        let setup = Setup { weights: &weights, population: &population, config: &scenario.balancer.strategy };
        let nodes = (0..node_count)
            .map(|i| {
                let mut node = Node {
                    decision_s: 0.0,
                    latency_s: 0.0,
                    connections: usize::MAX,
                    inside: 0,
                    deciding: Fifo::default(),
                    moving: Fifo::default(),
                    shared: Fifo::default(),
                    active: vec![0; n],
                    sent_work: vec![0.0; n],
                    strategy: AnyStrategy::new(&setup),
                    choices: Rng::new(seed, Purpose::Choices(i as u32)),
                };
                node.limit(dispatcher(scenario, i));
                node
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
        let setup = Setup { weights: &self.weights, population: &self.population, config: &scenario.balancer.strategy };
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

    /// Simulated time (s).
    pub fn now_s(&self) -> f64 {
        self.now_s
    }

    /// The scenario in force.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The servers.
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The balancers: one, or the device of a hybrid and then its programs.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The tasks in the system.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Everything that can stand in a task's keys.
    pub fn population(&self) -> &Population {
        &self.population
    }

    /// What has happened so far.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Integral of the number of tasks in the system over time (task-seconds).
    pub fn presence_s(&self) -> f64 {
        self.totals.presence_s + (self.now_s - self.counted_s) * f64::from(self.tasks.len() as u32)
    }

    /// Time-average of the number of tasks in the system, L; NaN at time 0.
    pub fn mean_present(&self) -> f64 {
        self.presence_s() / self.now_s
    }

    /// Brings the integral up to now, before the number of tasks changes. Not when time passes: then the sum's rounding
    /// would depend on how often somebody stopped to look.
    #[inline]
    fn count_presence(&mut self) {
        self.totals.presence_s = self.presence_s();
        self.counted_s = self.now_s;
    }

    /// What balancer `node` sees of the servers now.
    pub fn cluster(&self, node: usize) -> Cluster<'_> {
        let n = &self.nodes[node];
        Cluster {
            now_s: self.now_s,
            eligible: self.up,
            weights: &self.weights,
            active: &n.active,
            sent_work: &n.sent_work,
            alone: self.next_program.is_none(),
            servers: &self.servers,
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

    /// Runs until one more server has been picked; false if that will not happen by `until_s`, where time then stands.
    pub fn run_to_decision<P: Probe>(&mut self, until_s: f64, probe: &mut P) -> bool {
        let before = self.totals.decided;
        while self.next_event_s().is_some_and(|next_s| next_s <= until_s) {
            self.step(probe);
            if self.totals.decided > before {
                return true;
            }
        }
        if until_s.is_finite() {
            self.pass_to(until_s);
        }
        false
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

    #[inline]
    fn arrive<P: Probe>(&mut self, probe: &mut P) {
        self.totals.arrived += 1;
        let (client, url, tenant) = self.population.draw(&mut self.keys_rng);
        let task = Task {
            number: self.totals.arrived,
            arrival_s: self.now_s,
            size: self.sampler.draw(&mut self.sizes_rng),
            client,
            url,
            tenant,
            ..Task::default()
        };
        self.next_arrival_s = self.source.next_s(self.now_s, &mut self.arrivals_rng);
        self.next_arrival_order = self.timers.stamp();
        let full = self.tasks.len() >= MAX_IN_SYSTEM;
        self.count_presence();
        let index = self.tasks.insert(task);
        probe.arrived(&self.tasks[index]);
        if full {
            self.nodes[0].inside += 1;
            return self.reject(index, Rejection::TooMany, probe);
        }
        self.receive(0, index, probe);
    }

    /// A task comes to a balancer.
    #[inline]
    fn receive<P: Probe>(&mut self, node: usize, index: TaskIndex, probe: &mut P) {
        self.tasks[index].balancer = node as u16;
        let n = &mut self.nodes[node];
        n.inside += 1;
        if n.inside > n.connections {
            self.reject(index, Rejection::Connections, probe);
        } else if n.decision_s == 0.0 && n.deciding.is_empty() {
            self.decide(node, index, probe);
        } else {
            n.deciding.push(&mut self.tasks, index);
            if n.deciding.len() == 1 {
                self.timers.arm(self.servers.len() + 2 * node, self.now_s + n.decision_s);
            }
        }
    }

    /// A balancer is done deciding on the first task of its queue.
    fn decision_due<P: Probe>(&mut self, node: usize, probe: &mut P) {
        let n = &mut self.nodes[node];
        let timer = self.servers.len() + 2 * node;
        self.timers.disarm(timer);
        let Some(index) = n.deciding.pop(&self.tasks) else { return };
        if !n.deciding.is_empty() {
            self.timers.arm(timer, self.now_s + n.decision_s);
        }
        self.decide(node, index, probe);
    }

    #[inline]
    fn decide<P: Probe>(&mut self, node: usize, index: TaskIndex, probe: &mut P) {
        if node == 0
            && let Some(program) = self.next_program
        {
            self.next_program = Some((program + 1) % (self.nodes.len() - 1));
            self.tasks[index].server = (1 + program) as u16;
            return self.send(node, index, probe);
        }
        let task = &self.tasks[index];
        let rule = self.rules.find(task);
        let eligible = rule.map_or(self.up, |(_, group)| self.up.and(group));
        let n = &mut self.nodes[node];
        let cluster = Cluster {
            now_s: self.now_s,
            eligible,
            weights: &self.weights,
            active: &n.active,
            sent_work: &n.sent_work,
            alone: self.next_program.is_none(),
            servers: &self.servers,
        };
        let why = probe.why();
        why.tell(|w| {
            w.begin(task.number, self.now_s, node as u16);
            w.table_rule = rule.map(|(i, _)| i as u16);
        });
        match n.strategy.pick(task, &cluster, &mut n.choices, why) {
            Pick::Server(server) => self.assign(node, index, server, probe),
            Pick::Wait => n.shared.push(&mut self.tasks, index),
            Pick::Nobody => self.reject(index, Rejection::NoServer, probe),
            Pick::Crash => self.reject(index, Rejection::Crash, probe),
        }
    }

    /// A server was picked.
    #[inline]
    fn assign<P: Probe>(&mut self, node: usize, index: TaskIndex, server: usize, probe: &mut P) {
        let n = &mut self.nodes[node];
        let task = &mut self.tasks[index];
        n.active[server] += 1;
        n.sent_work[server] += task.size;
        task.server = server as u16;
        task.decided_s = self.now_s;
        task.rank = n.active[server];
        self.totals.decided += 1;
        task.decision = self.totals.decided;
        self.servers[server].assigned += 1;
        self.servers[server].waiting_work += task.size;
        probe.why().tell(|w| w.chosen = Some(server as u16));
        probe.decided(task);
        self.send(node, index, probe);
    }

    /// Sends a task where `task.server` says, at once or after the balancer's latency.
    #[inline]
    fn send<P: Probe>(&mut self, node: usize, index: TaskIndex, probe: &mut P) {
        let n = &mut self.nodes[node];
        if n.latency_s == 0.0 && n.moving.is_empty() {
            return self.deliver(node, index, probe);
        }
        self.tasks[index].delivered_s = self.now_s + n.latency_s;
        n.moving.push(&mut self.tasks, index);
        if n.moving.len() == 1 {
            self.timers.arm(self.servers.len() + 2 * node + 1, self.now_s + n.latency_s);
        }
    }

    /// The first task on the way has arrived.
    fn delivery_due<P: Probe>(&mut self, node: usize, probe: &mut P) {
        let n = &mut self.nodes[node];
        let timer = self.servers.len() + 2 * node + 1;
        self.timers.disarm(timer);
        let Some(index) = n.moving.pop(&self.tasks) else { return };
        if let Some(next) = n.moving.first() {
            // A latency that was lowered meanwhile lets nobody overtake.
            self.timers.arm(timer, self.tasks[next].delivered_s.max(self.now_s));
        }
        self.deliver(node, index, probe);
    }

    #[inline]
    fn deliver<P: Probe>(&mut self, node: usize, index: TaskIndex, probe: &mut P) {
        let target = usize::from(self.tasks[index].server);
        if node == 0 && self.next_program.is_some() {
            return self.receive(target, index, probe);
        }
        self.tasks[index].delivered_s = self.now_s;
        let server = &mut self.servers[target];
        if server.state == ServerState::Down {
            server.waiting_work = (server.waiting_work - self.tasks[index].size).max(0.0);
            return self.reject(index, Rejection::ServerDown, probe);
        }
        if !server.has_room() {
            server.waiting_work = (server.waiting_work - self.tasks[index].size).max(0.0);
            return self.reject(index, Rejection::QueueFull, probe);
        }
        if server.queue.is_empty() && server.may_begin() {
            self.begin(target, index, probe);
            self.arm_server(target);
        } else {
            server.queue.push(&mut self.tasks, index);
        }
    }

    #[inline]
    fn begin<P: Probe>(&mut self, server: usize, index: TaskIndex, probe: &mut P) {
        let task = &mut self.tasks[index];
        task.started_s = self.now_s;
        self.totals.started += 1;
        self.totals.wait_sum_s += self.now_s - task.arrival_s;
        let s = &mut self.servers[server];
        s.begin(index, task.size, self.now_s);
        s.waiting_work = if s.queue.is_empty() && self.nodes.iter().all(|n| n.moving.is_empty()) {
            // Nothing waits: drop what rounding has left.
            0.0
        } else {
            (s.waiting_work - task.size).max(0.0)
        };
        probe.started(task);
    }

    #[inline]
    fn arm_server(&mut self, server: usize) {
        match self.servers[server].next_finish_s() {
            Some(time_s) => self.timers.arm(server, time_s),
            None => self.timers.disarm(server),
        }
    }

    /// Lets waiting tasks into free slots, then pulls from the balancers' queues.
    #[inline]
    fn begin_waiting<P: Probe>(&mut self, server: usize, probe: &mut P) {
        while !self.servers[server].queue.is_empty() && self.servers[server].may_begin() {
            if let Some(index) = self.servers[server].queue.pop(&self.tasks) {
                self.begin(server, index, probe);
            }
        }
        for node in 0..self.nodes.len() {
            if !self.nodes[node].shared.is_empty() {
                self.pull(node, server, probe);
            }
        }
        self.arm_server(server);
    }

    /// A server with free slots takes tasks from a balancer's queue.
    fn pull<P: Probe>(&mut self, node: usize, server: usize, probe: &mut P) {
        while self.up.has(server) && self.nodes[node].active[server] < self.servers[server].slots {
            let Some(index) = self.nodes[node].shared.pop(&self.tasks) else { return };
            let waiting = self.nodes[node].shared.len();
            let task = self.tasks[index];
            probe.why().tell(|w| {
                w.begin(task.number, self.now_s, node as u16);
                w.table("pulled", &["in-progress", "slots"]);
                for (s, state) in self.servers.iter().enumerate() {
                    w.row(s, &[f64::from(self.nodes[node].active[s]), f64::from(state.slots)]);
                }
                w.values.extend([("waited", self.now_s - task.arrival_s), ("left", f64::from(waiting))]);
            });
            self.assign(node, index, server, probe);
        }
    }

    #[inline]
    fn finish<P: Probe>(&mut self, server: usize, probe: &mut P) {
        let s = &mut self.servers[server];
        let Some(index) = s.end(self.now_s) else { return self.timers.disarm(server) };
        let task = &self.tasks[index];
        let response_s = self.now_s - task.arrival_s;
        s.finished += 1;
        s.response_sum_s += response_s;
        self.totals.finished += 1;
        self.totals.response_sum_s += response_s;
        let node = usize::from(task.balancer);
        self.nodes[node].strategy.finished(server, self.now_s - task.decided_s, task.rank);
        probe.finished(task, self.now_s);
        self.leave(index, probe);
        if self.servers[server].queue.is_empty() && self.nodes[node].shared.is_empty() {
            self.arm_server(server);
        } else {
            self.begin_waiting(server, probe);
        }
    }

    #[cold]
    fn reject<P: Probe>(&mut self, index: TaskIndex, reason: Rejection, probe: &mut P) {
        self.totals.rejected[reason as usize] += 1;
        probe.rejected(&self.tasks[index], reason, self.now_s);
        self.leave(index, probe);
    }

    /// A task leaves the system: its balancers and the source are told.
    #[inline]
    fn leave<P: Probe>(&mut self, index: TaskIndex, probe: &mut P) {
        let task = &self.tasks[index];
        let node = usize::from(task.balancer);
        let n = &mut self.nodes[node];
        n.inside = n.inside.saturating_sub(1);
        if !task.decided_s.is_nan() {
            let server = usize::from(task.server);
            n.active[server] -= 1;
            n.sent_work[server] = if n.active[server] == 0 { 0.0 } else { n.sent_work[server] - task.size };
        }
        if node != 0 {
            self.nodes[0].inside -= 1;
        }
        self.count_presence();
        self.tasks.remove(index);
        if self.tasks.is_empty()
            && self.next_arrival_s == f64::INFINITY
            && let Some((began_s, next_s)) = self.source.round_over(self.now_s)
        {
            let lasted_s = self.now_s - began_s;
            self.totals.rounds += 1;
            self.totals.round_sum_s += lasted_s;
            self.totals.last_round_s = lasted_s;
            probe.round(began_s, self.now_s);
            if let Some(next_s) = next_s {
                self.next_arrival_s = next_s;
                self.next_arrival_order = self.timers.stamp();
            }
        }
    }
}

fn up(scenario: &Scenario) -> Mask {
    Mask::of(scenario.servers.len(), |s| scenario.servers[s].state == ServerState::Up)
}

/// The limits of balancer `node`.
fn dispatcher(scenario: &Scenario, node: usize) -> &Dispatcher {
    let b = &scenario.balancer;
    if b.place == Place::Hybrid && node == 0 { &b.front } else { &b.dispatcher }
}

fn drain(mut list: Fifo, tasks: &Tasks) -> Vec<TaskIndex> {
    std::iter::from_fn(|| list.pop(tasks)).collect()
}
