//! Weights from none to a million.

use super::*;

/// Twenty thousand tasks under a strategy; the servers' shares.
fn shares(id: StrategyId, weights: &[u32]) -> Vec<f64> {
    let mut s = Scenario::default();
    let with = |&weight: &u32| ServerConfig {
        weight,
        ..ServerConfig::default()
    };
    s.servers = weights.iter().map(with).collect();
    s.arrivals.rate_per_s = 100.0;
    s.sizes.mean = 0.001;
    s.balancer.strategy.id = id;
    let engine = run(&s, 199.995);
    (0..weights.len())
        .map(|server| share(&engine, server))
        .collect()
}

/// traefik#1294: a server of weight 0 gets nothing, whatever the strategy.
#[test]
fn a_server_without_weight_gets_nothing() {
    equipoise::serving::install();
    let mut asked = 0;
    for &id in StrategyId::ALL {
        if id.routes_requests() {
            continue;
        }
        let shares = shares(id, &[3, 0, 2]);
        assert_eq!(shares[1], 0.0, "{id}");
        assert!((shares[0] + shares[2] - 1.0).abs() < 1e-9, "{id}");
        asked += 1;
    }
    assert!(asked > 30);
}

/// Where no server has a weight, no task finds one, and nothing worse happens: neither alone nor in
/// a group of the rule table.
#[test]
fn no_weight_at_all_is_no_server() {
    use equipoise::scenario::{KeySource, Rule};

    equipoise::serving::install();
    let group = Rule {
        by: KeySource::Url,
        pattern: "/chat/".into(),
        servers: vec![1],
    };
    let mut asked = 0;
    for &id in StrategyId::ALL {
        for rules in [vec![], vec![group.clone()]] {
            let mut s = Scenario {
                servers: vec![ServerConfig::default(); 2],
                ..Scenario::default()
            };
            for server in &mut s.servers {
                server.weight = 0;
            }
            s.balancer.strategy.id = id;
            s.balancer.rules = rules;
            if s.validate().is_err() {
                continue;
            }
            let mut engine = Engine::new(&s);
            engine.run_until(20.0, &mut ());
            assert_eq!(engine.totals().finished, 0, "{id}");
            assert!(engine.totals().arrived > 0, "{id}");
            asked += 1;
        }
    }
    assert!(asked > 60, "{asked}");
}

/// traefik#4494 asks for 10000 and 23333, Gateway API for 999500 and 500: a canary of 0.05 %.
#[test]
fn large_weights_are_kept_to_the_last_digit() {
    for id in [
        StrategyId::SmoothWrr,
        StrategyId::EdfWrr,
        StrategyId::WeightedRandom,
    ] {
        let uneven = shares(id, &[10_000, 23_333]);
        assert!((uneven[0] - 0.3).abs() < 0.01, "{id}: {uneven:?}");
        let canary = shares(id, &[999_500, 500]);
        let within = match id {
            StrategyId::WeightedRandom => 4.0 * (0.000_5_f64 / 20_000.0).sqrt(),
            _ => 1.0 / 20_000.0,
        };
        assert!((canary[1] - 0.000_5).abs() <= within, "{id}: {canary:?}");
    }
    let thirds = shares(StrategyId::SmoothWrr, &[333, 333, 334]);
    assert!((thirds[2] - 0.334).abs() < 1e-4, "{thirds:?}");
}

/// A table with a place for each unit would be too large, and says so.
#[test]
fn a_table_takes_weights_up_to_a_thousand() {
    let mut s = Scenario::default();
    s.servers[0].weight = 1001;
    assert_eq!(s.validate(), Ok(()));
    s.balancer.strategy.id = StrategyId::ExpandedWrr;
    let error = s.validate().expect_err("is laid out").to_string();
    assert!(
        error.contains("0 to 1000, as this strategy lays out"),
        "{error}"
    );
}
