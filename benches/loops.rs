//! The runs that the benchmarks measure, the same natively and in a browser.

use equipoise::balance::{StrategyConfig, StrategyId};
use equipoise::scenario::{
    Arrivals, Balancer, Pattern, Scenario, ServerConfig, Service, SizeLaw, Sizes,
};
use equipoise::sim::Engine;

/// Names and scenarios: eight servers at ρ = 0.8, Poisson arrivals, exponential sizes. The first
/// is the one that the speed is promised for.
pub(crate) fn scenarios() -> Vec<(&'static str, Scenario)> {
    use Service::{FirstCome, ProcessorSharing};
    use StrategyId as S;
    vec![
        (
            "least-connections",
            scenario(S::LeastConnections, FirstCome),
        ),
        ("round-robin", scenario(S::RoundRobin, FirstCome)),
        ("smooth-wrr", scenario(S::SmoothWrr, FirstCome)),
        (
            "least-connections-shared",
            scenario(S::LeastConnections, ProcessorSharing),
        ),
    ]
}

fn scenario(id: StrategyId, service: Service) -> Scenario {
    Scenario {
        arrivals: Arrivals {
            pattern: Pattern::Poisson,
            rate_per_s: 6.4,
            ..Arrivals::default()
        },
        sizes: Sizes {
            law: SizeLaw::Exponential,
            mean: 1.0,
            spread: 1.0,
        },
        balancer: Balancer {
            strategy: StrategyConfig {
                id,
                ..StrategyConfig::default()
            },
            ..Balancer::default()
        },
        servers: vec![
            ServerConfig {
                service,
                ..ServerConfig::default()
            };
            8
        ],
        ..Scenario::default()
    }
}

/// An engine that is past its empty beginning.
pub(crate) fn warm(scenario: &Scenario) -> Engine {
    let mut engine = Engine::new(scenario);
    run(&mut engine, 20_000);
    engine
}

/// Runs until this many more tasks have been served.
pub(crate) fn run(engine: &mut Engine, lifecycles: u64) {
    let goal = engine.totals().finished + lifecycles;
    while engine.totals().finished < goal {
        engine.step(&mut ());
    }
}
