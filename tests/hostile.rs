//! Scenarios that once hung the page, took seconds a frame or filled the memory: each is valid, and
//! soon done.

#![cfg(not(target_arch = "wasm32"))]

use equipoise::balance::StrategyId;
use equipoise::scenario::{Pattern, Position, Scenario, Script, presets};
use equipoise::serving;
use equipoise::sim::{Engine, Timeline};
use equipoise::sweep::{Param, SweepPlan};

/// Decisions that every run below makes.
const DECISIONS: u64 = 200;

/// Steps through a run, as a reader does, and back to its start.
fn step_through(scenario: Scenario) {
    scenario.validate().expect("is valid");
    let mut timeline = Timeline::new(Script::new(scenario));
    for _ in 0..DECISIONS {
        timeline.step_forward();
        timeline.finish();
    }
    assert_eq!(timeline.engine().totals().decided, DECISIONS);
    timeline.seek_position(Position::default());
    timeline.finish();
    assert_eq!(timeline.engine().totals().decided, 0);
}

/// An explanation that searched its list once for each server took 30 ms a pick.
#[test]
fn long_lists_of_turns_are_explained_at_each_pick() {
    for id in [
        StrategyId::ExpandedWrr,
        StrategyId::StaticMap,
        StrategyId::Maglev,
    ] {
        let mut scenario = presets::find("weights").expect("a preset");
        scenario.servers = vec![scenario.servers[0].clone(); 256];
        for (i, server) in scenario.servers.iter_mut().enumerate() {
            server.weight = 1000 - i as u32;
        }
        scenario.balancer.strategy.id = id;
        step_through(scenario);
    }
}

/// 50,000 bursts pass for each task.
#[test]
fn bursts_far_shorter_than_the_pauses_between_tasks_are_drawn() {
    let mut scenario = presets::find("weights").expect("a preset");
    scenario.arrivals.pattern = Pattern::Bursty;
    scenario.arrivals.rate_per_s = 0.001;
    scenario.arrivals.burst_on_s = 0.01;
    scenario.arrivals.burst_off_s = 0.01;
    step_through(scenario);
}

/// Each replica has tens of thousands of blocks, of which none is in use yet.
#[test]
fn idle_replicas_take_next_to_no_memory() {
    serving::install();
    let mut scenario = presets::find("session-affinity").expect("a preset");
    scenario.servers = vec![scenario.servers[0].clone(); 256];
    scenario.validate().expect("is valid");
    let bytes = Engine::new(&scenario).bytes();
    assert!(bytes < 1_000_000, "{bytes} bytes");
    let mut timeline = Timeline::new(Script::new(scenario));
    timeline.play(1.0, u64::MAX);
    assert!(!timeline.is_full());
}

#[test]
fn points_beyond_all_whole_numbers_are_counted_at_once() {
    let plan = SweepPlan {
        param: Param::Servers,
        from: 1.0,
        to: 64.0,
        log: false,
        points: u32::MAX,
        replications: u32::MAX,
        ..SweepPlan::usual(&presets::find("two-choices").expect("a preset"))
    };
    assert_eq!(plan.distinct_points(), 64);
    let far = SweepPlan {
        to: 4e9,
        ..plan.clone()
    };
    assert_eq!(far.distinct_points(), 1000);
    assert_eq!(plan.runs(), u32::MAX);
    assert!(plan.validate().is_err());
}
