//! Who waits for whom: the spans of each worker, from how long it computes.

use super::draw::Drawn;
use super::{Exchange, Train};
use crate::outcome::{Doing, Lane, Span, Step};
use equipoise_training::cluster;
use equipoise_training::collective::{self, Link};
use equipoise_training::overlap;
use equipoise_training::stale;

/// Of the computation of a step, the backward pass is two thirds: it computes two products of
/// matrices where the forward pass computes one.
const FORWARD: f64 = 1.0 / 3.0;

/// The lanes of a run, its steps, and how many samples were kept and dropped.
pub(super) struct Waits {
    pub lanes: Vec<Lane>,
    pub steps: Vec<Step>,
    pub kept: f64,
    pub dropped: f64,
    /// When each worker ends each step (s), where staleness is bounded.
    pub ends_s: Vec<Vec<f64>>,
}

impl Waits {
    fn new(workers: usize) -> Self {
        let lane = |index| Lane {
            name: "worker",
            index,
            spans: Vec::new(),
        };
        Self {
            lanes: (0..workers).map(lane).collect(),
            steps: Vec::new(),
            kept: 0.0,
            dropped: 0.0,
            ends_s: Vec::new(),
        }
    }

    /// A worker does something from `from_s` to `to_s`; nothing if that takes no time.
    fn add(&mut self, worker: usize, doing: Doing, [from_s, to_s]: [f64; 2]) {
        if to_s > from_s {
            let step = self.steps.len();
            self.lanes[worker].spans.push(Span {
                doing,
                step,
                from_s,
                to_s,
            });
        }
    }
}

/// How long the gradients of a step are exchanged, in one piece or in `pieces` (s each).
pub(super) fn exchange_s(job: &Train, pieces: usize) -> f64 {
    let link = Link {
        latency_s: job.latency_us * 1e-6,
        bytes_per_s: job.link_gb_per_s * 1e9,
    };
    if job.gradient_mb == 0.0 {
        return 0.0;
    }
    let way = match job.exchange {
        Exchange::Ring => collective::Exchange::Ring,
        Exchange::Tree => collective::Exchange::Tree,
        Exchange::Halving => collective::Exchange::Halving,
        Exchange::Servers => collective::Exchange::Servers(job.servers as u32),
    };
    way.time_s(
        job.workers as u32,
        job.gradient_mb * 1e6 / pieces as f64,
        link,
    )
}

/// How much of the exchange is seen after a computation of `computed_s` (s).
pub(super) fn seen_s(job: &Train, computed_s: f64) -> f64 {
    if !job.overlaps() {
        return exchange_s(job, 1);
    }
    let forward_s = computed_s * FORWARD;
    let backward_s = computed_s - forward_s;
    let bucket_s = exchange_s(job, job.buckets);
    overlap::step_s(forward_s, backward_s, job.buckets as u32, bucket_s) - computed_s
}

/// All workers, or the first of them, are waited for in each step.
pub(super) fn barrier(job: &Train, drawn: &Drawn, waited: usize) -> Waits {
    let mut waits = Waits::new(job.workers);
    let together = job.speeds().iter().sum();
    let mut now_s = 0.0;
    for (parts, times_s) in drawn.parts.iter().zip(&drawn.times_s) {
        // Who has nothing to do is not waited for.
        let ends = times_s
            .iter()
            .zip(parts)
            .map(|(end_s, part)| match *part > 0.0 {
                true => *end_s,
                false => f64::INFINITY,
            });
        let busy = parts.iter().filter(|part| **part > 0.0).count();
        let waited = waited.min(busy);
        let mut step = cluster::Step::of(ends.collect(), parts, waited, 0.0, together);
        step.took_s += seen_s(job, step.computed_s);
        let [computed_s, end_s] = [now_s + step.computed_s, now_s + step.took_s];
        // Of those that end together as many are kept as are waited for.
        let mut left = waited;
        for (worker, took_s) in step.ends_s.iter().enumerate() {
            let kept = *took_s <= step.computed_s && left > 0;
            left -= usize::from(kept);
            let idle = parts[worker] == 0.0;
            let done_s = match idle {
                true => now_s,
                false => now_s + took_s.min(step.computed_s),
            };
            let doing = if kept { Doing::Working } else { Doing::Dropped };
            waits.add(worker, doing, [now_s, done_s]);
            waits.add(worker, Doing::Waiting, [done_s, computed_s]);
            waits.add(worker, Doing::Exchanging, [computed_s, end_s]);
        }
        waits.kept += step.kept;
        waits.dropped += step.dropped;
        waits.steps.push(Step {
            from_s: now_s,
            to_s: end_s,
        });
        now_s = end_s;
    }
    waits
}

/// A worker may be ahead by `staleness` steps; each ends with an exchange of its own.
pub(super) fn bounded(job: &Train, drawn: &Drawn) -> Waits {
    let exchange_s = exchange_s(job, 1);
    let times: Vec<Vec<f64>> = (0..job.workers)
        .map(|worker| {
            let own = drawn.times_s.iter();
            own.map(|times_s| times_s[worker] + exchange_s).collect()
        })
        .collect();
    let ends = stale::ends_s(&times, job.staleness);
    let mut waits = Waits::new(job.workers);
    let mut free_s = vec![0.0; job.workers];
    for step in 0..job.steps {
        let mut shown = Step {
            from_s: f64::INFINITY,
            to_s: 0.0,
        };
        for worker in 0..job.workers {
            let end_s = ends[worker][step];
            let begin_s = (end_s - times[worker][step]).max(free_s[worker]);
            waits.add(worker, Doing::Waiting, [free_s[worker], begin_s]);
            waits.add(worker, Doing::Working, [begin_s, end_s - exchange_s]);
            waits.add(worker, Doing::Exchanging, [end_s - exchange_s, end_s]);
            free_s[worker] = end_s;
            shown.from_s = shown.from_s.min(begin_s);
            shown.to_s = shown.to_s.max(end_s);
        }
        waits.kept += drawn.parts[step].iter().sum::<f64>();
        waits.steps.push(shown);
    }
    waits.ends_s = ends;
    waits
}

/// Workers exchange after every `local_steps` of their own; a last round may be shorter.
pub(super) fn local(job: &Train, drawn: &Drawn) -> Waits {
    let mut waits = Waits::new(job.workers);
    let mut now_s = 0.0;
    let parts = drawn.parts.chunks(job.local_steps);
    for (parts, times_s) in parts.zip(drawn.times_s.chunks(job.local_steps)) {
        let sums: Vec<f64> = (0..job.workers)
            .map(|worker| times_s.iter().map(|own| own[worker]).sum())
            .collect();
        let last_s = now_s + sums.iter().copied().fold(0.0, f64::max);
        let end_s = last_s + exchange_s(job, 1);
        for (worker, sum_s) in sums.iter().enumerate() {
            let mut from_s = now_s;
            for own in times_s {
                waits.add(worker, Doing::Working, [from_s, from_s + own[worker]]);
                from_s += own[worker];
            }
            waits.add(worker, Doing::Waiting, [now_s + sum_s, last_s]);
            waits.add(worker, Doing::Exchanging, [last_s, end_s]);
        }
        waits.kept += parts.iter().flatten().sum::<f64>();
        waits.steps.push(Step {
            from_s: now_s,
            to_s: end_s,
        });
        now_s = end_s;
    }
    waits
}
