//! What a deed is to reach: a condition on a field or on a number of the run.

use crate::reading::{Reading, What};
use crate::run::{Length, Runs};
use equipoise_engine::scenario::fields::Value;
use equipoise_engine::scenario::{FieldError, Scenario};

/// How two numbers stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    AtMost,
    AtLeast,
    Below,
    Above,
    Equal,
}

/// The signs, those of two characters before those that they begin with.
const SIGNS: [(&str, Relation); 5] = [
    ("<=", Relation::AtMost),
    (">=", Relation::AtLeast),
    ("<", Relation::Below),
    (">", Relation::Above),
    ("=", Relation::Equal),
];

/// A condition, such as `servers[2].speed <= 0.5`, `strategy = least-connections` or
/// `response_mean_s < 2`.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// What is looked at.
    pub reading: Reading,
    relation: Relation,
    wanted: Value,
}

impl Goal {
    /// Reads a condition.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, FieldError> {
        // The last sign: a change in the reading has signs of its own.
        let signs = SIGNS.iter().filter_map(|(sign, relation)| {
            let (name, value) = text.rsplit_once(sign)?;
            Some((text.len() - value.len(), name, value.trim(), *relation))
        });
        // `<=` ends where its `=` ends, and comes first.
        let last = signs.rev().max_by_key(|(end, ..)| *end);
        let Some((_, name, value, relation)) = last else {
            return Err(FieldError::new(text, "no condition", "a <, <=, >, >= or ="));
        };
        let reading = Reading::read(name.trim())?;
        let wanted = match &reading.what {
            What::Field(at) => at.field().read(value)?,
            What::Run(_) | What::Formula(_) => number(value)?,
        };
        if relation != Relation::Equal && wanted.number().is_none() {
            return Err(FieldError::new(name.trim(), value, "a number"));
        }
        Ok(Self {
            reading,
            relation,
            wanted,
        })
    }

    /// Whether a valid scenario, run to `length`, meets it.
    ///
    /// # Errors
    /// The reading's change is not allowed in this scenario.
    pub fn is_met(
        &self,
        scenario: &Scenario,
        length: Length,
        runs: &mut Runs,
    ) -> Result<bool, FieldError> {
        let Some(wanted) = self.wanted.number() else {
            let What::Field(at) = &self.reading.what else {
                return Ok(false);
            };
            return Ok(at.get(scenario).as_ref() == Some(&self.wanted));
        };
        let number = self.reading.number(scenario, length, runs)?;
        Ok(match self.relation {
            Relation::AtMost => number <= wanted,
            Relation::AtLeast => number >= wanted,
            Relation::Below => number < wanted,
            Relation::Above => number > wanted,
            Relation::Equal => (number - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
        })
    }

    /// The sign, as it is read.
    pub fn sign(&self) -> &'static str {
        match self.relation {
            Relation::AtMost => "≤",
            Relation::AtLeast => "≥",
            Relation::Below => "<",
            Relation::Above => ">",
            Relation::Equal => "=",
        }
    }

    /// What is wanted.
    pub fn wanted(&self) -> &Value {
        &self.wanted
    }
}

/// A number, or a percentage.
fn number(text: &str) -> Result<Value, FieldError> {
    let (digits, scale) = match text.strip_suffix('%') {
        Some(digits) => (digits.trim(), 100.0),
        None => (text, 1.0),
    };
    let number = digits.parse().ok().filter(|x: &f64| x.is_finite());
    number
        .map(|x| Value::Number(x / scale))
        .ok_or_else(|| FieldError::new("goal", text, "a number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::scenario::presets;

    #[test]
    fn goals_of_all_kinds() {
        let scenario = presets::find("weights").expect("a preset");
        let mut runs = Runs::default();
        for (goal, is_met) in [
            ("servers[1].speed <= 0.5", true),
            ("servers[1].speed < 0.5", false),
            ("strategy = smooth-wrr", true),
            ("strategy = random", false),
            ("share of a > 70 %", true),
            ("response_mean_s >= 2", false),
            ("servers[0].queue = null", true),
            ("servers = 3", true),
            ("share of a with servers[0].weight = 1 < 50 %", true),
            ("share of a with servers[0].weight = 1 <= 10 %", false),
        ] {
            let read = Goal::read(goal).expect(goal);
            let met = read.is_met(&scenario, Length::Seconds(20.0), &mut runs);
            assert_eq!(met, Ok(is_met), "{goal}");
        }
    }

    #[test]
    fn what_is_no_goal_is_refused() {
        for wrong in [
            "",
            "strategy",
            "strategy < random",
            "share of a > much",
            "x = 1",
        ] {
            assert!(Goal::read(wrong).is_err(), "{wrong}");
        }
    }
}
