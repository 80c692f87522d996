//! The clients' side: time-outs, retries with their budget, and in a closed loop the next task when
//! the last has ended.
//!
//! A task that its client has given up continues through the system, unless the scenario says who
//! hears of it.

use super::passive::Failure;
use super::schedule::Timer;
use super::{Engine, MAX_IN_SYSTEM, extras};
use crate::balance::{Mask, Outcome};
use crate::scenario::{GiveUp, HeardBy, Pattern, Resend, RetryPolicy, Scenario};
use crate::sim::probe::Probe;
use crate::workload::{Request, Task, TaskIndex};
use std::collections::VecDeque;

/// Time-outs and retries that are due.
#[derive(Clone, Debug)]
pub(super) struct Retries {
    /// Tasks that may still be given up: when they arrived (s), their places in the store, and
    /// their numbers, which differ from those in the store once they have left. In the order of
    /// their deadlines, a time-out later; the time of one whose client waits for another time
    /// differs by that.
    deadlines: VecDeque<(f64, TaskIndex, u64)>,
    /// Tasks to be sent later, again or as the next turn of a session, with what they ask of a
    /// language model and the servers that they are not to go to, in the order of their times (s).
    pending: VecDeque<(f64, Task, Option<Box<Request>>, Mask)>,
    /// When the tasks that were sent before were sent first (s), by their places in the store.
    first_s: Vec<f64>,
    /// Retries left in the budget.
    tokens: f64,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            deadlines: VecDeque::new(),
            pending: VecDeque::new(),
            first_s: Vec::new(),
            tokens: RetryPolicy::RESERVE,
        }
    }
}

impl Retries {
    /// Whether a task will be sent later.
    pub(super) fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// About how much memory a copy takes (bytes).
    pub(super) fn bytes(&self) -> usize {
        let requests = self.pending.iter().flat_map(|pending| &pending.2);
        self.deadlines.len() * size_of::<(f64, TaskIndex, u64)>()
            + self.pending.len() * size_of::<(f64, Task, Option<Box<Request>>, Mask)>()
            + size_of_val(self.first_s.as_slice())
            + requests.map(|request| request.bytes()).sum::<usize>()
    }

    /// How many tasks will be sent again.
    pub(super) fn pending(&self) -> usize {
        self.pending
            .iter()
            .filter(|(_, task, ..)| task.attempt() > 0)
            .count()
    }

    /// When a task, or the one that it is sent in place of, was sent first (s).
    pub(super) fn first_s(&self, index: TaskIndex, task: &Task) -> f64 {
        let known = self.first_s.get(index as usize);
        match task.attempt() {
            0 => task.arrival_s,
            _ => known.copied().unwrap_or(task.arrival_s),
        }
    }

    /// The deadline of one task in the store, by its place and number, is now another's.
    pub(super) fn hand_over(&mut self, from: (TaskIndex, u64), to: (TaskIndex, u64)) {
        let mut deadlines = self.deadlines.iter_mut();
        if let Some(deadline) = deadlines.find(|(_, index, number)| (*index, *number) == from) {
            deadline.1 = to.0;
            deadline.2 = to.1;
        }
    }

    /// Notes when a task that is sent again was sent first (s).
    pub(super) fn keep_first_s(&mut self, index: TaskIndex, first_s: f64) {
        let place = index as usize;
        if self.first_s.len() <= place {
            self.first_s.resize(place + 1, f64::NAN);
        }
        self.first_s[place] = first_s;
    }
}

/// Whether the engine must follow each task beyond its balancer, for its client or its server's
/// health.
pub(super) fn must_follow(scenario: &Scenario) -> bool {
    scenario.arrivals.pattern == Pattern::Closed
        || scenario.retry_policy.timeout_s.is_some()
        || scenario.retry_policy.retries > 0
        || scenario.balancer.health.counts_failures()
        || scenario.autoscaler.is_on()
        || scenario.retry_policy.hedge.after_s.is_some()
}

