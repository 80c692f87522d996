//! The router of the vLLM production stack (`routing_logic.py`, 2026-08), a rule a file.

mod chunks;
mod load_aware;
mod prefix;
mod rates;
mod session;

pub use load_aware::{LoadAware, LoadAwareSettings};
pub use prefix::{Prefix, PrefixSettings};
pub use session::Session;
