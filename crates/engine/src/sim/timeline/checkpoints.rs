//! Checkpoints: copies of a run to restart from. They thin out with age, so that a run left open
//! for hours stays bounded in memory.

use super::moment::Moment;

/// Events between two new checkpoints, at least.
const SPACING: u64 = 256;
/// Bytes of the last checkpoint for each event until the next: to copy that many takes less time
/// than an event, so that a run with a long queue mostly runs.
const BYTES_PER_EVENT: usize = 128;
/// Checkpoints kept at most.
pub(super) const MAX_CHECKPOINTS: usize = 160;
/// Memory of all checkpoints but the first (bytes).
pub(super) const MAX_BYTES: usize = 48_000_000;

/// The checkpoints of a run in order of time. The first is its start.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    start: Moment,
    /// The others, and how much memory each takes (bytes).
    others: Vec<(Moment, usize)>,
}

impl Checkpoints {
    pub(super) fn new(start: Moment) -> Self {
        Self {
            start,
            others: Vec::new(),
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        1 + self.others.len()
    }

    /// Memory of all but the first (bytes).
    pub(super) fn bytes(&self) -> usize {
        self.others.iter().map(|(_, bytes)| bytes).sum()
    }

    /// The last checkpoint that `is_before`, or else the start.
    pub(super) fn last(&self, mut is_before: impl FnMut(&Moment) -> bool) -> &Moment {
        let mut others = self.others.iter().map(|(moment, _)| moment);
        others.rfind(|m| is_before(m)).unwrap_or(&self.start)
    }

    /// Keeps only the checkpoints that are still `valid`, as the start always is.
    pub(super) fn retain(&mut self, mut valid: impl FnMut(&Moment) -> bool) {
        self.others.retain(|(moment, _)| valid(moment));
    }

    /// Adds a checkpoint at `head`, if the last one is far enough behind, and drops some if there
    /// are too many.
    pub(super) fn leave(&mut self, head: &Moment) {
        let last = self.others.last();
        let bytes = last.map_or(0, |(_, bytes)| *bytes);
        let spacing = SPACING.max((bytes / BYTES_PER_EVENT) as u64);
        if head.event() >= self.event(self.others.len()) + spacing {
            self.keep(head);
        }
    }

    /// Adds a checkpoint at a moment that is not before the last one, and drops some if there are
    /// too many.
    pub(super) fn keep(&mut self, moment: &Moment) {
        let bytes = moment.engine.bytes();
        if bytes > MAX_BYTES {
            return;
        }
        self.others.push((moment.clone(), bytes));
        let now = moment.event() as f64;
        while self.others.len() >= MAX_CHECKPOINTS || self.bytes() > MAX_BYTES {
            self.thin_out(now);
        }
    }

    /// Drops the checkpoint whose loss leaves the smallest gap for its age, so that gaps grow with
    /// age. The first and the last stay.
    fn thin_out(&mut self, now: f64) {
        let inner = 1..self.others.len();
        let victim = inner.min_by(|&a, &b| {
            self.gap_for_age(a, now)
                .total_cmp(&self.gap_for_age(b, now))
        });
        if let Some(victim) = victim {
            self.others.remove(victim - 1);
        }
    }

    /// Events before the checkpoint at `index`.
    fn event(&self, index: usize) -> u64 {
        let before = index.checked_sub(1);
        before.map_or(0, |other| self.others[other].0.event())
    }

    /// The gap that the checkpoint at `index` would leave, over its age; both in events.
    fn gap_for_age(&self, index: usize, now: f64) -> f64 {
        let before = self.event(index - 1) as f64;
        let at = self.event(index) as f64;
        let after = self.event(index + 1) as f64;
        (after - before) / (now - at)
    }
}
