//! A sweep: a number of the runs against what was changed, with the formula's curve where there is
//! one.

use super::text::{Translate, fill, runs_too_short};
use super::words;
use crate::plot::{Axis, Chart, Form, Hue, Point, Role, Series, Ticks};
use equipoise_engine::number::significant;
use equipoise_engine::scenario::{Pattern, Scenario, presets};
use equipoise_engine::stats::TooShort;
use equipoise_engine::sweep::gather::Cell;
use equipoise_engine::sweep::metric::Metric;
use equipoise_engine::sweep::{Param, SweepPlan};
use equipoise_theory::{Exactness, Prediction, PredictionId, Quantity, Reason};

/// Points of a formula's curve.
const CURVE_POINTS: u32 = 41;

/// Points: the mean over the runs done so far, for each arm; rings: means that are not to be relied
/// on. Whiskers: their 95 % interval. The thin line is at the point `picked`. Dashed: what the
/// formula says for each, a band where it only bounds; a curve that leaves the plot ends at its
/// upper edge.
pub fn sweep(
    plan: &SweepPlan,
    cells: &[Cell],
    metric: &Metric,
    curves: &[Curve],
    picked: u32,
    t: Translate,
) -> Chart {
    // Where nothing changes the arms are side by side.
    let apart = plan.param == Param::Nothing;
    let mut series = Vec::new();
    if !apart && plan.points > 1 {
        let here = vec![Point::at(plan.value(picked), 0.0)];
        series.push(Series::new(
            "",
            Form::VerticalMark,
            Role::Guide,
            Hue::Faint,
            here,
        ));
    }
    for arm in 0..plan.arms().len() {
        let name = arm_name(plan, arm, t);
        let hue = Hue::Server(arm);
        let place = apart.then_some(arm as f64);
        if let Some(curve) = curves.get(arm) {
            series.extend(curve.series(place, hue, &name, t));
        }
        let cells: Vec<&Cell> = cells.iter().filter(|cell| cell.arm == arm).collect();
        series.extend(observed(&cells, place, span(plan) * 0.003, hue, &name, t));
    }
    let unit = metric.unit;
    let title = t(&format!("sweep.metric.{}", metric.id));
    let ticks = if unit.is_empty() {
        Ticks::Percent
    } else {
        Ticks::Numbers
    };
    let values = values_in_view(&series, apart);
    let y = Axis::fit(title.clone(), unit, ticks, 0.0, values, 0.08);
    for curve in &mut series {
        if curve.role == Role::Prediction && curve.form == Form::Line {
            for point in &mut curve.points {
                if point.y > y.to {
                    point.y = f64::NAN;
                }
            }
        }
    }
    Chart {
        id: "sweep",
        title,
        x: param_axis(plan, t),
        y,
        series,
        notes: notes(plan, cells, curves, t),
        words: words(t),
        ..Chart::default()
    }
}

/// The length of the axis of the parameter.
fn span(plan: &SweepPlan) -> f64 {
    if plan.param == Param::Nothing || plan.to == plan.from {
        1.0
    } else {
        (plan.to - plan.from).abs()
    }
}

fn param_axis(plan: &SweepPlan, t: Translate) -> Axis {
    let arms = plan.arms().len();
    let (last, ticks) = match plan.param {
        Param::Nothing => {
            let names = (0..arms).map(|arm| (arm as f64, arm_name(plan, arm, t)));
            (arms as f64 - 1.0, Ticks::Names(names.collect()))
        }
        param if param.is_whole() => (plan.to, Ticks::Whole),
        _ => (plan.to, Ticks::Numbers),
    };
    let pad = if plan.to == plan.from {
        0.5
    } else {
        span(plan) * 0.02
    };
    Axis {
        label: t(&plan.param.label_key(&plan.scenario)),
        from: plan.from.min(last) - pad,
        to: plan.from.max(last) + pad,
        ticks,
        ..Axis::default()
    }
}

/// The means of an arm with their intervals, all at one place or each at its parameter's value.
pub(super) fn observed(
    cells: &[&Cell],
    place: Option<f64>,
    whisker: f64,
    hue: Hue,
    name: &str,
    t: Translate,
) -> Vec<Series> {
    let mut whiskers = Vec::new();
    let mut sure = Vec::new();
    let mut short = Vec::new();
    for cell in cells {
        let Some(mean) = cell.mean else { continue };
        let x = place.unwrap_or(cell.value);
        if mean.half_width.is_finite() {
            let low = mean.mean - mean.half_width;
            whiskers.push(Point::span(x, low, mean.mean + mean.half_width));
        }
        let point = Point::at(x, mean.mean).of(cell.arm);
        if mean.too_short.is_none() {
            sure.push(point);
        } else {
            short.push(point);
        }
    }
    let strategy = [("strategy", name.to_string())];
    let interval = fill(t, "charts.sweep.interval", &strategy);
    let mut series = vec![Series::observed(
        interval,
        Form::Bars(whisker),
        hue,
        whiskers,
    )];
    if !sure.is_empty() {
        series.push(Series::observed(name, Form::Points, hue, sure));
    }
    if !short.is_empty() {
        let name = fill(t, "charts.sweep.short", &strategy);
        series.push(Series::observed(name, Form::Rings, hue, short));
    }
    series
}

