//! What can be seen of a run. Reading changes nothing.

use super::{Engine, Node, Totals};
use crate::balance::Cluster;
use crate::scenario::{Scenario, ServerState};
use crate::sim::server::Server;
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

    /// A scenario that somebody made of the one in force, for a run from the start: servers whose
    /// state a fault has changed, and nobody since, have the state from before.
    pub fn without_faults(&self, mut next: Scenario) -> Scenario {
        for ((next, now), &planned) in next
            .servers
            .iter_mut()
            .zip(&self.scenario.servers)
            .zip(&self.planned)
        {
            if next.state == now.state {
                next.state = planned;
            }
        }
        next
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

    /// Whether no task will come, move or leave any more. Checks of health and reports of load go
    /// on for ever, so that a run may be over and [`Engine::step`] still have something to do.
    #[inline]
    pub fn is_over(&self) -> bool {
        self.next_arrival_s == f64::INFINITY
            && !self.waiting.will_retry()
            && (self.tasks.is_empty() || self.is_stuck())
    }

    /// Whether the tasks that are there wait for what will not happen: nothing is due but checks
    /// that find what is known, and reports.
    fn is_stuck(&self) -> bool {
        let endless = [super::CHECK, super::REFRESH].map(|timer| self.extra(timer));
        // A look at the next event spares most of them the copy.
        if self
            .timers
            .next()
            .is_some_and(|(_, timer)| !endless.contains(&timer))
        {
            return false;
        }
        let mut timers = self.timers.clone();
        endless.into_iter().for_each(|timer| timers.disarm(timer));
        let fails = |s: usize| {
            matches!(
                self.servers[s].state,
                ServerState::Down | ServerState::Failing
            )
        };
        let checks = self.scenario.balancer.health.check_interval_s.is_some();
        timers.next().is_none()
            && !(checks && (0..self.servers.len()).any(|s| fails(s) != self.found_ill(s)))
    }

    /// What balancer `node` sees of the servers now.
    pub fn cluster(&self, node: usize) -> Cluster<'_> {
        let n = &self.nodes[node];
        let (active, sent_work, alone) = match &self.reports {
            None => (&n.active, &n.sent_work, self.next_program.is_none()),
            Some(reports) => (&reports.active, &reports.work, false),
        };
        let (weights, servers) = (&self.weights[..], &self.servers[..]);
        Cluster {
            now_s: self.now_s,
            eligible: self.up,
            weights,
            active,
            sent_work,
            alone,
            servers,
        }
    }
}
