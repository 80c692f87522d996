//! The scenes of the article: how tasks are distributed, strategy by strategy, and where the
//! balancer is.

use super::*;

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("weights", weights),
    Preset::new("distributed", distributed),
    Preset::new("round-robin", round_robin),
    Preset::new("weighted-burst", weighted_burst),
    Preset::new("random", random),
    Preset::new("two-choices", two_choices),
    Preset::new("least-connections", least_connections),
    Preset::new("least-response-time", least_response_time),
    Preset::new("ip-hash", ip_hash),
    Preset::new("uri-hash", uri_hash),
    Preset::new("header-hash", header_hash),
    Preset::new("rule-table", rule_table),
    Preset::new("hardware", hardware),
    Preset::new("software", software),
    Preset::new("hybrid", hybrid),
];

/// A fast server and two slow ones, the weights following the speeds only roughly.
fn weights() -> Scenario {
    Scenario {
        duration_s: 20.0,
        arrivals: every(0.5),
        sizes: constant(1.2),
        servers: servers(&[(5, 2.0), (1, 0.5), (1, 0.5)]),
        ..Scenario::default()
    }
}

/// One stream of work, more than any single server could do.
pub(super) fn distributed() -> Scenario {
    Scenario {
        arrivals: poisson(3.2),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::RoundRobin),
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

fn round_robin() -> Scenario {
    Scenario {
        duration_s: 20.0,
        arrivals: every(0.5),
        sizes: constant(1.2),
        balancer: strategy(StrategyId::RoundRobin),
        ..Scenario::default()
    }
}

/// The textbook's list: a server gets its five tasks in a row. Weights and speeds fit each other,
/// so that only the order makes queues.
fn weighted_burst() -> Scenario {
    Scenario {
        arrivals: every(0.4),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::ExpandedWrr),
        servers: servers(&[(5, 1.25), (4, 1.0), (3, 0.75)]),
        ..weights()
    }
}

fn random() -> Scenario {
    Scenario {
        balancer: strategy(StrategyId::Random),
        arrivals: every(0.4),
        sizes: constant(1.0),
        ..Scenario::default()
    }
}

/// Sixteen servers at ρ = 0.9: enough for the second draw to matter.
fn two_choices() -> Scenario {
    Scenario {
        arrivals: poisson(14.4),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::TwoChoices),
        servers: equal_servers(16),
        ..Scenario::default()
    }
}

/// Uneven sizes, so that counting what is in progress pays.
fn least_connections() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: sizes(SizeLaw::Lognormal, 1.0, 1.5),
        balancer: strategy(StrategyId::LeastConnections),
        ..Scenario::default()
    }
}

/// Unequal speeds that the balancer does not know.
fn least_response_time() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer: strategy(StrategyId::LeastResponseTime),
        servers: servers(&[(1, 2.0), (1, 1.0), (1, 0.5)]),
        ..Scenario::default()
    }
}

/// Twelve clients in three networks: each network goes to one server.
fn ip_hash() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::IpHash),
        clients: Clients {
            clients: 12,
            client_skew: 0.5,
            ..Clients::default()
        },
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// One URL is far more popular than the rest.
fn uri_hash() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::UriHash),
        clients: Clients {
            urls: 24,
            url_skew: 1.1,
            ..Clients::default()
        },
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

fn header_hash() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::HeaderHash),
        clients: Clients {
            tenants: 8,
            tenant_skew: 0.6,
            ..Clients::default()
        },
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// Chat and images to the fast servers, the rest to the small ones.
fn rule_table() -> Scenario {
    let mut balancer = strategy(StrategyId::LeastConnections);
    balancer.rules = vec![
        by_url("/chat/", &[0, 1]),
        by_url("/image/", &[0, 1]),
        by_url("/", &[2, 3]),
    ];
    Scenario {
        arrivals: poisson(2.4),
        sizes: sizes(SizeLaw::Lognormal, 1.0, 0.8),
        balancer,
        servers: servers(&[(2, 1.5), (2, 1.5), (1, 0.8), (1, 0.8)]),
        ..Scenario::default()
    }
}

fn by_url(prefix: &str, servers: &[u16]) -> Rule {
    Rule {
        by: KeySource::Url,
        pattern: prefix.to_string(),
        servers: servers.to_vec(),
    }
}

/// A device: decisions cost next to nothing, but it sees no more than addresses, and its table of
/// connections is full at ten.
fn hardware() -> Scenario {
    let mut balancer = strategy(StrategyId::LeastConnections);
    balancer.place = Place::Hardware;
    balancer.dispatcher = Dispatcher {
        decisions_per_s: Some(1_000_000.0),
        latency_s: 0.000_01,
        connections: Some(10),
    };
    Scenario {
        arrivals: poisson(3.0),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer,
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// A program: it reads every request, and that takes time; at 3 tasks/s it is itself three quarters
/// busy.
fn software() -> Scenario {
    let mut balancer = strategy(StrategyId::UriHash);
    balancer.dispatcher = Dispatcher {
        decisions_per_s: Some(4.0),
        latency_s: 0.1,
        connections: None,
    };
    Scenario {
        arrivals: poisson(3.0),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer,
        clients: Clients {
            urls: 40,
            ..Clients::default()
        },
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// A device before three programs, each of which counts only its own connections.
fn hybrid() -> Scenario {
    let mut balancer = strategy(StrategyId::LeastConnections);
    balancer.place = Place::Hybrid;
    balancer.front = Dispatcher {
        decisions_per_s: Some(1_000_000.0),
        latency_s: 0.05,
        connections: None,
    };
    balancer.dispatcher = Dispatcher {
        decisions_per_s: Some(4.0),
        latency_s: 0.15,
        connections: None,
    };
    Scenario {
        arrivals: poisson(3.2),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer,
        servers: equal_servers(4),
        ..Scenario::default()
    }
}
