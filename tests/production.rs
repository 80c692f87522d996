//! What surrounds a strategy in production does to it what it does to real ones, and each cure
//! works.

#![cfg(not(target_arch = "wasm32"))]

use equipoise::balance::{Draw, StrategyId};
use equipoise::scenario::{
    Arrivals, Fault, Health, Patience, Pattern, Place, Scenario, Script, ServerConfig, ServerState,
    Service, SizeLaw, presets,
};
use equipoise::sim::{Engine, Rejection, Timeline};

fn run(scenario: &Scenario, until_s: f64) -> Engine {
    assert_eq!(scenario.validate(), Ok(()));
    let mut engine = Engine::new(scenario);
    engine.run_until(until_s, &mut ());
    engine
}

fn preset(id: &str) -> [Scenario; 2] {
    let before = presets::find(id).expect(id);
    let mut after = before.clone();
    presets::fix(id).expect(id)(&mut after);
    [before, after]
}

/// The runs of a scene as it is and put right.
fn both(id: &str, until_s: f64) -> [Engine; 2] {
    preset(id).map(|scenario| run(&scenario, until_s))
}

fn share(engine: &Engine, server: usize) -> f64 {
    engine.servers()[server].assigned as f64 / engine.totals().decided as f64
}

fn mean_response_s(engine: &Engine) -> f64 {
    engine.totals().response_sum_s / engine.totals().finished as f64
}

fn fault(at_s: f64, server: u16, state: ServerState) -> Fault {
    Fault {
        at_s,
        server,
        state,
    }
}

/// Twelve closed-loop clients; a and b answer in 50 ms, c fails in 1 ms. A task's way to the server
/// takes 1 ms, about what a connection on loopback and a program's turn take.
fn black_hole(id: StrategyId) -> Scenario {
    let mut s = Scenario {
        arrivals: Arrivals {
            pattern: Pattern::Closed,
            tasks: 12,
            ..Arrivals::default()
        },
        servers: vec![
            ServerConfig {
                slots: 12,
                error_s: 0.001,
                ..ServerConfig::default()
            };
            3
        ],
        ..Scenario::default()
    };
    s.sizes.mean = 0.05;
    s.balancer.strategy.id = id;
    s.balancer.dispatcher.latency_s = 0.001;
    s.servers[2].state = ServerState::Failing;
    s
}

/// In 2.5 s on loopback nginx 1.22.1 gives c 33 % of the requests by round robin, 86 % by
/// `least_conn`, 64 % by `random two`, and HAProxy 2.6.12 87 % by `leastconn`.
#[test]
fn a_server_that_fails_fast_draws_what_it_draws_from_nginx_and_haproxy() {
    let real = [
        (StrategyId::RoundRobin, 0.33),
        (StrategyId::LeastConnections, 0.86),
        (StrategyId::TwoChoices, 0.64),
        (StrategyId::HaproxyLeastconn, 0.87),
    ];
    for (id, real) in real {
        let mut scenario = black_hole(id);
        scenario.balancer.strategy.draw = Draw::Nginx;
        let engine = run(&scenario, 2.5);
        let drawn = share(&engine, 2);
        assert!((drawn - real).abs() < 0.1, "{id}: {drawn} against {real}");
        assert_eq!(
            engine.totals().rejected[Rejection::ServerError as usize],
            engine.totals().rejected_sum()
        );
    }
}

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

