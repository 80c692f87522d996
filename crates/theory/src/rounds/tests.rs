use super::*;
use crate::{Prediction, predict};
use equipoise_engine::scenario::{Place, SizeLaw, presets};
use equipoise_engine::sim::engine::Engine;

fn of(scenario: &Scenario, id: &str) -> Prediction {
    predict(scenario)
        .into_iter()
        .find(|p| p.id == id)
        .expect(id)
}

/// The mean length of `rounds` steps, or of so many batches with seeds from 1.
fn observe(scenario: &Scenario, rounds: u32) -> f64 {
    if scenario.arrivals.pattern == Pattern::Steps {
        let mut engine = Engine::new(scenario);
        while engine.totals().rounds < u64::from(rounds) && engine.step(&mut ()) {}
        return engine.totals().round_sum_s / engine.totals().rounds as f64;
    }
    let run = |seed| {
        let mut engine = Engine::new(&Scenario {
            seed,
            ..scenario.clone()
        });
        while engine.step(&mut ()) {}
        engine.totals().round_sum_s
    };
    (1..=rounds).map(run).sum::<f64>() / f64::from(rounds)
}

fn training(id: StrategyId, law: SizeLaw, spread: f64) -> Scenario {
    let mut s = presets::find("training").expect("preset");
    s.balancer.strategy.id = id;
    (s.sizes.law, s.sizes.spread) = (law, spread);
    s
}

/// Eight shards of 64 over speeds 96, 64, 64, 32: two each by equal turns, the slowest takes
/// 2·64/32 = 4 s; by weight 3, 2, 2, 1, so 2 s for all.
#[test]
fn equal_shards_wait_for_the_slowest() {
    for (id, expected) in [
        (StrategyId::RoundRobin, 4.0),
        (StrategyId::SmoothWrr, 2.0),
        (StrategyId::ExpandedWrr, 2.0),
    ] {
        let s = training(id, SizeLaw::Constant, 0.0);
        let p = of(&s, "step");
        assert!(
            (p.number().expect("a number") - expected).abs() < 1e-9,
            "{id}: {p:?}"
        );
        assert_eq!(p.kind, Kind::Exact);
        assert!((observe(&s, 40) - expected).abs() < 1e-9, "{id}");
    }
}

/// Seven shards over four workers: who gets one less changes from step to step, and the prediction
/// is the mean.
#[test]
fn steps_that_differ_are_averaged() {
    for id in [
        StrategyId::RoundRobin,
        StrategyId::SmoothWrr,
        StrategyId::LeastConnections,
    ] {
        let mut s = training(id, SizeLaw::Constant, 0.0);
        s.arrivals.tasks = 7;
        let (expected, seen) = (of(&s, "step").number().expect("a number"), observe(&s, 24));
        assert!(
            (expected - seen).abs() < 1e-9,
            "{id}: {expected} against {seen}"
        );
    }
}

/// 1, 2, 6 and 20 shards per worker: exact, convolved twice, and by the gamma law. Over 40,000
/// steps the standard error is at most 0.4 % (Pareto); 1.5 % is allowed.
#[test]
fn the_expected_maximum_is_seen_in_runs() {
    for (law, spread) in [
        (SizeLaw::Uniform, 0.5),
        (SizeLaw::Exponential, 1.0),
        (SizeLaw::Lognormal, 0.5),
        (SizeLaw::Lognormal, 1.0),
        (SizeLaw::Pareto, 1.2),
    ] {
        for tasks in [4, 8, 24, 80] {
            let mut s = training(StrategyId::RoundRobin, law, spread);
            s.arrivals.tasks = tasks;
            let p = of(&s, "step");
            let (expected, seen) = (p.number().expect("a number"), observe(&s, 40_000));
            assert!(
                (expected / seen - 1.0).abs() < 0.015,
                "{law:?} {tasks}: {expected} against {seen}"
            );
            let approximate = tasks > 64 && law != SizeLaw::Exponential;
            assert_eq!(p.kind == Kind::Approximation, approximate);
        }
    }
}

