//! How many tasks each server has, over time.

use super::so_far::SoFar;
use super::text::{Translate, no_formula};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Role, Series, Ticks, thin_steps};
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::letter;
use equipoise_theory::{PredictionId, Quantity};

/// Decisions that the window of time reaches back.
const DECISIONS: usize = 50;
/// With more servers than this their lines cannot be distinguished: the chart shows the span from
/// least to most, and the mean.
const LINES: usize = 8;

/// A step line for each server: tasks there or on the way. Dashed: the predicted mean per server,
/// where servers are alike and there is a formula.
pub(super) fn load(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let from_s = match past.latest(DECISIONS).next() {
        Some(a) if a.decision > 1 => a.decided_s,
        _ => 0.0,
    };
    let to_s = past.now_s.max(from_s + 1e-9);
    let steps = steps(&past, from_s);
    let highest = steps.iter().flatten().map(|p| p.y).fold(0.0, f64::max);
    let mut chart = Chart {
        id: "load",
        title: t("charts.load.title"),
        // A little room after the present, where it is plain that nothing has happened yet.
        x: Axis {
            label: t("charts.time"),
            unit: "s",
            from: from_s,
            to: if past.now_s > from_s {
                to_s + (to_s - from_s) * 0.04
            } else {
                from_s + 1.0
            },
            ticks: Ticks::Numbers,
        },
        y: Axis::fit(
            t("charts.load.axis"),
            "",
            Ticks::Whole,
            0.0,
            [highest],
            0.15,
        ),
        ..Chart::default()
    };
    let now = vec![Point::at(past.now_s, 0.0)];
    chart.series.push(Series::new(
        "",
        Form::VerticalMark,
        Role::Guide,
        Hue::Muted,
        now,
    ));
    if past.latest(1).next().is_some() {
        if steps.len() > LINES {
            chart.series.extend(summary(&steps, t));
        } else {
            for (j, points) in steps.into_iter().enumerate() {
                let points = thin_steps(points);
                chart.series.push(Series::observed(
                    letter(j),
                    Form::Step,
                    Hue::Server(j),
                    points,
                ));
            }
        }
    }
    predict(&mut chart, run, t);
    chart
}

/// For each server its load from `from_s` (s) to now.
fn steps(past: &SoFar, from_s: f64) -> Vec<Vec<Point>> {
    let now = past.loads_now();
    let mut begin: Vec<Option<u32>> = vec![None; now.len()];
    let mut steps: Vec<Vec<Point>> = vec![Vec::new(); now.len()];
    let mut missing = now.len();
    for change in past.load_changes().rev() {
        let server = usize::from(change.server);
        if change.time_s > from_s {
            steps[server].push(Point::at(change.time_s, f64::from(change.load)));
        } else if begin[server].is_none() {
            begin[server] = Some(change.load);
            missing -= 1;
            if missing == 0 {
                break;
            }
        }
    }
    for (server, points) in steps.iter_mut().enumerate() {
        points.push(Point::at(from_s, f64::from(begin[server].unwrap_or(0))));
        points.reverse();
        points.push(Point::at(past.now_s, f64::from(now[server])));
    }
    steps
}

/// The least, the mean and the most over many servers, at evenly spaced times.
fn summary(steps: &[Vec<Point>], t: Translate) -> [Series; 2] {
    const TIMES: usize = 120;
    let from = steps[0].first().map_or(0.0, |p| p.x);
    let to = steps[0].last().map_or(0.0, |p| p.x);
    let mut next = vec![0; steps.len()];
    let mut span = Vec::with_capacity(TIMES + 1);
    let mut mean = Vec::with_capacity(TIMES + 1);
    for k in 0..=TIMES {
        let time_s = if k == TIMES {
            to
        } else {
            from + (to - from) * k as f64 / TIMES as f64
        };
        let mut low = f64::INFINITY;
        let mut high = 0.0_f64;
        let mut sum = 0.0;
        for (points, next) in steps.iter().zip(&mut next) {
            while points.get(*next + 1).is_some_and(|p| p.x <= time_s) {
                *next += 1;
            }
            let load = points[*next].y;
            low = low.min(load);
            high = high.max(load);
            sum += load;
        }
        span.push(Point::span(time_s, low, high));
        mean.push(Point::at(time_s, sum / steps.len() as f64));
    }
    [
        Series::observed(t("charts.load.span"), Form::Band, Hue::Ink, span),
        Series::observed(t("charts.load.mean"), Form::Line, Hue::Ink, mean),
    ]
}

fn predict(chart: &mut Chart, run: &Run, t: Translate) {
    let scenario = run.scenario();
    let servers = &scenario.servers;
    let Some(prediction) = run.prediction(PredictionId::Present) else {
        return;
    };
    match &prediction.value {
        // Tasks that wait to be pulled are at no server.
        Ok(_) if scenario.balancer.strategy.id == StrategyId::Pull => {}
        &Ok(Quantity::Number(present)) if servers.iter().all(|s| *s == servers[0]) => {
            let each = present / servers.len() as f64;
            chart.y.to = chart.y.to.max(each * 1.15);
            let level = vec![Point::at(chart.x.from, each)];
            let name = t("charts.load.predicted");
            chart.series.push(Series::predicted(
                name,
                Form::HorizontalMark,
                Hue::Accent,
                level,
            ));
            chart.formula = Some(prediction.formula);
        }
        Ok(_) => {}
        Err(reason) => chart.no_prediction = Some(no_formula(t, reason)),
    }
}
