//! A sweep: a number of the runs against what was changed, with the formula's curve where there is one.

use super::{Translate, fill};
use crate::scenario::Scenario;
use crate::sweep::SweepPlan;
use crate::sweep::gather::{Cell, Metric};
use crate::theory::{self, Value};
use crate::view::chart::{Axis, Chart, Kind, Paint, Point, Role, Series, Ticks};

/// Points of a formula's curve.
const CURVE_POINTS: u32 = 41;

/// Points: the mean over the runs done so far, for each strategy. Whiskers: its 95 % interval. Dashed: what the formula
/// says for each strategy, a band where it only bounds.
pub fn sweep(plan: &SweepPlan, cells: &[Cell], metric: &Metric, curves: &[Curve], t: Translate) -> Chart {
    let span = (plan.to - plan.from).abs().max(1e-9);
    let (mut series, mut values, mut doubtful) = (Vec::new(), Vec::new(), 0);
    for (s, &id) in plan.strategies().iter().enumerate() {
        let name = t(&format!("strategy.{id}.name"));
        let paint = Paint::Server(s);
        if let Some(curve) = curves.get(s).filter(|c| c.points.iter().any(|p| p.y.is_finite())) {
            let (kind, role) = if curve.bounds { (Kind::Band, Role::Band) } else { (Kind::Line, Role::Prediction) };
            series.push(Series::new(
                fill(t, "charts.sweep.formula", &[("strategy", name.clone())]),
                kind,
                role,
                paint,
                curve.points.clone(),
            ));
        }
        let seen: Vec<_> = cells.iter().filter(|c| c.strategy == id).filter_map(|c| Some((c.value, c.mean?))).collect();
        doubtful += seen.iter().filter(|(_, mean)| mean.too_short.is_some()).count();
        let whiskers = seen.iter().filter(|(_, m)| m.half_width.is_finite());
        let whiskers: Vec<Point> =
            whiskers.map(|(x, m)| Point::span(*x, m.mean - m.half_width, m.mean + m.half_width)).collect();
        let means: Vec<Point> = seen.iter().map(|(x, m)| Point::at(*x, m.mean).of(s)).collect();
        values.extend(seen.iter().map(|(_, m)| m.mean));
        values.extend(whiskers.iter().map(|p| p.y));
        series.push(Series::new(
            fill(t, "charts.sweep.interval", &[("strategy", name.clone())]),
            Kind::Bars(span * 0.003),
            Role::Observation,
            paint,
            whiskers,
        ));
        series.push(Series::new(name, Kind::Points, Role::Observation, paint, means));
    }
    let ticks = if metric.unit.is_empty() { Ticks::Percent } else { Ticks::Numbers };
    let mut chart = Chart {
        id: "sweep",
        title: t(&format!("sweep.metric.{}", metric.id)),
        x: Axis {
            label: t(&format!("sweep.param.{}", plan.param)),
            from: plan.from.min(plan.to) - span * 0.02,
            to: plan.from.max(plan.to) + span * 0.02,
            ticks: if plan.param.is_whole() { Ticks::Whole } else { Ticks::Numbers },
            ..Axis::default()
        },
        y: Axis::fit(t(&format!("sweep.metric.{}", metric.id)), metric.unit, ticks, 0.0, values, 0.08),
        series,
        server_word: t("charts.server"),
        ..Chart::default()
    };
    if doubtful > 0 {
        chart.notes.push(fill(t, "charts.sweep.doubtful", &[("n", doubtful.to_string())]));
    }
    chart
}

/// A formula over the range of a sweep.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Its values; NaN where it does not apply.
    points: Vec<Point>,
    /// Whether it only bounds.
    bounds: bool,
}

/// The curves of a plan's strategies, for a metric; empty ones where no formula speaks of it.
pub fn curves(plan: &SweepPlan, metric: &Metric) -> Vec<Curve> {
    let id = match metric.id {
        "response_mean_s" => "response",
        "present_mean_tasks" => "present",
        "utilisation" => "utilisation",
        "round_mean_s" => "step",
        _ => return Vec::new(),
    };
    let fine = SweepPlan {
        points: if plan.param.is_whole() { plan.points } else { CURVE_POINTS },
        replications: 1,
        ..plan.clone()
    };
    let n = plan.strategies().len() as u32;
    let curve = |s: u32| {
        let mut curve = Curve::default();
        for run in (0..fine.points).filter_map(|point| fine.run(point * n + s)) {
            match fine.scenario_of(&run).ok().and_then(|scenario| value(&scenario, id)) {
                Some(Value::Number(y)) => curve.points.push(Point::at(run.value, y)),
                Some(Value::Bounds { low, high }) => {
                    curve.bounds = true;
                    curve.points.push(Point::span(run.value, low, high));
                }
                _ => curve.points.push(Point::at(run.value, f64::NAN)),
            }
        }
        curve
    };
    (0..n).map(curve).collect()
}

fn value(scenario: &Scenario, id: &str) -> Option<Value> {
    theory::predict(scenario).into_iter().find(|p| p.id == id)?.value.ok()
}
