//! Second copies of tasks, and retries that come too late.

use super::*;
use equipoise::measure::readings::Readings;
use equipoise::scenario::HeardBy;

/// Two servers in turn, of which b takes 100 times as long: tasks of 10 ms, ten a second.
fn one_slow(after_s: Option<f64>, heard_by: HeardBy) -> Scenario {
    let server = ServerConfig {
        slots: 100,
        ..ServerConfig::default()
    };
    let mut s = Scenario {
        servers: vec![server; 2],
        ..Scenario::default()
    };
    s.servers[1].speed = 0.01;
    s.arrivals.rate_per_s = 10.0;
    s.sizes.mean = 0.01;
    s.retry_policy.hedge.after_s = after_s;
    s.retry_policy.give_up.heard_by = heard_by;
    s.retry_policy.resend.to = equipoise::scenario::RetryTo::Untried;
    s
}

fn read(s: &Scenario, until_s: f64) -> (Engine, Readings) {
    assert_eq!(s.validate(), Ok(()));
    let mut readings = Readings::new([s]);
    let mut engine = Engine::new(s);
    engine.run_until(until_s, &mut readings);
    (engine, readings)
}

/// Dean and Barroso (2013): the copy bounds the tail at the delay and a fast answer, for little
/// more load. A task at the slow server takes 1 s; with a copy after 50 ms it takes 60 ms.
#[test]
fn a_copy_bounds_the_tail() {
    let (_, mut alone) = read(&one_slow(Some(5.0), HeardBy::None), 100.0);
    let answers = alone.answers_s().expect("clients are watched");
    assert!((answers.iter().copied().fold(0.0, f64::max) - 1.0).abs() < 1e-9);
    let (engine, mut hedged) = read(&one_slow(Some(0.05), HeardBy::None), 100.0);
    let answers = hedged.answers_s().expect("clients are watched");
    let longest_s = answers.iter().copied().fold(0.0, f64::max);
    assert!((longest_s - 0.06).abs() < 1e-9, "{longest_s}");
    let totals = engine.totals();
    // Copies take turns too: each takes that of a, and all that come first go to b.
    assert!(totals.hedges > 900, "{}", totals.hedges);
    assert!(totals.wasted > totals.hedges - 20, "{}", totals.wasted);
    let requests = hedged.requests(&engine);
    assert_eq!(requests.failed, 0);
    assert!(requests.answered + requests.open == totals.arrived - totals.hedges);
}

/// If the server hears that the other copy was answered, nothing is served in vain.
#[test]
fn the_slower_copy_may_be_cancelled() {
    let (engine, _) = read(&one_slow(Some(0.05), HeardBy::Server), 100.0);
    let totals = engine.totals();
    assert_eq!(totals.wasted, 0);
    assert_eq!(
        totals.rejected_sum(),
        totals.rejected[Rejection::GivenUp as usize]
    );
    let there = engine.tasks().len() as u64;
    assert_eq!(
        totals.arrived,
        totals.finished + totals.rejected_sum() + there
    );
}

/// A copy that fails is no failure of the request while the other is under way.
#[test]
fn a_copy_that_fails_is_covered_by_the_other() {
    let mut s = one_slow(Some(0.05), HeardBy::None);
    s.servers[0].state = ServerState::Failing;
    s.retry_policy.resend.to = equipoise::scenario::RetryTo::Any;
    s.duration_s = 100.0;
    let (engine, readings) = read(&s, 100.0);
    let totals = engine.totals();
    assert!(totals.covered > 100, "{}", totals.covered);
    let requests = readings.requests(&engine);
    // Those that failed at once at a had no copy yet.
    let alone = totals.rejected_sum() - totals.covered;
    assert_eq!(requests.failed, alone);
}

/// The scene: a third of the time one of ten servers stands still. Copies of what takes 0.4 s cut
/// the 99th percentile to less than half, and fewer than one task in twenty gets one. Seeds 1 to 5.
#[test]
fn second_copies_cut_the_tail_for_little_more_load() {
    for seed in 1..=5 {
        let [before, after] = preset("second-copies").map(|mut s| {
            s.seed = seed;
            p99_s(&s, 65.0)
        });
        assert!(
            before.0 > 1.2 && after.0 < before.0 / 2.0,
            "{before:?}, {after:?}"
        );
        assert_eq!(before.1, 0.0);
        assert!((0.01..0.05).contains(&after.1), "{after:?}");
    }
}

