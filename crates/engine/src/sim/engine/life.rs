//! A task's life, from arrival to leaving: see the [engine](super).

use super::node::dispatcher;
use super::{Engine, MAX_IN_SYSTEM};
use crate::balance::{Cluster, Done, Explain as _, Outcome, Pick};
use crate::scenario::ServerState;
use crate::sim::probe::{Probe, Rejection};
use crate::workload::{Task, TaskIndex};

impl Engine {
    /// Brings the integral up to now, before the number of tasks changes. Not when time passes:
    /// then the sum's rounding would depend on how often somebody stopped to look.
    #[inline]
    pub(super) fn count_presence(&mut self) {
        self.totals.presence_s = self.presence_s();
        self.counted_s = self.now_s;
    }

    #[inline]
    pub(super) fn arrive<P: Probe>(&mut self, probe: &mut P) {
        let (client, url, tenant) = self.population.draw(&mut self.keys_rng);
        let size = self.sampler.draw(&mut self.sizes_rng);
        self.next_arrival_s = self.source.next_s(self.now_s, &mut self.arrivals_rng);
        self.next_arrival_order = self.timers.stamp();
        self.admit(
            Task {
                size,
                client,
                url,
                tenant,
                ..Task::default()
            },
            probe,
        );
    }

    /// A task comes in, fresh or not.
    #[inline(always)]
    pub(super) fn admit<P: Probe>(&mut self, mut task: Task, probe: &mut P) {
        self.totals.arrived += 1;
        (task.number, task.arrival_s) = (self.totals.arrived, self.now_s);
        let full = self.tasks.len() >= MAX_IN_SYSTEM;
        self.count_presence();
        let index = self.tasks.insert(task);
        probe.arrived(&self.tasks[index]);
        if self.followed {
            self.sent(index);
        }
        if full {
            self.nodes[0].inside += 1;
            return self.reject(index, Rejection::TooMany, probe);
        }
        self.receive(0, index, probe);
    }

    /// A task comes to a balancer.
    #[inline]
    pub(super) fn receive<P: Probe>(&mut self, node: usize, index: TaskIndex, probe: &mut P) {
        self.tasks[index].balancer = node as u8;
        let n = &mut self.nodes[node];
        n.inside += 1;
        if n.inside > n.connections {
            let own = dispatcher(&self.scenario, node).connections;
            let full = own.is_some_and(|most| n.inside > most as usize);
            self.reject(
                index,
                if full {
                    Rejection::Connections
                } else {
                    Rejection::Shed
                },
                probe,
            );
        } else if n.decision_s == 0.0 && n.deciding.is_empty() {
            self.decide(node, index, probe);
        } else {
            n.deciding.push(&mut self.tasks, index);
            if n.deciding.len() == 1 {
                self.timers
                    .arm(self.servers.len() + 2 * node, self.now_s + n.decision_s);
            }
        }
    }

    /// A balancer is done deciding on the first task of its queue.
    pub(super) fn decision_due<P: Probe>(&mut self, node: usize, probe: &mut P) {
        let n = &mut self.nodes[node];
        let timer = self.servers.len() + 2 * node;
        self.timers.disarm(timer);
        let Some(index) = n.deciding.pop(&self.tasks) else {
            return;
        };
        if !n.deciding.is_empty() {
            self.timers.arm(timer, self.now_s + n.decision_s);
        }
        self.decide(node, index, probe);
    }

