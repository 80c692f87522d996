//! Tasks leave together: each begins in a free slot, and all end when the last of them does.

use super::discipline::{Capacity, Discipline, Ended};
use crate::workload::{Task, TaskIndex};

/// See the [module](self).
#[derive(Clone, Debug, Default)]
pub struct Together {
    tasks: Vec<TaskIndex>,
    /// When the last of them ends (s).
    end_s: f64,
}

impl Discipline for Together {
    fn resume(in_service: &[(TaskIndex, f64)], now_s: f64, capacity: Capacity) -> Self {
        let longest = in_service.iter().map(|&(_, work)| work).fold(0.0, f64::max);
        Self {
            tasks: in_service.iter().map(|&(task, _)| task).collect(),
            end_s: now_s + longest / capacity.speed,
        }
    }

    fn serving(&self) -> usize {
        self.tasks.len()
    }

    fn may_begin(&self, _: &Task, capacity: Capacity) -> bool {
        (self.tasks.len() as u32) < capacity.slots
    }

    fn pass(&mut self, _: f64, _: Capacity) {}

    fn begin(&mut self, index: TaskIndex, task: &Task, now_s: f64, capacity: Capacity) {
        self.tasks.push(index);
        self.end_s = self.end_s.max(now_s + task.size / capacity.speed);
    }

    fn next_event_s(&self, _: f64, _: Capacity) -> Option<f64> {
        (!self.tasks.is_empty()).then_some(self.end_s)
    }

    fn advance(&mut self) -> Ended {
        std::mem::take(&mut self.tasks).into_iter().collect()
    }

    fn task(&self, place: usize) -> TaskIndex {
        self.tasks[place]
    }

    fn work_left(&self, _: usize, now_s: f64, _: f64, capacity: Capacity) -> f64 {
        (self.end_s - now_s) * capacity.speed
    }
}
