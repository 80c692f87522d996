//! What must hold of every chart, and of each of them.

mod every;
mod formulas;
mod regret;
mod replicas;
mod scaling;
mod servers;
mod texts;
mod trade;

use super::*;
use crate::plot::Series;
use equipoise_engine::scenario::{Script, presets};

fn opened(preset: &str) -> Run {
    equipoise_serving::install();
    Run::new(Script::new(presets::find(preset).expect(preset)))
}

fn steps(preset: &str, decisions: usize) -> Run {
    let mut run = opened(preset);
    for _ in 0..decisions {
        run.timeline.step_forward();
        run.timeline.finish();
    }
    run.predict();
    run
}

fn played(preset: &str, seconds: f64) -> Run {
    let mut run = opened(preset);
    run.timeline.play(seconds, u64::MAX);
    run.predict();
    run
}

/// Brings a run to a time (s).
fn seek(run: &mut Run, time_s: f64) {
    run.timeline.seek(time_s);
    run.timeline.finish();
    run.predict();
}

fn at(preset: &str, time_s: f64) -> Run {
    let mut run = opened(preset);
    seek(&mut run, time_s);
    run
}

/// Keys instead of texts.
fn key(key: &str) -> String {
    key.to_string()
}

fn series<'a>(chart: &'a Chart, name: &str) -> &'a Series {
    chart
        .series
        .iter()
        .find(|s| s.name == name)
        .unwrap_or_else(|| panic!("{name} in {}", chart.id))
}

fn every_chart(run: &Run) -> Vec<Chart> {
    let mut charts: Vec<Chart> = ChartKind::all()
        .map(|kind| build(kind, run, &key))
        .collect();
    charts.push(response_difference(&run.timeline, &run.timeline, &key));
    charts.push(present_pair(&run.timeline, &run.timeline, &key));
    charts
}