/// What the axis must show: all that was observed, and of the formulas no more than leaves it
/// readable, since they may go up to a pole.
fn values_in_view(series: &[Series], apart: bool) -> Vec<f64> {
    let mut values = Vec::new();
    let mut predicted = f64::NEG_INFINITY;
    for series in series {
        let points = series.points.iter().map(|p| p.y);
        match series.role {
            Role::Observation => values.extend(points),
            Role::Prediction | Role::Band => {
                predicted = points.filter(|y| y.is_finite()).fold(predicted, f64::max);
            }
            Role::Guide => {}
        }
    }
    let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    values.push(if values.is_empty() || apart {
        predicted
    } else {
        predicted.min(1.6 * highest)
    });
    values
}

/// How many times as large one is for a reader to ask from where on.
const TIMES: f64 = 10.0;

/// How many times one way's formula is another's at the last point, and from where on ten times.
fn ten_times(curves: &[Curve], plan: &SweepPlan, t: Translate) -> Option<String> {
    let [first, second] = curves else { return None };
    if first.bounds || second.bounds || plan.param == Param::Nothing {
        return None;
    }
    let pairs = first.points.iter().zip(&second.points);
    let mut ratios: Vec<Point> = pairs.map(|(a, b)| Point::at(a.x, b.y / a.y)).collect();
    ratios.retain(|ratio| ratio.y.is_finite() && ratio.y > 0.0);
    let last = *ratios.last()?;
    let (less, more, last_times) = if last.y >= 1.0 {
        (0, 1, last.y)
    } else {
        (1, 0, 1.0 / last.y)
    };
    if less == 1 {
        ratios.iter_mut().for_each(|ratio| ratio.y = 1.0 / ratio.y);
    }
    let crossing = ratios
        .windows(2)
        .find(|pair| pair[0].y < TIMES && pair[1].y >= TIMES);
    let from = crossing.map(|pair| {
        let part = (TIMES - pair[0].y) / (pair[1].y - pair[0].y);
        pair[0].x + (pair[1].x - pair[0].x) * part
    });
    let said = [
        ("less", arm_name(plan, less, t)),
        ("more", arm_name(plan, more, t)),
        ("param", t(&plan.param.label_key(&plan.scenario))),
        ("at", significant(last.x, 3)),
        ("times", significant(last_times, 3)),
        ("from", significant(from.unwrap_or(f64::NAN), 3)),
    ];
    let key = match from {
        Some(_) => "charts.sweep.ten-times",
        None => "charts.sweep.times",
    };
    Some(fill(t, key, &said))
}

/// How the formulas compare and what they hold for, why some means are not to be relied on, and
/// from where on queues grow.
fn notes(plan: &SweepPlan, cells: &[Cell], curves: &[Curve], t: Translate) -> Vec<String> {
    let mut notes = Vec::new();
    let doubts: Vec<(usize, TooShort)> = cells
        .iter()
        .filter_map(|cell| Some((cell.arm, cell.mean?.too_short?)))
        .collect();
    if let Some((_, first)) = doubts.iter().min_by_key(|(arm, _)| *arm) {
        let said = [
            ("n", doubts.len().to_string()),
            ("why", runs_too_short(t, first)),
        ];
        notes.push(fill(t, "charts.sweep.doubtful", &said));
    }
    notes.extend(ten_times(curves, plan, t));
    for arm in (0..curves.len()).filter(|arm| curves[*arm].limit) {
        let said = [
            ("strategy", arm_name(plan, arm, t)),
            ("n", plan.scenario.servers.len().to_string()),
        ];
        notes.push(fill(t, "charts.sweep.limit", &said));
    }
    let unstable = curves.iter().filter_map(|c| c.unstable_from);
    if let Some(from) = unstable.reduce(f64::min) {
        let said = [("from", significant(from, 3))];
        notes.push(fill(t, "charts.sweep.unstable", &said));
    }
    notes
}

