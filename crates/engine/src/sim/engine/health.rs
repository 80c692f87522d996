//! Health: which servers are eligible, by health checks and by failures (ejection), and how much of
//! its weight a server has after it has come back (slow start).

use super::passive::Failure;
use super::schedule::Timer;
use super::{Engine, extras};
use crate::balance::Mask;
use crate::scenario::{PassiveRule, Scenario, ServerState};
use crate::sim::probe::Probe;
use crate::workload::TaskIndex;

/// Under slow start effective weights are in hundredths, so that part of a weight is whole.
const HUNDREDTHS: f64 = 100.0;
/// The part of its weight that a server has at the start of a slow start.
const LEAST_WARMTH: f64 = 0.1;

/// What is known about one server's health.
#[derive(Clone, Debug)]
pub(super) struct HealthRecord {
    /// Whether it is healthy, by checks.
    pub(super) passed: bool,
    /// Checks in a row that contradict `passed`.
    pub(super) contrary: u32,
    /// Failures in a row.
    pub(super) fails: u32,
    /// Until when it is ejected (s); −∞ if it is not.
    pub(super) ejected_until_s: f64,
    /// When it last came back (s); −∞ if it has been healthy from the start.
    since_s: f64,
}

impl HealthRecord {
    /// A balancer with health checks knows from the start which servers are down; one that only
    /// counts failures has to send them tasks.
    fn new(scenario: &Scenario, server: usize) -> Self {
        Self {
            passed: scenario.balancer.health.check_interval_s.is_none()
                || scenario.servers[server].state != ServerState::Down,
            contrary: 0,
            fails: 0,
            ejected_until_s: f64::NEG_INFINITY,
            since_s: f64::NEG_INFINITY,
        }
    }

    pub(super) fn is_ejected(&self) -> bool {
        self.ejected_until_s > f64::NEG_INFINITY
    }

    fn is_healthy(&self) -> bool {
        self.passed && !self.is_ejected()
    }
}

pub(super) fn records(scenario: &Scenario) -> Vec<HealthRecord> {
    (0..scenario.servers.len())
        .map(|server| HealthRecord::new(scenario, server))
        .collect()
}

impl Engine {
    /// Decides which servers are eligible.
    pub(super) fn update_eligible(&mut self) {
        let health = &self.scenario.balancer.health;
        let n = self.servers.len();
        let hears_of_down = health.hears_of_down();
        let configs = &self.scenario.servers;
        let open = Mask::of(n, |s| {
            let takes = self.servers[s].state.takes_tasks(hears_of_down);
            takes && self.is_on(s) && configs[s].weight > 0
        });
        let healthy = Mask::of(n, |s| open.has(s) && self.records[s].is_healthy());
        let panic = match extras::get() {
            Some(extras) if health.passive.rule == PassiveRule::Envoy => {
                (extras.panics)(healthy.len(), open.len(), health.panic_share)
            }
            _ => (healthy.len() as f64) < health.panic_share * open.len() as f64,
        };
        let used = if panic { open } else { healthy };
        self.known.healthy = self.before_backups(used);
        let came_back = Mask::of(n, |s| healthy.has(s) && !self.healthy_before.has(s));
        for s in came_back.iter() {
            self.records[s].since_s = self.now_s;
        }
        self.healthy_before = healthy;
        if !came_back.is_empty() && health.slow_start_s.is_some() {
            self.update_effective_weights();
        }
    }

    /// Whether no autoscaler keeps this server from new tasks.
    pub(super) fn is_on(&self, server: usize) -> bool {
        let scaler = self.scaler.as_ref();
        scaler.is_none_or(|scaler| scaler.ready.has(server))
    }

    /// Of these servers those that are no backups, or all if there are only backups.
    fn before_backups(&self, servers: Mask) -> Mask {
        let configs = &self.scenario.servers;
        let first = Mask::of(configs.len(), |s| servers.has(s) && !configs[s].backup);
        if first.is_empty() { servers } else { first }
    }

    /// Computes the effective weights at this moment.
    pub(super) fn update_effective_weights(&mut self) {
        let window_s = self.scenario.balancer.health.slow_start_s;
        self.warming = false;
        self.known.weight_step = if window_s.is_some() {
            1.0 / HUNDREDTHS
        } else {
            1.0
        };
        for (s, config) in self.scenario.servers.iter().enumerate() {
            self.known.weights[s] = match window_s {
                None => config.weight,
                Some(window_s) => {
                    let age_s = self.now_s - self.records[s].since_s;
                    let warmth = (age_s / window_s).clamp(LEAST_WARMTH, 1.0);
                    self.warming |= warmth < 1.0;
                    (f64::from(config.weight) * HUNDREDTHS * warmth) as u32
                }
            };
        }
    }

    /// Restarts health checks and records, for a scenario that has just come into force.
    pub(super) fn reset_health(&mut self) {
        let before = std::mem::replace(&mut self.records, records(&self.scenario));
        for (record, before) in self.records.iter_mut().zip(before) {
            record.since_s = before.since_s;
        }
        self.outliers = extras::get().and_then(|extras| (extras.outliers)(&self.scenario));
        self.arm_check();
        self.schedule.disarm(Timer::Return);
        self.arm_sweep();
    }

