//! The routers of language models: which worker a request goes to, rule for rule as the real
//! programs do.
//!
//! A balancer of web requests looks at connections. A router of language models also looks at the
//! prompt: a worker that has computed the same beginning before has its KV cache, and need not
//! compute it again. The rules differ in what they know of that (what they sent before, what the
//! engines report, a hash of the beginning) and in how they weigh it against load. Here they are,
//! a file each:
//!
//! - [`sglang`]: the router of SGLang, release 0.3.2.
//! - [`vllm_router`]: the vLLM project's router in Rust, release 0.1.17.
//! - [`dynamo`]: NVIDIA Dynamo's cost of a worker, release 1.6.1.
//! - [`ray`]: Ray Serve's router by prefix, release 2.60.0.
//! - [`llm_d`], [`production_stack`], [`aibrix`]: gateways in front of vLLM on Kubernetes.
//! - [`vllm_client`]: how vLLM's own client picks one of its data-parallel engines.
//!
//! Held to recorded runs of the programs, pick for pick: both round robins and `cache_aware`s, the
//! hash rings of [`sglang`] and [`vllm_router`], `manual`, `kv_aware`, `sticky_least_loaded`,
//! Dynamo's costs, and Ray's tree. The others follow their sources and, where there are any, the
//! numbers of the programs' own tests.
//!
//! A router is a [`Router`]: an object that is given a [`Request`], what it may know of the
//! [`Worker`]s, [`Chance`] to draw from and room for its reasons ([`Why`]). It reads no clock and
//! knows no simulator. Equal calls give equal picks.

mod blocks;
mod choose;
mod every;
mod hash;
mod imbalance;
mod index;
mod list;
mod ring;
mod round_robin;
mod router;
mod tree;
mod why;

#[cfg(test)]
mod testing;

pub mod aibrix;
pub mod dynamo;
pub mod llm_d;
pub mod production_stack;
pub mod ray;
pub mod sglang;
pub mod vllm_client;
pub mod vllm_router;

pub use hash::block_hashes;
pub use list::{Entry, ROUTERS};
pub use router::{CacheEvent, Chance, Knows, Report, Request, Router, Worker};
pub use why::Why;
