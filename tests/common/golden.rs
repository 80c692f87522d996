//! Runs whose every event is known: the scenarios and the hashes of their traces.
//!
//! `tests/golden.rs` compares them natively and `tests/browser.rs` in a browser, so that a
//! difference between the two worlds, or between today's engine and yesterday's, shows as a changed
//! number here.
//!
//! **To regenerate** after a change that is meant to change runs: `cargo test --test golden` fails
//! and prints the lines of [`HASHES`] as they would have to be. Say in the commit why runs changed.

use equipoise::balance::{Draw, EdfVariant, Knowledge, Policy, StrategyConfig, StrategyId};
use equipoise::scenario::Position;
use equipoise::scenario::{
    Arrivals, Balancer, Clients, Dispatcher, Edit, Fault, Health, KeySource, Patience, Pattern,
    Place, Rule, Scenario, Script, ServerConfig, ServerState, Service, SizeLaw, Sizes,
};
use equipoise::sim::timeline::replay;
use equipoise::sim::{Engine, TraceHash};

/// What the run of each case of [`cases`] must fold to.
pub const HASHES: &[(&str, u64)] = &[
    ("round-robin", 0x9a62c01c5cfa0d86),
    ("smooth-wrr, shared", 0x7c6e52e167a4e10a),
    ("expanded-wrr, bounded", 0xd0428b0bec4ce11b),
    ("random, hardware", 0x1a112ec75748ed37),
    ("weighted-random", 0x38082a874682aadf),
    ("least-connections", 0x49940a7358797e9e),
    ("least-connections, hybrid", 0xeea0a0132ff4c6ab),
    ("least-connections, rules", 0x4fb0d30289b6a5a7),
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
    ("edf-wrr, hybrid", 0x57ec08c36048e3b6),
    ("edf-wrr, seeded, rules", 0xa2d66d207961fbc6),
    ("static-stride", 0x1d6c066398cab4c8),
    ("haproxy-leastconn", 0x6656921581e87fc4),
    ("first-fit", 0x7450e03e66c9dfbb),
    ("two-choices, hybrid", 0xb9b12c8ab41adeb9),
    ("two-choices, nginx", 0x33f59d029b15902c),
    ("two-choices, envoy", 0x429bb3bf5b5d7782),
    ("least-request", 0x419644e7571d551d),
    ("shortest-queue, bounded", 0xb9c75c04ce3b7d2c),
    ("idle-queue", 0x5bdce6804c9988c9),
    ("peak-ewma", 0x86e4f633e2b7def3),
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
];

/// A run.
pub struct Case {
    pub name: &'static str,
    pub script: Script,
    /// Where it ends [s].
    pub until_s: f64,
}

impl Case {
    /// Runs it to its end: the hash of its trace, and the engine.
    pub fn run(&self) -> (u64, Engine) {
        let mut trace = TraceHash::default();
        let engine = replay(&self.script, self.until_s, &mut trace);
        (trace.hash, engine)
    }
}

