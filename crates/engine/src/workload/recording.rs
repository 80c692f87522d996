//! A recorded workload in place of a drawn one: a trace.

use super::{Request, Task};
use std::sync::Arc;

/// The tasks of a trace, in order of arrival.
pub trait Recording: std::fmt::Debug {
    /// When the task at `place` arrives (s); None behind the last.
    fn arrival_s(&self, place: usize) -> Option<f64>;
    /// The task: its size and its keys, which must be of the scenario's population.
    fn task(&self, place: usize) -> Task;
    /// What it asks of a language model, if it does.
    fn request(&self, place: usize) -> Option<Request>;
}

/// How far a recording has been played.
#[derive(Clone, Debug)]
pub(super) struct Player {
    pub(super) recording: Arc<dyn Recording>,
    /// The task that arrives next.
    pub(super) place: usize,
}

impl Player {
    /// When the next task arrives (s); infinite if there is none.
    pub(super) fn next_s(&self) -> f64 {
        self.recording
            .arrival_s(self.place)
            .unwrap_or(f64::INFINITY)
    }

    /// Moves to the next task, and says when it arrives (s).
    #[cold]
    pub(super) fn pass(&mut self) -> f64 {
        self.place += 1;
        self.next_s()
    }
}
