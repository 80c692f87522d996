use super::*;
use crate::PredictionId::*;
use crate::testing::{bounds, close, number, why};
use crate::{Prediction, PredictionId};
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{Arrivals, Place, SizeLaw, presets};
use equipoise_engine::sim::Engine;

/// The observed mean length of `rounds` steps, or of `rounds` batches with seeds from 1 (s).
fn observe(scenario: &Scenario, rounds: u32) -> f64 {
    if scenario.arrivals.pattern == Pattern::Steps {
        let mut engine = Engine::new(scenario);
        while engine.totals().rounds < u64::from(rounds) && engine.step(&mut ()) {}
        return engine.totals().round_sum_s / engine.totals().rounds as f64;
    }
    let sum_s: f64 = (1..=rounds).map(|seed| batch_s(scenario, seed)).sum();
    sum_s / f64::from(rounds)
}

/// The observed makespan of a batch with this seed (s).
fn batch_s(scenario: &Scenario, seed: u32) -> f64 {
    let mut engine = Engine::new(&Scenario {
        seed,
        ..scenario.clone()
    });
    while engine.step(&mut ()) {}
    engine.totals().round_sum_s
}

fn training(id: StrategyId, law: SizeLaw, spread: f64) -> Scenario {
    let mut s = presets::find("training").expect("preset");
    s.balancer.strategy.id = id;
    s.sizes.law = law;
    s.sizes.spread = spread;
    s
}

fn kind(scenario: &Scenario, id: PredictionId) -> Exactness {
    Prediction::of(scenario, id).kind
}

fn filled(scenario: &Scenario, id: PredictionId) -> String {
    Prediction::of(scenario, id).plain()
}

/// Eight shards of 64 over speeds 96, 64, 64, 32: two each by equal turns, and the slowest takes
/// 2·64/32 = 4 s; by weight 3, 2, 2, 1, so 2 s for all.
#[test]
fn equal_shards_wait_for_the_slowest() {
    for (id, expected) in [
        (StrategyId::RoundRobin, 4.0),
        (StrategyId::SmoothWrr, 2.0),
        (StrategyId::ExpandedWrr, 2.0),
    ] {
        let s = training(id, SizeLaw::Constant, 0.0);
        close(number(&s, Step), expected, 1e-9);
        assert_eq!(kind(&s, Step), Exactness::Exact);
        close(observe(&s, 40), expected, 1e-9);
    }
}

/// Seven shards over four workers: the worker that gets one less changes from step to step, and the
/// prediction is the mean.
#[test]
fn steps_that_differ_are_averaged() {
    for id in [
        StrategyId::RoundRobin,
        StrategyId::SmoothWrr,
        StrategyId::LeastConnections,
    ] {
        let mut s = training(id, SizeLaw::Constant, 0.0);
        s.arrivals.tasks = 7;
        close(observe(&s, 24), number(&s, Step), 1e-9);
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
            let expected = number(&s, Step);
            let seen = observe(&s, 40_000);
            assert!(
                (expected / seen - 1.0).abs() < 0.015,
                "{law:?} {tasks}: {expected} against {seen}"
            );
            let approximate = tasks > 64 && law != SizeLaw::Exponential;
            assert_eq!(kind(&s, Step) == Exactness::Approximation, approximate);
        }
    }
}

/// For every way of dealing, the mean of 1,000 batches lies within the bounds, give or take 2 % for
/// chance.
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
            let least = number(&s, MakespanLeast);
            let (low, high) = match Prediction::of(&s, Makespan).value.expect("known") {
                Quantity::Bounds { low, high } => (low, high),
                Quantity::Number(x) => (x, x),
                Quantity::PerServer(_) => panic!("one length"),
            };
            assert!(
                least.max(low) <= seen * 1.02 && seen <= high * 1.02,
                "{id} {spread}: {least} {low} {seen} {high}"
            );
        }
    }
}

/// The article's ten tasks of 1 s, decided on one after the other: at least 11 s, and exactly that
/// in the run.
#[test]
fn a_slow_balancer_sets_the_pace() {
    let s = presets::find("article-program").expect("preset");
    let (low, high) = bounds(&s, Makespan);
    close(low, 11.0, 1e-9);
    assert!(high > 11.0);
    close(observe(&s, 1), 11.0, 1e-9);
}

/// The filled line evaluates to the value: with slots, and for steps that differ.
#[test]
fn filled_lines_evaluate_to_their_values() {
    let mut s = training(StrategyId::RoundRobin, SizeLaw::Constant, 0.0);
    for server in &mut s.servers {
        server.slots = 4;
        server.speed = 40.0;
    }
    s.sizes.mean = 80.0;
    s.arrivals.tasks = 16;
    assert_eq!(
        filled(&s, Step),
        "max(⌈4 / 4⌉ · 80 / 40, ⌈4 / 4⌉ · 80 / 40, \
         ⌈4 / 4⌉ · 80 / 40, ⌈4 / 4⌉ · 80 / 40) = 2"
    );
    let mut differ = training(StrategyId::RoundRobin, SizeLaw::Constant, 0.0);
    differ.arrivals.tasks = 5;
    assert_eq!(filled(&differ, Step), "1 / 4 · (2 + 2 + 2 + 4) = 2.5");
}

