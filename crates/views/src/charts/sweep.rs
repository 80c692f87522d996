//! A sweep: a number of the runs against what was changed, with the formula's curve where there is
//! one.

use super::{Translate, fill, runs_too_short, words};
use crate::plot::{Axis, Chart, Kind, Paint, Point, Role, Series, Ticks};
use equipoise_engine::number::significant;
use equipoise_engine::scenario::{Pattern, Scenario, presets};
use equipoise_engine::sweep::gather::{Cell, Metric};
use equipoise_engine::sweep::{Param, SweepPlan};
use equipoise_theory::{Prediction, PredictionId, Reason, Value};

/// Points of a formula's curve.
const CURVE_POINTS: u32 = 41;

/// Points: the mean over the runs done so far, in each way; rings: means that are not to be relied
/// on. Whiskers: their 95 % interval. The thin line stands at the point `picked`. Dashed: what the
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
    // Where nothing changes the ways stand side by side.
    let apart = plan.param == Param::Nothing;
    let span = if apart || plan.to == plan.from {
        1.0
    } else {
        (plan.to - plan.from).abs()
    };
    let pad = if plan.to == plan.from {
        0.5
    } else {
        span * 0.02
    };
    let last = if apart {
        plan.ways().len() as f64 - 1.0
    } else {
        plan.to
    };
    let here = (!apart && plan.points > 1).then(|| vec![Point::at(plan.value(picked), 0.0)]);
    let (mut series, mut values, mut predicted, mut doubts) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for s in 0..plan.ways().len() {
        let name = way_name(plan, s, t);
        let paint = Paint::Server(s);
        if let Some(curve) = curves
            .get(s)
            .filter(|c| c.points.iter().any(|p| p.y.is_finite()))
        {
            let (kind, role) = match (curve.bounds, apart) {
                (true, false) => (Kind::Band, Role::Band),
                (true, true) => (Kind::Boxes(0.5), Role::Band),
                (false, false) => (Kind::Line, Role::Prediction),
                (false, true) => (Kind::Levels(0.5), Role::Prediction),
            };
            let place = |p: &Point| {
                if apart {
                    Point { x: s as f64, ..*p }
                } else {
                    *p
                }
            };
            let points: Vec<Point> = curve.points.iter().map(place).collect();
            predicted.extend(points.iter().map(|p| p.y).filter(|y| y.is_finite()));
            let key = if curve.bounds {
                "charts.sweep.bounds"
            } else {
                "charts.sweep.predicted"
            };
            let formula = fill(t, key, &[("strategy", name.clone())]);
            series.push(Series::new(formula, kind, role, paint, points));
        }
        let place = |value: f64| if apart { s as f64 } else { value };
        let seen: Vec<_> = cells
            .iter()
            .filter(|c| c.way == s)
            .filter_map(|c| Some((place(c.value), c.mean?)))
            .collect();
        doubts.extend(seen.iter().filter_map(|(_, mean)| mean.too_short));
        let whiskers = seen.iter().filter(|(_, m)| m.half_width.is_finite());
        let whiskers: Vec<Point> = whiskers
            .map(|(x, m)| Point::span(*x, m.mean - m.half_width, m.mean + m.half_width))
            .collect();
        let means = |sure: bool| -> Vec<Point> {
            let those = seen.iter().filter(|(_, m)| m.too_short.is_none() == sure);
            those.map(|(x, m)| Point::at(*x, m.mean).of(s)).collect()
        };
        values.extend(seen.iter().map(|(_, m)| m.mean));
        values.extend(whiskers.iter().map(|p| p.y));
        series.push(Series::new(
            fill(t, "charts.sweep.interval", &[("strategy", name.clone())]),
            Kind::Bars(span * 0.003),
            Role::Observation,
            paint,
            whiskers,
        ));
        let short = fill(t, "charts.sweep.short", &[("strategy", name.clone())]);
        for (name, kind, points) in [
            (name, Kind::Points, means(true)),
            (short, Kind::Rings, means(false)),
        ] {
            if !points.is_empty() {
                series.push(Series::new(name, kind, Role::Observation, paint, points));
            }
        }
    }
    // A formula that goes up to a pole must not flatten what was observed.
    let highest = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    values.push(if values.is_empty() || apart {
        highest(&predicted)
    } else {
        highest(&predicted).min(1.6 * highest(&values))
    });
    let ticks = if metric.unit.is_empty() {
        Ticks::Percent
    } else {
        Ticks::Numbers
    };
    let mut chart = Chart {
        id: "sweep",
        title: t(&format!("sweep.metric.{}", metric.id)),
        x: Axis {
            label: t(&format!("sweep.param.{}", plan.param)),
            from: plan.from.min(last) - pad,
            to: plan.from.max(last) + pad,
            ticks: match plan.param {
                Param::Nothing => Ticks::Names(
                    (0..plan.ways().len())
                        .map(|s| (s as f64, way_name(plan, s, t)))
                        .collect(),
                ),
                param if param.is_whole() => Ticks::Whole,
                _ => Ticks::Numbers,
            },
            ..Axis::default()
        },
        y: Axis::fit(
            t(&format!("sweep.metric.{}", metric.id)),
            metric.unit,
            ticks,
            0.0,
            values,
            0.08,
        ),
        series: here
            .map(|here| Series::new("", Kind::VerticalMark, Role::Guide, Paint::Faint, here))
            .into_iter()
            .chain(series)
            .collect(),
        words: words(t),
        ..Chart::default()
    };
    for curve in chart
        .series
        .iter_mut()
        .filter(|s| s.role == Role::Prediction && s.kind == Kind::Line)
    {
        let gone = curve.points.iter_mut().filter(|p| p.y > chart.y.to);
        gone.for_each(|p| p.y = f64::NAN);
    }
    if let Some(first) = doubts.first() {
        let said = [
            ("n", doubts.len().to_string()),
            ("why", runs_too_short(t, first)),
        ];
        chart.notes.push(fill(t, "charts.sweep.doubtful", &said));
    }
    if let Some(from) = curves
        .iter()
        .filter_map(|c| c.unstable_from)
        .reduce(f64::min)
    {
        chart.notes.push(fill(
            t,
            "charts.sweep.unstable",
            &[("from", significant(from, 3))],
        ));
    }
    chart
}

