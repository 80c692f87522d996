//! Statistics: what a run says about itself, and how sure that is.
//!
//! Nothing is called reliable for the number of its values alone: each result says why it may not
//! be relied on, if it may not, as a [`TooShort`].

pub mod histogram;
pub mod interval;
pub mod order;
pub mod quantile;
pub mod step_line;
pub mod warm_up;

use serde::{Deserialize, Serialize};

/// Why a run, or several, say too little.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum TooShort {
    /// There are fewer values than the method needs.
    #[error("it needs {need} values and has {have}")]
    Few {
        /// How many there are.
        have: u64,
        /// How many are needed.
        need: u64,
    },
    /// The end of the warm-up lies in the second half, if it was reached at all.
    #[error("the warm-up takes more than half of the run")]
    WarmUp,
    /// It has lasted only a few relaxation times, so that its beginning still shows.
    #[error("it has lasted {have_s:.3} s, and its queues need {need_s:.3} s to settle")]
    Early {
        /// How long it has lasted (s).
        have_s: f64,
        /// How long it must (s).
        need_s: f64,
    },
    /// Neighbouring batches depend on each other.
    #[error("neighbouring batches are correlated: {lag_1:.2}, and at most {limit:.2} is allowed")]
    Correlated {
        /// The lag-1 autocorrelation of the batches' means.
        lag_1: f64,
        /// The largest that is allowed.
        limit: f64,
    },
    /// Most of the runs are too short by themselves.
    #[error("{short} of {of} runs are too short")]
    Runs {
        /// Runs that are too short.
        short: u64,
        /// All runs.
        of: u64,
    },
}
