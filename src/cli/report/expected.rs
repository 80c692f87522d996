//! What formulas predict of a run, beside what it came to.

use super::Report;
use crate::cli::table::{columns, four};
use crate::scenario::Scenario;
use crate::theory::{self, Exactness, PredictionId, Quantity};
use serde::ser::{Serialize, Serializer};
use serde_json::json;

/// Reads a number off a run.
type Reading = fn(&Report) -> f64;

/// What a whole run of one scenario shows of a prediction.
const SEEN: &[(PredictionId, Reading)] = &[
    (PredictionId::Utilisation, |r| r.utilisation),
    (PredictionId::Response, |r| r.response_mean_s),
    (PredictionId::ResponseP95, |r| r.response_p95_s),
    (PredictionId::ResponseP99, |r| r.response_p99_s),
    (PredictionId::Wait, |r| r.wait_mean_s),
    (PredictionId::WaitChance, |r| r.wait_share),
    (PredictionId::WaitP95, |r| r.wait.p95_s),
    (PredictionId::Present, |r| r.little_l_tasks),
    (PredictionId::Waiting, |r| r.waiting_mean_tasks),
    (PredictionId::Empty, |r| r.empty_share),
    (PredictionId::Loss, |r| r.rejected_share),
    (PredictionId::Abandonment, |r| r.rejected_share),
    (PredictionId::AbandonmentWaiting, |r| r.waiting_mean_tasks),
    (PredictionId::LoopRate, |r| r.finished_per_s),
    (PredictionId::LoopResponse, |r| r.response_mean_s),
    (PredictionId::LoopRateMost, |r| r.finished_per_s),
    (PredictionId::LoopResponseLeast, |r| r.response_mean_s),
    (PredictionId::Step, |r| r.round_mean_s),
    (PredictionId::Makespan, |r| r.round_mean_s),
];

/// The predictions that apply and that a run shows.
#[derive(Default)]
pub(super) struct Expected(Vec<theory::Prediction>);

impl Expected {
    /// For a scenario that is not changed in its run, and whose tasks are drawn.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let all = theory::predict(scenario).into_iter();
        let seen = all.filter(|p| p.value.is_ok() && SEEN.iter().any(|(id, _)| *id == p.id));
        // Where none can be lost, that says nothing.
        let lossless = Ok(Quantity::Number(0.0));
        let seen = seen.filter(|p| p.id != PredictionId::Loss || p.value != lossless);
        Self(seen.collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each beside what was observed.
    pub(super) fn table(&self, report: &Report) -> String {
        let head = ["prediction", "observed", "predicted", "formula"].map(str::to_string);
        let mut cells = Vec::new();
        for p in &self.0 {
            let of = SEEN.iter().find(|(id, _)| *id == p.id);
            let observed = of.map_or(f64::NAN, |(_, of)| of(report));
            let sign = match p.kind {
                Exactness::Approximation | Exactness::Within(_) => "≈ ",
                Exactness::Limit => "→ ",
                Exactness::LowerBound => "≥ ",
                Exactness::UpperBound => "≤ ",
                Exactness::Exact | Exactness::Bounds | Exactness::AsPrinted => "",
            };
            let predicted = match &p.value {
                Ok(Quantity::Number(x)) => format!("{sign}{}", four(*x)),
                Ok(Quantity::Bounds { low, high }) => format!("{} to {}", four(*low), four(*high)),
                Ok(Quantity::PerServer(_)) | Err(_) => continue,
            };
            let formula = p.formula.plain();
            cells.push([p.id.to_string(), four(observed), predicted, formula]);
        }
        columns(head, cells)
    }
}

impl Serialize for Expected {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let values = self.0.iter().filter_map(|p| match p.value.as_ref().ok()? {
            Quantity::Number(x) => Some((p.id.as_str(), json!(x))),
            Quantity::Bounds { low, high } => Some((p.id.as_str(), json!([low, high]))),
            Quantity::PerServer(_) => None,
        });
        to.collect_map(values)
    }
}
