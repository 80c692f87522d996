//! When each task is assigned, T_i, against the article's formulas and the law that holds.

use super::laws::{Law, Printed, balancer_takes_time};
use super::so_far::SoFar;
use super::text::{Translate, fill, no_formula};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks};
use equipoise_engine::balance::{Share, StrategyId};
use equipoise_engine::scenario::{Pattern, Scenario};
use equipoise_engine::sim::log::Allocation;
use equipoise_formulas::Formula;
use equipoise_theory::PredictionId;

/// Tasks shown.
const WINDOW: u64 = 40;
/// Tasks for which there is room from the start, so that the first ones do not jump about.
const ROOM: u64 = 13;

/// Points: when the latest tasks were assigned, in their server's colour and shape. Dashed: (i −
/// 1)·R + T, and the article's formula for the strategy where that is another one.
pub(super) fn assignment(run: &Run, t: Translate) -> Chart {
    times(run, t, false)
}

/// The same, with hollow points for when service began, B_i.
pub(super) fn starts(run: &Run, t: Translate) -> Chart {
    times(run, t, true)
}

/// The place of the assignments: the second, in the scenes of the article's law and where it says
/// something about them that is not plain.
pub(super) fn place(scenario: &Scenario) -> Option<usize> {
    let has_law = match scenario.arrivals.pattern {
        Pattern::Fixed => scenario.arrivals.start_s > 0.0,
        Pattern::Poisson | Pattern::Bursty => {
            scenario.servers.len() > 1
                && scenario.balancer.strategy.id.share() == Share::ByLoad
                && scenario.sizes.cv() == 0.0
        }
        Pattern::Steps | Pattern::Batch | Pattern::Closed => false,
    };
    has_law.then_some(1)
}

/// The place of the starts: the second, where the gap between assignment and start is the point.
pub(super) fn place_of_starts(scenario: &Scenario) -> Option<usize> {
    let overloaded = scenario.utilisation().is_some_and(|rho| rho >= 1.0);
    let shown = match scenario.arrivals.pattern {
        Pattern::Steps | Pattern::Batch => {
            scenario.balancer.strategy.id == StrategyId::ArticleProgram
        }
        Pattern::Fixed => overloaded,
        Pattern::Poisson | Pattern::Bursty | Pattern::Closed => false,
    };
    shown.then_some(1)
}

/// The first and the last task in view, if there is any.
fn view(past: &SoFar) -> Option<(u64, u64)> {
    let first = past.latest(WINDOW as usize).next()?.task;
    let last = past.latest(1).next()?.task;
    // From the first task on as long as it fits.
    let from = if last <= WINDOW { 1 } else { first };
    Some((from, last.max(from + ROOM - 1)))
}

fn times(run: &Run, t: Translate, with_starts: bool) -> Chart {
    let past = SoFar::of(&run.timeline);
    let (from, to) = view(&past).unwrap_or((1, ROOM));
    let law = Law::of(&past);
    let mut series = law_series(&past, law.as_ref(), from, to, t);
    let shown = past.latest(WINDOW as usize);
    if with_starts {
        let begun = shown
            .clone()
            .filter(|a| a.started_s <= past.now_s)
            .map(|a| point(a, a.started_s))
            .collect();
        let name = t("charts.starts.observed");
        series.push(Series::observed(name, Form::Rings, Hue::Ink, begun));
    }
    let assigned: Vec<Point> = shown.map(|a| point(a, a.decided_s)).collect();
    let (id, title, name) = if with_starts {
        ("starts", "charts.starts.title", "charts.starts.assigned")
    } else {
        ("assignment", "charts.assignment.title", "charts.observed")
    };
    series.push(Series::observed(t(name), Form::Points, Hue::Ink, assigned));
    let lowest = if from == 1 { 0.0 } else { f64::INFINITY };
    let mut chart = Chart {
        id,
        title: t(title),
        x: tasks_axis(from, to, t),
        y: times_axis(&series, lowest, t("charts.time")),
        series,
        ..Chart::default()
    };
    add_notes(&mut chart, run, &past, law.as_ref(), t);
    chart
}

/// A task's point at a time (s), in its server's colour.
fn point(a: &Allocation, at_s: f64) -> Point {
    Point::at(a.task as f64, at_s).of(usize::from(a.server))
}

