//! All routers, as shipped.

use crate::router::Router;
use crate::{aibrix, dynamo, llm_d, production_stack, ray, sglang, vllm_client, vllm_router};

/// A router's id, and how it is made with its program's defaults.
pub type Entry = (&'static str, fn() -> Box<dyn Router>);

/// Every router once. An id is the program's name and the rule's, as the program has them.
pub const ROUTERS: &[Entry] = &[
    ("sglang-round-robin", || {
        Box::<sglang::RoundRobin>::default()
    }),
    ("sglang-cache-aware", || {
        Box::new(sglang::CacheAware::new(Default::default()))
    }),
    ("sglang-power-of-two", || {
        Box::<sglang::PowerOfTwo>::default()
    }),
    ("sglang-consistent-hashing", || {
        Box::<sglang::ConsistentHashing>::default()
    }),
    ("sglang-prefix-hash", || {
        Box::<sglang::PrefixHash>::default()
    }),
    ("sglang-manual", || {
        Box::new(sglang::Manual::new(Default::default()))
    }),
    ("sglang-bucket", || {
        Box::new(sglang::Bucket::new(Default::default()))
    }),
    ("vllm-round-robin", || {
        Box::<vllm_router::RoundRobin>::default()
    }),
    ("vllm-cache-aware", || {
        Box::new(vllm_router::CacheAware::new(Default::default()))
    }),
    ("vllm-kv-aware", || {
        Box::new(vllm_router::KvAware::new(Default::default()))
    }),
    ("vllm-power-of-two", || {
        Box::<vllm_router::PowerOfTwo>::default()
    }),
    ("vllm-consistent-hash", || {
        Box::<vllm_router::ConsistentHash>::default()
    }),
    ("vllm-sticky-least-loaded", || {
        Box::new(vllm_router::StickyLeastLoaded::new(Default::default()))
    }),
    ("dynamo-kv-cost", || {
        Box::new(dynamo::KvCost::new(Default::default()))
    }),
    ("ray-prefix-aware", || {
        Box::new(ray::PrefixAware::new(Default::default()))
    }),
    ("llm-d-scorers", || {
        Box::new(llm_d::Scorers::new(Default::default()))
    }),
    ("production-stack-session", || {
        Box::<production_stack::Session>::default()
    }),
    ("production-stack-prefix", || {
        Box::<production_stack::Prefix>::default()
    }),
    ("production-stack-load-aware", || {
        Box::<production_stack::LoadAware>::default()
    }),
    ("aibrix-prefix-cache", || {
        Box::new(aibrix::PrefixCache::new(Default::default()))
    }),
    ("vllm-engine-pick", || {
        Box::new(vllm_client::EnginePick::new(Default::default()))
    }),
];
