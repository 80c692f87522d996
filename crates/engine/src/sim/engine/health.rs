//! What balancers know of the servers: who is well, how warm they are, and how much they have to
//! do.

use super::Engine;
use crate::balance::Mask;
use crate::scenario::{Scenario, ServerState};
use crate::sim::probe::Probe;

/// Weights are in hundredths under slow start, so that a part of a weight is a whole number.
const HUNDREDTHS: f64 = 100.0;
/// The least part of its weight that a server begins with.
const COLDEST: f64 = 0.1;

/// What is known of one server.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// Whether it is well, by checks.
    passed: bool,
    /// Checks in a row that said otherwise.
    contrary: u32,
    /// Failures in a row.
    fails: u32,
    /// Until when it is ejected (s); −∞ if it is not.
    ejected_until_s: f64,
    /// When it came back (s); −∞ if it was there from the start.
    since_s: f64,
}

impl Record {
    /// A balancer that checks knows from the start who is down; one that only counts failures has
    /// to try.
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

    fn ejected(&self) -> bool {
        self.ejected_until_s > f64::NEG_INFINITY
    }
}

pub(super) fn records(scenario: &Scenario) -> Vec<Record> {
    (0..scenario.servers.len())
        .map(|server| Record::new(scenario, server))
        .collect()
}

/// The load that the servers reported last.
#[derive(Clone, Debug)]
pub(super) struct Reports {
    pub(super) active: Vec<u32>,
    pub(super) work: Vec<f64>,
}

impl Engine {
    /// Works out anew who may be picked.
    pub(super) fn judge(&mut self) {
        let health = &self.scenario.balancer.health;
        let n = self.servers.len();
        let state = |s: usize| self.servers[s].state;
        let (told, records) = (health.told(), &self.records);
        let open = Mask::of(n, |s| {
            state(s) != ServerState::Draining && !(told && state(s) == ServerState::Down)
        });
        let well = Mask::of(n, |s| {
            open.has(s) && records[s].passed && !records[s].ejected()
        });
        let panic = (well.len() as f64) < health.panic_share * open.len() as f64;
        self.up = if panic { open } else { well };
        let came_back = Mask::of(n, |s| well.has(s) && !self.well.has(s));
        for s in came_back.iter() {
            self.records[s].since_s = self.now_s;
        }
        self.well = well;
        if !came_back.is_empty() {
            self.weigh();
        }
    }

    /// Works out the weights anew.
    pub(super) fn weigh(&mut self) {
        let window_s = self.scenario.balancer.health.slow_start_s;
        self.warming = false;
        for (s, config) in self.scenario.servers.iter().enumerate() {
            self.weights[s] = match window_s {
                None => config.weight,
                Some(window_s) => {
                    let warmth =
                        ((self.now_s - self.records[s].since_s) / window_s).clamp(COLDEST, 1.0);
                    self.warming |= warmth < 1.0;
                    (f64::from(config.weight) * HUNDREDTHS * warmth) as u32
                }
            };
        }
    }

    /// Sets the timers of health and load anew, for a scenario that has just come into force.
    pub(super) fn watch(&mut self, health_changed: bool, refresh_changed: bool) {
        let b = &self.scenario.balancer;
        let (check_s, refresh_s) = (b.health.check_interval_s, b.load_refresh_s);
        if health_changed {
            let since_s: Vec<f64> = self.records.iter().map(|r| r.since_s).collect();
            self.records = records(&self.scenario);
            self.records
                .iter_mut()
                .zip(since_s)
                .for_each(|(record, since_s)| record.since_s = since_s);
            self.arm_or_disarm(
                super::CHECK,
                check_s.map_or(f64::INFINITY, |s| self.now_s + s),
            );
            self.arm_or_disarm(super::RETURN, f64::INFINITY);
        }
        if refresh_changed {
            self.reports = None;
            if refresh_s.is_some() {
                self.refresh_due();
            } else {
                self.arm_or_disarm(super::REFRESH, f64::INFINITY);
            }
        }
    }

    /// All servers report their load.
    pub(super) fn refresh_due(&mut self) {
        let active = self.servers.iter().map(|s| s.present()).collect();
        let work = self.servers.iter().map(|s| s.backlog(self.now_s)).collect();
        self.reports = Some(Box::new(Reports { active, work }));
        let interval_s = self
            .scenario
            .balancer
            .load_refresh_s
            .unwrap_or(f64::INFINITY);
        self.arm_or_disarm(super::REFRESH, self.now_s + interval_s);
    }

    /// All servers are checked.
    pub(super) fn check_due<P: Probe>(&mut self, probe: &mut P) {
        let health = &self.scenario.balancer.health;
        for (record, server) in self.records.iter_mut().zip(&self.servers) {
            let passes = !matches!(server.state, ServerState::Down | ServerState::Failing);
            record.contrary = if passes == record.passed {
                0
            } else {
                record.contrary + 1
            };
            if record.contrary >= if passes { health.rise } else { health.fall } {
                (record.passed, record.contrary) = (passes, 0);
            }
        }
        let interval_s = health.check_interval_s.unwrap_or(f64::INFINITY);
        self.arm_or_disarm(super::CHECK, self.now_s + interval_s);
        self.admit_again(probe);
    }

    /// An error or a refused connection at `server`.
    pub(super) fn count_failure(&mut self, server: usize) {
        let health = &self.scenario.balancer.health;
        let Some(most) = health.max_fails else { return };
        let record = &mut self.records[server];
        record.fails += 1;
        if record.fails >= most && !record.ejected() {
            record.ejected_until_s = self.now_s + health.ejection_s;
            self.arm_return();
            self.judge();
        }
    }

    /// A task served at `server`.
    pub(super) fn count_success(&mut self, server: usize) {
        self.records[server].fails = 0;
    }

    /// An ejection is over.
    pub(super) fn return_due<P: Probe>(&mut self, probe: &mut P) {
        for record in self
            .records
            .iter_mut()
            .filter(|r| r.ejected() && r.ejected_until_s <= self.now_s)
        {
            (record.ejected_until_s, record.fails) = (f64::NEG_INFINITY, 0);
        }
        self.arm_return();
        self.admit_again(probe);
    }

    fn arm_return(&mut self) {
        let until_s = self
            .records
            .iter()
            .filter(|r| r.ejected())
            .map(|r| r.ejected_until_s);
        let next_s = until_s.fold(f64::INFINITY, f64::min);
        self.arm_or_disarm(super::RETURN, next_s);
    }

    /// Judges anew; servers that may be picked again may also pull.
    fn admit_again<P: Probe>(&mut self, probe: &mut P) {
        let before = self.up;
        self.judge();
        for server in self.up.iter().filter(|&s| !before.has(s)) {
            self.begin_waiting(server, probe);
        }
    }

    /// Whether `server` has been found ill, by checks or by its failures. In a panic it is used
    /// nevertheless.
    pub fn found_ill(&self, server: usize) -> bool {
        !self.records[server].passed || self.records[server].ejected()
    }

    /// The part of its weight that `server` has under slow start; 1 when warm.
    pub fn warmth(&self, server: usize) -> f64 {
        let window_s = self.scenario.balancer.health.slow_start_s.unwrap_or(0.0);
        let age_s = self.now_s - self.records[server].since_s;
        if age_s >= window_s {
            1.0
        } else {
            (age_s / window_s).max(COLDEST)
        }
    }
}
