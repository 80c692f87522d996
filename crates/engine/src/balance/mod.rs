//! Strategies: the rules that pick a server for a task.
//!
//! How to read this folder:
//! - `strategy` is the interface: what a strategy is given, returns, and learns afterwards.
//!   `cluster` is what it sees at a pick, and `knows` what it declares that it reads. Measuring the
//!   load is not a strategy's job.
//! - `strategies/` has a file for each strategy, `keyed/` one for each hashing scheme. Each file
//!   names its source, its state, how it breaks ties, and its weakness.
//! - `list` has a line for each strategy and each setting; `id`, `registry` and `config` generate
//!   the rest from it. Those in `Late<…>` the page loads later (`late`). A strategy's name and
//!   explanations are in `locales/strategies/`.
//! - `explain` and `picture` are what a strategy shows: a pick explains itself, since the code that
//!   decides also fills the [`Explanation`], in the same call. If no explanation is wanted, its
//!   type is `()` and the compiler removes the code.
//! - `groups`, `mask`, `rules` and `xxh64` are what several of them use; `bare` runs a strategy
//!   without a simulator.
//!
//! Origins. nginx's strategies are `smooth_wrr` (weighted `round_robin` upstreams),
//! `least_connections` (`least_conn`), `nginx_hash` (`ip_hash`, `hash`), the `nginx` draw of
//! `two_choices` (`random two`) and `keyed/ketama` (`hash … consistent`). HAProxy's, Envoy's,
//! Traefik's, Caddy's, gRPC's and IPVS's have the product in their name, but for `static_map`,
//! `first_fit`, `keyed/bounded_load` (HAProxy), `edf`, `least_request`, `keyed/maglev` (Envoy),
//! `static_stride` and `pick_first` (gRPC). `peak_ewma` is Finagle's. The others are from the
//! literature or, as `article_program`, from the article.

pub mod bare;
mod cache_change;
mod cluster;
mod config;
mod explain;
mod groups;
mod id;
mod keyed;
mod knows;
pub mod late;
mod list;
mod mask;
mod picture;
mod registry;
pub mod rules;
mod strategies;
mod strategy;
mod ways;
mod xxh64;

pub use cluster::{Cluster, Facts, Reports};
pub use config::{Draw, EdfVariant, Knowledge, Learner, Policy, StrategyConfig};
pub use explain::{Explain, Explanation};
pub use id::StrategyId;
pub use knows::Knows;
pub(crate) use list::for_each_setting;
pub use mask::{MAX_SERVERS, Mask};
pub use picture::Picture;
pub use registry::AnyStrategy;
pub use strategies::nginx_hash::{ip_hash, modulo_hash};
pub use strategies::static_map::gcd;
pub use strategy::{Done, LateStrategy, Outcome, Pick, Setup, Share, Strategy};
pub use ways::Ways;
