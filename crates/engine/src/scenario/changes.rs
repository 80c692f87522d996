//! Numbers that change by plan while a run lasts.

use serde::{Deserialize, Serialize};

/// A planned change of a number. With `over_s` it is a ramp, with `every_s` it comes back: a daily
/// curve is a few ramps that come back every 86,400 s, and a burst two changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedChange {
    /// When it begins (s). Changes at one time happen in the order of their list.
    pub at_s: f64,
    /// The field, by its path: `arrivals.rate_per_s`, `servers.2.weight`, `servers.*.speed`.
    pub field: String,
    /// What it becomes.
    pub to: f64,
    /// How long it takes (s): from the number at the beginning to the new one in fifty even steps;
    /// 0: at once.
    #[serde(default)]
    pub over_s: f64,
    /// It happens again after this time, and so on (s); none: once.
    #[serde(default)]
    pub every_s: Option<f64>,
}
