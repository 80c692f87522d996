//! What formulas say of a training, or why none applies.

use super::draw::shares;
use super::waits::{exchange_s, seen_s};
use super::{Divide, Pack, Train, Wait};
use crate::outcome::{Answer, Outcome, Reason, Says};
use crate::spread::Spread;
use equipoise_training::local::expected_step_s;
use equipoise_training::order::expected;
use equipoise_training::share::Measured;

/// All answers.
pub(super) fn answers(job: &Train, outcome: &Outcome, bound_s: f64) -> Vec<Answer> {
    let about = |id, predicted| Answer {
        id,
        says: Says::About,
        predicted,
        observed: outcome.figure(id),
    };
    let step_s = step_s(job);
    let kept = job.batch as f64 * waited(job) as f64 / job.workers as f64;
    let rate = step_s.map(|step_s| kept / step_s);
    let mut all = vec![about("step_s", step_s), about("samples_per_s", rate)];
    if !job.has_sequences() {
        all.push(about("speed_up", rate.map(|rate| rate / job.speed)));
        if let Some(ceiling) = speed_up_ceiling(job, kept) {
            all.push(Answer {
                id: "speed_up_ceiling",
                says: Says::AtMost,
                predicted: Ok(ceiling),
                observed: outcome.figure("speed_up"),
            });
        }
    }
    if matches!(job.wait, Wait::All | Wait::Backup) {
        all.push(about("idle_share", idle_share(job)));
    }
    if job.gradient_mb > 0.0 && job.wait != Wait::Local {
        all.push(about("exchange_s", exchange(job)));
    }
    if job.wait == Wait::Backup {
        let best = times(job).and_then(|times| best(job, &times));
        let unseen = |id, predicted| Answer {
            observed: None,
            ..about(id, predicted)
        };
        all.push(unseen("best_backups", best.map(|best| best.0)));
        all.push(unseen("best_samples_per_s", best.map(|best| best.1)));
    }
    if job.wait == Wait::Stale {
        let all_wait = barrier_s(job, job.workers).map(|step_s| step_s + exchange_s(job, 1));
        all.push(Answer {
            id: "barrier_step_s",
            says: match is_steady(job) {
                true => Says::AtMost,
                false => Says::MeanAtMost,
            },
            predicted: all_wait,
            observed: outcome.figure("step_s"),
        });
    }
    let greedy = matches!(job.pack, Pack::Greedy | Pack::LongestFirst);
    let alike = job.slow_workers == 0 && is_steady(job) && !is_troubled(job);
    if job.has_sequences()
        && !job.has_micros()
        && greedy
        && alike
        && job.wait == Wait::All
        && !job.overlaps()
    {
        all.push(Answer {
            id: "graham_s",
            says: Says::AtMost,
            predicted: Ok(bound_s + exchange_s(job, 1)),
            observed: outcome.figure("step_s"),
        });
    }
    all
}

/// The speed-up that nothing can exceed, since gradients are exchanged: that of a computation which
/// takes no time, with `kept` samples a step. Source: Amdahl (1967), with the exchange as what
/// cannot be divided.
fn speed_up_ceiling(job: &Train, kept: f64) -> Option<f64> {
    let exchange_s = exchange_s(job, 1);
    let exchanges = match job.wait {
        Wait::Local => job.steps.div_ceil(job.local_steps),
        _ => job.steps,
    };
    let of_a_step_s = exchange_s * exchanges as f64 / job.steps as f64;
    (of_a_step_s > 0.0).then(|| kept / of_a_step_s / job.speed)
}

/// Workers that are waited for.
fn waited(job: &Train) -> usize {
    match job.wait {
        Wait::Backup => job.workers - job.backups,
        _ => job.workers,
    }
}

fn is_steady(job: &Train) -> bool {
    job.jitter == Spread::None || job.varies == 0.0
}

fn is_troubled(job: &Train) -> bool {
    job.spell_chance > 0.0 || job.failure_chance > 0.0
}

