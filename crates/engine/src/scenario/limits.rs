//! What a number may be, and the limits that more than one place needs. The ranges of all fields
//! stand in their rows of the table of [`fields`](super::fields).

use crate::balance::MAX_SERVERS;

/// The numbers allowed in a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
    /// Where the slider ends; the number box goes on to `max`.
    pub slider_max: f64,
    /// Step of slider and arrow keys; for a logarithmic slider, of the number box.
    pub step: f64,
    /// Whether the slider is logarithmic.
    pub log: bool,
    /// Whether only whole numbers are allowed.
    pub whole: bool,
    /// The unit shown beside the number: a text key below `unit.`, or empty.
    pub unit: &'static str,
}

/// A range with an even slider, which goes by `step` and ends at `slider_max`.
pub(crate) const fn linear(
    min: f64,
    max: f64,
    slider_max: f64,
    step: f64,
    unit: &'static str,
) -> Range {
    Range {
        min,
        max,
        slider_max,
        step,
        log: false,
        whole: false,
        unit,
    }
}

/// A range with a logarithmic slider, which ends at `slider_max`.
pub(crate) const fn log(
    min: f64,
    max: f64,
    slider_max: f64,
    step: f64,
    unit: &'static str,
) -> Range {
    Range {
        log: true,
        ..linear(min, max, slider_max, step, unit)
    }
}

/// A range of whole numbers with an even slider.
pub(crate) const fn count(min: f64, max: f64, slider_max: f64) -> Range {
    Range {
        whole: true,
        ..linear(min, max, slider_max, 1.0, "")
    }
}

/// A range of whole numbers with a logarithmic slider.
pub(crate) const fn log_count(min: f64, max: f64, slider_max: f64) -> Range {
    Range {
        log: true,
        ..count(min, max, slider_max)
    }
}

/// A number of tasks.
pub(crate) const fn tasks(range: Range) -> Range {
    Range {
        unit: "tasks",
        ..range
    }
}

impl Range {
    /// Whether `value` is allowed, apart from being whole.
    pub fn allows(&self, value: f64) -> bool {
        value >= self.min && value <= self.max
    }
}

/// Number of servers. The slider goes to 64; larger clusters come from files.
pub const SERVERS: Range = count(1.0, MAX_SERVERS as f64, 64.0);
/// A server's weight; at 0 it gets no new tasks.
pub const WEIGHT: Range = count(0.0, 1e6, 10.0);
/// The largest weight where a strategy lays out a table with a place for each unit.
pub const LAID_OUT_WEIGHT_MAX: u32 = 1000;
/// Length of a run (s).
pub const DURATION: Range = log(0.001, 1e8, 10_000.0, 1.0, "seconds");
/// The largest spread of an even distribution that keeps all sizes positive: 1/√3 = 0.577….
pub const UNIFORM_SPREAD_MAX: f64 = 0.577;
/// Planned faults.
pub const FAULTS_MAX: usize = 1000;
/// Planned changes of fields.
pub const CHANGES_MAX: usize = 1000;
/// Connections of all clients together.
pub const CONNECTIONS_MAX: u64 = 20_000;
/// Rows of a rule table.
pub const RULES_MAX: usize = 32;
/// Live changes in one run.
pub const EDITS_MAX: usize = 200;
/// Characters of a name or a pattern.
pub const TEXT_MAX: usize = 80;
