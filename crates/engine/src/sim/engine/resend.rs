//! Pauses before retries, and where a retry goes: see [`Resend`](crate::scenario::Resend).

use super::Engine;
use crate::balance::{MAX_SERVERS, Mask};
use crate::scenario::{Backoff, RetryTo, Scenario};
use crate::workload::{Task, TaskIndex};

/// The servers to which tasks have been sent before.
#[derive(Clone, Debug)]
pub(super) struct Elsewhere {
    /// Whether only the last one counts.
    last_only: bool,
    /// By the tasks' places in the store.
    tried: Vec<Mask>,
}

impl Elsewhere {
    /// Before the first task; None if retries go anywhere.
    pub(super) fn new(scenario: &Scenario) -> Option<Box<Self>> {
        let to = scenario.retry_policy.resend.to;
        (to != RetryTo::Any).then(|| {
            Box::new(Self {
                last_only: to == RetryTo::NotLast,
                tried: Vec::new(),
            })
        })
    }

    /// About how much memory a copy takes (bytes).
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.tried.as_slice())
    }

    /// The servers that the next attempt of a task is not to go to.
    pub(super) fn tried(&self, index: TaskIndex, task: &Task) -> Mask {
        let before = match self.last_only {
            true => Mask::default(),
            false => self.tried.get(index as usize).copied().unwrap_or_default(),
        };
        let last = usize::from(task.server);
        let was_sent = !task.decided_s.is_nan();
        Mask::of(MAX_SERVERS, |s| before.has(s) || was_sent && s == last)
    }

    /// The task at `index` has been sent to these servers.
    pub(super) fn keep(&mut self, index: TaskIndex, tried: Mask) {
        let index = index as usize;
        if self.tried.len() <= index {
            self.tried.resize(index + 1, Mask::default());
        }
        self.tried[index] = tried;
    }

    /// Of these servers those to which the task at `index` has not been sent; all, if it has been
    /// sent to all.
    pub(super) fn untried(&self, index: TaskIndex, servers: Mask) -> Mask {
        let Some(tried) = self.tried.get(index as usize) else {
            return servers;
        };
        let left = Mask::of(MAX_SERVERS, |s| servers.has(s) && !tried.has(s));
        if left.is_empty() { servers } else { left }
    }
}

/// The pause before a task is sent again that was sent `attempts` times before (s).
pub(super) fn pause_s(engine: &mut Engine, attempts: u32) -> f64 {
    let policy = &engine.scenario.retry_policy;
    let resend = &policy.resend;
    let longest_s = resend.longest_s.unwrap_or(f64::INFINITY);
    let grown_s = match resend.backoff {
        Backoff::Fixed => policy.backoff_s,
        Backoff::Exponential => policy.backoff_s * libm::exp2(f64::from(attempts.min(60))),
    };
    let whole_s = grown_s.min(longest_s);
    match resend.jitter > 0.0 {
        true => whole_s * (1.0 - resend.jitter * engine.chance.unit()),
        false => whole_s,
    }
}
