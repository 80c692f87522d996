//! Training on many workers, and what feeds them.
//!
//! A synchronous step is as long as its slowest worker, plus an exchange of gradients. This crate
//! holds the laws of both, the ways to divide a batch so that the slowest is not slow, the ways not
//! to wait for it, and simulations that the laws are tested against:
//!
//! - [`law`]: laws of a worker's time; [`order`]: the expected k-th of n.
//! - [`collective`]: how long gradients are exchanged; [`overlap`]: how much of that is seen.
//! - [`cluster`]: steps of unequal workers with jitter, slow spells and failures; [`backup`]:
//!   workers more than are waited for; [`stale`]: bounded staleness; [`local`]: local steps.
//! - [`share`]: samples among workers. [`sequences`]: sequences by length, with [`differencing`]
//!   (Karmarkar and Karp) and [`micro`] (micro-batches within a token budget); [`schedule`]: bounds
//!   and exact optima.
//! - [`buffer`]: a buffer before the accelerator, and what sets its size; [`pipeline`]: stages with
//!   pools and buffers; [`files`]: who reads which file.
//!
//! Times are in seconds, sizes in bytes. Chance comes from the engine's generator only.

pub mod backup;
pub mod buffer;
pub mod cluster;
pub mod collective;
pub mod differencing;
pub mod files;
pub mod law;
pub mod local;
pub mod micro;
pub mod order;
pub mod overlap;
pub mod pipeline;
pub mod schedule;
pub mod sequences;
pub mod share;
pub mod stale;
