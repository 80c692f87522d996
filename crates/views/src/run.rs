//! A run and what the formulas say of it: what charts and the page are given.

use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{Scenario, Script};
use equipoise_engine::sim::Timeline;
use equipoise_theory::key_moves::Moves;
use equipoise_theory::{Prediction, PredictionId, predict};
use std::cell::OnceCell;
use std::rc::Rc;

/// What the formulas say of a scenario: `equipoise_theory::predict`, which a page loads later.
pub type Predict = fn(&Scenario) -> Vec<Prediction>;

/// A number of a measured run over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// From the replica's queue to the first token (s), when that was there.
    FirstToken,
    /// Per output token after the first (s), when the reply was complete.
    PerToken,
    /// From the replica's queue to the last token (s), when that was there.
    EndToEnd,
    /// Requests that had been scheduled and were not complete, each time that this changed.
    Running,
}

/// When the requests of a trace were served, as measured. A page keeps it outside of its program's
/// memory.
pub trait Measured {
    /// The values from one time to another (s), in order of time, and of those before it the last.
    fn between(&self, quantity: Quantity, from_s: f64, to_s: f64) -> Vec<(f64, f64)>;
}

/// A timeline with the predictions for the scenario in force.
pub struct Run {
    /// The run.
    pub timeline: Timeline,
    /// What the formulas say of the scenario that was in force at the latest [`Run::predict`].
    pub predictions: Vec<Prediction>,
    predicted_for: Option<Scenario>,
    /// What was measured where the same requests were served, if that is known.
    pub measured: Option<Rc<dyn Measured>>,
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
        let mut run = Self::without_predictions(timeline);
        run.predict();
        run
    }

    /// A timeline at its position, before there is anything to predict with.
    pub fn without_predictions(timeline: Timeline) -> Self {
        Self {
            timeline,
            predictions: Vec::new(),
            predicted_for: None,
            measured: None,
            key_moves: OnceCell::new(),
        }
    }

    /// The scenario in force at the position.
    pub fn scenario(&self) -> &Scenario {
        self.timeline.engine().scenario()
    }

    /// Brings the predictions up to date: see [`Run::predict_by`].
    pub fn predict(&mut self) {
        self.predict_by(predict);
    }

    /// Brings the predictions up to date. The scenario in force differs after an edit, after a
    /// planned fault, and after a seek across either; if it does not, this costs one comparison. Of
    /// recorded requests, no formula says anything.
    pub fn predict_by(&mut self, predict: Predict) {
        if self.timeline.playback().is_none()
            && self.predicted_for.as_ref() != Some(self.scenario())
        {
            self.predictions = predict(self.scenario());
            self.predicted_for = Some(self.scenario().clone());
            self.key_moves = OnceCell::new();
        }
    }

    /// The prediction with this id.
    pub fn prediction(&self, id: PredictionId) -> Option<&Prediction> {
        self.predictions.iter().find(|p| p.id == id)
    }
}
