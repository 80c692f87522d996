//! A task's life at a server, and how it leaves the system.

use super::instance::any_in_transit;
use super::passive::Failure;
use super::schedule::Timer;
use super::{Engine, extras};
use crate::balance::{Done, Explain as _, Outcome};
use crate::sim::probe::{Probe, Rejection};
use crate::workload::TaskIndex;

impl Engine {
    /// A task reaches the server that was picked for it.
    #[inline]
    pub(super) fn reach_server<P: Probe>(&mut self, index: TaskIndex, probe: &mut P) {
        let task = &mut self.tasks[index];
        let number = usize::from(task.server);
        task.delivered_s = self.now_s;
        let server = &self.servers[number];
        if server.state.fails_tasks() && self.fails(number) {
            return self.fail(number, index, probe);
        }
        let server = &mut self.servers[number];
        let task = &self.tasks[index];
        if !server.has_room() {
            server.forget(task.size);
            return self.reject(index, Rejection::QueueFull, probe);
        }
        if server.queue.is_empty() && server.may_begin(task) {
            self.begin(number, index, probe);
            self.arm_server(number);
        } else if server.works_in_steps() {
            self.enter_batch(number, index, probe);
        } else {
            server.queue.push(&mut self.tasks, index);
            if self.steals {
                self.offer(probe);
            }
        }
    }

    #[inline(always)]
    pub(super) fn begin<P: Probe>(&mut self, server: usize, index: TaskIndex, probe: &mut P) {
        let task = &mut self.tasks[index];
        self.totals.count_start(task, self.now_s);
        let s = &mut self.servers[server];
        s.begin(index, task, self.now_s);
        if s.queue.is_empty() && !any_in_transit(&self.instances) && self.places.is_none() {
            s.forget_all();
        } else {
            s.forget(task.size);
        }
        probe.started(task);
    }

    #[inline(always)]
    pub(super) fn arm_server(&mut self, server: usize) {
        match self.servers[server].next_event_s() {
            Some(time_s) => self.schedule.arm(Timer::Server(server), time_s),
            None => self.schedule.disarm(Timer::Server(server)),
        }
    }

    /// Lets waiting tasks begin while the server admits them.
    #[inline(always)]
    fn begin_queued<P: Probe>(&mut self, server: usize, probe: &mut P) {
        while let Some(index) = self.servers[server].queue.first()
            && self.servers[server].may_begin(&self.tasks[index])
        {
            self.servers[server].queue.pop(&self.tasks);
            self.begin(server, index, probe);
        }
    }

    /// Lets waiting tasks begin, then pulls tasks from the instances.
    #[inline]
    pub(super) fn begin_waiting<P: Probe>(&mut self, server: usize, probe: &mut P) {
        self.begin_queued(server, probe);
        if self.pools {
            for number in 0..self.instances.len() {
                self.pull(number, server, probe);
            }
        }
        self.arm_server(server);
        if self.steals {
            self.steal(server, probe);
        }
    }

    /// A server with free slots takes tasks that wait at an instance.
    fn pull<P: Probe>(&mut self, number: usize, server: usize, probe: &mut P) {
        if !self.known.healthy.has(server) || self.servers[server].state.is_down() {
            return;
        }
        if self.places.is_some()
            && let Some(extras) = extras::get()
            && !(extras.serves)(self, number, server)
        {
            return;
        }
        while self.instances[number].own.in_flight[server] < self.servers[server].slots {
            let instance = &mut self.instances[number];
            let Some(index) = instance.pooled.pop(&self.tasks) else {
                return;
            };
            let task = &self.tasks[index];
            probe.why().record(|w| {
                w.begin(task.number, self.now_s, number as u16);
                w.table("pulled", &["in-progress", "slots"]);
                for (s, state) in self.servers.iter().enumerate() {
                    let in_flight = f64::from(instance.own.in_flight[s]);
                    w.row(s, &[in_flight, f64::from(state.slots)]);
                }
                w.values.extend([
                    ("waited", self.now_s - task.arrival_s),
                    ("left", f64::from(instance.pooled.len())),
                ]);
            });
            self.assign(number, index, server, probe);
        }
    }

