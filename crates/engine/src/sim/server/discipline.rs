//! The interface of service disciplines.

use crate::workload::{Task, TaskIndex};

/// A server's capacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capacity {
    /// Tasks served at the same time.
    pub slots: u32,
    /// Work done per second by one slot (units/s).
    pub speed: f64,
}

/// A service discipline: which tasks a server works on, and how fast. Tasks in service have places
/// from 0, in an order private to the discipline. Times are simulated seconds; `settled_s` is when
/// [`pass`](Self::pass) was last called.
pub trait Discipline: Sized {
    /// The discipline with these tasks in service, each with the work that it has left, in the
    /// order of another discipline's places.
    fn resume(in_service: &[(TaskIndex, f64)], now_s: f64, capacity: Capacity) -> Self;

    /// Tasks in service.
    fn serving(&self) -> usize;

    /// Whether the waiting `task` may begin service.
    fn may_begin(&self, task: &Task, capacity: Capacity) -> bool;

    /// Time passes with tasks in service, none of which begins or ends during it.
    fn pass(&mut self, elapsed_s: f64, capacity: Capacity);

    /// The service of a task begins.
    fn begin(&mut self, index: TaskIndex, task: &Task, now_s: f64, capacity: Capacity);

    /// When the next event of the discipline happens (s), if any.
    fn next_event_s(&self, settled_s: f64, capacity: Capacity) -> Option<f64>;

    /// The next event happens. Returns a task whose service ends at it, if any does.
    fn advance(&mut self) -> Option<TaskIndex>;

    /// Another task whose service ended at that event, until there is none.
    #[inline(always)]
    fn also_ended(&mut self) -> Option<TaskIndex> {
        None
    }

    /// The task at a place.
    fn task(&self, place: usize) -> TaskIndex;

    /// The work that it has left (units).
    fn work_left(&self, place: usize, now_s: f64, settled_s: f64, capacity: Capacity) -> f64;
}
