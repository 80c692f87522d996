//! What each worker has to do in each step, and how long it takes, by chance.

use super::{Divide, Micro, Pack, Train};
use crate::spread::Spread;
use equipoise_engine::rng::{Purpose, Rng};
use equipoise_training::cluster::{Cluster, Failure, Spell, Worker};
use equipoise_training::micro;
use equipoise_training::schedule;
use equipoise_training::sequences::{Division, loads, workload};
use equipoise_training::share::{self, Measured};

/// How much a new measurement of a speed counts.
const GAIN: f64 = 0.3;

/// A run's parts and times, by step and then by worker.
pub(super) struct Drawn {
    /// Samples; of sequences, those of mean length that are as much work.
    pub parts: Vec<Vec<f64>>,
    /// How long each worker computes (s).
    pub times_s: Vec<Vec<f64>>,
    /// Graham's bound on the time of a step, on average (s); for sequences.
    pub bound_s: f64,
    /// Micro-batches of a worker in a step, on average; for sequences.
    pub micros: f64,
    /// Padding as a share of what is computed, on average over steps.
    pub padding_share: f64,
}

impl Drawn {
    /// Draws the steps of a training.
    pub(super) fn new(job: &Train) -> Self {
        let speeds = job.speeds();
        let mut cluster = cluster(job, &speeds);
        let mut lengths = Rng::new(job.seed.into(), Purpose::Arrivals);
        let mut measured = Measured::new(job.workers, GAIN);
        let mut drawn = Self {
            parts: Vec::new(),
            times_s: Vec::new(),
            bound_s: 0.0,
            micros: 0.0,
            padding_share: 0.0,
        };
        for step in 0..job.steps {
            let troubles = cluster.troubles();
            let mut extra = vec![Extra::default(); job.workers];
            let parts = if job.has_sequences() {
                let tokens = tokens(job, &mut lengths);
                let work: Vec<u64> = tokens.iter().map(|&tokens| workload(tokens)).collect();
                let bound = schedule::graham(&work, job.workers) / unit(job) / job.speed;
                drawn.bound_s += bound / job.steps as f64;
                let own = packed(job, &work);
                let sums = loads(&own, &work).into_iter();
                let parts: Vec<f64> = sums.map(|sum| sum as f64 / unit(job)).collect();
                extra = extras(job, &tokens, &own);
                drawn.note(job, &parts, &extra);
                parts
            } else if job.divide == Divide::Pull {
                let micro = job.micro_batch;
                let count = job.batch.div_ceil(micro);
                let size = |k: usize| micro.min(job.batch - k * micro) as f64;
                let (taken, ends) = share::pull(count, job.workers, |worker, k| {
                    size(k) / speeds[worker] * troubles[worker].factor
                });
                let ends = ends.iter().zip(&troubles);
                let late = ends.map(|(end_s, trouble)| match trouble.failure {
                    Some((lost, restart_s)) => end_s + lost * end_s + restart_s,
                    None => *end_s,
                });
                drawn.times_s.push(late.collect());
                let sizes = taken.iter().map(|own| own.iter().map(|k| size(*k)).sum());
                drawn.parts.push(sizes.collect());
                continue;
            } else {
                shares(job, &speeds, &measured)
            };
            let times_s: Vec<f64> = (0..job.workers)
                .map(|worker| {
                    let Extra { padding, micros } = extra[worker];
                    let computes_s = (parts[worker] + padding) / speeds[worker];
                    let beside_s = micros as f64 * job.micro_ms / 1000.0;
                    troubles[worker].time_s(computes_s + beside_s)
                })
                .collect();
            let counts: Vec<usize> = parts.iter().map(|part| *part as usize).collect();
            measured.note(&counts, &times_s, step == 0);
            drawn.parts.push(parts);
            drawn.times_s.push(times_s);
        }
        drawn
    }

