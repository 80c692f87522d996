//! Synchronous steps on workers that are not equal and not steady.

use crate::law::Law;
use equipoise_engine::rng::Rng;

/// A worker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worker {
    /// Samples per second when nothing disturbs it.
    pub speed: f64,
    /// A factor on the time of each step; its mean should be 1.
    pub jitter: Law,
    /// Spells in which it is slow.
    pub spell: Option<Spell>,
    /// Failures.
    pub failure: Option<Failure>,
}

/// Slow spells of a worker, as a chain from step to step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// The chance that one begins, in each step outside of one.
    pub begins: f64,
    /// The chance that it ends, in each step of one.
    pub ends: f64,
    /// The factor on the time of a step.
    pub factor: f64,
}

/// Failures of a worker: it begins its part again after a restart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Failure {
    /// The chance in each step.
    pub chance: f64,
    /// How long a restart takes (s).
    pub restart_s: f64,
}

/// What disturbs a worker in a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trouble {
    /// The factor on its time, of jitter and of a slow spell.
    pub factor: f64,
    /// The share of its part that a failure loses, and how long the restart takes (s).
    pub failure: Option<(f64, f64)>,
}

impl Trouble {
    /// How long a part takes that would take `undisturbed_s` (s).
    pub fn time_s(self, undisturbed_s: f64) -> f64 {
        let time_s = undisturbed_s * self.factor;
        match self.failure {
            Some((lost, restart_s)) => time_s + lost * time_s + restart_s,
            None => time_s,
        }
    }
}

/// Workers in the middle of a training.
#[derive(Clone, Debug)]
pub struct Cluster {
    workers: Vec<Worker>,
    /// Which are in a slow spell.
    slow: Vec<bool>,
    rng: Rng,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When each worker had done its part (s).
    pub ends_s: Vec<f64>,
    /// When the last that was waited for had (s).
    pub computed_s: f64,
    /// The same with the exchange (s).
    pub took_s: f64,
    /// Samples whose gradients entered.
    pub kept: f64,
    /// Samples whose gradients were dropped.
    pub dropped: f64,
    /// What the same samples would have taken undisturbed and evenly divided (s).
    pub ideal_s: f64,
}

impl Step {
    /// The step of workers that have done their `samples` at `ends_s`, the first `waited` of whom
    /// are waited for, and of which all do `together` samples per second undisturbed.
    pub fn of(
        ends_s: Vec<f64>,
        samples: &[f64],
        waited: usize,
        exchange_s: f64,
        together: f64,
    ) -> Self {
        let mut order: Vec<usize> = (0..ends_s.len()).collect();
        order.sort_by(|&a, &b| f64::total_cmp(&ends_s[a], &ends_s[b]));
        let (first, rest) = order.split_at(waited.min(order.len()));
        let kept = first.iter().map(|&worker| samples[worker]).sum();
        let computed_s = first.last().map_or(0.0, |&worker| ends_s[worker]);
        Self {
            took_s: computed_s + exchange_s,
            computed_s,
            dropped: rest.iter().map(|&worker| samples[worker]).sum::<f64>() + 0.0,
            ideal_s: kept / together + exchange_s,
            kept,
            ends_s,
        }
    }

    /// Actual over ideal.
    pub fn slowdown(&self) -> f64 {
        self.took_s / self.ideal_s
    }

    /// The share of the step in which each worker did not compute.
    pub fn idle_shares(&self) -> Vec<f64> {
        let busy = self.ends_s.iter().map(|end_s| end_s.min(self.computed_s));
        busy.map(|busy_s| 1.0 - busy_s / self.took_s).collect()
    }
}

impl Cluster {
    /// These workers, none of them slow.
    pub fn new(workers: Vec<Worker>, rng: Rng) -> Self {
        Self {
            slow: vec![false; workers.len()],
            workers,
            rng,
        }
    }

    /// A step in which each worker computes its `samples`, the first `waited` of them are waited
    /// for, and gradients are exchanged for `exchange_s`. The others are cut off, so that all
    /// begin the next step together.
    pub fn step(&mut self, samples: &[f64], waited: usize, exchange_s: f64) -> Step {
        let troubles = self.troubles();
        let parts = self.workers.iter().zip(samples).zip(troubles);
        let ends_s = parts
            .map(|((worker, part), trouble)| trouble.time_s(part / worker.speed))
            .collect();
        Step::of(ends_s, samples, waited, exchange_s, self.together())
    }

    /// Samples per second of all workers, undisturbed.
    pub fn together(&self) -> f64 {
        self.workers.iter().map(|worker| worker.speed).sum()
    }

    /// What disturbs each worker in the next step, by chance. The same numbers are drawn whatever
    /// its part is, so that two divisions meet the same disturbances.
    pub fn troubles(&mut self) -> Vec<Trouble> {
        (0..self.workers.len())
            .map(|worker| self.trouble(worker))
            .collect()
    }

    fn trouble(&mut self, worker: usize) -> Trouble {
        let Worker {
            jitter,
            spell,
            failure,
            ..
        } = self.workers[worker];
        let mut factor = jitter.draw(&mut self.rng);
        if let Some(spell) = spell {
            let turns = if self.slow[worker] {
                spell.ends
            } else {
                spell.begins
            };
            if self.rng.unit() < turns {
                self.slow[worker] = !self.slow[worker];
            }
            if self.slow[worker] {
                factor *= spell.factor;
            }
        }
        let failure = failure.and_then(|failure| {
            let [fails, lost] = [self.rng.unit(), self.rng.unit()];
            (fails < failure.chance).then_some((lost, failure.restart_s))
        });
        Trouble { factor, failure }
    }
}
