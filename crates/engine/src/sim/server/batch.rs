//! Servers that work in steps, each on many requests at once: replicas of language models. What a
//! step computes is decided by a scheduler of another crate, behind [`Batch`].

use super::discipline::{Capacity, Discipline};
use crate::balance::late::CacheChange;
use crate::scenario::{Scenario, Service};
use crate::workload::task::NIL;
use crate::workload::{Request, Task, TaskIndex};
use std::fmt;
use std::sync::OnceLock;

/// Makes the scheduler of a server, by its number, of a valid scenario.
pub type MakeBatch = fn(&Scenario, usize) -> Box<dyn Batch>;

/// Schedulers are not part of this crate: the page loads them only for scenes with replicas.
static MAKE_BATCH: OnceLock<MakeBatch> = OnceLock::new();

/// From now on, schedulers are made by this. A second call changes nothing.
pub fn install(make: MakeBatch) {
    // Hidden from the optimiser, which would call the only thing ever installed directly, so that
    // it could not be in a part of its own.
    MAKE_BATCH.get_or_init(|| std::hint::black_box(make));
}

/// The scheduler of a server that works in steps; None for any other.
pub(crate) fn scheduler(scenario: &Scenario, server: usize) -> Option<Box<dyn Batch>> {
    let is_replica = scenario.servers[server].service == Service::Replica;
    let make = MAKE_BATCH.get().filter(|_| is_replica)?;
    Some(make(scenario, server))
}

/// What a step has done for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepEvent {
    /// It is computed for the first time in the step that begins now.
    Started {
        /// The request.
        task: TaskIndex,
        /// Tokens of its prompt that the prefix cache holds.
        cached_tokens: u32,
    },
    /// It lost its place and its KV cache as the step that begins now was scheduled.
    Preempted(TaskIndex),
    /// It is back after a preemption.
    Resumed {
        /// The request.
        task: TaskIndex,
        /// Tokens that are computed once more.
        recomputed_tokens: u32,
    },
    /// Its first output token is there.
    FirstToken(TaskIndex),
    /// Its reply is complete.
    Ended(TaskIndex),
    /// Its prompt is computed on a replica that computes nothing else: it is handed over.
    Prefilled {
        /// The request.
        task: TaskIndex,
        /// What its keys and values take (bytes).
        kv_bytes: u64,
    },
}

/// How loaded such a server is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BatchLoad {
    /// Requests in the batch (`vllm:num_requests_running`).
    pub running: u32,
    /// Requests that wait for a place in it (`vllm:num_requests_waiting`).
    pub waiting: u32,
    /// Share of the KV cache in use (`vllm:kv_cache_usage_perc`).
    pub kv_usage: f64,
}

/// The scheduler of a server that works in steps. Times are simulated seconds; `speed` divides the
/// time of a step.
pub trait Batch {
    /// A copy, for a checkpoint.
    fn clone_box(&self) -> Box<dyn Batch>;

    /// Whether this request can ever be served.
    fn takes(&self, request: &Request) -> bool;

    /// A request that it [takes](Self::takes) arrives. If no step is under way, one begins.
    fn enter(
        &mut self,
        task: TaskIndex,
        request: &Request,
        now_s: f64,
        speed: f64,
        events: &mut Vec<StepEvent>,
    );

    /// When the step under way ends (s).
    fn next_event_s(&self) -> Option<f64>;

    /// The step under way ends, and the next one begins, if there is anything to compute.
    fn end_step(&mut self, now_s: f64, speed: f64, events: &mut Vec<StepEvent>);

    /// How loaded it is.
    fn load(&self) -> BatchLoad;

    /// The requests in the batch, with the tokens that are computed of each and those that will be
    /// in the end.
    fn running(&self) -> Vec<(TaskIndex, u32, u32)>;

    /// The waiting requests, the next first.
    fn waiting(&self) -> Vec<TaskIndex>;

    /// What has changed in its prefix cache since this was last asked. It need not be kept for ever
    /// if it is never asked.
    fn cache_changes(&mut self) -> Vec<CacheChange>;

    /// All requests and the KV cache are lost.
    fn clear(&mut self);

    /// About how much memory a copy takes (bytes).
    fn bytes(&self) -> usize;
}

/// The page has no use for what is in it, and would have to load how to write it.
impl fmt::Debug for dyn Batch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a scheduler")
    }
}

impl Clone for Box<dyn Batch> {
    fn clone(&self) -> Self {
        self.clone_box()
    }
}

/// The discipline of a server that works in steps. The shell asks its
/// [scheduler](super::Server::scheduler) itself: as a discipline it has no places, and says only
/// how many tasks are in service and when the next event is.
#[derive(Clone, Debug, Default)]
pub struct Stepwise {
    pub(super) batch: Option<Box<dyn Batch>>,
    /// Requests in the batch; a copy, since it is asked for at every event.
    pub(super) running: u32,
}

impl Discipline for Stepwise {
    fn resume(_: &[(TaskIndex, f64)], _: f64, _: Capacity) -> Self {
        Self::default()
    }

    fn serving(&self) -> usize {
        self.running as usize
    }

    fn may_begin(&self, _: &Task, _: Capacity) -> bool {
        false
    }

    fn pass(&mut self, _: f64, _: Capacity) {}

    fn begin(&mut self, _: TaskIndex, _: &Task, _: f64, _: Capacity) {}

    // Out of line, as a call in the middle of an event's way costs registers there.
    #[cold]
    fn next_event_s(&self, _: f64, _: Capacity) -> Option<f64> {
        self.batch.as_ref()?.next_event_s()
    }

    fn advance(&mut self) -> Option<TaskIndex> {
        None
    }

    fn task(&self, _: usize) -> TaskIndex {
        NIL
    }

    fn work_left(&self, _: usize, _: f64, _: f64, _: Capacity) -> f64 {
        0.0
    }
}
