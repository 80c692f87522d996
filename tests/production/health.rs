//! Health checks, ejection and slow start.

use super::*;
use equipoise::scenario::Health;

#[test]
fn ejection_brings_the_black_holes_share_down() {
    let mut s = black_hole(StrategyId::LeastConnections);
    s.balancer.health = Health {
        max_fails: Some(3),
        ejection_s: 1.0,
        ..Health::default()
    };
    let drawn = share(&run(&s, 2.5), 2);
    // Three tries a second, and what is on its way by then.
    assert!(drawn < 0.05, "{drawn}");
}

#[test]
fn checks_take_it_out_after_fall_and_bring_it_back_after_rise() {
    let mut s = black_hole(StrategyId::RoundRobin);
    s.faults = vec![fault(10.25, 2, ServerState::Up)];
    s.balancer.health = Health {
        check_interval_s: Some(0.5),
        fall: 3,
        rise: 2,
        ..Health::default()
    };
    let mut engine = Engine::new(&s);
    for (until_s, ill) in [(1.49, false), (1.5, true), (10.99, true), (11.0, false)] {
        engine.run_until(until_s, &mut ());
        assert_eq!(engine.found_unhealthy(2), ill, "at {until_s} s");
        assert_eq!(engine.healthy().has(2), !ill, "at {until_s} s");
    }
}

/// Tasks lost to a server that goes down at 10.5 s, of ten a second over three servers.
fn lost(health: Health) -> u64 {
    let mut s = Scenario {
        faults: vec![fault(10.5, 1, ServerState::Down)],
        ..Scenario::default()
    };
    s.balancer.strategy.id = StrategyId::RoundRobin;
    s.balancer.health = health;
    s.arrivals.rate_per_s = 10.0;
    s.sizes.mean = 0.01;
    run(&s, 20.0).totals().rejected[Rejection::ServerDown as usize]
}

/// With neither checks nor ejection, as it always was; with either, tasks are lost until the
/// balancer has found out.
#[test]
fn a_balancer_that_must_find_out_loses_tasks_to_a_server_that_is_down() {
    assert_eq!(lost(Health::default()), 0);
    assert_eq!(
        lost(Health {
            max_fails: Some(4),
            ejection_s: 100.0,
            ..Health::default()
        }),
        4
    );
    // Checks at 11, 12 and 13 s: 2.5 s of a third of ten tasks a second.
    let checked = lost(Health {
        check_interval_s: Some(1.0),
        ..Health::default()
    });
    assert!((8..=9).contains(&checked), "{checked}");
}

#[test]
fn below_the_panic_threshold_all_servers_are_used() {
    let mut s = Scenario {
        faults: vec![fault(1.0, 0, ServerState::Failing)],
        ..Scenario::default()
    };
    s.servers = vec![ServerConfig::default(); 4];
    s.faults.push(fault(5.0, 1, ServerState::Failing));
    s.faults.push(fault(9.0, 2, ServerState::Failing));
    s.balancer.health = Health {
        check_interval_s: Some(0.5),
        fall: 1,
        panic_share: 0.5,
        ..Health::default()
    };
    let mut engine = Engine::new(&s);
    // Two of four healthy servers are not below half. One is.
    for (until_s, used) in [(2.0, 3), (6.0, 2), (10.0, 4)] {
        engine.run_until(until_s, &mut ());
        assert_eq!(engine.healthy().len(), used, "at {until_s} s");
    }
    s.balancer.health.panic_share = 0.0;
    assert_eq!(run(&s, 10.0).healthy().len(), 1);
}

/// A server that comes back at 10 s has weight(t) = max(0.1, t/20 s) of its own beside one whole
/// weight: over the window its share is ∫ w/(1 + w) dt / 20 s = 0.1·0.1/1.1 + [w − ln(1 + w)]
/// from 0.1 to 1 = 0.311, and a half afterwards.
#[test]
fn a_slow_start_ramps_the_share() {
    let mut s = Scenario {
        servers: vec![ServerConfig::default(); 2],
        ..Scenario::default()
    };
    s.arrivals.rate_per_s = 100.0;
    s.sizes.mean = 0.001;
    s.faults = vec![
        fault(5.0, 1, ServerState::Down),
        fault(10.0, 1, ServerState::Up),
    ];
    s.balancer.health.slow_start_s = Some(20.0);
    let mut engine = Engine::new(&s);
    for (until_s, expected) in [(4.995, 0.5), (9.995, 0.0), (29.995, 0.311), (50.0, 0.5)] {
        let assigned = engine.servers()[1].assigned;
        let decided = engine.totals().decided;
        engine.run_until(until_s, &mut ());
        let more = engine.servers()[1].assigned - assigned;
        let share = more as f64 / (engine.totals().decided - decided) as f64;
        assert!(
            (share - expected).abs() < 0.01,
            "until {until_s} s: {share}, expected {expected}"
        );
    }
}

#[test]
fn a_cold_server_queues_less_after_a_slow_start() {
    let longest = preset("cold-server").map(|scenario| {
        let mut engine = Engine::new(&scenario);
        let mut longest = 0;
        while engine.now_s() < 40.0 {
            engine.step(&mut ());
            longest = longest.max(engine.servers()[3].queue.len());
        }
        longest
    });
    assert!(
        longest[0] >= 2 * longest[1] && longest[0] >= 6,
        "{longest:?}"
    );
}

#[test]
fn the_black_hole_scene_swallows_most_tasks_until_it_is_ejected() {
    let drawn = preset("black-hole").map(|scenario| share(&run(&scenario, 40.0), 2));
    assert!(drawn[0] > 0.75 && drawn[1] < 0.35, "{drawn:?}");
}

/// Under slow start parts of weights are counted in hundredths; an explanation gives them in the
/// unit of the slider, under every strategy that shows weights.
#[test]
fn slow_start_is_explained_in_the_sliders_unit() {
    for &id in StrategyId::ALL {
        let mut scenario = presets::find("cold-server").expect("the preset ships");
        scenario.balancer.health.slow_start_s = Some(30.0);
        scenario.balancer.strategy.id = id;
        if scenario.validate().is_err() {
            continue;
        }
        let heaviest = scenario.servers.iter().map(|s| s.weight).max();
        let most = heaviest.map_or(0.0, f64::from);
        let mut timeline = Timeline::new(Script::new(scenario));
        for _ in 0..200 {
            timeline.step_forward();
            timeline.work(1000);
            let why = timeline.why();
            let shown = why
                .columns
                .iter()
                .position(|c| ["weight", "plus-weight"].contains(c));
            for (server, cells) in why.rows() {
                if let Some(column) = shown {
                    let weight = cells[column];
                    assert!(weight <= most, "{id}: server {server} has weight {weight}");
                }
            }
        }
    }
}
