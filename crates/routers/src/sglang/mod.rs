//! The router of SGLang (`sglang-router` 0.3.2, `sgl-model-gateway/src/policies`), a rule a file.
//!
//! Its *load* is its own requests in flight. Over HTTP it counts them only under [`CacheAware`] and
//! [`Manual`].

mod bucket;
mod cache_aware;
mod consistent_hashing;
mod manual;
mod power_of_two;
mod prefix_hash;

pub use crate::imbalance::Thresholds;
pub use crate::round_robin::RoundRobin;
pub use bucket::{Bucket, BucketSettings};
pub use cache_aware::{CacheAware, CacheAwareSettings};
pub use consistent_hashing::{ConsistentHashing, ConsistentHashingSettings};
pub use manual::{Assignment, Manual, ManualSettings};
pub use power_of_two::{PowerOfTwo, PowerOfTwoSettings};
pub use prefix_hash::{PrefixHash, PrefixHashSettings};
