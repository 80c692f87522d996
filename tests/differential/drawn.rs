//! Random scenarios that a program's export says all of.

use crate::dice::Dice;
use equipoise::balance::{EdfVariant, StrategyId};
use equipoise::export::Program;
use equipoise::scenario::{
    Fault, OnError, PassiveRule, RetryTo, Scenario, ServerConfig, ServerState,
};

pub(crate) const LASTS_S: f64 = 6.0;
/// When a server answers with errors. Both ends lie halfway between two of the simulator's health
/// checks, which come every 0.2 s: a program's own checks have another phase, at most 0.1 s away.
pub(crate) const FAILS_S: std::ops::Range<f64> = 1.1..2.7;
pub(crate) const ERROR_S: f64 = 0.002;
/// Longer than the errors last: whether a server that is back is taken out once more would be
/// chance.
pub(crate) const EJECTION_S: f64 = 2.0;

/// The strategies that a program has itself.
fn strategies(program: Program) -> &'static [StrategyId] {
    use StrategyId as S;
    match program {
        Program::Nginx => &[
            S::SmoothWrr,
            S::LeastConnections,
            S::WeightedRandom,
            S::UriHash,
        ],
        Program::Haproxy => &[
            S::HaproxyWrr,
            S::StaticMap,
            S::HaproxyLeastconn,
            S::HaproxyRing,
            S::HaproxyMap,
            S::HaproxyRandom,
        ],
        Program::Envoy => &[S::EdfWrr, S::LeastRequest, S::Random],
        Program::Traefik => &[S::TraefikWrr, S::TwoChoices],
        // Among idle servers `random_choose` turns on which one was left a moment ago.
        Program::Caddy => &[S::CaddyWrr, S::Random],
    }
}

/// Three or four servers, one of which mostly fails for a while; with retries, and with health by
/// the program's own rule.
pub(crate) fn drawn(number: usize) -> (Program, Scenario) {
    let dice = &mut Dice(50_000 + number as u64);
    // Half of them for the two whose health is least like ours.
    let program = match number % 8 {
        0 | 1 => Program::Nginx,
        2 | 3 => Program::Haproxy,
        4 | 5 => Program::Envoy,
        6 => Program::Traefik,
        _ => Program::Caddy,
    };
    let mut s = Scenario::default();
    let ids = strategies(program);
    let id = ids[dice.roll(ids.len() as u64) as usize];
    s.seed = number as u32;
    s.duration_s = LASTS_S;
    s.balancer.strategy.id = id;
    s.balancer.strategy.edf = EdfVariant::EnvoySeeded;
    s.arrivals.rate_per_s = 40.0 + dice.roll(21) as f64;
    s.sizes.mean = 0.03 + 0.02 * dice.roll(3) as f64;
    let weighs = !matches!(id, StrategyId::Random | StrategyId::TwoChoices);
    let mut weight = || if weighs { 1 + dice.roll(4) as u32 } else { 1 };
    s.servers = [weight(), weight(), weight(), weight()]
        .map(|weight| ServerConfig {
            weight,
            slots: 64,
            error_s: ERROR_S,
            ..ServerConfig::default()
        })
        .to_vec();
    s.servers.truncate(3 + dice.roll(2) as usize);
    let failing = dice.roll(s.servers.len() as u64) as u16;
    let mode = dice.roll(5);
    if mode > 0 {
        s.faults = [
            (FAILS_S.start, ServerState::Failing),
            (FAILS_S.end, ServerState::Up),
        ]
        .map(|(at_s, state)| Fault {
            at_s,
            server: failing,
            state,
        })
        .to_vec();
    }
    if mode > 1 && !matches!(program, Program::Traefik | Program::Caddy) {
        s.retry_policy.retries = 1 + dice.roll(2) as u32;
        s.retry_policy.resend.to = match program {
            Program::Nginx => RetryTo::Untried,
            Program::Haproxy if id == StrategyId::HaproxyMap => RetryTo::Any,
            Program::Haproxy => RetryTo::NotLast,
            _ if id == StrategyId::Random => RetryTo::Any,
            _ => RetryTo::Untried,
        };
        if mode > 2 {
            guard(program, &mut s, 1 + dice.roll(3) as u32);
        }
    }
    assert_eq!(s.validate(), Ok(()), "{number}");
    (program, s)
}

/// Servers are taken out after `fails` failures, by the program's rule.
fn guard(program: Program, s: &mut Scenario, fails: u32) {
    let health = &mut s.balancer.health;
    health.max_fails = Some(fails);
    health.ejection_s = EJECTION_S;
    health.passive.rule = match program {
        Program::Nginx => PassiveRule::Nginx,
        Program::Haproxy => PassiveRule::Haproxy,
        _ => PassiveRule::Envoy,
    };
    health.passive.on_error = OnError::MarkDown;
    health.passive.sweep_s = 0.2;
    health.passive.most_share = 1.0;
    if program == Program::Haproxy {
        health.check_interval_s = Some(0.2);
    }
}
