//! Scenes of serving language models. Replicas are of Llama-3.1-8B on an H100.

use super::*;

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("continuous-batching", continuous_batching)
        .put_right_by(|s| s.replicas.batching = Batching::Continuous),
    Preset::new("chunked-prefill", chunked_prefill).put_right_by(|s| {
        s.replicas.chunked_prefill = true;
        s.replicas.batched_tokens = Some(512);
    }),
    Preset::new("prefill-decode", prefill_decode).put_right_by(|s| s.replicas.prefill_servers = 3),
    Preset::new("kv-wall", kv_wall).put_right_by(|s| s.replicas.kv_tokens = None),
    Preset::new("prefix-cache", prefix_cache).put_right_by(|s| s.replicas.prefix_caching = true),
    Preset::new("session-affinity", session_affinity)
        .put_right_by(|s| s.balancer.strategy.id = StrategyId::IpHash),
    Preset::new("prefix-routing", prefix_routing)
        .put_right_by(|s| s.balancer.strategy.id = StrategyId::SglangCacheAware),
    Preset::new("hot-prefix", hot_prefix).put_right_by(|s| {
        s.balancer.strategy.balance_abs = 16;
        s.balancer.strategy.balance_rel = 1.2;
    }),
    Preset::new("misses-to-one", misses_to_one)
        .put_right_by(|s| s.balancer.strategy.id = StrategyId::DynamoKvCost),
    Preset::new("stale-reports", stale_reports)
        .put_right_by(|s| s.balancer.strategy.id = StrategyId::VllmKvAware),
    Preset::new("sticky-sessions", sticky_sessions)
        .put_right_by(|s| s.balancer.strategy.id = StrategyId::VllmKvAware),
    Preset::new("azure-hour", azure_hour).put_right_by(|s| {
        s.servers
            .extend([s.servers[0].clone(), s.servers[0].clone()])
    }),
    Preset::new("measured-run", measured_run).put_right_by(|s| s.servers[0].slots = 256),
];

/// Sessions of requests to equal replicas with this many slots.
fn model(count: usize, slots: u32, rate_per_s: f64, requests: Requests) -> Scenario {
    let replica = ServerConfig {
        service: Service::Replica,
        slots,
        ..ServerConfig::default()
    };
    Scenario {
        unit: WorkUnit::Tokens,
        arrivals: poisson(rate_per_s),
        balancer: strategy(StrategyId::RoundRobin),
        servers: vec![replica; count],
        requests,
        ..Scenario::default()
    }
}

/// Replies of very different lengths, in batches that wait for the longest one.
fn continuous_batching() -> Scenario {
    let requests = Requests {
        prompt_tokens: 300.0,
        output_tokens: 200.0,
        ..Requests::default()
    };
    let mut scenario = model(1, 32, 8.0, requests);
    scenario.replicas.batching = Batching::Static;
    scenario
}

/// Long prompts among short ones, each computed as a whole: meanwhile no reply gets a token.
fn chunked_prefill() -> Scenario {
    let requests = Requests {
        prompt_tokens: 6000.0,
        prompt_cv: 1.5,
        output_tokens: 150.0,
        ..Requests::default()
    };
    let mut scenario = model(1, 64, 2.0, requests);
    scenario.replicas.chunked_prefill = false;
    scenario
}

/// Long prompts on four replicas that do both, so that each prompt holds up the replies beside it.
fn prefill_decode() -> Scenario {
    let requests = Requests {
        prompt_tokens: 4000.0,
        output_tokens: 150.0,
        tpot_objective_s: 0.02,
        ..Requests::default()
    };
    model(4, 256, 20.0, requests)
}

/// More requests than a small KV cache has room for.
fn kv_wall() -> Scenario {
    let requests = Requests {
        prompt_tokens: 400.0,
        prompt_cv: 0.5,
        output_tokens: 800.0,
        output_cv: 0.5,
        ..Requests::default()
    };
    let mut scenario = model(1, 256, 5.0, requests);
    scenario.replicas.kv_tokens = Some(32_000);
    scenario
}

/// Four system prompts, which are computed for every request.
fn prefix_cache() -> Scenario {
    let requests = Requests {
        prompt_tokens: 200.0,
        output_tokens: 100.0,
        prefixes: 4,
        prefix_tokens: 4000,
        ..Requests::default()
    };
    let mut scenario = model(2, 64, 8.0, requests);
    scenario.replicas.prefix_caching = false;
    scenario
}

