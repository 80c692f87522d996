//! Passive health by the rules of nginx, HAProxy and Envoy: see
//! [`PassiveRule`].

use super::Engine;
use crate::balance::StrategyId;
use crate::scenario::{Health, OnError, PassiveRule, Scenario};
use crate::workload::TaskIndex;

/// What went wrong with a task, as a balancer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server answered with an error.
    Error,
    /// The server refused it, or was lost with it.
    Refused,
    /// No answer came in time.
    Timeout,
}

/// What a program's rule knows of one server, beyond its record.
#[derive(Clone, Debug)]
struct Outlier {
    /// nginx's `accessed`: the last failure (s).
    failed_s: f64,
    /// nginx's `checked`: the last failure or trial (s).
    checked_s: f64,
    /// Refused connections and time-outs in a row.
    gateway_fails: u32,
    /// Answers and time-outs since the last sweep, and how many of them were no failure.
    answers: u32,
    successes: u32,
    /// Envoy's `ejectTimeBackoff`: what the base of an ejection's time is multiplied by.
    backoff: u32,
    /// When its last ejection ended (s); ∞ before the first.
    returned_s: f64,
}

/// The servers as a program's rule knows them. There is none of it unless a program's rule is
/// chosen.
#[derive(Clone, Debug)]
pub(super) struct Outliers(Vec<Outlier>);

impl Outliers {
    /// Before the first task; None if failures count by no program's rule.
    pub(super) fn new(scenario: &Scenario) -> Option<Box<Self>> {
        let health = &scenario.balancer.health;
        let by_program = health.passive.rule != PassiveRule::InARow;
        let fresh = Outlier {
            failed_s: f64::NEG_INFINITY,
            checked_s: f64::NEG_INFINITY,
            gateway_fails: 0,
            answers: 0,
            successes: 0,
            backoff: 0,
            returned_s: f64::INFINITY,
        };
        let servers = vec![fresh; scenario.servers.len()];
        (by_program && health.counts_failures()).then(|| Box::new(Self(servers)))
    }
}

/// Whether nginx gives a server of this weight another effective weight when it fails: under smooth
/// weighted turns, and without slow start, which nginx has not.
fn loses_weight(scenario: &Scenario) -> bool {
    let b = &scenario.balancer;
    b.health.passive.rule == PassiveRule::Nginx
        && b.strategy.id == StrategyId::SmoothWrr
        && b.health.slow_start_s.is_none()
}

/// Envoy's threshold: the mean of these rates less `factor` standard deviations.
fn threshold(rates: &[f64], factor: f64) -> f64 {
    let n = rates.len() as f64;
    let mean = rates.iter().sum::<f64>() / n;
    let variance = rates.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / n;
    mean - factor * variance.sqrt()
}

/// Whether Envoy uses all of `open` servers when `healthy` of them are: the share of the healthy
/// ones, times its overprovisioning factor of 1.4, must be below the whole, and itself below the
/// threshold, all in whole per cent.
pub(super) fn envoy_panics(healthy: usize, open: usize, threshold: f64) -> bool {
    open > 0
        && 140 * healthy / open < 100
        && ((100 * healthy / open) as f64) < (100.0 * threshold).floor()
}

impl Engine {
    /// A task failed, as the program in whose stead the balancer counts sees it.
    pub(super) fn failed(&mut self, index: TaskIndex, failure: Failure) {
        let task = &self.tasks[index];
        if task.decided_s.is_nan() || task.given_up() {
            return;
        }
        let server = usize::from(task.server);
        match self.scenario.balancer.health.passive.rule {
            PassiveRule::InARow => {}
            PassiveRule::Nginx => self.nginx_failure(server),
            // What it sends again itself it does not count, unless the connection was refused.
            PassiveRule::Haproxy
                if failure != Failure::Refused
                    && task.attempt() < self.scenario.retry_policy.retries => {}
            PassiveRule::Haproxy => self.haproxy_failure(server),
            PassiveRule::Envoy => self.envoy_failure(server, failure),
        }
    }

