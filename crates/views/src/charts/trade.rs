//! A sweep once more: one number of the runs against another, such as latency against its cost.

use super::sweep::arm_name;
use super::text::{Translate, fill, runs_too_short};
use super::words;
use crate::plot::{Axis, Chart, Form, Hue, Point, Role, Series, Table, Ticks};
use equipoise_engine::number::significant;
use equipoise_engine::stats::TooShort;
use equipoise_engine::stats::interval::Interval;
use equipoise_engine::sweep::SweepPlan;
use equipoise_engine::sweep::gather::Cell;
use equipoise_engine::sweep::metric::Metric;

/// A number of the runs, and what they came to, in the order of [`gather`].
///
/// [`gather`]: equipoise_engine::sweep::gather::gather
#[derive(Clone, Copy)]
pub struct Measured<'a> {
    /// Which number.
    pub metric: &'a Metric,
    /// Its means.
    pub cells: &'a [Cell],
}

impl Measured<'_> {
    fn name(&self, t: Translate) -> String {
        t(&format!("sweep.metric.{}", self.metric.id))
    }

    /// An axis for these values.
    fn axis(&self, from: f64, values: &[f64], t: Translate) -> Axis {
        let unit = self.metric.unit;
        let ticks = match unit {
            "" => Ticks::Percent,
            _ => Ticks::Numbers,
        };
        let values = values.iter().copied();
        Axis::fit(self.name(t), unit, ticks, from, values, 0.08)
    }
}

/// What a point of the plan came to in both numbers.
struct Both {
    arm: usize,
    point: u32,
    x: Interval,
    y: Interval,
}

impl Both {
    fn at(&self) -> Point {
        Point::at(self.x.mean, self.y.mean).of(self.arm)
    }
}

/// Points: the means of both numbers at each value of what was changed, joined in the order of it;
/// rings: means that are not to be relied on. Whiskers: their 95 % intervals. The thin lines are at
/// the point `picked`.
pub fn trade(plan: &SweepPlan, across: Measured, up: Measured, picked: u32, t: Translate) -> Chart {
    let pairs = across.cells.iter().zip(up.cells);
    let found: Vec<Both> = pairs
        .filter_map(|(x, y)| {
            Some(Both {
                arm: x.arm,
                point: x.point,
                x: x.mean?,
                y: y.mean?,
            })
        })
        .collect();
    let xs: Vec<f64> = found.iter().flat_map(|both| ends(&both.x)).collect();
    let ys: Vec<f64> = found.iter().flat_map(|both| ends(&both.y)).collect();
    let left = xs.iter().copied().fold(f64::INFINITY, f64::min);
    let right = xs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let from = if left < right {
        left - (right - left) * 0.08
    } else {
        0.0
    };
    let mut series = Vec::new();
    for arm in 0..plan.arms().len() {
        let name = arm_name(plan, arm, t);
        let of_arm: Vec<&Both> = found.iter().filter(|both| both.arm == arm).collect();
        series.extend(drawn(&of_arm, picked, plan, &name, t));
    }
    let names = [
        ("metric", up.name(t)),
        ("across", across.name(t)),
        ("param", t(&plan.param.label_key(&plan.scenario))),
        ("from", significant(plan.from, 4)),
        ("to", significant(plan.to, 4)),
    ];
    let mut notes = Vec::new();
    if plan.points > 1 {
        notes.push(fill(t, "charts.sweep.joined", &names));
    }
    let mut doubts = found.iter().filter_map(doubt);
    let first = doubts.next();
    if let Some(first) = first {
        let said = [
            ("n", (1 + doubts.count()).to_string()),
            ("why", runs_too_short(t, &first)),
        ];
        notes.push(fill(t, "charts.sweep.doubtful", &said));
    }
    Chart {
        id: "trade",
        title: fill(t, "charts.sweep.against", &names),
        x: across.axis(from, &xs, t),
        y: up.axis(0.0, &ys, t),
        series,
        notes,
        numbers: Some(numbers(plan, across, up, t)),
        words: words(t),
        ..Chart::default()
    }
}

/// An interval's ends, where it has any, and its mean.
fn ends(interval: &Interval) -> impl Iterator<Item = f64> {
    let half = interval.half_width;
    let half = if half.is_finite() { half } else { 0.0 };
    [interval.mean - half, interval.mean + half].into_iter()
}

/// Why the point is not to be relied on.
fn doubt(both: &Both) -> Option<TooShort> {
    both.x.too_short.or(both.y.too_short)
}

/// The marks of an arm, which are in the order of what was changed.
fn drawn(found: &[&Both], picked: u32, plan: &SweepPlan, name: &str, t: Translate) -> Vec<Series> {
    let Some(first) = found.first() else {
        return Vec::new();
    };
    let hue = Hue::Server(first.arm);
    let path = found.iter().map(|both| both.at()).collect();
    let mut series = vec![Series::new("", Form::Line, Role::Guide, hue, path)];
    let mut whiskers = Vec::new();
    for both in found {
        let at = both.at();
        let gap = Point::at(f64::NAN, f64::NAN);
        whiskers.extend(ends(&both.x).map(|x| Point { x, ..at }));
        whiskers.push(gap);
        whiskers.extend(ends(&both.y).map(|y| Point { y, ..at }));
        whiskers.push(gap);
    }
    series.push(Series::new("", Form::Line, Role::Guide, hue, whiskers));
    let here = found.iter().find(|both| both.point == picked);
    if let Some(here) = here.filter(|_| plan.points > 1) {
        let mark = vec![Point::at(here.x.mean, 0.0)];
        let mark = Series::new("", Form::VerticalMark, Role::Guide, hue, mark);
        series.push(mark.labelled(significant(plan.value(picked), 4)));
    }
    let strategy = [("strategy", name.to_string())];
    for (is_sure, form, name) in [
        (true, Form::Points, name.to_string()),
        (false, Form::Rings, fill(t, "charts.sweep.short", &strategy)),
    ] {
        let marks = found.iter().filter(|b| doubt(b).is_none() == is_sure);
        let mut marks: Vec<Point> = marks.map(|both| both.at()).collect();
        marks.sort_by(|a, b| a.x.total_cmp(&b.x));
        if !marks.is_empty() {
            series.push(Series::observed(name, form, hue, marks));
        }
    }
    series
}

/// The means by the values of what was changed.
fn numbers(plan: &SweepPlan, across: Measured, up: Measured, t: Translate) -> Table {
    let mut header = vec![t(&plan.param.label_key(&plan.scenario))];
    let arms = plan.arms().len();
    for arm in 0..arms {
        for measured in [across, up] {
            let head = measured.axis(0.0, &[], t).head();
            header.push(format!("{}: {head}", arm_name(plan, arm, t)));
        }
    }
    let mut rows = Vec::new();
    for point in 0..plan.points {
        let mut row = vec![plan.value(point).to_string()];
        let first = point as usize * arms;
        for place in first..first + arms {
            for measured in [across, up] {
                let mean = measured.cells.get(place).and_then(|cell| cell.mean);
                row.push(mean.map_or_else(String::new, |mean| mean.mean.to_string()));
            }
        }
        rows.push(row);
    }
    Table { header, rows }
}
