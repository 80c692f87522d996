//! How long clients wait, and whether they send a task again.

use serde::{Deserialize, Serialize};

/// How long clients wait, and whether they retry. No server or balancer hears of a client that
/// gives up: its task is served in vain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetryPolicy {
    /// Client time-out (s); none: it waits for ever.
    pub timeout_s: Option<f64>,
    /// How often a task that was given up or turned away is sent again.
    pub retries: u32,
    /// The pause before it is sent again (s), always the same.
    pub backoff_s: f64,
    /// Retry budget, as a share of fresh tasks: each of these adds this much to a bucket that holds
    /// [`RESERVE`](Self::RESERVE), and a retry takes 1 (Finagle's retry budget, with 20 %; gRPC's
    /// throttle has such a bucket). None: no budget.
    pub budget: Option<f64>,
}

impl RetryPolicy {
    /// Retries that a full bucket holds; a run begins with a full one.
    pub const RESERVE: f64 = 10.0;
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            timeout_s: None,
            retries: 0,
            backoff_s: 0.0,
            budget: None,
        }
    }
}