/// Conversations whose turns go to whoever is next: what was said is computed again elsewhere.
fn session_affinity() -> Scenario {
    let requests = Requests {
        prompt_tokens: 500.0,
        output_tokens: 200.0,
        turns: 6,
        think_s: 4.0,
        ..Requests::default()
    };
    let mut scenario = model(4, 64, 2.5, requests);
    scenario.clients.clients = 1000;
    scenario
}

/// Forty system prompts, which no replica's cache holds together.
fn prefix_routing() -> Scenario {
    let requests = Requests {
        prompt_tokens: 200.0,
        output_tokens: 100.0,
        prefixes: 40,
        prefix_tokens: 3000,
        ..Requests::default()
    };
    let mut scenario = model(4, 64, 16.0, requests);
    scenario.replicas.kv_tokens = Some(60_000);
    scenario
}

/// The same with one prefix that most requests have, and a rule that follows the cache until loads
/// differ by 64 requests.
fn hot_prefix() -> Scenario {
    let mut scenario = prefix_routing();
    scenario.requests.prompt_tokens = 400.0;
    scenario.requests.output_tokens = 150.0;
    scenario.requests.prefix_skew = 1.6;
    scenario.arrivals.rate_per_s = 50.0;
    scenario.balancer = strategy(StrategyId::SglangCacheAware);
    scenario
}

/// Prompts that have nothing in common, and replicas that are idle as often as not: of equal loads
/// the first wins.
fn misses_to_one() -> Scenario {
    let requests = Requests {
        prompt_tokens: 400.0,
        output_tokens: 30.0,
        ..Requests::default()
    };
    let mut scenario = model(4, 64, 2.0, requests);
    scenario.balancer = strategy(StrategyId::SglangCacheAware);
    scenario
}

/// Four routers that score replicas by reports of five seconds ago.
fn stale_reports() -> Scenario {
    let mut scenario = prefix_routing();
    scenario.arrivals.rate_per_s = 36.0;
    scenario.balancer = strategy(StrategyId::LlmDScorers);
    scenario.balancer.place = Place::Hybrid;
    scenario.balancer.instances = 4;
    scenario.balancer.load_refresh_s = Some(5.0);
    scenario
}

/// Conversations of eight turns that stay where they began, whatever happens there.
fn sticky_sessions() -> Scenario {
    let requests = Requests {
        prompt_tokens: 600.0,
        output_tokens: 150.0,
        turns: 8,
        think_s: 2.0,
        ..Requests::default()
    };
    let mut scenario = model(4, 64, 3.0, requests);
    scenario.replicas.kv_tokens = Some(60_000);
    scenario.balancer = strategy(StrategyId::SglangManual);
    scenario
}

/// One replica for requests like those of an hour of Azure's trace of code completions
/// (2023-11-16): rate and mean tokens are the hour's, the variation follows from its medians if
/// the tokens are log-normal, and the bursts are fitted: most ten-second windows have no request,
/// and the fullest have some twenty a second.
fn azure_hour() -> Scenario {
    let requests = Requests {
        prompt_tokens: 2048.0,
        prompt_cv: 0.97,
        output_tokens: 28.0,
        output_cv: 1.9,
        ..Requests::default()
    };
    let mut scenario = model(1, 256, 2.57, requests);
    scenario.arrivals = Arrivals {
        pattern: Pattern::Bursty,
        burst_on_s: 8.0,
        burst_off_s: 48.0,
        ..scenario.arrivals
    };
    scenario.balancer = strategy(StrategyId::LeastConnections);
    scenario.duration_s = 300.0;
    scenario.seed = 16; // Its first burst comes soon.
    scenario
}

/// Requests like those of a measured run of vLLM 0.19 (300 of ShareGPT, ten a second, on an RTX
/// PRO 6000 with 128 slots; published with LLMServingSim): mean tokens and their variation are
/// the run's.
fn measured_run() -> Scenario {
    let requests = Requests {
        prompt_tokens: 857.0,
        prompt_cv: 0.615,
        output_tokens: 652.5,
        output_cv: 0.15,
        ..Requests::default()
    };
    let mut scenario = model(1, 128, 10.0, requests);
    scenario.replicas.hardware = Hardware::Llama8bRtxPro6000;
    scenario
}
