//! Routers of language models as strategies. Their rules are in `crates/routers`, held against the
//! real programs there; here is what each of them reads.

use crate::balance::late::{CacheChange, Loaded};
use crate::balance::{
    Cluster, Done, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// A router: what it reads, and its settings.
type Row = (Knows, &'static [&'static str]);

/// What it remembers of the prompts that it sent, beside its own requests in flight.
const BY_SENT_PROMPTS: Knows = Knows {
    prompt: true,
    sent_prompts: true,
    own_in_flight: true,
    ..Knows::NOTHING
};
/// What engines say about their caches, beside its own requests in flight.
const BY_CACHE_EVENTS: Knows = Knows {
    prompt: true,
    cache_events: true,
    own_in_flight: true,
    ..Knows::NOTHING
};
/// What engines say about their caches, and what it remembers of the requests that it sent.
const BY_CACHES: Knows = Knows {
    sent_prompts: true,
    ..BY_CACHE_EVENTS
};
/// The session, which every request has here.
const SESSION: Knows = Knows {
    session: true,
    ..Knows::NOTHING
};
/// What it remembers of the prompts that it sent.
const SENT_PROMPTS: Knows = Knows {
    prompt: true,
    sent_prompts: true,
    ..Knows::NOTHING
};
/// Reports, beside its own requests in flight.
const REPORTS: Knows = Knows {
    reports: true,
    own_in_flight: true,
    ..Knows::NOTHING
};
/// Reports and prompts.
const WITH_REPORTS: Knows = Knows {
    reports: true,
    ..SENT_PROMPTS
};

/// The prompt, beside its own requests in flight.
const PROMPT_AND_LOAD: Knows = Knows {
    prompt: true,
    own_in_flight: true,
    ..Knows::NOTHING
};

/// When prompts count as alike, and loads as imbalanced.
const THRESHOLDS: &[&str] = &["cache_threshold", "balance_abs", "balance_rel"];
/// When loads count as imbalanced.
const BALANCE: &[&str] = &["balance_abs", "balance_rel"];
/// What each score counts.
const WEIGHTS: &[&str] = &["queue_weight", "kv_weight", "prefix_weight"];

const ROUTERS: [Row; 17] = [
    // sglang-cache-aware
    (BY_SENT_PROMPTS, THRESHOLDS),
    // sglang-manual
    (SESSION, &[]),
    // vllm-cache-aware
    (BY_SENT_PROMPTS, THRESHOLDS),
    // vllm-kv-aware
    (BY_CACHE_EVENTS, &[]),
    // vllm-sticky-least-loaded
    (SESSION, &[]),
    // dynamo-kv-cost
    (BY_CACHES, &[]),
    // ray-prefix-aware
    (BY_SENT_PROMPTS, &[]),
    // llm-d-scorers
    (WITH_REPORTS, WEIGHTS),
    // production-stack-prefix
    (SENT_PROMPTS, &[]),
    // aibrix-prefix-cache
    (BY_SENT_PROMPTS, &[]),
    // vllm-engine-pick
    (REPORTS, &[]),
    // sglang-consistent-hashing
    (SESSION, &[]),
    // sglang-prefix-hash
    (PROMPT_AND_LOAD, &["balance_factor"]),
    // sglang-bucket
    (SENT_PROMPTS, BALANCE),
    // vllm-consistent-hash
    (SESSION, &[]),
    // production-stack-session
    (SESSION, &[]),
    // production-stack-load-aware
    (WITH_REPORTS, &["load_weight"]),
];

/// A router of language models: row `R` of the table. Without the program of routers it picks no
/// server.
#[derive(Clone, Debug)]
pub struct Routed<const R: usize>(Loaded);

impl<const R: usize> Strategy for Routed<R> {
    const SHARE: Share = Share::ByLoad;
    const LOADS_LATER: bool = true;
    const ROUTES_REQUESTS: bool = true;
    const FIELDS: &'static [&'static str] = ROUTERS[R].1;

    fn knows(_: &StrategyConfig) -> Knows {
        ROUTERS[R].0
    }

    fn new(setup: &Setup) -> Self {
        Self(Loaded::router(setup))
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        self.0.pick(task, cluster, rng, why)
    }

    #[inline]
    fn finished(&mut self, done: &Done) {
        self.0.finished(done);
    }

    fn first_token(&mut self, task: u64) {
        self.0.first_token(task);
    }

    fn cache_changed(&mut self, server: usize, changes: &[CacheChange]) {
        self.0.cache_changed(server, changes);
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        self.0.picture(cluster)
    }
}
