//! Scenes of what goes wrong in production, and the change that puts each right.

use super::*;

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("black-hole", black_hole).put_right_by(|s| s.balancer.health.max_fails = Some(5)),
    Preset::new("herding", herding).put_right_by(|s| s.balancer.load_refresh_s = None),
    Preset::new("cold-server", cold_server)
        .put_right_by(|s| s.balancer.health.slow_start_s = Some(30.0)),
    Preset::new("retry-storm", retry_storm).put_right_by(|s| s.retry_policy.budget = Some(0.2)),
    Preset::new("wrr-bursts", wrr_bursts)
        .put_right_by(|s| s.balancer.strategy.id = StrategyId::SmoothWrr),
];

/// Twelve users; from 10 s on one server answers with errors, fifty times as fast as the others
/// serve, and always looks idle.
pub(super) fn black_hole() -> Scenario {
    let mut balancer = strategy(StrategyId::LeastConnections);
    balancer.dispatcher.latency_s = 0.02;
    Scenario {
        arrivals: Arrivals {
            pattern: Pattern::Closed,
            tasks: 12,
            pause_s: 0.1,
            ..Arrivals::default()
        },
        sizes: constant(1.0),
        balancer,
        servers: vec![
            ServerConfig {
                slots: 12,
                error_s: 0.02,
                ..ServerConfig::default()
            };
            3
        ],
        faults: faults(&[(10.0, 2, ServerState::Failing), (45.0, 2, ServerState::Up)]),
        ..Scenario::default()
    }
}

/// Three programs go by the same report of the load, which is up to two seconds old, and all send
/// to the same server.
fn herding() -> Scenario {
    let mut balancer = strategy(StrategyId::LeastConnections);
    balancer.place = Place::Hybrid;
    balancer.load_refresh_s = Some(2.0);
    Scenario {
        arrivals: poisson(12.0),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer,
        servers: vec![
            ServerConfig {
                slots: 3,
                ..ServerConfig::default()
            };
            6
        ],
        ..Scenario::default()
    }
}

/// A server comes back with empty caches, slow for a while, and gets its whole share at once.
fn cold_server() -> Scenario {
    Scenario {
        arrivals: every(0.4),
        sizes: constant(1.0),
        servers: equal_servers(4)
            .into_iter()
            .map(|s| ServerConfig { slowdown: 6.0, ..s })
            .collect(),
        faults: faults(&[
            (5.0, 3, ServerState::Down),
            (15.0, 3, ServerState::Slow),
            (35.0, 3, ServerState::Up),
        ]),
        ..Scenario::default()
    }
}

/// Servers are slow for ten seconds. Clients time out and send again what is still being
/// served, and the load of that keeps the servers busy for good.
fn retry_storm() -> Scenario {
    Scenario {
        arrivals: poisson(2.0),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::LeastConnections),
        faults: faults(&[
            (10.0, 0, ServerState::Slow),
            (20.0, 0, ServerState::Up),
            (10.0, 1, ServerState::Slow),
            (20.0, 1, ServerState::Up),
            (10.0, 2, ServerState::Slow),
            (20.0, 2, ServerState::Up),
        ]),
        retry_policy: RetryPolicy {
            timeout_s: Some(5.0),
            retries: 10,
            backoff_s: 0.5,
            budget: None,
            ..RetryPolicy::default()
        },
        ..Scenario::default()
    }
}

/// Weights that fit the speeds exactly: all that is wrong is that a server's turns come in a row.
fn wrr_bursts() -> Scenario {
    Scenario {
        duration_s: 30.0,
        arrivals: every(0.3),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::ExpandedWrr),
        servers: servers(&[(8, 2.0), (4, 1.0), (4, 1.0)]),
        ..Scenario::default()
    }
}