/// How long each worker's part takes when nothing disturbs it, in rising order (s).
fn times(job: &Train) -> Result<Vec<f64>, Reason> {
    if is_troubled(job) {
        return Err(Reason::Trouble);
    }
    if job.has_sequences() {
        return Err(Reason::Sequences);
    }
    if matches!(job.divide, Divide::Measured | Divide::Pull) {
        return Err(Reason::Adaptive);
    }
    let speeds = job.speeds();
    let parts = shares(job, &speeds, &Measured::new(job.workers, 1.0));
    let times = parts.iter().zip(&speeds);
    let mut times: Vec<f64> = times.map(|(part, speed)| part / speed).collect();
    times.sort_by(f64::total_cmp);
    let [first, last] = [times[0], times[times.len() - 1]];
    let one_idles = first == 0.0;
    if one_idles || !is_steady(job) && last - first > 1e-9 * last {
        return Err(Reason::Unequal);
    }
    Ok(times)
}

/// The expected k-th of times that are steady, or equal but for their jitter (s).
fn kth_s(job: &Train, times: &[f64], k: usize) -> f64 {
    if is_steady(job) {
        return times[k - 1];
    }
    let law = job.jitter.law(job.varies);
    times[0] * expected(law, k as u32, job.workers as u32)
}

/// How long the first `k` workers compute in a step (s).
fn barrier_s(job: &Train, k: usize) -> Result<f64, Reason> {
    Ok(kth_s(job, &times(job)?, k))
}

fn step_s(job: &Train) -> Result<f64, Reason> {
    match job.wait {
        Wait::All | Wait::Backup => {
            let computed_s = barrier_s(job, waited(job))?;
            if job.overlaps() && !is_steady(job) {
                return Err(Reason::Overlap);
            }
            Ok(computed_s + seen_s(job, computed_s))
        }
        Wait::Stale if is_steady(job) => Ok(barrier_s(job, job.workers)? + exchange_s(job, 1)),
        Wait::Stale => {
            times(job)?;
            Err(Reason::Stale)
        }
        Wait::Local => local_s(job),
    }
}

fn local_s(job: &Train) -> Result<f64, Reason> {
    let times = times(job)?;
    let rounds = job.steps.div_ceil(job.local_steps) as f64;
    let exchange_s = exchange_s(job, 1);
    if is_steady(job) {
        let last = times[times.len() - 1];
        return Ok(last + exchange_s * rounds / job.steps as f64);
    }
    let whole = job.steps.is_multiple_of(job.local_steps);
    if job.jitter != Spread::Exponential || job.varies < 1.0 || !whole {
        return Err(Reason::LocalLaw);
    }
    let [workers, steps] = [job.workers, job.local_steps].map(|n| n as u32);
    Ok(expected_step_s(workers, steps, times[0], exchange_s))
}

fn exchange(job: &Train) -> Result<f64, Reason> {
    if !job.overlaps() {
        return Ok(exchange_s(job, 1));
    }
    if !is_steady(job) {
        return Err(Reason::Overlap);
    }
    Ok(seen_s(job, barrier_s(job, waited(job))?))
}

/// The share of the time in which a worker does not compute what is kept.
fn idle_share(job: &Train) -> Result<f64, Reason> {
    let times = times(job)?;
    let k = waited(job);
    let busy_s = if k == job.workers {
        times.iter().sum()
    } else {
        (1..=k).map(|i| kth_s(job, &times, i)).sum::<f64>()
    };
    Ok(1.0 - busy_s / job.workers as f64 / step_s(job)?)
}

/// The number of backups with the most samples per second, and that.
fn best(job: &Train, times: &[f64]) -> Result<(f64, f64), Reason> {
    if job.overlaps() {
        return Err(Reason::Overlap);
    }
    let each = job.batch as f64 / job.workers as f64;
    let exchange_s = exchange_s(job, 1);
    let mut best = (0.0, 0.0);
    for kept in (1..=job.workers).rev() {
        let rate = each * kept as f64 / (kth_s(job, times, kept) + exchange_s);
        // Near the best the curve is flat: a difference in the last digits is none.
        if rate > best.1 * (1.0 + 1e-12) {
            best = ((job.workers - kept) as f64, rate);
        }
    }
    Ok(best)
}
