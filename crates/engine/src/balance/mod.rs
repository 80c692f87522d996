//! Strategies: the rules that pick a server for a task.
//!
//! Each strategy is one file, with its source, its state, how it breaks ties and where it fails. It
//! implements [`Strategy`] and has one line in the registry below; its names and explanations stand
//! in `locales/`. Measuring the load is not a strategy's business: it picks by what [`Cluster`]
//! shows it.
//!
//! A pick explains itself: the code that decides also fills the [`Explanation`], in the same call.
//! Where nobody looks, the explanation's type is `()` and the compiler removes it.

mod cluster;
mod config;
mod explain;
mod groups;
mod keyed;
mod mask;
mod picture;
mod registry;
pub mod rules;
pub mod sequence;
mod strategies;
mod strategy;
mod xxh64;

pub use cluster::Cluster;
pub use config::StrategyConfig;
pub use explain::{Explain, Explanation};
pub use keyed::count as key_count;
pub use mask::{MAX_SERVERS, Mask};
pub use picture::Picture;
pub use registry::{AnyStrategy, StrategyId};
pub use strategies::article_program::Policy;
pub use strategies::edf::EdfVariant;
pub use strategies::least_response_time::Knowledge;
pub use strategies::nginx_hash::{ip_hash, modulo_hash};
pub use strategies::static_map::gcd;
pub use strategies::two_choices::Draw;
pub use strategy::{Done, Outcome, Pick, Setup, Share, Strategy};