    /// Notes the micro-batches of a step.
    fn note(&mut self, job: &Train, parts: &[f64], extra: &[Extra]) {
        let steps = job.steps as f64;
        let padding: f64 = extra.iter().map(|extra| extra.padding).sum();
        let micros: usize = extra.iter().map(|extra| extra.micros).sum();
        self.micros += micros as f64 / job.workers as f64 / steps;
        self.padding_share += padding / (parts.iter().sum::<f64>() + padding) / steps;
    }
}

/// What a worker's micro-batches cost beside the work of its sequences.
#[derive(Clone, Copy, Default)]
struct Extra {
    /// Samples of mean length.
    padding: f64,
    micros: usize,
}

/// What micro-batches cost each worker, which has these sequences. Where nothing is padded, all
/// make as many as the one that needs most, as their exchange wants it; padded ones are each
/// worker's own.
fn extras(job: &Train, tokens: &[u64], own: &[Vec<usize>]) -> Vec<Extra> {
    let budget = job.token_budget as u64;
    let lengths = own.iter();
    let lengths: Vec<Vec<u64>> = lengths
        .map(|own| own.iter().map(|&i| tokens[i]).collect())
        .collect();
    match job.micro {
        Micro::Whole => vec![Extra::default(); own.len()],
        Micro::Packed => {
            let micros = micro::count(&lengths, budget);
            vec![
                Extra {
                    padding: 0.0,
                    micros,
                };
                own.len()
            ]
        }
        Micro::Padded => lengths.iter().map(|own| padded(job, own)).collect(),
    }
}

/// Of the sequences of one worker, each micro-batch padded to its longest.
fn padded(job: &Train, lengths: &[u64]) -> Extra {
    let batches = micro::padded(lengths, job.token_budget as u64);
    let padding = batches.iter().flat_map(|batch| {
        // The longest is the first.
        let longest = workload(lengths[batch[0]]);
        batch.iter().map(move |&i| longest - workload(lengths[i]))
    });
    Extra {
        padding: padding.sum::<u64>() as f64 / unit(job),
        micros: batches.len(),
    }
}

fn cluster(job: &Train, speeds: &[f64]) -> Cluster {
    let spell = (job.spell_chance > 0.0).then_some(Spell {
        begins: job.spell_chance,
        ends: 1.0 / job.spell_steps,
        factor: job.spell_factor,
    });
    let failure = (job.failure_chance > 0.0).then_some(Failure {
        chance: job.failure_chance,
        restart_s: job.restart_s,
    });
    let jitter = job.jitter.law(job.varies);
    let workers = speeds.iter().map(|&speed| Worker {
        speed,
        jitter,
        spell,
        failure,
    });
    Cluster::new(workers.collect(), Rng::new(job.seed.into(), Purpose::Sizes))
}

/// Samples for each worker.
pub(super) fn shares(job: &Train, speeds: &[f64], measured: &Measured) -> Vec<f64> {
    let weights = match job.divide {
        Divide::BySpeed => speeds,
        Divide::Measured => measured.speeds(),
        Divide::Equal | Divide::Pull => &vec![1.0; job.workers],
    };
    let parts = share::by_weight(job.batch, weights).into_iter();
    parts.map(|part| part as f64).collect()
}

/// The work of a sequence of mean length.
fn unit(job: &Train) -> f64 {
    workload(job.tokens as u64) as f64
}

/// The length of each sequence of a batch (tokens).
fn tokens(job: &Train, rng: &mut Rng) -> Vec<u64> {
    let law = Spread::Lognormal.law(job.tokens_vary);
    (0..job.batch)
        .map(|_| (law.draw(rng) * job.tokens as f64).round().clamp(1.0, 1e8) as u64)
        .collect()
}

/// The sequences of each worker.
fn packed(job: &Train, work: &[u64]) -> Vec<Vec<usize>> {
    let division = match job.pack {
        Pack::InOrder => Division::InOrder,
        Pack::Sorted => Division::Sorted,
        Pack::Greedy => Division::Greedy,
        Pack::LongestFirst => Division::LongestFirst,
        Pack::Differencing => Division::Differencing { equal_size: false },
    };
    division.divide(work, job.workers)
}
