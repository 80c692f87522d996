//! Second copies of tasks that take long: see [`Hedge`](crate::scenario::Hedge).

use super::Engine;
use super::schedule::Timer;
use crate::scenario::Scenario;
use crate::workload::{Request, Task, TaskIndex};
use std::collections::VecDeque;

/// Tasks that may get a copy, and those that have one.
#[derive(Clone, Debug, Default)]
pub(super) struct Hedges {
    /// When a task was sent (s), its place in the store, and its number.
    uncopied: VecDeque<(f64, TaskIndex, u64)>,
    /// The other copies of tasks by their places in the store, with their numbers.
    others: Vec<Option<(TaskIndex, u64)>>,
    /// Whether a copy is being sent.
    pub(super) copying: bool,
    /// Copies whose other one was answered.
    pub(super) lost: Vec<TaskIndex>,
}

impl Hedges {
    /// Before the first task; None if no copies are sent.
    pub(super) fn new(scenario: &Scenario) -> Option<Box<Self>> {
        let hedges = scenario.retry_policy.hedge.after_s.is_some();
        hedges.then(Box::default)
    }

    /// About how much memory a copy takes (bytes).
    pub(super) fn bytes(&self) -> usize {
        self.uncopied.len() * size_of::<(f64, TaskIndex, u64)>()
            + size_of_val(self.others.as_slice())
    }

    fn set(&mut self, index: TaskIndex, other: Option<(TaskIndex, u64)>) {
        let place = index as usize;
        if self.others.len() <= place {
            self.others.resize(place + 1, None);
        }
        self.others[place] = other;
    }
}

/// A task is sent. Whether it is a copy, which has no deadline of its own.
pub(super) fn sent(engine: &mut Engine, index: TaskIndex) -> bool {
    let after_s = engine.scenario.retry_policy.hedge.after_s;
    let (Some(hedges), Some(after_s)) = (&mut engine.hedges, after_s) else {
        return false;
    };
    if hedges.copying {
        return true;
    }
    hedges.set(index, None);
    if hedges.uncopied.is_empty() {
        engine.schedule.arm(Timer::Hedge, engine.now_s + after_s);
    }
    let number = engine.tasks[index].number;
    hedges.uncopied.push_back((engine.now_s, index, number));
    false
}

/// A copy that is due, now in the store, and when its task was sent first (s). None if no more are.
pub(super) fn due(engine: &mut Engine) -> Option<(TaskIndex, f64)> {
    let after_s = engine.scenario.retry_policy.hedge.after_s;
    while let Some(hedges) = &mut engine.hedges
        && let Some(&(sent_s, index, number)) = hedges.uncopied.front()
    {
        let Some(after_s) = after_s else {
            hedges.uncopied.clear();
            break;
        };
        if sent_s + after_s > engine.now_s {
            engine.schedule.arm(Timer::Hedge, sent_s + after_s);
            return None;
        }
        hedges.uncopied.pop_front();
        let task = engine.tasks[index];
        if task.number != number || task.given_up() {
            continue;
        }
        let copy = Task {
            size: task.size,
            keys: task.keys,
            sent: task.sent,
            ..Task::default()
        };
        let request = engine.tasks.request(index).map(Request::again);
        let first_s = engine.retries.first_s(index, &task);
        let new = engine.insert_request(copy, request.map(Box::new));
        engine.retries.keep_first_s(new, first_s);
        engine.totals.hedges += 1;
        let new_number = engine.tasks[new].number;
        if let Some(hedges) = &mut engine.hedges {
            hedges.set(index, Some((new, new_number)));
            hedges.set(new, Some((index, number)));
        }
        return Some((new, first_s));
    }
    engine.schedule.disarm(Timer::Hedge);
    None
}

/// The other copy of a task, if that is still there; from now on each is alone.
fn part(engine: &mut Engine, index: TaskIndex) -> Option<TaskIndex> {
    let tasks = &engine.tasks;
    let hedges = engine.hedges.as_mut()?;
    let (other, number) = hedges.others.get_mut(index as usize)?.take()?;
    let there = tasks[other].number == number && !tasks[other].given_up();
    if there {
        hedges.set(other, None);
    }
    there.then_some(other)
}

/// A task is given up or has left, answered or not. True if its client waits for its other copy.
pub(super) fn ended(engine: &mut Engine, index: TaskIndex, failed: bool) -> bool {
    let Some(other) = part(engine, index) else {
        return false;
    };
    if failed {
        engine.totals.covered += 1;
        let number = engine.tasks[index].number;
        let other_number = engine.tasks[other].number;
        engine
            .retries
            .hand_over((index, number), (other, other_number));
        return true;
    }
    engine.tasks[other].give_up();
    if let Some(hedges) = &mut engine.hedges {
        hedges.lost.push(other);
    }
    false
}
