//! The predictions of a scenario: each formula of the registry, filled in or with its reason.

use crate::answer::{Exactness, Line, Quantity};
use crate::predictions::PredictionId;
use crate::question::Question;
use crate::reason::Reason;
use equipoise_engine::scenario::Scenario;
use equipoise_formulas::Formula;

/// A formula, filled in with a scenario's numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// What is predicted.
    pub id: PredictionId,
    /// The unit: a text key below `unit.`, or empty for a plain number.
    pub unit: &'static str,
    /// The formula in symbols.
    pub formula: Formula,
    /// The formula with the scenario's numbers, for the whole or for the first servers; empty if it
    /// does not apply.
    pub filled: Vec<Line>,
    /// What it gives, or why it does not apply.
    pub value: Result<Quantity, Reason>,
    /// How the value relates to the truth.
    pub kind: Exactness,
    /// Where the formula comes from.
    pub source: &'static str,
}

impl Prediction {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Ok(Quantity::Number(x)) => Some(x),
            _ => None,
        }
    }

    /// Whether there are more servers than lines.
    pub fn has_more(&self) -> bool {
        matches!(&self.value, Ok(Quantity::PerServer(all)) if all.len() > self.filled.len())
    }

    /// The formula with numbers in one line of text: `a: 5 / 7 = 0.714, b: 1 / 7 = 0.143, …`.
    pub fn plain(&self) -> String {
        let mut lines: Vec<String> = self.filled.iter().map(Line::plain).collect();
        if self.has_more() {
            lines.push("…".into());
        }
        lines.join(", ")
    }

    /// One prediction for a valid scenario.
    pub fn of(scenario: &Scenario, id: PredictionId) -> Self {
        Self::new(id, &Question::new(scenario))
    }

    fn new(id: PredictionId, question: &Question) -> Self {
        let row = id.row();
        let answer = id
            .common(question.scenario)
            .and_then(|()| (row.answer)(question));
        let (formula, filled, value, kind) = match answer {
            Ok(answer) => (answer.formula, answer.filled, Ok(answer.value), answer.kind),
            Err(reason) => (row.formula, Vec::new(), Err(reason), Exactness::Exact),
        };
        Self {
            id,
            unit: row.unit,
            formula,
            filled,
            value,
            kind,
            source: row.source,
        }
    }
}

/// All predictions for a valid scenario: one for each of [`PredictionId::ALL`], in that order.
///
/// ```
/// use equipoise_engine::scenario::presets;
/// use equipoise_theory::{PredictionId, Reason, predict};
///
/// // One server, λ = 0.8 and μ = 1: the mean response time of M/M/1 is 1 / (μ − λ).
/// let mut scenario = presets::find("little").expect("a preset");
/// let response = |s: &_| predict(s).into_iter().find(|p| p.id == PredictionId::Response).unwrap();
/// let seconds = response(&scenario).number().expect("a number");
/// assert!((seconds - 5.0).abs() < 1e-9);
///
/// // More than it can serve: there is a reason, and no number.
/// scenario.arrivals.rate_per_s = 1.2;
/// assert!(matches!(response(&scenario).value, Err(Reason::Overloaded { server: 0, .. })));
/// ```
pub fn predict(scenario: &Scenario) -> Vec<Prediction> {
    let question = Question::new(scenario);
    PredictionId::ALL
        .iter()
        .map(|&id| Prediction::new(id, &question))
        .collect()
}
