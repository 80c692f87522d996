//! Numbers that change by plan, servers that err at times or stand still, and backups.

use super::*;
use equipoise::scenario::{ErrorShare, PlannedChange, SizeLaw};

/// A change at once.
fn change(at_s: f64, field: &str, to: f64) -> PlannedChange {
    PlannedChange {
        at_s,
        field: field.into(),
        to,
        over_s: 0.0,
        every_s: None,
    }
}

/// Ten tasks a second for one fast server.
fn steady() -> Scenario {
    let mut s = Scenario {
        servers: vec![ServerConfig::default(); 1],
        ..Scenario::default()
    };
    s.arrivals.rate_per_s = 10.0;
    s.sizes.mean = 0.001;
    s
}

/// Tasks that arrived in each of these spans, from one end to the next (s).
fn arrived(s: &Scenario, ends: &[f64]) -> Vec<u64> {
    assert_eq!(s.validate(), Ok(()));
    let mut engine = Engine::new(s);
    let mut before = 0;
    ends.iter()
        .map(|&end_s| {
            engine.run_until(end_s, &mut ());
            let now = engine.totals().arrived;
            let more = now - before;
            before = now;
            more
        })
        .collect()
}

/// A burst of a hundred a second from 10 to 12 s, and again every 20 s: by hand 100, 200, 180, 200
/// and 80 tasks.
#[test]
fn a_burst_comes_at_its_time_and_again() {
    let mut s = steady();
    s.changes = [(10.0, 100.0), (12.0, 10.0)]
        .map(|(at_s, to)| PlannedChange {
            every_s: Some(20.0),
            ..change(at_s, "arrivals.rate_per_s", to)
        })
        .into();
    let counts = arrived(&s, &[9.99, 11.99, 29.99, 31.99, 39.99]);
    for (count, expected) in counts.iter().zip([100, 200, 180, 200, 80]) {
        assert!(count.abs_diff(expected) <= 2, "{counts:?}");
    }
}

/// A ramp from 10 to 110 a second over 20 s: ∫ (10 + 5 t) dt is 350 in its first half and 850 in
/// its second, and each of the fifty steps comes as late as it is long, which adds 1 a second.
#[test]
fn a_ramp_rises_evenly() {
    let mut s = steady();
    s.arrivals.pattern = Pattern::Poisson;
    s.changes = vec![PlannedChange {
        over_s: 20.0,
        ..change(100.0, "arrivals.rate_per_s", 110.0)
    }];
    let counts = arrived(&s, &[100.0, 110.0, 120.0, 130.0]);
    for (count, expected) in counts.iter().zip([1000.0, 340.0, 840.0, 1100.0_f64]) {
        let error = (*count as f64 - expected).abs();
        assert!(error < 4.0 * expected.sqrt(), "{counts:?}");
    }
}

/// Weights as an agent sets them: 1 : 1 until 50 s, then 3 : 1.
#[test]
fn weights_change_at_a_time() {
    let mut s = steady();
    s.servers = vec![ServerConfig::default(); 2];
    s.changes = vec![change(50.0, "servers.0.weight", 3.0)];
    let mut engine = Engine::new(&s);
    engine.run_until(49.95, &mut ());
    assert_eq!(engine.servers()[0].assigned, 250);
    engine.run_until(89.95, &mut ());
    assert_eq!(engine.servers()[0].assigned, 250 + 300);
    assert_eq!(engine.scenario().servers[0].weight, 3);
    // A new run begins with what was configured.
    assert_eq!(engine.without_faults(engine.scenario().clone()), s);
}

/// Each server gets its own weight back, and so it does if the plan itself was edited meanwhile.
#[test]
fn a_new_run_begins_with_each_servers_own() {
    let mut s = steady();
    s.servers = [1, 2, 5]
        .map(|weight| ServerConfig {
            weight,
            ..ServerConfig::default()
        })
        .to_vec();
    s.changes = vec![change(5.0, "servers.*.weight", 3.0)];
    let mut engine = Engine::new(&s);
    engine.run_until(6.0, &mut ());
    let weights = |s: &Scenario| s.servers.iter().map(|s| s.weight).collect::<Vec<_>>();
    assert_eq!(weights(engine.scenario()), [3, 3, 3]);
    let mut edited = engine.scenario().clone();
    edited.changes.clear();
    engine.reconfigure(&edited, &mut ());
    engine.run_until(7.0, &mut ());
    assert_eq!(weights(engine.scenario()), [3, 3, 3]);
    assert_eq!(weights(&engine.without_faults(edited.clone())), [1, 2, 5]);
    // What is edited by hand stays.
    edited.servers[1].weight = 4;
    assert_eq!(weights(&engine.without_faults(edited)), [1, 4, 5]);
}

