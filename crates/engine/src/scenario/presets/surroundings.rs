//! Scenes of production for which the page loads more than the first visit has: hashes,
//! connections, second copies, zones, links, rules of passive health, strategies that learn; and
//! the change that puts each right.

use super::production::black_hole;
use super::*;
use crate::balance::{EdfVariant, Learner};

pub(super) const PRESETS: &[Preset] = &[
    Preset::new("first-pick", first_pick)
        .put_right_by(|s| s.balancer.strategy.edf = EdfVariant::EnvoySeeded),
    Preset::new("hot-key", hot_key)
        .put_right_by(|s| s.balancer.strategy.id = StrategyId::BoundedLoad),
    Preset::new("remapping-storm", remapping_storm)
        .put_right_by(|s| s.balancer.strategy.id = StrategyId::Ketama),
    Preset::new("ejection-limit", ejection_limit)
        .put_right_by(|s| s.balancer.health.passive.most_share = 0.5),
    Preset::new("pinned-connections", pinned_connections)
        .put_right_by(|s| s.connections.age_s = Some(10.0)),
    Preset::new("second-copies", second_copies)
        .put_right_by(|s| s.retry_policy.hedge.after_s = Some(0.4)),
    Preset::new("zone-loss", zone_loss)
        .put_right_by(|s| s.balancer.locality.zones = ZonePreference::Envoy),
    Preset::new("first-impression", first_impression)
        .put_right_by(|s| s.balancer.strategy.learner = Learner::Thompson),
    Preset::new("learnt-too-well", learnt_too_well)
        .put_right_by(|s| s.balancer.strategy.memory = 0.9),
    Preset::new("learning-to-queue", learning_to_queue)
        .put_right_by(|s| s.balancer.strategy.explore = 0.01),
    Preset::new("bandit-herd", bandit_herd)
        .put_right_by(|s| s.balancer.strategy.id = StrategyId::LinUcb),
    Preset::new("popular-shard", popular_shard)
        .put_right_by(|s| s.balancer.strategy.weigh_queue = true),
    Preset::new("work-stealing", work_stealing),
];

/// The black hole once more, watched by Envoy's outlier detection, which by itself ejects no more
/// than a tenth of the servers: of three none.
fn ejection_limit() -> Scenario {
    let mut scenario = black_hole();
    scenario.balancer.health = Health {
        max_fails: Some(5),
        passive: Passive {
            rule: PassiveRule::Envoy,
            sweep_s: 2.0,
            ..Passive::default()
        },
        ..Health::default()
    };
    scenario
}

/// Eighty clients hold a connection each. Four of the five servers restart until 11 s, when most
/// clients have opened theirs.
fn pinned_connections() -> Scenario {
    let restarts = (1..5).flat_map(|server| {
        [
            (0.0, server, ServerState::Down),
            (11.0, server, ServerState::Up),
        ]
    });
    Scenario {
        arrivals: poisson(12.0),
        sizes: sizes(SizeLaw::Exponential, 0.08, 1.0),
        clients: Clients {
            clients: 80,
            ..Clients::default()
        },
        balancer: strategy(StrategyId::LeastConnections),
        servers: equal_servers(5),
        faults: faults(&restarts.collect::<Vec<_>>()),
        connections: Connections {
            pick_per: PickPer::Connection,
            ..Connections::default()
        },
        ..Scenario::default()
    }
}

/// Ten servers, of which now one and now another stands still for two seconds, as if to collect
/// garbage: few tasks meet that, and they are the slowest hundredth.
fn second_copies() -> Scenario {
    let pauses = (0..10).flat_map(|server| {
        let at_s = 5.0 + 6.0 * f64::from(server);
        [
            (at_s, server, ServerState::Paused),
            (at_s + 2.0, server, ServerState::Up),
        ]
    });
    let mut scenario = Scenario {
        arrivals: poisson(20.0),
        sizes: sizes(SizeLaw::Exponential, 0.1, 1.0),
        servers: equal_servers(10),
        faults: faults(&pauses.collect::<Vec<_>>()),
        ..Scenario::default()
    };
    scenario.retry_policy.give_up.heard_by = HeardBy::Server;
    scenario.retry_policy.resend.to = RetryTo::Untried;
    scenario
}

/// Two zones of three servers, 0.2 s apart, that keep their clients' tasks. From 20 s on the first
/// has one server left, and from 50 to 80 s none.
fn zone_loss() -> Scenario {
    let mut servers = equal_servers(6);
    for (i, server) in servers.iter_mut().enumerate() {
        server.slots = 5;
        server.zone = i as u32 / 3;
    }
    let mut balancer = strategy(StrategyId::LeastConnections);
    balancer.locality = Locality {
        zones: ZonePreference::Same,
        least_servers: 2,
        latency_s: 0.2,
        ..Locality::default()
    };
    Scenario {
        duration_s: 100.0,
        arrivals: poisson(24.0),
        sizes: sizes(SizeLaw::Exponential, 0.5, 1.0),
        balancer,
        servers,
        faults: faults(&[
            (20.0, 0, ServerState::Down),
            (20.0, 1, ServerState::Down),
            (50.0, 2, ServerState::Down),
            (80.0, 0, ServerState::Up),
            (80.0, 1, ServerState::Up),
            (80.0, 2, ServerState::Up),
        ]),
        ..Scenario::default()
    }
}

