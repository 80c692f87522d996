//! The simulator of Equipoise: discrete events, deterministic, every allocation explained.
//!
//! The modules, from the ground up; each uses only those before it:
//! - [`rng`]: named streams of random numbers. [`number`]: how numbers are written.
//! - [`workload`]: what arrives, how large, from whom.
//! - [`balance`]: the strategies, one file each, and what a balancer knows.
//! - [`scenario`]: everything that a run needs, as plain data, and its validation.
//! - [`sim`]: the discrete-event engine and the timeline.
//! - [`stats`]: warm-up, quantiles, confidence intervals.
//! - [`measure`]: one run, measured.
//! - [`sweep`]: many runs, and what they say together.

pub mod balance;
pub mod measure;
pub mod names;
pub mod number;
pub mod rng;
pub mod scenario;
pub mod sim;
pub mod stats;
pub mod sweep;
pub mod workload;
