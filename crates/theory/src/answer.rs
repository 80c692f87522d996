//! What a formula answers: its value, how that relates to the truth, and the formula with numbers.

use equipoise_engine::number::significant;
use equipoise_engine::scenario::letter;

/// What a formula gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One number.
    Number(f64),
    /// A number for each server, in order; NaN for a server that has none.
    PerServer(Vec<f64>),
    /// Bounds on the quantity's mean.
    Bounds {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
}

/// How a formula's value relates to the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Equal, under the formula's conditions.
    Exact,
    /// Near; the prediction's note says what is neglected.
    Approximation,
    /// Between two bounds.
    Bounds,
    /// No less than the value.
    LowerBound,
    /// No more than the value.
    UpperBound,
    /// Equal in the limit of infinitely many servers.
    Limit,
    /// What a source prints, true or not; the prediction's note says what is wrong with it.
    AsPrinted,
}

impl Kind {
    /// The text key is `theory.kind.<id>`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximation => "approximation",
            Self::Bounds => "bounds",
            Self::LowerBound => "lower-bound",
            Self::UpperBound => "upper-bound",
            Self::Limit => "limit",
            Self::AsPrinted => "as-printed",
        }
    }
}

/// The answer of a formula that applies, with the scenario's numbers filled in.
pub(crate) struct Answer {
    /// The formula in symbols.
    pub formula: &'static str,
    /// The formula with numbers, and its value.
    pub filled: String,
    /// The value.
    pub value: Value,
    /// How the value relates to the truth.
    pub kind: Kind,
}

impl Answer {
    /// An exact number. `filled` is the right-hand side with numbers, or empty if the value says
    /// it all.
    pub fn number(formula: &'static str, filled: String, value: f64) -> Self {
        let filled = if filled.is_empty() {
            show(value)
        } else {
            format!("{filled} = {}", show(value))
        };
        Self {
            formula,
            filled,
            value: Value::Number(value),
            kind: Kind::Exact,
        }
    }

    /// An exact number for each server; `filled` gives the right-hand side of a server, by index.
    pub fn per_server(
        formula: &'static str,
        filled: impl Fn(usize) -> String,
        values: Vec<f64>,
    ) -> Self {
        Self {
            formula,
            filled: fill_servers(&values, filled),
            value: Value::PerServer(values),
            kind: Kind::Exact,
        }
    }

    /// Two bounds.
    pub fn bounds(formula: &'static str, low: f64, high: f64) -> Self {
        Self {
            formula,
            filled: format!("{} … {}", show(low), show(high)),
            value: Value::Bounds { low, high },
            kind: Kind::Bounds,
        }
    }

    /// The same answer, of another kind.
    pub fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }
}

/// A number in a filled formula: four significant digits.
pub(crate) fn show(value: f64) -> String {
    significant(value, 4)
}

/// The formula filled in for the first four servers, to keep the line short: `a: 5 / 7 = 0.714,
/// b: 1 / 7 = 0.143, …`.
fn fill_servers(values: &[f64], filled: impl Fn(usize) -> String) -> String {
    let mut parts = Vec::new();
    for (j, &value) in values.iter().enumerate().take(4) {
        let left = filled(j);
        let right = show(value);
        if left.is_empty() || left == right {
            parts.push(format!("{}: {right}", letter(j)));
        } else {
            parts.push(format!("{}: {left} = {right}", letter(j)));
        }
    }
    if values.len() > 4 {
        parts.push("…".into());
    }
    parts.join(", ")
}
