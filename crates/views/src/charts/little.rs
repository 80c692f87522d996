//! Little's law as it comes true: L and λW, each averaged from the start of the record to every
//! moment of it.

use super::so_far::SoFar;
use super::text::{Translate, fill, no_formula, window};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks, thin, thin_steps};
use equipoise_engine::number::{percent, significant};
use equipoise_engine::scenario::{Pattern, Scenario};
use equipoise_formulas::Formula;
use equipoise_theory::{PredictionId, Quantity};

/// The first place, where one server has all the tasks and its queue is what there is to see.
pub(super) fn place(scenario: &Scenario) -> Option<usize> {
    let random = matches!(
        scenario.arrivals.pattern,
        Pattern::Poisson | Pattern::Bursty
    );
    (random && scenario.servers.len() == 1).then_some(0)
}

/// The thin step line is the number of tasks in the system; L is its average so far. λW is the
/// rate of tasks served so far times their mean response time. The two are measured apart, meet as
/// the run continues, and do so for every strategy. Dashed: the predicted L.
pub(super) fn little(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let present = past.present();
    let from_s = present[0].0.min(past.now_s);
    let mut chart = Chart {
        id: "little",
        title: t("charts.little.title"),
        formula: Some(Formula::Present),
        x: Axis {
            label: t("charts.time"),
            unit: "s",
            from: from_s,
            to: past.now_s,
            ticks: Ticks::Numbers,
        },
        ..Chart::default()
    };
    if past.now_s <= from_s {
        chart.x.to = from_s + 1.0;
    }
    let mean = mean_so_far(&present, from_s);
    let product = rate_times_response(&past, from_s);
    if let (Some(l), Some(lw)) = (mean.last(), product.last()) {
        let check = equipoise_theory::little::check(l.y, lw.y, 1.0);
        let values = [
            ("l", significant(check.present, 3)),
            ("lw", significant(check.rate_times_time, 3)),
            ("difference", percent(check.relative_difference.abs())),
        ];
        chart.notes.push(fill(t, "charts.little.check", &values));
    }
    let inside = run.timeline.engine().tasks().len();
    if inside > 0 {
        let values = [("n", inside.to_string())];
        chart.notes.push(fill(t, "charts.little.inside", &values));
    }
    let finished = past.responses().filter(|r| r.time_s > from_s).count();
    chart
        .notes
        .extend(window(t, finished, run.timeline.engine().totals().finished));
    let steps: Vec<Point> = present
        .into_iter()
        .map(|(time_s, number)| Point::at(time_s, number))
        .collect();
    let mut high = steps
        .iter()
        .chain(&mean)
        .map(|p| p.y)
        .filter(|y| y.is_finite())
        .fold(0.0, f64::max);
    let number = Series::observed(
        t("charts.little.number"),
        Form::Step,
        Hue::Faint,
        thin_steps(steps),
    );
    let l = Series::observed(t("charts.little.l"), Form::Line, Hue::Ink, thin(mean));
    let lw = Series::observed(
        t("charts.little.lw"),
        Form::Line,
        Hue::Second,
        thin(product),
    );
    if past.now_s > from_s {
        chart.series.extend([number, l, lw]);
    }

    if let Some(p) = run.prediction(PredictionId::Present) {
        match &p.value {
            &Ok(Quantity::Number(value)) => {
                high = high.max(value);
                let level = vec![Point::at(from_s, value)];
                let name = t("charts.little.predicted");
                chart.series.push(Series::predicted(
                    name,
                    Form::HorizontalMark,
                    Hue::Accent,
                    level,
                ));
            }
            Ok(_) => {}
            Err(reason) => chart.no_prediction = Some(no_formula(t, reason)),
        }
    }
    chart.y = Axis::fit(t("charts.little.tasks"), "", Ticks::Whole, 0.0, [high], 0.1);
    chart
}

/// The average of a step line from `from_s` to each of its steps.
fn mean_so_far(steps: &[(f64, f64)], from_s: f64) -> Vec<Point> {
    let mut integral = 0.0;
    let mut mean = Vec::with_capacity(steps.len());
    for pair in steps.windows(2) {
        let (begin_s, number) = pair[0];
        let end_s = pair[1].0;
        integral += number * (end_s - begin_s);
        if end_s > begin_s && end_s > from_s {
            mean.push(Point::at(end_s, integral / (end_s - from_s)));
        }
    }
    mean
}

/// λW at each completion: tasks served since `from_s` per second, times their mean response time.
fn rate_times_response(past: &SoFar, from_s: f64) -> Vec<Point> {
    let mut product = Vec::new();
    let mut sum_s = 0.0;
    for r in past.responses().filter(|r| r.time_s > from_s) {
        sum_s += r.response_s;
        product.push(Point::at(r.time_s, sum_s / (r.time_s - from_s)));
    }
    if !product.is_empty() && past.now_s > from_s {
        product.push(Point::at(past.now_s, sum_s / (past.now_s - from_s)));
    }
    product
}
