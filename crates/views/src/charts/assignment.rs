//! When each task is assigned, T_i, against the article's formulas and the law that holds.

use super::laws::{Law, Printed, balancer_takes_time};
use super::past::Past;
use super::{Translate, fill, no_formula, prediction};
use crate::plot::{Axis, Chart, Kind, Paint, Point, Role, Series, Ticks};
use equipoise_engine::sim::timeline::Timeline;
use equipoise_formulas::Formula;
use equipoise_theory::PredictionId;

/// Tasks shown.
const WINDOW: u64 = 40;
/// Tasks for which there is room from the start, so that the first ones do not jump about.
const ROOM: u64 = 13;

/// Points: when the latest tasks were assigned, in their server's colour and shape. Dashed: (i −
/// 1)·R + T, and the article's formula for the strategy where that is another one.
pub fn assignment(timeline: &Timeline, t: Translate) -> Chart {
    times(timeline, t, false)
}

/// The same, with hollow points for when service began, B_i.
pub fn starts(timeline: &Timeline, t: Translate) -> Chart {
    times(timeline, t, true)
}

/// The first and the last task in view, if there is any.
fn view(past: &Past) -> Option<(u64, u64)> {
    let (first, last) = (
        past.latest(WINDOW as usize).next()?.task,
        past.latest(1).next()?.task,
    );
    // From the first task on as long as it fits.
    let from = if last <= WINDOW { 1 } else { first };
    Some((from, last.max(from + ROOM - 1)))
}

fn times(timeline: &Timeline, t: Translate, with_starts: bool) -> Chart {
    let past = Past::of(timeline);
    let (from, to) = view(&past).unwrap_or((1, ROOM));
    let shown = past.latest(WINDOW as usize);
    let law = Law::of(&past);
    let mut series = Vec::new();

    if let Some(law) = &law {
        let law_at = |i: u64| Point::at(i as f64, law.at(i));
        let band_at = |i: u64| {
            Point::span(
                i as f64,
                law.at(i) - law.half_width_s(i),
                law.at(i) + law.half_width_s(i),
            )
        };
        if law.random {
            let band = (law.first.max(from)..=to).map(band_at).collect();
            series.push(Series::new(
                t("charts.band"),
                Kind::Band,
                Role::Band,
                Paint::Accent,
                band,
            ));
        }
        let line = (law.first.max(from)..=to).map(law_at).collect();
        series.push(Series::new(
            t("charts.assignment.law"),
            Kind::Line,
            Role::Prediction,
            Paint::Accent,
            line,
        ));
    }
    let printed = Printed::of(&past)
        .zip(law.as_ref())
        .map(|(p, law)| (p, p.points(&past, law, from, to)));
    if let Some((printed, points)) = printed.filter(|(_, points)| !points.is_empty()) {
        let points = points
            .into_iter()
            .map(|(i, s)| Point::at(i as f64, s))
            .collect();
        let mut line = Series::new(
            t(printed.key()),
            Kind::Line,
            Role::Prediction,
            Paint::Warning,
            points,
        );
        if printed == Printed::Weighted {
            line = line.labelled(t("charts.assignment.undefined"));
        }
        series.push(line);
    }
    let point = |a: &equipoise_engine::sim::log::Allocation, at_s: f64| {
        Point::at(a.task as f64, at_s).of(usize::from(a.server))
    };
    if with_starts {
        let begun = shown
            .clone()
            .filter(|a| a.started_s <= past.now_s)
            .map(|a| point(a, a.started_s))
            .collect();
        series.push(Series::new(
            t("charts.starts.observed"),
            Kind::Rings,
            Role::Observation,
            Paint::Ink,
            begun,
        ));
    }
    let assigned: Vec<Point> = shown.map(|a| point(a, a.decided_s)).collect();
    let name = if with_starts {
        "charts.starts.assigned"
    } else {
        "charts.observed"
    };
    series.push(Series::new(
        t(name),
        Kind::Points,
        Role::Observation,
        Paint::Ink,
        assigned,
    ));

    let mut chart = Chart {
        id: if with_starts { "starts" } else { "assignment" },
        title: t(if with_starts {
            "charts.starts.title"
        } else {
            "charts.assignment.title"
        }),
        x: tasks_axis(from, to, t),
        y: times_axis(
            &series,
            if from == 1 { 0.0 } else { f64::INFINITY },
            t("charts.time"),
        ),
        series,
        ..Chart::default()
    };
    add_notes(&mut chart, &past, law.as_ref(), t);
    chart
}

/// How far the latest tasks were assigned from (i − 1)·R + T, with the band that Poisson
/// arrivals leave open: ±1.96·R·√(i − 1).
pub fn residual(timeline: &Timeline, t: Translate) -> Chart {
    let past = Past::of(timeline);
    let (from, to) = view(&past).unwrap_or((1, ROOM));
    let law = Law::of(&past);
    let mut series = Vec::new();
    if let Some(law) = &law {
        if law.random {
            let band = (from.max(law.first)..=to).map(|i| (i, law.half_width_s(i)));
            let band = band
                .map(|(i, half)| Point::span(i as f64, -half, half))
                .collect();
            series.push(Series::new(
                t("charts.band"),
                Kind::Band,
                Role::Band,
                Paint::Accent,
                band,
            ));
        }
        let zero = vec![Point::at(from as f64, 0.0)];
        series.push(Series::new(
            t("charts.assignment.law"),
            Kind::HorizontalMark,
            Role::Prediction,
            Paint::Accent,
            zero,
        ));
        let shown = past.latest(WINDOW as usize);
        let points = shown.filter(|a| a.task >= law.first);
        let points = points.map(|a| {
            Point::at(a.task as f64, a.decided_s - law.at(a.task)).of(usize::from(a.server))
        });
        series.push(Series::new(
            t("charts.observed"),
            Kind::Points,
            Role::Observation,
            Paint::Ink,
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
    add_notes(&mut chart, &past, law.as_ref(), t);
    chart
}

fn add_notes(chart: &mut Chart, past: &Past, law: Option<&Law>, t: Translate) {
    match law {
        Some(law) => {
            chart.formula = Some(Formula::ArticleRoundRobin);
            if law.seen {
                chart.notes.push(fill(
                    t,
                    "charts.assignment.seen",
                    &[("task", law.first.to_string())],
                ));
            }
            if balancer_takes_time(past) {
                chart.notes.push(t("charts.assignment.takes_time"));
            }
        }
        None => {
            let reason = prediction(past.scenario, PredictionId::ArticleRoundRobin)
                .and_then(|p| p.value.err());
            chart.no_prediction = reason.map(|reason| no_formula(t, &reason));
        }
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
    let values = |s: &Series| {
        s.points
            .iter()
            .flat_map(|p| [Some(p.y), p.low])
            .flatten()
            .filter(|v| v.is_finite())
            .collect::<Vec<_>>()
    };
    let (disputed, sound): (Vec<&Series>, Vec<&Series>) =
        series.iter().partition(|s| s.paint == Paint::Warning);
    let mut shown: Vec<f64> = sound.into_iter().flat_map(values).collect();
    let high = shown.iter().copied().fold(0.0, f64::max);
    shown.extend(
        disputed
            .into_iter()
            .flat_map(values)
            .map(|v| v.min(high * 1.5)),
    );
    let low = shown.iter().copied().fold(f64::INFINITY, f64::min);
    let from = if from.is_finite() {
        from
    } else if low.is_finite() {
        low
    } else {
        0.0
    };
    Axis::fit(
        label,
        "s",
        Ticks::Numbers,
        from.min(low.max(0.0)),
        shown,
        0.06,
    )
}
