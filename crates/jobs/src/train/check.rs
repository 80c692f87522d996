//! What fields of a training must be to each other.

use super::{Train, Wait};
use crate::spread::{Spread, UNIFORM_MAX};
use equipoise_engine::scenario::FieldError;

/// The most parts of workers in a run.
const PARTS_MAX: usize = 200_000;
/// The most sequences in a run.
const SEQUENCES_MAX: usize = 200_000;
/// The most sequences of a batch, times the workers: differencing keeps a set for each.
const SETS_MAX: usize = 1_000_000;
/// The most micro-batches that are pulled in a run, times the workers.
const PULLS_MAX: usize = 20_000_000;

/// Checks a training whose fields are within their ranges.
pub(super) fn check(job: &Train) -> Result<(), FieldError> {
    let Train { workers, steps, .. } = *job;
    if job.slow_workers > workers {
        return most("slow_workers", job.slow_workers, workers, "workers");
    }
    if job.wait == Wait::Backup && job.backups >= workers {
        return most("backups", job.backups, workers - 1, "workers − 1");
    }
    if job.jitter == Spread::Uniform && job.varies > UNIFORM_MAX {
        let allowed = format!("0 to {UNIFORM_MAX}, where jitter is uniform");
        return Err(FieldError::new("varies", job.varies, allowed));
    }
    if workers * steps > PARTS_MAX {
        return most("steps", steps, PARTS_MAX / workers, "200000/workers");
    }
    if job.has_sequences() && job.batch * steps > SEQUENCES_MAX {
        let allowed = SEQUENCES_MAX / job.batch;
        return most("steps", steps, allowed, "200000/batch, with sequences");
    }
    if job.has_sequences() && job.batch * workers > SETS_MAX {
        let allowed = SETS_MAX / workers;
        return most(
            "batch",
            job.batch,
            allowed,
            "1000000/workers, with sequences",
        );
    }
    let pulls = job.batch.div_ceil(job.micro_batch) * workers;
    if job.pulls() && pulls * steps > PULLS_MAX {
        let allowed = (PULLS_MAX / pulls).max(1);
        let why = "20000000/(workers · micro-batches)";
        return most("steps", steps, allowed, why);
    }
    Ok(())
}

fn most(field: &str, value: usize, allowed: usize, why: &str) -> Result<(), FieldError> {
    let allowed = format!("at most {allowed}, which is {why}");
    Err(FieldError::new(field, value, allowed))
}
