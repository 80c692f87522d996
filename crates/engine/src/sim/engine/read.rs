//! Reading the state of a run. Reading changes nothing.

use super::health::HealthRecord;
use super::schedule::Timer;
use super::{Engine, Instance, Scaler, Totals, extras};
use crate::balance::{AnyStrategy, Mask, Picture};
use crate::scenario::Scenario;
use crate::sim::server::{Batch, Server};
use crate::sim::tasks::Tasks;
use crate::workload::clients::Population;

impl Engine {
    /// Simulated time (s).
    pub fn now_s(&self) -> f64 {
        self.now_s
    }

    /// The scenario in force.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// A scenario edited from the one in force, for a run from the start: servers whose state was
    /// changed by a fault, and not edited since, get their configured state back, and so do fields
    /// that were changed by plan.
    pub fn without_faults(&self, mut next: Scenario) -> Scenario {
        let servers = next.servers.iter_mut().zip(&self.scenario.servers);
        for ((next, now), &planned) in servers.zip(&self.planned) {
            if next.state == now.state {
                next.state = planned;
            }
        }
        for (at, before) in self.plan.iter().flat_map(|plan| &plan.before) {
            if at.get(&next) == at.get(&self.scenario) {
                // It was there before, so it is allowed.
                let _ = at.set(&mut next, before);
            }
        }
        next
    }

    /// About how much memory a copy takes (bytes): the tasks, what clients will send again, what
    /// replicas and routers remember, connections, and what is on its way.
    pub fn bytes(&self) -> usize {
        let schedulers = self.servers.iter().filter_map(Server::scheduler);
        let own = self.instances.iter().flat_map(|i| i.strategies.all());
        let apart = self.apart.iter().flat_map(|apart| &apart.strategies);
        self.tasks.bytes()
            + self.retries.bytes()
            + schedulers.map(Batch::bytes).sum::<usize>()
            + own.chain(apart).map(AnyStrategy::bytes).sum::<usize>()
            + extras::get().map_or(0, |extras| (extras.bytes)(self))
    }

    /// The servers.
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The balancer instances: one, or the device of a hybrid and then those behind it.
    pub fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// The tasks in the system.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// All keys that tasks can have.
    pub fn population(&self) -> &Population {
        self.workload.population()
    }

    /// What has happened so far.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The servers that balancers may pick, before any rule table.
    pub fn healthy(&self) -> Mask {
        self.known.healthy
    }

    /// Who switches servers on and off, if the scenario has an autoscaler.
    pub fn scaler(&self) -> Option<&Scaler> {
        self.scaler.as_deref()
    }

    /// Integral of the number of tasks in the system over time (task-seconds).
    pub fn presence_s(&self) -> f64 {
        self.totals.presence_s + (self.now_s - self.counted_s) * f64::from(self.tasks.len() as u32)
    }

    /// Time-average of the number of tasks in the system, L; NaN at time 0.
    pub fn mean_present(&self) -> f64 {
        self.presence_s() / self.now_s
    }

    /// How many tasks their clients will send again.
    pub fn pending_retries(&self) -> usize {
        self.retries.pending()
    }

    /// Whether no task will arrive, move or leave any more. Health checks and load reports never
    /// end, so that a run may be over while [`Engine::step`] still finds events.
    #[inline]
    pub fn is_over(&self) -> bool {
        self.next_arrival_s == f64::INFINITY
            && !self.retries.is_pending()
            && (self.tasks.is_empty() || self.is_stuck())
    }

    /// Whether the tasks in the system will wait for ever: only load reports are due, and health
    /// checks, sweeps and an autoscaler that will not change the eligible servers.
    fn is_stuck(&self) -> bool {
        let endless = [Timer::Check, Timer::Report, Timer::Sweep, Timer::Scale];
        // In most cases the next event decides, and the schedule need not be copied.
        if self
            .schedule
            .next()
            .is_some_and(|(_, timer)| !endless.contains(&timer))
        {
            return false;
        }
        let mut schedule = self.schedule.clone();
        for timer in endless {
            schedule.disarm(timer);
        }
        let checks = self.scenario.balancer.health.check_interval_s.is_some();
        let mut servers = self.servers.iter().enumerate();
        let changes = checks
            && servers.any(|(s, server)| server.state.passes_checks() == self.found_unhealthy(s));
        let ejected = self.records.iter().any(HealthRecord::is_ejected);
        let scales = self.scaler().is_some_and(Scaler::may_help);
        schedule.next().is_none() && !changes && !ejected && !scales
    }

    /// The state of the strategy of `instance`, as a picture.
    pub fn picture(&self, instance: usize) -> Picture {
        let mut known = self.known.clone();
        known.needs.reports = true;
        known.needs.work = true;
        let connections = self.connections.as_ref().filter(|c| c.counted);
        let held = connections.map(|c| &c.held[instance]);
        let instance = &self.instances[instance];
        let own = held.unwrap_or(&instance.own);
        if known.must_look() {
            let alone = self.next_instance.is_none();
            known.look(&self.servers, self.now_s, own, alone);
        }
        let (strategy, rule) = instance.strategies.picked_last();
        let group = rule.and_then(|rule| self.rules.groups().nth(rule));
        let mut eligible = known.healthy;
        if let Some(group) = group {
            known.narrow(group);
            eligible = eligible.and(group);
        }
        let cluster = known.cluster(self.now_s, &eligible, group.is_some(), own, None);
        strategy.picture(&cluster)
    }
}
