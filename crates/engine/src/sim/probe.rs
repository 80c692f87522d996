//! Observing a run: the engine reports what happens to a [`Probe`]. What a probe does not observe
//! costs nothing.

use super::scaling::ScaleEvent;
use super::server::Server;
use crate::balance::{AnyStrategy, Cluster, Explain, Explanation};
use crate::rng::Rng;
use crate::workload::{Request, Task};
use serde::{Deserialize, Serialize};

/// Why a task was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rejection {
    /// The picked server's queue was full.
    QueueFull,
    /// The balancer had no free connection.
    Connections,
    /// No server was eligible.
    NoServer,
    /// The server went down while it had the task.
    ServerDown,
    /// The strategy itself failed (as the article's program can).
    Crash,
    /// The simulator's limit of tasks in the system was reached ([`super::MAX_IN_SYSTEM`]).
    TooMany,
    /// The server answered with an error.
    ServerError,
    /// The balancer had too many tasks in flight (load shedding).
    Shed,
    /// The replica takes no request as long as this.
    TooLong,
    /// Its client gave it up, and who had it heard of that.
    GivenUp,
}

impl Rejection {
    /// All reasons, in the order in which they are counted.
    pub const ALL: [Self; 10] = [
        Self::QueueFull,
        Self::Connections,
        Self::NoServer,
        Self::ServerDown,
        Self::Crash,
        Self::TooMany,
        Self::ServerError,
        Self::Shed,
        Self::TooLong,
        Self::GivenUp,
    ];
}

/// Observes everything that happens in a run, in order. All times are simulated seconds.
pub trait Probe {
    /// Where the explanation of the next decision goes. By default nowhere, at no cost.
    #[inline(always)]
    fn why(&mut self) -> &mut impl Explain {
        nowhere()
    }
    /// A strategy is about to pick a server for this task, in this state and with these random
    /// numbers.
    #[inline(always)]
    fn deciding(&mut self, _: &AnyStrategy, _: &Task, _: &Cluster, _choices: &Rng) {}
    /// A task arrived.
    fn arrived(&mut self, _task: &Task) {}
    /// A task is about to arrive that was sent before, as another; the first of them was sent at
    /// `first_s`.
    fn sent_again(&mut self, _task: &Task, _first_s: f64) {}
    /// A server was picked: `task.server`, by `task.balancer`, at `task.decided_s`.
    fn decided(&mut self, _task: &Task) {}
    /// A task that waited at server `from` was taken over by `task.server` at `now_s`.
    fn moved(&mut self, _task: &Task, _from: usize, _now_s: f64) {}
    /// Service began.
    fn started(&mut self, _task: &Task) {}
    /// Service ended at `now_s`.
    fn finished(&mut self, _task: &Task, _now_s: f64) {}
    /// A language model's reply was complete at `now_s`, just before service
    /// [ended](Self::finished).
    fn answered(&mut self, _task: &Task, _request: &Request, _now_s: f64) {}
    /// A replica has computed the task's prompt at `now_s`, and hands it over to one that decodes.
    fn prefilled(&mut self, _task: &Task, _now_s: f64) {}
    /// The load of a server that works in steps may have changed: a step ended, a request came, or
    /// the server went down.
    fn stepped(&mut self, _number: usize, _server: &Server, _now_s: f64) {}
    /// The task was rejected at `now_s`.
    fn rejected(&mut self, _task: &Task, _reason: Rejection, _now_s: f64) {}
    /// An autoscaler decided, or something came of what it decided.
    fn scaled(&mut self, _event: &ScaleEvent) {}
    /// A training step or a batch began at `began_s` and its last task left at `now_s`.
    fn round(&mut self, _began_s: f64, _now_s: f64) {}
}

/// An explanation that is not kept. A `()` has no size, so the box allocates nothing.
#[inline(always)]
fn nowhere() -> &'static mut () {
    Box::leak(Box::new(()))
}

/// Observes nothing.
impl Probe for () {}

/// Keeps the explanation of the latest decision.
impl Probe for Explanation {
    fn why(&mut self) -> &mut impl Explain {
        self
    }
}

/// Hashes every event of a run into one number, to compare runs event for event: FNV-1a over the
/// bits of times, task numbers and servers.
#[derive(Clone, Debug)]
pub struct TraceHash {
    /// The hash so far.
    pub hash: u64,
}

impl Default for TraceHash {
    fn default() -> Self {
        Self {
            hash: 0xcbf2_9ce4_8422_2325,
        }
    }
}

impl TraceHash {
    fn fold(&mut self, kind: u64, task: &Task, time_s: f64) {
        for word in [
            kind,
            task.number,
            u64::from(task.server),
            task.size.to_bits(),
            time_s.to_bits(),
        ] {
            for byte in word.to_le_bytes() {
                self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
        }
    }
}

impl Probe for TraceHash {
    fn arrived(&mut self, task: &Task) {
        let [client, url, tenant] = task.keys.map(u64::from);
        let keys = client << 40 | url << 20 | tenant;
        self.fold(keys << 3 | 1, task, task.arrival_s);
    }
    fn decided(&mut self, task: &Task) {
        self.fold(2, task, task.decided_s);
    }
    fn moved(&mut self, task: &Task, _: usize, now_s: f64) {
        self.fold(6, task, now_s);
    }
    fn started(&mut self, task: &Task) {
        self.fold(3, task, task.started_s);
    }
    fn finished(&mut self, task: &Task, now_s: f64) {
        self.fold(4, task, now_s);
    }
    fn rejected(&mut self, task: &Task, reason: Rejection, now_s: f64) {
        self.fold(5 + ((reason as u64) << 3), task, now_s);
    }
}