    /// A task was served while its client waited.
    pub(super) fn succeeded(&mut self, index: TaskIndex) {
        let task = &self.tasks[index];
        let server = usize::from(task.server);
        let Some(outliers) = self.outliers.as_mut().filter(|_| !task.given_up()) else {
            return;
        };
        let outlier = &mut outliers.0[server];
        outlier.gateway_fails = 0;
        outlier.answers += 1;
        outlier.successes += 1;
        let tried = outlier.failed_s < outlier.checked_s;
        if self.scenario.balancer.health.passive.rule != PassiveRule::Nginx {
            self.records[server].fails = 0;
        } else if tried {
            self.records[server].fails = 0;
            if self.records[server].is_ejected() {
                self.records[server].ejected_until_s = f64::NEG_INFINITY;
                self.arm_return();
                self.update_eligible();
            }
        }
    }

    /// A balancer has picked this server.
    pub(super) fn picked(&mut self, server: usize) {
        let health = &self.scenario.balancer.health;
        let (PassiveRule::Nginx, Some(outliers)) = (health.passive.rule, &mut self.outliers) else {
            return;
        };
        if loses_weight(&self.scenario) {
            let servers = self.scenario.servers.iter().enumerate();
            for (s, config) in servers.filter(|(s, _)| self.known.healthy.has(*s)) {
                let weight = &mut self.known.weights[s];
                *weight = (*weight + 1).min(config.weight);
            }
        }
        let outlier = &mut outliers.0[server];
        if self.now_s >= outlier.checked_s + health.ejection_s {
            outlier.checked_s = self.now_s;
            let fails = self.records[server].fails;
            if health.max_fails.is_some_and(|most| fails >= most) {
                self.eject(server, health.ejection_s);
            }
        }
    }

    /// Takes a server out for this long (s).
    fn eject(&mut self, server: usize, lasts_s: f64) {
        // A balancer without others does not do without this one.
        if self.is_alone() {
            return;
        }
        self.records[server].ejected_until_s = self.now_s + lasts_s;
        self.arm_return();
        self.update_eligible();
    }

    /// Whether nginx has but one server, which it never takes out.
    fn is_alone(&self) -> bool {
        let nginx = self.scenario.balancer.health.passive.rule == PassiveRule::Nginx;
        nginx && self.servers.len() == 1
    }

    fn nginx_failure(&mut self, server: usize) {
        let health = &self.scenario.balancer.health;
        let (Some(most), Some(outliers)) = (health.max_fails, &mut self.outliers) else {
            return;
        };
        outliers.0[server].failed_s = self.now_s;
        outliers.0[server].checked_s = self.now_s;
        self.records[server].fails += 1;
        let lasts_s = health.ejection_s;
        if self.is_alone() {
            self.records[server].fails = 0;
        }
        if loses_weight(&self.scenario) {
            let lost = self.scenario.servers[server].weight / most;
            let weight = &mut self.known.weights[server];
            *weight = weight.saturating_sub(lost);
        }
        if self.records[server].fails >= most {
            self.eject(server, lasts_s);
        }
    }

    fn haproxy_failure(&mut self, server: usize) {
        let health = &self.scenario.balancer.health;
        let Some(limit) = health.max_fails else {
            return;
        };
        let on_error = health.passive.on_error;
        let fall = health.fall;
        let record = &mut self.records[server];
        record.fails += 1;
        if record.fails < limit || !record.passed {
            return;
        }
        record.fails = 0;
        match on_error {
            OnError::FailCheck => record.contrary += 1,
            OnError::SuddenDeath => record.contrary = record.contrary.max(fall.max(2) - 2) + 1,
            OnError::MarkDown => record.contrary = fall,
        }
        if record.contrary >= fall {
            record.passed = false;
            record.contrary = 0;
            self.update_eligible();
        }
    }

    fn envoy_failure(&mut self, server: usize, failure: Failure) {
        let Health {
            max_fails, passive, ..
        } = &self.scenario.balancer.health;
        let most = [*max_fails, passive.gateway_fails];
        let Some(outliers) = &mut self.outliers else {
            return;
        };
        let outlier = &mut outliers.0[server];
        outlier.answers += 1;
        let record = &mut self.records[server];
        record.fails += 1;
        outlier.gateway_fails = match failure {
            Failure::Error => 0,
            Failure::Refused | Failure::Timeout => outlier.gateway_fails + 1,
        };
        let in_a_row = [record.fails, outlier.gateway_fails];
        let reached = [0, 1].map(|i| most[i].is_some_and(|most| in_a_row[i] >= most));
        // Each counter begins again once it has been reached, ejected or not.
        record.fails = if reached[0] { 0 } else { in_a_row[0] };
        outlier.gateway_fails = if reached[1] { 0 } else { in_a_row[1] };
        if reached.contains(&true) {
            self.eject_by_envoy(server);
        }
    }