/// Whatever deals, the mean of 1,000 batches lies within the bounds; 2 % beside them for chance.
#[test]
fn bounds_hold_in_runs() {
    let batch = presets::find("preprocessing").expect("preset");
    for id in [
        StrategyId::Pull,
        StrategyId::Random,
        StrategyId::WeightedRandom,
        StrategyId::UriHash,
        StrategyId::RoundRobin,
    ] {
        for spread in [0.0, 1.2, 5.0] {
            let mut s = batch.clone();
            s.balancer.strategy.id = id;
            s.sizes.spread = spread;
            s.servers[0].speed = 60.0;
            let seen = observe(&s, 1000);
            let p = of(&s, "makespan");
            let least = of(&s, "makespan-least").number().expect("a number");
            assert!(
                least <= seen * 1.02,
                "{id} {spread}: {least} against {seen}"
            );
            match p.value.expect("known") {
                Value::Bounds { low, high } => {
                    assert!(
                        low <= seen * 1.02 && seen <= high * 1.02,
                        "{id} {spread}: {low} {seen} {high}"
                    );
                }
                Value::Number(x) => assert!(
                    (x / seen - 1.0).abs() < 0.02,
                    "{id} {spread}: {x} against {seen}"
                ),
                Value::PerServer(_) => panic!("one length"),
            }
        }
    }
}

/// The article's ten tasks of 1 s, decided on one after the other: 11 s at least, and so it is.
#[test]
fn a_slow_balancer_sets_the_pace() {
    let s = presets::find("article-program").expect("preset");
    let Ok(Value::Bounds { low, high }) = of(&s, "makespan").value else {
        panic!("bounds")
    };
    assert!((low - 11.0).abs() < 1e-9 && high > 11.0, "{low} {high}");
    assert!((observe(&s, 1) - 11.0).abs() < 1e-9);
}

/// What is written down comes to the value: slots, and steps that differ.
#[test]
fn filled_lines_evaluate_to_their_values() {
    let mut s = training(StrategyId::RoundRobin, SizeLaw::Constant, 0.0);
    s.servers
        .iter_mut()
        .for_each(|server| (server.slots, server.speed) = (4, 40.0));
    (s.sizes.mean, s.arrivals.tasks) = (80.0, 16);
    assert_eq!(
        of(&s, "step").filled,
        "max(⌈4 / 4⌉ · 80 / 40, ⌈4 / 4⌉ · 80 / 40, ⌈4 / 4⌉ · 80 / 40, ⌈4 / 4⌉ · 80 / 40) = 2"
    );
    let mut differ = training(StrategyId::RoundRobin, SizeLaw::Constant, 0.0);
    differ.arrivals.tasks = 5;
    assert_eq!(of(&differ, "step").filled, "(2 + 2 + 2 + 4) / 4 = 2.5");
}

/// First fit leaves tasks at the balancer, as pulling does; with one server both have all the work
/// one after the other.
#[test]
fn what_waits_to_be_pulled_is_not_lost_from_sight() {
    for id in [StrategyId::Pull, StrategyId::FirstFit] {
        let mut s = training(id, SizeLaw::Constant, 0.0);
        assert!(
            matches!(of(&s, "step").value, Ok(Value::Bounds { .. })),
            "{id}"
        );
        s.servers.truncate(1);
        let (p, seen) = (of(&s, "step"), observe(&s, 3));
        assert!(
            (p.number().expect("all of it") - seen).abs() < 1e-9,
            "{id}: {p:?} against {seen}"
        );
        assert_eq!(p.filled, "8 · 64 / 96 = 5.333");
        s.arrivals = equipoise_engine::scenario::Arrivals {
            pattern: Pattern::Fixed,
            rate_per_s: 2.0,
            ..s.arrivals.clone()
        };
        let start = of(&s, "start");
        assert!(
            (start.number().expect("after the first") - (s.arrivals.start_s + 64.0 / 96.0)).abs()
                < 1e-9,
            "{start:?}"
        );
    }
}

