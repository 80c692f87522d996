//! What arrives: when, how large, and from which client. Nothing here depends on the servers, so
//! that two runs with different strategies get the same tasks.

pub mod arrivals;
pub mod clients;
pub mod keys;
pub mod popularity;
pub mod recording;
pub mod request;
pub mod requests;
pub mod sizes;
pub mod task;

pub use arrivals::{Arrivals, Pattern};
pub use clients::Clients;
pub use keys::KeySource;
pub use recording::{Playback, Recording};
pub use request::Request;
pub use requests::Requests;
pub use sizes::{SizeLaw, Sizes};
pub use task::{Task, TaskIndex};

use crate::rng::{Purpose, Rng};
use arrivals::ArrivalProcess;
use clients::Population;
use recording::Player;
use request::RequestSource;
use sizes::Sampler;
use std::sync::Arc;

/// The source of a run's tasks. Arrival times, sizes and keys each have a random stream of their
/// own.
#[derive(Clone, Debug)]
pub struct Workload {
    arrivals: ArrivalProcess,
    sampler: Sampler,
    population: Arc<Population>,
    /// Where tasks get their requests from, if they have any.
    requests: Option<Box<dyn RequestSource>>,
    /// The trace that is played in place of all this, if there is one.
    player: Option<Player>,
    arrivals_rng: Rng,
    sizes_rng: Rng,
    keys_rng: Rng,
}

impl Workload {
    /// The workload of a valid configuration, before its first task.
    pub fn new(arrivals: &Arrivals, sizes: &Sizes, clients: &Clients, seed: u64) -> Self {
        Self {
            arrivals: ArrivalProcess::new(arrivals),
            sampler: Sampler::new(sizes),
            population: Arc::new(Population::new(clients)),
            requests: None,
            player: None,
            arrivals_rng: Rng::new(seed, Purpose::Arrivals),
            sizes_rng: Rng::new(seed, Purpose::Sizes),
            keys_rng: Rng::new(seed, Purpose::Keys),
        }
    }

    /// The same, with tasks that are requests to language models.
    pub fn with_requests(self, source: Option<Box<dyn RequestSource>>) -> Self {
        Self {
            requests: source,
            ..self
        }
    }

    /// The tasks of a recording in place of drawn ones.
    pub fn playing(self, playback: Playback) -> Self {
        let all = &self.population;
        let population = [all.addresses.len(), all.urls.len(), all.tenants.len()];
        Self {
            player: Some(Player::new(playback, population.map(|n| n as u32))),
            requests: None,
            ..self
        }
    }

    /// All keys that tasks can have.
    pub fn population(&self) -> &Population {
        &self.population
    }

    /// When the first task arrives (s).
    pub fn first_s(&mut self) -> f64 {
        if let Some(player) = &self.player {
            return player.next_s();
        }
        self.arrivals.first_s(&mut self.arrivals_rng)
    }

    /// The task that arrives now. Size and keys are drawn at once, so that a run with another
    /// strategy sees the same task.
    #[inline(always)]
    pub fn task(&mut self) -> Task {
        if let Some(player) = &self.player {
            return player.task();
        }
        Task {
            keys: self.population.draw(&mut self.keys_rng),
            size: self.sampler.draw(&mut self.sizes_rng),
            ..Task::default()
        }
    }

    /// What the task that arrives now asks of a language model, if tasks do.
    #[inline(always)]
    pub fn request(&mut self) -> Option<Box<Request>> {
        let request = match (&mut self.requests, &self.player) {
            (Some(source), _) => source.first(),
            (None, Some(player)) => player.request()?,
            (None, None) => return None,
        };
        Some(Box::new(request))
    }

    /// What the client of an answered request sends next, and how long after the answer (s).
    pub fn next_turn(&mut self, answered: &Request) -> Option<(f64, Box<Request>)> {
        let (think_s, next) = self.requests.as_mut()?.next(answered)?;
        Some((think_s, Box::new(next)))
    }

    /// When the task after the one that arrived at `now_s` arrives (s): see
    /// [`ArrivalProcess::next_s`].
    #[inline(always)]
    pub fn next_s(&mut self, now_s: f64) -> f64 {
        if let Some(player) = &mut self.player {
            player.place += 1;
            return player.next_s();
        }
        self.arrivals.next_s(now_s, &mut self.arrivals_rng)
    }

    /// Continues with sizes of another law.
    pub fn resize(&mut self, sizes: &Sizes) {
        self.sampler = Sampler::new(sizes);
    }

    /// Continues with other arrivals from `now_s` on; when the next task arrives (s).
    pub fn resume(&mut self, arrivals: &Arrivals, now_s: f64) -> f64 {
        // A recording continues whatever arrivals the scenario has.
        self.arrivals = self.arrivals.resume(arrivals, now_s);
        self.first_s().max(now_s)
    }

    /// See [`ArrivalProcess::client_done`].
    pub fn client_done(&mut self, sent_s: f64, now_s: f64) -> Option<f64> {
        self.arrivals.client_done(sent_s, now_s)
    }

    /// See [`ArrivalProcess::round_over`].
    pub fn round_over(&mut self, now_s: f64) -> Option<(f64, Option<f64>)> {
        self.arrivals.round_over(now_s)
    }
}
