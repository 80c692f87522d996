//! The two places of a request at its replica, waiting and in service, and what Little's law says
//! of each: the mean number there, and the rate times the mean time there.

use crate::sim::Engine;
use serde::Serialize;

/// What a run has seen of a place. What has no value yet is NaN.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Place {
    /// Time-average of the tasks there.
    pub mean_tasks: f64,
    /// Tasks per second that came to it.
    pub rate_per_s: f64,
    /// Mean time that they spent there (s).
    pub time_s: f64,
}

impl Place {
    /// In service, from the beginning of it to the end.
    pub fn in_service(engine: &Engine) -> Self {
        let now_s = engine.now_s();
        let totals = engine.totals();
        let finished = totals.finished as f64;
        let busy_s = engine
            .servers()
            .iter()
            .map(|server| server.busy_slot_s(now_s));
        Self {
            mean_tasks: busy_s.sum::<f64>() / now_s,
            rate_per_s: finished / now_s,
            time_s: totals.response_sum_s / finished - wait_s(engine),
        }
    }

    /// Before the beginning of service. Of a request that lost its place and waited once more, the
    /// later wait is in the number and not in the time.
    pub fn waiting(engine: &Engine) -> Self {
        Self {
            mean_tasks: engine.mean_present() - Self::in_service(engine).mean_tasks,
            rate_per_s: engine.totals().started as f64 / engine.now_s(),
            time_s: wait_s(engine),
        }
    }
}

/// Mean wait of the tasks whose service began (s).
fn wait_s(engine: &Engine) -> f64 {
    let totals = engine.totals();
    totals.wait_sum_s / totals.started as f64
}