    /// The next event of a server's discipline: the service of none, one or many tasks ends.
    #[inline(always)]
    pub(super) fn server_due<P: Probe>(&mut self, server: usize, probe: &mut P) {
        let mut ended = self.servers[server].advance(self.now_s);
        if ended.is_none() && self.servers[server].works_in_steps() {
            return self.step_due(server, probe);
        }
        while let Some(index) = ended {
            if self.places.is_none() || !self.answers(index) {
                self.complete(server, index, probe);
            }
            ended = self.servers[server].also_ended();
        }
        if self.servers[server].queue.is_empty() && !self.pools && !self.steals {
            self.arm_server(server);
        } else {
            self.begin_waiting(server, probe);
        }
    }

    /// A task leaves that a replica has served, or whose answer has arrived.
    #[inline(never)]
    pub(super) fn finish<P: Probe>(&mut self, server: usize, index: TaskIndex, probe: &mut P) {
        self.complete(server, index, probe);
    }

    #[inline(always)]
    fn complete<P: Probe>(&mut self, server: usize, index: TaskIndex, probe: &mut P) {
        let task = &self.tasks[index];
        let response_s = self.now_s - task.arrival_s;
        let s = &mut self.servers[server];
        s.finished += 1;
        s.response_sum_s += response_s;
        self.totals.finished += 1;
        self.totals.response_sum_s += response_s;
        probe.finished(task, self.now_s);
        self.leave(index, Outcome::Served, probe);
    }

    #[cold]
    pub(super) fn reject<P: Probe>(&mut self, index: TaskIndex, reason: Rejection, probe: &mut P) {
        self.totals.rejected[reason as usize] += 1;
        let task = &self.tasks[index];
        probe.rejected(task, reason, self.now_s);
        let outcome = match reason {
            Rejection::ServerError => Outcome::Failed,
            _ => Outcome::Lost,
        };
        let failure = match reason {
            Rejection::ServerError => Some(Failure::Error),
            Rejection::ServerDown => Some(Failure::Refused),
            _ => None,
        };
        if let Some(failure) = failure {
            let server = usize::from(task.server);
            match self.outliers.is_some() {
                true => self.note_failure(index, failure),
                false => self.count_failure(server),
            }
        }
        self.leave(index, outcome, probe);
    }

    /// A task that had a server is no longer in flight there: its balancer is notified.
    #[inline(always)]
    pub(super) fn leave_server(&mut self, index: TaskIndex, outcome: Outcome) {
        let task = &self.tasks[index];
        let number = usize::from(task.balancer);
        let server = usize::from(task.server);
        let instance = &mut self.instances[number];
        let active = instance.own.remove(server, task.size);
        let mut rule = None;
        let mut strategy = None;
        if self.known.needs_more {
            if self.connections.as_ref().is_some_and(|c| c.counted) {
                return;
            }
            rule = self.rules.find(task).map(|(rule, _)| rule);
            strategy = match &mut self.apart {
                Some(apart) => apart.strategy_at(number, server),
                None => None,
            };
        }
        let strategy = strategy.unwrap_or_else(|| instance.strategies.of(rule));
        strategy.finished(&Done {
            server,
            now_s: self.now_s,
            task: task.number,
            response_s: self.now_s - task.decided_s,
            rank: task.rank,
            active,
            outcome,
        });
    }

    /// A task leaves the system: its balancers and the workload are notified.
    #[inline(always)]
    fn leave<P: Probe>(&mut self, index: TaskIndex, outcome: Outcome, probe: &mut P) {
        let task = &self.tasks[index];
        let number = usize::from(task.balancer);
        let instance = &mut self.instances[number];
        instance.inside = instance.inside.saturating_sub(1);
        if !task.decided_s.is_nan() {
            self.leave_server(index, outcome);
        }
        if number != 0 {
            self.instances[0].inside -= 1;
        }
        self.count_presence();
        if self.followed {
            self.left(index, outcome);
            self.cancel_copies(probe);
        }
        self.tasks.remove(index);
        if self.tasks.is_empty()
            && self.next_arrival_s == f64::INFINITY
            && !self.retries.is_pending()
        {
            self.end_round(probe);
        }
    }

    /// The last task has left: a round is over, if tasks come in rounds.
    fn end_round<P: Probe>(&mut self, probe: &mut P) {
        let Some((began_s, next_s)) = self.workload.round_over(self.now_s) else {
            return;
        };
        let lasted_s = self.now_s - began_s;
        self.totals.rounds += 1;
        self.totals.round_sum_s += lasted_s;
        self.totals.last_round_s = lasted_s;
        probe.round(began_s, self.now_s);
        if let Some(next_s) = next_s {
            self.next_arrival_s = next_s;
            self.next_arrival_order = self.schedule.stamp();
        }
    }
}