    fn arm_check(&mut self) {
        let interval_s = self.scenario.balancer.health.check_interval_s;
        let due_s = interval_s.map_or(f64::INFINITY, |interval_s| self.now_s + interval_s);
        self.schedule.set(Timer::Check, due_s);
    }

    /// All servers are checked.
    pub(super) fn check_due<P: Probe>(&mut self, probe: &mut P) {
        let health = &self.scenario.balancer.health;
        for (record, server) in self.records.iter_mut().zip(&self.servers) {
            let passes = server.state.passes_checks();
            if passes == record.passed {
                record.contrary = 0;
                continue;
            }
            record.contrary += 1;
            if record.contrary >= if passes { health.rise } else { health.fall } {
                record.passed = passes;
                record.contrary = 0;
            }
        }
        self.arm_check();
        self.readmit(probe);
    }

    /// An error or a refused connection at `server`.
    pub(super) fn count_failure(&mut self, server: usize) {
        let health = &self.scenario.balancer.health;
        let Some(most) = health.max_fails else { return };
        let record = &mut self.records[server];
        record.fails += 1;
        if record.fails >= most && !record.is_ejected() {
            record.ejected_until_s = self.now_s + health.ejection_s;
            self.arm_return();
            self.update_eligible();
        }
    }

    /// A task was served at `server`.
    pub(super) fn count_success(&mut self, server: usize) {
        self.records[server].fails = 0;
    }

    /// An ejection is over.
    pub(super) fn return_due<P: Probe>(&mut self, probe: &mut P) {
        // nginx lets one task try first.
        let keeps_fails = self.outliers.is_some();
        for record in &mut self.records {
            if record.is_ejected() && record.ejected_until_s <= self.now_s {
                record.ejected_until_s = f64::NEG_INFINITY;
                if !keeps_fails {
                    record.fails = 0;
                }
            }
        }
        self.arm_return();
        self.readmit(probe);
    }

    pub(super) fn arm_return(&mut self) {
        let ejected = self.records.iter().filter(|r| r.is_ejected());
        let next_s = ejected
            .map(|r| r.ejected_until_s)
            .fold(f64::INFINITY, f64::min);
        self.schedule.set(Timer::Return, next_s);
    }

    /// Decides again which servers are eligible; those that have come back may also pull.
    pub(super) fn readmit<P: Probe>(&mut self, probe: &mut P) {
        let before = self.known.healthy;
        self.update_eligible();
        let healthy = self.known.healthy;
        for server in healthy.iter().filter(|&s| !before.has(s)) {
            self.begin_waiting(server, probe);
        }
        self.divide_anew(before, probe);
    }

    /// Where instances divide the servers, any of which may now be another's, all may pull.
    pub(super) fn divide_anew<P: Probe>(&mut self, before: Mask, probe: &mut P) {
        let healthy = self.known.healthy;
        if !self.scenario.balancer.subsets || healthy == before {
            return;
        }
        for server in healthy.iter() {
            self.begin_waiting(server, probe);
        }
    }

    /// Arms the timer of the next sweep, if Envoy's rule is in force.
    pub(super) fn arm_sweep(&mut self) {
        let passive = &self.scenario.balancer.health.passive;
        let sweeps = passive.rule == PassiveRule::Envoy && self.outliers.is_some();
        let due_s = match sweeps {
            true => self.now_s + passive.sweep_s,
            false => f64::INFINITY,
        };
        self.schedule.set(Timer::Sweep, due_s);
    }

    /// Envoy looks at all servers.
    pub(super) fn sweep_due<P: Probe>(&mut self, probe: &mut P) {
        self.arm_sweep();
        if let Some(extras) = extras::get() {
            (extras.swept)(self);
        }
        self.readmit(probe);
    }

    /// A task failed at its server, by a program's rule. Out of line, since it is rare.
    #[cold]
    #[inline(never)]
    pub(super) fn note_failure(&mut self, index: TaskIndex, failure: Failure) {
        if let Some(extras) = extras::get() {
            (extras.failed)(self, index, failure);
        }
    }

    /// A task was served, by a program's rule.
    #[cold]
    #[inline(never)]
    pub(super) fn note_success(&mut self, index: TaskIndex) {
        if let Some(extras) = extras::get() {
            (extras.succeeded)(self, index);
        }
    }

    /// A server was picked, by a program's rule.
    #[cold]
    #[inline(never)]
    pub(super) fn note_pick(&mut self, server: usize) {
        if let Some(extras) = extras::get() {
            (extras.picked)(self, server);
        }
    }

    /// Whether `server` has been found unhealthy, by checks or by its failures. In a panic it is
    /// still used.
    pub fn found_unhealthy(&self, server: usize) -> bool {
        !self.records[server].is_healthy()
    }

    /// The part of its weight that `server` has under slow start; 1 when warm.
    pub fn warmth(&self, server: usize) -> f64 {
        let window_s = self.scenario.balancer.health.slow_start_s.unwrap_or(0.0);
        let age_s = self.now_s - self.records[server].since_s;
        if age_s >= window_s {
            1.0
        } else {
            (age_s / window_s).max(LEAST_WARMTH)
        }
    }
}
