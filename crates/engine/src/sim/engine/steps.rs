//! Servers that work in steps: requests enter their batches, and what each step did for them.

use super::Engine;
use crate::sim::probe::{Probe, Rejection};
use crate::sim::server::StepEvent;
use crate::workload::TaskIndex;
use crate::workload::request::Progress;

impl Engine {
    /// A task reaches a server that works in steps.
    #[cold]
    pub(super) fn enter_batch<P: Probe>(&mut self, server: usize, index: TaskIndex, probe: &mut P) {
        let s = &mut self.servers[server];
        let taken = self.tasks.request(index).filter(|request| {
            s.scheduler()
                .is_some_and(|scheduler| scheduler.takes(request))
        });
        let Some(request) = taken else {
            s.forget(self.tasks[index].size);
            return self.reject(index, Rejection::TooLong, probe);
        };
        let mut events = Vec::new();
        s.enter(index, request, self.now_s, &mut events);
        self.apply(server, &events, probe);
    }

    /// The step of a server ends.
    #[cold]
    pub(super) fn step_due<P: Probe>(&mut self, server: usize, probe: &mut P) {
        let mut events = Vec::new();
        self.servers[server].end_step(self.now_s, &mut events);
        self.apply(server, &events, probe);
    }

    /// Records what a step did.
    fn apply<P: Probe>(&mut self, server: usize, events: &[StepEvent], probe: &mut P) {
        for &event in events {
            match event {
                StepEvent::Started {
                    task,
                    cached_tokens,
                } => {
                    self.record(task, |progress, _| progress.cached_tokens = cached_tokens);
                    let task = &mut self.tasks[task];
                    self.totals.count_start(task, self.now_s);
                    self.servers[server].forget(task.size);
                    probe.started(task);
                }
                StepEvent::Preempted(task) => {
                    self.record(task, |progress, _| progress.preemptions += 1);
                }
                StepEvent::Resumed {
                    task,
                    recomputed_tokens,
                } => self.record(task, |progress, _| {
                    progress.recomputed_tokens += recomputed_tokens;
                }),
                StepEvent::FirstToken(task) => {
                    self.record(task, |progress, now_s| progress.first_token_s = now_s);
                    let number = self.tasks[task].number;
                    let balancer = usize::from(self.tasks[task].balancer);
                    self.instances[balancer].strategy.first_token(number);
                }
                StepEvent::Ended(task) => self.answer(server, task, probe),
            }
        }
        self.arm_server(server);
        self.tell_of_cache(server);
        probe.stepped(server, &self.servers[server], self.now_s);
    }

    /// Tells all balancers what has changed in a replica's prefix cache, if their strategy reads
    /// that.
    pub(super) fn tell_of_cache(&mut self, server: usize) {
        if !self.known.needs.cache_events {
            return;
        }
        let changes = self.servers[server].cache_changes();
        for instance in &mut self.instances {
            instance.strategy.cache_changed(server, &changes);
        }
    }

    /// Records what has come of a request.
    fn record(&mut self, index: TaskIndex, record: impl FnOnce(&mut Progress, f64)) {
        if let Some(request) = self.tasks.request_mut(index) {
            record(&mut request.progress, self.now_s);
        }
    }

    /// A reply is complete: its client sends the next turn of its session some time later.
    fn answer<P: Probe>(&mut self, server: usize, index: TaskIndex, probe: &mut P) {
        let task = self.tasks[index];
        if let Some(request) = self.tasks.request(index) {
            probe.answered(&task, request, self.now_s);
            if !task.given_up()
                && let Some((think_s, next)) = self.workload.next_turn(request)
            {
                self.send_later(think_s, task.follow_up(), Some(next));
            }
        }
        self.finish(server, index, probe);
    }
}
