//! First come, first served: one task in each slot, at full speed.

use super::discipline::{Capacity, Discipline};
use crate::workload::{Task, TaskIndex};

/// A task in a slot.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// When its service ends (s).
    end_s: f64,
    task: TaskIndex,
}

/// See the [module](self).
#[derive(Clone, Debug, Default)]
pub struct FirstCome {
    /// Sorted so that the next to end is last; of equals, the one that arrived first.
    slots: Vec<Slot>,
}

impl Discipline for FirstCome {
    fn resume(in_service: &[(TaskIndex, f64)], now_s: f64, capacity: Capacity) -> Self {
        let slots = in_service.iter().map(|&(task, work)| Slot {
            end_s: now_s + work / capacity.speed,
            task,
        });
        Self {
            slots: slots.collect(),
        }
    }

    #[inline(always)]
    fn serving(&self) -> usize {
        self.slots.len()
    }

    #[inline(always)]
    fn may_begin(&self, _: &Task, capacity: Capacity) -> bool {
        (self.slots.len() as u32) < capacity.slots
    }

    #[inline(always)]
    fn pass(&mut self, _: f64, _: Capacity) {}

    #[inline(always)]
    fn begin(&mut self, index: TaskIndex, task: &Task, now_s: f64, capacity: Capacity) {
        let slot = Slot {
            end_s: now_s + task.size / capacity.speed,
            task: index,
        };
        if self.slots.is_empty() {
            return self.slots.push(slot);
        }
        let place = self.slots.partition_point(|other| other.end_s > slot.end_s);
        self.slots.insert(place, slot);
    }

    #[inline(always)]
    fn next_event_s(&self, _: f64, _: Capacity) -> Option<f64> {
        self.slots.last().map(|slot| slot.end_s)
    }

    #[inline(always)]
    fn advance(&mut self) -> Option<TaskIndex> {
        self.slots.pop().map(|slot| slot.task)
    }

    fn task(&self, place: usize) -> TaskIndex {
        self.slots[place].task
    }

    fn work_left(&self, place: usize, now_s: f64, _: f64, capacity: Capacity) -> f64 {
        (self.slots[place].end_s - now_s) * capacity.speed
    }
}
