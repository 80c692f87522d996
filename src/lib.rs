//! **Equipoise** teaches load balancing for machine learning: a simulator in which every allocation
//! explains itself and every formula is held against the run.
//!
//! The modules in reading order:
//! - [`scenario`]: everything that a run needs, as plain data; the gate for what comes from outside.
//! - [`workload`]: what arrives, how large, from whom.
//! - [`balance`]: the strategies, one file each.
//! - [`sim`]: the discrete-event engine and the timeline.
//! - [`theory`]: the formulas, what they cover and where they come from.
//! - [`stats`]: what a run says about itself, with its uncertainty.
//! - [`measure`]: one run, measured.
//! - [`sweep`]: many runs, and what they say together.
//! - [`view`]: pure drawing.
//! - [`export`]: taking things out: tables as CSV, scenarios as configurations.
//!
//! None of these knows a browser. The page is the module `app`, built with the feature of that
//! name; its worker, which does the runs of a sweep, is the module `worker`.

#[cfg(feature = "app")]
pub mod app;
pub mod balance;
#[cfg(feature = "cli")]
pub mod cli;
pub mod export;
pub mod measure;
pub mod scenario;
pub mod sim;
pub mod stats;
pub mod sweep;
pub mod theory;
pub mod view;
#[cfg(feature = "worker")]
pub mod worker;
pub mod workload;