/// Nothing bounds the work of a round of which some is turned away.
#[test]
fn bounds_need_every_task() {
    let reasons = |change: &dyn Fn(&mut Scenario)| {
        let mut s = training(StrategyId::RoundRobin, SizeLaw::Constant, 0.0);
        s.servers.iter_mut().for_each(|server| server.speed = 64.0);
        change(&mut s);
        ["makespan-least", "amdahl", "fullest"]
            .map(|id| of(&s, id).value.err().map(|reason| reason.id))
    };
    assert_eq!(reasons(&|_| ()), [None; 3]);
    assert_eq!(
        reasons(&|s| s.balancer.dispatcher.connections = Some(4)),
        [Some("turned-away"); 3]
    );
    assert_eq!(
        reasons(&|s| s.servers[1].queue = Some(0)),
        [Some("turned-away"); 3]
    );
    // Two each is all that turns deal.
    assert_eq!(reasons(&|s| s.servers[1].queue = Some(1)), [None; 3]);
}

/// Bursts of five, and programs that each begin with the first server.
#[test]
fn the_fullest_server_is_counted_in_the_strategys_own_turns() {
    let mut s = training(StrategyId::ExpandedWrr, SizeLaw::Constant, 0.0);
    (s.arrivals.pattern, s.arrivals.tasks) = (Pattern::Batch, 7);
    s.servers.truncate(3);
    s.servers.iter_mut().for_each(|server| server.weight = 5);
    let p = of(&s, "fullest");
    assert!(
        p.number() == Some(5.0) && p.filled == "max(5, 2, 0) = 5",
        "{p:?}"
    );
    s.balancer.strategy.id = StrategyId::RoundRobin;
    assert_eq!(of(&s, "fullest").number(), Some(3.0));
    s.balancer.place = Place::Hybrid;
    assert_eq!(of(&s, "fullest").value.expect_err("programs").id, "hybrid");
}

#[test]
fn what_does_not_apply_says_why() {
    let training = training(StrategyId::RoundRobin, SizeLaw::Lognormal, 0.1);
    let reason = |id, change: &dyn Fn(&mut Scenario)| {
        let mut s = training.clone();
        change(&mut s);
        of(&s, id).value.expect_err("does not apply").id
    };
    assert_eq!(reason("makespan", &|_| ()), "not-batch");
    assert_eq!(reason("pull-factor", &|_| ()), "pull-only");
    let pulled = |s: &mut Scenario| {
        s.balancer.strategy.id = StrategyId::Pull;
        s.servers.iter_mut().for_each(|server| server.speed = 64.0);
        s.balancer.dispatcher.latency_s = 0.5;
    };
    assert_eq!(reason("pull-factor", &pulled), "balancer-limits");
    assert_eq!(
        reason("step", &|s| s.arrivals.pattern = Pattern::Poisson),
        "not-steps"
    );
    assert_eq!(
        reason("makespan-least", &|s| s.arrivals.pattern = Pattern::Poisson),
        "not-rounds"
    );
    assert_eq!(
        reason("step", &|s| s.balancer.place = Place::Hybrid),
        "hybrid"
    );
    assert_eq!(
        reason("step", &|s| s.servers[0].queue = Some(0)),
        "turned-away"
    );
    assert_eq!(
        reason("step", &|s| s.balancer.dispatcher.connections = Some(4)),
        "turned-away"
    );
    assert_eq!(
        reason("step", &|s| (s.servers[1].slots, s.arrivals.tasks) =
            (2, 16)),
        "few-slots"
    );
    assert_eq!(
        reason("step", &|s| s.balancer.strategy.id =
            StrategyId::LeastResponseTime),
        "by-load"
    );
}