/// Near saturation most tasks wait for longer than that, and the copies are what there is no room
/// for: with them the mean response is longer. Seeds 1 to 5, no server stands still.
#[test]
fn second_copies_near_saturation_are_load() {
    for seed in 1..=5 {
        let [alone, hedged] = preset("second-copies").map(|mut s| {
            s.seed = seed;
            s.faults.clear();
            s.arrivals.rate_per_s = 90.0;
            s.retry_policy.give_up.heard_by = HeardBy::None;
            let engine = run(&s, 300.0);
            (mean_response_s(&engine), engine.totals().hedges)
        });
        assert!(hedged.0 > 2.0 * alone.0, "{alone:?}, {hedged:?}");
    }
}

/// It can be switched on while a run lasts.
#[test]
fn copies_are_sent_from_when_they_are_switched_on() {
    let [before, after] = preset("second-copies");
    let mut engine = Engine::new(&before);
    engine.run_until(30.0, &mut ());
    assert_eq!(engine.totals().hedges, 0);
    let mut next = engine.scenario().clone();
    next.retry_policy = after.retry_policy;
    engine.reconfigure(&next, &mut ());
    engine.run_until(60.0, &mut ());
    assert!(engine.totals().hedges > 10);
}

/// The 99th percentile of the times to the first answer (s), and the copies per task.
fn p99_s(s: &Scenario, until_s: f64) -> (f64, f64) {
    let mut s = s.clone();
    // A copy that is never due, so that clients are watched.
    s.retry_policy.hedge.after_s.get_or_insert(10_000.0);
    let (engine, mut readings) = read(&s, until_s);
    let totals = engine.totals();
    let answers = readings.answers_s().expect("clients are watched");
    answers.sort_by(f64::total_cmp);
    let share = totals.hedges as f64 / totals.arrived as f64;
    (answers[answers.len() * 99 / 100], share)
}

/// nginx's `proxy_next_upstream_timeout`: a second between tries, and none after 2.5 s.
#[test]
fn retries_end_after_a_time() {
    let mut s = Scenario {
        servers: vec![ServerConfig::default()],
        ..Scenario::default()
    };
    s.arrivals.pattern = Pattern::Batch;
    s.arrivals.tasks = 1;
    s.servers[0].state = ServerState::Failing;
    s.retry_policy.retries = 10;
    s.retry_policy.backoff_s = 1.0;
    assert_eq!(run(&s, 100.0).totals().arrived, 11);
    s.retry_policy.resend.within_s = Some(2.5);
    assert_eq!(run(&s, 100.0).totals().arrived, 3);
}

/// A new delay holds for the tasks that wait already, and none is copied once that is off.
#[test]
fn a_new_delay_holds_at_once() {
    let mut s = one_slow(Some(50.0), HeardBy::None);
    s.servers[0].speed = 0.001;
    s.servers[1].speed = 0.001;
    let mut engine = Engine::new(&s);
    engine.run_until(2.05, &mut ());
    assert_eq!(engine.totals().hedges, 0);
    s.retry_policy.hedge.after_s = Some(1.0);
    engine.reconfigure(&s, &mut ());
    engine.run_until(2.05, &mut ());
    // Of the tasks that were sent at 0.0, 0.1 … 1.0 s.
    assert_eq!(engine.totals().hedges, 11);
    engine.run_until(2.55, &mut ());
    assert_eq!(engine.totals().hedges, 16);
    s.retry_policy.hedge.after_s = None;
    engine.reconfigure(&s, &mut ());
    engine.run_until(9.0, &mut ());
    assert_eq!(engine.totals().hedges, 16);
}

/// Tasks that are answered wait for their copies' time too: that is memory, and is counted.
#[test]
fn what_waits_for_its_copy_is_counted() {
    let bytes = |after_s| {
        let mut s = one_slow(Some(after_s), HeardBy::None);
        s.servers[1].speed = 1.0;
        let mut engine = Engine::new(&s);
        engine.run_until(1000.0, &mut ());
        assert!(engine.tasks().len() < 3);
        engine.bytes()
    };
    assert!(bytes(1e4) > bytes(1.0) + 200_000);
}
