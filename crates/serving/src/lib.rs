//! Replicas of language models, for the engine.
//!
//! The engine knows that some servers work in steps and that some tasks are requests of tokens. How
//! a step is scheduled and how requests are drawn is here, behind the engine's
//! [`Batch`] and
//! [`RequestSource`](equipoise_engine::workload::request::RequestSource), so that the page loads it
//! only for scenes that have replicas.
//!
//! - [`sessions`]: the requests of sessions, by the scenario's distributions.
//! - [`continuous`]: a replica that batches continuously, as vLLM does.
//! - [`fixed`]: a replica with static batches, for comparison.
//! - [`recorded`]: the tasks of a trace, in place of drawn ones.
//! - [`latencies`]: how long requests took, counted alike for measured and for simulated ones.
//! - [`measured`]: when requests were served, as numbers over time.
//! - [`routed`]: the routers of `crates/routers` as strategies.
//! - [`settings`]: what a scenario's replicas are set to, in vLLM's terms.

pub mod continuous;
pub mod fixed;
pub mod latencies;
pub mod measured;
pub mod recorded;
pub mod routed;
pub mod sessions;
pub mod settings;

use equipoise_engine::balance::late;
use equipoise_engine::scenario::{Batching, fields};
use equipoise_engine::sim::server::{Batch, batch};
use equipoise_engine::workload::request;

/// Makes scenarios with replicas possible, from now on, and those with a router of language models.
/// Until then they are refused.
pub fn install() {
    fields::install_models();
    late::install(routed::make);
    request::install(|requests, seed| Box::new(sessions::Sessions::new(requests, seed)));
    batch::install(|scenario, server| -> Box<dyn Batch> {
        match scenario.replicas.batching {
            Batching::Continuous => Box::new(continuous::Continuous::new(scenario, server)),
            Batching::Static => Box::new(fixed::Fixed::new(scenario, server)),
        }
    });
}
