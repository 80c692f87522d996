//! What balancers know about the servers: health, effective weights, configuration, and load
//! reports.

use super::Engine;
use super::schedule::Timer;
use crate::balance::{Cluster, Facts, Knows, Mask, Own, Reports};
use crate::scenario::Scenario;
use crate::sim::server::Server;

/// What all balancer instances know.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// The servers that balancers may pick, before any rule table.
    pub(super) healthy: Mask,
    /// Effective weights, in steps of `weight_step`.
    pub(super) weights: Vec<u32>,
    pub(super) weight_step: f64,
    pub(super) facts: Vec<Facts>,
    /// What the strategy declares that it reads.
    pub(super) needs: Knows,
    /// The latest load reports, if balancers use them (`load_refresh_s`).
    pub(super) reported: Option<Box<Load>>,
    /// The load at the moment of the current pick, for strategies that read reports in a scenario
    /// without `load_refresh_s`.
    pub(super) live: Load,
}

/// The load of all servers.
#[derive(Clone, Debug, Default)]
pub(super) struct Load {
    present: Vec<u32>,
    waiting: Vec<u32>,
    work: Vec<f64>,
}

impl Load {
    /// Records the servers' load at `now_s`; their work only if `work_needed`, since it is a sum
    /// over all tasks in service.
    fn measure(&mut self, servers: &[Server], now_s: f64, work_needed: bool) {
        self.present.clear();
        self.present.extend(servers.iter().map(Server::present));
        self.waiting.clear();
        self.waiting.extend(servers.iter().map(Server::waiting));
        self.work.clear();
        if work_needed {
            self.work.extend(servers.iter().map(|s| s.backlog(now_s)));
        }
    }

    fn as_reports(&self) -> Reports<'_> {
        Reports {
            present: &self.present,
            waiting: &self.waiting,
            work: &self.work,
        }
    }
}

impl Known {
    pub(super) fn new(scenario: &Scenario) -> Self {
        Self {
            healthy: Mask::default(),
            weights: scenario.servers.iter().map(|s| s.weight).collect(),
            weight_step: 1.0,
            facts: scenario.servers.iter().map(Facts::from).collect(),
            needs: scenario.balancer.strategy.knows(),
            reported: None,
            live: Load::default(),
        }
    }

    /// Measures the live load, if the strategy reads it.
    #[inline(always)]
    pub(super) fn look(&mut self, servers: &[Server], now_s: f64) {
        if (self.needs.reports || self.needs.work) && self.reported.is_none() {
            self.live.measure(servers, now_s, self.needs.work);
        }
    }

    /// The cluster as an instance knows it. If it is not `alone`, no instance sees all tasks, and
    /// it uses its own counters as the servers' load.
    #[inline(always)]
    pub(super) fn cluster<'a>(
        &'a self,
        now_s: f64,
        eligible: Mask,
        own: Own<'a>,
        alone: bool,
    ) -> Cluster<'a> {
        let live = self.live.as_reports();
        let reports = match &self.reported {
            Some(reported) => reported.as_reports(),
            None if alone => live,
            None => Reports {
                present: own.in_flight,
                waiting: live.waiting,
                work: own.work,
            },
        };
        Cluster {
            now_s,
            eligible,
            healthy: self.healthy,
            weights: &self.weights,
            weight_step: self.weight_step,
            own,
            reports,
            goes_by_reports: self.reported.is_some(),
            facts: &self.facts,
        }
    }
}

impl Engine {
    /// All servers report their load; schedules the next reports.
    pub(super) fn report_due(&mut self) {
        let interval_s = self.scenario.balancer.load_refresh_s;
        let reported = self.known.reported.get_or_insert_default();
        reported.measure(&self.servers, self.now_s, true);
        let next_s = interval_s.map_or(f64::INFINITY, |interval_s| self.now_s + interval_s);
        self.schedule.set(Timer::Report, next_s);
    }

    /// Starts or stops load reports, for a scenario that has just come into force.
    pub(super) fn reset_reports(&mut self) {
        self.known.reported = None;
        if self.scenario.balancer.load_refresh_s.is_some() {
            self.report_due();
        } else {
            self.schedule.disarm(Timer::Report);
        }
    }
}
