//! The laws of training beside their sources' numbers, and runs by chance beside the laws.
//!
//! Runs have fixed seeds. Where one is compared with a prediction, the tolerance is in standard
//! errors of the run, and both are written down beside it.

mod buffers;
mod cluster;
mod collectives;
mod division;
mod pipelines;
mod sample;
mod schedules;
mod stale;
mod stragglers;
mod verl;
