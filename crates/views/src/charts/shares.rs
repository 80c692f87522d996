//! The share of tasks that each server got, against the share that the rule gives it.

use super::past::Past;
use super::{Translate, fill, no_formula, prediction};
use crate::palette::server_shape;
use crate::plot::{Axis, Chart, Kind, Paint, Point, Role, Series, Ticks};
use equipoise_engine::number::significant;
use equipoise_engine::scenario::letter;
use equipoise_engine::sim::timeline::Timeline;
use equipoise_theory::PredictionId;

/// Bars: share of the decisions since the start, or since the last change to the scenario. Dashed:
/// the predicted share, with the band in which 95 of 100 runs of so many decisions lie.
pub fn shares(timeline: &Timeline, t: Translate) -> Chart {
    let past = Past::of(timeline);
    let counts = past.decided_each();
    let decided: u64 = counts.iter().sum();
    let mut chart = Chart {
        id: "shares",
        title: t("charts.shares.title"),
        x: servers_axis(counts.len(), t),
        ..Chart::default()
    };
    let observed =
        |(j, &count): (usize, &u64)| Point::at(j as f64, count as f64 / decided as f64).of(j);
    let bars: Vec<Point> = if decided > 0 {
        counts.iter().enumerate().map(observed).collect()
    } else {
        Vec::new()
    };
    let mut high: f64 = bars.iter().map(|p| p.y).fold(0.0, f64::max);
    chart.series.push(Series::new(
        t("charts.observed"),
        Kind::Bars(0.5),
        Role::Observation,
        Paint::Ink,
        bars,
    ));

    match equipoise_theory::shares::expected(past.scenario) {
        Ok(shares) => {
            let band = |j: usize| shares.band(j, decided);
            if decided > 0 {
                let boxes = (0..counts.len())
                    .map(|j| Point::span(j as f64, band(j).0, band(j).1))
                    .collect();
                chart.series.push(Series::new(
                    t("charts.band"),
                    Kind::Boxes(0.7),
                    Role::Band,
                    Paint::Ink,
                    boxes,
                ));
            }
            let levels: Vec<Point> = shares
                .expected
                .iter()
                .enumerate()
                .map(|(j, &s)| Point::at(j as f64, s))
                .collect();
            high = levels.iter().map(|p| p.y).fold(high, f64::max);
            chart.series.push(Series::new(
                t("charts.predicted"),
                Kind::Levels(0.7),
                Role::Prediction,
                Paint::Ink,
                levels,
            ));
            chart.formula = prediction(past.scenario, PredictionId::Shares).map(|p| p.formula);
        }
        Err(reason) => chart.no_prediction = Some(no_formula(t, &reason)),
    }
    if let Some(edit) = past.last_edit() {
        let values = [
            ("time", significant(edit.time_s, 4)),
            ("tasks", decided.to_string()),
        ];
        chart
            .notes
            .push(fill(t, "charts.shares.since_change", &values));
    }
    let to = if high > 0.5 || high == 0.0 {
        1.0
    } else {
        (high * 1.3 * 20.0).ceil() / 20.0
    };
    chart.y = Axis {
        label: t("charts.shares.share"),
        from: 0.0,
        to,
        ticks: Ticks::Percent,
        ..Axis::default()
    };
    chart
}

/// An axis with a place for each server.
pub(super) fn servers_axis(servers: usize, t: Translate) -> Axis {
    // With many servers the letter alone: there is no room for the shape.
    let name = |j: usize| {
        if servers > 12 {
            letter(j)
        } else {
            format!("{} {}", server_shape(j).glyph(), letter(j))
        }
    };
    let names = (0..servers).map(|j| (j as f64, name(j))).collect();
    // Few bars must not become blocks.
    let around = if servers < 3 {
        1.5 - 0.5 * (servers as f64 - 1.0)
    } else {
        0.6
    };
    Axis {
        label: t("charts.server"),
        unit: "",
        from: -around,
        to: servers as f64 - 1.0 + around,
        ticks: Ticks::Names(names),
    }
}
