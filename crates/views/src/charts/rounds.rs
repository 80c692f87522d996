//! How long training steps took; and for a single batch, when each server was done with its part.

use super::axes::servers_axis;
use super::so_far::SoFar;
use super::text::{Translate, no_formula};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks};
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{Pattern, Scenario};
use equipoise_theory::PredictionId;
use equipoise_theory::{Prediction, Quantity};

/// Rounds shown.
const WINDOW: usize = 40;
/// Rounds for which there is room from the start.
const ROOM: u64 = 10;

/// The first place of scenes with rounds. The article's program is about its starts instead.
pub(super) fn place(scenario: &Scenario) -> Option<usize> {
    let program = scenario.balancer.strategy.id == StrategyId::ArticleProgram;
    (scenario.has_rounds() && !program).then_some(0)
}

/// Bars: the length of the latest steps, or each server's part of a batch. Dashed: the predicted
/// length, that of the slowest server.
pub(super) fn rounds(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let (mut chart, id) = if past.scenario.arrivals.pattern == Pattern::Batch {
        (batch(&past, t), PredictionId::Makespan)
    } else {
        let ended = run.timeline.engine().totals().rounds;
        (steps(&past, ended, t), PredictionId::Step)
    };
    predict(&mut chart, run.prediction(id), t);
    let high = chart
        .series
        .iter()
        .flat_map(|s| &s.points)
        .map(|p| p.y)
        .filter(|y| y.is_finite());
    chart.y = Axis::fit(
        t("charts.time"),
        "s",
        Ticks::Numbers,
        0.0,
        high.collect::<Vec<_>>(),
        0.12,
    );
    chart
}

fn steps(past: &SoFar, ended: u64, t: Translate) -> Chart {
    let lengths: Vec<f64> = past.rounds().map(|r| r.ended_s - r.began_s).collect();
    let shown = &lengths[lengths.len().saturating_sub(WINDOW)..];
    let first = ended + 1 - (shown.len() as u64).min(ended);
    let bars: Vec<Point> = shown
        .iter()
        .zip(first..)
        .map(|(&length, number)| Point::at(number as f64, length))
        .collect();
    let last = ended.max(first + ROOM - 1);
    let mut series = vec![Series::observed(
        t("charts.observed"),
        Form::Bars(0.6),
        Hue::Plain,
        bars,
    )];
    if shown.len() > 1 {
        let mean = shown.iter().sum::<f64>() / shown.len() as f64;
        let level = vec![Point::at(first as f64, mean)];
        series.push(Series::observed(
            t("charts.rounds.mean"),
            Form::HorizontalMark,
            Hue::Ink,
            level,
        ));
    }
    Chart {
        id: "rounds",
        title: t("charts.rounds.title"),
        x: Axis {
            label: t("charts.rounds.step"),
            unit: "",
            from: first as f64 - 0.7,
            to: last as f64 + 0.7,
            ticks: Ticks::Whole,
        },
        series,
        ..Chart::default()
    }
}

fn batch(past: &SoFar, t: Translate) -> Chart {
    let servers = past.scenario.servers.len();
    let start_s = past.scenario.arrivals.start_s;
    let mut done_s = vec![0.0_f64; servers];
    for a in past.allocations() {
        let done = &mut done_s[usize::from(a.served_by)];
        *done = past.done_s(a).map_or(*done, |s| done.max(s - start_s));
    }
    let bars = done_s
        .iter()
        .enumerate()
        .filter(|(_, d)| **d > 0.0)
        .map(|(j, &d)| Point::at(j as f64, d).of(j))
        .collect();
    Chart {
        id: "rounds",
        title: t("charts.rounds.batch_title"),
        x: servers_axis(servers, t),
        series: vec![Series::observed(
            t("charts.rounds.done"),
            Form::Bars(0.5),
            Hue::Ink,
            bars,
        )],
        ..Chart::default()
    }
}

fn predict(chart: &mut Chart, prediction: Option<&Prediction>, t: Translate) {
    let Some(prediction) = prediction else { return };
    // Among bars of servers the name must say whose time it is.
    let names = match prediction.id {
        PredictionId::Makespan => ["charts.rounds.last", "charts.rounds.last-bounds"],
        _ => ["charts.predicted", "charts.bounds"],
    };
    match &prediction.value {
        &Ok(Quantity::Number(value)) => {
            let level = vec![Point::at(chart.x.from, value)];
            let name = t(names[0]);
            chart.series.push(Series::predicted(
                name,
                Form::HorizontalMark,
                Hue::Accent,
                level,
            ));
        }
        &Ok(Quantity::Bounds { low, high }) => {
            let band = [chart.x.from, chart.x.to]
                .map(|x| Point::span(x, low, high))
                .to_vec();
            chart
                .series
                .push(Series::band(t(names[1]), Form::Band, Hue::Accent, band));
        }
        Ok(Quantity::PerServer(values)) => {
            let levels = values
                .iter()
                .enumerate()
                .map(|(j, &v)| Point::at(j as f64, v))
                .collect();
            chart.series.push(Series::predicted(
                t("charts.predicted"),
                Form::Levels(0.7),
                Hue::Ink,
                levels,
            ));
        }
        Err(reason) => {
            chart.no_prediction = Some(no_formula(t, reason));
            return;
        }
    }
    chart.formula = Some(prediction.formula);
}
