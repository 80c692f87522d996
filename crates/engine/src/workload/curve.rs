//! Rates that rise and fall in the course of a day.

use crate::rng::{Purpose, Rng};
use serde::{Deserialize, Serialize};

/// A daily curve of the rate at which tasks arrive, where that is by chance:
/// λ(t) = λ·(1 + swing·cos(2π·(t − peak)/day)). Its mean over whole days is λ. Steps,
/// ramps and bursts at a time are planned changes of `arrivals.rate_per_s`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateCurve {
    /// How far the rate swings: at 0 it is the same all day, at 1 it goes from nothing to 2 λ.
    pub swing: f64,
    /// How long a day is (s).
    pub day_s: f64,
    /// When the first peak is (s).
    pub peak_s: f64,
}

impl Default for RateCurve {
    fn default() -> Self {
        Self {
            swing: 0.0,
            day_s: 86_400.0,
            peak_s: 0.0,
        }
    }
}

impl RateCurve {
    /// The rate at `time_s` (s) over that of the peak.
    pub fn part_of_peak(&self, time_s: f64) -> f64 {
        let turns = (time_s - self.peak_s) / self.day_s;
        (1.0 + self.swing * libm::cos(core::f64::consts::TAU * turns)) / (1.0 + self.swing)
    }
}

/// Arrivals at the rate of the peak, thinned out to the curve (Lewis and Shedler 1979). Which are
/// left out is drawn from a stream of its own, so that arrivals at the peak's rate stay the same.
#[derive(Clone, Debug)]
pub(super) struct Thinning {
    curve: RateCurve,
    part_of_peak: fn(&RateCurve, f64) -> f64,
    chance: Rng,
}

impl Thinning {
    /// By this curve; its function is handed in, since the page loads it later.
    pub(super) fn new(curve: &RateCurve, part: fn(&RateCurve, f64) -> f64, seed: u64) -> Self {
        Self {
            curve: curve.clone(),
            part_of_peak: part,
            chance: Rng::new(seed, Purpose::Curve),
        }
    }

    /// The rate of the peak over the mean one.
    pub(super) fn peak(&self) -> f64 {
        1.0 + self.curve.swing
    }

    /// Whether an arrival at this time is kept.
    pub(super) fn keeps(&mut self, time_s: f64) -> bool {
        self.chance.unit() < (self.part_of_peak)(&self.curve, time_s)
    }
}
