//! Planned changes of servers' states, and the errors of failing servers.

use super::schedule::Timer;
use super::{Engine, extras};
use crate::scenario::{Fault, ServerState};
use crate::sim::probe::{Probe, Rejection};
use crate::workload::TaskIndex;
use std::sync::Arc;

impl Engine {
    /// Arms the timer for the first fault whose time `is_ahead`.
    pub(super) fn arm_fault(&mut self, is_ahead: impl Fn(f64) -> bool) {
        let ahead = self
            .scenario
            .faults
            .iter()
            .map(|fault| fault.at_s)
            .filter(|&at_s| is_ahead(at_s));
        let next_s = ahead.fold(f64::INFINITY, f64::min);
        self.schedule.set(Timer::Fault, next_s);
    }

    /// All faults of this moment happen. They are applied to the scenario in force, so that a later
    /// edit starts from them.
    pub(super) fn fault_due<P: Probe>(&mut self, probe: &mut P) {
        let now_s = self.now_s;
        let due: Vec<Fault> = self
            .scenario
            .faults
            .iter()
            .filter(|fault| fault.at_s == now_s)
            .copied()
            .collect();
        for fault in due {
            let server = usize::from(fault.server);
            Arc::make_mut(&mut self.scenario).servers[server].state = fault.state;
            self.reconfigure_server(server);
            let before = self.known.healthy;
            self.update_eligible();
            self.change_state(server, probe);
            self.divide_anew(before, probe);
        }
        self.arm_fault(|at_s| at_s > now_s);
    }

    /// The planned changes of this moment happen.
    pub(super) fn change_due<P: Probe>(&mut self, probe: &mut P) {
        let changed = extras::get().and_then(|extras| (extras.changed)(self));
        if let Some(next) = changed {
            self.reconfigure(&next, probe);
        }
    }

    /// An autoscaler looks at the load, or servers are ready or off.
    pub(super) fn scale_due<P: Probe>(&mut self, probe: &mut P) {
        let events = extras::get().map(|extras| (extras.scaled)(self));
        self.readmit(probe);
        if !self.pools {
            self.decide_again(probe);
        }
        for event in events.iter().flatten() {
            probe.scaled(event);
        }
    }

    /// An autoscaler has other settings, in a scenario that has just come into force.
    pub(super) fn reset_scaler(&mut self) {
        if let Some(extras) = extras::get() {
            (extras.rescale)(self);
        }
    }

    /// No server is eligible for this task: while an autoscaler has all of them off, it waits at
    /// its balancer, as at Knative's activator, and else it is rejected.
    #[cold]
    #[inline(never)]
    pub(super) fn find_no_server<P: Probe>(
        &mut self,
        number: usize,
        index: TaskIndex,
        probe: &mut P,
    ) {
        match &self.scaler {
            Some(scaler) if scaler.ready.is_empty() => {
                self.instances[number].pooled.push(&mut self.tasks, index);
            }
            _ => self.reject(index, Rejection::NoServer, probe),
        }
    }

    /// Plans again, for a scenario that has just come into force.
    pub(super) fn reset_plan(&mut self) {
        if let Some(extras) = extras::get() {
            let before = self.plan.take().map_or_else(Vec::new, |plan| plan.before);
            self.plan = (extras.plan)(&self.scenario, self.now_s, before);
            self.arm_change();
        }
    }

    /// A server has a new state: one that is down loses its tasks, one that is free begins others.
    pub(super) fn change_state<P: Probe>(&mut self, server: usize, probe: &mut P) {
        self.change_connections(server);
        if self.servers[server].state == ServerState::Down {
            self.arm_error(server, None);
            for index in self.servers[server].empty(&self.tasks, self.now_s) {
                self.reject(index, Rejection::ServerDown, probe);
            }
            self.tell_of_cache(server);
            probe.stepped(server, &self.servers[server], self.now_s);
        }
        self.begin_waiting(server, probe);
    }

    /// Whether a task that has reached a server which may fail it does fail there.
    #[cold]
    pub(super) fn fails(&mut self, server: usize) -> bool {
        let config = &self.scenario.servers[server];
        config.state != ServerState::Flaky || self.chance.unit() < config.error_share.0
    }

    /// A task fails at a server.
    #[cold]
    pub(super) fn fail<P: Probe>(&mut self, server: usize, index: TaskIndex, probe: &mut P) {
        let s = &mut self.servers[server];
        s.forget(self.tasks[index].size);
        if s.state == ServerState::Down {
            return self.reject(index, Rejection::ServerDown, probe);
        }
        s.erring.push(&mut self.tasks, index);
        if s.erring.len() == 1 {
            self.arm_error(
                server,
                Some(self.now_s + self.scenario.servers[server].error_s),
            );
        }
    }

    /// A server answers the first of its failing tasks with an error.
    pub(super) fn error_due<P: Probe>(&mut self, probe: &mut P) {
        let Some((_, server)) = self.errors.next() else {
            return;
        };
        let s = &mut self.servers[server];
        let failed = s.erring.pop(&self.tasks);
        let next = s.erring.first().map(|next| &self.tasks[next]);
        // If the time to an error has been lowered, tasks still do not overtake each other.
        let due_s = next
            .map(|next| (next.delivered_s + self.scenario.servers[server].error_s).max(self.now_s));
        self.arm_error(server, due_s);
        let Some(index) = failed else { return };
        self.reject(index, Rejection::ServerError, probe);
        self.begin_waiting(server, probe);
    }

    fn arm_error(&mut self, server: usize, due_s: Option<f64>) {
        match due_s {
            Some(due_s) => self.errors.arm(server, due_s),
            None => self.errors.disarm(server),
        }
        let first_s = self
            .errors
            .next()
            .map_or(f64::INFINITY, |(first_s, _)| first_s);
        self.schedule.set(Timer::Error, first_s);
    }
}
