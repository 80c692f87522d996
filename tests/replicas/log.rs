//! What a timeline's log keeps of replicas.

use super::{replicas, run};
use equipoise::scenario::{Script, ServerState, presets};
use equipoise::sim::Timeline;
use equipoise::sim::log::{BatchSample, SAMPLE_S};
use equipoise::sim::server::Batch;

fn played(script: Script, time_s: f64) -> Timeline {
    let mut timeline = Timeline::new(script);
    timeline.play(time_s, u64::MAX);
    timeline
}

fn samples(timeline: &Timeline, server: u16) -> Vec<BatchSample> {
    let now_s = timeline.engine().now_s();
    let all = timeline.log().batches.iter();
    all.filter(|b| b.server == server && b.time_s <= now_s)
        .copied()
        .collect()
}

/// A timeline, which reads, and a run that is not read have the same answers.
#[test]
fn the_answers_are_those_of_the_run() {
    let scenario = replicas(2, 10.0);
    let (engine, answers) = run(&scenario, 30.0);
    let timeline = played(Script::new(scenario), 30.0);
    let now_s = timeline.engine().now_s();
    let logged = timeline.log().answers.iter().filter(|a| a.end_s <= now_s);
    assert!(answers.0.len() > 100);
    // Of a reply of one token the time per token is no number, and so not equal to itself.
    let texts: Vec<String> = answers.0.iter().map(|a| format!("{a:?}")).collect();
    assert!(logged.map(|a| format!("{a:?}")).eq(texts));
    assert_eq!(timeline.engine().totals().events, engine.totals().events);
}

#[test]
fn each_interval_has_a_sample_and_idle_times_have_their_ends() {
    let timeline = played(Script::new(replicas(2, 1.0)), 60.0);
    for server in 0..2 {
        let samples = samples(&timeline, server);
        let intervals = samples.iter().map(|b| (b.time_s / SAMPLE_S).floor());
        let intervals: Vec<f64> = intervals.collect();
        let mut idle = 0;
        for (pair, at) in samples.windows(2).zip(intervals.windows(2)) {
            let [before, after] = pair else { continue };
            let turns = (before.load.running == 0) != (after.load.running == 0);
            assert!(at[0] < at[1] || turns, "{pair:?}");
            // Steps of this replica are far shorter than an interval.
            assert!(at[1] - at[0] <= 1.0 || before.load.running == 0, "{pair:?}");
            idle += u32::from(before.load.running == 0);
        }
        assert!(idle > 5, "at this load a replica is often idle");
    }
}

#[test]
fn a_way_back_and_a_change_leave_the_log_as_if_it_had_been_straight() {
    let script = Script::new(replicas(2, 10.0));
    let mut back = played(script.clone(), 20.0);
    back.seek(9.0);
    back.finish();
    assert_eq!(samples(&back, 1), samples(&played(script, 9.0), 1));
    let mut scenario = back.engine().scenario().clone();
    scenario.servers[1].state = ServerState::Down;
    back.change(scenario);
    back.play(3.0, u64::MAX);
    let after = samples(&back, 1);
    let after: Vec<_> = after.iter().filter(|b| b.time_s >= 9.0).collect();
    assert_eq!(
        after.len(),
        1,
        "the change itself, and then no step: {after:?}"
    );
    assert_eq!((after[0].time_s, after[0].load.running), (9.0, 0));
    assert_eq!(after[0].load.kv_usage, 0.0);
}

/// A fault of the script happens while the log is kept.
#[test]
fn a_replica_that_fails_by_plan_is_seen_to_be_empty() {
    let mut scenario = replicas(1, 10.0);
    scenario.faults = vec![equipoise::scenario::Fault {
        at_s: 5.0,
        server: 0,
        state: ServerState::Down,
    }];
    let timeline = played(Script::new(scenario), 8.0);
    let samples = samples(&timeline, 0);
    let last = samples.last().expect("samples");
    assert_eq!((last.time_s, last.load.running), (5.0, 0));
    let server = &timeline.engine().servers()[0];
    assert_eq!(server.scheduler().map(Batch::load), Some(last.load));
}

#[test]
fn runs_without_replicas_keep_nothing_of_it() {
    let scenario = presets::find("weights").expect("preset");
    let timeline = played(Script::new(scenario), 30.0);
    let log = timeline.log();
    assert!(log.answers.is_empty() && log.batches.is_empty());
    assert!(timeline.engine().totals().finished > 10);
}