impl Engine {
    /// A client has sent a task.
    pub(super) fn sent(&mut self, index: TaskIndex) {
        if self.hedges.is_some()
            && let Some(extras) = extras::get()
            && (extras.hedge_sent)(self, index)
        {
            return;
        }
        if let (Some(elsewhere), Some(extras)) = (&mut self.elsewhere, extras::get())
            && self.tasks[index].attempt() == 0
        {
            // Another task may have been at its place in the store.
            (extras.keep)(elsewhere, index, Mask::default());
        }
        let retry_policy = &self.scenario.retry_policy;
        let task = &self.tasks[index];
        if let Some(share) = retry_policy.budget
            && task.attempt() == 0
        {
            self.retries.tokens = (self.retries.tokens + share).min(RetryPolicy::RESERVE);
        }
        if let Some(timeout_s) = retry_policy.timeout_s {
            if retry_policy.give_up != GiveUp::default() {
                return self.sent_to_wait(index, timeout_s);
            }
            if self.retries.deadlines.is_empty() {
                self.schedule
                    .arm(Timer::Timeout, task.arrival_s + timeout_s);
            }
            // Tasks that have left must not accumulate behind one that stays.
            if self.retries.deadlines.len() > 64 + 2 * self.tasks.len() {
                self.retries
                    .deadlines
                    .retain(|&(_, index, number)| self.tasks[index].number == number);
            }
            self.retries
                .deadlines
                .push_back((self.now_s, index, self.tasks[index].number));
        }
    }

    /// A client has sent a task and waits for a time of its own.
    #[cold]
    fn sent_to_wait(&mut self, index: TaskIndex, timeout_s: f64) {
        let Some(extras) = extras::get() else { return };
        let patience_s = (extras.patience_s)(self, index, timeout_s);
        let number = self.tasks[index].number;
        let tasks = &self.tasks;
        let deadlines = &mut self.retries.deadlines;
        if deadlines.len() > 64 + 2 * tasks.len() {
            deadlines.retain(|&(_, index, number)| tasks[index].number == number);
        }
        let from_s = self.now_s + patience_s - timeout_s;
        let place = deadlines.partition_point(|(other_s, ..)| *other_s <= from_s);
        deadlines.insert(place, (from_s, index, number));
        if place == 0 {
            self.schedule.arm(Timer::Timeout, self.now_s + patience_s);
        }
    }

    /// A task is about to leave the system.
    #[inline(never)]
    pub(super) fn left(&mut self, index: TaskIndex, outcome: Outcome) {
        let task = self.tasks[index];
        if self.scaler.is_some() {
            self.note_drained(usize::from(task.server));
        }
        let served = outcome == Outcome::Served;
        if self.outliers.is_some() {
            if served {
                self.note_success(index);
            }
        } else if served {
            self.count_success(usize::from(task.server));
        }
        if self.hedges.is_some()
            && !task.given_up()
            && self.hedge_ended(index, outcome != Outcome::Served)
        {
            self.tasks[index].number = 0;
            return;
        }
        match (task.given_up(), served) {
            (true, _) => self.totals.wasted += u64::from(served),
            (false, true) => self.client_done(&task),
            (false, false) => self.retry(index),
        }
        self.tasks[index].number = 0;
    }

    /// The first deadline may have passed.
    pub(super) fn timeout_due<P: Probe>(&mut self, probe: &mut P) {
        let heard_by = self.scenario.retry_policy.give_up.heard_by;
        let heard = heard_by != HeardBy::None;
        let mut given_up = Vec::new();
        let timeout_s = self
            .scenario
            .retry_policy
            .timeout_s
            .unwrap_or(f64::INFINITY);
        let mut next_s = f64::INFINITY;
        while let Some(&(arrival_s, index, number)) = self.retries.deadlines.front() {
            if self.tasks[index].number == number {
                next_s = (arrival_s + timeout_s).max(self.now_s);
                if next_s > self.now_s {
                    break;
                }
                if heard_by == HeardBy::Queue && !self.tasks[index].started_s.is_nan() {
                    next_s = f64::INFINITY;
                    self.retries.deadlines.pop_front();
                    continue;
                }
                self.totals.timeouts += 1;
                if self.outliers.is_some() {
                    self.note_failure(index, Failure::Timeout);
                }
                self.tasks[index].give_up();
                if self.hedges.is_some() {
                    self.hedge_ended(index, false);
                }
                if heard {
                    given_up.push(index);
                }
                self.retry(index);
                next_s = f64::INFINITY;
            }
            self.retries.deadlines.pop_front();
        }
        self.schedule.set(Timer::Timeout, next_s);
        for index in given_up {
            self.cancel(index, probe);
        }
        self.cancel_copies(probe);
    }

