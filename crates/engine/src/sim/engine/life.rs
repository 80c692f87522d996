//! A task's life until it reaches a server: see the [engine](super).

use super::instance::dispatcher;
use super::schedule::Timer;
use super::{Engine, MAX_IN_SYSTEM, extras};
use crate::balance::{Explain as _, Pick};
use crate::sim::probe::{Probe, Rejection};
use crate::workload::{Request, Task, TaskIndex};

/// What a balancer instance sends tasks to.
enum Hop {
    /// Another instance, by its number.
    Instance(usize),
    /// The server that was picked.
    Server,
}

impl Engine {
    /// Brings the integral up to now, before the number of tasks changes. Not whenever time passes:
    /// the rounding of the sum would then depend on where a caller stops.
    #[inline]
    pub(super) fn count_presence(&mut self) {
        self.totals.presence_s = self.presence_s();
        self.counted_s = self.now_s;
    }

    #[inline]
    pub(super) fn arrive<P: Probe>(&mut self, probe: &mut P) {
        let index = if self.workload.is_plain() {
            let task = self.workload.task();
            self.insert(task)
        } else {
            let (task, request) = self.workload.request();
            self.insert_request(task, request)
        };
        self.next_arrival_s = self.workload.next_s(self.now_s);
        self.next_arrival_order = self.schedule.stamp();
        self.admit(index, probe);
    }

    /// Adds a task to those in the system.
    #[inline(always)]
    fn insert(&mut self, mut task: Task) -> TaskIndex {
        self.totals.arrived += 1;
        task.number = self.totals.arrived;
        task.arrival_s = self.now_s;
        self.count_presence();
        self.tasks.insert(task)
    }

    /// Adds a task and what it asks of a language model.
    #[cold]
    pub(super) fn insert_request(
        &mut self,
        mut task: Task,
        request: Option<Box<Request>>,
    ) -> TaskIndex {
        if let Some(request) = &request {
            task.size = request.work_tokens();
        }
        let index = self.insert(task);
        if let Some(request) = request {
            self.tasks.keep(index, request);
        }
        index
    }

    /// A task that was just added enters the system, new or sent again.
    #[inline(always)]
    pub(super) fn admit<P: Probe>(&mut self, index: TaskIndex, probe: &mut P) {
        probe.arrived(&self.tasks[index]);
        if self.followed {
            self.sent(index);
        }
        if self.tasks.len() > MAX_IN_SYSTEM {
            self.instances[0].inside += 1;
            return self.reject(index, Rejection::TooMany, probe);
        }
        self.receive(0, index, probe);
    }

    /// A task reaches a balancer instance.
    #[inline]
    pub(super) fn receive<P: Probe>(&mut self, number: usize, index: TaskIndex, probe: &mut P) {
        self.tasks[index].balancer = number as u8;
        let instance = &mut self.instances[number];
        instance.inside += 1;
        if instance.inside > instance.connections {
            let own = dispatcher(&self.scenario, number).connections;
            let full = own.is_some_and(|most| instance.inside > most as usize);
            let reason = match full {
                true => Rejection::Connections,
                false => Rejection::Shed,
            };
            self.reject(index, reason, probe);
        } else if instance.decision_s == 0.0 && instance.deciding.is_empty() {
            self.decide(number, index, probe);
        } else {
            instance.deciding.push(&mut self.tasks, index);
            if instance.deciding.len() == 1 {
                let due_s = self.now_s + instance.decision_s;
                self.schedule.arm(Timer::Decision(number), due_s);
            }
        }
    }

    /// An instance has decided on the first task of its queue.
    pub(super) fn decision_due<P: Probe>(&mut self, number: usize, probe: &mut P) {
        let instance = &mut self.instances[number];
        self.schedule.disarm(Timer::Decision(number));
        let Some(index) = instance.deciding.pop(&self.tasks) else {
            return;
        };
        if !instance.deciding.is_empty() {
            let due_s = self.now_s + instance.decision_s;
            self.schedule.arm(Timer::Decision(number), due_s);
        }
        self.decide(number, index, probe);
    }

