//! Our own exports, read again: the scenario comes back, but for what the export says it lost.

use crate::scenarios::{everything, with};
use equipoise::balance::StrategyId;
use equipoise::balance::rules::network;
use equipoise::export::{Program, configuration};
use equipoise::import::read;
use equipoise::scenario::{KeySource, Place, Scenario, ServerState, presets};

/// Every preset under its own strategy and under each other one that it allows, and each strategy
/// with all that there is.
fn scenarios() -> Vec<Scenario> {
    equipoise::serving::install();
    let mut all = Vec::new();
    for preset in presets::all() {
        for &id in StrategyId::ALL {
            let mut scenario = preset.scenario();
            scenario.balancer.strategy.id = id;
            if scenario.validate().is_ok() {
                all.push(scenario);
            }
        }
        all.push(preset.scenario());
        let mut scenario = preset.scenario();
        if let Some(fix) = preset.fix {
            fix(&mut scenario);
            all.push(scenario);
        }
    }
    for &id in StrategyId::ALL {
        let mut plainer = everything(id);
        plainer
            .servers
            .iter_mut()
            .for_each(|server| server.state = ServerState::Up);
        plainer
            .balancer
            .rules
            .retain(|rule| rule.by != KeySource::Ip);
        all.extend([with(id), everything(id), plainer]);
    }
    all
}

fn again(scenario: &Scenario, program: Program) -> (String, Scenario) {
    let text = configuration(program, scenario);
    let import = read(&text, program, None)
        .unwrap_or_else(|problem| panic!("{}:{problem}\n{text}", program.file_name()));
    (text, import.scenario)
}

/// What is no comment.
fn body(text: &str) -> Vec<&str> {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    lines.collect()
}

/// The export of what was read is the export: nothing that it says got lost on the way.
#[test]
fn what_is_read_is_exported_alike() {
    let all = scenarios();
    assert!(all.len() > 1000);
    for program in Program::ALL {
        for scenario in &all {
            let (text, back) = again(scenario, program);
            // The groups or the servers behind are then called otherwise, or a first fit, which
            // always goes by slots, has others.
            let renamed = [
                "rules by address",
                "are left out",
                "its own number of connections; Caddy",
            ];
            if renamed.iter().any(|lost| text.contains(lost)) {
                continue;
            }
            let other = configuration(program, &back);
            let differs = body(&text)
                .into_iter()
                .zip(body(&other))
                .find(|(a, b)| a != b);
            assert!(
                differs.is_none() && body(&text).len() == body(&other).len(),
                "{}, {}, {}: {differs:?}\n{text}\n{other}",
                program.as_str(),
                scenario.name,
                scenario.balancer.strategy.id
            );
        }
    }
}

/// What the export does not say it lost comes back, field by field.
#[test]
fn what_is_not_lost_comes_back() {
    for program in Program::ALL {
        for scenario in scenarios() {
            let (text, back) = again(&scenario, program);
            let lost = |words: &str| {
                text.lines()
                    .any(|l| l.starts_with("# Lost: ") && l.contains(words))
            };
            let case = format!("{}, {}\n{text}", program.as_str(), scenario.name);
            let id = scenario.balancer.strategy.id;
            if !lost("is not among") {
                let same = back.balancer.strategy.id == id;
                assert!(
                    same || is_another_word(id),
                    "{}: {case}",
                    back.balancer.strategy.id
                );
            }
            let health = &scenario.balancer.health;
            let read = &back.balancer.health;
            if !lost("an ejection ends") && !lost("health checks;") {
                assert_eq!(read.check_interval_s, health.check_interval_s, "{case}");
                assert_eq!(read.max_fails, health.max_fails, "{case}");
            }
            if health.check_interval_s.is_some() && !lost("checks") {
                assert_eq!((read.rise, read.fall), (health.rise, health.fall), "{case}");
            }
            if !lost("are unhealthy, all are used") && !lost("panic") {
                assert_eq!(read.panic_share, health.panic_share, "{case}");
            }
            if !lost("begins slowly") {
                assert_eq!(read.slow_start_s, health.slow_start_s, "{case}");
            }
            let policy = &scenario.retry_policy;
            assert_eq!(back.retry_policy.timeout_s, policy.timeout_s, "{case}");
            assert_eq!(back.retry_policy.retries, policy.retries, "{case}");
            if program == Program::Envoy && !lost("a second copy") {
                assert_eq!(back.retry_policy.hedge, policy.hedge, "{case}");
            }
            if !lost("rules by address") && !lost("left out") {
                assert_eq!(rules(&back), rules(&scenario), "{case}");
            }
            let away = |s: &ServerState| matches!(s, ServerState::Draining | ServerState::Down);
            let states = |s: &Scenario| s.servers.iter().filter(|s| away(&s.state)).count();
            if !lost("left out") {
                assert_eq!(back.servers.len(), scenario.servers.len(), "{case}");
                assert_eq!(states(&back), states(&scenario), "{case}");
            }
            if scenario.balancer.place == Place::Hardware && !lost("is a device") {
                assert_eq!(back.balancer.place, Place::Hardware, "{case}");
            }
        }
    }
}

/// The rules, with networks as what they fit.
fn rules(scenario: &Scenario) -> Vec<(KeySource, String, Vec<u16>)> {
    let rules = scenario.balancer.rules.iter();
    let rules = rules.map(|rule| {
        let network = network(&rule.pattern).filter(|_| rule.by == KeySource::Ip);
        let pattern = match network {
            Some((address, bits)) => {
                let host = 32 - bits;
                format!("{}/{bits}", u32::from(address) >> host << host)
            }
            None => rule.pattern.clone(),
        };
        let mut servers = rule.servers.clone();
        servers.sort_unstable();
        (rule.by, pattern, servers)
    });
    rules.collect()
}

/// Strategies that a program has under one name: random picks without weights, and turns without.
fn is_another_word(id: StrategyId) -> bool {
    use StrategyId::*;
    matches!(
        id,
        RoundRobin | Random | Pull | LeastRequest | TwoChoices | EdfWrr | FirstFit | BoundedLoad
    )
}