    /// Ejects a server, unless too many are ejected.
    fn eject_by_envoy(&mut self, server: usize) {
        let health = &self.scenario.balancer.health;
        let passive = &health.passive;
        let ejected = self.records.iter().filter(|r| r.is_ejected()).count();
        let share = 100.0 * (ejected + 1) as f64 / self.servers.len() as f64;
        let allowed = share <= (100.0 * passive.most_share).round();
        if !allowed || self.records[server].is_ejected() {
            return;
        }
        let base_s = health.ejection_s;
        let longest_s = passive.longest_s.max(base_s);
        let Some(outliers) = &mut self.outliers else {
            return;
        };
        let backoff = &mut outliers.0[server].backoff;
        if f64::from(*backoff) * base_s < longest_s + base_s {
            *backoff += 1;
        }
        let lasts_s = (base_s * f64::from(*backoff)).min(longest_s);
        self.records[server].ejected_until_s = self.now_s + lasts_s;
        self.update_eligible();
    }

    /// Envoy looks at all servers: ejections that are over end, and success rates are compared.
    pub(super) fn swept(&mut self) {
        let Some(mut outliers) = self.outliers.take() else {
            return;
        };
        for (record, outlier) in self.records.iter_mut().zip(&mut outliers.0) {
            if record.is_ejected() && record.ejected_until_s <= self.now_s {
                record.ejected_until_s = f64::NEG_INFINITY;
                record.fails = 0;
                outlier.gateway_fails = 0;
                outlier.returned_s = self.now_s;
            }
        }
        let failing = self.below_the_others(&outliers);
        for outlier in &mut outliers.0 {
            outlier.answers = 0;
            outlier.successes = 0;
        }
        self.outliers = Some(outliers);
        for server in failing {
            self.eject_by_envoy(server);
        }
        let sweep_s = self.scenario.balancer.health.passive.sweep_s;
        let outliers = self
            .outliers
            .iter_mut()
            .flat_map(|outliers| &mut outliers.0);
        for (record, outlier) in self.records.iter().zip(outliers) {
            if !record.is_ejected() && self.now_s - outlier.returned_s >= sweep_s {
                outlier.backoff = outlier.backoff.saturating_sub(1);
            }
        }
    }

    /// The servers whose success rate since the last sweep is too far below the others'.
    fn below_the_others(&self, outliers: &Outliers) -> Vec<usize> {
        let passive = &self.scenario.balancer.health.passive;
        let Some(factor) = passive.success_factor else {
            return Vec::new();
        };
        let servers = self.records.iter().zip(&outliers.0).enumerate();
        let (compared, rates): (Vec<usize>, Vec<f64>) = servers
            .filter(|(_, (record, outlier))| {
                let enough = outlier.answers >= passive.success_volume.max(1);
                enough && !record.is_ejected()
            })
            .map(|(s, (_, o))| (s, 100.0 * f64::from(o.successes) / f64::from(o.answers)))
            .unzip();
        if compared.is_empty() || compared.len() < passive.success_servers as usize {
            return Vec::new();
        }
        let least = threshold(&rates, factor);
        let below = compared.into_iter().zip(rates);
        below
            .filter(|(_, rate)| *rate < least)
            .map(|(s, _)| s)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example in `outlier_detection_impl.cc`: {50, 100, 100, 100, 100} has the mean 90 and the
    /// standard deviation 20; less 1.9 of those is 52.
    #[test]
    fn the_threshold_is_that_of_envoys_example() {
        let rates = [50.0, 100.0, 100.0, 100.0, 100.0];
        assert!((threshold(&rates, 1.9) - 52.0).abs() < 1e-9);
    }

    /// What Envoy 1.40.0 did: healthy servers, all servers, threshold, and whether it used all.
    #[test]
    fn envoy_panics_as_it_was_seen_to() {
        let seen = [
            (6, 10, 0.5, false),
            (5, 10, 0.5, false),
            (4, 10, 0.5, true),
            (8, 10, 0.9, false),
            (7, 10, 0.9, true),
            (8, 10, 1.0, false),
            (2, 3, 0.7, true),
            (1, 3, 0.34, true),
            (1, 3, 0.33, false),
            (1, 10, 0.105, false),
        ];
        for (healthy, open, threshold, panics) in seen {
            assert_eq!(
                envoy_panics(healthy, open, threshold),
                panics,
                "{healthy} of {open} at {threshold}"
            );
        }
    }
}