#[test]
fn a_change_that_cannot_be_is_refused_with_its_field() {
    for (plan, says) in [
        (change(1.0, "arrivals.rate", 1.0), "changes[0].field"),
        (change(1.0, "servers.9.weight", 1.0), "changes[0].to"),
        (change(1.0, "servers.0.weight", 1e7), "changes[0].to"),
        (change(1.0, "servers", 2.0), "changes[0].field"),
        (change(1.0, "balancer.place", 1.0), "changes[0].field"),
        (change(1.0, "changes.0.to", 1.0), "changes[0].field"),
    ] {
        let mut s = steady();
        s.changes = vec![plan];
        let error = s.validate().expect_err(says).to_string();
        assert!(error.contains(says), "{error}");
    }
}

/// A value on the way that no scenario may have is refused, though the last one would be right.
#[test]
fn each_change_leaves_a_scenario_that_is_allowed() {
    let mut s = steady();
    s.sizes.law = SizeLaw::Uniform;
    s.sizes.spread = 0.5;
    s.changes = vec![
        change(5.0, "sizes.spread", 20.0),
        change(10.0, "sizes.spread", 0.5),
    ];
    let error = s.validate().expect_err("a size below nothing").to_string();
    assert!(error.contains("sizes.spread"), "{error}");
    s.changes.remove(0);
    assert_eq!(s.validate(), Ok(()));
}

/// 5 % of 2,000 tasks fail: the standard deviation is 9.7, four of them are allowed.
#[test]
fn a_flaky_server_fails_its_share() {
    let mut s = steady();
    s.servers[0].state = ServerState::Flaky;
    s.servers[0].error_share = ErrorShare(0.05);
    let engine = run(&s, 199.95);
    let errors = engine.totals().rejected[Rejection::ServerError as usize];
    assert!(errors.abs_diff(100) < 39, "{errors}");
    assert_eq!(engine.totals().finished + errors, engine.totals().arrived);
}

/// A server stopped from 10 to 20 s keeps its tasks: one second of work that began at 9.5 s ends at
/// 20.5 s.
#[test]
fn a_paused_server_keeps_what_it_has() {
    let mut s = steady();
    s.arrivals.start_s = 9.5;
    s.arrivals.rate_per_s = 0.001;
    s.sizes.mean = 1.0;
    s.faults = vec![
        fault(10.0, 0, ServerState::Paused),
        fault(20.0, 0, ServerState::Up),
    ];
    let mut engine = Engine::new(&s);
    engine.run_until(20.49, &mut ());
    assert_eq!(engine.totals().finished, 0);
    engine.run_until(20.51, &mut ());
    assert_eq!(engine.totals().finished, 1);
}

/// wrk#99 and gatling#2077: a system that is frozen for half of a run. A closed loop would see one
/// slow task; of open arrivals all that come meanwhile wait, 2.5 s on average.
#[test]
fn a_stopped_server_makes_open_arrivals_wait() {
    let mut s = steady();
    s.arrivals.rate_per_s = 100.0;
    s.faults = vec![
        fault(5.0, 0, ServerState::Paused),
        fault(10.0, 0, ServerState::Up),
    ];
    let engine = run(&s, 11.0);
    // 500 tasks that waited 2.5 s on average, and 600 that took a millisecond.
    let sum_s = engine.totals().response_sum_s;
    assert!((sum_s - 500.0 * 2.75).abs() < 150.0, "{sum_s}");
}

/// haproxy#1350 and nginx#629: backups get nothing until all others are out, and then everything.
#[test]
fn backups_stand_in_for_all_others() {
    let mut s = steady();
    s.servers = vec![ServerConfig::default(); 4];
    s.servers[2].backup = true;
    s.servers[3].backup = true;
    s.faults = vec![
        fault(10.0, 0, ServerState::Down),
        fault(20.0, 1, ServerState::Down),
        fault(30.0, 0, ServerState::Up),
    ];
    let mut engine = Engine::new(&s);
    let mut before = [0; 4];
    for (until_s, expected) in [
        (9.95, [50, 50, 0, 0]),
        (19.95, [0, 100, 0, 0]),
        (29.95, [0, 0, 50, 50]),
        (39.95, [100, 0, 0, 0]),
    ] {
        engine.run_until(until_s, &mut ());
        let now = [0, 1, 2, 3].map(|server| engine.servers()[server].assigned);
        let more = [0, 1, 2, 3].map(|server| now[server] - before[server]);
        assert_eq!(more, expected, "until {until_s} s");
        before = now;
    }
}