/// Five equal servers under a strategy that learns from responses and never explores: whoever was
/// slow with its first task is not asked again.
fn first_impression() -> Scenario {
    let mut balancer = strategy(StrategyId::Bandit);
    balancer.strategy.learner = Learner::EpsilonGreedy;
    balancer.strategy.explore = 0.0;
    Scenario {
        duration_s: 600.0,
        arrivals: poisson(0.8),
        sizes: sizes(SizeLaw::Lognormal, 0.5, 1.0),
        balancer,
        servers: equal_servers(5),
        ..Scenario::default()
    }
}

/// Two equal servers, and a table that has to learn what counting knows: to join the shorter queue.
/// It never stops trying.
fn learning_to_queue() -> Scenario {
    let mut balancer = strategy(StrategyId::TableLearner);
    balancer.strategy.explore = 0.3;
    Scenario {
        duration_s: 600.0,
        arrivals: poisson(1.6),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer,
        servers: equal_servers(2),
        ..Scenario::default()
    }
}

/// Four equal servers under a bandit that learns fast. A response tells how a server was when the
/// task was sent, and until it comes all go to the same one.
fn bandit_herd() -> Scenario {
    let mut balancer = strategy(StrategyId::Bandit);
    balancer.strategy.learner = Learner::EpsilonGreedy;
    balancer.strategy.explore = 0.05;
    balancer.strategy.memory = 0.9;
    Scenario {
        duration_s: 600.0,
        arrivals: poisson(2.8),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer,
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// Twenty shards of data, 250 MB a task, at home on five servers with links of 1 Gbit/s: a fetch
/// takes 2 s, twice as long as a service. Server a is home to the most popular shard, and to more
/// than a third of all tasks.
fn popular_shard() -> Scenario {
    let mut balancer = strategy(StrategyId::DataLocal);
    balancer.strategy.weigh_queue = false;
    Scenario {
        duration_s: 300.0,
        arrivals: poisson(3.0),
        sizes: sizes(SizeLaw::Exponential, 1.0, 1.0),
        balancer,
        clients: Clients {
            urls: 20,
            url_skew: 1.0,
            ..Clients::default()
        },
        network: Network {
            data_mb: 250.0,
            ..Network::default()
        },
        servers: equal_servers(5),
        ..Scenario::default()
    }
}

/// A fast server is learnt for 100 s, and then becomes eight times as slow: all that was learnt is
/// in the way.
fn learnt_too_well() -> Scenario {
    let mut servers = servers(&[(1, 4.0), (1, 2.0), (1, 2.0)]);
    servers[0].slowdown = 8.0;
    let mut balancer = strategy(StrategyId::Bandit);
    balancer.strategy.learner = Learner::EpsilonGreedy;
    Scenario {
        duration_s: 180.0,
        arrivals: poisson(1.0),
        sizes: constant(1.0),
        balancer,
        servers,
        faults: faults(&[(100.0, 0, ServerState::Slow)]),
        ..Scenario::default()
    }
}

/// Eight programs that have just begun, each with a few tasks only: all of them pick the heaviest
/// server first.
fn first_pick() -> Scenario {
    let mut balancer = strategy(StrategyId::EdfWrr);
    balancer.place = Place::Hybrid;
    balancer.instances = 8;
    Scenario {
        duration_s: 40.0,
        arrivals: every(1.0),
        sizes: constant(1.5),
        balancer,
        servers: servers(&[(8, 2.0), (1, 1.0), (1, 1.0)]),
        ..Scenario::default()
    }
}

/// One URL has half of all requests, and a ring gives it to one server.
fn hot_key() -> Scenario {
    Scenario {
        arrivals: poisson(2.6),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::Ketama),
        clients: Clients {
            urls: 24,
            url_skew: 1.6,
            ..Clients::default()
        },
        servers: equal_servers(4),
        ..Scenario::default()
    }
}

/// The number of slots changes with the servers, and with it the slot of nearly every key.
fn remapping_storm() -> Scenario {
    Scenario {
        arrivals: poisson(2.4),
        sizes: constant(1.0),
        balancer: strategy(StrategyId::HaproxyMap),
        clients: Clients {
            urls: 400,
            ..Clients::default()
        },
        servers: equal_servers(4),
        faults: vec![Fault {
            at_s: 15.0,
            server: 3,
            state: ServerState::Draining,
        }],
        ..Scenario::default()
    }
}

/// Dealt at random, and evened out by those that run idle.
fn work_stealing() -> Scenario {
    Scenario {
        balancer: strategy(StrategyId::WorkStealing),
        ..super::strategies::distributed()
    }
}
