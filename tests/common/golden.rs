//! Runs whose every event is known: the scenarios and the hashes of their traces.
//!
//! `tests/golden.rs` compares them natively and `tests/browser.rs` in a browser, so that a
//! difference between the two, or between today's engine and yesterday's, shows as a changed
//! number here.
//!
//! **To regenerate** after a change that is meant to change runs: `cargo test --test golden` fails
//! and prints the lines of [`HASHES`] as they would have to be. Say in the commit why runs changed.

#[path = "golden/cases.rs"]
mod cases;
#[path = "golden/changes.rs"]
mod changes;
#[path = "golden/strategies.rs"]
mod strategies;

pub(crate) use cases::cases;

use changes::unchanged;
use equipoise::balance::{StrategyConfig, StrategyId};
use equipoise::scenario::{
    Arrivals, Balancer, Edit, Pattern, Position, Scenario, Script, ServerConfig, ServerState,
    Service, SizeLaw, Sizes,
};
use equipoise::sim::timeline::replay;
use equipoise::sim::{Engine, TraceHash};

/// A change made while a run goes.
type Change = fn(&mut Scenario);

/// What the run of each case of [`cases`] must fold to.
pub(crate) const HASHES: &[(&str, u64)] = &[
    ("round-robin", 0x9a62c01c5cfa0d86),
    ("smooth-wrr, shared", 0x7c6e52e167a4e10a),
    ("expanded-wrr, bounded", 0xd0428b0bec4ce11b),
    ("random, hardware", 0x1a112ec75748ed37),
    ("weighted-random", 0x38082a874682aadf),
    ("least-connections", 0x49940a7358797e9e),
    ("least-connections, hybrid", 0xeea0a0132ff4c6ab),
    ("least-connections, rules", 0x5885bbf7ee4bbd62),
    ("least-connections, shared and bounded", 0xdd955c0313f7cd11),
    ("least-response-time, learnt", 0x7e1394ff7ddda415),
    ("least-response-time, known", 0xc0d2b505cc91bb90),
    ("least-response-time, known, hybrid", 0xd4a663ddbfbe38c7),
    ("ip-hash, hardware", 0x4247804df45eb81a),
    ("uri-hash", 0xece853a53bb3c75f),
    ("header-hash, shared", 0x2ed759849261de06),
    ("pull", 0xda78e65bb20fd1dc),
    ("pull, batch", 0x3d525040f4a3b3aa),
    ("training", 0x6d76574350f37463),
    ("article-program, random", 0xb5f6c414c2c4bb7c),
    ("article-program, least connections", 0x9d18b9ba37270cb5),
    ("article-program, shortest job first", 0xfa081f28b1853e6e),
    ("article-program, round robin", 0x63560dcb9aca5c02),
    ("article-program, as printed", 0xe0331fa0fcfeb129),
    ("haproxy-wrr, rules", 0x7a398c51d2b715d9),
    ("static-map, bounded", 0x22844e165e1ad82e),
    ("edf-wrr, hybrid", 0xd8dd72d96d6b412f),
    ("edf-wrr, seeded, rules", 0xc9031cb9f9ba7eb4),
    ("static-stride", 0x1d6c066398cab4c8),
    ("haproxy-leastconn", 0x6656921581e87fc4),
    ("first-fit", 0x7450e03e66c9dfbb),
    ("two-choices, hybrid", 0xb9b12c8ab41adeb9),
    ("two-choices, nginx", 0xd9121785b53d417e),
    ("two-choices, envoy", 0x429bb3bf5b5d7782),
    ("least-request", 0x0e37e02806513682),
    ("shortest-queue, bounded", 0xb9c75c04ce3b7d2c),
    ("idle-queue", 0x5bdce6804c9988c9),
    ("peak-ewma", 0x86e4f633e2b7def3),
    ("bandit, thompson, fading", 0x52f2f493716afb72),
    ("lin-ucb", 0x57e2bee26e8bdc9d),
    ("prequal", 0x85b06a580cc22d77),
    ("changed while it ran", 0x046459b8b9ee9904),
    ("ketama, addresses, draining", 0x4398c9d58b029010),
    ("haproxy-ring, header", 0xa418287a3852d68f),
    ("haproxy-map, draining", 0xa01ef2f0db33a2e3),
    ("envoy-ring, rules", 0x50241bcdb45664ea),
    ("maglev, draining", 0x391a6b64fc1c2ae7),
    ("rendezvous, hardware", 0x0707e7d4b707c8fd),
    ("bounded-load, hybrid", 0xb1682805e722acdc),
    ("work-stealing", 0x0283bde29574d80a),
    ("closed, faults and health", 0x3fde01c0c9b40b08),
    ("faults and impatient clients", 0x9eff67f0e5ae599e),
    ("stale loads, hybrid", 0xe3f5e12c282ef49c),
    ("replicas, sessions and preemptions", 0xf91333e358218e2b),
    ("replicas, static batches", 0x34569e5cc14eaed0),
    ("by plan, health as nginx", 0x9a7430ce2eee582e),
    ("by plan, health as haproxy", 0x8bf54b1fd4e49a1c),
    ("by plan, health as envoy", 0xbeef5d954fbd0e86),
    ("by plan, autoscaled", 0x5790232df8c89c03),
    ("held connections, zones and levels", 0xa15da288fbbc24e8),
    ("given up, sent twice", 0x8a7bb00d565efe0c),
    ("links with jitter, zones", 0xf07dcabbcb8c07a0),
    ("envoy-bounded-load", 0x63155f686f4a91c9),
    ("caddy-hash", 0x57f9b8eba57d1392),
    ("traefik-hrw", 0x0f06dd3f3e00a9b2),
    ("traefik-wrr", 0x5cee43989b9cbc87),
    ("caddy-wrr", 0xfb1f6d8c3f3b387f),
    ("grpc-round-robin", 0xeec2b7775b5947ef),
    ("pick-first", 0xb13fa83bf40d40eb),
    ("haproxy-random", 0xd04e4a49235fa82c),
    ("caddy-random-choose", 0x7a46ff0bd04a55dc),
    ("traefik-least-time", 0x79ff7ed9151fd1b8),
    ("ipvs-sed", 0xca9b466c4924dfd1),
    ("ipvs-nq", 0xde3f274e1e075199),
    ("table-learner", 0xf0017b0b0ea3fdb1),
    ("sglang-cache-aware", 0xa50d4e9456898496),
    ("sglang-manual", 0x85ecdbf88c2e198e),
    ("sglang-consistent-hashing", 0xb7c8d49850a9cbd4),
    ("sglang-prefix-hash", 0x5cbc9a8caf04292f),
    ("sglang-bucket", 0x508ba86911896c0f),
    ("vllm-cache-aware", 0x51b56738926e1590),
    ("vllm-kv-aware", 0x4e61aa906628ce34),
    ("vllm-sticky-least-loaded", 0x09947b4c0a57a308),
    ("vllm-consistent-hash", 0x54c4cf4ecaf6b189),
    ("dynamo-kv-cost", 0xec6b13cd3033965c),
    ("ray-prefix-aware", 0x5cbed1b642989efd),
    ("llm-d-scorers", 0x68564201042d30b8),
    ("production-stack-prefix", 0x179d7f72a37f5ed7),
    ("production-stack-session", 0xf6edafe3a55c15a8),
    ("production-stack-load-aware", 0x2b87420ccc6a28c5),
    ("aibrix-prefix-cache", 0x58d91ca2c4e27ad0),
    ("vllm-engine-pick", 0x6ed9b18e96facb28),
];