    #[inline]
    pub(super) fn decide<P: Probe>(&mut self, number: usize, index: TaskIndex, probe: &mut P) {
        if number == 0
            && let Some(next) = self.next_instance
        {
            if self.connections.is_some() {
                return self.follow(number, index, probe);
            }
            self.next_instance = Some(next % (self.instances.len() - 1) + 1);
            self.tasks[index].balancer = next as u8;
            return self.send(number, index, probe);
        }
        if self.warming {
            self.update_effective_weights();
        }
        let mut request = None;
        let mut eligible = self.known.healthy;
        let mut rule = None;
        let mut decodes = None;
        if self.known.needs_more {
            if self.connections.as_ref().is_some_and(|c| c.lead) {
                return self.follow(number, index, probe);
            }
            if self.known.must_look() {
                let own = &self.instances[number].own;
                let alone = self.next_instance.is_none();
                self.known.look(&self.servers, self.now_s, own, alone);
            }
            if self.places.is_some()
                && let Some(extras) = extras::get()
            {
                let task = self.tasks[index];
                eligible = (extras.near)(self, number, &task, eligible);
            }
            let asked = self.tasks.request(index);
            request = asked.filter(|_| self.known.reads_requests());
            if let Some(apart) = &mut self.apart {
                let handed_over = asked.is_some_and(|r| r.progress.handed_over.is_some());
                eligible = eligible.and(apart.pool(handed_over));
                decodes = handed_over.then(|| &mut apart.strategies[number]);
            }
            if let Some(elsewhere) = &self.elsewhere
                && let Some(extras) = extras::get()
            {
                eligible = (extras.untried)(elsewhere, index, eligible);
            }
            if let Some((found, group)) = self.rules.find(&self.tasks[index]) {
                eligible = eligible.and(group);
                self.known.narrow(group);
                rule = Some(found);
            }
            self.instances[number].strategies.last = rule;
        }
        let task = &self.tasks[index];
        let instance = &mut self.instances[number];
        let cluster = self.known.cluster(
            self.now_s,
            &eligible,
            rule.is_some(),
            &instance.own,
            request,
        );
        let strategy = decodes.unwrap_or_else(|| instance.strategies.of(rule));
        probe.deciding(strategy, task, &cluster, &instance.choices);
        let why = probe.why();
        why.record(|w| {
            w.begin(task.number, self.now_s, number as u16);
            w.table_rule = rule.map(|i| i as u16);
        });
        match strategy.pick(task, &cluster, &mut instance.choices, why) {
            Pick::Server(server) => self.assign(number, index, server, probe),
            Pick::Wait => instance.pooled.push(&mut self.tasks, index),
            Pick::NoServer => self.find_no_server(number, index, probe),
            Pick::Crash => self.reject(index, Rejection::Crash, probe),
        }
    }

    /// A server was picked.
    #[inline(always)]
    pub(super) fn assign<P: Probe>(
        &mut self,
        number: usize,
        index: TaskIndex,
        server: usize,
        probe: &mut P,
    ) {
        let task = &mut self.tasks[index];
        task.rank = self.instances[number].own.add(server, task.size);
        task.server = server as u16;
        task.decided_s = self.now_s;
        self.totals.decided += 1;
        task.decision = self.totals.decided;
        self.servers[server].assigned += 1;
        self.servers[server].expect(task.size);
        probe.why().record(|w| w.chosen = Some(server as u16));
        probe.decided(task);
        if self.known.needs_more {
            if self.outliers.is_some() {
                self.note_pick(server);
            }
            if self.places.is_some() && self.crosses(number, index) {
                return;
            }
        }
        self.send(number, index, probe);
    }

    /// What instance `number` sends tasks to: the device of a hybrid to another instance.
    #[inline(always)]
    fn hop_after(&self, number: usize, index: TaskIndex) -> Hop {
        if number == 0 && self.next_instance.is_some() {
            Hop::Instance(usize::from(self.tasks[index].balancer))
        } else {
            Hop::Server
        }
    }

    /// Sends a task over the instance's link.
    #[inline(always)]
    pub(super) fn send<P: Probe>(&mut self, number: usize, index: TaskIndex, probe: &mut P) {
        let link = &mut self.instances[number].link;
        if link.is_immediate() {
            return self.deliver(number, index, probe);
        }
        if let Some(due_s) = link.send(index, self.now_s, &mut self.tasks) {
            self.schedule.arm(Timer::Delivery(number), due_s);
        }
    }

    /// The first task in transit over an instance's link arrives.
    pub(super) fn delivery_due<P: Probe>(&mut self, number: usize, probe: &mut P) {
        let link = &mut self.instances[number].link;
        let (arrived, next_s) = link.arrive(self.now_s, &self.tasks);
        let next_s = next_s.unwrap_or(f64::INFINITY);
        self.schedule.set(Timer::Delivery(number), next_s);
        if let Some(index) = arrived {
            self.deliver(number, index, probe);
        }
    }

    #[inline(always)]
    fn deliver<P: Probe>(&mut self, number: usize, index: TaskIndex, probe: &mut P) {
        match self.hop_after(number, index) {
            Hop::Instance(next) => self.receive(next, index, probe),
            Hop::Server => self.reach_server(index, probe),
        }
    }
}
