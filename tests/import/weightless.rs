//! A server of weight 0 takes nothing new, under any strategy; no export says otherwise.

use equipoise::balance::StrategyId;
use equipoise::export::{Program, configuration};
use equipoise::scenario::presets;

#[test]
fn a_server_without_a_weight_gets_nothing_in_any_export() {
    equipoise::serving::install();
    let ids = [
        StrategyId::SmoothWrr,
        StrategyId::Random,
        StrategyId::LeastConnections,
        StrategyId::RoundRobin,
        StrategyId::TwoChoices,
    ];
    for id in ids {
        let mut scenario = presets::find("weights").expect("it ships");
        scenario.balancer.strategy.id = id;
        scenario.servers[1].weight = 0;
        scenario.validate().expect("it is valid");
        let line = |program, start: &str| {
            let text = configuration(program, &scenario);
            let found = text.lines().find(|line| line.trim().starts_with(start));
            let found = found.map(str::to_string);
            found.unwrap_or_else(|| panic!("{id}: {text}"))
        };
        let nginx = line(Program::Nginx, "server 10.1.0.2:");
        assert!(
            nginx.ends_with(" down;") && !nginx.contains("weight"),
            "{nginx}"
        );
        let haproxy = line(Program::Haproxy, "server b");
        assert!(haproxy.contains(" weight 0"), "{id}: {haproxy}");
        let envoy = configuration(Program::Envoy, &scenario);
        assert!(!envoy.contains("load_balancing_weight: 0"), "{id}: {envoy}");
        assert_eq!(envoy.matches("health_status: DRAINING").count(), 1, "{id}");
    }
}