/// All runs, each of about 20,000 events.
pub fn cases() -> Vec<Case> {
    use Pattern::*;
    use StrategyId as S;
    let listing = |policy| StrategyConfig {
        listing: vec![policy],
        ..strategy(S::ArticleProgram)
    };
    let as_printed = StrategyConfig {
        listing_mended: false,
        ..listing(Policy::ShortestJobFirst)
    };
    let by = |id, key| StrategyConfig {
        key,
        ..strategy(id)
    };
    let known = StrategyConfig {
        knowledge: Knowledge::Sizes,
        ..strategy(S::LeastResponseTime)
    };
    let two = |draw| StrategyConfig {
        draw,
        choices: 3,
        ..strategy(S::TwoChoices)
    };
    let (nginx, envoy) = (two(Draw::Nginx), two(Draw::Envoy));
    let seeded = StrategyConfig {
        edf: EdfVariant::EnvoySeeded,
        ..strategy(S::EdfWrr)
    };
    let device = Dispatcher {
        decisions_per_s: Some(30.0),
        latency_s: 0.01,
        connections: Some(12),
    };
    let program = Dispatcher {
        decisions_per_s: Some(12.0),
        latency_s: 0.15,
        connections: Some(40),
    };

    let hardware = |s: &mut Scenario| {
        s.balancer.place = Place::Hardware;
        s.balancer.dispatcher = device.clone();
        s.clients.client_skew = 0.8;
    };
    let hybrid = |s: &mut Scenario| {
        s.balancer.place = Place::Hybrid;
        s.balancer.front = Dispatcher {
            decisions_per_s: None,
            latency_s: 0.05,
            connections: Some(100),
        };
        s.balancer.dispatcher = program.clone();
        s.balancer.programs = 3;
    };
    let bounded = |s: &mut Scenario| {
        for server in &mut s.servers {
            (server.queue, server.slots) = (Some(3), 2);
        }
        s.arrivals.rate_per_s *= 2.0;
    };
    let shared = |s: &mut Scenario| {
        for (i, server) in s.servers.iter_mut().enumerate() {
            server.service = Service::ProcessorSharing;
            server.slots = 1 + i as u32 % 2;
        }
    };
    let shared_and_bounded = |s: &mut Scenario| {
        shared(s);
        s.servers[0].queue = Some(2);
    };
    let rules = |s: &mut Scenario| {
        let rule = |by, pattern: &str, servers: &[u16]| Rule {
            by,
            pattern: pattern.into(),
            servers: servers.into(),
        };
        s.balancer.rules = vec![
            rule(KeySource::Url, "/chat/", &[0]),
            rule(KeySource::Header, "t1", &[1, 2]),
            rule(KeySource::Ip, "10.0.1.0/24", &[2, 3]),
        ];
        s.clients.url_skew = 0.5;
    };
    let skewed = |s: &mut Scenario| {
        s.clients = Clients {
            clients: 40,
            urls: 100,
            url_skew: 1.1,
            tenants: 9,
            tenant_skew: 0.6,
            ..s.clients.clone()
        };
        s.servers[1].state = ServerState::Draining;
    };
    let roomy = |s: &mut Scenario| s.servers.iter_mut().for_each(|server| server.slots = 3);
    let faults = |s: &mut Scenario| {
        use ServerState::{Down, Draining, Failing, Slow, Up};
        // Again and again, each time another server.
        let states = [Failing, Up, Slow, Up, Down, Up, Draining, Up];
        let fault = |(i, &state): (usize, &ServerState)| {
            let at_s = 100.0 + 75.0 * i as f64;
            Fault {
                at_s,
                server: (i / 2 % 4) as u16,
                state,
            }
        };
        s.faults = states
            .iter()
            .cycle()
            .take(32)
            .enumerate()
            .map(fault)
            .collect();
    };
    let guarded = |s: &mut Scenario| {
        faults(s);
        (s.arrivals.tasks, s.arrivals.pause_s) = (8, 0.1);
        s.balancer.health = Health {
            check_interval_s: Some(2.0),
            max_fails: Some(5),
            ejection_s: 20.0,
            panic_share: 0.5,
            slow_start_s: Some(30.0),
            ..Health::default()
        };
    };
    let impatient = |s: &mut Scenario| {
        faults(s);
        s.balancer.shed_above = Some(60);
        s.patience = Patience {
            timeout_s: Some(4.0),
            retries: 3,
            backoff_s: 0.5,
            budget: Some(0.2),
        };
    };
    let herding = |s: &mut Scenario| {
        hybrid(s);
        faults(s);
        s.balancer.load_refresh_s = Some(1.0);
    };
    let small_steps = |s: &mut Scenario| (s.arrivals.tasks, s.arrivals.pause_s) = (8, 0.25);

    vec![
        case(
            "round-robin",
            S::RoundRobin,
            Fixed,
            SizeLaw::Constant,
            |_| (),
        ),
        case(
            "smooth-wrr, shared",
            S::SmoothWrr,
            Fixed,
            SizeLaw::Uniform,
            shared,
        ),
        case(
            "expanded-wrr, bounded",
            S::ExpandedWrr,
            Bursty,
            SizeLaw::Exponential,
            bounded,
        ),
        case(
            "random, hardware",
            S::Random,
            Poisson,
            SizeLaw::Pareto,
            hardware,
        ),
        case(
            "weighted-random",
            S::WeightedRandom,
            Bursty,
            SizeLaw::Lognormal,
            |_| (),
        ),
        case(
            "least-connections",
            S::LeastConnections,
            Poisson,
            SizeLaw::Exponential,
            |_| (),
        ),
        case(
            "least-connections, hybrid",
            S::LeastConnections,
            Poisson,
            SizeLaw::Lognormal,
            hybrid,
        ),
        case(
            "least-connections, rules",
            S::LeastConnections,
            Poisson,
            SizeLaw::Lognormal,
            rules,
        ),
        case(
            "least-connections, shared and bounded",
            S::LeastConnections,
            Bursty,
            SizeLaw::Pareto,
            shared_and_bounded,
        ),
        case(
            "least-response-time, learnt",
            S::LeastResponseTime,
            Poisson,
            SizeLaw::Lognormal,
            shared,
        ),
        with(
            "least-response-time, known",
            known.clone(),
            Poisson,
            SizeLaw::Pareto,
            |_| (),
        ),
        with(
            "least-response-time, known, hybrid",
            known,
            Poisson,
            SizeLaw::Exponential,
            hybrid,
        ),
        case(
            "ip-hash, hardware",
            S::IpHash,
            Poisson,
            SizeLaw::Exponential,
            hardware,
        ),
        case("uri-hash", S::UriHash, Poisson, SizeLaw::Constant, skewed),
        case(
            "header-hash, shared",
            S::HeaderHash,
            Fixed,
            SizeLaw::Lognormal,
            shared,
        ),
        case("pull", S::Pull, Poisson, SizeLaw::Exponential, |_| ()),
        case("pull, batch", S::Pull, Batch, SizeLaw::Pareto, |_| ()),
        case(
            "training",
            S::RoundRobin,
            Steps,
            SizeLaw::Lognormal,
            small_steps,
        ),
        with(
            "article-program, random",
            listing(Policy::Random),
            Poisson,
            SizeLaw::Uniform,
            |_| (),
        ),
        with(
            "article-program, least connections",
            listing(Policy::LeastConnections),
            Fixed,
            SizeLaw::Exponential,
            bounded,
        ),
        with(
            "article-program, shortest job first",
            listing(Policy::ShortestJobFirst),
            Poisson,
            SizeLaw::Pareto,
            |_| (),
        ),
        with(
            "article-program, round robin",
            listing(Policy::RoundRobin),
            Poisson,
            SizeLaw::Constant,
            |_| (),
        ),
        with(
            "article-program, as printed",
            as_printed,
            Steps,
            SizeLaw::Constant,
            small_steps,
        ),
        case(
            "haproxy-wrr, rules",
            S::HaproxyWrr,
            Poisson,
            SizeLaw::Uniform,
            rules,
        ),
        case(
            "static-map, bounded",
            S::StaticMap,
            Bursty,
            SizeLaw::Exponential,
            bounded,
        ),
        case(
            "edf-wrr, hybrid",
            S::EdfWrr,
            Poisson,
            SizeLaw::Exponential,
            hybrid,
        ),
        with(
            "edf-wrr, seeded, rules",
            seeded,
            Poisson,
            SizeLaw::Constant,
            rules,
        ),
        case(
            "static-stride",
            S::StaticStride,
            Fixed,
            SizeLaw::Lognormal,
            |_| (),
        ),
        case(
            "haproxy-leastconn",
            S::HaproxyLeastconn,
            Poisson,
            SizeLaw::Pareto,
            shared,
        ),
        case(
            "first-fit",
            S::FirstFit,
            Poisson,
            SizeLaw::Exponential,
            roomy,
        ),
        case(
            "two-choices, hybrid",
            S::TwoChoices,
            Poisson,
            SizeLaw::Exponential,
            hybrid,
        ),
        with(
            "two-choices, nginx",
            nginx,
            Bursty,
            SizeLaw::Lognormal,
            rules,
        ),
        with(
            "two-choices, envoy",
            envoy,
            Poisson,
            SizeLaw::Uniform,
            bounded,
        ),
        case(
            "least-request",
            S::LeastRequest,
            Poisson,
            SizeLaw::Exponential,
            |_| (),
        ),
        case(
            "shortest-queue, bounded",
            S::ShortestQueue,
            Poisson,
            SizeLaw::Exponential,
            bounded,
        ),
        case(
            "idle-queue",
            S::IdleQueue,
            Poisson,
            SizeLaw::Lognormal,
            |_| (),
        ),
        case("peak-ewma", S::PeakEwma, Poisson, SizeLaw::Pareto, bounded),
        case("prequal", S::Prequal, Poisson, SizeLaw::Lognormal, shared),
        changed("changed while it ran"),
        with(
            "ketama, addresses, draining",
            by(S::Ketama, KeySource::Ip),
            Poisson,
            SizeLaw::Exponential,
            skewed,
        ),
        with(
            "haproxy-ring, header",
            by(S::HaproxyRing, KeySource::Header),
            Poisson,
            SizeLaw::Lognormal,
            shared,
        ),
        case(
            "haproxy-map, draining",
            S::HaproxyMap,
            Poisson,
            SizeLaw::Constant,
            skewed,
        ),
        case(
            "envoy-ring, rules",
            S::EnvoyRing,
            Poisson,
            SizeLaw::Exponential,
            rules,
        ),
        case(
            "maglev, draining",
            S::Maglev,
            Fixed,
            SizeLaw::Lognormal,
            skewed,
        ),
        with(
            "rendezvous, hardware",
            by(S::Rendezvous, KeySource::Ip),
            Poisson,
            SizeLaw::Exponential,
            hardware,
        ),
        case(
            "bounded-load, hybrid",
            S::BoundedLoad,
            Poisson,
            SizeLaw::Exponential,
            hybrid,
        ),
        case(
            "work-stealing",
            S::WorkStealing,
            Poisson,
            SizeLaw::Lognormal,
            faults,
        ),
        case(
            "closed, faults and health",
            S::LeastConnections,
            Closed,
            SizeLaw::Exponential,
            guarded,
        ),
        case(
            "faults and impatient clients",
            S::LeastResponseTime,
            Poisson,
            SizeLaw::Exponential,
            impatient,
        ),
        case(
            "stale loads, hybrid",
            S::LeastConnections,
            Poisson,
            SizeLaw::Exponential,
            herding,
        ),
    ]
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
    let server = |weight, speed| ServerConfig {
        weight,
        speed,
        ..ServerConfig::default()
    };
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
        servers: vec![
            server(3, 2.0),
            server(2, 1.2),
            server(2, 1.1),
            server(1, 0.7),
        ],
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
    let Case {
        script, until_s, ..
    } = case(
        name,
        StrategyId::SmoothWrr,
        Pattern::Poisson,
        SizeLaw::Exponential,
        |_| (),
    );
    let mut scenario = script.scenario.clone();
    let mut script = script;
    let mut then = |time_s: f64, change: &dyn Fn(&mut Scenario)| {
        change(&mut scenario);
        // Event 0: the time alone tells when.
        script.push(Edit {
            at: Position { event: 0, time_s },
            scenario: scenario.clone(),
        });
    };
    then(100.0, &|s| s.servers[0].speed = 0.5);
    then(200.0, &|s| s.servers[1].state = ServerState::Down);
    then(300.0, &|s| s.balancer.strategy.id = StrategyId::Pull);
    then(350.0, &|s| {
        s.servers
            .iter_mut()
            .for_each(|server| server.state = ServerState::Draining)
    });
    then(400.0, &|s| {
        s.servers
            .iter_mut()
            .for_each(|server| server.state = ServerState::Up)
    });
    then(500.0, &|s| {
        s.servers
            .iter_mut()
            .for_each(|server| server.service = Service::ProcessorSharing)
    });
    then(600.0, &|s| {
        s.balancer.strategy.id = StrategyId::LeastConnections
    });
    then(700.0, &|s| s.servers[0].speed = 2.0);
    then(800.0, &|s| {
        s.servers
            .iter_mut()
            .for_each(|server| server.service = Service::FirstCome)
    });
    Case {
        name,
        script,
        until_s,
    }
}
