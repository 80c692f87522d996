//! Watching a run: the engine tells a [`Probe`] what happens; what nobody watches costs nothing.

use crate::balance::{Explain, Explanation};
use crate::workload::Task;
use serde::{Deserialize, Serialize};

/// Why a task was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rejection {
    /// The picked server's queue was full.
    QueueFull,
    /// The balancer held as many connections as it can.
    Connections,
    /// No server was eligible.
    NoServer,
    /// The server went down while it had the task.
    ServerDown,
    /// The strategy itself failed (the article's program can).
    Crash,
    /// More tasks in the system than this simulator holds ([`super::MAX_IN_SYSTEM`]).
    TooMany,
    /// The server answered with an error.
    ServerError,
    /// The balancer had enough in progress.
    Shed,
}

impl Rejection {
    /// All reasons, in the order in which they are counted.
    pub const ALL: [Self; 8] = [
        Self::QueueFull,
        Self::Connections,
        Self::NoServer,
        Self::ServerDown,
        Self::Crash,
        Self::TooMany,
        Self::ServerError,
        Self::Shed,
    ];
}

/// Hears of everything that happens in a run, in order. All times are simulated seconds.
pub trait Probe {
    /// How decisions are explained: `()` for not at all.
    type Why: Explain;
    /// Where the next decision's explanation goes.
    fn why(&mut self) -> &mut Self::Why;
    /// A task came in.
    fn arrived(&mut self, _task: &Task) {}
    /// A server was picked; `task.server`, `task.balancer` and `task.decided_s` tell which, by whom
    /// and when.
    fn decided(&mut self, _task: &Task) {}
    /// A task that waited at server `from` was taken over by `task.server` at `now_s`.
    fn moved(&mut self, _task: &Task, _from: usize, _now_s: f64) {}
    /// Service began.
    fn started(&mut self, _task: &Task) {}
    /// Service ended at `now_s`.
    fn finished(&mut self, _task: &Task, _now_s: f64) {}
    /// The task was turned away at `now_s`.
    fn rejected(&mut self, _task: &Task, _reason: Rejection, _now_s: f64) {}
    /// A training step or a batch began at `began_s` and its last task left at `now_s`.
    fn round(&mut self, _began_s: f64, _now_s: f64) {}
}

/// Watches nothing.
impl Probe for () {
    type Why = ();
    #[inline]
    fn why(&mut self) -> &mut () {
        self
    }
}

/// Keeps the explanation of the latest decision.
impl Probe for Explanation {
    type Why = Explanation;
    fn why(&mut self) -> &mut Explanation {
        self
    }
}

/// Folds every event of a run into one number, to compare runs event for event: FNV-1a over the
/// bits of times, task numbers and servers.
#[derive(Clone, Debug)]
#[expect(
    clippy::manual_non_exhaustive,
    reason = "the empty field is where the explanation goes that nobody reads"
)]
pub struct TraceHash {
    /// The number so far.
    pub hash: u64,
    why: (),
}

impl Default for TraceHash {
    fn default() -> Self {
        Self {
            hash: 0xcbf2_9ce4_8422_2325,
            why: (),
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
    type Why = ();
    fn why(&mut self) -> &mut () {
        &mut self.why
    }
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
