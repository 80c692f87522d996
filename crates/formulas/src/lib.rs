//! The formulas of the predictions: TeX with holes for numbers, written down once.
//!
//! From a row of the [table](Formula) come both forms of a formula. The package that makes the page
//! turns the TeX into MathML, and the page fills its holes with [`markup`]. The command line and
//! saved pictures have the plain form: [`plain()`], filled by [`Filled::plain`].
//!
//! A hole is written as a placeholder in a text is: `%{name}`.

mod holes;
mod plain;
mod table;

pub use holes::{Hole, find, holes, markup};
pub use plain::plain;
pub use table::Formula;

/// What a hole begins with; its name and `}` follow.
pub const HOLE: &str = "%{";

/// A formula with what its holes hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    /// Which one.
    pub formula: Formula,
    /// What its holes hold, by name.
    pub values: Vec<(&'static str, Hole)>,
}

impl From<Formula> for Filled {
    fn from(formula: Formula) -> Self {
        Self {
            formula,
            values: Vec::new(),
        }
    }
}

impl Formula {
    /// In symbols, in one line.
    pub fn plain(self) -> String {
        plain(self.symbols()).unwrap_or_default()
    }

    /// The formula with one of its holes filled.
    pub fn with(self, name: &'static str, value: impl Into<Hole>) -> Filled {
        Filled::from(self).with(name, value)
    }
}

impl Filled {
    /// Fills a hole.
    pub fn with(mut self, name: &'static str, value: impl Into<Hole>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// In one line.
    pub fn plain(&self) -> String {
        let template = plain(self.formula.numbers()).unwrap_or_default();
        holes(&template, |name| match find(&self.values, name) {
            Some(hole) => hole.plain(),
            None => String::from("?"),
        })
    }
}
