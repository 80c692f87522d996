//! The clients' side: they lose patience, try again, and in a closed loop send the next task when
//! the last is done.
//!
//! A task whose client has given it up goes on through the system as if nothing had happened, since
//! nobody else knows.

use super::{Engine, MAX_IN_SYSTEM};
use crate::balance::Outcome;
use crate::scenario::{Patience, Pattern, Scenario};
use crate::sim::probe::Probe;
use crate::workload::{Task, TaskIndex};
use std::collections::VecDeque;

/// What the clients wait for.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    /// Tasks that may still be given up: when they arrived (s), where they are, and their numbers,
    /// which tell whether they still are there. In order of arrival, and so of their deadlines,
    /// since all have the same patience.
    deadlines: VecDeque<(f64, TaskIndex, u64)>,
    /// Tasks to be sent again, and when (s), in order.
    again: VecDeque<(f64, Task)>,
    /// Retries left in the budget.
    tokens: f64,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            deadlines: VecDeque::new(),
            again: VecDeque::new(),
            tokens: Patience::RESERVE,
        }
    }
}

impl Waiting {
    /// Whether a task will be sent again.
    pub(super) fn will_retry(&self) -> bool {
        !self.again.is_empty()
    }
}

/// Whether anyone must hear of a task's coming and going but its balancer.
pub(super) fn must_follow(scenario: &Scenario) -> bool {
    scenario.arrivals.pattern == Pattern::Closed
        || scenario.patience.timeout_s.is_some()
        || scenario.patience.retries > 0
        || scenario.balancer.health.max_fails.is_some()
}

impl Engine {
    /// A client has sent a task.
    pub(super) fn sent(&mut self, index: TaskIndex) {
        let patience = &self.scenario.patience;
        let task = &self.tasks[index];
        if let Some(share) = patience.budget
            && task.attempt() == 0
        {
            self.waiting.tokens = (self.waiting.tokens + share).min(Patience::RESERVE);
        }
        if let Some(timeout_s) = patience.timeout_s {
            if self.waiting.deadlines.is_empty() {
                let timer = self.extra(super::TIMEOUT);
                self.timers.arm(timer, task.arrival_s + timeout_s);
            }
            // What has left meanwhile must not pile up behind one that stays.
            if self.waiting.deadlines.len() > 64 + 2 * self.tasks.len() {
                self.waiting
                    .deadlines
                    .retain(|&(_, index, number)| self.tasks[index].number == number);
            }
            self.waiting
                .deadlines
                .push_back((self.now_s, index, self.tasks[index].number));
        }
    }

    /// A task is about to leave the system.
    #[inline(never)]
    pub(super) fn left(&mut self, index: TaskIndex, outcome: Outcome) {
        let task = self.tasks[index];
        let served = outcome == Outcome::Served;
        if served {
            self.count_success(usize::from(task.server));
        }
        match (task.given_up(), served) {
            (true, _) => self.totals.wasted += u64::from(served),
            (false, true) => self.client_done(&task),
            (false, false) => self.try_again(&task),
        }
        self.tasks[index].number = 0;
    }

    /// The client's patience with some task may be over.
    pub(super) fn timeout_due(&mut self) {
        let timeout_s = self.scenario.patience.timeout_s.unwrap_or(f64::INFINITY);
        let mut next_s = f64::INFINITY;
        while let Some(&(arrival_s, index, number)) = self.waiting.deadlines.front() {
            if self.tasks[index].number == number {
                next_s = arrival_s + timeout_s;
                if next_s > self.now_s {
                    break;
                }
                self.totals.timeouts += 1;
                self.tasks[index].give_up();
                let task = self.tasks[index];
                self.try_again(&task);
                next_s = f64::INFINITY;
            }
            self.waiting.deadlines.pop_front();
        }
        self.arm_or_disarm(super::TIMEOUT, next_s);
    }

    /// A task failed its client, who sends it again if it may, or is done with it.
    fn try_again(&mut self, task: &Task) {
        let patience = &self.scenario.patience;
        let waiting = &mut self.waiting;
        let affordable = patience.budget.is_none() || waiting.tokens >= 1.0;
        if task.attempt() >= patience.retries || !affordable || waiting.again.len() >= MAX_IN_SYSTEM
        {
            return self.client_done(task);
        }
        if patience.budget.is_some() {
            waiting.tokens -= 1.0;
        }
        let due_s = self.now_s + patience.backoff_s;
        let place = waiting
            .again
            .partition_point(|&(other_s, _)| other_s <= due_s);
        waiting.again.insert(place, (due_s, task.again()));
        if place == 0 {
            let timer = self.extra(super::RETRY);
            self.timers.arm(timer, due_s);
        }
    }

    /// A task is sent again.
    pub(super) fn retry_due<P: Probe>(&mut self, probe: &mut P) {
        let task = self.waiting.again.pop_front();
        let next_s = self
            .waiting
            .again
            .front()
            .map_or(f64::INFINITY, |&(due_s, _)| due_s.max(self.now_s));
        self.arm_or_disarm(super::RETRY, next_s);
        if let Some((_, task)) = task {
            self.totals.retries += 1;
            self.admit(task, probe);
        }
    }

    /// A client is done with a task, for good or ill.
    fn client_done(&mut self, task: &Task) {
        if let Some(next_s) = self.source.client_done(task.arrival_s, self.now_s)
            && next_s < self.next_arrival_s
        {
            self.next_arrival_s = next_s;
            self.next_arrival_order = self.timers.stamp();
        }
    }

    /// Brings the clients over to the patience of a scenario that has just come into force.
    pub(super) fn change_patience(&mut self) {
        // Tasks that were given up are still on their way.
        self.followed |= must_follow(&self.scenario);
        match self.scenario.patience.timeout_s {
            None => self.waiting.deadlines.clear(),
            Some(_) if self.waiting.deadlines.is_empty() => {}
            // The deadlines have moved: let the timer find out.
            Some(_) => return self.arm_or_disarm(super::TIMEOUT, self.now_s),
        }
        self.arm_or_disarm(super::TIMEOUT, f64::INFINITY);
    }
}
