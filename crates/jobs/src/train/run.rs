//! A training's run, and its numbers.

use super::draw::Drawn;
use super::{Train, Wait, answers, waits};
use crate::outcome::{Doing, Figure, Outcome, Step};

/// Runs a valid training.
pub(super) fn run(job: &Train) -> Outcome {
    let drawn = Drawn::new(job);
    let waits = match job.wait {
        Wait::All => waits::barrier(job, &drawn, job.workers),
        Wait::Backup => waits::barrier(job, &drawn, job.workers - job.backups),
        Wait::Stale => waits::bounded(job, &drawn),
        Wait::Local => waits::local(job, &drawn),
    };
    let ends = waits.steps.iter().map(|step: &Step| step.to_s);
    let took_s = ends.fold(0.0, f64::max);
    let exchanging = waits.lanes.first();
    let exchanging_s = exchanging.map_or(0.0, |lane| lane.time_s(Doing::Exchanging, None));
    let together: f64 = job.speeds().iter().sum();
    let mut outcome = Outcome {
        lanes: waits.lanes,
        steps: waits.steps,
        took_s,
        ..Outcome::default()
    };
    let idle = outcome.idle_shares();
    let idle_share = idle.iter().sum::<f64>() / idle.len() as f64;
    let steps = job.steps as f64;
    let all = [
        ("step_s", took_s / steps),
        ("samples_per_s", waits.kept / took_s),
        ("slowdown", took_s * together / waits.kept),
        ("idle_share", idle_share),
        ("exchange_s", exchanging_s / steps),
        (
            "dropped_share",
            waits.dropped / (waits.kept + waits.dropped),
        ),
    ];
    outcome.figures = all.map(|(id, value)| Figure { id, value }).to_vec();
    if !job.has_sequences() {
        // One worker would do as many as its speed says, without an exchange.
        let value = waits.kept / took_s / job.speed;
        let id = "speed_up";
        outcome.figures.push(Figure { id, value });
    }
    if job.wait == Wait::Stale {
        let value = lead(&waits.ends_s);
        outcome.figures.push(Figure { id: "lead", value });
    }
    if job.has_micros() {
        let both = [
            ("micro_batches", drawn.micros),
            ("padding_share", drawn.padding_share),
        ];
        let both = both.map(|(id, value)| Figure { id, value });
        outcome.figures.extend(both);
    }
    outcome.answers = answers::answers(job, &outcome, drawn.bound_s);
    outcome
}

/// How many steps a worker is ahead of the slowest when it begins one, on average.
fn lead(ends: &[Vec<f64>]) -> f64 {
    let steps = ends.first().map_or(0, Vec::len);
    // When all have done each step.
    let all_s: Vec<f64> = (0..steps)
        .map(|step| ends.iter().map(|own| own[step]).fold(0.0, f64::max))
        .collect();
    let mut sum = 0;
    for own in ends {
        for (done, begin_s) in [0.0].iter().chain(own).take(steps).enumerate() {
            let slowest = all_s.partition_point(|all_s| all_s <= begin_s);
            sum += done.saturating_sub(slowest);
        }
    }
    sum as f64 / (ends.len() * steps).max(1) as f64
}
