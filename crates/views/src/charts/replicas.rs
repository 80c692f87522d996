//! Replicas of language models over time: their batches, and their KV caches.

use super::axes::recent;
use super::measured;
use super::so_far::SoFar;
use super::steps::{LINES, lines, present, steps, summary, total};
use super::text::{Translate, fill};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks, thin, thin_steps};
use equipoise_engine::scenario::{Scenario, letter};
use equipoise_engine::sim::server::BatchLoad;
use equipoise_theory::{Prediction, PredictionId};

/// The third place.
pub(super) fn place(scenario: &Scenario) -> Option<usize> {
    scenario.has_replicas().then_some(2)
}

/// The second place where the KV cache is given a size of its own: then the scene is about that.
pub(super) fn place_of_kv(scenario: &Scenario) -> Option<usize> {
    let limited = scenario.replicas.kv_tokens.is_some();
    (scenario.has_replicas() && limited).then_some(1)
}

/// A step line for each replica: the requests in its batch. Area: those that wait at it. Dashed:
/// the predicted mean of a batch.
pub(super) fn replicas(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let running = over_time(&past, t, |load| f64::from(load.running));
    let waiting = over_time(&past, t, |load| f64::from(load.waiting));
    let all = running.iter().chain(&waiting).flatten();
    let predicted = run.prediction(PredictionId::LoadRunning);
    let predicted = predicted.and_then(Prediction::number);
    let highest = all.map(|p| p.y).fold(predicted.unwrap_or(0.0), f64::max);
    let (label, whole) = (t("charts.replicas.axis"), Ticks::Whole);
    let from_s = recent(&past, t).from;
    let measured = measured::running(run, from_s, past.now_s, t);
    let mut all_running = Vec::new();
    if measured.is_some() && running.len() > 1 {
        all_running = total(&running);
    }
    let sums = measured.iter().flat_map(|series| &series.points);
    let highest = sums
        .chain(&all_running)
        .map(|p| p.y)
        .fold(highest, f64::max);
    let y = Axis::fit(label, "", whole, 0.0, [highest], 0.15);
    let mut series = Vec::new();
    if past.latest(1).next().is_some() {
        series.extend(areas(&waiting, t));
        series.extend(lines(running, t));
        series.extend(predicted.map(|mean| level(mean, &past, t)));
        if !all_running.is_empty() {
            let name = t("charts.measured.simulated");
            let points = thin_steps(all_running);
            series.push(Series::observed(name, Form::Step, Hue::Ink, points));
        }
    }
    series.extend(measured);
    chart("replicas", y, series, &past, t)
}

/// A step line for each replica: the share of its KV cache in use.
pub(super) fn kv_cache(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let y = Axis {
        label: t("charts.kv-cache.axis"),
        ticks: Ticks::Percent,
        to: 1.05,
        ..Axis::default()
    };
    let mut series = Vec::new();
    if past.latest(1).next().is_some() {
        series = lines(over_time(&past, t, |load| load.kv_usage), t);
    }
    chart("kv-cache", y, series, &past, t)
}

/// A predicted mean.
fn level(mean: f64, past: &SoFar, t: Translate) -> Series {
    let points = vec![Point::at(recent(past, t).from, mean)];
    let name = t("charts.predicted");
    Series::predicted(name, Form::HorizontalMark, Hue::Accent, points)
}

/// Lately, with what is drawn in it.
fn chart(id: &'static str, y: Axis, series: Vec<Series>, past: &SoFar, t: Translate) -> Chart {
    let mut chart = Chart {
        id,
        title: t(&format!("charts.{id}.title")),
        x: recent(past, t),
        y,
        series: vec![present(past.now_s)],
        ..Chart::default()
    };
    chart.series.extend(series);
    chart
}

/// A number of each replica's load, lately.
fn over_time(past: &SoFar, t: Translate, of: fn(&BatchLoad) -> f64) -> Vec<Vec<Point>> {
    let now: Vec<f64> = past.batches_now().iter().map(of).collect();
    let samples = past.batches().map(|b| (b.time_s, b.server, of(&b.load)));
    steps(samples, &now, recent(past, t).from, past.now_s)
}

/// An area for each replica at which requests waited; of many replicas, the mean.
fn areas(waiting: &[Vec<Point>], t: Translate) -> Vec<Series> {
    if waiting.len() > LINES {
        let [_, mean] = summary(waiting, t);
        let name = t("charts.replicas.waiting-mean");
        return vec![Series {
            name,
            hue: Hue::Second,
            ..mean
        }];
    }
    let servers = waiting.iter().enumerate();
    let with_any = servers.filter(|(_, points)| points.iter().any(|p| p.y > 0.0));
    with_any.map(|(j, points)| area(j, points, t)).collect()
}

/// The requests that waited at a replica.
fn area(server: usize, waiting: &[Point], t: Translate) -> Series {
    let mut points = thin(waiting.to_vec());
    for point in &mut points {
        point.low = Some(0.0);
    }
    let values = [("server", letter(server))];
    let name = fill(t, "charts.replicas.waiting", &values);
    Series::observed(name, Form::Band, Hue::Server(server), points)
}
