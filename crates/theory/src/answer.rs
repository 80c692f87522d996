//! What a formula answers: its value, how that relates to the truth, and the formula with numbers.

use equipoise_engine::number::significant;
use equipoise_engine::scenario::letter;
use equipoise_formulas::{Filled, Formula, Hole};

/// What a formula gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
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
pub enum Exactness {
    /// Equal, under the formula's conditions.
    Exact,
    /// Near; the prediction's note says what is neglected.
    Approximation,
    /// Near, within this many per cent by its source or by the tests here; the prediction's note
    /// says what is neglected.
    Within(u8),
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

impl Exactness {
    /// The text key is `formulas.kind.<id>`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximation => "approximation",
            Self::Within(_) => "within",
            Self::Bounds => "bounds",
            Self::LowerBound => "lower-bound",
            Self::UpperBound => "upper-bound",
            Self::Limit => "limit",
            Self::AsPrinted => "as-printed",
        }
    }

    /// The values for the text's placeholders, by name.
    pub fn values(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Within(percent) => vec![("percent", percent.to_string())],
            _ => Vec::new(),
        }
    }
}

/// A formula with numbers and what it gives, for all servers together or for one.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The server that it is about, if it is about one.
    pub server: Option<usize>,
    /// The right-hand side with numbers; nothing if its formula has no holes.
    pub filled: Filled,
    /// The value.
    pub value: Hole,
}

impl Line {
    /// In one line: `a: 5 / 7 = 0.714`.
    pub fn plain(&self) -> String {
        let value = self.value.plain();
        let text = if self.filled.formula.numbers().is_empty() {
            value
        } else {
            format!("{} = {value}", self.filled.plain())
        };
        match self.server {
            Some(server) => format!("{}: {text}", letter(server)),
            None => text,
        }
    }
}

/// The answer of a formula that applies, with the scenario's numbers filled in.
pub(crate) struct Answer {
    /// The formula in symbols.
    pub formula: Formula,
    /// The formula with numbers: one line, or one for each server, the first four at most.
    pub filled: Vec<Line>,
    /// The value.
    pub value: Quantity,
    /// How the value relates to the truth.
    pub kind: Exactness,
}

impl Answer {
    /// An exact number, and the formula that gives it with its numbers.
    pub(crate) fn number(filled: impl Into<Filled>, value: f64) -> Self {
        let filled = filled.into();
        Self {
            formula: filled.formula,
            value: Quantity::Number(value),
            filled: vec![Line {
                server: None,
                filled,
                value: num(value),
            }],
            kind: Exactness::Exact,
        }
    }

    /// An exact number for each server; `filled` gives the formula with the numbers of a server, by
    /// index.
    pub(crate) fn per_server(
        formula: Formula,
        filled: impl Fn(usize) -> Filled,
        values: Vec<f64>,
    ) -> Self {
        let line = |(j, &value): (usize, &f64)| Line {
            server: Some(j),
            filled: filled(j),
            value: num(value),
        };
        Self {
            formula,
            filled: values.iter().enumerate().take(4).map(line).collect(),
            value: Quantity::PerServer(values),
            kind: Exactness::Exact,
        }
    }

    /// Two bounds.
    pub(crate) fn bounds(formula: Formula, low: f64, high: f64) -> Self {
        Self {
            formula,
            filled: vec![Line {
                server: None,
                filled: Formula::Value.into(),
                value: Hole::List("…", vec![num(low), num(high)]),
            }],
            value: Quantity::Bounds { low, high },
            kind: Exactness::Bounds,
        }
    }

    /// The same answer, of another kind.
    pub(crate) fn kind(self, kind: Exactness) -> Self {
        Self { kind, ..self }
    }

    /// The same answer, of another formula in symbols than that which holds the numbers.
    pub(crate) fn of(self, formula: Formula) -> Self {
        Self { formula, ..self }
    }

    /// The same answer, about one server.
    pub(crate) fn at(mut self, server: usize) -> Self {
        self.filled
            .iter_mut()
            .for_each(|line| line.server = Some(server));
        self
    }
}

/// A number as text: four significant digits.
pub(crate) fn show(value: f64) -> String {
    significant(value, 4)
}

/// A number in a filled formula.
pub(crate) fn num(value: f64) -> Hole {
    Hole::Number(show(value))
}

/// The first numbers of a list in a filled formula, at most `most`.
pub(crate) fn list(sign: &'static str, most: usize, mut parts: Vec<Hole>) -> Hole {
    if parts.len() > most {
        parts.truncate(most);
        parts.push(Hole::Word("…".into()));
    }
    Hole::List(sign, parts)
}
