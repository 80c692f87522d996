//! What balancers know about the servers: health, effective weights, configuration, and load
//! reports.

use super::Engine;
use super::instance::Own;
use super::schedule::Timer;
use crate::balance::rules::weights_in;
use crate::balance::{Cluster, Facts, Knows, Mask, Reports};
use crate::scenario::{PassiveRule, RetryTo, Scenario};
use crate::sim::server::Server;
use crate::workload::Request;

/// What all balancer instances know.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// The servers that balancers may pick, before any rule table.
    pub(super) healthy: Mask,
    /// Effective weights, in steps of `weight_step`.
    pub(super) weights: Vec<u32>,
    pub(super) weight_step: f64,
    /// The effective weights in the group that a rule has named last.
    group_weights: Vec<u32>,
    pub(super) facts: Vec<Facts>,
    /// What the strategy declares that it reads.
    pub(super) needs: Knows,
    /// Whether a pick takes more than counters and configuration, which are always at hand, or more
    /// must be done after it. One test in place of many.
    pub(super) needs_more: bool,
    /// Whether the scenario has load reports (`load_refresh_s`).
    pub(super) has_reports: bool,
    /// The latest load reports. In a scenario without them the load at the moment of the current
    /// pick, if the strategy reads it.
    reports: Reports,
}

impl Known {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let mut known = Self {
            healthy: Mask::default(),
            weights: scenario.servers.iter().map(|s| s.weight).collect(),
            weight_step: 1.0,
            group_weights: Vec::new(),
            facts: scenario.servers.iter().map(Facts::from).collect(),
            needs: Knows::NOTHING,
            needs_more: false,
            has_reports: false,
            reports: Reports::default(),
        };
        known.serve_as(scenario);
        known
    }

    /// From now on, this scenario's strategy is what reads.
    pub(super) fn serve_as(&mut self, scenario: &Scenario) {
        let needs = scenario.balancer.strategy.knows();
        let loads = needs.reports || needs.work;
        let apart = scenario.replicas.prefill_servers > 0;
        let elsewhere = scenario.retry_policy.resend.to != RetryTo::Any;
        let connected = scenario.connections.lead_to_servers()
            || scenario.has_places()
            || scenario.has_subsets()
            || scenario.network.is_on();
        let watched = scenario.balancer.health.passive.rule != PassiveRule::InARow;
        let ruled = !scenario.balancer.rules.is_empty();
        self.needs = needs;
        self.needs_more = loads
            || needs.prompt
            || needs.session
            || apart
            || elsewhere
            || connected
            || watched
            || ruled;
    }

    /// Records the servers' load at `now_s`; their work only if `work_needed`, since it is a sum
    /// over all tasks in service.
    fn measure(&mut self, servers: &[Server], now_s: f64, work_needed: bool) {
        let reports = &mut self.reports;
        reports.present.clear();
        reports.present.extend(servers.iter().map(Server::present));
        reports.waiting.clear();
        reports.waiting.extend(servers.iter().map(Server::waiting));
        reports.kv_usage.clear();
        if servers.iter().any(Server::works_in_steps) {
            let usage = |server: &Server| server.scheduler().map_or(0.0, |s| s.load().kv_usage);
            reports.kv_usage.extend(servers.iter().map(usage));
        }
        reports.work.clear();
        if work_needed {
            let work = servers.iter().map(|server| server.backlog(now_s));
            reports.work.extend(work);
        }
    }

    /// Whether the strategy reads what tasks ask of language models.
    pub(super) fn reads_requests(&self) -> bool {
        self.needs.prompt || self.needs.session
    }

    /// Whether the load must be measured at each pick.
    pub(super) fn must_look(&self) -> bool {
        (self.needs.reports || self.needs.work) && !self.has_reports
    }

    /// Measures the load for the pick of an instance. If it is not `alone`, no instance sees all
    /// tasks, and it takes its own counters for the servers' load.
    pub(super) fn look(&mut self, servers: &[Server], now_s: f64, own: &Own, alone: bool) {
        self.measure(servers, now_s, self.needs.work && alone);
        if !alone {
            (*own.in_flight).clone_into(&mut self.reports.present);
            (*own.work).clone_into(&mut self.reports.work);
        }
    }

    /// The next cluster is one of this group.
    pub(super) fn narrow(&mut self, group: Mask) {
        self.group_weights.clear();
        self.group_weights.extend(weights_in(group, &self.weights));
    }

    /// The cluster as an instance with these counters knows it; `in_group`: as the strategy of the
    /// group that was named last knows it.
    #[inline(always)]
    pub(super) fn cluster<'a>(
        &'a self,
        now_s: f64,
        eligible: &'a Mask,
        in_group: bool,
        own: &'a Own,
        request: Option<&'a Request>,
    ) -> Cluster<'a> {
        Cluster {
            now_s,
            eligible,
            healthy: &self.healthy,
            weights: match in_group {
                true => &self.group_weights,
                false => &self.weights,
            },
            weight_step: self.weight_step,
            reports: &self.reports,
            in_flight: match self.has_reports {
                true => &self.reports.present,
                false => &own.in_flight,
            },
            own_in_flight: &own.in_flight,
            request,
            facts: &self.facts,
        }
    }
}

impl Engine {
    /// All servers report their load; schedules the next reports.
    pub(super) fn report_due(&mut self) {
        self.known.measure(&self.servers, self.now_s, true);
        let interval_s = self.scenario.balancer.load_refresh_s;
        let next_s = interval_s.map_or(f64::INFINITY, |interval_s| self.now_s + interval_s);
        self.schedule.set(Timer::Report, next_s);
    }

    /// Starts or stops load reports, for a scenario that has just come into force.
    pub(super) fn reset_reports(&mut self) {
        self.known.has_reports = self.scenario.balancer.load_refresh_s.is_some();
        if self.known.has_reports {
            self.report_due();
        } else {
            self.schedule.disarm(Timer::Report);
        }
    }
}
