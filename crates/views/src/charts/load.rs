//! How many tasks each server has, over time.

use super::so_far::SoFar;
use super::steps::{lines, present, steps};
use super::text::{Translate, fill, no_formula};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks};
use equipoise_engine::balance::StrategyId;
use equipoise_engine::number::significant;
use equipoise_engine::scenario::letter;
use equipoise_theory::{PredictionId, Quantity};

/// Decisions that the window of time reaches back.
const DECISIONS: usize = 50;
/// From this utilisation on a queue empties so slowly that a chart has to say it.
const NEAR: f64 = 0.9;

/// A step line for each server: tasks there or on the way. Dashed: the predicted mean per server,
/// where servers are alike and there is a formula.
pub(super) fn load(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let from_s = match past.latest(DECISIONS).next() {
        Some(a) if a.decision > 1 => a.decided_s,
        _ => 0.0,
    };
    let to_s = past.now_s.max(from_s + 1e-9);
    let now: Vec<f64> = past.loads_now().into_iter().map(f64::from).collect();
    let changes = past.load_changes();
    let changes = changes.map(|c| (c.time_s, c.server, f64::from(c.load)));
    let steps = steps(changes, &now, from_s, past.now_s);
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
    chart.series.push(present(past.now_s));
    if past.latest(1).next().is_some() {
        chart.series.extend(lines(steps, t));
    }
    predict(&mut chart, run, t);
    chart.notes.extend(fullest(run, t));
    chart
}

/// The server that is nearest to its limit, where tasks still queue although all keep up.
fn fullest(run: &Run, t: Translate) -> Option<String> {
    let prediction = run.prediction(PredictionId::ServerUtilisation)?;
    let Ok(Quantity::PerServer(all)) = &prediction.value else {
        return None;
    };
    let most = (0..all.len()).max_by(|a, b| all[*a].total_cmp(&all[*b]))?;
    let is_near = (NEAR..1.0).contains(&all[most]);
    let values = [
        ("server", letter(most)),
        ("utilisation", significant(all[most], 2)),
    ];
    is_near.then(|| fill(t, "charts.load.near", &values))
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