/// With neither checks nor ejection, as it always was; with either, tasks are lost until the
/// balancer has found out.
#[test]
fn a_balancer_that_is_not_told_loses_tasks_to_a_server_that_is_down() {
    let mut s = Scenario {
        faults: vec![fault(10.5, 1, ServerState::Down)],
        ..Scenario::default()
    };
    s.balancer.strategy.id = StrategyId::RoundRobin;
    (s.arrivals.rate_per_s, s.sizes.mean) = (10.0, 0.01);
    let lost = |health: Health| {
        let mut s = s.clone();
        s.balancer.health = health;
        run(&s, 20.0).totals().rejected[Rejection::ServerDown as usize]
    };
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
    // Two of four are well: that is not below half. One is.
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
    (s.arrivals.rate_per_s, s.sizes.mean) = (100.0, 0.001);
    s.faults = vec![
        fault(5.0, 1, ServerState::Down),
        fault(10.0, 1, ServerState::Up),
    ];
    s.balancer.health.slow_start_s = Some(20.0);
    let mut engine = Engine::new(&s);
    let mut share_until = |until_s| {
        let before = (engine.servers()[1].assigned, engine.totals().decided);
        engine.run_until(until_s, &mut ());
        (engine.servers()[1].assigned - before.0) as f64
            / (engine.totals().decided - before.1) as f64
    };
    for (until_s, expected) in [(4.995, 0.5), (9.995, 0.0), (29.995, 0.311), (50.0, 0.5)] {
        let share = share_until(until_s);
        assert!(
            (share - expected).abs() < 0.01,
            "until {until_s} s: {share}, expected {expected}"
        );
    }
}

#[test]
fn a_slow_server_serves_so_many_times_slower() {
    let mut s = Scenario {
        servers: vec![ServerConfig {
            slowdown: 4.0,
            ..ServerConfig::default()
        }],
        ..Scenario::default()
    };
    s.arrivals = Arrivals {
        pattern: Pattern::Batch,
        tasks: 3,
        ..Arrivals::default()
    };
    s.faults = vec![
        fault(1.5, 0, ServerState::Slow),
        fault(6.5, 0, ServerState::Up),
    ];
    let at = |until_s| run(&s, until_s).totals().finished;
    // The second has half of its work left at 1.5 s and takes 2 s for it; the third has done 3/4 by
    // 6.5 s.
    assert_eq!(
        [0.99, 1.0, 3.49, 3.5, 6.74, 6.75].map(at),
        [0, 1, 1, 2, 2, 3]
    );
}

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
    s.patience = Patience {
        timeout_s: Some(2.0),
        retries: 3,
        backoff_s: 1.0,
        budget: None,
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
    s.patience.budget = Some(0.1);
    // A full bucket of ten, which holds no more.
    assert_eq!(run(&s, 100.0).totals().retries, 10);
}

/// After the servers have long recovered, most of what they do is for nobody; a budget of 20 % lets
/// them recover.
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

