//! **Equipoise** teaches load balancing for machine learning: a simulator in which every allocation
//! explains itself and every formula is held against the run.
//!
//! The parts in reading order, each a crate or a module of one:
//! - `equipoise-engine`: [`workload`], [`balance`], [`scenario`], [`sim`], [`stats`], [`measure`],
//!   [`sweep`], and below them [`rng`] and [`number`].
//! - `equipoise-theory`: [`theory`], the formulas, what they cover and where they come from.
//! - `equipoise-views`: [`view`], pure drawing.
//! - `equipoise-jobs`: [`jobs`], training steps, input pipelines and the reading of files.
//! - `equipoise-lessons`: [`lessons`], courses of steps that the engine checks.
//! - `equipoise-import`: [`import`], configurations of real balancers as scenarios.
//! - [`export`]: tables as CSV, scenarios as configurations of real balancers.
//! - [`link`]: everything that a page shows, in its address.
//! - [`page`]: the page's state and what can be done to it.
//! - [`worker`]: what runs beside the page.
//!
//! None of these knows a browser. The page is the module `app`, built with the feature of that
//! name; the program of its workers is built with the feature `worker`.

#[cfg(feature = "app")]
pub mod app;
#[cfg(feature = "cli")]
pub mod cli;
pub mod export;
#[cfg(any(feature = "cli", feature = "worker"))]
pub mod json;
pub mod link;
pub mod page;
pub mod worker;

pub use equipoise_engine::{balance, measure, number, rng, scenario, sim, stats, sweep, workload};
pub use equipoise_formulas as formulas;
pub use equipoise_import as import;
pub use equipoise_jobs as jobs;
pub use equipoise_lessons as lessons;
pub use equipoise_serving as serving;
pub use equipoise_theory as theory;
pub use equipoise_traces as traces;
pub use equipoise_views as view;
