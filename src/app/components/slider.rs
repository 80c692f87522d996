//! Where a number is on its slider.

use crate::number::{round, significant};
use crate::scenario::limits::Range;

/// Marks on a slider.
pub(crate) const STEPS: f64 = 1000.0;

/// Four digits are enough to work with; the scenario keeps what was typed.
pub(crate) fn shown(value: f64) -> String {
    significant(value, 4).replace('−', "-")
}

/// Where a logarithmic slider begins: three decades below its end, or its least value.
fn low(range: &Range) -> f64 {
    range.min.max(range.slider_max / 1000.0)
}

/// The mark at which a value is.
pub(crate) fn to_slider(value: f64, range: &Range) -> f64 {
    let part = if range.log {
        libm::log(value / low(range)) / libm::log(range.slider_max / low(range))
    } else {
        (value - range.min) / (range.slider_max - range.min)
    };
    (part * STEPS).clamp(0.0, STEPS)
}

/// The value at a mark.
pub(crate) fn of_slider(place: f64, range: &Range) -> f64 {
    let part = place / STEPS;
    let value = if range.log {
        low(range) * libm::pow(range.slider_max / low(range), part)
    } else {
        range.min + (range.slider_max - range.min) * part
    };
    tidy(value, range)
}

/// A value that a hand on a slider means: a multiple of the step, or two digits on a logarithmic
/// scale.
pub(crate) fn tidy(value: f64, range: &Range) -> f64 {
    if range.log {
        let value = round(value, 2);
        if range.step >= 1.0 {
            value.round().max(range.min)
        } else {
            value.max(range.min)
        }
    } else {
        let steps = ((value - range.min) / range.step).round();
        // Dividing by a whole number keeps 0.3 from becoming 0.30000000000000004.
        (range.min
            + steps / (1.0 / range.step).round().max(1.0)
                * if range.step > 1.0 { range.step } else { 1.0 })
        .min(range.max)
    }
}