/// Means over seeds 1 to 5, a minute each.
#[test]
fn balancers_that_share_an_old_report_herd() {
    let mean = |scenario: &Scenario| {
        (1..=5)
            .map(|seed| {
                mean_response_s(&run(
                    &Scenario {
                        seed,
                        ..scenario.clone()
                    },
                    60.0,
                ))
            })
            .sum::<f64>()
            / 5.0
    };
    let [old, fresh] = preset("herding").map(|scenario| mean(&scenario));
    assert!(old > 2.0 * fresh, "{old} s against {fresh} s");
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
fn bursts_of_weighted_turns_cost_time() {
    let [expanded, smooth] = both("wrr-bursts", 60.0).map(|engine| mean_response_s(&engine));
    assert!(expanded > 1.5 * smooth, "{expanded} s against {smooth} s");
}

#[test]
fn the_black_hole_scene_swallows_most_tasks_until_it_is_ejected() {
    let drawn = preset("black-hole").map(|scenario| share(&run(&scenario, 40.0), 2));
    assert!(drawn[0] > 0.75 && drawn[1] < 0.35, "{drawn:?}");
}

#[test]
fn a_balancer_sheds_what_goes_beyond_its_limit() {
    let mut s = presets::find("round-robin").expect("preset");
    (s.arrivals.rate_per_s, s.balancer.shed_above) = (20.0, Some(7));
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

/// Nobody idles while a task waits, whatever the dealing; and on equal servers with one slot each
/// that is M/M/4: at ρ = 0.8 Erlang's C is 0.5964, so W = 1 + C/(4 − 3.2) = 1.745 s. Seeds 1 to
/// 20, 20,000 s each: the mean of 20 has a standard error of about 0.01 s; four are allowed.
#[test]
fn thieves_leave_nobody_waiting() {
    let mut s = presets::find("work-stealing").expect("preset");
    let mut engine = Engine::new(&s);
    while engine.now_s() < 200.0 {
        engine.step(&mut ());
        let idle = engine.servers().iter().any(|server| server.present() == 0);
        let waits = engine
            .servers()
            .iter()
            .any(|server| !server.queue.is_empty());
        assert!(!(idle && waits), "at {} s", engine.now_s());
    }
    let mean = (1..=20)
        .map(|seed| {
            s.seed = seed;
            mean_response_s(&run(&s, 20_000.0))
        })
        .sum::<f64>()
        / 20.0;
    assert!((mean - 1.745).abs() < 0.04, "{mean}");
}

/// Under every service and place, a long storm of everything at once ends with the books in order
/// and time going on.
#[test]
fn time_goes_on_when_everything_is_turned_away() {
    for place in [Place::Software, Place::Hybrid] {
        let mut s = presets::find("black-hole").expect("preset");
        s.balancer.place = place;
        s.servers.iter_mut().for_each(|server| {
            (server.state, server.service) = (ServerState::Down, Service::ProcessorSharing);
        });
        (s.faults, s.arrivals.pause_s) = (Vec::new(), 0.0);
        s.patience = Patience {
            retries: 100,
            ..Patience::default()
        };
        let engine = run(&s, 100.0);
        assert!(engine.totals().events < 1_000_000);
        assert_eq!(engine.totals().finished, 0);
    }
}

/// Another seed begins the run anew, with the servers as they were planned and not as a fault left
/// them.
#[test]
fn a_new_run_begins_without_the_faults_of_the_old() {
    let mut t = Timeline::new(Script::new(presets::find("black-hole").expect("preset")));
    t.play(20.0, u64::MAX);
    let mut scenario = t.engine().scenario().clone();
    assert_eq!(scenario.servers[2].state, ServerState::Failing);
    scenario.servers[1].state = ServerState::Slow;
    scenario.seed += 1;
    assert!(t.change(scenario));
    let states: Vec<_> = t
        .engine()
        .scenario()
        .servers
        .iter()
        .map(|s| s.state)
        .collect();
    assert_eq!(
        states,
        [ServerState::Up, ServerState::Slow, ServerState::Up]
    );
}

#[test]
fn a_change_in_the_middle_leaves_a_failing_server_failing() {
    let mut t = Timeline::new(Script::new(presets::find("black-hole").expect("preset")));
    t.play(20.0, u64::MAX);
    let mut scenario = t.engine().scenario().clone();
    presets::fix("black-hole").expect("fix")(&mut scenario);
    t.change(scenario);
    t.play(1.0, u64::MAX);
    assert_eq!(t.engine().servers()[2].state, ServerState::Failing);
    assert!(t.engine().found_unhealthy(2));
    t.play(40.0, u64::MAX);
    assert_eq!(t.engine().servers()[2].state, ServerState::Up);
    assert!(!t.engine().found_unhealthy(2));
}

#[test]
fn least_response_time_takes_errors_for_fast_answers() {
    let drawn = share(&run(&black_hole(StrategyId::LeastResponseTime), 2.5), 2);
    assert!(drawn > 0.86, "{drawn}");
}

/// Little's law on what was served, where every task is: closed loop, no errors, no pause: X·R =
/// N.
#[test]
fn a_closed_loop_keeps_littles_law() {
    let mut s = black_hole(StrategyId::LeastConnections);
    s.servers[2].state = ServerState::Up;
    s.sizes.law = SizeLaw::Exponential;
    let engine = run(&s, 200.0);
    let (x, r) = (
        engine.totals().finished as f64 / 200.0,
        mean_response_s(&engine),
    );
    assert!((x * r - 12.0).abs() < 0.01, "{x} tasks/s × {r} s");
}
