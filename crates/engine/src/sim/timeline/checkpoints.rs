//! Checkpoints: copies of a run to restart from. They thin out with age, so that a run left open
//! for hours stays bounded in memory.

use super::moment::Moment;
use crate::sim::Engine;
use crate::sim::server::{Batch, Server};
use crate::workload::Task;

/// Events between two new checkpoints.
const SPACING: u64 = 256;
/// Checkpoints kept at most.
pub(super) const MAX_CHECKPOINTS: usize = 160;
/// Tasks kept at most in all checkpoints together, unless two checkpoints already have more.
/// Replicas of language models count as the tasks that take as much memory.
pub(super) const MAX_TASKS: usize = 400_000;

/// The checkpoints of a run in order of time. The first is its start.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints(Vec<Moment>);

/// How many tasks take as much memory as a copy of this engine.
fn tasks_worth(engine: &Engine) -> usize {
    let schedulers = engine.servers().iter().filter_map(Server::scheduler);
    let bytes: usize = schedulers.map(Batch::bytes).sum();
    engine.tasks().len() + bytes / size_of::<Task>()
}

impl Checkpoints {
    pub(super) fn new(start: Moment) -> Self {
        Self(vec![start])
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Tasks in all checkpoints together, and what takes as much memory.
    pub(super) fn tasks(&self) -> usize {
        self.0.iter().map(|m| tasks_worth(&m.engine)).sum()
    }

    /// The last checkpoint that `is_before`, or else the start.
    pub(super) fn last(&self, mut is_before: impl FnMut(&Moment) -> bool) -> &Moment {
        let last = self.0.iter().rfind(|m| is_before(m));
        last.unwrap_or(&self.0[0])
    }

    /// Keeps only the checkpoints that are still `valid`, as the start always is.
    pub(super) fn retain(&mut self, valid: impl FnMut(&Moment) -> bool) {
        self.0.retain(valid);
    }

    /// Adds a checkpoint at `head`, if the last one is far enough behind, and drops some if there
    /// are too many.
    pub(super) fn leave(&mut self, head: &Moment) {
        let last = self.0.last().map_or(0, Moment::event);
        if head.event() >= last + SPACING {
            self.keep(head);
        }
    }

    /// Adds a checkpoint at a moment that is not before the last one, and drops some if there are
    /// too many.
    pub(super) fn keep(&mut self, moment: &Moment) {
        self.0.push(moment.clone());
        while self.0.len() > MAX_CHECKPOINTS || (self.0.len() > 2 && self.tasks() > MAX_TASKS) {
            self.thin_out(moment.event() as f64);
        }
    }

    /// Drops the checkpoint whose loss leaves the smallest gap for its age, so that gaps grow with
    /// age. The first and the last stay.
    fn thin_out(&mut self, now: f64) {
        let inner = 1..self.0.len() - 1;
        let victim = inner.min_by(|&a, &b| {
            self.gap_for_age(a, now)
                .total_cmp(&self.gap_for_age(b, now))
        });
        if let Some(victim) = victim {
            self.0.remove(victim);
        }
    }

    /// The gap that the checkpoint at `index` would leave, over its age; both in events.
    fn gap_for_age(&self, index: usize, now: f64) -> f64 {
        let before = self.0[index - 1].event() as f64;
        let at = self.0[index].event() as f64;
        let after = self.0[index + 1].event() as f64;
        (after - before) / (now - at)
    }
}
