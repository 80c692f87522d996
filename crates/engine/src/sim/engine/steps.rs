//! Servers that work in steps: requests enter their batches, and what each step did for them.

use super::Engine;
use crate::balance::Mask;
use crate::sim::probe::{Probe, Rejection};
use crate::sim::server::StepEvent;
use crate::workload::TaskIndex;
use crate::workload::request::Progress;

impl Engine {
    /// A task reaches a server that works in steps.
    #[cold]
    #[inline(never)]
    pub(super) fn enter_batch<P: Probe>(&mut self, server: usize, index: TaskIndex, probe: &mut P) {
        if self.waits_for_keys(index) {
            return;
        }
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
    #[inline(never)]
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
                    self.begin_request(server, task, cached_tokens, probe);
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
                    let rule = self.rules.find(&self.tasks[task]).map(|(rule, _)| rule);
                    let number = self.tasks[task].number;
                    let balancer = usize::from(self.tasks[task].balancer);
                    let apart = self.apart.as_mut();
                    let strategy = apart.and_then(|apart| apart.strategy_at(balancer, server));
                    strategy
                        .unwrap_or_else(|| self.instances[balancer].strategies.of(rule))
                        .first_token(number);
                }
                StepEvent::Ended(task) => self.answer(server, task, probe),
                StepEvent::Prefilled { task, kv_bytes } => {
                    self.hand_over(server, task, kv_bytes, probe);
                }
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
            for strategy in instance.strategies.all_mut() {
                strategy.cache_changed(server, &changes);
            }
        }
        if let Some(apart) = &mut self.apart {
            for strategy in &mut apart.strategies {
                strategy.cache_changed(server, &changes);
            }
        }
    }

    /// A request is scheduled for the first time. On a replica that decodes what another has
    /// prefilled it does not begin once more.
    fn begin_request<P: Probe>(
        &mut self,
        server: usize,
        index: TaskIndex,
        cached_tokens: u32,
        probe: &mut P,
    ) {
        let handed_over = self
            .tasks
            .request(index)
            .is_some_and(|request| request.progress.handed_over.is_some());
        if !handed_over {
            self.record(index, |progress, _| progress.cached_tokens = cached_tokens);
            self.totals.count_start(&mut self.tasks[index], self.now_s);
        }
        let task = &mut self.tasks[index];
        task.started_s = self.now_s;
        self.servers[server].forget(task.size);
        probe.started(task);
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
                self.send_later(think_s, task.follow_up(), Some(next), Mask::default());
            }
        }
        self.finish(server, index, probe);
    }
}
