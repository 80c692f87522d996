//! What arrives: when, how large, and from whom. Nothing here knows that there are servers, so that
//! two runs with different strategies get the same tasks.

pub mod arrivals;
pub mod clients;
pub mod keys;
pub mod popularity;
pub mod sizes;
pub mod task;

pub use arrivals::{Arrivals, Pattern};
pub use clients::Clients;
pub use keys::KeySource;
pub use sizes::{SizeLaw, Sizes};
pub use task::{Task, TaskIndex};

use crate::rng::{Purpose, Rng};
use arrivals::Source;
use clients::Population;
use sizes::Sampler;
use std::sync::Arc;

/// A source of whole tasks: when the next one comes, its size and its keys, each from a random
/// stream of its own.
#[derive(Clone, Debug)]
pub struct Workload {
    source: Source,
    sampler: Sampler,
    population: Arc<Population>,
    arrivals_rng: Rng,
    sizes_rng: Rng,
    keys_rng: Rng,
}

impl Workload {
    /// The workload of a valid configuration, before its first task.
    pub fn new(arrivals: &Arrivals, sizes: &Sizes, clients: &Clients, seed: u64) -> Self {
        Self {
            source: Source::new(arrivals),
            sampler: Sampler::new(sizes),
            population: Arc::new(Population::new(clients)),
            arrivals_rng: Rng::new(seed, Purpose::Arrivals),
            sizes_rng: Rng::new(seed, Purpose::Sizes),
            keys_rng: Rng::new(seed, Purpose::Keys),
        }
    }

    /// Everything that can be in a task's keys.
    pub fn population(&self) -> &Population {
        &self.population
    }

    /// When the first task arrives (s).
    pub fn first_s(&mut self) -> f64 {
        self.source.first_s(&mut self.arrivals_rng)
    }

    /// The task that arrives now. Size and keys are drawn at once, so that a run with another
    /// strategy sees the same task.
    #[inline]
    pub fn task(&mut self) -> Task {
        Task {
            keys: self.population.draw(&mut self.keys_rng),
            size: self.sampler.draw(&mut self.sizes_rng),
            ..Task::default()
        }
    }

    /// When the task after the one that arrived at `now_s` arrives (s); infinite if none is known
    /// to come.
    #[inline]
    pub fn next_s(&mut self, now_s: f64) -> f64 {
        self.source.next_s(now_s, &mut self.arrivals_rng)
    }

    /// Continues with sizes of another law.
    pub fn resize(&mut self, sizes: &Sizes) {
        self.sampler = Sampler::new(sizes);
    }

    /// Continues with other arrivals from `now_s` on; when the next task arrives (s).
    pub fn resume(&mut self, arrivals: &Arrivals, now_s: f64) -> f64 {
        self.source = self.source.resume(arrivals, now_s);
        self.first_s().max(now_s)
    }

    /// See [`Source::client_done`].
    pub fn client_done(&mut self, sent_s: f64, now_s: f64) -> Option<f64> {
        self.source.client_done(sent_s, now_s)
    }

    /// See [`Source::round_over`].
    pub fn round_over(&mut self, now_s: f64) -> Option<(f64, Option<f64>)> {
        self.source.round_over(now_s)
    }
}
