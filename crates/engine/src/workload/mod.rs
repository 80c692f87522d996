//! What arrives: when, how large, and from which client. Nothing here depends on the servers, so
//! that two runs with different strategies get the same tasks.

pub mod arrivals;
pub mod clients;
pub mod curve;
pub mod keys;
pub mod popularity;
pub mod recording;
pub mod request;
pub mod requests;
pub mod sizes;
pub mod task;

pub use arrivals::{Arrivals, Pattern};
pub use clients::Clients;
pub use curve::RateCurve;
pub use keys::KeySource;
pub use recording::{Playback, Recording};
pub use request::Request;
pub use requests::Requests;
pub use sizes::{SizeLaw, Sizes};
pub use task::{Task, TaskIndex};

use crate::rng::{Purpose, Rng};
use arrivals::ArrivalProcess;
use clients::Population;
use curve::Thinning;
use recording::Player;
use request::RequestSource;
use sizes::Sampler;
use std::sync::Arc;

/// What tasks are, beyond what is drawn for each.
#[derive(Clone, Debug)]
enum Source {
    /// Nothing more.
    Plain,
    /// Nothing more, but their rate has a daily curve.
    Thinned,
    /// Requests to language models.
    Requests(Box<dyn RequestSource>),
    /// A trace is played in place of what would be drawn.
    Recording(Player),
}

/// The source of a run's tasks. Arrival times, sizes and keys each have a random stream of their
/// own.
#[derive(Clone, Debug)]
pub struct Workload {
    arrivals: ArrivalProcess,
    sampler: Sampler,
    population: Arc<Population>,
    source: Source,
    thinning: Option<Box<Thinning>>,
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
            source: Source::Plain,
            thinning: None,
            arrivals_rng: Rng::new(seed, Purpose::Arrivals),
            sizes_rng: Rng::new(seed, Purpose::Sizes),
            keys_rng: Rng::new(seed, Purpose::Keys),
        }
    }

    /// The same, with tasks that are requests to language models.
    pub fn with_requests(mut self, requests: Box<dyn RequestSource>) -> Self {
        self.source = Source::Requests(requests);
        self
    }

    /// The same, at rates that follow a daily curve, whose function this is; see [`RateCurve`].
    pub fn along(
        mut self,
        curve: &RateCurve,
        part_of_peak: fn(&RateCurve, f64) -> f64,
        arrivals: &Arrivals,
        seed: u64,
    ) -> Self {
        self.thinning = Some(Box::new(Thinning::new(curve, part_of_peak, seed)));
        self.arrivals = ArrivalProcess::new(&self.at_peak(arrivals));
        if self.is_plain() {
            self.source = Source::Thinned;
        }
        self
    }

    /// The arrivals of which a curve leaves some out.
    fn at_peak(&self, arrivals: &Arrivals) -> Arrivals {
        let peak = self
            .thinning
            .as_ref()
            .map_or(1.0, |thinning| thinning.peak());
        Arrivals {
            rate_per_s: arrivals.rate_per_s * peak,
            ..arrivals.clone()
        }
    }

    /// The first arrival from this one on that a curve leaves (s).
    fn kept_s(&mut self, mut next_s: f64) -> f64 {
        while let Some(thinning) = &mut self.thinning
            && next_s.is_finite()
            && !thinning.keeps(next_s)
        {
            next_s = self.arrivals.next_s(next_s, &mut self.arrivals_rng);
        }
        next_s
    }

    /// The tasks of a recording in place of drawn ones.
    pub fn playing(mut self, playback: Playback) -> Self {
        let all = &self.population;
        let population = [all.addresses.len(), all.urls.len(), all.tenants.len()];
        self.source = Source::Recording(Player::new(playback, population.map(|n| n as u32)));
        self
    }

    /// All keys that tasks can have.
    pub fn population(&self) -> &Population {
        &self.population
    }

    /// When the first task arrives (s).
    pub fn first_s(&mut self) -> f64 {
        if let Source::Recording(player) = &self.source {
            return player.next_s();
        }
        let first_s = self.arrivals.first_s(&mut self.arrivals_rng);
        self.kept_s(first_s)
    }

    /// Whether tasks are drawn and ask nothing of a language model: [`task`](Self::task) is all
    /// there is to them.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        matches!(self.source, Source::Plain)
    }

    /// The plain task that arrives now. Size and keys are drawn at once, so that a run with another
    /// strategy sees the same task.
    #[inline(always)]
    pub fn task(&mut self) -> Task {
        Task {
            keys: self.population.draw(&mut self.keys_rng),
            size: self.sampler.draw(&mut self.sizes_rng),
            ..Task::default()
        }
    }

    /// The task that arrives now where tasks are not [plain](Self::is_plain), and what it asks of a
    /// language model.
    #[cold]
    pub fn request(&mut self) -> (Task, Option<Box<Request>>) {
        let mut task = self.task();
        let request = match &mut self.source {
            Source::Plain | Source::Thinned => None,
            Source::Requests(source) => Some(source.first()),
            Source::Recording(player) => {
                task = player.task();
                player.request()
            }
        };
        (task, request.map(Box::new))
    }

    /// What the client of an answered request sends next, and how long after the answer (s).
    pub fn next_turn(&mut self, answered: &Request) -> Option<(f64, Box<Request>)> {
        let Source::Requests(source) = &mut self.source else {
            return None;
        };
        let (think_s, next) = source.next(answered)?;
        Some((think_s, Box::new(next)))
    }

    /// When the task after the one that arrived at `now_s` arrives (s): see
    /// [`ArrivalProcess::next_s`].
    #[inline(always)]
    pub fn next_s(&mut self, now_s: f64) -> f64 {
        if !self.is_plain() {
            return self.next_of_source_s(now_s);
        }
        self.arrivals.next_s(now_s, &mut self.arrivals_rng)
    }

    /// The same where tasks are not [plain](Self::is_plain).
    #[cold]
    fn next_of_source_s(&mut self, now_s: f64) -> f64 {
        if let Source::Recording(player) = &mut self.source {
            return player.pass();
        }
        let next_s = self.arrivals.next_s(now_s, &mut self.arrivals_rng);
        self.kept_s(next_s)
    }

    /// Continues with sizes of another law.
    pub fn resize(&mut self, sizes: &Sizes) {
        self.sampler = Sampler::new(sizes);
    }

    /// Continues with other arrivals from `now_s` on; when the next task arrives (s).
    pub fn resume(&mut self, arrivals: &Arrivals, now_s: f64) -> f64 {
        // A recording continues whatever arrivals the scenario has.
        self.arrivals = self.arrivals.resume(&self.at_peak(arrivals), now_s);
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
