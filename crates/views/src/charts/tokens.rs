//! How fast language models answer: times to first token and per output token, with the objectives.

use super::axes::recent;
use super::measured;
use super::so_far::SoFar;
use super::text::{Translate, fill};
use crate::plot::{Axis, Chart, Form, Hue, Point, Role, Series, Ticks, thin};
use crate::{Quantity, Run};
use equipoise_engine::number::{percent, significant};
use equipoise_engine::scenario::Scenario;
use equipoise_engine::stats::order::ascending;
use equipoise_engine::stats::quantile::of_sorted;

/// Requests that a running percentile looks back on.
const BEHIND: usize = 50;
/// With fewer than these a percentile says nothing yet.
const FEW: usize = 10;
/// Answers that the share of good ones is of.
const LATEST: usize = 400;
/// Where all points are below this part of the objective its line would leave them no room.
const SQUEEZED: f64 = 0.3;

/// The first place.
pub(super) fn place_of_first(scenario: &Scenario) -> Option<usize> {
    scenario.has_replicas().then_some(0)
}

/// The second place.
pub(super) fn place_of_others(scenario: &Scenario) -> Option<usize> {
    scenario.has_replicas().then_some(1)
}

/// A point for each first token of late, when it was there: how long after the request was
/// sent. Lines: their running percentiles. Across: the objective.
pub(super) fn first_token(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let tokens = past.first_tokens();
    let points = tokens
        .into_iter()
        .map(|(at_s, after_s, server)| Point::at(at_s, after_s).of(usize::from(server)));
    let points = points.collect();
    let measured = measured::points(run, Quantity::FirstToken, window(&past, t), 1.0);
    let objective_s = past.scenario.requests.ttft_objective_s;
    let of = Of("first-token", "s", Some(objective_s));
    let mut chart = chart(of, points, measured, &past, t);
    chart.notes.extend(goodput(&past, t));
    chart
}

/// A point for each answer of late, when it was complete: its time per output token after
/// the first. Lines: their running percentiles. Across: the objective.
pub(super) fn per_token(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let timed = past.answers().filter(|a| !a.tpot_s.is_nan());
    let points = timed.map(|a| Point::at(a.end_s, a.tpot_s * 1000.0).of(usize::from(a.server)));
    let points = points.collect();
    let measured = measured::points(run, Quantity::PerToken, window(&past, t), 1000.0);
    let objective_ms = past.scenario.requests.tpot_objective_s * 1000.0;
    let of = Of("per-token", "ms", Some(objective_ms));
    chart(of, points, measured, &past, t)
}

/// A point for each answer of late, when it was complete: how long after the request was sent.
/// Lines: their running percentiles.
pub(super) fn end_to_end(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let answers = past.answers();
    let points =
        answers.map(|a| Point::at(a.end_s, a.end_s - a.arrival_s).of(usize::from(a.server)));
    let points = points.collect();
    let measured = measured::points(run, Quantity::EndToEnd, window(&past, t), 1.0);
    chart(Of("end-to-end", "s", None), points, measured, &past, t)
}

/// From when to when charts show what was measured (s).
fn window(past: &SoFar, t: Translate) -> (f64, f64) {
    (recent(past, t).from, past.now_s)
}

/// Id and unit of a chart, and the objective, if there is one.
struct Of(&'static str, &'static str, Option<f64>);

/// Those of these points that are of late, the lowest and highest of too many, with what is said of
/// all.
fn chart(
    Of(id, unit, objective): Of,
    mut points: Vec<Point>,
    mut measured: Vec<Point>,
    past: &SoFar,
    t: Translate,
) -> Chart {
    let x = recent(past, t);
    let mut median = running(&measured, 0.5);
    for points in [&mut measured, &mut median] {
        points.drain(..points.partition_point(|p| p.x < x.from));
    }
    let mut lines = [(0.5, "p50", Hue::Ink), (0.9, "p90", Hue::Second)].map(|(share, key, hue)| {
        let name = t(&format!("charts.tokens.{key}"));
        Series::observed(name, Form::Line, hue, running(&points, share))
    });
    for points in lines.iter_mut().map(|s| &mut s.points).chain([&mut points]) {
        points.drain(..points.partition_point(|p| p.x < x.from));
        *points = thin(std::mem::take(points));
    }
    let both = points.iter().chain(&measured);
    let highest = both.map(|p| p.y).fold(0.0, f64::max);
    let mut y = vec![highest];
    let mut series = Vec::new();
    let mut notes = Vec::new();
    if let Some(objective) = objective {
        let value = format!("{} {unit}", significant(objective, 3));
        if points.is_empty() || highest > objective * SQUEEZED {
            y.push(objective);
            let level = vec![Point::at(x.from, objective)];
            let level = Series::new("", Form::HorizontalMark, Role::Guide, Hue::Warning, level);
            let label = fill(t, "charts.tokens.objective", &[("value", value)]);
            series.push(level.labelled(label));
        } else {
            notes.push(fill(t, "charts.tokens.below", &[("value", value)]));
        }
    }
    let name = t("charts.tokens.request");
    series.push(Series::observed(name, Form::Points, Hue::Plain, points));
    series.extend(lines);
    series.extend(measured::requests(measured, median, t));
    let label = t(&format!("charts.{id}.axis"));
    Chart {
        id,
        title: t(&format!("charts.{id}.title")),
        x,
        y: Axis::fit(label, unit, Ticks::Numbers, 0.0, y, 0.15),
        series,
        notes,
        ..Chart::default()
    }
}

/// The value below which this share of the latest values lie, at each point but the first few.
fn running(points: &[Point], share: f64) -> Vec<Point> {
    let line = (FEW..=points.len()).filter_map(|end| {
        let behind = &points[end.saturating_sub(BEHIND)..end];
        let mut values: Vec<f64> = behind.iter().map(|p| p.y).collect();
        ascending(&mut values);
        Some(Point::at(behind.last()?.x, of_sorted(&values, share)?))
    });
    line.collect()
}

/// How many of the latest answers met both objectives.
fn goodput(past: &SoFar, t: Translate) -> Option<String> {
    let requests = &past.scenario.requests;
    let latest = past.answers().rev().take(LATEST);
    let shown = latest.len();
    let good = latest.filter(|a| a.meets(requests)).count();
    let values = [
        ("shown", shown.to_string()),
        ("share", percent(good as f64 / shown as f64)),
        ("ttft", significant(requests.ttft_objective_s, 3)),
        ("tpot", significant(requests.tpot_objective_s * 1000.0, 3)),
    ];
    (shown > 0).then(|| fill(t, "charts.tokens.goodput", &values))
}
