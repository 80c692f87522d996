//! A recorded workload in place of a drawn one: a trace.

use super::keys::KeySource;
use super::{Request, Task};
use std::rc::Rc;

/// The tasks of a trace, in order of arrival.
pub trait Recording: std::fmt::Debug {
    /// When the task at `place` arrives (s); None behind the last.
    fn arrival_s(&self, place: usize) -> Option<f64>;
    /// Its size (units); that of a request is its tokens, which the engine counts.
    fn size(&self, place: usize) -> f64;
    /// The numbers of its client, URL and tenant; the workload counts them modulo how many the
    /// scenario has.
    fn keys(&self, place: usize) -> [u32; KeySource::COUNT];
    /// What it asks of a language model, if it does.
    fn request(&self, place: usize) -> Option<Request>;
}

/// The time scales with which a recording may be played.
pub const TIME_SCALES: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

/// How a recording is played.
#[derive(Clone, Debug)]
pub struct Playback {
    /// What is played.
    pub recording: Rc<dyn Recording>,
    /// Its tasks arrive at this many times their times: 0.5 doubles the rate. See [`TIME_SCALES`].
    pub time_scale: f64,
}

impl Playback {
    /// A recording in its own time.
    pub fn new(recording: Rc<dyn Recording>) -> Self {
        Self {
            recording,
            time_scale: 1.0,
        }
    }
}

/// How far a recording has been played.
#[derive(Clone, Debug)]
pub(super) struct Player {
    playback: Playback,
    /// How many clients, URLs and tenants the scenario has.
    population: [u32; KeySource::COUNT],
    /// The task that arrives next.
    pub(super) place: usize,
}

impl Player {
    pub(super) fn new(playback: Playback, population: [u32; KeySource::COUNT]) -> Self {
        Self {
            playback,
            population,
            place: 0,
        }
    }

    /// When the next task arrives (s); infinite if there is none.
    pub(super) fn next_s(&self) -> f64 {
        let arrival_s = self.playback.recording.arrival_s(self.place);
        arrival_s.map_or(f64::INFINITY, |at_s| at_s * self.playback.time_scale)
    }

    /// The task that arrives next.
    pub(super) fn task(&self) -> Task {
        let mut keys = self.playback.recording.keys(self.place);
        for (key, count) in keys.iter_mut().zip(self.population) {
            *key %= count.max(1);
        }
        Task {
            keys,
            size: self.playback.recording.size(self.place),
            ..Task::default()
        }
    }

    /// What it asks of a language model, if it does.
    pub(super) fn request(&self) -> Option<Request> {
        self.playback.recording.request(self.place)
    }

    /// Moves to the next task, and says when it arrives (s).
    #[cold]
    pub(super) fn pass(&mut self) -> f64 {
        self.place += 1;
        self.next_s()
    }
}