/// The law with its band, and the article's formula for the strategy where that is another one.
fn law_series(past: &SoFar, law: Option<&Law>, from: u64, to: u64, t: Translate) -> Vec<Series> {
    let Some(law) = law else {
        return Vec::new();
    };
    let mut series = Vec::new();
    let tasks = law.first.max(from)..=to;
    if law.random {
        let band = tasks.clone().map(|i| {
            let middle = law.at(i);
            let half = law.half_width_s(i);
            Point::span(i as f64, middle - half, middle + half)
        });
        let name = t("charts.band");
        series.push(Series::band(name, Form::Band, Hue::Accent, band.collect()));
    }
    let line = tasks.map(|i| Point::at(i as f64, law.at(i))).collect();
    let name = t("charts.assignment.law");
    series.push(Series::predicted(name, Form::Line, Hue::Accent, line));

    let Some(printed) = Printed::of(past) else {
        return series;
    };
    let points: Vec<Point> = printed
        .points(past, law, from, to)
        .into_iter()
        .map(|(i, s)| Point::at(i as f64, s))
        .collect();
    if !points.is_empty() {
        let line = Series::predicted(t(printed.key()), Form::Line, Hue::Warning, points);
        series.push(match printed {
            Printed::Weighted => line.labelled(t("charts.assignment.undefined")),
            Printed::LeastLoad => line,
        });
    }
    series
}

/// How far the latest tasks were assigned from (i − 1)·R + T, with the band that Poisson
/// arrivals leave open: ±1.96·R·√(i − 1).
pub(super) fn residual(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let (from, to) = view(&past).unwrap_or((1, ROOM));
    let law = Law::of(&past);
    let mut series = Vec::new();
    if let Some(law) = &law {
        if law.random {
            let band = (from.max(law.first)..=to).map(|i| {
                let half = law.half_width_s(i);
                Point::span(i as f64, -half, half)
            });
            let name = t("charts.band");
            series.push(Series::band(name, Form::Band, Hue::Accent, band.collect()));
        }
        series.push(Series::predicted(
            t("charts.assignment.law"),
            Form::HorizontalMark,
            Hue::Accent,
            vec![Point::at(from as f64, 0.0)],
        ));
        let points = past
            .latest(WINDOW as usize)
            .filter(|a| a.task >= law.first)
            .map(|a| point(a, a.decided_s - law.at(a.task)));
        let name = t("charts.observed");
        series.push(Series::observed(
            name,
            Form::Points,
            Hue::Ink,
            points.collect(),
        ));
    }
    let largest = series
        .iter()
        .flat_map(|s| &s.points)
        .flat_map(|p| [Some(p.y.abs()), p.low.map(f64::abs)])
        .flatten();
    // Without randomness there is nothing but rounding; a part of R keeps that small.
    let least = law.as_ref().map_or(1.0, |law| law.interval_s * 0.5);
    let reach = largest.fold(least, f64::max) * 1.1;
    let mut chart = Chart {
        id: "residual",
        title: t("charts.residual.title"),
        x: tasks_axis(from, to, t),
        y: Axis {
            label: t("charts.residual.axis"),
            unit: "s",
            from: -reach,
            to: reach,
            ticks: Ticks::Numbers,
        },
        series,
        ..Chart::default()
    };
    add_notes(&mut chart, run, &past, law.as_ref(), t);
    chart
}

fn add_notes(chart: &mut Chart, run: &Run, past: &SoFar, law: Option<&Law>, t: Translate) {
    let Some(law) = law else {
        let reason = run.prediction(PredictionId::ArticleRoundRobin);
        chart.no_prediction = reason
            .and_then(|p| p.value.as_ref().err())
            .map(|reason| no_formula(t, reason));
        return;
    };
    chart.formula = Some(Formula::ArticleRoundRobin);
    if law.seen {
        let values = [("task", law.first.to_string())];
        chart.notes.push(fill(t, "charts.assignment.seen", &values));
    }
    if balancer_takes_time(past) {
        chart.notes.push(t("charts.assignment.takes_time"));
    }
}

fn tasks_axis(from: u64, to: u64, t: Translate) -> Axis {
    let pad = (to - from) as f64 * 0.02 + 0.3;
    Axis {
        label: t("charts.task"),
        unit: "",
        from: from as f64 - pad,
        to: to as f64 + pad,
        ticks: Ticks::Whole,
    }
}

/// An axis that shows the laws and what was observed. A printed formula far off (its weights may
/// differ a thousandfold) runs out of the picture rather than flatten everything else.
fn times_axis(series: &[Series], from: f64, label: String) -> Axis {
    let (disputed, sound): (Vec<&Series>, Vec<&Series>) =
        series.iter().partition(|s| s.hue == Hue::Warning);
    let mut shown = values(&sound);
    let high = shown.iter().copied().fold(0.0, f64::max);
    shown.extend(values(&disputed).iter().map(|v| v.min(high * 1.5)));
    let low = shown.iter().copied().fold(f64::INFINITY, f64::min);
    let from = [from, low, 0.0]
        .into_iter()
        .find(|v| v.is_finite())
        .unwrap_or(0.0)
        .min(low.max(0.0));
    Axis::fit(label, "s", Ticks::Numbers, from, shown, 0.06)
}

/// All finite values of some series, with the lower ends of bands.
fn values(series: &[&Series]) -> Vec<f64> {
    series
        .iter()
        .flat_map(|s| &s.points)
        .flat_map(|p| [Some(p.y), p.low])
        .flatten()
        .filter(|v| v.is_finite())
        .collect()
}
