//! The share of tasks that each server got, against the share that the rule gives it.

use super::axes::servers_axis;
use super::so_far::SoFar;
use super::text::{Translate, fill, no_formula};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks};
use equipoise_engine::number::significant;
use equipoise_engine::scenario::Scenario;
use equipoise_theory::PredictionId;

/// The first place, or the second in scenes of rounds, which show their lengths first.
pub(super) fn place(scenario: &Scenario) -> Option<usize> {
    Some(usize::from(super::rounds::place(scenario).is_some()))
}

/// Bars: share of the decisions since the start, or since the last change to the scenario. Dashed:
/// the predicted share, with the band that holds 95 of 100 runs of this many decisions.
pub(super) fn shares(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let counts = past.decided_each();
    let decided: u64 = counts.iter().sum();
    let mut chart = Chart {
        id: "shares",
        title: t("charts.shares.title"),
        x: servers_axis(counts.len(), t),
        ..Chart::default()
    };
    let mut bars = Vec::new();
    if decided > 0 {
        for (j, &count) in counts.iter().enumerate() {
            bars.push(Point::at(j as f64, count as f64 / decided as f64).of(j));
        }
    }
    let mut high: f64 = bars.iter().map(|p| p.y).fold(0.0, f64::max);
    chart.series.push(Series::observed(
        t("charts.observed"),
        Form::Bars(0.5),
        Hue::Ink,
        bars,
    ));

    match equipoise_theory::shares::expected(past.scenario) {
        Ok(shares) => {
            if decided > 0 {
                let boxes = (0..counts.len())
                    .map(|j| {
                        let (low, high) = shares.band(j, decided);
                        Point::span(j as f64, low, high)
                    })
                    .collect();
                chart.series.push(Series::band(
                    t("charts.band"),
                    Form::Boxes(0.7),
                    Hue::Ink,
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
            chart.series.push(Series::predicted(
                t("charts.predicted"),
                Form::Levels(0.7),
                Hue::Ink,
                levels,
            ));
            chart.formula = run.prediction(PredictionId::Shares).map(|p| p.formula);
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
