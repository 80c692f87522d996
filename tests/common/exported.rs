//! Scenarios that use all that can be exported.

use equipoise::balance::{StrategyConfig, StrategyId};
use equipoise::scenario::{
    Dispatcher, Health, KeySource, RetryPolicy, Rule, Scenario, ServerConfig, ServerState,
};

/// A plain scenario with this strategy.
pub(crate) fn with(id: StrategyId) -> Scenario {
    let strategy = StrategyConfig {
        id,
        ..StrategyConfig::default()
    };
    let mut scenario = Scenario::default();
    scenario.balancer.strategy = strategy;
    scenario
}

/// A scenario that uses all that can be exported.
pub(crate) fn everything(id: StrategyId) -> Scenario {
    let mut s = with(id);
    s.name = "a \"name\"\nin two lines".into();
    s.servers = (1..=4)
        .map(|i| ServerConfig {
            weight: 250 * i,
            slots: i,
            queue: (i > 1).then_some(i),
            ..ServerConfig::default()
        })
        .collect();
    s.servers[1].state = ServerState::Draining;
    s.servers[2].state = ServerState::Down;
    s.balancer.dispatcher = Dispatcher {
        decisions_per_s: Some(9.0),
        latency_s: 0.1,
        connections: Some(90),
    };
    s.balancer.shed_above = Some(80);
    s.balancer.health = Health {
        check_interval_s: Some(2.0),
        max_fails: Some(3),
        panic_share: 0.5,
        slow_start_s: Some(20.0),
        ..Health::default()
    };
    s.retry_policy = RetryPolicy {
        timeout_s: Some(1.5),
        retries: 2,
        backoff_s: 0.1,
        budget: Some(0.2),
        ..RetryPolicy::default()
    };
    if !id.pools() && id != StrategyId::WorkStealing {
        s.balancer.rules = [
            (KeySource::Ip, "10.0.3.7/24"),
            (KeySource::Url, "/a b\"';{}#$\\.*/"),
            (KeySource::Header, "-i t\n\"0'; é$"),
        ]
        .map(|(by, pattern)| Rule {
            by,
            pattern: pattern.into(),
            servers: vec![3, 0],
        })
        .to_vec();
    }
    s
}
