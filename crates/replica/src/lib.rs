//! A replica of a language model, one scheduling step at a time.
//!
//! A serving engine does not run one request after the other. It runs *steps*: each step computes
//! some tokens of many requests at once, a chunk of a prompt for one, the next output token for
//! another. What goes into a step decides latencies, and what the KV cache holds decides what need
//! not be computed. This crate says both as the scheduler of vLLM V1, release 0.33.0, does in its
//! synchronous mode: decoder-only text model, full attention, no speculative decoding. Its rules
//! are those of `vllm/v1/core/sched/scheduler.py`, `kv_cache_manager.py` and `block_pool.py`, and
//! runs recorded with that release come out the same, block ids included.
//!
//! - [`Scheduler`]: who waits, who runs, and what the next step computes.
//! - [`BlockPool`]: the KV cache in blocks, with the prefix cache that lives in its free blocks.
//! - [`StepTime`]: how long a step takes, and [`profiles`]: that of known hardware.
//!
//! It knows no clock and no balancer, draws no chance, and depends on nothing.
//!
//! Deliberately left out: asynchronous scheduling (vLLM's default on GPUs, in which slots, blocks
//! and arrivals come one step later), stops by token or text, and swapping.

mod blocks;
mod cached;
mod free_queue;
mod hash;
pub mod profiles;
mod request;
mod scheduler;
mod sequence;
mod settings;
mod step;
mod step_time;
mod waiting;

pub use blocks::{BlockPool, CacheChange};
pub use hash::block_hashes;
pub use profiles::Profile;
pub use request::{Refused, Request, RequestId};
pub use scheduler::Scheduler;
pub use sequence::Sequence;
pub use settings::{Policy, SettingError, Settings};
pub use step::{Origin, Outputs, Scheduled, Step};
pub use step_time::{Hinge, StepTime};
