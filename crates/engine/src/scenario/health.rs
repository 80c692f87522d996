//! How balancers learn which servers are healthy.

use serde::{Deserialize, Serialize};

/// How balancers learn that a server is ill, and what follows. They all know the same.
///
/// With neither checks nor ejection they are told at once when a server goes down, and never that
/// one fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Health {
    /// Each server is asked every so many seconds; none: never. A server passes unless it is down
    /// or failing.
    pub check_interval_s: Option<f64>,
    /// Checks in a row that a server must pass to be used again (HAProxy's `rise`).
    pub rise: u32,
    /// Checks in a row that it must fail to be used no more (HAProxy's `fall`).
    pub fall: u32,
    /// A server is ejected after so many errors and refused connections in a row; a task served
    /// sets the count back (Envoy's `consecutive_5xx`; HAProxy's `observe` with `error-limit`;
    /// nginx counts within `fail_timeout`). None: tasks tell nothing.
    pub max_fails: Option<u32>,
    /// For how long (s); always the same, where Envoy's grows with each time.
    pub ejection_s: f64,
    /// When less than this share of the servers is well, all are used (Envoy's panic threshold, 50
    /// % there); 0: never.
    pub panic_share: f64,
    /// A server that comes back begins with a tenth of its weight and has all of it after so many
    /// seconds (Envoy's slow start with aggression 1); none: at once. Strategies that lay out a
    /// table beforehand, such as the expanded list, do not see it.
    pub slow_start_s: Option<f64>,
}

impl Health {
    /// Whether balancers are told at once when a server goes down.
    pub fn hears_of_down(&self) -> bool {
        self.check_interval_s.is_none() && self.max_fails.is_none()
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
        }
    }
}
