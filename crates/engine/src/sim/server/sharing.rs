//! Processor sharing: all present tasks are served at once, each at full speed up to the number of
//! slots, and beyond it at an equal part of `slots × speed`.

use super::discipline::{Capacity, Discipline};
use crate::workload::{Task, TaskIndex};

/// A task in service.
#[derive(Clone, Copy, Debug)]
struct Sharer {
    /// The attained work at which its service ends (units).
    end: f64,
    task: TaskIndex,
}

/// See the [module](self).
#[derive(Clone, Debug, Default)]
pub struct Sharing {
    /// Sorted so that the next to end is last; of equals, the one that arrived first.
    sharers: Vec<Sharer>,
    /// Attained work (units) of a task that has been present since the server was last empty. It is
    /// not counted from time 0, so that its rounding errors do not grow with the length of the run.
    attained: f64,
}

impl Sharing {
    /// Work done per second on each task in service.
    #[inline(always)]
    fn pace(&self, capacity: Capacity) -> f64 {
        let present = self.sharers.len() as u32;
        capacity.speed * (f64::from(capacity.slots) / f64::from(present)).min(1.0)
    }
}

impl Discipline for Sharing {
    fn resume(in_service: &[(TaskIndex, f64)], _: f64, _: Capacity) -> Self {
        let sharers = in_service
            .iter()
            .map(|&(task, work)| Sharer { end: work, task });
        Self {
            sharers: sharers.collect(),
            attained: 0.0,
        }
    }

    #[inline(always)]
    fn serving(&self) -> usize {
        self.sharers.len()
    }

    #[inline(always)]
    fn may_begin(&self, _: &Task, _: Capacity) -> bool {
        true
    }

    #[inline(always)]
    fn pass(&mut self, elapsed_s: f64, capacity: Capacity) {
        self.attained += elapsed_s * self.pace(capacity);
    }

    #[inline(always)]
    fn begin(&mut self, index: TaskIndex, task: &Task, _: f64, _: Capacity) {
        let sharer = Sharer {
            end: self.attained + task.size,
            task: index,
        };
        if self.sharers.is_empty() {
            return self.sharers.push(sharer);
        }
        let place = self.sharers.partition_point(|other| other.end > sharer.end);
        self.sharers.insert(place, sharer);
    }

    #[inline(always)]
    fn next_event_s(&self, settled_s: f64, capacity: Capacity) -> Option<f64> {
        let last = self.sharers.last()?;
        // Rounding may make the rest negative, but time must not run backwards.
        Some(settled_s + ((last.end - self.attained) / self.pace(capacity)).max(0.0))
    }

    #[inline(always)]
    fn advance(&mut self) -> Option<TaskIndex> {
        let ended = self.sharers.pop();
        if self.sharers.is_empty() {
            self.attained = 0.0;
        }
        ended.map(|sharer| sharer.task)
    }

    fn task(&self, place: usize) -> TaskIndex {
        self.sharers[place].task
    }

    fn work_left(&self, place: usize, now_s: f64, settled_s: f64, capacity: Capacity) -> f64 {
        self.sharers[place].end - self.attained - (now_s - settled_s) * self.pace(capacity)
    }
}
