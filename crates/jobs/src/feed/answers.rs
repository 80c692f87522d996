//! What formulas say of a pipeline, or why none applies.

use super::Feed;
use crate::outcome::{Answer, Outcome, Reason, Says};
use crate::spread::Spread;
use equipoise_training::buffer::wait_s;

/// All answers; the slowest stage passes `most` elements per second on average.
pub(super) fn answers(job: &Feed, outcome: &Outcome, most: f64) -> Vec<Answer> {
    vec![
        Answer {
            id: "batches_per_s",
            says: match job.spread {
                Spread::None => Says::AtMost,
                _ => Says::MeanAtMost,
            },
            predicted: Ok(most),
            observed: outcome.figure("batches_per_s"),
        },
        Answer {
            id: "starved_share",
            says: Says::About,
            predicted: starved_share(job),
            observed: outcome.figure("starved_share"),
        },
    ]
}

/// The share of the time in which the accelerator waits, by the law of M/M/1/n, where n counts the
/// place of the worker that holds what it has finished.
fn starved_share(job: &Feed) -> Result<f64, Reason> {
    let stages = job.stages();
    let [(_, 1, make_s)] = stages[..] else {
        return Err(Reason::Stages);
    };
    if job.autotune || job.backpressure {
        return Err(Reason::Tuned);
    }
    if job.spread != Spread::Exponential || job.varies < 1.0 {
        return Err(Reason::NotExponential);
    }
    let use_s = job.accelerator_ms / 1000.0;
    let wait_s = wait_s(make_s, use_s, job.prefetch as u32 + 1);
    Ok(wait_s / (wait_s + use_s))
}
