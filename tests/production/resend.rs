//! How long clients pause before a retry, and where it goes.

use super::*;
use equipoise::scenario::{Backoff, Resend, RetryPolicy, RetryTo};

/// When the tries of one task arrive at a server that fails (s).
fn tries(resend: Resend) -> Vec<f64> {
    let mut s = Scenario {
        servers: vec![ServerConfig::default()],
        ..Scenario::default()
    };
    s.arrivals.pattern = Pattern::Batch;
    s.arrivals.tasks = 1;
    s.servers[0].state = ServerState::Failing;
    s.retry_policy = RetryPolicy {
        retries: 5,
        backoff_s: 1.0,
        resend,
        ..RetryPolicy::default()
    };
    assert_eq!(s.validate(), Ok(()));
    let mut engine = Engine::new(&s);
    let mut at_s = Vec::new();
    while !engine.is_over() && engine.step(&mut ()) {
        if at_s.len() < engine.totals().arrived as usize {
            at_s.push(engine.now_s());
        }
    }
    at_s
}

/// Pauses of 1, 2, 4 s and so on, no longer than 5 s; each error takes a millisecond.
#[test]
fn pauses_double_up_to_their_limit() {
    let exponential = Resend {
        backoff: Backoff::Exponential,
        longest_s: Some(5.0),
        ..Resend::default()
    };
    let at_s = tries(exponential);
    for (at_s, expected) in at_s.iter().zip([0.0, 1.0, 3.0, 7.0, 12.0, 17.0]) {
        assert!((at_s - expected).abs() < 0.01, "{at_s}, {expected}");
    }
    assert_eq!(at_s.len(), 6);
    for (at_s, expected) in tries(Resend::default()).iter().zip(0..6) {
        assert!((at_s - f64::from(expected)).abs() < 0.01, "{at_s}");
    }
}

#[test]
fn jitter_takes_up_to_its_part_of_a_pause_and_is_the_same_for_a_seed() {
    let jittered = Resend {
        jitter: 0.5,
        ..Resend::default()
    };
    let at_s = tries(jittered.clone());
    let pauses: Vec<f64> = at_s.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        pauses.iter().all(|pause| (0.5..1.01).contains(pause)),
        "{pauses:?}"
    );
    assert!(pauses.iter().any(|pause| (pause - pauses[0]).abs() > 0.01));
    assert_eq!(tries(jittered), at_s);
}

/// Ten tasks a second with one key for 100 s, of which the first servers fail: how many tries there
/// were, and how many were served.
fn with_one_key(failing: usize, to: RetryTo) -> (u64, u64) {
    let mut s = Scenario::default();
    s.arrivals.rate_per_s = 10.0;
    s.sizes.mean = 0.01;
    s.clients.urls = 1;
    for server in &mut s.servers[..failing] {
        server.state = ServerState::Failing;
    }
    s.balancer.strategy.id = StrategyId::HaproxyRing;
    s.retry_policy.retries = 2;
    s.retry_policy.resend.to = to;
    let engine = run(&s, 99.95);
    (engine.totals().arrived, engine.totals().finished)
}

/// haproxy#2893: under a hash a retry comes to the same server, which is right for Envoy without a
/// predicate; HAProxy with `option redispatch 1` served 50 of 50, each at its second try.
#[test]
fn a_retry_may_go_to_another_server() {
    assert_eq!(with_one_key(1, RetryTo::Any), (3000, 0));
    assert_eq!(with_one_key(1, RetryTo::NotLast), (2000, 1000));
    assert_eq!(with_one_key(1, RetryTo::Untried), (2000, 1000));
}

/// nginx remembers all servers that a request has been at (`tried`), so two retries always find the
/// one of three that is left.
#[test]
fn a_retry_may_go_to_a_server_that_is_left() {
    let (tries, served) = with_one_key(2, RetryTo::Untried);
    assert_eq!(served, 1000);
    assert!((2000..=3000).contains(&tries), "{tries}");
}