/// What an arm of a plan is called: its strategy; beside another scenario its letter, and what
/// distinguishes the two, which may be their autoscalers.
pub fn arm_name(plan: &SweepPlan, arm: usize, t: Translate) -> String {
    let Some(this) = plan.arms().nth(arm) else {
        return String::new();
    };
    let strategy = t(&format!("strategy.{}.name", this.strategy));
    let letter = ['A', 'B'][arm.min(1)];
    match &plan.beside {
        None => strategy,
        Some(other) if other.name == plan.scenario.name => {
            let by = this.scenario.autoscaler.by;
            let what = match other.autoscaler.by == plan.scenario.autoscaler.by {
                true => strategy,
                false => t(&format!("set-up.scale-by-{}", by.word())),
            };
            format!("{letter}: {what}")
        }
        Some(_) => format!("{letter}: {} · {strategy}", scene_name(this.scenario, t)),
    }
}

/// What a scenario is called: a preset in the reader's language, any other as it calls itself.
pub fn scene_name(scenario: &Scenario, t: Translate) -> String {
    let known = presets::find(&scenario.name).is_some();
    if known {
        t(&format!("preset.{}.name", scenario.name))
    } else {
        scenario.name.clone()
    }
}

/// A formula over the range of a sweep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Its values; NaN where it does not apply.
    points: Vec<Point>,
    /// Whether it only bounds.
    bounds: bool,
    /// Whether it holds for very many servers only.
    limit: bool,
    /// The first value of the parameter at which there is no mean in the long run, since queues
    /// grow without end.
    unstable_from: Option<f64>,
}

impl Curve {
    /// Drawn along the axis or, side by side with others, at its place; None if it has no values.
    fn series(&self, place: Option<f64>, hue: Hue, name: &str, t: Translate) -> Option<Series> {
        if !self.points.iter().any(|p| p.y.is_finite()) {
            return None;
        }
        let points = self.points.iter().map(|p| Point {
            x: place.unwrap_or(p.x),
            ..*p
        });
        let points: Vec<Point> = points.collect();
        let strategy = [("strategy", name.to_string())];
        Some(if self.bounds {
            let form = place.map_or(Form::Band, |_| Form::Boxes(0.5));
            Series::band(fill(t, "charts.sweep.bounds", &strategy), form, hue, points)
        } else {
            let form = place.map_or(Form::Line, |_| Form::Levels(0.5));
            let name = fill(t, "charts.sweep.predicted", &strategy);
            Series::predicted(name, form, hue, points)
        })
    }
}

/// The curves of a plan's arms, for a metric; empty ones where no formula speaks of it.
pub fn curves(plan: &SweepPlan, metric: &Metric) -> Vec<Curve> {
    let id = match metric.id {
        "response_mean_s" => PredictionId::Response,
        "present_mean_tasks" => PredictionId::Present,
        "response_p95_s" => PredictionId::ResponseP95,
        "response_p99_s" => PredictionId::ResponseP99,
        "wait_mean_s" => PredictionId::Wait,
        "utilisation" => PredictionId::Utilisation,
        "rejected_share" => PredictionId::Loss,
        "round_mean_s" if plan.scenario.arrivals.pattern == Pattern::Batch => {
            PredictionId::Makespan
        }
        "round_mean_s" => PredictionId::Step,
        _ => return Vec::new(),
    };
    let fine = SweepPlan {
        // Predictions take a while: each whole number is asked for once.
        points: if plan.param.is_whole() {
            plan.distinct_points()
        } else {
            CURVE_POINTS
        },
        replications: 1,
        ..plan.clone()
    };
    (0..plan.arms().len() as u32)
        .map(|arm| curve(&fine, arm, id))
        .collect()
}

/// What a formula says along a plan for one of its arms.
fn curve(plan: &SweepPlan, arm: u32, id: PredictionId) -> Curve {
    let n = plan.arms().len() as u32;
    let mut curve = Curve::default();
    for run in (0..plan.points).filter_map(|point| plan.run(point * n + arm)) {
        let x = run.value;
        let scenario = plan.scenario_of(&run).ok();
        let prediction = scenario.map(|scenario| Prediction::of(&scenario, id));
        curve.limit |= prediction
            .as_ref()
            .is_some_and(|p| p.kind == Exactness::Limit && p.value.is_ok());
        match prediction.map(|p| p.value) {
            Some(Ok(Quantity::Number(y))) => curve.points.push(Point::at(x, y)),
            Some(Ok(Quantity::Bounds { low, high })) => {
                curve.bounds = true;
                curve.points.push(Point::span(x, low, high));
            }
            Some(Err(Reason::Unstable { .. } | Reason::Overloaded { .. })) => {
                curve.unstable_from = Some(curve.unstable_from.map_or(x, |from| from.min(x)));
                curve.points.push(Point::at(x, f64::NAN));
            }
            _ => curve.points.push(Point::at(x, f64::NAN)),
        }
    }
    curve
}
