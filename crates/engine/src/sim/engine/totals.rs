//! The totals of a run.

use crate::sim::Rejection;
use crate::workload::Task;

/// What has happened so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Events of any kind.
    pub events: u64,
    /// Tasks that arrived.
    pub arrived: u64,
    /// Tasks for which a server was picked.
    pub decided: u64,
    /// Tasks served.
    pub finished: u64,
    /// Tasks rejected, by reason in the order of [`Rejection::ALL`].
    pub rejected: [u64; Rejection::ALL.len()],
    /// Sum of response times, arrival to completion (s).
    pub response_sum_s: f64,
    /// Sum of waits, arrival to start of service, over tasks whose service began (s).
    pub wait_sum_s: f64,
    /// Tasks whose service began.
    pub started: u64,
    /// Integral of the number of tasks in the system over time, up to the last change of that
    /// number (task-seconds); [`Engine::presence_s`](super::Engine::presence_s) includes the time
    /// since.
    pub presence_s: f64,
    /// Rounds (steps, batches) that ended.
    pub rounds: u64,
    /// Sum of their lengths (s).
    pub round_sum_s: f64,
    /// Length of the last one (s).
    pub last_round_s: f64,
    /// Tasks that their clients gave up.
    pub timeouts: u64,
    /// Arrivals of tasks that had been sent before.
    pub retries: u64,
    /// Second copies of tasks that took long.
    pub hedges: u64,
    /// Copies that were rejected while the other one was waited for.
    pub covered: u64,
    /// Tasks served after their clients had given them up.
    pub wasted: u64,
}

impl Totals {
    /// Tasks rejected for any reason.
    pub fn rejected_sum(&self) -> u64 {
        self.rejected.iter().sum()
    }

    /// Tasks served while their clients waited.
    pub fn good(&self) -> u64 {
        self.finished - self.wasted
    }

    /// The service of a task begins now.
    #[inline(always)]
    pub(super) fn count_start(&mut self, task: &mut Task, now_s: f64) {
        task.started_s = now_s;
        self.started += 1;
        self.wait_sum_s += now_s - task.arrival_s;
    }
}
