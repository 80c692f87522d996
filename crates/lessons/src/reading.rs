//! What can be read of a scene: a number of its run, what a formula predicts, a field.
//!
//! Written as `response_mean_s`, `share of a`, `formula response`, `formula shares of a`,
//! `servers[0].speed`; and of a changed scene as `response_mean_s with strategy = random`.

use crate::assign::{self, Assign};
use crate::quantity::{self, Quantity};
use crate::run::{Length, Runs};
use equipoise_engine::names::letter;
use equipoise_engine::number::{percent, significant};
use equipoise_engine::scenario::fields::{At, Value};
use equipoise_engine::scenario::{FieldError, Scenario};
use equipoise_theory::{Prediction, PredictionId, Quantity as Predicted};

/// What is read.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A number of a run.
    Run(&'static Quantity),
    /// What a formula predicts.
    Formula(PredictionId),
    /// A field.
    Field(At),
}

/// See the [module](self).
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What is read.
    pub what: What,
    /// Of which server, from 0.
    pub server: Option<usize>,
    /// What is changed in the scene before it is read.
    pub with: Vec<Assign>,
}

impl Reading {
    /// Reads it from text.
    ///
    /// # Errors
    /// No quantity, formula or field is called so.
    pub fn read(text: &str) -> Result<Self, FieldError> {
        let (name, with) = match text.split_once(" with ") {
            Some((name, with)) => (name, Assign::read_all(with)?),
            None => (text, Vec::new()),
        };
        let (name, server) = match name.split_once(" of ") {
            Some((name, server)) => (name.trim(), Some(read_server(server.trim())?)),
            None => (name.trim(), None),
        };
        let what = what(name)?;
        let needs_server = matches!(what, What::Run(quantity) if quantity.is_per_server());
        if needs_server && server.is_none() {
            let example = format!("{name} of a");
            return Err(FieldError::new(name, "of no server", example));
        }
        Ok(Self { what, server, with })
    }

    /// The number in a valid scenario, run to `length`; NaN if there is none.
    ///
    /// # Errors
    /// The change is not allowed in this scenario.
    pub fn number(
        &self,
        scenario: &Scenario,
        length: Length,
        runs: &mut Runs,
    ) -> Result<f64, FieldError> {
        if self.with.is_empty() {
            return Ok(self.in_scene(scenario, length, runs));
        }
        let changed = assign::assigned(scenario, &self.with)?;
        Ok(self.in_scene(&changed, length, runs))
    }

    fn in_scene(&self, scenario: &Scenario, length: Length, runs: &mut Runs) -> f64 {
        match &self.what {
            What::Run(quantity) => quantity.value(runs.get(scenario, length), self.server),
            What::Formula(id) => predicted(&Prediction::of(scenario, *id), self.server),
            What::Field(at) => at
                .get(scenario)
                .and_then(|value| value.number())
                .unwrap_or(f64::NAN),
        }
    }

    /// It as text, for a hole in a lesson: a number to three digits, a part in per cent, a word.
    ///
    /// # Errors
    /// The change is not allowed in this scenario.
    pub fn text(
        &self,
        scenario: &Scenario,
        length: Length,
        runs: &mut Runs,
    ) -> Result<String, FieldError> {
        if let What::Field(at) = &self.what
            && let Some(value @ (Value::Word(_) | Value::Text(_))) = at.get(scenario)
        {
            return Ok(value.to_string());
        }
        let number = self.number(scenario, length, runs)?;
        Ok(if self.is_part() {
            percent(number)
        } else {
            significant(number, 3)
        })
    }

    /// Whether it is a part of 1, which is shown and asked for in per cent.
    pub fn is_part(&self) -> bool {
        match self.what {
            What::Run(_) => self.unit().is_empty(),
            What::Formula(id) => matches!(
                id,
                PredictionId::Shares
                    | PredictionId::Utilisation
                    | PredictionId::ServerUtilisation
                    | PredictionId::WaitChance
                    | PredictionId::Loss
            ),
            What::Field(_) => false,
        }
    }

    /// Its unit: a text key below `unit.`; empty for a plain number and a part of 1.
    pub fn unit(&self) -> &'static str {
        match &self.what {
            What::Run(quantity) => quantity.unit,
            What::Formula(id) => Prediction::of(&Scenario::default(), *id).unit,
            What::Field(at) => at.field().range().map_or("", |range| range.unit),
        }
    }
}

fn what(name: &str) -> Result<What, FieldError> {
    if let Some(quantity) = quantity::find(name) {
        return Ok(What::Run(quantity));
    }
    if let Some(id) = name.strip_prefix("formula ") {
        let known = PredictionId::ALL
            .iter()
            .find(|p| p.as_str() == id.trim())
            .ok_or_else(|| FieldError::new("formula", id, "the id of a prediction"))?;
        return Ok(What::Formula(*known));
    }
    assign::field(name).map(What::Field)
}

/// A server by its letter.
fn read_server(text: &str) -> Result<usize, FieldError> {
    (0..equipoise_engine::balance::MAX_SERVERS)
        .find(|&server| letter(server) == text)
        .ok_or_else(|| FieldError::new("server", text, "a letter, such as a"))
}

fn predicted(prediction: &Prediction, server: Option<usize>) -> f64 {
    match (&prediction.value, server) {
        (Ok(Predicted::Number(x)), _) => *x,
        (Ok(Predicted::PerServer(all)), Some(server)) => {
            all.get(server).copied().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::scenario::presets;

    fn text(scene: &str, reading: &str) -> String {
        let scenario = presets::find(scene).expect("a preset");
        let reading = Reading::read(reading).expect(reading);
        reading
            .text(&scenario, Length::Seconds(20.0), &mut Runs::default())
            .expect("allowed")
    }

    #[test]
    fn readings_of_all_kinds() {
        assert_eq!(text("weights", "share of a"), "70.7 %");
        assert_eq!(text("weights", "response_mean_s"), "1.16");
        assert_eq!(text("little", "formula response"), "5");
        assert_eq!(text("weights", "formula shares of b"), "14.3 %");
        assert_eq!(text("weights", "servers[0].speed"), "2");
        assert_eq!(text("weights", "strategy"), "smooth-wrr");
        assert_eq!(text("weights", "interval with interval = 0.25"), "0.25");
    }

    #[test]
    fn what_there_is_not_is_refused() {
        for wrong in [
            "speed of light",
            "share",
            "formula best",
            "rate with rate",
            "",
        ] {
            assert!(Reading::read(wrong).is_err(), "{wrong}");
        }
    }
}