    #[inline]
    pub(super) fn decide<P: Probe>(&mut self, node: usize, index: TaskIndex, probe: &mut P) {
        if node == 0
            && let Some(program) = self.next_program
        {
            self.next_program = Some((program + 1) % (self.nodes.len() - 1));
            self.tasks[index].server = (1 + program) as u16;
            return self.send(node, index, probe);
        }
        if self.warming {
            self.weigh();
        }
        let task = &self.tasks[index];
        let rule = self.rules.find(task);
        let eligible = rule.map_or(self.up, |(_, group)| self.up.and(group));
        let n = &mut self.nodes[node];
        let (active, sent_work, alone) = match &self.reports {
            None => (&n.active, &n.sent_work, self.next_program.is_none()),
            Some(reports) => (&reports.active, &reports.work, false),
        };
        let (weights, servers) = (&self.weights[..], &self.servers[..]);
        let cluster = Cluster {
            now_s: self.now_s,
            eligible,
            weights,
            active,
            sent_work,
            alone,
            servers,
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
    pub(super) fn assign<P: Probe>(
        &mut self,
        node: usize,
        index: TaskIndex,
        server: usize,
        probe: &mut P,
    ) {
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
    pub(super) fn send<P: Probe>(&mut self, node: usize, index: TaskIndex, probe: &mut P) {
        let n = &mut self.nodes[node];
        if n.latency_s == 0.0 && n.moving.is_empty() {
            return self.deliver(node, index, probe);
        }
        self.tasks[index].delivered_s = self.now_s + n.latency_s;
        n.moving.push(&mut self.tasks, index);
        if n.moving.len() == 1 {
            self.timers
                .arm(self.servers.len() + 2 * node + 1, self.now_s + n.latency_s);
        }
    }

    /// The first task on the way has arrived.
    pub(super) fn delivery_due<P: Probe>(&mut self, node: usize, probe: &mut P) {
        let n = &mut self.nodes[node];
        let timer = self.servers.len() + 2 * node + 1;
        self.timers.disarm(timer);
        let Some(index) = n.moving.pop(&self.tasks) else {
            return;
        };
        if let Some(next) = n.moving.first() {
            // A latency that was lowered meanwhile lets nobody overtake.
            self.timers
                .arm(timer, self.tasks[next].delivered_s.max(self.now_s));
        }
        self.deliver(node, index, probe);
    }

    #[inline]
    pub(super) fn deliver<P: Probe>(&mut self, node: usize, index: TaskIndex, probe: &mut P) {
        let target = usize::from(self.tasks[index].server);
        if node == 0 && self.next_program.is_some() {
            return self.receive(target, index, probe);
        }
        self.tasks[index].delivered_s = self.now_s;
        let server = &mut self.servers[target];
        if matches!(server.state, ServerState::Down | ServerState::Failing) {
            return self.fail(target, index, probe);
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
            if self.steals {
                self.offer(probe);
            }
        }
    }

    #[inline]
    pub(super) fn begin<P: Probe>(&mut self, server: usize, index: TaskIndex, probe: &mut P) {
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
    pub(super) fn arm_server(&mut self, server: usize) {
        match self.servers[server].next_finish_s() {
            Some(time_s) => self.timers.arm(server, time_s),
            None => self.timers.disarm(server),
        }
    }

    /// Lets waiting tasks into free slots, then pulls from the balancers' queues.
    #[inline]
    pub(super) fn begin_waiting<P: Probe>(&mut self, server: usize, probe: &mut P) {
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
        if self.steals {
            self.steal(server, probe);
        }
    }

    /// A server with free slots takes tasks from a balancer's queue.
    pub(super) fn pull<P: Probe>(&mut self, node: usize, server: usize, probe: &mut P) {
        let asks = self.up.has(server) && self.servers[server].state != ServerState::Down;
        while asks && self.nodes[node].active[server] < self.servers[server].slots {
            let Some(index) = self.nodes[node].shared.pop(&self.tasks) else {
                return;
            };
            let waiting = self.nodes[node].shared.len();
            let task = self.tasks[index];
            probe.why().tell(|w| {
                w.begin(task.number, self.now_s, node as u16);
                w.table("pulled", &["in-progress", "slots"]);
                for (s, state) in self.servers.iter().enumerate() {
                    w.row(
                        s,
                        &[
                            f64::from(self.nodes[node].active[s]),
                            f64::from(state.slots),
                        ],
                    );
                }
                w.values.extend([
                    ("waited", self.now_s - task.arrival_s),
                    ("left", f64::from(waiting)),
                ]);
            });
            self.assign(node, index, server, probe);
        }
    }

    #[inline]
    pub(super) fn finish<P: Probe>(&mut self, server: usize, probe: &mut P) {
        let s = &mut self.servers[server];
        let Some(index) = s.end(self.now_s) else {
            return self.timers.disarm(server);
        };
        let task = &self.tasks[index];
        let response_s = self.now_s - task.arrival_s;
        s.finished += 1;
        s.response_sum_s += response_s;
        self.totals.finished += 1;
        self.totals.response_sum_s += response_s;
        let node = usize::from(task.balancer);
        probe.finished(task, self.now_s);
        self.leave(index, Outcome::Served, probe);
        if self.servers[server].queue.is_empty()
            && self.nodes[node].shared.is_empty()
            && !self.steals
        {
            self.arm_server(server);
        } else {
            self.begin_waiting(server, probe);
        }
    }

    #[cold]
    pub(super) fn reject<P: Probe>(&mut self, index: TaskIndex, reason: Rejection, probe: &mut P) {
        self.totals.rejected[reason as usize] += 1;
        let task = &self.tasks[index];
        probe.rejected(task, reason, self.now_s);
        let outcome = if reason == Rejection::ServerError {
            Outcome::Failed
        } else {
            Outcome::Lost
        };
        if matches!(reason, Rejection::ServerError | Rejection::ServerDown) {
            self.count_failure(usize::from(task.server));
        }
        self.leave(index, outcome, probe);
    }

    /// A task leaves the system: its balancers and the source are told.
    #[inline]
    pub(super) fn leave<P: Probe>(&mut self, index: TaskIndex, outcome: Outcome, probe: &mut P) {
        let task = &self.tasks[index];
        let node = usize::from(task.balancer);
        let n = &mut self.nodes[node];
        n.inside = n.inside.saturating_sub(1);
        if !task.decided_s.is_nan() {
            let server = usize::from(task.server);
            n.active[server] -= 1;
            n.sent_work[server] = if n.active[server] == 0 {
                0.0
            } else {
                n.sent_work[server] - task.size
            };
            n.strategy.finished(&Done {
                server,
                now_s: self.now_s,
                response_s: self.now_s - task.decided_s,
                rank: task.rank,
                active: n.active[server],
                outcome,
            });
        }
        if node != 0 {
            self.nodes[0].inside -= 1;
        }
        self.count_presence();
        if self.followed {
            self.left(index, outcome);
        }
        self.tasks.remove(index);
        if self.tasks.is_empty()
            && self.next_arrival_s == f64::INFINITY
            && !self.waiting.will_retry()
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