    /// A task has failed: its client sends it again, if the retry policy allows.
    fn retry(&mut self, index: TaskIndex) {
        let task = self.tasks[index];
        let retry_policy = &self.scenario.retry_policy;
        let retries = &self.retries;
        let affordable = retry_policy.budget.is_none() || retries.tokens >= 1.0;
        if task.attempt() >= retry_policy.retries
            || !affordable
            || retries.pending.len() >= MAX_IN_SYSTEM
        {
            return self.client_done(&task);
        }
        let request = self.tasks.request(index).map(Request::again).map(Box::new);
        // Until it arrives, its time of arrival is that of the first.
        let again = Task {
            arrival_s: self.retries.first_s(index, &task),
            ..task.again()
        };
        let mut wait_s = self.scenario.retry_policy.backoff_s;
        let mut tried = Mask::default();
        if let Some(extras) = extras::get() {
            if self.scenario.retry_policy.resend != Resend::default() {
                wait_s = (extras.pause_s)(self, task.attempt());
            }
            if let Some(elsewhere) = &self.elsewhere {
                tried = (extras.tried)(elsewhere, index, &task);
            }
        }
        let policy = &self.scenario.retry_policy;
        let until_s = again.arrival_s + policy.resend.within_s.unwrap_or(f64::INFINITY);
        if self.now_s + wait_s > until_s {
            return self.client_done(&task);
        }
        if policy.budget.is_some() {
            self.retries.tokens -= 1.0;
        }
        self.send_later(wait_s, again, request, tried);
    }

    /// A client sends a task after `wait_s`, which has been at these servers.
    pub(super) fn send_later(
        &mut self,
        wait_s: f64,
        task: Task,
        request: Option<Box<Request>>,
        tried: Mask,
    ) {
        let due_s = self.now_s + wait_s;
        let pending = &mut self.retries.pending;
        let place = pending.partition_point(|(other_s, ..)| *other_s <= due_s);
        pending.insert(place, (due_s, task, request, tried));
        if place == 0 {
            self.schedule.arm(Timer::Retry, due_s);
        }
    }

    /// A task is sent that was to be sent later.
    pub(super) fn retry_due<P: Probe>(&mut self, probe: &mut P) {
        let task = self.retries.pending.pop_front();
        let next_s = self
            .retries
            .pending
            .front()
            .map_or(f64::INFINITY, |(due_s, ..)| due_s.max(self.now_s));
        self.schedule.set(Timer::Retry, next_s);
        if let Some((_, task, request, tried)) = task {
            let index = self.insert_request(task, request);
            if let (Some(elsewhere), Some(extras)) = (&mut self.elsewhere, extras::get()) {
                (extras.keep)(elsewhere, index, tried);
            }
            if task.attempt() > 0 {
                self.totals.retries += 1;
                self.retries.keep_first_s(index, task.arrival_s);
                probe.sent_again(&self.tasks[index], task.arrival_s);
            }
            self.admit(index, probe);
        }
    }

    /// A task has ended for its client, served or not.
    fn client_done(&mut self, task: &Task) {
        if let Some(next_s) = self.workload.client_done(task.arrival_s, self.now_s)
            && next_s < self.next_arrival_s
        {
            self.next_arrival_s = next_s;
            self.next_arrival_order = self.schedule.stamp();
        }
    }

    /// Applies the retry policy of a scenario that has just come into force.
    pub(super) fn reset_retries(&mut self, old: &RetryPolicy) {
        // Tasks that were given up are still in the system.
        self.followed |= must_follow(&self.scenario);
        if old.resend.to != self.scenario.retry_policy.resend.to {
            self.elsewhere = extras::get().and_then(|extras| (extras.elsewhere)(&self.scenario));
        }
        if self.hedges.is_none() {
            self.hedges = extras::get().and_then(|extras| (extras.hedges)(&self.scenario));
        } else if old.hedge != self.scenario.retry_policy.hedge {
            // The copies that wait have moved: the timer finds the next.
            self.schedule.set(Timer::Hedge, self.now_s);
        }
        match self.scenario.retry_policy.timeout_s {
            None => self.retries.deadlines.clear(),
            Some(_) if self.retries.deadlines.is_empty() => {}
            // The deadlines have moved: the timer finds the next.
            Some(_) => return self.schedule.set(Timer::Timeout, self.now_s),
        }
        self.schedule.set(Timer::Timeout, f64::INFINITY);
    }
}
