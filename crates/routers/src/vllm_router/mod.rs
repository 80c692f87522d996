//! The vLLM project's router in Rust (`vllm-router` 0.1.17, `src/policies`), a rule a file. It is
//! another program than the router of the production stack.
//!
//! Its *load* is its own requests in flight.

mod cache_aware;
mod consistent_hash;
mod fbi_hash;
mod kv_aware;
mod power_of_two;
mod sticky_least_loaded;

pub use crate::imbalance::Thresholds;
pub use crate::round_robin::RoundRobin;
pub use cache_aware::{CacheAware, CacheAwareSettings};
pub use consistent_hash::ConsistentHash;
pub use kv_aware::{KvAware, KvAwareSettings};
pub use power_of_two::PowerOfTwo;
pub use sticky_least_loaded::{StickyLeastLoaded, StickySettings};
