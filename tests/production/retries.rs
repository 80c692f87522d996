//! Timeouts, retries, closed loops and what is turned away.

use super::*;
use equipoise::scenario::{Place, RetryPolicy, Service, SizeLaw};

#[test]
fn a_closed_loop_never_has_more_tasks_than_users() {
    let mut s = presets::find("black-hole").expect("preset");
    s.arrivals.tasks = 5;
    let mut engine = Engine::new(&s);
    let mut most = 0;
    while engine.now_s() < 30.0 {
        engine.step(&mut ());
        most = most.max(engine.tasks().len());
    }
    assert_eq!(most, 5);
}

/// A server that takes 3 s for what clients wait 2 s for: each task is sent four times, and all
/// work is in vain.
#[test]
fn retries_follow_timeouts_and_the_server_works_in_vain() {
    let mut s = Scenario {
        servers: vec![ServerConfig {
            slots: 64,
            ..ServerConfig::default()
        }],
        ..Scenario::default()
    };
    s.arrivals = Arrivals {
        pattern: Pattern::Batch,
        tasks: 10,
        ..Arrivals::default()
    };
    s.sizes.mean = 3.0;
    s.retry_policy = RetryPolicy {
        timeout_s: Some(2.0),
        retries: 3,
        backoff_s: 1.0,
        budget: None,
        ..RetryPolicy::default()
    };
    let engine = run(&s, 100.0);
    let t = engine.totals();
    assert_eq!(
        (
            t.arrived,
            t.retries,
            t.timeouts,
            t.finished,
            t.wasted,
            t.good()
        ),
        (40, 30, 40, 40, 40, 0)
    );
    // Sent at 0, 3, 6 and 9 s; the last is done at 12.
    assert_eq!((t.rounds, t.last_round_s), (1, 12.0));
    s.retry_policy.budget = Some(0.1);
    // A full bucket of ten, which holds no more.
    assert_eq!(run(&s, 100.0).totals().retries, 10);
}

/// Long after the servers have recovered, most of their work is for clients that have given up; a
/// budget of 20 % lets them recover.
#[test]
fn a_retry_storm_outlives_its_cause_unless_there_is_a_budget() {
    let good = preset("retry-storm").map(|scenario| {
        let mut engine = Engine::new(&scenario);
        engine.run_until(40.0, &mut ());
        let before = engine.totals().good();
        engine.run_until(60.0, &mut ());
        engine.totals().good() - before
    });
    // Fresh tasks: 40, of which nearly all should be served.
    assert!(good[0] < 15 && good[1] > 30, "{good:?}");
}

#[test]
fn a_balancer_sheds_what_goes_beyond_its_limit() {
    let mut s = presets::find("round-robin").expect("preset");
    s.arrivals.rate_per_s = 20.0;
    s.balancer.shed_above = Some(7);
    let mut engine = Engine::new(&s);
    while engine.now_s() < 30.0 {
        engine.step(&mut ());
        assert!(engine.tasks().len() <= 7);
    }
    assert!(engine.totals().rejected[Rejection::Shed as usize] > 0);
    s.balancer.dispatcher.connections = Some(5);
    let totals = run(&s, 30.0).totals().clone();
    assert_eq!(
        totals.rejected[Rejection::Connections as usize],
        totals.rejected_sum()
    );
}

/// Under every service and place, a long storm of everything at once ends with the books in order
/// and time still passing.
#[test]
fn time_passes_when_everything_is_turned_away() {
    for place in [Place::Software, Place::Hybrid] {
        let mut s = presets::find("black-hole").expect("preset");
        s.balancer.place = place;
        s.servers.iter_mut().for_each(|server| {
            server.state = ServerState::Down;
            server.service = Service::ProcessorSharing;
        });
        s.faults = Vec::new();
        s.arrivals.pause_s = 0.0;
        s.retry_policy = RetryPolicy {
            retries: 100,
            ..RetryPolicy::default()
        };
        let engine = run(&s, 100.0);
        assert!(engine.totals().events < 1_000_000);
        assert_eq!(engine.totals().finished, 0);
    }
}

/// Little's law on what was served, where every task is: closed loop, no errors, no pause: X·R =
/// N.
#[test]
fn a_closed_loop_keeps_littles_law() {
    let mut s = black_hole(StrategyId::LeastConnections);
    s.servers[2].state = ServerState::Up;
    s.sizes.law = SizeLaw::Exponential;
    let engine = run(&s, 200.0);
    let x = engine.totals().finished as f64 / 200.0;
    let r = mean_response_s(&engine);
    assert!((x * r - 12.0).abs() < 0.01, "{x} tasks/s × {r} s");
}
