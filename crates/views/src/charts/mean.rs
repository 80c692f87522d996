//! The mean response: where the run's warm-up ends, and how sure the mean is of what lies behind.

use super::so_far::SoFar;
use super::text::{Translate, fill, no_formula, too_short, window};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks, thin};
use equipoise_engine::number::with_half_width;
use equipoise_engine::stats::interval::{BATCHES_MIN, of_batches};
use equipoise_engine::stats::warm_up;
use equipoise_theory::{PredictionId, Quantity};

/// Line: the mean of the responses since the last change, behind the warm-up. Band: its 95 %
/// interval by batch means. Mark: the end of the warm-up, by MSER-5. Dashed: the predicted mean.
/// While the run is too short the reason is given below, and no band is drawn.
pub(super) fn mean(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let (at_s, responses_s): (Vec<f64>, Vec<f64>) = past
        .served_since_change()
        .map(|r| (r.time_s, r.response_s))
        .unzip();
    let mut chart = Chart {
        id: "mean",
        title: t("charts.mean.title"),
        ..Chart::default()
    };
    let predicted = run.prediction(PredictionId::Response);
    if let Some(p) = predicted {
        match &p.value {
            Ok(_) => chart.formula = Some(p.formula),
            Err(reason) => chart.no_prediction = Some(no_formula(t, reason)),
        }
    }
    let from_s = at_s.first().copied().unwrap_or(0.0);
    let to_s = past.now_s;
    let cut = warm_up::from_empty(&responses_s);
    let kept = cut.unwrap_or(0);
    let mut sum = 0.0;
    let running = responses_s.iter().enumerate().skip(kept).map(|(i, x)| {
        sum += x;
        Point::at(at_s[i], sum / (i - kept + 1) as f64)
    });
    let running = thin(running.collect());
    let mut values: Vec<f64> = running.iter().map(|p| p.y).collect();
    let interval = of_batches(&responses_s[kept..], BATCHES_MIN);
    let early = past.is_early();
    let doubt = early.or(cut.err()).or(interval.and_then(|i| i.too_short));
    if let (Some(i), None) = (interval, doubt) {
        let low = i.mean - i.half_width;
        let high = i.mean + i.half_width;
        let band = [at_s[kept], to_s]
            .map(|x| Point::span(x, low, high))
            .to_vec();
        chart.series.push(Series::band(
            t("charts.mean.interval"),
            Form::Band,
            Hue::Ink,
            band,
        ));
        values.extend([low, high]);
        let [mean, half] = with_half_width(i.mean, i.half_width);
        let said = [("mean", mean), ("half", half)];
        chart.notes.push(fill(t, "charts.mean.says", &said));
    }
    if let Some(&end_s) = at_s.get(kept).filter(|_| kept > 0 && early.is_none()) {
        let mark = vec![Point::at(end_s, 0.0)];
        let mark = Series::observed(
            t("charts.mean.warm-up"),
            Form::VerticalMark,
            Hue::Muted,
            mark,
        );
        chart.series.push(mark.labelled(t("charts.mean.warm-up")));
    }
    chart.series.push(Series::observed(
        t("charts.mean.so-far"),
        Form::Line,
        Hue::Ink,
        running,
    ));
    match predicted.and_then(|p| p.value.as_ref().ok()) {
        Some(&Quantity::Number(value)) => {
            values.push(value);
            let line = vec![Point::at(from_s, value), Point::at(to_s, value)];
            chart.series.push(Series::predicted(
                t("charts.predicted"),
                Form::Line,
                Hue::Accent,
                line,
            ));
        }
        Some(&Quantity::Bounds { low, high }) => {
            values.extend([low, high]);
            let band = [from_s, to_s].map(|x| Point::span(x, low, high)).to_vec();
            chart.series.push(Series::band(
                t("charts.bounds"),
                Form::Band,
                Hue::Accent,
                band,
            ));
        }
        _ => {}
    }
    if let Some(doubt) = doubt {
        chart.notes.push(too_short(t, &doubt));
    }
    chart.notes.extend(window(
        t,
        responses_s.len(),
        run.timeline.engine().totals().finished,
    ));
    let to_s = if to_s > from_s { to_s } else { from_s + 1.0 };
    chart.x = Axis {
        label: t("charts.time"),
        unit: "s",
        from: from_s,
        to: to_s,
        ..Axis::default()
    };
    chart.y = Axis::fit(
        t("charts.mean.title"),
        "s",
        Ticks::Numbers,
        0.0,
        values,
        0.15,
    );
    chart
}