/// What a way of a plan is called: its strategy; beside another scenario its letter, and what tells
/// the two apart.
pub fn way_name(plan: &SweepPlan, way: usize, t: Translate) -> String {
    let Some(this) = plan.ways().nth(way) else {
        return String::new();
    };
    let strategy = t(&format!("strategy.{}.name", this.strategy));
    match &plan.beside {
        None => strategy,
        Some(other) if other.name == plan.scenario.name => {
            format!("{}: {strategy}", ['A', 'B'][way.min(1)])
        }
        Some(_) => format!(
            "{}: {} · {strategy}",
            ['A', 'B'][way.min(1)],
            scene_name(this.scenario, t)
        ),
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
    /// The first value of the parameter at which there is no mean in the long run, since queues
    /// grow without end.
    unstable_from: Option<f64>,
}

/// The curves of a plan's ways, for a metric; empty ones where no formula speaks of it.
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
        points: if plan.param.is_whole() {
            plan.points
        } else {
            CURVE_POINTS
        },
        replications: 1,
        ..plan.clone()
    };
    let n = plan.ways().len() as u32;
    let curve = |s: u32| {
        let mut curve = Curve::default();
        for run in (0..fine.points).filter_map(|point| fine.run(point * n + s)) {
            let answer = fine
                .scenario_of(&run)
                .ok()
                .map(|scenario| Prediction::of(&scenario, id).value);
            match answer {
                Some(Ok(Value::Number(y))) => curve.points.push(Point::at(run.value, y)),
                Some(Ok(Value::Bounds { low, high })) => {
                    curve.bounds = true;
                    curve.points.push(Point::span(run.value, low, high));
                }
                other => {
                    let grows = matches!(
                        other,
                        Some(Err(Reason::Unstable { .. } | Reason::Overloaded { .. }))
                    );
                    if grows && curve.unstable_from.is_none_or(|from| run.value < from) {
                        curve.unstable_from = Some(run.value);
                    }
                    curve.points.push(Point::at(run.value, f64::NAN));
                }
            }
        }
        curve
    };
    (0..n).map(curve).collect()
}
