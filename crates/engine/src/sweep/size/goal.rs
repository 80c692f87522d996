//! A goal: a number of the runs and its bound.

use crate::scenario::{FieldError, Scenario};
use crate::stats::interval::Interval;
use crate::sweep::metric::{Bound, Metric};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The largest bound of what is no share.
const VALUE_MAX: f64 = 1e9;

/// Such as `ttft_p99_s<=1`. Which way it bounds is that of the quantity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// The id of a metric.
    pub quantity: String,
    /// Its bound, in the metric's unit.
    pub value: f64,
}

/// What runs say of goals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They are met.
    Met,
    /// One is not.
    Missed,
    /// The runs do not say.
    Unsure,
}

impl Goal {
    /// A goal.
    pub fn new(quantity: &str, value: f64) -> Self {
        Self {
            quantity: quantity.to_string(),
            value,
        }
    }

    /// The metric; None if there is none of this name.
    pub fn metric(&self) -> Option<&'static Metric> {
        Metric::named(&self.quantity)
    }

    fn bound(&self) -> Option<Bound> {
        self.metric()?.goal
    }

    /// What an interval says of it.
    pub fn verdict(&self, mean: Option<Interval>) -> Verdict {
        let (Some(mean), Some(bound)) = (mean, self.bound()) else {
            return Verdict::Unsure;
        };
        let low = mean.mean - mean.half_width;
        let high = mean.mean + mean.half_width;
        let (met, missed) = match bound {
            Bound::AtMost => (high <= self.value, low > self.value),
            Bound::AtLeast => (low >= self.value, high < self.value),
        };
        if missed {
            // Runs that are too short begin too well.
            Verdict::Missed
        } else if met && mean.too_short.is_none() {
            Verdict::Met
        } else {
            Verdict::Unsure
        }
    }

    /// Checks it for a scenario.
    ///
    /// # Errors
    /// A quantity that such runs do not have or that more servers make worse; a bound that it
    /// cannot have.
    pub(super) fn validate(&self, scenario: &Scenario) -> Result<(), FieldError> {
        let of_scenario = Metric::of_scenario(scenario).filter(|metric| metric.goal.is_some());
        let Some(metric) = of_scenario
            .clone()
            .find(|metric| metric.id == self.quantity)
        else {
            let ids: Vec<&str> = of_scenario.map(|metric| metric.id).collect();
            return Err(FieldError::new("goal", &self.quantity, ids.join(", ")));
        };
        let most = if metric.unit.is_empty() {
            1.0
        } else {
            VALUE_MAX
        };
        if (0.0..=most).contains(&self.value) {
            return Ok(());
        }
        let field = format!("goal {}", self.quantity);
        let allowed = format!("0 to {most}");
        Err(FieldError::new(field, self.value, allowed))
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = self.bound().unwrap_or(Bound::AtMost).sign();
        write!(out, "{}{sign}{}", self.quantity, self.value)
    }
}

impl FromStr for Goal {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let form = "a quantity, <= or >=, and a number, such as response_p95_s<=2";
        let found = ["<=", ">="].iter().find_map(|sign| {
            let (quantity, value) = text.split_once(sign)?;
            Some((quantity.trim(), *sign, value.trim()))
        });
        let Some((quantity, sign, value)) = found else {
            return Err(FieldError::new("goal", text, form));
        };
        let Ok(value) = value.parse() else {
            let field = format!("goal {quantity}");
            return Err(FieldError::new(field, value, "a number"));
        };
        let goal = Self::new(quantity, value);
        match goal.bound() {
            // Others than these are refused with the list of those that the scenario has.
            Some(bound) if bound.sign() != sign => {
                let allowed = format!("{goal}: that is the way that more servers push it");
                Err(FieldError::new("goal", text, allowed))
            }
            _ => Ok(goal),
        }
    }
}
