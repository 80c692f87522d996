//! Strategies: the rules that pick a server for a task.
//!
//! Each strategy is one file, with its source, its state, how it breaks ties and where it fails. It
//! implements [`Strategy`] and has one line in the registry below; its names and explanations stand
//! in `locales/`. Measuring the load is not a strategy's business: it picks by what [`Cluster`]
//! shows it.
//!
//! A pick explains itself: the code that decides also fills the [`Explanation`], in the same call.
//! Where nobody looks, the explanation's type is `()` and the compiler removes it.

pub mod bare;
mod cluster;
mod config;
mod explain;
mod groups;
mod id;
mod keyed;
mod knows;
mod list;
mod mask;
mod picture;
mod registry;
pub mod rules;
mod strategies;
mod strategy;
mod xxh64;

pub use cluster::{Cluster, Facts, Own, Reports};
pub use config::{Draw, EdfVariant, Knowledge, Policy, StrategyConfig};
pub use explain::{Explain, Explanation};
pub use id::StrategyId;
pub use knows::Knows;
pub use mask::{MAX_SERVERS, Mask};
pub use picture::Picture;
pub use registry::AnyStrategy;
pub use strategies::nginx_hash::{ip_hash, modulo_hash};
pub use strategies::static_map::gcd;
pub use strategy::{Done, Outcome, Pick, Setup, Share, Strategy};