/// A run.
pub(crate) struct Case {
    pub name: &'static str,
    pub script: Script,
    /// Where it ends [s].
    pub until_s: f64,
}

impl Case {
    /// Runs it to its end: the hash of its trace, and the engine.
    pub(crate) fn run(&self) -> (u64, Engine) {
        let mut trace = TraceHash::default();
        let engine = replay(&self.script, self.until_s, &mut trace);
        (trace.hash, engine)
    }
}

fn strategy(id: StrategyId) -> StrategyConfig {
    StrategyConfig {
        id,
        ..StrategyConfig::default()
    }
}

fn case(
    name: &'static str,
    id: StrategyId,
    pattern: Pattern,
    law: SizeLaw,
    also: impl FnOnce(&mut Scenario),
) -> Case {
    with(name, strategy(id), pattern, law, also)
}

/// Four unequal servers at ρ = 0.8, for as long as 20,000 events take.
fn with(
    name: &'static str,
    strategy: StrategyConfig,
    pattern: Pattern,
    law: SizeLaw,
    also: impl FnOnce(&mut Scenario),
) -> Case {
    let mut scenario = Scenario {
        name: name.to_string(),
        seed: 20_260,
        arrivals: Arrivals {
            pattern,
            rate_per_s: 4.0,
            tasks: 10_000,
            ..Arrivals::default()
        },
        sizes: Sizes {
            law,
            mean: 1.0,
            spread: 0.5,
        },
        balancer: Balancer {
            strategy,
            ..Balancer::default()
        },
        servers: [(3, 2.0), (2, 1.2), (2, 1.1), (1, 0.7)]
            .map(|(weight, speed)| ServerConfig {
                weight,
                speed,
                ..ServerConfig::default()
            })
            .to_vec(),
        ..Scenario::default()
    };
    also(&mut scenario);
    Case {
        name,
        script: Script::new(scenario),
        until_s: 2500.0,
    }
}

/// A server that slows down, goes down and comes back; another strategy; other service.
fn changed(name: &'static str) -> Case {
    let mut case = case(
        name,
        StrategyId::SmoothWrr,
        Pattern::Poisson,
        SizeLaw::Exponential,
        unchanged,
    );
    let changes: [(f64, Change); 9] = [
        (100.0, |s| s.servers[0].speed = 0.5),
        (200.0, |s| s.servers[1].state = ServerState::Down),
        (300.0, |s| s.balancer.strategy.id = StrategyId::Pull),
        (350.0, |s| set_states(s, ServerState::Draining)),
        (400.0, |s| set_states(s, ServerState::Up)),
        (500.0, |s| set_service(s, Service::ProcessorSharing)),
        (600.0, |s| {
            s.balancer.strategy.id = StrategyId::LeastConnections;
        }),
        (700.0, |s| s.servers[0].speed = 2.0),
        (800.0, |s| set_service(s, Service::FirstCome)),
    ];
    let mut scenario = case.script.scenario.clone();
    for (time_s, change) in changes {
        change(&mut scenario);
        // Event 0: the time alone says when.
        case.script.push(Edit {
            at: Position { event: 0, time_s },
            scenario: scenario.clone(),
        });
    }
    case
}

fn set_states(scenario: &mut Scenario, state: ServerState) {
    for server in &mut scenario.servers {
        server.state = state;
    }
}

fn set_service(scenario: &mut Scenario, service: Service) {
    for server in &mut scenario.servers {
        server.service = service;
    }
}
