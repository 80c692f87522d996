//! Scenes of what goes wrong in production, and the change that puts each right.

use super::*;
use crate::balance::EdfVariant;

/// What puts a scene right.
pub type Fix = (&'static str, fn(&mut Scenario));

/// The scenes that go wrong, and the change that puts each right. It can be made while the scene
/// runs.
pub const FIXES: &[Fix] = &[
    ("black-hole", |s| s.balancer.health.max_fails = Some(5)),
    ("herding", |s| s.balancer.load_refresh_s = None),
    ("cold-server", |s| {
        s.balancer.health.slow_start_s = Some(30.0)
    }),
    ("retry-storm", |s| s.patience.budget = Some(0.2)),
    ("wrr-bursts", |s| {
        s.balancer.strategy.id = StrategyId::SmoothWrr
    }),
    ("hot-key", |s| {
        s.balancer.strategy.id = StrategyId::BoundedLoad
    }),
    ("remapping-storm", |s| {
        s.balancer.strategy.id = StrategyId::Ketama
    }),
    ("first-pick", |s| {
        s.balancer.strategy.edf = EdfVariant::EnvoySeeded
    }),
];

/// The change that puts this scene right, if it goes wrong.
pub fn fix(id: &str) -> Option<fn(&mut Scenario)> {
    FIXES
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, fix)| *fix)
}

fn faults(planned: &[(f64, u16, ServerState)]) -> Vec<Fault> {
    planned
        .iter()
        .map(|&(at_s, server, state)| Fault {
            at_s,
            server,
            state,
        })
        .collect()
}

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
pub(super) fn herding() -> Scenario {
    let mut balancer = strategy(StrategyId::LeastConnections);
    (balancer.place, balancer.load_refresh_s) = (Place::Hybrid, Some(2.0));
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
pub(super) fn cold_server() -> Scenario {
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

/// Servers are slow for ten seconds. Clients lose patience and send again what is still being
/// served, and the load of that keeps the servers busy for good.
pub(super) fn retry_storm() -> Scenario {
    let slow = |server| {
        [
            (10.0, server, ServerState::Slow),
            (20.0, server, ServerState::Up),
        ]
    };
    Scenario {
        arrivals: poisson(2.0),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::LeastConnections),
        faults: faults(&[slow(0), slow(1), slow(2)].concat()),
        patience: Patience {
            timeout_s: Some(5.0),
            retries: 10,
            backoff_s: 0.5,
            budget: None,
        },
        ..Scenario::default()
    }
}

/// Weights that fit the speeds exactly: that the list goes server by server is all that is wrong.
pub(super) fn wrr_bursts() -> Scenario {
    Scenario {
        duration_s: 30.0,
        arrivals: every(0.3),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::ExpandedWrr),
        servers: servers(&[(8, 2.0), (4, 1.0), (4, 1.0)]),
        ..Scenario::default()
    }
}

/// Dealt at random, and evened out by those that run idle.
pub(super) fn work_stealing() -> Scenario {
    Scenario {
        balancer: strategy(StrategyId::WorkStealing),
        ..distributed()
    }
}
