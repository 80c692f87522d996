//! How response times are distributed: a histogram with mean and percentiles.

use super::so_far::SoFar;
use super::text::{Translate, fill, no_formula, window};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks};
use equipoise_engine::scenario::{Pattern, Scenario};
use equipoise_engine::stats::order::ascending;
use equipoise_theory::PredictionId;
use equipoise_theory::{Quantity, response_law};

/// Responses looked at, the latest.
const LATEST: usize = 2000;
/// Bars.
const BINS: usize = 28;

/// The second place of scenes without rounds, or the third where their means come first.
pub(super) fn place(scenario: &Scenario) -> Option<usize> {
    match scenario.arrivals.pattern {
        _ if super::is_about_means(scenario) => Some(2),
        Pattern::Fixed | Pattern::Poisson | Pattern::Bursty | Pattern::Closed => Some(1),
        Pattern::Steps | Pattern::Batch => None,
    }
}

/// Bars: the latest responses since the last change. Lines: their mean, median, 95th and 99th
/// percentile. Dashed: the predicted mean, and where the whole law is known the bars that it
/// predicts. The axis ends soon after the 99th percentile, since one enormous response would
/// squeeze all others into a single bar; how many lie beyond is noted.
pub(super) fn responses(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let mut times: Vec<f64> = past
        .served_since_change()
        .rev()
        .take(LATEST)
        .map(|r| r.response_s)
        .collect();
    ascending(&mut times);
    let mut chart = Chart {
        id: "responses",
        title: t("charts.responses.title"),
        x: Axis {
            label: t("charts.responses.time"),
            unit: "s",
            ..Axis::default()
        },
        y: Axis {
            label: t("charts.responses.tasks"),
            ticks: Ticks::Whole,
            to: 2.0,
            ..Axis::default()
        },
        ..Chart::default()
    };
    let predicted = run.prediction(PredictionId::Response);
    if let Some(p) = predicted {
        match &p.value {
            Ok(_) => chart.formula = Some(p.formula),
            Err(reason) => chart.no_prediction = Some(no_formula(t, reason)),
        }
    }
    if times.is_empty() {
        return chart;
    }
    let p99 = quantile(&times, 0.99);
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    let mean_predicted = predicted.and_then(|p| p.value.as_ref().ok());
    let reach = match mean_predicted {
        Some(&Quantity::Number(value)) => p99.max(mean).max(value),
        _ => p99.max(mean),
    };
    let end = if reach > 0.0 {
        round_up(reach * 1.12)
    } else {
        1.0
    };
    let (bars, beyond) = histogram(&times, end);
    let highest = bars.iter().map(|p| p.y).fold(1.0, f64::max);
    chart.x.to = end;
    // Room above the bars for the names of the marks.
    chart.y.to = (highest * 1.25).max(2.0);
    let width = end / BINS as f64 * 0.88;
    chart.series.push(Series::observed(
        t("charts.responses.tasks"),
        Form::Bars(width),
        Hue::Plain,
        bars,
    ));
    for (key, value) in [
        ("p50", quantile(&times, 0.5)),
        ("p95", quantile(&times, 0.95)),
        ("p99", p99),
        ("mean", mean),
    ] {
        let name = t(&format!("charts.responses.{key}"));
        let hue = if key == "mean" { Hue::Ink } else { Hue::Muted };
        let mark = Series::observed(
            name.clone(),
            Form::VerticalMark,
            hue,
            vec![Point::at(value, highest)],
        );
        chart.series.push(mark.labelled(name));
    }
    let is_drawn = run.timeline.playback().is_none();
    if let Some(exceeds) = response_law(past.scenario).filter(|_| is_drawn) {
        let bin = end / BINS as f64;
        let law = (0..BINS)
            .map(|i| {
                let share = exceeds(i as f64 * bin) - exceeds((i + 1) as f64 * bin);
                Point::at((i as f64 + 0.5) * bin, times.len() as f64 * share)
            })
            .collect();
        let name = t("charts.responses.law");
        chart
            .series
            .push(Series::predicted(name, Form::Line, Hue::Accent, law));
    }
    match mean_predicted {
        Some(&Quantity::Number(value)) => {
            let mark = vec![Point::at(value, highest)];
            let name = t("charts.responses.predicted");
            chart.series.push(Series::predicted(
                name,
                Form::VerticalMark,
                Hue::Accent,
                mark,
            ));
        }
        Some(&Quantity::Bounds { low, high }) => {
            let band = vec![Point::span((low + high.min(end)) / 2.0, 0.0, chart.y.to)];
            let name = t("charts.responses.predicted");
            chart.series.push(Series::band(
                name,
                Form::Boxes(high.min(end) - low),
                Hue::Accent,
                band,
            ));
        }
        _ => {}
    }
    chart.notes.extend(window(
        t,
        times.len(),
        run.timeline.engine().totals().finished,
    ));
    if beyond > 0 {
        let values = [
            ("count", beyond.to_string()),
            ("all", times.len().to_string()),
        ];
        chart
            .notes
            .push(fill(t, "charts.responses.beyond", &values));
    }
    chart
}

/// The value below which `share` of the sorted, non-empty `times` lie: the nearest rank.
fn quantile(times: &[f64], share: f64) -> f64 {
    let rank = (share * times.len() as f64).ceil() as usize;
    times[rank.clamp(1, times.len()) - 1]
}

/// The bars up to `end`, and how many lie beyond.
fn histogram(times: &[f64], end: f64) -> (Vec<Point>, usize) {
    let mut counts = [0_u32; BINS];
    let mut beyond = 0;
    for &time in times {
        match counts.get_mut((time / end * BINS as f64) as usize) {
            Some(count) => *count += 1,
            None => beyond += 1,
        }
    }
    let bars = counts
        .iter()
        .enumerate()
        .map(|(i, &count)| Point::at((i as f64 + 0.5) * end / BINS as f64, f64::from(count)));
    (bars.collect(), beyond)
}

/// To two digits, so that the axis does not move with every response.
fn round_up(value: f64) -> f64 {
    let unit = libm::pow(10.0, libm::floor(libm::log10(value)) - 1.0) * 2.0;
    (value / unit).ceil() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_nearest_rank() {
        let times: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(
            [0.5, 0.95, 0.99, 1.0].map(|p| quantile(&times, p)),
            [50.0, 95.0, 99.0, 100.0]
        );
        assert_eq!(quantile(&[3.0], 0.99), 3.0);
    }

    #[test]
    fn every_response_is_in_a_bar_or_beyond() {
        let times = [0.0, 0.1, 0.5, 0.99, 1.0, 7.0];
        let (bars, beyond) = histogram(&times, 1.0);
        assert_eq!((bars.iter().map(|p| p.y).sum::<f64>(), beyond), (4.0, 2));
    }
}
