//! How balancers learn which servers are healthy.

use super::{Passive, PassiveRule, later};
use serde::{Deserialize, Serialize};

/// Health checks, outlier ejection, panic threshold and slow start. All balancers know the same.
///
/// With neither checks nor ejection they learn at once when a server goes down, and never that one
/// fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Health {
    /// Interval between health checks of each server (s); none: no checks. A server passes unless
    /// it is down or failing.
    pub check_interval_s: Option<f64>,
    /// Checks in a row that a server must pass to be used again (HAProxy's `rise`).
    pub rise: u32,
    /// Checks in a row that it must fail to be taken out (HAProxy's `fall`).
    pub fall: u32,
    /// Errors and refused connections in a row after which a server is ejected; a task served
    /// resets the count (Envoy's `consecutive_5xx`; HAProxy's `observe` with `error-limit`; nginx's
    /// `max_fails`, by a rule of its own: see [`PassiveRule`]). None: no ejection.
    pub max_fails: Option<u32>,
    /// How long an ejection lasts (s); by Envoy's rule it grows with each one.
    pub ejection_s: f64,
    /// When less than this share of the servers is healthy, all are used (Envoy's panic threshold,
    /// 50 % there); 0: never. By Envoy's rule only if less than 1 / 1.4 of them is healthy.
    pub panic_share: f64,
    /// Slow start (s): a server that comes back begins with a tenth of its weight, which grows to
    /// the whole within this time (Envoy's slow start with aggression 1); none: at once. Strategies
    /// that lay out a table beforehand, such as the expanded list, do not see it.
    pub slow_start_s: Option<f64>,
    /// By whose rule failures count.
    #[serde(with = "later")]
    pub passive: Passive,
}

impl Health {
    /// Whether balancers learn at once when a server goes down.
    pub fn hears_of_down(&self) -> bool {
        self.check_interval_s.is_none() && !self.counts_failures()
    }

    /// Whether failures of tasks may take a server out.
    pub fn counts_failures(&self) -> bool {
        let passive = &self.passive;
        let compares = passive.gateway_fails.is_some() || passive.success_factor.is_some();
        self.max_fails.is_some() || passive.rule == PassiveRule::Envoy && compares
    }
}

impl Default for Health {
    fn default() -> Self {
        Self {
            check_interval_s: None,
            rise: 2,
            fall: 3,
            max_fails: None,
            ejection_s: 10.0,
            panic_share: 0.0,
            slow_start_s: None,
            passive: Passive::default(),
        }
    }
}
