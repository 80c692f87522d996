//! Axes: ranges, and few and round ticks.

use equipoise_engine::number::{percent, significant};

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it measures, without the unit.
    pub label: String,
    /// The unit; empty for counts and shares.
    pub unit: &'static str,
    /// Its range.
    pub from: f64,
    /// See `from`; larger than it.
    pub to: f64,
    /// What its ticks are.
    pub ticks: Ticks,
}

/// What the ticks of an axis are.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Ticks {
    /// Round numbers.
    #[default]
    Numbers,
    /// Round whole numbers.
    Whole,
    /// Percentages of values from 0 to 1.
    Percent,
    /// Names at places; those for which there is no room are left out.
    Names(Vec<(f64, String)>),
}

impl Default for Axis {
    fn default() -> Self {
        Self {
            label: String::new(),
            unit: "",
            from: 0.0,
            to: 1.0,
            ticks: Ticks::Numbers,
        }
    }
}

impl Axis {
    /// An axis from 0 or `from` that shows all of `values` and, if `headroom` is given, that part
    /// of the range above them.
    pub fn fit(
        label: impl Into<String>,
        unit: &'static str,
        ticks: Ticks,
        from: f64,
        values: impl IntoIterator<Item = f64>,
        headroom: f64,
    ) -> Self {
        let mut low = from;
        let mut high = f64::NEG_INFINITY;
        for value in values.into_iter().filter(|v| v.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        let least = if ticks == Ticks::Whole { 2.0 } else { 0.0 };
        let high = if high > low {
            (high + (high - low) * headroom).max(low + least)
        } else {
            low + least.max(1.0)
        };
        let low = if low < from {
            low - (high - low) * headroom
        } else {
            low
        };
        Self {
            label: label.into(),
            unit,
            from: low,
            to: high,
            ticks,
        }
    }

    /// Label and unit together, as in a table's head.
    pub fn head(&self) -> String {
        if self.unit.is_empty() {
            self.label.clone()
        } else {
            format!("{} [{}]", self.label, self.unit)
        }
    }

    /// The part of the axis before `value`, from 0 to 1 inside it.
    pub fn fraction(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }

    /// About `max` ticks or fewer: places and texts.
    pub fn tick_marks(&self, max: usize) -> Vec<(f64, String)> {
        if let Ticks::Names(names) = &self.ticks {
            let every = names.len().div_ceil(max.max(1)).max(1);
            return names.iter().step_by(every).cloned().collect();
        }
        let span = self.to - self.from;
        if !span.is_finite() || span <= 0.0 {
            return Vec::new();
        }
        let step = round_step(span / max.max(1) as f64, &self.ticks);
        if !step.is_normal() {
            // A range of less than the smallest numbers has no round ones in it.
            return Vec::new();
        }
        let first = (self.from / step - 1e-9).ceil();
        let count = ((self.to / step + 1e-9).floor() - first).max(-1.0) as usize + 1;
        (0..count.min(64))
            .map(|i| (first + i as f64) * step)
            .map(|v| (v, self.tick_text(v, step)))
            .collect()
    }

    fn tick_text(&self, value: f64, step: f64) -> String {
        match self.ticks {
            _ if value.abs() < step * 1e-6 && self.ticks != Ticks::Percent => String::from("0"),
            Ticks::Percent => format!("{}%", decimal(value * 100.0, step * 100.0)),
            _ if step >= 1000.0 => format!("{}k", decimal(value / 1000.0, step / 1000.0)),
            _ => decimal(value, step),
        }
    }

    /// A value as hover and table write it, without the unit: a good deal more exact than the
    /// ticks.
    pub fn value_text(&self, value: f64) -> String {
        match &self.ticks {
            Ticks::Names(names) => {
                let name = names.iter().find(|(at, _)| (at - value).abs() < 1e-9);
                name.map_or_else(|| decimal(value, 0.01), |(_, name)| name.clone())
            }
            Ticks::Percent => percent(value),
            Ticks::Whole if value == value.round() => decimal(value, 1.0),
            Ticks::Whole => significant(value, 3),
            Ticks::Numbers => significant(value, 5),
        }
    }
}

/// The smallest of 1, 2, 5 × 10ⁿ that is about `step` or more; for percentages 25 replaces 20.
fn round_step(step: f64, ticks: &Ticks) -> f64 {
    let power = libm::pow(10.0, libm::floor(libm::log10(step)));
    let second = if *ticks == Ticks::Percent && power > 0.05 {
        2.5
    } else {
        2.0
    };
    let round = [1.0, second, 5.0, 10.0]
        .into_iter()
        .find(|m| m * power >= step * 0.9)
        .unwrap_or(10.0)
        * power;
    if *ticks == Ticks::Whole {
        round.max(1.0)
    } else {
        round
    }
}

/// `value` with as many decimals as steps of this size need.
fn decimal(value: f64, step: f64) -> String {
    let mut decimals = 0;
    let mut scaled = step;
    while decimals < 9 && (scaled - scaled.round()).abs() > 1e-6 * scaled.abs().max(1e-12) {
        scaled *= 10.0;
        decimals += 1;
    }
    let text = format!("{:.decimals$}", value.abs());
    let zero = text.bytes().all(|b| matches!(b, b'0' | b'.'));
    if value < 0.0 && !zero {
        format!("−{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: f64, to: f64, ticks: Ticks, max: usize, expect: &str) {
        let axis = Axis {
            from,
            to,
            ticks,
            ..Axis::default()
        };
        let texts: Vec<String> = axis
            .tick_marks(max)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(texts.join(" "), expect);
    }

    #[test]
    fn ticks_are_few_and_round() {
        check(0.0, 6.3, Ticks::Numbers, 4, "0 2 4 6");
        check(-0.5, 0.5, Ticks::Numbers, 4, "−0.5 0 0.5");
        check(0.0, 1.0, Ticks::Percent, 4, "0% 25% 50% 75% 100%");
        check(0.0, 2.0, Ticks::Whole, 5, "0 1 2");
        check(1001.0, 1040.0, Ticks::Whole, 5, "1010 1020 1030 1040");
        check(0.0, 2.5e-323, Ticks::Numbers, 4, "");
        check(0.0, 42_000.0, Ticks::Numbers, 5, "0 10k 20k 30k 40k");
        check(0.0, 0.03, Ticks::Numbers, 4, "0 0.01 0.02 0.03");
    }

    #[test]
    fn an_axis_without_values_is_still_one() {
        let axis = Axis::fit("", "s", Ticks::Numbers, 0.0, [f64::NAN], 0.1);
        assert!(axis.to > axis.from);
        check(1.0, 1.0, Ticks::Numbers, 4, "");
        check(f64::NAN, 1.0, Ticks::Numbers, 4, "");
    }
}
