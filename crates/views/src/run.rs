//! A run and what the formulas say of it: what charts and the page are given.

use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{Scenario, Script};
use equipoise_engine::sim::Timeline;
use equipoise_theory::key_moves::Moves;
use equipoise_theory::{Prediction, predict};
use std::cell::OnceCell;

/// A timeline with the predictions for the scenario in force.
pub struct Run {
    /// The run.
    pub timeline: Timeline,
    /// What the formulas say of the scenario that was in force at the latest [`Run::predict`].
    pub predictions: Vec<Prediction>,
    predicted_for: Scenario,
    /// What moves when a server leaves, for each strategy that hashes the same key. Building the
    /// tables takes milliseconds, so this is filled in when its chart is first drawn.
    pub(crate) key_moves: OnceCell<Vec<(StrategyId, Moves)>>,
}

impl Run {
    /// The run of a script from its beginning, with its predictions.
    pub fn new(script: Script) -> Self {
        Self::of(Timeline::new(script))
    }

    /// A timeline at its position, with its predictions.
    pub fn of(timeline: Timeline) -> Self {
        let scenario = timeline.engine().scenario().clone();
        Self {
            timeline,
            predictions: predict(&scenario),
            predicted_for: scenario,
            key_moves: OnceCell::new(),
        }
    }

    /// The scenario in force at the position.
    pub fn scenario(&self) -> &Scenario {
        self.timeline.engine().scenario()
    }

    /// Brings the predictions up to date. The scenario in force differs after an edit, after a
    /// planned fault, and after a seek across either; if it does not, this costs one comparison.
    pub fn predict(&mut self) {
        if self.predicted_for != *self.scenario() {
            self.predicted_for = self.scenario().clone();
            self.predictions = predict(&self.predicted_for);
            self.key_moves = OnceCell::new();
        }
    }

    /// The prediction with this id.
    pub fn prediction(&self, id: &str) -> Option<&Prediction> {
        self.predictions.iter().find(|p| p.id == id)
    }
}