/// First fit leaves tasks at the balancer, as pulling does; a single server serves all of them one
/// after the other.
#[test]
fn tasks_that_wait_to_be_pulled_are_counted() {
    for id in [StrategyId::Pull, StrategyId::FirstFit] {
        let mut s = training(id, SizeLaw::Constant, 0.0);
        bounds(&s, Step);
        s.servers.truncate(1);
        close(observe(&s, 3), number(&s, Step), 1e-9);
        assert_eq!(filled(&s, Step), "8 · 64 / 96 = 5.333");
        s.arrivals = Arrivals {
            pattern: Pattern::Fixed,
            rate_per_s: 2.0,
            ..s.arrivals.clone()
        };
        // The second task starts after the first.
        close(number(&s, Start), s.arrivals.start_s + 64.0 / 96.0, 1e-9);
    }
}

/// Why these three do not apply to equal workers, changed; None where they do.
fn reasons(change: impl FnOnce(&mut Scenario)) -> [Option<Reason>; 3] {
    let mut s = training(StrategyId::RoundRobin, SizeLaw::Constant, 0.0);
    for server in &mut s.servers {
        server.speed = 64.0;
    }
    change(&mut s);
    [MakespanLeast, Amdahl, Fullest].map(|id| Prediction::of(&s, id).value.err())
}

/// No bound on the work of a round holds if tasks are turned away.
#[test]
fn bounds_need_every_task() {
    let turned_away = [Some(Reason::TurnedAway); 3];
    assert_eq!(reasons(|_| ()), [None; 3]);
    let limited = reasons(|s| s.balancer.dispatcher.connections = Some(4));
    assert_eq!(limited, turned_away);
    assert_eq!(reasons(|s| s.servers[1].queue = Some(0)), turned_away);
    // Turns deal no more than two each.
    assert_eq!(reasons(|s| s.servers[1].queue = Some(1)), [None; 3]);
}

/// Bursts of five.
#[test]
fn the_fullest_server_is_counted_in_the_strategys_own_turns() {
    let mut s = training(StrategyId::ExpandedWrr, SizeLaw::Constant, 0.0);
    s.arrivals.pattern = Pattern::Batch;
    s.arrivals.tasks = 7;
    s.servers.truncate(3);
    for server in &mut s.servers {
        server.weight = 5;
    }
    assert_eq!(number(&s, Fullest), 5.0);
    assert_eq!(filled(&s, Fullest), "max(5, 2, 0) = 5");
    s.balancer.strategy.id = StrategyId::RoundRobin;
    assert_eq!(number(&s, Fullest), 3.0);
    // Each instance begins with the first server.
    s.balancer.place = Place::Hybrid;
    assert_eq!(why(&s, Fullest), Reason::Hybrid);
}

/// Why a prediction does not apply to the training preset, changed.
fn reason(id: PredictionId, change: impl FnOnce(&mut Scenario)) -> Reason {
    let mut s = training(StrategyId::RoundRobin, SizeLaw::Lognormal, 0.1);
    change(&mut s);
    why(&s, id)
}

#[test]
fn conditions_give_reasons() {
    assert_eq!(reason(Makespan, |_| ()), Reason::NotBatch);
    assert_eq!(reason(PullFactor, |_| ()), Reason::PullOnly);
    let pulled = reason(PullFactor, |s| {
        s.balancer.strategy.id = StrategyId::Pull;
        s.balancer.dispatcher.latency_s = 0.5;
    });
    assert_eq!(pulled, Reason::BalancerLimits);
    let poisson = reason(Step, |s| s.arrivals.pattern = Pattern::Poisson);
    assert_eq!(poisson, Reason::NotSteps);
    let poisson = reason(MakespanLeast, |s| s.arrivals.pattern = Pattern::Poisson);
    assert_eq!(poisson, Reason::NotRounds);
    let hybrid = reason(Step, |s| s.balancer.place = Place::Hybrid);
    assert_eq!(hybrid, Reason::Hybrid);
    let bounded = reason(Step, |s| s.servers[0].queue = Some(0));
    assert_eq!(bounded, Reason::TurnedAway);
    let limited = reason(Step, |s| s.balancer.dispatcher.connections = Some(4));
    assert_eq!(limited, Reason::TurnedAway);
    let slots = reason(Step, |s| {
        s.servers[1].slots = 2;
        s.arrivals.tasks = 16;
    });
    assert_eq!(slots, Reason::FewSlots);
    let by_load = reason(Step, |s| {
        s.balancer.strategy.id = StrategyId::LeastResponseTime;
    });
    assert_eq!(by_load, Reason::ByLoad);
}
