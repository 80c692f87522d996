//! A one-way link: tasks arrive in the order of sending.

use crate::sim::tasks::{Fifo, Tasks};
use crate::workload::TaskIndex;

/// The link from a balancer to whatever it sends tasks to.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// Time from sending to arrival (s).
    pub(super) latency_s: f64,
    /// Tasks in transit.
    pub(super) in_transit: Fifo,
}

impl Link {
    /// Whether a task sent now arrives at once.
    #[inline(always)]
    pub(super) fn is_immediate(&self) -> bool {
        self.latency_s == 0.0 && self.in_transit.is_empty()
    }

    /// Sends a task. Returns when it is due (s), if it is the first in transit.
    #[inline]
    pub(super) fn send(&mut self, index: TaskIndex, now_s: f64, tasks: &mut Tasks) -> Option<f64> {
        let due_s = now_s + self.latency_s;
        tasks[index].delivered_s = due_s;
        self.in_transit.push(tasks, index);
        (self.in_transit.len() == 1).then_some(due_s)
    }

    /// Takes the task that has arrived. Also returns when the next one is due (s), if there is
    /// another: if the latency has been lowered, tasks still do not overtake each other.
    pub(super) fn arrive(&mut self, now_s: f64, tasks: &Tasks) -> (Option<TaskIndex>, Option<f64>) {
        let arrived = self.in_transit.pop(tasks);
        let next = self.in_transit.first();
        (arrived, next.map(|next| tasks[next].delivered_s.max(now_s)))
    }
}
