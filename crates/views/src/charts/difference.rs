//! Two runs on the same arrivals and sizes: what the other strategy changed, task by task.

use super::so_far::SoFar;
use super::text::{Translate, fill, too_short};
use super::words;
use crate::plot::{Axis, Chart, Form, Hue, Point, Role, Series, Ticks, thin, thin_steps};
use equipoise_engine::number::with_half_width;
use equipoise_engine::sim::timeline::Timeline;
use equipoise_engine::stats::interval::{BATCHES_MIN, Paired, paired_batches};
use equipoise_engine::stats::order::by_first;
use equipoise_engine::stats::warm_up::mser_5;

/// The colours of the two runs.
const HUES: [Hue; 2] = [Hue::Ink, Hue::Second];

/// Points: response time of each task in run A minus that in run B, over the tasks that both have
/// served. Line: the mean so far, behind the warm-up (MSER-5 on the differences). Band: its 95 %
/// interval by batch means of the pairs. Above 0 run B was faster.
pub fn response_difference(a: &Timeline, b: &Timeline, t: Translate) -> Chart {
    let a = SoFar::of(a);
    let b = SoFar::of(b);
    let mut others = served(&b).into_iter().peekable();
    let mut points = Vec::new();
    let mut pairs = Vec::new();
    for (task, response_s) in served(&a) {
        while others.next_if(|o| o.0 < task).is_some() {}
        if let Some((_, other_s)) = others.next_if(|o| o.0 == task) {
            points.push(Point::at(task, response_s - other_s));
            pairs.push((response_s, other_s));
        }
    }
    let differences: Vec<f64> = points.iter().map(|p| p.y).collect();
    let cut = mser_5(&differences);
    let kept = cut.unwrap_or(0);
    let mut sum = 0.0;
    let mut mean = Vec::new();
    for (k, p) in points[kept..].iter().enumerate() {
        sum += p.y;
        mean.push(Point::at(p.x, sum / (k + 1) as f64));
    }
    let (of_a, of_b): (Vec<f64>, Vec<f64>) = pairs[kept..].iter().copied().unzip();
    let compared = paired_batches(&of_b, &of_a, BATCHES_MIN);
    let doubt = a
        .is_early()
        .or(b.is_early())
        .or(cut.err())
        .or(compared.and_then(|c| c.difference.too_short));

    let first = points.first().map_or(1.0, |p| p.x);
    let last = points.last().map_or(1.0, |p| p.x).max(first + 12.0);
    let pad = (last - first) * 0.02 + 0.3;
    let largest = points
        .iter()
        .map(|p| p.y.abs())
        .filter(|y| y.is_finite())
        .fold(0.0, f64::max);
    let reach = if largest > 0.0 { largest * 1.1 } else { 1.0 };
    let zero = vec![Point::at(first, 0.0)];
    let mut chart = Chart {
        id: "difference",
        title: t("charts.difference.title"),
        x: Axis {
            label: t("charts.task"),
            unit: "",
            from: first - pad,
            to: last + pad,
            ticks: Ticks::Whole,
        },
        y: Axis {
            label: t("charts.difference.axis"),
            unit: "s",
            from: -reach,
            to: reach,
            ticks: Ticks::Numbers,
        },
        series: vec![
            Series::new("", Form::HorizontalMark, Role::Guide, Hue::Muted, zero),
            Series::observed(
                t("charts.difference.task"),
                Form::Points,
                Hue::Plain,
                thin(points),
            ),
        ],
        words: words(t),
        ..Chart::default()
    };
    if let (Some(Paired { difference: d, .. }), None, Some(from)) = (compared, doubt, mean.first())
    {
        let band = [from.x, last]
            .map(|x| Point::span(x, d.mean - d.half_width, d.mean + d.half_width))
            .to_vec();
        chart.series.push(Series::band(
            t("charts.mean.interval"),
            Form::Band,
            Hue::Ink,
            band,
        ));
        let [mean, half] = with_half_width(d.mean, d.half_width);
        let said = [("mean", mean), ("half", half)];
        chart.notes.push(fill(t, "charts.difference.says", &said));
    }
    if pairs.is_empty() && a.responses().next().is_some() && b.responses().next().is_some() {
        chart.notes.push(t("charts.difference.apart"));
    }
    chart.notes.extend(
        doubt
            .filter(|_| chart.series[1].points.len() > 1)
            .map(|doubt| too_short(t, &doubt)),
    );
    chart.series.push(Series::observed(
        t("charts.difference.mean"),
        Form::Line,
        Hue::Ink,
        thin(mean),
    ));
    chart
}

/// Tasks in the system over time, in both runs.
pub fn present_pair(a: &Timeline, b: &Timeline, t: Translate) -> Chart {
    let pasts = [SoFar::of(a), SoFar::of(b)];
    let names = ["charts.difference.a", "charts.difference.b"];
    let mut series = Vec::new();
    let mut from = 0.0_f64;
    let mut high: Vec<f64> = Vec::new();
    for ((past, hue), name) in pasts.iter().zip(HUES).zip(names) {
        let steps = past.present();
        from = from.max(steps[0].0);
        high.extend(steps.iter().map(|step| step.1));
        let points = steps.into_iter().map(|(s, n)| Point::at(s, n)).collect();
        let points = thin_steps(points);
        series.push(Series::observed(t(name), Form::Step, hue, points));
    }
    let to = pasts.iter().map(|p| p.now_s).fold(0.0, f64::max);
    Chart {
        id: "present-pair",
        title: t("charts.difference.present_title"),
        x: Axis {
            label: t("charts.time"),
            unit: "s",
            from,
            to: if to > from { to } else { from + 1.0 },
            ticks: Ticks::Numbers,
        },
        y: Axis::fit(t("charts.little.tasks"), "", Ticks::Whole, 0.0, high, 0.1),
        series,
        ..Chart::default()
    }
}

/// The tasks of the record that were served by now, with their response times (s), in order of
/// their numbers.
fn served(past: &SoFar) -> Vec<(f64, f64)> {
    let mut tasks: Vec<(f64, f64)> = past
        .allocations()
        .filter_map(|a| Some((a.task as f64, past.done_s(a)? - a.arrival_s)))
        .collect();
    by_first(&mut tasks);
    tasks
}
